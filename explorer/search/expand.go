package search

import "slices"

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
	for x.next < end && x.stopped == "" && x.spent < work {
		upTo := end
		if x.passing != nil && x.next < x.rootsEnd {
			if x.group == 0 && x.expandPassed() {
				continue
			}
			upTo = x.next + 1
		}
		if x.orbits != nil {
			x.expandOrbits(upTo)
		} else if x.states.width == 1 {
			x.expandNarrow(upTo)
		} else {
			x.expandWide(upTo)
		}
	}
}

// expandPassed expands a root that would be passed over if a step led to it: only to where its
// local steps end. It is false, and does nothing, for any other.
func (x *explorer) expandPassed() bool {
	p := x.passing
	v := x.Vector(x.next, nil)
	g, h := p.first(p.all, v)
	if h == nil {
		return false
	}
	if x.skip() {
		return true
	}
	// There can be as many ends as the ways of all groups multiplied: none is kept here.
	at := slices.Clone(v)
	p.follow(p.all, at, nil, func([][]uint64) bool {
		if x.batch.n == x.opt.batch {
			x.flush()
		}
		for c := range x.comps {
			x.comps[c].intern(x.comps[c].of(at))
		}
		if x.stopped == "" && !x.fits() {
			if x.resolve(); x.stopped == "" && x.fit() != nil {
				x.stop(MaxDisk)
			}
			x.batch.init(x.states.width)
		}
		if x.stopped != "" {
			return false
		}
		b, width := &x.batch, x.states.width
		to := b.words[b.n*width : b.n*width+width]
		clear(to)
		for c := range x.comps {
			id, _, _ := x.comps[c].find(x.comps[c].of(at))
			x.layout.fields[c].put(to, id)
		}
		b.notes[b.n], b.source[b.n] = uint64(g)<<groupShift, x.next
		b.n++
		x.emitted++
		if x.emitted%work == 0 {
			x.look(0)
		}
		return x.stopped == ""
	})
	if x.stopped == "" {
		x.done()
	}
	return true
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
	x.spent += x.emitted
	x.emitted, x.group = 0, 0
	x.next++
	if g := x.region.Graph; g != nil && !g.row(x.next, x.before) {
		x.next--
		x.stop(x.disk.full())
	}
}

// expandNarrow is expandWide for states of one word: the inner loop of the search.
// It returns early after a relayout.
func (x *explorer) expandNarrow(end Ref) {
	b, t := &x.batch, &x.steps
	limit := x.opt.batch
	for x.next < end && x.stopped == "" && x.spent < work {
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
					if x.stopped != "" {
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
	for x.next < end && x.stopped == "" && x.spent < work {
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
			if x.stopped != "" {
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
