package gen

import (
	"fmt"
	"slices"
	"strings"

	"pgregory.net/rapid"
)

// Symmetric draws the text of a spec with arrays that are said to be `symmetric`, over a type
// id. Most of them keep to what that asks for; some do not, and are to be refused.
func Symmetric(t *rapid.T) string {
	s := &symmetric{generator: &generator{t: t}}
	if s.chance(45) {
		s.careless = pick(s.generator, mistakes)
	}
	s.decl = pick(s.generator, []string{"0..1", "0..1", "0..1", "0..1", "0..1", "1..2", "{ x, y }", "0..2"})
	return s.text()
}

// symmetric draws such a spec.
type symmetric struct {
	*generator
	careless string // the mistake that it makes again and again, "" for none
	decl     string // of id
	vars     []place
	units    []*peer
	old      bool // a transfer is drawn: plain places are of the old state
	scope    []place
	self     *peer
	atomic   bool
	asking   bool // properties and assertions
	keyed    bool // there is a protocol
	budget   int
}

// place is something that can be read, with its kind: the text of its type, or "job".
type place struct {
	text, kind string
	write      bool
	class      string
}

// peer is a unit with the messages that it takes.
type peer struct {
	kind, name string
	array      bool
	mailbox    int
	vars       []place
	messages   []call
}

// call is a message: the kinds of its parameters, which are called a, b, and of its reply.
type call struct {
	name   string
	params []string
	result string
	holds  bool
}

// mistakes are what a spec can do that tells interchangeable values apart.
var mistakes = []string{"constant", "initial", "order", "mixed", "start", "unassigned", "fails", "fails", "for", "for", "mixed", "mixed", "unassigned", "each", "first", "first"}

// mistake is true in some draws of a spec that makes it.
func (s *symmetric) mistake(what string, percent int) bool {
	return s.careless == what && s.chance(percent)
}

// kinds of variables, and of what messages carry.
var (
	storedKinds = []string{"id?", "id?", "set of id", "seq 2 of id", "[id] bool", "[id] 0..1", "0..2", "bool", "[id] id?", "[id] id?", "job?", "[id] set of id"}
	sentKinds   = []string{"id", "id", "id", "0..1", "id?", "set of id", "job"}
)

func (s *symmetric) text() string {
	for i := range s.number(1, 2) {
		s.vars = append(s.vars, s.variable(fmt.Sprintf("s%d", i), []string{"shared", "shared", "persistent", "hidden", "ghost"}))
	}
	switch s.careless {
	case "first":
		s.vars[0].class, s.vars[0].write = "ghost", false
	case "fails":
		s.vars[0] = place{"s0", "[id] 0..1", true, "shared"}
	}
	s.units = []*peer{s.peer("fs", false)}
	if s.chance(45) {
		s.units = append(s.units, s.peer("w", true))
	}
	out := "system symmetric\n\ntype id = " + s.decl + "\ntype job = record { from: id, n: 0..1 }\n"
	for _, v := range s.vars {
		out += s.declared(v)
	}
	out += s.protocol()
	clients := "client app[id] symmetric"
	if s.chance(15) {
		clients = "client app[id]"
	}
	out += clients + " { " + s.client(true) + " }\n"
	if s.chance(5) {
		out += "client other { " + s.client(false) + " }\n"
	}
	for _, u := range s.units {
		out += s.unit(u)
	}
	s.scope, s.self, s.asking = nil, nil, true
	if s.chance(30) {
		out += "always " + s.expr("bool", 2) + " or true\n"
	}
	if s.chance(40) {
		out += "stable calm when " + s.readable(func() string { return s.expr("bool", 2) }) + "\n"
	}
	s.asking = false
	return out + s.update()
}

func (s *symmetric) variable(name string, classes []string) place {
	v := place{name, pick(s.generator, storedKinds), true, pick(s.generator, classes)}
	if s.chance(12) || s.mistake("start", 60) || s.mistake("order", 50) {
		v.kind = "id"
	}
	v.write = v.class != "ghost"
	return v
}

// declared writes a declaration.
func (s *symmetric) declared(v place) string {
	init := ""
	switch {
	case v.kind == "id" && !s.mistake("start", 60) && !s.mistake("initial", 50):
		init = " = choose id"
	case s.mistake("initial", 60):
		init = s.oneOf(map[string][]string{"id": {" = 1", " = choose {1}"}, "id?": {" = 1"}, "set of id": {" = {1}"}, "[id] bool": {" = [true, false]"}, "seq 2 of id": {" = [1]"}}[v.kind])
	case s.chance(20):
		init = s.oneOf(map[string][]string{"[id] bool": {" = true"}, "[id] 0..1": {" = 1"}, "0..2": {" = 1", " = choose 0..1"}}[v.kind])
	}
	return v.class + " " + v.text + ": " + v.kind + init + "\n"
}

// oneOf draws one of a list, "" where it is empty.
func (s *symmetric) oneOf(list []string) string {
	if len(list) == 0 {
		return ""
	}
	return pick(s.generator, list)
}

func (s *symmetric) peer(name string, array bool) *peer {
	u := &peer{kind: pick(s.generator, []string{"process", "process", "object", "function"}), name: name, array: array, mailbox: s.number(1, 2)}
	for i := range s.number(0, 2) {
		u.vars = append(u.vars, s.variable(fmt.Sprintf("%s%d", name, i), []string{"var", "var", "persistent", "hidden"}))
	}
	for i := range s.number(1, 2) {
		m := call{name: fmt.Sprintf("m%d", i), params: []string{pick(s.generator, sentKinds)}}
		if s.chance(60) {
			m.params[0] = "id"
		}
		if s.chance(25) {
			m.params = append(m.params, pick(s.generator, sentKinds))
		}
		if s.chance(35) {
			m.result = pick(s.generator, sentKinds)
		}
		m.holds = u.kind != "function" && s.chance(8)
		u.messages = append(u.messages, m)
	}
	return u
}

func (s *symmetric) protocol() string {
	var words []string
	for _, u := range s.units {
		for _, m := range u.messages {
			if m.params[0] == "id" {
				words = append(words, u.name+"."+m.name)
			}
		}
	}
	if len(words) == 0 || !s.chance(35) {
		return ""
	}
	s.keyed = true
	names := []string{"fs"}
	if len(s.units) > 1 {
		names = append(names, "w")
	}
	key := pick(s.generator, []string{"(a: id)", "(a: id)", ""})
	return "protocol p" + key + ": app -> " + strings.Join(names, ", ") + " { (" + strings.Join(words, " | ") + ")" + pick(s.generator, []string{"*", "+"}) + " }\n"
}

// client draws what a client does.
func (s *symmetric) client(array bool) string {
	s.scope, s.self, s.budget = nil, &peer{kind: "client", name: "app", array: array}, 2
	start := ""
	if !array || s.chance(25) {
		start = "var k: id = choose id; "
		s.scope = append(s.scope, place{"k", "id", true, ""})
	} else if s.chance(10) {
		start = "var k = self; "
		s.scope = append(s.scope, place{"k", "id", true, ""})
	}
	if s.chance(6) || s.mistake("first", 90) {
		start += s.note() + "; "
	}
	lines := []string{s.message(pick(s.generator, s.units[:1]))}
	if s.careless == "fails" {
		lines = append(lines, "s0["+s.of("id")+"] = choose 0..1")
	}
	for range s.number(0, 2) {
		lines = append(lines, s.statement(0))
	}
	return start + "loop { " + strings.Join(lines, "; ") + " }"
}

// unit writes a unit, with new code.
func (s *symmetric) unit(u *peer) string {
	out := u.kind + " " + u.name
	if u.array {
		out += "[id]" + pick(s.generator, []string{"", " symmetric"})
	}
	if u.mailbox > 1 && u.kind != "function" {
		out += " mailbox 2"
	}
	out += " {\n"
	for _, v := range u.vars {
		out += "  " + s.declared(v)
	}
	if slices.ContainsFunc(u.messages, func(m call) bool { return m.holds }) {
		out += "  var held: [id] caller\n"
	}
	for _, m := range u.messages {
		out += "  " + s.handler(u, m) + "\n"
	}
	return out + "}\n"
}

// handler writes the code for a message.
func (s *symmetric) handler(u *peer, m call) string {
	s.scope, s.self, s.budget = nil, u, 3
	head := "on " + m.name + "("
	for i, k := range m.params {
		name := []string{"a", "b", "c"}[i]
		if i > 0 {
			head += ", "
		}
		head += name + ": " + k
		s.scope = append(s.scope, place{name, k, true, ""})
	}
	head += ")"
	if m.result != "" {
		head += " -> " + m.result
	}
	var lines []string
	if !u.array && !slices.Contains(m.params, "id") {
		lines = append(lines, "var k: id = choose id")
		s.scope = append(s.scope, place{"k", "id", true, ""})
	}
	for range s.number(0, 2) {
		lines = append(lines, s.statement(0))
	}
	reply := "reply"
	if m.result != "" {
		reply += " " + s.expr(m.result, 1)
	}
	if m.holds {
		at := "held[" + s.expr("id", 0) + "]"
		lines = append(lines, reply+" to "+at, "hold "+at)
	} else {
		lines = append(lines, reply)
	}
	return head + " { " + strings.Join(lines, "; ") + " }"
}

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
		if s.asking && len(s.units) > 0 && s.self == nil {
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
		if s.keyed {
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
