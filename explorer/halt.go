package explorer

import (
	"fmt"
	"slices"

	"github.com/lucheck/lucheck/explorer/search"
	"github.com/lucheck/lucheck/model"
)

// standStill judges the plan where it stops for good: half-way, and when it has replaced
// so many instances. No failure may be reached (definitions section 3). Where the plan
// has ended, and where it leaves a state that was reached without it, this is known already.
func (a *Analysis) standStill() error {
	if !a.after.complete {
		return nil
	}
	h, err := a.halts()
	if h == nil || err != nil {
		return err
	}
	if err := h.follow(a); err != nil {
		return err
	}
	p := &a.course.verdict
	p.Stopped, p.StopTrace = h.halfWay.judge(a, h)
	for k := range p.StoppedAfter {
		s := &p.StoppedAfter[k]
		s.Verdict, s.Trace = h.after[k].judge(a, h)
	}
	return nil
}

// halts are the ways of a plan to stand still.
type halts struct {
	first   search.Ref   // states from here on are reached only because it does
	at      []search.Ref // by state from first on: where the plan stands still
	region  *search.Region
	failed  *search.Set
	toFail  []int32 // steps to a failure, by state from first on; nil: there was no time for it
	halfWay halt
	after   []halt // by the number of instances replaced
}

// halt is one way.
type halt struct {
	possible bool // some run comes to it
	further  bool // what follows has to be explored
	fails    bool
	at, to   search.Ref // of the nearest failure: where the plan stands still, and the state then
	distance int32      // from there
}

// note takes in a state at which the plan can stand still, the state then, and the
// number of steps from there to a failure.
func (h *halt) note(at, to search.Ref, distance int32) {
	if h.possible = true; distance != search.Never && (!h.fails || distance < h.distance) {
		h.fails, h.at, h.to, h.distance = true, at, to, distance
	}
}

// halts finds the states at which the plan can stand still; nil where the disk has no room for those then.
func (a *Analysis) halts() (*halts, error) {
	c, r := a.course, a.after.region
	h := &halts{first: a.space.Len(), after: make([]halt, len(c.verdict.StoppedAfter))}
	for i := range a.images[0].to {
		if to, _ := a.images[0].at(i); to < r.First { // the plan is over as soon as it begins
			h.after[0].possible = true
		}
	}
	for ref := r.First; ref < r.End; ref++ {
		st := c.stages[ref-r.First]
		if a.noState(ref) {
			continue
		}
		if a.enters(r.Graph, ref, a.r2.region) {
			h.after[len(h.after)-1].possible = true
		}
		switch {
		case st.Old: // without the plan, this is a state of the old version
			h.after[0].possible = true
			continue
		case !st.Begun:
			h.after[st.Replaced].note(ref, ref, a.failsAfter(ref))
			continue
		}
		to, fresh, full, err := add(a.space, a.model.Halted(a.space.Vector(ref, nil)))
		if full || err != nil {
			return nil, err
		}
		if fresh {
			h.at = append(h.at, ref)
		}
		if to < h.first {
			h.note(st, ref, to, a.failsAfter(to))
		}
	}
	return h, nil
}

// note takes in a state at which a plan under way stands still.
func (h *halts) note(st model.Stage, at, to search.Ref, distance int32) {
	h.after[st.Replaced].note(at, to, distance)
	if st.Mixed {
		h.halfWay.note(at, to, distance)
	}
}

// failsAfter is the least number of steps to a failure from a state of either version or of
// a run behind the plan's end.
func (a *Analysis) failsAfter(ref search.Ref) int32 {
	if ref < a.after.region.First {
		return search.Never
	}
	return a.after.toFail[ref-a.after.region.First]
}

// follow explores what comes of the states that were not reached before.
func (h *halts) follow(a *Analysis) (err error) {
	if len(h.at) == 0 {
		return nil
	}
	if h.region, err = a.runOn(h.first); err != nil {
		return err
	}
	h.failed, _ = a.failuresOf(h.region)
	h.toFail, _ = h.region.Graph.DistanceOver(a.opt.Closing, func(ref search.Ref) bool {
		if ref >= h.first {
			return h.failed.Has(ref)
		}
		return a.failsAfter(ref) != search.Never
	}, h.region.Failing.Has)
	for i, at := range h.at {
		st := a.course.stages[at-a.after.region.First]
		distance := search.Never
		if h.toFail != nil {
			distance = h.toFail[i]
		}
		h.note(st, at, h.first+search.Ref(i), distance)
		h.after[st.Replaced].further = true
		h.halfWay.further = h.halfWay.further || st.Mixed
	}
	return nil
}

// judge gives the verdict, with a run into the failure where there is one.
func (h *halt) judge(a *Analysis, all *halts) (Verdict, *Trace) {
	switch {
	case h.fails:
		return Invalid, a.haltedRun(h, all)
	case !h.possible:
		return Vacuous, nil
	case h.further && (all.toFail == nil || !all.region.Complete):
		return Unknown, nil
	}
	return Valid, nil
}

// haltedRun is a run through a plan that stands still into a failure.
func (a *Analysis) haltedRun(h *halt, all *halts) *Trace {
	path := a.space.Path(h.at)
	point := slices.IndexFunc(a.images[0].to, func(r search.Ref) bool { return r == path[0] })
	t, _ := a.run(0, point, path[1:])
	if h.at != h.to {
		before, behind := a.space.Vector(h.at, nil), a.space.Vector(h.to, nil)
		t.Steps = append(t.Steps, TraceStep{Kind: "halt", Text: fmt.Sprintf("plan %s stands still for good", a.course.plan.Name),
			Place: placeOf(a.course.plan.Span), Changes: a.changes(before, behind)})
	}
	known, way, last := a.after, []search.Ref{h.to}, h.to
	goOn := func(s *after) {
		a.after = s
		var rest []search.Ref
		rest, last = a.descend(last, s.toFail, func(ref search.Ref) bool { return ref >= known.region.First && a.failsAfter(ref) != search.Never })
		way = append(way, rest...)
	}
	if last >= all.first {
		goOn(&after{region: all.region, toFail: all.toFail, failed: all.failed})
	}
	if last < all.first {
		goOn(known)
	}
	on := a.along(a.space.Vector(h.to, nil), way[1:])
	t.Steps = append(t.Steps, a.trace(on).Steps...)
	want, v := uint32(anyFailure), on[len(on)-1]
	if a.after.failed.Has(last) {
		want = a.stuckID(v)
	}
	a.endInFailure(t, v, want, a.behind(), true)
	a.after = known
	t.Initial = []Value{}
	a.initial(t, a.pathTo(a.r1.region.First + search.Ref(point))[0])
	return t
}
