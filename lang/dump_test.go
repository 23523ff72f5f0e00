package lang

import (
	"fmt"
	"strings"
)

// dump writes the statements of checked code for comparison in tests: one a line,
// with the kind where it differs from what the text shows.
func dump(body []Stmt) string {
	var b strings.Builder
	dumpBlock(&b, body, "")
	return b.String()
}

func dumpBlock(b *strings.Builder, body []Stmt, indent string) {
	for _, s := range body {
		b.WriteString(indent + dumpStmt(s) + "\n")
		for i, inner := range blocksOf(s) {
			if i > 0 && len(inner) > 0 {
				b.WriteString(indent + "or\n")
			}
			dumpBlock(b, inner, indent+"  ")
		}
	}
}

func dumpStmt(s Stmt) string {
	switch s := s.(type) {
	case *Assign:
		return "assign " + dumpExpr(s.To) + " = " + dumpRhs(s.Rhs)
	case *Declare:
		return "declare " + s.Var.Name + ": " + s.Var.Type.String() + " = " + dumpExpr(s.Init)
	case *Note:
		return "note " + dumpExpr(s.To) + " = " + dumpExpr(s.Val)
	case *CallStmt:
		return "call " + dumpTarget(s.Target)
	case *Send:
		return map[bool]string{false: "send ", true: "signal "}[s.Signal] + dumpTarget(s.Target)
	case *Reply:
		text := "reply " + dumpExpr(s.Val)
		if s.To != nil {
			text += " to " + dumpExpr(s.To)
		}
		return text
	case *Hold:
		return "hold " + dumpExpr(s.To)
	case *Assert:
		return "assert " + dumpExpr(s.Cond) + ", " + s.Label
	case *Await:
		return "await " + dumpExpr(s.Cond)
	case *If:
		return "if " + dumpRhs(s.Cond)
	case *While:
		return "while " + dumpRhs(s.Cond)
	case *For:
		return "for " + s.Var.Name + " in " + dumpDomain(s.Dom)
	}
	return strings.ToLower(strings.TrimPrefix(fmt.Sprintf("%T", s), "*lang."))
}

func dumpRhs(r Rhs) string {
	switch {
	case r.Choose != nil:
		return "choose " + dumpDomain(r.Choose)
	case r.Call != nil:
		return "call " + dumpTarget(r.Call)
	}
	return dumpExpr(r.Expr)
}

func dumpTarget(t *Target) string {
	return t.Unit.Name + dumpIndex(t.Index) + "." + t.Msg.Name + "(" + dumpExprs(t.Args) + ")"
}

func dumpIndex(e Expr) string {
	if e == nil {
		return ""
	}
	return "[" + dumpExpr(e) + "]"
}

func dumpExprs(es []Expr) string {
	var parts []string
	for _, e := range es {
		parts = append(parts, dumpExpr(e))
	}
	return strings.Join(parts, ", ")
}

func dumpDomain(d *Domain) string {
	switch {
	case d.Typ != nil:
		return d.Typ.String()
	case d.Lo != nil:
		return dumpExpr(d.Lo) + ".." + dumpExpr(d.Hi)
	case d.Wait != nil:
		from := ""
		if d.Wait.From != nil {
			from = ", " + d.Wait.From.Name + dumpIndex(d.Wait.Sender)
		}
		return d.Wait.Unit.Name + dumpIndex(d.Wait.Index) + ".waiting(" + d.Wait.Msg.Name + from + ")"
	}
	return "{" + dumpExprs(d.List) + "}"
}

var opText = [...]string{Not: "not ", Neg: "-", Add: "+", Sub: "-", Mul: "*", Div: "/", Mod: "mod", Eq: "==", Ne: "!=", Lt: "<", Le: "<=", Gt: ">", Ge: ">=", And: "and", Or: "or"}
var quantText = [...]string{All: "all", Any: "any", Count: "count", Sum: "sum"}

func dumpExpr(e Expr) string {
	old := map[bool]string{true: "old."}
	switch e := e.(type) {
	case nil:
		return "-"
	case *Lit:
		return strings.Trim(fmt.Sprint(e.Val), "[]")
	case *SelfRef:
		return "self"
	case *Ref:
		text := old[e.Old]
		if e.Var.Owner != nil {
			text += e.Var.Owner.Name + dumpIndex(e.Unit) + "."
		}
		text += e.Var.Name
		if e.Var.Class == Local {
			text += fmt.Sprint("#", e.Var.Index)
		}
		for _, a := range e.Path {
			if a.Index != nil {
				text += dumpIndex(a.Index)
			} else {
				text += fmt.Sprint(".", a.Field)
			}
		}
		return text
	case *Unary:
		return opText[e.Op] + dumpExpr(e.X)
	case *Binary:
		return "(" + dumpExpr(e.X) + " " + opText[e.Op] + " " + dumpExpr(e.Y) + ")"
	case *In:
		return "(" + dumpExpr(e.X) + " in " + dumpDomain(e.Dom) + ")"
	case *IfExpr:
		return "(if " + dumpExpr(e.Cond) + " then " + dumpExpr(e.Then) + " else " + dumpExpr(e.Else) + ")"
	case *Quant:
		return quantText[e.Op] + "(" + e.Var.Name + " in " + dumpDomain(e.Dom) + ": " + dumpExpr(e.Body) + ")"
	case *Let:
		return fmt.Sprintf("(let %s#%d = %s: %s)", e.Var.Name, e.Var.Index, dumpExpr(e.X), dumpExpr(e.Body))
	case *Conv:
		return e.Typ.String() + "(" + dumpExpr(e.X) + ")"
	case *Build:
		return "<" + dumpExprs(e.Elems) + ">"
	case *Idle:
		return old[e.Old] + e.Unit.Name + dumpIndex(e.Index) + ".idle"
	case *InHandler:
		if e.Number > 0 {
			return fmt.Sprint(old[e.Old], e.Unit.Name, dumpIndex(e.Index), map[bool]string{true: ".at(", false: ".in("}[e.Before], e.Msg.Name, ", ", e.Number, ")")
		}
		return old[e.Old] + e.Unit.Name + dumpIndex(e.Index) + ".in(" + e.Msg.Name + ")"
	case *InProgress:
		return old[e.Old] + e.Protocol.Name + "[" + dumpExprs(e.Key) + "].in_progress"
	case *Allows:
		return old[e.Old] + e.Protocol.Name + "[" + dumpExprs(e.Key) + "].allows(" + e.Msg.Unit.Name + "." + e.Msg.Name + ")"
	case *LocalOf:
		return old[e.Old] + e.Unit.Name + dumpIndex(e.Index) + "'" + localName(e)
	case *MsgField:
		return fmt.Sprint(e.Var.Name, ".", e.Param)
	}
	return "?"
}
