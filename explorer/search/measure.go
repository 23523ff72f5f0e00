package search

import "context"

// This file counts what is stored, for whoever wants to know why it is so much.

// Spread counts the states from first to end-1 by the value of each component: how
// many have its value of each number. A context that is over is the error.
func (s *Space) Spread(ctx context.Context, first, end Ref) ([][]uint32, error) {
	counts := make([][]uint32, len(s.comps))
	for c := range counts {
		counts[c] = make([]uint32, s.comps[c].count)
	}
	look := pace{ctx: ctx, count: paceCheck}
	for ref := first; ref < end; ref++ {
		packed := s.states.at(ref)
		for c := range counts {
			counts[c][s.layout.fields[c].get(packed)]++
		}
		if look.over(len(counts)) {
			return nil, look.err
		}
	}
	return counts, nil
}

// Value puts a component's value of some number into a full vector.
func (s *Space) Value(component, number int, v []uint64) {
	c := &s.comps[component]
	copy(c.of(v), c.value(uint64(number)))
}

// Merged counts how many of the states from first to end-1 differ, where the values
// of one component differ only if their class does: class gives for each number of a
// value the number of one that stands for it; nil is one class of all. The cost is a
// set of the states that are left, on disk where the states are. The error is the context's, or ErrDisk.
func (s *Space) Merged(ctx context.Context, first, end Ref, component int, class []uint32) (int, error) {
	left := visited{width: s.layout.width}
	defer left.free()
	add := func(words []uint64) error {
		if _, hash, found := left.find(words); !found {
			left.reserve(1)
			left.store(words, hash, NoRef)
		}
		return nil
	}
	done := func() error { return nil }
	if s.states.runs != nil {
		w := &sweep{}
		defer w.free()
		left.spill(s.disk, 1)
		add, done = w.adder(&left, s.sortedAtOnce(s.limit, perState(left.width)))
	}
	f := &s.layout.fields[component]
	words := make([]uint64, s.layout.width)
	look := pace{ctx: ctx, count: paceCheck}
	for ref := first; ref < end; ref++ {
		copy(words, s.states.at(ref))
		number := f.get(words)
		words[f.word] &^= f.mask << (f.shift & 63)
		if class != nil {
			f.put(words, uint64(class[number]))
		}
		if err := add(words); err != nil {
			return 0, err
		}
		if look.over(1) {
			return 0, look.err
		}
	}
	err := done()
	return left.count, err
}

// Branch is what a group of steps does in a region.
type Branch struct {
	States int   // in which it has a step
	Steps  int64 // in all of them, failing ones included
}

// Branching counts the steps of a region's expanded states by their group. Steps that
// an invariant forbids are counted too. The error is the context's, or ErrDisk.
func (s *Space) Branching(ctx context.Context, r *Region) ([]Branch, error) {
	out := make([]Branch, len(s.steps.groups))
	look := pace{ctx: ctx, count: paceCheck}
	stuck := r.Stuck
	for ref := r.First; ref < r.Expanded; ref++ {
		if len(stuck) > 0 && stuck[0] == ref {
			stuck = stuck[1:]
			continue
		}
		for g := range out {
			if n := s.countSteps(g, ref); n > 0 {
				out[g].States++
				out[g].Steps += int64(n)
			}
		}
		if s.outgrown { // a list could not be asked for
			return nil, ErrDisk
		}
		if look.over(len(out)) {
			return nil, look.err
		}
	}
	return out, nil
}

// countSteps is the number of steps that a group has in a state.
func (s *Space) countSteps(g int, ref Ref) int {
	array, at, moved := s.steps.list(g, s.states.at(ref), func() {})
	for moved {
		array, at, moved = s.steps.list(g, s.states.at(ref), func() {})
	}
	if array == nil {
		return 0
	}
	width := s.layout.width
	for n := 1; ; n++ {
		if array[at+width]&lastNote != 0 {
			return n
		}
		at += width + 1
	}
}
