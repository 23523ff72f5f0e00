package search

import "slices"

// Symmetry says how values of a System can be exchanged: there are sets of values, of which
// each permutation takes states to states, so that the steps of corresponding states
// correspond. It is given by the exchanges of two values next to each other, which make up
// all permutations. An exchange acts on each component by itself: what becomes of it, and in
// which place, does not depend on the others. Done twice it changes nothing.
//
// Whoever gives a Symmetry answers for it: a Space takes states that differ by permutations
// for one [ID96].
type Symmetry interface {
	// Sets gives the number of values of each set, at least 2.
	Sets() []int
	// Fixed says that no exchange changes a component or its place, whatever it holds.
	Fixed(c int) bool
	// Place is the component that component c becomes by the exchange of the values k and k+1
	// of a set; it has as many words.
	Place(set, k, c int) int
	// Exchange writes into component Place(set, k, c) of out, a full vector, what becomes of
	// component c of v, of which nothing else may be read. It gives that place.
	Exchange(set, k, c int, v, out []uint64) (to int)
	// Group is the group of steps that a group becomes.
	Group(set, k, group int) int
}

// An orbit is all states that permutations make of one. It is stored as one of them, its
// representative, which is found like this. Each value has a key in a state: a number that
// tells what the state does with it, and changes places with it when values are exchanged. The
// values of each set are sorted by their keys; of the states that differ by permutations of
// values with equal keys the least is taken, compared word by word. Neither keys nor comparison
// depend on the numbers that components give to their values. Keys are sums of hashes: where
// two are equal by accident, more states are compared, and that is all.

// orbits finds representatives.
type orbits struct {
	sym    Symmetry
	space  *Space
	sets   []int
	first  []int // by set: the number of its first value, among all
	total  int   // values of all sets
	order  int64 // permutations
	moving []int // components that are not fixed
	swaps  []swap
	at     []int // by number of a value: the swap of it and the next one
	tables []orbitTable
	walks  [][]int // by number of values: swaps, by position, that lead through all permutations

	// What is being looked at:
	keys    []uint64
	inverse []int    // by place: the value that has come there
	next    []uint64 // scratch
	best    []uint64
	bestInv []int
	blocks  [][2]int // values with equal keys: the first, and how many
	v, w    []uint64 // full vectors
}

// swap is one exchange.
type swap struct {
	set, k int
	value  int   // the number of the first of its values
	place  []int // by component
}

// orbitTable is what is known of the values of one component.
type orbitTable struct {
	images [][]uint32 // by swap and number: 1 + the number of what it becomes
	keys   []uint64   // by number: of each value
	known  []bool     // by number: the keys
}

func newOrbits(s *Space, sym Symmetry) *orbits {
	o := &orbits{sym: sym, space: s, sets: sym.Sets(), order: 1}
	for c := range s.comps {
		if !sym.Fixed(c) {
			o.moving = append(o.moving, c)
		}
	}
	for set, n := range o.sets {
		o.first = append(o.first, o.total)
		for k := range n - 1 {
			x := swap{set: set, k: k, value: o.total + k}
			for c := range s.comps {
				x.place = append(x.place, sym.Place(set, k, c))
			}
			o.at = append(o.at, len(o.swaps))
			o.swaps = append(o.swaps, x)
		}
		o.at = append(o.at, -1) // the last one has no next
		o.total += n
		o.order *= factorial(n)
	}
	o.tables = make([]orbitTable, len(s.comps))
	for _, c := range o.moving {
		o.tables[c].images = make([][]uint32, len(o.swaps))
	}
	o.keys, o.inverse, o.bestInv = make([]uint64, o.total), make([]int, o.total), make([]int, o.total)
	o.next, o.best = make([]uint64, len(s.comps)), make([]uint64, len(s.comps))
	o.v, o.w = make([]uint64, s.Words()), make([]uint64, s.Words())
	return o
}

func factorial(n int) int64 {
	f := int64(1)
	for k := 2; k <= n; k++ {
		f *= int64(k)
	}
	return f
}

// represent makes of a state, given by the numbers of its components, its representative, and
// gives the number of permutations that leave that as it is. The numbers may be greater than
// the layout has room for. inverse then says which value has come to which place.
func (o *orbits) represent(ids []uint64) (fixing int64) {
	for i := range o.keys {
		o.keys[i], o.inverse[i] = 0, i
	}
	for _, c := range o.moving {
		keys := o.keysOf(c, ids[c])
		for i := range o.keys {
			o.keys[i] += keys[i]
		}
	}
	o.blocks = o.blocks[:0]
	for set, n := range o.sets {
		o.sort(o.first[set], n, ids)
	}
	if len(o.blocks) == 0 {
		return 1
	}
	return o.least(ids)
}

// sort sorts the values of a set by their keys, and notes which have equal ones.
func (o *orbits) sort(first, n int, ids []uint64) {
	for end := first + n - 1; end > first; end-- {
		for i := first; i < end; i++ {
			if o.keys[i] > o.keys[i+1] {
				o.exchange(i, ids)
			}
		}
	}
	for i := first; i < first+n; {
		from := i
		for i++; i < first+n && o.keys[i] == o.keys[from]; i++ {
		}
		if i-from > 1 {
			o.blocks = append(o.blocks, [2]int{from, i - from})
		}
	}
}

// exchange exchanges a value, by its number, with the next one.
func (o *orbits) exchange(value int, ids []uint64) {
	o.images(o.at[value], ids)
	for _, c := range o.moving {
		ids[c] = o.next[c]
	}
	o.keys[value], o.keys[value+1] = o.keys[value+1], o.keys[value]
	o.inverse[value], o.inverse[value+1] = o.inverse[value+1], o.inverse[value]
}

// images puts into next what a swap makes of the components that are not fixed.
func (o *orbits) images(number int, ids []uint64) {
	x := &o.swaps[number]
	for _, c := range o.moving {
		id := ids[c]
		images := o.tables[c].images[number]
		if id < uint64(len(images)) && images[id] != 0 {
			o.next[x.place[c]] = uint64(images[id] - 1)
		} else {
			o.next[x.place[c]] = o.image(number, c, id)
		}
	}
}

// image is what a swap makes of a value of a component, where that is not known yet.
func (o *orbits) image(number, c int, id uint64) uint64 {
	s, x, t := o.space, &o.swaps[number], &o.tables[c]
	copy(s.comps[c].of(o.v), s.comps[c].value(id))
	to := o.sym.Exchange(x.set, x.k, c, o.v, o.w)
	other := s.comps[to].intern(s.comps[to].of(o.w))
	note := func(c int, from, to uint64) {
		t := &o.tables[c]
		if n := s.comps[c].count; n > len(t.images[number]) {
			t.images[number] = append(t.images[number], make([]uint32, max(n, 2*len(t.images[number]))-len(t.images[number]))...)
		}
		t.images[number][from] = uint32(to + 1)
	}
	note(c, id, other)
	note(to, other, id)
	return uint64(t.images[number][id] - 1)
}

// least makes of a sorted state the least of those that differ from it by permutations of
// values with equal keys, and gives how many of these permutations lead there from it.
func (o *orbits) least(ids []uint64) (fixing int64) {
	same, all := true, int64(1)
	for _, b := range o.blocks {
		all *= factorial(b[1])
		for i := b[0]; i < b[0]+b[1]-1 && same; i++ {
			o.images(o.at[i], ids)
			for _, c := range o.moving {
				same = same && o.next[c] == ids[c]
			}
		}
	}
	if same {
		return all
	}
	copy(o.best, ids)
	copy(o.bestInv, o.inverse)
	fixing = 1
	o.each(0, ids, func() {
		switch o.compare(ids, o.best) {
		case 0:
			fixing++
		case -1:
			fixing = 1
			copy(o.best, ids)
			copy(o.bestInv, o.inverse)
		}
	})
	copy(ids, o.best)
	copy(o.inverse, o.bestInv)
	return fixing
}

// each goes through the permutations of the blocks from one on, but for the one that is there
// first.
func (o *orbits) each(block int, ids []uint64, visit func()) {
	if block == len(o.blocks) {
		return
	}
	first, n := o.blocks[block][0], o.blocks[block][1]
	o.each(block+1, ids, visit)
	for _, k := range o.walk(n) {
		o.exchange(first+k, ids)
		visit()
		o.each(block+1, ids, visit)
	}
}

// compare compares two states by their words: -1, 0 or 1.
func (o *orbits) compare(a, b []uint64) int {
	for _, c := range o.moving {
		if a[c] != b[c] {
			return slices.Compare(o.space.comps[c].value(a[c]), o.space.comps[c].value(b[c]))
		}
	}
	return 0
}

// walk gives the exchanges, by the place of the first value, that lead from one order of n
// values through all others, each once (Steinhaus, Johnson, Trotter).
func (o *orbits) walk(n int) []int {
	for len(o.walks) <= n {
		if len(o.walks) < 2 {
			o.walks = append(o.walks, nil)
			continue
		}
		var all []int
		m := len(o.walks)
		down, inner := true, append(slices.Clone(o.walks[m-1]), -1)
		for _, k := range inner {
			// The last value goes through all others, down or up; then these take one step.
			for i := range m - 1 {
				if down {
					all = append(all, m-2-i)
				} else {
					all = append(all, i)
				}
			}
			if k >= 0 && down {
				k++ // it stands before them
			}
			all = append(all, k)
			down = !down
		}
		o.walks = append(o.walks, all[:len(all)-1])
	}
	return o.walks[n]
}

// keysOf are the keys that a value of a component gives to the values of the sets: for each of
// them a sum over all permutations that take it to the first place of its set, of a hash of what
// the component becomes by them.
func (o *orbits) keysOf(c int, id uint64) []uint64 {
	t := &o.tables[c]
	if id >= uint64(len(t.known)) {
		n := max(o.space.comps[c].count, 2*len(t.known))
		t.known = append(t.known, make([]bool, n-len(t.known))...)
		t.keys = append(t.keys, make([]uint64, n*o.total-len(t.keys))...)
	}
	keys := t.keys[int(id)*o.total : (int(id)+1)*o.total]
	if !t.known[id] {
		t.known[id] = true
		o.findKeys(c, id, keys)
	}
	return keys
}

func (o *orbits) findKeys(c int, id uint64, keys []uint64) {
	comps := o.space.comps
	copy(comps[c].of(o.v), comps[c].value(id))
	inverse := make([]int, o.total)
	for i := range inverse {
		inverse[i] = i
	}
	v, w := o.v, o.w
	add := func() {
		h := mix(hashWords(comps[c].of(v)) ^ uint64(c))
		for set, first := range o.first {
			keys[inverse[first]] += mix(h ^ uint64(set))
		}
	}
	var each func(set int)
	each = func(set int) {
		if set == len(o.sets) {
			add()
			return
		}
		each(set + 1)
		for _, k := range o.walk(o.sets[set]) {
			c = o.sym.Exchange(set, k, c, v, w)
			v, w = w, v
			i := o.first[set] + k
			inverse[i], inverse[i+1] = inverse[i+1], inverse[i]
			each(set + 1)
		}
	}
	each(0)
}

// pack makes of a packed state its representative. It is false where that has numbers which
// the layout has no room for; then it is as it was.
func (o *orbits) pack(words []uint64) bool {
	s := o.space
	ids := s.ids
	for c := range s.comps {
		ids[c] = s.layout.fields[c].get(words)
	}
	o.represent(ids)
	for _, c := range o.moving {
		if ids[c] > s.layout.fields[c].mask {
			return false
		}
	}
	clear(words)
	for c, id := range ids {
		s.layout.fields[c].put(words, id)
	}
	return true
}

// bytes is the memory held.
func (o *orbits) bytes() int64 {
	n := int64(0)
	for i := range o.tables {
		t := &o.tables[i]
		n += int64(cap(t.keys))*8 + int64(cap(t.known))
		for _, images := range t.images {
			n += int64(cap(images)) * 4
		}
	}
	return n
}
