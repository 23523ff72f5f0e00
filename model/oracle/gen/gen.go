package gen

import (
	"fmt"
	"maps"
	"math/bits"
	"slices"
	"strings"

	"pgregory.net/rapid"
)

// Spec draws the text of a spec with one system and one update.
func Spec(t *rapid.T) string {
	g := &generator{t: t}
	base := g.system()
	up := g.change(base)
	return base.text() + "\n" + up
}

// generator draws what is left open.
type generator struct {
	t      *rapid.T
	locals int      // names given to locals so far
	inner  string   // a unit that no client uses, if there is one
	bell   *handler // a message that all clients signal, if there is one
}

// chance is true in about that many of a hundred draws. Shrinking makes it false.
func (g *generator) chance(percent int) bool { return g.number(0, 99) >= 100-percent }

// number draws from lo..hi, all numbers being about equally likely (rapid's own
// ranges prefer small ones); shrinking makes it lo.
func (g *generator) number(lo, hi int) int {
	n := hi - lo + 1
	width := bits.Len(uint(n-1)) + 3
	if n&(n-1) == 0 {
		width = bits.Len(uint(n - 1))
	}
	uniform := rapid.Custom(func(t *rapid.T) int {
		x := 0
		for range width {
			x *= 2
			if rapid.Bool().Draw(t, "bit") {
				x++
			}
		}
		return x
	})
	if n == 1 {
		return lo
	}
	return lo + uniform.Draw(g.t, "number")*n>>width
}

// pick draws one of a list; shrinking makes it the first.
func pick[T any](g *generator, list []T) T { return list[g.number(0, len(list)-1)] }

// typ is a type of the spec. Values are numbers, truth values, names, records, or hold
// values of another type.
type typ struct {
	name    string // "bool", or declared
	decl    string // behind `type name =`; "" for bool
	extend  string // behind `extend type name =`, where an update extends it
	hi      int    // numbers: 0..hi
	means   bool   // it has a tag
	members []string
	of      string // the name of the type of what values hold, for "maybe", "bag" and "list"
}

func (t *typ) isBool() bool   { return t.name == "bool" }
func (t *typ) isRecord() bool { return t.name == "pair" }
func (t *typ) isScalar() bool { return !t.isRecord() && t.of == "" }
func (t *typ) isNumber() bool { return t.isScalar() && !t.isBool() && t.members == nil }

// variable is a variable of a unit, or data outside units.
type variable struct {
	class string // "var", "shared", "persistent", "ghost", "hidden"
	mark  string // before the class, with a space; "" for none
	name  string
	t     *typ // nil for a caller
	array bool // indexed by bit
	init  string
}

func (v variable) text() string {
	typ := "caller"
	if v.t != nil {
		typ = v.t.name
		if v.class == "ghost" {
			typ = "0..2" // no update may change a ghost's type
		}
	}
	if v.array {
		typ = "[bit] " + typ
	}
	s := v.mark + v.class + " " + v.name + ": " + typ
	if v.init != "" {
		s += " = " + v.init
	}
	return s
}

// handler is the code for one message.
type handler struct {
	unit   string
	name   string
	params []variable
	result *typ
	body   string
	sends  string          // what it sends, as a protocol expression; "" for nothing
	uses   map[string]bool // the variables ("u0.v0", "s0") and messages ("u0.m0") of its code
	fixed  bool            // of a pattern: not written anew at random
	open   []variable      // its readable locals
}

func (h *handler) text() string {
	var ps []string
	for _, p := range h.params {
		ps = append(ps, p.name+": "+p.t.name)
	}
	s := "on " + h.name + "(" + strings.Join(ps, ", ") + ")"
	if h.result != nil {
		s += " -> " + h.result.name
	}
	return s + " { " + h.body + " }"
}

// unit is a unit, or a client, whose only handler is then its code.
type unit struct {
	kind     string
	name     string
	array    bool // two instances
	mailbox  int
	vars     []variable
	answers  *typ // what callers that are held wait for; nil for no value
	handlers []*handler
}

// holds says whether the unit has a place for callers.
func (u *unit) holds() bool {
	return slices.ContainsFunc(u.vars, func(x variable) bool { return x.t == nil })
}

func (u *unit) head() string {
	s := u.kind + " " + u.name
	if u.array {
		s += "[0..1]"
	}
	if u.mailbox > 1 {
		s += fmt.Sprintf(" mailbox %d", u.mailbox)
	}
	return s
}

// text is the unit without what is attached to its messages, which is no part of it.
func (u *unit) text() string { return u.with(nil) }

// with gives the unit's text with more lines at the beginning.
func (u *unit) with(lines []string) string {
	if u.kind == "client" {
		return u.head() + " { " + u.handlers[0].body + " }\n"
	}
	s := u.head() + " {\n"
	for _, line := range lines {
		s += "  " + line + "\n"
	}
	for _, v := range u.vars {
		s += "  " + v.text() + "\n"
	}
	for _, h := range u.handlers {
		s += "  " + h.text() + "\n"
	}
	return s + "}\n"
}

// version is one version of the system.
type version struct {
	types     []*typ
	defs      []string // texts, by number
	data      []variable
	hooks     []hook
	units     []*unit // clients first
	protocols []protocol
	stables   []string
	// converging names the units that say that they can stop in the stable state calm.
	converging []string
	always     []string
	machines   []string        // their texts
	pinned     map[string]bool // names in stables and always
}

func (v *version) text() string {
	s := "system random\n\n"
	for _, m := range v.machines {
		s += m + "\n"
	}
	for _, t := range v.types {
		if t.decl != "" {
			s += "type " + t.name + " = " + t.decl + "\n"
		}
	}
	for _, d := range v.defs {
		s += d + "\n"
	}
	for _, d := range v.data {
		s += d.text() + "\n"
	}
	for _, line := range v.hooked("") {
		s += line + "\n"
	}
	for _, p := range v.protocols {
		s += v.protocolText(p) + "\n"
	}
	for _, u := range v.units {
		lines := v.hooked(u.name)
		if slices.Contains(v.converging, u.name) {
			lines = append(lines, "converges to calm")
		}
		s += u.with(lines)
	}
	for _, line := range append(slices.Clone(v.stables), v.always...) {
		s += line + "\n"
	}
	return s
}

// clone copies a version so that the copy can be changed.
func (v *version) clone() *version {
	c := &version{
		defs: slices.Clone(v.defs), data: slices.Clone(v.data), hooks: v.hooks,
		protocols: slices.Clone(v.protocols), stables: v.stables, converging: v.converging, always: slices.Clone(v.always), pinned: v.pinned,
	}
	now := map[*typ]*typ{}
	for _, t := range v.types {
		copied := *t
		now[t] = &copied
		c.types = append(c.types, &copied)
	}
	for i, d := range c.data {
		c.data[i].t = now[d.t]
	}
	for _, u := range v.units {
		copied := *u
		copied.vars, copied.answers = retyped(u.vars, now), now[u.answers]
		copied.handlers = nil
		for _, h := range u.handlers {
			ch := *h
			ch.params, ch.result, ch.uses = retyped(h.params, now), now[h.result], maps.Clone(h.uses)
			ch.open = retyped(h.open, now)
			copied.handlers = append(copied.handlers, &ch)
		}
		c.units = append(c.units, &copied)
	}
	return c
}

// retyped copies variables with the types of another version.
func retyped(vars []variable, now map[*typ]*typ) []variable {
	copied := slices.Clone(vars)
	for i, v := range copied {
		copied[i].t = now[v.t]
	}
	return copied
}

func (v *version) typ(name string) *typ {
	for _, t := range v.types {
		if t.name == name {
			return t
		}
	}
	return nil
}

func (v *version) unit(name string) *unit {
	for _, u := range v.units {
		if u.name == name {
			return u
		}
	}
	return nil
}

// handler finds the handler for a message, nil where it or its unit is gone.
func (v *version) handler(unit, name string) *handler {
	if u := v.unit(unit); u != nil {
		return u.handler(name)
	}
	return nil
}

func (u *unit) handler(name string) *handler {
	for _, h := range u.handlers {
		if h.name == name {
			return h
		}
	}
	return nil
}

// structural gives the units without the clients.
func (v *version) structural() []*unit {
	return slices.DeleteFunc(slices.Clone(v.units), func(u *unit) bool { return u.kind == "client" })
}
