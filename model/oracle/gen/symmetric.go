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
	keyed    string // "p", if there is a protocol, or "p[" if it has a key and is tracked
	open     bool   // the clients have a readable local r
	// Of what is being drawn:
	self   *peer   // whose code it is, nil outside units
	scope  []place // locals
	atomic bool    // it stands inside atomic
	asking bool    // it is a property or an assertion
	old    bool    // it is a transfer: data are read in the old state
	budget int     // statements with parts still to be drawn
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

// text draws all of it.
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
	names := []string{"fs"}
	if len(s.units) > 1 {
		names = append(names, "w")
	}
	key, tracked := pick(s.generator, []string{"(a: id)", "(a: id)", ""}), ""
	if s.keyed = "p"; key != "" && s.chance(40) {
		s.keyed, tracked = "p[", "tracked "
	}
	return tracked + "protocol p" + key + ": app -> " + strings.Join(names, ", ") + " { (" + strings.Join(words, " | ") + ")" + pick(s.generator, []string{"*", "+"}) + " }\n"
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
	if array && s.chance(30) {
		s.open = true
		start += "readable var r: id? = none; "
		s.scope = append(s.scope, place{"r", "id?", true, ""})
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
