package model

import "slices"

// Order numbers the affected units from 1: units that send come before those that they send
// to, so that who is asked to come to rest first does not wait for one that is at rest already;
// units that send to each other have the same number. It is the old version's code that comes
// to rest, and what it sends may come by way of units that are not affected.
func (u *Update) Order() map[string]int {
	to := map[string][]string{}
	for _, p := range u.units {
		for _, h := range p.handlers {
			if !h.old {
				continue
			}
			for _, s := range sends(h.handler.Body) {
				to[p.name] = append(to[p.name], s.target.Unit.Name)
			}
		}
	}
	reaches := func(from, target string) bool {
		seen := map[string]bool{}
		todo := slices.Clone(to[from])
		for len(todo) > 0 {
			n := todo[0]
			todo = todo[1:]
			if n == target {
				return true
			}
			if !seen[n] {
				seen[n] = true
				todo = append(todo, to[n]...)
			}
		}
		return false
	}
	order := map[string]int{}
	for range u.Affected {
		for _, n := range u.Affected {
			most := 0
			for _, m := range u.Affected {
				if m != n && reaches(m, n) && !reaches(n, m) {
					most = max(most, order[m])
				}
			}
			order[n] = most + 1
		}
	}
	return order
}
