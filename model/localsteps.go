package model

import (
	"slices"

	"github.com/lucheck/lucheck/lang"
)

// LocalSteps tells which steps of activations nobody else sees: not another activation, not the
// switch, no transfer, level or property. Such a step can be taken as soon as it is possible: what
// is said of the states behind it is true of those before it (docs/reductions.md, with the proof).
// It is the part of the conditions of partial-order reduction that depends on what a model means.
type LocalSteps struct {
	u       *Update
	offline bool // the system is shut down at points of some level
	alike   []bool
	own     [][]uint64 // by group: the bits of the state that are its activation's alone
}

// LocalSteps gives those of a model whose points are asked for at some levels. ok is false where
// no step is local, and why says what it is that sees too much.
func (u *Update) LocalSteps(levels []lang.Level) (l *LocalSteps, why string) {
	switch {
	case u.plan != nil:
		return nil, "a plan is followed"
	case len(u.Source.Tolerates) > 0:
		return nil, "`tolerate` compares states by a part of them"
	case len(u.Source.Forbids) > 0:
		return nil, "`window forbids` makes it count when the new version's configurations are entered"
	case slices.ContainsFunc(levels, func(l lang.Level) bool { return l.Kind == lang.LevelEvent }):
		return nil, "the level `event` depends on more than the state"
	}
	l = &LocalSteps{u: u, offline: slices.ContainsFunc(levels, Offline)}
	for _, f := range u.frames {
		l.alike = append(l.alike, f.alike())
		l.own = append(l.own, u.ownBits(f))
	}
	return l, ""
}

// Local says whether a step of a group from v to next, which touches its home alone, is local. Only
// the home is meaningful.
func (l *LocalSteps) Local(group int, v, next []uint64) bool {
	f := l.u.frames[group]
	return l.alike[group] && l.private(group, v, next) && f.goesOn(v, next) && (!l.offline || f.staysAtRest(v, next))
}

// alike says of an activation that it does the same before the switch and after it, that the
// switch does nothing to it, and that no transfer sees where it is.
func (f *frame) alike() bool {
	u := f.rt
	switch {
	case f.unit.manager, f.unit.affected:
		return false
	case f.unit.old == nil, f.unit.new == nil, f.unit.old.Fingerprint != f.unit.new.Fingerprint:
		return false // it says something else, or means something else
	case f.stale.mask != 0, f.adapters.mask != 0, len(f.called)+len(f.tracks) > 0:
		return false // the switch marks it, or ends what it takes part in
	case f.transactions.mask != 0, f.tookPart.mask != 0:
		return false
	}
	return !slices.ContainsFunc(u.localSights(f.unit), func(s localSight) bool { return s.inst == f.inst })
}

// ownBits are those that nobody reads or writes but the activation, and whoever answers it before
// it goes on: where it is, its locals, the reply that it has got.
func (u *Update) ownBits(f *frame) []uint64 {
	bits := make([]uint64, u.layout.size())
	for _, s := range slices.Concat([]slot{f.loc, f.rest, f.reply}, f.locals, f.result) {
		bits[s.word] |= s.mask << s.shift
	}
	return bits
}

// private says whether a step changes nothing but own bits.
func (l *LocalSteps) private(group int, v, next []uint64) bool {
	home := l.u.layout.comps[l.u.frames[group].comp]
	for w := home.first; w < home.first+home.words; w++ {
		if (v[w]^next[w])&^l.own[group][w] != 0 {
			return false
		}
	}
	return true
}

// goesOn says whether the activation is the same before and after a step, and does not begin to
// wait: whoever asks whether the unit is idle, in which handler, or what is awaited, gets the same answer.
func (f *frame) goesOn(v, next []uint64) bool {
	return f.active(v) && f.active(next) && (f.unit.client || f.entryAt(v) == f.entryAt(next)) && f.at(next).waits == nil
}

// staysAtRest says that no client that is at rest is so no longer.
func (f *frame) staysAtRest(v, next []uint64) bool { return !f.atRest(v) || f.atRest(next) }

// Sees says whether a level can tell a state from the one behind a local step: it admits the
// second one wherever it admits the first, and may also admit it where it does not.
func (l *LocalSteps) Sees(level lang.Level) bool { return frozen(level) }
