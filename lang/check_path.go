package lang

import (
	"fmt"
	"slices"
)

// A step leads from a value, a unit or a protocol to a part of it. Exactly one of
// name and index is set.
type step struct {
	name  *Ident
	index ExprNode
	span  Span // of the path up to here
}

// flatten takes a path apart: `fs[i].used[f]` is fs and three steps.
func flatten(n ExprNode) (root ExprNode, steps []step) {
	for {
		switch m := n.(type) {
		case *MemberNode:
			steps = append(steps, step{name: m.Name, span: m.Span()})
			n = m.X
			continue
		case *IndexNode:
			steps = append(steps, step{index: m.Index, span: m.Span()})
			n = m.X
			continue
		}
		slices.Reverse(steps)
		return n, steps
	}
}

// path checks a name with its steps.
func (b *body) path(n ExprNode, want *Type) Expr {
	root, steps := flatten(n)
	switch root := root.(type) {
	case *NameNode:
		return b.named(root, steps, want)
	case *OldNode:
		return b.oldPath(root, steps)
	}
	return b.access(b.expr(root, nil), steps)
}

func (b *body) named(root *NameNode, steps []step, want *Type) Expr {
	at := root.Span()
	if v := b.scope.lookup(root.Name); v != nil {
		if m := b.messages[v]; m != nil {
			return b.messageField(v, m, steps, at)
		}
		return b.access(b.read(v, nil, at), steps)
	}
	if b.unit != nil && !b.global {
		if v := b.unit.vars[root.Name]; v != nil {
			return b.access(b.read(v, b.selfRef(at), at), steps)
		}
	}
	s := b.names[root.Name]
	if s != nil {
		switch s.kind {
		case symParam:
			n, ok := b.param(s)
			if !ok {
				return nil
			}
			return b.access(number(n, at), steps)
		case symData:
			return b.access(b.read(s.v, nil, at), steps)
		}
	}
	if e, found := b.member(root, want); found {
		return b.access(e, steps)
	}
	if s == nil {
		b.unknownName(root)
		return nil
	}
	switch s.kind {
	case symUnit:
		return b.unitPath(unitPath{entry: s.unit, at: at, steps: steps})
	case symProtocol:
		return b.protocolPath(s.protocol, steps, at, false)
	}
	err := b.fail(codeWrongKind, at, fmt.Sprintf("`%s` is %s, not a value", root.Name, s.describe())).see(s.span, "declared here")
	switch s.kind {
	case symDef:
		err.Advice = fmt.Sprintf("write its arguments: `%s(…)`", s.name)
	case symType:
		err.Advice = "a type stands behind `in` and `choose`, or converts: `" + s.name + "(…)`"
	}
	return nil
}

// selfRef is the instance of a unit whose own variables are used.
func (b *body) selfRef(at Span) Expr {
	if b.unit.unit.Index == nil {
		return nil
	}
	return &SelfRef{ExprBase{b.unit.unit.Index, at}}
}

// member resolves the name of a value of an enum.
func (b *body) member(n *NameNode, want *Type) (Expr, bool) {
	want = innermost(want)
	if want != nil && want.Kind == Enum {
		if i := slices.Index(want.Members, n.Name); i >= 0 {
			return &Lit{ExprBase{want, n.Span()}, []int64{int64(i)}}, true
		}
	}
	var found []*Type
	for _, t := range b.members[n.Name] {
		if !slices.ContainsFunc(found, func(f *Type) bool { return storable(f, t) && storable(t, f) }) {
			found = append(found, t)
		}
	}
	switch {
	case len(found) == 0:
		return nil, false
	case len(found) > 1:
		b.fail(codeAmbiguous, n.Span(), fmt.Sprintf("`%s` is a value of several types: %s and %s", n.Name, found[0], found[1])).
			advise("compare it with or assign it to something whose type is known")
		return nil, true
	}
	return &Lit{ExprBase{found[0], n.Span()}, []int64{int64(slices.Index(found[0].Members, n.Name))}}, true
}

// unknownName reports a name once for each body.
func (b *body) unknownName(n *NameNode) {
	if b.unknown[n.Name] {
		return
	}
	if b.unknown == nil {
		b.unknown = map[string]bool{}
	}
	b.unknown[n.Name] = true
	known := append(b.scope.names(), candidates(b.reporter, b.names, nil)...)
	if b.unit != nil && !b.global {
		known = append(known, candidates(b.reporter, b.unit.vars, nil)...)
	}
	e := b.fail(codeUnknown, n.Span(), fmt.Sprintf("nothing is named `%s` here", n.Name)).advise(b.guess(n.Name, known, candidates(b.reporter, b.members, nil)))
	if advice := alienValues[n.Name]; advice != "" {
		e.Advice = advice
	}
	if e.Advice != "" || b.failed > maxGuesses {
		return
	}
	for _, u := range b.units {
		if v := u.vars[n.Name]; v != nil {
			e.advise(fmt.Sprintf("`%s` is a variable of `%s`: write `%s.%s`", n.Name, u.unit.Name, u.unit.Name, n.Name))
			return
		}
	}
}

// read makes a reference to a whole variable, if the place may use it.
func (b *body) read(v *Var, unit Expr, at Span) Expr {
	// What is not constant is refused first: its type may not be known yet.
	if b.place == inConst && !b.mayUse(v, at) || v.Type == nil || b.place != inConst && !b.mayUse(v, at) {
		return nil
	}
	return &Ref{ExprBase: ExprBase{v.Type, at}, Var: v, Unit: unit}
}

// mayUse says whether the place may read, or where b.writing is set write, the
// variable; else it reports why not.
func (b *body) mayUse(v *Var, at Span) bool {
	if v.Class == Local {
		return true
	}
	switch b.place {
	case inConst:
		b.fail(codeNotConstant, at, fmt.Sprintf("`%s` is not a constant", v.Name)).see(v.Span, "declared here")
		return false
	case inCode:
		if v.Class == Ghost && !b.writing {
			b.fail(codeReadsGhost, at, fmt.Sprintf("code cannot read `%s`, which is a ghost: no running system stores it", v.Name)).
				advise("ghosts are for `assert`, `always` and `note`").see(v.Span, "declared here")
			return false
		}
		if v.Owner != nil && (b.unit == nil || v.Owner != b.unit.unit) {
			b.fail(codeForeignVar, at, fmt.Sprintf("this code cannot use `%s`, a variable of `%s`", v.Name, v.Owner.Name)).
				advise(fmt.Sprintf("send `%s` a message, or share the data with `shared`", v.Owner.Name)).see(v.Span, "declared here")
			return false
		}
	case inStable, inTransfer, inPlan:
		if v.Class == Ghost || v.Class == Hidden {
			what := map[place]string{inStable: "a stable state", inTransfer: "a state transfer", inPlan: "a plan"}[b.place]
			kind := map[VarClass]string{Ghost: "a ghost", Hidden: "hidden"}[v.Class]
			b.fail(codeNotReadable, at, fmt.Sprintf("%s cannot use `%s`, which is %s", what, v.Name, kind)).see(v.Span, "declared here")
			return false
		}
	}
	return true
}

// access leads from a value to a part of it.
func (b *body) access(e Expr, steps []step) Expr {
	if e == nil || len(steps) == 0 {
		return e
	}
	if ref, ok := e.(*Ref); ok {
		return b.accessRef(ref, steps)
	}
	v := b.newBound("value", e.Type(), e.Pos())
	part := b.accessRef(&Ref{ExprBase: ExprBase{e.Type(), e.Pos()}, Var: v}, steps)
	if part == nil {
		return nil
	}
	return &Let{ExprBase{part.Type(), part.Pos()}, v, e, part}
}

func (b *body) accessRef(ref *Ref, steps []step) Expr {
	part := *ref
	part.Path = slices.Clone(ref.Path)
	var demands []*Demand
	for i, s := range steps {
		if part.Typ.Sugar != Plainly {
			x := b.partOf(&part, s)
			if d, is := x.(*Demand); is {
				demands, x = append(demands, d), d.X
			}
			if r, is := x.(*Ref); is {
				part = *r
				continue
			}
			return demanded(demands, b.access(x, steps[i+1:]))
		}
		a, t := b.part(part.Typ, s)
		if t == nil {
			return nil
		}
		part.Path = append(part.Path, a)
		part.ExprBase = ExprBase{t, s.span}
	}
	return demanded(demands, &part)
}

// demanded is x, provided that all the conditions hold on the way to it.
func demanded(demands []*Demand, x Expr) Expr {
	if x == nil {
		return nil
	}
	for _, d := range slices.Backward(demands) {
		x = &Demand{ExprBase{x.Type(), d.Spn}, d.Cond, x, d.Failing}
	}
	return x
}

// part checks one step into a value of type t; the type is nil where it is wrong.
func (b *body) part(t *Type, s step) (Access, *Type) {
	if s.name != nil {
		if t.Kind != Record {
			b.fail(codeNoPart, s.name.Span(), fmt.Sprintf("%s has no field `%s`", describe(t), s.name.Name))
			return Access{}, nil
		}
		var names []string
		for i, f := range t.Fields {
			if f.Name == s.name.Name {
				return Access{Field: i}, f.Type
			}
			names = append(names, f.Name)
		}
		b.fail(codeNoPart, s.name.Span(), fmt.Sprintf("%s has no field `%s`", describe(t), s.name.Name)).
			advise(b.guess(s.name.Name, names))
		return Access{}, nil
	}
	if t.Kind != Array {
		b.fail(codeNoPart, s.span, fmt.Sprintf("%s has no elements", describe(t)))
		return Access{}, nil
	}
	writing := b.writing
	b.writing = false
	index := b.value(s.index, t.Index)
	b.writing = writing
	if index == nil {
		return Access{}, nil
	}
	return Access{Index: index}, t.Elem
}

// messageField reads a field of a waiting message.
func (b *body) messageField(v *Var, m *Message, steps []step, at Span) Expr {
	if len(steps) == 0 || steps[0].name == nil {
		b.fail(codeMismatch, at, fmt.Sprintf("`%s` is a waiting message: name one of its parameters", v.Name)).
			advise(parameterAdvice(m))
		return nil
	}
	name := steps[0].name
	for i, p := range m.Params {
		if p.Name != name.Name {
			continue
		}
		if p.Type == nil {
			return nil
		}
		return b.access(&MsgField{ExprBase{p.Type, steps[0].span}, v, i}, steps[1:])
	}
	b.fail(codeNoPart, name.Span(), fmt.Sprintf("message `%s` has no parameter `%s`", m.Name, name.Name)).advise(parameterAdvice(m))
	return nil
}

func parameterAdvice(m *Message) string {
	if len(m.Params) == 0 {
		return fmt.Sprintf("`%s` has none", m.Name)
	}
	return fmt.Sprintf("`%s` has %s", m.Name, listNames(paramNames(m.Params), "and"))
}

func paramNames(params []*Var) []string {
	names := make([]string, len(params))
	for i, p := range params {
		names[i] = p.Name
	}
	return names
}

// oldPath checks `old.fs.buffered`, `old.stored`, `old.fs.idle`.
func (b *body) oldPath(root *OldNode, steps []step) Expr {
	if b.place != inTransfer && b.place != inPlan {
		b.fail(codeOld, root.Span(), "`old` stands in transfers, conversions and plans only")
		return nil
	}
	if b.tooLate(root.Span()) {
		return nil
	}
	if len(steps) == 0 || steps[0].name == nil {
		b.fail(codeOld, root.Span(), "`old` is followed by the full path of what is read").
			advise("write `old.unit.variable` or `old.data`")
		return nil
	}
	if b.writing {
		b.fail(codeNotWritable, steps[len(steps)-1].span, "the old state cannot be written")
		return nil
	}
	name := steps[0].name
	before := b.place == inTransfer // a plan speaks of the old version's part of the state as it is
	s := b.old.names[name.Name]
	if s != nil {
		switch s.kind {
		case symData:
			return b.access(asOld(b.read(s.v, nil, steps[0].span), before), steps[1:])
		case symUnit:
			return b.unitPath(unitPath{entry: s.unit, at: steps[0].span, steps: steps[1:], old: before})
		case symProtocol:
			return b.protocolPath(s.protocol, steps[1:], steps[0].span, before)
		}
	}
	known := candidates(b.reporter, b.old.names, func(s *symbol) bool {
		return s.kind == symData || s.kind == symUnit || s.kind == symProtocol
	})
	e := b.fail(codeUnknown, name.Span(), fmt.Sprintf("the old version has no data or unit `%s`", name.Name)).advise(b.guess(name.Name, known))
	for _, u := range b.old.units {
		if b.failed <= maxGuesses && e.Advice == "" && u.vars[name.Name] != nil {
			e.Advice = fmt.Sprintf("write the full path: `old.%s.%s`", u.unit.Name, name.Name)
		}
	}
	return nil
}

// tooLate reports that `adapt` reads the old state.
func (b *body) tooLate(at Span) bool {
	if b.later {
		b.fail(codeOld, at, "`adapt` also rewrites what is sent after the switch, when there is no old state to read").
			advise("read the new version's data, or write `convert`")
	}
	return b.later
}

func asOld(e Expr, before bool) Expr {
	if ref, ok := e.(*Ref); ok {
		ref.Old = before
		return ref
	}
	return nil
}
