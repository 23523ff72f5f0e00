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
func (b *body) number(n ExprNode) Expr {
	e := b.expr(n, nil)
	if e == nil {
		return nil
	}
	if e.Type().Kind != Int {
		b.fail(codeMismatch, e.Pos(), fmt.Sprintf("a number is wanted here, not %s", describe(e.Type())))
		return nil
	}
	return e
}

func (b *body) binary(n *BinaryNode) Expr {
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
	return b.arithmetic(n)
}

func (b *body) equality(n *BinaryNode) Expr {
	x, y := b.pair(n.X, n.Y, nil)
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

func (b *body) arithmetic(n *BinaryNode) Expr {
	x, y := b.number(n.X), b.number(n.Y)
	if x == nil || y == nil {
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

func (b *body) in(n *InNode) Expr {
	if b.needsHint(n.X) {
		dom := b.domain(n.Domain, nil)
		if dom == nil {
			return nil
		}
		return b.membership(n, b.expr(n.X, dom.Elem), dom)
	}
	x := b.expr(n.X, nil)
	return b.membership(n, x, b.domain(n.Domain, typeOrNil(x)))
}

func (b *body) membership(n *InNode, x Expr, dom *Domain) Expr {
	if x == nil || dom == nil {
		return nil
	}
	t := x.Type()
	if !t.IsScalar() || t.Kind != dom.Elem.Kind || t.Kind == Enum && !storable(t, dom.Elem) && !storable(dom.Elem, t) {
		b.fail(codeMismatch, n.Span(), fmt.Sprintf("%s is never in a set of values of %s", describe(t), describe(dom.Elem)))
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
	return d.Typ == nil
}
