package model

import (
	"fmt"
	"slices"

	"github.com/lucheck/lucheck/lang"
)

// This file moves protocol positions (definitions section 1). A position moves
// when the initiator sends; an instance ends when a complete word that cannot be
// continued has been answered or processed, or, where it can be continued, when
// the initiating activation ends.

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
// protocols. A call remembers, for a loose protocol, the instance that its reply
// may end: one whose word is complete now, or any of a function's, where another
// activation may complete the word before the reply comes.
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
			if mv.mark == nil || m.failure != 0 {
				continue
			}
			if at := pos.get(m.v); mv.p.initiator.function || at != mv.p.foreign && d.final[at-1] {
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
	if c := b.u.adapts(msg); c != nil {
		// The call may have gone out as another message.
		for _, p := range b.u.involved(b.frame.unit, symbol(c.To)) {
			if !slices.Contains(ps, p) {
				ps = append(ps, p)
			}
		}
	}
	f := b.frame
	for _, p := range ps {
		b.u.endTouches(p, f, &b.touch)
		b.wide = true
	}
	return func(m *machine) {
		for _, p := range ps {
			if mark := markOf(f.called, p); mark != nil {
				key := mark.get(m.v)
				mark.clear(m.v)
				if key > 0 {
					m.endInstance(p, f, int(key)-1)
				}
				continue
			}
			for key := range p.keys() {
				m.endInstance(p, f, key)
			}
		}
	}
}

// processed ends what the end of an activation that processed a message of the
// sender's may end; keys are what it remembered, by the order of its marks.
func (m *machine) processed(f, sender *frame, keys []int64) {
	for i, t := range f.tracks {
		if keys[i] > 0 {
			m.endInstance(t.p, sender, int(keys[i])-1)
		}
	}
}

// endInstance ends an instance in a final position if nothing of it is outstanding.
func (m *machine) endInstance(p *protocol, f *frame, key int) {
	pi := &p.insts[initiatorIndex(f)]
	d := p.automaton(pi, m.v)
	at := pi.pos[key].get(m.v)
	if at == 0 || at == p.foreign || d == nil || !d.final[at-1] {
		return
	}
	if !p.loose || !m.outstanding(p, d, f, key) {
		pi.pos[key].clear(m.v)
	}
}

// endTouches adds what endFinal looks at.
func (u *Update) endTouches(p *protocol, f *frame, into *compSet) {
	into.add(p.insts[initiatorIndex(f)].comp)
	if !p.loose {
		return
	}
	for _, g := range u.frames {
		if g.unit == p.initiator && g.inst == f.inst {
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
// instance, with that key, waits, is being processed, or is a call whose reply has
// not been received.
func (m *machine) outstanding(p *protocol, d *automaton, f *frame, key int) bool {
	for _, r := range p.recipients(m.rt) {
		for _, inst := range r.insts {
			if inst.mailbox != nil && (m.waitsIn(inst.mailbox, p, d, f, key, false) || m.inProcess(inst.root, p, f, key)) {
				return true
			}
		}
	}
	for _, g := range m.rt.frames {
		if mark := markOf(g.called, p); mark != nil && g.inst == f.inst && mark.get(m.v) == int64(key)+1 {
			return true
		}
	}
	return false
}

// from says whether a sender's number means the initiator instance of f.
func (m *machine) from(sender int64, f *frame) bool {
	return sender != 0 && m.rt.frames[sender-1].inst == f.inst
}

// waitsIn looks for a message of the instance in a mailbox; if sent, for one to which
// no reply is owed.
func (m *machine) waitsIn(box *mailbox, p *protocol, d *automaton, f *frame, key int, sent bool) bool {
	for i := range box.places {
		l := &box.places[i]
		k := l.kind.get(m.v)
		if k == 0 {
			return false
		}
		msg := box.inst.unit.kinds[k-1].either()
		if sent && l.owed.get(m.v) != 0 || !m.from(l.sender.get(m.v), f) || d.symbolOf(symbol(msg)) < 0 {
			continue
		}
		if n, ok := p.keyOfMessage(msg, func(i int) int64 { return l.args[i].get(m.v) }); ok && n == key {
			return true
		}
	}
	return false
}

// inProcess says whether an activation remembers that its end may end the instance.
func (m *machine) inProcess(g *frame, p *protocol, f *frame, key int) bool {
	mark := markOf(g.tracks, p)
	return mark != nil && m.from(g.sender.get(m.v), f) && mark.get(m.v) == int64(key)+1
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
		if f.unit.remembers && p.loose {
			for _, r := range p.recipients(u) {
				if r == f.unit {
					for _, g := range u.frames {
						if g.unit == p.initiator {
							u.endTouches(p, g, into)
						}
					}
				}
			}
		}
	}
}

// remember notes the instances that the end of an activation of a sent message may
// end: those of the sender's loose protocols for which it can be the last of a word.
func (m *machine) remember(f *frame, msg *lang.Message, sender *frame, args []int64) {
	for _, t := range f.tracks {
		p := t.p
		if p.initiator != sender.unit || !p.automaton(&p.insts[initiatorIndex(sender)], m.v).lastOfWord(symbol(msg)) {
			continue
		}
		if key, ok := p.keyOfMessage(msg, func(i int) int64 { return args[i] }); ok {
			f.sender.set(m.v, int64(sender.number)+1)
			t.key.set(m.v, int64(key)+1)
		}
	}
}

// forgetProtocols drops, at the switch, what the new protocols would not remember.
func (m *machine) forgetProtocols(f *frame) {
	if !f.active(m.v) {
		return
	}
	keeps := false
	for _, t := range f.tracks {
		if m.turn.turns(t.p, m.old) && !t.p.dfa[1].lastOfWord(f.unit.name+"."+f.entryAt(m.v).version.name) {
			t.key.clear(m.v)
		}
		keeps = keeps || t.key.get(m.v) != 0
	}
	if !keeps {
		f.sender.clear(m.v)
	}
	for _, t := range f.called {
		if m.turn.turns(t.p, m.old) {
			t.key.set(m.v, m.calledAfter(f, t))
		}
	}
}

// calledAfter is what the frame remembers, after the switch, of a changed protocol: 1 +
// the key of the instance that the reply it awaits may end, or 0. Of a protocol
// without a key that is the one instance, also where the word is complete only now.
func (m *machine) calledAfter(f *frame, t protocolMark) int64 {
	// As it was before the switch, whatever of it has been rewritten here already.
	defer func(v []uint64) { m.v = v }(m.v)
	m.v = m.old
	p, n, d := t.p, f.at(m.v), t.p.dfa[1]
	if n.waits == nil || d == nil || d.symbolOf(symbol(n.waits.Msg)) < 0 {
		return 0
	}
	mark, single := t.key.get(m.v), len(p.keyBounds()) == 0
	if p.initiator.function {
		if single {
			return 1
		}
		return mark
	}
	pi := &p.insts[initiatorIndex(f)]
	final := func(key int) bool {
		at := p.carried(pi.pos[key].get(m.old))
		return at != 0 && at != p.foreign && d.final[at-1]
	}
	switch {
	case mark > 0 && final(int(mark)-1):
		return mark
	case single && final(0) && !m.sentBefore(p, d, f):
		return 1
	}
	return 0
}

// sentBefore says whether a message of the protocol that the frame's activation sent
// before its call still waits or is being processed.
func (m *machine) sentBefore(p *protocol, d *automaton, f *frame) bool {
	for _, r := range p.recipients(m.rt) {
		for _, inst := range r.insts {
			if inst.mailbox != nil && (m.waitsIn(inst.mailbox, p, d, f, 0, true) || m.inProcess(inst.root, p, f, 0)) {
				return true
			}
		}
	}
	return false
}

// lastOfWord says whether the message can complete a word that cannot go on.
func (a *automaton) lastOfWord(name string) bool {
	if a == nil {
		return false
	}
	s := a.symbolOf(name)
	for _, row := range a.next {
		if s >= 0 && row[s] >= 0 && a.final[row[s]] {
			return true
		}
	}
	return false
}

// versionTouch adds what remembered reads at a reception by the unit.
func (u *Update) versionTouch(to *unit, into *compSet) {
	for _, p := range u.protocols {
		if !p.loose || !p.changed {
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
