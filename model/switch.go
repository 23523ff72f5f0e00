package model

import (
	"fmt"
	"math"
	"slices"

	"github.com/lucheck/lucheck/lang"
)

// Transfer is one way to switch: a state-transfer function, or none. It maps a
// state of the old version to the state right after the switch, component by
// component. Components that no part writes stay as they are.
type Transfer struct {
	Name  string // "none", or the declared name
	Parts []Part
	// offline is the same of a system that has been shut down, where data that begin to
	// be persistent have no value yet.
	offline *Transfer
	changes []change // what it does beside its body
	// Cost is what it costs at a state of the old version; nil where the author says
	// nothing. It is maxCost where the expression fails.
	Cost *Function
	// Needs are what it takes of resources at a state of the old version; where the
	// expression fails, more than there can be.
	Needs []Need
}

// Need is an amount of a resource.
type Need struct {
	*Function
	Resource string
	Span     lang.Span
}

// Part reads some components of the old state and writes some of the new one.
type Part struct {
	Reads, Writes []int
	// Apply sees v, of which only Reads are meaningful, and sets the components
	// Writes of out. A result other than 0 is 1 + the number of a failure.
	Apply func(v, out []uint64) uint64
}

// NoTransfer is the name of the switch without a state transfer.
const NoTransfer = "none"

func (u *Update) buildTransfers() {
	if u.plan != nil {
		u.Transfers = []*Transfer{u.planBegins()}
		return
	}
	u.Transfers = append(u.Transfers, u.transfer(&lang.Transfer{Name: NoTransfer}))
	for _, t := range u.Source.Transfers {
		u.Transfers = append(u.Transfers, u.transfer(t))
	}
	u.Reset = u.reset()
}

// change rewrites one component in place, as the switch does before any transfer
// (definitions section 2, steps 1 to 6).
type change struct {
	comp  int
	reads compSet
	apply func(m *machine)
	then  func(m *machine) // of the reset probe: what a transfer would do; nil for none
	mail  bool             // of a mailbox: what is rewritten reads data as they are carried over
}

// transfer builds the switch with one transfer function.
func (u *Update) transfer(t *lang.Transfer) *Transfer {
	tr := u.switchBy(t, false)
	tr.Cost = u.amount(t, t.Cost, maxCost)
	for _, n := range t.Needs {
		tr.Needs = append(tr.Needs, Need{u.amount(t, n.Amount, math.MaxInt64), n.Resource, n.Span})
	}
	tr.offline = tr
	if u.BeginsToPersist() {
		tr.offline = u.switchBy(t, true)
	}
	return tr
}

// maxCost bounds what a transfer costs; it stands for what has no value.
const maxCost = 1<<31 - 1

// amount compiles what a transfer costs, or needs, up to a greatest number, which stands
// for what has no value; nil for nothing.
func (u *Update) amount(t *lang.Transfer, e lang.Expr, greatest int64) *Function {
	if e == nil {
		return nil
	}
	s := u.plainScope()
	for _, x := range t.Locals {
		s.bind(x, x.Type.Slots())
	}
	n := s.scalar(e)
	return &Function{Reads: s.touch.list(), Eval: func(v []uint64) uint64 {
		m := u.probe(v)
		m.old = v
		k := n(m)
		if m.old = nil; m.failure != 0 {
			return uint64(greatest)
		}
		return uint64(min(max(0, k), greatest))
	}}
}

// BeginsToPersist says whether any data do that the old version has, too.
func (u *Update) BeginsToPersist() bool {
	for _, p := range u.units {
		for _, x := range p.vars(1) {
			if newOnDisk(varNamed(p.vars(0), x.Name), x) {
				return true
			}
		}
	}
	return slices.ContainsFunc(u.data, func(d *datum) bool { return newOnDisk(d.old, d.new) })
}

// newOnDisk says whether a variable of both versions is persistent only in the new one.
func newOnDisk(old, new *lang.Var) bool { return old != nil && persistent(new) && !persistent(old) }

// switchBy builds the switch of a running or a shut-down system.
func (u *Update) switchBy(t *lang.Transfer, offline bool) *Transfer {
	var body *transferBody
	if len(t.Body) > 0 {
		body = u.transferCode(t)
	}
	changes := u.changes(t, offline)
	return &Transfer{Name: t.Name, Parts: u.parts(changes, body), changes: changes}
}

// transferCode compiles the body of a transfer.
func (u *Update) transferCode(t *lang.Transfer) *transferBody {
	s := u.plainScope()
	for _, x := range t.Locals {
		s.bind(x, x.Type.Slots())
	}
	c := &transferCode{scope: s}
	run := c.block(t.Body)
	return &transferBody{run: run, reads: s.touch, writes: c.writes}
}

// transferBody is the compiled code of a transfer.
type transferBody struct {
	run           func(m *machine)
	reads, writes compSet
	mail          bool // it rewrites messages, which no code does
}

// parts turns the changes, and a transfer's body over some of them, into parts
// that can be computed apart.
func (u *Update) parts(changes []change, b *transferBody) []Part {
	if u.unsettled {
		return []Part{u.whole(changes, b)}
	}
	var parts []Part
	byComp := map[int]*change{}
	for i := range changes {
		byComp[changes[i].comp] = &changes[i]
	}
	if b != nil {
		parts = append(parts, u.bodyPart(b, byComp))
	}
	for i := range changes {
		ch := &changes[i]
		if b != nil && b.writes.has(ch.comp) {
			continue
		}
		before, reads := carried(ch, byComp)
		parts = append(parts, Part{Reads: reads.list(), Writes: []int{ch.comp}, Apply: func(v, out []uint64) uint64 {
			m := u.switching(v, out)
			for _, other := range before {
				other.apply(m)
			}
			ch.apply(m)
			if ch.then != nil {
				ch.then(m)
			}
			return uint64(m.failure)
		}})
	}
	return parts
}

// whole is the switch in one part, where its steps depend on each other.
func (u *Update) whole(changes []change, b *transferBody) Part {
	var all []int
	for c := range u.layout.comps {
		all = append(all, c)
	}
	return Part{Reads: all, Writes: all, Apply: func(v, out []uint64) uint64 {
		m := u.switching(v, out)
		m.run(changes, b)
		return uint64(m.failure)
	}}
}

// run carries the changes out in place, in the order of definitions section 2.4, then a
// transfer's body, if there is one.
func (m *machine) run(changes []change, b *transferBody) {
	for _, mail := range []bool{false, true} {
		for i := range changes {
			if ch := &changes[i]; ch.mail == mail {
				ch.apply(m)
				if ch.then != nil {
					ch.then(m)
				}
			}
		}
	}
	if m.failure != 0 {
		return
	}
	if b != nil {
		b.run(m)
	}
	if m.rt.unsettled || b != nil && b.mail {
		m.settleProtocols()
	}
}

// bodyPart runs a transfer's body on what it touches, as carried over: mailboxes last,
// behind the data that their messages are rewritten with.
func (u *Update) bodyPart(b *transferBody, byComp map[int]*change) Part {
	touched := append(compSet{}, b.reads...)
	touched.addSet(b.writes)
	reads := append(compSet{}, touched...)
	var first, last []*change
	for _, c := range touched.list() {
		switch ch := byComp[c]; {
		case ch == nil:
			continue
		case ch.mail:
			before, more := carried(ch, byComp)
			for _, other := range before {
				if !touched.has(other.comp) && !slices.Contains(first, other) {
					first = append(first, other)
				}
			}
			reads.addSet(more)
			last = append(last, ch)
		default:
			first = append(first, ch)
			reads.addSet(ch.reads)
		}
	}
	return Part{Reads: reads.list(), Writes: b.writes.list(), Apply: func(v, out []uint64) uint64 {
		m := u.switching(v, out)
		for _, ch := range append(slices.Clip(first), last...) {
			ch.apply(m)
		}
		if m.failure == 0 {
			b.run(m)
		}
		return uint64(m.failure)
	}}
}

// carried lists the changes that come before that of a mailbox, and what all of them
// read.
func carried(ch *change, byComp map[int]*change) (before []*change, reads compSet) {
	reads.addSet(ch.reads)
	for _, c := range ch.reads.list() {
		if other := byComp[c]; ch.mail && other != nil && !other.mail {
			before = append(before, other)
			reads.addSet(other.reads)
		}
	}
	return before, reads
}

// Switch computes the state right after the switch as a whole; next is nil where a
// part fails, and failure is then 1 + its number. Invariants are not tested.
func (u *Update) Switch(t *Transfer, v []uint64) (next []uint64, failure uint64) {
	next = slices.Clone(v)
	out := make([]uint64, len(v))
	for _, p := range t.Parts {
		if failure = p.Apply(v, out); failure != 0 {
			return nil, failure
		}
		for _, c := range p.Writes {
			at := u.layout.comps[c]
			copy(next[at.first:at.first+at.words], out[at.first:])
		}
	}
	return next, 0
}

// SwitchChosen is Switch without a transfer, or Restart where the system is shut down, where
// set gives Choosables their values when a transfer would.
func (u *Update) SwitchChosen(v []uint64, offline bool, set func(next []uint64)) (next []uint64, failure uint64) {
	t := u.Transfers[0]
	if offline {
		t = t.offline
	}
	next = slices.Clone(v)
	m := u.switching(v, next)
	m.run(t.changes, &transferBody{run: func(m *machine) { set(m.v) }, mail: true})
	switch {
	case m.failure != 0:
		return nil, uint64(m.failure)
	case offline:
		return u.restartAfter(next)
	}
	return next, 0
}

// switching prepares a machine to change out, a copy of v. What it leaves in
// components that the part does not write is of no account.
func (u *Update) switching(v, out []uint64) *machine {
	m := u.switcher
	m.v, m.old = out, v
	m.begin(v)
	return m
}

// changes lists what the switch does to each component that it changes, with a transfer
// or none (nil), but for the transfer's body.
func (u *Update) changes(t *lang.Transfer, offline bool) []change {
	converts := u.Source.Converts
	if t != nil {
		converts = slices.Concat(t.Converts, converts)
	}
	adapting := u.bitOf(t)
	var out []change
	add := func(comp int, reads compSet, apply func(m *machine)) {
		reads.add(comp)
		out = append(out, change{comp: comp, reads: reads, apply: apply})
	}
	add(managerComp, nil, func(m *machine) {
		if m.turn != nil {
			u.plan.replaced.set(m.v, 1)
		}
		if m.turn == nil || m.last {
			u.phase.set(m.v, 1)
			u.adapters.clear(m.v)
		} else {
			u.adapters.set(m.v, u.adapters.get(m.v)|adapting)
		}
	})
	for _, p := range u.units {
		for _, inst := range p.insts {
			if f, reads := u.switchInstance(inst, adapting, offline); f != nil {
				add(inst.comp, reads, f)
			}
			if inst.mailbox != nil {
				if f, reads := u.switchMailbox(inst, converts); f != nil {
					add(inst.mailbox.comp, reads, f)
					out[len(out)-1].mail = true
				}
			}
		}
	}
	for _, d := range u.data {
		if d.changed || offline && newOnDisk(d.old, d.new) {
			vars := u.switchVars(one(d.old), one(d.new), 0, offline)
			add(d.comp, nil, func(m *machine) {
				if !m.turn.renews(d, m.old) {
					return
				}
				if d.changed {
					d.version.set(m.v, 1)
				}
				if m.turn == nil || d.old != nil { // what a plan has written stays
					vars(m)
				}
			})
		}
	}
	for _, p := range u.protocols {
		if p.changed {
			for i := range p.insts {
				add(p.insts[i].comp, nil, u.switchProtocol(p, &p.insts[i]))
			}
		}
	}
	return out
}

// switchInstance gives an instance the new version; nil where nothing changes. adapting
// is the bit of the transfer.
func (u *Update) switchInstance(inst *instance, adapting int64, offline bool) (func(m *machine), compSet) {
	p := inst.unit
	switched := p.affected || p.client && p.changed
	var stale []*frame
	adapted := map[*frame]int64{}
	if inst.root != nil {
		inst.root.each(func(f *frame) {
			if u.fixesIn(f.unit) {
				stale = append(stale, f)
			}
			if bits := u.keepsAdapters(f.unit); bits != 0 {
				adapted[f] = bits
			}
		})
	}
	var marked []*frame
	var reads compSet
	if inst.root != nil {
		inst.root.each(func(f *frame) {
			if len(f.tracks)+len(f.called) > 0 {
				marked = append(marked, f)
			}
		})
	}
	if !switched && stale == nil && marked == nil && len(adapted) == 0 {
		return nil, nil
	}
	vars := func(*machine) {}
	if switched {
		vars = u.switchVars(p.vars(0), p.vars(1), inst.index, offline)
	}
	return func(m *machine) {
		for _, f := range stale {
			if (m.turn == nil || m.last) && f.active(m.v) && !(f.unit.client && f.atRest(m.v)) {
				f.stale.set(m.v, 1)
			}
		}
		for f, bits := range adapted {
			if (m.turn == nil || m.last) && f.active(m.v) && !f.entryAt(m.v).version.new {
				f.adapters.set(m.v, (u.adapters.get(m.old)|adapting)&bits)
			}
		}
		for _, f := range marked {
			m.forgetProtocols(f)
		}
		if switched && m.turn.replaces(inst) && inst.version.get(m.v) == 0 { // a new one has its data already
			inst.version.set(m.v, 1)
			vars(m)
		}
	}, reads
}

// switchVars gives the variables of one owner their values right after the
// switch: added ones, and offline those that are new on the disk, their initial value,
// retyped ones old-form marks, dropped ones nothing.
func (u *Update) switchVars(old, new []*lang.Var, index int, offline bool) func(m *machine) {
	type added struct {
		st  *storage
		val []int64
	}
	var gone, marked []*storage
	var fresh []added
	for _, x := range old {
		if st := u.stores[x][index]; st.gated {
			gone = append(gone, st)
		}
	}
	for _, x := range new {
		st := u.stores[x][index]
		switch {
		case offline && newOnDisk(varNamed(old, x.Name), x):
			fresh = append(fresh, added{st, u.initialValue(x)})
		case st.oldForm != nil:
			marked = append(marked, st)
		case st.gated:
			fresh = append(fresh, added{st, u.initialValue(x)})
		}
	}
	return func(m *machine) {
		for _, st := range gone {
			clearSlots(st.slots, m.v)
		}
		for _, st := range marked {
			for _, s := range st.oldForm {
				s.set(m.v, 1)
			}
		}
		for _, a := range fresh {
			for i, k := range a.val {
				a.st.slots[i].set(m.v, k)
			}
		}
	}
}

// initialValue evaluates a variable's constant initial value.
func (u *Update) initialValue(x *lang.Var) []int64 {
	val := x.Type.Lowest()
	if x.Init != nil {
		init := u.plainScope().value(x.Init)
		m := u.m
		u.growBound(m)
		m.begin(m.v)
		init(m, val)
	}
	return val
}

// switchMailbox converts what waits and makes sure that it still fits.
func (u *Update) switchMailbox(inst *instance, converts []*lang.Convert) (func(m *machine), compSet) {
	p, box := inst.unit, inst.mailbox
	s := u.plainScope()
	var rewrite []func(m *machine, l *letter) bool
	for _, c := range converts {
		if c.From.Unit.Name == p.name {
			rewrite = append(rewrite, u.convert(s, c))
		}
	}
	shrinks := p.affected && box.capacity[1] < box.capacity[0] && p.new != nil
	removed := p.affected && p.new == nil
	if len(rewrite) == 0 && !shrinks && !removed {
		return nil, nil
	}
	full := u.failureID(Failure{Kind: MailboxFull, Span: p.either().Span, Detail: fmt.Sprintf("more messages wait for `%s` than its new mailbox holds", p.name)})
	gone := u.failureID(Failure{Kind: UnhandledMessage, Span: p.either().Span, Detail: fmt.Sprintf("a message waits for `%s`, which the update removes", p.name)})
	return func(m *machine) {
		if !m.turn.replaces(inst) {
			return
		}
		n := box.waiting(m.v)
		for i := range n {
			for _, f := range rewrite {
				if f(m, &box.places[i]) {
					break
				}
			}
		}
		switch {
		case removed && n > 0:
			m.fail(gone)
		case shrinks && n > box.capacity[1]:
			m.fail(full)
		}
	}, s.touch
}

// convert compiles the rewriting of one kind of waiting message; it says whether
// it took the message. A transfer's own conversion goes before the update's.
func (u *Update) convert(s *scope, c *lang.Convert) func(m *machine, l *letter) bool {
	from, to := u.kindOf[c.From], u.kindOf[c.To]
	old := 0
	for _, x := range c.Params {
		old += x.Type.Slots()
	}
	size, rewrite := s.rewriting(c)
	return func(m *machine, l *letter) bool {
		if l.kind.get(m.old) != from.number || l.kind.get(m.v) != from.number {
			return false
		}
		args, vals := m.push(old), m.push(size)
		for i := range args {
			args[i] = l.args[i].get(m.v)
		}
		rewrite(m, args, vals)
		if !m.stopped() {
			l.kind.set(m.v, to.number)
			clearSlots(l.args, m.v)
			for i, k := range vals {
				l.args[i].set(m.v, k)
			}
		}
		m.pop(old + size)
		return true
	}
}

// switchProtocol gives instances in progress the position that their history has
// in the new expression.
func (u *Update) switchProtocol(p *protocol, pi *protocolInstance) func(m *machine) {
	return func(m *machine) {
		if !m.turn.turns(p, m.old) {
			return
		}
		pi.version.set(m.v, 1)
		for _, pos := range pi.pos {
			pos.set(m.v, p.carried(pos.get(m.v)))
		}
	}
}

// reset builds the probe that forgets the affected units' volatile data.
func (u *Update) reset() *Transfer {
	changes := u.changes(nil, false)
	for i := range changes {
		ch := &changes[i]
		for _, p := range u.units {
			for _, inst := range p.insts {
				if inst.comp == ch.comp && p.affected {
					ch.then = u.forget(p, inst.index)
				}
			}
		}
	}
	return &Transfer{Name: "reset", Parts: u.parts(changes, nil)}
}

// forget gives an instance's volatile variables their new initial values.
func (u *Update) forget(p *unit, index int) func(m *machine) {
	type fresh struct {
		st  *storage
		val []int64
	}
	var list []fresh
	for _, x := range p.vars(1) {
		if x.Class == lang.Plain || x.Class == lang.Hidden {
			list = append(list, fresh{u.stores[x][index], u.initialValue(x)})
		}
	}
	return func(m *machine) {
		for _, f := range list {
			for i, k := range f.val {
				f.st.slots[i].set(m.v, k)
				if f.st.oldForm != nil {
					f.st.oldForm[i].clear(m.v)
				}
			}
		}
	}
}

// transferCode compiles the statements of a transfer.
type transferCode struct {
	*scope
	writes compSet
}

func (c *transferCode) block(list []lang.Stmt) func(m *machine) {
	var run []func(m *machine)
	for _, s := range list {
		run = append(run, c.stmt(s))
	}
	return func(m *machine) {
		for _, f := range run {
			if m.failure == 0 {
				f(m)
			}
		}
	}
}

func (c *transferCode) stmt(s lang.Stmt) func(m *machine) {
	switch s := s.(type) {
	case *lang.Assign:
		for _, st := range c.u.stores[s.To.Var] {
			c.writes.add(st.comp)
		}
		n := s.To.Typ.Slots()
		val, set := c.value(s.Rhs.Expr), c.store(s.To, s.Spn)
		return func(m *machine) {
			t := m.push(n)
			val(m, t)
			if !m.stopped() {
				set(m, t)
			}
			m.pop(n)
		}
	case *lang.Declare:
		at, n := c.bound[s.Var], s.Var.Type.Slots()
		if s.Init == nil {
			low := s.Var.Type.Lowest()
			return func(m *machine) { copy(m.bound[at:at+n], low) }
		}
		val, check := c.value(s.Init), c.rangeCheck(s.Var.Type, s.Spn)
		return func(m *machine) { val(m, m.bound[at:at+n]); check(m, m.bound[at:at+n]) }
	case *lang.If:
		cond, then, els := c.cond(s.Cond.Expr), c.block(s.Then), c.block(s.Else)
		return func(m *machine) {
			if cond(m) {
				then(m)
			} else {
				els(m)
			}
		}
	case *lang.For:
		each, at, run := c.elements(s.Dom), c.bound[s.Var], c.block(s.Body)
		return func(m *machine) {
			each(m, func(k int64) bool {
				m.bound[at] = k
				run(m)
				return m.failure == 0
			})
		}
	case *lang.Assert:
		cond := c.cond(s.Cond)
		id := c.u.failureID(Failure{Kind: Assertion, Span: s.Spn, Clause: s.Label, Cond: s.Cond, Detail: "the assertion is false"})
		return func(m *machine) {
			if !cond(m) {
				m.fail(id)
			}
		}
	}
	panic(fmt.Sprintf("model: no statement of a transfer: %T", s))
}
