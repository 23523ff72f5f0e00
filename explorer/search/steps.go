package search

import "slices"

// stepTables remembers what every group of steps does. For each group there is a
// table by the number of its home component (group.entry) that says: not known
// yet; no step; the list of steps, where the footprint is the home alone; or which
// footprint. In the last case the group's memo leads from the masked state to the
// list. Lists lie in one arena, an element of width+1 words for each step: the
// words to XOR onto the state, and a note.
type stepTables struct {
	space      *Space
	groups     []group
	arena      []uint64
	expansions int64
	bypasses   int64

	found []uint64 // steps being computed: a note, then a number for each component of the footprint
	once  []uint64 // a list that is not remembered, laid out as the arena
	key   []uint64

	// halt, if set, is asked now and then while steps are computed, with the bytes
	// they take so far; halted says that it stopped that.
	halt      func(bytes int) bool
	halted    bool
	emissions int
}

// haltCheck is the number of emissions between two looks at halt.
const haltCheck = 1 << 12

// group is one group's tables.
type group struct {
	home  field    // the home's field, of the current layout
	entry []uint32 // by the home's number
	masks []uint64 // by footprint, width words each, of the current layout
	memo  memo     // key: masked state; value: list + 2, or noStep

	component  int
	footprints [][]int
	direct     int // lists in entry
}

// Entries of group.entry are a direct list with directFlag, or one of these, or a
// footprint + 2. Values of group.memo are noStep or a list + 2. A list is the
// number of its first element.
const (
	notKnown   = 0
	noStep     = 1
	directFlag = 1 << 31
	maxLists   = 1<<31 - 1
)

// A note holds the step's Info, its group, and whether it is the last of its list.
const (
	lastNote   = 1 << 63
	groupShift = 32
	groupMask  = 1<<30 - 1
)

// init makes the tables of a space that has its layout.
func (t *stepTables) init(s *Space) {
	t.space = s
	t.groups = make([]group, s.sys.Groups())
	for g := range t.groups {
		t.groups[g].component = s.sys.Home(g)
		t.groups[g].memo.init(s.layout.width)
	}
	t.bind(&s.layout)
}

// bind sets what depends on the layout.
func (t *stepTables) bind(l *layout) {
	t.key = make([]uint64, l.width)
	for i := range t.groups {
		g := &t.groups[i]
		g.home = l.fields[g.component]
		g.masks = g.masks[:0]
		for _, comps := range g.footprints {
			g.masks = append(g.masks, l.mask(comps)...)
		}
	}
}

// list gives the steps of a group in a packed state: the array to read and where
// in it the list starts, in words. The array is nil where there is no step. It is
// valid until the next call. Where halted is set afterwards, nothing is given. ready is called before anything packed is packed
// anew; where that happens moved is true, the list is not given, and the words
// must be fetched again.
func (t *stepTables) list(g int, words []uint64, ready func()) (array []uint64, at int, moved bool) {
	group, s := &t.groups[g], t.space
	id := group.home.get(words)
	e := uint32(notKnown)
	if id < uint64(len(group.entry)) {
		e = group.entry[id]
	}
	if e == notKnown {
		e = t.enter(g, words, id)
	}
	width := s.layout.width
	switch {
	case e == noStep:
		return nil, 0, false
	case e&directFlag != 0:
		return t.arena, int(e&^directFlag) * (width + 1), false
	}
	foot := int(e - 2)
	for w := range t.key {
		t.key[w] = words[w] & group.masks[foot*width+w]
	}
	switch v := group.memo.get(t.key); v {
	case notKnown:
		return t.compute(g, foot, words, ready)
	case noStep:
		return nil, 0, false
	default:
		return t.arena, int(v-2) * (width + 1), false
	}
}

// peek is list without computing anything: where in the arena the list starts, -1 for no
// step; known is false where that is not remembered. key is scratch with room for a packed state.
func (t *stepTables) peek(g int, words, key []uint64) (at int, known bool) {
	group, width := &t.groups[g], t.space.layout.width
	e := uint32(notKnown)
	if id := group.home.get(words); id < uint64(len(group.entry)) {
		e = group.entry[id]
	}
	switch {
	case e == notKnown:
		return 0, false
	case e == noStep:
		return -1, true
	case e&directFlag != 0:
		return int(e&^directFlag) * (width + 1), true
	}
	for w := range width {
		key[w] = words[w] & group.masks[int(e-2)*width+w]
	}
	switch v := group.memo.get(key); v {
	case notKnown:
		return 0, false
	case noStep:
		return -1, true
	default:
		return int(v-2) * (width + 1), true
	}
}

// enter asks for the footprint where the home has a value not met before.
func (t *stepTables) enter(g int, words []uint64, id uint64) uint32 {
	group, s := &t.groups[g], t.space
	if n := s.comps[group.component].count; n > len(group.entry) {
		group.entry = append(group.entry, make([]uint32, max(n, 2*len(group.entry))-len(group.entry))...)
	}
	s.decode(words, group.component, s.scratch)
	comps := s.sys.Footprint(g, s.scratch)
	e := uint32(noStep)
	if comps != nil {
		foot := slices.IndexFunc(group.footprints, func(f []int) bool { return slices.Equal(f, comps) })
		if foot < 0 {
			foot = len(group.footprints)
			group.footprints = append(group.footprints, slices.Clone(comps))
			group.masks = append(group.masks, s.layout.mask(comps)...)
		}
		e = uint32(foot + 2)
	}
	group.entry[id] = e
	return e
}

// compute is list where the steps are not remembered.
func (t *stepTables) compute(g, foot int, words []uint64, ready func()) (array []uint64, at int, moved bool) {
	group, s := &t.groups[g], t.space
	comps := group.footprints[foot]
	if t.expand(g, comps, words); t.halted {
		return nil, 0, false
	}
	if !s.fits() {
		ready()
		if s.fit() != nil {
			t.halted = t.halt != nil && t.halt(0) // which finds that the disk has no room
			return nil, 0, false
		}
		return nil, 0, true // the caller asks once more, then all numbers fit
	}
	width := s.layout.width
	first := len(t.arena) / (width + 1)
	if group.memo.count+group.direct >= s.opt.MemoLimit || first+len(t.found) > maxLists || !t.hasRoom(group) {
		t.bypasses++
		t.once = t.appendList(t.once[:0], comps, words)
		if len(t.once) == 0 {
			return nil, 0, false
		}
		return t.once, 0, false
	}
	t.arena = t.appendList(t.arena, comps, words)
	value := uint64(first + 2)
	if len(t.found) == 0 {
		value = noStep
	}
	if len(comps) == 1 {
		e := &group.entry[group.home.get(words)]
		group.direct++
		if *e = uint32(first) | directFlag; value == noStep {
			*e = noStep
		}
	} else {
		group.memo.put(t.key, value)
	}
	if value == noStep {
		return nil, 0, false
	}
	return t.arena, first * (width + 1), false
}

// hasRoom tells whether the steps in found may be remembered, for a group.
func (t *stepTables) hasRoom(g *group) bool {
	if len(t.arena)+len(t.found)*(t.space.layout.width+1) > cap(t.arena) && !t.space.hasRoom(int64(cap(t.arena))*16) {
		return false
	}
	return t.space.remembers(&g.memo)
}

// expand calls Step and leaves in found what it emits.
func (t *stepTables) expand(g int, comps []int, words []uint64) {
	s := t.space
	v := s.scratch
	for _, c := range comps {
		s.decode(words, c, v)
		s.ids[c] = s.layout.fields[c].get(words)
	}
	t.found = t.found[:0]
	t.expansions++
	if s.passing != nil {
		t.expandFar(g, comps, v)
		return
	}
	s.sys.Step(g, v, func(next []uint64, info Info) bool {
		if t.emissions++; (info == Nothing || t.emissions%haltCheck == 0) && t.halt != nil && t.halt(len(t.found)*8) {
			t.halted = true
			return false
		}
		if info == Nothing {
			return true
		}
		t.found = append(t.found, uint64(info)|uint64(g)<<groupShift)
		if info&Failed == 0 && len(next) != len(v) {
			panic("search: a step that does not fail has no target")
		}
		for _, c := range comps {
			id := s.ids[c]
			if comp := &s.comps[c]; info&Failed == 0 && !same(comp.of(next), comp.of(v)) {
				id = comp.intern(comp.of(next))
			}
			t.found = append(t.found, id)
		}
		return true
	})
}

// expandFar is expand where local steps are taken at once; v is decoded, and ids are set.
func (t *stepTables) expandFar(g int, comps []int, v []uint64) {
	s := t.space
	var infos []Info
	var nexts [][]uint64
	s.sys.Step(g, v, func(next []uint64, info Info) bool {
		if t.emissions++; (info == Nothing || t.emissions%haltCheck == 0) && t.halt != nil && t.halt(len(nexts)*8*(len(v)+4)) {
			t.halted = true
			return false
		}
		if info == Nothing {
			return true
		}
		infos = append(infos, info)
		if info&Failed != 0 {
			next = nil
		}
		nexts = append(nexts, slices.Clone(next))
		return true
	})
	for i, info := range infos {
		if t.halted {
			return
		}
		if info&Failed != 0 {
			t.found = append(t.found, uint64(info)|uint64(g)<<groupShift)
			for _, c := range comps {
				t.found = append(t.found, s.ids[c])
			}
			continue
		}
		t.ends(g, info, comps, v, nexts[i])
	}
}

// ends appends to found where the local steps after a step from v to next end; ids are set.
func (t *stepTables) ends(g int, info Info, comps []int, v, next []uint64) {
	s := t.space
	s.passing.follow(comps, next, nil, func([][]uint64) bool {
		t.found = append(t.found, uint64(info)|uint64(g)<<groupShift)
		for _, c := range comps {
			id := s.ids[c]
			if comp := &s.comps[c]; !same(comp.of(next), comp.of(v)) {
				id = comp.intern(comp.of(next))
			}
			t.found = append(t.found, id)
		}
		if t.emissions++; t.emissions%haltCheck == 0 && t.halt != nil && t.halt(len(t.found)*8) {
			t.halted = true
		}
		return !t.halted
	})
}

// appendList writes found as a list.
func (t *stepTables) appendList(to []uint64, comps []int, words []uint64) []uint64 {
	width, fields := t.space.layout.width, t.space.layout.fields
	for i := 0; i < len(t.found); i += len(comps) + 1 {
		at := len(to)
		for range width {
			to = append(to, 0)
		}
		to = append(to, t.found[i])
		for k, c := range comps {
			f := &fields[c]
			f.put(to[at:], f.get(words)^t.found[i+1+k])
		}
	}
	if len(t.found) > 0 {
		to[len(to)-1] |= lastNote
	}
	return to
}

// relayout packs all lists and memo keys anew.
func (t *stepTables) relayout(from, to *layout) {
	old := t.arena
	lists := len(old) / (from.width + 1)
	t.arena = make([]uint64, lists*(to.width+1))
	for i := range lists {
		src, dst := old[i*(from.width+1):], t.arena[i*(to.width+1):]
		repack(dst[:to.width], src[:from.width], from, to)
		dst[to.width] = src[from.width]
	}
	for i := range t.groups {
		t.groups[i].memo.relayout(from, to)
	}
	t.bind(to)
}

// memoised counts the remembered combinations.
func (t *stepTables) memoised() int {
	n := 0
	for i := range t.groups {
		n += t.groups[i].memo.count + t.groups[i].direct
	}
	return n
}

// bytes is the memory held.
func (t *stepTables) bytes() int64 {
	n := int64(cap(t.arena)+cap(t.found)+cap(t.once)) * 8
	for i := range t.groups {
		g := &t.groups[i]
		n += g.memo.bytes() + int64(cap(g.entry))*4
	}
	return n
}
