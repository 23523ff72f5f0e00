package model

import (
	"slices"

	"github.com/lucheck/lucheck/lang"
)

// This file compiles a plan (definitions section 2.5): an activation of the update
// manager, which stops units and replaces them in steps of its own while the system
// runs. The manager is a client of a model that is compiled for one plan. Such a model
// has a single transfer, which begins the plan at an update point.

// plan is the plan that a model is compiled for.
type plan struct {
	source  *lang.Plan
	manager *frame
	// In the manager's component: the plan has begun and not ended; it has replaced
	// something; it has written data that the old version has; what failed is the old
	// version's own affair, and nothing more happens.
	begun, replaced, wrote, excused slot
	states                          []stopState // that it stops units at, by number
	stops                           map[*unit]bool
	concerned                       map[*unit]bool // that its statements name
}

// stopState is a stable state in which units stop; they are idle in it.
type stopState struct {
	name  string // "": always
	holds func(v []uint64) bool
	reads compSet
}

// addPlan adds the update manager, whose code is the plan.
func (u *Update) addPlan(p *lang.Plan) {
	u.plan = &plan{source: p, stops: map[*unit]bool{}, concerned: map[*unit]bool{}}
	name := "plan " + p.Name
	m := &unit{name: name, client: true, manager: true, count: 1,
		old: &lang.Unit{Kind: lang.Client, Name: name, Count: 1, Locals: p.Locals, Body: p.Body, Span: p.Span}}
	m.insts = []*instance{{unit: m}}
	m.endless = u.failureID(Failure{Kind: Range, Span: p.Span, Detail: "the plan has a cycle without a step"})
	u.unitOf[name] = m
	u.units = append(u.units, m)
	walk(p.Body, func(s lang.Stmt) {
		switch s := s.(type) {
		case *lang.Stop:
			for _, n := range s.Units {
				u.plan.stops[u.unitOf[n]], u.plan.concerned[u.unitOf[n]] = true, true
				for _, l := range []*lang.Unit{u.unitOf[n].old, u.unitOf[n].new} {
					u.stopNumber(s, l)
				}
			}
		case *lang.Resume:
			for _, n := range s.Units {
				u.plan.concerned[u.unitOf[n]] = true
			}
		case *lang.Replace:
			for _, n := range s.Units {
				u.plan.concerned[u.unitOf[n]] = true
			}
		}
	})
}

// stopNumber is 1 + the number of the state that a unit stops at, in the version that is
// given; nil is none.
func (u *Update) stopNumber(s *lang.Stop, p *lang.Unit) int64 {
	name := s.State
	if name == "" && p != nil {
		name = p.Converges
	}
	i := slices.IndexFunc(u.plan.states, func(t stopState) bool { return t.name == name })
	if i < 0 {
		i = len(u.plan.states)
		u.plan.states = append(u.plan.states, stopState{name: name})
	}
	return int64(i) + 1
}

// layOutPlan makes room for the plan's state.
func (u *Update) layOutPlan() {
	if u.plan == nil {
		return
	}
	for _, s := range []*slot{&u.plan.begun, &u.plan.replaced, &u.plan.wrote, &u.plan.excused} {
		*s = u.layout.add(bounds{0, 1})
	}
	u.adapters = u.layout.add(bounds{0, 1<<len(u.adapting()) - 1})
}

// preparePlan compiles the states that units stop at, before the code that uses them.
func (u *Update) preparePlan() {
	if u.plan == nil {
		return
	}
	for _, inst := range u.roots {
		if inst.unit.manager {
			u.plan.manager = inst.root
		}
	}
	for i := range u.plan.states {
		t := &u.plan.states[i]
		t.holds = func([]uint64) bool { return true }
		if t.name == "" {
			continue
		}
		f := u.stable(t.name, 0)
		t.holds = func(v []uint64) bool { return f.Eval(v) != 0 }
		for _, c := range f.Reads {
			t.reads.add(c)
		}
	}
}

// ready says whether an instance is stopped, and in its state: it receives nothing.
func (u *Update) ready(inst *instance, v []uint64) bool {
	n := inst.stopped.get(v)
	return n != 0 && !inst.root.active(v) && u.plan.states[n-1].holds(v)
}

// stopReads is what ready looks at.
func (u *Update) stopReads(inst *instance) compSet {
	var set compSet
	if u.plan == nil || !u.plan.stops[inst.unit] {
		return set
	}
	set.add(inst.comp)
	for _, t := range u.plan.states {
		set.addSet(t.reads)
	}
	return set
}

// instancesOf lists the instances of some units.
func (u *Update) instancesOf(units []string) []*instance {
	var out []*instance
	for _, n := range units {
		out = append(out, u.unitOf[n].insts...)
	}
	return out
}

// asking is said of statements that ask what is under way: nothing is certain about
// who can open them.
var asking = influence{asks: true}

// stop compiles `stop`: a step that marks, and one that waits until all are ready.
func (b *builder) stop(s *lang.Stop, next *node) *node {
	insts := b.u.instancesOf(s.Units)
	touch := func(n *node) *node {
		for _, inst := range insts {
			n.touch.add(inst.comp)
			n.touch.addSet(b.u.stopReads(inst))
		}
		return b.add(n)
	}
	ready := func(m *machine) bool {
		return !slices.ContainsFunc(insts, func(i *instance) bool { return !b.u.ready(i, m.v) })
	}
	wait := &node{op: opStep, next: next, shuts: shutByOther, strong: true, reads: asking, decides: asking, label: label{kind: "stopped", span: s.Spn}}
	wait.act = func(m *machine) { m.blocked = !ready(m) }
	if s.Try {
		// While they are not ready, the wait can end at any moment.
		give := b.resumed(&node{op: opDo, next: b.block(s.Else, next)}, insts)
		wait = &node{op: opBranch, next: next, alt: give, reads: asking, cond: ready, label: label{kind: "stopped", span: s.Spn}}
	}
	mark := &node{op: opStep, next: touch(wait), label: label{kind: "stop", span: s.Spn}}
	mark.act = func(m *machine) {
		for _, inst := range insts {
			inst.stopped.set(m.v, b.u.stopNumber(s, inst.unit.at(inst.versionOf(m.v))))
		}
	}
	return touch(mark)
}

// resume compiles `resume`.
func (b *builder) resume(s *lang.Resume, next *node) *node {
	return b.resumed(&node{op: opStep, next: next, label: label{kind: "resume", span: s.Spn}}, b.u.instancesOf(s.Units))
}

// resumed completes a node that lets instances receive again.
func (b *builder) resumed(n *node, insts []*instance) *node {
	for _, inst := range insts {
		n.touch.add(inst.comp)
	}
	n.act = func(m *machine) {
		for _, inst := range insts {
			inst.stopped.clear(m.v)
		}
	}
	return b.add(n)
}

// turn is what one step of a plan replaces. A nil turn stands for the switch of all
// that the update changes.
type turn struct {
	insts     map[*instance]bool
	data      map[*datum]bool    // that become new, if they are not
	protocols map[*protocol]bool // that become new, if they are not
}

// turnOf is the turn that replaces instances (definitions section 2.5).
func (u *Update) turnOf(insts []*instance) *turn {
	t := &turn{map[*instance]bool{}, map[*datum]bool{}, map[*protocol]bool{}}
	units := map[*unit]bool{}
	for _, inst := range insts {
		t.insts[inst], units[inst.unit] = true, true
	}
	for _, d := range u.data {
		users := u.affectedUsers(d.name)
		t.data[d] = len(users) == 0 || slices.ContainsFunc(users, func(p *unit) bool { return units[p] })
	}
	for _, p := range u.protocols {
		t.protocols[p] = units[p.initiator] || !p.initiator.affected
	}
	return t
}

// affectedUsers lists the affected units whose code, in either version, mentions a datum.
func (u *Update) affectedUsers(name string) []*unit {
	var out []*unit
	for _, p := range u.units {
		if p.affected && slices.ContainsFunc(p.handlers, func(h *handlerVersion) bool { return h.handler.Mentions[name] }) {
			out = append(out, p)
		}
	}
	return out
}

// replaces says whether the step gives an instance of an affected unit the new version.
func (t *turn) replaces(i *instance) bool { return t == nil || i.unit.client || t.insts[i] }

// renews says whether a changed datum becomes new in the step; v is the state before.
func (t *turn) renews(d *datum, v []uint64) bool {
	return t == nil || t.data[d] && d.version.get(v) == 0
}

// turns says whether a changed protocol becomes new in the step; v is the state before.
func (t *turn) turns(p *protocol, v []uint64) bool {
	return p.changed && (t == nil || t.protocols[p] && p.insts[0].version.get(v) == 0)
}

// completes says whether nothing of the affected units is old behind a step.
func (u *Update) completes(t *turn, v []uint64) bool {
	for _, p := range u.units {
		for _, inst := range p.insts {
			if p.affected && !t.replaces(inst) && inst.version.get(v) == 0 {
				return false
			}
		}
	}
	return true
}

// replace compiles `replace`: all of the units in one step, or each instance in its own.
func (b *builder) replace(s *lang.Replace, next *node) *node {
	els := next
	if s.Try {
		els = b.block(s.Else, next)
	}
	insts := b.u.instancesOf(s.Units)
	if !s.Each {
		return b.replaceOnce(s, insts, next, els)
	}
	for i := len(insts) - 1; i >= 0; i-- {
		next = b.replaceOnce(s, insts[i:i+1], next, els)
	}
	return next
}

// replaceOnce compiles one step that replaces instances; behind it the plan has ended
// if nothing is left to replace.
func (b *builder) replaceOnce(s *lang.Replace, insts []*instance, next, els *node) *node {
	u := b.u
	over := &node{op: opIf, next: b.end, alt: next, cond: func(m *machine) bool { return u.phase.get(m.v) != 0 }}
	over.touch.add(managerComp)
	over = b.add(over)
	t := u.turnOf(insts)
	admits := u.admission(s.Level, t)
	holds := func(*machine) bool { return true }
	if s.When != nil {
		holds = b.cond(s.When)
	}
	carry := u.carryOut(t, s.With)
	do := func(m *machine) (done bool) {
		if !admits(m.v) || !holds(m) || m.stopped() {
			return false
		}
		carry(m)
		return true
	}
	n := &node{op: opStep, next: over, shuts: shutByOther, strong: true, reads: asking, decides: asking, label: label{kind: "replace", span: s.Spn}}
	n.act = func(m *machine) {
		if !do(m) && !m.stopped() {
			m.blocked = true
		}
	}
	if s.Try {
		n = &node{op: opBranch, next: over, alt: els, reads: asking, cond: do, label: label{kind: "replace", span: s.Spn}}
	}
	for c := range u.layout.comps {
		n.touch.add(c) // a switch may touch anything
	}
	return b.add(n)
}

// admission says in which states a level admits what a turn replaces; without a level,
// those in which all of it is ready.
func (u *Update) admission(l *lang.Level, t *turn) func(v []uint64) bool {
	if l == nil {
		return func(v []uint64) bool {
			for inst := range t.insts {
				if !u.ready(inst, v) {
					return false
				}
			}
			return true
		}
	}
	fs := u.levels([]lang.Level{*l}, func(f *frame) bool { return t.insts[f.inst] })
	return func(v []uint64) bool {
		return !slices.ContainsFunc(fs, func(f Function) bool { return f.Eval(v)&1 == 0 })
	}
}

// carryOut compiles the switch of what a turn replaces, in place.
func (u *Update) carryOut(t *turn, with *lang.Transfer) func(m *machine) {
	changes := u.changes(with, false)
	var body *transferBody
	if with != nil && len(with.Body) > 0 {
		body = u.transferCode(with)
	}
	return func(m *machine) {
		m.old, m.turn = slices.Clone(m.v), t
		m.last = u.completes(t, m.v)
		m.run(changes, body)
		for inst := range t.insts {
			inst.stopped.clear(m.v)
		}
		m.old, m.turn = nil, nil
	}
}

// endPlan forgets the plan: nothing is stopped any more, and where it has replaced
// nothing its new data are gone.
func (u *Update) endPlan(v []uint64) {
	if u.plan.replaced.get(v) == 0 {
		for _, d := range u.data {
			if d.old == nil {
				clearSlots(u.stores[d.new][0].slots, v)
			}
		}
	}
	for _, inst := range u.roots {
		inst.stopped.clear(v)
	}
	for _, s := range []slot{u.plan.begun, u.plan.replaced, u.plan.wrote, u.plan.excused} {
		s.clear(v)
	}
}

// endOfPlan is the code behind a plan's last statement.
func (b *builder) endOfPlan(last *node) *node {
	n := &node{op: opDo, next: last, act: func(m *machine) { b.u.endPlan(m.v) }}
	n.touch.add(managerComp)
	for p := range b.u.plan.stops {
		for _, inst := range p.insts {
			n.touch.add(inst.comp)
		}
	}
	for _, d := range b.u.data {
		if d.old == nil {
			n.touch.add(d.comp)
		}
	}
	return b.add(n)
}

// noting makes the manager's writing of data that the old version has known.
func (b *builder) noting(to *lang.Ref, set func(m *machine, v []int64)) func(m *machine, v []int64) {
	if !b.frame.unit.manager || to.Var.Class == lang.Local || b.u.isAdded(to.Var) {
		return set
	}
	b.touches(managerComp)
	return func(m *machine, v []int64) {
		set(m, v)
		b.u.plan.wrote.set(m.v, 1)
	}
}

// isAdded says whether a variable is a datum that only the new version has.
func (u *Update) isAdded(x *lang.Var) bool {
	return slices.ContainsFunc(u.data, func(d *datum) bool { return d.new == x && d.old == nil })
}

// planHasBegun says whether the new data outside units are there: while a plan is under way, and
// where it has left something new.
func (u *Update) planHasBegun(v []uint64) bool {
	if u.plan == nil {
		return false
	}
	s := u.Stage(v)
	return s.Begun || s.Replaced > 0
}

// planBegins is the way from an update point to where the plan has begun: its new data
// have their initial values, and its first statement is next.
func (u *Update) planBegins() *Transfer {
	f := u.plan.manager
	start := f.texts[0].start
	var reads, writes compSet
	reads.add(managerComp)
	reads.add(f.comp)
	writes.addSet(reads)
	reads.addSet(u.prefixTouch(start))
	type added struct {
		st  *storage
		val []int64
	}
	var fresh []added
	for _, d := range u.data {
		if d.old == nil {
			fresh = append(fresh, added{u.stores[d.new][0], u.initialValue(d.new)})
			writes.add(d.comp)
		}
	}
	for p := range u.plan.stops {
		for _, inst := range p.insts {
			writes.add(inst.comp) // where the plan is over at once
		}
	}
	reads.addSet(writes)
	return &Transfer{Name: u.plan.source.Name, Parts: []Part{{Reads: reads.list(), Writes: writes.list(), Apply: func(v, out []uint64) uint64 {
		m := u.switching(v, out)
		u.plan.begun.set(m.v, 1)
		for _, a := range fresh {
			for i, k := range a.val {
				a.st.slots[i].set(m.v, k)
			}
		}
		m.settle(f, start)
		return uint64(m.failure)
	}}}}
}

// Stage is how far a plan has come in a state.
type Stage struct {
	Begun bool // and not ended
	Old   bool // it has changed nothing: what the units do, the old version alone would
	Mixed bool // some of what the update changes is new, and some is not
	New   bool // all of it is new
	// Replaced is how many instances of the affected units are new.
	Replaced int
	// Excused is the end of a run in which the old version failed by itself.
	Excused bool
}

// Stage tells it, in a model that was compiled for a plan.
func (u *Update) Stage(v []uint64) Stage {
	p := u.plan
	s := Stage{Begun: p.begun.get(v) != 0, Excused: p.excused.get(v) != 0}
	s.Old = s.Begun && p.replaced.get(v) == 0 && p.wrote.get(v) == 0
	s.New = u.phase.get(v) != 0
	for _, unit := range u.units {
		for _, inst := range unit.insts {
			if unit.affected && (s.New || inst.version.get(v) != 0) {
				s.Replaced++
			}
		}
	}
	s.Mixed = !s.New && s.Replaced > 0
	return s
}

// Halted is the state in which a plan that has begun stands still for ever: as after
// its end.
func (u *Update) Halted(v []uint64) []uint64 {
	v = slices.Clone(v)
	u.plan.manager.clearActivation(v)
	u.endPlan(v)
	return v
}

// Concerns says whether a group's steps are those of a unit that the plan names.
func (u *Update) Concerns(group int) bool { return u.plan.concerned[u.frames[group].unit] }

// Manages says whether a group's steps are the plan's own.
func (u *Update) Manages(group int) bool { return u.frames[group].unit.manager }

// PlanInvariants are the properties behind the beginning of the plan: the system's until
// all is replaced, except while the plan has changed nothing (see PlanStuck); then the
// update's. In between, a property that mentions what is gone is not judged.
func (u *Update) PlanInvariants() []Function {
	var out []Function
	for version := range 2 {
		for _, f := range u.Invariants(version) {
			var reads compSet
			reads.add(managerComp)
			for _, c := range f.Reads {
				reads.add(c)
			}
			out = append(out, Function{Reads: reads.list(), Eval: func(v []uint64) uint64 {
				if u.phase.get(v) != int64(version) || u.untouched(v) {
					return 0
				}
				id := f.Eval(v)
				if version == 0 && id != 0 && u.failures[id-1].Kind == TypeSafety {
					return 0
				}
				return id
			}})
		}
	}
	return out
}

// untouched says whether the plan has begun and changed nothing.
func (u *Update) untouched(v []uint64) bool {
	p := u.plan
	return p.begun.get(v) != 0 && p.replaced.get(v) == 0 && p.wrote.get(v) == 0
}

// PlanStuck is Stuck behind the beginning of the plan. While the plan has changed
// nothing it is not 0 also in states that violate an invariant: they end a run of the
// old version.
func (u *Update) PlanStuck() *Function {
	var reads compSet
	reads.add(managerComp)
	stuck := u.Stuck()
	olds := u.Invariants(0)
	if stuck != nil {
		for _, c := range stuck.Reads {
			reads.add(c)
		}
	}
	for _, f := range olds {
		for _, c := range f.Reads {
			reads.add(c)
		}
	}
	return &Function{Reads: reads.list(), Eval: func(v []uint64) uint64 {
		if u.untouched(v) {
			for _, f := range olds {
				if id := f.Eval(v); id != 0 {
					return id
				}
			}
		}
		if stuck == nil {
			return 0
		}
		return stuck.Eval(v)
	}}
}

// excusing is the steps of units while the plan has changed nothing: one that fails ends
// the run, and is no failure of the plan.
func (u *Update) excusing(v []uint64, emit func(next []uint64, info uint32) bool) func(next []uint64, info uint32) bool {
	return func(next []uint64, info uint32) bool {
		if info&failedFlag == 0 {
			return emit(next, info)
		}
		end := slices.Clone(v)
		u.plan.excused.set(end, 1)
		return emit(end, info&strongFlag)
	}
}
