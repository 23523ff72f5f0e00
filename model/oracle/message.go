package oracle

import (
	"slices"

	"github.com/lucheck/lucheck/lang"
)

// request sends the message of the call at node n and lets the activation wait.
func (r *run) request(n int) int {
	t := r.g.nodes[n].target()
	r.begins()
	u, inst := r.receiver(t)
	if u.Kind == lang.Function {
		r.callFunction(t, u, inst)
	} else {
		r.enqueue(t, inst, true)
	}
	r.fr.node, r.fr.waiting = n, true
	return n
}

// begins notes that a client makes a call, send or signal: a new event begins.
func (r *run) begins() {
	if r.fr.msg == "" {
		r.fr.stale = false
	}
}

// receiver finds the instance that a message goes to, in the units that run now.
func (r *run) receiver(t *lang.Target) (*lang.Unit, int) {
	inst := r.instance(t.Unit, t.Index, 0)
	u := r.st.conf.texts[instance{t.Unit.Name, inst}]
	if u == nil {
		fail(KindUnhandled, t.Span, "the unit is gone")
	}
	return u, inst
}

// arguments evaluates the arguments of a message.
func (r *run) arguments(t *lang.Target) [][]int64 {
	var args [][]int64
	for i, a := range t.Args {
		args = append(args, checked(t.Msg.Params[i].Type, r.eval(a), a.Pos()))
	}
	return args
}

// callFunction starts an activation of a function for this caller. While an
// earlier one of the same caller still runs, the call is blocked before its arguments
// are evaluated.
func (r *run) callFunction(t *lang.Target, u *lang.Unit, inst int) {
	id := r.id + "/" + instName(u, inst)
	if _, runs := r.st.acts[id]; runs {
		panic(blocked{by: id})
	}
	msg, args := r.arrives(t, inst), r.contents(t, inst)
	h := handler(u, msg.Name)
	if h == nil {
		fail(KindUnhandled, t.Span, "the function has no such handler")
	}
	if h.Msg.Form != msg.Form {
		fail(KindForm, h.Span, "the function does not know this form")
	}
	r.begun = u.Name + "." + msg.Name
	r.received(u, inst, msg.Name, args)
	r.advance(msg, args, true)
	callee := &run{w: r.w, st: r.st, rested: r.rested, id: id, silents: r.silents}
	callee.fr = frame{unit: u.Name, inst: inst, msg: msg.Name, old: r.w.isOld(u, msg.Name), caller: r.id, owner: r.owner()}
	r.noteBeginning(&callee.fr)
	callee.enter(args)
	callee.rest(callee.silent(callee.g.entry, -1))
	r.silents = callee.silents
}

// enqueue appends the message to the instance's mailbox; a full one blocks before
// the arguments are evaluated.
func (r *run) enqueue(t *lang.Target, inst int, wants bool) {
	b := r.st.conf.box(t.Unit.Name, inst)
	if b < 0 {
		fail(KindUnhandled, t.Span, "the unit takes no messages")
	}
	if box := r.st.conf.boxes[b]; len(r.st.boxes[b]) >= box.unit.Mailbox {
		panic(blocked{by: instName(box.unit, box.inst)})
	}
	msg, args := r.arrives(t, inst), r.contents(t, inst)
	m := message{name: msg.Name, form: msg.Form, decl: msg, args: args, from: r.id, wants: wants, owner: r.owner()}
	r.st.boxes[b] = append(slices.Clone(r.st.boxes[b]), m)
	r.advance(msg, args, wants)
}

// send carries out a Send or a Signal. The arguments of a signal that is dropped are
// evaluated and rewritten all the same, and can fail.
func (r *run) send(s *lang.Send) {
	r.begins()
	_, inst := r.receiver(s.Target)
	b := r.st.conf.box(s.Target.Unit.Name, inst)
	if s.Signal && b >= 0 && r.waits(b, r.arrives(s.Target, inst).Name) {
		r.contents(s.Target, inst)
		return
	}
	r.enqueue(s.Target, inst, false)
}

// waits says whether a message of that name waits in a mailbox.
func (r *run) waits(b int, name string) bool {
	return slices.ContainsFunc(r.st.boxes[b], func(m message) bool { return m.name == name })
}

// receive lets an idle instance take the head of its mailbox.
func (r *run) receive(b int) {
	box := r.st.conf.boxes[b]
	m := r.st.boxes[b][0]
	h := handler(box.unit, m.name)
	if h == nil {
		fail(KindUnhandled, box.unit.Span, "no handler for the message")
	}
	if h.Msg.Form != m.form {
		fail(KindForm, h.Span, "the message has a form that the handler does not know")
	}
	r.st.boxes[b] = r.st.boxes[b][1:]
	r.fr = frame{unit: box.unit.Name, inst: box.inst, msg: m.name, old: r.w.isOld(box.unit, m.name), owner: m.owner}
	r.noteBeginning(&r.fr)
	if m.wants {
		r.fr.caller = m.from
	} else {
		r.fr.tracks = r.st.conf.belonging(m.from, box.unit, h.Msg, m.args)
	}
	if len(r.fr.tracks) > 0 {
		r.fr.from = m.from
	}
	r.begun = box.unit.Name + "." + m.name
	r.received(box.unit, box.inst, m.name, m.args)
	r.enter(m.args)
	r.rest(r.silent(r.g.entry, -1))
}

// reply carries out a Reply: to the activation's own caller, or to one held.
func (r *run) reply(s *lang.Reply) {
	to := r.fr.caller
	if s.To != nil {
		to = r.w.held(r.read(s.To)[0])
		r.write(s.To, []int64{0}, s.Pos())
	} else {
		r.fr.caller = ""
	}
	f, there := r.st.acts[to]
	msg := r.answered(s)
	if msg == nil && there && f.waiting {
		msg = r.sentBy(s, &f)
	}
	var vals []int64
	if s.Val != nil {
		vals = r.eval(s.Val)
		if msg != nil && msg.Result != nil {
			checked(r.asExtended(msg.Result), vals, s.Val.Pos())
		}
	}
	if !there || !f.waiting || f.reply != nil {
		return
	}
	f.reply = &reply{vals: vals}
	if msg != nil {
		f.reply.form, f.reply.of = msg.ReplyForm, msg.Result
	}
	r.st.acts[to] = f
}

// sentBy is the message that a caller sent to the old version. No text tells what a reply to
// him answers: only a transfer that nobody has written has moved him to where he is (definitions
// section 2.2). Where the reply is none to that message, he does not know its form.
func (r *run) sentBy(s *lang.Reply, f *frame) *lang.Message {
	t := r.w.graphOf(r.st.conf, f).nodes[f.node].target()
	msg := handler(unitNamed(r.w.program.Base.Units, t.Unit.Name), t.Msg.Name).Msg
	if (s.Val == nil) != (msg.Result == nil) {
		return &lang.Message{ReplyForm: "another"}
	}
	if s.Val == nil {
		return msg
	}
	val, result := s.Val.Type(), r.asExtended(msg.Result)
	numbers := val.Kind == lang.Int && result.Kind == lang.Int && val.Means == result.Means
	if !numbers && !r.w.compatible(val, result) {
		return &lang.Message{ReplyForm: "another"}
	}
	return msg
}

// answered is the message that a reply answers, as the replying text declares it: the
// handler's own, or one whose callers are held where the reply finds its caller. Where
// that text has none, the new one looks for who was held there before, or moved there.
// It is nil where nobody ever was.
func (r *run) answered(s *lang.Reply) *lang.Message {
	if s.To == nil {
		return r.w.running(r.st.conf, &r.fr).Msg
	}
	u := r.w.unitOf(r.st.conf, &r.fr)
	if m := r.w.heldIn(u, s.To.Var.Name); m != nil || r.fr.old {
		return m
	}
	if m := r.w.heldIn(unitNamed(r.w.program.Base.Units, u.Name), s.To.Var.Name); m != nil {
		return m
	}
	for _, t := range r.w.update.Transfers {
		for _, d := range newGraph(nil, t.Body).nodes {
			move, is := d.stmt.(*lang.Assign)
			if !is || move.To.Var.Owner == nil || move.To.Var.Owner.Name != u.Name || move.To.Var.Name != s.To.Var.Name {
				continue
			}
			from := move.Rhs.Expr.(*lang.Ref).Var
			if m := r.w.heldIn(unitNamed(r.w.program.Base.Units, from.Owner.Name), from.Name); m != nil {
				return m
			}
		}
	}
	return nil
}

// asExtended is a type as the text that runs knows it: what a new text answers to a message
// of the old version may be a value that the new one adds to the type.
func (r *run) asExtended(t *lang.Type) *lang.Type {
	if t == nil || t.Name == "" || r.fr.old {
		return t
	}
	for _, n := range r.w.update.New.Types {
		if n.Name == t.Name && r.w.compatible(t, n) {
			return n
		}
	}
	return t
}

// heldIn is the first message of a text whose callers a variable of the unit holds.
func (w *World) heldIn(u *lang.Unit, name string) *lang.Message {
	if u == nil {
		return nil
	}
	for _, h := range u.Handlers {
		holds := func(d node) bool {
			hold, is := d.stmt.(*lang.Hold)
			return is && hold.To.Var.Name == name
		}
		if slices.ContainsFunc(w.handlerGraph(h).nodes, holds) {
			return h.Msg
		}
	}
	return nil
}

// receiveReply takes the reply out of the slot, assigns its value, and gives the
// node behind the call.
func (r *run) receiveReply() int {
	if r.fr.reply == nil {
		panic(blocked{})
	}
	d := r.g.nodes[r.fr.node]
	t, answer := d.target(), r.fr.reply
	if t.Msg.ReplyForm != answer.form {
		fail(KindForm, t.Span, "the reply has a form that the caller does not know")
	}
	called := r.fr.called
	r.fr.waiting, r.fr.reply, r.fr.called = false, nil, nil
	r.st.acts[r.id] = r.fr // it waits no longer, which settle must see
	for _, id := range called {
		r.st.settle(id)
	}
	if a, is := d.stmt.(*lang.Assign); is {
		r.write(a.To, answer.vals, a.Pos())
	}
	if d.op == opBranch {
		return d.branch(answer.vals[0] != 0)
	}
	return d.next
}
