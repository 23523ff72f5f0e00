package oracle

import "github.com/lucheck/lucheck/lang"

// walk visits an expression and all expressions inside it, outermost first. A nil
// expression has none.
func walk(e lang.Expr, visit func(lang.Expr)) {
	if e == nil {
		return
	}
	visit(e)
	switch e := e.(type) {
	case *lang.Ref:
		walk(e.Unit, visit)
		for _, a := range e.Path {
			walk(a.Index, visit)
		}
	case *lang.Unary:
		walk(e.X, visit)
	case *lang.Binary:
		walk(e.X, visit)
		walk(e.Y, visit)
	case *lang.In:
		walk(e.X, visit)
		walkDomain(e.Dom, visit)
	case *lang.IfExpr:
		walk(e.Cond, visit)
		walk(e.Then, visit)
		walk(e.Else, visit)
	case *lang.Quant:
		walkDomain(e.Dom, visit)
		walk(e.Body, visit)
	case *lang.Let:
		walk(e.X, visit)
		walk(e.Body, visit)
	case *lang.Conv:
		walk(e.X, visit)
	case *lang.Demand:
		walk(e.Cond, visit)
		walk(e.X, visit)
	case *lang.Build:
		for _, x := range e.Elems {
			walk(x, visit)
		}
	case *lang.Idle:
		walk(e.Index, visit)
	case *lang.InHandler:
		walk(e.Index, visit)
	case *lang.InProgress:
		for _, x := range e.Key {
			walk(x, visit)
		}
	case *lang.Allows:
		for _, x := range e.Key {
			walk(x, visit)
		}
	case *lang.LocalOf:
		walk(e.Index, visit)
	}
}

// walkDomain visits the expressions of a domain; nil has none.
func walkDomain(d *lang.Domain, visit func(lang.Expr)) {
	if d == nil {
		return
	}
	walk(d.Lo, visit)
	walk(d.Hi, visit)
	for _, x := range d.List {
		walk(x, visit)
	}
	walk(d.Of, visit)
	if d.Wait != nil {
		walk(d.Wait.Index, visit)
	}
}

// reads visits the expressions that a node itself reads, a place that it writes not
// included. An either or atomic reads nothing itself.
func (n node) reads(visit func(lang.Expr)) {
	switch n.op {
	case opForInit, opForNext:
		walkDomain(n.stmt.(*lang.For).Dom, visit)
		return
	case opJoin, opEither, opAtomic, opEnd:
		return
	}
	switch s := n.stmt.(type) {
	case *lang.Assign:
		walkRhs(s.Rhs, visit)
		walkPlace(s.To, visit)
	case *lang.Declare:
		walk(s.Init, visit)
	case *lang.Note:
		walk(s.Val, visit)
		walkPlace(s.To, visit)
	case *lang.CallStmt:
		walkTarget(s.Target, visit)
	case *lang.Send:
		walkTarget(s.Target, visit)
	case *lang.Reply:
		walk(s.Val, visit)
		if s.To != nil {
			walk(s.To, visit)
		}
	case *lang.Hold:
		walkPlace(s.To, visit)
	case *lang.Assert:
		walk(s.Cond, visit)
	case *lang.Await:
		walk(s.Cond, visit)
	case *lang.If:
		walkRhs(s.Cond, visit)
	case *lang.While:
		walkRhs(s.Cond, visit)
	case *lang.Replace:
		walk(s.When, visit)
	}
}

// walkRhs visits the expressions right of an assignment or in a condition.
func walkRhs(r lang.Rhs, visit func(lang.Expr)) {
	walk(r.Expr, visit)
	walkDomain(r.Choose, visit)
	walkTarget(r.Call, visit)
}

// walkTarget visits the index and the arguments of a message; nil has none.
func walkTarget(t *lang.Target, visit func(lang.Expr)) {
	if t == nil {
		return
	}
	walk(t.Index, visit)
	for _, a := range t.Args {
		walk(a, visit)
	}
}

// walkPlace visits what is read to find a place that is written: the instance and
// the indices, not the variable itself.
func walkPlace(r *lang.Ref, visit func(lang.Expr)) {
	walk(r.Unit, visit)
	for _, a := range r.Path {
		walk(a.Index, visit)
	}
}
