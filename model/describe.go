package model

import (
	"fmt"
	"strings"

	"github.com/lucheck/lucheck/lang"
)

// Value is a part of a state, spelled as in the language.
type Value struct {
	Path  string // "fs.buffered", "vfs.opened[1]", "fs.waiting", "app at", "protocol write"
	Value string // "" where the part does not exist in this state
	// Class is "ghost" or "hidden" of such variables, "variable" of others, "" of what is no
	// variable of a unit or outside units.
	Class string
}

// Describe lists every part of a state, always the same paths in the same order,
// so that two states can be compared place by place.
func (u *Update) Describe(v []uint64) []Value {
	d := &describer{u: u, v: v}
	for _, x := range u.data {
		d.variables(one(x.old), one(x.new), 0, "")
	}
	for _, p := range u.units {
		for _, inst := range p.insts {
			d.instance(inst)
		}
	}
	for _, p := range u.protocols {
		for i := range p.insts {
			d.protocol(p, i)
		}
	}
	return d.out
}

type describer struct {
	u   *Update
	v   []uint64
	out []Value
	// class is that of the variable described now.
	class string
}

func (d *describer) add(path, val string) { d.out = append(d.out, Value{path, val, d.class}) }

// variables lists the variables of one owner; each name once, as the version in
// force has it.
func (d *describer) variables(old, new []*lang.Var, index int, prefix string) {
	done := map[string]bool{}
	for _, x := range append(append([]*lang.Var{}, old...), new...) {
		st := d.u.stores[x][index]
		if done[x.Name] && !st.gated {
			continue
		}
		done[x.Name] = true
		t := x.Type
		if n := varNamed(new, x.Name); n != nil && d.u.stores[n][index] == st {
			t = n.Type // the same, or extended: it has a name for every value
		}
		d.class = map[lang.VarClass]string{lang.Ghost: "ghost", lang.Hidden: "hidden"}[x.Class]
		if d.class == "" {
			d.class = "variable"
		}
		d.parts(prefix+x.Name, t, func(i int, t *lang.Type) string {
			if st.gated && st.gate.get(d.v) != st.want && !(d.u.isAdded(x) && d.u.planHasBegun(d.v)) {
				return ""
			}
			for j := range t.Slots() {
				if st.oldForm != nil && st.oldForm[i+j].get(d.v) != 0 {
					return "(old form)"
				}
			}
			return d.value(t, st.slots[i:])
		})
		d.class = ""
	}
}

func (d *describer) value(t *lang.Type, slots []slot) string {
	val := make([]int64, t.Slots())
	for i := range val {
		val[i] = slots[i].get(d.v)
	}
	if t.Kind == lang.Caller && val[0] > 0 {
		return d.u.frames[val[0]-1].label()
	}
	return FormatValue(t, val)
}

// parts adds one line for each scalar of a value, and for each part with sugar.
func (d *describer) parts(path string, t *lang.Type, get func(i int, t *lang.Type) string) {
	eachPart(path, t, func(path string, i int, t *lang.Type) { d.add(path, get(i, t)) })
}

// eachPart visits the parts of a value that are spelled by themselves, each with the number of
// its first scalar.
func eachPart(path string, t *lang.Type, visit func(path string, i int, t *lang.Type)) {
	n := 0
	var into func(path string, t *lang.Type)
	into = func(path string, t *lang.Type) {
		switch {
		case t.Sugar == lang.Plainly && t.Kind == lang.Record:
			for _, f := range t.Fields {
				into(path+"."+f.Name, f.Type)
			}
		case t.Sugar == lang.Plainly && t.Kind == lang.Array:
			lo, hi := t.Index.Bounds()
			for k := lo; k <= hi; k++ {
				into(path+"["+formatScalar(t.Index, k)+"]", t.Elem)
			}
		default:
			visit(path, n, t)
			n += t.Slots()
		}
	}
	into(path, t)
}

func (d *describer) instance(inst *instance) {
	p := inst.unit
	name := inst.label()
	if p.changed && !p.client {
		d.add(name+" version", versionName(inst.version.get(d.v)))
	}
	d.variables(p.vars(0), p.vars(1), inst.index, name+".")
	if inst.mailbox != nil {
		d.add(name+".waiting", d.mailbox(inst.mailbox))
	}
	if inst.root != nil {
		inst.root.each(func(f *frame) { d.frame(f) })
	}
}

func (d *describer) mailbox(box *mailbox) string {
	var parts []string
	for i := range box.waiting(d.v) {
		l := &box.places[i]
		kind := box.inst.unit.kinds[l.kind.get(d.v)-1]
		msg := kind.latest()
		if box.inst.unit.changed && box.inst.version.get(d.v) == 0 {
			msg = kind.either()
		}
		var args []int64
		for _, p := range msg.Params {
			for range p.Type.Slots() {
				args = append(args, l.args[len(args)].get(d.v))
			}
		}
		s := formatMessage(msg, args)
		if from := l.sender.get(d.v); from != 0 {
			s += " from " + d.u.frames[from-1].label()
			if l.owed.get(d.v) == 0 {
				s += " (sent)"
			}
		}
		parts = append(parts, s)
	}
	return "[" + strings.Join(parts, ", ") + "]"
}

// frame lists an activation: where it is, whom it serves, its live locals, and the
// reply that waits for it.
func (d *describer) frame(f *frame) {
	name := f.name()
	d.add(name+" at", d.position(f))
	if !f.unit.client {
		who := ""
		if k := f.owed.get(d.v); k != 0 && f.parent == nil {
			who = d.u.frames[k-1].label()
		} else if k != 0 {
			who = f.parent.label()
		}
		d.add(name+" answers", who)
	}
	for _, t := range f.bodies {
		for i, x := range t.locals {
			d.parts(name+"."+x.Name, x.Type, func(k int, st *lang.Type) string {
				if !t.runs(f, d.v) || !f.at(d.v).live.has(i) {
					return ""
				}
				return d.value(st, t.slots[i][k:])
			})
		}
	}
	if f.reply.mask != 0 {
		d.add(name+" reply", d.reply(f))
	}
	if f.stale.mask != 0 {
		d.add(name+" began before the switch", formatScalar(&lang.Type{Kind: lang.Bool}, f.stale.get(d.v)))
	}
}

func (d *describer) position(f *frame) string {
	if !f.active(d.v) {
		if f.unit.client {
			return "ended"
		}
		return "idle"
	}
	n := f.at(d.v)
	where := fmt.Sprintf("line %d:%d", n.label.span.Start.Line, n.label.span.Start.Column)
	if n.waits != nil {
		where += ", waits for " + n.waits.Unit.Name + "." + n.waits.Msg.Name
	}
	if f.unit.client {
		return where
	}
	h := f.entryAt(d.v).version
	s := h.name + " " + where
	if v := h.versionName(); v != "" {
		s = v + " " + s
	}
	return s
}

func (d *describer) reply(f *frame) string {
	if f.reply.get(d.v) == 0 {
		return ""
	}
	n := f.at(d.v)
	if n == nil || n.waits == nil || n.waits.Msg.Result == nil {
		return "reply"
	}
	t := n.waits.Msg.Result
	var val []int64
	for i := range t.Slots() {
		val = append(val, f.result[i].get(d.v))
	}
	return "reply " + FormatValue(t, val)
}

func (d *describer) protocol(p *protocol, i int) {
	pi := &p.insts[i]
	for key, pos := range pi.pos {
		name := "protocol " + p.name
		if len(p.insts) > 1 {
			name += " of " + p.initiator.insts[i].label()
		}
		if len(pi.pos) > 1 {
			name += fmt.Sprintf(" (key %d)", key)
		}
		val := "not in progress"
		switch at := pos.get(d.v); {
		case at == p.foreign:
			val = "foreign"
		case at != 0:
			val = fmt.Sprintf("in progress, position %d", at)
		}
		d.add(name, val)
	}
}

// Observe lists the values of the variables that a condition mentions, as they are
// in a state; instance is the one in whose code the condition stands.
func (u *Update) Observe(cond lang.Expr, instance string, v []uint64) []Value {
	var names []string
	lang.Inspect(cond, func(e lang.Expr) {
		if x, ok := e.(*lang.LocalOf); ok {
			for _, inst := range u.unitOf[x.Unit.Name].insts {
				names = append(names, inst.label()+"."+x.Var.Name)
			}
		}
		r, ok := e.(*lang.Ref)
		switch {
		case !ok:
		case r.Var.Class == lang.Local:
			names = append(names, instance+"."+r.Var.Name)
		case r.Var.Owner == nil:
			names = append(names, r.Var.Name)
		default:
			for _, inst := range u.unitOf[r.Var.Owner.Name].insts {
				names = append(names, inst.label()+"."+r.Var.Name)
			}
		}
	})
	var out []Value
	for _, x := range u.Describe(v) {
		for _, name := range names {
			rest, ok := strings.CutPrefix(x.Path, name)
			if ok && x.Value != "" && (rest == "" || rest[0] == '[' || rest[0] == '.') {
				out = append(out, x)
				break
			}
		}
	}
	return out
}

// ActiveGroups names the activations that have not ended, and the instances for
// which a message waits.
func (u *Update) ActiveGroups(v []uint64) []string {
	var names []string
	for _, f := range u.frames {
		if f.active(v) || f.receives() && f.inst.mailbox.waiting(v) > 0 {
			names = append(names, f.name())
		}
	}
	return names
}
