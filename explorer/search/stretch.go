package search

// stretch holds the successors of many states, in order, until they are looked up together on disk. It
// is what batch is in memory. Nothing of a region says that they are late: rows of the graph begin where the numbers
// of emissions say, and what a limit cuts off is cut off everywhere.
type stretch struct {
	sweep
	notes  vec[uint64]
	source vec[Ref]
	size   int // successors that are looked up together
	held   int
}

// bytes is the memory held.
func (t *stretch) bytes() int64 { return t.sweep.bytes() + t.notes.bytes() + t.source.bytes() }

// free gives it back.
func (t *stretch) free() {
	t.sweep.free()
	t.notes.free()
	t.source.free()
}

// onDisk tells whether states are looked up on disk.
func (x *explorer) onDisk() bool { return x.states.runs != nil }

// collect puts n pending successors into the stretch.
func (x *explorer) collect(n int) {
	t, b, width := &x.stretch, &x.batch, x.states.width
	if t.size == 0 {
		t.size = x.sortedAtOnce(x.run.Limits.MaxBytes, perState(width)+12)
	}
	t.words.grow((t.held + n) * width)
	t.notes.grow(t.held + n)
	t.source.grow(t.held + n)
	copy(t.words.s[t.held*width:], b.words[:n*width])
	copy(t.notes.s[t.held:], b.notes[:n])
	copy(t.source.s[t.held:], b.source[:n])
	if t.held += n; t.held >= t.size {
		x.settle()
	}
}

// settle looks up the stretch and stores what is new, as flush does.
func (x *explorer) settle() {
	t, first, n := &x.stretch, x.Len(), x.stretch.held
	t.held = 0
	if n == 0 || x.stopped != "" {
		return
	}
	x.states.runs.over = func() bool { return x.ctx.Err() != nil }
	defer func() { x.states.runs.over = nil }()
	if t.find(&x.states, n); t.late {
		x.stopped = over(x.ctx)
		x.cut(t.source.s[0])
		return
	}
	if !t.reserve(&x.states) || !x.graphRoom(n, t.fresh) {
		t.run.free()
		x.stopped = MaxDisk
		x.cut(t.source.s[0])
		return
	}
	done := 0
	for done < n {
		x.disk.ease(0)
		some := min(batchSize, n-done)
		k := x.resolveOnDisk(done, some)
		if done += k; k < some {
			x.stopped = MaxStates
			x.cut(t.source.s[done])
			break
		}
	}
	t.enter(&x.states, first)
}

// resolveOnDisk is resolveWide for n successors of the stretch, from number at on.
func (x *explorer) resolveOnDisk(at, n int) int {
	t, b, s := &x.stretch, &x.batch, &x.states
	copy(b.words, t.words.s[at*s.width:(at+n)*s.width])
	copy(b.notes[:n], t.notes.s[at:])
	copy(b.source[:n], t.source.s[at:])
	for i := range n {
		if Info(b.notes[i])&x.fails != 0 {
			x.failing(b.source[i], b.notes[i])
			x.noEdge(i)
			continue
		}
		ref, before, steps := t.at(at+i), s.count, x.region.Steps
		if !x.reach(i, *ref, noCell, 0) {
			return i
		}
		x.countOrbit(b.source[i], steps)
		if s.count > before {
			*ref = Ref(before)
		}
	}
	return n
}

// graphRoom makes room in the graph for more edges and for rows of the states stored and of more new ones. It is
// false where the disk has none.
func (x *explorer) graphRoom(edges, states int) bool {
	g := x.region.Graph
	return g == nil || g.reserve(edges) && (x.disk == nil || g.start.grow(x.states.count+states-int(g.First)+2))
}
