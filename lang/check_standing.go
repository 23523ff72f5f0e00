package lang

import (
	"cmp"
	"fmt"
	"slices"
)

// What only a transfer can ask, after `old.`: before which statement an activation stands,
// in which call it waits, and who sent a waiting message (definitions section 5).

// Statements gives where the statements of a handler begin, in the order of the text, those
// inside others too: the first of them is number 1.
func (h *Handler) Statements() (out []Pos) {
	v := visitor{stmt: func(s Stmt) { out = append(out, s.Pos().Start) }}
	v.visitStmts(h.Body)
	slices.SortFunc(out, func(a, b Pos) int { return cmp.Compare(a.Offset, b.Offset) })
	return slices.CompactFunc(out, func(a, b Pos) bool { return a.Offset == b.Offset })
}

// Calls says whether the statement that begins somewhere in a handler makes a call.
func (h *Handler) Calls(start Pos) bool {
	calls := false
	v := visitor{stmt: func(s Stmt) {
		calls = calls || s.Pos().Start.Offset == start.Offset && len(callsOf(s)) > 0
	}}
	v.visitStmts(h.Body)
	return calls
}

// standing checks `old.fs.at(chunk, 2)` and `old.fs.in(chunk, 2)`.
func (b *body) standing(p unitPath, n *CallNode, fun *MemberNode) Expr {
	u, word := p.entry.unit, fun.Name.Name
	if len(n.Args) != 2 || n.Args[1].Key != nil {
		b.fail(codeBadParts, n.Span(), "a message and the number of a statement stand in these parentheses").
			advise(fmt.Sprintf("write `%s.at(message, 1)` for an activation that stands before the first statement of its handler", u.Name))
		return nil
	}
	m := b.messageArg(p, n, 2)
	if m == nil || !b.mayAsk(n.Span(), p.old) || !b.forTransfers(n.Span(), "where an activation stands", p.old) || !b.maySee(u, n.Span()) {
		return nil
	}
	x := b.number(n.Args[1].Value)
	if x == nil {
		return nil
	}
	k, known := constNumber(x)
	if !known {
		b.fail(codeNotConstant, x.Pos(), "the number of a statement is a constant")
		return nil
	}
	h := p.entry.handlers[m.Name]
	starts := h.Statements()
	if k < 1 || k > int64(len(starts)) {
		there := fmt.Sprintf("there are %d, counted from 1 in the order of the text", len(starts))
		if len(starts) == 0 {
			there = "there is none"
		}
		b.fail(codeNoPart, x.Pos(), fmt.Sprintf("`%s.%s` has no statement %d: %s", u.Name, m.Name, k, there)).see(h.Span, "declared here")
		return nil
	}
	e := &InHandler{ExprBase{boolType(), n.Span()}, u, p.index, m, p.old, int(k), starts[k-1], word == "at"}
	if !e.Before && !h.Calls(e.Start) {
		b.fail(codeNoPart, x.Pos(), fmt.Sprintf("statement %d of `%s.%s` makes no call in which an activation could wait", k, u.Name, m.Name)).
			advise(fmt.Sprintf("write `%s.at(%s, %d)` for one that stands before it", u.Name, m.Name, k)).
			see(Span{e.Start, e.Start}, "it begins here")
		return nil
	}
	return e
}

// forTransfers says whether this is a transfer that reads the old state; nobody else may ask.
func (b *body) forTransfers(at Span, what string, old bool) bool {
	if b.place == inTransfer && old {
		return true
	}
	b.fail(codeAsks, at, "only a transfer can ask "+what).advise("keep what is to be known of it in a variable, or mark a local `readable`")
	return false
}

// sender checks the second argument of `old.fs.waiting(put, app[i])`.
func (b *body) sender(w *Waiting, a *ArgNode) bool {
	if a.Key != nil {
		b.fail(codeBadParts, a.Span(), "a unit or client stands here")
		return false
	}
	if !b.forTransfers(a.Span(), "who sent a message", w.Old) {
		return false
	}
	root, steps := flatten(a.Value)
	name, _ := root.(*NameNode)
	if name == nil {
		b.fail(codeUnknownUnit, a.Span(), "the name of a unit or client stands here, as the old version has it")
		return false
	}
	s := b.old.names[name.Name]
	if s == nil || s.kind != symUnit {
		b.fail(codeUnknownUnit, root.Span(), fmt.Sprintf("the old version has no unit or client `%s`", name.Name)).
			advise(b.guess(name.Name, candidates(b.reporter, b.old.names, isUnit)))
		return false
	}
	p := unitPath{entry: s.unit, at: root.Span(), steps: steps}
	if !b.instance(&p) {
		return false
	}
	if len(p.steps) > 0 {
		b.fail(codeUnknownUnit, a.Span(), fmt.Sprintf("messages are sent by `%s`, not by a part of it", name.Name))
		return false
	}
	w.From, w.Sender = p.entry.unit, p.index
	return true
}
