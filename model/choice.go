package model

import (
	"fmt"
	"slices"

	"github.com/lucheck/lucheck/lang"
)

// Choosable is something that a state transfer can give a value at a point: a variable
// with all its parts, a part of one that holds callers, or a message that waits (definitions
// section 5). What is the same
// at all points that a transfer cannot tell apart decides which values there are.
type Choosable struct {
	Path string    // "fs.buffered", "stored", "disk[1].queue"; of a message "disk[1].waiting 2"
	Var  *lang.Var // of the new version; nil for a message
	Inst int       // the instance of its owner, by number

	st     *storage
	typ    *lang.Type
	letter *letter
	unit   *unit   // of a message: for which it waits
	from   []*slot // of what holds a caller: where callers can be moved from
}

// Choosables lists what a transfer can write: variables of affected units, data outside units
// that their code uses, and messages that wait for affected units. While the system is
// down only what is persistent counts.
func (u *Update) Choosables(offline bool) []*Choosable {
	var out []*Choosable
	variable := func(x *lang.Var, inst int, path string) {
		if x.Class == lang.Ghost || x.Class == lang.Hidden || offline && x.Class != lang.Persistent {
			return
		}
		st := u.stores[x][inst]
		if !hasCaller(x.Type) {
			out = append(out, &Choosable{Path: path, Var: x, Inst: inst, st: st, typ: x.Type})
			return
		}
		eachPart(path, x.Type, func(path string, i int, t *lang.Type) {
			c := &Choosable{Path: path, Var: x, Inst: inst, st: st.part(i, t.Slots()), typ: t}
			if t.Kind == lang.Caller {
				if c.from = u.droppedCallers(); c.from == nil {
					return
				}
			}
			out = append(out, c)
		})
	}
	used := u.usedByAffected()
	for _, d := range u.data {
		if d.new != nil && used(d) {
			variable(d.new, 0, d.name)
		}
	}
	for _, p := range u.units {
		if !p.affected || p.new == nil {
			continue
		}
		for _, inst := range p.insts {
			for _, x := range p.new.Vars {
				variable(x, inst.index, instanceName(p.name, p.count, inst.self)+"."+x.Name)
			}
		}
	}
	if !offline {
		out = append(out, u.waitingChoosables()...)
	}
	return out
}

// waitingChoosables lists the places in which messages can wait that a `convert` rewrites.
func (u *Update) waitingChoosables() (out []*Choosable) {
	for _, p := range u.units {
		if !p.affected || p.old == nil || p.new == nil || p.client || p.function {
			continue
		}
		for _, inst := range p.insts {
			for i := range inst.mailbox.places {
				out = append(out, &Choosable{Path: fmt.Sprintf("%s.waiting %d", instanceName(p.name, p.count, inst.self), i+1),
					Inst: inst.index, unit: p, letter: &inst.mailbox.places[i]})
			}
		}
	}
	return out
}

func hasCaller(t *lang.Type) bool {
	return slices.ContainsFunc(t.Scalars(), func(s *lang.Type) bool { return s.Kind == lang.Caller })
}

// droppedCallers are the places of callers that affected units have in the old version only:
// from there a transfer can move them.
func (u *Update) droppedCallers() (out []*slot) {
	for _, p := range u.units {
		if !p.affected || p.old == nil {
			continue
		}
		for _, x := range p.old.Vars {
			if varNamed(p.vars(1), x.Name) != nil {
				continue
			}
			for i, s := range x.Type.Scalars() {
				if s.Kind == lang.Caller {
					for _, st := range u.stores[x] {
						out = append(out, &st.slots[i])
					}
				}
			}
		}
	}
	return out
}

// usedByAffected says of data outside units whether a transfer may write them: old or new
// code of an affected unit mentions them, or the update declares them anew or otherwise.
func (u *Update) usedByAffected() func(d *datum) bool {
	mentioned := map[string]bool{}
	for _, p := range u.units {
		for version := range int64(2) {
			if l := p.at(version); l != nil && p.affected {
				for _, h := range l.Handlers {
					for name := range h.Mentions {
						mentioned[name] = true
					}
				}
			}
		}
	}
	return func(d *datum) bool {
		return mentioned[d.name] || d.old == nil || d.old.Type.Declaration() != d.new.Type.Declaration()
	}
}

// Mask has the bits of a state vector in which the values of choosables lie.
func (u *Update) Mask(cs []*Choosable) []uint64 {
	mask := make([]uint64, u.layout.size())
	for _, c := range cs {
		for _, s := range c.slots() {
			mask[s.word] |= s.mask << s.shift
		}
	}
	return mask
}

// ComponentsOf are the components of a state in which something lies, ascending.
func (u *Update) ComponentsOf(c *Choosable) (out []int) {
	end := 0
	for comp, size := range u.Components() {
		first := end
		end += size
		if slices.ContainsFunc(c.slots(), func(s slot) bool { return int(s.word) >= first && int(s.word) < end }) {
			out = append(out, comp)
		}
	}
	return out
}

func (c *Choosable) slots() []slot {
	if c.letter != nil {
		return append([]slot{c.letter.kind}, c.letter.args...)
	}
	return slices.Concat(c.st.slots, c.st.oldForm)
}

// Candidates gives the values that can be chosen at a point, given the state there. There are
// none where nothing waits in the place of a message.
func (c *Choosable) Candidates(old []uint64) Candidates {
	switch {
	case c.letter != nil:
		return c.messages(old)
	case c.from != nil:
		o := Candidates{}
		for _, s := range c.from {
			if k := s.get(old); k != 0 {
				o.listed = append(o.listed, k)
			}
		}
		o.Count = int64(len(o.listed))
		return o
	}
	return Candidates{Count: countValues(c.typ), typ: c.typ}
}

// messages are what a waiting message can become: with its name, if the new version of the
// unit has a handler for it, else anything that the unit understands.
func (c *Choosable) messages(old []uint64) (o Candidates) {
	k := c.letter.kind.get(old)
	if k == 0 {
		return o
	}
	was := c.unit.kinds[k-1]
	kept := slices.ContainsFunc(c.unit.kinds, func(k *messageKind) bool { return k.new != nil && k.name == was.name })
	for _, k := range c.unit.kinds {
		if k.new == nil || kept && k.name != was.name {
			continue
		}
		t := &lang.Type{Kind: lang.Record}
		for _, x := range k.new.Params {
			t.Fields = append(t.Fields, lang.Field{Type: x.Type})
		}
		o.kinds = append(o.kinds, kindOption{k.number, t})
		o.Count = plus(o.Count, countValues(t))
	}
	return o
}

// Candidates are the values that something can be given, by number from 0.
type Candidates struct {
	Count  int64 // manyValues at most
	typ    *lang.Type
	listed []int64
	kinds  []kindOption
}

// kindOption is a message with the arguments that it can have.
type kindOption struct {
	number int64
	args   *lang.Type // a record
}

// Many says that there are more values than can be counted through.
func (o *Candidates) Many() bool { return o.Count >= manyValues }

// At gives the value of a number below Count.
func (o *Candidates) At(n int64) []int64 {
	switch {
	case o.listed != nil:
		return []int64{o.listed[n]}
	case o.kinds != nil:
		for _, k := range o.kinds {
			count := countValues(k.args)
			if n >= count {
				n -= count
				continue
			}
			val := make([]int64, 1+k.args.Slots())
			val[0] = k.number
			valueAt(k.args, n, val[1:])
			return val
		}
	}
	val := make([]int64, o.typ.Slots())
	valueAt(o.typ, n, val)
	return val
}

// Has says whether a value is one of the options.
func (o *Candidates) Has(val []int64) bool {
	switch {
	case o.listed != nil:
		return slices.Contains(o.listed, val[0])
	case o.kinds != nil:
		return slices.ContainsFunc(o.kinds, func(k kindOption) bool { return k.number == val[0] })
	}
	return o.typ != nil
}

// Get reads the value in a state after the switch; ok is false where it is in old form.
func (c *Choosable) Get(v []uint64) (val []int64, ok bool) {
	if c.letter != nil {
		k := c.letter.kind.get(v)
		if k == 0 {
			return nil, false
		}
		val = append(val, k)
		for _, s := range c.letter.args[:argSlots(c.unit.kinds[k-1])] {
			val = append(val, s.get(v))
		}
		return val, true
	}
	for _, s := range c.st.oldForm {
		if s.get(v) != 0 {
			return nil, false
		}
	}
	for _, s := range c.st.slots {
		val = append(val, s.get(v))
	}
	return val, true
}

func argSlots(k *messageKind) int {
	n := 0
	for _, x := range k.either().Params {
		n += x.Type.Slots()
	}
	return n
}

// Set gives it a value in a state after the switch.
func (c *Choosable) Set(v []uint64, val []int64) {
	if c.letter != nil {
		c.letter.kind.set(v, val[0])
		clearSlots(c.letter.args, v)
		for i, k := range val[1:] {
			c.letter.args[i].set(v, k)
		}
		return
	}
	clearSlots(c.st.oldForm, v)
	for i, k := range val {
		c.st.slots[i].set(v, k)
	}
}

// Spell writes a value that it can be given.
func (c *Choosable) Spell(u *Update, val []int64) string {
	switch {
	case c.letter != nil:
		k := c.unit.kinds[val[0]-1]
		return formatMessage(k.latest(), val[1:])
	case c.from != nil && val[0] > 0:
		return u.frames[val[0]-1].label()
	}
	return FormatValue(c.typ, val)
}

// Moves says that values are callers, of which each can be moved to one place only.
func (c *Choosable) Moves() bool { return c.from != nil }

// Part says that it is a part of a variable that holds callers beside it.
func (c *Choosable) Part() bool { return c.Var != nil && c.typ != c.Var.Type }

// Form is a message in the form of one version, or of both.
type Form struct {
	Number   int64
	Old, New *lang.Message // nil where the version does not know the form
}

// Unit names the unit for which a message waits.
func (c *Choosable) Unit() string { return c.unit.name }

// Forms are the messages that can wait in the place of a message.
func (c *Choosable) Forms() (out []Form) {
	for _, k := range c.unit.kinds {
		out = append(out, Form{k.number, k.old, k.new})
	}
	return out
}

// Waiting says which message waits in a place, in a state of the old version, and with which
// arguments; 0 where none does.
func (c *Choosable) Waiting(old []uint64) (form int64, args []int64) {
	if c.letter == nil {
		return 0, nil
	}
	if val, ok := c.Get(old); ok {
		return val[0], val[1:]
	}
	return 0, nil
}
