package gen

import (
	"fmt"
	"slices"
)

// Shapes of statements that judges have gone wrong with and that random code would
// seldom take: sends inside atomic and either, pairs of calls, code behind a reply.

// boxes lists the targets that have a mailbox, so that one can send to them.
func (c *code) boxes() []*handler {
	return slices.DeleteFunc(c.targets(), func(h *handler) bool { return c.v.unit(h.unit).kind == "function" })
}

// earlier lists handlers of processes and objects that may be waiting for this code:
// the units before its own, and its own.
func (c *code) earlier() []*handler {
	var all []*handler
	if c.handler == nil {
		return nil
	}
	for _, u := range c.v.structural() {
		if u.kind != "function" && !pattern(u.name) {
			all = append(all, u.handlers...)
		}
		if u == c.unit {
			break
		}
	}
	return all
}

// scoped draws text in braces: what it declares is gone behind them.
func (c *code) scoped(draw func() (string, string)) (text, sends string) {
	mark := len(c.entries)
	text, sends = draw()
	c.entries = c.entries[:mark]
	return "{ " + text + " }", sends
}

// inAtomic draws the body of an atomic block.
func (c *code) inAtomic(draw func() (string, string)) (text, sends string) {
	was := c.atomic
	c.atomic = true
	text, sends = c.scoped(draw)
	c.atomic = was
	return "atomic " + text, sends
}

// sending draws an atomic or either that sends.
func (c *code) sending(to []*handler) (line, sends string) {
	send := func() (string, string) { return c.message(pick(c.generator, to), "send") }
	if c.chance(40) {
		return c.eitherSending(send)
	}
	return c.inAtomic(func() (string, string) { return c.atomicSending(to, send) })
}

// atomicSending draws statements of which the last mostly sends: an atomic is one
// step, so whether there is room decides about all of them.
func (c *code) atomicSending(to []*handler, send func() (string, string)) (line, sends string) {
	before := ""
	switch c.number(0, 5) {
	case 0:
		then, s := c.scoped(send)
		if c.chance(60) {
			return "if choose bool " + then, choice(s, "")
		}
		other, o := c.scoped(send)
		return "if choose bool " + then + " else " + other, choice(s, o)
	case 1:
		before = "await " + c.shared()
	case 2:
		one, _ := c.scoped(c.assigning)
		two, _ := c.scoped(c.assigning)
		before = "either " + one + " or " + two
	case 3:
		line, sends = c.message(pick(c.generator, to), "signal")
		if c.chance(50) {
			line = c.assign() + "; " + line
		}
		return line, sends
	case 4:
		before, sends = send()
	default:
		before = c.assign()
	}
	after, s := send()
	return before + "; " + after, sequence(sends, s)
}

func (c *code) assigning() (line, sends string) { return c.assign(), "" }

// eitherSending draws an either one branch of which begins with a send; the other
// one may be open while the mailbox is full.
func (c *code) eitherSending(send func() (string, string)) (line, sends string) {
	one, a := c.scoped(send)
	if c.chance(22) {
		one, a = c.inAtomic(func() (string, string) {
			line, s := send()
			return c.assign() + "; " + line, s
		})
		one = "{ " + one + " }"
	}
	switch c.number(0, 2) {
	case 0:
		two, b := c.scoped(send)
		return "either " + one + " or " + two, choice(a, b)
	case 1:
		return "either " + one + " or { await " + c.shared() + " }", choice(a, "")
	}
	two, _ := c.scoped(c.assigning)
	return "either " + two + " or " + one, choice(a, "")
}

// shared draws a condition that reads what others can change, where there is such.
func (c *code) shared() string {
	es := slices.DeleteFunc(c.visible(), func(e entry) bool { return e.use == "" || e.t.isRecord() })
	if len(es) == 0 {
		return c.expr(c.v.typ("bool"), 1)
	}
	e := pick(c.generator, es)
	c.use(e)
	return e.text + pick(c.generator, []string{" == ", " != "}) + c.literal(e.t)
}

// own draws a condition that reads nothing but locals, so that it is no step; ""
// where there are none.
func (c *code) own() string {
	es := slices.DeleteFunc(slices.Clone(c.entries), func(e entry) bool { return e.t.isRecord() })
	if len(es) == 0 {
		return ""
	}
	e := pick(c.generator, es)
	return e.text + pick(c.generator, []string{" == ", " != "}) + c.literal(e.t)
}

// twice draws two calls of the same function in a row: while the first activation
// has not ended, the second call has to wait. "" where no function can be called.
func (c *code) twice() (line, sends string) {
	functions := slices.DeleteFunc(c.targets(), func(h *handler) bool { return c.v.unit(h.unit).kind != "function" })
	if len(functions) == 0 {
		return "", ""
	}
	h := pick(c.generator, functions)
	others := slices.DeleteFunc(functions, func(o *handler) bool { return o.unit != h.unit })
	one, a := c.message(h, "call")
	two, b := c.message(pick(c.generator, others), "call")
	return one + "; " + two, sequence(a, b)
}

// tail draws what a handler still does when it has replied.
func (c *code) tail() (line, sends string) {
	switch c.number(0, 3) {
	case 0:
		return "await " + c.shared(), ""
	case 1:
		return c.assign(), ""
	}
	if to := c.boxes(); len(to) > 0 {
		return c.message(pick(c.generator, to), "call")
	}
	return c.assign(), ""
}

// opening draws how a client's loop begins: with silent control that another way
// leads to as well, so that a client at rest there is not the same as one in the
// midst of its round. What it needs again in the next round stands in after.
func (c *code) opening() (line, after, sends string) {
	some := func() (string, string) {
		if c.chance(75) {
			return c.message(pick(c.generator, c.targets()), "")
		}
		return c.assign(), ""
	}
	switch c.number(0, 3) {
	case 0:
		body, a := c.scoped(some)
		return "while first < 2 { first = first + 1; " + body[2:], "first = 0", repeated(a)
	case 1:
		body, a := c.scoped(some)
		return "if " + c.own() + " " + body, "", choice(a, "")
	}
	name := fmt.Sprintf("l%d", c.locals)
	c.locals++
	body, a := c.scoped(func() (string, string) {
		c.entries = append(c.entries, entry{text: name, t: &typ{name: "num", hi: 2}})
		return some()
	})
	domain := pick(c.generator, []string{"1..2", "1..2", "bit", "0..first"})
	return "for " + name + " in " + domain + " " + body, "", repeated(a)
}
