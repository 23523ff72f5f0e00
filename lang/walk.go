package lang

// A visitor is called for what the walk meets; a nil function is passed over.
type visitor struct {
	expr   func(Expr)
	stmt   func(Stmt)
	domain func(*Domain)
	target func(*Target)
}

// visitExpr calls v.expr for e and everything in it, outer expressions first.
func (v *visitor) visitExpr(e Expr) {
	if e == nil {
		return
	}
	if v.expr != nil {
		v.expr(e)
	}
	switch e := e.(type) {
	case *Ref:
		v.visitExpr(e.Unit)
		for _, a := range e.Path {
			v.visitExpr(a.Index)
		}
	case *Unary:
		v.visitExpr(e.X)
	case *Binary:
		v.visitExpr(e.X)
		v.visitExpr(e.Y)
	case *In:
		v.visitExpr(e.X)
		v.visitDomain(e.Dom)
	case *IfExpr:
		v.visitExpr(e.Cond)
		v.visitExpr(e.Then)
		v.visitExpr(e.Else)
	case *Quant:
		v.visitDomain(e.Dom)
		v.visitExpr(e.Body)
	case *Let:
		v.visitExpr(e.X)
		v.visitExpr(e.Body)
	case *Conv:
		v.visitExpr(e.X)
	case *Demand:
		v.visitExpr(e.Cond)
		v.visitExpr(e.X)
	case *Build:
		v.visitExprs(e.Elems)
	case *Idle:
		v.visitExpr(e.Index)
	case *InHandler:
		v.visitExpr(e.Index)
	case *InProgress:
		v.visitExprs(e.Key)
	case *Allows:
		v.visitExprs(e.Key)
	case *LocalOf:
		v.visitExpr(e.Index)
	}
}

func (v *visitor) visitExprs(es []Expr) {
	for _, e := range es {
		v.visitExpr(e)
	}
}

func (v *visitor) visitDomain(d *Domain) {
	if d == nil {
		return
	}
	if v.domain != nil {
		v.domain(d)
	}
	v.visitExpr(d.Lo)
	v.visitExpr(d.Hi)
	v.visitExprs(d.List)
	v.visitExpr(d.Of)
	if d.Wait != nil {
		v.visitExpr(d.Wait.Index)
		v.visitExpr(d.Wait.Sender)
	}
}

func (v *visitor) visitTarget(t *Target) {
	if t == nil {
		return
	}
	if v.target != nil {
		v.target(t)
	}
	v.visitExpr(t.Index)
	v.visitExprs(t.Args)
}

func (v *visitor) visitRhs(r Rhs) {
	v.visitExpr(r.Expr)
	v.visitDomain(r.Choose)
	v.visitTarget(r.Call)
}

func (v *visitor) visitRef(r *Ref) {
	if r != nil {
		v.visitExpr(r)
	}
}

// visitStmts calls v.stmt for each statement, outer ones first, and visits the
// expressions, domains and targets in it. Written places are visited like reads.
func (v *visitor) visitStmts(body []Stmt) {
	for _, s := range body {
		if v.stmt != nil {
			v.stmt(s)
		}
		v.visitOwn(s)
		for _, b := range blocksOf(s) {
			v.visitStmts(b)
		}
	}
}

// visitOwn visits what a statement has outside the blocks inside it.
func (v *visitor) visitOwn(s Stmt) {
	switch s := s.(type) {
	case *Assign:
		v.visitRef(s.To)
		v.visitRhs(s.Rhs)
	case *Declare:
		v.visitExpr(s.Init)
	case *Note:
		v.visitRef(s.To)
		v.visitExpr(s.Val)
	case *CallStmt:
		v.visitTarget(s.Target)
	case *Send:
		v.visitTarget(s.Target)
	case *Reply:
		v.visitRef(s.To)
		v.visitExpr(s.Val)
	case *Hold:
		v.visitRef(s.To)
	case *Assert:
		v.visitExpr(s.Cond)
	case *Await:
		v.visitExpr(s.Cond)
	case *For:
		v.visitDomain(s.Dom)
	case *If:
		v.visitRhs(s.Cond)
	case *While:
		v.visitRhs(s.Cond)
	case *Replace:
		v.visitExpr(s.When)
	}
}

// blocksOf gives the blocks inside a statement, in the order of the text.
func blocksOf(s Stmt) [][]Stmt {
	switch s := s.(type) {
	case *If:
		return [][]Stmt{s.Then, s.Else}
	case *While:
		return [][]Stmt{s.Body}
	case *For:
		return [][]Stmt{s.Body}
	case *Loop:
		return [][]Stmt{s.Body}
	case *Either:
		return s.Branches
	case *Atomic:
		return [][]Stmt{s.Body}
	case *Stop:
		return [][]Stmt{s.Else}
	case *Replace:
		return [][]Stmt{s.Else}
	}
	return nil
}
