package model

import (
	"github.com/lucheck/lucheck/lang"
)

// op says what a node of compiled code does.
type op uint8

const (
	// Visible: an activation rests here, and a step starts here.
	opStep   op = iota // act, then next
	opBranch           // cond decides between next and alt
	opEither           // one of branches
	opAtomic           // the code from next to its opLeave, as one step
	// Silent: part of the step before.
	opIf     // cond decides between next and alt
	opDo     // act, then next
	opJoin   // the end of a branch of an either, or the head of a loop: next
	opLeave  // the end of an atomic block: next
	opEnd    // the end of the handler or client
	lastStep = opAtomic
)

// node is one statement, or a part of one, in a frame's code.
type node struct {
	op       op
	act      func(m *machine)
	cond     func(m *machine) bool
	next     *node
	alt      *node
	branches []*node
	end      *node // opAtomic: its opLeave

	// For resting.
	loc   int64
	dead  []slot // of locals that are not live
	reach []int  // components that a step from here may touch, but for dyn
	// dyn adds the components that depend on own locals; anyTouch has all that it
	// could add, for a step that starts elsewhere and runs through this node.
	dyn      func(v []uint64, add func(comp int))
	anyTouch compSet
	inner    bool // inside an atomic block: no resting place
	head     bool // of a client's outermost loop
	// shuts says what can keep the statement from having a step; reads, who can
	// change what it reads; decides, the same of what decides whether it has one
	// (definitions section 1, partial deadlock).
	shuts   shutting
	strong  bool // its steps are owed strong fairness
	reads   influence
	decides influence
	// waits is the call whose reply is awaited here.
	waits *lang.Target
	// answers marks a reply to the activation's own caller.
	answers bool

	// Of this node alone.
	touch compSet
	uses  compSet // numbers of locals read
	kills compSet // numbers of locals overwritten
	live  compSet

	label label
}

// influence says who, apart from the activation, can change what an expression reads.
type influence struct {
	writers []*unit // whose code writes data that it reads
	data    bool    // it reads data outside units, written by code or by transfers only
	asks    bool    // it asks what is under way, which anybody may change
}

// shutting says what can keep a statement from having a step.
type shutting uint8

const (
	shutByNothing shutting = iota
	shutByMailbox          // a full mailbox, and nothing else
	shutByOther            // or also something else
)

// label is what a step is called in a trace.
type label struct {
	kind string
	span lang.Span
}

func (n *node) visible() bool { return n.op <= lastStep }

// endsBranch says whether the node is the end of a branch of an either.
func (n *node) endsBranch() bool { return n.op == opJoin && n.branches != nil }

// successors lists where control can go from a node.
func (n *node) successors() []*node {
	switch n.op {
	case opBranch, opIf:
		return []*node{n.next, n.alt}
	case opEither:
		return n.branches
	case opEnd:
		return nil
	}
	return []*node{n.next}
}

// step runs the statement at which the frame rests. Afterwards the machine has
// failed, is blocked, or the frame rests again or has ended.
func (m *machine) step(f *frame, n *node) {
	m.running = f
	switch n.op {
	case opStep:
		n.act(m)
		if !m.stopped() {
			m.settle(f, n.next)
		}
	case opBranch:
		next := n.alt
		if n.cond(m) {
			next = n.next
		}
		if !m.stopped() {
			m.settle(f, next)
		}
	case opEither:
		b := m.prefix(n.branches[m.choose(len(n.branches))])
		switch {
		case m.stopped():
		case b.visible():
			m.explain(f, b)
			m.step(f, b)
		default:
			m.settle(f, b.next)
		}
	case opAtomic:
		m.inside(n)
		if !m.stopped() {
			m.settle(f, n.end.next)
		}
	}
}

// silently runs a silent node and gives the next one.
func (m *machine) silently(n *node) *node {
	if m.silent++; m.silent > maxSilent {
		m.fail(m.running.unit.endless)
		return n
	}
	switch n.op {
	case opIf:
		if n.cond(m) {
			return n.next
		}
		return n.alt
	case opDo:
		n.act(m)
	}
	return n.next
}

// prefix runs the silent control at the start of a branch: it gives the first
// visible statement, or the branch's end.
func (m *machine) prefix(n *node) *node {
	for !n.visible() && !n.endsBranch() && !m.stopped() {
		n = m.silently(n)
	}
	return n
}

// inside runs an atomic block.
func (m *machine) inside(a *node) {
	for n := a.next; n != a.end && !m.stopped(); {
		switch n.op {
		case opStep:
			n.act(m)
			n = n.next
		case opBranch:
			if n.cond(m) {
				n = n.next
			} else {
				n = n.alt
			}
		case opEither:
			n = n.branches[m.choose(len(n.branches))]
		case opAtomic:
			n = n.next
		default:
			n = m.silently(n)
		}
		if m.silent++; m.silent > maxSilent {
			m.fail(m.running.unit.endless)
		}
	}
}

// settle runs silent control from n until the frame rests or ends.
func (m *machine) settle(f *frame, n *node) {
	m.running = f
	passed := false
	for !m.stopped() {
		passed = passed || n.head
		switch {
		case n.visible():
			f.loc.set(m.v, n.loc)
			clearSlots(n.dead, m.v)
			f.rest.set(m.v, truth(passed))
			if passed {
				m.comeToRest(f)
			}
			return
		case n.op == opEnd:
			m.finish(f)
			return
		default:
			n = m.silently(n)
		}
	}
}

// comeToRest ends what lasts until a client is at rest.
func (m *machine) comeToRest(f *frame) {
	f.stale.clear(m.v)
	m.endContinuable(f)
}

// finish ends an activation.
func (m *machine) finish(f *frame) {
	sender := f.sender.get(m.v)
	keys := make([]int64, len(f.tracks))
	for i, t := range f.tracks {
		keys[i] = t.key.get(m.v)
	}
	f.clearActivation(m.v)
	m.endContinuable(f)
	if sender != 0 {
		m.processed(f, m.rt.frames[sender-1], keys)
	}
}
