package search

import (
	"context"
	"slices"
)

// Fairness says which infinite runs count.
type Fairness struct {
	// Within restricts the runs to these states; nil means all of the graph.
	Within *Set
	// Unfair are the groups to which nothing is owed.
	Unfair []int
	// Orbits is the space of the graph's states, where these stand for orbits; nil where each
	// state stands for itself. Unfair has with a group all that it can become.
	Orbits *Space
}

// Cycles are the parts of a graph in which a fair run can stay for ever.
type Cycles struct {
	States     *Set    // union of Components
	Components [][]Ref // each strongly connected, its states ascending; in order of their first state
	graph      *Graph
	unfair     []bool
}

// FairCycles finds where a fair run can stay for ever without leaving the graph,
// or f.Within. A run is fair if
//
//   - weakly, for each group: infinitely often the group has no step at all in the
//     state, or infinitely often a step of it is taken;
//   - strongly, for each group: if it has a Strong step in infinitely many states of
//     the run, a Strong step of it is taken infinitely often.
//
// A group has a step in a state wherever it has an edge there: also one that fails,
// leaves the graph, or leads out of f.Within. A state is in the answer exactly if
// some fair run visits it infinitely often.
//
// A component that breaks weak fairness does so in every part. One that breaks only
// strong fairness for some groups is decomposed once more without the states in
// which these have a Strong step, as for Streett automata [EL87]: exact, and
// O(groups * (states + edges)). A state alone is a cycle if it has an edge to
// itself. With Orbits the answer is about the states that the graph's stand for: see
// fair_orbits.go. The graph must be of a complete region, else the answer may have too few.
// The error is the context's, or ErrDisk.
func (g *Graph) FairCycles(ctx context.Context, f Fairness) (*Cycles, error) {
	c := &Cycles{States: NewSet(g.First, g.End), graph: g, unfair: make([]bool, g.Groups)}
	for _, group := range f.Unfair {
		c.unfair[group] = true
	}
	t, err := newTarjan(ctx, g)
	if err != nil {
		return nil, err
	}
	defer t.free()
	var work [][]Ref
	keep := func(scc []Ref) {
		if len(scc) > 1 || g.loops(scc[0]) {
			kept, err := clone(g.disk, scc)
			if err != nil {
				t.pace.err = err
				return
			}
			if g.disk != nil {
				slices.Sort(kept) // so that its rows are gone through in order
			}
			work = append(work, kept)
		}
	}
	for ref := g.First; ref < g.End; ref++ {
		if g.keeps(f.Within, ref) {
			t.admit(ref)
		}
	}
	for ref := g.First; ref < g.End; ref++ {
		if err := t.from(ref, keep); err != nil {
			return nil, err
		}
	}
	in, err := scratch[uint32](g.disk, int(g.End-g.First))
	if err != nil {
		return nil, err
	}
	defer release(g.disk, in)
	o := newObligations(c, in)
	judge := o.judge
	if f.Orbits != nil && f.Orbits.orbits != nil {
		judge = newThreads(o, f.Orbits).judge
	}
	for len(work) > 0 {
		scc := work[len(work)-1]
		work = work[:len(work)-1]
		if t.pace.over(len(scc)) {
			return nil, t.pace.err
		}
		rest, fair := judge(scc)
		if fair {
			c.add(scc)
		}
		for _, ref := range rest {
			t.admit(ref)
		}
		for _, ref := range rest {
			if err := t.from(ref, keep); err != nil {
				return nil, err
			}
		}
		if !fair {
			release(g.disk, scc)
		}
	}
	slices.SortFunc(c.Components, func(a, b []Ref) int { return int(int64(a[0]) - int64(b[0])) })
	return c, nil
}

// add puts a component into the answer.
func (c *Cycles) add(scc []Ref) {
	slices.Sort(scc)
	c.Components = append(c.Components, scc)
	for _, ref := range scc {
		c.States.Add(ref)
	}
}

// obligations examines one component at a time.
type obligations struct {
	*Cycles
	in     []uint32 // by state - First: number of the component last examined with it
	number uint32
	groups []groupFacts
}

// groupFacts is what a component has of one group.
type groupFacts struct {
	states   int  // with an edge of it
	last     Ref  // the last of them
	taken    bool // an edge inside
	strong   bool // a Strong edge in some state
	answered bool // a Strong edge inside
}

// newObligations is for a graph's components; in has zeros.
func newObligations(c *Cycles, in []uint32) *obligations {
	return &obligations{Cycles: c, in: in, groups: make([]groupFacts, c.graph.Groups)}
}

// inside tells whether a state is in the component being examined.
func (o *obligations) inside(ref Ref) bool {
	i := int64(ref) - int64(o.graph.First)
	return i >= 0 && i < int64(len(o.in)) && o.in[i] == o.number
}

// collect finds out what the component has of each group.
func (o *obligations) collect(scc []Ref) {
	o.number++
	for k, ref := range scc {
		o.graph.disk.ease(k)
		o.in[ref-o.graph.First] = o.number
	}
	for i := range o.groups {
		o.groups[i] = groupFacts{last: NoRef}
	}
	for i, ref := range scc {
		o.graph.disk.ease(i)
		targets, labels := o.graph.Out(ref)
		for k, to := range targets {
			label := labels[k]
			g := &o.groups[label.Group()]
			if g.last != ref {
				g.last = ref
				g.states++
			}
			in := o.inside(to)
			g.taken = g.taken || in
			g.strong = g.strong || label.Strong()
			g.answered = g.answered || in && label.Strong()
		}
	}
}

// judge tells whether a component carries a fair run through all its states. If
// not, rest are the states in which a fair run may still stay, in the place of the component.
func (o *obligations) judge(scc []Ref) (rest []Ref, fair bool) {
	o.collect(scc)
	fair = true
	for i, g := range o.groups {
		if o.unfair[i] {
			continue
		}
		if g.states == len(scc) && !g.taken {
			return nil, false
		}
		fair = fair && (g.answered || !g.strong)
	}
	if fair {
		return nil, true
	}
	rest = scc[:0]
	for k, ref := range scc {
		o.graph.disk.ease(k)
		if !o.owed(ref) {
			rest = append(rest, ref)
		}
	}
	return rest, false
}

// owed tells whether a state has a Strong edge of a group that is never answered.
func (o *obligations) owed(ref Ref) bool {
	_, labels := o.graph.Out(ref)
	for _, label := range labels {
		if g := label.Group(); label.Strong() && !o.groups[g].answered && !o.unfair[g] {
			return true
		}
	}
	return false
}
