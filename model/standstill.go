package model

import (
	"slices"

	"github.com/lucheck/lucheck/lang"
)

// StandStill counts what stands still at the points of a level, in instances of the old
// version: units that must have no activation, and clients that must be at rest
// (definitions section 7).
func (u *Update) StandStill(l lang.Level) (units, clients int) {
	for _, p := range u.units {
		switch {
		case p.old == nil || p.manager:
		case p.client:
			if Offline(l) {
				clients += len(p.insts)
			}
		case p.standsStill(l):
			units += len(p.insts)
		}
	}
	return units, clients
}

// standsStill says whether a level admits no activation of the unit, or, for `data`, none of
// some of its handlers.
func (u *unit) standsStill(l lang.Level) bool {
	switch {
	case l.Kind == lang.LevelAnytime:
		return false
	case frozen(l):
		return true
	case l.Kind == lang.LevelData:
		return u.affected && slices.ContainsFunc(u.old.Handlers, func(h *lang.Handler) bool {
			return slices.ContainsFunc(l.Names, func(name string) bool { return h.Mentions[name] })
		})
	}
	return u.affected
}
