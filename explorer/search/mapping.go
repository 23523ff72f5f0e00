package search

import (
	"fmt"
	"slices"
)

// Map takes states to states. It is made of parts, each remembered by the values
// of the components that it reads; a component that no part writes is carried
// over.
type Map struct {
	space *Space
	parts []mapPart
	tests []*Table
	image []uint64 // packed
	out   []uint64 // full

	// For Images:
	images []uint64 // packed
	fails  [touchBatch]uint64
	hashes [touchBatch]uint64
	first  [touchBatch]uint32
}

// mapPart is a Part with its memo, whose values are result numbers + 1.
type mapPart struct {
	Part
	reads, writes []uint64 // masks
	key           []uint64
	memo          memo
	fails         []uint64 // by result number: what Apply gave
	results       []uint64 // by result number, width words each: the fields of Writes
}

// NewMap makes a map over the states of this space. It lives as long as the space.
// An image in which one of the invariants is not 0 is a failure with that value. With a
// Symmetry the map has to take corresponding states to corresponding ones.
// It panics if two parts write the same component.
func (s *Space) NewMap(parts []Part, invariants ...*Table) *Map {
	m := &Map{space: s, tests: invariants, out: make([]uint64, s.Words())}
	m.room(s.layout.width)
	var written []int
	for _, p := range parts {
		for _, c := range p.Writes {
			if slices.Contains(written, c) {
				panic(fmt.Sprintf("search: two parts of a map write component %d", c))
			}
			written = append(written, c)
		}
		part := mapPart{Part: p}
		part.memo.init(s.layout.width)
		part.masks(&s.layout)
		m.parts = append(m.parts, part)
	}
	s.maps = append(s.maps, m)
	return m
}

// room makes room for packed images.
func (m *Map) room(width int) {
	m.image, m.images = make([]uint64, width), make([]uint64, touchBatch*width)
}

// masks sets what depends on the layout.
func (p *mapPart) masks(l *layout) {
	p.reads, p.writes = l.mask(p.Reads), l.mask(p.Writes)
	p.key = make([]uint64, l.width)
}

// Image gives the state that the map makes of a stored one, adding it to the space
// if it is new; it then has no parent. Where a part fails nothing is added: fail
// is what the first such part, in their order, gave, and to is NoRef. It fails
// with ErrFull or ErrDisk. For many states Images is faster.
func (m *Map) Image(ref Ref) (to Ref, fail uint64, isNew bool, err error) {
	for moved := true; moved; { // the layout has changed meanwhile: once more, all is remembered now
		if moved, err = m.compute(ref, m.image, &fail); err != nil {
			return NoRef, 0, false, err
		}
	}
	if fail != 0 {
		return NoRef, fail, false, nil
	}
	to, isNew, err = m.space.addPacked(m.image)
	return to, 0, isNew, err
}

// Image is what a map makes of one state.
type Image struct {
	To   Ref    // NoRef where the map fails
	Fail uint64 // not 0 where it fails
	New  bool   // To was added to the space
}

// Images appends the images of the given states to out, as Image gives them one by
// one, but looks them up together: on disk the more at once the better. On ErrFull and ErrDisk it gives
// some of those before.
func (m *Map) Images(refs []Ref, out []Image) ([]Image, error) {
	for len(refs) > 0 && m.space.states.runs == nil {
		n := min(len(refs), touchBatch)
		moved, err := m.computeAll(refs[:n])
		if err != nil {
			return out, err
		}
		if moved {
			continue
		}
		m.space.states.hash(m.hashes[:n], m.images)
		m.space.states.near(m.hashes[:n], m.first[:])
		width := m.space.layout.width
		for i := range n {
			image := Image{To: NoRef, Fail: m.fails[i]}
			if image.Fail == 0 {
				var err error
				if image.To, image.New, err = m.space.addPacked(m.images[i*width : (i+1)*width]); err != nil {
					return out, err
				}
			}
			out = append(out, image)
		}
		refs = refs[n:]
	}
	var err error
	for len(refs) > 0 && err == nil {
		n := min(len(refs), m.space.sortedAtOnce(m.space.limit, perState(m.space.layout.width)))
		out, err = m.imagesOnDisk(refs[:n], out)
		refs = refs[n:]
	}
	return out, err
}

// imagesOnDisk is Images where the index is on disk.
func (m *Map) imagesOnDisk(refs []Ref, out []Image) ([]Image, error) {
	s, before, at, n := m.space, len(out), []int(nil), 0
	for i := 0; i < len(refs); i++ {
		image := Image{To: NoRef}
		moved, err := m.compute(refs[i], m.image, &image.Fail)
		if err != nil {
			return out[:before], err
		}
		if moved { // what was made is laid out as before
			out, at, n, i = out[:before], at[:0], 0, -1
			continue
		}
		if image.Fail == 0 {
			width := s.layout.width
			s.sweep.words.grow((n + 1) * width)
			copy(s.sweep.words.s[n*width:], m.image)
			at, n = append(at, len(out)), n+1
		}
		out = append(out, image)
	}
	told := 0
	err := s.addSwept(n, func(i int, ref Ref, isNew bool) {
		out[at[i]].To, out[at[i]].New = ref, isNew
		told++
	})
	if err != nil && told < n {
		out = out[:at[told]]
	}
	return out, err
}

// computeAll makes the packed images of some states. moved says that the layout has
// changed meanwhile, and nothing is made.
func (m *Map) computeAll(refs []Ref) (moved bool, err error) {
	width := m.space.layout.width
	for i, ref := range refs {
		if moved, err = m.compute(ref, m.images[i*width:(i+1)*width], &m.fails[i]); moved || err != nil {
			return moved, err
		}
	}
	return false, nil
}

// compute makes the packed image, or gives why there is none. It is true if the
// layout has changed meanwhile; then nothing else it says counts. ErrDisk is the only error.
func (m *Map) compute(ref Ref, image []uint64, fail *uint64) (moved bool, err error) {
	words := m.space.states.at(ref)
	copy(image, words)
	*fail = 0
	for i := range m.parts {
		p := &m.parts[i]
		for w := range p.key {
			p.key[w] = words[w] & p.reads[w]
		}
		r := p.memo.get(p.key)
		if r == 0 {
			relayouts := m.space.relayouts
			value, err := m.apply(p, words)
			if err != nil || m.space.relayouts != relayouts {
				return err == nil, err
			}
			r = p.remember(m.space, value)
		}
		if *fail = p.fails[r-1]; *fail != 0 {
			return false, nil
		}
		width := len(words)
		for w, x := range p.results[int(r-1)*width : int(r)*width] {
			image[w] = image[w]&^p.writes[w] | x
		}
	}
	for _, t := range m.tests {
		if *fail = t.atPacked(image); *fail != 0 {
			return false, nil
		}
	}
	if s := m.space; s.orbits != nil && !s.orbits.pack(image) {
		return true, s.fit()
	}
	return false, nil
}

// apply calls the part and interns what it writes, into space.ids.
func (m *Map) apply(p *mapPart, words []uint64) (fail uint64, err error) {
	s := m.space
	for _, c := range p.Reads {
		s.decode(words, c, s.scratch)
	}
	for _, c := range p.Writes {
		clear(s.comps[c].of(m.out))
	}
	if fail = p.Apply(s.scratch, m.out); fail != 0 {
		return fail, nil
	}
	for _, c := range p.Writes {
		s.ids[c] = s.comps[c].intern(s.comps[c].of(m.out))
	}
	return 0, s.fit()
}

// remember keeps a result whose numbers are in space.ids and gives its number + 1.
// Past the limit it stays the last result until the next one takes its place.
func (p *mapPart) remember(s *Space, fail uint64) uint64 {
	width := s.layout.width
	keep := p.memo.count < s.opt.MemoLimit && s.remembers(&p.memo)
	if len(p.fails) > p.memo.count { // an unremembered one
		p.fails, p.results = p.fails[:p.memo.count], p.results[:p.memo.count*width]
	}
	p.fails = append(p.fails, fail)
	p.results = append(p.results, make([]uint64, width)...)
	if fail == 0 {
		for _, c := range p.Writes {
			s.layout.fields[c].put(p.results[len(p.results)-width:], s.ids[c])
		}
	}
	n := uint64(len(p.fails))
	if keep {
		p.memo.put(p.key, n)
	}
	return n
}

// relayout follows a change of layout.
func (m *Map) relayout(from, to *layout) {
	for i := range m.parts {
		p := &m.parts[i]
		p.memo.relayout(from, to)
		p.masks(to)
		results := make([]uint64, len(p.fails)*to.width)
		for r := range p.fails {
			repack(results[r*to.width:(r+1)*to.width], p.results[r*from.width:(r+1)*from.width], from, to)
		}
		p.results = results
	}
	m.room(to.width)
}

// bytes is the memory held.
func (m *Map) bytes() int64 {
	n := int64(0)
	for i := range m.parts {
		p := &m.parts[i]
		n += p.memo.bytes() + int64(len(p.fails)+len(p.results))*8
	}
	return n
}
