package search

import "math"

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

// sweep looks up many packed states together in a set that is on disk, and stores those that are new.
type sweep struct {
	words vec[uint64] // the states, by position
	order vec[uint64] // records of states and positions
	first vec[uint32] // by position: the first one with the same state
	refs  vec[Ref]    // by first position: the state's number, or NoRef
	n     int
	fresh int  // states that are not stored
	late  bool // there was no time to look up all
	found records
	run   run
}

// perState is the memory that a sweep needs for a state of that many words.
func perState(width int) int { return 16*width + 16 }

// find looks up the first n of the words.
func (w *sweep) find(s *visited, n int) {
	stride := s.width + 1
	w.order.grow(n * stride)
	w.first.grow(n)
	w.refs.grow(n)
	w.n, w.fresh = n, 0
	all := records{w.order.s[:n*stride], s.width}
	for i := range n {
		copy(all.s[i*stride:], w.words.s[i*s.width:(i+1)*s.width])
		all.s[i*stride+s.width] = uint64(i)
	}
	all.sort()
	kept := 0 // records of first positions
	for i := range n {
		if kept == 0 || !same(all.state(kept-1), all.state(i)) {
			copy(all.s[kept*stride:(kept+1)*stride], all.s[i*stride:])
			kept++
		}
		w.first.s[all.number(i)] = uint32(all.number(kept - 1))
	}
	w.found = records{all.s[:kept*stride], s.width}
	for i := range kept {
		w.refs.s[w.found.number(i)] = NoRef
	}
	w.fresh, w.late = kept, false
	for k := range s.runs.list {
		w.look(s.runs, s.runs.list[k].records(s.width))
	}
}

// look looks up what is not found yet in one run.
func (w *sweep) look(s *runs, r records) {
	at, end, eased := 0, r.Len(), 0
	for i := range w.found.Len() {
		if at-eased >= easy || i%16 == 0 {
			s.disk.ease(0)
			eased = at
		}
		if i%easy == 0 && s.late() {
			w.late = true
			return
		}
		ref := &w.refs.s[w.found.number(i)]
		if *ref != NoRef {
			continue
		}
		words := w.found.state(i)
		if at = r.seek(at, words); at == end {
			return
		}
		if same(r.state(at), words) {
			*ref = Ref(r.number(at))
			w.fresh--
		}
	}
}

// reserve makes room for the states that are not stored; false means that the disk has none.
func (w *sweep) reserve(s *visited) bool {
	if !s.reserve(w.fresh) {
		return false
	}
	ok := false
	w.run, ok = s.runs.newRun(w.fresh, s.width)
	return ok
}

// at is where the number of the state at a position is.
func (w *sweep) at(i int) *Ref { return &w.refs.s[w.first.s[i]] }

// enter puts the states that were stored since, those from ref on, into the index.
func (w *sweep) enter(s *visited, ref Ref) {
	stride := s.width + 1
	for i := range w.found.Len() {
		s.runs.disk.ease(i)
		if n := w.refs.s[w.found.number(i)]; n != NoRef && n >= ref {
			to := w.run.s[w.run.n*stride : (w.run.n+1)*stride]
			copy(to, w.found.state(i))
			to[s.width] = uint64(n)
			w.run.n++
		}
	}
	s.runs.add(w.run, s.width)
	w.run = run{}
}

// adder gives a function that adds a state to a set on disk, sooner or later, some together, and one that adds the
// rest. ErrDisk is the only error of both.
func (w *sweep) adder(s *visited, some int) (add func(words []uint64) error, rest func() error) {
	n := 0
	rest = func() error {
		first := Ref(s.count)
		w.find(s, n)
		if !w.reserve(s) {
			return ErrDisk
		}
		for i := range n {
			if ref := w.at(i); *ref == NoRef {
				*ref = s.append(w.words.s[i*s.width:(i+1)*s.width], NoRef)
			}
		}
		w.enter(s, first)
		n = 0
		return nil
	}
	return func(words []uint64) error {
		w.words.grow((n + 1) * s.width)
		copy(w.words.s[n*s.width:], words)
		if n++; n < some {
			return nil
		}
		return rest()
	}, rest
}

// bytes is the memory held.
func (w *sweep) bytes() int64 {
	return w.words.bytes() + w.order.bytes() + w.first.bytes() + w.refs.bytes()
}

// free gives it back.
func (w *sweep) free() {
	w.words.free()
	w.order.free()
	w.first.free()
	w.refs.free()
}
