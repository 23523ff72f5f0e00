package lang

import (
	"fmt"
	"math"
	"slices"
)

// plans checks the plans of the update (definitions section 2.5).
func (u *updateChecker) plans() {
	names := map[string]Span{}
	for _, node := range u.decl.Changes {
		d, is := node.(*PlanDecl)
		if !is {
			continue
		}
		if first, taken := names[d.Name.Name]; taken {
			u.fail(codeDuplicate, d.Name.Span(), fmt.Sprintf("there already is a plan `%s`", d.Name.Name)).see(first, "first declared here")
			continue
		}
		if len(u.up.Plans) == maxPlans {
			u.fail(codeTooLarge, d.Name.Span(), fmt.Sprintf("an update has at most %d plans", maxPlans))
			return
		}
		names[d.Name.Name] = d.Name.Span()
		b := &body{checker: u.checker, place: inPlan, scope: &scope{}, update: u, stops: stopped(d.Body, map[string]bool{})}
		before := u.failed
		p := &Plan{Name: d.Name.Name, Span: d.Name.Span(), Whole: d.Span(), Needs: u.planNeeds(d.Needs), Body: b.stmts(d.Body.Stmts)}
		p.Locals, p.Instances = b.locals, u.replaceable(p)
		if u.failed > before || !u.sound {
			p.Instances = math.MaxInt // what it replaces is not known
		}
		u.up.Plans = append(u.up.Plans, p)
	}
}

// replaceable counts the instances of the units that a plan's statements replace.
func (u *updateChecker) replaceable(p *Plan) int {
	count := map[string]int{}
	v := visitor{stmt: func(s Stmt) {
		r, is := s.(*Replace)
		for i := 0; is && i < len(r.Units); i++ {
			entry := u.names[r.Units[i]]
			if entry == nil {
				entry = u.old.names[r.Units[i]]
			}
			count[r.Units[i]] = entry.unit.unit.Count
		}
	}}
	v.visitStmts(p.Body)
	all := 0
	for _, n := range count {
		all += n
	}
	return all
}

// maxPlans bounds the plans of an update: each is explored for itself.
const maxPlans = 16

// stopped adds the names of the units that some statement of a block stops.
func stopped(b *BlockNode, names map[string]bool) map[string]bool {
	if b == nil {
		return names
	}
	eachStmt(b.Stmts, func(s StmtNode) {
		stop, _ := s.(*StopNode)
		if try, is := s.(*TryNode); is {
			stop = try.Stop
		}
		if stop != nil {
			for _, n := range stop.Units {
				names[n.Name] = true
			}
		}
	})
	return names
}

// inPlanAllowed says whether a plan may have such a statement.
func (b *body) inPlanAllowed(n StmtNode) bool {
	switch n.(type) {
	case *NoteNode:
		b.misplaced(n.Span(), "a plan writes no ghosts")
		return false
	case *CallStmtNode, *SendNode, *ReplyNode, *HoldNode:
		b.misplaced(n.Span(), "a plan sends and answers no messages")
		return false
	}
	return true
}

// planMayWrite says whether a plan may write the variable.
func (b *body) planMayWrite(v *Var, at Span) bool {
	if v.Class == Local || v.Owner == nil && v.Class != Ghost && v.Class != Hidden {
		return true
	}
	b.fail(codeNotWritable, at, fmt.Sprintf("a plan writes shared and persistent data outside units, and `%s` is none", v.Name)).
		advise("let a transfer write it: `replace … with …`").see(v.Span, "declared here")
	return false
}

// planned checks the statements that only plans have.
func (b *body) planned(n StmtNode) Stmt {
	if b.atomic {
		b.misplaced(n.Span(), "this statement is a step of its own, or several: it cannot stand inside `atomic`")
		return nil
	}
	switch n := n.(type) {
	case *StopNode:
		return b.stop(n, nil)
	case *ResumeNode:
		if units := b.stoppable(n.Units); units != nil {
			return &Resume{StmtBase{n.Span()}, units}
		}
	case *ReplaceNode:
		return b.replace(n, nil)
	case *TryNode:
		if n.Stop != nil {
			return b.stop(n.Stop, n.Else)
		}
		return b.replace(n.Replace, n.Else)
	}
	return nil
}

// stop checks `stop`; els is the block of `try stop … else`, nil for a plain one.
func (b *body) stop(n *StopNode, els *BlockNode) Stmt {
	s := &Stop{StmtBase: StmtBase{n.Span()}, Units: b.stoppable(n.Units), Try: els != nil, Else: b.block(els)}
	if n.At != nil {
		if n.At.Named != "state" || len(n.At.Names) != 1 {
			b.fail(codePlan, n.At.Span(), "a unit stops at a stable state").advise("write `at state NAME`, or leave it out: then it stops when it is idle")
			return nil
		}
		if s.State = n.At.Names[0].Name; !b.update.levelName(LevelState, n.At.Names[0]) {
			return nil
		}
	}
	if s.Units == nil {
		return nil
	}
	return s
}

// stoppable checks the units of `stop` and `resume`; nil where one is wrong.
func (b *body) stoppable(names []*Ident) []string {
	var list []string
	for _, n := range names {
		s := b.names[n.Name]
		if s == nil {
			s = b.old.names[n.Name]
		}
		switch {
		case s == nil || s.kind != symUnit || s.unit.unit.Kind == Client:
			b.fail(codeUnknownUnit, n.Span(), fmt.Sprintf("there is no unit `%s`", n.Name)).
				advise(b.guess(n.Name, candidates(b.reporter, b.names, isUnit), candidates(b.reporter, b.old.names, isUnit)))
			return nil
		case s.unit.unit.Kind == Function:
			b.fail(codePlan, n.Span(), fmt.Sprintf("`%s` is a function: it has no mailbox, and runs when it is called", n.Name)).
				advise("stop those who call it, or replace it `at unit`").see(s.unit.unit.Span, "declared here")
			return nil
		case slices.Contains(list, n.Name):
			b.fail(codePlan, n.Span(), fmt.Sprintf("`%s` is named twice", n.Name))
			return nil
		}
		list = append(list, n.Name)
	}
	return list
}

// replace checks `replace`; els is the block of `try replace … else`, nil for a plain
// one.
func (b *body) replace(n *ReplaceNode, els *BlockNode) Stmt {
	s := &Replace{StmtBase: StmtBase{n.Span()}, Each: n.Each, Try: els != nil, Else: b.block(els)}
	good := true
	for _, id := range n.Units {
		if !b.update.unitInEither(id) {
			return nil
		}
		if slices.Contains(s.Units, id.Name) {
			b.fail(codePlan, id.Span(), fmt.Sprintf("`%s` is named twice", id.Name))
			return nil
		}
		s.Units = append(s.Units, id.Name)
		if n.At == nil && !b.stops[id.Name] {
			b.fail(codePlan, id.Span(), fmt.Sprintf("nothing in this plan stops `%s`, so this would wait for ever", id.Name)).
				advise(fmt.Sprintf("write `stop %s` before it, or say when: `replace %s at unit`", id.Name, id.Name))
			good = false
		}
	}
	if n.At != nil {
		s.Level = b.planLevel(n.At)
		good = good && s.Level != nil
	}
	if n.When != nil {
		s.When = b.value(n.When, boolType())
		good = good && s.When != nil
	}
	if n.With != nil {
		s.With = b.update.transferNamed(n.With)
		good = good && s.With != nil && b.fitsReplaced(s, n.With.Span()) && b.needsConstant(s.With, n.With.Span())
	}
	if n.Each && n.With != nil {
		b.fail(codePlan, n.With.Span(), "a transfer writes all instances, and here one is replaced after the other").
			advise("replace them together, without `each`")
		good = false
	}
	if !good {
		return nil
	}
	return s
}

// needsConstant makes sure that what a plan needs is known before it begins.
func (b *body) needsConstant(t *Transfer, at Span) bool {
	for _, n := range t.Needs {
		if !n.Constant {
			b.fail(codePlan, at, fmt.Sprintf("what transfer `%s` needs depends on the state: whether a machine has enough for the plan cannot be told", t.Name)).
				advise("give the plan a transfer that needs a constant amount").see(n.Span, "needed here")
			return false
		}
	}
	return true
}

// planLevel checks the level at which a plan replaces.
func (b *body) planLevel(n *LevelNode) *Level {
	l := &Level{Kind: n.Kind()}
	if n.Plan != nil || l.Kind == LevelEvent || l.Kind == LevelReboot || l.Kind == LevelHardware {
		b.fail(codePlan, n.Span(), "a plan replaces units of a running system, at a moment that is seen in its state").
			advise("the levels here are `anytime`, `data …`, `unit`, `protocol …`, `system` and `state …`")
		return nil
	}
	for _, name := range n.Names {
		if !b.update.levelName(l.Kind, name) {
			return nil
		}
		l.Names = append(l.Names, name.Name)
	}
	return l
}

// transferNamed finds a transfer of the update.
func (u *updateChecker) transferNamed(n *Ident) *Transfer {
	var known []string
	for _, t := range u.up.Transfers {
		if t.Name == n.Name {
			return t
		}
		known = append(known, t.Name)
	}
	u.fail(codePlan, n.Span(), fmt.Sprintf("the update has no transfer `%s`", n.Name)).advise(u.guess(n.Name, known))
	return nil
}

// fitsReplaced says whether a transfer writes only variables of units that are replaced
// with it, moves callers only out of them, and converts only their messages.
func (b *body) fitsReplaced(s *Replace, at Span) bool {
	foreign := ""
	v := visitor{stmt: func(x Stmt) {
		if a, is := x.(*Assign); is && a.To.Var.Owner != nil && !slices.Contains(s.Units, a.To.Var.Owner.Name) {
			foreign = fmt.Sprintf("writes `%s`", varName(a.To.Var))
		}
		if a, is := x.(*Assign); is && a.To.Typ.Kind == Caller {
			if from := a.Rhs.Expr.(*Ref).Var; !slices.Contains(s.Units, from.Owner.Name) {
				foreign = fmt.Sprintf("moves callers out of `%s`", varName(from))
			}
		}
	}}
	v.visitStmts(s.With.Body)
	for _, c := range s.With.Converts {
		if !slices.Contains(s.Units, c.From.Unit.Name) {
			foreign = fmt.Sprintf("converts `%s.%s`", c.From.Unit.Name, c.From.Name)
		}
	}
	if foreign == "" {
		return true
	}
	b.fail(codePlan, at, fmt.Sprintf("transfer `%s` %s, whose unit is not replaced here", s.With.Name, foreign)).
		advise("replace that unit in the same statement").see(s.With.Span, "declared here")
	return false
}

// AllNeeds lists what a plan takes while it is carried out, with what its transfers take:
// each a constant.
func (p *Plan) AllNeeds() []*Need {
	all := slices.Clone(p.Needs)
	for _, t := range p.Transfers() {
		all = append(all, t.Needs...)
	}
	return all
}

// Transfers lists the transfers with which a plan replaces something.
func (p *Plan) Transfers() []*Transfer {
	var all []*Transfer
	v := visitor{stmt: func(s Stmt) {
		if r, is := s.(*Replace); is && r.With != nil {
			all = append(all, r.With)
		}
	}}
	v.visitStmts(p.Body)
	return all
}
