package search

import "math/bits"

// batchSize is the number of successors that are looked up together, so that
// their cache misses overlap.
const batchSize = 128

// batch holds emissions that are not looked up yet, in order.
type batch struct {
	n      int
	words  []uint64 // packed, of failing steps anything
	notes  [batchSize]uint64
	source [batchSize]Ref
	hashes [batchSize]uint64
	first  [batchSize]uint32 // cells where the lookups start
}

// init sets the width; the batch must be empty.
func (b *batch) init(width int) { b.words = make([]uint64, batchSize*width) }

// expand expands states from next on, up to end.
func (x *explorer) expand(end Ref) {
	for x.next < end && x.stopped == "" {
		if x.states.width == 1 {
			x.expandNarrow(end)
		} else {
			x.expandWide(end)
		}
	}
}

// skip passes over the state next if it is not to be expanded.
func (x *explorer) skip() bool {
	if x.next < x.run.StopBelow {
		x.advance()
		return true
	}
	if x.run.Stuck != nil && x.run.Stuck.At(x.next) != 0 {
		x.region.Stuck = append(x.region.Stuck, x.next)
		x.advance()
		return true
	}
	return false
}

// done closes the row of the state next.
func (x *explorer) done() {
	if x.emitted == 0 {
		x.region.Dead = append(x.region.Dead, x.next)
	}
	x.advance()
}

// advance goes on to the next state.
func (x *explorer) advance() {
	x.before += x.emitted
	x.emitted, x.group = 0, 0
	x.next++
	if g := x.region.Graph; g != nil && !g.row(x.next, x.before) {
		x.next--
		x.stop(MaxMem)
	}
}

// expandNarrow is expandWide for states of one word: the inner loop of the search.
// It returns early after a relayout.
func (x *explorer) expandNarrow(end Ref) {
	b, t := &x.batch, &x.steps
	limit := x.opt.batch
	for x.next < end && x.stopped == "" {
		if x.group == 0 && x.skip() {
			continue
		}
		s, next := x.states.states.s[x.next], x.next
		n, emitted := b.n, x.emitted
		for g := x.group; g < len(t.groups); g++ {
			group := &t.groups[g]
			e := uint32(notKnown)
			if id := s >> (group.home.shift & 63) & group.home.mask; id < uint64(len(group.entry)) {
				e = group.entry[id]
			}
			if e == noStep {
				continue
			}
			array, at := t.arena, 0
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
				if at = int(v-2) * 2; v == notKnown {
					b.n, x.group, x.emitted = n, g, emitted
					var moved bool
					if array, at, moved = t.list(g, x.states.at(next), x.ready); moved {
						b.init(x.states.width)
						return
					}
					if array == nil {
						continue
					}
				}
			}
			for {
				if n == limit {
					b.n = n
					if x.flush(); x.stopped != "" {
						return
					}
					n = 0
				}
				note := array[at+1]
				b.words[n], b.notes[n], b.source[n] = s^array[at], note, next
				n, at, emitted = n+1, at+2, emitted+1
				if note&lastNote != 0 {
					break
				}
			}
		}
		b.n, x.emitted = n, emitted
		x.done()
	}
}

// expandWide expands states from next on, up to end. It returns early after a
// relayout.
func (x *explorer) expandWide(end Ref) {
	b, t, width := &x.batch, &x.steps, x.states.width
	cur := make([]uint64, width)
	for x.next < end && x.stopped == "" {
		if x.group == 0 && x.skip() {
			continue
		}
		copy(cur, x.states.at(x.next))
		for ; x.group < len(t.groups); x.group++ {
			array, at, moved := t.list(x.group, cur, x.ready)
			if moved {
				b.init(x.states.width)
				return
			}
			for last := array == nil; !last; at += width + 1 {
				if b.n == x.opt.batch {
					if x.flush(); x.stopped != "" {
						return
					}
				}
				to := b.words[b.n*width : b.n*width+width]
				for w := range to {
					to[w] = cur[w] ^ array[at+w]
				}
				note := array[at+width]
				b.notes[b.n], b.source[b.n] = note, x.next
				b.n++
				x.emitted++
				last = note&lastNote != 0
			}
		}
		x.done()
	}
}

// flush looks up what is pending, stores what is new, and empties the batch. It
// may stop the exploration.
func (x *explorer) flush() {
	b := &x.batch
	n := b.n
	b.n = 0
	if n == 0 || x.stopped != "" {
		return
	}
	if !x.room(n) {
		x.stopped = MaxMem
		x.cut(b.source[0])
		return
	}
	x.touch(n)
	for i := range n {
		if info := Info(b.notes[i]); info&Failed != 0 {
			x.failing(i, info, Failure{Payload: info.Payload()})
		} else if !x.resolve(i) {
			x.stopped = MaxStates
			x.cut(b.source[i])
			return
		}
	}
}

// room reserves memory for n more successors. It is false if that would take more
// than the limit.
func (x *explorer) room(n int) bool {
	if limit := x.run.Limits.MaxBytes; limit > 0 && x.states.count+n > x.states.full {
		if x.Bytes()-x.states.cells.bytes()+int64(x.states.indexSize(x.states.count+n))*4 > limit {
			return false
		}
	}
	x.states.reserve(n)
	if x.region.Graph != nil {
		x.region.Graph.reserve(n)
	}
	return true
}

// touch hashes the pending states and brings what their lookups need near the
// processor, all at once.
func (x *explorer) touch(n int) {
	b, s := &x.batch, &x.states
	cells := s.cells.s
	hashes := b.hashes[:n]
	if s.width == 1 {
		for i, w := range b.words[:n] {
			hashes[i] = mix(w)
		}
	} else {
		for i := range hashes {
			hashes[i] = hashWords(b.words[i*s.width : (i+1)*s.width])
		}
	}
	for i, h := range hashes {
		home, _ := bits.Mul64(h, uint64(len(cells)))
		b.first[i] = cells[home]
	}
	sum, count := uint64(0), uint32(s.count)
	for i, h := range hashes {
		if r := (b.first[i] ^ s.tag(h)) - 1; r < count {
			sum ^= s.states.s[int(r)*s.width]
		}
	}
	sink(uint32(sum))
}

// resolve looks up the pending successor i and stores it if it is new and no
// invariant forbids it. It is false if the limit of states is reached.
func (x *explorer) resolve(i int) bool {
	b, s := &x.batch, &x.states
	words := b.words[i*s.width : (i+1)*s.width]
	h := b.hashes[i]
	cells, tag, count := s.cells.s, s.tag(h), uint32(s.count)
	cell, _ := bits.Mul64(h, uint64(len(cells)))
	ref := NoRef
	for {
		c := cells[cell]
		if c == 0 {
			break
		}
		if r := (c ^ tag) - 1; r < count && same(s.at(Ref(r)), words) {
			ref = Ref(r)
			break
		}
		if cell++; cell == uint64(len(cells)) {
			cell = 0
		}
	}
	if ref == NoRef || ref < x.rootsEnd {
		for _, t := range x.run.Invariants {
			if v := t.atPacked(words); v != 0 {
				x.failing(i, Info(b.notes[i]), Failure{Payload: uint32(v), Invariant: true})
				return true
			}
		}
	}
	if ref == NoRef {
		if s.count >= x.maxStates {
			return false
		}
		ref = s.storeAt(cell, tag, words, b.source[i])
	} else if ref < x.run.From && ref >= x.run.StopBelow {
		x.region.Between++
	}
	x.region.Steps++
	if x.region.Graph != nil {
		x.region.Graph.add(ref, makeLabel(b.notes[i]))
	}
	return true
}

// failing records that the pending step i fails.
func (x *explorer) failing(i int, info Info, f Failure) {
	note := x.batch.notes[i]
	f.From, f.Group, f.Info = x.batch.source[i], int(note>>groupShift&groupMask), info
	x.fail(f)
	if x.region.Graph != nil {
		x.region.Graph.add(NoRef, makeLabel(note|uint64(Failed)))
	}
}
