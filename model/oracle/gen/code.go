package gen

import (
	"fmt"
	"slices"
	"strings"
)

// code draws the code of one handler or client.
type code struct {
	*generator
	v       *version
	unit    *unit
	handler *handler
	entries []entry // locals in scope
	uses    map[string]bool
	open    []variable // its readable locals
	budget  int        // statements still to be drawn
	atomic  bool
}

// entry is a place that code can read.
type entry struct {
	text     string
	t        *typ
	use      string // the name of the variable outside the activation
	writable bool
}

// entriesOf lists a variable and its parts.
func (g *generator) entriesOf(v variable, path, use string, writable bool) []entry {
	switch {
	case v.t == nil:
		return nil
	case v.array:
		return []entry{{path + "[0]", v.t, use, writable}, {path + "[1]", v.t, use, writable}}
	}
	es := []entry{{path, v.t, use, writable}}
	if v.t.isRecord() {
		es = append(es, entry{path + ".x", &typ{name: "bit", hi: 1}, use, writable}, entry{path + ".y", &typ{name: "bool"}, use, writable})
	}
	return es
}

// visible lists what the code can read: locals, the unit's variables, data.
func (c *code) visible() []entry {
	es := slices.Clone(c.entries)
	for _, x := range c.unit.vars {
		if x.class != "ghost" {
			es = append(es, c.entriesOf(x, x.name, c.unit.name+"."+x.name, true)...)
		}
	}
	for _, x := range c.v.data {
		if x.class != "ghost" {
			es = append(es, c.entriesOf(x, x.name, x.name, true)...)
		}
	}
	if c.unit.array {
		es = append(es, entry{text: "self", t: &typ{name: "bit", hi: 1}})
	}
	return es
}

// of draws a readable place of a type and notes its use; "" if there is none.
func (c *code) of(t *typ) string {
	es := slices.DeleteFunc(c.visible(), func(e entry) bool { return e.t.name != t.name })
	if len(es) == 0 {
		return ""
	}
	e := pick(c.generator, es)
	c.use(e)
	return e.text
}

func (c *code) use(e entry) {
	if e.use != "" {
		c.uses[e.use] = true
	}
}

// expr draws an expression of a type.
func (c *code) expr(t *typ, depth int) string {
	if place := c.of(t); place != "" && c.chance(60) {
		return c.bent(t, place)
	}
	if depth > 0 && c.chance(15) {
		return "(if " + c.expr(c.v.typ("bool"), 0) + " then " + c.expr(t, depth-1) + " else " + c.expr(t, depth-1) + ")"
	}
	switch {
	case t.of != "":
		return c.held(t)
	case t.isBool():
		return c.condition(depth)
	case t.isRecord():
		return "pair(x: " + c.expr(c.v.typ("bit"), 0) + ", y: " + pick(c.generator, []string{"true", "false"}) + ")"
	case t.members != nil:
		return pick(c.generator, t.members)
	case t.means:
		return t.name + "(" + c.expr(c.v.typ("bit"), 0) + ")"
	}
	if place := c.taken(t); place != "" && c.chance(40) {
		return place
	}
	// Only places are converted: a converted constant is the constant.
	if place := c.of(c.v.typ("num")); place != "" && t.name == "bit" && c.chance(30) {
		return "bit(" + place + " mod 2)"
	}
	if place := c.of(c.v.typ("bit")); place != "" && t.name == "num" && c.chance(30) {
		return "num(" + place + ")"
	}
	if place := c.of(c.v.typ("bit")); place != "" && t.name == "key" && c.chance(50) {
		return place
	}
	return fmt.Sprint(c.number(0, t.hi))
}

// bent draws a change of the value of a place.
func (c *code) bent(t *typ, place string) string {
	switch {
	case t.of != "":
		return c.bentHeld(t, place)
	case t.isBool() && c.chance(30):
		return "(not " + place + ")"
	case !t.isNumber() || t.means:
		return place
	case t.name == "bit" && len(c.v.defs) > 0 && c.chance(20):
		return "twist(" + place + ")"
	case c.chance(40):
		return fmt.Sprintf("(%s + 1) mod %d", place, t.hi+1)
	case c.chance(4):
		return place + " + 1"
	}
	return place
}

// condition draws a truth value.
func (c *code) condition(depth int) string {
	var comparable []*typ
	for _, t := range c.v.types {
		if !t.isBool() && !t.isRecord() {
			comparable = append(comparable, t)
		}
	}
	t := pick(c.generator, comparable)
	switch {
	case depth > 0 && c.chance(15):
		op := pick(c.generator, []string{" and ", " or "})
		return "(" + c.expr(c.v.typ("bool"), 0) + op + c.expr(c.v.typ("bool"), 0) + ")"
	case c.chance(8):
		return "any(q in num: q == " + c.expr(c.v.typ("num"), 0) + ")"
	}
	place := c.of(t)
	if place == "" {
		return pick(c.generator, []string{"true", "false"})
	}
	switch {
	case t.of != "" && c.chance(70):
		return c.askedOf(t, place)
	case t.isNumber() && !t.means && c.chance(30):
		return place + pick(c.generator, []string{" < ", " <= ", " >= "}) + c.expr(t, 0)
	case t.isNumber() && !t.means && c.chance(10):
		return place + " in {0, 1}"
	}
	return place + pick(c.generator, []string{" == ", " != "}) + c.expr(t, 0)
}

// sequence, choice and repeated build protocol expressions; "" is nothing.
func sequence(a, b string) string { return strings.TrimSpace(a + " " + b) }

func choice(all ...string) string {
	empty := false
	var some []string
	for _, a := range all {
		if a == "" {
			empty = true
		} else if !slices.Contains(some, a) {
			some = append(some, a)
		}
	}
	if len(some) == 0 {
		return ""
	}
	s := "(" + strings.Join(some, " | ") + ")"
	if empty {
		s += "?"
	}
	return s
}

func repeated(a string) string {
	if a == "" {
		return ""
	}
	return "(" + a + ")*"
}

// block draws statements and what they send.
func (c *code) block(least, most, depth int) (lines []string, sends string) {
	mark := len(c.entries)
	for range c.number(least, most) {
		if c.budget <= 0 {
			break
		}
		c.budget--
		line, sent := c.statement(depth)
		lines, sends = append(lines, line), sequence(sends, sent)
	}
	if depth > 0 {
		c.entries = c.entries[:mark]
	}
	return lines, sends
}

// nested draws a block in braces.
func (c *code) nested(least, depth int) (text, sends string) {
	lines, sends := c.block(least, 2, depth+1)
	return "{ " + join(lines) + " }", sends
}
