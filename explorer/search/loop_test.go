package search

import (
	"context"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// TestFairLoop makes sure that what is found is a fair cycle: FairCycles has its states, and steps lead
// round it; and that Farthest says of several sets what BackwardDistance says of each.
func TestFairLoop(t *testing.T) {
	found, missed := 0, 0
	rapid.Check(t, func(t *rapid.T) {
		sys := drawRandom(t, 4, 4)
		s := NewSpace(sys, drawOptions(t))
		defer closeSpace(t, s)
		if _, _, err := s.Add(sys.initial(0)); err != nil {
			t.Fatal(err)
		}
		ctx := context.Background()
		r, err := s.Explore(ctx, Run{Edges: true})
		if err != nil {
			t.Fatal(err)
		}
		g, seed := r.Graph, rapid.Uint64().Draw(t, "sets")
		in := func(ref Ref) bool { return mix(uint64(ref)^seed)%4 != 0 }
		within := NewSet(g.First, g.End)
		for ref := g.First; ref < g.End; ref++ {
			if in(ref) {
				within.Add(ref)
			}
		}
		cycles, err := g.FairCycles(ctx, Fairness{Within: within})
		if err != nil {
			t.Fatal(err)
		}
		loop, err := g.FairLoop(ctx, in)
		switch {
		case err != nil:
			t.Fatal(err)
		case loop == nil && len(cycles.Components) > 0:
			missed++
		case loop != nil:
			found++
		}
		for i, ref := range loop {
			if targets, _ := g.Out(ref); !cycles.States.Has(ref) || !slices.Contains(targets, loop[(i+1)%len(loop)]) {
				t.Fatalf("%v is no fair cycle", loop)
			}
		}
		marks := make([]uint8, g.End-g.First)
		for i := range marks {
			marks[i] = uint8(mix(uint64(i)*3 ^ seed))
			marks[i] &= marks[i] >> 4 // not too many
		}
		before := slices.Clone(marks)
		steps, err := g.Farthest(ctx, marks)
		if err != nil {
			t.Fatal(err)
		}
		for bit := range steps {
			dist, err := g.BackwardDistance(ctx, func(ref Ref) bool { return ref >= g.First && ref < g.End && before[ref-g.First]>>bit&1 != 0 })
			if err != nil {
				t.Fatal(err)
			}
			most := int32(0)
			for i, d := range dist {
				if most = max(most, d); (d != Never) != (marks[i]>>bit&1 != 0) {
					t.Fatalf("set %d, state %d: %d steps, reached %v", bit, i, d, marks[i]>>bit&1 != 0)
				}
			}
			if most != steps[bit] {
				t.Fatalf("set %d: %d steps at most, want %d", bit, steps[bit], most)
			}
		}
	})
	if t.Logf("%d found, %d missed", found, missed); found < 10 {
		t.Error("hardly any cycle was found")
	}
}
