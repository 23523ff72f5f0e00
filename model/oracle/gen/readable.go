package gen

import (
	"fmt"
	"slices"
	"strings"
)

// This file draws what is read of activations and protocols: readable locals, and what
// tracked protocols allow next.

// opened draws whether a new local is readable, and gives the mark before `var`.
func (c *code) opened(x variable) string {
	if c.unit.kind == "function" || !c.chance(40) {
		return ""
	}
	c.open = append(c.open, x)
	return "readable "
}

// reopened declares the readable locals that a handler had before its code is written
// anew: what reads them finds them, mostly with another value.
func (c *code) reopened(list []variable) (lines []string) {
	for _, x := range list {
		line := "readable var " + x.name + ": " + x.t.name
		if c.chance(70) {
			line += " = " + c.expr(x.t, 1)
		}
		lines = append(lines, line)
		c.open = append(c.open, x)
		c.entries = append(c.entries, c.entriesOf(x, x.name, "", true)...)
	}
	return lines
}

// peeks lists the readable locals of a version, as what stands outside names them.
func (g *generator) peeks(v *version) (es []entry) {
	for _, u := range v.units {
		for _, h := range u.handlers {
			es = append(es, g.peeksInto(u, h, h.open)...)
		}
	}
	return es
}

func (g *generator) peeksInto(u *unit, h *handler, open []variable) (es []entry) {
	path, use := instance(g, u), ""
	if u.kind != "client" {
		path += "." + h.name
		use = u.name + "." + h.name
	}
	for _, x := range open {
		es = append(es, g.entriesOf(x, path+"."+x.name, use, false)...)
	}
	return es
}

// compared draws a comparison of one of some places with a constant; "" if there is none.
func (g *generator) compared(es []entry) (text, use string) {
	es = slices.DeleteFunc(es, func(e entry) bool { return e.t.isRecord() })
	if len(es) == 0 {
		return "", ""
	}
	e := pick(g, es)
	return e.text + pick(g, []string{" == ", " != "}) + g.literal(e.t), e.use
}

// peeked draws a comparison of a readable local that code can assert, its own included; ""
// if there is none.
func (c *code) peeked() string {
	h := c.handler
	if h == nil {
		h = &handler{}
	}
	text, use := c.compared(append(c.peeks(c.v), c.peeksInto(c.unit, h, c.open)...))
	if use != "" {
		c.uses[use] = true
	}
	return text
}

// noted draws a number that a note takes from a readable local; "" if there is none.
func (c *code) noted() string {
	es := slices.DeleteFunc(c.peeks(c.v), func(e entry) bool { return !e.t.isNumber() || e.t.means })
	if len(es) == 0 {
		return ""
	}
	e := pick(c.generator, es)
	c.use(e)
	return e.text + " mod 3"
}

// asked draws a question about a protocol of a version.
func (g *generator) asked(v *version, p protocol) string {
	messages := v.messagesOf(p)
	name := p.name + g.keyOf(v, p, messages)
	if p.tracked && len(messages) > 0 && g.chance(70) {
		return name + ".allows(" + pick(g, messages) + ")"
	}
	return name + ".in_progress"
}

// messagesOf lists the messages that a protocol's expression names in a version.
func (v *version) messagesOf(p protocol) (messages []string) {
	_, expr, _ := strings.Cut(v.protocolText(p), "{")
	for _, word := range strings.FieldsFunc(expr, func(r rune) bool { return strings.ContainsRune("()*?+|{} ", r) }) {
		if !slices.Contains(messages, word) {
			messages = append(messages, word)
		}
	}
	return messages
}

// keyOf draws a key of a protocol in a version; mostly "", for all.
func (g *generator) keyOf(v *version, p protocol, messages []string) (key string) {
	if p.key == "" || len(messages) == 0 || g.chance(60) {
		return ""
	}
	unit, msg, _ := strings.Cut(messages[0], ".")
	for _, name := range strings.Split(p.key, ",") {
		for _, x := range v.handler(unit, msg).params {
			if x.name == name {
				key += fmt.Sprintf("[%s]", g.literal(x.t))
			}
		}
	}
	return key
}
