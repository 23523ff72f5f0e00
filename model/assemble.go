package model

import (
	"fmt"

	"github.com/lucheck/lucheck/lang"
)

// This file builds the code of every frame, numbers the resting places and works
// out what is live there and what a step from there may touch.

func (u *Update) buildCode() error {
	// Functions' code first, deepest first: a call's step runs into it.
	for i := len(u.frames) - 1; i >= 0; i-- {
		f := u.frames[i]
		f.nodes, f.entryOf = []*node{nil}, []*entry{nil}
		f.entries = map[*handlerVersion]*entry{}
		for _, h := range f.unit.handlers {
			u.buildHandler(f, h)
		}
		if !f.unit.client {
			continue
		}
		for version := range f.texts {
			if l := f.unit.at(int64(version)); l != nil && (version == 0 || f.unit.changed) {
				f.texts[version] = u.buildClient(f, l)
			}
		}
		if err := sameShape(f); err != nil {
			return err
		}
	}
	return nil
}

// newBuilder prepares the compilation of one body.
func (u *Update) newBuilder(f *frame, locals []*lang.Var, body []lang.Stmt) *builder {
	nbound := 0
	b := &builder{scope: &scope{u: u, frame: f, self: f.inst.self, locals: map[*lang.Var][]slot{}, index: map[*lang.Var]int{},
		bound: map[*lang.Var]int{}, nbound: &nbound, letters: map[*lang.Var]*lang.Waiting{}},
		limits: map[*lang.For][]slot{}, limitIndex: map[*lang.For]int{}}
	at := 0
	take := func(n int) []slot { at += n; return f.locals[at-n : at] }
	for i, v := range locals {
		b.locals[v] = take(v.Type.Slots())
		b.index[v] = i
		b.slots = append(b.slots, b.locals[v])
	}
	walk(body, func(s lang.Stmt) {
		if l, ok := s.(*lang.For); ok && hiddenBound(l) {
			b.limits[l] = take(1)
			b.limitIndex[l] = len(b.slots)
			b.slots = append(b.slots, b.limits[l])
		}
	})
	return b
}

func (u *Update) buildHandler(f *frame, h *handlerVersion) {
	l := h.handler
	locals := kept(l.Locals)
	b := u.newBuilder(f, locals, l.Body)
	e := &entry{version: h, body: newBody(locals, b.slots, h), attached: u.attachedTo(f, h)}
	f.bodies = append(f.bodies, e.body)
	for _, x := range u.Source.Forbids {
		if x.Unit == h.unit.name && x.Message == h.name {
			h.barred = u.failureID(Failure{Kind: Forbidden, Span: x.Span, Detail: fmt.Sprintf("`%s.%s` begins while the update is under way", x.Unit, x.Message)}) + 1
		}
	}
	for _, p := range l.Msg.Params {
		e.all = append(e.all, b.locals[p]...)
	}
	end := &node{op: opEnd}
	f.endTouch(&end.touch)
	e.start = b.block(l.Body, b.add(end))
	f.nodes, f.entryOf = b.finish(f, f.nodes, f.entryOf, e)
	f.entries[h] = e
}

// body names the locals of one handler version or client.
type body struct {
	locals   []*lang.Var
	slots    [][]slot
	version  *handlerVersion // nil for a client
	readable map[string]int  // the locals that are read from outside, by name
}

// runs says whether the frame runs this body.
func (b *body) runs(f *frame, v []uint64) bool {
	return f.active(v) && (b.version == nil || f.entryAt(v).version == b.version)
}

// text is a client's code in one version.
type text struct {
	start *node
	nodes []*node
	body  *body
}

func (u *Update) buildClient(f *frame, l *lang.Unit) *text {
	locals := kept(l.Locals)
	b := u.newBuilder(f, locals, l.Body)
	names := newBody(locals, b.slots, nil)
	if f.bodies == nil {
		f.bodies = []*body{names}
	}
	end := &node{op: opEnd}
	f.endTouch(&end.touch)
	last := b.add(end)
	if f.unit.manager {
		last = b.endOfPlan(last)
		b.end = last
	}
	t := &text{start: b.block(l.Body, last), body: names}
	t.nodes, _ = b.finish(f, []*node{nil}, []*entry{nil}, nil)
	return t
}

// sameShape makes sure that a client's text has the same resting places in both
// versions, so that it can go on in the new one.
func sameShape(f *frame) error {
	a, b := f.texts[0], f.texts[1]
	if a == nil {
		return TooLarge(f.unit.either().Span, "client `%s` is not part of the old version", f.unit.name)
	}
	if b == nil {
		return nil
	}
	same := len(a.nodes) == len(b.nodes)
	for i := 1; same && i < len(a.nodes); i++ {
		same = a.nodes[i].op == b.nodes[i].op && a.nodes[i].label.kind == b.nodes[i].label.kind
	}
	if !same {
		return TooLarge(f.unit.either().Span, "the update changes which statements of client `%s` are steps: a definition that it uses reads other data now", f.unit.name)
	}
	return nil
}

// finish numbers the resting places of one body, behind those already there, and
// computes what is live and what a step from there may touch.
func (b *builder) finish(f *frame, nodes []*node, entryOf []*entry, e *entry) ([]*node, []*entry) {
	for _, n := range b.all {
		if n.op == opAtomic && !n.inner {
			markInner(n)
		}
	}
	b.liveness()
	// b.all is backwards; number forwards so that locations grow with the text.
	for i := len(b.all) - 1; i >= 0; i-- {
		n := b.all[i]
		if !n.visible() || n.inner {
			continue
		}
		n.loc = int64(len(nodes))
		nodes, entryOf = append(nodes, n), append(entryOf, e)
		for k, slots := range b.slots {
			if !n.live.has(k) {
				n.dead = append(n.dead, slots...)
			}
		}
		n.reach = f.reach(n)
	}
	return nodes, entryOf
}

// markInner marks the nodes inside an atomic block.
func markInner(a *node) {
	seen := map[*node]bool{a.end: true}
	var visit func(n *node)
	visit = func(n *node) {
		if seen[n] {
			return
		}
		seen[n], n.inner = true, true
		for _, s := range n.successors() {
			visit(s)
		}
	}
	visit(a.next)
}

// liveness is the usual backward fixpoint.
func (b *builder) liveness() {
	for changed := true; changed; {
		changed = false
		for _, n := range b.all {
			var live compSet
			for _, s := range n.successors() {
				live.addSet(s.live)
			}
			for i := range n.kills {
				if i < len(live) {
					live[i] &^= n.kills[i]
				}
			}
			live.addSet(n.uses)
			before := len(n.live.list())
			n.live.addSet(live)
			changed = changed || len(n.live.list()) != before
		}
	}
}

// reach computes which components a step from a resting node may touch, but for
// what its dyn adds: the node's own, those of the silent control behind it, and
// for an either or an atomic block those of what they contain. It may have too
// many, never too few.
func (f *frame) reach(start *node) []int {
	var set compSet
	set.add(f.comp)
	type visit struct {
		n     *node
		after bool // the step's visible statement has been met
	}
	seen := map[visit]bool{}
	var at func(n *node, after bool)
	at = func(n *node, after bool) {
		if v := (visit{n, after}); seen[v] {
			return
		} else {
			seen[v] = true
		}
		if after && n.visible() && !n.inner {
			return
		}
		set.addSet(n.touch)
		if n != start {
			set.addSet(n.anyTouch)
		}
		if n.op != opEither {
			after = after || n.visible() || n.endsBranch()
		}
		for _, s := range n.successors() {
			at(s, after)
		}
	}
	at(start, false)
	return set.list()
}

// prefixTouch is what the silent control at the start of code touches.
func (u *Update) prefixTouch(start *node) compSet {
	var set compSet
	seen := map[*node]bool{}
	var visit func(n *node)
	visit = func(n *node) {
		if seen[n] || n.visible() {
			return
		}
		seen[n] = true
		set.addSet(n.touch)
		for _, s := range n.successors() {
			visit(s)
		}
	}
	visit(start)
	return set
}
