package oracle

import "github.com/lucheck/lucheck/lang"

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
)

// node is one place of a body. An activation rests only at visible nodes.
type node struct {
	op       op
	stmt     lang.Stmt
	visible  bool // executing it is a step of its own
	next     int
	other    int
	branches []int
	join     int // opEither, opAtomic: the opJoin behind them
}

// graph is a body of statements. Node 0 is its end. Two texts that are the same
// have the same graph, node by node, and the same numbers of locals.
type graph struct {
	nodes  []node
	entry  int
	head   int               // the head of the outermost loop of a client, else -1
	rest   map[int]bool      // nodes at which a client is at rest
	locals []*lang.Type      // nil: the kept upper bound of a for statement
	index  map[*lang.Var]int // number of a local
	bound  map[*lang.For]int // number of the kept upper bound, where one is needed
	live   [][]bool          // by node: the locals that count when resting there
	after  [][]bool          // by node: the same while waiting for its reply
	params int               // the first locals, which are a handler's parameters
}

// newGraph builds the graph of a body. Params are a handler's parameters.
func newGraph(params []*lang.Var, body []lang.Stmt) *graph {
	g := &graph{head: -1, index: map[*lang.Var]int{}, bound: map[*lang.For]int{}, params: len(params)}
	for _, v := range params {
		g.declare(v)
	}
	g.collect(body)
	g.add(node{op: opEnd})
	g.entry = g.top(body)
	g.rest = g.restingAt()
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

// top builds the outermost block and notes the head of its first loop.
func (g *graph) top(body []lang.Stmt) int {
	next := 0
	for i := len(body) - 1; i >= 0; i-- {
		next = g.build(body[i], next)
		if _, ok := body[i].(*lang.Loop); ok {
			g.head = next
		}
	}
	return next
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
		n := g.add(node{op: opJoin, stmt: s})
		body := g.block(s.Body, n)
		g.nodes[n].next = body
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
	}
	return g.add(node{op: opStep, stmt: s, visible: true, next: next})
}

// restingAt gives the visible nodes that silent control alone reaches from the
// head of a client's outermost loop.
func (g *graph) restingAt() map[int]bool {
	rest, seen := map[int]bool{}, map[int]bool{}
	var visit func(n int)
	visit = func(n int) {
		if seen[n] {
			return
		}
		seen[n] = true
		d := g.nodes[n]
		switch {
		case d.visible:
			rest[n] = true
		case d.op == opBranch || d.op == opForInit || d.op == opForNext:
			visit(d.next)
			visit(d.other)
		case d.op != opEnd:
			visit(d.next)
		}
	}
	if g.head >= 0 {
		visit(g.head)
	}
	return rest
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
		case *lang.Idle, *lang.InHandler, *lang.InProgress, *lang.MsgField:
			silent = false
		case *lang.Quant:
			silent = silent && e.Dom.Wait == nil
		}
	})
	return silent
}

// constant says whether an expression reads no variable at all.
func constant(e lang.Expr) bool {
	is := true
	walk(e, func(e lang.Expr) {
		switch e.(type) {
		case *lang.Ref, *lang.Idle, *lang.InHandler, *lang.InProgress, *lang.MsgField:
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
