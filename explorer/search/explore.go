package search

import (
	"context"
	"errors"
	"fmt"
	"sort"
	"time"
)

// Run says what to explore.
type Run struct {
	// From is the first root: the states From to Len-1 are the roots, in their
	// order. What is found is appended, so that the region is From to Len-1
	// afterwards.
	From Ref
	// StopBelow: states with a smaller number are reached but never expanded, not
	// even as roots. Nothing below From is expanded either way: see Region.Between.
	StopBelow Ref
	// Edges records the graph: some 6 bytes for each step and 4 for each state.
	Edges bool
	// MaxEdges, if it is not 0, makes the graph a matter of convenience: where it comes to more
	// edges than that, or takes memory that the states need, it is given up, and Region.Graph
	// is nil.
	MaxEdges int
	// Invariants: a step into a state where one of them is not 0 fails with that
	// value, at most 1<<32 - 1, as payload; the state is not stored by it. The
	// first in this order counts. Roots themselves are not tested.
	Invariants []*Table
	// Stuck, if given: a state where it is not 0 is stored but not expanded, and
	// listed in Region.Stuck.
	Stuck *Table
	// Barred: steps that carry a payload fail.
	Barred bool
	Limits Limits
	// Title says for the log what is explored: explorations of one title, from the same roots
	// among the same states, find the same.
	Title string
	// Progress, if given, is called now and then, at least every 1<<20 states.
	Progress func(Progress)
}

// Failure is the first failing step, in the order of exploration, of its kind:
// for each distinct group and Info, or for each distinct value of invariants.
type Failure struct {
	From      Ref
	Group     int
	Info      Info   // of the step; the Failed flag is not set where an invariant fails
	Payload   uint32 // Info.Payload, or the value of the invariant
	Invariant bool
}

// Region is what an exploration found: the states First to End-1.
type Region struct {
	First, End Ref
	// Complete is false where a limit stopped the exploration; Reason says which.
	// Then states from Expanded on were stored but not expanded; all that is said
	// of the others is true of the whole.
	Complete bool
	Reason   Reason
	Expanded Ref
	// Steps counts the successful steps, duplicates included: one for each emission
	// with a target, whether that was new or not. With a Symmetry it counts those of all states
	// that the stored ones stand for.
	Steps int64
	// Levels gives the first state of each breadth-first level; level 0 are the roots.
	Levels []Ref
	// Failing are the states with a failing step.
	Failing *Set
	// Dead are the states without any step, successful or failing, ascending.
	Dead []Ref
	// Stuck are the states that Run.Stuck kept from being expanded, ascending.
	Stuck []Ref
	// Failures has one entry for each kind, in the order of exploration.
	Failures []Failure
	// Between counts the steps into states from StopBelow to First-1: stored by
	// someone else, and not expanded here. Where it is not 0 the region is not closed.
	Between int64
	Graph   *Graph // nil unless Run.Edges, and where it was given up
}

// Depth is the least number of steps from a root to a state of the region.
func (r *Region) Depth(ref Ref) int {
	return sort.Search(len(r.Levels), func(i int) bool { return r.Levels[i] > ref }) - 1
}

// chunk is the usual number of states expanded between two looks at context and limits,
// work the number of steps.
const (
	chunk = 1 << 12
	work  = 1 << 20
)

// Explore finds all states reachable from the roots, breadth-first. Limits and the
// context make the region incomplete; they are no error. The cost is O(steps), and
// one System.Step for each combination of values in a footprint.
func (s *Space) Explore(ctx context.Context, run Run) (*Region, error) {
	if run.From > s.Len() {
		return nil, fmt.Errorf("search: exploring from state %d of %d", run.From, s.Len())
	}
	if len(s.steps.groups) > MaxGroups && run.MaxEdges > 0 {
		run.Edges = false
	}
	if run.Edges && len(s.steps.groups) > MaxGroups {
		return nil, fmt.Errorf("search: a graph of %d groups of steps, at most %d are possible", len(s.steps.groups), MaxGroups)
	}
	s.sweep.free()
	x := newExplorer(s, run)
	x.ctx, x.looked = ctx, time.Now()
	s.steps.halt = func(bytes int) bool { x.look(int64(bytes)); return x.stopped != "" }
	s.slow = x.hurry
	if ctx.Err() != nil {
		x.look(0) // a single step can be long
	}
	head, err := x.begin()
	for err == nil && x.stopped == "" && (x.next < x.levelEnd || x.level()) {
		for x.next < x.levelEnd && x.stopped == "" {
			if !x.together() {
				x.expand(min(x.levelEnd, x.next+Ref(x.opt.Chunk)))
			}
			x.look(0)
			x.note()
		}
	}
	s.steps.halt, s.steps.halted, s.slow = nil, false, nil
	if err != nil {
		x.stretch.free()
		return nil, err
	}
	x.conclude(head)
	x.stretch.free()
	return x.finish(), nil
}

// explorer is a running exploration.
type explorer struct {
	*Space
	ctx       context.Context
	run       Run
	region    *Region
	rootsEnd  Ref
	next      Ref    // being expanded, or to be
	group     int    // its first group not done yet
	before    uint64 // emissions of all states before next
	emitted   uint64 // and those of next before group
	spent     uint64 // emissions since the last look
	levelEnd  Ref
	told      Ref // at the last Progress
	looked    time.Time
	stopped   Reason
	seen      map[Failure]bool // kinds of failures
	batch     batch
	ready     func() // flush
	maxStates int
	fails     Info // bits of a step that fails
	stretch   stretch
	orbitOf   Ref   // whose orbit was counted last, if any
	orbit     int64 // its size
	rounds    round
	alone     Ref // states before it are not expanded in rounds
	recording bool
	mark      mark // the last place at which this can be taken up again
	written   mark // the last one that is on the tape
	loaded    Ref  // rows of the graph before it have been read from the tape
}

func newExplorer(s *Space, run Run) *explorer {
	x := &explorer{Space: s, run: run, rootsEnd: s.Len(), next: run.From, levelEnd: run.From, told: run.From, loaded: run.From, seen: map[Failure]bool{}}
	x.mark = mark{next: run.From, levelEnd: run.From, states: x.rootsEnd}
	x.written = x.mark
	x.region = &Region{First: run.From, Failing: NewSet(run.From, run.From)}
	x.batch.init(s.layout.width)
	x.ready = x.resolve
	if x.fails = Failed; run.Barred {
		x.fails |= payload
	}
	x.maxStates = maxStates
	if n := run.Limits.MaxStates; n > 0 && n < maxStates {
		x.maxStates = n
	}
	if run.Edges {
		x.region.Graph = &Graph{First: run.From, stopBelow: run.StopBelow, Groups: len(s.steps.groups)}
		if s.disk != nil {
			x.region.Graph.spill(s.disk, s.Len(), s.sortedAtOnce(run.Limits.MaxBytes, 12))
		}
		s.graphs = append(s.graphs, x.region.Graph)
	}
	return x
}

// together expands a round of states, where there are several workers and enough states; false
// means that the next states are to be expanded one by one.
func (x *explorer) together() bool {
	if x.orbits != nil || x.opt.Workers < 2 || x.onDisk() || x.group > 0 || x.next < x.run.StopBelow || x.next < x.alone || x.passing != nil && x.next < x.rootsEnd || int(x.levelEnd-x.next) < minPieces*x.opt.Piece {
		return false
	}
	if x.round(x.levelEnd) {
		return true
	}
	x.alone = x.next + Ref(minPieces*x.opt.Piece)
	return false
}

// level goes on to the next level; false means that there is none.
func (x *explorer) level() bool {
	x.resolve()
	if x.stopped != "" || x.next == x.Len() {
		return false
	}
	x.region.Levels = append(x.region.Levels, x.next)
	x.levelEnd = x.Len()
	x.region.Failing.extend(x.levelEnd)
	return true
}

// look stops the exploration where context or memory say so, and tells how far
// it has come. pending are bytes in use that the space does not know of.
func (x *explorer) look(pending int64) {
	x.spent, x.looked = 0, time.Now()
	if x.ctx.Err() != nil {
		x.stop(over(x.ctx))
	}
	if limit := x.run.Limits.MaxBytes; limit > 0 {
		fits := func() bool { return x.within(limit, func() int64 { return x.held() + pending }) }
		if !fits() && (!x.giveUp() || !fits()) {
			x.stop(x.disk.full())
		}
	}
	if x.outgrown {
		x.stop(MaxDisk)
	}
	x.bound()
	if x.run.Progress != nil && x.next-x.told >= 1<<16 {
		x.told = x.next
		x.run.Progress(Progress{
			States: x.states.count, Expanded: int(x.next - x.run.From), Steps: x.region.Steps,
			Depth: len(x.region.Levels) - 1, Bytes: x.Bytes(),
		})
	}
}

// over says why a context is over.
func over(ctx context.Context) Reason {
	if errors.Is(ctx.Err(), context.DeadlineExceeded) {
		return Timeout
	}
	return Cancelled
}

// held is the memory that counts for the limit.
func (x *explorer) held() int64 {
	n := x.Bytes() + x.stretch.bytes()
	if x.disk == nil {
		n += x.run.Limits.Beside * int64(x.states.count-int(x.run.From))
	}
	return n
}

// resolve looks up all that is pending, in batch or stretch.
func (x *explorer) resolve() {
	x.flush()
	x.settle()
}

// bound gives a graph up that has too many edges. It is looked at now and then and, so that
// nothing depends on when that is, at the end.
func (x *explorer) bound() {
	if g := x.region.Graph; g != nil && x.run.MaxEdges > 0 && g.edges > x.run.MaxEdges {
		x.giveUp()
	}
}

// giveUp drops a graph that is a matter of convenience, and tells whether there was one.
func (x *explorer) giveUp() bool {
	g := x.region.Graph
	if g == nil || x.run.MaxEdges == 0 || x.disk != nil && g.edges <= x.run.MaxEdges {
		return false
	}
	x.dropGraph()
	return true
}

// dropGraph goes on without a graph.
func (x *explorer) dropGraph() {
	x.region.Graph.Close()
	x.region.Graph = nil
}

// hurry makes the next look come soon where the last one is long ago, because functions
// of states take long.
func (x *explorer) hurry() {
	if time.Since(x.looked) > patience {
		x.spent = work
	}
}

// patience is how long functions may take between two looks.
const patience = 200 * time.Millisecond

// stop resolves what is pending and ends the exploration before state next.
func (x *explorer) stop(why Reason) {
	x.resolve()
	if x.stopped == "" {
		x.stopped = why
		x.cut(x.next)
	}
}

// cut says that the states from ref on are not expanded.
func (x *explorer) cut(ref Ref) {
	x.next = ref
	r := x.region
	r.Dead, r.Stuck = below(r.Dead, ref), below(r.Stuck, ref)
	if r.Graph != nil {
		r.Graph.cut(ref)
	}
}

// below drops the tail of an ascending list.
func below(refs []Ref, end Ref) []Ref {
	return refs[:sort.Search(len(refs), func(i int) bool { return refs[i] >= end })]
}

// finish closes the region.
func (x *explorer) finish() *Region {
	r := x.region
	r.End, r.Expanded = x.Len(), x.next
	r.Complete, r.Reason = x.stopped == "", x.stopped
	if x.levelEnd < r.End {
		r.Levels = append(r.Levels, x.levelEnd)
	}
	r.Failing.extend(r.End)
	if x.bound(); r.Graph != nil {
		r.Graph.close(r.Expanded, r.End)
	}
	return r
}
