package search

import "math/bits"

// flush looks up what is pending, stores what is new, and empties the batch. It
// may stop the exploration.
func (x *explorer) flush() {
	b := &x.batch
	n := b.n
	b.n = 0
	if n == 0 || x.stopped != "" {
		return
	}
	if !x.onDisk() && !x.room(n) {
		x.stopped = x.disk.full()
		x.cut(b.source[0])
		return
	}
	if x.onDisk() { // also where that was to be done for room
		x.collect(n)
		return
	}
	x.states.hash(b.hashes[:n], b.words)
	x.states.near(b.hashes[:n], b.first[:])
	done := 0
	if x.states.width == 1 && x.orbits == nil {
		done = x.resolveNarrow(n)
	} else {
		done = x.resolveWide(n)
	}
	if done < n {
		x.stopped = MaxStates
		x.cut(b.source[done])
	}
}

// room reserves memory for n more successors, or moves the states to the disk. It is false if that
// would take more than the limits.
func (x *explorer) room(n int) bool {
	if limit := x.run.Limits.MaxBytes; limit > 0 && x.states.count+n > x.states.full {
		fits := func() bool {
			return x.within(limit, func() int64 {
				if x.onDisk() {
					return x.held()
				}
				return x.held() - x.states.cells.bytes() + int64(x.states.indexSize(x.states.count+n))*4
			})
		}
		if !fits() && (!x.giveUp() || !fits()) {
			return false
		}
	}
	return x.onDisk() || x.states.reserve(n) && x.graphRoom(n, n)
}

// resolveNarrow is resolveWide for states of one word.
func (x *explorer) resolveNarrow(n int) int {
	b, s := &x.batch, &x.states
	cells, states, refBits := s.cells.s, s.states.s, s.refBits
	simple := max(x.rootsEnd, x.run.From) // states from here on need no further look
	if x.region.Graph != nil {
		simple = NoRef
	}
	for i, w := range b.words[:n] {
		if Info(b.notes[i])&x.fails != 0 {
			x.failing(b.source[i], b.notes[i])
			x.noEdge(i)
			continue
		}
		h := b.hashes[i]
		tag, count := uint32(h)<<refBits, uint32(s.count)
		cell, _ := bits.Mul64(h, uint64(len(cells)))
		ref := NoRef
		for c := cells[cell]; c != 0; c = cells[cell] {
			if r := (c ^ tag) - 1; r < count && states[r] == w {
				ref = Ref(r)
				break
			}
			if cell++; cell == uint64(len(cells)) {
				cell = 0
			}
		}
		if ref != NoRef && ref >= simple {
			x.region.Steps++
		} else if !x.reach(i, ref, cell, tag) {
			return i
		}
	}
	return n
}

// resolveWide looks up the pending successors one by one and stores what is new and
// no invariant forbids. It gives the number of those that are done: less than n if
// the limit of states is reached.
func (x *explorer) resolveWide(n int) int {
	b, s := &x.batch, &x.states
	for i := range n {
		if Info(b.notes[i])&x.fails != 0 {
			x.failing(b.source[i], b.notes[i])
			x.noEdge(i)
			continue
		}
		words := b.words[i*s.width : (i+1)*s.width]
		tag := s.tag(b.hashes[i])
		ref, cell := s.lookup(words, b.hashes[i])
		before := x.region.Steps
		if !x.reach(i, ref, cell, tag) {
			return i
		}
		x.countOrbit(b.source[i], before)
	}
	return n
}

// reach records that the pending step i leads to the state ref; NoRef means to a
// new one, whose place in the index is cell. It is false if the limit of states is
// reached.
func (x *explorer) reach(i int, ref Ref, cell uint64, tag uint32) bool {
	b, s := &x.batch, &x.states
	words := b.words[i*s.width : (i+1)*s.width]
	if ref == NoRef || ref < x.rootsEnd {
		for _, t := range x.run.Invariants {
			if v := t.atPacked(words); v != 0 {
				x.violates(b.source[i], b.notes[i], uint32(v))
				x.noEdge(i)
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

// failing records that a step fails, but for its edge.
func (x *explorer) failing(source Ref, note uint64) {
	info := Info(note)
	f := Failure{Info: info, Payload: info.Payload()}
	if info&Failed == 0 {
		f.Payload-- // barred
	}
	x.fail(source, note, f)
}

// violates records that a step leads to a state where an invariant has this value.
func (x *explorer) violates(source Ref, note uint64, value uint32) {
	x.fail(source, note, Failure{Info: Info(note), Payload: value, Invariant: true})
}

// fail records a failure, unless there was one of its kind.
func (x *explorer) fail(source Ref, note uint64, f Failure) {
	f.From, f.Group = source, int(note>>groupShift&groupMask)
	x.region.Failing.Add(f.From)
	if kind := f.kind(); !x.seen[kind] {
		x.seen[kind] = true
		x.region.Failures = append(x.region.Failures, f)
	}
}

// kind is the same for failures of which only the first is listed.
func (f Failure) kind() Failure {
	if f.Invariant {
		return Failure{Payload: f.Payload, Invariant: true}
	}
	return Failure{Group: f.Group, Info: f.Info}
}

// noEdge records that the edge of the pending step i fails.
func (x *explorer) noEdge(i int) {
	if x.region.Graph != nil {
		x.region.Graph.add(NoRef, makeLabel(x.batch.notes[i]|uint64(Failed)))
	}
}
