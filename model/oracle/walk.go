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
	if d.Wait != nil {
		walk(d.Wait.Index, visit)
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
