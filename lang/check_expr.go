package lang

import (
	"fmt"
	"slices"
)

// place says where an expression stands, and so what it may read.
type place uint8

const (
	inConst    place = iota // sizes, bounds, initial values: nothing
	inCode                  // the unit's own variables, shared and persistent data
	inAssert                // asserts, invariants, notes: everything
	inStable                // all but ghost and hidden data
	inTransfer              // the same, of the old state and of the new one
	inPlan                  // the same, of what there is of the two versions
	inHook                  // ghosts attached to messages: everything, but nothing is asked
	inDef                   // a definition for itself: what its users may read
)

// A body is a stretch of code or an expression with its own locals.
//
// Methods that give an Expr or a Type give nil for what is wrong, after having
// reported it; nil parts make the whole nil in silence.
type body struct {
	*checker
	place    place
	unit     *unitEntry // whose code it is; nil outside units
	global   bool       // inside a def, which sees only what is declared at the top
	handler  *Handler
	scope    *scope
	locals   []*Var
	messages map[*Var]*Message // variables bound to waiting messages
	fixed    map[*Var]string   // variables that cannot be assigned, with what they are
	unknown  map[string]bool   // unknown names that have been reported
	atomic   bool              // inside atomic
	nested   bool              // inside a statement
	writing  bool              // the path being resolved is to be written
	rounds   int64             // evaluations of the expression: product of the domains around it
	depth    int
	// Of transfers and converts: the units that change, and the data outside units
	// that they mention; nil: not known.
	affected, reach map[string]bool
	later           bool          // in `adapt`, which also runs when there is no old state any more
	moved           map[*Var]Span // held callers that the transfer moves
	only            []string      // units that the update installs, if it says so
	around          []*Var        // variables of the `for` statements around
	// Of plans: the update, and the units that some statement of the plan stops.
	update *updateChecker
	stops  map[string]bool
}

// newVar adds a local. Too many are an error, said once.
func (b *body) newVar(name string, t *Type, at Span) *Var {
	v := &Var{Name: name, Type: t, Class: Local, Span: at}
	b.addVar(v)
	return v
}

// addVar is newVar for a local that is known already.
func (b *body) addVar(v *Var) {
	v.Index = len(b.locals)
	b.locals = append(b.locals, v)
	if v.Index == maxLocals {
		b.fail(codeTooLarge, v.Span, fmt.Sprintf("this has more than %d locals", maxLocals))
	}
}

// newBound adds a local that an expression binds.
func (b *body) newBound(name string, t *Type, at Span) *Var {
	v := b.newVar(name, t, at)
	v.Bound = true
	return v
}

// bind makes a local visible in the innermost block.
func (b *body) bind(v *Var) { b.scope.add(v) }

// open starts a block, which the function that it gives ends.
func (b *body) open() func() {
	b.scope = &scope{outer: b.scope}
	return func() { b.scope = b.scope.outer }
}

// deeper counts the nesting; false, after an error, where it is too deep. The
// caller decreases b.depth again if it gives true.
func (b *body) deeper(at Span) bool {
	if b.depth >= maxDepth {
		b.fail(codeTooLarge, at, fmt.Sprintf("this is nested more than %d levels deep", maxDepth))
		return false
	}
	b.depth++
	return true
}

// value checks an expression that is to be a value of type t; any type if t is nil.
func (b *body) value(n ExprNode, t *Type) Expr {
	return b.coerce(b.expr(n, t), t)
}

// constInt computes a constant number.
func (b *body) constInt(n ExprNode) (int64, bool) {
	e := b.expr(n, nil)
	if e == nil {
		return 0, false
	}
	if e.Type().Kind != Int {
		b.fail(codeMismatch, n.Span(), fmt.Sprintf("a number is wanted here, not %s", describe(e.Type())))
		return 0, false
	}
	v, ok := b.constValue(e)
	if !ok || len(v) != 1 {
		b.fail(codeNotConstant, n.Span(), "this is not a constant number")
		return 0, false
	}
	return v[0], true
}

// expr checks an expression. want is the type that the place asks for, if known:
// it decides what names of values, lists and records stand for, but is not
// enforced; see value.
func (b *body) expr(n ExprNode, want *Type) Expr {
	if n == nil || !b.deeper(n.Span()) {
		return nil
	}
	defer func() { b.depth-- }()
	if len(b.sites) > 0 && !b.work1(n.Span()) {
		return nil
	}
	base := ExprBase{Spn: n.Span()}
	switch n := n.(type) {
	case *NumberNode:
		if n.Value > maxNumber {
			b.fail(codeOverflow, n.Span(), "this number is too large")
			return nil
		}
		return number(n.Value, n.Span())
	case *BoolNode:
		base.Typ = boolType()
		return &Lit{base, truth(n.Value)}
	case *NoneNode:
		return none(n, want)
	case *SelfNode:
		if b.unit == nil || b.global || b.unit.unit.Index == nil {
			if b.unit == nil || b.global || !b.unit.broken {
				b.fail(codeSelf, n.Span(), "`self` is the index of a unit of an array, and this code belongs to none")
			}
			return nil
		}
		base.Typ = b.unit.unit.Index
		return &SelfRef{base}
	case *ParenNode:
		return b.expr(n.X, want)
	case *NameNode, *OldNode, *MemberNode, *IndexNode:
		return b.path(n, want)
	case *ListNode:
		return b.listNode(n, want)
	case *SetNode:
		if t := typeFor(want, Set); t != nil {
			return b.set(n, t)
		}
		b.fail(codeMismatch, n.Span(), "no set is wanted here").
			advise("sets stand behind `in` and `choose`, and where the type is a `set of …`")
		return nil
	case *RangeNode:
		b.fail(codeMismatch, n.Span(), "a range is not a value").
			advise("ranges stand behind `in` and `choose`")
		return nil
	case *CallNode:
		return b.call(n, want)
	case *UnaryNode:
		return b.unary(n)
	case *BinaryNode:
		return b.binary(n, want)
	case *InNode:
		return b.in(n)
	case *CondNode:
		return b.cond(n, want)
	}
	return nil
}

// work1 counts the nodes that unfolding makes.
func (b *body) work1(at Span) bool {
	b.work++
	if b.work == maxWork {
		b.fail(codeTooLarge, at, "the definitions unfold to too large an expression")
	}
	return b.work < maxWork
}

func number(n int64, at Span) Expr {
	return &Lit{ExprBase{numberType(numRange{n, n}), at}, []int64{n}}
}

// computed says whether an expression is a literal or the result of an operation:
// such values have no meaning of their own yet and may be stored in a variable
// whose type has one.
func computed(e Expr) bool {
	switch e := e.(type) {
	case *Lit:
		return e.Typ.Means == ""
	case *Unary, *Binary, *In, *Quant, *Idle, *InHandler, *InProgress, *Allows:
		return true
	case *IfExpr:
		return computed(e.Then) && computed(e.Else)
	case *Let:
		return computed(e.Body)
	}
	return false
}

// coerce checks that e can be stored in t and gives it as such a value.
func (b *body) coerce(e Expr, t *Type) Expr {
	if e == nil || t == nil {
		return e
	}
	from := e.Type()
	if t.Sugar == Optional && from.Sugar != Optional {
		x := b.coerce(e, t.Of())
		if x == nil || !b.bulk(t, e.Pos()) {
			return nil
		}
		return some(t, x)
	}
	if t.Kind == Array && t.Sugar == Plainly && (from.Kind != Array || from.Sugar != Plainly) {
		elem := b.coerce(e, t.Elem)
		if elem == nil || !b.bulk(t, e.Pos()) {
			return nil
		}
		return build(t, slices.Repeat([]Expr{elem}, int(t.Index.Card())), e.Pos())
	}
	if !t.IsScalar() {
		if !storable(from, t) {
			b.mismatch(e, t)
			return nil
		}
		return e
	}
	if from.Kind != t.Kind || t.Kind == Enum && !storable(from, t) && sameTag(from, t) {
		b.mismatch(e, t)
		return nil
	}
	if !sameTag(from, t) && !(from.Means == "" && computed(e)) {
		b.needsConversion(e, t)
		return nil
	}
	return b.inRange(e, t)
}

// inRange checks a constant against the range of t.
func (b *body) inRange(e Expr, t *Type) Expr {
	l, ok := e.(*Lit)
	if !ok || t.Kind != Int {
		return e
	}
	if n := l.Val[0]; n < t.Lo || n > t.Hi {
		b.fail(codeOutOfRange, e.Pos(), fmt.Sprintf("%d is not in %s", n, rangeText(t)))
		return nil
	}
	return &Lit{ExprBase{t, l.Spn}, l.Val}
}

func rangeText(t *Type) string {
	text := fmt.Sprintf("%d..%d", t.Lo, t.Hi)
	if t.Name != "" {
		text = fmt.Sprintf("`%s`, which is %s", t.Name, text)
	}
	return text
}

func (b *body) mismatch(e Expr, t *Type) *Error {
	from := e.Type()
	msg := fmt.Sprintf("this is %s, but %s is wanted here", describe(from), describe(t))
	advice := ""
	if isLit(e) && from.Kind == Caller {
		msg = fmt.Sprintf("`none` is no value of %s", describe(t))
		advice = fmt.Sprintf("the type of what may be none is written with `?`: `%s?`", t)
	} else if from.Kind == Caller {
		advice = "`none` and variables of type `caller` only stand beside == and !="
	} else if (from.Name != "" || from.Sugar != Plainly) && from.String() == t.String() {
		msg = fmt.Sprintf("this is a value of the old type `%s`, whose declaration changed", from)
		if b.current(from) {
			msg = fmt.Sprintf("this is a value of the new type `%s`, but one of the old is wanted here", from)
		}
		if advice = valueAdvice(from, t); advice == "" {
			advice = "compute the new value from it, e.g. with `if … then … else`"
		}
	} else {
		advice = valueAdvice(from, t)
	}
	return b.fail(codeMismatch, e.Pos(), msg).advise(advice)
}

// current says whether a type is, or holds values of, one that this version declares.
func (b *body) current(t *Type) bool {
	for t.Name == "" && t.Sugar != Plainly {
		t = t.Of()
	}
	s := b.names[t.Name]
	return s != nil && s.kind == symType && s.typ.typ == t
}

func (b *body) needsConversion(e Expr, t *Type) {
	from := e.Type()
	msg := fmt.Sprintf("%s means %q, %s", describe(t), t.Means, describe(from))
	switch {
	case t.Means == "":
		msg = fmt.Sprintf("%s means %q, %s is a plain one", describe(from), from.Means, describe(t))
	case from.Means == "":
		msg += " is a plain one"
	default:
		msg += fmt.Sprintf(" means %q", from.Means)
	}
	err := b.fail(codeConversion, e.Pos(), msg)
	if t.Name != "" {
		err.Advice = fmt.Sprintf("convert on purpose with `%s(…)`", t.Name)
	} else {
		err.Advice = "give the wanted type a name and convert with it, `name(…)`"
	}
}

// bulk counts the scalars of values that are written out; false, after one error,
// where they are too many for the memory.
func (c *checker) bulk(t *Type, at Span) bool { return c.bulky(t.Slots(), at) }

// bulky is bulk for what is as large as n scalars.
func (c *checker) bulky(n int, at Span) bool {
	before := c.scalars
	c.scalars += n
	if before <= maxScalars && c.scalars > maxScalars {
		c.fail(codeTooLarge, at, "the constants and lists of this version are too large in all").advise("choose smaller arrays")
	}
	return c.scalars <= maxScalars
}

// build makes a record or an array of its parts: a literal if all of them are.
func build(t *Type, parts []Expr, at Span) Expr {
	var val []int64
	for _, p := range parts {
		l, ok := p.(*Lit)
		if !ok {
			return &Build{ExprBase{t, at}, parts}
		}
		val = append(val, l.Val...)
	}
	return &Lit{ExprBase{t, at}, val}
}

// listNode checks `[a, b]`, an array or a sequence of the wanted type.
func (b *body) listNode(n *ListNode, want *Type) Expr {
	if want != nil && want.Sugar == Optional {
		want = want.Of()
	}
	if want != nil && want.Sugar == Seq {
		return b.sequence(n, want)
	}
	if want == nil || want.Kind != Array || want.Sugar == Set {
		b.fail(codeMismatch, n.Span(), "a list of values is no value of the type that is wanted here").
			advise("lists are values of arrays and sequences")
		return nil
	}
	if int64(len(n.Elems)) != want.Index.Card() {
		b.fail(codeBadParts, n.Span(), fmt.Sprintf("%s has %d elements, not %d", describe(want), want.Index.Card(), len(n.Elems)))
		return nil
	}
	parts := b.listed(n, want, want.Elem)
	if parts == nil {
		return nil
	}
	return build(want, parts, n.Span())
}

// listed checks the elements of a list that is a value of type t; nil where one is wrong.
func (b *body) listed(n *ListNode, t, elem *Type) []Expr {
	if !b.bulk(t, n.Span()) {
		return nil
	}
	parts, good := make([]Expr, len(n.Elems)), true
	for i, a := range n.Elems {
		if a.Key != nil {
			b.fail(codeBadParts, a.Key.Span(), "the elements of a list have no names")
		}
		parts[i] = b.value(a.Value, elem)
		good = good && parts[i] != nil
	}
	if !good {
		return nil
	}
	return parts
}
