package lang

import (
	"fmt"
	"slices"
)

// expr judges an expression and gives the type whose values its own are; nil where it was
// refused. What an expression computes has no interchangeable values, whatever ranges meet.
func (s *symmetry) expr(e Expr) *Type {
	if of, is := s.composed[e]; is {
		return s.composition(e, of)
	}
	switch e := e.(type) {
	case *Lit:
		if !s.constant(e.Typ, e.Val, e.Spn) {
			return nil
		}
		return e.Typ
	case *SelfRef:
		if !s.noName(s.unit, e.Spn) {
			return nil
		}
		return e.Typ
	case *Ref:
		return s.ref(e)
	case *MsgField:
		return e.Typ
	case *Unary:
		return s.computed(e, s.plain(e.X))
	case *Binary:
		return s.binary(e)
	case *In:
		t := s.expr(e.X)
		return s.computed(e, t != nil && s.chosen(e.Dom, t))
	case *IfExpr:
		good := s.plain(e.Cond)
		x, y := e.Then, e.Else
		if isLit(x) {
			x, y = y, x // the constant is to blame
		}
		if t := s.expr(x); t != nil && s.want(y, t) && good {
			return t
		}
		return nil
	case *Quant:
		return s.computed(e, s.quantified(e))
	case *Let:
		if !s.want(e.X, e.Var.Type) {
			return nil
		}
		return s.expr(e.Body)
	case *Conv:
		return s.conversion(e)
	case *Demand:
		if t := s.expr(e.X); t != nil && s.plain(e.Cond) {
			return t
		}
		return nil
	case *Build:
		return s.computed(e, s.built(e))
	case *Idle:
		return s.computed(e, s.instance(e.Unit, e.Index))
	case *InHandler:
		return s.computed(e, s.instance(e.Unit, e.Index))
	case *LocalOf:
		return s.localOf(e)
	case *InProgress:
		return s.computed(e, s.keyed(e.Protocol, e.Key))
	case *Allows:
		return s.computed(e, s.keyed(e.Protocol, e.Key))
	}
	s.unknown(e.Pos())
	return nil
}

// computed is the type of an expression whose parts are good.
func (s *symmetry) computed(e Expr, good bool) *Type {
	if !good {
		return nil
	}
	return e.Type()
}

// unknown refuses what nobody has decided on.
func (s *symmetry) unknown(at Span) {
	err := s.fail(codeSymmetricOrder, at, "nothing says that this treats interchangeable instances alike").
		advise("write it in another way, or leave `symmetric` out")
	for _, table := range []map[string]Related{s.types, s.arrays} {
		for _, name := range sorted(table) {
			err.see(table[name].Span, table[name].Msg)
		}
	}
}

// plain judges an expression whose value is a number or a truth value that stands for
// itself.
func (s *symmetry) plain(e Expr) bool {
	t := s.expr(e)
	if t == nil || !s.is(t) {
		return t != nil
	}
	s.refuse(codeSymmetricMixed, e.Pos(), t, fmt.Sprintf("this is a value of `%s`, whose values are interchangeable, and not %s", t.Name, kindText(t))).
		advise(mixedAdvice(t))
	return false
}

func kindText(t *Type) string {
	return map[TypeKind]string{Bool: "a truth value", Int: "a number", Enum: "a name"}[t.Kind]
}

func mixedAdvice(t *Type) string {
	return fmt.Sprintf("values of `%s` are compared with `==` and `!=`, are indices of what has `%s` as its index, and are stored and sent as `%s`", t.Name, t.Name, t.Name)
}

// want judges an expression whose value meets those of type t, nil where that is not known:
// in a place, a comparison or a choice.
func (s *symmetry) want(e Expr, t *Type) bool {
	from := s.expr(e)
	if from == nil || s.alike(from, t) {
		return from != nil
	}
	if l, is := e.(*Lit); is && len(l.Val) == t.Slots() && !s.constant(t, l.Val, e.Pos()) {
		return false
	}
	s.mixed(e.Pos(), from, t)
	return false
}

// mixed refuses values of one type in the place of those of another.
func (s *symmetry) mixed(at Span, from, t *Type) {
	own := s.either(t, from)
	s.refuse(codeSymmetricMixed, at, own, fmt.Sprintf("this is %s, and %s is wanted here: the values of `%s` are interchangeable, and of no other type",
		describe(from), describe(t), own.Name)).advise(mixedAdvice(own))
}

// ref judges a variable or a part of it; nil where it is refused.
func (s *symmetry) ref(e *Ref) *Type {
	if !s.instance(e.Var.Owner, e.Unit) {
		return nil
	}
	t := e.Var.Type
	for _, a := range e.Path {
		if a.Index == nil {
			t = t.Fields[a.Field].Type
			continue
		}
		if !s.want(a.Index, t.Index) {
			return nil
		}
		t = t.Elem
	}
	return t
}

// instance judges which instance of a unit is meant; index is nil for all of them, or
// where there is only one.
func (s *symmetry) instance(u *Unit, index Expr) bool {
	if index == nil {
		return true
	}
	if _, own := index.(*SelfRef); own && s.unit != nil && u.Name == s.unit.Name {
		return true
	}
	return s.noName(u, index.Pos()) && s.want(index, u.Index)
}

// keyed judges the keys of a protocol's instance.
func (s *symmetry) keyed(p *Protocol, keys []Expr) bool {
	good := true
	for i, k := range keys {
		good = s.want(k, p.Key[i].Type) && good
	}
	return good
}

// localOf judges a readable local, which reads as the lowest where nobody holds a value in it.
func (s *symmetry) localOf(e *LocalOf) *Type {
	if !s.instance(e.Unit, e.Index) {
		return nil
	}
	if t, _ := s.told(e.Var.Type, e.Var.Type.Lowest()); t != nil {
		s.refuse(codeSymmetricStart, e.Spn, t, fmt.Sprintf("`%s` reads as the lowest value of `%s` where nobody holds one, and its values are interchangeable", e.Var.Name, t.Name)).
			advise(fmt.Sprintf("make it a `%s?`, which reads as `none` then", t.Name)).see(e.Var.Span, "declared here")
		return nil
	}
	return e.Typ
}

// binary judges an operation on two values.
func (s *symmetry) binary(e *Binary) *Type {
	if e.Op == Eq || e.Op == Ne {
		x, y := e.X, e.Y
		if isLit(x) {
			x, y = y, x // the constant is to blame
		}
		t := s.expr(x)
		return s.computed(e, t != nil && s.want(y, t))
	}
	good := true
	for _, x := range []Expr{e.X, e.Y} {
		good = s.number(x, e.Spn) && good
	}
	return s.computed(e, good)
}

// number judges an operand of what orders or computes; at is all of that.
func (s *symmetry) number(e Expr, at Span) bool {
	t := s.expr(e)
	if t == nil || !s.is(t) {
		return t != nil
	}
	s.refuse(codeSymmetricOrder, at, t, fmt.Sprintf("the values of `%s` are interchangeable: they have no order, and nothing is computed with them", t.Name)).
		advise(mixedAdvice(t))
	return false
}

// conversion judges `T(x)`, and a place where a range is checked.
func (s *symmetry) conversion(e *Conv) *Type {
	from := s.expr(e.X)
	if from == nil || s.alike(from, e.Typ) {
		return s.computed(e, from != nil)
	}
	return s.computed(e, s.want(e.X, e.Typ))
}

// built judges a record, an array or an optional value that is put together, or a set or a
// sequence without interchangeable values.
func (s *symmetry) built(e *Build) bool {
	t := e.Typ
	if isCollection(t) && s.within(t) != nil {
		s.unknown(e.Spn)
		return false
	}
	if t.Kind == Array && s.is(t.Index) {
		if slices.ContainsFunc(e.Elems, func(x Expr) bool { return x != e.Elems[0] }) {
			s.refuse(codeSymmetricNamed, e.Spn, t.Index, fmt.Sprintf("this is not the same for all values of `%s`, which are interchangeable", t.Index.Name)).
				advise("write one value, which all elements get")
			return false
		}
		return s.want(e.Elems[0], t.Elem)
	}
	good := true
	for i, x := range e.Elems {
		good = s.want(x, partType(t, i)) && good
	}
	return good
}

// composition judges a set or a sequence that is made of others, of whose elements none is
// preferred.
func (s *symmetry) composition(e Expr, of composition) *Type {
	good, held := true, e.Type().Of()
	for _, x := range of.elems {
		good = s.want(x, held) && good
	}
	for _, x := range of.parts {
		switch t := s.expr(x); {
		case t == nil:
			good = false
		case !s.alike(t.Of(), held):
			s.mixed(x.Pos(), t, e.Type())
			good = false
		}
	}
	return s.computed(e, good)
}

// chosen judges a domain whose elements are values of type t, nil where that is not known.
func (s *symmetry) chosen(d *Domain, t *Type) bool {
	good := true
	switch {
	case d.Wait != nil:
		good = s.instance(d.Wait.Unit, d.Wait.Index)
		return (d.Wait.From == nil || s.instance(d.Wait.From, d.Wait.Sender)) && good
	case d.List != nil:
		for _, x := range d.List {
			good = s.want(x, t) && good
		}
		return good
	case d.Lo != nil:
		good = s.number(d.Lo, d.Span) && s.number(d.Hi, d.Span)
		if good && t != nil && s.is(t) {
			s.refuse(codeSymmetricOrder, d.Span, t, fmt.Sprintf("a range puts the values of `%s` in an order, and they are interchangeable", t.Name)).
				advise(fmt.Sprintf("write `%s` for all of them", t.Name))
			return false
		}
		return good
	}
	elem := d.Typ
	if d.Of != nil {
		of := s.expr(d.Of)
		if of == nil {
			return false
		}
		elem = of.Of()
	}
	if !s.alike(elem, t) {
		s.mixed(d.Span, elem, t)
		return false
	}
	return true
}

// quantified judges a quantifier.
func (s *symmetry) quantified(e *Quant) bool {
	if !s.chosen(e.Dom, e.Var.Type) || !s.plain(e.Body) {
		return false
	}
	return s.unordered(e)
}
