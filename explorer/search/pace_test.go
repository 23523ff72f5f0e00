package search

import (
	"context"
	"errors"
	"testing"
)

// TestPassesStop makes sure that every pass over a graph ends with the context,
// at once where it is over before and soon where it ends meanwhile.
func TestPassesStop(t *testing.T) {
	f := newFamily(3, 2)
	s, r := explored(t, f, f.initial(), Options{}, Run{Edges: true})
	defer s.Close()
	g := r.Graph
	if n := int(g.End - g.First); n < 2*paceCheck {
		t.Fatalf("%d states are too few", n)
	}
	passes := map[string]func(context.Context, func(Ref) bool) error{
		"BackwardDistance": func(ctx context.Context, target func(Ref) bool) error {
			_, err := g.BackwardDistance(ctx, target)
			return err
		},
		"Longest": func(ctx context.Context, target func(Ref) bool) error {
			_, err := g.Longest(ctx, target)
			return err
		},
		"FairCycles": func(ctx context.Context, _ func(Ref) bool) error {
			_, err := g.FairCycles(ctx, Fairness{})
			return err
		},
		"Components": func(ctx context.Context, _ func(Ref) bool) error {
			_, err := g.Components(ctx, nil)
			return err
		},
	}
	for name, pass := range passes {
		t.Run(name, func(t *testing.T) {
			over, cancel := context.WithCancel(context.Background())
			cancel()
			asked := 0
			if err := pass(over, func(Ref) bool { asked++; return false }); !errors.Is(err, context.Canceled) {
				t.Errorf("with a context that is over: %v", err)
			}
			if name == "BackwardDistance" && asked > 0 {
				t.Errorf("%d states looked at after the end", asked)
			}
			if err := pass(context.Background(), func(Ref) bool { return false }); err != nil {
				t.Errorf("without an end: %v", err)
			}
		})
	}
	ctx, cancel := context.WithCancel(context.Background())
	asked := 0
	if _, err := g.BackwardDistance(ctx, func(Ref) bool { cancel(); asked++; return false }); err == nil || asked > paceCheck {
		t.Errorf("ended at the first state, but %d were looked at: %v", asked, err)
	}
}
