package oracle

import "github.com/lucheck/lucheck/lang"

// effect is what a node reads and overwrites of the activation's locals.
type effect struct {
	uses  map[int]bool
	kills map[int]bool // written as a whole
}

// liveness computes, for each node, which locals may still be read from there:
// the least fixpoint of live(n) = uses(n) + (live(successors) - kills(n)).
func (g *graph) liveness() {
	effects := make([]effect, len(g.nodes))
	for n := range g.nodes {
		effects[n] = g.effect(g.nodes[n])
		g.live = append(g.live, make([]bool, len(g.locals)))
		g.after = append(g.after, make([]bool, len(g.locals)))
	}
	for changed := true; changed; {
		changed = false
		for n := range g.nodes {
			out := g.liveOut(n)
			for v := range g.locals {
				is := effects[n].uses[v] || out[v] && !effects[n].kills[v]
				changed = changed || is != g.live[n][v]
				g.live[n][v] = is
			}
		}
	}
	for n := range g.nodes {
		g.after[n] = g.liveAwaiting(n)
	}
}

// liveOut gives the locals that are live in some successor of a node.
func (g *graph) liveOut(n int) []bool {
	out := make([]bool, len(g.locals))
	for _, s := range g.nodes[n].successors() {
		for v := range out {
			out[v] = out[v] || g.live[s][v]
		}
	}
	return out
}

// liveAwaiting gives the locals that count while the reply to the node's call is
// awaited: what is live behind it, and what is needed to store the value.
func (g *graph) liveAwaiting(n int) []bool {
	live := g.liveOut(n)
	a, ok := g.nodes[n].stmt.(*lang.Assign)
	if !ok || a.Rhs.Call == nil {
		return live
	}
	e := effect{uses: map[int]bool{}, kills: map[int]bool{}}
	g.writes(&e, a.To)
	for v := range live {
		live[v] = e.uses[v] || live[v] && !e.kills[v]
	}
	return live
}

// reads adds the locals that are read anywhere in an expression.
func (g *graph) reads(e *effect) func(lang.Expr) {
	return func(x lang.Expr) {
		if r, ok := x.(*lang.Ref); ok {
			if v, known := g.index[r.Var]; known {
				e.uses[v] = true
			}
		}
	}
}

// writes adds what writing a place reads and overwrites. Writing a part of a
// local keeps the rest of it, so that is a use.
func (g *graph) writes(e *effect, to *lang.Ref) {
	walkPlace(to, g.reads(e))
	if v, known := g.index[to.Var]; known {
		if len(to.Path) == 0 {
			e.kills[v] = true
		} else {
			e.uses[v] = true
		}
	}
}

func (g *graph) effect(d node) effect {
	e := effect{uses: map[int]bool{}, kills: map[int]bool{}}
	if d.op == opForInit || d.op == opForNext {
		g.forEffect(&e, d)
		return e
	}
	d.reads(g.reads(&e))
	switch s := d.stmt.(type) {
	case *lang.Assign:
		g.writes(&e, s.To)
	case *lang.Declare:
		e.kills[g.index[s.Var]] = true
	case *lang.Hold:
		g.writes(&e, s.To)
	}
	return e
}

// forEffect is the effect of starting and of continuing a for statement: the start
// overwrites the variable and the kept upper bound, going on reads both.
func (g *graph) forEffect(e *effect, d node) {
	s := d.stmt.(*lang.For)
	if d.op == opForInit {
		walkDomain(s.Dom, g.reads(e))
		e.kills[g.index[s.Var]] = true
		if kept, is := g.bound[s]; is {
			e.kills[kept] = true
		}
		return
	}
	e.uses[g.index[s.Var]] = true
	if kept, is := g.bound[s]; is {
		e.uses[kept] = true
	}
	for _, x := range s.Dom.List {
		walk(x, g.reads(e))
	}
}
