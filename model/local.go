package model

import "github.com/lucheck/lucheck/lang"

// This file compiles the reading of locals from outside.

// localOf compiles a readable local. What counts is where its activation rested before
// the step, so that it does not matter how far a step has come that changes it.
func (s *scope) localOf(e *lang.LocalOf) value {
	u := s.u.unitOf[e.Unit.Name]
	of := s.instances(u, e.Index, e.Spn)
	s.touchFrames(u)
	other := s.u.failureID(Failure{Kind: TypeSafety, Span: e.Spn, Detail: "`" + e.Var.Name + "` has another type in the code that runs"})
	lowest := e.Var.Type.Lowest()
	return func(m *machine, dst []int64) {
		v := m.rested
		if e.Old {
			v = m.old
		}
		copy(dst, lowest)
		for _, inst := range of(m) {
			f := inst.root
			if !f.active(v) || e.Msg != nil && f.entryAt(v).version.name != e.Msg.Name {
				continue
			}
			b := f.body(v)
			i, there := b.readable[e.Var.Name]
			switch {
			case !there:
			case !sameForm(b.locals[i].Type, e.Var.Type):
				m.fail(other)
			case f.at(v).live.has(i):
				for k := range dst {
					dst[k] = b.slots[i][k].get(v)
				}
			}
		}
	}
}

// sameForm says whether values of one type are values of the other, of which one may
// extend the other.
func sameForm(a, b *lang.Type) bool { return a.Keeps(b) || b.Keeps(a) }

// body is the code that the frame's activation runs.
func (f *frame) body(v []uint64) *body {
	if f.unit.client {
		return f.texts[f.textVersion(v)].body
	}
	return f.entryAt(v).body
}

// newBody notes which locals have which slots.
func newBody(locals []*lang.Var, slots [][]slot, version *handlerVersion) *body {
	b := &body{locals: locals, slots: slots, version: version, readable: map[string]int{}}
	for i, x := range locals {
		if x.Readable {
			b.readable[x.Name] = i
		}
	}
	return b
}
