package gen

import (
	"fmt"
	"slices"
)

// statement draws one statement and what it sends.
func (c *code) statement(depth int) (line, sends string) {
	if c.atomic {
		return c.simple()
	}
	if to := c.earlier(); len(to) > 0 && c.chance(4) {
		// Whoever waits for this code is busy, so that the message waits too.
		return c.message(pick(c.generator, to), pick(c.generator, []string{"signal", "signal", "send"}))
	}
	if to := c.boxes(); len(to) > 0 && c.chance(12) {
		return c.sending(to)
	}
	if c.chance(4) {
		if line, sends = c.twice(); line != "" {
			return line, sends
		}
	}
	if ts := c.targets(); len(ts) > 0 && c.chance(42) {
		return c.message(pick(c.generator, ts), "")
	}
	if depth < 2 && c.chance(35) {
		return c.compound(depth)
	}
	return c.simple()
}

// simple draws a statement without parts that sends nothing, or, inside atomic,
// perhaps a send.
func (c *code) simple() (line, sends string) {
	if c.atomic && c.chance(15) {
		var ts []*handler
		for _, t := range c.targets() {
			if c.v.unit(t.unit).kind != "function" {
				ts = append(ts, t)
			}
		}
		if len(ts) > 0 {
			return c.message(pick(c.generator, ts), "send")
		}
	}
	switch n := c.number(0, 19); {
	case n < 10:
		return c.assign(), ""
	case n < 13:
		return c.local(), ""
	case n < 15:
		return c.assertion(), ""
	case n < 16 && c.ghost() != "":
		if x := c.noted(); x != "" && c.chance(40) {
			return "note " + c.ghost() + " = " + x, ""
		}
		return "note " + c.ghost() + " = " + c.expr(c.v.typ("num"), 1), ""
	case n < 17 && !c.atomic && c.chance(50):
		return "await " + c.expr(c.v.typ("bool"), 1), ""
	}
	return c.assign(), ""
}

// ghost is the name of the ghost that random code notes, "" if there is none.
func (c *code) ghost() string {
	if slices.ContainsFunc(c.v.data, func(x variable) bool { return x.name == "g0" }) {
		c.uses["g0"] = true
		return "g0"
	}
	return ""
}

// assign draws an assignment, or a local where nothing can be assigned.
func (c *code) assign() string {
	es := slices.DeleteFunc(c.visible(), func(e entry) bool { return !e.writable })
	if len(es) == 0 {
		return c.local()
	}
	e := pick(c.generator, es)
	c.use(e)
	if e.t.isScalar() && c.chance(12) {
		return e.text + " = choose " + c.chosen(e.t)
	}
	return e.text + " = " + c.expr(e.t, 1)
}

// local draws the declaration of a local.
func (c *code) local() string {
	t := pick(c.generator, c.v.types)
	name := fmt.Sprintf("l%d", c.locals)
	c.locals++
	line := c.opened(variable{name: name, t: t}) + "var " + name + ": " + t.name
	switch {
	case t.isScalar() && c.chance(40):
		line += " = choose " + c.chosen(t)
	case c.chance(85):
		line += " = " + c.expr(t, 1)
	}
	c.entries = append(c.entries, c.entriesOf(variable{name: name, t: t}, name, "", true)...)
	return line
}

// assertion draws an assertion; most of them can hardly fail.
func (c *code) assertion() string {
	cond := c.expr(c.v.typ("bool"), 1)
	if peek := c.peeked(); peek != "" && c.chance(60) {
		cond = peek
	}
	switch {
	case len(c.v.hooks) > 0 && c.attached() != "" && c.chance(50):
		cond = c.attached() + pick(c.generator, []string{" == 0", " != 2"}) + " or " + cond
	case c.ghost() != "" && c.chance(30):
		cond = "g0 != 2 or " + cond
	case c.chance(70):
		cond += " or true"
	}
	return "assert " + cond + `, "` + pick(c.generator, []string{"x", "y"}) + `"`
}

// compound draws a statement with parts.
func (c *code) compound(depth int) (line, sends string) {
	switch c.number(0, 9) {
	case 0, 1:
		cond := c.expr(c.v.typ("bool"), 1)
		if c.chance(30) {
			cond = "choose bool"
		}
		then, a := c.nested(0, depth)
		if c.chance(50) {
			return "if " + cond + " " + then, choice(a, "")
		}
		other, b := c.nested(0, depth)
		return "if " + cond + " " + then + " else " + other, choice(a, b)
	case 2:
		body, a := c.nested(0, depth)
		return "while choose bool " + body, repeated(a)
	case 3:
		name := fmt.Sprintf("l%d", c.locals)
		c.locals++
		dom := pick(c.generator, []string{"bit", "0..1", "1..2"})
		if place := c.of(c.v.typ("num")); place != "" && c.isLocal(place) && c.chance(60) {
			dom = "0.." + place
		}
		mark := len(c.entries)
		c.entries = append(c.entries, entry{text: name, t: &typ{name: "num", hi: 2}})
		body, a := c.nested(1, depth)
		c.entries = c.entries[:mark]
		return "for " + name + " in " + dom + " " + body, repeated(a)
	case 4, 5, 6:
		one, a := c.nested(0, depth)
		two, b := c.nested(0, depth)
		return "either " + one + " or " + two, choice(a, b)
	}
	c.atomic = true
	body, a := c.nested(1, depth)
	c.atomic = false
	return "atomic " + body, a
}

func (c *code) isLocal(place string) bool {
	return slices.ContainsFunc(c.entries, func(e entry) bool { return e.text == place })
}

// targets lists the handlers that this code may send to: those of units behind its
// own, so that calls seldom go in a circle.
func (c *code) targets() []*handler {
	var all []*handler
	own := slices.Index(c.v.units, c.unit)
	for i, u := range c.v.units {
		behind := i > own || own < 0
		if u.kind != "client" && behind && !pattern(u.name) && (c.unit.kind != "client" || u.name != c.inner) {
			all = append(all, u.handlers...)
		}
	}
	return all
}

// message draws a call, send or signal of a message, and gives it as a protocol
// expression too.
func (c *code) message(h *handler, how string) (line, sends string) {
	u := c.v.unit(h.unit)
	if how == "" {
		how = pick(c.generator, []string{"call", "call", "call", "send", "signal"})
	}
	if u.kind == "function" {
		how = "call"
	}
	name := h.unit
	if u.array {
		name += "[" + c.expr(c.v.typ("bit"), 0) + "]"
	}
	args := ""
	for i, p := range h.params {
		if i > 0 {
			args += ", "
		}
		args += c.argument(p.t)
	}
	c.uses[h.unit+"."+h.name] = true
	text := how + " " + name + "." + h.name + "(" + args + ")"
	sends = h.unit + "." + h.name
	if how == "signal" {
		return text, sends + "?"
	}
	if how == "call" && h.result != nil {
		return c.result(h, text, sends)
	}
	return text, sends
}

// argument draws an argument of a message; a few can be out of range, which shows
// whether they are evaluated while the mailbox is full.
func (c *code) argument(t *typ) string {
	if t.isNumber() && !t.means && t.hi == 1 && c.chance(1) {
		if place := c.of(c.v.typ("num")); place != "" {
			return place
		}
	}
	return c.expr(t, 1)
}

// result draws what becomes of a reply's value.
func (c *code) result(h *handler, text, sends string) (line, all string) {
	switch {
	case h.result.isBool() && c.chance(40):
		then, a := c.nested(0, 1)
		return "if " + text + " " + then, sequence(sends, choice(a, ""))
	case c.chance(30):
		return text, sends
	}
	es := slices.DeleteFunc(c.visible(), func(e entry) bool { return !e.writable || e.t.name != h.result.name })
	if len(es) > 0 && c.chance(50) {
		e := pick(c.generator, es)
		c.use(e)
		return e.text + " = " + text, sends
	}
	name := fmt.Sprintf("l%d", c.locals)
	c.locals++
	c.entries = append(c.entries, entry{text: name, t: h.result, writable: true})
	return "var " + name + " = " + text, sends
}
