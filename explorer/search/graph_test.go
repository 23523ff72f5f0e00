package search

import (
	"context"
	"slices"
	"testing"

	"gonum.org/v1/gonum/graph/simple"
	"gonum.org/v1/gonum/graph/topo"
	"pgregory.net/rapid"
)

// graphOf makes a graph of rows of edges for the states from first on.
func graphOf(first Ref, groups int, rows [][]Edge) *Graph {
	g := &Graph{First: first, Groups: groups}
	g.row(first, 0)
	for i, row := range rows {
		g.reserve(len(row))
		for _, e := range row {
			g.add(e.To, e.Label)
		}
		g.row(first+Ref(i)+1, uint64(g.edges))
	}
	end := first + Ref(len(rows))
	g.close(end, end)
	return g
}

// labelOf makes a label.
func labelOf(group int, strong, fails bool) Label {
	l := Label(group << labelShift)
	if strong {
		l |= strongLabel
	}
	if fails {
		l |= failsLabel
	}
	return l
}

// drawGraph draws a small graph whose states have numbers from 3 on, with failing
// edges and edges that leave it on either side.
func drawGraph(t *rapid.T, states int) (*Graph, [][]Edge) {
	const first = 3
	n := rapid.IntRange(1, states).Draw(t, "states")
	groups := rapid.IntRange(1, 4).Draw(t, "groups")
	rows := make([][]Edge, n)
	for range rapid.IntRange(0, 3*n).Draw(t, "edges") {
		from := rapid.IntRange(0, n-1).Draw(t, "from")
		to := first + Ref(rapid.IntRange(0, n-1).Draw(t, "to"))
		fails := false
		switch rapid.IntRange(0, 11).Draw(t, "kind") {
		case 0:
			to, fails = NoRef, true
		case 1:
			to = first - 1 - Ref(rapid.IntRange(0, 2).Draw(t, "below"))
		case 2:
			to = first + Ref(n)
		}
		group := rapid.IntRange(0, groups-1).Draw(t, "group")
		label := labelOf(group, rapid.IntRange(0, 3).Draw(t, "strong") == 0, fails)
		rows[from] = append(rows[from], Edge{first + Ref(from), to, label})
	}
	return graphOf(first, groups, rows), rows
}

// drawSubset draws a set of a graph's states, nil for all.
func drawSubset(t *rapid.T, g *Graph) *Set {
	if rapid.Bool().Draw(t, "all") {
		return nil
	}
	s := NewSet(g.First, g.End)
	for ref := g.First; ref < g.End; ref++ {
		if rapid.IntRange(0, 4).Draw(t, "in") > 0 {
			s.Add(ref)
		}
	}
	return s
}

func TestReverse(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		g, rows := drawGraph(t, 12)
		want := make([][]Edge, len(rows))
		reverse, err := g.Reverse()
		if err != nil {
			t.Fatal(err)
		}
		for _, row := range rows {
			for _, e := range row {
				if e.To >= g.First && e.To < g.End {
					want[e.To-g.First] = append(want[e.To-g.First], Edge{e.To, e.From, e.Label})
				}
			}
		}
		for i, row := range want {
			var got []Edge
			to, label := reverse.Out(g.First + Ref(i))
			for k := range to {
				got = append(got, Edge{g.First + Ref(i), to[k], label[k]})
			}
			if !slices.Equal(got, row) {
				t.Fatalf("edges to %d: %v, want %v", i, got, row)
			}
		}
	})
}

func TestComponentsLikeGonum(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		g, rows := drawGraph(t, 25)
		within := drawSubset(t, g)
		if rapid.Bool().Draw(t, "stop") {
			g.stopBelow = g.First + 1
		}
		got, err := g.Components(context.Background(), within)
		if err != nil {
			t.Fatal(err)
		}
		judge := simple.NewDirectedGraph()
		for ref := g.First; ref < g.End; ref++ {
			if g.keeps(within, ref) {
				judge.AddNode(simple.Node(ref))
			} else if got.Of[ref-g.First] != NoComponent {
				t.Fatalf("state %d is not in the part", ref)
			}
		}
		for _, row := range rows {
			for _, e := range row {
				if g.keeps(within, e.From) && g.keeps(within, e.To) && e.From != e.To {
					judge.SetEdge(simple.Edge{F: simple.Node(e.From), T: simple.Node(e.To)})
				}
				if g.keeps(within, e.From) && g.keeps(within, e.To) && got.Of[e.From-g.First] < got.Of[e.To-g.First] {
					t.Fatalf("edge %v leads to a larger component", e)
				}
			}
		}
		want := topo.TarjanSCC(judge)
		if got.Count != len(want) {
			t.Fatalf("%d components, want %d", got.Count, len(want))
		}
		for _, scc := range want {
			for _, node := range scc {
				if got.Of[node.ID()-int64(g.First)] != got.Of[scc[0].ID()-int64(g.First)] {
					t.Fatalf("%v is torn apart: %v", scc, got.Of)
				}
			}
		}
	})
}

func TestDistances(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		g, rows := drawGraph(t, 12)
		target := func(ref Ref) bool {
			if ref == NoRef {
				t.Fatal("target is asked for NoRef")
			}
			return ref%5 == 0 || ref == g.End
		}
		least, most := naiveDistances(g, rows, target)
		if got, err := g.BackwardDistance(context.Background(), target); err != nil || !slices.Equal(got, least) {
			t.Fatalf("least %v, want %v", got, least)
		}
		if got, err := g.Longest(context.Background(), target); err != nil || !slices.Equal(got, most) {
			t.Fatalf("greatest %v, want %v", got, most)
		}
		every := func(Ref, Ref, Label) bool { return true }
		if got, err := g.LongestOver(context.Background(), target, every); err != nil || !slices.Equal(got, most) {
			t.Fatalf("greatest of all steps %v, want %v", got, most)
		}
		some := func(from, to Ref, l Label) bool { return (from+to+Ref(l.Group()))%3 == 0 }
		want := naiveLongestOver(g, rows, target, some)
		if got, err := g.LongestOver(context.Background(), target, some); err != nil || !slices.Equal(got, want) {
			t.Fatalf("greatest of some steps %v, want %v", got, want)
		}
	})
}

// naiveLongestOver tries all walks of bounded length: who can make more steps that count
// than there are states, without a target, goes round a cycle.
func naiveLongestOver(g *Graph, rows [][]Edge, target func(Ref) bool, counts func(from, to Ref, l Label) bool) []int32 {
	n := len(rows)
	most, walk := make([]int32, n), make([]int32, n)
	for i := range most {
		if most[i] = Never; target(g.First + Ref(i)) {
			most[i] = 0
		}
	}
	for range (n + 2) * (n + 2) {
		for i, row := range rows {
			if target(g.First + Ref(i)) {
				continue
			}
			for _, e := range row {
				d, w := Never, int32(0)
				if e.To != NoRef && counts(e.From, e.To, e.Label) {
					w = 1
				}
				switch {
				case e.To == NoRef:
					continue
				case target(e.To):
					d = 0
				case e.To >= g.First && e.To < g.End:
					d = most[e.To-g.First]
					walk[i] = max(walk[i], min(walk[e.To-g.First]+w, int32(n)+1))
				}
				if d >= 0 {
					most[i] = max(most[i], min(d+w, int32(n)+1))
				}
			}
		}
	}
	for i := range most {
		if walk[i] > int32(n) {
			most[i] = Unbounded
		}
	}
	return most
}

// naiveDistances relaxes until nothing changes. The greatest distance is one of
// walks of bounded length: what is longer than any path goes round a cycle.
func naiveDistances(g *Graph, rows [][]Edge, target func(Ref) bool) (least, most []int32) {
	n := len(rows)
	least, most = make([]int32, n), make([]int32, n)
	reached := func(ref Ref) bool { return ref != NoRef && target(ref) }
	inside := func(ref Ref) bool { return ref >= g.First && ref < g.End }
	walks := make([]bool, n) // can make k steps without a target
	for i := range rows {
		if least[i], most[i] = Never, Never; reached(g.First + Ref(i)) {
			least[i], most[i] = 0, 0
		} else {
			walks[i] = true
		}
	}
	for range n + 1 {
		still := make([]bool, n)
		for i, row := range rows {
			if reached(g.First + Ref(i)) {
				continue
			}
			for _, e := range row {
				if reached(e.To) {
					least[i], most[i] = 1, max(most[i], 1)
				} else if inside(e.To) {
					to := e.To - g.First
					if d := least[to]; d >= 0 && (least[i] < 0 || d+1 < least[i]) {
						least[i] = d + 1
					}
					if d := most[to]; d >= 0 {
						most[i] = max(most[i], d+1)
					}
					still[i] = still[i] || walks[to]
				}
			}
		}
		walks = still
	}
	for i := range rows {
		if walks[i] {
			most[i] = Unbounded
		}
	}
	return least, most
}

func TestSet(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		first := Ref(rapid.IntRange(0, 100).Draw(t, "first"))
		n := Ref(rapid.IntRange(0, 200).Draw(t, "range"))
		s := NewSet(first, first+n/2)
		s.extend(first + n)
		want := map[Ref]bool{}
		for range rapid.IntRange(0, 60).Draw(t, "changes") {
			if n == 0 {
				break
			}
			ref := first + Ref(rapid.IntRange(0, int(n)-1).Draw(t, "ref"))
			if rapid.Bool().Draw(t, "add") {
				s.Add(ref)
				want[ref] = true
			} else {
				s.Remove(ref)
				delete(want, ref)
			}
		}
		all := slices.Collect(s.All())
		if !slices.IsSorted(all) || len(all) != len(want) || s.Len() != len(want) {
			t.Fatalf("members %v, %d, want %v", all, s.Len(), want)
		}
		for ref := range first + n + 70 {
			if s.Has(ref) != want[ref] {
				t.Fatalf("%d in the set: %v", ref, s.Has(ref))
			}
		}
	})
}
