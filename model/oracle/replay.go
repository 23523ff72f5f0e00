package oracle

import (
	"fmt"
	"slices"
	"strings"

	"github.com/lucheck/lucheck/lang"
)

// Version names one of the two versions that can run alone.
type Version uint8

// The versions.
const (
	Old Version = iota
	New
)

// Start gives the initial states of a version, or what fails in one.
func (w *World) Start(v Version) ([]*State, *Failure) {
	if v == New {
		return w.initial(w.target)
	}
	return w.initial(w.old)
}

// Successors gives the steps out of a state in a fixed order, also out of one that
// is partially deadlocked (see Stuck), whose steps an exploration does not follow.
func (w *World) Successors(s *State) []Step { return w.successors(s) }

// SuccessorsInWindow gives all steps of a state while the update is under way.
func (w *World) SuccessorsInWindow(s *State) []Step {
	steps := w.successors(s)
	w.forbid(steps)
	return steps
}

// Stuck gives the failure of a state that is a deadlock or a partial deadlock, else nil.
func (w *World) Stuck(s *State) *Failure { return w.stuck(s, w.successors(s)) }

// SwitchWith switches at a state of the old version with a declared transfer, or
// with none ("none"), whether a level admits the state or not. It gives the new
// state or what fails; the error says that there is no such transfer or that the
// state is no state of the old version.
func (w *World) SwitchWith(s *State, transfer string) (*State, *Failure, error) {
	return w.switchBy(w.switched, s, transfer)
}

// SwitchOffline is SwitchWith for the switch of the levels reboot and hardware.
func (w *World) SwitchOffline(s *State, transfer string) (*State, *Failure, error) {
	return w.switchBy(w.switchedOffline, s, transfer)
}

// switchBy switches in one of the two ways, where there is something to switch.
func (w *World) switchBy(do switching, s *State, transfer string) (*State, *Failure, error) {
	t, err := w.transferNamed(transfer)
	if err != nil {
		return nil, nil, err
	}
	if s.conf != w.old {
		return nil, nil, fmt.Errorf("the state is behind the switch already")
	}
	next, failure := do(s, deed{transfer: t})
	return next, failure, nil
}

// Begin begins a declared plan at a state of the old version, or says what fails then. The error
// says that there is no such plan.
func (w *World) Begin(s *State, plan string) (*State, *Failure, error) {
	i := slices.IndexFunc(w.update.Plans, func(p *lang.Plan) bool { return p.Name == plan })
	if i < 0 {
		return nil, nil, fmt.Errorf("there is no plan %s", plan)
	}
	next, failure := w.begun(s, w.update.Plans[i])
	return next, failure, nil
}

// Halt gives the state in which a plan that is under way stands still for good.
func (w *World) Halt(s *State) *State { return w.halted(s) }

// Managed says whether a group of steps is that of a plan.
func Managed(group string) bool { return group == managerID }

// Reboot gives the state after an orderly reboot of a version that runs alone, or what
// fails in it, whether the level reboot admits the state or not.
func (w *World) Reboot(s *State) (*State, *Failure) { return w.rebooted(s) }

// Observe spells out what can be compared with a trace found elsewhere: one Field
// for each scalar, or set, sequence and optional value, of each variable ("fs.disk[1]", "(old form)" where it is stale)
// and one for each mailbox ("fs.waiting", "[chunk(f: 1) from vfs]"). Of a function's
// activation only its own name is told.
func (w *World) Observe(s *State) []Field {
	var fields []Field
	for i, sl := range s.conf.slots {
		path := sl.v.Name
		if sl.unit != nil {
			path = instName(sl.unit, sl.inst) + "." + path
		}
		n := 0
		w.parts(path, sl.v.Type, func(path string, t *lang.Type) {
			end := n + t.Slots()
			value := w.spell(t, s.vars[i][n:end])
			if t.Kind == lang.Caller {
				value = initiator(value)
			}
			if s.stale[i] != nil && slices.Contains(s.stale[i][n:end], true) {
				value = "(old form)"
			}
			fields = append(fields, Field{path, value})
			n = end
		})
	}
	for i, b := range s.conf.boxes {
		var waiting []string
		for _, m := range s.boxes[i] {
			h := handler(b.unit, m.name)
			for _, sys := range []*lang.System{w.update.New, w.program.Base} {
				if h == nil || h.Msg.Form != m.form {
					h = handler(unitNamed(sys.Units, b.unit.Name), m.name)
				}
			}
			m.from = initiator(m.from)
			text := w.spellMessage(m, h)
			if !m.wants {
				text += " (sent)"
			}
			waiting = append(waiting, text)
		}
		fields = append(fields, Field{instName(b.unit, b.inst) + ".waiting", "[" + strings.Join(waiting, ", ") + "]"})
	}
	return fields
}

// parts visits the scalars of a value, and its parts with sugar, in the order in which
// they are stored.
func (w *World) parts(path string, t *lang.Type, visit func(path string, t *lang.Type)) {
	switch {
	case t.Sugar != lang.Plainly:
		visit(path, t)
	case t.Kind == lang.Record:
		for _, f := range t.Fields {
			w.parts(path+"."+f.Name, f.Type, visit)
		}
	case t.Kind == lang.Array:
		lo, hi := t.Index.Bounds()
		for k := lo; k <= hi; k++ {
			w.parts(path+"["+spellScalar(t.Index, k)+"]", t.Elem, visit)
		}
	default:
		visit(path, t)
	}
}

// Members gives the test whether a state is one of a version's own. It explores the
// version, and fails at more than MaxStates states.
func (w *World) Members(v Version, opt Options) (func(*State) bool, error) {
	c := w.old
	if v == New {
		c = w.target
	}
	sp, _, err := w.alone(c, opt.MaxStates)
	return func(s *State) bool { _, is := sp.number[s.Key()]; return is }, err
}

// MembersOffline is Members for the new version's states and those that it reaches
// with orderly reboots of its own.
func (w *World) MembersOffline(opt Options) (func(*State) bool, error) {
	sp, _, err := w.closed(opt.MaxStates)
	return func(s *State) bool { _, is := sp.number[s.Key()]; return is }, err
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
