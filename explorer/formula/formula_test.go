package formula

import (
	"slices"
	"testing"
)

// problem is one with some named numbers and the constants 0 to 4.
func problem(kind Kind, want []int64, named map[string][]int64) *Problem {
	p := &Problem{Rows: len(want), Kind: kind, Allowed: func(row int, v int64) bool { return v == want[row] }}
	var names []string
	for name := range named {
		names = append(names, name)
	}
	slices.Sort(names)
	for i, name := range names {
		p.Terms = append(p.Terms, Named(i, name, Number, named[name]))
	}
	for v := range int64(5) {
		p.Terms = append(p.Terms, Constant(string(rune('0'+v)), Number, v, p.Rows))
	}
	return p
}

func TestFind(t *testing.T) {
	a, b := []int64{0, 1, 2, 3, 4, 5}, []int64{5, 3, 0, 2, 2, 9}
	make := func(f func(a, b int64) int64) (out []int64) {
		for i := range a {
			out = append(out, f(a[i], b[i]))
		}
		return out
	}
	for _, c := range []struct {
		kind Kind
		want []int64
		text string
	}{
		{Number, a, "a"},
		{Number, make(func(a, b int64) int64 { return a + b }), "a + b"},
		{Number, make(func(a, b int64) int64 { return a - b }), "a - b"},
		{Number, make(func(a, _ int64) int64 { return 2 * a }), "a * 2"},
		{Number, make(func(a, _ int64) int64 { return a % 3 }), "a mod 3"},
		{Number, make(func(a, b int64) int64 { return (a + b) / 2 }), "(a + b) / 2"},
		{Number, make(func(int64, int64) int64 { return 3 }), "3"},
		{Truth, make(func(a, b int64) int64 { return truth(a < b) }), "a < b"},
		{Truth, make(func(a, b int64) int64 { return truth(a > b) }), "b < a"},
	} {
		p := problem(c.kind, c.want, map[string][]int64{"a": a, "b": b})
		found := p.Find(1)
		if len(found) == 0 || found[0].String() != c.text {
			t.Errorf("%v: %v, not %s", c.want, found, c.text)
		}
	}
}

func TestTree(t *testing.T) {
	a, b := []int64{0, 1, 2, 3, 4, 5}, []int64{7, 7, 8, 9, 2, 1}
	p := problem(Number, []int64{7, 7, 8, 4, 4, 4}, map[string][]int64{"a": a, "b": b})
	p.MaxTerms = 20 // no expression that covers all
	found := p.Find(1)
	if len(found) != 1 || found[0].Cond == nil {
		t.Fatalf("%v", found)
	}
	for row, want := range []int64{7, 7, 8, 4, 4, 4} {
		if got := found[0].Value(row); got != want {
			t.Errorf("row %d: %d, not %d", row, got, want)
		}
	}
}

// TestUndefined: what has no value in some row is no solution there.
func TestUndefined(t *testing.T) {
	p := problem(Number, []int64{1, 1}, map[string][]int64{"a": {1, Undefined}})
	p.Allowed = func(_ int, v int64) bool { return v == 1 }
	for _, tree := range p.Find(3) {
		for row := range 2 {
			if tree.Value(row) != 1 {
				t.Errorf("%s has another value in row %d", tree, row)
			}
		}
	}
}

func TestFits(t *testing.T) {
	// Each row takes 0 or 1, but both together only the same.
	p := problem(Number, []int64{0, 0}, map[string][]int64{"a": {0, 1}, "b": {1, 1}})
	p.Allowed = func(_ int, v int64) bool { return v == 0 || v == 1 }
	p.Fits = func(v []int64) bool { return v[0] == v[1] }
	found := p.Find(1)
	if len(found) != 1 || found[0].String() != "b" {
		t.Errorf("%v", found)
	}
}

func TestNegated(t *testing.T) {
	a, b := Named(0, "a", Number, []int64{0, 1}), Named(1, "b", Number, []int64{1, 1})
	p, q := Named(2, "p", Truth, []int64{0, 1}), Named(3, "q", Truth, []int64{1, 1})
	got := []string{p.Negated(), negation(p).Negated()}
	for i := range operators {
		o := &operators[i]
		if o.result == Truth && o.operand == Truth {
			got = append(got, o.combine(p, q).Negated())
		} else if o.result == Truth {
			got = append(got, o.combine(a, b).Negated())
		}
	}
	want := []string{"not p", "p", "not (p and q)", "not (p or q)", "a != b", "a == b", "a >= b", "a > b"}
	if !slices.Equal(got, want) {
		t.Errorf("%q, not %q", got, want)
	}
}
