package gen

import (
	"fmt"
	"slices"
	"strings"
)

// planner draws one plan.
type planner struct {
	*changer
	affected []string // units that it may replace
	stopped  []string // units that some statement stops
	lines    []string
}

// plans draws one or two plans for some updates, given the units that they may replace.
func (ch *changer) plans(affected []string) string {
	if len(affected) == 0 || !ch.chance(33) {
		return ""
	}
	s := ""
	for i := range ch.number(1, 2) {
		p := &planner{changer: ch, affected: affected}
		p.draw()
		needs := ""
		if ch.base.machines != nil && ch.chance(50) {
			needs = fmt.Sprintf(" needs %d of ram", ch.number(0, 3))
		}
		s += fmt.Sprintf("  plan g%d%s {\n    %s\n  }\n", i, needs, strings.Join(p.lines, "\n    "))
	}
	return s
}

// draw replaces the units in groups, mostly all of them, with other statements between.
func (p *planner) draw() {
	rest := slices.Clone(p.affected)
	var done []string
	if p.chance(5) {
		p.add(pick(p.generator, []string{"if false { await true }", "while true { }"})) // nothing comes of it, or of the rest
	}
	if p.chance(25) {
		p.stop(p.some(p.stoppable(nil))) // before anything else, in whichever order
	}
	for len(rest) > 0 {
		if p.chance(25) {
			p.add(p.extra())
		}
		group := p.some(rest)
		slices.Sort(done)
		done = slices.Compact(done)
		rest = slices.DeleteFunc(rest, func(name string) bool { return slices.Contains(group, name) })
		if len(rest) == 0 && p.chance(10) {
			break // something stays old
		}
		if again := p.some(done); len(again) > 0 && p.chance(20) {
			group = append(group, again...) // what is new already, once more
		}
		done = append(done, group...)
		p.replace(group)
	}
	if p.chance(15) || len(p.lines) == 0 {
		p.add(p.extra())
	}
	if p.chance(5) {
		p.add("loop { " + p.extra() + " }")
	}
}

func (p *planner) add(line string) { p.lines = append(p.lines, line) }

// some draws one or more of a list, in any order.
func (p *planner) some(list []string) []string {
	list = slices.Clone(list)
	var drawn []string
	for len(list) > 0 && (len(drawn) == 0 || p.chance(40)) {
		i := p.number(0, len(list)-1)
		drawn = append(drawn, list[i])
		list = slices.Delete(list, i, i+1)
	}
	return drawn
}

// stoppable lists the units of either version that take messages, or those of a list
// that do.
func (p *planner) stoppable(among []string) (names []string) {
	for _, u := range append(p.base.structural(), p.v.structural()...) {
		if u.kind != "function" && !slices.Contains(names, u.name) && (among == nil || slices.Contains(among, u.name)) {
			names = append(names, u.name)
		}
	}
	return names
}

// stop adds a statement that stops units.
func (p *planner) stop(units []string) {
	if len(units) == 0 {
		return
	}
	p.stopped = append(p.stopped, units...)
	line := "stop " + strings.Join(units, ", ")
	if len(p.base.stables) > 0 && p.chance(30) {
		line += " at state calm"
	}
	switch p.number(0, 9) {
	case 0, 1:
		line = "try " + line + " else { " + p.instead(units) + " }"
	case 2:
		name := p.local()
		p.add("var " + name + " = true")
		line = "while " + name + " { " + name + " = false; try " + line + " else { " + name + " = true } }"
	}
	p.add(line)
}

// local gives a new name.
func (p *planner) local() string {
	p.locals++
	return fmt.Sprintf("r%d", p.locals)
}

// instead draws what a plan does where a try has failed.
func (p *planner) instead(units []string) string {
	foreign := func(name string) bool { return !slices.Contains(p.affected, name) }
	if slices.ContainsFunc(units, foreign) {
		return ""
	}
	switch p.number(0, 3) {
	case 0:
		return ""
	case 1:
		return p.extra()
	}
	return "replace " + strings.Join(units, ", ") + " at " + pick(p.generator, []string{"unit", "anytime", "system"})
}

// replace adds statements that replace some units, each of them affected.
func (p *planner) replace(units []string) {
	list := strings.Join(units, ", ")
	kept := p.stoppable(units)
	switch n := p.number(0, 9); {
	case n < 4 && len(kept) == len(units):
		for range 2 {
			if group := p.some(kept); len(kept) > 0 && p.chance(60) {
				p.stop(group)
				kept = slices.DeleteFunc(kept, func(name string) bool { return slices.Contains(group, name) })
			}
		}
		p.stop(kept)
		if p.chance(20) {
			p.add(p.extra())
		}
		p.add(p.replacement(units, ""))
	case n < 7:
		p.add(p.replacement(units, " at "+p.level()))
	case n == 7:
		name := p.local()
		p.add("var " + name + " = true")
		p.add("while " + name + " { " + name + " = false; try replace " + list + " at " + p.level() + p.when(60) + p.with(units) + " else { " + name + " = true } }")
	case n == 8:
		p.add("try replace " + p.each(units) + list + " at " + p.level() + p.when(40) + " else { " + p.instead(units) + " }")
	default:
		p.add("either { replace " + list + " at " + p.level() + " } or { " + p.extra() + "; replace " + list + " at unit }")
	}
}

// replacement draws a statement that replaces units, with a level or none. No transfer
// goes with instances that are replaced one after the other.
func (p *planner) replacement(units []string, level string) string {
	each := p.each(units)
	line := "replace " + each + strings.Join(units, ", ") + level + p.when(30)
	if each == "" {
		line += p.with(units)
	}
	return line
}

// each is the word that replaces instances one after the other, mostly of arrays.
func (p *planner) each(units []string) string {
	array := slices.ContainsFunc(units, func(name string) bool {
		u := p.base.unit(name)
		return u != nil && u.array
	})
	if array && p.chance(60) || p.chance(10) {
		return "each "
	}
	return ""
}

// level draws a level at which a plan can replace.
func (p *planner) level() string {
	levels := []string{"unit", "unit", "unit", "anytime", "system"}
	if len(p.base.protocols) > 0 {
		levels = append(levels, "protocol "+pick(p.generator, p.base.protocols).name)
	}
	if len(p.base.stables) > 0 {
		levels = append(levels, "state calm")
	}
	if data := p.data(p.base); len(data) > 0 {
		levels = append(levels, "data "+pick(p.generator, data).name)
	}
	return pick(p.generator, levels)
}

// when draws a condition in some cases.
func (p *planner) when(percent int) string {
	if !p.chance(percent) {
		return ""
	}
	return " when " + p.seen()
}

// with draws a transfer that speaks of the replaced units only, in some cases.
func (p *planner) with(units []string) string {
	var fit []string
	for _, t := range p.transfers {
		foreign := slices.ContainsFunc(append(p.base.structural(), p.v.structural()...), func(u *unit) bool {
			return !slices.Contains(units, u.name) && mentioned(t.text, u.name)
		})
		if !foreign {
			fit = append(fit, t.name)
		}
	}
	if len(fit) == 0 || p.chance(40) {
		return ""
	}
	return " with " + pick(p.generator, fit)
}

// data lists the data outside units that a plan can see.
func (p *planner) data(v *version) []variable {
	return slices.DeleteFunc(slices.Clone(v.data), func(x variable) bool { return x.class != "shared" && x.class != "persistent" })
}

// seen draws a truth value about the state, in the words of one of the two versions.
func (p *planner) seen() string {
	if p.chance(70) {
		return p.observed(p.v, false)
	}
	es := p.places(p.base, "old.")
	if len(es) == 0 {
		return "true"
	}
	e := pick(p.generator, es)
	return e.text + pick(p.generator, []string{" == ", " != "}) + p.literal(e.t)
}

// places lists what a plan can read of a version, but for what the other version may have
// other words for.
func (p *planner) places(v *version, prefix string) (es []entry) {
	for _, x := range p.data(v) {
		es = append(es, p.entriesOf(x, prefix+x.name, "", true)...)
	}
	for _, u := range v.structural() {
		for _, x := range u.vars {
			if x.class != "ghost" && x.class != "hidden" {
				es = append(es, p.entriesOf(x, prefix+instance(p.generator, u)+"."+x.name, "", false)...)
			}
		}
	}
	for _, e := range p.peeks(v) {
		e.text = prefix + e.text
		es = append(es, e)
	}
	return slices.DeleteFunc(es, func(e entry) bool { return !e.t.isScalar() || e.t.members != nil || e.t.means })
}

// extra draws a statement that replaces nothing.
func (p *planner) extra() string {
	switch p.number(0, 9) {
	case 0:
		return "await " + p.seen()
	case 1:
		return "assert " + p.seen() + pick(p.generator, []string{"", " or true"})
	case 2:
		return "if " + p.seen() + " { " + p.set() + " }"
	case 3:
		if len(p.stopped) > 0 {
			return "resume " + pick(p.generator, p.stopped)
		}
	case 4:
		return "either { " + p.set() + " } or { " + p.set() + " }"
	case 5:
		return "atomic { await " + p.seen() + "; " + p.set() + " }"
	case 6:
		return "if choose bool { " + p.set() + " }"
	case 7:
		return "for " + p.local() + " in 0..1 { " + p.set() + " }"
	case 8:
		name := p.local()
		return "var " + name + ": 0..2 = 2; while " + name + " > 0 { " + name + " = " + name + " - 1; " + p.set() + " }"
	}
	return p.set()
}

// set draws an assignment to data outside units, mostly to what only the new version has,
// or to a local where there are none.
func (p *planner) set() string {
	var to []entry
	for _, x := range p.data(p.v) {
		added := !slices.ContainsFunc(p.base.data, func(y variable) bool { return y.name == x.name })
		for range map[bool]int{true: 4, false: 1}[added] {
			to = append(to, p.entriesOf(x, x.name, "", true)...)
		}
	}
	if len(to) == 0 {
		return "var " + p.local() + " = " + p.seen()
	}
	e := pick(p.generator, to)
	from := slices.DeleteFunc(append(p.places(p.v, ""), p.places(p.base, "old.")...), func(f entry) bool { return !f.t.isNumber() || !e.t.isNumber() })
	if len(from) > 0 && p.chance(60) {
		f := pick(p.generator, from)
		return e.text + " = " + p.converted(f.t, e.t, f.text)
	}
	return e.text + " = " + p.literal(e.t)
}
