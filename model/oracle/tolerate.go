package oracle

import "slices"

// tolerated marks the places that are as good as R2 (definitions section 3): states of R2
// but for what the update tolerates, that lead to nothing else and do not fail. Steps into
// them count as steps into R2 from then on.
func (w *World) tolerated(sp, r2 *space) []bool {
	good := make([]bool, len(sp.places))
	if len(w.update.Tolerates) == 0 {
		return good
	}
	similar := map[string]bool{}
	for _, p := range r2.places {
		similar[w.forgetful(p.state).Key()] = true
	}
	for i, p := range sp.places {
		good[i] = p.stuck == nil && p.state.conf == w.new && similar[w.forgetful(p.state).Key()]
	}
	for changed := true; changed; {
		changed = false
		for i, p := range sp.places {
			leaves := slices.ContainsFunc(p.steps, func(e edge) bool { return e.failure != nil || e.to != settled && !good[e.to] })
			if good[i] && leaves {
				good[i], changed = false, true
			}
		}
	}
	for i := range sp.places {
		for k := range sp.places[i].steps {
			if e := &sp.places[i].steps[k]; e.failure == nil && e.to != settled && good[e.to] {
				e.to = settled
			}
		}
	}
	return good
}

// forgetful is a state without what the update tolerates.
func (w *World) forgetful(s *State) *State {
	t := *s
	t.vars, t.stale = slices.Clone(s.vars), slices.Clone(s.stale)
	for i, sl := range s.conf.slots {
		for _, p := range w.update.Tolerates {
			if p.Var.Name != sl.v.Name || (p.Var.Owner == nil) != (sl.unit == nil) || sl.unit != nil && p.Var.Owner.Name != sl.unit.Name || p.Instance >= 0 && p.Instance != sl.inst {
				continue
			}
			t.vars[i], t.stale[i] = slices.Clone(t.vars[i]), slices.Clone(t.stale[i])
			for _, k := range p.Slots {
				t.vars[i][k] = 0
				if t.stale[i] != nil {
					t.stale[i][k] = false
				}
			}
		}
	}
	return &t
}
