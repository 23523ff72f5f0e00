package gen

import (
	"fmt"
	"slices"
	"strings"
)

// observed draws a truth value about a state from outside: variables, activations,
// waiting messages, protocols. Ghosts and hidden data only with all.
func (g *generator) observed(v *version, all bool) string {
	units := v.structural()
	u := pick(g, units)
	name := u.name
	if u.array {
		name += pick(g, []string{"[0]", "[1]"})
	}
	switch g.number(0, 9) {
	case 0, 1:
		v.pinned[u.name] = true
		return name + ".idle"
	case 2:
		h := pick(g, u.handlers)
		v.pinned[u.name], v.pinned[u.name+"."+h.name] = true, true
		return "not " + name + ".in(" + h.name + ")"
	case 3:
		if u.kind != "function" {
			h := pick(g, u.handlers)
			v.pinned[u.name], v.pinned[u.name+"."+h.name] = true, true
			return "count(m in " + name + ".waiting(" + h.name + "): true) == 0"
		}
	case 4:
		if ps := v.clientProtocols(); len(ps) > 0 { // those of units may go
			p := pick(g, ps)
			v.pinned[p.name] = true
			return "not " + p.name + ".in_progress"
		}
	case 5:
		return "(" + g.observed(v, all) + pick(g, []string{" and ", " or "}) + g.observed(v, all) + ")"
	}
	return g.observedValue(v, all)
}

// observedValue draws a comparison of a variable with a constant.
func (g *generator) observedValue(v *version, all bool) string {
	var es []entry
	seen := func(x variable) bool { return all || x.class != "ghost" && x.class != "hidden" }
	for _, x := range v.data {
		if seen(x) {
			es = append(es, g.entriesOf(x, x.name, x.name, false)...)
		}
	}
	for _, u := range v.structural() {
		name := u.name
		if u.array {
			name += "[0]"
		}
		for _, x := range u.vars {
			if seen(x) {
				es = append(es, g.entriesOf(x, name+"."+x.name, u.name+"."+x.name, false)...)
			}
		}
	}
	es = slices.DeleteFunc(es, func(e entry) bool { return e.t.isRecord() })
	if len(es) == 0 {
		return "true"
	}
	e := pick(g, es)
	v.pinned[e.use] = true
	unit, _, _ := strings.Cut(e.use, ".")
	v.pinned[unit] = true
	return e.text + pick(g, []string{" == ", " != "}) + g.literal(e.t)
}

// literal draws a constant of a type.
func (g *generator) literal(t *typ) string {
	switch {
	case t.isBool():
		return pick(g, []string{"false", "true"})
	case t.isRecord():
		return "pair(x: 0, y: false)"
	case t.members != nil:
		return pick(g, t.members)
	case t.means:
		return fmt.Sprintf("%s(%d)", t.name, g.number(0, t.hi))
	}
	return fmt.Sprint(g.number(0, t.hi))
}

// protocol is a protocol; its text follows from the code of a version.
type protocol struct {
	name string
	from string // the initiator
	form string // "derived", "any", "some", "first", "keyed"
}

// protocols draws protocols; most are derived from the code.
func (g *generator) protocols(v *version) {
	for _, u := range v.units {
		if !g.chance(45) {
			continue
		}
		p := protocol{name: "p_" + u.name, from: u.name, form: pick(g, []string{"derived", "derived", "derived", "any", "some", "keyed", "first"})}
		if v.protocolText(p) != "" {
			v.protocols = append(v.protocols, p)
		}
	}
}

// clientProtocols lists the protocols that clients start.
func (v *version) clientProtocols() []protocol {
	return slices.DeleteFunc(slices.Clone(v.protocols), func(p protocol) bool { return v.unit(p.from).kind != "client" })
}

// protocolText gives the text of a protocol in a version, "" where its initiator
// sends nothing that belongs to it, or is gone.
func (v *version) protocolText(p protocol) string {
	u := v.unit(p.from)
	if u == nil {
		return ""
	}
	var all []string
	for _, h := range u.handlers {
		all = append(all, h.sends)
	}
	expr := choice(all...)
	var messages, recipients []string
	for _, word := range strings.FieldsFunc(expr, func(r rune) bool { return strings.ContainsRune("()*?| ", r) }) {
		unit, msg, _ := strings.Cut(word, ".")
		h := v.unit(unit).handler(msg)
		keyed := slices.ContainsFunc(h.params, func(x variable) bool { return x.name == "k" })
		if p.form == "keyed" && !keyed || slices.Contains(messages, word) {
			continue
		}
		messages = append(messages, word)
		if !slices.Contains(recipients, unit) {
			recipients = append(recipients, unit)
		}
	}
	if len(messages) == 0 {
		return ""
	}
	head := "protocol " + p.name
	if p.form == "keyed" {
		head += "(k: bit)"
	}
	switch p.form {
	case "any", "keyed":
		expr = "(" + strings.Join(messages, " | ") + ")*"
		if p.form == "keyed" && len(messages) == 1 {
			expr = messages[0]
		}
	case "some":
		expr = "(" + strings.Join(messages, " | ") + ")+"
	case "first":
		expr = messages[0] + " (" + strings.Join(messages, " | ") + ")*"
	}
	return head + ": " + p.from + " -> " + strings.Join(recipients, ", ") + " { " + expr + " }"
}
