package lang

import (
	"fmt"
	"slices"
)

// unitHead elaborates what stands before a unit's body.
func (c *checker) unitHead(e *unitEntry) {
	d, u := e.src.decl, e.unit
	if d.Index != nil {
		c.unitIndex(e, d.Index)
	}
	if at := e.src.symmetric; at != nil && d.Index == nil {
		c.fail(codeSymmetricSingle, *at, fmt.Sprintf("there is a single `%s`: it has no instances that could be interchangeable", u.Name)).
			advise("only arrays of units are `symmetric`")
	} else if at != nil {
		u.Symmetric = true
	}
	queue := u.Kind == Process || u.Kind == Object
	if queue {
		u.Mailbox = 1
	}
	if e.src.mailbox == nil {
		return
	}
	if !queue {
		c.misplaced(e.src.mailbox.Span(), fmt.Sprintf("a %s has no mailbox", unitKindNames[u.Kind]))
		return
	}
	b := &body{checker: c, place: inConst}
	n, ok := b.constInt(e.src.mailbox)
	if ok && (n < 1 || n > maxMailbox) {
		c.fail(codeTooLarge, e.src.mailbox.Span(), fmt.Sprintf("a mailbox holds 1 to %d messages, not %d", maxMailbox, n))
		return
	}
	if ok {
		u.Mailbox = int(n)
	}
}

func (c *checker) unitIndex(e *unitEntry, n TypeNode) {
	t := c.typeOf(n)
	e.broken = true
	switch {
	case t == nil:
	case !t.IsScalar():
		c.fail(codeMismatch, n.Span(), fmt.Sprintf("an array of units is indexed by a range, names or bool, not by %s", describe(t)))
	case t.Card() > maxInstances:
		c.fail(codeTooLarge, n.Span(), fmt.Sprintf("`%s` would have %d instances; at most %d are allowed", e.unit.Name, t.Card(), maxInstances))
	default:
		e.unit.Index, e.unit.Count = t, int(t.Card())
		e.broken = false
	}
}

func (c *checker) misplaced(at Span, msg string) *Error { return c.fail(codeMisplacedStmt, at, msg) }

// unitVars elaborates the variables of a unit and the signatures of its handlers.
func (c *checker) unitVars(e *unitEntry) {
	for _, m := range e.src.members {
		switch m := m.(type) {
		case *DataDecl:
			c.unitData(e, m)
		case *StmtMember:
			c.unitStmt(e, m)
		case *HandlerDecl:
			c.signature(e, m)
		case *HookDecl: // see hooks
			if e.unit.Kind == Client {
				c.misplaced(m.Span(), "a client receives no messages")
			}
		case *ConvergesDecl:
			c.converges(e, m)
		case *DropDecl:
			c.fail(codeDropOutside, m.Span(), "`drop` stands in updates, in the unit that changes")
		}
	}
	c.collectHolds(e)
	c.collectReadable(e)
}

// converges notes the stable state in which a unit can stop.
func (c *checker) converges(e *unitEntry, d *ConvergesDecl) {
	if e.unit.Kind == Client || e.unit.Kind == Function {
		c.misplaced(d.Span(), "only a process or an object can be stopped, and so converge to a state")
		return
	}
	for _, n := range d.States {
		if n.Name == "idle" && c.names[n.Name] == nil {
			continue // the unit processes nothing: so it is whenever it stops
		}
		if s := c.names[n.Name]; s == nil || s.kind != symStable {
			known := candidates(c.reporter, c.names, func(s *symbol) bool { return s.kind == symStable })
			c.fail(codeUnknown, n.Span(), fmt.Sprintf("there is no stable state `%s`", n.Name)).advise(c.guess(n.Name, known))
		}
	}
	if e.converges != nil {
		c.fail(codeDuplicate, d.Span(), fmt.Sprintf("what `%s` converges to is declared already", e.unit.Name)).see(e.converges.Span(), "first declared here").
			advise("name all the states in one place, the first choice first")
		return
	}
	e.converges = d
	if n := d.States[0].Name; c.names[n] != nil {
		e.unit.Converges = n
	}
}

func (c *checker) unitData(e *unitEntry, d *DataDecl) {
	switch {
	case e.unit.Kind == Client:
		c.misplaced(d.Span(), "the variables of a client are all local to it").advise("write `var`, or move it out of the client")
		return
	case d.Class() == Shared:
		c.misplaced(d.Span(), "shared data are declared outside units").advise("move it to the top, or write `var` for a variable of the unit")
		return
	}
	v := &Var{Name: d.Name.Name, Class: d.Class(), Span: d.Name.Span()}
	c.dataMark(v, d.Mark)
	c.unitVar(e, v, d.Type, d.Init)
	if d.Choose != nil && e.vars[v.Name] == v {
		c.choices(v, d.Type, d.Choose)
	}
}

func (c *checker) unitStmt(e *unitEntry, m *StmtMember) {
	if e.unit.Kind == Client {
		return
	}
	n, ok := m.Stmt.(*VarNode)
	if !ok {
		c.misplaced(m.Span(), one(unitKindNames[e.unit.Kind])+" only has variables and handlers: this statement is never reached").
			advise("put it into a handler, `on message() { … }`")
		return
	}
	var init ExprNode
	if n.Init != nil {
		if n.Init.Call != nil {
			c.fail(codeNotConstant, n.Init.Span(), "an initial value is a constant")
		}
		init = n.Init.Expr
	}
	if n.Type == nil && init == nil && n.Init == nil {
		c.needsType(n.Name)
	}
	v := &Var{Name: n.Name.Name, Span: n.Name.Span()}
	c.dataMark(v, n.Mark)
	c.unitVar(e, v, n.Type, init)
	if n.Init != nil && n.Init.Choose != nil && e.vars[v.Name] == v {
		c.choices(v, n.Type, n.Init.Choose)
	}
}

func (c *checker) unitVar(e *unitEntry, v *Var, typ TypeNode, init ExprNode) {
	if first := e.vars[v.Name]; first != nil {
		c.fail(codeDuplicate, v.Span, fmt.Sprintf("`%s` is already a variable of `%s`", v.Name, e.unit.Name)).see(first.Span, "first declared here")
		return
	}
	v.Owner, v.Index = e.unit, len(e.unit.Vars)
	e.vars[v.Name] = v
	e.unit.Vars = append(e.unit.Vars, v)
	c.variable(v, typ, init)
}

// signature elaborates the head of a handler.
func (c *checker) signature(e *unitEntry, d *HandlerDecl) {
	name := d.Head.Message
	if e.unit.Kind == Client {
		c.misplaced(d.Header(), "a client receives no messages: it has no handlers").advise("make it a `process`")
		return
	}
	if first := e.handlers[name.Name]; first != nil {
		c.fail(codeDuplicate, name.Span(), fmt.Sprintf("`%s` already has a handler for `%s`", e.unit.Name, name.Name)).see(first.Span, "first declared here")
		return
	}
	h := &Handler{Unit: e.unit, Span: d.Header()}
	h.Msg = &Message{Unit: e.unit, Name: name.Name, Span: d.Header()}
	b := &body{checker: c, place: inConst, scope: &scope{}}
	slots := int64(1)
	for _, p := range d.Head.Params {
		v := b.parameter(p)
		if v.Type != nil {
			slots += int64(v.Type.Slots())
		}
	}
	h.Msg.Params, h.Locals = b.locals, slices.Clone(b.locals)
	if d.Head.Result != nil {
		t := c.typeOf(d.Head.Result)
		if t != nil && hasCaller(t) {
			c.fail(codeCaller, d.Head.Result.Span(), "a caller cannot be handed on")
			t = nil
		}
		h.Msg.Result = t
		if t == nil {
			c.badResults[h.Msg] = true
		}
	}
	e.handlers[name.Name] = h
	e.unit.Handlers = append(e.unit.Handlers, h)
	c.grow(d.Header(), slots*int64(e.unit.Mailbox)*int64(e.unit.Count))
}

// collectHolds finds out whose callers each variable holds, which decides what
// `reply … to` sends.
func (c *checker) collectHolds(e *unitEntry) {
	for _, m := range e.src.members {
		d, ok := m.(*HandlerDecl)
		if !ok || e.handlers[d.Head.Message.Name] == nil {
			continue
		}
		msg := e.handlers[d.Head.Message.Name].Msg
		eachStmt(d.Body.Stmts, func(s StmtNode) {
			n, is := s.(*HoldNode)
			if !is {
				return
			}
			root, _ := flatten(n.To)
			name, _ := root.(*NameNode)
			if name == nil || e.vars[name.Name] == nil {
				return
			}
			v := e.vars[name.Name]
			first := c.holds[v]
			if first == nil {
				c.holds[v] = msg
			} else if !sameResult(first.Result, msg.Result) {
				c.fail(codeHeldResults, n.Span(), fmt.Sprintf("`%s` holds callers that wait for replies of different types: %s and %s",
					v.Name, resultText(first.Result), resultText(msg.Result))).
					advise("hold them in variables of their own").see(first.Span, "the others come from here")
			}
		})
	}
}

func sameResult(x, y *Type) bool {
	return x == nil && y == nil || x != nil && y != nil && storable(x, y) && storable(y, x)
}

func resultText(t *Type) string {
	if t == nil {
		return "no value"
	}
	return describe(t)
}

// collectMoves finds the callers that transfers move: where the new variable of a unit
// gets them from.
func (c *checker) collectMoves(d *UpdateDecl) {
	for _, change := range d.Changes {
		t, is := change.(*TransferDecl)
		if !is {
			continue
		}
		eachStmt(t.Body.Stmts, func(s StmtNode) {
			n, is := s.(*AssignNode)
			if !is || n.Rhs == nil {
				return
			}
			to, into := flatten(n.To)
			from, outOf := flatten(n.Rhs.Expr)
			name, _ := to.(*NameNode)
			if _, old := from.(*OldNode); !old || name == nil {
				return
			}
			place := names(into)
			if v := c.old.varAt(names(outOf)); v != nil && len(place) == 1 {
				c.moves[name.Name+"."+place[0]] = append(c.moves[name.Name+"."+place[0]], v)
			}
		})
	}
}

// names gives the names in a path, without its indices.
func names(steps []step) (list []string) {
	for _, s := range steps {
		if s.name != nil {
			list = append(list, s.name.Name)
		}
	}
	return list
}

// varAt finds the variable of a unit that a path of names ends at.
func (c *checker) varAt(path []string) *Var {
	if len(path) != 2 {
		return nil
	}
	if s := c.names[path[0]]; s != nil && s.kind == symUnit {
		return s.unit.vars[path[1]]
	}
	return nil
}

// eachStmt calls f for the statements in a block and in the blocks inside them.
func eachStmt(list []StmtNode, f func(StmtNode)) {
	for _, s := range list {
		f(s)
		for _, b := range nestedBlocks(s) {
			if b != nil {
				eachStmt(b.Stmts, f)
			}
		}
	}
}

// heldResult is the type of the value for the callers held in v, and one of the
// messages they sent; no message if nobody ever holds a caller there.
func (c *checker) heldResult(v *Var) (*Type, *Message) {
	if m := c.holds[v]; m != nil {
		return m.Result, m
	}
	if c.old == nil || v.Owner == nil {
		return nil, nil
	}
	// In a new version, callers may be held that old code put there, or somewhere
	// from where a transfer moves them.
	was := c.moves[v.Owner.Name+"."+v.Name]
	if same := c.old.varAt([]string{v.Owner.Name, v.Name}); same != nil {
		was = append([]*Var{same}, was...)
	}
	for _, o := range was {
		if result, m := c.old.heldResult(o); m != nil {
			return c.renewed(result), m
		}
	}
	return nil, nil
}

// renewed is a type of the old version as the new one has it, where it is extended.
func (c *checker) renewed(t *Type) *Type {
	if t == nil || t.Name == "" {
		return t
	}
	if s := c.names[t.Name]; s != nil && s.kind == symType && s.typ.typ != nil && s.typ.typ.Keeps(t) {
		return s.typ.typ
	}
	return t
}

// sameMoves reports transfers that move callers to one variable who wait for different
// things: the code that answers them is the same with each.
func (c *checker) sameMoves() {
	for _, place := range sorted(c.moves) {
		var first *Message
		for _, v := range c.moves[place] {
			result, m := c.old.heldResult(v)
			switch {
			case m == nil:
			case first == nil:
				first = m
			case !sameResult(result, first.Result):
				c.fail(codeHeldResults, m.Span, fmt.Sprintf("transfers move callers to `%s` who wait for different things: %s, and here %s", place, resultText(first.Result), resultText(result))).
					advise("move them to different variables").see(first.Span, "the others sent this")
				return
			}
		}
	}
}

// unitCode checks the bodies of a unit.
func (c *checker) unitCode(e *unitEntry) {
	if e.unit.Kind == Client {
		c.clientCode(e)
		return
	}
	for _, m := range e.src.members {
		if d, ok := m.(*HandlerDecl); ok {
			c.handlerCode(e, d)
		}
	}
}

// begin says whether the code for a message, or with "" of a client, is to be checked now: it
// has not been, and is not.
func (e *unitEntry) begin(message string) bool {
	first := e.coded[message] == untouched
	if first {
		e.coded[message] = inWork
	}
	return first
}

func (c *checker) handlerCode(e *unitEntry, d *HandlerDecl) {
	name := d.Head.Message.Name
	h := e.handlers[name]
	if h == nil || h.Span != d.Header() || !e.begin(name) {
		return // declared twice, or checked already
	}
	b := &body{checker: c, place: inCode, unit: e, handler: h, locals: h.Locals, scope: &scope{vars: slices.Clone(h.Locals)}}
	h.Body = b.stmts(d.Body.Stmts)
	h.Locals = b.locals
	e.coded[name] = done
}

func (c *checker) clientCode(e *unitEntry) {
	if !e.begin("") {
		return
	}
	b := &body{checker: c, place: inCode, unit: e, scope: &scope{}}
	var list []StmtNode
	for _, m := range e.src.members {
		if s, ok := m.(*StmtMember); ok {
			list = append(list, s.Stmt)
		}
	}
	e.unit.Body = b.stmts(list)
	e.unit.Locals = b.locals
	e.coded[""] = done
}

// findRecursion reports functions that call themselves through others. Calls are
// looked at unit by unit; for a new version together with those of the old one,
// whose activations can still run.
func (c *checker) findRecursion() {
	edges := map[string][]string{}
	spans := map[callEdge]Span{}
	for v := c; v != nil; v = v.old {
		for e, at := range v.calls {
			if _, known := spans[e]; !known {
				spans[e] = at
				edges[e.from] = append(edges[e.from], e.to)
			}
		}
	}
	state := map[string]resolveState{}
	var visit func(name string)
	visit = func(name string) {
		state[name] = inWork
		slices.Sort(edges[name])
		for _, to := range edges[name] {
			switch state[to] {
			case inWork:
				c.fail(codeRecursion, spans[callEdge{name, to}], fmt.Sprintf("function `%s` calls itself%s", to, through(name, to)))
			case untouched:
				visit(to)
			}
		}
		state[name] = done
	}
	for _, name := range sorted(edges) {
		if state[name] == untouched {
			visit(name)
		}
	}
}

func through(last, first string) string {
	if last == first {
		return ""
	}
	return fmt.Sprintf(" through `%s`", last)
}
