package gen

import "fmt"

// holding draws types of optional values, sets and sequences.
func (g *generator) holding(v *version) {
	of := v.keyType().name // its declaration may change, or be extended
	if g.chance(10) {
		v.types = append(v.types, &typ{name: "maybe", decl: of + "?", of: of})
	}
	if g.chance(8) {
		v.types = append(v.types, &typ{name: "bag", decl: "set of " + of, of: of})
	}
	if g.chance(8) {
		v.types = append(v.types, &typ{name: "list", decl: "seq 2 of " + of, of: of})
	}
}

// held draws an expression of a type that holds values of another one.
func (c *code) held(t *typ) string {
	switch one := c.expr(c.v.typ(t.of), 0); {
	case t.name == "maybe" && c.chance(50):
		return one
	case t.name == "bag":
		return pick(c.generator, []string{"{}", "{" + one + "}", "({" + one + "} + {1})"})
	case t.name == "list":
		return pick(c.generator, []string{"[]", "[" + one + "]", "[" + one + ", 0]"})
	}
	return "none"
}

// bentHeld draws a change of the value of a place that holds others; few fail.
func (c *code) bentHeld(t *typ, place string) string {
	one := c.expr(c.v.typ(t.of), 0)
	switch {
	case t.name == "maybe" && c.chance(40):
		return "(if " + place + " == none then " + one + " else none)"
	case t.name == "bag" && c.chance(60):
		return "(" + place + pick(c.generator, []string{" + ", " - "}) + "{" + one + "})"
	case t.name == "list" && c.chance(8):
		return "(" + place + " + [" + one + "])"
	case t.name == "list" && c.chance(60):
		return "(if " + place + ".length < 2 then " + place + " + [" + one + "] else " + place + ".rest)"
	}
	return place
}

// taken draws a value out of a place that holds such; "" where there is none. Few fail.
func (c *code) taken(t *typ) string {
	for _, from := range c.v.types {
		if from.of != t.name || from.name == "bag" {
			continue
		}
		place := c.of(from)
		if place == "" {
			continue
		}
		part, empty := place+".value", "none"
		if from.name == "list" {
			part, empty = place+pick(c.generator, []string{".first", "[0]", "[" + place + ".length - 1]"}), "[]"
		}
		if c.chance(8) {
			return part
		}
		return fmt.Sprintf("(if %s == %s then %s else %s)", place, empty, c.literal(t), part)
	}
	return ""
}

// askedOf draws a truth value about what a place holds.
func (c *code) askedOf(t *typ, place string) string {
	one := c.expr(c.v.typ(t.of), 0)
	switch {
	case t.name == "maybe":
		return place + pick(c.generator, []string{" == none", " != none", " != " + one})
	case c.chance(30):
		return pick(c.generator, []string{"all", "any"}) + "(z in " + place + ": z == " + one + ")"
	case c.chance(50):
		return one + " in " + place
	case t.name == "bag":
		return place + ".size < 2"
	}
	return place + ".length == sum(z in " + place + ": 1)"
}

// chosen draws what a value of a type is chosen from.
func (c *code) chosen(t *typ) string {
	for _, name := range []string{"bag", "list"} {
		if of := c.v.typ(name); of != nil && of.of == t.name && c.chance(50) {
			if place := c.of(of); place != "" {
				return place
			}
		}
	}
	return t.name
}
