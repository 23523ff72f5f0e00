package gen

import (
	"fmt"
	"slices"
	"strings"
	"unicode"
)

// affected lists units that the update affects, given those of both versions whose
// text differs: these, the added and dropped ones, and all whose text mentions a
// declaration outside units that differs.
func (ch *changer) affected(changed []string) []string {
	declared := ch.declared()
	var names []string
	for _, u := range append(ch.base.structural(), ch.v.structural()...) {
		one := ch.base.unit(u.name) == nil || ch.v.unit(u.name) == nil
		mentions := slices.ContainsFunc(declared, func(name string) bool { return mentioned(u.text(), name) })
		if (one || mentions || slices.Contains(changed, u.name)) && !slices.Contains(names, u.name) {
			names = append(names, u.name)
		}
	}
	return names
}

// declared names the types, definitions and data whose declarations differ.
func (ch *changer) declared() (names []string) {
	for i, t := range ch.v.types {
		if t.decl != ch.base.types[i].decl || t.extend != "" {
			names = append(names, t.name)
		}
	}
	if len(ch.v.defs) > 0 && ch.v.defs[0] != ch.base.defs[0] {
		names = append(names, "twist")
	}
	for _, x := range append(slices.Clone(ch.base.data), ch.v.data...) {
		same := func(y variable) bool { return x.text() == y.text() }
		if !slices.ContainsFunc(ch.base.data, same) || !slices.ContainsFunc(ch.v.data, same) {
			names = append(names, x.name)
		}
	}
	return names
}

// mentioned says whether a name occurs in a text as a word.
func mentioned(text, name string) bool {
	words := strings.FieldsFunc(text, func(r rune) bool { return r != '_' && !unicode.IsLetter(r) && !unicode.IsDigit(r) })
	return slices.Contains(words, name)
}

// mentionedBy says whether old or new code of one of these units mentions data.
func (ch *changer) mentionedBy(units []string, data string) bool {
	return slices.ContainsFunc(units, func(name string) bool {
		was, now := ch.base.unit(name), ch.v.unit(name)
		return was != nil && mentioned(was.text(), data) || now != nil && mentioned(now.text(), data)
	})
}

// transition draws transfers, conversions and fixes, given the units whose text
// changes and those that the switch replaces.
func (ch *changer) transition(changed, affected []string) string {
	s := ""
	repair := 30
	if ch.base.unit("judge") != nil {
		repair = 75
	}
	if strings.Contains(ch.base.text(), `, "x"`) && ch.chance(repair) {
		s += "  fixes \"x\"\n"
	}
	s += ch.conversions(changed)
	for i := range ch.number(0, 2) {
		var lines []string
		for range ch.number(1, 3) {
			if line := ch.transferLine(affected); line != "" {
				lines = append(lines, line)
			}
		}
		if ch.chance(15) {
			lines = append(lines, strings.TrimSpace(ch.convert(changed)))
		} else if was := ch.reformed(); len(was) > 0 && ch.chance(50) {
			w := pick(ch.generator, was)
			lines = append(lines, strings.TrimSpace(ch.conversion("adapt", w, ch.successor(w))))
		}
		if len(lines) > 0 {
			t := transfer{fmt.Sprintf("f%d", i), strings.Join(lines, "\n    ")}
			needs, constant := ch.needs()
			if constant {
				ch.transfers = append(ch.transfers, t)
			}
			s += "  transfer " + t.name + needs + " { " + t.text + " }\n"
		}
	}
	return s
}

// transfer is one with the text of its statements.
type transfer struct{ name, text string }

// writable lists what a transfer may write: variables of the affected units, and
// data that their code mentions.
func (ch *changer) writable(affected []string) (to []entry) {
	for _, x := range ch.v.data {
		if (x.class == "shared" || x.class == "persistent") && ch.mentionedBy(affected, x.name) {
			to = append(to, ch.entriesOf(x, x.name, x.name, true)...)
		}
	}
	for _, u := range ch.v.named(affected) {
		for _, x := range u.vars {
			if x.class != "ghost" && x.class != "hidden" {
				to = append(to, ch.entriesOf(x, instance(ch.generator, u)+"."+x.name, "", true)...)
			}
		}
	}
	return slices.DeleteFunc(to, func(e entry) bool { return strings.HasSuffix(e.text, ".x") || strings.HasSuffix(e.text, ".y") })
}

// named lists the units of a version that have one of the names.
func (v *version) named(names []string) []*unit {
	return slices.DeleteFunc(slices.Clone(v.units), func(u *unit) bool { return !slices.Contains(names, u.name) })
}

// transferLine draws a statement of a transfer, "" where there is nothing to write.
// It asks only what goes on in affected units.
func (ch *changer) transferLine(affected []string) string {
	to := ch.writable(affected)
	if len(to) == 0 {
		return ""
	}
	e := pick(ch.generator, to)
	set := e.text + " = " + ch.oldValue(e)
	switch ch.number(0, 9) {
	case 0:
		if past := ch.base.named(affected); len(past) > 0 {
			u := pick(ch.generator, past)
			asked := ".idle"
			if ch.chance(60) {
				asked = ch.stands(pick(ch.generator, u.handlers))
			}
			return "if old." + instance(ch.generator, u) + asked + " { " + set + " } else { " + e.text + " = " + ch.literal(e.t) + " }"
		}
	case 1:
		if len(ch.base.protocols) > 0 {
			return "if old." + ch.asked(ch.base, pick(ch.generator, ch.base.protocols)) + " { " + set + " }"
		}
	case 2:
		name := fmt.Sprintf("i%d", ch.locals)
		ch.locals++
		return "var " + name + ": num = 1\n    for j in 0.." + name + " { " + set + " }"
	case 3:
		u := pick(ch.generator, ch.base.structural())
		if u.kind != "function" {
			return "if count(m in old." + instance(ch.generator, u) + ".waiting(" + pick(ch.generator, u.handlers).name + ch.sender() + "): true) > 0 { " + set + " }"
		}
	}
	return set
}

// stands asks where an activation of a handler is.
func (ch *changer) stands(h *handler) string {
	switch {
	case h.body == "" || ch.chance(40):
		return ".in(" + h.name + ")"
	case strings.HasPrefix(h.body, "call ") && ch.chance(50):
		return ".in(" + h.name + ", 1)"
	case strings.Contains(h.body, ";"):
		return fmt.Sprintf(".at(%s, %d)", h.name, ch.number(1, 2))
	}
	return ".at(" + h.name + ", 1)"
}

// sender names who sent a message, or nobody.
func (ch *changer) sender() string {
	if !ch.chance(40) {
		return ""
	}
	u := pick(ch.generator, ch.base.units)
	if u.array && ch.chance(30) {
		return ", " + u.name // of any instance
	}
	return ", " + instance(ch.generator, u)
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
			if x.class != "hidden" && x.class != "ghost" {
				from = append(from, ch.entriesOf(x, instance(ch.generator, u)+"."+x.name, "", false)...)
			}
		}
	}
	peeks := ch.peeks(ch.base)
	from = append(from, append(peeks, peeks...)...)
	if i := slices.IndexFunc(from, func(e entry) bool { return e.text == to.text }); i >= 0 && ch.chance(60) {
		return ch.converted(from[i].t, to.t, "old."+from[i].text)
	}
	if len(from) == 0 || ch.chance(20) {
		return ch.literal(to.t)
	}
	e := pick(ch.generator, from)
	return ch.converted(e.t, to.t, "old."+e.text)
}
