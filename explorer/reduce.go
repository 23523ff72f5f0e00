package explorer

import (
	"slices"

	"github.com/lucheck/lucheck/explorer/search"
	"github.com/lucheck/lucheck/lang"
)

// This file is about reductions: which are used, and what a report can say under them. What they
// rest on stands in docs/reductions.md.

// byLocalSteps names the reduction that passes over states in which local steps can be taken.
const byLocalSteps = "local steps"

// localSteps gives the search the model's part of what makes steps local; nil where none is.
func (a *Analysis) localSteps() func(group int, v, next []uint64) bool {
	local, why := a.model.LocalSteps(a.levels)
	if slices.ContainsFunc(slices.Concat(a.update.Expects, a.opt.Require), func(e *lang.Expect) bool {
		return e.OfCell() && (e.Verdict == "immediate" || e.Verdict == "eventual")
	}) {
		local, why = nil, "an expectation tells `immediate` from `eventual`"
	}
	if a.opt.irreducible != "" {
		local, why = nil, a.opt.irreducible
	}
	if local == nil {
		a.whole = append(a.whole, byLocalSteps+": not used, because "+why)
		return nil
	}
	a.local = local
	return local.Local
}

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
		return &irreducible{"the old version can deadlock"}
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
	s.Stats.Unreduced = a.whole
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
