package lang

import (
	"fmt"
	"slices"
)

// This file checks `digest(x)`, which gives a value another type on purpose.

// conversion checks a type's name in front of one value.
func (b *body) conversion(n *CallNode, t *Type) Expr {
	if len(n.Args) != 1 || n.Args[0].Key != nil {
		b.fail(codeBadParts, n.Span(), fmt.Sprintf("`%s(…)` converts one value", t.Name))
		return nil
	}
	x := b.expr(n.Args[0].Value, t)
	if x == nil {
		return nil
	}
	from := x.Type()
	if !convertible(from, t) {
		b.fail(codeConversion, n.Span(), fmt.Sprintf("%s cannot be converted to `%s`", describe(from), t.Name)).
			advise("only numbers become numbers of another type, and names of values those of an extended type; so it is with what optional values, sets and sequences hold")
		return nil
	}
	if t.Sugar != Plainly && !b.bulky(combinedSize*t.Slots(), n.Span()) {
		return nil
	}
	y := b.converted(x, t, n.Span())
	if y == nil || y == x {
		return y
	}
	if y = folded(y); isCollection(t) {
		b.compose(y, composition{parts: []Expr{x}})
	}
	return y
}

// convertible says whether values of one type have counterparts of another.
func convertible(from, to *Type) bool {
	switch {
	case storable(from, to):
		return true
	case to.Sugar == Optional && from.Sugar != Optional:
		return convertible(from, to.Of())
	case to.Sugar != Plainly:
		return from.Sugar == to.Sugar && convertible(from.Of(), to.Of())
	case !to.IsScalar() || from.Kind != to.Kind:
		return false
	}
	short := min(len(to.Members), len(from.Members))
	return slices.Equal(to.Members[:short], from.Members[:short])
}

// converted gives a value of a convertible type as one of type t. Where it has no
// counterpart, that is a range failure, of a literal an error.
func (b *body) converted(x Expr, t *Type, at Span) Expr {
	from := x.Type()
	switch {
	case t.IsScalar():
		return b.convertedScalar(x, t, at)
	case storable(from, t):
		return x
	case t.Sugar == Optional && from.Sugar != Optional:
		if x = b.converted(x, t.Of(), at); x == nil {
			return nil
		}
		return some(t, x)
	}
	v := b.newBound("converted", from, x.Pos())
	ref := &Ref{ExprBase: ExprBase{from, at}, Var: v}
	parts := map[Sugar]func(*Ref, *Type, Span) Expr{Optional: b.convertedValue, Set: convertedElements, Seq: b.convertedPlaces}
	return &Let{ExprBase{t, at}, v, x, parts[t.Sugar](ref, t, at)}
}

func (b *body) convertedScalar(x Expr, t *Type, at Span) Expr {
	l, isLit := x.(*Lit)
	if !isLit {
		return &Conv{ExprBase{t, at}, x}
	}
	if lo, hi := t.Bounds(); l.Val[0] < lo || l.Val[0] > hi {
		b.fail(codeOutOfRange, x.Pos(), fmt.Sprintf("%d is not in %s", l.Val[0], rangeText(t)))
		return nil
	}
	return &Lit{ExprBase{t, at}, l.Val}
}

func (b *body) convertedValue(x *Ref, t *Type, at Span) Expr {
	value := b.converted(field(x, 1, at), t.Of(), at)
	return build(t, []Expr{field(x, 0, at), &IfExpr{ExprBase{t.Of(), at}, field(x, 0, at), value, lowestOf(t.Of(), at)}}, at)
}

// convertedElements is a set of the same numbers, each of which must be possible.
func convertedElements(x *Ref, t *Type, at Span) Expr {
	least, greatest := x.Typ.Of().Bounds()
	lo, hi := t.Of().Bounds()
	is := func(i int64) Expr { return element(x, &Lit{ExprBase{x.Typ.Of(), at}, []int64{i}}, at) }
	fits := truthOf(true, at)
	for i := least; i <= greatest; i++ {
		if i < lo || i > hi {
			fits = operation(And, fits, &Unary{ExprBase{boolType(), at}, Not, is(i)}, at)
		}
	}
	var parts []Expr
	for i := lo; i <= hi; i++ {
		if i < least || i > greatest {
			parts = append(parts, truthOf(false, at))
		} else {
			parts = append(parts, is(i))
		}
	}
	return &Demand{ExprBase{t, at}, fits, build(t, parts, at), fmt.Sprintf("the set has elements outside %s", t.Of())}
}

func (b *body) convertedPlaces(x *Ref, t *Type, at Span) Expr {
	length, places := field(x, 0, at), field(x, 1, at)
	var parts []Expr
	for i := range t.Room() {
		lowest := lowestOf(t.Of(), at)
		if i >= x.Typ.Room() {
			parts = append(parts, lowest)
			continue
		}
		here := number(i, at)
		value := b.converted(element(places, here, at), t.Of(), at)
		parts = append(parts, &IfExpr{ExprBase{t.Of(), at}, operation(Lt, here, length, at), value, lowest})
	}
	fits := operation(Le, length, number(t.Room(), at), at)
	return &Demand{ExprBase{t, at}, fits, build(t, []Expr{length, build(t.Fields[1].Type, parts, at)}, at),
		fmt.Sprintf("the sequence has room for %d", t.Room())}
}
