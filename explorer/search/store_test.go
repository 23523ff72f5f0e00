package search

import (
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// Arrays keep their contents from the heap to mapped memory and beyond.
func TestVecGrows(t *testing.T) {
	var v vec[uint32]
	n := 0
	for _, size := range []int{1, 17, 1000, mapFrom / 4, mapFrom, 3 * hugePage, 20 * hugePage / 4} {
		v.grow(size)
		if len(v.s) < size {
			t.Fatalf("%d elements, asked for %d", len(v.s), size)
		}
		for ; n < size; n++ {
			if v.s[n] != 0 {
				t.Fatalf("new element %d is %d", n, v.s[n])
			}
			v.s[n] = uint32(n) * 7
		}
		for i := range n {
			if v.s[i] != uint32(i)*7 {
				t.Fatalf("element %d is %d after growing to %d", i, v.s[i], size)
			}
		}
		if v.bytes() < int64(size)*4 {
			t.Fatalf("%d bytes for %d elements", v.bytes(), size)
		}
	}
	v.reset(mapFrom)
	if len(v.s) != mapFrom || slices.Max(v.s) != 0 {
		t.Fatal("reset leaves something")
	}
	v.free()
	if v.bytes() != 0 {
		t.Fatal("free leaves something")
	}
}

// A packed state holds all its numbers, and keeps them through a change of layout.
func TestLayout(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 90).Draw(t, "components")
		counts, ids := make([]int, n), make([]uint64, n)
		for c := range counts {
			counts[c] = rapid.SampledFrom([]int{1, 1, 2, 3, 9, 300, 1 << 20, 1<<32 - 1}).Draw(t, "count")
			ids[c] = rapid.Uint64Range(0, uint64(counts[c])-1).Draw(t, "number")
		}
		from := newLayout(counts, nil, 1, rapid.Bool().Draw(t, "tight"))
		to := newLayout(counts, nil, from.width+rapid.IntRange(0, 2).Draw(t, "more words"), rapid.Bool().Draw(t, "tight then"))
		s := make([]uint64, from.width)
		for c, id := range ids {
			from.fields[c].put(s, id)
		}
		moved := make([]uint64, to.width)
		repack(moved, s, &from, &to)
		for c, id := range ids {
			if !from.fields[c].holds(counts[c]) || !to.fields[c].holds(counts[c]) {
				t.Fatalf("component %d has %d values and no room", c, counts[c])
			}
			if from.fields[c].get(s) != id || to.fields[c].get(moved) != id {
				t.Fatalf("component %d: %d, then %d, want %d", c, from.fields[c].get(s), to.fields[c].get(moved), id)
			}
		}
	})
}

// States that share a hash tag and a place are still told apart.
func TestVisitedIsExact(t *testing.T) {
	for _, width := range []int{1, 2} {
		s := visited{width: width}
		s.reserve(1)
		words := make([]uint64, width)
		const n = 2000
		for i := range n {
			words[width-1] = uint64(i)
			s.reserve(1)
			if ref, _ := s.lookup(words, 42); ref != NoRef {
				t.Fatalf("state %d is taken for %d", i, ref)
			}
			// All go to the place of one hash; growing would put them where they belong.
			s.full = n + 1
			s.cells.grow(2 * n)
			s.refBits = 12
			s.store(words, 42, NoRef)
		}
		for i := range n {
			words[width-1] = uint64(i)
			if ref, _ := s.lookup(words, 42); ref != Ref(i) {
				t.Fatalf("state %d is found at %d", i, ref)
			}
		}
		s.free()
	}
}

// A memo gives back what was put, for keys that collide too, through growth.
func TestMemo(t *testing.T) {
	for _, width := range []int{1, 3} {
		var m memo
		m.init(width)
		key := make([]uint64, width)
		for i := range uint64(3000) {
			key[width-1] = i << 40
			if m.get(key) != 0 {
				t.Fatalf("key %d is there before", i)
			}
			m.put(key, i+1)
		}
		for i := range uint64(3000) {
			key[width-1] = i << 40
			if m.get(key) != i+1 || width == 1 && m.get1(key[0]) != i+1 {
				t.Fatalf("key %d gives %d", i, m.get(key))
			}
		}
	}
}
