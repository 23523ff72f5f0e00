package lang

import "fmt"

// assign checks `x = e`, `x += e` and `x -= e`.
func (b *body) assign(n *AssignNode) Stmt {
	to := b.written(n.To)
	if to == nil {
		b.rhsAlone(n.Rhs)
		return nil
	}
	if to.Var.Class == Ghost {
		b.fail(codeNotWritable, n.Span(), fmt.Sprintf("`%s` is a ghost: code cannot assign to it", to.Var.Name)).
			advise("write `note` before the assignment: it is bookkeeping and no step").see(to.Var.Span, "declared here")
		return nil
	}
	if hasCaller(to.Typ) && b.place == inTransfer {
		return b.moveCaller(to, n)
	}
	if hasCaller(to.Typ) {
		b.fail(codeCaller, n.Span(), fmt.Sprintf("`%s` holds callers: it cannot be assigned", to.Var.Name)).
			advise("`hold` puts the own caller there, `reply … to` answers it and clears the place")
		return nil
	}
	if n.Op == AssignSet {
		rhs, ok := b.rhs(n.Rhs, to.Typ)
		if !ok {
			return nil
		}
		return &Assign{StmtBase{n.Span()}, to, rhs}
	}
	if n.Rhs.Expr == nil {
		b.fail(codeMisplacedStmt, n.Rhs.Span(), fmt.Sprintf("a `choose` or `call` cannot stand behind `%s`", n.Op)).
			advise("store its value in a local first")
		return nil
	}
	e := b.changed(to, n.Op, n.Rhs.Expr, n.Span())
	if e == nil {
		return nil
	}
	return &Assign{StmtBase{n.Span()}, to, Rhs{Expr: e}}
}

// rhsAlone checks a right side whose left side is wrong.
func (b *body) rhsAlone(n *RhsNode) {
	if n.Expr == nil || !b.needsHint(n.Expr) {
		if _, list := n.Expr.(*ListNode); !list {
			b.rhs(n, nil)
		}
	}
}

// changed is the value of x += e and x -= e.
func (b *body) changed(to *Ref, op AssignOp, value ExprNode, at Span) Expr {
	arithOp := Add
	if op == AssignSub {
		arithOp = Sub
	}
	if isCollection(to.Typ) {
		y := b.expr(value, to.Typ)
		if y == nil {
			return nil
		}
		return b.combine(arithOp, to, y, at)
	}
	if to.Typ.Kind != Int {
		b.fail(codeMismatch, to.Pos(), fmt.Sprintf("only numbers, sets and sequences can be changed with `%s`, not %s", op, describe(to.Typ)))
		return nil
	}
	x := b.number(value)
	if x == nil {
		return nil
	}
	r, ok := arith(arithOp, rangeOf(to.Typ), rangeOf(x.Type()))
	if !ok {
		b.fail(codeOverflow, at, "this can become too large a number")
		return nil
	}
	return &Binary{ExprBase{numberType(r), at}, arithOp, to, x}
}

// written checks a path that is to be written; nil where it may not be.
func (b *body) written(n ExprNode) *Ref {
	root, _ := flatten(n)
	if name, ok := root.(*NameNode); ok && b.scope.lookup(name.Name) == nil {
		own := b.unit != nil && b.unit.vars[name.Name] != nil
		if s := b.names[name.Name]; s != nil && s.kind == symParam && !own {
			b.fail(codeNotWritable, n.Span(), fmt.Sprintf("`%s` is a size and never changes", name.Name)).see(s.span, "declared here")
			return nil
		}
	}
	b.writing = true
	e := b.path(n, nil)
	b.writing = false
	if e == nil {
		return nil
	}
	ref, ok := e.(*Ref)
	if !ok {
		b.fail(codeNotWritable, n.Span(), "this is not a variable")
		return nil
	}
	if what := b.fixed[ref.Var]; what != "" {
		b.fail(codeNotWritable, n.Span(), fmt.Sprintf("`%s` is %s and cannot be assigned", ref.Var.Name, what)).see(ref.Var.Span, "declared here")
		return nil
	}
	if b.place == inTransfer && !b.transferMayWrite(ref.Var, n.Span()) || b.place == inPlan && !b.planMayWrite(ref.Var, n.Span()) {
		return nil
	}
	return ref
}

// note checks an assignment to a ghost.
func (b *body) note(n *NoteNode) Stmt {
	to := b.written(n.To)
	if to == nil {
		return nil
	}
	if to.Var.Class != Ghost {
		b.fail(codeNotGhost, n.To.Span(), fmt.Sprintf("`note` writes ghosts, and `%s` is none", to.Var.Name)).
			advise("leave `note` out, or declare the variable with `ghost`").see(to.Var.Span, "declared here")
		return nil
	}
	around := b.place
	b.place = inAssert
	defer func() { b.place = around }()
	var e Expr
	if n.Op == AssignSet {
		e = b.value(n.Value, to.Typ)
	} else {
		e = b.changed(to, n.Op, n.Value, n.Span())
	}
	if e == nil {
		return nil
	}
	return &Note{StmtBase{n.Span()}, to, e}
}

func (b *body) assert(n *AssertNode) Stmt {
	around := b.place
	if around == inCode {
		b.place = inAssert
	}
	cond := b.value(n.Cond, boolType())
	b.place = around
	s := &Assert{StmtBase: StmtBase{n.Span()}, Cond: cond}
	if n.Label != nil {
		s.Label = n.Label.Text()
	}
	return s
}

func (b *body) await(n *AwaitNode) Stmt {
	return &Await{StmtBase{n.Span()}, b.value(n.Cond, boolType())}
}

// reply checks `reply`, `reply v`, `reply to x` and `reply v to x`.
func (b *body) reply(n *ReplyNode) Stmt {
	if b.handler == nil {
		b.misplaced(n.Span(), "only a handler replies; a client has no caller")
		return nil
	}
	s := &Reply{StmtBase: StmtBase{n.Span()}}
	result, known := b.handler.Msg.Result, b.handler.Msg
	if n.To != nil {
		if s.To = b.callerVar(n.To); s.To == nil {
			return nil
		}
		if result, known = b.heldResult(s.To.Var); known == nil {
			if n.Value != nil {
				s.Val = b.expr(n.Value, b.handler.Msg.Result) // nobody is ever answered
			}
			return s
		}
	}
	if s.Answers = known; result != known.Result {
		renewed := *known // the new version extends its result
		renewed.Result = result
		s.Answers = &renewed
	}
	if known.Result == nil && b.badResults[known] {
		return nil
	}
	switch {
	case n.Value == nil && result != nil:
		b.fail(codeReplyValue, n.Span(), fmt.Sprintf("the reply to `%s` carries a value: %s", known.Name, describe(result))).
			advise("write it on the same line: `reply value`").see(known.Span, "declared here")
		return nil
	case n.Value != nil && result == nil:
		b.fail(codeReplyValue, n.Value.Span(), fmt.Sprintf("the reply to `%s` carries no value", known.Name)).
			advise("give the handler a result with `->`, or leave the value out").see(known.Span, "declared here")
		return nil
	case n.Value != nil:
		if s.Val = b.value(n.Value, result); s.Val == nil {
			return nil
		}
	}
	return s
}

// callerVar checks a place that keeps a caller.
func (b *body) callerVar(n ExprNode) *Ref {
	b.writing = true
	e := b.path(n, nil)
	b.writing = false
	if e == nil {
		return nil
	}
	ref, ok := e.(*Ref)
	if !ok || ref.Typ.Kind != Caller {
		b.fail(codeCaller, n.Span(), "callers are held in variables of type `caller`").
			advise("declare one in the unit: `var who: caller`")
		return nil
	}
	return ref
}

func (b *body) hold(n *HoldNode) Stmt {
	u := b.unit.unit
	if b.handler == nil || u.Kind == Function {
		b.misplaced(n.Span(), fmt.Sprintf("a %s holds no callers", unitKindNames[u.Kind])).
			advise("only processes and objects do")
		return nil
	}
	to := b.callerVar(n.To)
	if to == nil {
		return nil
	}
	return &Hold{StmtBase{n.Span()}, to}
}

// sending is a way to send a message.
type sending uint8

const (
	aCall sending = iota
	aSend
	aSignal
)

// target checks a message with its destination and arguments.
func (b *body) target(n *TargetNode, kind sending) *Target {
	if b.place == inTransfer || b.place == inPlan {
		b.misplaced(n.Span(), map[place]string{inTransfer: "a state transfer calls nobody", inPlan: "a plan sends no messages"}[b.place])
		return nil
	}
	if b.atomic && kind == aCall {
		b.misplaced(n.Span(), "a `call` cannot stand inside `atomic`: it is two steps")
		return nil
	}
	s := b.names[n.Unit.Name]
	if s == nil || s.kind != symUnit {
		e := b.fail(codeUnknownUnit, n.Unit.Span(), fmt.Sprintf("there is no unit `%s`", n.Unit.Name)).advise(b.guess(n.Unit.Name, candidates(b.reporter, b.names, isUnit)))
		if s != nil {
			e.Msg = fmt.Sprintf("`%s` is %s, not a unit", n.Unit.Name, s.describe())
			e.see(s.span, "declared here")
		}
		return nil
	}
	m := b.message(s.unit, n.Message)
	if m == nil {
		return nil
	}
	u := s.unit.unit
	if u.Kind == Function {
		if kind != aCall {
			b.fail(codeToFunction, n.Span(), fmt.Sprintf("`%s` is a function: it is only called", u.Name)).see(u.Span, "declared here")
			return nil
		}
		b.calledFrom(u, n.Span())
	}
	t := &Target{Unit: u, Msg: m, Span: n.Span()}
	ok := b.targetIndex(t, n, s.unit)
	return b.arguments(t, n, ok)
}

// calledFrom remembers who calls a function, to find recursion.
func (b *body) calledFrom(u *Unit, at Span) {
	if b.unit == nil || b.unit.unit.Kind != Function {
		return
	}
	edge := callEdge{b.unit.unit.Name, u.Name}
	if _, known := b.calls[edge]; !known {
		b.calls[edge] = at
	}
}

func (b *body) targetIndex(t *Target, n *TargetNode, e *unitEntry) bool {
	switch {
	case e.broken:
		return false
	case n.Index == nil && t.Unit.Index != nil:
		b.fail(codeInstance, n.Unit.Span(), fmt.Sprintf("`%s` has %d instances: say which one", t.Unit.Name, t.Unit.Count)).
			advise(fmt.Sprintf("write `%s[i].%s(…)`", t.Unit.Name, t.Msg.Name)).see(t.Unit.Span, "declared here")
		return false
	case n.Index != nil && t.Unit.Index == nil:
		b.fail(codeInstance, n.Index.Span(), fmt.Sprintf("there is a single `%s`: it takes no index", t.Unit.Name)).see(t.Unit.Span, "declared here")
		return false
	case n.Index != nil:
		t.Index = b.value(n.Index, t.Unit.Index)
		return t.Index != nil
	}
	return true
}

func (b *body) arguments(t *Target, n *TargetNode, ok bool) *Target {
	params := t.Msg.Params
	if len(n.Args) != len(params) {
		e := b.fail(codeArity, n.Span(), fmt.Sprintf("`%s` takes %s, not %d", t.Msg.Name, countOf(len(params), "argument"), len(n.Args))).see(t.Msg.Span, "declared here")
		if len(params) > 0 {
			e.Advice = "its parameters are " + listNames(paramNames(params), "and")
		}
		return nil
	}
	for i, a := range n.Args {
		if a.Key != nil {
			b.fail(codeBadParts, a.Key.Span(), "the arguments of a message are written without names")
		}
		e := b.value(a.Value, params[i].Type)
		ok = ok && e != nil && params[i].Type != nil
		t.Args = append(t.Args, e)
	}
	if !ok {
		return nil
	}
	return t
}

func countOf(n int, what string) string {
	switch n {
	case 0:
		return "no " + what + "s"
	case 1:
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}
