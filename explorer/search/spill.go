package search

import "math"

// someSorted is how many states are sorted at once where no limit says it.
const someSorted = 1 << 20

// sortedAtOnce is the number of states that are looked up together on disk, with a limit of memory.
func (s *Space) sortedAtOnce(limit int64, each int) int {
	switch {
	case s.opt.Together > 0:
		return s.opt.Together
	case limit > 0:
		return int(min(max(limit/8/int64(each), 1<<12), 1<<26))
	}
	return someSorted
}

// inMemory is how much of a limit the space may hold before it uses its disk: the rest is for
// sorting, and for what of the files is in memory.
func (s *Space) inMemory(limit int64) int64 {
	if s.disk == nil {
		return limit
	}
	return limit - limit/4
}

// Within tells whether the space holds at most limit bytes of memory, extra ones included, as in Limits.MaxBytes. What
// does not fit goes to the Disk, if there is one that has room; then what can be computed again is forgotten.
func (s *Space) Within(limit, extra int64) bool {
	return s.within(limit, func() int64 { return s.Bytes() + extra })
}

// within is Within, held being what counts.
func (s *Space) within(limit int64, held func() int64) bool {
	s.limit = limit
	early := s.opt.early > 0 && s.states.count >= s.opt.early
	fits := func() bool { return held() <= s.inMemory(limit) }
	if fits() && !early {
		return true
	}
	if s.disk == nil || s.states.runs == nil && !s.states.spill(s.disk, s.sortedAtOnce(limit, 8*s.states.width+8)) {
		return false
	}
	if !fits() || early {
		s.forget()
	}
	return fits()
}

// forget forgets what functions and maps give: it is computed once more.
func (s *Space) forget() {
	for _, t := range s.tables {
		t.memo.init(s.layout.width)
	}
	for _, m := range s.maps {
		for i := range m.parts {
			p := &m.parts[i]
			p.memo.init(s.layout.width)
			p.fails, p.results = nil, nil
		}
	}
}

// remembers tells whether a memo may get one more entry: of a space with a disk only if there is memory where it must
// grow. What is not remembered is computed each time.
func (s *Space) remembers(m *memo) bool { return !m.full() || s.hasRoom(int64(len(m.cells))*16) }

// hasRoom tells whether that many bytes more may be held, beside what the disk takes.
func (s *Space) hasRoom(bytes int64) bool {
	return s.disk == nil || s.limit == 0 || bytes <= s.disk.room()
}

// addOnDisk stores a packed state without a parent where the index is on disk.
func (s *Space) addOnDisk(words []uint64) (to Ref, isNew bool, err error) {
	s.sweep.words.grow(len(words))
	copy(s.sweep.words.s, words)
	err = s.addSwept(1, func(_ int, ref Ref, fresh bool) { to, isNew = ref, fresh })
	return to, isNew, err
}

// addSwept stores the first n words of the space's sweep where the index is on disk, and tells of each, in
// order, its number and whether it is new. On ErrFull it tells of those before, on ErrDisk of none.
func (s *Space) addSwept(n int, tell func(i int, ref Ref, isNew bool)) error {
	w, first, width := &s.sweep, s.Len(), s.layout.width
	w.find(&s.states, n)
	if !w.reserve(&s.states) {
		return ErrDisk
	}
	defer w.enter(&s.states, first)
	for i := range n {
		ref := w.at(i)
		isNew := *ref == NoRef
		if isNew {
			if s.states.count >= maxStates {
				return ErrFull
			}
			*ref = s.states.append(w.words.s[i*width:(i+1)*width], NoRef)
		}
		tell(i, *ref, isNew)
	}
	return nil
}

// spill moves the set to a disk. It is false, and the set is where it was or partly there, where the disk
// has no room. some is how many states are sorted at once.
func (s *visited) spill(d *disk, some int) bool {
	s.cells.free() // makes room for sorting
	index := &runs{disk: d}
	var buffer vec[uint64]
	defer buffer.free()
	for from := 0; from < s.count; from += some {
		n, stride := min(some, s.count-from), s.width+1
		r, ok := index.newRun(n, s.width)
		if !ok {
			index.free()
			s.rebuild(s.indexSize(s.count))
			return false
		}
		buffer.grow(n * stride)
		all := records{buffer.s[:n*stride], s.width}
		for i := range n {
			d.ease(i)
			copy(all.s[i*stride:], s.at(Ref(from+i)))
			all.s[i*stride+s.width] = uint64(from + i)
		}
		all.sort()
		copy(r.s, all.s)
		r.n = n
		index.add(r, s.width)
	}
	if !s.states.move(d) || !s.parents.move(d) {
		index.free()
		s.rebuild(s.indexSize(s.count))
		return false
	}
	s.runs, s.full = index, math.MaxInt
	return true
}
