package gen

import (
	"fmt"
	"slices"
	"strings"
)

// transition draws transfers, conversions and fixes, given the units that change.
func (ch *changer) transition(changed []string) string {
	s := ""
	body := ch.base.text()
	if strings.Contains(body, `, "x"`) && ch.chance(25) {
		s += "  fixes \"x\"\n"
	}
	if ch.chance(30) {
		s += ch.convert(changed)
	}
	for i := range ch.number(0, 2) {
		var lines []string
		for range ch.number(1, 3) {
			if line := ch.transferLine(changed); line != "" {
				lines = append(lines, line)
			}
		}
		if ch.chance(15) {
			lines = append(lines, strings.TrimSpace(ch.convert(changed)))
		}
		if len(lines) > 0 {
			s += fmt.Sprintf("  transfer f%d { %s }\n", i, strings.Join(lines, "\n    "))
		}
	}
	return s
}

// convert draws a conversion of a message of a changed unit.
func (ch *changer) convert(changed []string) string {
	for _, name := range changed {
		u := ch.base.unit(name)
		if u.kind == "function" {
			continue
		}
		for _, h := range u.handlers {
			now := ch.v.unit(name).handler(h.name)
			if now == nil || ch.chance(30) {
				continue
			}
			var params, args []string
			for _, p := range h.params {
				params = append(params, p.name)
			}
			for _, p := range now.params {
				arg := ch.literal(p.t)
				if i := slices.IndexFunc(h.params, func(q variable) bool { return q.name == p.name }); i >= 0 {
					arg = ch.converted(h.params[i].t, p.t, p.name)
				}
				args = append(args, arg)
			}
			return "  convert " + name + "." + h.name + "(" + strings.Join(params, ", ") + ") -> (" + strings.Join(args, ", ") + ")\n"
		}
	}
	return ""
}

// converted makes a value of a type of the new version of an old one, or draws a
// constant where that cannot be.
func (ch *changer) converted(from, to *typ, text string) string {
	switch {
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

// transferLine draws a statement of a transfer, "" where there is nothing to write.
func (ch *changer) transferLine(changed []string) string {
	var to []entry
	for _, x := range ch.v.data {
		if x.class == "shared" || x.class == "persistent" {
			to = append(to, ch.entriesOf(x, x.name, x.name, true)...)
		}
	}
	for _, name := range changed {
		u := ch.v.unit(name)
		for _, x := range u.vars {
			if x.class != "ghost" && x.class != "hidden" {
				to = append(to, ch.entriesOf(x, instance(ch.generator, u)+"."+x.name, "", true)...)
			}
		}
	}
	to = slices.DeleteFunc(to, func(e entry) bool { return strings.HasSuffix(e.text, ".x") || strings.HasSuffix(e.text, ".y") })
	if len(to) == 0 {
		return ""
	}
	e := pick(ch.generator, to)
	set := e.text + " = " + ch.oldValue(e)
	switch ch.number(0, 9) {
	case 0:
		u := pick(ch.generator, ch.base.structural())
		return "if old." + instance(ch.generator, u) + ".idle { " + set + " } else { " + e.text + " = " + ch.literal(e.t) + " }"
	case 1:
		if len(ch.base.protocols) > 0 {
			return "if old." + pick(ch.generator, ch.base.protocols).name + ".in_progress { " + set + " }"
		}
	case 2:
		name := fmt.Sprintf("i%d", ch.locals)
		ch.locals++
		return "var " + name + ": num = 1\n    for j in 0.." + name + " { " + set + " }"
	case 3:
		u := pick(ch.generator, ch.base.structural())
		if u.kind != "function" {
			return "if count(m in old." + instance(ch.generator, u) + ".waiting(" + pick(ch.generator, u.handlers).name + "): true) > 0 { " + set + " }"
		}
	}
	return set
}

// instance names an instance of a unit.
func instance(g *generator, u *unit) string {
	if u.array {
		return u.name + pick(g, []string{"[0]", "[1]"})
	}
	return u.name
}

// oldValue draws what a transfer writes: mostly made of a value of the old version,
// often the one that stood in the same place.
func (ch *changer) oldValue(to entry) string {
	var from []entry
	for _, x := range ch.base.data {
		if x.class == "shared" || x.class == "persistent" {
			from = append(from, ch.entriesOf(x, x.name, "", false)...)
		}
	}
	for _, u := range ch.base.structural() {
		for _, x := range u.vars {
			if x.class != "hidden" {
				from = append(from, ch.entriesOf(x, instance(ch.generator, u)+"."+x.name, "", false)...)
			}
		}
	}
	if i := slices.IndexFunc(from, func(e entry) bool { return e.text == to.text }); i >= 0 && ch.chance(60) {
		return ch.converted(from[i].t, to.t, "old."+from[i].text)
	}
	if len(from) == 0 || ch.chance(20) {
		return ch.literal(to.t)
	}
	e := pick(ch.generator, from)
	return ch.converted(e.t, to.t, "old."+e.text)
}
