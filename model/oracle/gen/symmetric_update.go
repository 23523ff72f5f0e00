package gen

import (
	"fmt"
	"strings"
)

// update draws an update.
func (s *symmetric) update() string {
	out := "update next {\n"
	u := pick(s.generator, s.units)
	inner := ""
	if len(u.vars) > 0 && s.chance(35) {
		switch v := &u.vars[0]; {
		case s.chance(50):
			v.kind = pick(s.generator, storedKinds)
			inner += "    " + s.declared(*v)
		default:
			inner += "    drop " + v.text + "\n"
			u.vars = u.vars[1:]
		}
	}
	if s.chance(25) {
		v := s.variable("added", []string{"var", "persistent"})
		u.vars = append(u.vars, v)
		inner += "    " + s.declared(v)
	}
	all := false
	if m := &u.messages[0]; u.name == "w" && s.chance(50) { // which only fs sends
		if all = true; s.chance(50) {
			m.params = append(m.params, pick(s.generator, sentKinds))
			out += s.converted(u, *m)
		} else {
			m.params[0] = pick(s.generator, sentKinds)
		}
		if s.keyed != "" {
			out += "  drop protocol p\n"
		}
		out += s.changed(s.units[0], "", true)
	}
	out += s.changed(u, inner, all)
	s.self, s.scope = u, nil
	for i := range s.number(0, 2) {
		out += fmt.Sprintf("  transfer t%d { %s }\n", i, s.readable(s.transfer))
	}
	if s.chance(25) || s.careless == "each" && u.array {
		out += "  plan g { " + s.plan(u) + " }\n"
	}
	return out + s.rest(u) + "}\n"
}

// changed writes what becomes of a unit: lines, and new code for some messages, or for all.
func (s *symmetric) changed(u *peer, lines string, all bool) string {
	head := u.kind + " " + u.name
	if u.array && s.chance(20) {
		head += "[id]"
	}
	for i, m := range u.messages {
		if all || i == 0 || lines != "" || s.chance(60) {
			lines += "    " + s.handler(u, m) + "\n"
		}
	}
	return "  " + head + " {\n" + lines + "  }\n"
}

// converted draws how a message gets one parameter more.
func (s *symmetric) converted(u *peer, m call) string {
	n := len(m.params) - 1
	names := []string{"a", "b", "c"}[:n]
	s.scope, s.self = nil, nil
	for i, name := range names {
		s.scope = append(s.scope, place{name, m.params[i], false, ""})
	}
	more := s.readable(func() string { return s.expr(m.params[n], 1) })
	return "  " + pick(s.generator, []string{"convert", "adapt"}) + " " + u.name + "." + m.name + "(" + strings.Join(names, ", ") + ") -> (" + strings.Join(append(names, more), ", ") + ")\n"
}

// transfer draws what a transfer does.
func (s *symmetric) transfer() string {
	u := s.self
	s.self, s.old, s.scope = nil, true, nil
	defer func() { s.self, s.old, s.scope = u, false, nil }()
	var lines []string
	for _, v := range u.vars {
		if v.class == "hidden" {
			continue
		}
		at, name := u.name+"."+v.text, ""
		if u.array {
			name = fmt.Sprintf("i%d", s.locals)
			s.locals++
			at = u.name + "[" + name + "]." + v.text
			s.scope = []place{{name, "id", false, ""}}
		}
		line := at + " = " + s.expr(v.kind, 1)
		if elem, is := strings.CutPrefix(v.kind, "[id] "); is && !u.array && s.chance(60) {
			s.scope = []place{{"j", "id", false, ""}}
			line = "for j in id { " + at + "[j] = " + s.expr(elem, 1) + " }"
		}
		if u.array {
			line = "for " + name + " in id { " + line + " }"
		}
		s.scope = nil
		lines = append(lines, line)
	}
	if len(lines) == 0 {
		return "var n: 0..1 = 0; n = 1"
	}
	return strings.Join(lines, "\n    ")
}

// plan draws how the unit is replaced in steps.
func (s *symmetric) plan(u *peer) string {
	each := ""
	if s.mistake("each", 90) {
		each = "each "
	}
	if u.kind != "function" && s.chance(50) {
		return "stop " + u.name + "; replace " + each + u.name
	}
	s.self, s.asking = nil, true
	when := s.readable(func() string { return s.expr("bool", 1) })
	s.asking = false
	return "try replace " + each + u.name + " at " + pick(s.generator, []string{"unit", "anytime", "system"}) + " when " + when + " else { replace " + u.name + " at unit }"
}

// rest draws what else an update says.
func (s *symmetric) rest(u *peer) string {
	out := ""
	for _, v := range u.vars {
		switch {
		case s.chance(8):
			out += "  tolerate " + u.name + "." + v.text + "\n"
		case s.chance(8) && v.kind == "[id] bool":
			out += "  accepts " + u.name + "." + v.text + pick(s.generator, []string{"[id]", "[id]", "[1]"}) + " in { true }\n"
		}
	}
	if s.chance(10) {
		out += "  window forbids " + u.name + "." + u.messages[0].name + "\n"
	}
	return out
}
