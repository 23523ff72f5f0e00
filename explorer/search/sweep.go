package search

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
