package search

import (
	"context"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// peers is a random system of n equal processes: each has a number, and all have a lock, which
// is nobody's or somebody's, a pair of which one may point at another one, and a number. What a
// process does depends on its own number, on the lock as it is seen from it, and on the shared
// number. Components: the processes' numbers, the pointer, the lock with the shared number.
type peers struct {
	n, local, shared int
	rules            []rule // by what a process sees
	own              []rule // of the last group, by the shared number
}

// rule is what is done; which of several of a kind takes part is left open, so that there is a
// step for each.
type rule struct {
	moves []move
}

type move struct {
	local, shared, lock, point int // lock: 0 stays, 1 none, 2 own, 3 any other; point likewise
	info                       Info
}

func (p *peers) Components() []int {
	sizes := make([]int, p.n+2)
	for i := range sizes {
		sizes[i] = 1
	}
	sizes[p.n+1] = 2
	return sizes
}
func (p *peers) Groups() int    { return p.n + 1 }
func (p *peers) Home(g int) int { return g }
func (p *peers) Footprint(g int, v []uint64) []int {
	if g == p.n {
		return []int{p.n, p.n + 1}
	}
	return []int{g, p.n, p.n + 1}
}

func (p *peers) Step(g int, v []uint64, emit func([]uint64, Info) bool) {
	pointer, lock, shared := int(v[p.n]), int(v[p.n+1]), int(v[p.n+2])
	seen := func(who int) int { // 0 nobody, 1 itself, 2 another
		switch who {
		case 0:
			return 0
		case g + 1:
			return 1
		}
		return 2
	}
	r := p.own[shared]
	if g < p.n {
		r = p.rules[((int(v[g])*3+seen(lock))*3+seen(pointer))*p.shared+shared]
	}
	become := func(how, now int) []int {
		switch {
		case how == 0 || how == 2 && g == p.n:
			return []int{now}
		case how == 1:
			return []int{0}
		case how == 2:
			return []int{g + 1}
		}
		var all []int
		for i := range p.n {
			if i != g {
				all = append(all, i+1)
			}
		}
		return all
	}
	next := make([]uint64, len(v))
	for _, m := range r.moves {
		for _, l := range become(m.lock, lock) {
			for _, q := range become(m.point, pointer) {
				copy(next, v)
				if g < p.n {
					next[g] = uint64(m.local)
				}
				next[p.n], next[p.n+1], next[p.n+2] = uint64(q), uint64(l), uint64(m.shared)
				if m.info&Failed != 0 {
					emit(nil, m.info)
				} else {
					emit(next, m.info)
				}
			}
		}
	}
}

// peersSymmetry exchanges processes.
type peersSymmetry struct{ *peers }

func (p peersSymmetry) Sets() []int      { return []int{p.n} }
func (p peersSymmetry) Fixed(c int) bool { return false }
func (p peersSymmetry) Place(_, k, c int) int {
	switch {
	case c == k:
		return k + 1
	case c == k+1:
		return k
	}
	return c
}
func (p peersSymmetry) Group(set, k, g int) int { return p.Place(set, k, g) }
func (p peersSymmetry) Exchange(set, k, c int, v, out []uint64) int {
	to := p.Place(set, k, c)
	who := func(w uint64) uint64 {
		switch int(w) {
		case k + 1:
			return w + 1
		case k + 2:
			return w - 1
		}
		return w
	}
	switch {
	case c < p.n:
		out[to] = v[c]
	case c == p.n:
		out[c] = who(v[c])
	default:
		out[c], out[c+1] = who(v[c]), v[c+1]
	}
	return to
}

// Groups and components share numbers but for the last group, which stays.

func drawPeers(t *rapid.T) *peers {
	p := &peers{n: rapid.IntRange(2, 4).Draw(t, "n"), local: rapid.IntRange(1, 3).Draw(t, "local"), shared: rapid.IntRange(1, 2).Draw(t, "shared")}
	number := func(to int) int { return rapid.IntRange(0, to).Draw(t, "k") }
	draw := func(most int) rule {
		var r rule
		for range number(most) {
			m := move{local: number(p.local - 1), shared: number(p.shared - 1), lock: number(3), point: number(3)}
			if number(2) == 0 {
				m.info = Strong
			}
			if number(25) == 0 {
				m.info |= Failed | Info(number(3))
			}
			r.moves = append(r.moves, m)
		}
		return r
	}
	for range p.local * 9 * p.shared {
		p.rules = append(p.rules, draw(2))
	}
	for range p.shared {
		p.own = append(p.own, draw(1))
	}
	return p
}

// TestOrbits compares what is found with one state of each orbit with what is found with all of
// them, on random systems of equal processes: states, steps, depths, failures, dead states,
// distances, and where fair runs can stay.
func TestOrbits(t *testing.T) {
	saved := 0
	rapid.Check(t, func(t *rapid.T) {
		p := drawPeers(t)
		opt := Options{tight: rapid.Bool().Draw(t, "tight"), minWidth: rapid.IntRange(0, 2).Draw(t, "width"), batch: rapid.SampledFrom([]int{0, 1, 3}).Draw(t, "batch"), MemoLimit: rapid.SampledFrom([]int{0, 1}).Draw(t, "memo")}
		all, few := NewSpace(p, opt), (*Space)(nil)
		opt.Symmetry = peersSymmetry{p}
		few = NewSpace(p, opt)
		defer all.Close()
		defer few.Close()
		var regions []*Region
		for _, s := range []*Space{all, few} {
			if _, _, err := s.Add(make([]uint64, s.Words())); err != nil {
				t.Fatal(err)
			}
			r, err := s.Explore(context.Background(), Run{Edges: true})
			if err != nil || !r.Complete {
				t.Fatal(err)
			}
			regions = append(regions, r)
		}
		full, quotient := regions[0], regions[1]
		if quotient.End > full.End {
			t.Fatalf("%d states instead of %d", quotient.End, full.End)
		}
		saved += int(full.End - quotient.End)
		if full.Steps != quotient.Steps {
			t.Fatalf("%d and %d steps", full.Steps, quotient.Steps)
		}
		fullFair, err := full.Graph.FairCycles(context.Background(), Fairness{})
		if err != nil {
			t.Fatal(err)
		}
		fair, err := quotient.Graph.FairCycles(context.Background(), Fairness{Orbits: few})
		if err != nil {
			t.Fatal(err)
		}
		target := func(s *Space) func(Ref) bool {
			return func(ref Ref) bool { v := s.Vector(ref, nil); return v[p.n] != 0 && v[p.n+1] != 0 }
		}
		fullTo, _ := full.Graph.BackwardDistance(context.Background(), target(all))
		to, _ := quotient.Graph.BackwardDistance(context.Background(), target(few))
		fullLongest, _ := full.Graph.Longest(context.Background(), target(all))
		longest, _ := quotient.Graph.Longest(context.Background(), target(few))
		count := make([]int64, quotient.End)
		members := int64(0)
		for ref := range full.End {
			v := all.Vector(ref, nil)
			of, found := few.Find(v)
			if !found {
				t.Fatalf("%v is not there", v)
			}
			count[of]++
			switch {
			case full.Depth(ref) != quotient.Depth(of):
				t.Fatalf("%v: depth %d and %d", v, full.Depth(ref), quotient.Depth(of))
			case full.Failing.Has(ref) != quotient.Failing.Has(of):
				t.Fatalf("%v fails or not", v)
			case slices.Contains(full.Dead, ref) != slices.Contains(quotient.Dead, of):
				t.Fatalf("%v is dead or not", v)
			case fullTo[ref] != to[of] || fullLongest[ref] != longest[of]:
				t.Fatalf("%v: distances %d and %d, %d and %d", v, fullTo[ref], to[of], fullLongest[ref], longest[of])
			case fullFair.States.Has(ref) != fair.States.Has(of):
				t.Fatalf("%v: a fair run stays there: %v, and in the quotient %v", v, fullFair.States.Has(ref), fair.States.Has(of))
			}
		}
		for ref := range quotient.End {
			if few.Orbit(ref) != count[ref] {
				t.Fatalf("state %d stands for %d states instead of %d", ref, few.Orbit(ref), count[ref])
			}
			few.Members(ref, func(number int, v []uint64) bool {
				members++
				if of, found := few.Find(v); !found || of != ref {
					t.Fatalf("%v is no member", v)
				}
				if w := few.Member(ref, number, nil); !slices.Equal(v, w) {
					t.Fatalf("member %d is %v and %v", number, v, w)
				}
				return true
			})
		}
		if n, err := all.CountOrbits(context.Background(), peersSymmetry{p}, 0, full.End); err != nil || n != int(quotient.End) {
			t.Fatalf("%d orbits, %v", n, err)
		}
		if members != int64(full.End) {
			t.Fatalf("%d members of %d states", members, full.End)
		}
	})
	if saved == 0 {
		t.Error("nothing was saved")
	}
}

// TestWalks makes sure that exchanges of neighbours lead through all orders, each once.
func TestWalks(t *testing.T) {
	o := &orbits{}
	for n := 1; n <= 6; n++ {
		order, seen := make([]int, n), map[string]bool{}
		for i := range order {
			order[i] = i
		}
		note := func() {
			key := ""
			for _, i := range order {
				key += string(rune('a' + i))
			}
			if seen[key] {
				t.Errorf("%d values: %s comes twice", n, key)
			}
			seen[key] = true
		}
		note()
		for _, k := range o.walk(n) {
			order[k], order[k+1] = order[k+1], order[k]
			note()
		}
		if int64(len(seen)) != factorial(n) {
			t.Errorf("%d values: %d orders", n, len(seen))
		}
	}
}
