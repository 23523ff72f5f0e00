package gen

import (
	"fmt"
	"slices"
	"strings"
)

// conversions draws what is in force in every column: adapts of messages that the new
// version does not know in their old form, or a convert.
func (ch *changer) conversions(changed []string) string {
	s := ""
	if ch.chance(60) {
		for _, was := range ch.reformed() {
			if ch.chance(60) {
				s += ch.conversion(pick(ch.generator, []string{"convert", "adapt", "adapt"}), was, ch.successor(was))
			}
		}
	}
	if s == "" && ch.chance(30) {
		s = ch.convert(changed)
	}
	return s
}

// reformed lists the messages of the base, of units that stay, that the new version does
// not have, or has in another form.
func (ch *changer) reformed() (all []*handler) {
	for _, u := range ch.base.structural() {
		if ch.v.unit(u.name) == nil {
			continue
		}
		for _, h := range u.handlers {
			if now := ch.v.handler(u.name, h.name); now == nil || ch.form(now) != ch.form(h) {
				all = append(all, h)
			}
		}
	}
	return all
}

// form is what a message's arguments look like: an extended type keeps its form.
func (ch *changer) form(h *handler) string {
	s := ""
	for _, p := range h.params {
		decl := p.t.decl
		if p.t.extend != "" {
			decl = ch.base.typ(p.t.name).decl
		}
		s += decl + ","
	}
	return s
}

// successor is the message of the new version that a conversion makes of an old one:
// that of its name, if there is one and no other is drawn.
func (ch *changer) successor(was *handler) *handler {
	now := ch.v.handler(was.unit, was.name)
	if now == nil || ch.chance(25) {
		return pick(ch.generator, ch.v.unit(was.unit).handlers)
	}
	return now
}

// convert draws a conversion of a message of a changed unit.
func (ch *changer) convert(changed []string) string {
	for _, name := range changed {
		u := ch.base.unit(name)
		if u.kind == "function" {
			continue
		}
		for _, h := range u.handlers {
			if now := ch.v.unit(name).handler(h.name); now != nil && !ch.chance(30) {
				return ch.conversion("convert", h, now)
			}
		}
	}
	return ""
}

// conversion writes a convert or an adapt. Some arguments are data of the new version.
func (ch *changer) conversion(word string, was, now *handler) string {
	var params, args []string
	for _, p := range was.params {
		params = append(params, p.name)
	}
	for _, p := range now.params {
		arg := ch.literal(p.t)
		if place := ch.readable(p.t); place != "" && ch.chance(40) {
			if arg = place; p.t.isNumber() && !p.t.means && ch.chance(8) {
				arg += " + 1" // which can be out of range
			}
		} else if i := slices.IndexFunc(was.params, func(q variable) bool { return q.name == p.name }); i >= 0 {
			arg = ch.converted(was.params[i].t, p.t, p.name)
		}
		args = append(args, arg)
	}
	to := ""
	if now.name != was.name {
		to = now.name
	}
	return "  " + word + " " + was.unit + "." + was.name + "(" + strings.Join(params, ", ") + ") -> " + to + "(" + strings.Join(args, ", ") + ")\n"
}

// readable draws a variable of the new version, or a part of one, that a transfer can
// read; "" if there is none of that type.
func (ch *changer) readable(t *typ) string {
	var es []entry
	for _, x := range ch.v.data {
		if x.class == "shared" || x.class == "persistent" {
			es = append(es, ch.entriesOf(x, x.name, "", false)...)
		}
	}
	for _, u := range ch.v.structural() {
		for _, x := range u.vars {
			if x.class != "ghost" && x.class != "hidden" {
				es = append(es, ch.entriesOf(x, instance(ch.generator, u)+"."+x.name, "", false)...)
			}
		}
	}
	es = slices.DeleteFunc(es, func(e entry) bool { return e.t.name != t.name })
	if len(es) == 0 {
		return ""
	}
	return pick(ch.generator, es).text
}

// converted makes a value of a type of the new version of an old one, or draws a
// constant where that cannot be.
func (ch *changer) converted(from, to *typ, text string) string {
	switch {
	case from.of != "" && from.name == to.name:
		return map[string]string{"bag": "{} + ", "list": "[] + "}[to.name] + text
	case from.isBool() && to.isBool():
		return text
	case from.isNumber() && to.isNumber():
		if !from.means && ch.chance(30) {
			text = fmt.Sprintf("(%s + 1) mod %d", text, to.hi+1)
		}
		return to.name + "(" + text + ")"
	case from.members != nil && from.name == to.name && !strings.HasPrefix(to.decl, "{ green"):
		return to.name + "(" + text + ")"
	}
	return ch.literal(to)
}
