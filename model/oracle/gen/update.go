package gen

import (
	"maps"
	"slices"
	"strings"
)

// change draws an update of the base and gives its text.
func (g *generator) change(base *version) string {
	ch := &changer{generator: g, base: base, v: base.clone(), dirty: map[string]bool{}, taken: map[string]bool{}}
	for _, u := range base.units {
		for _, h := range u.handlers {
			if u.kind == "client" || h.fixed {
				maps.Copy(ch.taken, h.uses)
			}
		}
	}
	maps.Copy(ch.taken, base.pinned)
	for range g.number(1, 3) {
		ch.one()
	}
	if base.unit("judge") != nil && g.chance(70) {
		ch.otherPattern()
	}
	ch.rewrite()
	ch.keepHolding()
	for _, p := range slices.Clone(ch.v.protocols) {
		if ch.v.protocolText(p) == "" {
			ch.v.protocols = slices.DeleteFunc(ch.v.protocols, func(q protocol) bool { return q == p })
		}
	}
	if g.chance(10) {
		ch.v.always = []string{"always " + g.observed(ch.v, true) + " or true"}
	}
	return ch.text()
}

// changer turns a copy of the base into the new version.
type changer struct {
	*generator
	base, v *version
	dirty   map[string]bool // what is gone or has another type: code that uses it is written anew
	taken   map[string]bool // what clients, patterns and properties use: it stays
	again   []*handler      // handlers to write anew in any case
	// transfers are those drawn for the update, for its plans.
	transfers []transfer
}

// one draws one change.
func (ch *changer) one() {
	switch ch.number(0, 19) {
	case 0, 1, 2:
		ch.otherCode()
	case 3:
		ch.otherVariable()
	case 4:
		ch.otherData()
	case 5, 6, 7:
		ch.otherType()
	case 8:
		ch.otherSignature()
	case 9:
		ch.widen()
	case 10, 11:
		ch.otherMailbox()
	case 12:
		ch.dropUnit()
	case 13:
		ch.addUnit()
	case 14, 15, 16:
		ch.otherProtocols()
	case 17:
		if len(ch.v.defs) > 0 {
			ch.v.defs[0] = "def twist(x: bit) -> bit = " + pick(ch.generator, twists)
		}
	default:
		ch.otherPattern()
	}
}

// random lists the units that are no patterns.
func (ch *changer) random() []*unit {
	return slices.DeleteFunc(ch.v.structural(), func(u *unit) bool { return pattern(u.name) })
}

func (ch *changer) otherCode() {
	u := pick(ch.generator, ch.random())
	ch.again = append(ch.again, pick(ch.generator, u.handlers))
}

// otherClass takes a variable from the disk, or puts it there. What code does with it
// stays right.
func (ch *changer) otherClass(x *variable, volatile string) {
	if x.class == "persistent" {
		x.class = volatile
	} else {
		x.class = "persistent"
	}
}

// otherVariable adds, drops, retypes a variable of a unit, or changes its class.
func (ch *changer) otherVariable() {
	u := pick(ch.generator, ch.random())
	ch.again = append(ch.again, pick(ch.generator, u.handlers))
	if len(u.vars) == 0 || ch.chance(40) {
		if !slices.ContainsFunc(u.vars, func(x variable) bool { return x.name == "w" }) {
			u.vars = append(u.vars, ch.variable(ch.v, "var", "w"))
		}
		return
	}
	i := ch.number(0, len(u.vars)-1)
	name := u.name + "." + u.vars[i].name
	if ch.taken[name] || u.vars[i].t == nil || u.vars[i].class == "ghost" {
		return
	}
	if ch.chance(30) {
		ch.otherClass(&u.vars[i], "var")
		return
	}
	ch.dirty[name] = true
	if ch.chance(50) {
		u.vars = slices.Delete(u.vars, i, i+1)
		return
	}
	u.vars[i] = ch.variable(ch.v, u.vars[i].class, u.vars[i].name)
}

// otherData adds, drops, retypes data outside units, or changes their class.
func (ch *changer) otherData() {
	for i, x := range ch.v.data {
		if x.class == "ghost" || ch.taken[x.name] {
			continue
		}
		if ch.chance(30) {
			ch.otherClass(&ch.v.data[i], "shared")
			return
		}
		ch.dirty[x.name] = true
		if ch.chance(50) {
			ch.v.data = slices.Delete(ch.v.data, i, i+1)
		} else {
			ch.v.data[i] = ch.variable(ch.v, x.class, x.name)
		}
		return
	}
	if !slices.ContainsFunc(ch.v.data, func(x variable) bool { return x.name == "t" }) {
		ch.v.data = append(ch.v.data, ch.variable(ch.v, "shared", "t"))
	}
	ch.otherCode()
}

// otherType changes the declaration of a type. What code does with it stays right.
func (ch *changer) otherType() {
	t := pick(ch.generator, ch.v.types)
	switch {
	case t.means:
		t.decl = pick(ch.generator, []string{`0..1 means "b"`, `0..2 means "b"`})
	case t.name == "key":
		ch.widenType(t)
	case t.name == "num" && ch.chance(40):
		t.decl = "0..3"
		if ch.chance(60) {
			t.extend = "0..3"
		}
	case t.name == "list" && !ch.clientHas(t):
		t.decl = "seq 3 of " + t.of
	case t.members != nil:
		t.decl = pick(ch.generator, []string{"{ red, green, blue }", "{ green, red }"})
		if ch.chance(50) {
			t.decl, t.extend = "{ red, green, blue }", "{ blue }"
		}
	default:
		ch.otherCode()
	}
}

// clientHas says whether a client has values of a type, which then keep their size.
func (ch *changer) clientHas(t *typ) bool {
	for _, u := range ch.v.units {
		if u.kind != "client" {
			continue
		}
		if mentioned(u.text(), t.name) {
			return true
		}
		for name := range u.handlers[0].uses {
			unit, msg, _ := strings.Cut(name, ".")
			if h := ch.v.handler(unit, msg); h != nil && h.result == t {
				return true
			}
		}
	}
	return false
}

// otherSignature changes what a message carries, if no client sends it.
func (ch *changer) otherSignature() {
	u := pick(ch.generator, ch.random())
	if u.holds() && ch.chance(50) {
		ch.otherAnswers(u)
		return
	}
	i := ch.number(0, len(u.handlers)-1)
	h := u.handlers[i]
	name := u.name + "." + h.name
	if ch.taken[name] {
		ch.again = append(ch.again, h)
		return
	}
	ch.dirty[name] = true
	if len(u.handlers) > 1 && ch.chance(30) {
		u.handlers = slices.Delete(u.handlers, i, i+1)
		return
	}
	u.handlers[i] = ch.signature(ch.v, u, h.name)
	if p := h.params; len(p) == 2 && p[0].t == p[1].t && ch.chance(70) {
		// The same values, of which another is called the key.
		u.handlers[i].params = []variable{{name: p[1].name, t: p[0].t}, {name: p[0].name, t: p[1].t}}
	}
	ch.keepParameters(h, u.handlers[i])
	ch.again = append(ch.again, u.handlers[i])
}

// otherAnswers changes what those wait for whom a unit holds, if no client is among
// them. Some of the code stays, and only replies to another form.
func (ch *changer) otherAnswers(u *unit) {
	for _, h := range u.handlers {
		if ch.taken[u.name+"."+h.name] {
			ch.otherCode()
			return
		}
	}
	ch.holdFor(ch.v, u)
	for _, h := range u.handlers {
		ch.dirty[u.name+"."+h.name] = true
		h.result = u.answers
		ch.again = append(ch.again, h)
	}
}

// keepHolding lets units whose callers wait for something else go on holding them, where
// their new code answers from a variable: else it would answer whom the old code held.
func (ch *changer) keepHolding() {
	for _, u := range ch.v.structural() {
		was := ch.base.unit(u.name)
		if was == nil || (was.answers == nil) == (u.answers == nil) && (u.answers == nil || was.answers.name == u.answers.name) {
			continue
		}
		for _, x := range u.vars {
			if x.t == nil && !strings.Contains(u.text(), "hold "+x.name) {
				u.handlers[0].body += "; hold " + x.name + map[bool]string{true: "[0]"}[x.array]
			}
		}
	}
}

// widen lets the key parameter of messages take more values: what their callers say
// stays right. With all units their protocols keep their keys, which get wider too.
func (ch *changer) widen() {
	units := ch.random()
	switch t := ch.v.typ("key"); {
	case t != nil:
		ch.widenType(t)
		return
	case ch.chance(40):
		units = []*unit{pick(ch.generator, units)}
	}
	for _, u := range units {
		for _, h := range u.handlers {
			for i, p := range h.params {
				if p.name == "k" {
					h.params[i].t = ch.v.typ("num")
				}
			}
		}
	}
}

// widenType lets keys take more values, in a new form or the old one.
func (ch *changer) widenType(t *typ) {
	if bag := ch.v.typ("bag"); bag != nil && ch.clientHas(bag) {
		ch.otherCode()
		return
	}
	t.decl = "0..2"
	if ch.chance(50) {
		t.extend = t.decl
	}
}

// otherMailbox makes a mailbox smaller or larger, smaller if it can.
func (ch *changer) otherMailbox() {
	units := slices.DeleteFunc(ch.random(), func(u *unit) bool { return u.kind == "function" })
	large := slices.DeleteFunc(slices.Clone(units), func(u *unit) bool { return u.mailbox == 1 })
	if len(large) > 0 {
		units = large
	}
	if len(units) > 0 {
		u := pick(ch.generator, units)
		u.mailbox = 3 - u.mailbox
	}
}

// dropUnit drops the last unit, or one that no client uses, if nothing that stays
// needs it.
func (ch *changer) dropUnit() {
	units := ch.random()
	u := units[len(units)-1]
	if inner := ch.v.unit(ch.inner); inner != nil {
		u = inner
	}
	if len(units) == 1 || ch.taken[u.name] || ch.base.unit(u.name) == nil {
		return
	}
	for _, h := range u.handlers {
		if ch.taken[u.name+"."+h.name] {
			return
		}
	}
	for _, h := range u.handlers {
		ch.dirty[u.name+"."+h.name] = true
	}
	ch.v.units = slices.DeleteFunc(ch.v.units, func(x *unit) bool { return x == u })
}

// addUnit adds a unit that the code written anew may call.
func (ch *changer) addUnit() {
	if ch.v.unit("extra") != nil {
		return
	}
	u := ch.unit(ch.v, "extra")
	ch.v.units = append(ch.v.units, u)
	ch.again = append(ch.again, u.handlers...)
	ch.otherCode()
}

// otherPattern changes the encoding of the store, or takes the buffer away.
func (ch *changer) otherPattern() {
	store, buffer, judge := ch.v.unit("store"), ch.v.unit("buffer"), ch.v.unit("judge")
	switch {
	case judge != nil:
		judge.handler("other").body = pick(ch.generator, []string{"reply 1 - x", "reply if x == 0 then 1 else 0"})
	case store != nil && (buffer == nil || ch.chance(60)):
		ch.encode(store, pick(ch.generator, []string{"#", "1 - #"}))
	case buffer != nil && !ch.taken["buffer"]:
		buffer.handler("add").body = "disk = (disk + 1) mod 3; reply"
		buffer.handler("flush").body = "reply"
		if !ch.base.pinned["buffer.filled"] {
			buffer.vars = nil
		}
	default:
		ch.otherCode()
	}
}

// rewrite writes anew the code that must be, later units first.
func (ch *changer) rewrite() {
	for _, u := range slices.Backward(ch.v.units) {
		if u.kind == "client" {
			continue
		}
		for _, h := range u.handlers {
			must := slices.Contains(ch.again, h)
			for _, name := range slices.Sorted(maps.Keys(h.uses)) {
				must = must || ch.dirty[name]
			}
			if must && !h.fixed {
				ch.handlerBody(ch.v, u, h)
			}
		}
	}
}
