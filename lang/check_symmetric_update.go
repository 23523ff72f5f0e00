package lang

import (
	"fmt"
	"slices"
)

// transition judges what leads from the old version to the new one, where both assert the
// same: what the update says, and that nothing which means an interchangeable value in one
// version means something else in the other.
func (s *symmetry) transition(up *Update) {
	if s.empty() {
		return
	}
	s.unit, s.doubts = nil, map[*Var]doubt{}
	s.counterparts()
	s.callers(up)
	for _, p := range up.Tolerates {
		s.part(p)
	}
	s.converts(up.Converts)
	for _, t := range up.Transfers {
		s.transfer(t)
	}
	for _, p := range up.Plans {
		s.code(p.Body)
	}
	was := *s
	was.checker = s.old // as which it has been checked
	for _, e := range up.Expects {
		if e.Safe != nil {
			was.plain(e.Safe)
		}
	}
	s.underWay(up)
}

// transfer judges a transfer, which is carried out in one step.
func (s *symmetry) transfer(t *Transfer) {
	s.together = true
	s.code(t.Body)
	s.together = false
	s.converts(t.Converts)
	if t.Cost != nil {
		s.plain(t.Cost)
	}
	for _, n := range t.Needs {
		s.plain(n.Amount)
	}
}

// converts judges rewritten messages. A reply to one is understood where its form is.
func (s *symmetry) converts(list []*Convert) {
	for _, c := range list {
		for i, a := range c.Args {
			s.want(a, c.To.Params[i].Type)
		}
		if c.From.ReplyForm == c.To.ReplyForm {
			s.same(c.Span, fmt.Sprintf("the reply to `%s.%s`", c.From.Unit.Name, c.From.Name), c.From.Result, c.To.Result, c.From.Span)
		}
	}
}

// same refuses two types of what passes from one version to the other as it is.
func (s *symmetry) same(at Span, what string, was, now *Type, before Span) {
	if s.alike(was, now) {
		return
	}
	t := s.either(was, now)
	s.refuse(codeSymmetricUpdate, at, t, fmt.Sprintf("%s is %s in the old version and %s in the new one, and passes as it is: but the values of `%s` are interchangeable, and of no other type",
		what, describe(was), describe(now), t.Name)).
		advise("keep the type, or give the new one another form, such as a `means`").see(before, "the old one")
}

// counterparts judges what the two versions have under the same names.
func (s *symmetry) counterparts() {
	old, now := s.old.sys, s.sys
	for _, v := range now.Data {
		s.variable(v, varNamed(old.Data, v.Name))
	}
	for _, v := range old.Data {
		s.dropped(v, varNamed(now.Data, v.Name))
	}
	for _, u := range old.Units {
		if n := unitIn(now, u.Name); n == nil {
			for _, v := range u.Vars {
				s.dropped(v, nil)
			}
		}
	}
	for _, n := range now.Units {
		s.unitPair(unitIn(old, n.Name), n)
	}
	for _, p := range now.Protocols {
		s.otherKeys(p, p.Expr, old)
		i := slices.IndexFunc(old.Protocols, func(o *Protocol) bool { return o.Name == p.Name })
		if i >= 0 && len(old.Protocols[i].Key) == len(p.Key) {
			for k, was := range old.Protocols[i].Key {
				if p.Key[k].Name == was.Name && p.Key[k].Type.Keeps(was.Type) {
					s.same(p.Key[k].Span, fmt.Sprintf("the key `%s`", was.Name), was.Type, p.Key[k].Type, was.Span)
				}
			}
		}
	}
	for _, p := range old.Protocols {
		s.otherKeys(p, p.Expr, now)
	}
}

// otherKeys judges the messages of another form that the other version has in the place of
// those of a protocol: they go by the names that they have there.
func (s *symmetry) otherKeys(p *Protocol, r *Regex, other *System) {
	for _, sub := range r.Sub {
		s.otherKeys(p, sub, other)
	}
	if r.Msg == nil || !s.key(codeSymmetricMixed, p, r.Msg) { // which has been reported
		return
	}
	if m := messageOf(other, r.Msg.Unit.Name, r.Msg.Name); m != nil && m.Form != r.Msg.Form {
		s.key(codeSymmetricUpdate, p, m)
	}
}

func varNamed(vars []*Var, name string) *Var {
	if i := slices.IndexFunc(vars, func(v *Var) bool { return v.Name == name }); i >= 0 {
		return vars[i]
	}
	return nil
}

func unitIn(sys *System, name string) *Unit {
	if i := slices.IndexFunc(sys.Units, func(u *Unit) bool { return u.Name == name }); i >= 0 {
		return sys.Units[i]
	}
	return nil
}

// variable judges a variable of the new version by its counterpart; was is nil where there
// is none. It notes what can be wrong with it while the update is under way.
func (s *symmetry) variable(v, was *Var) {
	switch {
	case was == nil:
		if v.Owner != nil { // data outside units are there from the beginning
			s.doubts[v] = doubt{gone: true, added: true, change: s.update.Name.Span()}
		}
		if v.Choices != nil && s.is(v.Type) {
			s.lowest(v, v.Type, v.Span, "is new, and at the switch it gets")
		}
	case v.Type.Keeps(was.Type):
		s.same(v.Span, fmt.Sprintf("`%s`", varName(v)), was.Type, v.Type, was.Span)
	default:
		s.doubts[v] = doubt{former: true, change: was.Span}
	}
}

// dropped notes that a variable of the old version is gone, or another one, for its text.
func (s *symmetry) dropped(was, now *Var) {
	switch {
	case now == nil:
		s.doubts[was] = doubt{gone: true, change: s.update.Name.Span()}
	case !now.Type.Keeps(was.Type):
		s.doubts[was] = doubt{gone: true, change: now.Span}
	}
}

// unitPair judges a unit of the new version by its counterpart; was is nil where there is
// none.
func (s *symmetry) unitPair(was, now *Unit) {
	if was == nil {
		for _, v := range now.Vars {
			s.variable(v, nil)
		}
		return
	}
	for _, v := range now.Vars {
		s.variable(v, varNamed(was.Vars, v.Name))
	}
	for _, v := range was.Vars {
		s.dropped(v, varNamed(now.Vars, v.Name))
	}
	if was.Index != nil && now.Index != nil {
		s.same(now.Span, fmt.Sprintf("the index of `%s`", now.Name), was.Index, now.Index, was.Span)
	}
	s.locals(was.Locals, now.Locals)
	s.readable(was.Locals, now.Locals)
	for _, h := range now.Handlers {
		i := slices.IndexFunc(was.Handlers, func(o *Handler) bool { return o.Msg.Name == h.Msg.Name })
		if i < 0 {
			continue
		}
		o := was.Handlers[i]
		s.readable(o.Locals, h.Locals)
		if o.Fingerprint == h.Fingerprint {
			s.locals(o.Locals, h.Locals)
		}
		if o.Msg.Form == h.Msg.Form {
			s.locals(o.Msg.Params, h.Msg.Params)
		}
		if o.Msg.ReplyForm == h.Msg.ReplyForm {
			s.same(h.Span, fmt.Sprintf("the reply to `%s.%s`", now.Name, h.Msg.Name), o.Msg.Result, h.Msg.Result, o.Span)
		}
	}
}

// locals judges what keeps its values in a text, or in a message, that is the same in both
// versions.
func (s *symmetry) locals(was, now []*Var) {
	bound := func(v *Var) bool { return v.Bound }
	was, now = slices.DeleteFunc(slices.Clone(was), bound), slices.DeleteFunc(slices.Clone(now), bound)
	for i, v := range now {
		if i < len(was) {
			s.same(v.Span, fmt.Sprintf("`%s`", v.Name), was[i].Type, v.Type, was[i].Span)
		}
	}
}

// readable judges the readable locals of code for the same message: either text may read
// what the other holds.
func (s *symmetry) readable(was, now []*Var) {
	for _, v := range now {
		i := slices.IndexFunc(was, func(o *Var) bool { return o.Readable && v.Readable && o.Name == v.Name })
		switch {
		case i < 0:
		case v.Type.Keeps(was[i].Type):
			s.same(v.Span, fmt.Sprintf("`%s`", v.Name), was[i].Type, v.Type, was[i].Span)
		default:
			s.doubts[v], s.doubts[was[i]] = doubt{former: true, change: was[i].Span}, doubt{former: true, change: v.Span}
		}
	}
}

// callers judges who can be held in one variable, by whichever version, or moved there: what
// one text replies to it, all of them understand.
func (s *symmetry) callers(up *Update) {
	before, all := map[string][]*Message{}, map[string][]*Message{}
	s.held(before, s.old.sys.Units)
	s.held(all, s.old.sys.Units)
	v := visitor{stmt: func(x Stmt) {
		if a, is := x.(*Assign); is && a.To.Typ.Kind == Caller {
			to := varName(a.To.Var)
			all[to] = append(all[to], before[varName(a.Rhs.Expr.(*Ref).Var)]...)
		}
	}}
	for _, t := range up.Transfers {
		v.visitStmts(t.Body)
	}
	s.held(all, s.sys.Units)
}

// held adds the messages whose callers the handlers of some units hold, by variable, and
// judges those in one variable.
func (s *symmetry) held(in map[string][]*Message, units []*Unit) {
	for _, u := range units {
		for _, h := range u.Handlers {
			v := visitor{stmt: func(x Stmt) {
				if hold, is := x.(*Hold); is {
					name := varName(hold.To.Var)
					in[name] = append(in[name], h.Msg)
				}
			}}
			v.visitStmts(h.Body)
		}
	}
	for _, name := range sorted(in) {
		for _, m := range in[name] {
			first := in[name][slices.IndexFunc(in[name], func(o *Message) bool { return o.ReplyForm == m.ReplyForm })]
			if s.alike(first.Result, m.Result) {
				continue
			}
			t := s.either(first.Result, m.Result)
			s.refuse(codeSymmetricMixed, m.Span, t, fmt.Sprintf("`%s` holds callers that wait for %s and others that wait for %s, and the values of `%s` are interchangeable",
				name, describe(first.Result), describe(m.Result), t.Name)).
				advise("hold them in variables of their own").see(first.Span, "the others come from here")
		}
	}
}

// underWay judges quantifiers once more, with what can be gone, or be in old form, while the
// update is under way.
func (s *symmetry) underWay(up *Update) {
	v := &visitor{expr: func(e Expr) {
		if q, is := e.(*Quant); is {
			s.unordered(q)
		}
	}}
	for _, sys := range []*System{s.old.sys, s.sys} {
		for _, u := range sys.Units {
			s.unit = u
			v.visitStmts(u.Body)
			for _, h := range u.Handlers {
				v.visitStmts(h.Body)
			}
		}
		s.unit = nil
		for _, p := range sys.Always {
			v.visitExpr(p.Expr)
		}
		for _, st := range sys.Stables {
			v.visitExpr(st.Expr)
		}
		for _, h := range sys.Hooks {
			v.visitExpr(h.Val)
		}
	}
	all := slices.Clone(up.Converts)
	for _, t := range up.Transfers {
		v.visitStmts(t.Body)
		v.visitExpr(t.Cost)
		for _, n := range t.Needs {
			v.visitExpr(n.Amount)
		}
		all = append(all, t.Converts...)
	}
	for _, c := range all {
		v.visitExprs(c.Args)
	}
	for _, p := range up.Plans {
		v.visitStmts(p.Body)
	}
}
