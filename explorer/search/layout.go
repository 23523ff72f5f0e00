package search

import (
	"math/bits"
	"slices"
)

// layout says where the number of each component lies in a packed state. All of
// a field lies in one word.
type layout struct {
	width  int // words of a packed state, at least 1
	fields []field
}

// field is a component's place. A component with a single value may have no bits.
type field struct {
	word  int
	shift uint8  // 0..63
	bits  uint8  // 0..32
	mask  uint64 // bits ones, not shifted
}

// get takes the field from a packed state.
func (f *field) get(s []uint64) uint64 { return s[f.word] >> (f.shift & 63) & f.mask }

// put sets the field, which must be 0, in a packed state.
func (f *field) put(s []uint64, id uint64) { s[f.word] |= id << (f.shift & 63) }

// holds tells whether the field can hold that many different numbers.
func (f *field) holds(count int) bool { return uint64(count)-1 <= f.mask }

// newLayout places components with the given numbers of values in as few words
// as possible, but at least width. Spare bits are spread as slack, unless tight: more of them
// to components that need more bits than they did for the numbers of values in last, if given.
func newLayout(counts, last []int, width int, tight bool) layout {
	need := make([]int, len(counts))
	order := make([]int, len(counts))
	for c, n := range counts {
		need[c], order[c] = bitsFor(n), c
	}
	slices.SortStableFunc(order, func(a, b int) int { return need[b] - need[a] })
	word := place(need, order, width)
	for ; word == nil; width++ {
		word = place(need, order, width+1)
	}
	if !tight {
		slack(need, order, word, width, grown(counts, last))
	}
	l := layout{width: width, fields: make([]field, len(counts))}
	used := make([]int, width)
	for c := range counts {
		w := word[c]
		l.fields[c] = field{word: w, shift: uint8(min(used[w], 63)), bits: uint8(need[c]), mask: 1<<need[c] - 1}
		used[w] += need[c]
	}
	return l
}

// place gives each component a word, each time the emptiest, largest components
// first. nil means that they do not fit.
func place(need, order []int, width int) []int {
	word, used := make([]int, len(need)), make([]int, width)
	for _, c := range order {
		w := 0
		for i := range used {
			if used[i] < used[w] {
				w = i
			}
		}
		if used[w]+need[c] > 64 {
			return nil
		}
		word[c] = w
		used[w] += need[c]
	}
	return word
}

// grown gives the bits by which the need of each component has grown.
func grown(counts, last []int) []int {
	more := make([]int, len(counts))
	for c, n := range last {
		more[c] = bitsFor(counts[c]) - bitsFor(n)
	}
	return more
}

// bitsFor is the number of bits that so many different numbers need.
func bitsFor(count int) int { return bits.Len(uint(count - 1)) }

// slack widens fields by the bits that their words have left: what has grown by as much again, then
// one bit at a time in turns, largest first: what has many values is likely to get more.
func slack(need, order, word []int, width int, grown []int) {
	left := make([]int, width)
	for w := range left {
		left[w] = 64
	}
	for c, n := range need {
		left[word[c]] -= n
	}
	for _, c := range order {
		for ; grown[c] > 0 && left[word[c]] > 0 && need[c] < 32; grown[c]-- {
			need[c]++
			left[word[c]]--
		}
	}
	for widened := true; widened; {
		widened = false
		for _, c := range order {
			if left[word[c]] > 0 && need[c] < 32 {
				need[c]++
				left[word[c]]--
				widened = true
			}
		}
	}
}

// mask gives the packed words in which exactly the fields of comps are ones.
func (l *layout) mask(comps []int) []uint64 {
	m := make([]uint64, l.width)
	for _, c := range comps {
		f := &l.fields[c]
		f.put(m, f.mask)
	}
	return m
}

// repack converts a packed state, a masked one, or an XOR of two, from one layout
// to another, by way of dst, which must not overlap src.
func repack(dst, src []uint64, from, to *layout) {
	clear(dst)
	for c := range from.fields {
		to.fields[c].put(dst, from.fields[c].get(src))
	}
}
