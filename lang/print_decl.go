package lang

// declaration prints an item, a change or a member, without a line break behind it.
func (p *printer) declaration(d Syntax) {
	switch d := d.(type) {
	case *ParamDecl:
		p.text("param ", d.Name.Name, " = ")
		p.expr(d.Value)
	case *TypeDecl:
		p.typeDecl(d)
	case *ExtendDecl:
		p.text("extend ")
		p.typeDecl(d.Type)
	case *DefDecl:
		p.text("def ", d.Name.Name)
		p.params(d.Params)
		p.result(d.Result)
		p.text(" = ")
		p.expr(d.Body)
	case *DataDecl:
		p.data(d)
	case *HookDecl:
		p.mark(d.Mark)
		p.text("ghost ", d.Ghost.Name)
		p.on(d.On)
	case *ProtocolDecl:
		p.protocol(d)
	case *StableDecl:
		p.text("stable ", d.Name.Name, " when ")
		p.expr(d.Cond)
	case *AlwaysDecl:
		p.text("always ")
		p.expr(d.Cond)
		p.label(d.Cond, d.Label)
	case *MachineDecl:
		p.machine(d)
	case *UnitDecl:
		p.unit(d)
	case *UpdateDecl:
		p.update(d)
	default:
		p.member(d)
	}
}

// member prints what stands only in units.
func (p *printer) member(d Syntax) {
	switch d := d.(type) {
	case *HandlerDecl:
		p.text("on ", d.Head.Message.Name)
		p.head(d)
		p.text(" ")
		p.block(d.Body)
	case *DropDecl:
		p.text("drop ")
		for i, drop := range d.Drops {
			if i > 0 {
				p.text(", ")
			}
			if drop.Handler {
				p.text("on ")
			}
			p.text(drop.Name.Name)
		}
	case *ConvergesDecl:
		p.text("converges to ")
		p.names(d.States)
	case *StmtMember:
		p.stmt(d.Stmt)
	default:
		p.change(d)
	}
}

// change prints what stands only in updates.
func (p *printer) change(d Syntax) {
	switch d := d.(type) {
	case *RemovalDecl:
		p.text("drop ", d.What, " ", d.Name.Name)
	case *RequiresDecl:
		p.text("requires ", d.Resource.Name, " ", d.Op, " ")
		p.expr(d.Value)
		p.flag(d.Live, " live")
	case *TolerateDecl:
		p.text("tolerate ")
		p.exprs(d.Paths)
	case *AcceptsDecl:
		p.text("accepts ")
		p.expr(d.Cond)
	case *TransferDecl:
		p.text("transfer ", d.Name.Name)
		if d.Cost != nil {
			p.text(" cost ")
			p.expr(d.Cost)
		}
		p.needs(d.Needs)
		p.text(" ")
		p.block(d.Body)
	case *ConvertDecl:
		p.convert(d)
	case *PlanDecl:
		p.text("plan ", d.Name.Name)
		p.needs(d.Needs)
		p.text(" ")
		p.block(d.Body)
	case *WindowDecl:
		p.text("window forbids ", d.Unit.Name, ".", d.Message.Name)
	case *FixesDecl:
		p.text("fixes ", d.Labels[0].Quoted)
		for _, l := range d.Labels[1:] {
			p.text(", ", l.Quoted)
		}
	case *OnlyDecl:
		p.text("only ")
		p.names(d.Units)
	case *ExpectDecl:
		p.expect(d)
	}
}

func (p *printer) flag(set bool, text string) {
	if set {
		p.text(text)
	}
}

func (p *printer) names(names []*Ident) {
	for i, n := range names {
		if i > 0 {
			p.text(", ")
		}
		p.text(n.Name)
	}
}

// label prints a property's or an assertion's words, if it has any.
func (p *printer) label(before Syntax, label *TextNode) {
	if label != nil {
		p.text(",")
		p.space(before, label)
		p.text(label.Quoted)
	}
}

func (p *printer) typeDecl(d *TypeDecl) {
	p.text("type ", d.Name.Name, " = ")
	p.typ(d.Type)
	if d.Means != nil {
		p.text(" means ", d.Means.Quoted)
	}
}

// mark prints the mark before a declaration, if there is one.
func (p *printer) mark(m *Ident) {
	if m != nil {
		p.text(m.Name, " ")
	}
}

func (p *printer) data(d *DataDecl) {
	p.mark(d.Mark)
	p.text(d.Keyword, " ", d.Name.Name, ": ")
	p.typ(d.Type)
	switch {
	case d.Init != nil:
		p.text(" = ")
		p.expr(d.Init)
	case d.Choose != nil:
		p.text(" = choose ")
		p.expr(d.Choose)
	}
	if d.On != nil {
		p.on(d.On)
	}
}

// on prints the message to which a ghost is attached.
func (p *printer) on(n *OnNode) {
	p.text(" on ", n.Unit.Name, ".", n.Message.Name, " ", n.Op, " ")
	p.expr(n.Value)
}

// params prints a list in parentheses.
func (p *printer) params(params []*ParamNode) {
	p.text("(")
	p.fields(params)
	p.text(")")
}

// head prints the parameters and the result of a handler, with the comments among
// the parameters.
func (p *printer) head(d *HandlerDecl) {
	params, end := d.Head.Params, d.Head.EndPos
	if d.Head.Result != nil {
		end = d.Head.Result.Span().Start
	}
	p.text("(")
	last := d.Head.Message.Span().End.Line
	if len(params) > 0 {
		p.inline(last, params[0].Span().Start, 2)
		last = params[len(params)-1].Span().End.Line
	}
	p.fields(params)
	p.inline(last, end, 0)
	p.text(")")
	p.result(d.Head.Result)
}

func (p *printer) fields(fields []*ParamNode) {
	for i, f := range fields {
		if i > 0 {
			p.text(",")
			p.space(fields[i-1], f)
		}
		p.text(f.Name.Name, ": ")
		p.typ(f.Type)
	}
}

func (p *printer) result(t TypeNode) {
	if t != nil {
		p.text(" -> ")
		p.typ(t)
	}
}

func (p *printer) protocol(d *ProtocolDecl) {
	p.mark(d.Mark)
	p.text("protocol ", d.Name.Name)
	if len(d.Key) > 0 {
		p.params(d.Key)
	}
	p.text(": ", d.Initiator.Name, " -> ")
	p.names(d.Recipients)
	p.text(" { ")
	p.messages(d.Expr())
	p.text(" }")
}

// messages prints a protocol expression.
func (p *printer) messages(n *ProtocolNode) {
	p.flag(n.Parens, "(")
	switch n.Op {
	case RxMessage:
		if n.Unit != nil {
			p.text(n.Unit.Name, ".")
		}
		p.text(n.Message.Name)
	case RxSeq, RxAlt:
		for i, sub := range n.Sub {
			if i > 0 {
				p.space(n.Sub[i-1], sub)
				p.flag(n.Op == RxAlt, "| ")
			}
			p.messages(sub)
		}
	default:
		p.messages(n.Sub[0])
		p.text(map[RegexOp]string{RxStar: "*", RxPlus: "+", RxOpt: "?"}[n.Op])
	}
	p.flag(n.Parens, ")")
}

func (p *printer) machine(d *MachineDecl) {
	p.text("machine ", d.Name.Name, " ")
	var lines []line
	for _, e := range d.Entries {
		lines = append(lines, line{e, func() {
			p.text(e.Name.Name, " = ")
			p.expr(e.Value)
		}})
	}
	p.body(d.Brace.Pos, d.EndPos, lines)
}

func (p *printer) unit(d *UnitDecl) {
	p.text(d.Keyword, " ", d.Name.Name)
	if d.Index != nil {
		p.text("[")
		p.typ(d.Index)
		p.text("]")
	}
	p.flag(d.Symmetric, " symmetric")
	if d.Mailbox != nil {
		p.text(" mailbox ")
		p.expr(d.Mailbox)
	}
	p.text(" ")
	var lines []line
	for _, m := range d.Members {
		lines = append(lines, line{m, func() { p.declaration(m) }})
	}
	p.body(d.Brace.Pos, d.EndPos, lines)
}

func (p *printer) update(d *UpdateDecl) {
	p.text("update ", d.Name.Name)
	if d.Of != nil {
		p.text(" of ", d.Of.Name)
	}
	p.text(" ")
	var lines []line
	for _, c := range d.Changes {
		lines = append(lines, line{c, func() { p.declaration(c) }})
	}
	p.body(d.Brace.Pos, d.EndPos, lines)
}

func (p *printer) convert(d *ConvertDecl) {
	p.text(d.Keyword, " ", d.Unit.Name, ".", d.Message.Name, "(")
	p.names(d.Params)
	p.text(") -> ")
	if d.To != nil {
		p.text(d.To.Name)
	}
	p.text("(")
	p.exprs(d.Args)
	p.text(")")
}

func (p *printer) expect(d *ExpectDecl) {
	p.text("expect ")
	if d.Category != nil {
		p.text("category ")
		p.expr(d.Category)
		return
	}
	if d.Machine != nil {
		p.text("on ", d.Machine.Name, " ")
	}
	if d.Stable != nil {
		p.text("stable ")
		if d.Stable.With != nil {
			p.text("with ", d.Stable.With.Name, " ")
		}
		p.text("when ")
		p.expr(d.Stable.Cond)
		return
	}
	p.level(d.Level)
	if d.With != nil {
		p.text(" with ", d.With.Name)
	}
	p.text(" ", d.Verdict.Word())
}

func (p *printer) level(l *LevelNode) {
	switch {
	case l.Plan != nil:
		p.text("plan ", l.Plan.Name)
		p.flag(l.Stopped, " stopped")
		if l.After != nil {
			p.text(" after ")
			p.expr(l.After)
		}
	case l.Named != "":
		p.text(l.Named, " ")
		p.names(l.Names)
	default:
		p.text(l.Plain)
	}
}

func (p *printer) needs(list []*NeedNode) {
	for i, n := range list {
		if i == 0 {
			p.text(" needs ")
		} else {
			p.text(", ")
		}
		p.expr(n.Amount)
		p.text(" of ", n.Resource.Name)
	}
}
