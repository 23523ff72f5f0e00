package explorer

import "github.com/lucheck/lucheck/explorer/search"

// What an update tolerates (definitions section 3): a state is as good as one of R2 if it is
// one but for the tolerated parts, and so is every state that it leads to, and nothing
// fails.

// tolerate finds these states of an exploration; without `tolerate` there are none.
func (a *Analysis) tolerate(s *after) error {
	r := s.region
	s.tolerated = search.NewSet(r.First, r.End)
	if !a.model.Tolerant() || !s.complete {
		return nil
	}
	if err := a.forgetR2(); err != nil {
		return err
	}
	bad := search.NewSet(r.First, r.End)
	var v []uint64
	for ref := r.First; ref < r.End; ref++ {
		v = a.space.Vector(ref, v)
		to, _, err := a.forgotten.Add(a.model.Forget(v))
		if err != nil {
			return err
		}
		if to >= a.similar || s.failed.Has(ref) {
			bad.Add(ref)
		}
	}
	away, err := r.Graph.DistanceOver(a.opt.Closing, func(ref search.Ref) bool {
		if ref < r.First {
			return !a.inR2(ref) && !s.base.tolerates(ref)
		}
		return bad.Has(ref)
	}, r.Failing.Has)
	if err != nil {
		return err
	}
	for ref := r.First; ref < r.End; ref++ {
		if away[ref-r.First] == search.Never {
			s.tolerated.Add(ref)
		}
	}
	return nil
}

// forgetR2 stores R2 without what is tolerated.
func (a *Analysis) forgetR2() error {
	if a.forgotten != nil {
		return nil
	}
	a.forgotten = search.NewSpace(system{a.model}, a.opt.search)
	for ref := a.r2.region.First; ref < a.r2.region.End; ref++ {
		var err error
		a.space.Members(ref, func(_ int, v []uint64) bool {
			_, _, err = a.forgotten.Add(a.model.Forget(v))
			return err == nil
		})
		if err != nil {
			return err
		}
	}
	a.similar = a.forgotten.Len()
	return nil
}

// tolerates says whether a state of this exploration, or of an earlier one, is as good as
// one of R2.
func (s *after) tolerates(ref search.Ref) bool {
	for ; s != nil; s = s.base {
		if ref >= s.region.First {
			return s.tolerated.Has(ref)
		}
	}
	return false
}
