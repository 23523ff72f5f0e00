package lang

import "strconv"

// signs gives the operators as the language writes them.
var signs = [...]string{Not: "not", Neg: "-", Add: "+", Sub: "-", Mul: "*", Div: "/", Mod: "mod",
	Eq: "==", Ne: "!=", Lt: "<", Le: "<=", Gt: ">", Ge: ">=", And: "and", Or: "or"}

// expr prints an expression; parentheses are nodes of their own.
func (p *printer) expr(x ExprNode) {
	switch x := x.(type) {
	case *NumberNode:
		p.text(strconv.FormatInt(x.Value, 10))
	case *BoolNode:
		p.text(strconv.FormatBool(x.Value))
	case *NoneNode:
		p.text("none")
	case *SelfNode:
		p.text("self")
	case *OldNode:
		p.text("old")
	case *NameNode:
		p.text(x.Name)
	case *ParenNode:
		p.loose("(", func() { p.expr(x.X) }, ")")
	case *SetNode:
		p.loose("{", func() { p.args(x.Elems) }, "}")
	case *ListNode:
		p.loose("[", func() { p.args(x.Elems) }, "]")
	case *MemberNode:
		p.expr(x.X)
		p.text(".", x.Name.Name)
	case *IndexNode:
		p.expr(x.X)
		p.loose("[", func() { p.expr(x.Index) }, "]")
	case *CallNode:
		p.expr(x.Fun)
		p.loose("(", func() { p.args(x.Args) }, ")")
	default:
		p.operation(x)
	}
}

// loose prints brackets; inside them signs have space around them again.
func (p *printer) loose(opener string, inner func(), closer string) {
	tight := p.tight
	p.tight = false
	p.text(opener)
	inner()
	p.text(closer)
	p.tight = tight
}

// operation prints the expressions with operators.
func (p *printer) operation(x ExprNode) {
	switch x := x.(type) {
	case *UnaryNode:
		p.text(signs[x.Op])
		p.flag(x.Op == Not, " ")
		p.expr(x.X)
	case *BinaryNode:
		p.binary(x)
	case *InNode:
		p.expr(x.X)
		p.space(x.X, x.Domain)
		p.text("in ")
		p.expr(x.Domain)
	case *RangeNode:
		p.bounds(x.Lo, x.Hi)
	case *CondNode:
		p.text("if ")
		p.expr(x.Cond)
		p.space(x.Cond, x.Then)
		p.text("then ")
		p.expr(x.Then)
		p.space(x.Then, x.Else)
		p.text("else ")
		p.expr(x.Else)
	}
}

func (p *printer) binary(x *BinaryNode) {
	p.expr(x.X)
	if p.tight && x.Op != Mod {
		p.text(signs[x.Op])
	} else {
		p.space(x.X, x.Y)
		p.text(signs[x.Op], " ")
	}
	p.expr(x.Y)
}

// bounds prints a range: `0..files-1`.
func (p *printer) bounds(lo, hi ExprNode) {
	tight := p.tight
	p.tight = true
	p.expr(lo)
	p.text("..")
	p.expr(hi)
	p.tight = tight
}

func (p *printer) exprs(list []ExprNode) {
	for i, x := range list {
		if i > 0 {
			p.text(",")
			p.space(list[i-1], x)
		}
		p.expr(x)
	}
}

func (p *printer) args(args []*ArgNode) {
	for i, a := range args {
		if i > 0 {
			p.text(",")
			p.space(args[i-1], a)
		}
		if a.Key != nil {
			p.expr(a.Key)
			p.text(": ")
		}
		p.expr(a.Value)
	}
}

// typ prints a type.
func (p *printer) typ(t TypeNode) {
	switch t := t.(type) {
	case *NamedTypeNode:
		p.text(t.Name)
	case *RangeTypeNode:
		p.bounds(t.Lo, t.Hi)
	case *EnumTypeNode:
		p.text("{ ")
		for i, m := range t.Members {
			if i > 0 {
				p.text(",")
				p.space(t.Members[i-1], m)
			}
			p.text(m.Name)
		}
		p.text(" }")
	case *RecordTypeNode:
		p.text("record { ")
		p.fields(t.Fields)
		p.text(" }")
	case *ArrayTypeNode:
		p.text("[")
		p.typ(t.Index)
		p.text("] ")
		p.typ(t.Elem)
	case *SetTypeNode:
		p.text("set of ")
		p.typ(t.Elem)
	case *SeqTypeNode:
		p.text("seq ")
		p.expr(t.Bound)
		p.text(" of ")
		p.typ(t.Elem)
	case *OptionalTypeNode:
		p.typ(t.Elem)
		p.text("?")
	}
}
