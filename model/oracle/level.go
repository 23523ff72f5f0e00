package oracle

import (
	"slices"

	"github.com/lucheck/lucheck/lang"
)

// levels lists the levels to judge, each once: anytime; data for each shared or
// persistent variable of the old version and each named type whose declaration
// changed; unit; protocol for each in which an affected unit takes part, and all
// of them; system; state for each declared stable state; and what expect names.
func (w *World) levels() []lang.Level {
	base := w.program.Base
	all := []lang.Level{{Kind: lang.LevelAnytime}}
	for _, name := range w.dataNames() {
		all = append(all, lang.Level{Kind: lang.LevelData, Names: []string{name}})
	}
	all = append(all, lang.Level{Kind: lang.LevelUnit})
	var protocols []string
	for _, p := range base.Protocols {
		if w.takesPart(p) {
			protocols = append(protocols, p.Name)
			all = append(all, lang.Level{Kind: lang.LevelProtocol, Names: []string{p.Name}})
		}
	}
	if len(protocols) > 1 {
		all = append(all, lang.Level{Kind: lang.LevelProtocol, Names: protocols})
	}
	all = append(all, lang.Level{Kind: lang.LevelSystem})
	for _, s := range base.Stables {
		all = append(all, lang.Level{Kind: lang.LevelState, Names: []string{s.Name}})
	}
	for _, e := range w.update.Expects {
		if e.OfCell() {
			all = append(all, e.Level)
		}
	}
	var once []lang.Level
	for _, l := range all {
		known := slices.ContainsFunc(once, func(k lang.Level) bool { return k.String() == l.String() })
		if !known {
			once = append(once, l)
		}
	}
	return once
}

// dataNames lists the data and types that have a row.
func (w *World) dataNames() []string {
	var names []string
	for _, v := range w.program.Base.Data {
		if v.Class == lang.Shared || v.Class == lang.Persistent {
			names = append(names, v.Name)
		}
	}
	for _, t := range w.program.Base.Types {
		same := slices.ContainsFunc(w.update.New.Types, func(n *lang.Type) bool {
			return n.Name == t.Name && n.Declaration() == t.Declaration()
		})
		if !same {
			names = append(names, t.Name)
		}
	}
	return names
}

// takesPart says whether an affected unit is initiator or recipient.
func (w *World) takesPart(p *lang.Protocol) bool {
	return w.affected[p.Initiator.Name] || slices.ContainsFunc(p.Recipients, func(u *lang.Unit) bool { return w.affected[u.Name] })
}

// admits says whether a state of the old version is an admissible point; for reboot
// and hardware, which do not ask which units are affected, also one of the new version.
// Of event it says only what can be seen in the state: see eventPoints.
func (w *World) admits(l lang.Level, s *State) bool { return w.admitsFor(l, s, w.all) }

// admitsFor is admits with some instances in the place of the affected units.
func (w *World) admitsFor(l lang.Level, s *State, those team) bool {
	switch l.Kind {
	case lang.LevelAnytime:
		return true
	case lang.LevelData:
		return w.dataIdle(l.Names, s, those)
	case lang.LevelSystem:
		return frozen(s)
	case lang.LevelReboot, lang.LevelHardware:
		return frozen(s) && clientsRest(s)
	}
	for _, f := range s.acts {
		if those[f.of()] {
			return false
		}
	}
	switch l.Kind {
	case lang.LevelProtocol:
		return !slices.ContainsFunc(l.Names, func(name string) bool { return s.inProgress(name, nil) })
	case lang.LevelState:
		return w.stable(l.Names[0], s)
	}
	return true
}

// dataIdle says whether none of some instances has an activation of a handler that
// mentions one of the names.
func (w *World) dataIdle(names []string, s *State, those team) bool {
	for _, f := range s.acts {
		if !those[f.of()] {
			continue
		}
		mentions := w.running(s.conf, &f).Mentions
		if slices.ContainsFunc(names, func(name string) bool { return mentions[name] }) {
			return false
		}
	}
	return true
}

// frozen says whether no unit has an activation, no message waits, and no client
// waits for a reply.
func frozen(s *State) bool {
	for _, f := range s.acts {
		if f.msg != "" || f.waiting {
			return false
		}
	}
	return !slices.ContainsFunc(s.boxes, func(msgs []message) bool { return len(msgs) > 0 })
}

// clientsRest says whether every client is at rest.
func clientsRest(s *State) bool {
	for _, f := range s.acts {
		if f.msg == "" && !f.atRest() {
			return false
		}
	}
	return true
}

// stable says whether a declared stable state holds in a state of the old version.
// A predicate that fails to evaluate does not hold.
func (w *World) stable(name string, s *State) bool {
	holds := false
	for _, st := range w.program.Base.Stables {
		if st.Name == name {
			attempt(func() { holds = (&run{w: w, st: s}).holds(st.Expr) })
		}
	}
	return holds
}
