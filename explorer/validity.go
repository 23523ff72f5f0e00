package explorer

import (
	"github.com/lucheck/lucheck/explorer/search"
)

// class is what becomes of a switched state (definitions section 3), worst last.
type class uint8

const (
	undecided class = iota
	immediate
	eventual
	possible
	stray
	invalid
	classes
)

// after is the exploration of switched states until R2.
type after struct {
	base   *after // explored before: its states are not expanded again
	region *search.Region
	failed *search.Set // deadlocked states
	// tolerated states are as good as R2; nil: not asked yet.
	tolerated *search.Set
	// By state - region.First:
	class    []class
	toFail   []int32 // steps up to and including one that fails; 0: a deadlock
	toR2     []int32 // least number of steps into R2
	longest  []int32 // greatest number, of eventual states
	toLost   []int32 // steps to a state from which R2 is out of reach
	toCycle  []int32 // steps to a fair cycle outside R2
	cycles   *search.Cycles
	complete bool // no limit was met, in no exploration
}

// exploreAfter follows every switched state until it enters R2.
func (a *Analysis) exploreAfter() (err error) {
	if a.images == nil {
		return nil
	}
	a.after, err = a.follow(nil, "after the switch")
	return err
}

// follow explores the states stored last, those from the end of base or R1 on.
func (a *Analysis) follow(base *after, phase string) (*after, error) {
	s := &after{base: base, complete: a.r1.complete() && a.r2.complete() && !a.cut}
	first := a.r1.region.End
	if base != nil {
		first = base.region.End
		s.complete = s.complete && base.complete
	}
	run := search.Run{From: first, StopBelow: first, Edges: true, Barred: true, Invariants: a.r2.invariants,
		Stuck: a.stuck(), Limits: a.limits(), Progress: a.progress(phase, first), Title: a.title(phase)}
	run.Limits.Beside = besideAfter + a.besideThreads()
	region, err := a.space.Explore(a.ctx, run)
	if err != nil {
		return nil, err
	}
	s.region = region
	s.failed, _ = a.failuresOf(region)
	s.complete = s.complete && region.Complete
	a.latest = s
	return s, nil
}

// inR2 says whether a stored state belongs to the new version.
func (a *Analysis) inR2(ref search.Ref) bool { return ref < a.r2.region.End }

func (a *Analysis) classify() error {
	if a.after == nil {
		return nil
	}
	return a.judgeStates(a.after)
}

// judgeStates decides every state of an exploration, from what can be reached from
// it. Without the whole graph only failures are certain, and only while all of R2
// is known: else the run may have entered R2 before it failed. What there was no
// time for is undecided.
func (a *Analysis) judgeStates(s *after) error {
	s.class = perState[class](a.space, int(s.region.End-s.region.First))
	if !a.r2.complete() {
		return nil
	}
	if err := a.distances(s); err != nil {
		s.complete = false
	}
	if s.toFail == nil {
		return nil
	}
	if !s.complete {
		for i, d := range s.toFail {
			if d != search.Never {
				s.class[i] = invalid
			}
		}
		return nil
	}
	for i := range s.class {
		switch {
		case s.tolerated.Has(s.region.First + search.Ref(i)):
			s.class[i] = immediate
		case s.toFail[i] != search.Never:
			s.class[i] = invalid
		case s.toLost[i] != search.Never:
			s.class[i] = stray
		case s.toCycle[i] != search.Never:
			s.class[i] = possible
		default:
			s.class[i] = eventual
		}
	}
	return nil
}

// distances makes the passes over the graph that the classes rest on, in order; of
// an incomplete graph only the first. The error says that the passes had to stop.
func (a *Analysis) distances(s *after) (err error) {
	r, g, ctx := s.region, s.region.Graph, a.opt.Closing
	s.toFail, err = g.DistanceOver(ctx, func(ref search.Ref) bool {
		if ref < r.First {
			return s.base.classOf(ref) == invalid
		}
		return s.failed.Has(ref)
	}, r.Failing.Has)
	if err != nil || !s.complete {
		return err
	}
	if err := a.tolerate(s); err != nil {
		return err
	}
	enters := func(ref search.Ref) bool {
		return s.tolerates(ref) || ref < r.First && (a.inR2(ref) || s.base.reachesR2(ref))
	}
	if s.toR2, err = g.BackwardDistance(ctx, enters); err != nil {
		return err
	}
	if s.longest, err = g.Longest(ctx, enters); err != nil {
		return err
	}
	if s.cycles, err = g.FairCycles(ctx, search.Fairness{Orbits: a.space}); err != nil {
		return err
	}
	s.toLost, err = g.BackwardDistance(ctx, func(ref search.Ref) bool {
		if ref < r.First {
			return s.base.classOf(ref) == stray
		}
		return s.toR2[ref-r.First] == search.Never
	})
	if err != nil {
		return err
	}
	s.toCycle, err = g.BackwardDistance(ctx, func(ref search.Ref) bool {
		if ref < r.First {
			return s.base.classOf(ref) == possible
		}
		return s.cycles.States.Has(ref) && !s.tolerated.Has(ref)
	})
	return err
}

// classOf gives the class of a state of this exploration or an earlier one;
// undecided for any other.
func (s *after) classOf(ref search.Ref) class {
	for ; s != nil; s = s.base {
		if ref >= s.region.First {
			return s.class[ref-s.region.First]
		}
	}
	return undecided
}

// reachesR2 says whether some run from a state enters R2.
func (s *after) reachesR2(ref search.Ref) bool {
	for ; s != nil; s = s.base {
		if ref >= s.region.First {
			return s.toR2[ref-s.region.First] != search.Never
		}
	}
	return false
}

// classOf gives the class of a point under a transfer, as far as s goes.
func (a *Analysis) classOf(s *after, img *image, point int) class {
	to, fail := img.at(a.original(point))
	switch {
	case fail != 0:
		return invalid
	case to == search.NoRef:
		return undecided
	case a.inR2(to):
		return immediate
	}
	return s.classOf(to)
}

// stepsTo gives the least and the greatest number of steps from a point's image
// into R2; greatest is search.Unbounded where there is none.
func (a *Analysis) stepsTo(img *image, point int) (least, greatest int32) {
	to := img.to[point]
	if a.inR2(to) {
		return 0, 0
	}
	i := to - a.after.region.First
	return a.after.toR2[i], a.after.longest[i]
}
