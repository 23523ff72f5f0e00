package model

import (
	"math/bits"

	"github.com/lucheck/lucheck/lang"
)

// slot is where one scalar lives in the full state vector: some bits of a word.
// The stored number is the value minus lo, so a cleared slot holds lo.
type slot struct {
	mask  uint64
	lo    int64
	word  int32
	shift uint8
}

func (s slot) get(v []uint64) int64 { return int64(v[s.word]>>s.shift&s.mask) + s.lo }

// set stores x, which must be in the slot's range.
func (s slot) set(v []uint64, x int64) {
	w := &v[s.word]
	*w = *w&^(s.mask<<s.shift) | uint64(x-s.lo)&s.mask<<s.shift
}

func (s slot) clear(v []uint64) { v[s.word] &^= s.mask << s.shift }

// fits says whether x can be stored.
func (s slot) fits(x int64) bool { return x >= s.lo && uint64(x-s.lo) <= s.mask }

// copySlots copies values between slots that may have different ranges; all
// values must fit.
func copySlots(dst []slot, to []uint64, src []slot, from []uint64) {
	for i, s := range src {
		dst[i].set(to, s.get(from))
	}
}

func clearSlots(ss []slot, v []uint64) {
	for _, s := range ss {
		s.clear(v)
	}
}

// bounds is the range of a scalar.
type bounds struct{ lo, hi int64 }

func (b bounds) union(c bounds) bounds { return bounds{min(b.lo, c.lo), max(b.hi, c.hi)} }

// scalarBounds gives the range of each scalar of a type; callers is the greatest
// value of a Caller.
func scalarBounds(t *lang.Type, callers int64) []bounds {
	var bs []bounds
	for _, s := range t.Scalars() {
		if s.Kind == lang.Caller {
			bs = append(bs, bounds{0, callers})
			continue
		}
		lo, hi := s.Bounds()
		bs = append(bs, bounds{lo, hi})
	}
	return bs
}

// overlay widens dst so that it has room for bs at its start.
func overlay(dst, bs []bounds) []bounds {
	for i, b := range bs {
		if i < len(dst) {
			dst[i] = dst[i].union(b)
		} else {
			dst = append(dst, b)
		}
	}
	return dst
}

// component is a stretch of words of the state vector that is interned as one.
type component struct {
	name  string
	first int // its first word
	words int
}

// layout assigns slots to words, component after component. Slots do not
// straddle words.
type layout struct {
	comps []component
	used  uint // bits used of the last word
}

// begin starts a new component; slots are added to the one begun last.
func (l *layout) begin(name string) int {
	first := 0
	if n := len(l.comps); n > 0 {
		first = l.comps[n-1].first + l.comps[n-1].words
	}
	l.comps = append(l.comps, component{name: name, first: first, words: 1})
	l.used = 0
	return len(l.comps) - 1
}

func (l *layout) add(b bounds) slot {
	width := uint(bits.Len64(uint64(b.hi - b.lo)))
	c := &l.comps[len(l.comps)-1]
	if l.used+width > 64 {
		c.words++
		l.used = 0
	}
	s := slot{mask: 1<<width - 1, lo: b.lo, word: int32(c.first + c.words - 1), shift: uint8(l.used)}
	if width == 0 {
		s.shift = 0
	}
	l.used += width
	return s
}

func (l *layout) addAll(bs []bounds) []slot {
	ss := make([]slot, len(bs))
	for i, b := range bs {
		ss[i] = l.add(b)
	}
	return ss
}

// size is the number of words of the full vector.
func (l *layout) size() int {
	last := l.comps[len(l.comps)-1]
	return last.first + last.words
}

// compSet is a set of components.
type compSet []uint64

func (s *compSet) add(c int) {
	for len(*s) <= c/64 {
		*s = append(*s, 0)
	}
	(*s)[c/64] |= 1 << (c % 64)
}

func (s *compSet) addSet(t compSet) {
	for len(*s) < len(t) {
		*s = append(*s, 0)
	}
	for i, w := range t {
		(*s)[i] |= w
	}
}

func (s compSet) has(c int) bool { return c/64 < len(s) && s[c/64]>>(c%64)&1 == 1 }

// list gives the components in ascending order.
func (s compSet) list() []int {
	var out []int
	for i, w := range s {
		for ; w != 0; w &= w - 1 {
			out = append(out, i*64+bits.TrailingZeros64(w))
		}
	}
	return out
}

// storage is where a variable lives. A variable that both versions have, with a
// compatible type, has one storage; one whose type changed has two.
type storage struct {
	comp  int
	slots []slot
	// gate is the slot that tells which version's storage is in use, if gated:
	// code may touch the variable only while it reads want.
	gated bool
	gate  slot
	want  int64
	// oldForm has one mark for each scalar of a variable whose type changed: set
	// from the switch until the scalar is written.
	oldForm []slot
}

// part is the storage of n scalars from number i on.
func (st *storage) part(i, n int) *storage {
	one := *st
	one.slots = st.slots[i : i+n]
	if st.oldForm != nil {
		one.oldForm = st.oldForm[i : i+n]
	}
	return &one
}
