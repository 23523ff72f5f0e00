package search

import (
	"fmt"
	"sort"
)

// MaxGroups is the greatest number of groups of steps of a system whose graph can
// be recorded.
const MaxGroups = 1 << 14

// Label says of an edge which group's step it is and of what kind.
type Label uint16

const (
	strongLabel = 1
	failsLabel  = 2
	labelShift  = 2
)

// Group is the number of the step's group.
func (l Label) Group() int { return int(l >> labelShift) }

// Strong tells whether the step's group is owed strong fairness for it.
func (l Label) Strong() bool { return l&strongLabel != 0 }

// Fails tells whether the step fails, in the system or by an invariant; the edge
// then leads to NoRef.
func (l Label) Fails() bool { return l&failsLabel != 0 }

// makeLabel takes the label from a note.
func makeLabel(note uint64) Label {
	l := Label(note >> groupShift & groupMask << labelShift)
	if Info(note)&Strong != 0 {
		l |= strongLabel
	}
	if Info(note)&Failed != 0 {
		l |= failsLabel
	}
	return l
}

// Graph holds all steps of the states First to End-1: for each a row of edges in
// the order of emission. Targets may lie outside this range.
type Graph struct {
	First, End Ref
	Groups     int // number of groups of steps
	stopBelow  Ref
	expanded   Ref // rows from here on are empty
	edges      int
	start      vec[uint32] // by state: its first edge; one more than rows
	to         vec[Ref]
	label      vec[Label]
	reverse    *Graph
	disk       *disk // where the arrays lie if they are large; nil: in memory
	strip      int
}

// Edges is the number of edges, failing steps included.
func (g *Graph) Edges() int { return g.edges }

// Out gives the row of a state: targets, NoRef for a failing step, with their
// labels. A state that was not expanded has an empty row. Valid until the space
// is closed; it must not be written. It panics if ref is not in First to End-1.
func (g *Graph) Out(ref Ref) (to []Ref, label []Label) {
	if ref < g.First || ref >= g.End {
		panic(fmt.Sprintf("search: state %d is not in a graph of the states from %d to %d", ref, g.First, g.End))
	}
	i := ref - g.First
	from, end := g.start.s[i], g.start.s[i+1]
	return g.to.s[from:end], g.label.s[from:end]
}

// Inside tells whether a state is one of the graph's, and not one at which the
// exploration stopped because of Run.StopBelow.
func (g *Graph) Inside(ref Ref) bool {
	return ref >= g.First && ref < g.End && ref >= g.stopBelow
}

// spill makes an empty graph one that lies on a disk. There is room for the rows of the states up to end then, so
// that the graph can be closed also where the disk has none. Passes that write edges in no order write strip of
// them at a time.
func (g *Graph) spill(d *disk, end Ref, strip int) {
	g.start.grow(int(end-g.First) + 2)
	g.start.move(d)
	g.to.disk, g.label.disk, g.disk, g.strip = d, d, d, strip
}

// reserve makes room for n more edges; false means that the disk has none.
func (g *Graph) reserve(n int) bool { return g.to.grow(g.edges+n) && g.label.grow(g.edges+n) }

// add appends an edge, for which there must be room.
func (g *Graph) add(to Ref, label Label) {
	g.to.s[g.edges], g.label.s[g.edges] = to, label
	g.edges++
}

// row says that edges from number first on belong to ref. It is false if there
// are too many edges, or the disk has no room for the row.
func (g *Graph) row(ref Ref, first uint64) bool {
	i := int(ref - g.First)
	if !g.start.grow(i + 2) {
		return false
	}
	g.start.s[i] = uint32(first)
	return first < 1<<32-batchSize
}

// cut empties the rows from ref on.
func (g *Graph) cut(ref Ref) {
	g.start.grow(int(ref-g.First) + 1)
	g.edges = int(g.start.s[ref-g.First])
}

// close sets the rows of states that were not expanded.
func (g *Graph) close(expanded, end Ref) {
	g.End, g.expanded = end, expanded
	g.start.grow(int(end-g.First) + 1)
	for i := int(expanded - g.First); i <= int(end-g.First); i++ {
		g.start.s[i] = uint32(g.edges)
	}
}

// Reverse gives the graph with all edges turned round: the row of a state has the
// sources of the edges that lead to it, ascending. Edges that leave First to End-1
// and failing steps are left out. It is made at the first call, in O(states + edges), and belongs to
// the graph. ErrDisk is the only error.
func (g *Graph) Reverse() (*Graph, error) {
	if g.reverse == nil {
		r := &Graph{First: g.First, End: g.End, Groups: g.Groups, stopBelow: g.stopBelow, expanded: g.End}
		if r.disk = g.disk; r.disk != nil {
			r.spill(g.disk, g.First, g.strip)
		}
		if !g.turn(r) {
			r.Close()
			return nil, ErrDisk
		}
		g.reverse = r
	}
	return g.reverse, nil
}

// turn fills the reverse graph r; false means that the disk has no room.
func (g *Graph) turn(r *Graph) bool {
	n := int(g.End - g.First)
	if !r.start.grow(n + 2) {
		return false
	}
	for k, to := range g.to.s[:g.edges] {
		g.disk.ease(k)
		if i := uint32(to - g.First); i < uint32(n) {
			r.start.s[i+2]++ // counted two places on, so that filling moves each start to its place
			r.edges++
		}
	}
	for i := 2; i < n+2; i++ {
		r.start.s[i] += r.start.s[i-1]
	}
	if !r.to.grow(r.edges) || !r.label.grow(r.edges) {
		return false
	}
	for first, end := 0, 0; first < n; first = end {
		end = n
		if g.disk != nil { // row i ends where start[i+2] says, until it is filled
			most := int(r.start.s[first+1]) + g.strip
			end = first + 1 + sort.Search(n-first-1, func(k int) bool { return int(r.start.s[first+k+3]) > most })
		}
		g.fill(r, uint32(first), uint32(end-first))
	}
	return true
}

// fill writes the rows of n states of the reverse graph r from number first on, the first state having number 0.
func (g *Graph) fill(r *Graph, first, n uint32) {
	for ref := g.First; ref < g.End; ref++ {
		g.disk.ease(int(ref - g.First))
		to, label := g.Out(ref)
		for k, t := range to {
			if i := uint32(t - g.First); i-first < n {
				at := &r.start.s[i+1]
				r.to.s[*at], r.label.s[*at] = ref, label[k]
				*at++
			}
		}
	}
}

// bytes is the memory held.
func (g *Graph) bytes() int64 {
	n := g.start.bytes() + g.to.bytes() + g.label.bytes()
	if g.reverse != nil {
		n += g.reverse.bytes()
	}
	return n
}

// Close gives the graph's memory back early; it must not be used afterwards.
func (g *Graph) Close() {
	g.start.free()
	g.to.free()
	g.label.free()
	g.edges, g.End = 0, g.First
	if g.reverse != nil {
		g.reverse.Close()
	}
}
