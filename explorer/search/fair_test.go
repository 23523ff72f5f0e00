package search

import (
	"context"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// bruteFair finds the states that some fair run visits infinitely often by trying
// every set of states: the set must be strongly connected by its edges, and the run
// that takes all of these for ever must be fair.
func bruteFair(g *Graph, rows [][]Edge, f Fairness) *Set {
	fair := NewSet(g.First, g.End)
	for set := uint(1); set < 1<<len(rows); set++ {
		in := func(ref Ref) bool {
			return ref >= g.First && ref < g.End && set>>(ref-g.First)&1 != 0
		}
		if !allKept(g, f.Within, in) || !connected(g, rows, in) {
			continue
		}
		var states, edges []Edge
		for i, row := range rows {
			if in(g.First + Ref(i)) {
				for _, e := range row {
					if states = append(states, e); in(e.To) {
						edges = append(edges, e)
					}
				}
			}
		}
		if fairRun(g, f, rows, in, states, edges) {
			for i := range rows {
				if ref := g.First + Ref(i); in(ref) {
					fair.Add(ref)
				}
			}
		}
	}
	return fair
}

func allKept(g *Graph, within *Set, in func(Ref) bool) bool {
	for ref := g.First; ref < g.End; ref++ {
		if in(ref) && !g.keeps(within, ref) {
			return false
		}
	}
	return true
}

// connected tells whether each state of a set can be reached from each, itself
// included, by at least one edge inside.
func connected(g *Graph, rows [][]Edge, in func(Ref) bool) bool {
	for i := range rows {
		from := g.First + Ref(i)
		if !in(from) {
			continue
		}
		seen := map[Ref]bool{}
		for todo := []Ref{from}; len(todo) > 0; todo = todo[1:] {
			for _, e := range rows[todo[0]-g.First] {
				if in(e.To) && !seen[e.To] {
					seen[e.To] = true
					todo = append(todo, e.To)
				}
			}
		}
		for j := range rows {
			if to := g.First + Ref(j); in(to) && !seen[to] {
				return false
			}
		}
	}
	return true
}

// fairRun judges a run that visits exactly the states of in for ever, whose edges
// are enabled, and takes exactly the edges of taken for ever.
func fairRun(g *Graph, f Fairness, rows [][]Edge, in func(Ref) bool, enabled, taken []Edge) bool {
	for group := range g.Groups {
		if slices.Contains(f.Unfair, group) {
			continue
		}
		of := func(e Edge) bool { return e.Label.Group() == group }
		strong := func(e Edge) bool { return of(e) && e.Label.Strong() }
		if slices.ContainsFunc(enabled, strong) && !slices.ContainsFunc(taken, strong) {
			return false
		}
		idle := false
		for i, row := range rows {
			idle = idle || in(g.First+Ref(i)) && !slices.ContainsFunc(row, of)
		}
		if !idle && !slices.ContainsFunc(taken, of) {
			return false
		}
	}
	return true
}

func TestFairCyclesLikeBruteForce(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		g, rows := drawGraph(t, 8)
		f := Fairness{Within: drawSubset(t, g)}
		if rapid.Bool().Draw(t, "some unfair") {
			f.Unfair = []int{rapid.IntRange(0, g.Groups-1).Draw(t, "unfair")}
		}
		if rapid.IntRange(0, 3).Draw(t, "stop") == 0 {
			g.stopBelow = g.First + 2
		}
		got, err := g.FairCycles(context.Background(), f)
		if err != nil {
			t.Fatal(err)
		}
		want := bruteFair(g, rows, f)
		if !slices.Equal(slices.Collect(got.States.All()), slices.Collect(want.All())) {
			t.Fatalf("fair %v, want %v", slices.Collect(got.States.All()), slices.Collect(want.All()))
		}
		for i, scc := range got.Components {
			for _, from := range scc {
				checkWalk(t, g, rows, f, scc, from, got.Walk(i, from))
			}
		}
	})
}

// checkWalk tests that a walk is closed, stays in its component, and is fair when
// repeated.
func checkWalk(t *rapid.T, g *Graph, rows [][]Edge, f Fairness, scc []Ref, from Ref, walk []Edge) {
	visited := map[Ref]bool{}
	at := from
	for _, e := range walk {
		if e.From != at || !slices.Contains(scc, e.To) || !slices.Contains(rows[e.From-g.First], e) {
			t.Fatalf("walk %v of %v goes wrong at %v", walk, scc, e)
		}
		visited[e.From] = true
		at = e.To
	}
	if len(walk) == 0 || at != from {
		t.Fatalf("walk %v from %d is not closed", walk, from)
	}
	var enabled []Edge
	for i, row := range rows {
		if visited[g.First+Ref(i)] {
			enabled = append(enabled, row...)
		}
	}
	if !fairRun(g, f, rows, func(ref Ref) bool { return visited[ref] }, enabled, walk) {
		t.Fatalf("walk %v is not fair", walk)
	}
}
