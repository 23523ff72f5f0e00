package model

import "github.com/lucheck/lucheck/lang"

// manyValues stands for more values than can be counted through.
const manyValues = 1 << 40

// countValues is the number of values of a type, manyValues where there are as many or
// more. A caller has none: it cannot be made up.
func countValues(t *lang.Type) int64 {
	switch {
	case t.Sugar == lang.Optional:
		return plus(1, countValues(t.Of()))
	case t.Sugar == lang.Seq:
		n, each := int64(0), int64(1)
		for range t.Room() + 1 {
			n, each = plus(n, each), times(each, countValues(t.Of()))
		}
		return n
	case t.Kind == lang.Record:
		n := int64(1)
		for _, f := range t.Fields {
			n = times(n, countValues(f.Type))
		}
		return n
	case t.Kind == lang.Array:
		n, elem := int64(1), countValues(t.Elem)
		for range t.Index.Card() {
			n = times(n, elem)
		}
		return n
	}
	return t.Card()
}

func plus(a, b int64) int64 { return min(a+b, manyValues) }

func times(a, b int64) int64 {
	if a != 0 && b > manyValues/a {
		return manyValues
	}
	return a * b
}

// valueAt writes a type's value of some number, from 0, into dst. Of types with sugar it
// writes those values only that can occur.
func valueAt(t *lang.Type, n int64, dst []int64) {
	switch {
	case t.Sugar == lang.Optional:
		copy(dst, t.Lowest())
		if n > 0 {
			dst[0] = 1
			valueAt(t.Of(), n-1, dst[1:])
		}
	case t.Sugar == lang.Seq:
		copy(dst, t.Lowest())
		each, size := int64(1), t.Of().Slots()
		for n >= each {
			n -= each
			each *= countValues(t.Of())
			dst[0]++
		}
		digits(n, int(dst[0]), func(int) int64 { return countValues(t.Of()) }, func(i int, k int64) { valueAt(t.Of(), k, dst[1+i*size:1+(i+1)*size]) })
	case t.Kind == lang.Record:
		at := make([]int, len(t.Fields)+1)
		for i, f := range t.Fields {
			at[i+1] = at[i] + f.Type.Slots()
		}
		digits(n, len(t.Fields), func(i int) int64 { return countValues(t.Fields[i].Type) },
			func(i int, k int64) { valueAt(t.Fields[i].Type, k, dst[at[i]:at[i+1]]) })
	case t.Kind == lang.Array:
		size := t.Elem.Slots()
		digits(n, int(t.Index.Card()), func(int) int64 { return countValues(t.Elem) }, func(i int, k int64) { valueAt(t.Elem, k, dst[i*size:(i+1)*size]) })
	default:
		lo, _ := t.Bounds()
		dst[0] = lo + n
	}
}

// digits takes a number apart, the last digit being the least.
func digits(n int64, places int, base func(i int) int64, put func(i int, digit int64)) {
	for i := places - 1; i >= 0; i-- {
		b := base(i)
		put(i, n%b)
		n /= b
	}
}
