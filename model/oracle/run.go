package oracle

import "github.com/lucheck/lucheck/lang"

// maxSilent bounds the operations without a step inside one step. A longer run of
// them is taken for a cycle.
const maxSilent = 100000

// chooser resolves the choices of one step by a script. Choices behind the
// script's end take their first possibility.
type chooser struct {
	script []int
	widths []int // possibilities of each choice met so far
}

// choose gives one of n possibilities; with none the step is blocked.
func (c *chooser) choose(n int) int {
	if n == 0 {
		panic(blocked{})
	}
	at := len(c.widths)
	c.widths = append(c.widths, n)
	if at == len(c.script) {
		c.script = append(c.script, 0)
	}
	return c.script[at]
}

// advance sets the script to the next resolution, in lexicographic order.
func (c *chooser) advance() bool {
	for at := len(c.widths) - 1; at >= 0; at-- {
		if c.script[at]+1 < c.widths[at] {
			c.script = append(c.script[:at], c.script[at]+1)
			c.widths = nil
			return true
		}
	}
	return false
}

// enter starts the frame's text with the parameters given.
func (r *run) enter(params [][]int64) {
	r.g = r.w.graphOf(r.st.conf, &r.fr)
	r.self = selfOf(r.w.unitOf(r.st.conf, &r.fr), r.fr.inst)
	r.fr.locals = r.g.lowest()
	copy(r.fr.locals, params)
	r.fr.node = r.g.entry
}

// resume continues an activation of the state.
func (r *run) resume(id string) {
	r.id, r.fr = id, r.st.acts[id]
	r.g = r.w.graphOf(r.st.conf, &r.fr)
	r.self = selfOf(r.w.unitOf(r.st.conf, &r.fr), r.fr.inst)
}

// step carries out the activation's next step.
func (r *run) step() {
	var next int
	if r.fr.waiting {
		next = r.receiveReply()
	} else {
		next = r.visible(r.fr.node)
	}
	if r.fr.waiting {
		r.keep()
		return
	}
	r.rest(r.silent(next, -1))
}

// rest lets the activation rest at a visible node, or end.
func (r *run) rest(n int) {
	r.fr.node = n
	if n == 0 && r.fr.msg != "" {
		delete(r.st.acts, r.id)
		r.activationEnds()
		return
	}
	if r.fr.atRest() {
		r.fr.stale = false
		r.initiatorEnds()
	}
	r.keep()
}

// keep stores the frame in the state.
func (r *run) keep() {
	r.g.canonical(&r.fr)
	r.st.acts[r.id] = r.fr
}

// silent carries out silent control from node n on and gives the visible node, the
// end, or the node stop at which it arrives.
func (r *run) silent(n, stop int) int {
	for n != stop && n != 0 && !r.g.nodes[n].visible {
		n = r.silentNode(n)
	}
	return n
}

// operation counts what is done without coming to rest.
func (r *run) operation(d node) {
	if r.silents++; r.silents > maxSilent {
		fail(KindRange, d.stmt.Pos(), "a cycle without a step")
	}
}

// silentNode carries out one node of silent control and gives the next.
func (r *run) silentNode(n int) int {
	d := r.g.nodes[n]
	r.operation(d)
	r.fr.rests = r.fr.rests || d.head && r.fr.msg == ""
	switch d.op {
	case opBranch:
		return d.branch(r.holds(condition(d.stmt).Expr))
	case opForInit:
		return r.startFor(d)
	case opForNext:
		return r.continueFor(d)
	case opSilent:
		switch s := d.stmt.(type) {
		case *lang.Note:
			r.write(s.To, r.eval(s.Val), s.Val.Pos())
		case *lang.Declare:
			r.declare(s)
		}
	}
	return d.next
}

// declare gives a local its initial value.
func (r *run) declare(s *lang.Declare) {
	val := s.Var.Type.Lowest()
	if s.Init != nil {
		val = checked(s.Var.Type, r.eval(s.Init), s.Init.Pos())
	}
	r.setLocal(r.local(s.Var), 0, val)
}

// branch is where a condition leads.
func (n node) branch(holds bool) int {
	if holds {
		return n.next
	}
	return n.other
}

// condition is the condition of an If or a While.
func condition(s lang.Stmt) lang.Rhs {
	if s, is := s.(*lang.While); is {
		return s.Cond
	}
	return s.(*lang.If).Cond
}

func (r *run) startFor(d node) int {
	s := d.stmt.(*lang.For)
	if s.Dom.Lo == nil {
		return r.takeElement(d, r.elements(s.Dom))
	}
	lo, hi := r.scalar(s.Dom.Lo), r.scalar(s.Dom.Hi)
	if lo > hi {
		return d.other
	}
	if kept, is := r.g.bound[s]; is {
		r.setLocal(kept, 0, []int64{hi})
	}
	return r.takeElement(d, []int64{lo})
}

func (r *run) continueFor(d node) int {
	s := d.stmt.(*lang.For)
	x := r.fr.locals[r.local(s.Var)][0]
	if s.Dom.Lo == nil {
		xs := r.elements(s.Dom)
		for len(xs) > 0 && xs[0] <= x {
			xs = xs[1:]
		}
		return r.takeElement(d, xs)
	}
	kept, is := r.g.bound[s]
	hi := int64(0)
	if is {
		hi = r.fr.locals[kept][0]
	} else {
		hi = r.scalar(s.Dom.Hi)
	}
	if x >= hi {
		return d.other
	}
	return r.takeElement(d, []int64{x + 1})
}

// takeElement goes into the body with the first of the elements, or on without any.
func (r *run) takeElement(d node, xs []int64) int {
	if len(xs) == 0 {
		return d.other
	}
	s := d.stmt.(*lang.For)
	r.setLocal(r.local(s.Var), 0, checked(s.Var.Type, xs[:1], s.Pos()))
	return d.next
}

// visible carries out the statement of a visible node and gives the node behind
// it. After a request the activation waits instead, at that node.
func (r *run) visible(n int) int {
	d := r.g.nodes[n]
	r.operation(d)
	r.fr.rests = false
	switch d.op {
	case opEither:
		first := r.silent(d.branches[r.pick.choose(len(d.branches))], d.join)
		if first == d.join {
			return r.g.nodes[d.join].next
		}
		return r.visible(first)
	case opAtomic:
		for n = d.next; n != d.join; {
			if r.g.nodes[n].visible {
				n = r.visible(n)
			} else {
				n = r.silentNode(n)
			}
		}
		return r.g.nodes[d.join].next
	case opBranch:
		c := condition(d.stmt)
		switch {
		case c.Call != nil:
			return r.request(n)
		case c.Choose != nil:
			return d.branch(r.element(c.Choose) != 0)
		}
		return d.branch(r.holds(c.Expr))
	case opMark, opReady, opReplace:
		return r.manage(d)
	}
	return r.statement(n, d)
}

// element chooses one element of a domain.
func (r *run) element(d *lang.Domain) int64 {
	xs := r.elements(d)
	return xs[r.pick.choose(len(xs))]
}

// statement carries out a plain statement.
func (r *run) statement(n int, d node) int {
	switch s := d.stmt.(type) {
	case *lang.Assign:
		switch {
		case s.Rhs.Call != nil:
			return r.request(n)
		case s.Rhs.Choose != nil:
			r.write(s.To, []int64{r.element(s.Rhs.Choose)}, s.Pos())
		default:
			r.write(s.To, r.eval(s.Rhs.Expr), s.Rhs.Expr.Pos())
		}
	case *lang.CallStmt:
		return r.request(n)
	case *lang.Send:
		r.send(s)
	case *lang.Reply:
		r.reply(s)
	case *lang.Hold:
		r.write(s.To, []int64{r.w.caller(r.fr.caller)}, s.Pos())
		r.fr.caller = ""
	case *lang.Await:
		if !r.holds(s.Cond) {
			panic(blocked{})
		}
	case *lang.Assert:
		r.assert(s)
	case *lang.Resume:
		r.st.plan.unmark(r.w.teamOf(s.Units))
	}
	return d.next
}

// assert fails where the condition is false, unless the update repairs it and it
// belongs to what began on the old side of the switch.
func (r *run) assert(s *lang.Assert) {
	if (r.st.conf.passOver || r.fr.stale) && r.id != managerID && r.w.fixes(s.Label) {
		return
	}
	if !r.holds(s.Cond) {
		fail(KindAssertion, s.Pos(), "the assertion is false")
	}
}
