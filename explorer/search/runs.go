package search

// runs is the index of the visited set where it does not fit into memory: sorted runs of records, the number
// of a record being that of its state. A state is in one of them. Runs get longer by merging, each being at least
// twice as long as the next one, so that there are few. States are looked up many together (sweep), in
// order, so that a run is read from its beginning to its end.
type runs struct {
	disk *disk
	list []run
	over func() bool // asked now and then whether there is time; nil: there is
}

// late tells whether there is no time left.
func (s *runs) late() bool { return s.over != nil && s.over() }

// run is one of them: the first n records of what it has room for.
type run struct {
	vec[uint64]
	n int
}

// records are those of a run.
func (r *run) records(width int) records { return records{r.s[:r.n*(width+1)], width} }

// newRun makes a run with room for n records; false means that the disk has none.
func (s *runs) newRun(n, width int) (run, bool) {
	r := run{vec: vec[uint64]{disk: s.disk}}
	return r, r.grow(n * (width + 1))
}

// add adds a run, and merges those that are too short, if there is time.
func (s *runs) add(r run, width int) {
	if r.n == 0 {
		r.free()
		return
	}
	s.list = append(s.list, r)
	for k := len(s.list) - 2; k >= 0 && s.list[k].n < 2*s.list[k+1].n; k-- {
		a, b := &s.list[k], &s.list[k+1]
		both, ok := s.newRun(a.n+b.n, width)
		if !ok {
			return // slower, not wrong
		}
		both.n = a.n + b.n
		if !s.merge(both.records(width), a.records(width), b.records(width)) {
			both.free()
			return
		}
		a.free()
		b.free()
		s.list = append(s.list[:k], both)
	}
}

// merge writes two sorted lists of records as one. It is false where there was no time.
func (s *runs) merge(to, a, b records) bool {
	i, j, stride := 0, 0, to.width+1
	for n := range to.Len() {
		if s.disk.ease(n); n%easy == 0 && s.late() {
			return false
		}
		at := to.s[n*stride : (n+1)*stride]
		if j == b.Len() || i < a.Len() && compare(a.state(i), b.state(j)) < 0 {
			copy(at, a.s[i*stride:(i+1)*stride])
			i++
		} else {
			copy(at, b.s[j*stride:(j+1)*stride])
			j++
		}
	}
	return true
}

// find gives the number of a packed state, or NoRef.
func (s *runs) find(words []uint64) Ref {
	for i := range s.list {
		r := s.list[i].records(len(words))
		if at := r.seek(0, words); at < r.Len() && same(r.state(at), words) {
			return Ref(r.number(at))
		}
	}
	return NoRef
}

// truncate forgets the states from ref on.
func (s *runs) truncate(ref Ref, width int) {
	kept := s.list[:0]
	for _, r := range s.list {
		all, n, stride := r.records(width), 0, width+1
		for i := range all.Len() {
			s.disk.ease(i)
			if all.number(i) < uint64(ref) {
				copy(all.s[n*stride:(n+1)*stride], all.s[i*stride:])
				n++
			}
		}
		if r.n = n; n == 0 {
			r.free()
			continue
		}
		kept = append(kept, r)
	}
	clear(s.list[len(kept):])
	s.list = kept
}

// room makes room for another width; false means that the disk has none.
func (s *runs) room(width int) bool {
	for i := range s.list {
		if !s.list[i].grow(s.list[i].n * (width + 1)) {
			return false
		}
	}
	return true
}

// relayout packs all states anew; room has made room.
func (s *runs) relayout(from, to *layout) {
	for i := range s.list {
		r := &s.list[i]
		records{r.s[:r.n*(from.width+1)], from.width}.repack(from, to)
	}
}

// bytes is the memory held.
func (s *runs) bytes() int64 {
	n := int64(0)
	for i := range s.list {
		n += s.list[i].bytes()
	}
	return n
}

// free gives everything back.
func (s *runs) free() {
	for i := range s.list {
		s.list[i].free()
	}
	s.list = nil
}
