package oracle

import (
	"fmt"

	"github.com/lucheck/lucheck/lang"
)

// Version names one of the two versions that can run alone.
type Version uint8

// The versions.
const (
	Old Version = iota
	New
)

// Start gives the initial state of a version, or what fails in it.
func (w *World) Start(v Version) (*State, *Failure) {
	if v == New {
		return w.initial(w.target)
	}
	return w.initial(w.old)
}

// Successors gives the steps out of a state in a fixed order, also out of one that
// is partially deadlocked (see Stuck), whose steps an exploration does not follow.
func (w *World) Successors(s *State) []Step { return w.successors(s) }

// Stuck gives the failure of a state that is a deadlock or a partial deadlock, else nil.
func (w *World) Stuck(s *State) *Failure { return w.stuck(s, w.successors(s)) }

// SwitchWith switches at a state of the old version with a declared transfer, or
// with none ("none"), whether a level admits the state or not. It gives the new
// state or what fails; the error says that there is no such transfer or that the
// state is no state of the old version.
func (w *World) SwitchWith(s *State, transfer string) (*State, *Failure, error) {
	t, err := w.transferNamed(transfer)
	if err != nil {
		return nil, nil, err
	}
	if s.conf != w.old {
		return nil, nil, fmt.Errorf("the state is behind the switch already")
	}
	next, failure := w.switched(s, t)
	return next, failure, nil
}

// Explore explores a version of an update alone; with updateIndex -1 the base
// system of a program. It fails where there is no such update, or at more than
// MaxStates states.
func Explore(p *lang.Program, updateIndex int, v Version, opt Options) (Reached, error) {
	w, err := NewWorld(p, updateIndex)
	if err != nil {
		return Reached{}, err
	}
	c := w.old
	if v == New {
		c = w.target
	}
	_, reached, err := w.alone(c, opt.MaxStates)
	return reached, err
}
