package lang

import (
	"fmt"
	"slices"
	"strings"
)

var quantifiers = map[string]QuantOp{"all": All, "any": Any, "count": Count, "sum": Sum}

// call checks `x(…)`, which may be a quantifier, a conversion, a record, a def or
// the question `fs.in(chunk)`.
func (b *body) call(n *CallNode, want *Type) Expr {
	switch fun := n.Fun.(type) {
	case *NameNode:
		if op, ok := quantifiers[fun.Name]; ok && len(n.Args) > 0 {
			if bind, ok := n.Args[0].Key.(*InNode); ok {
				return b.quant(n, op, bind)
			}
		}
		s := b.names[fun.Name]
		switch {
		case s == nil:
			b.unknownCall(fun)
		case s.kind == symType:
			return b.typeCall(n, s)
		case s.kind == symDef:
			return b.unfold(n, s)
		default:
			b.fail(codeWrongKind, fun.Span(), fmt.Sprintf("`%s` is %s: it cannot be used like a def", fun.Name, s.describe())).see(s.span, "declared here")
		}
		return nil
	case *MemberNode:
		return b.ask(n, fun)
	}
	b.fail(codeWrongKind, n.Fun.Span(), "this cannot be used like a def")
	return nil
}

func (b *body) unknownCall(fun *NameNode) {
	if _, ok := quantifiers[fun.Name]; ok {
		b.fail(codeUnknown, fun.Span(), fmt.Sprintf("`%s` names a variable and its set first", fun.Name)).
			advise(fmt.Sprintf("write `%s(x in set: …)`", fun.Name))
		return
	}
	known := candidates(b.reporter, b.names, func(s *symbol) bool { return s.kind == symDef || s.kind == symType })
	b.fail(codeUnknown, fun.Span(), fmt.Sprintf("there is no def or type `%s`", fun.Name)).
		advise(b.guess(fun.Name, known, sorted(quantifiers)))
}

// typeCall checks `digest(x)` and `req(f: 1)`.
func (b *body) typeCall(n *CallNode, s *symbol) Expr {
	t := b.namedType(s, n.Fun.Span())
	if t == nil {
		return nil
	}
	if t.Kind == Record && t.Sugar == Plainly {
		return b.record(n, t)
	}
	return b.conversion(n, t)
}

// record checks `req(f: 1, n: 2)`.
func (b *body) record(n *CallNode, t *Type) Expr {
	if !b.bulk(t, n.Span()) {
		return nil
	}
	parts := make([]Expr, len(t.Fields))
	given := make([]bool, len(t.Fields))
	for _, a := range n.Args {
		if a.Key == nil {
			b.fail(codeBadParts, a.Span(), fmt.Sprintf("the fields of `%s` are given by name", t.Name)).advise(recordAdvice(t))
			return nil
		}
		name, _ := a.Key.(*NameNode)
		at := slices.IndexFunc(t.Fields, func(f Field) bool { return name != nil && f.Name == name.Name })
		if at < 0 {
			b.fail(codeNoPart, a.Key.Span(), fmt.Sprintf("`%s` has no such field", t.Name)).advise(fieldAdvice(t))
			return nil
		}
		if given[at] {
			b.fail(codeBadParts, a.Span(), fmt.Sprintf("`%s` has one value for each of its %d fields", t.Name, len(t.Fields))).advise(fieldAdvice(t))
			return nil
		}
		given[at] = true
		parts[at] = b.value(a.Value, t.Fields[at].Type)
	}
	for i, ok := range given {
		if !ok {
			b.fail(codeBadParts, n.Span(), fmt.Sprintf("field `%s` of `%s` is missing", t.Fields[i].Name, t.Name)).advise(fieldAdvice(t))
			return nil
		}
	}
	if slices.Contains(parts, nil) {
		return nil
	}
	return build(t, parts, n.Span())
}

// recordAdvice shows how a record is written.
func recordAdvice(t *Type) string {
	var fields []string
	for _, f := range t.Fields {
		fields = append(fields, f.Name+": …")
	}
	return fmt.Sprintf("write `%s(%s)`", t.Name, clip(strings.Join(fields, ", ")))
}

func fieldAdvice(t *Type) string {
	names := make([]string, len(t.Fields))
	for i, f := range t.Fields {
		names[i] = f.Name
	}
	return "its fields are " + listNames(names, "and")
}

// ask checks `fs.in(chunk)`.
func (b *body) ask(n *CallNode, fun *MemberNode) Expr {
	if p, ok := b.protocolOf(fun.X); ok {
		return b.allows(n, fun, p)
	}
	p, ok := b.unitOf(fun.X)
	if !ok {
		return nil
	}
	u := p.entry.unit
	switch {
	case fun.Name.Name == "waiting":
		b.fail(codeMismatch, n.Span(), "waiting messages are not a value").
			advise(fmt.Sprintf("count them: `count(m in %s.waiting(message): …)`", u.Name))
		return nil
	case fun.Name.Name == "at" || fun.Name.Name == "in" && len(n.Args) > 1:
		return b.standing(p, n, fun)
	case fun.Name.Name != "in":
		b.fail(codeUnknown, fun.Name.Span(), fmt.Sprintf("`%s` cannot be asked `%s`", u.Name, fun.Name.Name)).
			advise(fmt.Sprintf("write `%s.idle` or `%s.in(message)`; a message is sent with `call`, `send` or `signal`", u.Name, u.Name))
		return nil
	}
	m := b.messageArg(p, n, 1)
	if m == nil || !b.mayAsk(n.Span(), p.old) || !b.maySee(u, n.Span()) {
		return nil
	}
	return &InHandler{ExprBase: ExprBase{boolType(), n.Span()}, Unit: u, Index: p.index, Msg: m, Old: p.old}
}

// unitOf resolves `fs`, `fs[i]` and both behind `old.`.
func (b *body) unitOf(n ExprNode) (unitPath, bool) {
	root, steps := flatten(n)
	p := unitPath{at: root.Span(), steps: steps}
	names := b.names
	name, _ := root.(*NameNode)
	ident := ""
	if name != nil {
		ident = name.Name
	} else if _, ok := root.(*OldNode); ok && len(steps) > 0 && steps[0].name != nil {
		if b.place != inTransfer && b.place != inPlan {
			b.fail(codeOld, root.Span(), "`old` stands in transfers, conversions and plans only")
			return p, false
		}
		if b.tooLate(root.Span()) {
			return p, false
		}
		// A plan speaks of the old version's part of the state as it is.
		names, p.old, ident = b.old.names, b.place == inTransfer, steps[0].name.Name
		p.at, p.steps = steps[0].span, steps[1:]
	}
	s := names[ident]
	if s == nil || s.kind != symUnit {
		e := b.fail(codeUnknownUnit, p.at, "this is not a unit")
		if ident != "" {
			e.Msg = fmt.Sprintf("there is no unit `%s`", ident)
			e.Advice = b.guess(ident, candidates(b.reporter, names, isUnit))
		}
		return p, false
	}
	p.entry = s.unit
	if !b.instance(&p) {
		return p, false
	}
	if len(p.steps) > 0 {
		b.fail(codeUnknownUnit, p.steps[len(p.steps)-1].span, "this is not a unit")
		return p, false
	}
	return p, true
}

// messageArg resolves the message in `fs.in(chunk)` and `fs.waiting(chunk)`, the first of some
// arguments.
func (b *body) messageArg(p unitPath, n *CallNode, args int) *Message {
	name := (*NameNode)(nil)
	if len(n.Args) == args && n.Args[0].Key == nil {
		name, _ = n.Args[0].Value.(*NameNode)
	}
	if name == nil {
		b.fail(codeUnknownMessage, n.Span(), "the name of one message stands in these parentheses")
		return nil
	}
	return b.message(p.entry, &Ident{Node: name.Node, Name: name.Name})
}

// message finds a unit's handler.
func (c *checker) message(u *unitEntry, name *Ident) *Message {
	if h := u.handlers[name.Name]; h != nil {
		return h.Msg
	}
	if u.unit.Kind == Client {
		c.fail(codeToClient, name.Span(), fmt.Sprintf("`%s` is a client: it receives no messages", u.unit.Name)).see(u.unit.Span, "declared here")
		return nil
	}
	e := c.fail(codeUnknownMessage, name.Span(), fmt.Sprintf("`%s` has no handler for `%s`", u.unit.Name, name.Name)).
		advise(c.guess(name.Name, candidates(c.reporter, u.handlers, nil)))
	if e.Advice == "" && len(u.handlers) > 0 && len(u.handlers) <= 6 {
		e.Advice = "it has handlers for " + listNames(sorted(u.handlers), "and")
	}
	return nil
}
