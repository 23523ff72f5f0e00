package oracle

import (
	"slices"

	"github.com/lucheck/lucheck/lang"
)

// op says what a node of a statement graph does.
type op uint8

const (
	opEnd     op = iota // the end of the body
	opStep              // Assign, CallStmt, Send, Reply, Hold, Assert, Await
	opBranch            // If, While: to next if true, else to other
	opEither            // to one of branches
	opAtomic            // to next, up to join
	opSilent            // Declare, Note
	opForInit           // to next with the first element, to other if there is none
	opForNext           // to next with the next element, to other if there is none
	opJoin              // passes on to next
	opMark              // the first step of Stop
	opReady             // its second, to next; with try, to other
	opReplace           // of the node's team, to next; with try, to other
)

// node is one place of a body. An activation rests only at visible nodes.
type node struct {
	op       op
	stmt     lang.Stmt
	visible  bool // executing it is a step of its own
	head     bool // the head of an outermost loop
	next     int
	other    int
	branches []int
	join     int  // opEither, opAtomic: the opJoin behind them
	team     team // opReplace
}

// graph is a body of statements. Node 0 is its end. Two texts that are the same
// have the same graph, node by node, and the same numbers of locals.
type graph struct {
	nodes  []node
	entry  int
	locals []*lang.Type      // nil: the kept upper bound of a for statement
	index  map[*lang.Var]int // number of a local
	bound  map[*lang.For]int // number of the kept upper bound, where one is needed
	live   [][]bool          // by node: the locals that count when resting there
	after  [][]bool          // by node: the same while waiting for its reply
	params int               // the first locals, which are a handler's parameters
	inLoop bool              // while the graph is built: inside a loop
	// instances lists a unit's instances, of either version; for the text of a plan.
	instances func(unit string) []instance
}

// newGraph builds the graph of a body. Params are a handler's parameters.
func newGraph(params []*lang.Var, body []lang.Stmt) *graph {
	return (&graph{}).of(params, body)
}

// of builds the graph, still empty.
func (g *graph) of(params []*lang.Var, body []lang.Stmt) *graph {
	g.index, g.bound, g.params = map[*lang.Var]int{}, map[*lang.For]int{}, len(params)
	for _, v := range params {
		g.declare(v)
	}
	g.collect(body)
	g.add(node{op: opEnd})
	g.entry = g.block(body, 0)
	g.liveness()
	return g
}

// declare numbers a local at its first appearance.
func (g *graph) declare(v *lang.Var) {
	if _, known := g.index[v]; !known && v.Class == lang.Local {
		g.index[v] = len(g.locals)
		g.locals = append(g.locals, v.Type)
	}
}

// collect numbers the locals that statements write, in the order of the text.
// Variables bound inside expressions are none of them.
func (g *graph) collect(body []lang.Stmt) {
	for _, s := range body {
		switch s := s.(type) {
		case *lang.Assign:
			g.declare(s.To.Var)
		case *lang.Declare:
			g.declare(s.Var)
		case *lang.Hold:
			g.declare(s.To.Var)
		case *lang.If:
			g.collect(s.Then)
			g.collect(s.Else)
		case *lang.While:
			g.collect(s.Body)
		case *lang.Loop:
			g.collect(s.Body)
		case *lang.Atomic:
			g.collect(s.Body)
		case *lang.Either:
			for _, b := range s.Branches {
				g.collect(b)
			}
		case *lang.Stop:
			g.collect(s.Else)
		case *lang.Replace:
			g.collect(s.Else)
		case *lang.For:
			g.declare(s.Var)
			if s.Dom.Hi != nil && !constant(s.Dom.Hi) {
				g.bound[s] = len(g.locals)
				g.locals = append(g.locals, nil)
			}
			g.collect(s.Body)
		}
	}
}

func (g *graph) add(n node) int {
	g.nodes = append(g.nodes, n)
	return len(g.nodes) - 1
}

// block builds statements that lead on to next and gives their first node.
func (g *graph) block(body []lang.Stmt, next int) int {
	for i := len(body) - 1; i >= 0; i-- {
		next = g.build(body[i], next)
	}
	return next
}

func (g *graph) build(s lang.Stmt, next int) int {
	switch s := s.(type) {
	case *lang.Declare, *lang.Note:
		return g.add(node{op: opSilent, stmt: s, next: next})
	case *lang.If:
		n := g.add(node{op: opBranch, stmt: s, visible: !silentCond(s.Cond)})
		then, other := g.block(s.Then, next), g.block(s.Else, next)
		g.nodes[n].next, g.nodes[n].other = then, other
		return n
	case *lang.While:
		n := g.add(node{op: opBranch, stmt: s, visible: !silentCond(s.Cond), other: next})
		body := g.block(s.Body, n)
		g.nodes[n].next = body
		return n
	case *lang.Loop:
		outer := g.inLoop
		n := g.add(node{op: opJoin, stmt: s, head: !outer})
		g.inLoop = true
		body := g.block(s.Body, n)
		g.nodes[n].next, g.inLoop = body, outer
		return n
	case *lang.For:
		again := g.add(node{op: opForNext, stmt: s, other: next})
		body := g.block(s.Body, again)
		g.nodes[again].next = body
		return g.add(node{op: opForInit, stmt: s, next: body, other: next})
	case *lang.Either:
		n := g.add(node{op: opEither, stmt: s, visible: true})
		join := g.add(node{op: opJoin, stmt: s, next: next})
		var branches []int
		for _, b := range s.Branches {
			branches = append(branches, g.block(b, join))
		}
		g.nodes[n].branches, g.nodes[n].join = branches, join
		return n
	case *lang.Atomic:
		n := g.add(node{op: opAtomic, stmt: s, visible: true})
		join := g.add(node{op: opJoin, stmt: s, next: next})
		body := g.block(s.Body, join)
		g.nodes[n].next, g.nodes[n].join = body, join
		return n
	case *lang.Stop:
		ready := g.add(node{op: opReady, stmt: s, visible: true, next: next, other: g.block(s.Else, next)})
		return g.add(node{op: opMark, stmt: s, visible: true, next: ready})
	case *lang.Replace:
		return g.replacement(s, next)
	}
	return g.add(node{op: opStep, stmt: s, visible: true, next: next})
}

// successors lists the nodes to which a node can lead.
func (n node) successors() []int {
	switch n.op {
	case opEnd:
		return nil
	case opEither:
		return n.branches
	case opBranch, opForInit, opForNext:
		return []int{n.next, n.other}
	}
	if n.tries() {
		return []int{n.next, n.other}
	}
	return []int{n.next}
}

// reach lists the nodes that can be reached from a node by going on from those that
// through admits, itself included. It does not go on from stop.
func (g *graph) reach(from, stop int, through func(node) bool) []int {
	found := []int{from}
	for i := 0; i < len(found); i++ {
		if found[i] == stop || !through(g.nodes[found[i]]) {
			continue
		}
		for _, n := range g.nodes[found[i]].successors() {
			if !slices.Contains(found, n) {
				found = append(found, n)
			}
		}
	}
	return found
}

// inside lists the nodes of an atomic statement's body.
func (g *graph) inside(d node) []int {
	all := g.reach(d.next, d.join, func(node) bool { return true })
	return slices.DeleteFunc(all, func(n int) bool { return n == d.join })
}

// beginning lists the nodes of a branch up to the visible ones with which it begins:
// silent control and these. The join is among them where the branch can end without.
func (g *graph) beginning(branch, join int) []int {
	return g.reach(branch, join, func(d node) bool { return !d.visible })
}

// silentCond says whether a condition is no step: it reads nothing but the
// activation's own locals and constants.
func silentCond(r lang.Rhs) bool {
	if r.Expr == nil {
		return false
	}
	silent := true
	walk(r.Expr, func(e lang.Expr) {
		switch e := e.(type) {
		case *lang.Ref:
			silent = silent && e.Var.Class == lang.Local
		case *lang.Idle, *lang.InHandler, *lang.InProgress, *lang.Allows, *lang.LocalOf, *lang.MsgField:
			silent = false
		case *lang.Quant:
			silent = silent && e.Dom.Wait == nil
		}
	})
	return silent
}

// constant says whether an expression reads no variable but those that it binds.
func constant(e lang.Expr) bool {
	is, bound := true, map[*lang.Var]bool{}
	walk(e, func(e lang.Expr) {
		switch e := e.(type) {
		case *lang.Let:
			bound[e.Var] = true
		case *lang.Quant:
			bound[e.Var] = true
		case *lang.Ref:
			is = is && bound[e.Var]
		case *lang.Idle, *lang.InHandler, *lang.InProgress, *lang.Allows, *lang.LocalOf, *lang.MsgField:
			is = false
		}
	})
	return is
}

// target is the message that the node's statement calls or sends, or nil.
func (n node) target() *lang.Target {
	switch s := n.stmt.(type) {
	case *lang.Assign:
		return s.Rhs.Call
	case *lang.CallStmt:
		return s.Target
	case *lang.Send:
		return s.Target
	case *lang.If:
		if n.op == opBranch {
			return s.Cond.Call
		}
	case *lang.While:
		if n.op == opBranch {
			return s.Cond.Call
		}
	}
	return nil
}
