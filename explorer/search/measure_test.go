package search

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"pgregory.net/rapid"
)

// What is counted is what a look at every state counts, whatever is remembered.
func TestMeasuresLikeDirect(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		sys := drawRandom(t, 6, 5)
		s := NewSpace(sys, drawOptions(t))
		defer closeSpace(t, s)
		if _, _, err := s.Add(sys.initial(1)); err != nil {
			t.Fatal(err)
		}
		stuck := s.NewTable(Function{Reads: []int{0}, Eval: func(v []uint64) uint64 { return sys.get(v, 0) % 3 / 2 }})
		r, err := s.Explore(context.Background(), Run{Stuck: stuck, Limits: Limits{MaxStates: rapid.SampledFrom([]int{0, 40}).Draw(t, "limit")}})
		if err != nil {
			t.Fatal(err)
		}
		checkSpread(t, s, r)
		checkMerged(t, s, r)
		checkBranching(t, s, r, stuck)
	})
}

func checkSpread(t *rapid.T, s *Space, r *Region) {
	want := make([]map[string]int, len(s.comps))
	for c := range want {
		want[c] = map[string]int{}
		for ref := r.First; ref < r.End; ref++ {
			want[c][fmt.Sprint(s.comps[c].of(s.Vector(ref, nil)))]++
		}
	}
	counts, err := s.Spread(context.Background(), r.First, r.End)
	if err != nil {
		t.Fatal(err)
	}
	v := make([]uint64, s.Words())
	for c := range counts {
		got := map[string]int{}
		for number, n := range counts[c] {
			if s.Value(c, number, v); n > 0 {
				got[fmt.Sprint(s.comps[c].of(v))] = int(n)
			}
		}
		if fmt.Sprint(got) != fmt.Sprint(want[c]) {
			t.Fatalf("component %d: %v, want %v", c, got, want[c])
		}
	}
}

func checkMerged(t *rapid.T, s *Space, r *Region) {
	c := rapid.IntRange(0, len(s.comps)-1).Draw(t, "component")
	pairs := make([]uint32, s.comps[c].count)
	for number := range pairs {
		pairs[number] = uint32(number &^ 1)
	}
	for _, class := range [][]uint32{nil, pairs} {
		want := map[string]bool{}
		for ref := r.First; ref < r.End; ref++ {
			v := s.Vector(ref, nil)
			number, _, _ := s.comps[c].find(s.comps[c].of(v))
			clear(s.comps[c].of(v))
			if class != nil {
				s.comps[c].of(v)[0] = uint64(class[number])
			}
			want[fmt.Sprint(v)] = true
		}
		if got, err := s.Merged(context.Background(), r.First, r.End, c, class); err != nil || got != len(want) {
			t.Fatalf("%d states are left without component %d, want %d (%v)", got, c, len(want), err)
		}
	}
}

func checkBranching(t *rapid.T, s *Space, r *Region, stuck *Table) {
	want := make([]Branch, s.sys.Groups())
	for ref := r.First; ref < r.Expanded; ref++ {
		if stuck.At(ref) != 0 {
			continue
		}
		has := make([]bool, len(want))
		s.Successors(ref, func(group, _ int, _ []uint64, _ Info) bool {
			want[group].Steps++
			has[group] = true
			return true
		})
		for g := range want {
			if has[g] {
				want[g].States++
			}
		}
	}
	got, err := s.Branching(context.Background(), r)
	if err != nil || fmt.Sprint(got) != fmt.Sprint(want) {
		t.Fatalf("%v, want %v (%v)", got, want, err)
	}
}

// Counting ends with the context.
func TestMeasuresStop(t *testing.T) {
	f := newFamily(3, 1)
	s, r := explored(t, f, f.initial(), Options{}, Run{})
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	_, spread := s.Spread(ctx, r.First, r.End)
	_, merged := s.Merged(ctx, r.First, r.End, 0, nil)
	_, branching := s.Branching(ctx, r)
	for _, err := range []error{spread, merged, branching} {
		if !errors.Is(err, context.Canceled) {
			t.Errorf("after %d states: %v", r.End, err)
		}
	}
}
