package search

import "context"

// Values of distances that are no number of steps.
const (
	Unbounded int32 = -1 // no greatest number
	Never     int32 = -2 // no way
)

// BackwardDistance gives, by state - First, the least number of steps from each
// state of the graph to one for which target is true, which may lie outside the
// graph; Never where there is no way. target is asked for every state of the graph
// and for every edge that leaves it, never for NoRef. O(states + edges).
// The error is the context's, or ErrDisk. Of a space with a Disk what it gives is an Array.
func (g *Graph) BackwardDistance(ctx context.Context, target func(Ref) bool) ([]int32, error) {
	return g.DistanceOver(ctx, target, func(Ref) bool { return false })
}

// DistanceOver is BackwardDistance where some states of the graph, those for which
// near is true, are one step away from a target that is no state, such as a failure.
func (g *Graph) DistanceOver(ctx context.Context, target, near func(Ref) bool) (found []int32, err error) {
	dist, err := scratch[int32](g.disk, int(g.End-g.First))
	if err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			release(g.disk, dist)
		}
	}()
	p := pace{ctx: ctx, disk: g.disk}
	var level, leaving, next []Ref
	defer func() {
		for _, list := range [][]Ref{level, leaving, next} {
			release(g.disk, list)
		}
	}()
	for ref := g.First; ref < g.End; ref++ {
		if p.over(1) {
			return nil, p.err
		}
		if dist[ref-g.First] = Never; target(ref) {
			dist[ref-g.First] = 0
			level, err = push(g.disk, level, ref)
		} else if near(ref) || g.leaves(ref, target) {
			leaving, err = push(g.disk, leaving, ref)
		}
		if err != nil {
			return nil, err
		}
	}
	reverse, err := g.Reverse()
	if err != nil {
		return nil, err
	}
	for d := int32(1); len(level)+len(leaving) > 0; d++ {
		next = nil
		reach := func(ref Ref) {
			if at := &dist[ref-g.First]; *at == Never {
				*at = d
				if next, err = push(g.disk, next, ref); err != nil {
					p.err = err
				}
			}
		}
		for _, ref := range level {
			if p.over(1) {
				return nil, p.err
			}
			sources, _ := reverse.Out(ref)
			for _, from := range sources {
				reach(from)
			}
		}
		for _, ref := range leaving {
			reach(ref)
		}
		if p.err != nil {
			return nil, p.err
		}
		release(g.disk, level)
		release(g.disk, leaving)
		level, leaving, next = next, nil, nil
	}
	return keep(g.disk, dist)
}

// Farthest is BackwardDistance for up to eight sets of states at once, where only the greatest
// distance is asked for. marks has, by state - First, a bit for each set that the state is in;
// afterwards a bit for each set that can be reached from it. steps gives, for each set, the greatest of
// the least numbers of steps from the states that can reach it. O(states + edges * sets) at worst, two bytes a state.
// The error is the context's, or ErrDisk.
func (g *Graph) Farthest(ctx context.Context, marks []uint8) (steps [8]int32, err error) {
	reverse, err := g.Reverse()
	if err != nil {
		return steps, err
	}
	p := pace{ctx: ctx, disk: g.disk}
	fresh, err := scratch[uint8](g.disk, len(marks))
	if err != nil {
		return steps, err
	}
	defer release(g.disk, fresh)
	coming, err := scratch[uint8](g.disk, len(marks))
	if err != nil {
		return steps, err
	}
	defer release(g.disk, coming)
	copy(fresh, marks)
	var level, next []Ref
	defer func() {
		release(g.disk, level)
		release(g.disk, next)
	}()
	for i, m := range marks {
		if m != 0 {
			if level, err = push(g.disk, level, g.First+Ref(i)); err != nil {
				return steps, err
			}
		}
	}
	for d := int32(1); len(level) > 0; d++ {
		found := uint8(0)
		for _, ref := range level {
			bits := fresh[ref-g.First]
			fresh[ref-g.First] = 0
			sources, _ := reverse.Out(ref)
			if p.over(1 + len(sources)) {
				return steps, p.err
			}
			for _, from := range sources {
				i := from - g.First
				more := bits &^ marks[i]
				if more == 0 {
					continue
				}
				if coming[i] == 0 {
					if next, err = push(g.disk, next, from); err != nil {
						return steps, err
					}
				}
				marks[i] |= more
				coming[i] |= more
				found |= more
			}
		}
		for bit := range steps {
			if found>>bit&1 != 0 {
				steps[bit] = d
			}
		}
		fresh, coming = coming, fresh
		level, next = next, level[:0]
	}
	return steps, nil
}

// leaves tells whether a state has an edge out of the graph to a target.
func (g *Graph) leaves(ref Ref, target func(Ref) bool) bool {
	targets, _ := g.Out(ref)
	for _, to := range targets {
		if to != NoRef && (to < g.First || to >= g.End) && target(to) {
			return true
		}
	}
	return false
}

// Longest gives, by state - First, the greatest number of steps that a run can make
// before it reaches a state for which target is true; 0 for these themselves.
// Unbounded means that a run can go round a cycle first; Never that none reaches a
// target. Runs that end elsewhere, or fail, do not count. target is asked as by
// BackwardDistance, but more than once for a state. O(states + edges).
// The error is the context's, or ErrDisk.
func (g *Graph) Longest(ctx context.Context, target func(Ref) bool) (found []int32, err error) {
	dist, err := scratch[int32](g.disk, int(g.End-g.First))
	if err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			release(g.disk, dist)
		}
	}()
	t, err := newTarjan(ctx, g)
	if err != nil {
		return nil, err
	}
	defer t.free()
	for ref := g.First; ref < g.End; ref++ {
		if !target(ref) {
			dist[ref-g.First] = Never
			t.admit(ref)
		}
	}
	settle := func(scc []Ref) {
		if len(scc) == 1 && !g.loops(scc[0]) {
			dist[scc[0]-g.First] = g.longest(scc[0], dist, target)
			return
		}
		for _, ref := range scc {
			dist[ref-g.First] = Unbounded
		}
	}
	for ref := g.First; ref < g.End; ref++ {
		if err := t.from(ref, settle); err != nil {
			return nil, err
		}
	}
	return keep(g.disk, dist)
}

// longest is Longest for a state on no cycle whose successors are done.
func (g *Graph) longest(ref Ref, dist []int32, target func(Ref) bool) int32 {
	most := Never
	targets, _ := g.Out(ref)
	for _, to := range targets {
		d := Never
		if to >= g.First && to < g.End {
			d = dist[to-g.First]
		} else if to != NoRef && target(to) {
			d = 0
		}
		if d == Unbounded {
			return Unbounded
		}
		if d != Never {
			most = max(most, d+1)
		}
	}
	return most
}

// LongestOver is Longest where only those steps count for which counts is true, by the
// states that they lead from and to: a cycle without one does not keep a run for ever, it adds
// nothing.
func (g *Graph) LongestOver(ctx context.Context, target func(Ref) bool, counts func(from, to Ref, label Label) bool) (found []int32, err error) {
	dist, err := scratch[int32](g.disk, int(g.End-g.First))
	if err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			release(g.disk, dist)
		}
	}()
	part, err := scratch[uint32](g.disk, int(g.End-g.First)) // by state: the number of its component
	if err != nil {
		return nil, err
	}
	defer release(g.disk, part)
	number := uint32(0)
	t, err := newTarjan(ctx, g)
	if err != nil {
		return nil, err
	}
	defer t.free()
	for ref := g.First; ref < g.End; ref++ {
		if !target(ref) {
			dist[ref-g.First] = Never
			t.admit(ref)
		}
	}
	settle := func(scc []Ref) {
		number++
		for _, ref := range scc {
			part[ref-g.First] = number
		}
		most := Never
		for _, ref := range scc {
			targets, labels := g.Out(ref)
			for k, to := range targets {
				d := Never
				switch {
				case to >= g.First && to < g.End && part[to-g.First] == number:
					if counts(ref, to, labels[k]) {
						d = Unbounded
					}
				case to >= g.First && to < g.End:
					d = dist[to-g.First]
				case to != NoRef && target(to):
					d = 0
				}
				if d >= 0 && counts(ref, to, labels[k]) {
					d++
				}
				if most == Unbounded || d == Unbounded {
					most = Unbounded
				} else {
					most = max(most, d)
				}
			}
		}
		for _, ref := range scc {
			dist[ref-g.First] = most
		}
	}
	for ref := g.First; ref < g.End; ref++ {
		if err := t.from(ref, settle); err != nil {
			return nil, err
		}
	}
	return keep(g.disk, dist)
}
