package lang

import (
	"fmt"
	"slices"
)

// This file checks optional values, sets and sequences, and writes what the language
// says of them in terms of records and arrays.

// How much larger than a value the expression is that takes one apart, or puts two together.
const (
	partSize     = 4
	combinedSize = 16
)

func (c *checker) optionalType(n *OptionalTypeNode) *Type {
	of := c.heldType(n.Elem, "an optional value")
	switch {
	case of == nil:
		return nil
	case of.Sugar == Optional:
		c.fail(codeMismatch, n.Span(), fmt.Sprintf("%s is optional already: there is only one `none`", describe(of)))
		return nil
	case !c.sizeOK(int64(of.Slots())+1, n.Span()):
		return nil
	}
	return &Type{Kind: Record, Sugar: Optional, Fields: []Field{{"some", boolType()}, {"value", of}}}
}

func (c *checker) setType(n *SetTypeNode) *Type {
	of := c.heldType(n.Elem, "a set")
	switch {
	case of == nil:
		return nil
	case !of.IsScalar():
		c.fail(codeMismatch, n.Elem.Span(), fmt.Sprintf("the elements of a set are numbers of a range, names or truth values, not %s", describe(of))).
			advise("a sequence, `seq 3 of …`, holds any values")
		return nil
	case !c.sizeOK(of.Card(), n.Span()):
		return nil
	}
	return &Type{Kind: Array, Sugar: Set, Index: of, Elem: boolType()}
}

func (c *checker) seqType(n *SeqTypeNode) *Type {
	room, ok := (&body{checker: c, place: inConst}).constInt(n.Bound)
	of := c.heldType(n.Elem, "a sequence")
	switch {
	case of == nil || !ok:
		return nil
	case room < 1:
		c.fail(codeEmptyRange, n.Bound.Span(), fmt.Sprintf("a sequence has room for at least 1 value, not for %d", room))
		return nil
	case room > maxSlots:
		c.sizeOK(room, n.Span())
		return nil
	case !c.sizeOK(room*int64(of.Slots())+1, n.Span()):
		return nil
	}
	places := &Type{Kind: Array, Index: numberType(numRange{0, room - 1}), Elem: of}
	return &Type{Kind: Record, Sugar: Seq, Fields: []Field{{"length", numberType(numRange{0, room})}, {"places", places}}}
}

// heldType resolves the type of what a set, a sequence or an optional value holds.
func (c *checker) heldType(n TypeNode, what string) *Type {
	t := c.typeOf(n)
	if t != nil && hasCaller(t) {
		c.fail(codeCaller, n.Span(), what+" holds no callers").
			advise("a caller is kept in a plain variable of its unit, which is `none` while it holds nobody")
		return nil
	}
	return t
}

// holding gives what an optional value or an array holds.
func holding(t *Type) (held *Type, is bool) {
	switch {
	case t.Sugar == Optional:
		return t.Of(), true
	case t.Kind == Array && t.Sugar == Plainly:
		return t.Elem, true
	}
	return nil, false
}

// typeFor finds the type with that sugar that a value written in a place has: the wanted
// one, or what the elements of a wanted array or a wanted optional value are.
func typeFor(want *Type, s Sugar) *Type {
	for want != nil && want.Sugar != s {
		want, _ = holding(want)
	}
	return want
}

// innermost is the type of a value that a place gets to hold, alone or in an array.
func innermost(want *Type) *Type {
	for want != nil {
		held, is := holding(want)
		if !is {
			break
		}
		want = held
	}
	return want
}

// isCollection says whether a type is a set or a sequence.
func isCollection(t *Type) bool { return t != nil && (t.Sugar == Set || t.Sugar == Seq) }

func truthOf(is bool, at Span) Expr { return &Lit{ExprBase{boolType(), at}, truth(is)} }

// some makes an optional value of a value.
func some(t *Type, x Expr) Expr {
	return build(t, []Expr{truthOf(true, x.Pos()), x}, x.Pos())
}

// beside makes an optional value of what is compared with one of type t. A number that t
// has no room for, or a name that an extended type has added, is like none of its values.
func (b *body) beside(e Expr, t *Type) Expr {
	from, of := e.Type(), t.Of()
	alike := from.Kind == Int && of.Kind == Int && (sameTag(from, of) || from.Means == "" && computed(e)) ||
		from.Kind == Enum && of.Kind == Enum && storable(of, from)
	if !alike {
		return b.coerce(e, t)
	}
	return some(&Type{Kind: Record, Sugar: Optional, Fields: []Field{t.Fields[0], {"value", from}}}, e)
}

// field is a field of a record, or of what stands for one.
func field(r *Ref, n int, at Span) *Ref {
	f := *r
	f.Path = append(slices.Clone(r.Path), Access{Field: n})
	f.ExprBase = ExprBase{r.Typ.Fields[n].Type, at}
	return &f
}

// element is an element of an array; the index is in its range.
func element(r *Ref, index Expr, at Span) *Ref {
	f := *r
	f.Path = append(slices.Clone(r.Path), Access{Index: index})
	f.ExprBase = ExprBase{r.Typ.Elem, at}
	return &f
}

func operation(op Op, x, y Expr, at Span) Expr {
	return fold(&Binary{ExprBase{boolType(), at}, op, x, y})
}

// partOf checks one step into an optional value, a set or a sequence.
func (b *body) partOf(r *Ref, s step) Expr {
	t := r.Typ
	if b.writing {
		b.fail(codeNotWritable, s.span, fmt.Sprintf("%s is written as a whole, not in parts", describe(t))).advise(wholeAdvice[t.Sugar])
		return nil
	}
	if s.index != nil {
		return b.elementAt(r, s)
	}
	known := map[Sugar][]string{Optional: {"value"}, Set: {"size"}, Seq: {"length", "first", "rest"}}[t.Sugar]
	switch name := s.name.Name; {
	case !slices.Contains(known, name):
		err := b.fail(codeNoPart, s.name.Span(), fmt.Sprintf("%s has no part `%s`", describe(t), name)).advise(b.guess(name, known))
		if err.Advice == "" {
			err.Advice = "it has " + listNames(known, "and")
		}
		return nil
	case name == "value":
		return &Demand{ExprBase{t.Of(), s.span}, field(r, 0, s.span), field(r, 1, s.span), "there is no value: it is none"}
	case name == "size":
		v := b.newBound("element", t.Of(), s.span)
		return &Quant{ExprBase{numberType(numRange{0, t.Of().Card()}), s.span}, Count, v,
			&Domain{Elem: t.Of(), Of: r, Span: s.span}, truthOf(true, s.span)}
	case name == "first":
		return &Demand{ExprBase{t.Of(), s.span}, b.longer(r, 0, s.span), element(field(r, 1, s.span), number(0, s.span), s.span), "the sequence is empty"}
	case name == "rest":
		return b.rest(r, s.span)
	}
	return field(r, 0, s.span)
}

var wholeAdvice = map[Sugar]string{
	Optional: "assign a value, or `none`",
	Set:      "add an element with `+= {x}`, remove it with `-= {x}`",
	Seq:      "append with `+= [x]`, remove the first with `q = q.rest`",
}

// longer is the condition that a sequence has more than n elements.
func (b *body) longer(r *Ref, n int64, at Span) Expr {
	return operation(Gt, field(r, 0, at), number(n, at), at)
}

// elementAt checks `q[i]`.
func (b *body) elementAt(r *Ref, s step) Expr {
	t := r.Typ
	if t.Sugar != Seq {
		err := b.fail(codeNoPart, s.span, fmt.Sprintf("%s has no places", describe(t)))
		if t.Sugar == Set {
			err.Advice = "whether it has an element is asked with `in`"
		}
		return nil
	}
	i := b.number(s.index)
	if i == nil {
		return nil
	}
	if l, is := i.(*Lit); is && (l.Val[0] < 0 || l.Val[0] >= t.Room()) {
		b.fail(codeOutOfRange, i.Pos(), fmt.Sprintf("%d is no place of %s: they are counted from 0 to %d", l.Val[0], describe(t), t.Room()-1))
		return nil
	}
	length := field(r, 0, s.span)
	last := &Binary{ExprBase{numberType(numRange{-1, t.Room() - 1}), s.span}, Sub, length, number(1, s.span)}
	there := &In{ExprBase{boolType(), s.span}, i, &Domain{Elem: last.Typ, Lo: number(0, s.span), Hi: last, Span: s.span}}
	return &Demand{ExprBase{t.Of(), s.span}, there, element(field(r, 1, s.span), i, s.span), "the sequence has no such place"}
}

// composition is what a set or a sequence is made of, where that does not show any more.
type composition struct {
	parts []Expr // sets or sequences
	elems []Expr // elements
}

// compose remembers what a set or a sequence is made of.
func (c *checker) compose(x Expr, of composition) Expr {
	if !isLit(x) {
		c.composed[x] = of
	}
	return x
}

// rest is a sequence without its first element, which it must have.
func (b *body) rest(r *Ref, at Span) Expr {
	t := r.Typ
	if !b.bulky(partSize*t.Slots(), at) {
		return nil
	}
	length, places := field(r, 0, at), field(r, 1, at)
	var parts []Expr
	for i := int64(1); i < t.Room(); i++ {
		parts = append(parts, element(places, number(i, at), at))
	}
	parts = append(parts, lowestOf(t.Of(), at))
	shorter := &Binary{ExprBase{numberType(numRange{0, t.Room() - 1}), at}, Sub, length, number(1, at)}
	x := b.compose(build(t, []Expr{shorter, build(places.Typ, parts, at)}, at), composition{parts: []Expr{r}})
	return &Demand{ExprBase{t, at}, b.longer(r, 0, at), x, "the sequence is empty"}
}

func lowestOf(t *Type, at Span) Expr { return &Lit{ExprBase{t, at}, t.Lowest()} }

// sequence checks `[a, b]` as a sequence.
func (b *body) sequence(n *ListNode, t *Type) Expr {
	if int64(len(n.Elems)) > t.Room() {
		b.fail(codeBadParts, n.Span(), fmt.Sprintf("%s has room for %d values, not %d", describe(t), t.Room(), len(n.Elems)))
		return nil
	}
	parts := b.listed(n, t, t.Of())
	if parts == nil {
		return nil
	}
	elems := slices.Clone(parts)
	for int64(len(parts)) < t.Room() {
		parts = append(parts, lowestOf(t.Of(), n.Span()))
	}
	x := build(t, []Expr{number(int64(len(n.Elems)), n.Span()), build(t.Fields[1].Type, parts, n.Span())}, n.Span())
	return b.compose(x, composition{elems: elems})
}

// set checks `{a, b}` as a value. Each element is evaluated, and checked, once.
func (b *body) set(n *SetNode, t *Type) Expr {
	if !b.bulk(t, n.Span()) {
		return nil
	}
	lo, _ := t.Of().Bounds()
	parts := make([]Expr, t.Of().Card())
	computed := &Domain{Elem: t.Of(), Span: n.Span()}
	var lets []*Let
	var elems []Expr
	good := true
	for _, a := range n.Elems {
		if a.Key != nil {
			b.fail(codeBadParts, a.Key.Span(), "the elements of a set have no names")
		}
		elems = append(elems, b.value(a.Value, t.Of()))
		switch x := elems[len(elems)-1].(type) {
		case nil:
			good = false
		case *Lit:
			parts[x.Val[0]-lo] = truthOf(true, n.Span())
		default:
			v := b.newBound("element", t.Of(), a.Span())
			lets = append(lets, &Let{ExprBase{t, n.Span()}, v, x, nil})
			computed.List = append(computed.List, &Ref{ExprBase: ExprBase{t.Of(), a.Span()}, Var: v})
		}
	}
	if !good {
		return nil
	}
	for i := range parts {
		switch {
		case parts[i] != nil:
		case len(lets) == 0:
			parts[i] = truthOf(false, n.Span())
		default:
			value := &Lit{ExprBase{t.Of(), n.Span()}, []int64{lo + int64(i)}}
			parts[i] = &In{ExprBase{boolType(), n.Span()}, value, computed}
		}
	}
	x := build(t, parts, n.Span())
	for _, l := range slices.Backward(lets) {
		l.Body, x = x, l
	}
	return b.compose(x, composition{elems: elems})
}

// folded computes a small constant expression.
func folded(e Expr) Expr {
	if val, ok := constValue(e); ok {
		return &Lit{ExprBase{e.Type(), e.Pos()}, val}
	}
	return e
}

// joinable says whether what a set or a sequence of one type holds can be added to one of
// another.
func joinable(from, to *Type) bool {
	return from.Sugar == to.Sugar && sameTag(from, to) && storable(from.Of(), to.Of())
}

// combine checks `s + t` and `s - t` of sets, and `q + r` of sequences.
func (b *body) combine(op Op, x, y Expr, at Span) Expr {
	t := x.Type()
	switch {
	case !isCollection(t):
		b.mismatch(x, y.Type())
		return nil
	case !joinable(y.Type(), t):
		err := b.mismatch(y, t)
		if t.Sugar == Set && y.Type().IsScalar() {
			err.Advice = fmt.Sprintf("write the element as a set: `%s {x}`", signs[op])
		} else if t.Sugar == Seq && op == Add && storable(y.Type(), t.Of()) {
			err.Advice = "write the value as a sequence: `+ [x]`"
		}
		return nil
	case t.Sugar == Seq && op == Sub:
		b.fail(codeMismatch, at, "nothing is subtracted from a sequence").
			advise("`q.rest` is the sequence without its first element")
		return nil
	case !b.bulky(combinedSize*t.Slots(), at):
		return nil
	}
	vx, vy := b.newBound("left", t, x.Pos()), b.newBound("right", y.Type(), y.Pos())
	left, right := &Ref{ExprBase: ExprBase{t, at}, Var: vx}, &Ref{ExprBase: ExprBase{y.Type(), at}, Var: vy}
	var z Expr
	if t.Sugar == Set {
		z = unite(op, left, right, at)
	} else {
		z = b.concatenate(left, right, at)
	}
	return b.compose(folded(&Let{ExprBase{t, at}, vx, x, &Let{ExprBase{t, at}, vy, y, z}}), composition{parts: []Expr{x, y}})
}

// unite is the union of two sets, or the first without the elements of the other.
func unite(op Op, x, y *Ref, at Span) Expr {
	lo, hi := x.Typ.Of().Bounds()
	least, greatest := y.Typ.Of().Bounds()
	var parts []Expr
	for i := lo; i <= hi; i++ {
		index := &Lit{ExprBase{x.Typ.Of(), at}, []int64{i}}
		inX, inY := Expr(element(x, index, at)), Expr(element(y, index, at))
		if i < least || i > greatest {
			parts = append(parts, inX)
		} else if op == Add {
			parts = append(parts, operation(Or, inX, inY, at))
		} else {
			parts = append(parts, operation(And, inX, &Unary{ExprBase{boolType(), at}, Not, inY}, at))
		}
	}
	return build(x.Typ, parts, at)
}

// concatenate appends one sequence to another, which must have the room.
func (b *body) concatenate(x, y *Ref, at Span) Expr {
	t := x.Typ
	lenX, lenY, xs, ys := field(x, 0, at), field(y, 0, at), field(x, 1, at), field(y, 1, at)
	sum := &Binary{ExprBase{numberType(numRange{0, t.Room() + y.Typ.Room()}), at}, Add, lenX, lenY}
	var parts []Expr
	for i := range t.Room() {
		here := number(i, at)
		from := &Binary{ExprBase{numberType(numRange{i - t.Room(), i}), at}, Sub, here, lenX}
		behind := &IfExpr{ExprBase{t.Of(), at}, operation(Lt, from, lenY, at), element(ys, from, at), lowestOf(t.Of(), at)}
		parts = append(parts, &IfExpr{ExprBase{t.Of(), at}, operation(Lt, here, lenX, at), element(xs, here, at), behind})
	}
	fits := operation(Le, sum, number(t.Room(), at), at)
	return &Demand{ExprBase{t, at}, fits, build(t, []Expr{sum, build(xs.Typ, parts, at)}, at),
		fmt.Sprintf("the sequence has room for %d", t.Room())}
}

// amongPlaces is `x in q` for a sequence of what is no scalar.
func (b *body) amongPlaces(x, q Expr, at Span) Expr {
	t := q.Type()
	if of := t.Of(); of.Sugar == Optional && x.Type().Sugar != Optional {
		x = b.beside(x, of)
	} else {
		x = b.coerce(x, of)
	}
	if x == nil {
		return nil
	}
	vx, vq := b.newBound("value", x.Type(), x.Pos()), b.newBound("sequence", t, q.Pos())
	index := numberType(numRange{0, t.Room() - 1})
	i := b.newBound("place", index, at)
	here := &Ref{ExprBase: ExprBase{index, at}, Var: i}
	ref := &Ref{ExprBase: ExprBase{t, at}, Var: vq}
	same := operation(Eq, element(field(ref, 1, at), here, at), &Ref{ExprBase: ExprBase{x.Type(), at}, Var: vx}, at)
	body := operation(And, operation(Lt, here, field(ref, 0, at), at), same, at)
	among := &Quant{ExprBase{boolType(), at}, Any, i, &Domain{Elem: index, Typ: index, Span: at}, body}
	return &Let{ExprBase{boolType(), at}, vx, x, &Let{ExprBase{boolType(), at}, vq, q, among}}
}

// none checks `none`, which is an optional value where one is wanted, else no caller.
func none(n *NoneNode, want *Type) Expr {
	if t := typeFor(want, Optional); t != nil {
		return lowestOf(t, n.Span())
	}
	return &Lit{ExprBase{&Type{Kind: Caller}, n.Span()}, []int64{0}}
}

// valueAdvice says how to get at what a value with sugar holds, where that would do.
func valueAdvice(from, want *Type) string {
	if isCollection(from) && joinable(from, want) {
		return fmt.Sprintf("its elements fit: write `%s + …`, which copies them", map[Sugar]string{Set: "{}", Seq: "[]"}[from.Sugar])
	}
	if from.Sugar == Optional && from.Of().Kind == want.Kind {
		return "`.value` is what it holds, and fails where it is `none`"
	}
	return ""
}
