package lang

import "fmt"

// code judges the statements of a handler, a client, a transfer or a plan.
func (s *symmetry) code(body []Stmt) {
	s.stmts(body)
	s.unassigned(body, fresh{})
}

func (s *symmetry) stmts(body []Stmt) {
	for _, x := range body {
		s.stmt(x)
		together := s.together
		if _, is := x.(*Atomic); is {
			s.together = true
		}
		for _, b := range blocksOf(x) {
			s.stmts(b)
		}
		s.together = together
	}
}

// stmt judges what a statement has outside the blocks in it.
func (s *symmetry) stmt(x Stmt) {
	switch x := x.(type) {
	case *Assign:
		s.rhs(x.Rhs, s.ref(x.To))
	case *Declare:
		if x.Init != nil {
			s.want(x.Init, x.Var.Type)
		}
	case *Note:
		s.want(x.Val, s.ref(x.To))
	case *CallStmt:
		s.target(x.Target)
	case *Send:
		s.target(x.Target)
	case *Reply:
		s.reply(x)
	case *Hold:
		s.ref(x.To)
	case *Assert:
		s.plain(x.Cond)
	case *Await:
		s.plain(x.Cond)
	case *If:
		s.rhs(x.Cond, boolType())
	case *While:
		s.rhs(x.Cond, boolType())
	case *For:
		s.loop(x)
	case *Loop, *Either, *Atomic:
	case *Stop, *Resume: // all instances of some units
	case *Replace:
		s.replaced(x)
	default:
		s.unknown(x.Pos())
	}
}

// rhs judges what becomes a value of type t; nil where that is not known.
func (s *symmetry) rhs(r Rhs, t *Type) {
	switch {
	case r.Choose != nil:
		s.chosen(r.Choose, t)
	case r.Call != nil:
		s.target(r.Call)
		if result := r.Call.Msg.Result; !s.alike(result, t) {
			s.mixed(r.Call.Span, result, t)
		}
	default:
		s.want(r.Expr, t)
	}
}

func (s *symmetry) target(t *Target) {
	s.instance(t.Unit, t.Index)
	for i, a := range t.Args {
		s.want(a, t.Msg.Params[i].Type)
	}
}

func (s *symmetry) reply(x *Reply) {
	if x.To != nil {
		s.ref(x.To)
	}
	switch {
	case x.Val == nil:
	case x.Answers != nil && x.Answers.Result != nil:
		s.want(x.Val, x.Answers.Result)
	default:
		s.expr(x.Val)
	}
}

// replaced judges a replacement: of the instances of an array none comes before another.
func (s *symmetry) replaced(x *Replace) {
	if x.When != nil {
		s.plain(x.When)
	}
	for _, name := range x.Units {
		u := s.unitOfEither(name)
		if !x.Each || u == nil || u.Index == nil {
			continue
		}
		if _, nameless := s.arrays[name]; nameless || s.is(u.Index) {
			who := s.declared(u)
			s.fail(codeSymmetricOrder, x.Spn, fmt.Sprintf("`each` replaces the instances of `%s` in an order, and they are interchangeable", name)).
				advise(fmt.Sprintf("replace them together, or let the update leave out `symmetric`: `%s %s[…] { }`", unitKindNames[u.Kind], name)).see(who.Span, who.Msg)
		}
	}
}

// unitOfEither finds a unit of the new version, or of the old one.
func (s *symmetry) unitOfEither(name string) *Unit {
	for c := s.checker; c != nil; c = c.old {
		if e := c.names[name]; e != nil && e.kind == symUnit {
			return e.unit.unit
		}
	}
	return nil
}
