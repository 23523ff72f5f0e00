package search

import "encoding/binary"

// Fairness is owed to groups, and with a Symmetry a step between representatives leaves open
// which group of the one has become which group of the other: its permutation tells. So each
// group is followed by itself, as a thread: from a state and a group, a step leads to the state
// that it leads to and the group that its permutation makes of the group [ES97].
//
// In a strongly connected component each permutation can be undone by going on, so that threads
// that are connected at all are so strongly: a bundle. Of the states that the component stands
// for, take all that can be reached from one of them and lead back to it: each group there goes
// through one whole bundle, and has of steps and of fairness what that bundle has. So the
// component carries a fair run exactly if none of its bundles breaks fairness. Where strong
// fairness is broken, the states in which a group of such a bundle has a Strong step are no
// fair run's; with a state all that it stands for are left out, and what is left is decomposed
// once more. So this is exact, as FairCycles is without a Symmetry.

// threads examines one component at a time.
type threads struct {
	*obligations
	space  *Space
	place  []uint32 // by state - First: its number in the component last examined
	parent []uint32 // by number of the state and group: union-find over threads
	facts  []bundle // by thread, of those that stand for a bundle
	perms  map[string][]int
}

// bundle is what a bundle of threads has.
type bundle struct {
	rests    bool // somewhere its group has no step
	taken    bool // an edge inside
	strong   bool // a Strong edge somewhere
	answered bool // a Strong edge inside
}

func newThreads(o *obligations, space *Space) *threads {
	return &threads{obligations: o, space: space, place: make([]uint32, o.graph.End-o.graph.First), perms: map[string][]int{}}
}

// find is the thread that stands for a thread's bundle.
func (t *threads) find(i uint32) uint32 {
	for t.parent[i] != i {
		t.parent[i] = t.parent[t.parent[i]]
		i = t.parent[i]
	}
	return i
}

// judge tells whether a component carries a fair run through all its states. If not, rest are
// the states in which a fair run may still stay.
func (t *threads) judge(scc []Ref) (rest []Ref, fair bool) {
	groups := t.graph.Groups
	t.number++
	t.parent, t.facts = resized(t.parent, len(scc)*groups), resized(t.facts, len(scc)*groups)
	for n, ref := range scc {
		t.in[ref-t.graph.First] = t.number
		t.place[ref-t.graph.First] = uint32(n)
	}
	for i := range t.parent {
		t.parent[i], t.facts[i] = uint32(i), bundle{rests: true}
	}
	t.tie(scc)
	t.gather(scc)
	fair = true
	for n := range scc {
		for g := range groups {
			i := uint32(n*groups + g)
			b := &t.facts[i]
			if t.parent[i] != i || t.unfair[g] {
				continue
			}
			if !b.rests && !b.taken {
				return nil, false
			}
			fair = fair && (b.answered || !b.strong)
		}
	}
	if fair {
		return nil, true
	}
	for n, ref := range scc {
		if !t.owed(n, ref) {
			rest = append(rest, ref)
		}
	}
	return rest, false
}

// tie joins the threads that steps inside the component join.
func (t *threads) tie(scc []Ref) {
	groups := t.graph.Groups
	for n, ref := range scc {
		targets, _ := t.graph.Out(ref)
		turns := t.turns(ref)
		for k, to := range targets {
			if !t.inside(to) {
				continue
			}
			m := int(t.place[to-t.graph.First])
			for g, other := range turns[k] {
				a, b := t.find(uint32(n*groups+g)), t.find(uint32(m*groups+other))
				t.parent[max(a, b)] = min(a, b)
			}
		}
	}
}

// gather finds out what each bundle has.
func (t *threads) gather(scc []Ref) {
	groups := t.graph.Groups
	has := make([]bool, groups)
	for n := range scc {
		for g := range groups {
			i := uint32(n*groups + g)
			if t.parent[i] == i {
				t.facts[i].rests = false
			}
		}
	}
	for n, ref := range scc {
		clear(has)
		targets, labels := t.graph.Out(ref)
		for k, to := range targets {
			label := labels[k]
			g := label.Group()
			has[g] = true
			b := &t.facts[t.find(uint32(n*groups+g))]
			in := t.inside(to)
			b.taken = b.taken || in
			b.strong = b.strong || label.Strong()
			b.answered = b.answered || in && label.Strong()
		}
		for g, is := range has {
			if !is {
				t.facts[t.find(uint32(n*groups+g))].rests = true
			}
		}
	}
}

// owed tells whether a state has a Strong edge of a bundle that is never answered.
func (t *threads) owed(n int, ref Ref) bool {
	_, labels := t.graph.Out(ref)
	for _, label := range labels {
		g := label.Group()
		if label.Strong() && !t.unfair[g] && !t.facts[t.find(uint32(n*t.graph.Groups+g))].answered {
			return true
		}
	}
	return false
}

// turns gives, for each edge of a state, what its permutation makes of each group; nil for an
// edge that fails.
func (t *threads) turns(ref Ref) (turns [][]int) {
	s := t.space
	width, fields := s.layout.width, s.layout.fields
	for g := range s.steps.groups {
		array, at, moved := s.steps.list(g, s.states.at(ref), func() {})
		for moved {
			array, at, moved = s.steps.list(g, s.states.at(ref), func() {})
			width, fields = s.layout.width, s.layout.fields
		}
		cur := s.states.at(ref)
		for last := array == nil; !last; at += width + 1 {
			last = array[at+width]&lastNote != 0
			if Info(array[at+width])&Failed != 0 {
				turns = append(turns, nil)
				continue
			}
			for c := range s.comps {
				f := &fields[c]
				s.ids[c] = (cur[f.word] ^ array[at+f.word]) >> (f.shift & 63) & f.mask
			}
			s.orbits.represent(s.ids)
			turns = append(turns, t.permutation())
		}
	}
	return turns
}

// permutation is what the permutation that was found last makes of each group.
func (t *threads) permutation() []int {
	o := t.space.orbits
	var key []byte
	for _, v := range o.inverse {
		key = binary.LittleEndian.AppendUint16(key, uint16(v))
	}
	if p := t.perms[string(key)]; p != nil {
		return p
	}
	// The same order of values is made by exchanges of neighbours, and with it the permutation.
	to := make([]int, t.graph.Groups)
	for g := range to {
		to[g] = g
	}
	order := make([]int, o.total)
	for i := range order {
		order[i] = i
	}
	for place, v := range o.inverse {
		for at := indexOf(order, v); at > place; at-- {
			order[at-1], order[at] = order[at], order[at-1]
			x := o.swaps[o.at[at-1]]
			for g := range to {
				to[g] = o.sym.Group(x.set, x.k, to[g])
			}
		}
	}
	t.perms[string(key)] = to
	return to
}

func indexOf(list []int, v int) int {
	for i, x := range list {
		if x == v {
			return i
		}
	}
	return -1
}
