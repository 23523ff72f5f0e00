package lang

import "fmt"

// This file warns of what is legal and most likely a mistake. A warning here is
// meant to be right nearly always; what needs the states to be explored is left
// to the explorer.

// warn looks at the base and at the new versions of a spec without errors. at is
// the name of the system; nil where it has none.
func warn(base *checker, news []*checker, ups []*Update, at *Ident) {
	t := trafficOf(base.sys)
	base.warnHandlers(base.sys, t)
	base.warnProtocols(base.sys, t)
	base.warnGhosts(news)
	base.warnIdle(at, ups)
	for i, c := range news {
		t := trafficOf(c.sys)
		t.converts(ups[i])
		c.warnHandlers(c.sys, t)
		c.warnProtocols(c.sys, t)
		c.warnUpdate(ups[i])
	}
}

// traffic is what the code of one version sends.
type traffic struct {
	called map[*Message]bool           // by `call`
	sent   map[*Message]bool           // in any way
	by     map[*Unit]map[*Message]bool // in any way, by the code of a unit
}

func trafficOf(s *System) *traffic {
	t := &traffic{map[*Message]bool{}, map[*Message]bool{}, map[*Unit]map[*Message]bool{}}
	for _, u := range s.Units {
		own := map[*Message]bool{}
		t.by[u] = own
		v := visitor{
			target: func(x *Target) { t.sent[x.Msg], own[x.Msg] = true, true },
			stmt: func(s Stmt) {
				for _, x := range callsOf(s) {
					t.called[x.Msg] = true
				}
			},
		}
		v.visitStmts(u.Body)
		for _, h := range u.Handlers {
			v.visitStmts(h.Body)
		}
	}
	return t
}

// callsOf gives the calls that a statement makes itself.
func callsOf(s Stmt) []*Target {
	var r Rhs
	switch s := s.(type) {
	case *CallStmt:
		return []*Target{s.Target}
	case *Assign:
		r = s.Rhs
	case *If:
		r = s.Cond
	case *While:
		r = s.Cond
	}
	if r.Call == nil {
		return nil
	}
	return []*Target{r.Call}
}

// converts adds the messages that conversions make.
func (t *traffic) converts(up *Update) {
	for _, c := range up.Converts {
		t.sent[c.To] = true
	}
	for _, tr := range up.Transfers {
		for _, c := range tr.Converts {
			t.sent[c.To] = true
		}
	}
}

func (c *checker) warnHandlers(s *System, t *traffic) {
	for _, u := range s.Units {
		for _, h := range u.Handlers {
			if c.old != nil && c.old.handlerAt(h) {
				continue // judged in the base
			}
			if !t.sent[h.Msg] {
				c.warn(codeUnreachable, h.Span, fmt.Sprintf("nobody sends `%s.%s`: its handler never runs", u.Name, h.Msg.Name))
			} else if t.called[h.Msg] && unanswered(h.Body, true) {
				c.warn(codeMissingReply, h.Span, fmt.Sprintf("`%s.%s` is called but can end without `reply` or `hold`: its caller then waits for ever", u.Name, h.Msg.Name))
			}
		}
	}
}

// handlerAt says whether the version has a handler whose text stands there, for
// the same message of the same unit.
func (c *checker) handlerAt(h *Handler) bool {
	s := c.names[h.Unit.Name]
	if s == nil || s.kind != symUnit {
		return false
	}
	old := s.unit.handlers[h.Msg.Name]
	return old != nil && old.Span == h.Span
}

// unanswered says whether the caller can still wait for its reply behind a block,
// if it can before it. Conditions are taken to be true or false at will.
func unanswered(body []Stmt, before bool) bool {
	for _, s := range body {
		switch s := s.(type) {
		case *Reply:
			before = before && s.To != nil
		case *Hold, *Loop:
			before = false
		case *If:
			x, y := unanswered(s.Then, before), unanswered(s.Else, before)
			before = x || y
		case *While:
			before = before && !alwaysTrue(s.Cond)
		case *For:
			once := unanswered(s.Body, before)
			before = once || before && !nonEmpty(s.Dom)
		case *Either:
			any := false
			for _, br := range s.Branches {
				any = unanswered(br, before) || any
			}
			before = any
		case *Atomic:
			before = unanswered(s.Body, before)
		}
	}
	return before
}

func alwaysTrue(r Rhs) bool {
	l, ok := r.Expr.(*Lit)
	return ok && l.Val[0] == 1
}

// nonEmpty says whether a domain surely has an element.
func nonEmpty(d *Domain) bool {
	if d.Lo == nil {
		return true
	}
	lo, okLo := constNumber(d.Lo)
	hi, okHi := constNumber(d.Hi)
	return okLo && okHi && lo <= hi
}

func (c *checker) warnProtocols(s *System, t *traffic) {
	for _, p := range s.Protocols {
		if c.old != nil && c.old.names[p.Name] != nil && c.old.names[p.Name].span == p.Span {
			continue // judged in the base
		}
		starts := false
		first := map[*Message]bool{}
		firstMessages(p.Expr, first)
		for m := range first {
			starts = starts || t.by[p.Initiator][m]
		}
		if !starts {
			c.warn(codeNeverStarts, p.Span, fmt.Sprintf("no code of `%s` sends a first message of protocol `%s`: it never starts", p.Initiator.Name, p.Name))
		}
	}
}

// firstMessages adds the messages that a word of the expression can begin with,
// and says whether the empty word is one of its words.
func firstMessages(r *Regex, first map[*Message]bool) bool {
	switch r.Op {
	case RxMessage:
		first[r.Msg] = true
		return false
	case RxSeq:
		for _, s := range r.Sub {
			if !firstMessages(s, first) {
				return false
			}
		}
		return true
	case RxAlt:
		empty := false
		for _, s := range r.Sub {
			empty = firstMessages(s, first) || empty
		}
		return empty
	}
	empty := firstMessages(r.Sub[0], first)
	return empty || r.Op != RxPlus
}

// warnGhosts warns of ghosts that no property of any version reads.
func (c *checker) warnGhosts(news []*checker) {
	read := map[string]bool{}
	readGhosts(c.sys, read)
	for _, n := range news {
		readGhosts(n.sys, read)
	}
	all := append([]*Var{}, c.sys.Data...)
	for _, u := range c.sys.Units {
		all = append(all, u.Vars...)
	}
	for _, v := range all {
		if v.Class == Ghost && !read[varName(v)] {
			c.warn(codeGhostUnread, v.Span, fmt.Sprintf("no assertion, invariant or other ghost reads the ghost `%s`", varName(v)))
		}
	}
}

// readGhosts adds the names of the ghosts that asserts, invariants and notes of
// other ghosts read.
func readGhosts(s *System, read map[string]bool) {
	reads := func(e Expr, but *Var) {
		v := visitor{expr: func(e Expr) {
			if r, ok := e.(*Ref); ok && r.Var.Class == Ghost && r.Var != but {
				read[varName(r.Var)] = true
			}
		}}
		v.visitExpr(e)
	}
	v := visitor{stmt: func(s Stmt) {
		switch s := s.(type) {
		case *Assert:
			reads(s.Cond, nil)
		case *Note:
			reads(s.Val, s.To.Var)
		}
	}}
	for _, p := range s.Always {
		reads(p.Expr, nil)
	}
	for _, h := range s.Hooks {
		reads(h.Val, h.To.Var)
	}
	for _, u := range s.Units {
		v.visitStmts(u.Body)
		for _, h := range u.Handlers {
			v.visitStmts(h.Body)
		}
	}
}

// warnUpdate warns of replaced handlers that keep fewer ghosts up to date, and of
// transfers that do nothing.
func (c *checker) warnUpdate(up *Update) {
	for _, e := range c.units {
		s := c.old.names[e.unit.Name]
		if s == nil || s.kind != symUnit {
			continue
		}
		for _, h := range e.unit.Handlers {
			was := s.unit.handlers[h.Msg.Name]
			if was == nil || was.Span == h.Span {
				continue
			}
			now := notedGhosts(h.Body)
			for _, name := range sorted(notedGhosts(was.Body)) {
				if !now[name] {
					c.warn(codeGhostLost, h.Span, fmt.Sprintf("the old `%s.%s` notes the ghost `%s`, the new one does not", e.unit.Name, h.Msg.Name, name))
				}
			}
		}
	}
	for _, t := range up.Transfers {
		if !t.Changes() {
			c.warn(codeTransferIdle, t.Span, fmt.Sprintf("transfer `%s` changes nothing", t.Name))
		}
	}
}

func notedGhosts(body []Stmt) map[string]bool {
	names := map[string]bool{}
	v := visitor{stmt: func(s Stmt) {
		if n, ok := s.(*Note); ok {
			names[varName(n.To.Var)] = true
		}
	}}
	v.visitStmts(body)
	return names
}

// warnIdle warns of a spec whose updates are valid for want of anything that could
// go wrong: where no client has a step, nothing ever happens.
func (c *checker) warnIdle(system *Ident, ups []*Update) {
	if len(ups) == 0 {
		return
	}
	for _, u := range c.sys.Units {
		if u.Kind == Client && hasStep(u.Body) {
			return
		}
	}
	at := ups[0].Span
	switch {
	case system != nil:
		at = system.Span()
	case len(c.sys.Units) > 0:
		at = c.sys.Units[0].Span
	}
	c.warn(codeNoClient, at, "no client has a step: nothing ever happens, so every update is valid").
		advise("clients start all events; write one, like `client app { loop { call fs.write() } }`")
}

// hasStep says whether code has more than silent control.
func hasStep(body []Stmt) bool {
	found := false
	v := visitor{stmt: func(s Stmt) {
		switch s := s.(type) {
		case *Declare, *Note, *Loop:
		case *If:
			found = found || !silent(s.Cond)
		case *While:
			found = found || !silent(s.Cond)
		case *For:
		default:
			found = true
		}
	}}
	v.visitStmts(body)
	return found
}

// silent says whether a condition reads nothing but locals and constants.
func silent(r Rhs) bool { return r.Expr != nil && ownLocals(r.Expr) }
