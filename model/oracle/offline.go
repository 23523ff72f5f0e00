package oracle

import "github.com/lucheck/lucheck/lang"

// offline says whether at a level the system is shut down and started anew.
func offline(l lang.Level) bool { return l.Kind == lang.LevelReboot || l.Kind == lang.LevelHardware }

// switchedOffline gives the state behind the switch offline at a state of the old
// version, with what is done there, or what fails. What `only` leaves out is started anew
// as it was.
func (w *World) switchedOffline(p *State, d deed) (*State, *Failure) {
	s := &State{conf: w.new, boxes: make([][]message, len(w.new.boxes))}
	failure := attempt(func() {
		w.carryVariables(p, s)
		w.loseVolatile(p, s)
		w.transfer(p, s, d)
	})
	if failure != nil {
		return nil, failure
	}
	return w.rebooted(s)
}

// loseVolatile takes from what is persistent from now on the values that it had while it
// was not: no shutdown wrote them to the disk.
func (w *World) loseVolatile(p, s *State) {
	for i, sl := range s.conf.slots {
		before, known := p.conf.slotOf[sl.key()]
		if known && sl.v.Class == lang.Persistent && p.conf.slots[before].v.Class != lang.Persistent {
			s.vars[i], s.stale[i] = w.initialValue(s, sl), nil
		}
	}
}

// survives says whether a reboot keeps the value of a variable: what is on the disk, and
// the history that ghosts tell, but for those that are declared to forget it.
func survives(v *lang.Var) bool {
	switch v.Class {
	case lang.Persistent:
		return true
	case lang.Ghost:
		return !v.Volatile
	}
	return false
}

// rebooted starts the version of a state anew on what outlasts it. Of the state nothing
// but that is read, so the clients' first notes see the ghosts and the disk as they
// were, and all else as it is at the beginning.
func (w *World) rebooted(before *State) (*State, *Failure) {
	s, failure := w.begin(before.conf, func(s *State) {
		for i, sl := range s.conf.slots {
			if survives(sl.v) {
				s.vars[i], s.stale[i] = before.vars[i], before.stale[i]
			}
		}
	})
	if failure != nil {
		return nil, failure
	}
	return s, nil
}

// closed explores the new version together with its own orderly reboots. A reboot
// counts as no step, but one that fails is among the failures.
func (w *World) closed(limit int) (*space, Reached, error) {
	sp, reached, err := w.alone(w.target, limit)
	if err != nil || len(sp.places) == 0 {
		return sp, reached, err
	}
	var failures []Failure
	for n := 0; n < len(sp.places); n++ {
		p := sp.places[n]
		if p.stuck != nil || !w.admits(lang.Level{Kind: lang.LevelReboot}, p.state) {
			continue
		}
		s, failure := w.rebooted(p.state)
		if failure != nil {
			failures = append(failures, *failure)
			continue
		}
		first := len(sp.places)
		sp.add(s, p.depth+1)
		if err := w.expand(sp, first, nowhere); err != nil {
			return sp, Reached{}, err
		}
	}
	return sp, sp.summary(failures...), nil
}
