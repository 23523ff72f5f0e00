package model

import (
	"slices"

	"github.com/lucheck/lucheck/lang"
)

// This file updates the ghosts that are attached to messages (definitions section 1.7).

// attached is what the reception of a message by one handler version does to ghosts.
type attached struct {
	run   [2]func(m *machine, args []int64) // by version; nil where nothing is attached
	phase bool                              // the unit has no version: the system's decides
	touch compSet
}

// attachedTo compiles what is attached to the message of a handler, in a frame.
func (u *Update) attachedTo(f *frame, h *handlerVersion) *attached {
	a := &attached{}
	lists := [2][]*lang.Hook{hooksOf(u.Program.Base, h), hooksOf(u.Source.New, h)}
	if !f.unit.changed {
		a.phase = !slices.EqualFunc(lists[0], lists[1], func(x, y *lang.Hook) bool { return x.Fingerprint == y.Fingerprint })
		if a.phase {
			a.touch.add(managerComp)
		} else {
			lists[1] = nil
		}
	}
	for version, in := range []bool{h.old, h.new} {
		if in && len(lists[version]) > 0 {
			a.run[version] = u.hookCode(f, lists[version], &a.touch)
		}
	}
	return a
}

// hooksOf lists what a version attaches to the message of a handler.
func hooksOf(sys *lang.System, h *handlerVersion) []*lang.Hook {
	var out []*lang.Hook
	for _, k := range sys.Hooks {
		if k.Msg.Unit.Name == h.unit.name && k.Msg.Name == h.name {
			out = append(out, k)
		}
	}
	return out
}

// hookCode compiles hooks to a function of the message's scalars.
func (u *Update) hookCode(f *frame, list []*lang.Hook, touch *compSet) func(m *machine, args []int64) {
	var run []func(m *machine, args []int64)
	for _, k := range list {
		s := u.plainScope()
		s.self = f.inst.self
		for _, p := range k.Msg.Params {
			s.bind(p, p.Type.Slots()) // from 0 on, one behind the other
		}
		n := k.To.Typ.Slots()
		val, set := s.value(k.Val), s.store(k.To, k.Span)
		run = append(run, func(m *machine, args []int64) {
			copy(m.bound, args)
			t := m.push(n)
			val(m, t)
			if !m.stopped() {
				set(m, t)
			}
			m.pop(n)
		})
		touch.addSet(s.touch)
	}
	return func(m *machine, args []int64) {
		for _, f := range run {
			if !m.stopped() {
				f(m, args)
			}
		}
	}
}

// notes updates the ghosts that are attached to a message that begins an activation.
func (a *attached) notes(m *machine, f *frame, args []int64) {
	version := f.inst.versionOf(m.v)
	if a.phase {
		version = m.rt.phase.get(m.v)
	}
	if run := a.run[version]; run != nil {
		run(m, args)
	}
}
