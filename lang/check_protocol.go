package lang

import (
	"fmt"
	"slices"
)

// maxKeys bounds the instances of a protocol that can run side by side for each
// initiator.
const maxKeys = 1024

// maxLetters bounds the expression of a protocol: it becomes an automaton.
const maxLetters = 400

// protocol elaborates a protocol.
func (c *checker) protocol(d *ProtocolDecl) {
	p := c.names[d.Name.Name].protocol
	c.protocolMark(p, d.Mark)
	b := &body{checker: c, place: inConst, scope: &scope{}}
	good, keys := true, int64(1)
	for _, k := range d.Key {
		v := b.parameter(k)
		switch {
		case v.Type == nil:
			good = false
		case !v.Type.IsScalar():
			c.fail(codeMismatch, k.Type.Span(), fmt.Sprintf("a key is a number, a name or a truth value, not %s", describe(v.Type)))
			good = false
		default:
			keys = min(keys*v.Type.Card(), maxKeys+1)
		}
	}
	if keys > maxKeys {
		c.fail(codeTooLarge, d.Name.Span(), fmt.Sprintf("the keys of a protocol have at most %d values", maxKeys))
	}
	p.Key = b.locals
	from := c.unitNamed(d.Initiator)
	if from != nil {
		p.Initiator = from.unit
	}
	var to []*unitEntry
	for _, n := range d.Recipients {
		u := c.unitNamed(n)
		switch {
		case u == nil:
			good = false
		case u.unit.Kind == Client:
			c.fail(codeToClient, n.Span(), fmt.Sprintf("`%s` is a client: it receives no messages", n.Name)).see(u.unit.Span, "declared here")
			good = false
		default:
			to = append(to, u)
			p.Recipients = append(p.Recipients, u.unit)
		}
	}
	if len(to) == 0 {
		return
	}
	x := protocolChecker{checker: c, p: p, to: to, keysKnown: good, around: []string{p.Name}}
	p.Expr = x.expr(d.Expr())
	if x.letters > maxLetters {
		c.fail(codeTooLarge, d.Name.Span(), fmt.Sprintf("the expression of a protocol names messages at most %d times", maxLetters))
		return
	}
	c.sys.Protocols = append(c.sys.Protocols, p)
}

func (c *checker) unitNamed(n *Ident) *unitEntry {
	s := c.names[n.Name]
	if s != nil && s.kind == symUnit {
		return s.unit
	}
	e := c.fail(codeUnknownUnit, n.Span(), fmt.Sprintf("there is no unit `%s`", n.Name)).advise(c.guess(n.Name, candidates(c.reporter, c.names, isUnit)))
	if s != nil {
		e.Msg = fmt.Sprintf("`%s` is %s, not a unit", n.Name, s.describe())
		e.see(s.span, "declared here")
	}
	return nil
}

// A protocolChecker resolves the messages of a protocol.
type protocolChecker struct {
	*checker
	p         *Protocol
	to        []*unitEntry
	keysKnown bool     // keys and recipients are all right
	letters   int      // messages named so far
	around    []string // protocols whose expressions are being read
}

func (x *protocolChecker) expr(n *ProtocolNode) *Regex {
	if n == nil || x.letters > maxLetters {
		return nil
	}
	r := &Regex{Op: n.Op, Span: n.Span()}
	if d := x.inner(n); d != nil {
		return x.nested(d, n)
	}
	if n.Op == RxMessage {
		x.letters++
		r.Msg = x.message(n)
		return r
	}
	for _, s := range n.Sub {
		r.Sub = append(r.Sub, x.expr(s))
	}
	return r
}

// inner finds the protocol that a name in the expression stands for: one that no recipient
// has a message for; nil where it stands for none.
func (x *protocolChecker) inner(n *ProtocolNode) *ProtocolDecl {
	if n.Op != RxMessage || n.Unit != nil || slices.ContainsFunc(x.to, func(u *unitEntry) bool { return u.handlers[n.Message.Name] != nil }) {
		return nil
	}
	i := slices.IndexFunc(x.src.protocols, func(d *ProtocolDecl) bool { return d.Name.Name == n.Message.Name })
	if i < 0 {
		return nil
	}
	return x.src.protocols[i]
}

// nested puts the expression of another protocol in the place of its name: its words are
// part of the outer one's. nil where it cannot be.
func (x *protocolChecker) nested(d *ProtocolDecl, n *ProtocolNode) *Regex {
	if slices.Contains(x.around, d.Name.Name) {
		x.fail(codeRecursion, n.Span(), fmt.Sprintf("protocol `%s` is part of itself", d.Name.Name)).see(d.Name.Span(), "declared here")
		return nil
	}
	if x.p.Initiator == nil {
		return nil
	}
	if d.Initiator.Name != x.p.Initiator.Name {
		x.fail(codeProtocolMessage, n.Span(), fmt.Sprintf("protocol `%s` begins with `%s`, not with `%s`", d.Name.Name, d.Initiator.Name, x.p.Initiator.Name)).
			advise("a protocol inside another one has the same initiator").see(d.Name.Span(), "declared here")
		return nil
	}
	var to []*unitEntry
	for _, r := range d.Recipients {
		i := slices.IndexFunc(x.to, func(u *unitEntry) bool { return u.unit.Name == r.Name })
		if i < 0 {
			x.fail(codeProtocolMessage, n.Span(), fmt.Sprintf("`%s` is a recipient of protocol `%s`, but not of `%s`", r.Name, d.Name.Name, x.p.Name)).
				advise(fmt.Sprintf("add it: `%s -> …, %s`", x.p.Initiator.Name, r.Name)).see(d.Name.Span(), "declared here")
			return nil
		}
		to = append(to, x.to[i])
	}
	outer := x.to
	x.to, x.around = to, append(x.around, d.Name.Name)
	r := x.expr(d.Expr())
	x.to, x.around = outer, x.around[:len(x.around)-1]
	return r
}

func (x *protocolChecker) message(n *ProtocolNode) *Message {
	var found []*Message
	known := []string{}
	for _, u := range x.to {
		if n.Unit != nil && u.unit.Name != n.Unit.Name {
			continue
		}
		if n.Unit != nil {
			found = append(found, x.checker.message(u, n.Message))
			continue
		}
		if h := u.handlers[n.Message.Name]; h != nil {
			found = append(found, h.Msg)
		}
		known = append(known, candidates(x.reporter, u.handlers, nil)...)
	}
	switch {
	case len(found) == 1:
		if m := found[0]; m != nil && x.keysKnown {
			x.keys(m, n)
		}
		return found[0]
	case len(found) > 1:
		x.fail(codeProtocolMessage, n.Span(), fmt.Sprintf("both `%s` and `%s` have a handler for `%s`", found[0].Unit.Name, found[1].Unit.Name, n.Message.Name)).
			advise(fmt.Sprintf("say which one: `%s.%s`", found[0].Unit.Name, n.Message.Name))
	case n.Unit != nil:
		x.fail(codeProtocolMessage, n.Unit.Span(), fmt.Sprintf("`%s` is no recipient of protocol `%s`", n.Unit.Name, x.p.Name)).see(x.p.Span, "declared here")
	default:
		x.fail(codeProtocolMessage, n.Span(), fmt.Sprintf("no recipient of protocol `%s` has a handler for `%s`", x.p.Name, n.Message.Name)).
			advise(x.guess(n.Message.Name, known))
	}
	return nil
}

// keys checks that a message carries the protocol's keys.
func (x *protocolChecker) keys(m *Message, n *ProtocolNode) {
	for _, k := range x.p.Key {
		var param *Var
		for _, p := range m.Params {
			if p.Name == k.Name {
				param = p
			}
		}
		switch {
		case param == nil:
			x.fail(codeProtocolKey, n.Span(), fmt.Sprintf("message `%s` does not carry the key `%s` of protocol `%s`", m.Name, k.Name, x.p.Name)).
				advise(fmt.Sprintf("give it a parameter `%s`", k.Name)).see(m.Span, "declared here")
		case param.Type != nil && param.Type.Declaration() != k.Type.Declaration():
			x.fail(codeProtocolKey, n.Span(), fmt.Sprintf("the key `%s` is %s, but in message `%s` it is %s", k.Name, describe(k.Type), m.Name, describe(param.Type))).
				see(param.Span, "declared here")
		}
	}
}
