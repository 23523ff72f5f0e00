package oracle

import (
	"fmt"
	"slices"

	"github.com/lucheck/lucheck/lang"
)

// Options limits a run. The zero value has no limit.
type Options struct {
	MaxStates int // in each of R1, R2 and the states behind the switch; 0 is no limit
}

// Verdicts is what is said of one update.
type Verdicts struct {
	Old, New Reached
	Cells    []Cell   // level by level, in each: none, then the declared transfers
	Affected []string // names of units: the old version's in order of declaration, then added ones
	Switched int      // states reachable behind the switch, with any transfer, that are not in R2
}

// Cell is a level with a transfer.
type Cell struct {
	Level    string // as the language writes it
	Transfer string // "none" or a declared name
	Verdict  string // "valid", "possible", "stray", "invalid", "vacuous", "broken"
	Points   Points
	// Least and Greatest are the steps from the switch until R2: the least over the
	// points from which R2 can be reached, nil if there is none; the greatest over
	// all points, nil if it is unbounded or some point can fail or stray.
	Least, Greatest *int
	// Shortest is the length of the shortest run from the initial state through the
	// switch to a failure, switch and failing step counted; 0 if there is none.
	// Kinds are the kinds of the failures at the ends of the runs of that length.
	Shortest int
	Kinds    []string
}

// Points counts update points by class. Where the verdict is "broken" only Total
// is set.
type Points struct {
	Total, Immediate, Eventual, Possible, Stray, Invalid int
}

// Name is LEVEL:TRANSFER.
func (c Cell) Name() string { return c.Level + ":" + c.Transfer }

// landing is where the switch leads from a point.
type landing struct {
	failure *Failure
	to      int // a place outside R2, or settled
}

// Judge decides every cell of an update, given by its number in p.Updates. It
// fails where there is no such update or a limit is hit. The cost is that of the
// two versions and of all states behind the switch, some ten microseconds a step.
func Judge(p *lang.Program, updateIndex int, opt Options) (*Verdicts, error) {
	w, err := NewWorld(p, updateIndex)
	if err != nil {
		return nil, err
	}
	r1, old, err := w.alone(w.old, opt.MaxStates)
	if err != nil {
		return nil, fmt.Errorf("exploring the old version: %w", err)
	}
	r2, fresh, err := w.alone(w.target, opt.MaxStates)
	if err != nil {
		return nil, fmt.Errorf("exploring the new version: %w", err)
	}
	v := &Verdicts{Old: old, New: fresh}
	for _, name := range w.differing() {
		if w.affected[name] {
			v.Affected = append(v.Affected, name)
		}
	}
	names := []string{"none"}
	for _, t := range w.update.Transfers {
		names = append(names, t.Name)
	}
	outside := newSpace(opt.MaxStates)
	landings := map[string][]landing{}
	for _, name := range names {
		if landings[name], err = w.land(r1, r2, outside, name); err != nil {
			return nil, fmt.Errorf("exploring the states behind the switch: %w", err)
		}
	}
	v.Switched = len(outside.places)
	f := foresee(outside)
	for _, level := range w.levels() {
		admitted := w.points(level, r1)
		for _, name := range names {
			c := Cell{Level: level.String(), Transfer: name}
			c.judge(admitted, landings[name], r1, f, len(fresh.Failures) > 0)
			v.Cells = append(v.Cells, c)
		}
	}
	return v, nil
}

// points lists the admissible points of a level: states of R1 that are not stuck.
func (w *World) points(l lang.Level, r1 *space) []int {
	var points []int
	for i, p := range r1.places {
		if p.stuck == nil && w.admits(l, p.state) {
			points = append(points, i)
		}
	}
	return points
}

// land switches at each state of R1 and explores what follows outside R2.
func (w *World) land(r1, r2, outside *space, transfer string) ([]landing, error) {
	t, err := w.transferNamed(transfer)
	if err != nil {
		return nil, err
	}
	landings := make([]landing, len(r1.places))
	first := len(outside.places)
	for i, p := range r1.places {
		if p.stuck != nil {
			continue
		}
		s, failure := w.switched(p.state, t)
		landings[i] = landing{failure: failure, to: settled}
		if failure != nil {
			continue
		}
		if _, in := r2.number[s.Key()]; !in {
			landings[i].to = outside.add(s, 0)
		}
	}
	return landings, w.expand(outside, first, r2.number)
}

// judge fills in a cell from its points.
func (c *Cell) judge(points []int, landings []landing, r1 *space, f *future, broken bool) {
	c.Points.Total = len(points)
	if broken {
		c.Verdict = "broken"
		return
	}
	worst, bounded := Immediate, true
	for _, i := range points {
		l := landings[i]
		class := classOf(l, f)
		c.Points.count(class)
		worst = max(worst, class)
		switch {
		case l.failure != nil:
			bounded = false
			c.fails(r1.places[i].depth+1, []string{l.failure.Kind})
			continue
		case l.to == settled:
			c.reaches(0, 0)
			continue
		}
		if f.toFailure[l.to] >= 0 {
			c.fails(r1.places[i].depth+1+f.toFailure[l.to], f.kinds[l.to])
		}
		bounded = bounded && f.greatest[l.to] >= 0
		c.reaches(f.least[l.to], f.greatest[l.to])
	}
	if !bounded {
		c.Greatest = nil
	}
	c.Verdict = [...]string{"valid", "valid", "possible", "stray", "invalid"}[worst]
	if len(points) == 0 {
		c.Verdict = "vacuous"
	}
}

func classOf(l landing, f *future) Class {
	switch {
	case l.failure != nil:
		return Invalid
	case l.to == settled:
		return Immediate
	}
	return f.class(l.to)
}

func (p *Points) count(c Class) {
	*[...]*int{&p.Immediate, &p.Eventual, &p.Possible, &p.Stray, &p.Invalid}[c]++
}

// reaches takes in the least and greatest steps of a point, -1 where there is none.
func (c *Cell) reaches(least, greatest int) {
	if least >= 0 && (c.Least == nil || least < *c.Least) {
		c.Least = &least
	}
	if greatest >= 0 && (c.Greatest == nil || greatest > *c.Greatest) {
		c.Greatest = &greatest
	}
}

// fails takes in the nearest failures of a point.
func (c *Cell) fails(length int, kinds []string) {
	if c.Shortest == 0 || length < c.Shortest {
		c.Shortest, c.Kinds = length, nil
	}
	if length == c.Shortest {
		c.Kinds = append(slices.Clone(c.Kinds), kinds...)
		slices.Sort(c.Kinds)
		c.Kinds = slices.Compact(c.Kinds)
	}
}
