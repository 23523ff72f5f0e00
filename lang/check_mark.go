package lang

import "fmt"

// This file checks the marks that may stand before a declaration: `volatile` before a
// ghost, `readable` before a local, `tracked` before a protocol. A mark that means
// nothing where it stands is an error.

// dataMark checks the mark before a variable outside code, or before one of a unit.
func (c *checker) dataMark(v *Var, mark *Ident) {
	switch {
	case mark == nil:
	case mark.Name == "volatile" && v.Class == Ghost:
		v.Volatile = true
	case mark.Name == "volatile":
		c.notVolatile(v.Name, v.Class == Persistent, mark)
	case mark.Name == "tracked":
		c.notTracked(v.Name, mark)
	case v.Class == Ghost:
		c.fail(codeMark, mark.Span(), fmt.Sprintf("a ghost is never readable: no running system stores `%s`", v.Name)).
			advise("leave `readable` out, or declare it as data")
	case v.Class == Hidden:
		c.fail(codeMark, mark.Span(), fmt.Sprintf("`%s` is hidden, and so never readable", v.Name)).
			advise("leave out one of the two words")
	default:
		c.fail(codeMark, mark.Span(), fmt.Sprintf("`%s` is readable as it is: the mark is for locals", v.Name)).
			advise("leave `readable` out")
	}
}

// notVolatile reports `volatile` before anything but a ghost.
func (c *checker) notVolatile(name string, persistent bool, mark *Ident) {
	if persistent {
		c.fail(codeMark, mark.Span(), fmt.Sprintf("`%s` is on the disk, so a reboot keeps it: only a ghost can be `volatile`", name)).
			advise("write `shared`, or in a unit `var`, for what a reboot forgets")
		return
	}
	c.fail(codeMark, mark.Span(), fmt.Sprintf("a reboot forgets `%s` anyway: only a ghost can be `volatile`", name)).
		advise("leave `volatile` out")
}

// notTracked reports `tracked` before anything but a protocol.
func (c *checker) notTracked(name string, mark *Ident) *Error {
	return c.fail(codeMark, mark.Span(), fmt.Sprintf("only a protocol can be `tracked`, and `%s` is none", name)).advise("leave `tracked` out")
}

// localMark checks the mark before a local.
func (b *body) localMark(n *VarNode) {
	name := n.Name.Name
	switch {
	case n.Mark == nil:
	case n.Mark.Name == "volatile":
		b.notVolatile(name, false, n.Mark)
	case n.Mark.Name == "tracked":
		b.notTracked(name, n.Mark).advise("write `readable` before a local that is read from outside")
	case b.unit == nil:
		b.fail(codeMark, n.Mark.Span(), fmt.Sprintf("nobody reads `%s`: the locals that can be readable are those of clients and handlers", name)).
			advise("leave `readable` out")
	case b.unit.unit.Kind == Function:
		b.fail(codeMark, n.Mark.Span(), fmt.Sprintf("`%s` has an activation for each caller, so nobody can say which `%s` is meant", b.unit.unit.Name, name)).
			advise("leave `readable` out, or make the function an object")
	}
}

// protocolMark checks the mark before a protocol.
func (c *checker) protocolMark(p *Protocol, mark *Ident) {
	switch {
	case mark == nil:
	case mark.Name == "tracked":
		p.Tracked = true
	default:
		c.fail(codeMark, mark.Span(), fmt.Sprintf("a protocol is never `%s`", mark.Name)).
			advise("write `tracked` before it, if what it allows next is asked")
	}
}
