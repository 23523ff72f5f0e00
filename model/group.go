package model

import (
	"slices"

	"github.com/lucheck/lucheck/lang"
)

// Steps come in groups: one for each activation that there can be, so for each
// process or object instance, its receptions included, each client instance, and
// each instance of a function together with each caller. A group is what fairness
// speaks of.

// Flags of a step, as in search.Info; a failing step carries the failure's number, and one
// that the update's window forbids 1 + that number.
const (
	failedFlag = 1 << 31
	strongFlag = 1 << 30
	// nothingFlag is emitted instead of a step after many ways that lead nowhere.
	nothingFlag = 1 << 29
)

// Components gives the number of words of each component.
func (u *Update) Components() []int {
	out := make([]int, len(u.layout.comps))
	for i, c := range u.layout.comps {
		out[i] = c.words
	}
	return out
}

// Groups is the number of groups of steps.
func (u *Update) Groups() int { return len(u.frames) }

// GroupName names the activation whose steps a group has.
func (u *Update) GroupName(group int) string { return u.frames[group].name() }

// Home is the component in which the group's activation lives.
func (u *Update) Home(group int) int { return u.frames[group].comp }

// probe gives a machine that only evaluates expressions on v.
func (u *Update) probe(v []uint64) *machine {
	m := u.prober
	m.v, m.rested, m.failure, m.blocked = v, v, 0, false
	return m
}

// Footprint gives the components that the group's steps may touch, seen from its
// home component.
func (u *Update) Footprint(group int, v []uint64) []int {
	f := u.frames[group]
	var set compSet
	switch {
	case f.active(v):
		n := f.at(v)
		for _, c := range n.reach {
			set.add(c)
		}
		if n.dyn != nil {
			n.dyn(v, set.add)
		}
	case f.receives():
		set.addSet(f.inst.receiveTouch())
	default:
		return nil
	}
	set.add(f.comp)
	if u.plan != nil {
		set.add(managerComp)
	}
	return set.list()
}

// receives says whether the frame's activations begin with a message from a mailbox.
func (f *frame) receives() bool { return f.parent == nil && f.inst.mailbox != nil }

// receiveTouch is what a reception may touch.
func (i *instance) receiveTouch() compSet {
	var set compSet
	set.add(i.mailbox.comp)
	i.root.rt.versionTouch(i.unit, &set)
	set.addSet(i.root.rt.stopReads(i))
	for _, h := range i.unit.handlers {
		e := i.root.entries[h]
		set.addSet(i.root.rt.prefixTouch(e.start))
		set.addSet(e.attached.touch)
	}
	return set
}

// Step emits the group's steps from v: those of its activation, or the reception
// of an idle instance. It ends where emit gives false.
func (u *Update) Step(group int, v []uint64, emit func(next []uint64, info uint32) bool) {
	if u.plan != nil && u.untouched(v) {
		if u.plan.excused.get(v) != 0 {
			return
		}
		if !u.frames[group].unit.manager {
			emit = u.excusing(v, emit)
		}
	}
	u.steps(u.m, group, v, emit)
}

func (u *Update) steps(m *machine, group int, v []uint64, emit func(next []uint64, info uint32) bool) {
	switch f := u.frames[group]; {
	case f.active(v):
		n := f.at(v)
		m.each(v, n.strong, func() { m.explain(f, n); m.step(f, n) }, emit)
	case f.receives():
		m.each(v, true, func() { m.receive(f.inst) }, emit)
	}
}

// each runs a step from v with every resolution of its choices. strong says that
// the group is owed strong fairness for it (definitions section 1).
func (m *machine) each(v []uint64, strong bool, run func(), emit func(next []uint64, info uint32) bool) {
	var info uint32
	if strong {
		info = strongFlag
	}
	m.choices = m.choices[:0]
	wanted := true
	for more, tried := true, 1; more && wanted; more, tried = m.advance(), tried+1 {
		m.begin(v)
		run()
		switch {
		case m.failure != 0:
			wanted = emit(nil, info|failedFlag|(m.failure-1))
		case !m.blocked:
			wanted = emit(m.v, info|m.barred)
		case tried%manyTries == 0:
			m.work += manyWork
		}
		if m.work >= manyWork && wanted { // whether or not it led anywhere
			m.work = 0
			wanted = emit(nil, nothingFlag)
		}
	}
}

// manyTries is the number of resolutions after which a step asks whether to go on, and
// manyWork that of elements which quantifiers have visited.
const (
	manyTries = 1 << 14
	manyWork  = 1 << 20
)

// Initial gives the initial states of the old (0) or the new (1) version: one for each way
// to choose among initial values. The number of the first failure comes back with false.
func (u *Update) Initial(version int) (states [][]uint64, failure uint32, ok bool) {
	from := u.beginning(version, func(*unit) int64 { return int64(version) })
	choices := u.initialChoices(version)
	for {
		v, id, ok := u.start(from, func(m *machine) {
			for _, c := range choices {
				c.slot.set(m.v, c.values[c.at])
			}
		})
		if !ok {
			return nil, id, false
		}
		if !slices.ContainsFunc(states, func(w []uint64) bool { return slices.Equal(v, w) }) {
			states = append(states, v)
		}
		i := 0
		for ; i < len(choices); i++ {
			if choices[i].at++; choices[i].at < len(choices[i].values) {
				break
			}
			choices[i].at = 0
		}
		if i == len(choices) {
			return states, 0, true
		}
	}
}

// initialChoice is a scalar with several initial values, of which one is taken.
type initialChoice struct {
	slot   slot
	values []int64
	at     int
}

// initialChoices lists the scalars of a version with several initial values.
func (u *Update) initialChoices(version int) []*initialChoice {
	var out []*initialChoice
	add := func(st *storage, i int, values []int64) {
		out = append(out, &initialChoice{slot: st.slots[i], values: values})
	}
	chooses := func(x *lang.Var) {
		if x != nil && x.Choices != nil {
			for _, st := range u.stores[x] {
				add(st, 0, x.Choices)
			}
		}
	}
	for _, d := range u.data {
		chooses([]*lang.Var{d.old, d.new}[version])
	}
	for _, p := range u.units {
		for _, x := range p.vars(int64(version)) {
			chooses(x)
		}
	}
	if version == 0 {
		return out
	}
	for _, a := range u.Source.Accepts {
		for i, st := range u.stores[a.Var] {
			if a.Instance >= 0 && a.Instance != i {
				continue
			}
			for _, k := range a.Slots {
				add(st, k, sortedUnique(append(u.firstValues(a.Var, k), a.Values...)))
			}
		}
	}
	return out
}

// firstValues are the initial values of a scalar of a variable.
func (u *Update) firstValues(x *lang.Var, scalar int) []int64 {
	if x.Choices != nil {
		return slices.Clone(x.Choices)
	}
	return []int64{u.initialValue(x)[scalar]}
}

// ChoosesAnew says whether a restart has several outcomes: data that it gives their initial
// values have several.
func (u *Update) ChoosesAnew() bool {
	anew := func(old, new *lang.Var) bool {
		return new != nil && new.Choices != nil && (!outlasts(new) || old == nil || newOnDisk(old, new)) ||
			old != nil && old.Choices != nil && !outlasts(old)
	}
	if slices.ContainsFunc(u.data, func(d *datum) bool { return anew(d.old, d.new) }) {
		return true
	}
	for _, p := range u.units {
		for _, x := range append(slices.Clone(p.vars(0)), p.vars(1)...) {
			if anew(varNamed(p.vars(0), x.Name), varNamed(p.vars(1), x.Name)) {
				return true
			}
		}
	}
	return false
}

// beginning is how a version begins, in which each unit has a version of its own: all
// but what the clients do first.
type beginning struct {
	of      func(*unit) int64
	state   []uint64
	failure uint32 // 1 + the number of that of an initial value, or 0
}

func (u *Update) beginning(version int, of func(*unit) int64) *beginning {
	m := u.machine()
	m.bound = u.m.bound
	m.begin(m.v)
	u.phase.set(m.v, int64(version))
	s := u.plainScope()
	for _, p := range u.units {
		ver := of(p)
		for _, inst := range p.insts {
			if p.changed {
				inst.version.set(m.v, ver)
			}
			for _, x := range p.vars(ver) {
				u.initialise(m, s, x, u.stores[x][inst.index])
			}
		}
	}
	for _, d := range u.data {
		if d.changed {
			d.version.set(m.v, int64(version))
		}
		for _, x := range []*lang.Var{d.old, d.new}[version : version+1] {
			if x != nil {
				u.initialise(m, s, x, u.stores[x][0])
			}
		}
	}
	for _, p := range u.protocols {
		for i := range p.insts {
			if p.changed {
				p.insts[i].version.set(m.v, int64(version))
			}
		}
	}
	return &beginning{of, m.v, m.failure}
}

// start makes the initial state of a version; keep changes its data before the clients
// begin.
func (u *Update) start(from *beginning, keep func(m *machine)) (state []uint64, failure uint32, ok bool) {
	m := u.machine()
	m.bound = u.m.bound
	m.begin(from.state)
	m.failure = from.failure
	keep(m)
	for _, inst := range u.roots {
		if inst.unit.client && !inst.unit.manager && m.failure == 0 {
			m.settle(inst.root, inst.root.texts[inst.root.textVersion(m.v)].start)
		}
	}
	if m.failure != 0 {
		return nil, m.failure - 1, false
	}
	return m.v, 0, true
}

// plainScope compiles expressions outside unit code.
func (u *Update) plainScope() *scope {
	n := 0
	return &scope{u: u, locals: map[*lang.Var][]slot{}, index: map[*lang.Var]int{}, bound: map[*lang.Var]int{}, nbound: &n, letters: map[*lang.Var]*lang.Waiting{}}
}

// initialise stores a variable's initial value.
func (u *Update) initialise(m *machine, s *scope, x *lang.Var, st *storage) {
	val := x.Type.Lowest()
	if x.Init != nil {
		init := s.value(x.Init)
		u.growBound(m)
		init(m, val)
		s.rangeCheck(x.Type, x.Init.Pos())(m, val)
	}
	for i, k := range val {
		st.slots[i].set(m.v, k)
	}
}

// growBound gives a machine room for all variables bound in compiled expressions.
func (u *Update) growBound(m *machine) {
	for len(m.bound) < u.nbound {
		m.bound = append(m.bound, 0)
	}
}
