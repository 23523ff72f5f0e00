package model

import (
	"slices"

	"github.com/lucheck/lucheck/lang"
)

// This file finds partial deadlocks (definitions section 1): sets of activations
// each of which waits, now and in every later state, for another of the set, or
// for an answer that nobody owes.

// Stuck gives a function that is 1 + the number of the failure in states with a
// partial deadlock. It is nil where the code rules them out: no circle of calls,
// bounded sends and awaited data, every called handler answers or holds on every
// path, and nobody is held.
func (u *Update) Stuck() *Function {
	if !u.canStick() {
		return nil
	}
	id := u.PartialDeadlockID()
	return &Function{Reads: u.shutReads().list(), Eval: func(v []uint64) uint64 {
		if len(u.stuckFrames(v)) > 0 {
			return uint64(id) + 1
		}
		return 0
	}}
}

// shutReads is what the answers of shut and waitsFor depend on: all units and
// mailboxes, the data that decide whether a statement is shut, and the protocols, which
// a send inside an atomic block may violate before another one is shut.
func (u *Update) shutReads() compSet {
	var reads compSet
	for _, p := range u.units {
		for _, inst := range p.insts {
			reads.add(inst.comp)
			if inst.mailbox != nil {
				reads.add(inst.mailbox.comp)
			}
		}
	}
	for _, f := range u.frames {
		f.rests(func(n *node) bool {
			if n.canBeShut() && n.decides.data {
				reads.addSet(n.touch)
				for _, d := range u.data {
					reads.add(d.comp)
				}
			}
			if n.op == opAtomic && n.canBeShut() {
				u.adaptReads(&reads)
				for _, p := range u.protocols {
					for i := range p.insts {
						reads.add(p.insts[i].comp)
					}
				}
			}
			return false
		})
	}
	return reads
}

// choosesWhere says whether whom some statement of the frame's code sends to is
// decided by more than own locals.
func (f *frame) choosesWhere() bool {
	return f.rests(func(n *node) bool {
		return n.canBeShut() && (n.op == opAtomic || n.op == opEither || n.decides.data)
	})
}

// rests says whether the frame can rest at a node that passes a test; it stops at
// the first one.
func (f *frame) rests(test func(*node) bool) bool {
	for _, nodes := range [][]*node{f.nodes, f.textNodes(0), f.textNodes(1)} {
		if slices.ContainsFunc(nodes, func(n *node) bool { return n != nil && test(n) }) {
			return true
		}
	}
	return false
}

// DeadlockID is the number of the failure "deadlock".
func (u *Update) DeadlockID() uint32 {
	return u.failureID(Failure{Kind: Deadlock, Detail: "no step is possible, but not everything has ended"})
}

// PartialDeadlockID is the number of the failure "partial deadlock".
func (u *Update) PartialDeadlockID() uint32 {
	return u.failureID(Failure{Kind: PartialDeadlock, Detail: "activations wait for each other, or for an answer that nobody owes, for ever"})
}

// StuckGroups names the activations that wait for ever in a state.
func (u *Update) StuckGroups(v []uint64) []string {
	var names []string
	for _, f := range u.stuckFrames(v) {
		names = append(names, f.name())
	}
	return names
}

// stuckFrames computes the greatest set of activations that wait for each other. The
// update manager is never one of them: what its plan writes it may still write.
func (u *Update) stuckFrames(v []uint64) []*frame {
	free := make([]bool, len(u.frames)) // known not to be in the set
	for i, f := range u.frames {
		free[i] = !f.active(v) || f.unit.manager || f.neverBlocked(v)
	}
	waits := make([][]*frame, len(u.frames))
	for i, f := range u.frames {
		if free[i] || f.opened(v, free) {
			free[i] = true
			continue
		}
		on, blocked := u.waitsFor(f, v)
		waits[i], free[i] = on, !blocked
	}
	for changed := true; changed; {
		changed = false
		for i := range free {
			for _, on := range waits[i] {
				if !free[i] && free[on.number] {
					free[i], changed = true, true
				}
			}
		}
	}
	var out []*frame
	for i, f := range u.frames {
		if !free[i] {
			out = append(out, f)
		}
	}
	return out
}

// neverBlocked says whether an activation rests at a statement that always has a step.
func (f *frame) neverBlocked(v []uint64) bool {
	n := f.at(v)
	return n.waits == nil && (!n.canBeShut() || n.decides.asks)
}

// opened says whether one of those who write what decides the statement at which an activation
// rests, and for whom it would wait, is not in the set: then neither is this one, blocked or not.
func (f *frame) opened(v []uint64, free []bool) bool {
	n := f.at(v)
	if n.waits != nil {
		return false
	}
	for _, p := range n.decides.writers {
		for _, inst := range p.insts {
			switch active := !p.function && inst.root.active(v); {
			case p.client && !active: // it has ended
			case !active || free[inst.root.number]:
				return true
			}
		}
	}
	return false
}

// waitsFor says whether an activation is blocked, and for which others it waits.
func (u *Update) waitsFor(f *frame, v []uint64) (on []*frame, blocked bool) {
	n := f.at(v)
	if n.waits == nil {
		full, writers, shut := u.shut(f, n, v)
		return append(full, writers...), shut
	}
	if f.reply.get(v) != 0 {
		return nil, false
	}
	return u.owedBy(f, v)
}

// owedBy gives the activations of those who have the frame's request: in their
// mailbox, being processed, or held. Nobody has it: none. What a function holds can be
// answered by an activation that does not exist yet; then nothing is certain.
func (u *Update) owedBy(f *frame, v []uint64) (on []*frame, certain bool) {
	for _, c := range f.children {
		if c.owed.get(v) != 0 {
			return []*frame{c}, true
		}
	}
	me := int64(f.number) + 1
	for _, p := range u.units {
		for _, inst := range p.insts {
			switch {
			case u.holds(inst, me, v):
				return []*frame{inst.root}, inst.root != nil
			case inst.mailbox == nil:
				continue
			case inst.root.owed.get(v) == me:
				return []*frame{inst.root}, true
			}
			for i := range inst.mailbox.waiting(v) {
				l := &inst.mailbox.places[i]
				if l.sender.get(v) == me && l.owed.get(v) != 0 {
					return []*frame{inst.root}, true
				}
			}
		}
	}
	return nil, true
}

// holds says whether one of the instance's variables holds the caller.
func (u *Update) holds(inst *instance, caller int64, v []uint64) bool {
	for version := range int64(2) {
		for _, x := range inst.unit.vars(version) {
			st := u.stores[x][inst.index]
			if st.gated && st.gate.get(v) != st.want {
				continue
			}
			for i, t := range x.Type.Scalars() {
				if t.Kind == lang.Caller && st.slots[i].get(v) == caller {
					return true
				}
			}
		}
	}
	return false
}

// canStick says whether the code admits partial deadlocks at all; it may say yes
// too often, never too seldom.
func (u *Update) canStick() bool {
	edges := map[*unit][]*unit{}
	for _, f := range u.frames {
		root := f.bottom.unit
		f.rests(func(n *node) bool {
			for _, p := range n.decides.writers {
				if n.canBeShut() && !p.function {
					edges[root] = append(edges[root], p)
				}
			}
			return false
		})
		for _, s := range f.unit.sends() {
			to := u.unitOf[s.target.Unit.Name]
			if !to.function {
				edges[root] = append(edges[root], to)
			}
		}
	}
	const open, done = 1, 2
	state := map[*unit]int{}
	var circle func(p *unit) bool
	circle = func(p *unit) bool {
		state[p] = open
		for _, q := range edges[p] {
			if state[q] == open || state[q] == 0 && circle(q) {
				return true
			}
		}
		state[p] = done
		return false
	}
	for _, p := range u.units {
		if state[p] == 0 && circle(p) {
			return true
		}
	}
	for _, f := range u.frames {
		for _, h := range f.unit.handlers {
			if u.losesCaller(f.entries[h]) {
				return true
			}
		}
	}
	return false
}

// losesCaller says whether some path through a handler ends without an answer, or
// the handler holds its caller, who may then be lost.
func (u *Update) losesCaller(e *entry) bool {
	seen := map[*node]bool{}
	var ends func(n *node) bool
	ends = func(n *node) bool {
		if seen[n] {
			return false
		}
		seen[n] = true
		if n.op == opEnd || n.label.kind == "hold" {
			return true
		}
		if n.answers {
			return false
		}
		for _, s := range n.successors() {
			if ends(s) {
				return true
			}
		}
		return false
	}
	return ends(e.start)
}
