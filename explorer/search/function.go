package search

// Table is a Function whose values are remembered by the values of the components
// that it reads: an array for one component, a memo for several, a single value
// for none.
type Table struct {
	space *Space
	f     Function
	home  int // the component read, where it is one; else -1
	mask  []uint64
	key   []uint64
	known []bool   // by number of home: remembered
	value []uint64 // by number of home
	memo  memo     // value + 1; ^uint64(0) is never remembered
}

// NewTable makes a table of f over the states of this space. It lives as long as
// the space.
func (s *Space) NewTable(f Function) *Table {
	t := &Table{space: s, f: f, home: -1}
	if len(f.Reads) == 1 {
		t.home = f.Reads[0]
	}
	t.memo.init(s.layout.width)
	t.masks()
	s.tables = append(s.tables, t)
	return t
}

// masks sets what depends on the layout.
func (t *Table) masks() {
	t.mask = t.space.layout.mask(t.f.Reads)
	t.key = make([]uint64, len(t.mask))
}

// At gives the function's value in a stored state, usually at the cost of a load
// or two.
func (t *Table) At(ref Ref) uint64 { return t.atPacked(t.space.states.at(ref)) }

// atPacked gives the function's value in a packed state.
func (t *Table) atPacked(words []uint64) uint64 {
	if t.home >= 0 {
		id := t.space.layout.fields[t.home].get(words)
		if id < uint64(len(t.known)) && t.known[id] {
			return t.value[id]
		}
		return t.missHome(words, id)
	}
	for i, m := range t.mask {
		t.key[i] = words[i] & m
	}
	if v := t.memo.get(t.key); v != 0 {
		return v - 1
	}
	return t.miss(words)
}

// peek gives the function's value in a packed state if it is remembered, and changes nothing.
// key is scratch with room for a packed state.
func (t *Table) peek(words, key []uint64) (value uint64, known bool) {
	if t.home >= 0 {
		id := t.space.layout.fields[t.home].get(words)
		if id < uint64(len(t.known)) && t.known[id] {
			return t.value[id], true
		}
		return 0, false
	}
	for i, m := range t.mask {
		key[i] = words[i] & m
	}
	v := t.memo.get(key)
	return v - 1, v != 0
}

// missHome computes the value for a function of one component.
func (t *Table) missHome(words []uint64, id uint64) uint64 {
	value := t.eval(words)
	if id >= uint64(t.space.opt.MemoLimit) {
		return value
	}
	if n := t.space.comps[t.home].count; n > len(t.known) {
		n = min(max(n, 2*len(t.known)), 1<<32)
		t.known = append(t.known, make([]bool, n-len(t.known))...)
		t.value = append(t.value, make([]uint64, n-len(t.value))...)
	}
	t.known[id], t.value[id] = true, value
	return value
}

// miss computes the value for a function of several components or none, for the
// key set by atPacked.
func (t *Table) miss(words []uint64) uint64 {
	value := t.eval(words)
	if t.memo.count < t.space.opt.MemoLimit && value != ^uint64(0) && t.space.remembers(&t.memo) {
		t.memo.put(t.key, value+1)
	}
	return value
}

// fewEvals is the number of functions evaluated, not remembered, between two looks at how
// long that takes.
const fewEvals = 16

// eval calls the function.
func (t *Table) eval(words []uint64) uint64 {
	v := t.space.scratch
	for _, c := range t.f.Reads {
		t.space.decode(words, c, v)
	}
	if t.space.evals++; t.space.evals%fewEvals == 0 && t.space.slow != nil {
		t.space.slow()
	}
	return t.f.Eval(v)
}

// relayout follows a change of layout; space.layout is still the old one.
func (t *Table) relayout(from, to *layout) {
	t.memo.relayout(from, to)
	t.mask = to.mask(t.f.Reads)
	t.key = make([]uint64, to.width)
}

// bytes is the memory held.
func (t *Table) bytes() int64 {
	return t.memo.bytes() + int64(len(t.known)) + int64(len(t.value))*8
}

// Of gives the function's value in a full vector, without remembering it.
func (t *Table) Of(v []uint64) uint64 { return t.f.Eval(v) }
