package model

import (
	"fmt"
	"slices"

	"github.com/lucheck/lucheck/lang"
)

// This file moves protocol positions (definitions section 1.8). A position moves when
// the initiator sends. An instance at a complete word that cannot be continued ends as
// soon as no message of it is outstanding; where the word can be continued, when the
// initiating activation ends.

// initiatorIndex is the number of a frame's protocol instance: that of its unit's
// instance; a function unit has one for all its callers.
func initiatorIndex(f *frame) int { return f.inst.index }

// involved lists the protocols that a unit initiates and that name a message.
func (u *Update) involved(initiator *unit, message string) []*protocol {
	var out []*protocol
	for _, p := range u.protocols {
		if p.initiator == initiator && p.names(message) {
			out = append(out, p)
		}
	}
	return out
}

// advance compiles what sending a message does to the positions of the sender's
// protocols. A call remembers, for a loose protocol, the instance that it belongs to,
// until its reply has been received.
func (b *builder) advance(msg *lang.Message, span lang.Span, call bool) func(m *machine, args []int64) {
	type move struct {
		p    *protocol
		pi   *protocolInstance
		syms [2]int
		key  func(args []int64) int
		bad  uint32
		mark *slot
	}
	var moves []move
	name := symbol(msg)
	for _, p := range b.u.involved(b.frame.unit, name) {
		mv := move{p: p, pi: &p.insts[initiatorIndex(b.frame)], key: p.keyFromArgs(msg)}
		why := fmt.Sprintf("protocol `%s` does not allow `%s` here", p.name, msg.Name)
		if mv.key == nil {
			why = fmt.Sprintf("`%s` does not carry the key of protocol `%s`", msg.Name, p.name)
		}
		mv.bad = b.u.failureID(Failure{Kind: ProtocolFailure, Span: span, Detail: why})
		for version, d := range p.dfa {
			mv.syms[version] = -1
			if d != nil {
				mv.syms[version] = d.symbolOf(name)
			}
		}
		if call {
			mv.mark = markOf(b.frame.called, p)
		}
		b.touches(mv.pi.comp)
		moves = append(moves, mv)
	}
	return func(m *machine, args []int64) {
		for i := range moves {
			mv := &moves[i]
			version := int64(0)
			if mv.p.changed {
				version = mv.pi.version.get(m.v)
			}
			if mv.syms[version] < 0 {
				continue
			}
			if mv.key == nil {
				m.fail(mv.bad)
				continue
			}
			key := mv.key(args)
			pos, d := mv.pi.pos[key], mv.p.dfa[version]
			m.move(mv.p, d, pos, mv.syms[version], mv.bad)
			if mv.mark != nil && m.failure == 0 {
				mv.mark.set(m.v, int64(key)+1)
			}
		}
	}
}

// markOf finds the mark of a protocol; nil where there is none.
func markOf(marks []protocolMark, p *protocol) *slot {
	for i := range marks {
		if marks[i].p == p {
			return &marks[i].key
		}
	}
	return nil
}

// keyFromArgs numbers the key of a message from its arguments' scalars; nil where the
// message does not carry the key.
func (p *protocol) keyFromArgs(msg *lang.Message) func(args []int64) int {
	at, ok := p.keyOf(msg)
	if !ok {
		return nil
	}
	key := p.keyBounds()
	first := make([]int, len(msg.Params))
	n := 0
	for i, par := range msg.Params {
		first[i] = n
		n += par.Type.Slots()
	}
	return func(args []int64) int {
		return keyIndex(key, at, func(param int) int64 { return args[first[param]] })
	}
}

// move takes one position along a message.
func (m *machine) move(p *protocol, d *automaton, pos slot, sym int, bad uint32) {
	at := pos.get(m.v)
	if at == p.foreign {
		return
	}
	state := max(at-1, 0)
	to := d.next[state][sym]
	if to < 0 && at > 0 && d.accepting[state] {
		to = d.next[0][sym]
	}
	if to < 0 {
		m.fail(bad)
		return
	}
	pos.set(m.v, int64(to)+1)
	p.moved = true
}

// endContinuable ends, with an activation or a client's round, the instances of
// its protocols that are complete but could go on, and the foreign ones.
func (m *machine) endContinuable(f *frame) {
	for _, p := range m.rt.protocols {
		if p.initiator != f.unit {
			continue
		}
		pi := &p.insts[initiatorIndex(f)]
		d := p.automaton(pi, m.v)
		for _, pos := range pi.pos {
			at := pos.get(m.v)
			if at != 0 && (at == p.foreign || d != nil && d.accepting[at-1] && !d.final[at-1]) {
				pos.clear(m.v)
			}
		}
	}
}

// endOfCall compiles what the receipt of a reply does to the positions of the
// caller's protocols.
func (b *builder) endOfCall(msg *lang.Message) func(m *machine) {
	ps := b.u.involved(b.frame.unit, symbol(msg))
	for _, to := range b.u.becoming(msg) {
		// The call may have become another message.
		for _, p := range b.u.involved(b.frame.unit, symbol(to)) {
			if !slices.Contains(ps, p) {
				ps = append(ps, p)
			}
		}
	}
	f := b.frame
	for _, p := range ps {
		b.u.endTouches(p, f.inst, &b.touch)
		b.wide = true
	}
	return func(m *machine) {
		for _, p := range ps {
			if mark := markOf(f.called, p); mark != nil {
				key := mark.get(m.v)
				mark.clear(m.v)
				if key > 0 {
					m.endInstance(p, f.inst, int(key)-1)
				}
				continue
			}
			m.endInstance(p, f.inst, 0)
		}
	}
}

// rewritings lists all that rewrite messages: of the update and of its transfers.
func (u *Update) rewritings() []*lang.Convert {
	all := slices.Clone(u.Source.Converts)
	for _, t := range u.Source.Transfers {
		all = append(all, t.Converts...)
	}
	return all
}

// becoming lists the messages that one can become on its way: by what rewrites it, or by some
// transfer that nobody wrote (definitions section 5), where the new version of its unit has
// no handler for it.
func (u *Update) becoming(from *lang.Message) []*lang.Message {
	var out []*lang.Message
	for _, c := range u.rewritings() {
		if symbol(c.From) == symbol(from) {
			out = append(out, c.To)
		}
	}
	p := u.unitOf[from.Unit.Name]
	if !p.affected || p.old == nil || p.new == nil {
		return out
	}
	for _, h := range p.new.Handlers {
		if h.Msg.Name == from.Name {
			return out
		}
	}
	for _, h := range p.new.Handlers {
		out = append(out, h.Msg)
	}
	return out
}

// processed ends what the end of an activation that processed a message of the
// sender's may end; keys are what it remembered, by the order of its marks.
func (m *machine) processed(f, sender *frame, keys []int64) {
	for i, t := range f.tracks {
		if keys[i] > 0 {
			m.endInstance(t.p, sender.inst, int(keys[i])-1)
		}
	}
}

// endInstance ends an instance in a final position if nothing of it is outstanding.
func (m *machine) endInstance(p *protocol, initiator *instance, key int) {
	pi := &p.insts[initiator.index]
	d := p.automaton(pi, m.v)
	at := pi.pos[key].get(m.v)
	if at == 0 || at == p.foreign || d == nil || !d.final[at-1] {
		return
	}
	if !p.loose || !m.outstanding(p, d, initiator, key) {
		pi.pos[key].clear(m.v)
	}
}

// endTouches adds what endInstance looks at.
func (u *Update) endTouches(p *protocol, initiator *instance, into *compSet) {
	into.add(p.insts[initiator.index].comp)
	if !p.loose {
		return
	}
	for _, g := range u.frames {
		if g.inst == initiator {
			into.add(g.comp)
		}
	}
	for _, r := range p.recipients(u) {
		for _, inst := range r.insts {
			into.add(inst.comp)
			if inst.mailbox != nil {
				into.add(inst.mailbox.comp)
			}
		}
	}
}

// recipients are the units that either version of the protocol names.
func (p *protocol) recipients(u *Update) []*unit {
	var out []*unit
	for _, r := range u.units {
		if p.receives(r) {
			out = append(out, r)
		}
	}
	return out
}

func recipientOf(p *lang.Protocol, name string) bool {
	for _, r := range p.Recipients {
		if r.Name == name {
			return true
		}
	}
	return false
}

// outstanding says whether a message of the protocol in force from the initiator's
// instance, with that key, waits, is being processed where it was sent, or is a call
// whose reply has not been received.
func (m *machine) outstanding(p *protocol, d *automaton, initiator *instance, key int) bool {
	for _, r := range p.recipients(m.rt) {
		for _, inst := range r.insts {
			if inst.mailbox != nil && (m.waitsIn(inst.mailbox, p, d, initiator, key) || m.inProcess(inst.root, p, initiator, key)) {
				return true
			}
		}
	}
	for _, g := range m.rt.frames {
		if mark := markOf(g.called, p); mark != nil && g.inst == initiator && mark.get(m.v) == int64(key)+1 {
			return true
		}
	}
	return false
}

// from says whether a sender's number means an activation of an instance.
func (m *machine) from(sender int64, inst *instance) bool {
	return sender != 0 && m.rt.frames[sender-1].inst == inst
}

// waitsIn looks for a message of a protocol's instance in a mailbox.
func (m *machine) waitsIn(box *mailbox, p *protocol, d *automaton, initiator *instance, key int) bool {
	for i := range box.places {
		l := &box.places[i]
		k := l.kind.get(m.v)
		if k == 0 {
			return false
		}
		msg := box.inst.unit.kinds[k-1].either()
		if !m.from(l.sender.get(m.v), initiator) || d.symbolOf(symbol(msg)) < 0 {
			continue
		}
		if n, ok := p.keyOfMessage(msg, func(i int) int64 { return l.args[i].get(m.v) }); ok && n == key {
			return true
		}
	}
	return false
}

// inProcess says whether an activation processes a sent message of a protocol's instance.
func (m *machine) inProcess(g *frame, p *protocol, initiator *instance, key int) bool {
	mark := markOf(g.tracks, p)
	return mark != nil && m.from(g.sender.get(m.v), initiator) && mark.get(m.v) == int64(key)+1
}

// keyOfMessage numbers a message's key; arg gives the scalars of its arguments. ok
// is false where the message does not carry the key.
func (p *protocol) keyOfMessage(msg *lang.Message, arg func(i int) int64) (key int, ok bool) {
	at, ok := p.keyOf(msg)
	if !ok {
		return 0, false
	}
	return keyIndex(p.keyBounds(), at, func(param int) int64 {
		n := 0
		for _, par := range msg.Params[:param] {
			n += par.Type.Slots()
		}
		return arg(n)
	}), true
}

// entryAt gives the handler version that a frame runs.
func (f *frame) entryAt(v []uint64) *entry { return f.entryOf[f.loc.get(v)] }

// endTouch adds what the end of a frame's activation may touch.
func (f *frame) endTouch(into *compSet) {
	u := f.rt
	for _, p := range u.protocols {
		if p.initiator == f.unit {
			into.add(p.insts[initiatorIndex(f)].comp)
		}
		if f.unit.remembers && p.sends {
			for _, r := range p.recipients(u) {
				if r == f.unit {
					for _, g := range u.frames {
						if g.unit == p.initiator {
							u.endTouches(p, g.inst, into)
						}
					}
				}
			}
		}
	}
}

// remember notes, of a message that was sent and is now being processed, which instances
// of the sender's loose protocols it belongs to.
func (m *machine) remember(f *frame, msg *lang.Message, sender *frame, args []int64) {
	for _, t := range f.tracks {
		p := t.p
		if p.initiator != sender.unit {
			continue
		}
		if d := p.automaton(&p.insts[initiatorIndex(sender)], m.v); d == nil || d.symbolOf(symbol(msg)) < 0 {
			continue
		}
		if key, ok := p.keyOfMessage(msg, func(i int) int64 { return args[i] }); ok {
			f.sender.set(m.v, int64(sender.number)+1)
			t.key.set(m.v, int64(key)+1)
		}
	}
}

// forgetProtocols drops, at the switch, the protocols that do not know the message any
// more that the frame processes or has called.
func (m *machine) forgetProtocols(f *frame) {
	if !f.active(m.v) {
		return
	}
	keeps := false
	for _, t := range f.tracks {
		if m.turn.turns(t.p, m.old) && !t.p.dfa[1].has(f.unit.name+"."+f.entryAt(m.v).version.name) {
			t.key.clear(m.v)
		}
		keeps = keeps || t.key.get(m.v) != 0
	}
	if !keeps {
		f.sender.clear(m.v)
	}
	for _, t := range f.called {
		if m.turn.turns(t.p, m.old) && !m.stillCalls(f, t.p.dfa[1]) {
			t.key.clear(m.v)
		}
	}
}

// stillCalls says whether an automaton knows the message whose reply the frame awaits.
func (m *machine) stillCalls(f *frame, d *automaton) bool {
	n := f.at(m.old)
	if n.waits == nil {
		return false
	}
	// A plan's earlier step may have made `adapt` rewrite it.
	return d.has(symbol(n.waits.Msg)) || slices.ContainsFunc(m.rt.adapts(n.waits.Msg), func(a adapter) bool { return d.has(symbol(a.To)) })
}

// has says whether a message is of the protocol's alphabet; a may be nil.
func (a *automaton) has(name string) bool { return a != nil && a.symbolOf(name) >= 0 }

// settleProtocols is the end of the switch: calls that wait and have been rewritten belong
// to the protocols of what they are now, and instances of which nothing is outstanding in
// the new versions' eyes end.
func (m *machine) settleProtocols() {
	for _, f := range m.rt.frames {
		if len(f.called) > 0 && f.active(m.v) {
			m.recallRewritten(f)
		}
	}
	for _, p := range m.rt.protocols {
		if !p.loose {
			continue
		}
		for _, inst := range p.initiator.insts {
			for key := range p.keys() {
				m.endInstance(p, inst, key)
			}
		}
	}
}

// recallRewritten corrects what a frame remembers of its call, if that still waits and
// the switch has rewritten it.
func (m *machine) recallRewritten(f *frame) {
	box, at := m.callOf(f)
	if box == nil || !box.places[at].rewritten(m) {
		return
	}
	l := &box.places[at]
	msg := box.inst.unit.kinds[l.kind.get(m.v)-1].latest()
	for _, t := range f.called {
		t.key.clear(m.v)
		if d := t.p.automaton(&t.p.insts[initiatorIndex(f)], m.v); !d.has(symbol(msg)) {
			continue
		}
		if key, ok := t.p.keyOfMessage(msg, func(i int) int64 { return l.args[i].get(m.v) }); ok {
			t.key.set(m.v, int64(key)+1)
		}
	}
}

// rewritten says whether the switch has made another message of a waiting one, or given it
// other arguments.
func (l *letter) rewritten(m *machine) bool {
	differs := func(s slot) bool { return s.get(m.old) != s.get(m.v) }
	return differs(l.kind) || slices.ContainsFunc(l.args, differs)
}

// callOf finds the waiting message to which a frame awaits the reply; nil where none waits.
func (m *machine) callOf(f *frame) (box *mailbox, at int) {
	for _, inst := range m.rt.roots {
		if inst.mailbox == nil {
			continue
		}
		for i := range inst.mailbox.waiting(m.v) {
			if l := &inst.mailbox.places[i]; l.sender.get(m.v) == int64(f.number)+1 && l.owed.get(m.v) != 0 {
				return inst.mailbox, i
			}
		}
	}
	return nil, 0
}

// versionTouch adds what remember reads at a reception by the unit.
func (u *Update) versionTouch(to *unit, into *compSet) {
	for _, p := range u.protocols {
		if !p.sends || !p.changed {
			continue
		}
		for _, r := range p.recipients(u) {
			if r != to {
				continue
			}
			for i := range p.insts {
				into.add(p.insts[i].comp)
			}
		}
	}
}
