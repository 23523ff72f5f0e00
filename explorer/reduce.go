package explorer

import (
	"slices"
	"strings"

	"github.com/lucheck/lucheck/explorer/search"
	"github.com/lucheck/lucheck/lang"
	"github.com/lucheck/lucheck/model"
)

// This file is about reductions: which are used, and what a report can say under them. What they
// rest on stands in docs/reductions.md.

// byLocalSteps names the reduction that passes over states in which local steps can be taken.
const byLocalSteps = "local steps"

// localSteps gives the search the model's part of what makes steps local; nil where none is.
func (a *Analysis) localSteps() func(group int, v, next []uint64) bool {
	local, why := a.locals()
	if local == nil {
		a.whole = append(a.whole, byLocalSteps+": not used, because "+why)
		return nil
	}
	a.local = local
	return local.Local
}

// locals gives the local steps of the model, or says why none is.
func (a *Analysis) locals() (*model.LocalSteps, string) {
	local, why := a.model.LocalSteps(a.levels)
	if slices.ContainsFunc(slices.Concat(a.update.Expects, a.opt.Require), func(e *lang.Expect) bool {
		return e.OfCell() && (e.Verdict == "immediate" || e.Verdict == "eventual")
	}) {
		local, why = nil, "an expectation tells `immediate` from `eventual`"
	}
	if a.opt.irreducible != "" {
		local, why = nil, a.opt.irreducible
	}
	if a.symmetry != nil {
		local, why = nil, "symmetry is used"
	}
	return local, why
}

// savings counts what reductions would leave of what was explored without any. Symmetry is left out
// where nothing is declared symmetric.
func (a *Analysis) savings() []Saving {
	all := []Saving{a.savedByLocalSteps()}
	if len(a.update.Symmetric) > 0 {
		all = append(all, a.savedBySymmetry())
	}
	return all
}

func (a *Analysis) savedBySymmetry() Saving {
	s := Saving{Name: bySymmetry, States: []int{}}
	y := a.model.Symmetry()
	used, left := y.Names()
	if len(used) == 0 {
		s.Reason = strings.Join(left, "; ")
		return s
	}
	for _, r := range a.regions() {
		n, err := 0, error(nil)
		if r != nil && !r.Complete {
			return Saving{Name: s.Name, States: []int{}, Reason: "a limit has left states out"}
		}
		if r != nil {
			n, err = a.space.CountOrbits(a.opt.Closing, y, r.First, r.End)
		}
		if err != nil {
			return Saving{Name: s.Name, States: []int{}, Reason: "there was no time to count"}
		}
		s.States = append(s.States, n)
	}
	return s
}

func (a *Analysis) savedByLocalSteps() Saving {
	s := Saving{Name: byLocalSteps, States: []int{}}
	local, why := a.locals()
	if local != nil && a.r1.excluded.Len() > 0 {
		local, why = nil, deadlocks
	}
	if s.Reason = why; local == nil {
		return s
	}
	roots := []int{a.r1.roots, a.r2.roots, 0} // they stay
	for i, r := range a.regions() {
		left := 0
		if r != nil {
			passed, err := a.space.PassedOver(a.opt.Closing, r.First+search.Ref(roots[i]), r.End, local.Local)
			if err != nil {
				return Saving{Name: s.Name, States: []int{}, Reason: "there was no time to count"}
			}
			left = int(r.End-r.First) - passed
		}
		s.States = append(s.States, left)
	}
	return s
}

// deadlocks is why local steps cannot be used where it shows while they are.
const deadlocks = "the old version can deadlock"

// irreducible is the error of an analysis that cannot be done with its reductions.
type irreducible struct{ why string }

func (i *irreducible) Error() string { return "explorer: not with reductions: " + i.why }

// leaveOut takes the initial states that are passed over out of the update points: what is true of
// the states behind them is true of them. A deadlock of the old version is no point, but a state that
// local steps lead from into one is: with such there is no reduction.
func (a *Analysis) leaveOut(s *side) error {
	if a.local == nil {
		return nil
	}
	if s.version == 0 && s.excluded.Len() > 0 {
		return &irreducible{deadlocks}
	}
	r := s.region
	for ref := r.First; ref < r.End && ref < r.First+search.Ref(s.roots); ref++ {
		if a.space.Passing(a.space.Vector(ref, nil)) {
			s.excluded.Add(ref)
		}
	}
	return nil
}

// uncount takes the counts of the definitions out of a report that is made with reductions, and puts
// those of what was explored under its statistics.
func (a *Analysis) uncount(s *Scenario) {
	s.Stats.Unreduced, s.Stats.Symmetry = a.whole, a.symmetryStats()
	if a.local == nil {
		return
	}
	s.Stats.Reduction = &Reduction{By: []string{byLocalSteps}, Old: s.Old.Counts, New: s.New.Counts, Switched: s.Switched}
	for _, c := range []*Counts{&s.Old.Counts, &s.New.Counts, &s.Switched} {
		c.States, c.Steps = NotCounted, NotCounted
	}
	for _, c := range s.Cells {
		if c.Points.Total != 0 {
			c.Points = Points{NotCounted, NotCounted, NotCounted, NotCounted, NotCounted, NotCounted}
		}
		c.Steps = Steps{}
	}
	for i := range s.Levels {
		if s.Levels[i].Points != 0 {
			s.Levels[i].Points = NotCounted
		}
	}
}

// unseen is what is known of how a level is reached, where states are passed over: the least
// number of steps is not. Of a level that a local step can lead to, a run that waits with such steps may
// stay away where the runs that are explored do not.
func (a *Analysis) unseen(level int, w Waiting) Waiting {
	if a.local == nil {
		return w
	}
	w.Steps = nil
	if w.Reached == "inevitable" && a.local.Sees(a.levels[level]) {
		return Waiting{Reached: "unknown", Reason: "with " + byLocalSteps + " it is not decided whether every fair run comes to the level"}
	}
	return w
}

// passedOutside gives, for each level that can tell a state from the one behind a local step, the levels that
// seem to be included in it, and of which a point that is passed over is none of its own: by it they are not.
// The steps of the old version are computed once more until all is known, where there is anything to know.
func (a *Analysis) passedOutside() []uint64 {
	if a.outside != nil {
		return a.outside
	}
	a.outside = make([]uint64, len(a.levels))
	open := make([]uint64, len(a.levels))
	for i, l := range a.levels {
		for j := range a.levels {
			if a.local != nil && i != j && a.local.Sees(l) && !model.Offline(a.levels[j]) && a.points(j) > 0 && a.seemsToInclude(i, j) {
				open[i] |= 1 << j
			}
		}
	}
	look := func(v []uint64) bool {
		mask := ^uint64(0)
		for _, t := range a.masks {
			mask &= t.Of(v)
		}
		left := false
		for i := range open {
			if mask>>i&1 == 0 {
				a.outside[i] |= mask & open[i]
			}
			left = left || open[i]&^a.outside[i] != 0
		}
		return left
	}
	if !slices.ContainsFunc(open, func(m uint64) bool { return m != 0 }) || a.r1.initial != 0 {
		return a.outside
	}
	r, v := a.r1.region, []uint64(nil)
	for ref := r.First; ref < r.Expanded; ref++ {
		if ref%together == 0 && a.opt.Closing.Err() != nil {
			for i := range open { // nothing is claimed that was not looked at
				a.outside[i] |= open[i]
			}
			break
		}
		if v = a.space.Vector(ref, v); a.space.Passing(v) {
			left := true
			if a.space.EachPassed(v, func(w []uint64) bool { left = look(w); return left }); !left {
				break
			}
			continue
		}
		for g := range a.model.Groups() {
			var targets [][]uint64
			a.emission(g, v, func(next []uint64, _ search.Info) bool {
				if next != nil && !slices.ContainsFunc(a.r1.invariants, func(t *search.Table) bool { return t.Of(next) != 0 }) {
					targets = append(targets, slices.Clone(next))
				}
				return false
			})
			for _, next := range targets {
				done := false
				if a.space.EachPassed(next, func(w []uint64) bool { done = !look(w); return !done }); done {
					return a.outside
				}
			}
		}
	}
	return a.outside
}
