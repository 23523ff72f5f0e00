package model

import (
	"fmt"

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
// protocols.
func (b *builder) advance(msg *lang.Message, span lang.Span) func(m *machine, args []int64) {
	type move struct {
		p    *protocol
		pi   *protocolInstance
		syms [2]int
		key  [2]func(args []int64) int
		bad  uint32
	}
	var moves []move
	name := symbol(msg)
	for _, p := range b.u.involved(b.frame.unit, name) {
		mv := move{p: p, pi: &p.insts[initiatorIndex(b.frame)]}
		mv.bad = b.u.failureID(Failure{Kind: ProtocolFailure, Span: span, Detail: fmt.Sprintf("protocol `%s` does not allow `%s` here", p.name, msg.Name)})
		for version, d := range p.dfa {
			mv.syms[version] = -1
			if d != nil {
				mv.syms[version] = d.symbolOf(name)
				mv.key[version] = keyFromArgs(p.at(int64(version)), msg)
			}
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
			pos := mv.pi.pos[mv.key[version](args)]
			m.move(mv.p, mv.p.dfa[version], pos, mv.syms[version], mv.bad)
		}
	}
}

// keyFromArgs numbers the key of a message from its arguments' scalars.
func keyFromArgs(p *lang.Protocol, msg *lang.Message) func(args []int64) int {
	at := keyOf(p, msg)
	if len(at) < len(p.Key) {
		return func([]int64) int { return 0 }
	}
	first := make([]int, len(msg.Params))
	n := 0
	for i, par := range msg.Params {
		first[i] = n
		n += par.Type.Slots()
	}
	return func(args []int64) int {
		return keyIndex(p, at, func(param int) int64 { return args[first[param]] })
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
	f := b.frame
	for _, p := range ps {
		b.u.endTouches(p, f, &b.touch)
		b.wide = true
	}
	return func(m *machine) {
		for _, p := range ps {
			m.endFinal(p, f)
		}
	}
}

// processed tells the sender's protocols that an activation which processed one
// of its messages has ended.
func (m *machine) processed(sender *frame) {
	for _, p := range m.rt.protocols {
		if p.loose && p.initiator == sender.unit {
			m.endFinal(p, sender)
		}
	}
}

// endFinal ends the final positions of an initiator's instances of which nothing
// is outstanding.
func (m *machine) endFinal(p *protocol, f *frame) {
	pi := &p.insts[initiatorIndex(f)]
	d := p.automaton(pi, m.v)
	for key, pos := range pi.pos {
		at := pos.get(m.v)
		if at == 0 || at == p.foreign || d == nil || !d.final[at-1] {
			continue
		}
		if !p.loose || !m.outstanding(p, f, key) {
			pos.clear(m.v)
		}
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
		for _, q := range []*lang.Protocol{p.old, p.new} {
			if q != nil && recipientOf(q, r.name) {
				out = append(out, r)
				break
			}
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

// outstanding says whether a message of the protocol from the initiator's
// instance, with that key, waits, is being processed, or is a call whose reply
// has not been received.
func (m *machine) outstanding(p *protocol, f *frame, key int) bool {
	for _, r := range p.recipients(m.rt) {
		for _, inst := range r.insts {
			if inst.mailbox == nil {
				continue
			}
			if m.waitsIn(inst.mailbox, p, f, key) || m.inProcess(inst, p, f, key) {
				return true
			}
		}
	}
	for _, g := range m.rt.frames {
		if g.unit != p.initiator || g.inst != f.inst || !g.active(m.v) {
			continue
		}
		if n := g.at(m.v); n.waits != nil && p.names(symbol(n.waits.Msg)) && !(g == f && m.receiving) {
			return true
		}
	}
	return false
}

// waitsIn looks for a message of the instance in a mailbox.
func (m *machine) waitsIn(box *mailbox, p *protocol, f *frame, key int) bool {
	for i := range box.places {
		l := &box.places[i]
		k := l.kind.get(m.v)
		if k == 0 {
			return false
		}
		sender := l.sender.get(m.v)
		if sender == 0 || m.rt.frames[sender-1].unit != p.initiator || m.rt.frames[sender-1].inst != f.inst {
			continue
		}
		msg := box.inst.unit.kinds[k-1].either()
		if p.names(symbol(msg)) && m.keyIs(p, msg, key, func(i int) int64 { return l.args[i].get(m.v) }) {
			return true
		}
	}
	return false
}

// inProcess looks for an activation that processes a message of the instance.
func (m *machine) inProcess(inst *instance, p *protocol, f *frame, key int) bool {
	g := inst.root
	sender := g.sender.get(m.v)
	if !g.active(m.v) || sender == 0 || m.rt.frames[sender-1].unit != p.initiator || m.rt.frames[sender-1].inst != f.inst {
		return false
	}
	e := g.entryAt(m.v)
	msg := e.version.handler.Msg
	return p.names(symbol(msg)) && m.keyIs(p, msg, key, func(i int) int64 { return e.all[i].get(m.v) })
}

// keyIs compares a message's key; arg gives the scalars of its arguments.
func (m *machine) keyIs(p *protocol, msg *lang.Message, key int, arg func(i int) int64) bool {
	q := p.either()
	if len(q.Key) == 0 {
		return true
	}
	at := keyOf(q, msg)
	if len(at) < len(q.Key) {
		return true
	}
	return key == keyIndex(q, at, func(param int) int64 {
		n := 0
		for _, par := range msg.Params[:param] {
			n += par.Type.Slots()
		}
		return arg(n)
	})
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

// remembered says whether an activation of a sent message keeps its sender: the
// message can be the last of a word of a loose protocol that the sender initiates.
func (m *machine) remembered(msg *lang.Message, sender *frame) bool {
	name := symbol(msg)
	for _, p := range m.rt.protocols {
		if p.loose && p.initiator == sender.unit && p.automaton(&p.insts[initiatorIndex(sender)], m.v).lastOfWord(name) {
			return true
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
