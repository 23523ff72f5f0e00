package search

import (
	"context"
	"encoding/binary"
	"slices"
)

// Local steps are taken at once (Options.Local): a state in which a group has some is passed over,
// and what leads to it leads to the states behind. That is partial-order reduction with ample sets
// of one group each (Peled 1993, conditions C0 to C3), whose chains are collapsed (as Holzmann's
// statement merging does, 1999): the states that stay are those in which no group has a local step.
//
// The conditions, each a function here or the owner's:
//
//	C0  takesSteps: the group has steps, and none of them fails
//	C1  touchesHome: the steps touch the group's home alone; and Options.Local: nothing that any
//	    other group reads or writes there
//	C2  Options.Local: no function or map that is asked of states tells before from after
//	C3  decide: a group does not come back to a state by local steps, so that none of it and of
//	    nobody else is put off for ever
//
// All of this depends on the group's home component alone, so which states are passed over does
// not depend on how they are reached.

// maxEnds is the greatest number of ways to where local steps end from a state that is passed
// over, and maxSought that of values of a home that are looked at together for ways back.
const (
	maxEnds   = 1 << 8
	maxSought = 1 << 16
)

// passing knows which values of home components are passed over.
type passing struct {
	local func(group int, v, next []uint64) bool
	space *Space
	all   []int                     // components
	at    [][]int                   // by component: the groups that have it as home
	homes []map[string]*passingHome // by group, by the home's words
}

// passingHome is what a group does where its home has a value.
type passingHome struct {
	local  bool       // all of its steps are local
	next   [][]uint64 // the home's words after each of them
	known  bool       // whether it is passed over
	passed bool
	ends   int // ways to where local steps end

	index, low int  // of Tarjan's algorithm, until it is known
	returns    bool // the negation of condition C3: the group comes back to it by local steps, or may
}

func newPassing(s *Space, local func(group int, v, next []uint64) bool) *passing {
	p := &passing{space: s, local: local, at: make([][]int, len(s.comps)), homes: make([]map[string]*passingHome, s.sys.Groups())}
	for c := range s.comps {
		p.all = append(p.all, c)
	}
	for g := range p.homes {
		c := s.sys.Home(g)
		p.at[c] = append(p.at[c], g)
		p.homes[g] = map[string]*passingHome{}
	}
	return p
}

// home looks up what a group does where its home has the value that it has in v.
func (p *passing) home(g int, v []uint64) *passingHome {
	h := p.step(g, v)
	if !h.known {
		p.decide(g, v, h)
	}
	return h
}

// decide finds out which values of a group's home are passed over: all to which local steps lead from v,
// up to maxSought. A value to which the group comes back (C3) is one of a strongly connected component
// with more of them, or of itself; of Tarjan's algorithm, that takes each value once, however long the chains
// are. Those for which the end is not seen may come back for all that is known.
func (p *passing) decide(g int, v []uint64, h *passingHome) {
	comp := &p.space.comps[p.space.sys.Home(g)]
	at := make([]uint64, p.space.Words())
	type visit struct {
		h    *passingHome
		next int // its first step not looked at yet
	}
	var path []visit
	var stack []*passingHome // of Tarjan's algorithm
	sought := 0
	enter := func(h *passingHome) {
		sought++
		h.index, h.low = sought, sought
		path, stack = append(path, visit{h: h}), append(stack, h)
	}
	for enter(h); len(path) > 0 && sought < maxSought; {
		top := &path[len(path)-1]
		h := top.h
		if top.next < len(h.next) {
			copy(comp.of(at), h.next[top.next])
			top.next++
			switch behind := p.step(g, at); {
			case behind == h:
				h.returns = true
			case behind.known:
			case behind.index == 0:
				enter(behind)
			default:
				h.low = min(h.low, behind.index)
			}
			continue
		}
		if path = path[:len(path)-1]; len(path) > 0 {
			before := path[len(path)-1].h
			before.low = min(before.low, h.low)
		}
		if h.low < h.index {
			continue
		}
		alone := stack[len(stack)-1] == h
		for {
			one := stack[len(stack)-1]
			stack = stack[:len(stack)-1]
			one.known, one.returns = true, one.returns || !alone
			if one == h {
				break
			}
		}
		if h.local && !h.returns {
			p.count(g, h, at)
		}
	}
	for _, h := range stack {
		h.known, h.returns = true, true
	}
}

// count says whether a value to which the group does not come back is passed over; all behind is known.
func (p *passing) count(g int, h *passingHome, at []uint64) {
	comp := &p.space.comps[p.space.sys.Home(g)]
	for _, next := range h.next {
		copy(comp.of(at), next)
		if behind := p.step(g, at); behind.passed {
			h.ends += behind.ends
		} else {
			h.ends++
		}
	}
	h.passed = h.ends <= maxEnds
}

// step is home without whether the value is passed over.
func (p *passing) step(g int, v []uint64) *passingHome {
	comp := &p.space.comps[p.space.sys.Home(g)]
	key := wordsKey(comp.of(v))
	h := p.homes[g][key]
	if h == nil {
		h = &passingHome{}
		p.homes[g][key] = h
		if p.touchesHome(g, v) {
			h.local = p.takesSteps(g, v, h)
		}
		if !h.local {
			h.next = nil
		}
	}
	return h
}

// touchesHome is a part of condition C1.
func (p *passing) touchesHome(g int, v []uint64) bool {
	comps := p.space.sys.Footprint(g, v)
	return len(comps) == 1 && comps[0] == p.space.sys.Home(g)
}

// takesSteps is condition C0, with what the owner says of each step; it lists what they lead to.
func (p *passing) takesSteps(g int, v []uint64, h *passingHome) bool {
	home, local := &p.space.comps[p.space.sys.Home(g)], true
	p.space.sys.Step(g, v, func(next []uint64, info Info) bool {
		local = info&^Strong == 0 && p.local(g, v, next)
		if local {
			if to := home.of(next); !slices.ContainsFunc(h.next, func(x []uint64) bool { return same(x, to) }) {
				h.next = append(h.next, slices.Clone(to))
			}
			local = len(h.next) <= maxEnds
		}
		return local
	})
	return local && len(h.next) > 0
}

// first gives the first group that has local steps in v; only the given components are
// meaningful.
func (p *passing) first(comps []int, v []uint64) (g int, h *passingHome) {
	for _, c := range comps {
		for _, g := range p.at[c] {
			if h := p.home(g, v); h.passed {
				return g, h
			}
		}
	}
	return 0, nil
}

// follow takes the local steps of all groups whose home is among comps, from v on, and
// calls yield at each end, with v changed to it; trail are the states passed over, v first.
// In the end v is as it was. It is false where yield was.
func (p *passing) follow(comps []int, v []uint64, trail [][]uint64, yield func(trail [][]uint64) bool) bool {
	g, h := p.first(comps, v)
	if h == nil {
		return yield(trail)
	}
	home := &p.space.comps[p.space.sys.Home(g)]
	before := slices.Clone(v)
	for _, next := range h.next {
		copy(home.of(v), next)
		more := p.follow(comps, v, append(trail, before), yield)
		copy(home.of(v), home.of(before))
		if !more {
			return false
		}
	}
	return true
}

// Passing says whether some group has local steps in a full vector: a state that is passed over,
// and stored only as a root. Without Options.Local there is none.
func (s *Space) Passing(v []uint64) bool {
	if s.passing == nil {
		return false
	}
	_, h := s.passing.first(s.passing.all, v)
	return h != nil
}

// Passed gives the states that are passed over from v, a full vector, to one at which local steps from v end:
// v first, or none where v is that one. found is false if local steps do not lead there.
func (s *Space) Passed(v, to []uint64) (trail [][]uint64, found bool) {
	if s.passing == nil {
		return nil, slices.Equal(v, to)
	}
	at := slices.Clone(v)
	s.passing.follow(s.passing.all, at, nil, func(passed [][]uint64) bool {
		if found = slices.Equal(at, to); found {
			trail = slices.Clone(passed)
		}
		return !found
	})
	return trail, found
}

// EachPassed visits the states that are passed over from v, a full vector, v first, as often as ways
// lead through them, until visit is false.
func (s *Space) EachPassed(v []uint64, visit func(v []uint64) bool) {
	if s.passing == nil {
		return
	}
	s.passing.follow(s.passing.all, slices.Clone(v), nil, func(passed [][]uint64) bool {
		return !slices.ContainsFunc(passed, func(w []uint64) bool { return !visit(w) })
	})
}

// PassedOver counts the states from first to end-1 that would be passed over with Options.Local. A
// context that is over is the error.
func (s *Space) PassedOver(ctx context.Context, first, end Ref, local func(group int, v, next []uint64) bool) (int, error) {
	p := newPassing(s, local)
	passed := make([]map[uint64]bool, len(s.comps)) // by component, by its number
	for c := range passed {
		passed[c] = map[uint64]bool{}
	}
	n, v, look := 0, make([]uint64, s.Words()), pace{ctx: ctx, count: paceCheck}
	for ref := first; ref < end; ref++ {
		packed := s.states.at(ref)
		for c, groups := range p.at {
			if len(groups) == 0 {
				continue
			}
			id := s.layout.fields[c].get(packed)
			is, known := passed[c][id]
			if !known {
				s.decode(packed, c, v)
				_, h := p.first([]int{c}, v)
				is = h != nil
				passed[c][id] = is
			}
			if is {
				n++
				break
			}
		}
		if look.over(len(passed)) {
			return 0, look.err
		}
	}
	return n, nil
}

// bytes is about the memory held.
func (p *passing) bytes() int64 {
	n := int64(0)
	for g, homes := range p.homes {
		n += int64(len(homes)) * int64(128+16*p.space.comps[p.space.sys.Home(g)].size)
	}
	return n
}

// wordsKey makes words the key of a map.
func wordsKey(words []uint64) string {
	b := make([]byte, 0, 8*len(words))
	for _, w := range words {
		b = binary.LittleEndian.AppendUint64(b, w)
	}
	return string(b)
}
