package explorer

import (
	"iter"
	"slices"
)

// With symmetry a point stands for its orbit. Where several points are looked at together, the other
// ones of the orbit are points too: copies, with numbers behind those of all that are stored.

// pointCopy is a point that is not stored: another state of the orbit of one that is.
type pointCopy struct {
	of     int32 // the point that is stored
	member int32 // its number in the orbit: search.Space.Members
}

// pointsInAll is the number of points that are stored; copies have the numbers from there on.
func (a *Analysis) pointsInAll() int {
	if a.outer != nil {
		return len(a.downAt)
	}
	return int(a.r1.region.End - a.r1.region.First)
}

// original is the stored point of a point's orbit.
func (a *Analysis) original(point int) int {
	if len(a.copies) == 0 {
		return point
	}
	if n := point - a.pointsInAll(); n >= 0 {
		return int(a.copies[n].of)
	}
	return point
}

// copiesOf lists those copies, from number first on, that are of some stored points.
func (a *Analysis) copiesOf(points iter.Seq[int], first int) (out []int) {
	list := a.copies[first:]
	if a.spread && first < a.fewer {
		list = a.copies[first:a.fewer]
	}
	if len(list) == 0 {
		return nil
	}
	for p := range points {
		n, _ := slices.BinarySearchFunc(list, p, func(c pointCopy, p int) int { return int(c.of) - p })
		for ; n < len(list) && int(list[n].of) == p; n++ {
			out = append(out, a.pointsInAll()+first+n)
		}
	}
	return out
}

// everyPoint lists some stored points with all that they stand for. Behind the copies that there are
// the first call adds one for each such point, 8 bytes each.
func (a *Analysis) everyPoint(points iter.Seq[int]) iter.Seq[int] {
	if in, _ := a.locate(0); !in.space.Symmetric() {
		return points
	}
	if !a.spread {
		a.spread, a.fewer = true, len(a.copies)
		for p := range a.pointsInAll() {
			if p%together == 0 && a.opt.Closing.Err() != nil {
				break // nobody will look at all of them
			}
			in, at := a.locate(p)
			in.space.Members(at, func(number int, _ []uint64) bool {
				if number > 0 {
					a.copies = append(a.copies, pointCopy{int32(p), int32(number)})
				}
				return true
			})
		}
	}
	return func(yield func(int) bool) {
		for p := range points {
			if !yield(p) {
				return
			}
		}
		for _, p := range a.copiesOf(points, a.fewer) {
			if !yield(p) {
				return
			}
		}
	}
}

// pathToPoint gives the states of a shortest run to a point.
func (a *Analysis) pathToPoint(point int) [][]uint64 {
	in, at := a.locate(point)
	run := in.pathTo(at)
	in.space.Align(run, a.pointVector(point, nil))
	return run
}

// collectOrbits passes over all that R2's states stand for, once: for values that make a rest
// one of them, and, the first time, for the values that things have there.
func (s *seeker) collectOrbits(rests map[string]*completions) {
	r := s.a.r2.region
	seen := make([]map[int32]bool, len(s.things))
	for i := range seen {
		seen[i] = map[int32]bool{}
	}
	var key []byte
	for ref := r.First; ref < r.End; ref++ {
		if ref%together == 0 && s.halted() {
			return
		}
		if s.a.r2.excluded.Has(ref) {
			continue
		}
		s.a.space.Members(ref, func(_ int, v []uint64) bool {
			for i, thing := range s.things {
				if s.passed || thing.Moves() || len(s.seen[i]) >= maxCompletions {
					continue
				}
				if val, _ := thing.Get(v); val != nil {
					if n := s.number(i, val); !seen[i][n] {
						seen[i][n] = true
						s.seen[i] = append(s.seen[i], n)
					}
				}
			}
			key = s.rest(v, key[:0])
			if found := rests[string(key)]; found != nil {
				s.completes(v, found)
			}
			return true
		})
	}
	s.passed = true
}
