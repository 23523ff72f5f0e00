package search

// This file is expand.go with a Symmetry: each successor is replaced by its representative
// before it is looked up.

// expandOrbits expands states from next on, up to end. It returns early after a relayout. What a
// group's steps lead to is packed before any of it is put into the batch, so that a relayout
// finds a state between two groups.
func (x *explorer) expandOrbits(end Ref) {
	b, t, width := &x.batch, &x.steps, x.states.width
	cur, list := make([]uint64, width), []uint64(nil)
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
			fits := true
			list = list[:0]
			for last := array == nil; !last; at += width + 1 {
				from := len(list)
				for w := range width {
					list = append(list, cur[w]^array[at+w])
				}
				note := array[at+width]
				if Info(note)&x.fails == 0 {
					fits = x.orbits.pack(list[from:]) && fits
				}
				list = append(list, note)
				last = note&lastNote != 0
			}
			if !fits {
				x.ready()
				if x.fit() != nil {
					x.stop(MaxDisk)
					return
				}
				b.init(x.states.width)
				return
			}
			for i := 0; i < len(list); i += width + 1 {
				if b.n == x.opt.batch {
					if x.flush(); x.stopped != "" {
						return
					}
				}
				copy(b.words[b.n*width:], list[i:i+width])
				b.notes[b.n], b.source[b.n] = list[i+width], x.next
				b.n++
				x.emitted++
			}
		}
		x.done()
	}
}

// countOrbit counts a step, if there was one since there were before steps, for all states that its source stands for.
func (x *explorer) countOrbit(source Ref, before int64) {
	if x.orbits == nil || x.region.Steps == before {
		return
	}
	if x.orbitOf != source || x.orbit == 0 {
		x.orbitOf, x.orbit = source, x.Orbit(source)
	}
	x.region.Steps += x.orbit - 1
}
