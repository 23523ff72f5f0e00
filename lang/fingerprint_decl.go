package lang

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// This file writes declarations in a canonical form, for comparison.

func varName(v *Var) string {
	if v.Owner != nil {
		return v.Owner.Name + "." + v.Name
	}
	return v.Name
}

// localName is a readable local's full name: "fs.write.x", "app.x".
func localName(e *LocalOf) string {
	if e.Msg == nil {
		return e.Unit.Name + "." + e.Var.Name
	}
	return e.Unit.Name + "." + e.Msg.Name + "." + e.Var.Name
}

func (d declarations) variable(v *Var) string {
	s := fmt.Sprintf("%d %s", v.Class, d.of(v.Type))
	if v.Volatile {
		s = "volatile " + s
	}
	if v.Init != nil {
		w := &textWriter{decls: d}
		w.expr(v.Init)
		s += " = " + w.b.String()
	}
	if v.Choices != nil {
		s += fmt.Sprint(" choose ", v.Choices)
	}
	return s
}

func (d declarations) signature(m *Message) string {
	s := "("
	for _, p := range m.Params {
		s += p.Name + ":" + d.of(p.Type) + ","
	}
	return s + ")->" + d.of(m.Result)
}

func (d declarations) handler(h *Handler) string {
	return "on " + h.Msg.Name + d.signature(h.Msg) + d.code(h.Locals, h.Body)
}

func (d declarations) code(locals []*Var, body []Stmt) string {
	w := &textWriter{decls: d, typed: true}
	for _, v := range locals {
		if v.Readable {
			w.add(" readable")
		}
		w.add(" ", v.Name, ":", d.of(v.Type))
	}
	w.block(body)
	return w.b.String()
}

func (d declarations) unit(u *Unit) string {
	parts := []string{fmt.Sprint(u.Kind, " ", u.Mailbox, " ", d.of(u.Index), " ", u.Converges)}
	for _, v := range u.Vars {
		parts = append(parts, v.Name+" "+d.variable(v))
	}
	for _, h := range u.Handlers {
		parts = append(parts, h.Fingerprint)
	}
	slices.Sort(parts[1:]) // the order of declaration does not matter
	return strings.Join(parts, "\n")
}

func (d declarations) protocol(p *Protocol) string {
	w := &textWriter{decls: d}
	if p.Tracked {
		w.add("tracked ")
	}
	if p.Initiator != nil {
		w.add(p.Initiator.Name)
	}
	for _, k := range p.Key {
		w.add("(", k.Name, ":", w.decls.of(k.Type), ")")
	}
	for _, u := range p.Recipients {
		w.add("->", u.Name)
	}
	w.regex(p.Expr)
	return w.b.String()
}

func (d declarations) def(e *defEntry) string {
	w := &textWriter{decls: d}
	for i, p := range e.decl.Params {
		w.add(p.Name.Name, ":", d.of(e.params[i]), ",")
	}
	w.add("->", d.of(e.result), "=")
	w.expr(e.body)
	return w.b.String()
}

func (d declarations) stable(s *System, name string) string {
	w := &textWriter{decls: d}
	for _, st := range s.Stables {
		if st.Name == name {
			w.expr(st.Expr)
		}
	}
	return w.b.String()
}

func (d declarations) always(s *System) string {
	w := &textWriter{decls: d}
	for _, p := range s.Always {
		w.expr(p.Expr)
		w.add(strconv.Quote(p.Label))
	}
	return w.b.String()
}
