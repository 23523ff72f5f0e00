package model

import (
	"fmt"

	"github.com/lucheck/lucheck/lang"
)

// builder compiles the body of one handler or client in one frame to nodes. It
// goes backwards: each statement is built with the node that follows it.
type builder struct {
	*scope
	all   []*node
	slots [][]slot // of each local, by its number for liveness
	// The implicit locals that keep the upper bounds of `for` statements.
	limits     map[*lang.For][]slot
	limitIndex map[*lang.For]int
	loops      int   // around the statement being built
	end        *node // of a plan: what is behind its last statement
}

// add registers a node, takes over what its code touched and starts afresh.
func (b *builder) add(n *node) *node {
	n.touch.addSet(b.touch)
	n.uses.addSet(b.uses)
	b.reset()
	b.all = append(b.all, n)
	return n
}

func (b *builder) block(list []lang.Stmt, next *node) *node {
	for i := len(list) - 1; i >= 0; i-- {
		next = b.stmt(list[i], next)
	}
	return next
}

func (b *builder) stmt(s lang.Stmt, next *node) *node {
	switch s := s.(type) {
	case *lang.Assign:
		return b.assign(s, next)
	case *lang.Declare:
		return b.declare(s, next)
	case *lang.Note:
		val := b.value(s.Val)
		set := b.assignment(s.To, s.Spn)
		return b.add(&node{op: opDo, next: next, act: b.copying(s.To.Typ.Slots(), val, set)})
	case *lang.CallStmt:
		return b.call(s.Target, nil, s.Spn, next)
	case *lang.Send:
		return b.send(s, next)
	case *lang.Reply:
		return b.reply(s, next)
	case *lang.Hold:
		return b.hold(s, next)
	case *lang.Assert:
		return b.assertion(s, next)
	case *lang.Await:
		c, by := b.cond(s.Cond), b.influence(s.Cond)
		return b.add(&node{op: opStep, next: next, shuts: shutByOther, reads: by, decides: by, label: label{kind: "await", span: s.Spn}, act: func(m *machine) {
			if !c(m) {
				m.blocked = true
			}
		}})
	case *lang.If:
		return b.branch(s.Cond, s.Spn, b.block(s.Then, next), b.block(s.Else, next))
	case *lang.While:
		head := b.add(&node{op: opJoin})
		head.next = b.branch(s.Cond, s.Spn, b.block(s.Body, head), next)
		return head
	case *lang.Loop:
		head := b.add(&node{op: opJoin, head: b.frame.unit.client && b.loops == 0})
		if head.head {
			b.frame.endTouch(&head.touch)
		}
		b.loops++
		head.next = b.block(s.Body, head)
		b.loops--
		return head
	case *lang.For:
		return b.loopOver(s, next)
	case *lang.Either:
		n := &node{op: opEither, label: label{kind: "choose", span: s.Spn}}
		for _, list := range s.Branches {
			// A join with branches set marks the end of a branch.
			end := b.add(&node{op: opJoin, next: next, branches: []*node{}})
			n.branches = append(n.branches, b.block(list, end))
		}
		n.combine(n.firsts())
		return b.add(n)
	case *lang.Atomic:
		n := &node{op: opAtomic, label: label{kind: "atomic", span: s.Spn}}
		n.end = b.add(&node{op: opLeave, next: next})
		n.next = b.block(s.Body, n.end)
		n.combine(n.within())
		return b.add(n)
	}
	return b.planned(s, next)
}

// copying evaluates a value and stores it.
func (b *builder) copying(n int, val value, set func(m *machine, v []int64)) func(m *machine) {
	return func(m *machine) {
		t := m.push(n)
		val(m, t)
		if !m.stopped() {
			set(m, t)
		}
		m.pop(n)
	}
}

// assignment compiles a target and notes what it overwrites as a whole.
func (b *builder) assignment(to *lang.Ref, span lang.Span) func(m *machine, v []int64) {
	return b.noting(to, b.store(to, span))
}

// killed gives the local that an assignment overwrites as a whole.
func (b *builder) killed(to *lang.Ref) compSet {
	var k compSet
	if to != nil && len(to.Path) == 0 {
		if i, ok := b.index[to.Var]; ok {
			k.add(i)
		}
	}
	return k
}

func (b *builder) assign(s *lang.Assign, next *node) *node {
	if s.Rhs.Call != nil {
		return b.call(s.Rhs.Call, s.To, s.Spn, next)
	}
	n := &node{op: opStep, next: next, kills: b.killed(s.To), label: label{kind: "assign", span: s.Spn}}
	if s.Rhs.Choose != nil {
		each := b.span(s.Rhs.Choose)
		set := b.assignment(s.To, s.Spn)
		n.label.kind = "choose"
		n.shuts, n.reads = b.choosing(s.Rhs.Choose)
		n.decides = n.reads
		n.act = func(m *machine) {
			k, ok := m.pick(each)
			if ok {
				t := m.push(1)
				t[0] = k
				set(m, t)
				m.pop(1)
			}
		}
		return b.add(n)
	}
	val := b.value(s.Rhs.Expr)
	n.reads = b.influence(append(indices(s.To), s.Rhs.Expr)...)
	n.act = b.copying(s.To.Typ.Slots(), val, b.assignment(s.To, s.Spn))
	return b.add(n)
}

// pick chooses an element of a domain; false where there is none.
func (m *machine) pick(span func(m *machine) (lo, hi int64, list []int64)) (int64, bool) {
	lo, hi, list := span(m)
	n := max(0, hi-lo+1)
	if list != nil {
		n = int64(len(list))
	}
	i := m.choose(int(n))
	switch {
	case m.stopped():
		return 0, false
	case list != nil:
		return list[i], true
	}
	return lo + int64(i), true
}

func (b *builder) declare(s *lang.Declare, next *node) *node {
	slots := b.locals[s.Var]
	n := &node{op: opDo, next: next}
	n.kills.add(b.index[s.Var])
	if s.Init == nil {
		low := s.Var.Type.Lowest()
		n.act = func(m *machine) {
			for i, sl := range slots {
				sl.set(m.v, low[i])
			}
		}
		return b.add(n)
	}
	val := b.value(s.Init)
	set := b.store(&lang.Ref{ExprBase: lang.ExprBase{Typ: s.Var.Type, Spn: s.Spn}, Var: s.Var}, s.Spn)
	n.act = b.copying(len(slots), val, set)
	return b.add(n)
}

// branch compiles a condition: silent where it reads only own locals.
func (b *builder) branch(c lang.Rhs, span lang.Span, then, els *node) *node {
	switch {
	case c.Call != nil:
		n := b.await(c.Call, span)
		at := b.bind(&lang.Var{}, 1)
		receive := n.act
		n.act = func(m *machine) {
			receive(m)
			if !m.stopped() {
				m.bound[at] = m.reply[0]
			}
		}
		wait := b.add(n)
		wait.next = b.add(&node{op: opIf, next: then, alt: els, cond: func(m *machine) bool { return m.bound[at] != 0 }})
		return b.request(c.Call, span, wait)
	case c.Choose != nil:
		each := b.span(c.Choose)
		shuts, by := b.choosing(c.Choose)
		return b.add(&node{op: opBranch, next: then, alt: els, shuts: shuts, reads: by, decides: by, label: label{kind: "choose", span: span}, cond: func(m *machine) bool {
			k, _ := m.pick(each)
			return k != 0
		}})
	}
	cond := b.cond(c.Expr)
	n := &node{op: opIf, next: then, alt: els, cond: cond, reads: b.influence(c.Expr), label: label{kind: "branch", span: span}}
	if b.wide {
		n.op = opBranch
	}
	return b.add(n)
}

// loopOver compiles `for`: start, test, body, next element.
func (b *builder) loopOver(s *lang.For, next *node) *node {
	slot := b.locals[s.Var][0]
	num := b.index[s.Var]
	if s.Dom.List != nil {
		return b.loopOverList(s, next)
	}
	var lo, hi number
	if s.Dom.Typ != nil {
		l, h := s.Dom.Typ.Bounds()
		lo, hi = func(*machine) int64 { return l }, func(*machine) int64 { return h }
	} else {
		lo, hi = b.scalar(s.Dom.Lo), b.scalar(s.Dom.Hi)
	}
	start := &node{op: opIf, alt: next}
	start.kills.add(num)
	keep := b.limits[s]
	limit := func(m *machine) int64 { return hi(m) }
	if keep != nil {
		start.kills.add(b.limitIndex[s])
		limit = func(m *machine) int64 { return keep[0].get(m.v) }
	}
	out := b.u.failureID(Failure{Kind: Range, Span: s.Dom.Span, Detail: fmt.Sprintf("the value is outside %s", s.Var.Type)})
	start.cond = func(m *machine) bool {
		k, h := lo(m), hi(m)
		if k > h {
			return false
		}
		if !slot.fits(k) || !slot.fits(h) {
			m.fail(out)
			return false
		}
		if keep != nil {
			keep[0].set(m.v, h)
		}
		slot.set(m.v, k)
		return true
	}
	start = b.add(start)
	step := &node{op: opIf, alt: next}
	step.uses.add(num)
	if keep != nil {
		step.uses.add(b.limitIndex[s])
	}
	step.cond = func(m *machine) bool {
		k := slot.get(m.v) + 1
		if k > limit(m) {
			return false
		}
		slot.set(m.v, k)
		return true
	}
	step = b.add(step)
	body := b.block(s.Body, step)
	start.next, step.next = body, body
	return start
}

// loopOverList unrolls `for` over a set written out; the checker admits only
// constants there.
func (b *builder) loopOverList(s *lang.For, next *node) *node {
	var vs []int64
	for _, e := range s.Dom.List {
		k, _ := b.constant(e)
		vs = append(vs, k)
	}
	vs = sortedUnique(vs)
	slot := b.locals[s.Var][0]
	for i := len(vs) - 1; i >= 0; i-- {
		k := vs[i]
		n := &node{op: opDo, next: b.block(s.Body, next), act: func(m *machine) { slot.set(m.v, k) }}
		n.kills.add(b.index[s.Var])
		next = b.add(n)
	}
	return next
}

func (b *builder) assertion(s *lang.Assert, next *node) *node {
	c := b.cond(s.Cond)
	id := b.u.failureID(assertionFailure(s))
	n := &node{op: opStep, next: next, reads: b.influence(s.Cond), label: label{kind: "assert", span: s.Spn}}
	b.touches(managerComp) // so that a step is computed anew behind the switch
	n.act = func(m *machine) {
		m.rt.judges(id, m.v)
		if !c(m) {
			m.fail(id)
		}
	}
	if s.Label != "" && b.frame != nil && contains(b.u.Source.Fixes, s.Label) {
		stale, judge, phase := b.frame.stale, n.act, b.u.phase
		n.act = func(m *machine) {
			switch {
			case phase.get(m.v) == 0:
				m.rt.judges(id, m.v) // passed over on purpose
			case stale.get(m.v) == 0:
				judge(m)
			}
		}
	}
	return b.add(n)
}

// planned compiles the statements that only plans have.
func (b *builder) planned(s lang.Stmt, next *node) *node {
	switch s := s.(type) {
	case *lang.Stop:
		return b.stop(s, next)
	case *lang.Resume:
		return b.resume(s, next)
	case *lang.Replace:
		return b.replace(s, next)
	}
	panic(fmt.Sprintf("model: no statement of a unit: %T", s))
}
