package model

import (
	"encoding/binary"
	"slices"

	"github.com/lucheck/lucheck/lang"
)

// Readable is what a state transfer can read of a state of the old version (definitions
// section 5): two points with equal keys cannot be told apart by any.
type Readable struct {
	u         *Update
	vars      []slot
	held      []slot // of these, variables of units that hold callers
	boxes     []*mailbox
	frames    [][]*frame // of each instance of an affected unit
	protocols []*protocol
	numbers   map[*instance]int64
	locals    []localSight
	parts     []int64 // scratch
}

// Readable lists what transfers can read, of a running or a shut-down system.
func (u *Update) Readable(offline bool) *Readable {
	r := &Readable{u: u, numbers: map[*instance]int64{}}
	sees := func(x *lang.Var) bool { return x.Class != lang.Ghost && x.Class != lang.Hidden }
	// What was hidden can be read under its name in the new version, if it is carried over.
	variable := func(old, new *lang.Var, inst int) {
		st := u.stores[old][inst]
		if sees(old) || new != nil && sees(new) && u.stores[new][inst] == st && !(offline && newOnDisk(old, new)) {
			r.vars = append(r.vars, st.slots...)
		}
	}
	for _, d := range u.data {
		if d.old != nil {
			variable(d.old, d.new, 0)
		}
	}
	for _, p := range u.units {
		for _, inst := range p.insts {
			r.numbers[inst] = int64(len(r.numbers)) + 1
			for _, x := range p.vars(0) {
				if hasCaller(x.Type) && sees(x) {
					r.held = append(r.held, u.stores[x][inst.index].slots...)
				}
				variable(x, varNamed(p.vars(1), x.Name), inst.index)
			}
			if inst.mailbox != nil && p.old != nil {
				r.boxes = append(r.boxes, inst.mailbox)
			}
			for _, l := range u.localSights(p) {
				if l.inst == inst {
					r.locals = append(r.locals, l)
				}
			}
			if p.affected && p.old != nil {
				r.frames = append(r.frames, u.framesOf(inst))
			}
		}
	}
	for _, p := range u.protocols {
		if p.old != nil && len(p.insts) > 0 {
			r.protocols = append(r.protocols, p)
		}
	}
	return r
}

// Key gives the readable part of a state, appended to dst: equal for equal ones.
func (r *Readable) Key(v []uint64, dst []byte) []byte {
	put := func(k int64) { dst = binary.AppendVarint(dst, k) }
	for _, s := range r.vars {
		put(s.get(v))
	}
	for _, box := range r.boxes {
		n := box.waiting(v)
		put(int64(n))
		for i := range n {
			l := &box.places[i]
			put(l.kind.get(v))
			put(r.numbers[r.u.frames[l.sender.get(v)-1].inst])
			for _, a := range l.args {
				put(a.get(v))
			}
		}
	}
	for _, fs := range r.frames {
		// Of several activations of a function nobody knows whose is whose.
		r.parts = r.parts[:0]
		for _, f := range fs {
			if f.active(v) {
				r.parts = append(r.parts, f.location(v))
			}
		}
		slices.Sort(r.parts)
		put(int64(len(r.parts)))
		for _, k := range r.parts {
			put(k)
		}
	}
	for _, l := range r.locals {
		for _, k := range l.value(v) {
			put(k)
		}
	}
	for _, p := range r.protocols {
		for key := range p.insts[0].pos {
			put(truth(p.keyInProgress(key, v)))
			if p.old.Tracked {
				for _, name := range p.dfa[0].symbols {
					put(truth(p.keyAllows(key, name, v)))
				}
			}
		}
	}
	return dst
}

// Unspoken gives what can be read and is no part of what Sees lists, appended to dst: what waits in each mailbox, but for who
// sent it, and who is held.
func (r *Readable) Unspoken(v []uint64, dst []byte) []byte {
	for _, s := range r.held {
		dst = binary.AppendVarint(dst, s.get(v))
	}
	for _, box := range r.boxes {
		n := box.waiting(v)
		dst = binary.AppendVarint(dst, int64(n))
		for i := range n {
			dst = binary.AppendVarint(dst, box.places[i].kind.get(v))
			for _, a := range box.places[i].args {
				dst = binary.AppendVarint(dst, a.get(v))
			}
		}
	}
	return dst
}

// location says where the activation of a structural unit is, alike for all callers of a
// function: before which statement, or in which call.
func (f *frame) location(v []uint64) int64 {
	if !f.unit.function {
		return f.loc.get(v)
	}
	n := f.at(v)
	return 2*int64(n.label.span.Start.Offset) + truth(n.waits != nil)
}

// keyInProgress says whether an instance with some key is in progress, be it whose.
func (p *protocol) keyInProgress(key int, v []uint64) bool {
	return slices.ContainsFunc(p.insts, func(pi protocolInstance) bool { return pi.pos[key].get(v) != 0 })
}

// keyAllows says whether an instance with some key goes on with a message.
func (p *protocol) keyAllows(key int, name string, v []uint64) bool {
	return slices.ContainsFunc(p.insts, func(pi protocolInstance) bool {
		at := pi.pos[key].get(v)
		if at == 0 || at == p.foreign {
			return false
		}
		d := p.automaton(&pi, v)
		k := d.symbolOf(name)
		return k >= 0 && d.next[at-1][k] >= 0
	})
}

// localSight is a readable local of the old version's text, of one instance.
type localSight struct {
	inst *instance
	msg  string // "" of a client
	x    *lang.Var
}

// localSights lists the readable locals of a unit or client.
func (u *Update) localSights(p *unit) (out []localSight) {
	if p.old == nil || p.function {
		return nil
	}
	for _, inst := range p.insts {
		add := func(msg string, locals []*lang.Var) {
			for _, x := range locals {
				if x.Readable {
					out = append(out, localSight{inst, msg, x})
				}
			}
		}
		add("", p.old.Locals)
		for _, h := range p.old.Handlers {
			add(h.Msg.Name, h.Locals)
		}
	}
	return out
}

// value is what the local holds in a state of the old version, the lowest where it is not live.
func (l *localSight) value(v []uint64) []int64 {
	val := l.x.Type.Lowest()
	f := l.inst.root
	if !f.active(v) || l.msg != "" && f.entryAt(v).version.name != l.msg {
		return val
	}
	b := f.body(v)
	if i, there := b.readable[l.x.Name]; there && f.at(v).live.has(i) {
		for k := range val {
			val[k] = b.slots[i][k].get(v)
		}
	}
	return val
}
