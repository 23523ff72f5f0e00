package gen

import (
	"fmt"
	"slices"
	"strings"
)

// readable draws without what transfers and stable states cannot see.
func (s *symmetric) readable(draw func() string) string {
	vars := s.vars
	hidden := func(v place) bool { return v.class == "ghost" || v.class == "hidden" }
	s.vars = slices.DeleteFunc(slices.Clone(vars), hidden)
	text := draw()
	s.vars = vars
	return text
}

// places lists what can be read, or written.
func (s *symmetric) places(write bool) (all []place) {
	all = slices.Clone(s.scope)
	for _, v := range s.vars {
		if s.asking || v.class != "ghost" {
			if s.old {
				v.text, v.write = "old."+v.text, false
			}
			all = append(all, v)
		}
	}
	if s.self != nil {
		all = append(all, s.self.vars...)
		if s.self.array && !s.old {
			all = append(all, place{"self", "id", false, ""})
		}
	}
	for _, v := range slices.Clone(all) {
		if elem, is := strings.CutPrefix(v.kind, "[id] "); is {
			if ids := slices.DeleteFunc(slices.Clone(s.scope), func(p place) bool { return p.kind != "id" }); len(ids) > 0 {
				all = append(all, place{v.text + "[" + pick(s.generator, ids).text + "]", elem, v.write, v.class})
			}
			if s.self != nil && s.self.array && !s.old {
				all = append(all, place{v.text + "[self]", elem, v.write, v.class})
			}
		}
		if v.kind == "job" {
			all = append(all, place{v.text + ".from", "id", v.write, v.class}, place{v.text + ".n", "0..1", v.write, v.class})
		}
	}
	return slices.DeleteFunc(all, func(v place) bool { return write && !v.write })
}

// of draws a place of a kind, "" where there is none.
func (s *symmetric) of(kind string) string {
	mixed := s.mistake("mixed", 30) && (kind == "id" || kind == "0..1")
	all := slices.DeleteFunc(s.places(false), func(v place) bool { return v.kind != kind && !(mixed && (v.kind == "id" || v.kind == "0..1")) })
	if len(all) == 0 {
		return ""
	}
	return pick(s.generator, all).text
}

// expr draws an expression of a kind.
func (s *symmetric) expr(kind string, depth int) string {
	switch {
	case kind == "id" && s.mistake("constant", 20):
		return s.oneOf(map[string][]string{"{ x, y }": {"x", "y"}, "1..2": {"1", "2"}, "0..1": {"0", "1"}, "0..2": {"0", "1"}}[s.decl])
	case kind == "bool" && s.mistake("fails", 50):
		return s.quantifier(pick(s.generator, []string{"all", "any"}), "bool")
	}
	if at := s.of(kind); at != "" && s.chance(60) {
		return at
	}
	if depth > 0 && !strings.HasPrefix(kind, "[") && s.chance(12) {
		return "(if " + s.expr("bool", 0) + " then " + s.expr(kind, depth-1) + " else " + s.expr(kind, depth-1) + ")"
	}
	switch kind {
	case "id":
		return s.id()
	case "bool":
		return s.bool(depth)
	case "0..1", "0..2":
		return s.numeral(kind, depth)
	case "id?":
		return pick(s.generator, []string{"none", s.expr("id", depth)})
	case "set of id":
		one := "{" + s.expr("id", 0) + "}"
		if at := s.of(kind); at != "" && s.chance(70) {
			return "(" + at + pick(s.generator, []string{" + ", " - "}) + one + ")"
		}
		return pick(s.generator, []string{"{}", one, "{" + s.expr("id", 0) + ", " + s.expr("id", 0) + "}"})
	case "seq 2 of id":
		one := "[" + s.expr("id", 0) + "]"
		if at := s.of(kind); at != "" && s.chance(70) {
			return "(if " + at + ".length < 2 then " + at + " + " + one + " else " + at + ".rest)"
		}
		return pick(s.generator, []string{"[]", one})
	case "job":
		return "job(from: " + s.expr("id", 0) + ", n: " + s.expr("0..1", 0) + ")"
	case "job?":
		return pick(s.generator, []string{"none", s.expr("job", 0)})
	}
	elem, _ := strings.CutPrefix(kind, "[id] ")
	return s.expr(elem, 0) // for all elements
}

// id draws an interchangeable value that is no place.
func (s *symmetric) id() string {
	if q := s.of("seq 2 of id"); q != "" && s.chance(25) {
		if one := s.of("id"); one != "" {
			return "(if " + q + " == [] then " + one + " else " + q + ".first)"
		}
	}
	if m := s.of("id?"); m != "" && s.chance(30) {
		if one := s.of("id"); one != "" {
			return "(if " + m + " == none then " + one + " else " + m + ".value)"
		}
	}
	if at := s.of("id"); at != "" {
		return at
	}
	return "0" // none is at hand
}

// bool draws a truth value.
func (s *symmetric) bool(depth int) string {
	if s.mistake("order", 40) {
		return "(" + s.expr("id", 0) + pick(s.generator, []string{" < ", " <= ", " in 0.."}) + s.expr("id", 0) + ")"
	}
	var all []string
	if s.of("id") != "" {
		all = append(all, s.expr("id", 0)+" == "+s.expr("id", 0), s.expr("id", 0)+" != "+s.expr("id", 0))
		for _, kind := range []string{"set of id", "seq 2 of id"} {
			if at := s.of(kind); at != "" {
				all = append(all, s.expr("id", 0)+" in "+at)
			}
		}
		if at := s.of("id?"); at != "" {
			all = append(all, at+" == "+s.expr("id", 0))
		}
	}
	for _, kind := range []string{"id?", "set of id", "seq 2 of id", "job?"} {
		if at := s.of(kind); at != "" {
			all = append(all, at+" == "+map[string]string{"id?": "none", "set of id": "{}", "seq 2 of id": "[]", "job?": "none"}[kind])
		}
	}
	if at := s.of("0..2"); at != "" {
		all = append(all, at+pick(s.generator, []string{" < 1", " == 0", " != 2"}))
	}
	if depth > 0 {
		all = append(all, s.quantifier(pick(s.generator, []string{"all", "any"}), "bool"), "(not "+s.expr("bool", depth-1)+")")
		if s.asking && s.self == nil {
			all = append(all, s.asked())
		}
	}
	if len(all) == 0 {
		return pick(s.generator, []string{"true", "false"})
	}
	return "(" + pick(s.generator, all) + ")"
}

// asked draws what goes on.
func (s *symmetric) asked() string {
	u := pick(s.generator, s.units)
	if s.open && s.chance(40) {
		return "all(i in id: app[i].r == none or app[i].r != " + pick(s.generator, []string{"i", "none"}) + ")"
	}
	if s.keyed == "p[" && s.chance(40) {
		return "any(i in id: not p[i].in_progress or p[i].allows(" + u.name + "." + u.messages[0].name + "))"
	}
	switch m := u.messages[0]; {
	case !u.array && u.kind != "function" && m.params[0] == "id":
		return "all(i in id: count(m in " + u.name + ".waiting(" + m.name + "): m.a == i) <= 1)"
	case u.array:
		return "all(i in id: " + u.name + "[i].idle)"
	}
	return u.name + ".idle"
}

// quantifier draws one over the values of id, or of a set or a sequence of them.
func (s *symmetric) quantifier(op, body string) string {
	name := fmt.Sprintf("i%d", s.locals)
	s.locals++
	domain := "id"
	if at := s.of(pick(s.generator, []string{"set of id", "seq 2 of id"})); at != "" && s.chance(40) {
		domain = at
	}
	s.scope = append(s.scope, place{name, "id", false, ""})
	text := s.expr(body, 0)
	if s.mistake("fails", 80) {
		text = pick(s.generator, []string{"1 / s0[" + name + "] == 1", "1 / s0[" + name + "] != 1", "1 / " + s.expr("0..1", 0) + " == 1"})
		if s.old {
			text = strings.ReplaceAll(text, "s0[", "old.s0[")
		}
		if body != "bool" {
			text = "(if " + text + " then 1 else 0)"
		}
	}
	s.scope = s.scope[:len(s.scope)-1]
	return op + "(" + name + " in " + domain + ": " + text + ")"
}

// numeral draws a number.
func (s *symmetric) numeral(kind string, depth int) string {
	top := map[string]int{"0..1": 1, "0..2": 2}[kind]
	var all []string
	if at := s.of(kind); at != "" {
		all = append(all, fmt.Sprintf("((%s + 1) mod %d)", at, top+1))
	}
	if at := s.of("set of id"); at != "" {
		all = append(all, fmt.Sprintf("(%s.size mod %d)", at, top+1))
	}
	if depth > 0 {
		all = append(all, fmt.Sprintf("(%s mod %d)", s.quantifier("count", "bool"), top+1), fmt.Sprintf("(%s mod %d)", s.quantifier("sum", "0..1"), top+1))
	}
	if len(all) == 0 || s.chance(40) {
		return fmt.Sprint(s.number(0, top))
	}
	return pick(s.generator, all)
}

// statement draws a statement.
func (s *symmetric) statement(depth int) string {
	s.budget--
	if s.budget >= 0 && depth < 2 {
		switch s.number(0, 11) {
		case 0:
			return "if " + s.expr("bool", 1) + " { " + s.nested(depth) + " } else { " + s.nested(depth) + " }"
		case 1:
			return "either { " + s.nested(depth) + " } or { " + s.nested(depth) + " }"
		case 2, 3:
			if !s.atomic {
				s.atomic = true
				text := "atomic { " + s.nested(depth) + "; " + s.nested(depth) + " }"
				s.atomic = false
				return text
			}
		case 4:
			return s.rounds()
		case 7:
			if s.careless == "for" {
				return s.rounds()
			}
		case 5, 6:
			if s.self != nil && s.self.name != "w" && len(s.units) > 1 && !s.atomic {
				return s.message(s.units[1])
			}
		}
	}
	switch s.number(0, 13) {
	case 0:
		return "await " + s.expr("bool", 1) + " or true"
	case 1:
		s.asking = true
		cond := s.expr("bool", 2)
		s.asking = false
		return "assert " + cond + " or true"
	case 2:
		if at := s.of("set of id"); at != "" {
			return s.local("id", " = choose "+at)
		}
	case 3:
		return s.local("id", " = choose id")
	case 4, 6:
		if s.careless == "unassigned" {
			return s.local("id", "")
		}
		return s.local(pick(s.generator, sentKinds), "")
	case 5:
		return s.note()
	}
	return s.assign()
}

func (s *symmetric) nested(depth int) string {
	mark := len(s.scope)
	text := s.statement(depth + 1)
	s.scope = s.scope[:mark]
	return text
}

// local draws a local, mostly with a value.
func (s *symmetric) local(kind, init string) string {
	name := fmt.Sprintf("l%d", s.locals)
	s.locals++
	if init == "" && !s.mistake("unassigned", 60) {
		init = " = " + s.expr(kind, 1)
	}
	s.scope = append(s.scope, place{name, kind, true, ""})
	if init == "" && s.careless == "unassigned" {
		init = "; if " + s.expr("bool", 1) + " { " + name + " = " + s.expr(kind, 0) + " }; " + s.assign()
	}
	return "var " + name + ": " + kind + init
}

// assign draws an assignment.
func (s *symmetric) assign() string {
	all := s.places(true)
	if len(all) == 0 {
		return s.local("0..1", "")
	}
	to := pick(s.generator, all)
	switch {
	case to.kind == "id" && s.chance(30):
		return to.text + " = choose " + pick(s.generator, []string{"id", "{" + s.expr("id", 0) + ", " + s.expr("id", 0) + "}"})
	case to.kind == "set of id" && s.chance(50):
		return to.text + pick(s.generator, []string{" += {", " -= {"}) + s.expr("id", 0) + "}"
	}
	value := s.expr(to.kind, 1)
	if value == to.text {
		value = s.expr(to.kind, 1)
	}
	return to.text + " = " + value
}

// note draws a note, or an assignment where there is no ghost.
func (s *symmetric) note() string {
	for _, v := range s.vars {
		if v.class == "ghost" {
			s.asking = true
			text := "note " + v.text + " = " + s.expr(v.kind, 1)
			if elem, is := strings.CutPrefix(v.kind, "[id] "); is && s.of("id") != "" && s.chance(70) {
				text = "note " + v.text + "[" + s.of("id") + "] = " + s.expr(elem, 1)
			}
			s.asking = false
			return text
		}
	}
	return s.assign()
}

// rounds draws a `for` over the values of id, in one step.
func (s *symmetric) rounds() string {
	name := fmt.Sprintf("i%d", s.locals)
	s.locals++
	mark := len(s.scope)
	var to []place
	for _, v := range s.places(true) {
		if elem, is := strings.CutPrefix(v.kind, "[id] "); is {
			to = append(to, place{v.text + "[" + name + "]", elem, true, ""})
		}
	}
	s.scope = append(s.scope, place{name, "id", false, ""})
	text := ""
	switch {
	case s.mistake("for", 60):
		text = s.assign()
	case len(to) == 0:
		text = "var n" + name + " = " + name
	default:
		e := pick(s.generator, to)
		text = e.text + " = " + s.expr(e.kind, 0)
	}
	s.scope = s.scope[:mark]
	text = "for " + name + " in id { " + text + " }"
	if s.atomic || s.old || s.mistake("for", 30) {
		return text
	}
	return "atomic { " + text + " }"
}

// message draws a message to a unit.
func (s *symmetric) message(u *peer) string {
	m := pick(s.generator, u.messages)
	to := u.name
	if u.array {
		to += "[" + s.expr("id", 0) + "]"
	}
	var args []string
	for _, k := range m.params {
		args = append(args, s.expr(k, 1))
	}
	text := to + "." + m.name + "(" + strings.Join(args, ", ") + ")"
	switch how := pick(s.generator, []string{"call", "call", "call", "send", "signal"}); {
	case how != "call" && u.kind != "function":
		return how + " " + text
	case m.result == "" || s.chance(40):
		return "call " + text
	}
	name := fmt.Sprintf("l%d", s.locals)
	s.locals++
	s.scope = append(s.scope, place{name, m.result, true, ""})
	return "var " + name + " = call " + text
}
