package explorer

import (
	"slices"
	"strings"

	"github.com/lucheck/lucheck/explorer/search"
	"github.com/lucheck/lucheck/model"
)

// trace explains a run: states of which each leads to the next.
func (a *Analysis) trace(run [][]uint64) *Trace {
	t := &Trace{Steps: []TraceStep{}, Initial: []Value{}, Switch: -1, Loop: -1, End: "state"}
	before := run[0]
	for _, v := range run[1:] {
		for _, to := range a.between(before, v) {
			t.Steps = append(t.Steps, a.step(before, to))
			before = to
		}
	}
	a.initial(t, run[0])
	return t
}

// initial lists what the trace changes, as it was at the start.
func (a *Analysis) initial(t *Trace, first []uint64) {
	changed := map[string]bool{}
	for _, s := range t.Steps {
		for _, c := range s.Changes {
			changed[c.Path] = true
		}
	}
	for _, v := range a.model.Describe(first) {
		if (changed[v.Path] || a.chosen()[v.Path]) && v.Value != "" { // "": it does not exist yet
			t.Initial = append(t.Initial, Value{Path: v.Path, Value: v.Value})
		}
	}
}

// chosen are the parts of the initial states that have several values there.
func (a *Analysis) chosen() map[string]bool {
	if a.choices != nil {
		return a.choices
	}
	a.choices = map[string]bool{}
	for version := range 2 {
		states, _, _ := a.model.Initial(version)
		if len(states) < 2 {
			continue
		}
		first := a.model.Describe(states[0])
		for _, v := range states[1:] {
			for i, x := range a.model.Describe(v) {
				if x.Value != first[i].Value {
					a.choices[x.Path] = true
				}
			}
		}
	}
	return a.choices
}

// between gives the states after each step from one stored state to the next, to
// included: more than one where states are passed over.
func (a *Analysis) between(from, to []uint64) [][]uint64 {
	if a.local == nil {
		return [][]uint64{to}
	}
	if a.space.Passing(from) {
		trail, found := a.space.Passed(from, to)
		if !found {
			panic("explorer: no local steps lead from one state of a path to the next")
		}
		return append(trail[1:], to)
	}
	for g := range a.model.Groups() {
		var targets [][]uint64
		a.emission(g, from, func(next []uint64, _ search.Info) bool {
			if next != nil {
				targets = append(targets, slices.Clone(next))
			}
			return false
		})
		for _, next := range targets {
			if trail, found := a.space.Passed(next, to); found {
				return append(trail, to)
			}
		}
	}
	panic("explorer: no step leads from one state of a path to the next")
}

// step explains the step between two states: the first one, in the order of
// groups and choices, that leads there.
func (a *Analysis) step(from, to []uint64) TraceStep {
	for g := range a.model.Groups() {
		k, found := a.emission(g, from, func(next []uint64, _ search.Info) bool { return next != nil && slices.Equal(next, to) })
		if found {
			_, _, info := a.model.Explain(g, from, k)
			return a.traceStep(info, a.changes(from, to))
		}
	}
	panic("explorer: no step leads from one state of a path to the next")
}

// emission finds the first of a group's steps that a test accepts; next is a full
// vector, nil for a failing step.
func (a *Analysis) emission(group int, from []uint64, accept func(next []uint64, info search.Info) bool) (k int, found bool) {
	if a.model.Footprint(group, from) == nil {
		return 0, false
	}
	n := 0
	system{a.model}.Step(group, from, func(next []uint64, info search.Info) bool {
		if info == search.Nothing {
			return true
		}
		if accept(next, info) {
			k, found = n, true
		}
		n++
		return !found
	})
	return k, found
}

func (a *Analysis) traceStep(i model.StepInfo, changes []Change) TraceStep {
	s := TraceStep{Unit: i.Unit, Version: i.Version, Handler: i.Handler, Kind: i.Kind, Place: placeOf(i.Span), Changes: changes}
	if i.Instance != "" {
		s.Instance = &i.Instance
	}
	if a.opt.Source != nil {
		s.Text, _, _ = strings.Cut(a.opt.Source(i.Span), "\n")
		s.Text = strings.TrimSpace(s.Text)
	}
	for _, m := range i.Moves {
		s.Message = &MessageMove{Name: m.Name, From: m.From, To: m.To, Form: m.Form, Move: m.Kind}
		break
	}
	return s
}

// changes compares two states place by place.
func (a *Analysis) changes(from, to []uint64) []Change {
	x, y := a.model.Describe(from), a.model.Describe(to)
	out := []Change{}
	for i := range x {
		if x[i].Value != y[i].Value {
			out = append(out, Change{Path: x[i].Path, From: x[i].Value, To: y[i].Value})
		}
	}
	return out
}

// endInFailure appends what fails in the trace's last state v: a failing step, or
// the state's own deadlock. want is the failure's number, or anyFailure; window says that
// the update is under way.
func (a *Analysis) endInFailure(t *Trace, v []uint64, want uint32, invariants []*search.Table, window bool) {
	t.End = "failure"
	for g := range a.model.Groups() {
		var id uint32
		var next []uint64
		k, found := a.emission(g, v, func(to []uint64, info search.Info) bool {
			var fails bool
			if id, fails = a.fails(to, info, invariants, window); !fails || want != anyFailure && id != want {
				return false
			}
			next = slices.Clone(to)
			return true
		})
		if !found {
			continue
		}
		_, _, info := a.model.Explain(g, v, k)
		changes := []Change{}
		if next != nil {
			changes = a.changes(v, next)
		}
		s := a.traceStep(info, changes)
		s.Fails = true
		t.Steps = append(t.Steps, s)
		seen := v
		if next != nil {
			seen = next
		}
		t.Failure = a.describeFailure(id, seen, a.model.GroupName(g))
		return
	}
	t.Failure = a.describeFailure(a.stuckID(v), v, "")
	t.Failure.Detail += ": " + a.waiting(v)
}

// anyFailure asks endInFailure for the first failure that there is.
const anyFailure = ^uint32(0)

// fails says whether a step fails, by itself, in the update's window, or by leading into a
// state that violates an invariant. The first failure found has the smallest number of a
// group; the order of groups decides.
func (a *Analysis) fails(to []uint64, info search.Info, invariants []*search.Table, window bool) (uint32, bool) {
	switch {
	case info&search.Failed != 0:
		return info.Payload(), true
	case window && info.Payload() != 0:
		return info.Payload() - 1, true
	}
	for _, t := range invariants {
		if id := t.Of(to); id != 0 {
			return uint32(id) - 1, true
		}
	}
	return 0, false
}

// steps says whether a state has any step.
func (a *Analysis) steps(v []uint64) bool {
	for g := range a.model.Groups() {
		if _, found := a.emission(g, v, func([]uint64, search.Info) bool { return true }); found {
			return true
		}
	}
	return false
}

// waiting says who waits in a deadlocked state.
func (a *Analysis) waiting(v []uint64) string {
	names := a.model.StuckGroups(v)
	if len(names) == 0 {
		names = a.model.ActiveGroups(v)
	}
	return strings.Join(names, ", ") + " cannot go on"
}

// describeFailure puts a failure in the author's words. v is the state that the
// clause was judged in, nil for none; instance is whose step failed.
func (a *Analysis) describeFailure(id uint32, v []uint64, instance string) *Failure {
	f := a.failureOf(id)
	out := &Failure{Kind: f.Kind.String(), Clause: f.Clause, Detail: f.Detail, Place: placeOf(f.Span), Values: []Value{}}
	if v != nil && f.Cond != nil {
		for _, x := range a.model.Observe(f.Cond, instance, v) {
			out.Values = append(out.Values, Value{Path: x.Path, Value: x.Value})
		}
	}
	return out
}
