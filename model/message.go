package model

import (
	"fmt"
	"slices"

	"github.com/lucheck/lucheck/lang"
)

// destination is a compiled target: the instance and the arguments.
type destination struct {
	target *lang.Target
	unit   *unit
	inst   func(m *machine) *instance
	fixed  *instance // where the index is constant
	args   []value
	sizes  []int
	total  int
	check  []func(m *machine, v []int64)
}

// destination compiles a target. A failing index gives the first instance and a
// failure.
func (b *builder) destination(t *lang.Target, span lang.Span) *destination {
	d := &destination{target: t, unit: b.u.unitOf[t.Unit.Name]}
	if t.Index == nil {
		d.fixed = d.unit.insts[0]
	} else if k, ok := b.constant(t.Index); ok {
		lo, _ := t.Unit.Index.Bounds()
		if within(k-lo, 0, int64(len(d.unit.insts))-1) {
			d.fixed = d.unit.insts[k-lo]
		}
	}
	d.inst = func(*machine) *instance { return d.fixed }
	if d.fixed == nil {
		lo, _ := t.Unit.Index.Bounds()
		x := b.scalar(t.Index)
		bad := b.u.failureID(Failure{Kind: Range, Span: t.Span, Detail: "an index is out of range"})
		d.inst = func(m *machine) *instance {
			k := x(m) - lo
			if !within(k, 0, int64(len(d.unit.insts))-1) {
				m.fail(bad)
				return d.unit.insts[0]
			}
			return d.unit.insts[k]
		}
	}
	for i, a := range t.Args {
		d.args = append(d.args, b.value(a))
		d.sizes = append(d.sizes, a.Type().Slots())
		d.total += a.Type().Slots()
		d.check = append(d.check, b.rangeCheck(t.Msg.Params[i].Type, a.Pos()))
	}
	return d
}

// evaluate computes the arguments, one after the other in dst.
func (d *destination) evaluate(m *machine, dst []int64) {
	at := 0
	for i, a := range d.args {
		v := dst[at : at+d.sizes[i]]
		a(m, v)
		d.check[i](m, v)
		at += d.sizes[i]
	}
}

// insts lists the instances that the target may mean.
func (d *destination) insts() []*instance {
	if d.fixed != nil {
		return []*instance{d.fixed}
	}
	return d.unit.insts
}

// localIndex says whether the instance depends on own locals only, so that it is
// known where the statement rests.
func (b *builder) localIndex(d *destination) bool {
	if d.fixed != nil {
		return true
	}
	s := *b.scope
	s.reset()
	s.scalar(d.target.Index)
	return !s.wide
}

// request builds the step that sends a call; its successor is where the reply is
// awaited.
func (b *builder) request(t *lang.Target, span lang.Span, wait *node) *node {
	if t.Unit.Kind == lang.Function {
		return b.callFunction(t, span, wait)
	}
	return b.toMailbox(t, span, &node{op: opStep, next: wait, label: label{kind: "call", span: span}}, true, false)
}

func (b *builder) send(s *lang.Send, next *node) *node {
	kind := "send"
	if s.Signal {
		kind = "signal"
	}
	return b.toMailbox(s.Target, s.Spn, &node{op: opStep, next: next, label: label{kind: kind, span: s.Spn}}, false, s.Signal)
}

// toMailbox completes a node that puts a message into a mailbox.
func (b *builder) toMailbox(t *lang.Target, span lang.Span, n *node, owed, signal bool) *node {
	d := b.destination(t, span)
	gone := b.u.failureID(Failure{Kind: UnhandledMessage, Span: span, Detail: fmt.Sprintf("`%s` is gone and cannot take `%s`", t.Unit.Name, t.Msg.Name)})
	forms := b.forms(d, span, owed)
	sender := int64(b.frame.number) + 1
	n.strong = true
	n.shuts, n.decides, n.reads = shutByMailbox, b.influence(t.Index), b.influence(slices.Concat(t.Args, []lang.Expr{t.Index})...)
	n.act = func(m *machine) {
		inst := d.inst(m)
		if inst.unit.at(inst.versionOf(m.v)) == nil {
			m.fail(gone)
		}
		if m.stopped() {
			return
		}
		box, as := inst.mailbox, forms.reaching(inst.versionOf(m.v), b.frame, m.v)
		at, drops := box.waiting(m.v), signal && box.pending(m.v, as.kind.name)
		if !drops && at >= box.capacity[inst.versionOf(m.v)] {
			m.blocked, m.shut = true, inst.root
			return
		}
		args := d.arguments(m, as)
		defer m.pop(d.room(as))
		if m.stopped() {
			return
		}
		b.newEvent(m)
		if drops {
			m.moved("dropped", as.kind, args, b.frame.label(), inst)
			return
		}
		box.places[at].send(m.v, as.kind, sender, owed, args)
		if m.follows {
			box.places[at].transactions.set(m.v, m.belongsTo(b.frame))
		}
		m.moved("sent", as.kind, args, b.frame.label(), inst)
		as.advance(m, args)
	}
	into := &n.touch
	if b.localIndex(d) {
		into = &n.anyTouch
		n.dyn = func(v []uint64, add func(int)) { d.inst(b.u.probe(v)).touch(add) }
	}
	for _, inst := range d.insts() {
		inst.touch(into.add)
	}
	return b.add(n)
}

// newEvent notes that a client raises its next event: what it asserts from here on
// counts, even if the update repairs it.
func (b *builder) newEvent(m *machine) {
	if b.frame.unit.client {
		b.frame.stale.clear(m.v)
	}
}

// touch adds what sending to an instance touches.
func (i *instance) touch(add func(comp int)) {
	add(i.mailbox.comp)
	if i.unit.changed {
		add(i.comp)
	}
}

// pending says whether a message of that name waits.
func (box *mailbox) pending(v []uint64, name string) bool {
	kinds := box.inst.unit.kinds
	for i := range box.places {
		k := box.places[i].kind.get(v)
		if k == 0 {
			return false
		}
		if kinds[k-1].name == name {
			return true
		}
	}
	return false
}

// callFunction builds the step that starts a function's activation.
func (b *builder) callFunction(t *lang.Target, span lang.Span, wait *node) *node {
	d := b.destination(t, span)
	bad := b.u.failureID(Failure{Kind: MessageForm, Span: span, Detail: fmt.Sprintf("`%s` does not know this form of `%s`", t.Unit.Name, t.Msg.Name)})
	gone := b.u.failureID(Failure{Kind: UnhandledMessage, Span: span, Detail: fmt.Sprintf("`%s` has no handler for `%s`", t.Unit.Name, t.Msg.Name)})
	forms := b.forms(d, span, true)
	caller := b.frame
	n := &node{op: opStep, next: wait, shuts: shutByOther, decides: b.influence(t.Index), reads: b.influence(slices.Concat(t.Args, []lang.Expr{t.Index})...), label: label{kind: "call", span: span}}
	n.act = func(m *machine) {
		inst := d.inst(m)
		if inst.unit.at(inst.versionOf(m.v)) == nil {
			m.fail(gone) // whether or not an activation of it still runs
		}
		if m.stopped() {
			return
		}
		callee := caller.child(inst.unit, inst.index)
		if callee.active(m.v) {
			m.blocked, m.shut = true, callee
			return
		}
		version := inst.versionOf(m.v)
		as := forms.reaching(version, caller, m.v)
		args := d.arguments(m, as)
		defer m.pop(d.room(as))
		if m.stopped() {
			return
		}
		h := inst.unit.handlerFor(as.kind.name, version)
		switch {
		case h == nil:
			m.fail(gone)
			return
		case !as.kind.fits(version):
			m.fail(bad)
			return
		}
		b.newEvent(m)
		m.moved("sent", as.kind, args, caller.label(), inst)
		callee.owed.set(m.v, 1)
		m.beginIn(callee, m.belongsTo(caller))
		e := callee.entries[h]
		m.take(callee, e, args)
		if !m.stopped() {
			as.advance(m, args)
		}
		m.settle(callee, e.start)
	}
	for _, inst := range d.insts() {
		if inst.unit.changed {
			b.touches(inst.comp)
		}
		for _, e := range caller.child(inst.unit, inst.index).entries {
			n.touch.addSet(b.u.prefixTouch(e.start))
			n.touch.addSet(e.attached.touch)
		}
		b.frame.child(inst.unit, inst.index).endTouch(&n.touch)
	}
	return b.add(n)
}

// handlerFor gives a unit's handler for a message in a version; nil for none.
func (u *unit) handlerFor(name string, version int64) *handlerVersion {
	for _, h := range u.handlers {
		if h.name == name && (version == 0 && h.old || version != 0 && h.new) {
			return h
		}
	}
	return nil
}

// start begins an activation; args are the message's scalars.
func (m *machine) start(f *frame, e *entry, args []int64) {
	m.take(f, e, args)
	m.settle(f, e.start)
}

// take gives an activation its message, before its first control.
func (m *machine) take(f *frame, e *entry, args []int64) {
	for i, k := range args {
		e.all[i].set(m.v, k)
	}
	e.version.ran = true
	if m.rt.plan == nil || !m.rt.untouched(m.v) {
		m.barred = e.version.barred
	}
	e.attached.notes(m, f, args)
}

func (b *builder) call(t *lang.Target, to *lang.Ref, span lang.Span, next *node) *node {
	n := b.await(t, span)
	n.next = next
	if to != nil {
		size := to.Typ.Slots()
		set := b.assignment(to, span)
		n.kills = b.killed(to)
		receive := n.act
		n.act = func(m *machine) {
			receive(m)
			if !m.stopped() {
				t := m.push(size)
				copy(t, m.reply[:size])
				set(m, t)
				m.pop(size)
			}
		}
	}
	wait := b.add(n)
	return b.request(t, span, wait)
}

// await makes the node where a reply is awaited; its act receives the reply into
// machine.reply. The caller sets next and registers it.
func (b *builder) await(t *lang.Target, span lang.Span) *node {
	f := b.frame
	want := int64(b.u.replyForm(t.Msg)) + 1
	n := &node{op: opStep, waits: t, shuts: shutByOther, label: label{kind: "return", span: span}}
	bad := b.u.failureID(Failure{Kind: MessageForm, Span: span, Detail: fmt.Sprintf("the reply to `%s` has a form that the waiting code does not know", t.Msg.Name)})
	size := 0
	if t.Msg.Result != nil {
		size = t.Msg.Result.Slots()
	}
	ends := b.endOfCall(t.Msg)
	n.act = func(m *machine) {
		switch f.reply.get(m.v) {
		case 0:
			m.blocked = true
			return
		case want:
		default:
			m.fail(bad)
			return
		}
		m.reply = m.reply[:0]
		for _, s := range f.result[:size] {
			m.reply = append(m.reply, s.get(m.v))
		}
		f.reply.clear(m.v)
		clearSlots(f.result, m.v)
		m.answered("received", t.Msg.Result, m.reply, t.Unit.Name, f.label())
		ends(m)
	}
	return n
}

// replyForm numbers the forms of replies.
func (u *Update) replyForm(m *lang.Message) int {
	for i, s := range u.replyForms {
		if s == m.ReplyForm {
			return i
		}
	}
	u.replyForms = append(u.replyForms, m.ReplyForm)
	return len(u.replyForms) - 1
}

// reply builds `reply v` and `reply v to x`.
func (b *builder) reply(s *lang.Reply, next *node) *node {
	n := &node{op: opStep, next: next, answers: s.To == nil, label: label{kind: "reply", span: s.Spn}}
	f := b.frame
	var val value
	size := 0
	if s.Val != nil {
		val, size = b.value(s.Val), s.Val.Type().Slots()
		n.reads = b.influence(s.Val)
	}
	answerFor := b.answerFor(s)
	whom, forget := b.whom(s.To)
	n.act = func(m *machine) {
		v := m.push(size)
		defer m.pop(size)
		if val != nil {
			val(m, v)
		}
		to := whom(m)
		a := answerFor(m, to)
		if a.check != nil && !m.stopped() {
			a.check(m, v)
		}
		if m.stopped() || to == nil {
			return
		}
		forget(m)
		to.reply.set(m.v, a.form)
		if a.result != nil {
			for i, k := range v {
				to.result[i].set(m.v, k)
			}
		}
		m.answered("answered", a.result, v, f.label(), to.label())
	}
	if f.parent == nil {
		into := &n.touch
		if s.To == nil {
			into = &n.anyTouch
			n.dyn = func(v []uint64, add func(int)) {
				if k := f.owed.get(v); k > 0 {
					add(b.u.frames[k-1].comp)
				}
			}
		}
		for _, c := range b.u.callersOf(f.unit) {
			into.add(c.comp)
		}
	}
	return b.add(n)
}

// answer is what a reply to a message is.
type answer struct {
	form   int64
	result *lang.Type
	check  func(m *machine, val []int64) // of its range; nil for none
}

// answerTo is the reply of a statement to a message: none that anybody knows where its value is
// no result of the message.
func (b *builder) answerTo(s *lang.Reply, msg *lang.Message) answer {
	a := answer{form: int64(b.u.replyForm(msg)) + 1, result: msg.Result}
	if s.Val != nil && a.result != nil {
		a.check = b.rangeCheck(a.result, s.Val.Pos())
	}
	return a
}

// answerFor compiles what the reply to a caller is. Where no text tells, because only a transfer
// that nobody has written moves callers there, it is that to the message that the caller sent
// (definitions section 2.2).
func (b *builder) answerFor(s *lang.Reply) func(m *machine, to *frame) answer {
	if s.Answers != nil {
		a := b.answerTo(s, s.Answers)
		return func(*machine, *frame) answer { return a }
	}
	answers := map[string]answer{}
	for _, u := range b.u.Program.Base.Units {
		for _, h := range u.Handlers {
			msg := *h.Msg
			msg.Result = b.u.renewed(msg.Result)
			if !carries(s.Val, msg.Result) {
				msg = lang.Message{ReplyForm: unknownReply}
			}
			answers[symbol(h.Msg)] = b.answerTo(s, &msg)
		}
	}
	return func(m *machine, to *frame) answer {
		if to == nil || m.stopped() {
			return answer{}
		}
		return answers[symbol(to.at(m.v).waits.Msg)]
	}
}

// unknownReply is the form of a reply that no caller knows.
const unknownReply = "none"

// carries says whether a reply with a value, or without, is one to a message with a result, or
// without. Numbers are compared with its range later.
func carries(val lang.Expr, result *lang.Type) bool {
	if val == nil || result == nil {
		return val == nil && result == nil
	}
	t := val.Type()
	return t.Kind == lang.Int && result.Kind == lang.Int && t.Means == result.Means || result.Keeps(t) || t.Declaration() == result.Declaration()
}

// renewed is a type of the old version as the new one has it, where that keeps its values.
func (u *Update) renewed(t *lang.Type) *lang.Type {
	if t == nil || t.Name == "" {
		return t
	}
	for _, n := range u.Source.New.Types {
		if n.Name == t.Name && n.Keeps(t) {
			return n
		}
	}
	return t
}

// whom compiles who is answered, and how to forget him.
func (b *builder) whom(to *lang.Ref) (whom func(m *machine) *frame, forget func(m *machine)) {
	f := b.frame
	if to == nil {
		return func(m *machine) *frame {
			k := f.owed.get(m.v)
			switch {
			case k == 0:
				return nil
			case f.parent != nil:
				return f.parent
			}
			return m.rt.frames[k-1]
		}, func(m *machine) { f.owed.clear(m.v) }
	}
	held := b.scalar(to)
	set := b.store(to, to.Spn)
	return func(m *machine) *frame {
			if k := held(m); k != 0 && !m.stopped() {
				return m.rt.frames[k-1]
			}
			return nil
		}, func(m *machine) {
			t := m.push(1)
			t[0] = 0
			set(m, t)
			m.pop(1)
		}
}

func (b *builder) hold(s *lang.Hold, next *node) *node {
	f := b.frame
	set := b.store(s.To, s.Spn)
	return b.add(&node{op: opStep, next: next, reads: b.influence(indices(s.To)...), label: label{kind: "hold", span: s.Spn}, act: func(m *machine) {
		t := m.push(1)
		t[0] = f.owed.get(m.v)
		set(m, t)
		m.pop(1)
		f.owed.clear(m.v)
	}})
}

// callersOf lists the frames whose code may call a unit, or whose call a transfer may
// give to it.
func (u *Update) callersOf(to *unit) []*frame {
	var out []*frame
	for _, f := range u.frames {
		if u.movesCallers() || u.calls(f.unit, to) {
			out = append(out, f)
		}
	}
	return out
}

// movesCallers says whether some transfer gives a held caller to another unit, or one that
// nobody has written could.
func (u *Update) movesCallers() bool {
	moves := u.couldMoveCallers()
	for _, t := range u.Source.Transfers {
		walk(t.Body, func(s lang.Stmt) {
			if a, ok := s.(*lang.Assign); ok && a.To.Typ.Kind == lang.Caller {
				from, is := a.Rhs.Expr.(*lang.Ref)
				moves = moves || is && from.Var.Owner.Name != a.To.Var.Owner.Name
			}
		})
	}
	return moves
}

// couldMoveCallers says whether one affected unit drops a variable that holds callers, and
// another has one in the new version.
func (u *Update) couldMoveCallers() bool {
	return slices.ContainsFunc(u.units, func(p *unit) bool {
		return p.dropsCallers() && slices.ContainsFunc(u.units, func(q *unit) bool {
			return q != p && q.affected && slices.ContainsFunc(q.vars(1), func(x *lang.Var) bool { return hasCaller(x.Type) })
		})
	})
}

// dropsCallers says whether the unit is affected and a variable that holds callers is not in
// its new version.
func (u *unit) dropsCallers() bool {
	return u.affected && slices.ContainsFunc(u.vars(0), func(x *lang.Var) bool { return hasCaller(x.Type) && varNamed(u.vars(1), x.Name) == nil })
}

// calls says whether a unit's code calls another.
func (u *Update) calls(from, to *unit) bool {
	for _, s := range from.sends() {
		if s.call && s.target.Unit.Name == to.name {
			return true
		}
	}
	return false
}

// receive takes the head of the mailbox of an idle instance.
func (m *machine) receive(inst *instance) {
	u := inst.unit
	f, box := inst.root, inst.mailbox
	head := &box.places[0]
	k := head.kind.get(m.v)
	if k == 0 || inst.stopped.get(m.v) != 0 && m.rt.ready(inst, m.v) {
		m.blocked = true
		return
	}
	kind := u.kinds[k-1]
	version := inst.versionOf(m.v)
	h := u.handlerFor(kind.name, version)
	m.explainReceive(inst, h, kind)
	sender := head.sender.get(m.v)
	from := ""
	if sender != 0 {
		from = m.rt.frames[sender-1].label()
	}
	args := m.push(len(head.args))
	defer m.pop(len(args))
	for i, s := range head.args {
		args[i] = s.get(m.v)
	}
	m.moved("received", kind, args, from, inst)
	switch {
	case h == nil:
		m.fail(u.unhandled[k-1])
		return
	case !kind.fits(version):
		m.fail(u.badForm[k-1])
		return
	}
	e := f.entries[h]
	args = args[:len(e.all)]
	if head.owed.get(m.v) != 0 {
		f.owed.set(m.v, sender)
	} else if sender != 0 {
		m.remember(f, h.handler.Msg, m.rt.frames[sender-1], args)
	}
	m.beginIn(f, head.transactions.get(m.v))
	box.pop(m.v)
	m.start(f, e, args)
}
