package model

import "github.com/lucheck/lucheck/lang"

// Restart shuts the system down in a state and starts it anew: with a transfer from a
// state of the old version, after which affected units are new; with nil from one of the
// new version, all of it (definitions section 4, offline). Persistent data and ghosts that are not
// volatile stay, as the transfer leaves them; data that only the new version keeps on the disk begin there with their initial value;
// everything else is as in the initial state. next is nil where it fails, and failure
// is then 1 + the failure's number. Invariants are not tested.
func (u *Update) Restart(t *Transfer, v []uint64) (next []uint64, failure uint64) {
	if t == nil {
		return u.startOn(&u.rebooted, func(*unit) int64 { return 1 }, v)
	}
	if v, failure = u.Switch(t.offline, v); failure != 0 {
		return nil, failure
	}
	return u.restartAfter(v)
}

// restartAfter starts the system anew behind a switch.
func (u *Update) restartAfter(v []uint64) (next []uint64, failure uint64) {
	return u.startOn(&u.restarted, (*unit).versionAfter, v)
}

// startOn starts some versions of the units on what outlives a restart from a state; how
// they begin is remembered.
func (u *Update) startOn(from **beginning, versions func(*unit) int64, v []uint64) (next []uint64, failure uint64) {
	if *from == nil {
		*from = u.beginning(1, versions)
	}
	next, id, ok := u.start(*from, func(m *machine) { u.keep(m, v, (*from).of) })
	if !ok {
		return nil, uint64(id) + 1
	}
	return next, 0
}

// versionAfter is the unit's version after the switch: `only` may leave it old.
func (u *unit) versionAfter() int64 { return truth(u.affected || u.client || !u.changed) }

// outlasts says whether a variable's value outlives a restart.
func outlasts(x *lang.Var) bool {
	return x.Class == lang.Persistent || x.Class == lang.Ghost && !x.Volatile
}

// keep copies what outlives a restart from a state after the switch, values in old
// form as such.
func (u *Update) keep(m *machine, v []uint64, versions func(*unit) int64) {
	take := func(x *lang.Var, st *storage) {
		if !outlasts(x) {
			return
		}
		copySlots(st.slots, m.v, st.slots, v)
		copySlots(st.oldForm, m.v, st.oldForm, v)
	}
	for _, p := range u.units {
		for _, inst := range p.insts {
			for _, x := range p.vars(versions(p)) {
				take(x, u.stores[x][inst.index])
			}
		}
	}
	for _, d := range u.data {
		if d.new != nil {
			take(d.new, u.stores[d.new][0])
		}
	}
}
