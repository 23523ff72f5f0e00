package lang

import "fmt"

// This file checks the marks that may stand before a declaration: `volatile` before a
// ghost. A mark that means nothing where it stands is an error.

// dataMark checks the mark before a variable outside code, or before one of a unit.
func (c *checker) dataMark(v *Var, mark *Ident) {
	switch {
	case mark == nil:
	case mark.Name == "volatile" && v.Class == Ghost:
		v.Volatile = true
	case mark.Name == "volatile":
		c.notVolatile(v, mark)
	default:
		c.unsupported(mark.Span(), fmt.Sprintf("the mark `%s`", mark.Name))
	}
}

// notVolatile reports `volatile` before anything but a ghost.
func (c *checker) notVolatile(v *Var, mark *Ident) {
	if v.Class == Persistent {
		c.fail(codeMark, mark.Span(), fmt.Sprintf("`%s` is on the disk, so a reboot keeps it: only a ghost can be `volatile`", v.Name)).
			advise("write `shared`, or in a unit `var`, for what a reboot forgets")
		return
	}
	c.fail(codeMark, mark.Span(), fmt.Sprintf("a reboot forgets `%s` anyway: only a ghost can be `volatile`", v.Name)).
		advise("leave `volatile` out")
}

// localMark checks the mark before a local.
func (b *body) localMark(n *VarNode) {
	switch {
	case n.Mark == nil:
	case n.Mark.Name == "volatile":
		b.notVolatile(&Var{Name: n.Name.Name, Class: Local}, n.Mark)
	default:
		b.unsupported(n.Mark.Span(), fmt.Sprintf("the mark `%s`", n.Mark.Name))
	}
}
