package model

import "github.com/lucheck/lucheck/lang"

// This file finds partial deadlocks (definitions section 1): sets of activations
// each of which waits, now and in every later state, for another of the set, or
// for an answer that nobody owes.

// Stuck gives a function that is 1 + the number of the failure in states with a
// partial deadlock. It is nil where the code rules them out: no circle of calls
// and bounded sends, every called handler answers or holds on every path, and
// nobody is held.
func (u *Update) Stuck() *Function {
	if !u.canStick() {
		return nil
	}
	id := u.PartialDeadlockID()
	var reads compSet
	for _, inst := range u.groups {
		reads.add(inst.comp)
		if inst.mailbox != nil {
			reads.add(inst.mailbox.comp)
		}
	}
	for _, p := range u.units {
		if p.function {
			for _, inst := range p.insts {
				reads.add(inst.comp)
			}
		}
	}
	return &Function{Reads: reads.list(), Eval: func(v []uint64) uint64 {
		if len(u.stuckGroups(v)) > 0 {
			return uint64(id) + 1
		}
		return 0
	}}
}

// DeadlockID is the number of the failure "deadlock".
func (u *Update) DeadlockID() uint32 {
	return u.failureID(Failure{Kind: Deadlock, Detail: "no step is possible, but not everything has ended"})
}

// PartialDeadlockID is the number of the failure "partial deadlock".
func (u *Update) PartialDeadlockID() uint32 {
	return u.failureID(Failure{Kind: PartialDeadlock, Detail: "activations wait for each other, or for an answer that nobody owes, for ever"})
}

// StuckGroups names the instances that wait for ever in a state.
func (u *Update) StuckGroups(v []uint64) []string {
	var names []string
	for _, g := range u.stuckGroups(v) {
		names = append(names, u.GroupName(g))
	}
	return names
}

// stuckGroups computes the greatest set of groups that wait for each other.
func (u *Update) stuckGroups(v []uint64) []int {
	stuck := make([]bool, len(u.groups))
	waits := make([][]int, len(u.groups))
	for g, inst := range u.groups {
		stuck[g] = inst.root.active(v)
		inst.root.each(func(f *frame) {
			if stuck[g] && f.active(v) {
				on, blocked := u.waitsFor(f, v)
				stuck[g] = blocked
				waits[g] = append(waits[g], on...)
			}
		})
	}
	for changed := true; changed; {
		changed = false
		for g := range stuck {
			for _, on := range waits[g] {
				if stuck[g] && !stuck[on] {
					stuck[g], changed = false, true
				}
			}
		}
	}
	var out []int
	for g, s := range stuck {
		if s {
			out = append(out, g)
		}
	}
	return out
}

// waitsFor says whether an activation is blocked, and on which groups.
func (u *Update) waitsFor(f *frame, v []uint64) (on []int, blocked bool) {
	n := f.at(v)
	switch {
	case n.waits != nil:
		if f.reply.get(v) != 0 {
			return nil, false
		}
		if n.waits.Unit.Kind == lang.Function {
			// The function's frame is looked at by itself.
			return nil, true
		}
		return u.owedBy(f, v), true
	case n.mailboxOf != nil:
		box := n.mailboxOf(u.probe(v))
		if u.prober.failure != 0 || box.waiting(v) < box.capacity[box.inst.versionOf(v)] {
			return nil, false
		}
		return []int{box.inst.root.group}, true
	}
	return nil, false
}

// owedBy gives the group of the instance that has the frame's request: in its
// mailbox, being processed, or held. Nobody has it: none.
func (u *Update) owedBy(f *frame, v []uint64) []int {
	me := int64(f.number) + 1
	for g, inst := range u.groups {
		if inst.mailbox == nil {
			continue
		}
		if inst.root.owed.get(v) == me || u.holds(inst, me, v) {
			return []int{g}
		}
		for i := range inst.mailbox.waiting(v) {
			l := &inst.mailbox.places[i]
			if l.sender.get(v) == me && l.owed.get(v) != 0 {
				return []int{g}
			}
		}
	}
	return nil
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
		root := u.groups[f.group].unit
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
