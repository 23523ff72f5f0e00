package explorer

import (
	"fmt"
	"slices"
	"strings"

	"github.com/lucheck/lucheck/explorer/search"
	"github.com/lucheck/lucheck/model"
)

// Explanation is one cell looked at closely.
type Explanation struct {
	Cell *Cell
	// Trace is the counterexample of an invalid, stray or possible cell, a witness
	// run through the switch of a valid one, and nil where there is none.
	Trace *Trace
	Text  []string // sentences for the reader
	// Witness shows of an infeasible level why no transfer works; nil for other cells.
	Witness *Witness
}

// NoCell is a question about a cell that the matrix does not have.
type NoCell struct {
	Name  string
	Cells []string // those that it has, as LEVEL:TRANSFER
}

func (e *NoCell) Error() string { return fmt.Sprintf("there is no cell `%s`", e.Name) }

// Why explains a cell: the shortest trace of one that is not valid; for a valid one
// a run through the switch, at the point with the longest way to R2; for a vacuous
// one what no state satisfies. As a level it also takes `plan p`, `plan p stopped` and
// `plan p stopped after 1`, whose cells have no transfer. The error is a *NoCell.
func (a *Analysis) Why(level, transfer string) (*Explanation, error) {
	var names []string
	if name, is := strings.CutPrefix(level, "plan "); is {
		if e := a.whyPlan(name); e != nil {
			return e, nil
		}
	}
	for _, c := range a.scenario.Cells {
		names = append(names, c.Level+":"+c.Transfer)
		if sameLevel(c.Level, level) && c.Transfer == transfer {
			return a.why(c), nil
		}
	}
	for _, p := range a.scenario.Plans {
		names = append(names, planNames(&p)...)
	}
	name := level + ":" + transfer
	if strings.HasPrefix(level, "plan ") {
		name = level // plans have no columns
	}
	return nil, &NoCell{Name: name, Cells: names}
}

// sameLevel compares two levels as written, whatever the order of their names.
func sameLevel(x, y string) bool {
	parts := func(s string) []string {
		kind, names, _ := strings.Cut(strings.TrimSpace(s), " ")
		list := strings.Split(names, ",")
		for i := range list {
			list[i] = strings.TrimSpace(list[i])
		}
		slices.Sort(list)
		return append([]string{kind}, list...)
	}
	return slices.Equal(parts(x), parts(y))
}

func (a *Analysis) why(c *Cell) *Explanation {
	e := &Explanation{Cell: c, Trace: c.Trace}
	l, _ := a.levelNamed(c.Level)
	t, declared := a.transferNamed(c.Transfer)
	switch {
	case c.Verdict == Broken:
		e.Text = append(e.Text, "The new version alone can fail, so no point of the old one can lead to a valid configuration.")
		if fs := a.scenario.New.Failures; len(fs) > 0 {
			e.Trace = fs[0].Trace
			if e.Trace != nil {
				copied := *e.Trace
				copied.Failure = &fs[0]
				e.Trace = &copied
			}
		}
	case c.Failure != nil:
		f := c.Failure
		e.Text = append(e.Text, fmt.Sprintf("%s: %s.", f.Detail, f.Clause))
		if f.Place != nil {
			e.Text = append(e.Text, fmt.Sprintf("%s:%d:%d", f.Place.File, f.Place.Line, f.Place.Column))
		}
	case c.Verdict == Vacuous:
		e.Text = append(e.Text, fmt.Sprintf("No state of the old version satisfies `%s`: of its %s states none is an update point of this level.", c.Level, a.reachable()))
		e.Text = append(e.Text, a.hindrance(l)...)
	case c.Verdict == Infeasible:
		e.Witness = a.judgeOf(l).tellingRuns(a.existing[l])
		e.Text = append(e.Text, a.infeasible(e.Witness))
	case c.Verdict == Feasible:
		e.Text = append(e.Text, fmt.Sprintf("Some transfer works: what decided is %s.", c.Search))
	case c.Verdict == Unknown || !declared:
		e.Text = append(e.Text, "Not decided.") // the report says why
	case c.Verdict == Valid:
		s := a.sum(l, t)
		a.shown = l
		e.Trace = a.judgeOf(l).witness(t, &s)
		if c.Points.Total == NotCounted {
			e.Text = append(e.Text, fmt.Sprintf("All points of `%s` are valid.", c.Level))
			break
		}
		e.Text = append(e.Text, fmt.Sprintf("All %d points of `%s` are valid: %d at once, %d after some steps of the old code.", c.Points.Total, c.Level, c.Points.Immediate, c.Points.Eventual))
	case c.Verdict == Stray:
		e.Text = append(e.Text, "Nothing fails, but from the end of this run the system can never again be in a configuration of the new version.")
	case c.Verdict == Possible:
		e.Text = append(e.Text, "Nothing fails, but this run, fair as it is, stays outside the new version's configurations for ever.")
	}
	return e
}

// explainCell gives a cell that is not valid its shortest trace.
func (a *Analysis) explainCell(c *Cell) error {
	l, _ := a.levelNamed(c.Level)
	t, ok := a.transferNamed(c.Transfer)
	j := a.judgeOf(l)
	if !ok || j.after == nil || c.Failure != nil {
		return nil
	}
	s := a.sum(l, t)
	switch c.Verdict {
	case Invalid:
		c.Trace = j.counterexample(t, s.best[invalid].point)
	case Stray:
		c.Trace, c.Reason = j.strayRun(t, s.best[stray].point)
	case Possible:
		c.Trace = j.lasso(t, s.best[possible].point)
	}
	return nil
}

// reachable says how many states of the old version there are.
func (a *Analysis) reachable() string {
	if n := a.scenario.Old.States; n != NotCounted {
		return fmt.Sprintf("%d reachable", n)
	}
	return "reachable"
}

// judgeOf gives the analysis that judges a level: the offline one where the system is down.
func (a *Analysis) judgeOf(level int) *Analysis {
	if model.Offline(a.levels[level]) && a.offline != nil {
		return a.offline
	}
	return a
}

// run is the run from the initial state to a point, through its switch, and along
// some states after it. It ends in the switch where that fails. last is the state in which it
// ends, nil where the switch fails.
func (a *Analysis) run(transfer, point int, rest []search.Ref) (t *Trace, last []uint64) {
	o, at := a.locate(point)
	text := "update "
	if a.outer != nil {
		text = "reboot into update "
	}
	path := o.pathTo(at)
	t = o.trace(path)
	before := path[len(path)-1]
	s := TraceStep{Kind: "switch", Text: text + a.update.Name, Place: placeOf(a.update.Span), Changes: []Change{}}
	if c := a.course; c != nil {
		s.Kind, s.Text, s.Place = "begin", "plan "+c.plan.Name+" begins", placeOf(c.plan.Span)
	}
	after := a.switched(transfer, before)
	if after != nil {
		s.Changes = a.changes(before, after)
	}
	to, fail := a.images[transfer].at(point)
	s.Fails = fail != 0
	if a.course == nil {
		t.Switch = len(t.Steps)
	}
	t.Steps = append(t.Steps, s)
	if fail != 0 {
		if after == nil {
			after = before // it is an invariant that fails otherwise
		}
		t.End, t.Failure = "failure", a.describeFailure(fail-1, after, "")
	} else {
		if a.symmetry == nil {
			after = a.space.Vector(to, nil)
		}
		run := a.along(after, rest)
		t.Steps = append(t.Steps, a.trace(run).Steps...)
		last = run[len(run)-1]
	}
	t.Initial = []Value{}
	o.initial(t, path[0])
	return t, last
}

// locate says where a point, or the one of its orbit that is, is stored.
func (a *Analysis) locate(point int) (in *Analysis, at search.Ref) {
	point = a.original(point)
	if a.outer != nil {
		return a.outer, a.downAt[point]
	}
	return a, a.r1.region.First + search.Ref(point)
}

// switched is the state right after the switch, whether an invariant holds in it or
// not; nil where the switch itself fails.
func (a *Analysis) switched(transfer int, before []uint64) []uint64 {
	t := a.model.Transfers[transfer]
	if a.outer != nil {
		next, _ := a.model.Restart(t, before)
		return next
	}
	next, _ := a.model.Switch(t, before)
	return next
}

// counterexample is a shortest run from the initial state through the switch at a
// point into a failure.
func (a *Analysis) counterexample(transfer, point int) *Trace {
	to, fail := a.images[transfer].at(point)
	if fail != 0 {
		t, _ := a.run(transfer, point, nil)
		return t
	}
	rest, last := a.descend(to, a.after.toFail, func(search.Ref) bool { return false })
	t, v := a.run(transfer, point, rest)
	want := uint32(anyFailure)
	if a.after.failed.Has(last) {
		want = a.stuckID(v) // whatever else could fail there: a deadlock is not left
	}
	a.endInFailure(t, v, want, a.behind(), true)
	return t
}

// behind are the invariants behind the switch.
func (a *Analysis) behind() []*search.Table {
	if a.course != nil {
		return a.course.invariants
	}
	return a.r2.invariants
}

// descend follows decreasing distances from a switched state until they are 0, or
// a successor outside the graph is the target.
func (a *Analysis) descend(from search.Ref, dist []int32, target func(search.Ref) bool) (path []search.Ref, last search.Ref) {
	r := a.after.region
	last = from
	for last >= r.First && dist[last-r.First] > 0 {
		targets, _ := r.Graph.Out(last)
		next := search.NoRef
		for _, to := range targets {
			switch {
			case to == search.NoRef:
			case to < r.First:
				if dist[last-r.First] == 1 && target(to) {
					next = to
				}
			case dist[to-r.First] != search.Never && dist[to-r.First] == dist[last-r.First]-1:
				next = to
			}
			if next != search.NoRef {
				break
			}
		}
		if next == search.NoRef {
			break
		}
		path = append(path, next)
		last = next
	}
	return path, last
}

// witness is a run through the switch into R2: at the point that needs most steps.
func (a *Analysis) witness(transfer int, s *tally) *Trace {
	k := immediate
	if s.best[eventual].length > 0 {
		k = eventual
	}
	point := s.best[k].point
	if k == immediate && a.outer == nil {
		point = a.telling(transfer, point)
	}
	to := a.images[transfer].to[point]
	var rest []search.Ref
	if k == eventual {
		rest, _ = a.descend(to, a.after.toR2, a.inR2)
	}
	t, _ := a.run(transfer, point, rest)
	last := to
	if len(rest) > 0 {
		last = rest[len(rest)-1]
	}
	if t.End = "in R2"; !a.inR2(last) {
		t.End = "tolerated"
	}
	return t
}

// telling is a point at which a transfer does something, as near as there is one: of a
// run that shows what it does. Without any it is the given one.
func (a *Analysis) telling(transfer, point int) int {
	if transfer == 0 {
		return point
	}
	r := a.r1.region
	for i, to := range a.images[transfer].to {
		ref := r.First + search.Ref(i)
		if to != search.NoRef && !a.sameImage(&a.images[transfer], &a.images[0], i) && !a.r1.excluded.Has(ref) && a.classOf(a.after, &a.images[transfer], i) == immediate && a.mask(ref)>>a.shown&1 != 0 {
			return i
		}
	}
	return point
}

// strayRun leads to a state from which R2 is out of reach, and says how it differs
// from the nearest state of R2.
func (a *Analysis) strayRun(transfer, point int) (*Trace, string) {
	to := a.images[transfer].to[point]
	rest, _ := a.descend(to, a.after.toLost, func(search.Ref) bool { return false })
	t, last := a.run(transfer, point, rest)
	t.End = "state"
	return t, a.difference(last)
}

// maxCompared bounds the states of R2 with which a stray state is compared.
const maxCompared = 20_000

// difference names what tells a state from the nearest one of R2.
func (a *Analysis) difference(state []uint64) string {
	here := a.model.Describe(state)
	var best []string
	compared := 0
	for other := a.r2.region.First; other < a.r2.region.End && compared < maxCompared; other++ {
		a.space.Members(other, func(_ int, v []uint64) bool {
			var diff []string
			for i, x := range a.model.Describe(v) {
				if x.Value != here[i].Value {
					diff = append(diff, fmt.Sprintf("%s is %s, not %s", x.Path, or(here[i].Value, "nothing"), or(x.Value, "nothing")))
					if best != nil && len(diff) >= len(best) {
						break
					}
				}
			}
			if best == nil || len(diff) < len(best) {
				best = diff
			}
			compared++
			return compared < maxCompared
		})
	}
	text := "the nearest configuration of the new version differs: "
	for i, d := range best {
		if i > 0 {
			text += "; "
		}
		text += d
	}
	return text
}

func or(s, other string) string {
	if s == "" {
		return other
	}
	return s
}

// lasso leads to a fair cycle outside R2 and round it once.
func (a *Analysis) lasso(transfer, point int) *Trace {
	to := a.images[transfer].to[point]
	rest, last := a.descend(to, a.after.toCycle, func(search.Ref) bool { return false })
	t, v := a.run(transfer, point, rest)
	t.End, t.Loop = "cycle", len(t.Steps)
	for i, scc := range a.after.cycles.Components {
		if !containsRef(scc, last) {
			continue
		}
		round := a.round(i, last, v)
		if round == nil {
			return nil // there was no time
		}
		t.Steps = append(t.Steps, a.trace(round).Steps...)
		break
	}
	t.Initial = []Value{}
	o, at := a.locate(point)
	o.initial(t, o.pathTo(at)[0])
	return t
}

func containsRef(list []search.Ref, ref search.Ref) bool {
	for _, r := range list {
		if r == ref {
			return true
		}
	}
	return false
}

// hindrance says how near the level's condition came: of what it asks for, what no
// state satisfies by itself.
func (a *Analysis) hindrance(level int) []string {
	names := a.model.LevelParts(a.levels[level])
	var out []string
	for _, part := range names {
		t := a.space.NewTable(search.Function{Reads: part.Reads, Eval: part.Eval})
		n := 0
		for ref := a.r1.region.First; ref < a.r1.region.End; ref++ {
			if !a.r1.excluded.Has(ref) && t.At(ref) != 0 {
				n += int(a.space.Orbit(ref))
			}
		}
		switch {
		case a.local == nil:
			out = append(out, fmt.Sprintf("%s: in %d of %d states.", part.Name, n, a.statesOf(a.r1.region)))
		case n == 0:
			out = append(out, part.Name+": in no state.")
		default:
			out = append(out, part.Name+": in some states.")
		}
	}
	return out
}
