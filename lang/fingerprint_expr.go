package lang

import (
	"fmt"
	"strconv"
)

func (w *textWriter) exprs(es []Expr) {
	for _, e := range es {
		w.expr(e)
		w.add(",")
	}
}

func (w *textWriter) ref(r *Ref) {
	if r == nil {
		w.add("-")
		return
	}
	if r.Old {
		w.add("old ")
	}
	switch {
	case r.Var.Class == Local:
		w.add("'")
	case r.Var.Owner != nil:
		w.add(r.Var.Owner.Name, "[")
		w.expr(r.Unit)
		w.add("]")
	}
	w.add(".", r.Var.Name)
	for _, a := range r.Path {
		if a.Index == nil {
			w.add(".", strconv.Itoa(a.Field))
			continue
		}
		w.add("[")
		w.expr(a.Index)
		w.add("]")
	}
}

// expr writes an expression; without types only those that the parts do not decide.
func (w *textWriter) expr(e Expr) {
	if e != nil && w.typed {
		w.add("<", w.decls.of(e.Type()), ">")
	}
	switch e := e.(type) {
	case nil:
		w.add("-")
	case *Lit:
		w.add(fmt.Sprint(e.Val))
		if e.Typ.Kind == Enum {
			w.add(e.Typ.Members[e.Val[0]])
		}
	case *SelfRef:
		w.add("self")
	case *Ref:
		w.ref(e)
	case *Unary:
		w.add("(", strconv.Itoa(int(e.Op)), " ")
		w.expr(e.X)
		w.add(")")
	case *Binary:
		w.add("(", strconv.Itoa(int(e.Op)), " ")
		w.expr(e.X)
		w.add(" ")
		w.expr(e.Y)
		w.add(")")
	case *In:
		w.add("(in ")
		w.expr(e.X)
		w.add(" ")
		w.domain(e.Dom)
		w.add(")")
	case *IfExpr:
		w.add("(if ")
		w.exprs([]Expr{e.Cond, e.Then, e.Else})
		w.add(")")
	case *Quant:
		w.add("(q", strconv.Itoa(int(e.Op)), " ", e.Var.Name, " ")
		w.domain(e.Dom)
		w.add(": ")
		w.expr(e.Body)
		w.add(")")
	case *Let:
		w.add("(let ", e.Var.Name, ":", w.decls.of(e.Var.Type), "=")
		w.expr(e.X)
		w.add(" in ")
		w.expr(e.Body)
		w.add(")")
	case *Conv:
		w.add("(conv ", w.decls.of(e.Typ), " ")
		w.expr(e.X)
		w.add(")")
	case *Demand:
		w.add("(demand ")
		w.exprs([]Expr{e.Cond, e.X})
		w.add(")")
	case *Build:
		w.add("(build ", w.decls.of(e.Typ), " ")
		w.exprs(e.Elems)
		w.add(")")
	case *Idle:
		w.add("(idle ", e.Unit.Name, " ", strconv.FormatBool(e.Old))
		w.expr(e.Index)
		w.add(")")
	case *InHandler:
		w.add("(handler ", e.Unit.Name, ".", e.Msg.Name, " ", strconv.FormatBool(e.Old))
		w.expr(e.Index)
		w.add(")")
	case *InProgress:
		w.add("(progress ", e.Protocol.Name, " ", strconv.FormatBool(e.Old), " ")
		w.exprs(e.Key)
		w.add(")")
	case *Allows:
		w.add("(allows ", e.Protocol.Name, " ", e.Msg.Unit.Name, ".", e.Msg.Name, " ", strconv.FormatBool(e.Old), " ")
		w.exprs(e.Key)
		w.add(")")
	case *LocalOf:
		w.add("(local ", localName(e), " ", strconv.FormatBool(e.Old))
		w.expr(e.Index)
		w.add(")")
	case *MsgField:
		w.add("(field ", e.Var.Name, " ", strconv.Itoa(e.Param), ")")
	}
}

func (w *textWriter) domain(d *Domain) {
	switch {
	case d.Typ != nil:
		w.add(w.decls.of(d.Typ))
	case d.Lo != nil:
		w.add("(")
		w.expr(d.Lo)
		w.add("..")
		w.expr(d.Hi)
		w.add(")")
	case d.Of != nil:
		w.add("(of ")
		w.expr(d.Of)
		w.add(")")
	case d.Wait != nil:
		w.add("(waiting ", d.Wait.Unit.Name, ".", d.Wait.Msg.Name, " ")
		w.expr(d.Wait.Index)
		w.add(")")
	default:
		w.add("{")
		w.exprs(d.List)
		w.add("}")
	}
}
