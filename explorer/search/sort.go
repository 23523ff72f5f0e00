package search

import (
	"cmp"
	"slices"
	"unsafe"
)

// asPairs sees words two by two.
func asPairs(s []uint64) [][2]uint64 {
	return unsafe.Slice((*[2]uint64)(unsafe.Pointer(unsafe.SliceData(s))), len(s)/2)
}

// sortPairs sorts pairs.
func sortPairs(s [][2]uint64) {
	slices.SortFunc(s, func(a, b [2]uint64) int {
		if a[0] != b[0] {
			return cmp.Compare(a[0], b[0])
		}
		return cmp.Compare(a[1], b[1])
	})
}
