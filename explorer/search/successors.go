package search

// Successors expands a stored state once more by the system itself, without any
// table: for telling what happens along a path. It yields, group by group in
// order, the k-th emission of a group with the full vector of its target, nil where
// it fails; the vector is valid during the call. It stops when yield gives false.
// Invariants of a run are not tested.
func (s *Space) Successors(ref Ref, yield func(group, k int, to []uint64, info Info) bool) {
	v := s.Vector(ref, nil)
	target := make([]uint64, len(v))
	more := true
	for g := 0; g < s.sys.Groups() && more; g++ {
		comps := s.sys.Footprint(g, v)
		if comps == nil {
			continue
		}
		k := 0
		s.sys.Step(g, v, func(next []uint64, info Info) bool {
			if info == Nothing {
				return true
			}
			to := []uint64(nil)
			if info&Failed == 0 {
				to = target
				copy(to, v)
				for _, c := range comps {
					copy(s.comps[c].of(to), s.comps[c].of(next))
				}
			}
			more = yield(g, k, to, info)
			k++
			return more
		})
	}
}
