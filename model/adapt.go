package model

import (
	"slices"

	"github.com/lucheck/lucheck/lang"
)

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

// forms is a message as it reaches an instance whose version is old, and, where one of
// its adapters is in force, one whose version is new.
type forms struct {
	sent    form
	adapted []form // by adapter
	by      []adapter
}

// forms compiles what becomes of a message that the builder's code sends.
func (b *builder) forms(d *destination, span lang.Span, call bool) *forms {
	msg := d.target.Msg
	fs := &forms{sent: form{kind: b.u.kindOf[msg], size: d.total, advance: b.advance(msg, span, call)}, by: b.u.adapts(msg)}
	for _, c := range fs.by {
		s := b.u.plainScope()
		s.nbound = b.nbound
		size, rewrite := s.rewriting(c.Convert)
		b.touch.addSet(s.touch)
		fs.adapted = append(fs.adapted, form{kind: b.u.kindOf[c.To], size: size, rewrite: rewrite, advance: b.advance(c.To, span, call)})
	}
	return fs
}

// reaching is the message as a frame sends it now to an instance of a version.
func (fs *forms) reaching(version int64, f *frame, v []uint64) *form {
	if version != 0 {
		for i, c := range fs.by {
			if c.bit == 0 || (f.adapters.get(v)|f.rt.adapters.get(v))&c.bit != 0 {
				return &fs.adapted[i]
			}
		}
	}
	return &fs.sent
}

// adapter is an `adapt`: of a transfer, which is in force where the transfer's bit is
// set, or of the update, whose bit is 0.
type adapter struct {
	*lang.Convert
	bit int64
}

// maxAdapting bounds the transfers of an update that have an `adapt`.
const maxAdapting = 60

// adapting lists the transfers that have an `adapt`.
func (u *Update) adapting() []*lang.Transfer {
	return slices.DeleteFunc(slices.Clone(u.Source.Transfers), func(t *lang.Transfer) bool {
		return !slices.ContainsFunc(t.Converts, func(c *lang.Convert) bool { return c.Later })
	})
}

// bitOf is the bit of a transfer in what is in force; 0 if it has no `adapt`.
func (u *Update) bitOf(t *lang.Transfer) int64 {
	if i := slices.Index(u.adapting(), t); i >= 0 {
		return 1 << i
	}
	return 0
}

// adapters lists every `adapt`, those of transfers first.
func (u *Update) allAdapters() []adapter {
	var out []adapter
	for _, t := range u.adapting() {
		for _, c := range t.Converts {
			out = append(out, adapter{c, u.bitOf(t)})
		}
	}
	for _, c := range u.Source.Converts {
		out = append(out, adapter{c, 0})
	}
	return slices.DeleteFunc(out, func(a adapter) bool { return !a.Later })
}

// adapts lists the adapters of a message in the form in which a version declares it.
// The new version does not know a form that has one.
func (u *Update) adapts(msg *lang.Message) []adapter {
	return slices.DeleteFunc(u.allAdapters(), func(a adapter) bool { return u.kindOf[a.From] != u.kindOf[msg] })
}

// keepsAdapters are the bits of the transfers that rewrite what a unit's old code sends:
// activations of such code remember that they are in force.
func (u *Update) keepsAdapters(p *unit) (bits int64) {
	if !p.affected || p.old == nil {
		return 0
	}
	for _, s := range p.sends() {
		for _, a := range u.adapts(s.target.Msg) {
			bits |= a.bit
		}
	}
	return bits
}

// adaptReads adds the data on which it can depend whether a rewriting fails.
func (u *Update) adaptReads(into *compSet) {
	for _, c := range u.allAdapters() {
		s := u.plainScope()
		s.rewriting(c.Convert)
		into.addSet(s.touch)
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
