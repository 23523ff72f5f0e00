package search

import (
	"context"
	"math"
)

// Components is the decomposition of a part of a graph into strongly connected
// components. Their numbers are in reverse topological order: an edge between two
// components leads to the smaller number.
type Components struct {
	First Ref
	Of    []uint32 // by state - First: its component, or NoComponent
	Count int
}

// NoComponent is said of a state that is not in the part.
const NoComponent = math.MaxUint32

// Components decomposes the graph restricted to the states of within, nil meaning
// all. States where the exploration stopped (not Inside) are left out.
// O(states + edges).
// The error is the context's, or ErrDisk.
func (g *Graph) Components(ctx context.Context, within *Set) (*Components, error) {
	of, err := array[uint32](g.disk, int(g.End-g.First))
	if err != nil {
		return nil, err
	}
	c := &Components{First: g.First, Of: of}
	for i := range c.Of {
		c.Of[i] = NoComponent
	}
	t, err := newTarjan(ctx, g)
	if err != nil {
		return nil, err
	}
	defer t.free()
	for ref := g.First; ref < g.End; ref++ {
		if g.keeps(within, ref) {
			t.admit(ref)
		}
	}
	for ref := g.First; ref < g.End; ref++ {
		err := t.from(ref, func(scc []Ref) {
			for _, v := range scc {
				c.Of[v-g.First] = uint32(c.Count)
			}
			c.Count++
		})
		if err != nil {
			return nil, err
		}
	}
	return c, nil
}

// keeps tells whether a state belongs to the part of the graph that within names.
func (g *Graph) keeps(within *Set, ref Ref) bool {
	return g.Inside(ref) && (within == nil || within.Has(ref))
}

// tarjan runs Tarjan's algorithm without recursion [Tarjan72], one number for
// each state: what is not admitted or already in a component is settled, and
// passed over. Lowlinks are kept in the frames only.
type tarjan struct {
	g      *Graph
	number []uint32 // by state - First: settled, untouched, or in order of visit
	last   uint32
	stack  []Ref
	frames []frame
	pace   pace
}

// frame is a state whose edges are being followed.
type frame struct {
	ref  Ref
	edge uint32 // next edge of its row
	low  uint32
}

const (
	settled   = math.MaxUint32
	untouched = 0
)

// newTarjan settles all states. ErrDisk is the only error.
func newTarjan(ctx context.Context, g *Graph) (*tarjan, error) {
	number, err := scratch[uint32](g.disk, int(g.End-g.First))
	if err != nil {
		return nil, err
	}
	t := &tarjan{g: g, number: number, pace: pace{ctx: ctx, disk: g.disk}}
	for i := range t.number {
		t.number[i] = settled
	}
	return t, nil
}

// free gives memory back; nothing can be asked afterwards.
func (t *tarjan) free() {
	release(t.g.disk, t.number)
	release(t.g.disk, t.stack)
	release(t.g.disk, t.frames)
}

// admit makes a settled state part of what is decomposed next.
func (t *tarjan) admit(ref Ref) { t.number[ref-t.g.First] = untouched }

// from gives the components that are reachable from ref and not settled yet, each
// after those that it leads to. The slice is valid during the call; its states are
// settled, and emit must not admit any. The error is the context's, or ErrDisk; nothing can be
// asked of t after it.
func (t *tarjan) from(ref Ref, emit func(scc []Ref)) error {
	if t.number[ref-t.g.First] != untouched {
		return nil
	}
	t.last = 0
	t.visit(ref)
	for len(t.frames) > 0 {
		if t.pace.over(1) {
			return t.pace.err
		}
		top := &t.frames[len(t.frames)-1]
		if to, found := t.follow(top); found {
			t.visit(to)
			continue
		}
		f := *top
		t.frames = t.frames[:len(t.frames)-1]
		if f.low == t.number[f.ref-t.g.First] {
			t.settle(f.ref, emit)
		} else {
			parent := &t.frames[len(t.frames)-1]
			parent.low = min(parent.low, f.low)
		}
	}
	return t.pace.err
}

// visit numbers a state and opens its frame.
func (t *tarjan) visit(ref Ref) {
	t.last++
	t.number[ref-t.g.First] = t.last
	var noStack, noFrame error
	t.stack, noStack = push(t.g.disk, t.stack, ref)
	t.frames, noFrame = push(t.g.disk, t.frames, frame{ref: ref, low: t.last})
	if noStack != nil || noFrame != nil {
		t.pace.err = ErrDisk
	}
}

// follow goes through a frame's edges up to one that leads to an untouched state.
func (t *tarjan) follow(f *frame) (Ref, bool) {
	first, n := t.g.First, Ref(len(t.number))
	targets, _ := t.g.Out(f.ref)
	for int(f.edge) < len(targets) {
		to := targets[f.edge]
		f.edge++
		if to-first >= n { // also NoRef and what is below first: it wraps
			continue
		}
		switch number := t.number[to-first]; number {
		case settled:
		case untouched:
			return to, true
		default:
			f.low = min(f.low, number)
		}
	}
	return NoRef, false
}

// settle takes the component whose first state is root from the stack.
func (t *tarjan) settle(root Ref, emit func(scc []Ref)) {
	at := len(t.stack) - 1
	for t.stack[at] != root {
		at--
	}
	scc := t.stack[at:]
	for _, v := range scc {
		t.number[v-t.g.First] = settled
	}
	t.stack = t.stack[:at]
	emit(scc)
}

// loops tells whether a state has an edge to itself.
func (g *Graph) loops(ref Ref) bool {
	targets, _ := g.Out(ref)
	for _, to := range targets {
		if to == ref {
			return true
		}
	}
	return false
}
