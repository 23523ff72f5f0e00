package search

import (
	"context"
	"encoding/binary"
	"slices"
)

// This file is about what a stored state stands for, with a Symmetry.

// Symmetric says whether the space stores one state of each orbit.
func (s *Space) Symmetric() bool { return s.orbits != nil }

// Orbit is the number of states that a stored one stands for: 1 without a Symmetry.
func (s *Space) Orbit(ref Ref) int64 {
	if s.orbits == nil {
		return 1
	}
	words := s.states.at(ref)
	for c := range s.comps {
		s.ids[c] = s.layout.fields[c].get(words)
	}
	return s.orbits.order / s.orbits.represent(s.ids)
}

// Members visits the full vectors of all states that a stored one stands for, each once, itself
// first, with a number for Member. The vector is valid during the call. It stops when visit
// gives false. O(permutations).
func (s *Space) Members(ref Ref, visit func(number int, v []uint64) bool) {
	v := s.Vector(ref, nil)
	if s.orbits == nil {
		visit(0, v)
		return
	}
	o, seen, key := s.orbits, map[string]bool(nil), []byte(nil)
	if s.Orbit(ref) < o.order {
		seen = map[string]bool{} // some permutations lead to the same state
	}
	o.tour(o.idsOf(ref), func(number int, ids []uint64) bool {
		if seen != nil {
			key = key[:0]
			for _, c := range o.moving {
				key = binary.AppendUvarint(key, ids[c])
			}
			if seen[string(key)] {
				return true
			}
			seen[string(key)] = true
		}
		o.decode(ids, v)
		return visit(number, v)
	})
}

// Member decodes one of the states that Members visits, by its number, into dst, which is used
// if it is long enough. O(permutations).
func (s *Space) Member(ref Ref, number int, dst []uint64) []uint64 {
	v := s.Vector(ref, dst)
	if s.orbits == nil || number == 0 {
		return v
	}
	o := s.orbits
	o.tour(o.idsOf(ref), func(n int, ids []uint64) bool {
		if n == number {
			o.decode(ids, v)
		}
		return n < number
	})
	return v
}

// idsOf gives the numbers of a stored state's components.
func (o *orbits) idsOf(ref Ref) []uint64 {
	s := o.space
	words, ids := s.states.at(ref), make([]uint64, len(s.comps))
	for c := range ids {
		ids[c] = s.layout.fields[c].get(words)
	}
	return ids
}

// decode puts what is not fixed into a full vector.
func (o *orbits) decode(ids, v []uint64) {
	for _, c := range o.moving {
		comp := &o.space.comps[c]
		copy(comp.of(v), comp.value(ids[c]))
	}
}

// tour takes a state through all permutations, itself first, until visit gives false.
func (o *orbits) tour(ids []uint64, visit func(number int, ids []uint64) bool) {
	number, more := 0, true
	var each func(set int)
	each = func(set int) {
		if set == len(o.sets) {
			more = visit(number, ids)
			number++
			return
		}
		each(set + 1)
		for _, k := range o.walk(o.sets[set]) {
			if !more {
				return
			}
			o.images(o.at[o.first[set]+k], ids)
			for _, c := range o.moving {
				ids[c] = o.next[c]
			}
			each(set + 1)
		}
	}
	each(0)
}

// CountOrbits counts the orbits among stored states that are with each state all of its orbit, in a
// space without a Symmetry: what one with it would store of them. O(states). A context that is
// over is the error.
func (s *Space) CountOrbits(ctx context.Context, sym Symmetry, first, end Ref) (int, error) {
	o, sum, look := newOrbits(s, sym), int64(0), pace{ctx: ctx, count: paceCheck}
	for ref := first; ref < end; ref++ {
		sum += o.represent(o.idsOf(ref)) // an orbit's states have order permutations to themselves in all
		if look.over(1) {
			return 0, look.err
		}
	}
	return int(sum / o.order), nil
}

// Align exchanges values in all states of a list alike, so that its last one becomes the given
// one of its orbit. The list holds other vectors then. It panics where there is no such
// permutation.
func (s *Space) Align(list [][]uint64, to []uint64) {
	o := s.orbits
	if o == nil {
		return
	}
	done := false
	var each func(set int)
	each = func(set int) {
		if set == len(o.sets) {
			done = slices.Equal(list[len(list)-1], to)
			return
		}
		each(set + 1)
		for _, k := range o.walk(o.sets[set]) {
			if done {
				return
			}
			for i, v := range list {
				w := make([]uint64, len(v))
				for c := range s.comps {
					o.sym.Exchange(set, k, c, v, w)
				}
				list[i] = w
			}
			each(set + 1)
		}
	}
	if each(0); !done {
		panic("search: a state of another orbit")
	}
}
