package search

import (
	"errors"
	"fmt"
	"math/bits"
	"slices"
)

// Space stores states of one System, each once, under dense numbers. It holds the
// tables by which successors, Tables and Maps are computed. Its methods, and those
// of everything made from it, are for one goroutine at a time.
type Space struct {
	sys       System
	opt       Options
	comps     []component
	layout    layout
	placed    []int // numbers of values that it was made for; nil: of the first one
	states    visited
	steps     stepTables
	tables    []*Table
	maps      []*Map
	graphs    []*Graph
	disk      *disk // nil without Options.Disk
	limit     int64 // of memory, the last that was asked for; 0: none
	sweep     sweep // for states that are not explored
	relayouts int
	evals     int      // of functions of states
	slow      func()   // called now and then while these are evaluated
	passing   *passing // nil where no step is local
	account   account
	outgrown  bool // a component has outgrown its field, and the disk has no room to pack everything anew

	orbits  *orbits  // nil without a Symmetry
	scratch []uint64 // a full vector to decode into
	packed  []uint64 // a packed state under construction
	ids     []uint64 // numbers of all components
}

// ErrFull is returned where more than 1<<32 - 2 states would be stored.
var ErrFull = errors.New("search: the space of state numbers is used up")

// NewSpace makes an empty space. It panics if the system declares no component or
// one without words.
func NewSpace(sys System, opt Options) *Space {
	if opt.MemoLimit <= 0 {
		opt.MemoLimit = 1 << 20
	}
	if opt.batch <= 0 || opt.batch > batchSize {
		opt.batch = batchSize
	}
	if opt.Chunk <= 0 {
		opt.Chunk = chunk
	}
	if opt.Piece <= 0 {
		opt.Piece = pieceStates
	}
	s := &Space{sys: sys, opt: opt}
	words := 0
	for c, size := range sys.Components() {
		if size < 1 {
			panic(fmt.Sprintf("search: component %d has %d words", c, size))
		}
		s.comps = append(s.comps, component{offset: words, size: size})
		words += size
	}
	if words == 0 {
		panic("search: system without components")
	}
	s.scratch = make([]uint64, words)
	s.ids = make([]uint64, len(s.comps))
	s.layout = newLayout(s.counts(), nil, max(1, opt.minWidth), opt.tight)
	s.states.width, s.states.workers = s.layout.width, opt.Workers
	s.packed = make([]uint64, s.layout.width)
	s.steps.init(s)
	if opt.Local != nil {
		s.passing = newPassing(s, opt.Local)
	}
	if opt.Symmetry != nil {
		s.orbits = newOrbits(s, opt.Symmetry)
	}
	if opt.OnDisk && opt.from == 0 {
		opt.from = 1
	}
	s.disk = newDisk(opt.Disk, opt.from, func() int64 { return s.inMemory(s.limit) - s.Bytes() })
	if s.disk != nil && opt.OnDisk {
		s.states.spill(s.disk, 1) // cannot fail: there is nothing yet
	}
	return s
}

// Words is the length of a full vector.
func (s *Space) Words() int { return len(s.scratch) }

// Len is the number of stored states, and the number that the next one will get.
func (s *Space) Len() Ref { return Ref(s.states.count) }

// Add stores a full vector, which is copied, unless it is there already. It gives
// the state's number and whether it is new. A new state has no parent. It fails
// when v is of the wrong length, or with ErrFull or ErrDisk. With a Symmetry it is the state's
// representative that is stored; so it is with all that stores states.
func (s *Space) Add(v []uint64) (Ref, bool, error) {
	if len(v) != s.Words() {
		return NoRef, false, fmt.Errorf("search: adding a state of %d words to a space of %d", len(v), s.Words())
	}
	if err := s.pack(v); err != nil {
		return NoRef, false, err
	}
	return s.addPacked(s.packed)
}

// pack packs a full vector's representative, interning what is new. It fails with ErrDisk.
func (s *Space) pack(v []uint64) error {
	for c := range s.comps {
		s.ids[c] = s.comps[c].intern(s.comps[c].of(v))
	}
	if s.orbits != nil {
		s.orbits.represent(s.ids)
	}
	if err := s.fit(); err != nil {
		return err
	}
	clear(s.packed)
	for c, id := range s.ids {
		s.layout.fields[c].put(s.packed, id)
	}
	return nil
}

// addPacked stores a packed state without a parent.
func (s *Space) addPacked(words []uint64) (Ref, bool, error) {
	if s.states.runs != nil {
		return s.addOnDisk(words)
	}
	ref, hash, found := s.states.find(words)
	if found {
		return ref, false, nil
	}
	if s.states.count >= maxStates {
		return NoRef, false, ErrFull
	}
	if !s.states.reserve(1) {
		return NoRef, false, ErrDisk
	}
	return s.states.store(words, hash, NoRef), true, nil
}

// Truncate forgets the states from ref on, in O(states). Regions and graphs with such states, and
// what was made of them, must not be used afterwards.
func (s *Space) Truncate(ref Ref) {
	if ref >= s.Len() {
		return
	}
	s.account.digested = min(s.account.digested, ref)
	s.states.truncate(ref)
}

// Find gives the number of a full vector, if it, or with a Symmetry its representative, is
// stored.
func (s *Space) Find(v []uint64) (Ref, bool) {
	if len(v) != s.Words() || s.states.count == 0 {
		return NoRef, false
	}
	clear(s.packed)
	if s.orbits != nil {
		for c := range s.comps {
			s.ids[c] = s.comps[c].intern(s.comps[c].of(v))
		}
		s.orbits.represent(s.ids)
		for c, id := range s.ids {
			if id > s.layout.fields[c].mask {
				return NoRef, false
			}
			s.layout.fields[c].put(s.packed, id)
		}
		ref, _, found := s.states.find(s.packed)
		return ref, found
	}
	for c := range s.comps {
		id, _, found := s.comps[c].find(s.comps[c].of(v))
		if !found || id > s.layout.fields[c].mask {
			return NoRef, false
		}
		s.layout.fields[c].put(s.packed, id)
	}
	ref, _, found := s.states.find(s.packed)
	return ref, found
}

// Vector decodes a stored state into dst, which is used if it is long enough.
func (s *Space) Vector(ref Ref, dst []uint64) []uint64 {
	dst = slices.Grow(dst[:0], s.Words())[:s.Words()]
	packed := s.states.at(ref)
	for c := range s.comps {
		s.decode(packed, c, dst)
	}
	return dst
}

// decode puts one component of a packed state into a full vector.
func (s *Space) decode(packed []uint64, c int, v []uint64) {
	comp := &s.comps[c]
	copy(comp.of(v), comp.value(s.layout.fields[c].get(packed)))
}

// Parent gives the state from which a state was first found: the one with the
// smallest number among those one level above. NoRef for a state that was added.
func (s *Space) Parent(ref Ref) Ref { return s.states.parents.s[:s.states.count][ref] }

// Path gives the states from a root to ref, both included: a shortest path from
// the roots of the exploration that found ref.
//
// Parents cost 4 bytes a state; one byte, an ordinal among the parent's new
// successors, would do and is left for later.
func (s *Space) Path(ref Ref) []Ref {
	path := []Ref{ref}
	for p := s.Parent(ref); p != NoRef; p = s.Parent(p) {
		path = append(path, p)
	}
	slices.Reverse(path)
	return path
}

// counts gives the number of values of each component, at least 1.
func (s *Space) counts() []int {
	counts := make([]int, len(s.comps))
	for c := range s.comps {
		counts[c] = max(1, s.comps[c].count)
	}
	return counts
}

// fits tells whether every component's numbers fit their field.
func (s *Space) fits() bool {
	for c := range s.comps {
		if !s.layout.fields[c].holds(max(1, s.comps[c].count)) {
			return false
		}
	}
	return true
}

// manyRelayouts is the number of times that everything is packed anew after which states
// get one more word.
const manyRelayouts = 24

// fit packs everything anew if a component has outgrown its field. Whoever holds
// packed words across a call must know that they may be stale after it. It fails with ErrDisk, and nothing
// has changed.
func (s *Space) fit() error {
	if s.fits() {
		return nil
	}
	width := s.layout.width
	if s.relayouts%manyRelayouts == manyRelayouts-1 && !s.opt.tight {
		width++ // many components grow in turns: give them room
	}
	counts := s.counts()
	from, to := s.layout, newLayout(counts, s.placed, width, s.opt.tight)
	if s.outgrown = !s.states.relayout(&from, &to); s.outgrown {
		return ErrDisk
	}
	s.placed = counts
	s.steps.relayout(&from, &to)
	for _, t := range s.tables {
		t.relayout(&from, &to)
	}
	for _, m := range s.maps {
		m.relayout(&from, &to)
	}
	s.layout = to
	s.packed = make([]uint64, to.width)
	s.relayouts++
	if s.slow != nil {
		s.slow()
	}
	return nil
}

// Bytes is the memory held by states, index, tables and graphs, without what is on disk.
func (s *Space) Bytes() int64 {
	n := s.states.bytes() + s.steps.bytes() + s.sweep.bytes()
	if s.passing != nil {
		n += s.passing.bytes()
	}
	if s.disk != nil {
		n += s.disk.memory
	}
	for c := range s.comps {
		n += s.comps[c].bytes()
	}
	if s.orbits != nil {
		n += s.orbits.bytes()
	}
	for _, t := range s.tables {
		n += t.bytes()
	}
	for _, m := range s.maps {
		n += m.bytes()
	}
	for _, g := range s.graphs {
		n += g.bytes()
	}
	return n
}

// Stats gives figures of what the space holds and has done.
func (s *Space) Stats() Stats {
	st := Stats{
		States: s.states.count, Words: s.layout.width, Components: s.counts(),
		Bytes: s.Bytes(), StateBytes: s.states.bytes(),
		Expansions: s.steps.expansions, Bypasses: s.steps.bypasses, Memoised: s.steps.memoised(), Relayouts: s.relayouts,
	}
	for _, n := range st.Components {
		st.Bits += bits.Len(uint(n - 1))
	}
	if len(s.states.cells.s) > 0 {
		st.IndexLoad = float64(s.states.count) / float64(len(s.states.cells.s))
	}
	return st
}

// Close gives all memory back, that of graphs included. Nothing made from the
// space may be used afterwards.
func (s *Space) Close() {
	s.states.free()
	s.states.count = 0
	for c := range s.comps {
		s.comps[c].free()
	}
	for _, g := range s.graphs {
		g.Close()
	}
	s.sweep.free()
	s.disk.close()
	s.tables, s.maps, s.graphs = nil, nil, nil
}
