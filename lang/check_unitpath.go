package lang

import "fmt"

// A unitPath is a path whose root is a unit, with the steps behind it.
type unitPath struct {
	entry *unitEntry
	index Expr // the instance, of an array of units; nil where none is written
	at    Span // what has been read so far
	steps []step
	old   bool
}

// instance reads the index of the instance, if one is written; false on an error.
func (b *body) instance(p *unitPath) bool {
	u := p.entry.unit
	if len(p.steps) == 0 || p.steps[0].index == nil {
		return true
	}
	if p.entry.broken {
		return false
	}
	if u.Index == nil {
		b.fail(codeInstance, p.steps[0].span, fmt.Sprintf("there is a single `%s`: it takes no index", u.Name)).see(u.Span, "declared here")
		return false
	}
	writing := b.writing
	b.writing = false
	p.index = b.value(p.steps[0].index, u.Index)
	b.writing = writing
	p.at, p.steps = p.steps[0].span, p.steps[1:]
	return p.index != nil
}

// unitPath checks `fs.buffered`, `server[i].x`, `fs.idle`.
func (b *body) unitPath(p unitPath) Expr {
	if !b.instance(&p) {
		return nil
	}
	u := p.entry.unit
	if len(p.steps) == 0 || p.steps[0].name == nil {
		b.fail(codeWrongKind, p.at, fmt.Sprintf("`%s` is %s, not a value", u.Name, one(unitKindNames[u.Kind]))).
			advise(fmt.Sprintf("name one of its variables, or write `%s.idle`", u.Name))
		return nil
	}
	name, at := p.steps[0].name, p.steps[0].span
	if v := p.entry.vars[name.Name]; v != nil {
		return b.unitVar(p, v, at)
	}
	if e, found := b.local(p); found {
		return e
	}
	if name.Name == "idle" && u.Kind != Client {
		if !b.mayAsk(at, p.old) || !b.maySee(u, at) {
			return nil
		}
		return b.access(&Idle{ExprBase{boolType(), at}, u, p.index, p.old}, p.steps[1:])
	}
	if u.Kind == Client {
		b.fail(codeForeignVar, at, fmt.Sprintf("nothing inside the client `%s` can be read", u.Name)).
			advise("let the client `note` it in a ghost")
		return nil
	}
	e := b.fail(codeUnknown, name.Span(), fmt.Sprintf("`%s` has no variable `%s`", u.Name, name.Name)).
		advise(b.guess(name.Name, candidates(b.reporter, p.entry.vars, nil), []string{"idle"}))
	if name.Name == "in" || name.Name == "waiting" {
		e.Advice = fmt.Sprintf("write the message: `%s.%s(message)`", u.Name, name.Name)
	}
	return nil
}

// single says whether the path names one instance; name is what is read of it.
func (b *body) single(p unitPath, name string) bool {
	u := p.entry.unit
	if u.Index == nil || p.index != nil {
		return true
	}
	if !p.entry.broken {
		b.fail(codeInstance, p.at, fmt.Sprintf("`%s` has %d instances: say which one", u.Name, u.Count)).
			advise(fmt.Sprintf("write `%s[i].%s`", u.Name, name))
	}
	return false
}

func (b *body) unitVar(p unitPath, v *Var, at Span) Expr {
	u := p.entry.unit
	if !b.single(p, v.Name) {
		return nil
	}
	if b.place == inCode && b.unit != nil && v.Owner == b.unit.unit && p.index != nil {
		if _, own := p.index.(*SelfRef); !own {
			b.fail(codeForeignVar, at, fmt.Sprintf("this code cannot use `%s` of another instance of `%s`", v.Name, u.Name)).
				advise("send it a message, or share the data with `shared`")
			return nil
		}
	}
	e := b.read(v, p.index, at)
	if p.old {
		e = asOld(e, true)
	}
	return b.access(e, p.steps[1:])
}

// mayAsk says whether the place may ask what runs: whether a unit is idle, which
// messages wait, which protocols are in progress.
func (b *body) mayAsk(at Span, old bool) bool {
	switch {
	case b.place == inCode:
		b.fail(codeAsks, at, "code cannot ask which activations, messages and protocols are under way").
			advise("this may stand in `assert`, `always`, `stable`, and after `old.` in a transfer")
		return false
	case b.place == inConst:
		b.fail(codeNotConstant, at, "this is not a constant")
		return false
	case b.place == inHook:
		b.fail(codeAsks, at, "a ghost that is attached to a message cannot ask which activations, messages and protocols are under way").
			advise("`note` it in the code that receives the message")
		return false
	case b.later:
		b.fail(codeAsks, at, "`adapt` cannot ask which activations, messages and protocols are under way")
		return false
	case b.place == inTransfer && !old:
		b.fail(codeAsks, at, "a transfer asks the old version what is under way").advise("write `old.` before it")
		return false
	}
	return true
}

// maySee says whether what runs in a unit may be asked here: a transfer sees it only
// of the units that change (definitions section 5, readable).
func (b *body) maySee(u *Unit, at Span) bool {
	if b.place != inTransfer || b.affected == nil || b.affected[u.Name] {
		return true
	}
	b.fail(codeAsks, at, fmt.Sprintf("a transfer asks only of units that change what they are doing, and `%s` does not", u.Name)).
		see(u.Span, "declared here")
	return false
}

// protocolPath checks `write.in_progress` and `session[f].in_progress`.
func (b *body) protocolPath(p *Protocol, steps []step, at Span, old bool) Expr {
	keys, steps, at := keysOf(steps, at)
	if len(steps) != 1 || steps[0].name.Name != "in_progress" {
		b.fail(codeWrongKind, at, fmt.Sprintf("`%s` is a protocol, not a value", p.Name)).
			advise(fmt.Sprintf("write `%s.in_progress`, or of a tracked one `%s.allows(message)`", p.Name, p.Name))
		return nil
	}
	if !b.mayAsk(steps[0].span, old) {
		return nil
	}
	key, ok := b.key(p, keys, at)
	if !ok {
		return nil
	}
	return &InProgress{ExprBase{boolType(), steps[0].span}, p, key, old}
}

// keysOf takes the indices from the front of a path.
func keysOf(steps []step, at Span) (keys []ExprNode, rest []step, end Span) {
	for len(steps) > 0 && steps[0].index != nil {
		keys, at, steps = append(keys, steps[0].index), steps[0].span, steps[1:]
	}
	return keys, steps, at
}

// key checks the key of a protocol's instances; nil for those with any key.
func (b *body) key(p *Protocol, keys []ExprNode, at Span) (key []Expr, ok bool) {
	if len(keys) > 0 && len(keys) != len(p.Key) {
		b.fail(codeInstance, at, fmt.Sprintf("protocol `%s` has %d keys, not %d", p.Name, len(p.Key), len(keys))).see(p.Span, "declared here")
		return nil, false
	}
	for i, k := range keys {
		x := b.value(k, p.Key[i].Type)
		if x == nil {
			return nil, false
		}
		key = append(key, x)
	}
	return key, true
}
