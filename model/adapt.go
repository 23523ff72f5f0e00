package model

import "github.com/lucheck/lucheck/lang"

// This file rewrites messages: those that wait at the switch (`convert` and `adapt`),
// and those that old code sends to new code after it (`adapt`).

// rewriting compiles the new arguments of a message as a function of the old ones,
// all as scalars one after the other. size is the number of the new ones.
func (s *scope) rewriting(c *lang.Convert) (size int, run func(m *machine, from, to []int64)) {
	first := -1
	for _, x := range c.Params {
		if at := s.bind(x, x.Type.Slots()); first < 0 {
			first = at
		}
	}
	var args []value
	var sizes []int
	var checks []func(m *machine, v []int64)
	for i, a := range c.Args {
		args, sizes = append(args, s.value(a)), append(sizes, a.Type().Slots())
		checks = append(checks, s.rangeCheck(c.To.Params[i].Type, a.Pos()))
		size += sizes[i]
	}
	return size, func(m *machine, from, to []int64) {
		if first >= 0 {
			copy(m.bound[first:], from)
		}
		for i, f := range args {
			f(m, to[:sizes[i]])
			checks[i](m, to[:sizes[i]])
			to = to[sizes[i]:]
		}
	}
}

// form is a message as it reaches an instance of one version.
type form struct {
	kind    *messageKind
	size    int // scalars of its arguments
	rewrite func(m *machine, from, to []int64)
	advance func(m *machine, args []int64)
}

// forms gives the message as it reaches an instance whose version is old, and one
// whose version is new: there `adapt` may have rewritten it.
func (b *builder) forms(d *destination, span lang.Span, call bool) [2]form {
	msg := d.target.Msg
	sent := form{kind: b.u.kindOf[msg], size: d.total, advance: b.advance(msg, span, call)}
	c := b.u.adapts(msg)
	if c == nil {
		return [2]form{sent, sent}
	}
	s := b.u.plainScope()
	s.nbound = b.nbound
	size, rewrite := s.rewriting(c)
	b.touch.addSet(s.touch)
	return [2]form{sent, {kind: b.u.kindOf[c.To], size: size, rewrite: rewrite, advance: b.advance(c.To, span, call)}}
}

// adapts gives the `adapt` for a message in the form in which a version declares it;
// nil where there is none. The new version does not know a form that has one.
func (u *Update) adapts(msg *lang.Message) *lang.Convert {
	for _, c := range u.Source.Converts {
		if c.Later && u.kindOf[c.From] == u.kindOf[msg] {
			return c
		}
	}
	return nil
}

// adaptReads adds the data on which it can depend whether a rewriting fails.
func (u *Update) adaptReads(into *compSet) {
	for _, c := range u.Source.Converts {
		if c.Later {
			s := u.plainScope()
			s.rewriting(c)
			into.addSet(s.touch)
		}
	}
}

// arguments evaluates a message's arguments as they arrive. What it gives is on the
// machine's stack: the caller pops room(f) numbers.
func (d *destination) arguments(m *machine, f *form) []int64 {
	args := m.push(d.total)
	d.evaluate(m, args)
	if f.rewrite == nil {
		return args
	}
	to := m.push(f.size)
	if !m.stopped() {
		f.rewrite(m, args, to)
	}
	return to
}

// room is what arguments leaves on the stack.
func (d *destination) room(f *form) int {
	if f.rewrite == nil {
		return d.total
	}
	return d.total + f.size
}

// send puts a message into an empty place of a mailbox.
func (l *letter) send(v []uint64, kind *messageKind, sender int64, owed bool, args []int64) {
	l.kind.set(v, kind.number)
	l.sender.set(v, sender)
	l.owed.set(v, truth(owed))
	for i, k := range args {
		l.args[i].set(v, k)
	}
}
