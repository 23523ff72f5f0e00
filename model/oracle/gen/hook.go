package gen

import (
	"fmt"
	"slices"
)

// hook attaches a ghost to a message.
type hook struct {
	ghost string
	unit  string // whose own ghost it is; "" for data
	on    string // "u0.m0"
	value string // "= e" or "+= e"
	param string // the parameter of the message that it reads, "" for none
}

func (h hook) text() string { return "ghost " + h.ghost + " on " + h.on + " " + h.value }

// hooked lists the lines that attach the ghosts of a unit, or with "" those outside units.
func (v *version) hooked(unit string) (lines []string) {
	for _, h := range v.hooks {
		if h.unit == unit {
			lines = append(lines, h.text())
		}
	}
	return lines
}

// hooks draws ghosts that are attached to messages of random units: one, which may belong
// to the unit, then perhaps another attachment of it, or a second ghost that reads it.
func (g *generator) hooks(v *version) {
	if !g.chance(12) {
		return
	}
	u := pick(g, v.structural())
	first := hook{ghost: "hits"}
	if g.chance(25) {
		first = hook{ghost: "own", unit: u.name}
		u.vars = append(u.vars, variable{class: "ghost", mark: g.forgets(), name: "own", t: v.typ("num")})
	} else {
		v.data = append(v.data, variable{class: "ghost", mark: g.forgets(), name: "hits", t: v.typ("num")})
	}
	v.hooks = append(v.hooks, g.attach(v, first, u, pick(g, u.handlers)))
	switch g.number(0, 3) {
	case 0:
		if others := v.structural(); first.unit == "" {
			u = pick(g, others)
		}
		if h := pick(g, u.handlers); u.name+"."+h.name != v.hooks[0].on {
			v.hooks = append(v.hooks, g.attach(v, first, u, h))
		}
	case 1:
		if first.unit == "" {
			v.data = append(v.data, variable{class: "ghost", name: "echo", t: v.typ("num")})
			then := hook{ghost: "echo", on: v.hooks[0].on, value: "= hits"}
			// Their order in the text decides whether it is the value before or behind.
			v.hooks = slices.Insert(v.hooks, g.number(0, 1), then)
		}
	}
}

// attach draws what becomes of a ghost with a message. An overflow ends most runs, so
// there are few that can.
func (g *generator) attach(v *version, h hook, u *unit, to *handler) hook {
	h.on = u.name + "." + to.name
	step := "1"
	if len(to.params) > 0 && g.chance(60) {
		p := pick(g, to.params)
		h.param, step = p.name, g.numberOf(p)
	} else if h.unit == "" && g.chance(60) {
		step = "(if " + g.observedValue(v, true) + " then 1 else 0)"
	}
	switch n := g.number(0, 9); {
	case n < 2:
		h.value = pick(g, []string{"+= ", "+= ", "-= "}) + step
	case n < 5 && step != "1":
		h.value = "= " + step
	default:
		h.value = fmt.Sprintf("= (%s + %s) mod 3", h.ghost, step)
	}
	return h
}

// numberOf makes a number of a parameter, in words that stay right with every change
// of its type's declaration.
func (g *generator) numberOf(p variable) string {
	switch {
	case p.t.isRecord():
		return p.name + ".x"
	case p.t.isBool():
		return "(if " + p.name + " then 1 else 0)"
	case p.t.isNumber() && !p.t.means:
		return p.name
	}
	return "(if " + p.name + " == " + g.literal(p.t) + " then 1 else 0)"
}

// keepParameters gives a new signature the parameters of the old one that attached
// ghosts read, as the language wants it.
func (ch *changer) keepParameters(was, now *handler) {
	for _, h := range ch.v.hooks {
		if h.on != was.unit+"."+was.name || h.param == "" {
			continue
		}
		named := func(p variable) bool { return p.name == h.param }
		old := was.params[slices.IndexFunc(was.params, named)]
		if i := slices.IndexFunc(now.params, named); i >= 0 {
			now.params[i] = old
		} else {
			now.params = append([]variable{old}, now.params...)
		}
	}
}

// attached draws an attached ghost that code can see, "" if there is none.
func (c *code) attached() string {
	seen := slices.DeleteFunc(slices.Clone(c.v.hooks), func(h hook) bool { return h.unit != "" && h.unit != c.unit.name })
	if len(seen) == 0 {
		return ""
	}
	return pick(c.generator, seen).ghost
}

// mirror draws an assertion that the message's parameter is the one that a ghost was
// just given: so it is where the ghost has only this message and one instance takes it.
func (c *code) mirror() (lines []string) {
	for _, h := range c.v.hooks {
		same := slices.ContainsFunc(c.v.hooks, func(o hook) bool { return o != h && o.ghost == h.ghost })
		alone := !same && (!c.unit.array || h.unit != "") && c.unit.kind != "function"
		if alone && h.on == c.unit.name+"."+c.handler.name && h.value == "= "+h.param && c.chance(50) {
			lines = append(lines, "assert "+h.ghost+" == "+h.param+`, "y"`)
		}
	}
	return lines
}
