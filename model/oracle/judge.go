package oracle

import (
	"fmt"
	"slices"

	"github.com/lucheck/lucheck/lang"
)

// Options limits a run. The zero value has no limit.
type Options struct {
	// MaxStates in each of R1, R2, R2 closed under reboots, the states behind a switch, and
	// the states of R1 with their transactions (level event); 0 is no limit.
	MaxStates int
	// Machine is what the system runs on; nil where the spec has no machines.
	Machine *lang.Machine
	// Trials bounds how often choices are tried at the points of one level to find out
	// whether any transfer works there, and how many states are explored behind them; 0 is
	// not to ask.
	Trials int
}

// Verdicts is what is said of one update.
type Verdicts struct {
	Old, New Reached
	Cells    []Cell         // level by level, in each: none, then the declared transfers, then any where that is asked
	Rows     []Row          // of the levels, in the same order
	Plans    []Plan         // in order of declaration
	Affected []string       // names of units: the old version's in order of declaration, then added ones
	Safe     map[string]int // by transfer: points of the level unit that the weakest stable state admits; nil where the new version fails
	Switched int            // states reachable behind the switch, with any transfer, that are not in R2
	// Rebooting is the new version with its own orderly reboots, against which reboot and
	// hardware are judged, and SwitchedOffline what Switched is for them. Both are zero
	// where the matrix has no such row.
	Rebooting       Reached
	SwitchedOffline int
}

// Cell is a level with a transfer.
type Cell struct {
	Level    string // as the language writes it
	Transfer string // "none", a declared name, or "any"
	Verdict  string // "valid", "possible", "stray", "invalid", "vacuous", "broken", "unknown"; of any "feasible", "infeasible"
	Points   Points
	// Least and Greatest are the steps from the switch until R2: the least over the
	// points from which R2 can be reached, nil if there is none; the greatest over
	// all points, nil if it is unbounded or some point can fail or stray.
	Least, Greatest *int
	Nearest
}

// Nearest are the nearest failures of a cell or of a plan.
type Nearest struct {
	// Shortest is the length of the shortest run from the initial state through the
	// switch, or the beginning of the plan, to a failure, that step and the failing one
	// counted; 0 if there is none.
	// Kinds are the kinds of the failures at the ends of the runs of that length.
	Shortest int
	Kinds    []string
}

// Points counts update points by class. Where the verdict is "broken", and of any, only
// Total is set.
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

// switching is a way to switch at a state of the old version, with what is done there.
type switching func(*State, deed) (*State, *Failure)

// side is what follows one way to switch.
type side struct {
	landings map[string][]landing // by transfer, then by state of R1
	future   *future
	r2       *space
	broken   bool // the new version alone fails
	do       switching
	works    map[string]bool // by the key of a state: whether it, tried by a choice, is immediate or eventual
}

// Judge decides every cell of an update, given by its number in p.Updates. It
// fails where there is no such update or a limit is hit. The cost is that of the
// two versions and of all states behind the switch, some ten microseconds a step.
func Judge(p *lang.Program, updateIndex int, opt Options) (*Verdicts, error) {
	w, err := NewWorld(p, updateIndex)
	if err != nil {
		return nil, err
	}
	w.machine = opt.Machine
	r1, old, err := w.alone(w.old, opt.MaxStates)
	if err != nil {
		return nil, fmt.Errorf("exploring the old version: %w", err)
	}
	v := &Verdicts{Old: old}
	for _, name := range w.differing() {
		if w.affected[name] {
			v.Affected = append(v.Affected, name)
		}
	}
	live, err := w.live(r1, v, opt.MaxStates)
	if err != nil {
		return nil, err
	}
	levels := w.levels()
	var shut *side
	if slices.ContainsFunc(levels, offline) {
		if shut, err = w.shutDown(r1, v, opt.MaxStates); err != nil {
			return nil, err
		}
	}
	if !live.broken {
		v.Safe = w.safe(r1, live)
	}
	v.Cells, v.Rows, err = w.cells(levels, r1, live, shut, opt)
	if err != nil {
		return nil, err
	}
	for _, p := range w.update.Plans {
		plan, err := w.plan(p, r1, live, opt.MaxStates)
		if err != nil {
			return nil, fmt.Errorf("following the plan %s: %w", p.Name, err)
		}
		v.Plans = append(v.Plans, plan)
	}
	return v, nil
}

// cells judges all levels with all transfers, and says what each level costs.
func (w *World) cells(levels []lang.Level, r1 *space, live, shut *side, opt Options) ([]Cell, []Row, error) {
	var cells []Cell
	var rows []Row
	for _, level := range levels {
		behind := live
		if offline(level) {
			behind = shut
		}
		admitted := w.points(level, r1)
		if level.Kind == lang.LevelEvent {
			var err error
			if admitted, err = w.eventPoints(admitted, r1, opt.MaxStates); err != nil {
				return nil, nil, err
			}
		}
		rows = append(rows, w.row(level, admitted, r1))
		for _, name := range w.columns() {
			c := Cell{Level: level.String(), Transfer: name}
			if offline(level) && w.choosesAnew() {
				behind = live // a restart has several outcomes: all that can be said is that the new version fails
			}
			if live.broken {
				behind = live
			} else if w.lacks(level) {
				c.Verdict, c.Points, c.Kinds = "invalid", Points{Total: len(admitted), Invalid: len(admitted)}, []string{kindResource}
				cells = append(cells, c)
				continue
			}
			t, err := w.transferNamed(name)
			if err != nil {
				return nil, nil, err
			}
			c.judge(admitted, r1, behind, func(p *State) bool { return w.scarce(level, t, p) })
			if offline(level) && behind == live && c.Verdict != "broken" {
				c = Cell{Level: c.Level, Transfer: name, Verdict: "unknown"}
			}
			cells = append(cells, c)
		}
		if opt.Trials > 0 {
			cells = append(cells, w.anyTransfer(level, admitted, r1, behind, live.broken, opt.Trials))
		}
	}
	return cells, rows, nil
}

// columns names no transfer and the declared ones.
func (w *World) columns() []string {
	names := []string{"none"}
	for _, t := range w.update.Transfers {
		names = append(names, t.Name)
	}
	return names
}

// live explores the new version and what follows the switch in a running system.
func (w *World) live(r1 *space, v *Verdicts, limit int) (*side, error) {
	r2, fresh, err := w.alone(w.target, limit)
	if err != nil {
		return nil, fmt.Errorf("exploring the new version: %w", err)
	}
	v.New = fresh
	points := w.points(lang.Level{Kind: lang.LevelAnytime}, r1)
	behind, err := w.behind(r1, points, r2, limit, w.switched)
	if err != nil {
		return nil, fmt.Errorf("exploring the states behind the switch: %w", err)
	}
	v.Switched, behind.broken = len(behind.future.sp.places), len(fresh.Failures) > 0
	return behind, nil
}

// shutDown explores the new version with its reboots and what follows the switch
// offline.
func (w *World) shutDown(r1 *space, v *Verdicts, limit int) (*side, error) {
	r2, rebooting, err := w.closed(limit)
	if err != nil {
		return nil, fmt.Errorf("exploring the new version with its reboots: %w", err)
	}
	v.Rebooting = rebooting
	points := w.points(lang.Level{Kind: lang.LevelReboot}, r1)
	behind, err := w.behind(r1, points, r2, limit, w.switchedOffline)
	if err != nil {
		return nil, fmt.Errorf("exploring the states behind a reboot: %w", err)
	}
	v.SwitchedOffline, behind.broken = len(behind.future.sp.places), len(rebooting.Failures) > 0
	return behind, nil
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

// behind switches at points of R1, with each transfer, and explores what follows
// outside R2.
func (w *World) behind(r1 *space, points []int, r2 *space, limit int, do switching) (*side, error) {
	outside := newSpace(limit)
	outside.window = true
	landings := map[string][]landing{}
	for _, name := range w.columns() {
		t, err := w.transferNamed(name)
		if err != nil {
			return nil, err
		}
		landings[name] = make([]landing, len(r1.places))
		for _, i := range points {
			s, failure := do(r1.places[i].state, deed{transfer: t})
			landings[name][i] = outside.land(s, failure, r2)
		}
	}
	f, good, err := w.follow(outside, r2)
	if err != nil {
		return nil, err
	}
	for _, list := range landings {
		for _, i := range points {
			list[i] = list[i].forgiven(good)
		}
	}
	return &side{landings: landings, future: f, r2: r2, do: do, works: map[string]bool{}}, nil
}

// land takes in where a switch leads.
func (sp *space) land(s *State, failure *Failure, r2 *space) landing {
	at := landing{failure: failure, to: settled}
	if failure == nil && !r2.has(s) {
		at.to = sp.add(s, 0)
	}
	return at
}

// follow explores what comes outside R2 behind some states, and says which of all these are
// as good as R2.
func (w *World) follow(outside, r2 *space) (*future, []bool, error) {
	if err := w.expand(outside, 0, r2.has); err != nil {
		return nil, nil, err
	}
	good := w.tolerated(outside, r2)
	return foresee(outside), good, nil
}

// forgiven is a landing where some places are as good as R2.
func (l landing) forgiven(good []bool) landing {
	if l.failure == nil && l.to != settled && good[l.to] {
		l.to = settled
	}
	return l
}

// judge fills in a cell from its points; scarce says where the machine has too little for the
// transfer.
func (c *Cell) judge(points []int, r1 *space, behind *side, scarce func(*State) bool) {
	landings, f := behind.landings[c.Transfer], behind.future
	c.Points.Total = len(points)
	if behind.broken {
		c.Verdict = "broken"
		return
	}
	worst, bounded, lacking := Immediate, true, false
	for _, i := range points {
		l := landings[i]
		class, lacks := classOf(l, f), scarce(r1.places[i].state)
		if lacks {
			class = Invalid
		}
		c.Points.count(class)
		worst = max(worst, class)
		switch {
		case lacks:
			lacking = true
			continue
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
	if lacking {
		c.Kinds = append(slices.Clone(c.Kinds), kindResource)
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
func (n *Nearest) fails(length int, kinds []string) {
	if n.Shortest == 0 || length < n.Shortest {
		n.Shortest, n.Kinds = length, nil
	}
	if length == n.Shortest {
		n.Kinds = append(slices.Clone(n.Kinds), kinds...)
		slices.Sort(n.Kinds)
		n.Kinds = slices.Compact(n.Kinds)
	}
}
