package lang

import "fmt"

func (b *body) unary(n *UnaryNode) Expr {
	if n.Op == Not {
		x := b.value(n.X, boolType())
		if x == nil {
			return nil
		}
		if l, ok := x.(*Lit); ok {
			return &Lit{ExprBase{boolType(), n.Span()}, []int64{1 - l.Val[0]}}
		}
		return &Unary{ExprBase{boolType(), n.Span()}, Not, x}
	}
	x := b.number(n.X)
	if x == nil {
		return nil
	}
	if l, ok := x.(*Lit); ok {
		return number(-l.Val[0], n.Span())
	}
	t := x.Type()
	return &Unary{ExprBase{numberType(numRange{-t.Hi, -t.Lo}), n.Span()}, Neg, x}
}

// number checks an operand of arithmetic: any number, whatever it means.
func (b *body) number(n ExprNode) Expr { return b.numeric(b.expr(n, nil)) }

// numeric refuses what is no number.
func (b *body) numeric(e Expr) Expr {
	if e == nil {
		return nil
	}
	if e.Type().Kind != Int {
		b.fail(codeMismatch, e.Pos(), fmt.Sprintf("a number is wanted here, not %s", describe(e.Type()))).
			advise(valueAdvice(e.Type(), numberType(numRange{})))
		return nil
	}
	return e
}

func (b *body) binary(n *BinaryNode, want *Type) Expr {
	switch n.Op {
	case And, Or:
		x, y := b.value(n.X, boolType()), b.value(n.Y, boolType())
		if x == nil || y == nil {
			return nil
		}
		return fold(&Binary{ExprBase{boolType(), n.Span()}, n.Op, x, y})
	case Eq, Ne:
		return b.equality(n)
	case Lt, Le, Gt, Ge:
		x, y := b.pair(n.X, n.Y, nil)
		if x == nil || y == nil {
			return nil
		}
		if x.Type().Kind != Int {
			b.fail(codeMismatch, n.Span(), fmt.Sprintf("only numbers are less or greater, not %s", describe(x.Type())))
			return nil
		}
		return fold(&Binary{ExprBase{boolType(), n.Span()}, n.Op, x, y})
	}
	return b.arithmetic(n, want)
}

func (b *body) equality(n *BinaryNode) Expr {
	x, y := b.pairs(n.X, n.Y, nil, b.beside)
	if x == nil || y == nil {
		return nil
	}
	if t := x.Type(); t.Kind != Caller && hasCaller(t) {
		b.fail(codeCaller, n.Span(), "callers are only compared one by one, with `none`")
		return nil
	}
	if x.Type().Kind == Caller && !isLit(x) && !isLit(y) {
		b.fail(codeCaller, n.Span(), "a caller is only compared with `none`")
		return nil
	}
	return fold(&Binary{ExprBase{boolType(), n.Span()}, n.Op, x, y})
}

func isLit(e Expr) bool {
	_, ok := e.(*Lit)
	return ok
}

// fold computes an operation on literals.
func fold(e *Binary) Expr {
	if isLit(e.X) && isLit(e.Y) {
		if val, ok := constValue(e); ok {
			return &Lit{e.ExprBase, val}
		}
	}
	return e
}

func (b *body) arithmetic(n *BinaryNode, want *Type) Expr {
	x, y := b.operands(n, want)
	if (n.Op == Add || n.Op == Sub) && (isCollection(typeOrNil(x)) || isCollection(typeOrNil(y))) {
		if x == nil || y == nil {
			return nil
		}
		return b.combine(n.Op, x, y, n.Span())
	}
	if x, y = b.numeric(x), b.numeric(y); x == nil || y == nil {
		return nil
	}
	if l, ok := y.(*Lit); ok && l.Val[0] == 0 && (n.Op == Div || n.Op == Mod) {
		b.fail(codeDivision, n.Span(), "this divides by 0")
		return nil
	}
	r, ok := arith(n.Op, rangeOf(x.Type()), rangeOf(y.Type()))
	if !ok {
		b.fail(codeOverflow, n.Span(), "this can become too large a number").
			advise("numbers in computations stay within 62 bits; use smaller ranges")
		return nil
	}
	e := &Binary{ExprBase{numberType(r), n.Span()}, n.Op, x, y}
	if isLit(x) && isLit(y) {
		if val, ok := constValue(e); ok {
			return number(val[0], n.Span())
		}
	}
	return e
}

// operands checks the two sides of an operation on numbers, sets or sequences. What is
// written out has the type of the other side, or the one that is wanted.
func (b *body) operands(n *BinaryNode, want *Type) (x, y Expr) {
	hint := typeFor(want, Set)
	if hint == nil {
		hint = typeFor(want, Seq)
	}
	if hint == nil && literal(n.X) && !literal(n.Y) {
		y = b.expr(n.Y, nil)
		return b.expr(n.X, typeOrNil(y)), y
	}
	x = b.expr(n.X, hint)
	if x != nil && isCollection(x.Type()) {
		hint = x.Type()
	}
	return x, b.expr(n.Y, hint)
}

// literal says whether an expression is a set or a list written out.
func literal(n ExprNode) bool {
	switch n := n.(type) {
	case *ParenNode:
		return literal(n.X)
	case *SetNode, *ListNode:
		return true
	}
	return false
}

func (b *body) in(n *InNode) Expr {
	if b.needsHint(n.X) {
		dom := b.anyDomain(n.Domain, nil)
		if dom == nil {
			return nil
		}
		return b.membership(n, b.expr(n.X, dom.Elem), dom)
	}
	x := b.expr(n.X, nil)
	return b.membership(n, x, b.anyDomain(n.Domain, typeOrNil(x)))
}

func (b *body) membership(n *InNode, x Expr, dom *Domain) Expr {
	if x == nil || dom == nil {
		return nil
	}
	t := x.Type()
	if !dom.Elem.IsScalar() {
		return b.amongPlaces(x, dom.Of, n.Span())
	}
	if !t.IsScalar() || t.Kind != dom.Elem.Kind || t.Kind == Enum && !storable(t, dom.Elem) && !storable(dom.Elem, t) {
		b.fail(codeMismatch, n.Span(), fmt.Sprintf("%s is never in a set of values of %s", describe(t), describe(dom.Elem))).
			advise(valueAdvice(t, dom.Elem))
		return nil
	}
	if !sameTag(t, dom.Elem) && !computed(x) && !plainDomain(dom) {
		b.needsConversion(x, dom.Elem)
		return nil
	}
	return &In{ExprBase{boolType(), n.Span()}, x, dom}
}

// plainDomain says whether the elements of a domain are computed numbers.
func plainDomain(d *Domain) bool {
	if d.Lo != nil {
		return computed(d.Lo) && computed(d.Hi)
	}
	for _, e := range d.List {
		if !computed(e) {
			return false
		}
	}
	return d.Typ == nil && d.Of == nil
}

// cond checks `if c then a else b` as an expression.
func (b *body) cond(n *CondNode, want *Type) Expr {
	c := b.value(n.Cond, boolType())
	x, y := b.pair(n.Then, n.Else, want)
	if c == nil || x == nil || y == nil {
		return nil
	}
	if t := x.Type(); t.Kind == Caller {
		b.mismatch(x, boolType())
		return nil
	}
	t := x.Type()
	if t.Kind == Int && t != y.Type() {
		switch {
		case sameTag(t, y.Type()):
			t = &Type{Kind: Int, Lo: min(t.Lo, y.Type().Lo), Hi: max(t.Hi, y.Type().Hi)}
			if x.Type().Means != "" {
				t.Name, t.Means = x.Type().Name, x.Type().Means
			}
		case t.Means == "":
			t = y.Type()
			x = &Conv{ExprBase{t, x.Pos()}, x}
		default:
			y = &Conv{ExprBase{t, y.Pos()}, y}
		}
	}
	return &IfExpr{ExprBase{t, n.Span()}, c, x, y}
}

// pair checks two expressions one of which must be a value of the other's type.
func (b *body) pair(nx, ny ExprNode, want *Type) (x, y Expr) {
	return b.pairs(nx, ny, want, b.coerce)
}

// pairs is pair where lift makes an optional value of what stands beside one.
func (b *body) pairs(nx, ny ExprNode, want *Type, lift func(Expr, *Type) Expr) (x, y Expr) {
	if want == nil && b.needsHint(nx) && !b.needsHint(ny) {
		y = b.expr(ny, nil)
		x = b.expr(nx, typeOrNil(y))
	} else {
		x = b.expr(nx, want)
		if want == nil {
			want = typeOrNil(x)
		}
		if x == nil && want == nil && b.needsHint(ny) {
			return nil, nil
		}
		y = b.expr(ny, want)
	}
	if x == nil || y == nil {
		return nil, nil
	}
	tx, ty := x.Type(), y.Type()
	if (tx.Sugar == Optional) != (ty.Sugar == Optional) {
		if tx.Sugar == Optional {
			y = lift(y, tx)
		} else {
			x = lift(x, ty)
		}
		return x, y
	}
	if tx.IsScalar() && tx.Kind == ty.Kind && tx.Kind != Enum {
		if !sameTag(tx, ty) && !(tx.Means == "" && computed(x)) && !(ty.Means == "" && computed(y)) {
			b.needsConversion(y, tx)
			return nil, nil
		}
		return x, y
	}
	if !storable(tx, ty) && !storable(ty, tx) {
		if tx.Kind == Caller && isLit(x) {
			x, y = y, x
		}
		b.mismatch(y, x.Type())
		return nil, nil
	}
	return x, y
}

func typeOrNil(e Expr) *Type {
	if e == nil {
		return nil
	}
	return e.Type()
}

// needsHint says whether an expression means nothing without a wanted type.
func (b *body) needsHint(n ExprNode) bool {
	switch n := n.(type) {
	case *ParenNode:
		return b.needsHint(n.X)
	case *ListNode, *SetNode, *NoneNode:
		return true
	case *BinaryNode:
		return (n.Op == Add || n.Op == Sub) && literal(n.X) && literal(n.Y)
	case *NameNode:
		return b.scope.lookup(n.Name) == nil && (b.unit == nil || b.global || b.unit.vars[n.Name] == nil) && len(b.members[n.Name]) > 0
	}
	return false
}
