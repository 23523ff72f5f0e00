package lang

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// A fingerprinter gives the parts of a version their fingerprints and forms.
//
// A fingerprint is the canonical text of the checked statements, with resolved
// names, followed by the declarations of all that they mention. Two versions of a
// handler are the same version exactly when these texts are equal; of long texts
// the SHA-256 is kept, so that large specs stay small.
type fingerprinter struct {
	base  map[string]*Type // the old version's named types; nil for the base itself
	old   *System          // the old version; nil for the base itself
	decls declarations
}

// declarations remembers the texts of types with their names.
type declarations map[*Type]string

// of writes a type with its name and its declaration.
func (d declarations) of(t *Type) string {
	if t == nil {
		return ""
	}
	s, known := d[t]
	if !known {
		s = short(t.Name + ":" + t.Declaration())
		d[t] = s
	}
	return s
}

// short gives the text itself, or stands in for a long one.
func short(text string) string {
	if len(text) <= 120 {
		return text
	}
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])
}

// finish fills in what is derived from the checked code of a whole version.
func (f *fingerprinter) finish(s *System) {
	f.decls = declarations{}
	for _, u := range s.Units {
		for _, h := range u.Handlers {
			h.Msg.Form = short(f.paramForms(h.Msg) + f.movedKeys(s, h.Msg))
			h.Msg.ReplyForm = short(f.form(h.Msg.Result))
		}
	}
	for _, u := range s.Units {
		for _, h := range u.Handlers {
			m := newMentions(f.decls)
			m.handler(h)
			h.Mentions = m.names
			h.Fingerprint = short(f.decls.handler(h) + m.text())
		}
		u.Fingerprint = short(f.decls.unit(u))
		if u.Kind == Client {
			m := newMentions(f.decls)
			m.code(u.Locals, u.Body)
			u.Fingerprint = short(u.Fingerprint + f.decls.code(u.Locals, u.Body) + m.text())
		}
	}
	for _, h := range s.Hooks {
		w, m := &textWriter{decls: f.decls, typed: true}, newMentions(f.decls)
		w.ref(h.To)
		w.add("=")
		w.expr(h.Val)
		v := visitor{expr: m.expr, domain: m.domain}
		v.visitExpr(h.To)
		v.visitExpr(h.Val)
		h.Fingerprint = short(w.b.String() + m.text())
	}
}

func (f *fingerprinter) paramForms(m *Message) string {
	forms := make([]string, len(m.Params))
	for i, p := range m.Params {
		forms[i] = f.form(p.Type)
	}
	return strings.Join(forms, ",")
}

// movedKeys names the protocols whose key a message carries in other places than its
// namesake of the old version, which has parameters of the same names. What one version
// sends, the other would take for a message of another instance.
func (f *fingerprinter) movedKeys(s *System, m *Message) string {
	moved := ""
	for _, p := range s.Protocols {
		if len(p.Key) == 0 || p.Expr.Message(m.Unit.Name, m.Name) == nil {
			continue
		}
		before := messageOf(f.old, m.Unit.Name, m.Name)
		if before == nil {
			return ""
		}
		for _, k := range p.Key {
			if was, is := paramIndex(before, k.Name), paramIndex(m, k.Name); was >= 0 && was != is {
				moved += fmt.Sprintf(" %s.%s@%d", p.Name, k.Name, is)
			}
		}
	}
	return moved
}

// messageOf finds a message of a version by its names; nil where there is none, or no
// version.
func messageOf(s *System, unit, name string) *Message {
	if s == nil {
		return nil
	}
	for _, u := range s.Units {
		for _, h := range u.Handlers {
			if u.Name == unit && h.Msg.Name == name {
				return h.Msg
			}
		}
	}
	return nil
}

func paramIndex(m *Message, name string) int {
	return slices.IndexFunc(m.Params, func(v *Var) bool { return v.Name == name })
}

// form is the declaration of a type in the version that first had it: an extended
// type has the form of the type that it extends.
func (f *fingerprinter) form(t *Type) string {
	if t == nil {
		return ""
	}
	if old := f.base[t.Name]; t.Extends && old != nil && t.Keeps(old) {
		return old.Declaration()
	}
	s := ""
	switch {
	case t.Sugar == Set, t.Sugar != Plainly && f.lowered(t.Of()):
		return t.Declaration()
	case t.Sugar != Plainly:
		s = t.spelled(f.form)
	case t.Kind == Record:
		fields := make([]string, len(t.Fields))
		for i, fd := range t.Fields {
			fields[i] = fd.Name + ":" + f.form(fd.Type)
		}
		s = "record{" + strings.Join(fields, ",") + "}"
	case t.Kind == Array:
		s = "[" + t.Index.Declaration() + "]" + f.form(t.Elem)
	default:
		return t.Declaration()
	}
	if t.Means != "" {
		s += fmt.Sprintf(" means %q", t.Means)
	}
	return s
}

// lowered says whether an extension gives a type, or a part of it, another lowest value.
func (f *fingerprinter) lowered(t *Type) bool {
	if old := f.base[t.Name]; t.Extends && old != nil && !slices.Equal(t.Lowest(), old.Lowest()) {
		return true
	}
	if t.Kind == Array {
		return f.lowered(t.Elem)
	}
	return slices.ContainsFunc(t.Fields, func(fd Field) bool { return f.lowered(fd.Type) })
}

// mentions collects what a stretch of code mentions.
type mentions struct {
	names map[string]bool   // types and data of which there are values: Handler.Mentions
	decls map[string]string // declarations of everything mentioned, by name
	seen  map[*Type]bool
	types declarations
}

func newMentions(types declarations) *mentions {
	return &mentions{names: map[string]bool{}, decls: map[string]string{}, seen: map[*Type]bool{}, types: types}
}

// text lists the declarations in alphabetical order.
func (m *mentions) text() string {
	var b strings.Builder
	for _, name := range sorted(m.decls) {
		fmt.Fprintf(&b, "\n%s = %s", name, m.decls[name])
	}
	return b.String()
}

// value notes that there are values of a type, and of all that it contains.
func (m *mentions) value(t *Type) {
	if t == nil || m.seen[t] {
		return
	}
	m.seen[t] = true
	m.declare(t)
	if t.Name != "" {
		m.names[t.Name] = true
	}
	switch t.Kind {
	case Record:
		for _, f := range t.Fields {
			m.value(f.Type)
		}
	case Array:
		m.declare(t.Index)
		if t.Sugar == Set {
			m.value(t.Index)
		}
		m.value(t.Elem)
	}
}

func (m *mentions) declare(t *Type) {
	if t.Name != "" {
		m.decls["type "+t.Name] = m.types.of(t)
	}
}

func (m *mentions) variable(v *Var) {
	m.value(v.Type)
	if v.Class == Local {
		return
	}
	m.decls["var "+varName(v)] = m.types.variable(v)
	if v.Owner == nil && v.Class != Ghost {
		m.names[v.Name] = true
	}
}

func (m *mentions) message(msg *Message) {
	m.decls["on "+msg.Unit.Name+"."+msg.Name] = m.types.signature(msg)
	for _, p := range msg.Params {
		m.value(p.Type)
	}
	m.value(msg.Result)
}

func (m *mentions) unit(u *Unit) {
	if u.Index != nil {
		m.declare(u.Index)
		m.decls["unit "+u.Name] = fmt.Sprintf("%d[%s]", u.Kind, m.types.of(u.Index))
		return
	}
	m.decls["unit "+u.Name] = fmt.Sprint(u.Kind)
}

func (m *mentions) handler(h *Handler) {
	m.message(h.Msg)
	m.code(h.Locals, h.Body)
}

func (m *mentions) code(locals []*Var, body []Stmt) {
	for _, v := range locals {
		m.value(v.Type)
	}
	v := visitor{expr: m.expr, domain: m.domain, target: func(t *Target) {
		m.unit(t.Unit)
		m.message(t.Msg)
	}, stmt: func(s Stmt) {
		if r, is := s.(*Reply); is && r.Answers != nil {
			m.value(r.Answers.Result)
		}
	}}
	v.visitStmts(body)
}

func (m *mentions) domain(d *Domain) {
	m.value(d.Elem)
	if d.Wait != nil {
		m.unit(d.Wait.Unit)
		m.decls["on "+d.Wait.Unit.Name+"."+d.Wait.Msg.Name] = m.types.signature(d.Wait.Msg)
	}
}

func (m *mentions) expr(e Expr) {
	switch e := e.(type) {
	case *Ref:
		m.variable(e.Var)
	case *InHandler:
		m.decls["on "+e.Unit.Name+"."+e.Msg.Name] = m.types.signature(e.Msg)
	case *InProgress:
		m.decls["protocol "+e.Protocol.Name] = m.types.protocol(e.Protocol)
	case *Allows:
		m.decls["protocol "+e.Protocol.Name] = m.types.protocol(e.Protocol)
	case *LocalOf:
		m.unit(e.Unit)
		m.decls["local "+localName(e)] = m.types.of(e.Var.Type)
		m.value(e.Var.Type)
	}
	if t := e.Type(); t.Name != "" || t.Sugar != Plainly {
		m.value(t)
	}
}

// A textWriter writes checked code in a canonical form: equal texts mean equal
// code. It is for comparison, not for people.
type textWriter struct {
	b     strings.Builder
	decls declarations
	typed bool // the type of each expression is part of the text
}

func (w *textWriter) add(parts ...string) {
	for _, p := range parts {
		w.b.WriteString(p)
	}
}

func (w *textWriter) regex(r *Regex) {
	w.add("(", strconv.Itoa(int(r.Op)))
	if r.Msg != nil {
		w.add(" ", r.Msg.Unit.Name, ".", r.Msg.Name)
	}
	for _, s := range r.Sub {
		w.regex(s)
	}
	w.add(")")
}

func (w *textWriter) block(body []Stmt) {
	w.add("{")
	for _, s := range body {
		w.stmt(s)
		w.add(";")
	}
	w.add("}")
}

func (w *textWriter) stmt(s Stmt) {
	switch s := s.(type) {
	case *Assign:
		w.ref(s.To)
		w.add("=")
		w.rhs(s.Rhs)
	case *Declare:
		w.add("var ", s.Var.Name, ":", w.decls.of(s.Var.Type), "=")
		w.expr(s.Init)
	case *Note:
		w.add("note ")
		w.ref(s.To)
		w.add("=")
		w.expr(s.Val)
	case *CallStmt:
		w.add("call ")
		w.target(s.Target)
	case *Send:
		w.add("send ", strconv.FormatBool(s.Signal), " ")
		w.target(s.Target)
	case *Reply:
		w.add("reply ")
		w.expr(s.Val)
		w.add(" to ")
		w.ref(s.To)
		if s.Answers != nil {
			w.add(":", w.decls.of(s.Answers.Result))
		}
	case *Hold:
		w.add("hold ")
		w.ref(s.To)
	case *Assert:
		w.add("assert ")
		w.expr(s.Cond)
		w.add(strconv.Quote(s.Label))
	case *Await:
		w.add("await ")
		w.expr(s.Cond)
	case *If:
		w.add("if ")
		w.rhs(s.Cond)
	case *While:
		w.add("while ")
		w.rhs(s.Cond)
	case *For:
		w.add("for ", s.Var.Name, " in ")
		w.domain(s.Dom)
	case *Loop:
		w.add("loop")
	case *Either:
		w.add("either")
	case *Atomic:
		w.add("atomic")
	}
	for _, b := range blocksOf(s) {
		w.block(b)
	}
}

func (w *textWriter) rhs(r Rhs) {
	switch {
	case r.Choose != nil:
		w.add("choose ")
		w.domain(r.Choose)
	case r.Call != nil:
		w.add("call ")
		w.target(r.Call)
	default:
		w.expr(r.Expr)
	}
}

func (w *textWriter) target(t *Target) {
	w.add(t.Unit.Name, "[")
	w.expr(t.Index)
	w.add("].", t.Msg.Name, "(")
	w.exprs(t.Args)
	w.add(")")
}
