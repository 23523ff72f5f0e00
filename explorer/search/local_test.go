package search

import (
	"context"
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// private is a system of groups with a home each and a component that all share. A program counter in
// the home says what comes next: a step on home and shared component, or a local one, which
// changes the home alone and may have several outcomes or lead back.
type private struct {
	seed   uint64
	groups int
	values uint64 // of a home, and of what is shared
}

func (p *private) hash(parts ...uint64) uint64 { return mix(hashWords(append(parts, p.seed)) >> 7) }

func (p *private) Components() []int { return slices.Repeat([]int{1}, p.groups+1) }
func (p *private) Groups() int       { return p.groups }
func (p *private) Home(g int) int    { return g }

// isLocal says what kind of step a group has where its home has a value.
func (p *private) isLocal(g int, home uint64) bool { return p.hash(1, uint64(g), home)%3 == 0 }

func (p *private) Footprint(g int, v []uint64) []int {
	if p.isLocal(g, v[g]) {
		return []int{g}
	}
	return []int{g, p.groups}
}

func (p *private) Step(g int, v []uint64, emit func([]uint64, Info) bool) {
	next := slices.Clone(v)
	if p.isLocal(g, v[g]) {
		for k := range 1 + p.hash(2, uint64(g), v[g])%2 {
			next[g] = p.hash(3, uint64(g), v[g], k) % p.values
			emit(next, 0)
		}
		return
	}
	h := p.hash(4, uint64(g), v[g], v[p.groups])
	for k := range h % 3 {
		if p.hash(h, k)%9 == 0 {
			emit(nil, Failed|Info(h&3))
			continue
		}
		next[g], next[p.groups] = p.hash(h, k, 1)%p.values, p.hash(h, k, 2)%p.values
		emit(next, Info(h>>8&1)*Strong)
	}
}

// TestLocal compares explorations with and without local steps taken at once: the states that are left are
// those in which no group has one, and the roots; they fail in the same ways; and every edge of the
// graph is a step with the local steps behind it.
func TestLocal(t *testing.T) {
	passedOver := 0
	rapid.Check(t, func(t *rapid.T) {
		p := &private{rapid.Uint64().Draw(t, "seed"), rapid.IntRange(1, 3).Draw(t, "groups"), rapid.Uint64Range(1, 6).Draw(t, "values")}
		opt := drawOptions(t)
		explore := func(opt Options) (*Space, *Region) {
			s := NewSpace(p, opt)
			if _, _, err := s.Add(make([]uint64, p.groups+1)); err != nil {
				t.Fatal(err)
			}
			r, err := s.Explore(context.Background(), Run{Edges: true})
			if err != nil {
				t.Fatal(err)
			}
			return s, r
		}
		all, whole := explore(opt)
		defer all.Close()
		opt.Local = func(g int, v, next []uint64) bool { return true }
		some, left := explore(opt)
		defer some.Close()
		n := 0
		for ref := whole.First; ref < whole.End; ref++ {
			v := all.Vector(ref, nil)
			if _, found := some.Find(v); found != (ref == whole.First || !some.Passing(v)) {
				t.Fatalf("state %v: found %v, passed over %v", v, found, some.Passing(v))
			}
			if ref == whole.First || !some.Passing(v) {
				n++
			}
		}
		if int(left.End-left.First) != n {
			t.Fatalf("%d states, want %d", left.End-left.First, n)
		}
		passedOver += int(whole.End) - n
		kinds := func(r *Region) map[string]bool {
			out := map[string]bool{}
			for _, f := range r.Failures {
				out[fmt.Sprint(f.Group, f.Info)] = true
			}
			return out
		}
		if x, y := kinds(whole), kinds(left); fmt.Sprint(x) != fmt.Sprint(y) {
			t.Fatalf("failures %v, want %v", y, x)
		}
		for ref := left.First; ref < left.End; ref++ {
			from := some.Vector(ref, nil)
			targets, labels := left.Graph.Out(ref)
			for i, to := range targets {
				if to != NoRef && !leads(p, some, from, some.Vector(to, nil), labels[i].Group()) {
					t.Fatalf("no step of group %d leads from %v to %v", labels[i].Group(), from, some.Vector(to, nil))
				}
			}
		}
	})
	if passedOver < 100 {
		t.Errorf("%d states were passed over in all", passedOver)
	}
}

// leads says whether a step of the group, and the local steps that Passed gives, lead from one
// state to another.
func leads(p *private, s *Space, from, to []uint64, group int) bool {
	step := func(v, w []uint64) bool {
		found := false
		for g := range p.groups {
			p.Step(g, v, func(next []uint64, info Info) bool {
				found = found || info&Failed == 0 && slices.Equal(next, w)
				return true
			})
		}
		return found
	}
	along := func(v []uint64) bool {
		trail, found := s.Passed(v, to)
		if !found {
			return false
		}
		trail = append(trail, to)
		for i, w := range trail[1:] {
			if !step(trail[i], w) {
				return false
			}
		}
		return slices.Equal(trail[0], v)
	}
	if s.Passing(from) {
		return along(from)
	}
	var targets [][]uint64
	p.Step(group, from, func(next []uint64, info Info) bool {
		if info&Failed == 0 {
			targets = append(targets, slices.Clone(next))
		}
		return true
	})
	return slices.ContainsFunc(targets, along)
}
