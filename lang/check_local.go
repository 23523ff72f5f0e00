package lang

import "fmt"

// This file is about what is read of activations and protocols because their
// declarations say so: locals that are `readable`, and how far `tracked` protocols are.

// localKey names a local of a unit: by the message of its handler, "" in a client, and
// by its own name.
type localKey struct{ message, name string }

// readableLocal is a local that is declared `readable`. Its type may be known only when
// the code around it has been checked.
type readableLocal struct {
	v       *Var
	node    *VarNode
	unit    *unitEntry
	message string
	code    func() // checks the code around it, if that has not been begun
}

// collectReadable finds the readable locals of a unit before any code is checked: what
// reads them may come first.
func (c *checker) collectReadable(e *unitEntry) {
	for _, m := range e.src.members {
		switch m := m.(type) {
		case *StmtMember:
			if e.unit.Kind == Client {
				c.readableIn(e, "", []StmtNode{m.Stmt}, func() { c.clientCode(e) })
			}
		case *HandlerDecl:
			if h := e.handlers[m.Head.Message.Name]; e.unit.Kind != Function && h != nil && h.Span == m.Header() {
				c.readableIn(e, h.Msg.Name, m.Body.Stmts, func() { c.handlerCode(e, m) })
			}
		}
	}
}

// readableIn is collectReadable for one stretch of code.
func (c *checker) readableIn(e *unitEntry, message string, list []StmtNode, code func()) {
	eachStmt(list, func(s StmtNode) {
		n, is := s.(*VarNode)
		if !is || n.Mark == nil || n.Mark.Name != "readable" {
			return
		}
		key := localKey{message, n.Name.Name}
		if first := e.locals[key]; first != nil {
			c.fail(codeDuplicate, n.Name.Span(), fmt.Sprintf("there already is a readable `%s`, so nobody can say which one is meant", n.Name.Name)).
				see(first.v.Span, "first declared here")
			return
		}
		if v := e.vars[message]; v != nil {
			c.fail(codeMark, n.Mark.Span(), fmt.Sprintf("`%s.%s` is a variable, so nobody can name the local `%s.%s.%s`", e.unit.Name, message, e.unit.Name, message, n.Name.Name)).
				see(v.Span, "declared here")
			return
		}
		x := &readableLocal{&Var{Name: n.Name.Name, Class: Local, Readable: true, Span: n.Name.Span()}, n, e, message, code}
		if n.Type != nil {
			x.v.Type = c.typeOf(n.Type)
		}
		e.locals[key] = x
	})
}

// localVar makes the local of a declaration.
func (b *body) localVar(n *VarNode, t *Type) *Var {
	if b.unit != nil {
		key := localKey{name: n.Name.Name}
		if b.handler != nil {
			key.message = b.handler.Msg.Name
		}
		if x := b.unit.locals[key]; x != nil && x.node == n {
			if x.v.Type == nil {
				x.v.Type = t
			}
			b.addVar(x.v)
			return x.v
		}
	}
	return b.newVar(n.Name.Name, t, n.Name.Span())
}

// local checks `app.x` and `fs.write.x`; found is false where the path is none of a local.
func (b *body) local(p unitPath) (e Expr, found bool) {
	var h *Handler
	var msg *Message
	key, steps, u := localKey{}, p.steps, p.entry.unit
	if u.Kind != Client {
		h = p.entry.handlers[steps[0].name.Name]
		if h == nil || len(steps) < 2 || steps[1].name == nil {
			return nil, false
		}
		msg, key.message, steps = h.Msg, h.Msg.Name, steps[1:]
	} else if b.place == inCode {
		return nil, false
	}
	at := steps[0].span
	key.name = steps[0].name.Name
	x := p.entry.locals[key]
	if x == nil {
		b.notReadable(p.entry, h, key, steps[0])
		return nil, true
	}
	if !b.single(p, key.path()) || !b.mayReadLocal(key, u, at, p.old) || !b.typed(x, at) {
		return nil, true
	}
	return b.access(&LocalOf{ExprBase{x.v.Type, at}, u, p.index, msg, x.v, p.old}, steps[1:]), true
}

// path is how the local is named behind its unit.
func (k localKey) path() string {
	if k.message == "" {
		return k.name
	}
	return k.message + "." + k.name
}

// notReadable reports a local that is not declared `readable`, or is not there.
func (b *body) notReadable(e *unitEntry, h *Handler, key localKey, s step) {
	owner := e.unit.Name
	if h != nil {
		owner += "." + h.Msg.Name
	}
	if n := declarationOf(e, key); n != nil {
		err := b.fail(codeUnmarked, s.span, fmt.Sprintf("`%s` is a local of `%s`, and not readable", key.name, owner)).see(n.Name.Span(), "declared here")
		if e.unit.Kind != Function {
			err.advise(fmt.Sprintf("declare it `readable`: `readable var %s`", key.name))
		}
		return
	}
	if h != nil && paramIndex(h.Msg, key.name) >= 0 {
		b.fail(codeUnmarked, s.span, fmt.Sprintf("`%s` is a parameter of `%s`, and not readable", key.name, owner)).
			advise("copy it to a local: `readable var copy = "+key.name+"`").see(h.Span, "declared here")
		return
	}
	var known []string
	for k := range e.locals {
		if k.message == key.message {
			known = append(known, k.name)
		}
	}
	b.fail(codeUnknown, s.name.Span(), fmt.Sprintf("`%s` has no local `%s`", owner, key.name)).advise(b.guess(key.name, known))
}

// declarationOf finds the first declaration of a local, readable or not; nil for none.
func declarationOf(e *unitEntry, key localKey) (n *VarNode) {
	look := func(list []StmtNode) {
		eachStmt(list, func(s StmtNode) {
			if v, is := s.(*VarNode); is && n == nil && v.Name.Name == key.name {
				n = v
			}
		})
	}
	for _, m := range e.src.members {
		switch m := m.(type) {
		case *StmtMember:
			if e.unit.Kind == Client {
				look([]StmtNode{m.Stmt})
			}
		case *HandlerDecl:
			if m.Head.Message.Name == key.message {
				look(m.Body.Stmts)
			}
		}
	}
	return n
}

// mayReadLocal says whether the place may read a readable local.
func (b *body) mayReadLocal(key localKey, u *Unit, at Span, old bool) bool {
	switch {
	case b.writing:
		b.fail(codeNotWritable, at, fmt.Sprintf("`%s` is a local of `%s`: only its own code writes it", key.name, u.Name))
		return false
	case b.place == inCode:
		b.fail(codeForeignVar, at, fmt.Sprintf("this code cannot use `%s`, a local of `%s`", key.name, u.Name)).
			advise("`assert`, `always`, `stable`, plans and, after `old.`, transfers read what is readable")
		return false
	}
	return b.mayAsk(at, old)
}

// typed says whether the type of a readable local is known; the code around it is checked
// now, if need be.
func (b *body) typed(x *readableLocal, at Span) bool {
	if x.v.Type != nil {
		return true
	}
	sites := b.sites
	b.sites = nil // what is wrong there is no matter of the defs that are unfolded here
	x.code()
	b.sites = sites
	if x.v.Type == nil && x.unit.coded[x.message] == inWork {
		b.fail(codeNeedsType, at, fmt.Sprintf("the type of `%s` is not known here", x.v.Name)).
			advise(fmt.Sprintf("write it where the local is declared, e.g. `readable var %s: 0..7 = …`", x.v.Name)).see(x.v.Span, "declared here")
	}
	return x.v.Type != nil
}

// askedProtocol is a protocol, with a key or without, that something is asked of.
type askedProtocol struct {
	p    *Protocol
	keys []ExprNode
	at   Span
	old  bool
}

// protocolOf resolves `session`, `session[f]` and both behind `old.`; false where it is
// no protocol.
func (b *body) protocolOf(n ExprNode) (askedProtocol, bool) {
	root, steps := flatten(n)
	a, names := askedProtocol{at: root.Span()}, b.names
	ident := ""
	switch root := root.(type) {
	case *NameNode:
		ident = root.Name
	case *OldNode:
		if len(steps) == 0 || steps[0].name == nil || b.place != inTransfer && b.place != inPlan || b.later {
			return a, false // unitOf says so
		}
		// A plan speaks of the old version's part of the state as it is.
		names, a.old, ident = b.old.names, b.place == inTransfer, steps[0].name.Name
		a.at, steps = steps[0].span, steps[1:]
	}
	s := names[ident]
	if s == nil || s.kind != symProtocol {
		return a, false
	}
	a.p = s.protocol
	a.keys, steps, a.at = keysOf(steps, a.at)
	return a, len(steps) == 0
}

// allows checks `write.allows(chunk)` and `session[f].allows(fs.read)`.
func (b *body) allows(n *CallNode, fun *MemberNode, a askedProtocol) Expr {
	if fun.Name.Name != "allows" {
		b.fail(codeUnknown, fun.Name.Span(), fmt.Sprintf("the protocol `%s` cannot be asked `%s`", a.p.Name, fun.Name.Name)).
			advise(fmt.Sprintf("write `%s.in_progress`, or of a tracked one `%s.allows(message)`", a.p.Name, a.p.Name))
		return nil
	}
	if !b.mayAsk(n.Span(), a.old) {
		return nil
	}
	if !a.p.Tracked {
		b.fail(codeUnmarked, n.Span(), fmt.Sprintf("how far `%s` is cannot be asked", a.p.Name)).
			advise(fmt.Sprintf("declare it `tracked`: `tracked protocol %s`", a.p.Name)).see(a.p.Span, "declared here")
		return nil
	}
	key, ok := b.key(a.p, a.keys, a.at)
	msg := b.allowed(n, a.p)
	if !ok || msg == nil {
		return nil
	}
	return &Allows{ExprBase{boolType(), n.Span()}, a.p, key, msg, a.old}
}

// allowed resolves the message in `write.allows(chunk)`: one that the protocol's
// expression names, with its recipient if several have one of that name.
func (b *body) allowed(n *CallNode, p *Protocol) *Message {
	unit, name := "", ""
	if len(n.Args) == 1 && n.Args[0].Key == nil {
		switch a := n.Args[0].Value.(type) {
		case *NameNode:
			name = a.Name
		case *MemberNode:
			if of, is := a.X.(*NameNode); is {
				unit, name = of.Name, a.Name.Name
			}
		}
	}
	if name == "" {
		b.fail(codeUnknownMessage, n.Span(), "the name of one message stands in these parentheses")
		return nil
	}
	known := map[string]*Message{}
	p.Expr.messages(known)
	var found []*Message
	var names []string
	for _, full := range sorted(known) {
		m := known[full]
		names = append(names, m.Name)
		if m.Name == name && (unit == "" || m.Unit.Name == unit) {
			found = append(found, m)
		}
	}
	at := n.Args[0].Value.Span()
	switch {
	case len(found) == 1:
		return found[0]
	case len(found) > 1:
		b.fail(codeProtocolMessage, at, fmt.Sprintf("protocol `%s` has a message `%s` to both `%s` and `%s`", p.Name, name, found[0].Unit.Name, found[1].Unit.Name)).
			advise(fmt.Sprintf("say which one: `%s.%s`", found[0].Unit.Name, name))
	case len(known) > 0:
		b.fail(codeProtocolMessage, at, fmt.Sprintf("protocol `%s` has no such message", p.Name)).
			advise(b.guess(name, names)).see(p.Span, "declared here")
	}
	return nil
}

// messages adds the messages that the expression names, by their full names; those that
// are wrong are left out.
func (r *Regex) messages(into map[string]*Message) {
	if r == nil {
		return
	}
	if r.Msg != nil {
		into[r.Msg.Unit.Name+"."+r.Msg.Name] = r.Msg
	}
	for _, sub := range r.Sub {
		sub.messages(into)
	}
}
