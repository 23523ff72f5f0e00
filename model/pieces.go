package model

import (
	"encoding/binary"
	"fmt"

	"github.com/lucheck/lucheck/lang"
)

// Component is a piece of the state vector in the author's words.
type Component struct {
	Name   string // "fs", "app[1]", "mailbox of fs", "disk", "protocol write"
	Kind   string // "unit", "client", "mailbox", "data", "protocol", "update manager"
	Pieces []Piece
	box    *mailbox
}

// Piece is something that a component is made of: two values of the component are the
// same where all pieces are.
type Piece struct {
	Name   string // "fs.buffered", "fs.chunk.n", "where fs stands"
	Kind   string // "variable", "local", "activation", "version", "message", "protocol"
	Values int64  // that the type of a variable or local has; 0 of others, and of those with more than can be counted
	key    func(v []uint64, dst []byte) []byte
}

// Key gives the piece's value in a state, appended to dst: equal for equal ones. Nothing is
// appended where the piece does not exist, such as a local of code that does not run.
func (p *Piece) Key(v []uint64, dst []byte) []byte { return p.key(v, dst) }

// Pieces says what each component of the state vector is.
func (u *Update) Pieces() []Component {
	out := make([]Component, len(u.layout.comps))
	out[managerComp] = Component{Name: "update manager", Kind: "update manager"}
	for _, p := range u.units {
		for _, inst := range p.insts {
			out[inst.comp] = u.instancePieces(inst)
			if inst.mailbox != nil {
				out[inst.mailbox.comp] = inst.mailbox.pieces()
			}
		}
	}
	for _, d := range u.data {
		c := Component{Name: d.name, Kind: "data"}
		c.variables(u, one(d.old), one(d.new), 0, "")
		c.versioned(d.changed, d.version)
		out[d.comp] = c
	}
	for _, p := range u.protocols {
		for i := range p.insts {
			out[p.insts[i].comp] = p.pieces(i)
		}
	}
	return out
}

// add appends a piece.
func (c *Component) add(name, kind string, values int64, key func(v []uint64, dst []byte) []byte) {
	c.Pieces = append(c.Pieces, Piece{Name: name, Kind: kind, Values: values, key: key})
}

// slots appends a piece that is some slots, if any of them has more than one value.
func (c *Component) slots(name, kind string, list []slot) {
	for _, s := range list {
		if s.mask != 0 {
			c.add(name, kind, 0, func(v []uint64, dst []byte) []byte { return putSlots(list, v, dst) })
			return
		}
	}
}

func putSlots(list []slot, v []uint64, dst []byte) []byte {
	for _, s := range list {
		dst = binary.AppendVarint(dst, s.get(v))
	}
	return dst
}

// versioned appends the version of what has one.
func (c *Component) versioned(changed bool, version slot) {
	if changed {
		c.slots("version of "+c.Name, "version", []slot{version})
	}
}

// variables appends the variables of one owner, each name once. A value in its old form is
// one value, whatever it is.
func (c *Component) variables(u *Update, old, new []*lang.Var, index int, prefix string) {
	for i, x := range append(append([]*lang.Var{}, old...), new...) {
		if i >= len(old) && varNamed(old, x.Name) != nil {
			continue
		}
		var stores []*storage
		values := int64(0)
		for _, y := range []*lang.Var{varNamed(old, x.Name), varNamed(new, x.Name)} {
			if y != nil {
				stores = append(stores, u.stores[y][index])
				values = max(values, countValues(y.Type))
			}
		}
		c.add(prefix+x.Name, "variable", counted(values), func(v []uint64, dst []byte) []byte {
			for i, st := range stores {
				if i > 0 && st == stores[0] || st.gated && st.gate.get(v) != st.want {
					continue
				}
				dst = append(dst, byte(i))
				for j, s := range st.slots {
					if st.oldForm != nil && st.oldForm[j].get(v) != 0 {
						dst = append(dst, "old form"...)
						continue
					}
					dst = binary.AppendVarint(dst, s.get(v))
				}
			}
			return dst
		})
	}
}

// counted is 0 for more values than can be counted.
func counted(values int64) int64 {
	if values >= manyValues {
		return 0
	}
	return values
}

// instancePieces says what a unit instance is made of.
func (u *Update) instancePieces(inst *instance) Component {
	p := inst.unit
	c := Component{Name: inst.label(), Kind: "unit"}
	if p.client {
		c.Kind = "client"
	}
	if p.manager {
		c.Kind = "update manager"
	}
	c.variables(u, p.vars(0), p.vars(1), inst.index, inst.label()+".")
	if inst.root != nil {
		inst.root.each(c.activation)
	}
	c.versioned(p.changed, inst.version)
	c.slots("whether "+c.Name+" is stopped", "version", []slot{inst.stopped})
	return c
}

// activation appends the pieces of the room for one activation.
func (c *Component) activation(f *frame) {
	name := f.name()
	at := []slot{f.loc, f.rest, f.transactions, f.tookPart, f.stale, f.adapters}
	for _, marks := range [][]protocolMark{f.tracks, f.called} {
		for _, m := range marks {
			at = append(at, m.key)
		}
	}
	c.slots("where "+name+" stands", "activation", at)
	c.slots("whom "+name+" answers", "activation", []slot{f.owed, f.sender})
	c.slots("the reply to "+name, "activation", append([]slot{f.reply}, f.result...))
	c.locals(f)
}

// locals appends the locals of an activation's code, those of one name and handler once.
func (c *Component) locals(f *frame) {
	at := map[string]int{}
	for _, b := range f.everyBody() {
		for i := range b.slots {
			name := b.nameOf(f, i)
			if k, done := at[name]; done {
				c.Pieces[k].Values = max(c.Pieces[k].Values, b.valuesOf(i))
				continue
			}
			at[name] = len(c.Pieces)
			c.add(name, "local", b.valuesOf(i), func(v []uint64, dst []byte) []byte {
				if !f.active(v) {
					return dst
				}
				now := f.body(v)
				for k := range now.slots {
					if now.nameOf(f, k) == name && f.at(v).live.has(k) {
						dst = putSlots(now.slots[k], v, append(dst, 1))
					}
				}
				return dst
			})
		}
	}
}

// everyBody lists the code that can run in a frame.
func (f *frame) everyBody() []*body {
	if !f.unit.client {
		return f.bodies
	}
	var out []*body
	for _, t := range f.texts {
		if t != nil {
			out = append(out, t.body)
		}
	}
	return out
}

// nameOf is the full name of a local, by its number; the bounds of `for` statements, which
// have no name, share one.
func (b *body) nameOf(f *frame, local int) string {
	name := f.label()
	if b.version != nil {
		name += "." + b.version.name
	}
	if local < len(b.locals) {
		name += "." + b.locals[local].Name
	} else {
		name = "the bound of a `for` in " + name
	}
	if f.parent != nil {
		name += " for " + f.parent.label()
	}
	return name
}

// valuesOf is the number of values that a local's type has.
func (b *body) valuesOf(local int) int64 {
	if local >= len(b.locals) {
		return 0
	}
	return counted(countValues(b.locals[local].Type))
}

// pieces says what a mailbox is made of.
func (box *mailbox) pieces() Component {
	unit := box.inst.label()
	c := Component{Name: "mailbox of " + unit, Kind: "mailbox", box: box}
	var kinds, args, senders []slot
	for i := range box.places {
		l := &box.places[i]
		kinds = append(kinds, l.kind)
		args = append(args, l.args...)
		senders = append(senders, l.sender, l.owed, l.transactions)
	}
	c.slots("which messages wait for "+unit, "message", kinds)
	c.slots("the arguments of what waits for "+unit, "message", args)
	c.slots("the senders of what waits for "+unit, "message", senders)
	return c
}

// pieces says what a protocol instance is made of.
func (p *protocol) pieces(i int) Component {
	pi := &p.insts[i]
	c := Component{Name: "protocol " + p.name, Kind: "protocol"}
	if len(p.insts) > 1 {
		c.Name += " of " + p.initiator.insts[i].label()
	}
	for key, pos := range pi.pos {
		name := "position of " + c.Name
		if len(pi.pos) > 1 {
			name += fmt.Sprintf(" (key %d)", key)
		}
		c.slots(name, "protocol", []slot{pos})
	}
	c.versioned(p.changed, pi.version)
	return c
}

// Waiting is the number of messages that wait in a mailbox; 0 of what is none.
func (c *Component) Waiting(v []uint64) int {
	if c.box == nil {
		return 0
	}
	return c.box.waiting(v)
}

// Capacity is that of a mailbox in the old version, in the new one, and after a switch; 0
// where there is none.
func (c *Component) Capacity() [3]int {
	if c.box == nil {
		return [3]int{}
	}
	old, new := c.box.capacity[0], c.box.capacity[1]
	if c.box.inst.unit.affected {
		return [3]int{old, new, new}
	}
	return [3]int{old, new, old}
}
