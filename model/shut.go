package model

import (
	"slices"

	"github.com/lucheck/lucheck/lang"
)

// This file finds out what can keep a statement from having a step, and what does
// so in a state (definitions section 1: strong fairness, partial deadlock).

// influence says who can change what some expressions read; nil ones are passed over.
// Nobody changes constants, `self`, own locals and, while an activation of a process,
// object or client rests, its own variables.
func (b *builder) influence(exprs ...lang.Expr) influence {
	var by influence
	visit := func(e lang.Expr) {
		switch e := e.(type) {
		case *lang.Ref:
			switch {
			case e.Var.Class == lang.Local:
			case e.Var.Owner == nil:
				by.add(influence{writers: b.u.writersOf(e.Var.Name), data: true})
			case b.frame.unit.function:
				by.add(influence{writers: []*unit{b.frame.unit}})
			}
		case *lang.Idle, *lang.InHandler, *lang.InProgress, *lang.Allows, *lang.LocalOf, *lang.MsgField:
			by.asks = true
		case *lang.Quant:
			by.asks = by.asks || e.Dom.Wait != nil
		}
	}
	for _, e := range exprs {
		if e != nil {
			lang.Inspect(e, visit)
		}
	}
	return by
}

func (i *influence) add(more influence) {
	for _, p := range more.writers {
		if !slices.Contains(i.writers, p) {
			i.writers = append(i.writers, p)
		}
	}
	i.asks = i.asks || more.asks
	i.data = i.data || more.data
}

// indices lists the indices of a place that is written.
func indices(to *lang.Ref) []lang.Expr {
	var out []lang.Expr
	for _, a := range to.Path {
		if a.Index != nil {
			out = append(out, a.Index)
		}
	}
	return out
}

// writersOf lists the units and clients whose code, in either version, writes a
// datum outside units.
func (u *Update) writersOf(name string) []*unit {
	if u.writers == nil {
		u.writers = map[string][]*unit{}
		for _, p := range u.units {
			for _, body := range p.bodies() {
				walk(body, func(s lang.Stmt) {
					if a, ok := s.(*lang.Assign); ok && a.To.Var.Owner == nil && !slices.Contains(u.writers[a.To.Var.Name], p) {
						u.writers[a.To.Var.Name] = append(u.writers[a.To.Var.Name], p)
					}
				})
			}
		}
	}
	return u.writers[name]
}

// choosing says whether a choice among these elements can be shut because there is
// none, and who can change what there is.
func (b *builder) choosing(d *lang.Domain) (shuts shutting, by influence) {
	list := append([]lang.Expr{}, d.List...)
	if d.Lo != nil {
		list = append(list, d.Lo, d.Hi)
	}
	if d.Of != nil {
		return shutByOther, b.influence(d.Of)
	}
	for _, e := range list {
		if _, constant := b.constant(e); !constant {
			shuts = shutByOther
		}
	}
	return shuts, b.influence(list...)
}

// firsts lists the statements with which the branches of an either can begin.
func (n *node) firsts() []*node {
	var out []*node
	seen := map[*node]bool{}
	var visit func(n *node)
	visit = func(n *node) {
		if seen[n] || n.endsBranch() {
			return
		}
		seen[n] = true
		if n.visible() {
			out = append(out, n)
			return
		}
		for _, s := range n.successors() {
			visit(s)
		}
	}
	for _, branch := range n.branches {
		visit(branch)
	}
	return out
}

// within lists the nodes of an atomic block.
func (n *node) within() []*node {
	var out []*node
	seen := map[*node]bool{n.end: true}
	var visit func(n *node)
	visit = func(n *node) {
		if seen[n] {
			return
		}
		seen[n] = true
		out = append(out, n)
		for _, s := range n.successors() {
			visit(s)
		}
	}
	visit(n.next)
	return out
}

// combine says of a statement what follows from its parts.
func (n *node) combine(parts []*node) {
	for _, p := range parts {
		n.shuts = max(n.shuts, p.shuts)
		n.reads.add(p.reads)
	}
	n.decides = n.reads
	n.strong = n.shuts == shutByMailbox && (n.op == opAtomic || slices.ContainsFunc(n.branches, alwaysStrong))
}

// alwaysStrong says whether a branch of an either begins, in all its ways, with a
// statement that only full mailboxes can shut.
func alwaysStrong(branch *node) bool {
	seen := map[*node]bool{}
	var always func(n *node) bool
	always = func(n *node) bool {
		switch {
		case seen[n]:
			return true
		case n.endsBranch():
			return false
		case n.visible():
			return n.strong
		}
		seen[n] = true
		for _, s := range n.successors() {
			if !always(s) {
				return false
			}
		}
		return true
	}
	return always(branch)
}

// canBeShut says whether the statement can be without a step at all.
func (n *node) canBeShut() bool { return n.shuts != shutByNothing }

// maxWays bounds the ways that shut tries, for the sake of time: a statement with more
// is not called shut. All of them are tried anyway when its steps are computed, with
// limits.
const maxWays = 1 << 20

// shut says whether the statement at which the frame rests has no step in any of
// its ways, and which activations could open one: those of the instances whose
// mailboxes are full and of functions that still run (full), and of those who write what
// decides it (writers). It is false also where somebody could who has no activation yet, or where
// nobody ever can. It depends on the components of shutReads.
func (u *Update) shut(f *frame, n *node, v []uint64) (full, writers []*frame, shut bool) {
	if !n.canBeShut() || n.decides.asks {
		return nil, nil, false
	}
	m := u.tester
	m.choices = m.choices[:0]
	for more, tried := true, 0; more; more, tried = m.advance(), tried+1 {
		m.begin(v)
		m.step(f, n)
		if m.failure != 0 || !m.blocked || tried > maxWays {
			return nil, nil, false
		}
		if m.shut != nil && !slices.Contains(full, m.shut) {
			full = append(full, m.shut)
		}
	}
	for _, p := range n.decides.writers {
		for _, inst := range p.insts {
			switch {
			case p.client && !inst.root.active(v): // it has ended
			case p.function || !inst.root.active(v):
				return nil, nil, false
			default:
				writers = append(writers, inst.root)
			}
		}
	}
	return full, writers, len(full)+len(writers) > 0
}
