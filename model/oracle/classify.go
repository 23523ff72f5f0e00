package oracle

import "slices"

// Class says what becomes of a point (definitions section 3), best first.
type Class uint8

// The classes of points.
const (
	Immediate Class = iota // the switch leads into R2
	Eventual               // R2 is inevitable
	Possible               // R2 stays in reach, but a fair run can stay outside
	Stray                  // R2 can get out of reach
	Invalid                // a failure before R2
)

// future is what can happen from each place outside R2.
type future struct {
	sp *space
	// fails, strays, loops: a failure, a place out of reach of R2, a fair cycle can
	// be reached.
	fails, strays, loops []bool
	least                []int // steps until R2 on a shortest way, -1 if there is none
	greatest             []int // on a longest way, -1 if there is a cycle or a dead end
	toFailure            []int // steps until the nearest failure, the failing one included; -1
	kinds                [][]string
}

// foresee computes the future of all places of an explored space.
func foresee(sp *space) *future {
	f := &future{sp: sp}
	n := len(sp.places)
	failing, near, lost, fair := make([]bool, n), make([]bool, n), make([]bool, n), make([]bool, n)
	for i, p := range sp.places {
		failing[i] = p.fails()
		for _, e := range p.steps {
			failing[i] = failing[i] || e.fails()
			near[i] = near[i] || e.failure == nil && e.to == settled
		}
	}
	reach := f.canReach(near)
	for i := range lost {
		lost[i] = !reach[i]
	}
	everything := make([]int, n)
	for i := range everything {
		everything[i] = i
	}
	f.fairCycles(everything, fair)
	f.fails, f.strays, f.loops = f.canReach(failing), f.canReach(lost), f.canReach(fair)
	f.least = f.distance(near)
	f.longest()
	f.failures()
	return f
}

// canReach marks the places from which a marked one can be reached.
func (f *future) canReach(goal []bool) []bool {
	marked := slices.Clone(goal)
	for changed := true; changed; {
		changed = false
		// Later places tend to be closer to the goal.
		for i := len(marked) - 1; i >= 0; i-- {
			for _, e := range f.sp.places[i].steps {
				if !marked[i] && e.failure == nil && e.to != settled && marked[e.to] {
					marked[i], changed = true, true
				}
			}
		}
	}
	return marked
}

// distance gives the number of steps until and with a step out of a place of
// goal: 1 at such a place itself; -1 where none can be reached.
func (f *future) distance(goal []bool) []int {
	steps := make([]int, len(goal))
	for i := range steps {
		steps[i] = -1
		if goal[i] {
			steps[i] = 1
		}
	}
	f.relax(steps)
	return steps
}

// relax lowers steps to one more than the least of the successors, until nothing
// changes.
func (f *future) relax(steps []int) {
	for changed := true; changed; {
		changed = false
		for i := len(steps) - 1; i >= 0; i-- {
			for _, e := range f.sp.places[i].steps {
				if e.failure != nil || e.to == settled || steps[e.to] < 0 {
					continue
				}
				if steps[i] < 0 || steps[i] > steps[e.to]+1 {
					steps[i], changed = steps[e.to]+1, true
				}
			}
		}
	}
}

// longest computes the greatest number of steps until R2: known for a place whose
// steps all lead to R2 or to places for which it is known.
func (f *future) longest() {
	f.greatest = make([]int, len(f.sp.places))
	for i := range f.greatest {
		f.greatest[i] = -1
	}
	for changed := true; changed; {
		changed = false
		for i := len(f.greatest) - 1; i >= 0; i-- {
			if f.greatest[i] >= 0 {
				continue
			}
			if most := f.most(f.sp.places[i].steps); most > 0 {
				f.greatest[i], changed = most, true
			}
		}
	}
}

// most is one more than the greatest number of the targets, -1 if one is unknown
// or there is none.
func (f *future) most(steps []edge) int {
	most := -1
	for _, e := range steps {
		switch {
		case e.failure != nil:
			return -1
		case e.to == settled:
			most = max(most, 1)
		case f.greatest[e.to] < 0:
			return -1
		default:
			most = max(most, f.greatest[e.to]+1)
		}
	}
	return most
}

// failures computes how near the nearest failure is, and of which kinds the
// nearest ones are.
func (f *future) failures() {
	n := len(f.sp.places)
	f.toFailure, f.kinds = make([]int, n), make([][]string, n)
	for i, p := range f.sp.places {
		f.toFailure[i] = -1
		for _, e := range p.steps {
			if e.fails() {
				f.toFailure[i] = 1
			}
		}
		if p.fails() {
			f.toFailure[i] = 0
		}
	}
	f.relax(f.toFailure)
	order := make([]int, n)
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(a, b int) int { return f.toFailure[a] - f.toFailure[b] })
	for _, i := range order {
		f.kinds[i] = f.nearestKinds(i)
	}
}

// nearestKinds gives the kinds of the nearest failures of a place, once those of
// all nearer places are known.
func (f *future) nearestKinds(i int) []string {
	p := f.sp.places[i]
	if p.fails() {
		return []string{p.stuck.Kind}
	}
	var kinds []string
	for _, e := range p.steps {
		switch {
		case e.failure != nil:
			if e.fails() {
				kinds = append(kinds, e.failure.Kind)
			}
		case e.to != settled && f.toFailure[e.to] == f.toFailure[i]-1:
			kinds = append(kinds, f.kinds[e.to]...)
		}
	}
	slices.Sort(kinds)
	return slices.Compact(kinds)
}

// class is the class of a point whose switch leads to place i, outside R2.
func (f *future) class(i int) Class {
	switch {
	case f.fails[i]:
		return Invalid
	case f.strays[i]:
		return Stray
	case f.loops[i]:
		return Possible
	}
	return Eventual
}
