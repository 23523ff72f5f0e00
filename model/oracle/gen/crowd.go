package gen

import "slices"

// pattern says whether a unit is one of the patterns, which random code leaves alone.
func pattern(name string) bool {
	return slices.Contains([]string{"store", "buffer", "judge"}, name)
}

// crowd draws who stands out: a unit that no client uses, so that an update can
// take it away from under its messages, and a message that all clients signal, to a
// mailbox with one place, so that a signal is often dropped there while it is full.
func (g *generator) crowd(v *version) {
	units := v.structural()
	if len(units) > 1 && g.chance(35) {
		g.inner = units[len(units)-1].name
	}
	if !v.crowded() || !g.chance(10) {
		return
	}
	units = slices.DeleteFunc(units, func(u *unit) bool { return u.kind == "function" || u.name == g.inner })
	if len(units) > 0 {
		u := pick(g, units)
		u.mailbox = 1
		g.bell = pick(g, u.handlers)
	}
}

// judge adds a unit whose answer can be wrong: what the first client then asserts
// is repaired by the update.
func (g *generator) judge(v *version) {
	bit := v.typ("bit")
	u := &unit{kind: pick(g, []string{"process", "object"}), name: "judge", mailbox: 1}
	u.handlers = []*handler{{unit: "judge", name: "other", params: []variable{{name: "x", t: bit}}, result: bit, fixed: true}}
	u.handlers[0].body = pick(g, []string{"reply x", "reply x", "reply 1 - x", "reply 0"})
	v.units = append(v.units, u)
}

// useJudge draws a client's use of the judge. The assertion follows an if, so that
// it is reached both with and without another event in between.
func (c *code) useJudge() (lines []string, sends string) {
	c.uses["judge.other"] = true
	between, sent := c.scoped(func() (string, string) { return c.message(pick(c.generator, c.targets()), "") })
	lines = []string{"var b = choose bit", "var r = call judge.other(b)", "if " + pick(c.generator, []string{"b == 0", "r == 0", "choose bool"}) + " " + between,
		`assert r != b, "x"`}
	return lines, sequence("judge.other", choice(sent, ""))
}
