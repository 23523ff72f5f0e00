package search

import (
	"math/bits"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

// A round expands many states of a level at once, by several workers. The states are divided
// into pieces, and the index of the visited set into parts; in each phase a worker has a piece or
// a part for itself. Tables of steps are only looked up: what is not known there is computed
// between two phases, by one. Successors keep their order, so the states get the numbers that
// they get from one worker.

const (
	// pieceStates is the usual number of states that a worker expands at a time.
	pieceStates = 1 << 9
	// A round has so many pieces. With fewer, states are expanded one by one.
	minPieces, maxPieces = 4, 32
	// stateRoom is the room for successors of a state, on average over a piece; pieces that have more end early.
	stateRoom = 16
	// maxParts is the greatest number of parts of the index.
	maxParts = 64
)

// What a successor leads to, besides a state that was stored before.
const (
	fresh   = NoRef     // one that was not
	nowhere = NoRef - 1 // nothing, because the step fails
)

// round is a round under way.
type round struct {
	*explorer
	pieces []*piece
	spare  []*piece
	count  Ref // states stored before
	size   Ref // room for successors in a piece
	total  int // successors
	mask   uint32
	parts  []part
}

// part is a part of the index of the visited set.
type part struct {
	number   int
	end      uint64 // its cells end before this one
	late     []spot // successors that are put off
	violated []violation
	key      []uint64 // scratch
}

// spot is where a successor is.
type spot struct {
	piece *piece
	share *share
	j     int
}

// piece is some consecutive states of a round, with their successors in order.
type piece struct {
	from, end Ref      // the states; end is the first that is not done
	number    Ref      // of its first successor, behind the states stored before
	first     int      // successors of the pieces before it
	rows      []uint32 // by state: its successors
	n         int      // successors
	words     []uint64 // packed
	notes     []uint64
	hashes    []uint64 // scratch
	where     []uint8  // by successor: its share, or ofNone
	shares    []share  // by part of the index
	cursor    []int    // scratch: by share
	fresh     []int    // by part: states that are found here first
	base      Ref      // the number of the first of these
	missing   []gap
	violated  []violation // successors that violate one
	between   int64
	none      Ref // scratch
	failing   []failing
	dead      []Ref
	cut       bool     // not all states are done
	key       []uint64 // scratch
}

// share is what of a piece's successors belongs in one part of the index, in order. Nobody but the
// worker who has the part writes it while successors are looked up.
type share struct {
	at    []uint32 // which successor
	words []uint64 // packed
	cells []uint64 // its hash; of one that is not stored, once it is entered: its cell
	refs  []Ref
}

// ofNone is in the place of a share's number where a step fails.
const ofNone = 255

// gap is a list of steps that is not known.
type gap struct {
	at     int // the successor before which it belongs
	source Ref
	group  int
}

// failing is a successor that fails.
type failing struct {
	at     int
	source Ref
}

type violation struct {
	p     *piece
	at    int
	value uint32
}

// round expands states from next on, up to end, if it can: false means that the next state, at
// least, is to be expanded alone.
func (x *explorer) round(end Ref) bool {
	if x.flush(); x.stopped != "" {
		return true
	}
	if x.onDisk() { // the flush has found no room
		return false
	}
	r := &x.rounds
	r.explorer, r.count, r.size = x, x.Len(), Ref(stateRoom*x.opt.Piece)
	if !r.room(maxPieces * int(r.size)) {
		return false
	}
	r.parts = resized(r.parts, min(x.opt.Workers, maxParts))
	parts := len(r.parts)
	r.begin(min(end, x.next+Ref(maxPieces*x.opt.Piece)))
	defer r.leave()
	done := false
	r.phases([]phase{
		{func() int { return len(r.pieces) }, func(i int) { r.pieces[i].expand(r) }, func() { done = r.complete() }},
		{func() int { return parts }, r.enter, r.number},
		{func() int { return len(r.pieces) }, func(i int) { r.pieces[i].store(r) }, nil},
		{func() int { return parts }, r.settle, nil},
	})
	if done {
		r.finish()
	}
	return done
}

// room makes room for that many successors; false means that this is more than the limits allow.
func (r *round) room(n int) bool {
	if r.states.count+n > r.maxStates || r.states.count+n < 0 {
		return false
	}
	if limit := r.run.Limits.MaxBytes; limit > 0 && r.held()+int64(r.states.indexSize(r.states.count+n))*4 > r.inMemory(limit) {
		return false
	}
	if r.region.Graph != nil && r.before+uint64(n) >= 1<<32-batchSize {
		return false
	}
	if !r.states.reserve(n) || r.disk != nil && !r.graphRoom(n, n) {
		return false
	}
	r.mask = 1<<r.states.refBits - 1
	return true
}

// phase is a number of things that are done in any order, and what is done after them, once.
type phase struct {
	number func() int
	do     func(i int)
	then   func()
}

// phases does one phase after the other, each by all workers.
func (r *round) phases(list []phase) {
	turns := make([]turn, len(list))
	turns[0].left.Store(int64(list[0].number()))
	turns[0].busy.Store(int64(list[0].number()))
	var group sync.WaitGroup
	for range r.opt.Workers - 1 {
		group.Go(func() {
			for k := range list {
				turns[k].work(list[k].do)
				wait(turns[k].over.Load)
			}
		})
	}
	for k := range list {
		t := &turns[k]
		t.work(list[k].do)
		wait(func() bool { return t.busy.Load() == 0 })
		if list[k].then != nil {
			list[k].then()
		}
		if k+1 < len(list) {
			n := int64(list[k+1].number())
			turns[k+1].left.Store(n)
			turns[k+1].busy.Store(n)
		}
		t.over.Store(true)
	}
	group.Wait()
}

// wait waits for what will be true soon; where another process has the processor, that takes longer.
func wait(is func() bool) {
	for n := 0; !is(); n++ {
		if n < 5000 {
			runtime.Gosched()
		} else {
			time.Sleep(10 * time.Microsecond)
		}
	}
}

// turn is how far a phase has come.
type turn struct {
	left, busy atomic.Int64 // things not begun, and not done
	over       atomic.Bool
}

func (t *turn) work(do func(i int)) {
	for i := t.left.Add(-1); i >= 0; i = t.left.Add(-1) {
		do(int(i))
		t.busy.Add(-1)
	}
}

// begin divides the states into pieces.
func (r *round) begin(end Ref) {
	size := Ref(r.opt.Piece)
	for from := r.next; from < end; from += size {
		p := &piece{}
		if n := len(r.spare); n > 0 {
			p, r.spare = r.spare[n-1], r.spare[:n-1]
		}
		p.begin(from, min(end, from+size), r)
		r.pieces = append(r.pieces, p)
	}
}

func (p *piece) begin(from, end Ref, r *round) {
	p.from, p.end, p.n, p.cut, p.between = from, end, 0, false, 0
	p.number = r.count + Ref(len(r.pieces))*r.size
	p.rows, p.missing, p.violated = p.rows[:0], p.missing[:0], p.violated[:0]
	p.dead, p.failing = p.dead[:0], p.failing[:0]
	n, width := int(r.size), r.states.width
	p.words, p.notes, p.where = resized(p.words, n*width), resized(p.notes, n), resized(p.where, n)
	p.hashes, p.key = resized(p.hashes, n), resized(p.key, width)
	p.shares, p.cursor, p.fresh = resized(p.shares, len(r.parts)), resized(p.cursor, len(r.parts)), resized(p.fresh, len(r.parts))
}

// leave puts the pieces by.
func (r *round) leave() {
	r.spare = append(r.spare, r.pieces...)
	r.pieces = r.pieces[:0]
}

// resized gives a slice that long, with any contents.
func resized[T any](s []T, n int) []T {
	if n <= cap(s) {
		return s[:n]
	}
	return append(s[:cap(s)], make([]T, n-cap(s))...)
}

// expand finds the successors of the piece's states, and, if the tables know them all, where
// they belong.
func (p *piece) expand(r *round) {
	if p.successors(r.explorer); len(p.missing) == 0 {
		p.divide(r)
	}
}

// successors finds the successors as far as the tables know them.
func (p *piece) successors(x *explorer) {
	for ref := p.from; ref < p.end; ref++ {
		if x.run.Stuck != nil {
			if v, known := x.run.Stuck.peek(x.states.at(ref), p.key); !known || v != 0 {
				p.stop(ref)
				return
			}
		}
		n, gaps, fits := p.n, len(p.missing), false
		if x.states.width == 1 {
			fits = p.expandNarrow(x, ref)
		} else {
			fits = p.expandWide(x, ref)
		}
		if !fits {
			p.n, p.missing = n, p.missing[:gaps]
			p.stop(ref)
			return
		}
		p.rows = append(p.rows, uint32(p.n-n))
	}
}

// stop says that the states from ref on are not done.
func (p *piece) stop(ref Ref) { p.end, p.cut = ref, true }

// expandNarrow is expandWide for states of one word.
func (p *piece) expandNarrow(x *explorer, ref Ref) bool {
	t, s, n := &x.steps, x.states.states.s[ref], p.n
	words, notes := p.words, p.notes
	for g := range t.groups {
		group := &t.groups[g]
		e := uint32(notKnown)
		if id := s >> (group.home.shift & 63) & group.home.mask; id < uint64(len(group.entry)) {
			e = group.entry[id]
		}
		if e == noStep {
			continue
		}
		at := 0
		if e&directFlag != 0 {
			at = int(e&^directFlag) * 2
		} else {
			v := uint64(notKnown)
			if e != notKnown {
				v = group.memo.get1(s & group.masks[e-2])
			}
			if v == noStep {
				continue
			}
			if v == notKnown {
				p.missing = append(p.missing, gap{n, ref, g})
				continue
			}
			at = int(v-2) * 2
		}
		for more := true; more; at += 2 {
			if n == len(notes) {
				return false
			}
			note := t.arena[at+1]
			words[n], notes[n] = s^t.arena[at], note
			n++
			more = note&lastNote == 0
		}
	}
	p.n = n
	return true
}

// expandWide finds the successors of one state; false means that there is no room for them.
func (p *piece) expandWide(x *explorer, ref Ref) bool {
	t, width, cur := &x.steps, x.states.width, x.states.at(ref)
	for g := range t.groups {
		at, known := t.peek(g, cur, p.key)
		if !known {
			p.missing = append(p.missing, gap{p.n, ref, g})
			continue
		}
		for more := at >= 0; more; at += width + 1 {
			if p.n == len(p.notes) {
				return false
			}
			to := p.words[p.n*width : (p.n+1)*width]
			for w := range to {
				to[w] = cur[w] ^ t.arena[at+w]
			}
			note := t.arena[at+width]
			p.notes[p.n] = note
			p.n++
			more = note&lastNote == 0
		}
	}
	return true
}

// divide finds out in which part of the index each successor belongs.
func (p *piece) divide(r *round) {
	s, cells := &r.states, uint64(len(r.states.cells.s))
	for k := range p.shares {
		h := &p.shares[k]
		h.at, h.words, h.cells = h.at[:0], h.words[:0], h.cells[:0]
	}
	s.hash(p.hashes[:p.n], p.words)
	size := r.partSize()
	for i, hash := range p.hashes[:p.n] {
		if Info(p.notes[i])&r.fails != 0 {
			p.where[i] = ofNone
			continue
		}
		home, _ := bits.Mul64(hash, cells)
		k := home / size
		p.where[i] = uint8(k)
		h := &p.shares[k]
		h.at, h.cells = append(h.at, uint32(i)), append(h.cells, hash)
		if s.width == 1 {
			h.words = append(h.words, p.words[i])
		} else {
			h.words = append(h.words, p.words[i*s.width:(i+1)*s.width]...)
		}
	}
}

// partSize is the number of cells of a part of the index.
func (r *round) partSize() uint64 {
	parts := uint64(len(r.parts))
	return (uint64(len(r.states.cells.s)) + parts - 1) / parts
}

// enter looks up the successors that belong in a part of the index, in order, and enters those
// that are not stored.
func (r *round) enter(k int) {
	s, part := &r.states, &r.parts[k]
	cells := s.cells.s
	part.number, part.end = k, min(uint64(len(cells)), uint64(k+1)*r.partSize())
	part.late, part.violated, part.key = part.late[:0], part.violated[:0], resized(part.key, s.width)
	for _, p := range r.pieces {
		h := &p.shares[k]
		h.refs = resized(h.refs, len(h.at))
		p.fresh[k] = 0
		for from := 0; from < len(h.at); from += touchBatch {
			end := min(len(h.at), from+touchBatch)
			r.approach(h.cells[from:end])
			for j := from; j < end; j++ {
				if !r.reach(spot{p, h, j}, part) {
					part.late = append(part.late, spot{p, h, j})
				}
			}
		}
	}
}

// approach brings what lookups with some hashes need near, all at once.
func (r *round) approach(hashes []uint64) {
	var near [touchBatch]uint32
	s, cells := &r.states, r.states.cells.s
	for n, hash := range hashes {
		home, _ := bits.Mul64(hash, uint64(len(cells)))
		near[n] = cells[home]
	}
	sum := uint64(0)
	for n, hash := range hashes {
		if ref := Ref((near[n] ^ s.tag(hash)) - 1); ref < r.count {
			sum ^= s.states.s[int(ref)*s.width]
		}
	}
	sink(uint32(sum))
}

// reach finds out what a successor leads to, and enters it if it is new. It is false where that
// is to be put off, because the lookup comes to the end of the part or an invariant is not
// known; without a part nothing is put off. All that lead to one state come to the same cells, and
// where one is put off, so are those behind it.
func (r *round) reach(at spot, part *part) bool {
	s, h, j := &r.states, at.share, at.j
	hash := h.cells[j]
	index, tag := s.cells.s, s.tag(hash)
	end := uint64(len(index))
	if part != nil {
		end = part.end
	}
	words := h.words[j*s.width : (j+1)*s.width]
	cell, _ := bits.Mul64(hash, uint64(len(index)))
	for c := index[cell]; c != 0; c = index[cell] {
		switch n := Ref((c ^ tag) - 1); {
		case n < r.count && same(s.at(n), words):
			h.refs[j] = n
			if n >= r.rootsEnd {
				return true
			}
			_, known := r.judge(at, part)
			return known
		case n >= r.count && n <= Ref(r.mask) && same(r.successor(n-r.count), words):
			h.refs[j], h.cells[j] = fresh, cell
			return true
		}
		if cell++; cell < end {
			continue
		}
		if part != nil {
			return false
		}
		cell = 0
	}
	if len(r.run.Invariants) > 0 {
		if good, known := r.judge(at, part); !good {
			return known
		}
	}
	own := at.piece.number + Ref(h.at[j])
	h.refs[j], h.cells[j] = own, cell
	index[cell] = tag | uint32(own+1)
	if part != nil {
		at.piece.fresh[part.number]++
	} else {
		at.piece.fresh[0]++
	}
	return true
}

// judge looks whether a successor violates an invariant. known is false where the tables do not
// know that; what is put off is evaluated.
func (r *round) judge(at spot, part *part) (good, known bool) {
	h, j, width := at.share, at.j, r.states.width
	words := h.words[j*width : (j+1)*width]
	for _, t := range r.run.Invariants {
		v := uint64(0)
		if part == nil {
			v = t.atPacked(words)
		} else if v, known = t.peek(words, part.key); !known {
			return false, false
		}
		if v == 0 {
			continue
		}
		bad := violation{at.piece, int(h.at[j]), uint32(v)}
		if h.refs[j] = nowhere; part != nil {
			part.violated = append(part.violated, bad)
		} else {
			at.piece.violated = append(at.piece.violated, bad)
		}
		return false, true
	}
	return true, true
}

// successor gives the packed words of a successor by its number behind the states stored before.
func (r *round) successor(n Ref) []uint64 {
	p, i, width := r.pieces[n/r.size], int(n%r.size), r.states.width
	return p.words[i*width : (i+1)*width]
}

// complete computes what the tables did not know, in order, and ends the round behind the
// first piece that is not done. It is false where nothing is left of the round.
func (r *round) complete() bool {
	end := 0
	for _, p := range r.pieces {
		if len(p.missing) > 0 {
			if !p.fill(r) {
				end = 0
				break
			}
			p.divide(r)
		}
		if p.end > p.from {
			end++
		}
		if p.cut {
			break
		}
	}
	r.spare = append(r.spare, r.pieces[end:]...)
	r.pieces = r.pieces[:end]
	r.total = 0
	for _, p := range r.pieces {
		p.first = r.total
		r.total += p.n
	}
	return end > 0
}

// fill puts lists that were missing where they belong. It is false where all had to be
// packed anew, the exploration has stopped, or there is no room for them.
func (p *piece) fill(r *round) bool {
	x, width := r.explorer, r.states.width
	words, notes := slices.Clone(p.words[:p.n*width]), slices.Clone(p.notes[:p.n])
	n, from := 0, 0
	upTo := func(end int) bool { // keeps what lies before the next gap
		if n+end-from > len(p.notes) {
			return false
		}
		copy(p.words[n*width:], words[from*width:end*width])
		copy(p.notes[n:], notes[from:end])
		n, from = n+end-from, end
		return true
	}
	for _, g := range p.missing {
		if !upTo(g.at) {
			return false
		}
		cur := x.states.at(g.source)
		array, at, moved := x.steps.list(g.group, cur, x.ready)
		if moved || x.stopped != "" {
			return false
		}
		for more := array != nil; more; at += width + 1 {
			if n == len(p.notes) {
				return false
			}
			for w := range width {
				p.words[n*width+w] = cur[w] ^ array[at+w]
			}
			note := array[at+width]
			p.notes[n] = note
			p.rows[g.source-p.from]++
			n++
			more = note&lastNote == 0
		}
	}
	p.n = n + len(notes) - from
	return upTo(len(notes))
}

// number enters what was put off, and gives the states that are found here first the next
// numbers, in order.
func (r *round) number() {
	for k := range r.parts {
		for _, at := range r.parts[k].late {
			r.reach(at, nil)
		}
		for _, v := range r.parts[k].violated {
			v.p.violated = append(v.p.violated, v)
		}
	}
	next := r.count
	for _, p := range r.pieces {
		slices.SortFunc(p.violated, func(a, b violation) int { return a.at - b.at })
		p.base = next
		for _, n := range p.fresh {
			next += Ref(n)
		}
	}
	r.states.count = int(next)
}

// store stores the states that are found first in the piece.
func (p *piece) store(r *round) {
	s, next, i := &r.states, p.base, 0
	clear(p.cursor)
	for k, n := range p.rows {
		source := p.from + Ref(k)
		if n == 0 {
			p.dead = append(p.dead, source)
		}
		for end := i + int(n); i < end; i++ {
			ref := p.ref(i)
			switch {
			case *ref == nowhere:
				p.failing = append(p.failing, failing{i, source})
			case *ref == p.number+Ref(i):
				if s.width == 1 {
					s.states.s[next] = p.words[i]
				} else {
					copy(s.at(next), p.words[i*s.width:(i+1)*s.width])
				}
				s.parents.s[next] = source
				*ref = next
				next++
			case *ref < r.run.From && *ref >= r.run.StopBelow:
				p.between++
			}
		}
	}
}

// ref is what a successor leads to. All are asked for in order, cursor being 0 before.
func (p *piece) ref(i int) *Ref {
	k := p.where[i]
	if k == ofNone {
		p.none = nowhere
		return &p.none
	}
	j := p.cursor[k]
	p.cursor[k] = j + 1
	return &p.shares[k].refs[j]
}

// settle puts the numbers of new states into a part of the index.
func (r *round) settle(k int) {
	cells := r.states.cells.s
	for _, p := range r.pieces {
		h := &p.shares[k]
		for j, ref := range h.refs {
			if ref >= r.count && ref < nowhere {
				cell := &cells[h.cells[j]]
				*cell = *cell&^r.mask | uint32(ref+1)
			}
		}
	}
}

// finish records steps, failures, dead states and the graph, and goes on behind the round.
func (r *round) finish() {
	x, last := r.explorer, r.pieces[len(r.pieces)-1]
	for _, p := range r.pieces {
		x.region.Dead = append(x.region.Dead, p.dead...)
		x.region.Between += p.between
		x.region.Steps += int64(p.n - len(p.failing))
		p.fails(x)
	}
	if g := x.region.Graph; g != nil {
		g.reserve(r.total)
		g.start.grow(int(last.end-g.First) + 2)
		for _, p := range r.pieces {
			p.edges(r, g)
		}
	}
	x.next, x.before, x.spent = last.end, x.before+uint64(r.total), x.spent+uint64(r.total)
}

// fails records the failures of a piece.
func (p *piece) fails(x *explorer) {
	violated := p.violated
	for _, f := range p.failing {
		if len(violated) > 0 && violated[0].at == f.at {
			x.violates(f.source, p.notes[f.at], violated[0].value)
			violated = violated[1:]
			continue
		}
		x.failing(f.source, p.notes[f.at])
	}
}

// edges adds the piece's part of the graph, for which there is room.
func (p *piece) edges(r *round, g *Graph) {
	clear(p.cursor)
	i := 0
	for k, n := range p.rows {
		for end := i + int(n); i < end; i++ {
			k, note := p.where[i], p.notes[i]
			ref := *p.ref(i)
			switch ref {
			case nowhere:
				ref, note = NoRef, note|uint64(Failed)
			case fresh:
				h := &p.shares[k]
				ref = Ref(r.states.cells.s[h.cells[p.cursor[k]-1]]&r.mask) - 1
			}
			g.add(ref, makeLabel(note))
		}
		g.row(p.from+Ref(k)+1, uint64(g.edges))
	}
}
