package search

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"
)

// A disk that refuses once, or from then on, leaves a region that is incomplete for that reason, or whole; what
// there is, is as without a disk.
func TestDiskRefuses(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		sys := drawRandom(t, 6, 5)
		if rapid.Bool().Draw(t, "many components") {
			sys = drawRandom(t, 40, 12)
		}
		checkRefusals(t, sys, sys.initial(1), drawDisk(t, Options{
			tight:    rapid.Bool().Draw(t, "tight"),
			minWidth: rapid.IntRange(1, 2).Draw(t, "width"),
			OnDisk:   rapid.Bool().Draw(t, "at once"),
			early:    rapid.IntRange(1, 30).Draw(t, "early"),
			Workers:  rapid.IntRange(1, 2).Draw(t, "workers"), Piece: 2,
		}), 200)
	})
}

// The same for larger arrays and every request.
func TestDiskRefusesEachRequest(t *testing.T) {
	f := newFamily(2, 1)
	for _, opt := range []Options{{OnDisk: true, from: 1 << 10, Together: 300}, {early: 500, from: 1, Together: 1000, minWidth: 2},
		{early: 900, from: 1 << 12, Workers: 2, Piece: 10, tight: true}} {
		checkRefusals(t, f, f.initial(), opt, 3000)
	}
}

type failer interface {
	Helper()
	Errorf(string, ...any)
	Fatalf(string, ...any)
}

// checkRefusals refuses one request after the other.
func checkRefusals(t failer, sys System, initial []uint64, opt Options, states int) {
	whole := NewSpace(sys, Options{})
	defer whole.Close()
	run := Run{Edges: true, Limits: Limits{MaxBytes: 1 << 40, MaxStates: states}}
	if _, _, err := whole.Add(initial); err != nil {
		t.Fatalf("%v", err)
	}
	want, err := whole.Explore(context.Background(), run)
	if err != nil {
		t.Fatalf("%v", err)
	}
	for _, again := range []bool{false, true} {
		for n := 1; ; n++ {
			d := newTestDisk()
			d.refuse = func(request int) bool { return request == n || again && request > n }
			o := opt
			o.Disk = d
			if !checkRefused(t, sys, initial, o, whole, want, run) {
				break
			}
			if n > 2000 {
				t.Fatalf("a disk is asked for %d arrays", n)
			}
		}
	}
}

// checkRefused explores with a disk that refuses, and tells whether it has refused anything.
func checkRefused(t failer, sys System, initial []uint64, opt Options, whole *Space, want *Region, run Run) bool {
	t.Helper()
	s := NewSpace(sys, opt)
	defer closeSpace(t, s)
	refused := func() bool { _, err := s.Disk(); return err != nil }
	if _, _, err := s.Add(initial); err != nil {
		if !errors.Is(err, ErrDisk) || !refused() {
			t.Fatalf("adding a state: %v", err)
		}
		return true
	}
	r, err := s.Explore(context.Background(), run)
	if err != nil {
		t.Fatalf("%v", err)
	}
	if r.Reason == MaxDisk && (r.Complete || !refused()) || r.Reason != MaxDisk && (r.Complete != want.Complete || r.Reason != want.Reason) {
		t.Fatalf("complete %v because of %q, the disk has refused: %v", r.Complete, r.Reason, refused())
	}
	checkPrefix(t, s, r, whole)
	if r.Complete {
		got, want := *r, *want
		got.Graph, got.Failing, want.Graph, want.Failing = nil, nil, nil, nil
		if diff := cmp.Diff(want, got, cmpopts.EquateEmpty()); diff != "" {
			t.Fatalf("region (-want +got):\n%s", diff)
		}
		checkPasses(t, r.Graph, whole.graphs[0])
	}
	return refused()
}

// checkPrefix compares the states that there are, and the edges of those that were expanded, with those of a
// whole exploration.
func checkPrefix(t failer, s *Space, r *Region, whole *Space) {
	t.Helper()
	for ref := Ref(0); ref < s.Len(); ref++ {
		v := s.Vector(ref, nil)
		if !slices.Equal(v, whole.Vector(ref, nil)) || s.Parent(ref) != whole.Parent(ref) {
			t.Fatalf("state %d is %v, found from %d", ref, v, s.Parent(ref))
		}
		if got, found := s.Find(v); got != ref || !found {
			t.Fatalf("state %d is found at %d", ref, got)
		}
	}
	if got, found := s.Find(make([]uint64, s.Words())); found && !slices.Equal(s.Vector(got, nil), make([]uint64, s.Words())) {
		t.Fatalf("a state is found at %d", got)
	}
	for ref := r.First; ref < r.End; ref++ {
		to, label := r.Graph.Out(ref)
		wantTo, wantLabel := whole.graphs[0].Out(ref)
		if ref >= r.Expanded {
			wantTo, wantLabel = nil, nil
		}
		if !slices.Equal(to, wantTo) || !slices.Equal(label, wantLabel) {
			t.Fatalf("edges of %d of %d: %v, want %v", ref, r.Expanded, to, wantTo)
		}
	}
}

// A context that ends in the middle of a sweep leaves what there is as it is without a disk.
func TestDiskOutOfTime(t *testing.T) {
	f := newFamily(2, 2)
	whole, _ := explored(t, f, f.initial(), Options{}, Run{Edges: true})
	for _, together := range []int{50, 700} {
		for looks := 1; ; looks += 1 + looks/4 {
			ctx := &impatient{Context: context.Background(), looks: looks}
			s := NewSpace(f, Options{Disk: newTestDisk(), OnDisk: true, Together: together})
			if _, _, err := s.Add(f.initial()); err != nil {
				t.Fatal(err)
			}
			r, err := s.Explore(ctx, Run{Edges: true})
			if err != nil || r.Reason != "" && r.Reason != Cancelled {
				t.Fatalf("%q, %v", r.Reason, err)
			}
			checkPrefix(t, s, r, whole)
			closeSpace(t, s)
			if r.Complete {
				break
			}
		}
	}
}

// impatient is a context that is over after some looks at it.
type impatient struct {
	context.Context
	looks int
}

func (c *impatient) Err() error {
	if c.looks--; c.looks <= 0 {
		return context.Canceled
	}
	return nil
}

// checkPasses compares what graphs say that are the same; ErrDisk may be the answer of the first.
func checkPasses(t failer, g, whole *Graph) {
	ctx := context.Background()
	target := func(ref Ref) bool { return ref%7 == 3 }
	for name, pass := range map[string]func(g *Graph) (any, error){
		"distances": func(g *Graph) (any, error) { return g.BackwardDistance(ctx, target) },
		"longest":   func(g *Graph) (any, error) { return g.Longest(ctx, target) },
		"longest over": func(g *Graph) (any, error) {
			return g.LongestOver(ctx, target, func(from, to Ref, _ Label) bool { return from%2 == 0 })
		},
		"components": func(g *Graph) (any, error) { return g.Components(ctx, nil) },
		"cycles": func(g *Graph) (any, error) {
			c, err := g.FairCycles(ctx, Fairness{})
			if err != nil {
				return nil, err
			}
			return c.Components, nil
		},
	} {
		got, err := pass(g)
		if errors.Is(err, ErrDisk) && g.disk.refused() != nil {
			continue
		}
		want, _ := pass(whole)
		if err != nil || fmt.Sprint(got) != fmt.Sprint(want) {
			t.Fatalf("%s: %v, %v, want %v", name, got, err, want)
		}
	}
}

// What truncating forgets on disk is forgotten, and can be stored again.
func TestTruncateOnDisk(t *testing.T) {
	f := newFamily(2, 1)
	whole, r := explored(t, f, f.initial(), Options{}, Run{})
	s, _ := explored(t, f, f.initial(), Options{Disk: newTestDisk(), OnDisk: true, Together: 50, from: 1}, Run{})
	for _, end := range []Ref{r.End - 1, r.End / 2, 17, 1, 0} {
		s.Truncate(end)
		for ref := range r.End {
			got, found := s.Find(whole.Vector(ref, nil))
			if found != (ref < end) || found && got != ref {
				t.Fatalf("after truncating at %d, state %d is found at %d, %v", end, ref, got, found)
			}
		}
	}
	for _, ref := range []Ref{5, 3, 5, 9} {
		got, isNew, err := s.Add(whole.Vector(ref, nil))
		if want, found := s.Find(whole.Vector(ref, nil)); err != nil || !found || got != want || isNew != (got == s.Len()-1) && ref != 5 {
			t.Fatalf("state %d is added at %d, new %v, %v", ref, got, isNew, err)
		}
	}
	if s.Len() != 3 {
		t.Errorf("%d states, want 3", s.Len())
	}
}
