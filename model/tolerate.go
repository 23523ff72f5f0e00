package model

import "slices"

// Forget gives a state without the parts that the update tolerates to differ, as values
// and as old forms (definitions section 3).
func (u *Update) Forget(v []uint64) []uint64 {
	v = slices.Clone(v)
	for _, p := range u.Source.Tolerates {
		for i, st := range u.stores[p.Var] {
			if p.Instance >= 0 && p.Instance != i {
				continue
			}
			for _, k := range p.Slots {
				st.slots[k].clear(v)
				if st.oldForm != nil {
					st.oldForm[k].clear(v)
				}
			}
		}
	}
	return v
}

// Tolerant says whether the update tolerates anything.
func (u *Update) Tolerant() bool { return len(u.Source.Tolerates) > 0 }
