package search

import (
	"encoding/binary"
	"slices"
)

// mark is a place between two states at which an exploration can be taken up again: counts, and the
// lengths of what only grows. Everything found behind it is found once more.
type mark struct {
	next, levelEnd, states Ref
	before                 uint64 // emissions of the states before next: edges of the graph
	steps, between         int64
	levels, dead, stuck    int
	failures               int
}

// note takes a mark, if the exploration is between two states, and records it where that is due.
// It is called where nobody holds packed words.
func (x *explorer) note() {
	if x.opt.Log == nil || x.opt.Log.closed || x.stopped != "" || x.group > 0 {
		return
	}
	due := x.recording && x.opt.Log.tape.Due()
	if x.flush(); due {
		x.settle() // else marks are taken where no successor waits to be looked up on disk
	}
	if x.stopped != "" || x.stretch.held > 0 {
		return
	}
	if x.takeMark(); due {
		x.record()
	}
}

// takeMark marks where the exploration is. Nothing must be pending.
func (x *explorer) takeMark() {
	r := x.region
	x.mark = mark{next: x.next, levelEnd: x.levelEnd, states: x.Len(), before: x.before, steps: r.Steps, between: r.Between,
		levels: len(r.Levels), dead: len(r.Dead), stuck: len(r.Stuck), failures: len(r.Failures)}
}

// conclude records the rest of an exploration that is over, and how it has ended.
func (x *explorer) conclude(head []byte) {
	l := x.opt.Log
	if l == nil || l.closed {
		return
	}
	if x.recording {
		if x.stopped == "" {
			x.takeMark()
		}
		x.record()
		if x.stopped == MaxStates {
			l.append(binary.AppendUvarint([]byte{stopRecord}, uint64(x.maxStates)))
			l.whole()
		}
	}
	// Where the clock, a signal or the memory has stopped it, the next run goes on here: what this
	// one still explores would be in the way.
	l.closed = l.closed || x.stopped != "" && x.stopped != MaxStates
	x.chronicle(head)
}

// record appends what was found between the last mark that was recorded and the present one.
func (x *explorer) record() {
	if x.mark == x.written {
		return
	}
	x.recordValues()
	x.recordStates(x.written.states, x.mark.states)
	x.recordRows(x.written, x.mark)
	r := x.region
	var failing []Ref
	for ref := x.written.next; ref < x.mark.next; ref++ {
		if r.Failing.Has(ref) {
			failing = append(failing, ref)
		}
	}
	x.recordRefs(levelList, r.Levels[x.written.levels:x.mark.levels])
	x.recordRefs(deadList, r.Dead[x.written.dead:x.mark.dead])
	x.recordRefs(stuckList, r.Stuck[x.written.stuck:x.mark.stuck])
	x.recordRefs(failingList, failing)
	x.recordMark()
	x.written = x.mark
	x.opt.Log.whole()
}

// recordValues appends the values that are not on the tape yet. A process numbers them as it meets
// them, so each begins with all of them.
func (x *explorer) recordValues() {
	a, l := &x.account, x.opt.Log
	if !a.begun {
		a.begun, a.written = true, make([]int, len(x.comps))
		l.append([]byte{freshRecord})
	}
	for c := range x.comps {
		comp := &x.comps[c]
		for first := a.written[c]; first < comp.count; first = a.written[c] {
			end := min(comp.count, first+max(1, recordWords/comp.size))
			b := binary.AppendUvarint([]byte{valueRecord}, uint64(c))
			b = binary.AppendUvarint(b, uint64(first))
			b = binary.AppendUvarint(b, uint64(end-first))
			l.append(appendWords(b, comp.values.s[first*comp.size:end*comp.size]))
			a.written[c] = end
		}
	}
}

// recordStates appends states as they are packed, with the layout and their parents.
func (x *explorer) recordStates(from, end Ref) {
	for ; from < end; from = min(end, from+recordStates) {
		n := min(recordStates, end-from)
		b := make([]byte, 0, int(n)*(8*x.states.width+2)+64)
		b = binary.AppendUvarint(append(b, stateRecord), uint64(from))
		b = binary.AppendUvarint(b, uint64(n))
		b = binary.AppendUvarint(b, uint64(x.layout.width))
		for c := range x.layout.fields {
			f := &x.layout.fields[c]
			b = append(binary.AppendUvarint(b, uint64(f.word)), f.shift, f.bits)
		}
		for ref := from; ref < from+n; ref++ {
			b = appendWords(b, x.states.at(ref))
		}
		last := Ref(0)
		for ref := from; ref < from+n; ref++ {
			parent := x.Parent(ref)
			b = binary.AppendVarint(b, int64(parent)-int64(last))
			last = parent
		}
		x.opt.Log.append(b)
	}
}

// recordRows appends rows of the graph, if there is one.
func (x *explorer) recordRows(from, to mark) {
	g := x.region.Graph
	if g == nil {
		return
	}
	for row := from.next; row < to.next; {
		first, end := g.edge(row), row+1
		for end < to.next && g.edge(end+1)-first <= recordEdges && end-row < recordEdges {
			end++
		}
		b := binary.AppendUvarint([]byte{rowRecord}, uint64(row))
		b = binary.AppendUvarint(b, uint64(end-row))
		for ; row < end; row++ {
			b = binary.AppendUvarint(b, uint64(g.edge(row+1)-g.edge(row)))
		}
		for e := first; e < g.edge(end); e++ {
			b = binary.LittleEndian.AppendUint32(b, uint32(g.to.s[e]))
			b = binary.LittleEndian.AppendUint16(b, uint16(g.label.s[e]))
		}
		x.opt.Log.append(b)
	}
}

// edge is the number of the first edge of a row that is done, or of the one behind it.
func (g *Graph) edge(row Ref) int {
	if row == g.First {
		return 0
	}
	return int(g.start.s[row-g.First])
}

// The lists of a region.
const (
	levelList = iota
	deadList
	stuckList
	failingList
	lists
)

// recordRefs appends members of an ascending list.
func (x *explorer) recordRefs(list byte, refs []Ref) {
	for some := range slices.Chunk(refs, recordStates) {
		b := binary.AppendUvarint([]byte{refsRecord, list}, uint64(len(some)))
		last := Ref(0)
		for _, ref := range some {
			b = binary.AppendUvarint(b, uint64(ref-last))
			last = ref
		}
		x.opt.Log.append(b)
	}
}

// recordMark appends the mark itself, with the failures found since the last one, and what the system
// has noted.
func (x *explorer) recordMark() {
	m := x.mark
	b := []byte{markRecord}
	for _, n := range []uint64{uint64(m.next), uint64(m.levelEnd), uint64(m.states), m.before, uint64(m.steps), uint64(m.between),
		uint64(flag(x.region.Graph != nil)), uint64(m.failures - x.written.failures)} {
		b = binary.AppendUvarint(b, n)
	}
	for _, f := range x.region.Failures[x.written.failures:m.failures] {
		for _, n := range []uint64{uint64(f.From), uint64(f.Group), uint64(f.Info), uint64(f.Payload), uint64(flag(f.Invariant))} {
			b = binary.AppendUvarint(b, n)
		}
	}
	if sys, is := x.sys.(Covering); is {
		b = append(b, sys.Coverage()...)
	}
	x.opt.Log.append(b)
}

func appendWords(b []byte, words []uint64) []byte {
	for _, w := range words {
		b = binary.LittleEndian.AppendUint64(b, w)
	}
	return b
}
