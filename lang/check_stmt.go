package lang

import "fmt"

// block checks the statements of a block in a scope of their own.
func (b *body) block(n *BlockNode) []Stmt {
	if n == nil {
		return nil
	}
	defer b.open()()
	nested := b.nested
	b.nested = true
	stmts := b.stmts(n.Stmts)
	b.nested = nested
	return stmts
}

func (b *body) stmts(list []StmtNode) []Stmt {
	var out []Stmt
	for i, n := range list {
		if i > 0 {
			if _, endless := list[i-1].(*LoopNode); endless {
				b.fail(codeAfterLoop, n.Span(), "nothing behind `loop` is ever reached").see(loopHead(list[i-1]), "this repeats for ever")
			}
		}
		if s := b.stmt(n); s != nil {
			out = append(out, s)
		} else {
			b.notSilent(n.Span())
		}
	}
	return out
}

// loopHead is the place of a statement's first word.
func loopHead(n StmtNode) Span {
	s := n.Span()
	s.End = s.Start
	s.End.Offset += len("loop")
	s.End.Column += len("loop")
	return s
}

// stmt checks a statement; nil where it is wrong.
func (b *body) stmt(n StmtNode) Stmt {
	if !b.deeper(n.Span()) {
		return nil
	}
	defer func() { b.depth-- }()
	if b.place == inTransfer && !b.inTransferAllowed(n) || b.place == inPlan && !b.inPlanAllowed(n) {
		return nil
	}
	base := StmtBase{n.Span()}
	switch n := n.(type) {
	case *VarNode:
		return b.varStmt(n)
	case *AssignNode:
		return b.assign(n)
	case *NoteNode:
		return b.note(n)
	case *CallStmtNode:
		if t := b.target(n.Target, aCall); t != nil {
			return &CallStmt{base, t}
		}
		return nil
	case *SendNode:
		kind := aSend
		if n.Signal {
			kind = aSignal
		}
		if t := b.target(n.Target, kind); t != nil {
			return &Send{base, t, n.Signal}
		}
		return nil
	case *ReplyNode:
		return b.reply(n)
	case *HoldNode:
		return b.hold(n)
	case *AssertNode:
		return b.assert(n)
	case *AwaitNode:
		return b.await(n)
	case *IfNode:
		return b.ifStmt(n)
	case *ForNode:
		return b.forStmt(n)
	case *WhileNode:
		cond := b.cond2(n.Cond, "while")
		return &While{base, cond, b.block(n.Body)}
	case *LoopNode:
		if b.atomic {
			b.misplaced(loopHead(n), "an endless `loop` cannot stand inside `atomic`")
		}
		return &Loop{base, b.block(n.Body)}
	case *EitherNode:
		s := &Either{StmtBase: base}
		for _, br := range n.Branches {
			s.Branches = append(s.Branches, b.block(br))
		}
		return s
	case *AtomicNode:
		atomic := b.atomic
		b.atomic = true
		s := &Atomic{base, b.block(n.Body)}
		b.atomic = atomic
		return s
	case *StopNode, *ResumeNode, *ReplaceNode, *TryNode:
		if b.place == inPlan {
			return b.planned(n)
		}
	}
	b.misplaced(n.Span(), "this statement belongs to a plan").advise("statements like `stop`, `resume` and `replace` stand in plans")
	return nil
}

// inTransferAllowed says whether a transfer may have such a statement.
func (b *body) inTransferAllowed(n StmtNode) bool {
	switch n.(type) {
	case *VarNode, *AssignNode, *IfNode, *ForNode, *AssertNode:
		return true
	case *NoteNode:
		b.misplaced(n.Span(), "a state transfer writes no ghosts")
	default:
		b.misplaced(n.Span(), "a state transfer only assigns: it has `=`, `var`, `if`, `for` and `assert`")
	}
	return false
}

// varStmt checks the declaration of a local.
func (b *body) varStmt(n *VarNode) Stmt {
	b.localMark(n)
	if first := b.scope.here(n.Name.Name); first != nil {
		b.fail(codeDuplicate, n.Name.Span(), fmt.Sprintf("`%s` is already declared here", n.Name.Name)).see(first.Span, "first declared here")
	}
	t := b.localType(n)
	var rhs Rhs
	good := t != nil || n.Type == nil && n.Init != nil
	if n.Init != nil {
		var ok bool
		rhs, ok = b.rhs(n.Init, t)
		if n.Type == nil {
			t = b.rhsType(rhs, n)
		}
		good = good && ok && t != nil
	}
	v := b.localVar(n, t)
	b.bind(v)
	if !good {
		return nil
	}
	base := StmtBase{n.Span()}
	switch {
	case n.Init == nil:
		return &Declare{base, v, nil}
	case b.isClientTop() && rhs.Expr != nil && isOwn(rhs.Expr):
		return &Declare{base, v, rhs.Expr}
	}
	return &Assign{base, &Ref{ExprBase: ExprBase{t, n.Name.Span()}, Var: v}, rhs}
}

// localType is the type that the declaration of a local gives it; nil where it
// gives none or a wrong one.
func (b *body) localType(n *VarNode) *Type {
	switch {
	case n.Type == nil && n.Init == nil:
		b.needsType(n.Name)
		return nil
	case n.Type == nil:
		return nil
	}
	t := b.typeOf(n.Type)
	if t != nil && hasCaller(t) {
		b.fail(codeCaller, n.Type.Span(), "a local cannot hold a caller").
			advise("a caller is kept in a variable of its unit")
		return nil
	}
	return t
}

// needsType reports a variable that has neither a type nor a value to take it from.
func (c *checker) needsType(name *Ident) {
	c.fail(codeNeedsType, name.Span(), fmt.Sprintf("`%s` needs a type", name.Name)).
		advise(fmt.Sprintf("write the values that it can have, e.g. `%s: 0..7`", name.Name))
}

// isClientTop says whether the statement stands at the top of a client: variables
// there belong to the initial state.
func (b *body) isClientTop() bool {
	return !b.nested && b.unit != nil && b.unit.unit.Kind == Client
}

// isOwn says whether an expression reads nothing but constants, `self` and locals.
func isOwn(e Expr) bool {
	own := true
	Inspect(e, func(e Expr) {
		if r, is := e.(*Ref); is {
			own = own && r.Var.Class == Local
		}
	})
	return own
}

// rhsType is the type that a local has by its initial value.
func (b *body) rhsType(r Rhs, n *VarNode) *Type {
	switch {
	case r.Expr != nil:
		return b.inferred(r.Expr, n.Init.Span(), n.Name.Name)
	case r.Choose != nil:
		return r.Choose.Elem
	case r.Call != nil && r.Call.Msg.Result != nil:
		return r.Call.Msg.Result
	}
	return nil
}

// inferred is the type of a variable whose declaration gives none, but the initial
// value e, which stands at that place.
func (b *body) inferred(e Expr, at Span, name string) *Type {
	t := e.Type()
	plain := t.Kind == Int && t.Name == ""
	switch {
	case t.Kind == Caller && isLit(e):
		b.fail(codeNeedsType, at, fmt.Sprintf("the type of `%s` is not known", name)).
			advise(fmt.Sprintf("write what it is when it is not none, e.g. `%s: 0..7? = none`", name))
		return nil
	case t.Kind == Caller || t.Kind != Int && hasCaller(t):
		b.fail(codeCaller, at, "a caller cannot be copied")
		return nil
	case plain && (t.Lo < minStored || t.Hi > maxStored):
		b.fail(codeTooLarge, at, fmt.Sprintf("`%s` would be %s, but stored numbers lie within %d..%d", name, describe(t), minStored, maxStored)).
			advise(fmt.Sprintf("give it a type, e.g. `%s: 0..7 = …`", name))
		return nil
	case plain && isLit(e) && t.Lo == t.Hi:
		b.fail(codeNeedsType, at, fmt.Sprintf("the range of `%s` is not known", name)).
			advise(fmt.Sprintf("give it a type, e.g. `%s: 0..7 = …`", name))
		return nil
	}
	return t
}

// rhs checks what stands right of `=`. t is the type wanted, nil if any will do.
func (b *body) rhs(n *RhsNode, t *Type) (Rhs, bool) {
	switch {
	case n.Choose != nil:
		if b.place == inTransfer {
			b.misplaced(n.Span(), "a state transfer makes no choices")
			return Rhs{}, false
		}
		d := b.bounded(b.domain(n.Choose, t), maxChoice)
		if d != nil && t != nil {
			d = b.domainOf(d, t)
		}
		return Rhs{Choose: d}, d != nil
	case n.Call != nil:
		target := b.target(n.Call, aCall)
		if target == nil {
			return Rhs{}, false
		}
		return Rhs{Call: target}, b.resultFits(target, n.Call, t)
	}
	e := b.value(n.Expr, t)
	return Rhs{Expr: e}, e != nil
}

// domainOf checks that the elements of a domain are values of t.
func (b *body) domainOf(d *Domain, t *Type) *Domain {
	e := d.Elem
	if e.Kind != t.Kind || e.Kind == Enum && !storable(e, t) {
		b.fail(codeMismatch, d.Span, fmt.Sprintf("these are values of %s, but %s is wanted here", describe(e), describe(t)))
		return nil
	}
	if !sameTag(e, t) && !(e.Means == "" && plainDomain(d)) {
		b.needsConversion(&Lit{ExprBase: ExprBase{e, d.Span}}, t)
		return nil
	}
	if d.Typ != nil || d.Lo != nil || d.Of != nil {
		return d
	}
	for i, x := range d.List {
		if d.List[i] = b.inRange(x, t); d.List[i] == nil {
			return nil
		}
	}
	return d
}

// resultFits checks the value of a call's reply against the type wanted.
func (b *body) resultFits(t *Target, n *TargetNode, want *Type) bool {
	result := t.Msg.Result
	if result == nil {
		if !b.badResults[t.Msg] {
			b.fail(codeNoValue, n.Span(), fmt.Sprintf("the reply to `%s` carries no value", t.Msg.Name)).
				advise("write `call` as a statement, or give the handler a result with `->`").see(t.Msg.Span, "declared here")
		}
		return false
	}
	if want == nil {
		return true
	}
	if want.Kind != result.Kind || want.Sugar != result.Sugar {
		b.fail(codeMismatch, n.Span(), fmt.Sprintf("the reply is %s, but %s is wanted here", describe(result), describe(want))).see(t.Msg.Span, "declared here")
		return false
	}
	// A field stands for a value that comes from elsewhere.
	return b.coerce(&MsgField{ExprBase: ExprBase{result, n.Span()}}, want) != nil
}

// cond2 checks the condition of `if` and `while`.
func (b *body) cond2(n *RhsNode, word string) Rhs {
	if b.atomic && n.Call != nil {
		b.misplaced(n.Call.Span(), "a `call` cannot stand inside `atomic`: it is two steps")
		return Rhs{}
	}
	if b.place == inTransfer && n.Call != nil {
		b.misplaced(n.Call.Span(), fmt.Sprintf("the `%s` of a state transfer calls nobody", word))
		return Rhs{}
	}
	r, _ := b.rhs(n, boolType())
	return r
}

func (b *body) ifStmt(n *IfNode) Stmt {
	s := &If{StmtBase: StmtBase{n.Span()}, Cond: b.cond2(n.Cond, "if")}
	s.Then = b.block(n.Then)
	switch {
	case n.Else != nil:
		s.Else = b.block(n.Else)
	case n.ElseIf != nil:
		nested := b.nested
		b.nested = true
		if e := b.stmt(n.ElseIf); e != nil {
			s.Else = []Stmt{e}
		}
		b.nested = nested
	}
	return s
}

func (b *body) forStmt(n *ForNode) Stmt {
	d := b.bounded(b.domain(n.Domain, nil), maxDomain)
	if d != nil && d.List != nil {
		b.fail(codeForSet, d.Span, "`for` runs over a type or a range, not over a set written out")
		d = nil
	}
	if d != nil && d.Of != nil {
		err := b.fail(codeForSet, d.Span, fmt.Sprintf("`for` runs over a type or a range, not over %s", describe(d.Of.Type())))
		if err.Advice = "run over its places, `for i in 0..n`, where i < n"; d.Of.Type().Sugar == Set {
			err.Advice = fmt.Sprintf("run over the type: `for %[1]s in … { if %[1]s in … { … } }`", n.Name.Name)
		}
		d = nil
	}
	if d != nil && d.Lo != nil && (!ownLocals(d.Lo) || !ownLocals(d.Hi)) {
		b.fail(codeForSet, d.Span, "the bounds of `for` are made of constants and the activation's own locals").
			advise("copy the bound to a local first: `var n = …`")
	}
	defer b.open()()
	var t *Type
	if d != nil {
		t = d.Elem
	}
	v := b.newVar(n.Name.Name, t, n.Name.Span())
	b.bind(v)
	if b.fixed == nil {
		b.fixed = map[*Var]string{}
	}
	b.fixed[v] = "the variable of a `for`"
	b.around = append(b.around, v)
	defer func() { b.around = b.around[:len(b.around)-1] }()
	return &For{StmtBase{n.Span()}, v, d, b.block(n.Body)}
}

// ownLocals says whether an expression reads nothing but locals, constants and self.
func ownLocals(e Expr) bool {
	own := true
	v := visitor{expr: func(e Expr) {
		switch e := e.(type) {
		case *Ref:
			own = own && e.Var.Class == Local
		case *Idle, *InHandler, *InProgress, *Allows, *LocalOf, *MsgField:
			own = false
		}
	}}
	v.visitExpr(e)
	return own
}
