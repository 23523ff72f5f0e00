package search

import (
	"cmp"
	"sort"
)

// records are packed states with a number each, one after the other: the state's words, then the number.
type records struct {
	s     []uint64
	width int // words of a state
}

// Len is the number of records.
func (r records) Len() int { return len(r.s) / (r.width + 1) }

// Less orders records by state, and those of one state by number.
func (r records) Less(i, j int) bool {
	return compare(r.s[i*(r.width+1):(i+1)*(r.width+1)], r.s[j*(r.width+1):(j+1)*(r.width+1)]) < 0
}

// Swap exchanges two records.
func (r records) Swap(i, j int) {
	a, b := r.s[i*(r.width+1):(i+1)*(r.width+1)], r.s[j*(r.width+1):(j+1)*(r.width+1)]
	for k, w := range a {
		a[k], b[k] = b[k], w
	}
}

// state is the state of record i.
func (r records) state(i int) []uint64 { return r.s[i*(r.width+1) : i*(r.width+1)+r.width] }

// number is the number of record i.
func (r records) number(i int) uint64 { return r.s[i*(r.width+1)+r.width] }

// compare orders runs of words of one length.
func compare(a, b []uint64) int {
	for i, w := range a {
		if w != b[i] {
			return cmp.Compare(w, b[i])
		}
	}
	return 0
}

// sort brings the records into order, in place.
func (r records) sort() {
	if r.width == 1 {
		sortPairs(asPairs(r.s))
		return
	}
	sort.Sort(r)
}

// seek gives the first of the sorted records, from number i on, whose state is not below some words; i
// itself is below or the answer. The cost is the logarithm of the distance, so that whoever goes through many
// states in order reads the records in order.
func (r records) seek(i int, words []uint64) int {
	n := r.Len()
	low, high := i, i // before low all are below
	for step := 1; high < n && compare(r.state(high), words) < 0; step *= 2 {
		low, high = high+1, high+step
	}
	high = min(high, n)
	return low + sort.Search(high-low, func(k int) bool { return compare(r.state(low+k), words) >= 0 })
}

// repack packs all records anew, in the same memory, which has room, and sorts them.
func (r records) repack(from, to *layout) records {
	n := len(r.s) / (from.width + 1)
	out := records{r.s[:cap(r.s)][:n*(to.width+1)], to.width}
	src, dst := make([]uint64, from.width+1), make([]uint64, to.width)
	for i := n - 1; i >= 0; i-- { // backwards, so that nothing is overwritten before it is read
		copy(src, r.s[i*(from.width+1):])
		repack(dst, src[:from.width], from, to)
		at := out.s[i*(to.width+1) : (i+1)*(to.width+1)]
		copy(at, dst)
		at[to.width] = src[from.width]
	}
	out.sort()
	return out
}
