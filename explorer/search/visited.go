package search

import (
	"math/bits"
	"sync"
)

// visited is the set of stored packed states: the states in order of discovery,
// and an index of their numbers by hash with linear probing. A cell is 0, or the
// number + 1 in the low refBits with some bits of the hash above as a tag, so that
// most cells of other states are passed over without a look at these. The index
// is rebuilt from the states whenever it grows. On a disk there is another index (runs.go), and states are
// looked up many together.
type visited struct {
	width   int
	count   int
	states  vec[uint64] // width words each
	parents vec[Ref]
	cells   vec[uint32]
	refBits uint
	workers int   // that make an index
	full    int   // number of states at which the index must grow
	runs    *runs // the index on disk; nil in memory
}

const (
	// maxStates leaves NoRef and a free cell distinguishable from any state.
	maxStates = 1<<32 - 2
	// The index grows by 7/4 when 17 of 20 cells are taken. While it is rebuilt the
	// old one is gone already.
	firstCells = 1 << 10
	touchBatch = 64
)

// at gives a stored state's words, valid until the next one is stored.
func (s *visited) at(ref Ref) []uint64 {
	return s.states.s[int(ref)*s.width : int(ref)*s.width+s.width]
}

// reserve makes room for n more states; false means that the disk has none.
func (s *visited) reserve(n int) bool {
	if !s.states.grow((s.count+n)*s.width) || !s.parents.grow(s.count+n) {
		return false
	}
	if s.count+n > s.full {
		s.rebuild(s.indexSize(s.count + n))
	}
	return true
}

// indexSize is the number of cells that an index for n states grows to.
func (s *visited) indexSize(n int) int {
	return max(firstCells, n*6/5+16, len(s.cells.s)*7/4)
}

// rebuild makes an index of the given number of cells from the states.
func (s *visited) rebuild(cells int) {
	s.cells.reset(cells)
	s.full = cells * 17 / 20
	s.refBits = uint(bits.Len(uint(s.full)))
	workers := s.workers
	if s.count < manyStates {
		workers = 1
	}
	late := make([][]Ref, max(1, workers))
	each(len(late), func(part int) { late[part] = s.enterPart(part, len(late)) })
	for _, list := range late {
		for _, ref := range list {
			s.enter(hashWords(s.at(ref)), ref)
		}
	}
}

// manyStates is the number of states from which several workers make an index.
const manyStates = 1 << 14

// each does n things at once.
func each(n int, do func(i int)) {
	var group sync.WaitGroup
	for i := 1; i < n; i++ {
		group.Go(func() { do(i) })
	}
	do(0)
	group.Wait()
}

// enterPart enters the states whose cells lie in a part of the index, and gives those that come
// to its end.
func (s *visited) enterPart(part, parts int) (late []Ref) {
	var hashes [touchBatch]uint64
	var refs [touchBatch]Ref
	index, sum := s.cells.s, uint32(0)
	cells := uint64(len(index))
	first, end := cells*uint64(part)/uint64(parts), cells*uint64(part+1)/uint64(parts)
	for from := 0; from < s.count; from += touchBatch {
		n := min(touchBatch, s.count-from)
		s.hash(hashes[:n], s.states.s[from*s.width:])
		here := 0
		for i, h := range hashes[:n] {
			if home, _ := bits.Mul64(h, cells); home-first < end-first {
				sum += index[home] // brings the cells near, all at once
				hashes[here], refs[here] = h, Ref(from+i)
				here++
			}
		}
		for i, h := range hashes[:here] {
			if !s.enterBefore(h, refs[i], end) {
				late = append(late, refs[i])
			}
		}
	}
	sink(sum)
	return late
}

// enterBefore is enter within a part of the index; it is false at the end of that.
func (s *visited) enterBefore(hash uint64, ref Ref, end uint64) bool {
	index := s.cells.s
	for cell, _ := bits.Mul64(hash, uint64(len(index))); cell < end; cell++ {
		if index[cell] == 0 {
			index[cell] = s.tag(hash) | uint32(ref+1)
			return true
		}
	}
	return false
}

// hash gives the hashes of packed states that lie one after the other.
func (s *visited) hash(hashes, words []uint64) {
	if s.width == 1 {
		for i, w := range words[:len(hashes)] {
			hashes[i] = mix(w)
		}
		return
	}
	for i := range hashes {
		hashes[i] = hashWords(words[i*s.width : (i+1)*s.width])
	}
}

// enter puts a state that is not there into the index.
func (s *visited) enter(hash uint64, ref Ref) {
	index := s.cells.s
	cell, _ := bits.Mul64(hash, uint64(len(index)))
	for index[cell] != 0 {
		if cell++; cell == uint64(len(index)) {
			cell = 0
		}
	}
	index[cell] = s.tag(hash) | uint32(ref+1)
}

// tag is the part of a hash kept in a cell, in its place.
func (s *visited) tag(hash uint64) uint32 { return uint32(hash) << s.refBits }

// find gives the number of a packed state.
func (s *visited) find(words []uint64) (ref Ref, hash uint64, found bool) {
	hash = hashWords(words)
	if s.count == 0 {
		return NoRef, hash, false
	}
	if s.runs != nil {
		ref = s.runs.find(words)
		return ref, hash, ref != NoRef
	}
	ref, _ = s.lookup(words, hash)
	return ref, hash, ref != NoRef
}

// lookup gives the number of a packed state, or NoRef and the free cell where it
// belongs.
func (s *visited) lookup(words []uint64, hash uint64) (ref Ref, cell uint64) {
	index, tag, count := s.cells.s, s.tag(hash), uint32(s.count)
	cell, _ = bits.Mul64(hash, uint64(len(index)))
	for {
		c := index[cell]
		if c == 0 {
			return NoRef, cell
		}
		if r := (c ^ tag) - 1; r < count && same(s.at(Ref(r)), words) {
			return Ref(r), cell
		}
		if cell++; cell == uint64(len(index)) {
			cell = 0
		}
	}
}

// near brings what the lookups of packed states with these hashes need near the
// processor, all at once. first is scratch with room for as many.
func (s *visited) near(hashes []uint64, first []uint32) {
	cells := s.cells.s
	for i, h := range hashes {
		home, _ := bits.Mul64(h, uint64(len(cells)))
		first[i] = cells[home]
	}
	sum, count := uint64(0), uint32(s.count)
	for i, h := range hashes {
		if r := (first[i] ^ s.tag(h)) - 1; r < count {
			sum ^= s.states.s[int(r)*s.width]
		}
	}
	sink(uint32(sum))
}

// store appends a state that find has not found. There must be room.
func (s *visited) store(words []uint64, hash uint64, parent Ref) Ref {
	s.enter(hash, Ref(s.count))
	return s.append(words, parent)
}

// noCell is in the place of a free cell where the index is on disk.
const noCell = 1<<64 - 1

// storeAt is store where a lookup has ended at a free cell, or noCell.
func (s *visited) storeAt(cell uint64, tag uint32, words []uint64, parent Ref) Ref {
	if cells := s.cells.s; cell < uint64(len(cells)) {
		cells[cell] = tag | uint32(s.count+1)
	}
	return s.append(words, parent)
}

// append appends a state that is in the index.
func (s *visited) append(words []uint64, parent Ref) Ref {
	ref := Ref(s.count)
	s.count++
	to := s.at(ref)
	copy(to, words)
	s.parents.s[ref] = parent
	return ref
}

// relayout packs all states anew. The width must not shrink. It is false, and nothing has changed, where the disk
// has no room.
func (s *visited) relayout(from, to *layout) bool {
	if !s.states.grow(s.count*to.width) || s.runs != nil && !s.runs.room(to.width) {
		return false
	}
	src, dst := make([]uint64, from.width), make([]uint64, to.width)
	for i := s.count - 1; i >= 0; i-- { // backwards, so that nothing is overwritten before it is read
		copy(src, s.states.s[i*from.width:])
		repack(dst, src, from, to)
		copy(s.states.s[i*to.width:], dst)
	}
	s.width = to.width
	if s.runs != nil {
		s.runs.relayout(from, to)
		return true
	}
	cells := max(firstCells, len(s.cells.s))
	if s.count > s.full/4*3 {
		cells = s.indexSize(s.count) // it would soon be made anew anyhow
	}
	s.rebuild(cells)
	return true
}

// truncate forgets the states from ref on.
func (s *visited) truncate(ref Ref) {
	s.count = int(ref)
	if s.runs != nil {
		s.runs.truncate(ref, s.width)
	} else {
		s.rebuild(len(s.cells.s))
	}
}

// same compares packed states of one width.
func same(a, b []uint64) bool {
	for i, w := range a {
		if w != b[i] {
			return false
		}
	}
	return true
}

// bytes is the memory held.
func (s *visited) bytes() int64 {
	n := s.states.bytes() + s.parents.bytes() + s.cells.bytes()
	if s.runs != nil {
		n += s.runs.bytes()
	}
	return n
}

// free gives the memory back.
func (s *visited) free() {
	s.states.free()
	s.parents.free()
	s.cells.free()
	if s.runs != nil {
		s.runs.free()
	}
}

// sink keeps the compiler from dropping loads that only warm the cache.
//
//go:noinline
func sink(uint32) {}
