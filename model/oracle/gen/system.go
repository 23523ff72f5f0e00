package gen

import (
	"fmt"
	"slices"
	"strings"
)

// system draws the base system.
func (g *generator) system() *version {
	v := &version{pinned: map[string]bool{}}
	g.types(v)
	for i := range g.number(0, 2) {
		class := pick(g, []string{"shared", "shared", "persistent", "hidden"})
		v.data = append(v.data, g.variable(v, class, fmt.Sprintf("s%d", i)))
	}
	if g.chance(40) {
		v.data = append(v.data, variable{class: "ghost", mark: g.forgets(), name: "g0", t: v.typ("num")})
	}
	clients := g.number(1, 2)
	for i := range clients {
		c := &unit{kind: "client", name: fmt.Sprintf("c%d", i), array: clients == 1 && g.chance(30)}
		v.units = append(v.units, c)
	}
	for i := range pick(g, []int{1, 2, 2, 3, 1, 2}) {
		v.units = append(v.units, g.unit(v, fmt.Sprintf("u%d", i)))
	}
	g.hooks(v)
	g.crowd(v)
	g.patterns(v)
	for _, u := range slices.Backward(v.units) {
		for _, h := range u.handlers {
			if !h.fixed {
				g.handlerBody(v, u, h)
			}
		}
	}
	for _, u := range v.units {
		if u.kind == "client" {
			g.clientBody(v, u)
		}
	}
	g.protocols(v)
	g.properties(v)
	g.machines(v)
	return v
}

// forgets draws the mark of a ghost: whether a reboot forgets it.
func (g *generator) forgets() string { return pick(g, []string{"", "", "volatile "}) }

// properties draws what is said of the states of a system.
func (g *generator) properties(v *version) {
	if g.chance(40) {
		v.stables = append(v.stables, "stable calm when "+g.observed(v, false))
		for _, u := range v.structural() {
			if u.kind != "function" && g.chance(20) {
				v.converging = append(v.converging, u.name)
			}
		}
	}
	if g.chance(15) {
		v.always = append(v.always, "always "+g.observed(v, true)+pick(g, []string{" or true", " or true", ""}))
	}
}

// patterns adds units that stand beside the random ones.
func (g *generator) patterns(v *version) {
	if g.chance(9) && !v.units[0].array {
		g.judge(v)
		return
	}
	if g.chance(35) {
		g.store(v)
	}
	if g.chance(20) {
		g.buffer(v)
	}
}

// types draws the types; bool, bit and num are always there.
func (g *generator) types(v *version) {
	v.types = []*typ{{name: "bool"}, {name: "bit", decl: "0..1", hi: 1}, {name: "num", decl: "0..2", hi: 2}}
	if g.chance(50) {
		v.types = append(v.types, &typ{name: "tag", decl: `0..1 means "a"`, hi: 1, means: true})
	}
	if g.chance(30) {
		v.types = append(v.types, &typ{name: "mode", decl: "{ red, green }", members: []string{"red", "green"}})
	}
	if g.chance(25) {
		v.types = append(v.types, &typ{name: "key", decl: "0..1", hi: 1})
	}
	if g.chance(15) {
		v.types = append(v.types, &typ{name: "pair", decl: "record { x: bit, y: bool }"})
	}
	g.holding(v)
	if g.chance(40) {
		v.defs = append(v.defs, "def twist(x: bit) -> bit = "+pick(g, twists))
	}
}

var twists = []string{"x", "1 - x", "(x + 1) mod 2", "if x == 0 then 1 else 0"}

// variable draws a variable of a type of the version.
func (g *generator) variable(v *version, class, name string) variable {
	x := variable{class: class, name: name, t: pick(g, v.types)}
	x.array = g.chance(10) && !x.t.isRecord()
	if g.chance(20) && x.t.isNumber() && !x.t.means && !x.array {
		x.init = "1"
	}
	if g.chance(6) && x.t.isScalar() && !x.array && class != "ghost" {
		x.init = "choose " + x.t.name
	}
	return x
}

// unit draws a unit without the code of its handlers.
func (g *generator) unit(v *version, name string) *unit {
	u := &unit{kind: pick(g, []string{"process", "process", "object", "function"}), name: name, mailbox: 1}
	u.array = g.chance(12) || u.kind == "function" && g.chance(15)
	if u.kind != "function" && g.chance(25) {
		u.mailbox = 2
	}
	for i := range g.number(0, 2) {
		class := pick(g, []string{"var", "var", "var", "hidden", "persistent"})
		u.vars = append(u.vars, g.variable(v, class, fmt.Sprintf("v%d", i)))
	}
	if u.kind != "function" && g.chance(12) {
		u.vars = append(u.vars, variable{class: "var", name: "held", array: g.chance(30)})
		if g.chance(30) {
			u.vars = append(u.vars, variable{class: "var", name: "also"})
		}
		g.holdFor(v, u)
	}
	for i := range g.number(1, 2) {
		u.handlers = append(u.handlers, g.signature(v, u, fmt.Sprintf("m%d", i)))
	}
	return u
}

// holdFor draws what callers wait for that a unit holds, the same for all of them.
func (g *generator) holdFor(v *version, u *unit) {
	u.answers = nil
	if g.chance(50) {
		u.answers = pick(g, v.types)
	}
}

// signature draws the head of a handler.
func (g *generator) signature(v *version, u *unit, name string) *handler {
	h := &handler{unit: u.name, name: name}
	if g.chance(50) {
		h.params = append(h.params, variable{name: "k", t: v.keyType()})
	}
	if g.chance(30) {
		t := pick(g, v.types)
		if len(h.params) > 0 && g.chance(50) {
			t = h.params[0].t
		}
		h.params = append(h.params, variable{name: "a", t: t})
	}
	if u.holds() {
		h.result = u.answers
	} else if g.chance(40) {
		h.result = pick(g, v.types)
	}
	return h
}

// keyType is the type of the parameters that keep instances of protocols apart.
func (v *version) keyType() *typ {
	if t := v.typ("key"); t != nil {
		return t
	}
	return v.typ("bit")
}

// store adds a unit that encodes what it keeps, and a ghost of what it should keep.
func (g *generator) store(v *version) {
	bit := v.typ("bit")
	v.data = append(v.data, variable{class: "ghost", name: "kept", t: v.typ("num")})
	u := &unit{kind: pick(g, []string{"process", "object"}), name: "store", mailbox: 1, vars: []variable{{class: "var", name: "code", t: bit}}}
	u.handlers = []*handler{
		{unit: "store", name: "put", params: []variable{{name: "x", t: bit}}, fixed: true},
		{unit: "store", name: "get", result: bit, fixed: true},
	}
	g.encode(u, pick(g, []string{"#", "1 - #"}))
	v.units = append(v.units, u)
}

// encode writes the code of a store with an encoding that is its own inverse.
func (g *generator) encode(u *unit, code string) {
	put, get := u.handler("put"), u.handler("get")
	put.body = "code = " + strings.ReplaceAll(code, "#", "x") + "; note kept = x; reply"
	get.body = "reply " + strings.ReplaceAll(code, "#", "code")
	put.uses = map[string]bool{"store.code": true, "kept": true}
	get.uses = map[string]bool{"store.code": true}
}

// buffer adds a unit that counts what is added and moves it to disk at a flush.
func (g *generator) buffer(v *version) {
	num := v.typ("num")
	v.data = append(v.data, variable{class: "persistent", name: "disk", t: num})
	u := &unit{kind: "process", name: "buffer", mailbox: 1, vars: []variable{{class: "var", name: "filled", t: num}}}
	u.handlers = []*handler{
		{unit: "buffer", name: "add", fixed: true, body: "filled = (filled + 1) mod 3; reply", uses: map[string]bool{"buffer.filled": true}},
		{unit: "buffer", name: "flush", fixed: true, body: "atomic { disk = (disk + filled) mod 3; filled = 0 }; reply",
			uses: map[string]bool{"buffer.filled": true, "disk": true}},
	}
	v.units = append(v.units, u)
}

// clientBody draws the code of a client.
func (g *generator) clientBody(v *version, u *unit) {
	c := &code{generator: g, v: v, unit: u, uses: map[string]bool{}, budget: 4}
	if v.unit("judge") != nil {
		c.budget--
	}
	if v.crowded() {
		c.budget-- // their states multiply
	}
	h := &handler{unit: u.name, uses: c.uses}
	opens := g.chance(18)
	before := c.top(opens)
	first := ""
	if g.chance(7) {
		lines, sends := c.block(1, 1, 0)
		before, first = append(before, lines...), sends
	}
	var lines []string
	lines, h.sends = c.round(opens)
	lines, h.sends = g.useStore(v, c, lines, h.sends)
	if first != "" {
		h.sends = choice(first, h.sends)
	}
	if g.chance(92) {
		h.body = join(append(before, "loop { "+join(lines)+" }"))
	} else {
		h.body = join(append(before, lines...))
	}
	h.open = c.open
	u.handlers = []*handler{h}
}

// crowded says whether there are several instances of clients.
func (v *version) crowded() bool { return v.units[0].array || v.units[1].kind == "client" }

// top draws the locals of a client, which are there from the start. Some have values
// that are made of earlier ones.
func (c *code) top(need bool) (lines []string) {
	if !need && !c.chance(12) {
		return nil
	}
	num := c.v.typ("num")
	lines = append(lines, c.opened(variable{name: "first", t: num})+"var first: num = "+pick(c.generator, []string{"0", "1"}))
	c.entries = append(c.entries, entry{text: "first", t: num, writable: true})
	switch c.number(0, 9) {
	case 0:
		lines = append(lines, c.opened(variable{name: "second", t: num})+"var second: num = first")
	case 1:
		lines = append(lines, "var second: num = (first + 1) mod 3")
	case 2:
		lines = append(lines, "var third: num = 2", "var second: num = if first == 0 then third else 0")
	default:
		return lines
	}
	c.entries = append(c.entries, entry{text: "second", t: num, writable: true})
	return lines
}

// round draws what a client does again and again.
func (c *code) round(opens bool) (lines []string, sends string) {
	start, after := "", ""
	if opens {
		c.budget--
		start, after, sends = c.opening()
		lines = append(lines, start)
	}
	if c.bell != nil {
		line, sent := c.message(c.bell, "signal")
		lines, sends = append(lines, line), sequence(sends, sent)
	}
	more, sent := c.block(1, max(1, c.budget-1), 0)
	lines, sends = append(lines, more...), sequence(sends, sent)
	if len(c.targets()) > 0 && sends == "" {
		line, sent := c.message(pick(c.generator, c.targets()), "call")
		lines, sends = append(lines, line), sent
	}
	if after != "" {
		lines = append(lines, after)
	}
	return lines, sends
}

// useStore adds a use of the store and the buffer, with the assertions that they
// are for, to the first client.
func (g *generator) useStore(v *version, c *code, lines []string, sends string) ([]string, string) {
	if c.unit.name != "c0" || c.unit.array {
		return lines, sends
	}
	if v.unit("judge") != nil {
		more, sent := c.useJudge()
		return append(lines, more...), sequence(sends, sent)
	}
	if v.unit("store") != nil {
		value := c.expr(v.typ("bit"), 1)
		lines = append(lines, "call store.put("+value+")", "var got = call store.get()", `assert got == kept, "what was put is got"`)
		sends = sequence(sends, "store.put store.get")
		c.uses["store.put"], c.uses["store.get"], c.uses["kept"] = true, true, true
	}
	if v.unit("buffer") != nil {
		lines = append(lines, "call buffer.add()", "call buffer.flush()")
		sends = sequence(sends, "buffer.add buffer.flush")
		c.uses["buffer.add"], c.uses["buffer.flush"] = true, true
		if g.chance(50) {
			lines = append([]string{"disk = 0"}, append(lines, `assert disk == 1, "what was added is on the disk"`)...)
			c.uses["disk"] = true
		}
	}
	return lines, sends
}

// handlerBody draws the code of a handler.
func (g *generator) handlerBody(v *version, u *unit, h *handler) {
	c := &code{generator: g, v: v, unit: u, handler: h, uses: map[string]bool{}, budget: 3}
	for _, p := range h.params {
		c.entries = append(c.entries, g.entriesOf(p, p.name, "", true)...)
	}
	again := c.reopened(h.open)
	lines, sends := c.block(0, 2, 0)
	h.sends = sends
	lines = append(append(c.mirror(), append(again, lines...)...), c.ending()...)
	behind := 10
	if u.kind == "function" {
		behind = 35 // its caller goes on meanwhile, and may call again
	}
	if g.chance(behind) {
		after, sends := c.tail()
		lines, h.sends = append(lines, after), sequence(h.sends, sends)
	}
	h.body, h.uses, h.open = join(lines), c.uses, c.open
}

// ending draws how a handler deals with its caller.
func (c *code) ending() []string {
	if held := c.holder(); held != "" {
		switch c.number(0, 5) {
		case 1:
			return []string{c.reply() + " to " + held, "hold " + held}
		case 2:
			return []string{c.reply() + " to " + held, c.reply()}
		case 3:
			return []string{"hold " + held}
		case 4:
			return []string{c.reply() + " to " + held, "hold " + c.holder()}
		case 5:
			return []string{"if " + c.shared() + " { " + c.reply() + " to " + held + "; " + c.reply() + " } else { hold " + held + " }"}
		}
	}
	if c.chance(3) {
		return nil
	}
	return []string{c.reply()}
}

// reply draws a reply to the handler's own caller, or, before "to", to one who is held.
func (c *code) reply() string {
	if c.handler.result == nil {
		return "reply"
	}
	return "reply " + c.expr(c.handler.result, 1)
}

// holder draws a place for a caller, "" if the unit has none.
func (c *code) holder() string {
	places := slices.DeleteFunc(slices.Clone(c.unit.vars), func(x variable) bool { return x.t != nil })
	if len(places) == 0 {
		return ""
	}
	x := pick(c.generator, places)
	c.uses[c.unit.name+"."+x.name] = true
	if x.array {
		return x.name + "[" + c.expr(c.v.typ("bit"), 0) + "]"
	}
	return x.name
}

func join(lines []string) string { return strings.Join(lines, "; ") }
