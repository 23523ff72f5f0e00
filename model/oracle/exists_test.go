package oracle

import (
	"fmt"
	"slices"
	"testing"
	"testing/fstest"

	"pgregory.net/rapid"

	"github.com/lucheck/lucheck/lang"
	"github.com/lucheck/lucheck/model/oracle/gen"
)

// TestValues counts the values of types, of which each must occur once, in the only form that
// it can have.
func TestValues(t *testing.T) {
	bit := &lang.Type{Kind: lang.Int, Hi: 1}
	array := &lang.Type{Kind: lang.Array, Index: bit, Elem: &lang.Type{Kind: lang.Enum, Members: []string{"a", "b", "c"}}}
	pair := &lang.Type{Kind: lang.Record, Fields: []lang.Field{{Name: "x", Type: bit}, {Name: "y", Type: array}}}
	optional := func(of *lang.Type) *lang.Type {
		return &lang.Type{Kind: lang.Record, Sugar: lang.Optional, Fields: []lang.Field{{Type: &lang.Type{Kind: lang.Bool}}, {Type: of}}}
	}
	sequence := func(room int64, of *lang.Type) *lang.Type {
		places := &lang.Type{Kind: lang.Int, Hi: room - 1}
		return &lang.Type{Kind: lang.Record, Sugar: lang.Seq, Fields: []lang.Field{{Type: &lang.Type{Kind: lang.Int, Hi: room}},
			{Type: &lang.Type{Kind: lang.Array, Index: places, Elem: of}}}}
	}
	for _, c := range []struct {
		t    *lang.Type
		want int
	}{
		{bit, 2},
		{&lang.Type{Kind: lang.Int, Lo: -2, Hi: 2}, 5},
		{array, 9},
		{pair, 18},
		{&lang.Type{Kind: lang.Array, Sugar: lang.Set, Index: &lang.Type{Kind: lang.Int, Hi: 2}, Elem: &lang.Type{Kind: lang.Bool}}, 8},
		{optional(pair), 19},
		{optional(optional(bit)), 4},
		{sequence(2, bit), 7},
		{sequence(2, optional(bit)), 13},
	} {
		var seen []string
		for _, val := range valuesOf(c.t) {
			if len(val) != c.t.Slots() {
				t.Errorf("%s: %v has not %d scalars", c.t.Declaration(), val, c.t.Slots())
			}
			seen = append(seen, fmt.Sprint(val))
		}
		if n := size(c.t, 1000); n != c.want || len(seen) != n || len(slices.Compact(sorted(seen))) != n {
			t.Errorf("%s: %d values, counted as %d, want %d: %v", c.t.Declaration(), len(seen), n, c.want, seen)
		}
		if n := size(c.t, 3); n != min(c.want, 4) {
			t.Errorf("%s: %d values of which no more than 3 are wanted", c.t.Declaration(), n)
		}
	}
}

// TestDeclaredIsChosen tries choices where a declared transfer works, and not none: what it
// writes is one of them, so one must be found. A transfer that gives messages other names can do more.
func TestDeclaredIsChosen(t *testing.T) {
	specs := rapid.Custom(gen.Spec)
	found := 0
	for seed := range 700 {
		p, _, errs, err := lang.Load(fstest.MapFS{"spec.lu": {Data: []byte(specs.Example(seed))}}, "spec.lu", lang.Options{})
		if err != nil || errs.HasErrors() {
			continue
		}
		w, err := NewWorld(p, 0)
		if err != nil {
			t.Fatal(err)
		}
		r1, _, err := w.alone(w.old, 300)
		if err != nil {
			continue
		}
		live, err := w.live(r1, &Verdicts{}, 600)
		if err != nil || live.broken {
			continue
		}
		for _, set := range w.alikes(false, w.points(lang.Level{Kind: lang.LevelAnytime}, r1), r1) {
			for _, transfer := range w.update.Transfers {
				if len(transfer.Converts) > 0 || live.serves("none", set) || !live.serves(transfer.Name, set) {
					continue
				}
				tries := &trial{w: w, side: live, aspects: w.aspects(false, set, r1, 500)}
				for _, i := range set {
					tries.points = append(tries.points, r1.places[i].state)
				}
				left := 2000
				served, decided := tries.anyChoice(&left)
				if decided && !served {
					t.Errorf("seed %d: %s works where no choice does:\n%s", seed, transfer.Name, w.readable(tries.points[0], false))
				}
				if served {
					found++
				}
			}
		}
	}
	t.Logf("%d sets that a declared transfer serves", found)
	if found < 5 {
		t.Error("these are too few")
	}
}
