package lang

import (
	"fmt"
	"slices"
	"strings"
)

// checkUpdate elaborates the new version of an update and what is said about the
// way there. The checker that it gives is the new version's.
func checkUpdate(base *checker, d *UpdateDecl, src *source, machines []*Machine) (*Update, *checker) {
	base.update = d
	up := &Update{Name: d.Name.Name, Span: d.Name.Span()}
	m := &merger{reporter: base.reporter, base: base, new: src.base.clone(), up: up, touched: map[string]Span{}, dropped: map[string]bool{}}
	before := base.failed
	for _, node := range d.Changes {
		m.apply(node)
	}
	c := newChecker(base.reporter, m.new, base)
	c.collectMoves(d)
	c.elaborate()
	up.New = c.sys
	c.wider()
	c.sameUnits()
	c.sameGhosts()
	c.sameMoves()
	u := &updateChecker{checker: c, up: up, decl: d, machines: machines}
	if c.sound = base.sound && base.failed == before; c.sound {
		c.markExtended()
		(&fingerprinter{base: namedTypes(base.sys), old: base.sys}).finish(c.sys)
		u.affected = affected(base.sys, c.sys)
		u.mustChange()
	}
	u.only()
	u.transfers()
	u.plans()
	u.accepts()
	u.tolerates()
	u.window()
	u.requirements()
	u.expectations()
	return up, c
}

func namedTypes(s *System) map[string]*Type {
	types := map[string]*Type{}
	for _, t := range s.Types {
		types[t.Name] = t
	}
	return types
}

// wider checks that an extended range holds all values of the one that it extends.
func (c *checker) wider() {
	for _, t := range c.sys.Types {
		s := c.old.names[t.Name]
		if !t.Extends || t.Kind != Int || s == nil || s.kind != symType || s.typ.typ == nil {
			continue
		}
		if was := s.typ.typ; t.Lo > was.Lo || t.Hi < was.Hi {
			c.fail(codeExtend, t.Span, fmt.Sprintf("%d..%d does not hold all values of the old `%s`, which is %d..%d", t.Lo, t.Hi, t.Name, was.Lo, was.Hi)).
				advise("widen the range, or declare the type anew with `type`").see(was.Span, "declared here")
		}
	}
}

// sameUnits checks that the units of the base keep their index and their number.
func (c *checker) sameUnits() {
	for _, e := range c.units {
		s := c.old.names[e.unit.Name]
		if s == nil || s.kind != symUnit || e.broken || s.unit.broken {
			continue
		}
		x, y := s.unit.unit.Index, e.unit.Index
		if x == y || x != nil && y != nil && x.Declaration() == y.Declaration() {
			continue
		}
		at := e.src.decl.Name.Span()
		if e.src.decl.Index != nil {
			at = e.src.decl.Index.Span()
		}
		c.fail(codeUnitChanged, at, fmt.Sprintf("the index of `%s` changes: an update keeps the instances of a unit", e.unit.Name)).
			see(s.span, "declared here")
	}
}

// sameGhosts checks that no ghost changes its type because a named type does.
func (c *checker) sameGhosts() {
	check := func(now *Var, was *Var) {
		if now.Class == Ghost && was != nil && now.Type != nil && was.Type != nil && now.Type.Declaration() != was.Type.Declaration() {
			c.fail(codeGhostUpdate, now.Span, fmt.Sprintf("the update changes the type of the ghost `%s`", now.Name)).
				advise("give the ghost a type of its own, which no update changes")
		}
	}
	for _, v := range c.sys.Data {
		if s := c.old.names[v.Name]; s != nil && s.kind == symData {
			check(v, s.v)
		}
	}
	for _, e := range c.units {
		s := c.old.names[e.unit.Name]
		if s == nil || s.kind != symUnit {
			for _, v := range e.unit.Vars {
				if v.Class == Ghost {
					c.fail(codeGhostUpdate, v.Span, fmt.Sprintf("an added unit cannot declare the ghost `%s`", v.Name)).
						advise("declare it in the base system")
				}
			}
			continue
		}
		for _, v := range e.unit.Vars {
			check(v, s.unit.vars[v.Name])
		}
	}
}

// markExtended sets Extends for types that only contain extended ones: the named
// ones, and those that variables have without a name.
func (c *checker) markExtended() {
	was := namedTypes(c.old.sys)
	mark := func(t, old *Type) {
		if old != nil && t.Declaration() != old.Declaration() && t.Keeps(old) {
			t.Extends = true
		}
	}
	for _, t := range c.sys.Types {
		mark(t, was[t.Name])
	}
	for _, v := range c.sys.Data {
		if s := c.old.names[v.Name]; s != nil && s.kind == symData && v.Type.Name == "" {
			mark(v.Type, s.v.Type)
		}
	}
	for _, e := range c.units {
		s := c.old.names[e.unit.Name]
		for _, v := range e.unit.Vars {
			if s != nil && s.kind == symUnit && s.unit.vars[v.Name] != nil && v.Type.Name == "" {
				mark(v.Type, s.unit.vars[v.Name].Type)
			}
		}
	}
}

// affected gives the units that differ between two versions (definitions section 2).
func affected(base, now *System) map[string]bool {
	prints := map[string]string{}
	set := map[string]bool{}
	for _, u := range base.Units {
		if u.Kind != Client {
			prints[u.Name] = u.Fingerprint
			set[u.Name] = true
		}
	}
	for _, u := range now.Units {
		if u.Kind != Client {
			print, old := prints[u.Name]
			set[u.Name] = !old || print != u.Fingerprint
		}
	}
	return set
}

// An updateChecker checks what an update says beyond its new version.
type updateChecker struct {
	*checker
	up       *Update
	decl     *UpdateDecl
	affected map[string]bool // units that change; nil where errors hide it
	machines []*Machine
}

// mustChange reports changes that change nothing.
func (u *updateChecker) mustChange() {
	differs := slices.ContainsFunc(u.decl.Changes, func(n ChangeNode) bool { _, is := n.(*RequiresDecl); return is })
	for i, ch := range u.up.Changes {
		if ch.Op != Replaced && ch.Op != Extended && ch.What != "always" || u.changed(ch) {
			differs = true
			if ch.What == "def" && ch.Op == Replaced {
				u.warnClient(ch)
				u.up.Changes[i].Agree = u.agree(ch.Name)
			}
			continue
		}
		if ch.What == "always" {
			u.up.ReplacesAlways = false
		}
		u.warn(codeSame, ch.Span, u.sameText(ch)).
			advise("leave it out")
	}
	if !differs {
		u.fail(codeNoChange, u.decl.Name.Span(), fmt.Sprintf("update `%s` changes nothing", u.up.Name)).
			advise("name what the new version replaces, adds or drops")
	}
}

// warnClient warns of a client that does something else in the new version.
func (u *updateChecker) warnClient(ch Change) {
	for _, user := range u.defUsers[ch.Name] {
		if user.Kind == Client {
			u.warn(codeClientChanged, ch.Span, fmt.Sprintf("client `%s` uses `%s`, and so does something else from the switch on", user.Name, ch.Name)).
				advise("give the client a definition of its own").see(user.Span, "declared here")
		}
	}
}

// agree names the units that use a constant: a definition without parameters, in either
// version.
func (u *updateChecker) agree(name string) []string {
	var names []string
	for _, c := range []*checker{u.old, u.checker} {
		for _, user := range c.defUsers[name] {
			if constant := len(c.names[name].def.params) == 0; constant && user.Kind != Client && !slices.Contains(names, user.Name) {
				names = append(names, user.Name)
			}
		}
	}
	return names
}

func (u *updateChecker) sameText(ch Change) string {
	switch ch.What {
	case "converges":
		return fmt.Sprintf("what `%s` converges to is replaced by the same", ch.Name)
	case "always":
		return "the properties of the system are replaced by the same"
	}
	return fmt.Sprintf("`%s` is replaced by the same", ch.Name)
}

// changed says whether what an update replaces differs from what was there.
func (u *updateChecker) changed(ch Change) bool {
	d := declarations{}
	switch ch.What {
	case "unit":
		return u.old.names[ch.Name].unit.unit.Mailbox != u.names[ch.Name].unit.unit.Mailbox
	case "converges":
		return u.old.names[ch.Name].unit.unit.Converges != u.names[ch.Name].unit.unit.Converges
	case "type":
		return u.old.names[ch.Name].typ.typ.Declaration() != u.names[ch.Name].typ.typ.Declaration()
	case "data":
		return d.variable(u.old.names[ch.Name].v) != d.variable(u.names[ch.Name].v)
	case "def":
		return d.def(u.old.names[ch.Name].def) != d.def(u.names[ch.Name].def)
	case "stable":
		return d.stable(u.old.sys, ch.Name) != d.stable(u.sys, ch.Name)
	case "always":
		return d.always(u.old.sys) != d.always(u.sys)
	case "protocol":
		return d.protocol(u.old.names[ch.Name].protocol) != d.protocol(u.names[ch.Name].protocol)
	case "handler", "variable":
		return u.memberChanged(ch)
	}
	return true
}

func (u *updateChecker) memberChanged(ch Change) bool {
	unit, name, _ := strings.Cut(ch.Name, ".")
	was, now := u.old.names[unit].unit, u.names[unit].unit
	if ch.What == "handler" {
		return was.handlers[name].Fingerprint != now.handlers[name].Fingerprint
	}
	d := declarations{}
	return d.variable(was.vars[name]) != d.variable(now.vars[name])
}

// only checks `only driver`.
func (u *updateChecker) only() {
	for _, node := range u.decl.Changes {
		d, ok := node.(*OnlyDecl)
		if !ok {
			continue
		}
		for _, n := range d.Units {
			if u.unitInEither(n) && !slices.Contains(u.up.Only, n.Name) {
				u.up.Only = append(u.up.Only, n.Name)
			}
		}
	}
	if u.affected == nil || len(u.up.Only) == 0 {
		return
	}
	for name := range u.affected {
		u.affected[name] = u.affected[name] && slices.Contains(u.up.Only, name)
	}
}

func (u *updateChecker) unitInEither(n *Ident) bool {
	s := u.names[n.Name]
	if s == nil {
		s = u.old.names[n.Name]
	}
	if s == nil || s.kind != symUnit || s.unit.unit.Kind == Client {
		u.fail(codeUnknownUnit, n.Span(), fmt.Sprintf("there is no unit `%s` to replace", n.Name)).
			advise(u.guess(n.Name, candidates(u.reporter, u.names, isUnit), candidates(u.reporter, u.old.names, isUnit)))
		return false
	}
	if u.affected != nil && !u.affected[n.Name] {
		u.fail(codeUnaffected, n.Span(), fmt.Sprintf("the update does not change `%s`", n.Name)).
			see(s.span, "declared here, with nothing that it mentions changed")
		return false
	}
	return true
}

// fix checks the label of an assertion that the update repairs.
func (m *merger) fix(l *TextNode) {
	if m.labels == nil {
		m.labels = assertLabels(m.base.sys)
	}
	if !m.labels[l.Text()] {
		m.fail(codeFixes, l.Span(), "no assertion of the base has this label").advise(m.guess(l.Text(), candidates(m.reporter, m.labels, nil)))
		return
	}
	m.up.Fixes = append(m.up.Fixes, l.Text())
}

func assertLabels(s *System) map[string]bool {
	labels := map[string]bool{}
	v := visitor{stmt: func(s Stmt) {
		if a, ok := s.(*Assert); ok && a.Label != "" {
			labels[a.Label] = true
		}
	}}
	for _, u := range s.Units {
		v.visitStmts(u.Body)
		for _, h := range u.Handlers {
			v.visitStmts(h.Body)
		}
	}
	return labels
}

// expectations checks the `expect` clauses.
func (u *updateChecker) expectations() {
	for _, node := range u.decl.Changes {
		d, ok := node.(*ExpectDecl)
		if !ok {
			continue
		}
		if e := u.expect(d, u.machines); e != nil {
			u.up.Expects = append(u.up.Expects, e)
		}
	}
}

func (u *updateChecker) expect(d *ExpectDecl, machines []*Machine) *Expect {
	e := &Expect{Span: d.Span()}
	if d.Category != nil {
		if d.Category.Value < 1 || d.Category.Value > 6 {
			u.fail(codeExpect, d.Category.Span(), "the categories are 1 to 6")
			return nil
		}
		e.Category = int(d.Category.Value)
		return e
	}
	if d.Machine != nil && !u.onMachine(e, d.Machine, machines) {
		return nil
	}
	if d.Stable != nil {
		return u.expectSafe(e, d.Stable)
	}
	if d.Level.Plan != nil {
		return u.expectPlan(e, d)
	}
	e.Level.Kind, e.Verdict = d.Level.Kind(), d.Verdict.Word()
	if slices.Contains(completions, e.Verdict) {
		u.fail(codeExpect, d.Verdict.Span(), fmt.Sprintf("`%s` is said of plans, not of levels", e.Verdict))
		return nil
	}
	good := true
	for _, n := range d.Level.Names {
		good = u.levelName(e.Level.Kind, n) && good
		e.Level.Names = append(e.Level.Names, n.Name)
	}
	if !u.expectWith(e, d.With) || !good {
		return nil
	}
	return e
}

// expectWith enters the transfer that an expectation names.
func (u *updateChecker) expectWith(e *Expect, with *Ident) bool {
	if with == nil {
		return true
	}
	e.With = with.Name
	if slices.ContainsFunc(u.up.Transfers, func(t *Transfer) bool { return t.Name == e.With }) {
		return true
	}
	var known []string
	for _, t := range u.up.Transfers {
		known = append(known, t.Name)
	}
	u.fail(codeExpect, with.Span(), fmt.Sprintf("the update has no transfer `%s`", e.With)).advise(u.guess(e.With, known))
	return false
}

// expectSafe checks what is expected of the weakest stable state, which is read in the old
// version like the base's own.
func (u *updateChecker) expectSafe(e *Expect, n *SafeNode) *Expect {
	b := &body{checker: u.old, place: inStable, scope: &scope{}}
	e.Safe = b.value(n.Cond, boolType())
	if !u.expectWith(e, n.With) || e.Safe == nil {
		return nil
	}
	return e
}

// completions are what can be said of whether a plan comes to its end.
var completions = []string{"completes", "can wait", "deadlocks"}

// expectPlan checks an expectation on a plan.
func (u *updateChecker) expectPlan(e *Expect, d *ExpectDecl) *Expect {
	e.Plan, e.Stopped, e.Verdict = d.Level.Plan.Name, d.Level.Stopped, d.Verdict.Word()
	named := slices.IndexFunc(u.up.Plans, func(p *Plan) bool { return p.Name == e.Plan })
	if named < 0 {
		var known []string
		for _, p := range u.up.Plans {
			known = append(known, p.Name)
		}
		u.fail(codeExpect, d.Level.Plan.Span(), fmt.Sprintf("the update has no plan `%s`", e.Plan)).advise(u.guess(e.Plan, known))
		return nil
	}
	can := append([]string{"valid", "possible", "stray", "invalid", "vacuous", "broken"}, completions...)
	what := "of a plan"
	if e.Stopped {
		can, what = []string{"valid", "invalid", "vacuous", "broken"}, "of a plan that has stopped for good"
	}
	if d.Level.After != nil && !u.stopsAfter(e, d.Level.After, u.up.Plans[named]) {
		return nil
	}
	switch {
	case d.With != nil:
		u.fail(codeExpect, d.With.Span(), "a plan has its transfers inside").advise("leave `with` out")
	case !slices.Contains(can, e.Verdict):
		u.fail(codeExpect, d.Verdict.Span(), fmt.Sprintf("`%s` is not said %s", e.Verdict, what)).
			advise("what can be said is " + listNames(can, "or"))
	default:
		return e
	}
	return nil
}

// stopsAfter notes how many instances a plan has replaced when it stops for good.
func (u *updateChecker) stopsAfter(e *Expect, n ExprNode, p *Plan) bool {
	k, ok := (&body{checker: u.checker, place: inConst}).constInt(n)
	switch {
	case !ok:
		return false
	case k < 0 || k > int64(p.Instances):
		u.fail(codeExpect, n.Span(), fmt.Sprintf("plan `%s` never has replaced %d instances", p.Name, k)).
			advise(fmt.Sprintf("the units that it replaces have %d in all", p.Instances)).see(p.Span, "declared here")
		return false
	}
	count := int(k)
	e.After = &count
	return true
}

// onMachine notes the machine that an expectation speaks of.
func (u *updateChecker) onMachine(e *Expect, n *Ident, machines []*Machine) bool {
	var known []string
	for _, m := range machines {
		known = append(known, m.Name)
	}
	if e.On = n.Name; !slices.Contains(known, n.Name) {
		u.fail(codeExpect, n.Span(), fmt.Sprintf("there is no machine `%s`", n.Name)).advise(u.guess(n.Name, known))
		return false
	}
	return true
}

// levelName checks the name of a protocol or stable state of the old version, or
// of data or a type of either version.
func (u *updateChecker) levelName(kind LevelKind, n *Ident) bool {
	fits := func(s *symbol) bool {
		switch kind {
		case LevelProtocol:
			return s.kind == symProtocol
		case LevelState:
			return s.kind == symStable
		}
		return s.kind == symType || s.kind == symData && (s.v.Class == Shared || s.v.Class == Persistent)
	}
	tables := []map[string]*symbol{u.old.names}
	if kind == LevelData {
		tables = append(tables, u.names)
	}
	var known []string
	for _, names := range tables {
		if s := names[n.Name]; s != nil && fits(s) {
			return true
		}
		known = append(known, candidates(u.reporter, names, fits)...)
	}
	what := map[LevelKind]string{LevelProtocol: "the old version has no protocol", LevelState: "the old version has no stable state",
		LevelData: "there is no type and no shared or persistent data"}[kind]
	u.fail(codeExpect, n.Span(), fmt.Sprintf("%s `%s`", what, n.Name)).advise(u.guess(n.Name, known))
	return false
}

// window checks `window forbids fs.write`: a message that one of the versions has.
func (u *updateChecker) window() {
	for _, node := range u.decl.Changes {
		d, ok := node.(*WindowDecl)
		if !ok {
			continue
		}
		was, now := u.old.names[d.Unit.Name], u.names[d.Unit.Name]
		inOld := was != nil && was.kind == symUnit
		if !inOld && (now == nil || now.kind != symUnit) {
			u.fail(codeUnknownUnit, d.Unit.Span(), fmt.Sprintf("there is no unit `%s`", d.Unit.Name)).
				advise(u.guess(d.Unit.Name, candidates(u.reporter, u.names, isUnit), candidates(u.reporter, u.old.names, isUnit)))
			continue
		}
		known := inOld && was.unit.handlers[d.Message.Name] != nil
		if !known {
			if now == nil || now.kind != symUnit {
				now = was
			}
			known = u.message(now.unit, d.Message) != nil
		}
		if i := slices.IndexFunc(u.up.Forbids, func(f *Forbidden) bool { return f.Unit == d.Unit.Name && f.Message == d.Message.Name }); i >= 0 {
			u.fail(codeDuplicate, d.Span(), fmt.Sprintf("`%s.%s` is forbidden already", d.Unit.Name, d.Message.Name)).see(u.up.Forbids[i].Span, "first here")
			continue
		}
		if known {
			u.up.Forbids = append(u.up.Forbids, &Forbidden{Unit: d.Unit.Name, Message: d.Message.Name, Span: d.Span()})
		}
	}
}
