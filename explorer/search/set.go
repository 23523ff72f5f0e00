package search

import (
	"iter"
	"math/bits"
)

// Set is a set of states whose numbers lie in a range. The zero value is empty
// over an empty range.
type Set struct {
	first, end Ref
	words      []uint64
}

// NewSet makes an empty set for the numbers from first to end - 1, one bit each.
func NewSet(first, end Ref) *Set {
	return &Set{first: first, end: end, words: make([]uint64, (uint64(end-first)+63)/64)}
}

// Has tells whether ref is in the set. Numbers outside the range are not.
func (s *Set) Has(ref Ref) bool {
	if ref < s.first || ref >= s.end {
		return false
	}
	i := ref - s.first
	return s.words[i>>6]>>(i&63)&1 != 0
}

// Add puts ref, which must be in the range, into the set.
func (s *Set) Add(ref Ref) {
	i := ref - s.first
	s.words[i>>6] |= 1 << (i & 63)
}

// Remove takes ref, which must be in the range, out of the set.
func (s *Set) Remove(ref Ref) {
	i := ref - s.first
	s.words[i>>6] &^= 1 << (i & 63)
}

// Len counts the members, in O(range / 64).
func (s *Set) Len() int {
	n := 0
	for _, w := range s.words {
		n += bits.OnesCount64(w)
	}
	return n
}

// All gives the members in ascending order.
func (s *Set) All() iter.Seq[Ref] {
	return func(yield func(Ref) bool) {
		for i, w := range s.words {
			for ; w != 0; w &= w - 1 {
				if !yield(s.first + Ref(i<<6+bits.TrailingZeros64(w))) {
					return
				}
			}
		}
	}
}

// extend widens the range to end - 1.
func (s *Set) extend(end Ref) {
	if end <= s.end {
		return
	}
	s.end = end
	if n := int((uint64(end-s.first) + 63) / 64); n > len(s.words) {
		s.words = append(s.words, make([]uint64, n-len(s.words))...)
	}
}
