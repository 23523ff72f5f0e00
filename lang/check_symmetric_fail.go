package lang

import (
	"fmt"
	"slices"
)

// failing looks for what can fail in an expression.
type failing struct {
	s     *symmetry
	at    Span
	what  string // "" for nothing
	doubt *doubt
	// filled are optional values and sequences that are known to hold something where the
	// expression is evaluated.
	filled []Expr
	bound  map[*Var]Expr // what a Let binds
}

func (f *failing) found(at Span, what string) {
	if f.what == "" {
		f.at, f.what = at, what
	}
}

// expr goes through an expression; surely says that it is evaluated for each element. What is
// gone as a whole then fails for all of them.
func (f *failing) expr(e Expr, surely bool) {
	switch e := e.(type) {
	case nil, *Lit, *SelfRef, *MsgField:
	case *Ref:
		f.ref(e, surely)
	case *Unary:
		f.expr(e.X, surely)
	case *Binary:
		f.expr(e.X, surely)
		if e.Op == And || e.Op == Or {
			f.where(e.X, e.Op == And, e.Y)
			return
		}
		f.expr(e.Y, surely)
		if e.Op == Div || e.Op == Mod {
			if t := e.Y.Type(); t.Lo <= 0 && t.Hi >= 0 {
				f.found(e.Spn, "this can be a division by 0")
			}
		}
	case *In:
		f.expr(e.X, surely)
		f.domain(e.Dom, surely)
	case *IfExpr:
		f.expr(e.Cond, surely)
		f.where(e.Cond, true, e.Then)
		f.where(e.Cond, false, e.Else)
	case *Quant:
		f.domain(e.Dom, surely)
		f.expr(e.Body, false)
	case *Let:
		f.expr(e.X, surely)
		f.stored(e.X, e.Var.Type)
		f.bound[e.Var] = e.X
		f.expr(e.Body, surely)
	case *Conv:
		f.expr(e.X, surely)
		f.stored(e.X, e.Typ)
	case *Build:
		for i, x := range e.Elems {
			f.expr(x, surely)
			f.stored(x, partType(e.Typ, i))
		}
	case *Idle:
		f.index(e.Index, e.Unit.Index, surely)
	case *InHandler:
		f.index(e.Index, e.Unit.Index, surely)
	case *InProgress:
		f.exprs(e.Key, surely)
	case *Allows:
		f.exprs(e.Key, surely)
	case *LocalOf:
		f.index(e.Index, e.Unit.Index, surely)
		if d, doubtful := f.s.doubts[e.Var]; doubtful && !e.Old && f.what == "" {
			f.found(e.Spn, fmt.Sprintf("`%s` can have another type here", e.Var.Name))
			f.doubt = &d
		}
	case *Demand:
		f.expr(e.Cond, surely)
		if x := f.demanded(e.Cond); x == nil || !slices.ContainsFunc(f.filled, func(o Expr) bool { return sameValue(o, x) }) {
			f.found(e.Spn, "this can fail: "+e.Failing)
		}
		f.expr(e.X, surely)
	default:
		f.found(e.Pos(), "this can fail")
	}
}

func (f *failing) exprs(es []Expr, surely bool) {
	for _, e := range es {
		f.expr(e, surely)
	}
}

// where goes through an expression that is evaluated only if a condition is true, or false.
func (f *failing) where(cond Expr, holds bool, e Expr) {
	known := len(f.filled)
	f.learn(cond, holds)
	f.expr(e, false)
	f.filled = f.filled[:known]
}

// learn takes in what follows from a condition that is true, or false.
func (f *failing) learn(cond Expr, holds bool) {
	switch c := cond.(type) {
	case *Unary:
		f.learn(c.X, !holds)
	case *Binary:
		if c.Op == And && holds || c.Op == Or && !holds {
			f.learn(c.X, holds)
			f.learn(c.Y, holds)
		}
		x, y := c.X, c.Y
		if isLit(x) {
			x, y = y, x
		}
		l, constant := y.(*Lit)
		holding := constant && (l.Typ.Sugar == Optional || l.Typ.Sugar == Seq)
		if holding && l.Val[0] == 0 && (c.Op == Ne && holds || c.Op == Eq && !holds) {
			f.filled = append(f.filled, x)
		}
	}
}

// demanded gives the optional value or the sequence that a condition demands to hold
// something, nil where it is no such condition.
func (f *failing) demanded(cond Expr) Expr {
	if more, is := cond.(*Binary); is && more.Op == Gt {
		if n, known := constNumber(more.Y); !known || n != 0 {
			return nil
		}
		cond = more.X
	}
	r, is := cond.(*Ref)
	if !is || len(r.Path) == 0 {
		return nil
	}
	whole := *r
	whole.Path = r.Path[:len(r.Path)-1]
	if x := f.bound[r.Var]; x != nil && len(whole.Path) == 0 {
		return x
	}
	return &whole
}

// sameValue says whether two expressions surely are the same constant, or the same place.
func sameValue(a, b Expr) bool {
	switch a := a.(type) {
	case nil:
		return b == nil
	case *Lit:
		l, is := b.(*Lit)
		return is && slices.Equal(a.Val, l.Val)
	case *SelfRef:
		_, is := b.(*SelfRef)
		return is
	case *MsgField:
		m, is := b.(*MsgField)
		return is && a.Var == m.Var && a.Param == m.Param
	case *LocalOf:
		l, is := b.(*LocalOf)
		return is && a.Var == l.Var && a.Old == l.Old && sameValue(a.Index, l.Index)
	case *Ref:
		r, is := b.(*Ref)
		return is && a.Var == r.Var && a.Old == r.Old && sameValue(a.Unit, r.Unit) && slices.EqualFunc(a.Path, r.Path, func(x, y Access) bool {
			return x.Field == y.Field && sameValue(x.Index, y.Index)
		})
	}
	return false
}

// partType is the type of a part of a record or an array.
func partType(t *Type, i int) *Type {
	if t.Kind == Record {
		return t.Fields[i].Type
	}
	return t.Elem
}

func (f *failing) domain(d *Domain, surely bool) {
	f.expr(d.Lo, surely)
	f.expr(d.Hi, surely)
	f.expr(d.Of, surely)
	f.exprs(d.List, surely)
	if d.Wait != nil {
		f.index(d.Wait.Index, d.Wait.Unit.Index, surely)
		if d.Wait.From != nil {
			f.index(d.Wait.Sender, d.Wait.From.Index, surely)
		}
	}
}

// stored looks at a value that has to be one of a type.
func (f *failing) stored(e Expr, t *Type) {
	if !storable(e.Type(), t) {
		f.found(e.Pos(), fmt.Sprintf("this can be out of the range of %s", describe(t)))
	}
}

func (f *failing) index(e Expr, t *Type, surely bool) {
	if e == nil {
		return
	}
	f.expr(e, surely)
	if !storable(e.Type(), t) {
		f.found(e.Pos(), "this index can be out of range")
	}
}

func (f *failing) ref(e *Ref, surely bool) {
	if e.Unit != nil {
		f.index(e.Unit, e.Var.Owner.Index, surely)
	}
	t := e.Var.Type
	for _, a := range e.Path {
		if a.Index == nil {
			t = t.Fields[a.Field].Type
			continue
		}
		f.index(a.Index, t.Index, surely)
		t = t.Elem
	}
	d, doubtful := f.s.doubts[e.Var]
	_, own := e.Unit.(*SelfRef)
	own = (own || e.Unit == nil) && f.s.unit != nil && f.s.unit == e.Var.Owner
	switch {
	case !doubtful || e.Old || f.what != "" || d.added && own:
	case d.former:
		f.found(e.Spn, fmt.Sprintf("`%s` can still be in its old form here", e.Var.Name))
		f.doubt = &d
	case d.gone && !surely:
		f.found(e.Spn, fmt.Sprintf("`%s` can be gone here", e.Var.Name))
		f.doubt = &d
	}
}
