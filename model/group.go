package model

import (
	"github.com/lucheck/lucheck/lang"
)

// Steps come in groups: one for each instance that runs by itself, that is, each
// process or object instance and each client instance; the activations of
// functions belong to the group of the activation that they serve. A group is what
// fairness speaks of.

// Flags of a step, as in search.Info; a failing step carries the failure's number.
const (
	failedFlag = 1 << 31
	strongFlag = 1 << 30
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
func (u *Update) Groups() int { return len(u.groups) }

// GroupName names the instance whose steps a group has.
func (u *Update) GroupName(group int) string { return u.groups[group].label() }

// Home is the component of the group's instance.
func (u *Update) Home(group int) int { return u.groups[group].comp }

// probe gives a machine that only evaluates expressions on v.
func (u *Update) probe(v []uint64) *machine {
	m := u.prober
	m.v, m.failure, m.blocked = v, 0, false
	return m
}

// Footprint gives the components that the group's steps may touch, seen from its
// home component.
func (u *Update) Footprint(group int, v []uint64) []int {
	inst := u.groups[group]
	var set compSet
	any := false
	inst.root.each(func(f *frame) {
		if !f.active(v) {
			return
		}
		any = true
		n := f.at(v)
		for _, c := range n.reach {
			set.add(c)
		}
		if n.dyn != nil {
			n.dyn(v, set.add)
		}
	})
	if inst.mailbox != nil && !inst.root.active(v) {
		any = true
		set.addSet(inst.receiveTouch())
	}
	if !any {
		return nil
	}
	set.add(inst.comp)
	return set.list()
}

// receiveTouch is what a reception may touch.
func (i *instance) receiveTouch() compSet {
	var set compSet
	set.add(i.mailbox.comp)
	i.root.rt.versionTouch(i.unit, &set)
	for _, h := range i.unit.handlers {
		set.addSet(i.root.rt.prefixTouch(i.root.entries[h].start))
	}
	return set
}

// Step emits the group's steps from v: those of its activations, callers before
// the functions that serve them, and the reception of an idle instance.
func (u *Update) Step(group int, v []uint64, emit func(next []uint64, info uint32)) {
	u.steps(u.m, group, v, emit)
}

func (u *Update) steps(m *machine, group int, v []uint64, emit func(next []uint64, info uint32)) {
	inst := u.groups[group]
	inst.root.each(func(f *frame) {
		if f.active(v) {
			n := f.at(v)
			m.each(v, func() { m.explain(f, n); m.step(f, n) }, emit)
		}
	})
	if inst.mailbox != nil && !inst.root.active(v) {
		m.each(v, func() { m.receive(inst) }, emit)
	}
}

// each runs a step from v with every resolution of its choices.
func (m *machine) each(v []uint64, run func(), emit func(next []uint64, info uint32)) {
	m.choices = m.choices[:0]
	for more := true; more; more = m.advance() {
		m.begin(v)
		run()
		var info uint32
		if m.strong && !m.either {
			info = strongFlag
		}
		switch {
		case m.failure != 0:
			emit(nil, info|failedFlag|(m.failure-1))
		case !m.blocked:
			emit(m.v, info)
		}
	}
}

// Initial gives the initial state of the old (0) or the new (1) version. The
// failure's number, if any, comes back with false.
func (u *Update) Initial(version int) (state []uint64, failure uint32, ok bool) {
	m := u.machine()
	m.bound = u.m.bound
	m.begin(m.v)
	ver := int64(version)
	u.phase.set(m.v, ver)
	s := u.plainScope()
	for _, p := range u.units {
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
			d.version.set(m.v, ver)
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
				p.insts[i].version.set(m.v, ver)
			}
		}
	}
	for _, inst := range u.groups {
		if inst.unit.client && m.failure == 0 {
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
