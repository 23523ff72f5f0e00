package lang

import "fmt"

// quant checks `all(f in file: …)` and its kin.
func (b *body) quant(n *CallNode, op QuantOp, bind *InNode) Expr {
	name, _ := bind.X.(*NameNode)
	if name == nil || len(n.Args) != 1 {
		b.fail(codeBadParts, n.Span(), "one variable, one set and one expression stand here").
			advise("write `all(x in set: …)`, and one in another for several variables")
		return nil
	}
	dom := b.elements(bind.Domain)
	if dom == nil {
		return nil
	}
	defer b.open()()
	v := b.newBound(name.Name, dom.Elem, name.Span())
	size := domainSize(dom)
	if dom.Wait != nil {
		v.Type = numberType(numRange{0, max(size-1, 0)})
		if b.messages == nil {
			b.messages = map[*Var]*Message{}
		}
		b.messages[v] = dom.Wait.Msg
	}
	b.bind(v)
	around := max(b.rounds, 1)
	if size > maxDomain/around {
		b.fail(codeTooLarge, bind.Domain.Span(), fmt.Sprintf("this looks at more than %d values", maxDomain))
		return nil
	}
	b.rounds = around * max(size, 1)
	defer func() { b.rounds = around }()
	base := ExprBase{boolType(), n.Span()}
	if op == Sum {
		x := b.number(n.Args[0].Value)
		if x == nil {
			return nil
		}
		r := rangeOf(x.Type())
		r, ok := arith(Mul, numRange{min(r.lo, 0), max(r.hi, 0)}, numRange{0, size})
		if !ok {
			b.fail(codeOverflow, n.Span(), "this sum can become too large a number")
			return nil
		}
		base.Typ = numberType(r)
		return &Quant{base, op, v, dom, x}
	}
	x := b.value(n.Args[0].Value, boolType())
	if x == nil {
		return nil
	}
	if op == Count {
		base.Typ = numberType(numRange{0, size})
	}
	return &Quant{base, op, v, dom, x}
}

// elements checks a domain of a quantifier, which may be waiting messages.
func (b *body) elements(n ExprNode) *Domain {
	call, ok := n.(*CallNode)
	if !ok {
		return b.domain(n, nil)
	}
	fun, ok := call.Fun.(*MemberNode)
	if !ok || fun.Name.Name != "waiting" {
		return b.domain(n, nil)
	}
	p, ok := b.unitOf(fun.X)
	if !ok {
		return nil
	}
	m := b.messageArg(p, call, min(max(len(call.Args), 1), 2))
	if m == nil || !b.mayAsk(n.Span(), p.old) {
		return nil
	}
	if p.entry.unit.Kind == Function {
		b.fail(codeAsks, n.Span(), fmt.Sprintf("`%s` is a function: no message ever waits for it", p.entry.unit.Name))
		return nil
	}
	w := &Waiting{Unit: p.entry.unit, Index: p.index, Msg: m, Old: p.old}
	if len(call.Args) == 2 && !b.sender(w, call.Args[1]) {
		return nil
	}
	return &Domain{Wait: w, Span: n.Span()}
}

// domain checks a finite set of scalars: a type, a range or a set written out.
// elem is the type of the elements if the place knows it: it decides what the
// names of values stand for, and is not enforced.
func (b *body) domain(n ExprNode, elem *Type) *Domain {
	d := b.anyDomain(n, elem)
	if d != nil && !d.Elem.IsScalar() {
		b.fail(codeNotSet, n.Span(), fmt.Sprintf("only numbers, names and truth values are counted through, not what %s holds", describe(d.Of.Type()))).
			advise("go through the places, `all(i in 0..q.length-1: …)`, and read `q[i]`")
		return nil
	}
	return d
}

// anyDomain is domain where it can also be a sequence of other values.
func (b *body) anyDomain(n ExprNode, elem *Type) *Domain {
	switch n := n.(type) {
	case *ParenNode:
		return b.anyDomain(n.X, elem)
	case *NameNode:
		if t, ok := b.typeDomain(n); ok {
			if t == nil {
				return nil
			}
			return &Domain{Elem: t, Typ: t, Span: n.Span()}
		}
	case *RangeNode:
		return b.rangeDomain(n)
	case *SetNode:
		return b.setDomain(n, elem)
	}
	e := b.expr(n, elem)
	if e != nil && isCollection(e.Type()) {
		return &Domain{Elem: e.Type().Of(), Of: e, Span: n.Span()}
	}
	if e != nil {
		b.fail(codeNotSet, n.Span(), fmt.Sprintf("a set is wanted here, not %s", describe(e.Type()))).
			advise("write a type's name, a range `a..b`, or a set `{a, b}`")
	}
	return nil
}

// typeDomain resolves a type's name as the set of its values; false if the name
// is none of a type.
func (b *body) typeDomain(n *NameNode) (*Type, bool) {
	t := boolType()
	if n.Name != "bool" {
		s := b.names[n.Name]
		if s == nil || s.kind != symType {
			return nil, false
		}
		t = b.namedType(s, n.Span())
	}
	if t != nil && !t.IsScalar() {
		b.fail(codeNotSet, n.Span(), fmt.Sprintf("only the values of ranges, names and bool are counted through, not those of %s", describe(t)))
		t = nil
	}
	return t, true
}

func (b *body) rangeDomain(n *RangeNode) *Domain {
	lo, hi := b.number(n.Lo), b.number(n.Hi)
	if lo == nil || hi == nil {
		return nil
	}
	tl, th := lo.Type(), hi.Type()
	elem := numberType(numRange{tl.Lo, th.Hi})
	switch {
	case sameTag(tl, th) && tl.Means != "":
		elem.Name, elem.Means = tl.Name, tl.Means
	case !sameTag(tl, th) && tl.Means == "" && computed(lo):
		elem.Name, elem.Means = th.Name, th.Means
	case !sameTag(tl, th) && th.Means == "" && computed(hi):
		elem.Name, elem.Means = tl.Name, tl.Means
	case !sameTag(tl, th):
		b.needsConversion(hi, tl)
		return nil
	}
	if elem.Lo < minStored || elem.Hi > maxStored || elem.Hi-elem.Lo >= maxDomain {
		b.fail(codeTooLarge, n.Span(), fmt.Sprintf("this range can have more than %d values", maxDomain))
		return nil
	}
	return &Domain{Elem: elem, Lo: lo, Hi: hi, Span: n.Span()}
}

func (b *body) setDomain(n *SetNode, elem *Type) *Domain {
	if len(n.Elems) == 0 {
		b.fail(codeNotSet, n.Span(), "this set is empty")
		return nil
	}
	if elem == nil {
		elem = b.setElem(n)
	}
	d := &Domain{Span: n.Span()}
	for _, a := range n.Elems {
		if a.Key != nil {
			b.fail(codeNotSet, a.Key.Span(), "the elements of a set have no names")
			return nil
		}
		e := b.expr(a.Value, elem)
		if e == nil {
			return nil
		}
		if !b.joins(d, e) {
			return nil
		}
		d.List = append(d.List, e)
	}
	return d
}

// setElem finds the type of a set's elements where the place does not say it:
// that of the first element that has one by itself.
func (b *body) setElem(n *SetNode) *Type {
	for _, a := range n.Elems {
		if !b.needsHint(a.Value) {
			return nil
		}
	}
	return typeOrNil(b.expr(n.Elems[0].Value, nil))
}

// joins widens the element type of a set for one more element, or reports why it
// does not fit to the others.
func (b *body) joins(d *Domain, e Expr) bool {
	t := e.Type()
	switch {
	case !t.IsScalar():
		b.fail(codeNotSet, e.Pos(), fmt.Sprintf("the elements of a set are numbers, names or truth values, not %s", describe(t)))
		return false
	case d.Elem == nil:
		d.Elem = t
	case t.Kind != d.Elem.Kind, t.Kind == Enum && !storable(t, d.Elem):
		b.mismatch(e, d.Elem)
		return false
	case !sameTag(t, d.Elem) && t.Means == "" && computed(e):
	case !sameTag(t, d.Elem) && plainDomain(d):
		d.Elem = t
	case !sameTag(t, d.Elem):
		b.needsConversion(e, d.Elem)
		return false
	case t.Kind == Int && !storable(t, d.Elem):
		d.Elem = &Type{Kind: Int, Name: d.Elem.Name, Means: t.Means, Lo: min(t.Lo, d.Elem.Lo), Hi: max(t.Hi, d.Elem.Hi)}
		if t.Means == "" {
			d.Elem.Name = ""
		}
	}
	return true
}

// bounded refuses a domain that can have more than limit values: where its bounds
// are not constant, their types count.
func (b *body) bounded(d *Domain, limit int64) *Domain {
	if d == nil || domainSize(d) <= limit {
		return d
	}
	b.fail(codeTooLarge, d.Span, fmt.Sprintf("this can have more than %d values", limit)).
		advise("choose smaller sizes")
	return nil
}

// domainSize bounds the number of elements from above.
func domainSize(d *Domain) int64 {
	switch {
	case d.Typ != nil:
		return d.Typ.Card()
	case d.Lo != nil:
		return max(0, d.Elem.Hi-d.Elem.Lo+1)
	case d.Of != nil && d.Of.Type().Sugar == Seq:
		return d.Of.Type().Room()
	case d.Of != nil:
		return d.Elem.Card()
	case d.Wait != nil:
		return int64(d.Wait.Unit.Mailbox) * int64(d.Wait.Unit.Count)
	}
	return int64(len(d.List))
}
