package lang

import "fmt"

// This file attaches ghosts to messages: `ghost n: 0..7 on fs.access += 1`.

// hookSource is one attachment, as written. The new versions share those of the base.
type hookSource struct {
	ghost *Ident
	on    *OnNode
	unit  string // in whose body it stands; "" for data outside units
	mark  *Ident // before it, where the ghost is declared elsewhere; nil for none
}

// addHooks collects the attachments of a declaration, in the order of the text.
func (v *version) addHooks(d Syntax, unit string) {
	switch d := d.(type) {
	case *DataDecl:
		if d.On != nil {
			v.hooks = append(v.hooks, &hookSource{d.Name, d.On, unit, nil})
		}
	case *HookDecl:
		v.hooks = append(v.hooks, &hookSource{d.Ghost, d.On, unit, d.Mark})
	case *UnitDecl:
		for _, m := range d.Members {
			v.addHooks(m, d.Name.Name)
		}
	}
}

// attaches gives the place where a member of a unit attaches a ghost to a message.
func attaches(m Member) (at Span, is bool) {
	switch d := m.(type) {
	case *DataDecl:
		if d.On != nil {
			return d.On.Span(), true
		}
	case *HookDecl:
		return d.Span(), true
	}
	return Span{}, false
}

// noHooks reports ghosts that an update attaches to messages in a unit.
func (m *merger) noHooks(members []Member) {
	for _, member := range members {
		if at, is := attaches(member); is {
			m.noHook(at)
		}
	}
}

func (m *merger) noHook(at Span) {
	m.fail(codeGhostUpdate, at, "an update cannot attach ghosts to messages").advise("do so in the base system: it holds whatever version runs")
}

// hooks elaborates what is attached to messages. In a new version, a ghost is attached
// to the messages that are still there.
func (c *checker) hooks() {
	c.hookOf = map[*hookSource]*Hook{}
	seen := map[string]Span{}
	for _, h := range c.src.hooks {
		if h.mark != nil {
			c.fail(codeMark, h.mark.Span(), fmt.Sprintf("`%s` stands where `%s` is declared, not where it is attached", h.mark.Name, h.ghost.Name)).
				advise("leave it out here")
		}
		v, unit := c.hookGhost(h)
		to := c.hookUnit(h)
		if v == nil || to == nil || c.old != nil && to.handlers[h.on.Message.Name] == nil {
			continue
		}
		msg := c.message(to, h.on.Message)
		if msg == nil {
			continue
		}
		if unit != nil && unit != to {
			c.fail(codeAttach, h.on.Unit.Span(), fmt.Sprintf("`%s` is a ghost of `%s`: it is attached to messages that `%s` receives", v.Name, unit.unit.Name, unit.unit.Name)).
				advise("declare the ghost outside units")
			continue
		}
		key := varName(v) + " " + to.unit.Name + "." + msg.Name
		if first, twice := seen[key]; twice {
			c.fail(codeAttach, h.on.Span(), fmt.Sprintf("`%s` is already attached to `%s.%s`", v.Name, to.unit.Name, msg.Name)).see(first, "first here")
			continue
		}
		seen[key] = h.on.Span()
		if done := c.hook(h, v, unit, msg); done != nil {
			c.hookOf[h] = done
			c.sys.Hooks = append(c.sys.Hooks, done)
		}
	}
}

// hookGhost finds the ghost, and its unit if it belongs to one; nil where it is wrong.
func (c *checker) hookGhost(h *hookSource) (*Var, *unitEntry) {
	s, name := c.names[h.ghost.Name], h.ghost
	var v *Var
	var unit *unitEntry
	known := candidates(c.reporter, c.names, func(s *symbol) bool { return s.kind == symData && s.v.Class == Ghost })
	if h.unit != "" {
		if s = c.names[h.unit]; s == nil || s.kind != symUnit || s.unit.unit.Kind == Client {
			return nil, nil // dropped, or reported elsewhere
		}
		unit = s.unit
		v = unit.vars[name.Name]
		known = candidates(c.reporter, unit.vars, func(v *Var) bool { return v.Class == Ghost })
	} else if s != nil && s.kind == symData {
		v = s.v
	}
	switch {
	case v == nil:
		c.fail(codeUnknown, name.Span(), fmt.Sprintf("there is no ghost `%s` here", name.Name)).advise(c.guess(name.Name, known))
		return nil, nil
	case v.Class != Ghost:
		c.fail(codeNotGhost, h.on.Span(), fmt.Sprintf("only ghosts are attached to messages, and `%s` is none", v.Name)).
			advise("assign to it in the message's handler").see(v.Span, "declared here")
		return nil, nil
	case v.Type == nil:
		return nil, nil
	}
	return v, unit
}

// hookUnit finds the unit that receives the message; nil where there is none.
func (c *checker) hookUnit(h *hookSource) *unitEntry {
	n := h.on.Unit
	s := c.names[n.Name]
	if s != nil && s.kind == symUnit {
		return s.unit
	}
	if c.old == nil {
		c.fail(codeUnknownUnit, n.Span(), fmt.Sprintf("there is no unit `%s`", n.Name)).advise(c.guess(n.Name, candidates(c.reporter, c.names, isUnit)))
	}
	return nil
}

// hook checks what is stored in the ghost. Names are parameters where the base's
// message has such parameters, so that they mean the same in every version.
func (c *checker) hook(h *hookSource, v *Var, unit *unitEntry, msg *Message) *Hook {
	base := msg
	if c.old != nil {
		s := c.old.names[msg.Unit.Name]
		if s == nil || s.kind != symUnit || s.unit.handlers[msg.Name] == nil || !c.keepsParams(c.old.hookOf[h], h, msg) {
			return nil
		}
		base = s.unit.handlers[msg.Name].Msg
	}
	b := &body{checker: c, place: inHook, unit: unit, scope: &scope{}, locals: append([]*Var{}, msg.Params...)}
	for _, p := range base.Params {
		if now := param(msg, p.Name); now != nil {
			b.scope.add(now)
		}
	}
	to := &Ref{ExprBase: ExprBase{v.Type, h.ghost.Span()}, Var: v}
	if unit != nil {
		to.Unit = b.selfRef(h.ghost.Span())
	}
	var e Expr
	if op := h.on.op(); op == AssignSet {
		e = b.value(h.on.Value, v.Type)
	} else {
		e = b.changed(to, op, h.on.Value, h.on.Span())
	}
	if e == nil {
		return nil
	}
	return &Hook{To: to, Msg: msg, Val: e, Locals: b.locals, Span: h.on.Span()}
}

// keepsParams says whether a new version's message still has the parameters that the
// ghost reads.
func (c *checker) keepsParams(was *Hook, h *hookSource, msg *Message) bool {
	if was == nil {
		return false
	}
	keeps := true
	Inspect(was.Val, func(e Expr) {
		r, is := e.(*Ref)
		if !is || param(was.Msg, r.Var.Name) != r.Var || param(msg, r.Var.Name) != nil {
			return
		}
		keeps = false
		c.fail(codeAttach, msg.Span, fmt.Sprintf("the new `%s.%s` has no parameter `%s`, which the ghost `%s` reads", msg.Unit.Name, msg.Name, r.Var.Name, h.ghost.Name)).
			see(h.on.Span(), "it is attached here")
	})
	return keeps
}

// param gives a message's parameter of that name; nil for none.
func param(m *Message, name string) *Var {
	for _, p := range m.Params {
		if p.Name == name {
			return p
		}
	}
	return nil
}
