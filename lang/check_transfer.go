package lang

import (
	"fmt"
	"slices"
)

// transfers checks the state transfers and conversions of the update.
func (u *updateChecker) transfers() {
	names := map[string]Span{}
	for _, node := range u.decl.Changes {
		switch d := node.(type) {
		case *TransferDecl:
			if first, taken := names[d.Name.Name]; taken {
				u.fail(codeDuplicate, d.Name.Span(), fmt.Sprintf("there already is a transfer `%s`", d.Name.Name)).see(first, "first declared here")
				continue
			}
			if d.Name.Name == "any" {
				u.fail(codeWrongKind, d.Name.Span(), "no transfer is called `any`: the matrix has a column of this name, for some transfer or other").
					advise("give it another name")
				continue
			}
			names[d.Name.Name] = d.Name.Span()
			u.up.Transfers = append(u.up.Transfers, u.transfer(d))
		case *ConvertDecl:
			u.up.Converts = u.addConvert(u.up.Converts, d)
		}
	}
}

func (u *updateChecker) transfer(d *TransferDecl) *Transfer {
	t := &Transfer{Name: d.Name.Name, Span: d.Name.Span(), Whole: d.Span()}
	b := &body{checker: u.checker, place: inTransfer, scope: &scope{}, affected: u.affected, reach: u.reach(), moved: map[*Var]Span{}, only: u.up.Only}
	var list []StmtNode
	for _, s := range d.Body.Stmts {
		if c, is := s.(*ConvertDecl); is {
			t.Converts = u.addConvert(t.Converts, c)
		} else {
			list = append(list, s)
		}
	}
	if d.Cost != nil {
		t.Cost = b.number(d.Cost)
		u.readsOld(t.Cost, d.Cost.Span())
	}
	t.Needs = u.needs(d.Needs, func(n *NeedNode) Expr {
		e := b.number(n.Amount)
		u.readsOld(e, n.Amount.Span())
		return e
	})
	t.Body = b.stmts(list)
	t.Locals = b.locals
	return t
}

// readsOld makes sure that what a transfer costs or needs is read in the old state.
func (u *updateChecker) readsOld(e Expr, at Span) {
	v := visitor{expr: func(e Expr) {
		if r, is := e.(*Ref); is && !r.Old && r.Var.Class != Local {
			u.fail(codeOld, r.Spn, "what a transfer costs or needs is told by the old state").advise("write `old.` before it")
		}
	}}
	v.visitExpr(e)
}

// transferMayWrite says whether a transfer may write the variable.
func (b *body) transferMayWrite(v *Var, at Span) bool {
	switch {
	case v.Class == Local || b.affected == nil:
		return true
	case v.Owner == nil:
		if b.reach[v.Name] {
			return true
		}
		b.fail(codeNotWritable, at, fmt.Sprintf("a transfer writes data that units which change use, and none of them uses `%s`", v.Name)).
			see(v.Span, "declared here")
		return false
	case b.affected[v.Owner.Name]:
		return true
	}
	b.fail(codeNotWritable, at, fmt.Sprintf("a transfer writes variables of units that change, and `%s` does not", v.Owner.Name)).
		see(v.Span, "declared here")
	return false
}

// reach names the data outside units that a transfer may write: what old or new code
// of an affected unit mentions, and what the update declares anew or differently
// (definitions section 2.4).
func (u *updateChecker) reach() map[string]bool {
	if u.affected == nil {
		return nil
	}
	names := map[string]bool{}
	for _, sys := range []*System{u.old.sys, u.sys} {
		for _, unit := range sys.Units {
			for _, h := range unit.Handlers {
				for name := range h.Mentions {
					names[name] = names[name] || u.affected[unit.Name]
				}
			}
		}
	}
	for _, v := range u.sys.Data {
		was := u.old.names[v.Name]
		if was == nil || was.kind != symData || was.v.Type == nil || v.Type == nil || was.v.Type.Declaration() != v.Type.Declaration() {
			names[v.Name] = true
		}
	}
	return names
}

// moveCaller checks `u.v = old.u.w` between variables that hold callers. A caller is
// moved and not copied: from a variable that the update drops, and to one place.
func (b *body) moveCaller(to *Ref, n *AssignNode) Stmt {
	if n.Op != AssignSet || n.Rhs.Expr == nil {
		b.notMoved(to, n.Span())
		return nil
	}
	e := b.expr(n.Rhs.Expr, to.Typ)
	if e == nil {
		return nil
	}
	from, is := e.(*Ref)
	switch {
	case !is || !from.Old || from.Typ.Kind != Caller || to.Typ.Kind != Caller || from.Var.Owner == nil:
		b.notMoved(to, n.Span())
		return nil
	case b.stays(from.Var):
		b.fail(codeCaller, n.Span(), fmt.Sprintf("the caller in `%s` would be held twice: the new version keeps the variable", from.Var.Name)).
			advise("a caller moves out of a variable that the update drops").see(from.Var.Span, "declared here")
		return nil
	case len(b.only) > 0 && !slices.Contains(b.only, from.Var.Owner.Name):
		b.fail(codeCaller, n.Span(), fmt.Sprintf("the caller in `%s` would be held twice: `only` leaves `%s` as it is", from.Var.Name, from.Var.Owner.Name)).
			see(from.Var.Span, "declared here")
		return nil
	case b.moved[from.Var] != (Span{}):
		b.fail(codeCaller, n.Span(), fmt.Sprintf("the caller in `%s` is moved twice", from.Var.Name)).see(b.moved[from.Var], "first here")
		return nil
	}
	for _, v := range b.around {
		if !goesBy(from, v) {
			b.fail(codeCaller, n.Span(), fmt.Sprintf("the caller in `%s` is moved once for each `%s`", from.Var.Name, v.Name)).
				advise(fmt.Sprintf("use `%s` as an index of `%s`, or move it outside the loop", v.Name, from.Var.Name))
			return nil
		}
	}
	b.moved[from.Var] = n.Span()
	return &Assign{StmtBase{n.Span()}, to, Rhs{Expr: from}}
}

// goesBy says whether a place has a variable as one of its indices.
func goesBy(r *Ref, v *Var) bool {
	is := func(e Expr) bool { x, ok := e.(*Ref); return ok && x.Var == v && len(x.Path) == 0 }
	return is(r.Unit) || slices.ContainsFunc(r.Path, func(a Access) bool { return is(a.Index) })
}

func (b *body) notMoved(to *Ref, at Span) {
	b.fail(codeCaller, at, fmt.Sprintf("`%s` holds callers: a transfer only moves one there", to.Var.Name)).
		advise("write `unit.new = old.unit.former`, where the update drops `former`")
}

// stays says whether the new version has the old variable.
func (b *body) stays(v *Var) bool {
	s := b.names[v.Owner.Name]
	return s != nil && s.kind == symUnit && s.unit.vars[v.Name] != nil
}

func (u *updateChecker) addConvert(list []*Convert, d *ConvertDecl) []*Convert {
	c := u.convert(d)
	if c == nil {
		return list
	}
	if i := slices.IndexFunc(list, func(o *Convert) bool { return o.From == c.From }); i >= 0 {
		u.fail(codeConvert, d.Span(), fmt.Sprintf("waiting messages `%s` are already converted", c.From.Name)).see(list[i].Span, "first here")
		return list
	}
	return append(list, c)
}

// convert checks `convert fs.chunk(n) -> (2 * n)`, and `adapt` alike.
func (u *updateChecker) convert(d *ConvertDecl) *Convert {
	was, now := u.old.names[d.Unit.Name], u.names[d.Unit.Name]
	if was == nil || was.kind != symUnit || now == nil || now.kind != symUnit {
		u.fail(codeUnknownUnit, d.Unit.Span(), fmt.Sprintf("`%s` is not a unit of both versions", d.Unit.Name)).
			advise(u.guess(d.Unit.Name, candidates(u.reporter, u.old.names, isUnit)))
		return nil
	}
	to := d.To
	if to == nil {
		to = d.Message
	}
	c := &Convert{Later: d.later(), From: u.old.message(was.unit, d.Message), Span: d.Span()}
	if c.From == nil {
		return nil
	}
	if c.To = u.message(now.unit, to); c.To == nil || c.Later && !u.onlyOld(c, now.unit) {
		return nil
	}
	if len(d.Params) != len(c.From.Params) {
		u.fail(codeArity, d.Span(), fmt.Sprintf("the old `%s` has %s, not %d", c.From.Name, countOf(len(c.From.Params), "parameter"), len(d.Params))).
			see(c.From.Span, "declared here")
		return nil
	}
	if len(d.Args) != len(c.To.Params) {
		u.fail(codeArity, d.Span(), fmt.Sprintf("the new `%s` has %s, not %d", c.To.Name, countOf(len(c.To.Params), "parameter"), len(d.Args))).
			see(c.To.Span, "declared here")
		return nil
	}
	return u.convertArgs(c, d)
}

// onlyOld says whether nothing but old code sends what `adapt` rewrites: where the new
// version has the same message in the same form, nobody can tell them apart.
func (u *updateChecker) onlyOld(c *Convert, now *unitEntry) bool {
	h := now.handlers[c.From.Name]
	if u.affected == nil || h == nil || h.Msg.Form != c.From.Form {
		return true
	}
	u.fail(codeConvert, c.Span, fmt.Sprintf("the new version has `%s.%s` in the same form: `adapt` would rewrite its own messages too", now.unit.Name, c.From.Name)).
		advise("`convert` rewrites only what waits at the switch; a type with another `means` gives a message another form").see(h.Msg.Span, "declared here")
	return false
}

func (u *updateChecker) convertArgs(c *Convert, d *ConvertDecl) *Convert {
	b := &body{checker: u.checker, place: inTransfer, scope: &scope{}, affected: u.affected, later: c.Later}
	for i, n := range d.Params {
		if first := b.scope.here(n.Name); first != nil {
			u.fail(codeDuplicate, n.Span(), fmt.Sprintf("`%s` is named twice", n.Name)).see(first.Span, "first here")
		}
		b.bind(b.newVar(n.Name, c.From.Params[i].Type, n.Span()))
	}
	c.Params = slices.Clone(b.locals)
	for i, a := range d.Args {
		x := b.value(a, c.To.Params[i].Type)
		if x == nil || c.To.Params[i].Type == nil {
			return nil
		}
		c.Args = append(c.Args, x)
	}
	c.Locals = b.locals
	return c
}
