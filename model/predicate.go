package model

import (
	"slices"

	"github.com/lucheck/lucheck/lang"
)

// This file compiles the predicates on activity: idleness, active handlers,
// protocols in progress and waiting messages.

// vector picks the state that an expression reads.
func vector(m *machine, old bool) []uint64 {
	if old {
		return m.old
	}
	return m.v
}

// instances compiles which instances of a unit are meant: all without an index.
func (s *scope) instances(u *unit, index lang.Expr, span lang.Span) func(m *machine) []*instance {
	if index == nil {
		return func(*machine) []*instance { return u.insts }
	}
	lo, _ := u.either().Index.Bounds()
	x, n := s.scalar(index), int64(len(u.insts))
	bad := s.u.failureID(Failure{Kind: Range, Span: span, Detail: "an index is out of range"})
	return func(m *machine) []*instance {
		k := x(m) - lo
		if !within(k, 0, n-1) {
			m.fail(bad)
			return nil
		}
		return u.insts[k : k+1]
	}
}

// framesOf lists the frames in which an instance's activations run.
func (u *Update) framesOf(inst *instance) []*frame {
	if inst.root != nil {
		return []*frame{inst.root}
	}
	var out []*frame
	for _, f := range u.frames {
		if f.inst == inst {
			out = append(out, f)
		}
	}
	return out
}

// touchFrames notes that an expression asks what a unit has under way, be it a function
// that nobody calls: so a condition is a step.
func (s *scope) touchFrames(u *unit) {
	s.wide = true
	for _, inst := range u.insts {
		for _, f := range s.u.framesOf(inst) {
			s.touches(f.comp)
		}
	}
}

func (s *scope) idle(e *lang.Idle) number {
	u := s.u.unitOf[e.Unit.Name]
	of := s.instances(u, e.Index, e.Spn)
	s.touchFrames(u)
	rt, old := s.u, e.Old
	return func(m *machine) int64 {
		v := vector(m, old)
		for _, inst := range of(m) {
			for _, f := range rt.framesOf(inst) {
				if f.active(v) {
					return 0
				}
			}
		}
		return 1
	}
}

// handles says whether the activation in a frame is one that is asked for.
func (f *frame) handles(e *lang.InHandler, v []uint64) bool {
	if !f.active(v) || f.entryAt(v).version.name != e.Msg.Name {
		return false
	}
	if e.Number == 0 {
		return true
	}
	n := f.at(v)
	return n.label.span.Start == e.Start && (n.waits == nil) == e.Before
}

func (s *scope) inHandler(e *lang.InHandler) number {
	u := s.u.unitOf[e.Unit.Name]
	of := s.instances(u, e.Index, e.Spn)
	s.touchFrames(u)
	rt, old := s.u, e.Old
	return func(m *machine) int64 {
		v := vector(m, old)
		for _, inst := range of(m) {
			for _, f := range rt.framesOf(inst) {
				if f.handles(e, v) {
					return 1
				}
			}
		}
		return 0
	}
}

func (s *scope) inProgress(e *lang.InProgress) number {
	each := s.positions(e.Protocol, e.Key)
	old := e.Old
	return func(m *machine) int64 {
		return truth(each(m, vector(m, old), func(*protocol, *protocolInstance, int64) bool { return true }))
	}
}

// allows compiles whether an instance in progress goes on with a message.
func (s *scope) allows(e *lang.Allows) number {
	each := s.positions(e.Protocol, e.Key)
	old, name := e.Old, symbol(e.Msg)
	return func(m *machine) int64 {
		v := vector(m, old)
		return truth(each(m, v, func(p *protocol, pi *protocolInstance, at int64) bool {
			if at == p.foreign {
				return false
			}
			d := p.automaton(pi, v)
			k := d.symbolOf(name)
			return k >= 0 && d.next[at-1][k] >= 0
		}))
	}
}

// positions compiles a search through the instances of a protocol that are in progress,
// those with a key if there is one: it says whether one is as asked.
func (s *scope) positions(l *lang.Protocol, keys []lang.Expr) func(m *machine, v []uint64, is func(p *protocol, pi *protocolInstance, at int64) bool) bool {
	s.wide = true      // also of a protocol that the model has no instances of
	var ps []*protocol // of that name: two where the versions' instances are different ones
	for _, p := range s.u.protocols {
		if p.name != l.Name {
			continue
		}
		ps = append(ps, p)
		for i := range p.insts {
			s.touches(p.insts[i].comp)
		}
	}
	if keys == nil {
		return func(m *machine, v []uint64, is func(*protocol, *protocolInstance, int64) bool) bool {
			for _, p := range ps {
				for i := range p.insts {
					for _, pos := range p.insts[i].pos {
						if at := pos.get(v); at != 0 && is(p, &p.insts[i], at) {
							return true
						}
					}
				}
			}
			return false
		}
	}
	key := make([]number, len(keys))
	for i, k := range keys {
		key[i] = s.checked(s.scalar(k), l.Key[i].Type, k.Pos())
	}
	return func(m *machine, v []uint64, is func(*protocol, *protocolInstance, int64) bool) bool {
		for _, p := range ps {
			n, ok := p.keyFrom(m, key)
			for i := 0; ok && i < len(p.insts); i++ {
				if at := p.insts[i].pos[n].get(v); at != 0 && is(p, &p.insts[i], at) {
					return true
				}
			}
		}
		return false
	}
}

// keyFrom numbers a key that is computed; false where no instance can have it.
func (p *protocol) keyFrom(m *machine, key []number) (n int, ok bool) {
	bs := p.keyBounds()
	if len(bs) != len(key) {
		return 0, false
	}
	ok = true
	for i, b := range bs {
		k := key[i](m)
		ok = ok && within(k, b.lo, b.hi)
		n = n*int(b.hi-b.lo+1) + int(k-b.lo)
	}
	return n, ok
}

// waitingVar is bound to a place of a mailbox: the number of the instance and the
// place, in two consecutive bound numbers.
func (s *scope) quantWaiting(e *lang.Quant) number {
	w := e.Dom.Wait
	u := s.u.unitOf[w.Unit.Name]
	of := s.instances(u, w.Index, e.Spn)
	for _, inst := range u.insts {
		s.touches(inst.mailbox.comp)
	}
	at := s.bind(e.Var, 2)
	s.letters[e.Var] = w
	body := s.scalar(e.Body)
	op, want, old := e.Op, s.u.kindOf[w.Msg].number, w.Old
	sent := s.sentBy(w, e.Spn)
	return func(m *machine) int64 {
		acc := start(op)
		v := vector(m, old)
		boxes, from := of(m), sent(m)
		for _, inst := range boxes {
			for i := range inst.mailbox.waiting(v) {
				if inst.mailbox.places[i].kind.get(v) != want || !from(inst.mailbox.places[i].sender.get(v)) {
					continue
				}
				m.bound[at], m.bound[at+1] = int64(inst.index), int64(i)
				if !fold(op, &acc, body(m)) {
					return acc
				}
			}
		}
		return acc
	}
}

// sentBy compiles which senders of waiting messages are asked for.
func (s *scope) sentBy(w *lang.Waiting, at lang.Span) func(m *machine) func(sender int64) bool {
	if w.From == nil {
		return func(*machine) func(int64) bool { return func(int64) bool { return true } }
	}
	of, u := s.instances(s.u.unitOf[w.From.Name], w.Sender, at), s.u
	return func(m *machine) func(int64) bool {
		list := of(m)
		return func(sender int64) bool { return slices.Contains(list, u.frames[sender-1].inst) }
	}
}

// msgField compiles a parameter of a waiting message that is a scalar.
func (s *scope) msgField(e *lang.MsgField) number {
	all := s.msgFieldAll(e)
	return func(m *machine) int64 {
		var k [1]int64
		all(m, k[:])
		return k[0]
	}
}

// msgFieldAll compiles a parameter of a waiting message.
func (s *scope) msgFieldAll(e *lang.MsgField) value {
	w := s.letters[e.Var]
	u := s.u.unitOf[w.Unit.Name]
	at, arg, old := s.bound[e.Var], 0, w.Old
	for _, p := range w.Msg.Params[:e.Param] {
		arg += p.Type.Slots()
	}
	return func(m *machine, dst []int64) {
		l := &u.insts[m.bound[at]].mailbox.places[m.bound[at+1]]
		for i := range dst {
			dst[i] = l.args[arg+i].get(vector(m, old))
		}
	}
}
