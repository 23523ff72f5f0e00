package gen

import (
	"fmt"
	"slices"
)

// text prints what differs between the base and the new version, and what is
// needed to get there.
func (ch *changer) text() string {
	s := "update next {\n" + ch.declarations()
	changed := ch.units(&s)
	if len(changed) == 0 && s == "update next {\n" {
		s += "  shared spare: bit\n" // what protocolChanges finds may mean the same
	}
	s += ch.protocolChanges()
	for _, line := range ch.v.always {
		if !slices.Contains(ch.base.always, line) {
			s += "  " + line + "\n"
		}
	}
	reached := ch.affected(changed)
	if len(reached) > 1 && ch.chance(20) {
		reached = []string{pick(ch.generator, reached)}
		s += "  only " + reached[0] + "\n"
	}
	s += ch.required() + ch.accepted() + ch.tolerated() + ch.forbidden()
	s += ch.transition(changed, reached)
	s += ch.plans(reached)
	for _, x := range ch.base.data {
		if (x.class == "shared" || x.class == "persistent") && ch.chance(20) {
			s += "  expect data " + x.name + " valid\n"
		}
	}
	if ch.chance(30) {
		s += "  expect reboot valid\n"
	}
	if ch.chance(30) {
		s += "  expect event valid\n"
	}
	return s + "}\n"
}

// tolerated draws a variable that may differ from every configuration of the new version.
func (ch *changer) tolerated() string {
	if !ch.chance(10) {
		return ""
	}
	var all []string
	for _, x := range ch.v.data {
		if x.class != "ghost" {
			all = append(all, x.name)
		}
	}
	for _, u := range ch.v.structural() {
		for _, x := range u.vars {
			if x.class != "ghost" {
				all = append(all, u.name+"."+x.name)
			}
		}
	}
	if all == nil {
		return ""
	}
	return "  tolerate " + pick(ch.generator, all) + "\n"
}

// forbidden draws a message that may not be received while the update is under way.
func (ch *changer) forbidden() string {
	u := pick(ch.generator, append(ch.base.structural(), ch.v.structural()...))
	if !ch.chance(10) || len(u.handlers) == 0 {
		return ""
	}
	return "  window forbids " + u.name + "." + pick(ch.generator, u.handlers).name + "\n"
}

// accepted lets the new version start with other values of some variable.
func (ch *changer) accepted() string {
	if !ch.chance(12) {
		return ""
	}
	var all []string
	usable := func(x variable) bool { return x.t != nil && x.t.isScalar() && !x.array && x.class != "ghost" }
	for _, x := range ch.v.data {
		if usable(x) {
			all = append(all, "  accepts "+x.name+" in "+x.t.name+"\n")
		}
	}
	for _, u := range ch.v.structural() {
		for _, x := range u.vars {
			if usable(x) {
				all = append(all, "  accepts "+u.name+"."+x.name+" in "+x.t.name+"\n")
			}
		}
	}
	if all == nil {
		return ""
	}
	return pick(ch.generator, all)
}

// declarations prints the differences of types, definitions and data.
func (ch *changer) declarations() string {
	s := ""
	for i, t := range ch.v.types {
		switch {
		case t.extend != "":
			s += "  extend type " + t.name + " = " + t.extend + "\n"
		case t.decl != ch.base.types[i].decl:
			s += "  type " + t.name + " = " + t.decl + "\n"
		}
	}
	for i, d := range ch.v.defs {
		if d != ch.base.defs[i] {
			s += "  " + d + "\n"
		}
	}
	return s + variables("  ", ch.base.data, ch.v.data, "drop data ")
}

// protocolChanges prints the differences between the protocols.
func (ch *changer) protocolChanges() string {
	s := ""
	for _, p := range ch.base.protocols {
		if !slices.ContainsFunc(ch.v.protocols, func(q protocol) bool { return q.name == p.name }) {
			s += "  drop protocol " + p.name + "\n"
		}
	}
	for _, p := range ch.v.protocols {
		before := ""
		for _, q := range ch.base.protocols {
			if q.name == p.name {
				before = ch.base.protocolText(q)
			}
		}
		if now := ch.v.protocolText(p); now != before {
			s += "  " + now + "\n"
		}
	}
	return s
}

// variables prints the differences between two lists of variables.
func variables(indent string, base, now []variable, drop string) string {
	s := ""
	for _, x := range base {
		if !slices.ContainsFunc(now, func(y variable) bool { return y.name == x.name }) {
			s += indent + drop + x.name + "\n"
		}
	}
	for _, x := range now {
		if !slices.ContainsFunc(base, func(y variable) bool { return y.text() == x.text() }) {
			s += indent + x.text() + "\n"
		}
	}
	return s
}

// units prints the units that differ and names them.
func (ch *changer) units(s *string) (changed []string) {
	for _, u := range ch.base.structural() {
		if ch.v.unit(u.name) == nil {
			*s += "  drop " + u.kind + " " + u.name + "\n"
		}
	}
	for _, u := range ch.v.structural() {
		old := ch.base.unit(u.name)
		switch {
		case old == nil:
			*s += u.text()
		case old.text() != u.text():
			changed = append(changed, u.name)
			*s += ch.unitText(old, u)
		}
	}
	return changed
}

func (ch *changer) unitText(old, u *unit) string {
	head := u.kind + " " + u.name
	if old.mailbox != u.mailbox {
		head += fmt.Sprintf(" mailbox %d", u.mailbox)
	}
	s := "  " + head + " {\n" + variables("    ", old.vars, u.vars, "drop ")
	for _, h := range old.handlers {
		if u.handler(h.name) == nil {
			s += "    drop on " + h.name + "\n"
		}
	}
	for _, h := range u.handlers {
		if was := old.handler(h.name); was == nil || was.text() != h.text() {
			s += "    " + h.text() + "\n"
		}
	}
	return s + "  }\n"
}
