package lang

func (p *printer) block(b *BlockNode) {
	var lines []line
	for _, s := range b.Stmts {
		lines = append(lines, line{s, func() { p.stmt(s) }})
	}
	p.body(b.Pos, b.EndPos, lines)
}

// stmt prints a statement without a line break behind it.
func (p *printer) stmt(s StmtNode) {
	switch s := s.(type) {
	case *VarNode:
		p.variable(s)
	case *AssignNode:
		p.expr(s.To)
		p.text(" ", s.Op.String(), " ")
		p.rhs(s.Rhs)
	case *NoteNode:
		p.text("note ")
		p.expr(s.To)
		p.text(" ", s.Op.String(), " ")
		p.expr(s.Value)
	case *CallStmtNode:
		p.text("call ")
		p.target(s.Target)
	case *SendNode:
		p.text(map[bool]string{false: "send ", true: "signal "}[s.Signal])
		p.target(s.Target)
	case *ReplyNode:
		p.reply(s)
	case *HoldNode:
		p.text("hold ")
		p.expr(s.To)
	case *AssertNode:
		p.text("assert ")
		p.expr(s.Cond)
		p.label(s.Cond, s.Label)
	case *AwaitNode:
		p.text("await ")
		p.expr(s.Cond)
	case *ConvertDecl:
		p.convert(s)
	default:
		p.compound(s)
	}
}

// compound prints the statements that have blocks.
func (p *printer) compound(s StmtNode) {
	switch s := s.(type) {
	case *IfNode:
		p.condition(s)
	case *ForNode:
		p.text("for ", s.Name.Name, " in ")
		p.expr(s.Domain)
		p.text(" ")
		p.block(s.Body)
	case *WhileNode:
		p.text("while ")
		p.rhs(s.Cond)
		p.text(" ")
		p.block(s.Body)
	case *LoopNode:
		p.text("loop ")
		p.block(s.Body)
	case *AtomicNode:
		p.text("atomic ")
		p.block(s.Body)
	case *EitherNode:
		p.text("either ")
		for i, b := range s.Branches {
			if i > 0 {
				p.next("or ", s.Branches[i-1], b)
			}
			p.block(b)
		}
	default:
		p.planned(s)
	}
}

// planned prints the statements of plans.
func (p *printer) planned(s StmtNode) {
	switch s := s.(type) {
	case *StopNode:
		p.stop(s)
	case *ResumeNode:
		p.text("resume ")
		p.names(s.Units)
	case *ReplaceNode:
		p.replace(s)
	case *TryNode:
		p.text("try ")
		if s.Stop != nil {
			p.stop(s.Stop)
		} else {
			p.replace(s.Replace)
		}
		p.text(" else ")
		p.block(s.Else)
	}
}

func (p *printer) variable(s *VarNode) {
	p.mark(s.Mark)
	p.text("var ", s.Name.Name)
	if s.Type != nil {
		p.text(": ")
		p.typ(s.Type)
	}
	if s.Init != nil {
		p.text(" = ")
		p.rhs(s.Init)
	}
}

func (p *printer) rhs(r *RhsNode) {
	switch {
	case r.Choose != nil:
		p.text("choose ")
		p.expr(r.Choose)
	case r.Call != nil:
		p.text("call ")
		p.target(r.Call)
	default:
		p.expr(r.Expr)
	}
}

func (p *printer) target(t *TargetNode) {
	p.text(t.Unit.Name)
	if t.Index != nil {
		p.text("[")
		p.expr(t.Index)
		p.text("]")
	}
	p.text(".", t.Message.Name, "(")
	p.args(t.Args)
	p.text(")")
}

func (p *printer) reply(s *ReplyNode) {
	p.text("reply")
	if s.Value != nil {
		p.text(" ")
		p.expr(s.Value)
	}
	if s.To != nil {
		p.text(" to ")
		p.expr(s.To)
	}
}

func (p *printer) condition(s *IfNode) {
	p.text("if ")
	p.rhs(s.Cond)
	p.text(" ")
	p.block(s.Then)
	switch {
	case s.ElseIf != nil:
		p.next("else ", s.Then, s.ElseIf)
		p.condition(s.ElseIf)
	case s.Else != nil:
		p.next("else ", s.Then, s.Else)
		p.block(s.Else)
	}
}

// next prints the word between two blocks, on a line of its own where a comment
// stands between them.
func (p *printer) next(word string, before, after Syntax) {
	if !p.inline(before.Span().End.Line, after.Span().Start, 0) {
		p.text(" ")
	}
	p.text(word)
}

func (p *printer) stop(s *StopNode) {
	p.text("stop ")
	p.names(s.Units)
	p.at(s.At)
}

func (p *printer) replace(s *ReplaceNode) {
	p.text("replace ")
	p.flag(s.Each, "each ")
	p.names(s.Units)
	p.at(s.At)
	if s.When != nil {
		p.text(" when ")
		p.expr(s.When)
	}
	if s.With != nil {
		p.text(" with ", s.With.Name)
	}
}

func (p *printer) at(l *LevelNode) {
	if l != nil {
		p.text(" at ")
		p.level(l)
	}
}
