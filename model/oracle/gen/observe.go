package gen

import (
	"fmt"
	"slices"
	"strings"
)

// observed draws a truth value about a state from outside: variables, activations,
// waiting messages, protocols. Ghosts and hidden data only with all.
func (g *generator) observed(v *version, all bool) string {
	units := v.structural()
	u := pick(g, units)
	name := u.name
	if u.array {
		name += pick(g, []string{"[0]", "[1]"})
	}
	switch g.number(0, 12) {
	case 0, 1:
		v.pinned[u.name] = true
		return name + ".idle"
	case 2:
		h := pick(g, u.handlers)
		v.pinned[u.name], v.pinned[u.name+"."+h.name] = true, true
		return "not " + name + ".in(" + h.name + ")"
	case 3:
		if u.kind != "function" {
			h := pick(g, u.handlers)
			v.pinned[u.name], v.pinned[u.name+"."+h.name] = true, true
			return "count(m in " + name + ".waiting(" + h.name + "): true) == 0"
		}
	case 4:
		if ps := v.clientProtocols(); len(ps) > 0 { // those of units may go
			p := pick(g, ps)
			v.pinned[p.name] = true
			if all { // what its messages are in the other version is not known
				return "not " + p.name + ".in_progress"
			}
			return "not " + g.asked(v, p)
		}
	case 5:
		return "(" + g.observed(v, all) + pick(g, []string{" and ", " or "}) + g.observed(v, all) + ")"
	case 10, 11, 12:
		if text, use := g.compared(g.peeks(v)); text != "" {
			unit, _, _ := strings.Cut(use, ".")
			v.pinned[unit], v.pinned[use] = true, true
			return text
		}
	}
	return g.observedValue(v, all)
}

// observedValue draws a comparison of a variable with a constant.
func (g *generator) observedValue(v *version, all bool) string {
	var es []entry
	seen := func(x variable) bool { return all || x.class != "ghost" && x.class != "hidden" }
	for _, x := range v.data {
		if seen(x) {
			es = append(es, g.entriesOf(x, x.name, x.name, false)...)
		}
	}
	for _, u := range v.structural() {
		name := u.name
		if u.array {
			name += "[0]"
		}
		for _, x := range u.vars {
			if seen(x) {
				es = append(es, g.entriesOf(x, name+"."+x.name, u.name+"."+x.name, false)...)
			}
		}
	}
	es = slices.DeleteFunc(es, func(e entry) bool { return e.t.isRecord() })
	if len(es) == 0 {
		return "true"
	}
	e := pick(g, es)
	v.pinned[e.use] = true
	unit, _, _ := strings.Cut(e.use, ".")
	v.pinned[unit] = true
	return e.text + pick(g, []string{" == ", " != "}) + g.literal(e.t)
}

// literal draws a constant of a type.
func (g *generator) literal(t *typ) string {
	switch {
	case t.isBool():
		return pick(g, []string{"false", "true"})
	case t.name == "maybe":
		return pick(g, []string{"none", "0", "1"})
	case t.name == "bag":
		return pick(g, []string{"{}", "{0}", "{0, 1}"})
	case t.name == "list":
		return pick(g, []string{"[]", "[1]", "[0, 1]"})
	case t.isRecord():
		return "pair(x: 0, y: false)"
	case t.members != nil:
		return pick(g, t.members)
	case t.means:
		return fmt.Sprintf("%s(%d)", t.name, g.number(0, t.hi))
	}
	return fmt.Sprint(g.number(0, t.hi))
}

// protocol is a protocol; its text follows from the code of a version.
type protocol struct {
	name string
	from string // the initiator
	form string // how its expression is made, see expression
	key  string // "", or names of parameters with commas

	tracked bool // how far it is may be asked
}

// protocols draws protocols; most are derived from the code.
func (g *generator) protocols(v *version) {
	for _, u := range v.units {
		if !g.chance(45) {
			continue
		}
		p := protocol{name: "p_" + u.name, from: u.name, form: pick(g, []string{"derived", "derived", "derived", "any", "some", "first"}), tracked: g.chance(40)}
		if g.chance(45) {
			p.key, p.form = pick(g, keys[1:]), pick(g, loose)
		}
		if v.protocolText(p) == "" {
			p.key = ""
		}
		if v.protocolText(p) != "" {
			v.protocols = append(v.protocols, p)
		}
	}
}

// keys are what can keep the instances of a protocol apart.
var keys = []string{"", "k", "k", "k", "a", "k,a"}

// loose are the forms in which the messages can mostly come in any order.
var loose = []string{"any", "some", "one", "two", "first", "last"}

// clientProtocols lists the protocols that clients start.
func (v *version) clientProtocols() []protocol {
	return slices.DeleteFunc(slices.Clone(v.protocols), func(p protocol) bool { return v.unit(p.from).kind != "client" })
}

// protocolText gives the text of a protocol in a version, "" where its initiator
// sends nothing that belongs to it, or is gone.
func (v *version) protocolText(p protocol) string {
	u := v.unit(p.from)
	if u == nil {
		return ""
	}
	var all []string
	for _, h := range u.handlers {
		all = append(all, h.sends)
	}
	derived := choice(all...)
	words := strings.FieldsFunc(derived, func(r rune) bool { return strings.ContainsRune("()*?| ", r) })
	messages, recipients, key, whole := v.carriers(words, p.key)
	if len(messages) == 0 {
		return ""
	}
	if !whole {
		derived = ""
	}
	mark := ""
	if p.tracked {
		mark = "tracked "
	}
	return mark + "protocol " + p.name + key + ": " + p.from + " -> " + strings.Join(recipients, ", ") + " { " + expression(p.form, derived, messages) + " }"
}

// carriers lists, of the messages in words, those that carry a key with the types
// that it has in the first of them, and their units; whole says that all do.
func (v *version) carriers(words []string, names string) (messages, recipients []string, key string, whole bool) {
	whole = true
	for _, word := range words {
		if slices.Contains(messages, word) {
			continue
		}
		unit, msg, _ := strings.Cut(word, ".")
		h := v.handler(unit, msg)
		if h == nil { // gone: the code that sends it is still to be written anew
			whole = false
			continue
		}
		k := h.key(names)
		if names != "" && (k == "" || key != "" && k != key) {
			whole = false
			continue
		}
		key = k
		messages = append(messages, word)
		if !slices.Contains(recipients, unit) {
			recipients = append(recipients, unit)
		}
	}
	return messages, recipients, key, whole
}

// key gives the parameters of these names as a protocol's key, "" if one is missing
// or is no scalar.
func (h *handler) key(names string) string {
	if names == "" {
		return ""
	}
	var ks []string
	for _, name := range strings.Split(names, ",") {
		i := slices.IndexFunc(h.params, func(x variable) bool { return x.name == name })
		if i < 0 || !h.params[i].t.isScalar() {
			return ""
		}
		ks = append(ks, name+": "+h.params[i].t.name)
	}
	return "(" + strings.Join(ks, ", ") + ")"
}

// expression writes a protocol's messages in a form. Where it is not derived from
// the code, or only in a part, most messages can come at any time.
func expression(form, derived string, messages []string) string {
	all := choice(messages...)
	switch {
	case form == "derived" && derived != "":
		return derived
	case form == "some":
		return all + "+"
	case form == "one":
		return all
	case form == "two":
		return all + " " + all + "?"
	case form == "first":
		return messages[0] + " " + all + "*"
	case form == "last":
		return all + "* " + messages[len(messages)-1]
	}
	return all + "*"
}
