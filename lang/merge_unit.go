package lang

import (
	"fmt"
	"slices"
)

// addUnit adds a unit that the base does not have.
func (m *merger) addUnit(d *UnitDecl) {
	if m.touch(d.Name.Name, d.Name.Span()) && !m.taken(d.Name) {
		m.noHooks(d.Members)
		m.new.units = append(m.new.units, newUnitSource(d))
		m.change(Added, "unit", d.Name.Name, d.Name.Span())
	}
}

// A unitMerger applies the changes of an update to one unit of the base.
type unitMerger struct {
	*merger
	name string
	old  *unitEntry // the base's unit; nil if it is wrong
	src  *unitSource
}

// memberName is the name of a variable or handler, prefixed with "on " for a
// handler; nil for other members.
func memberName(m Member) (string, *Ident) {
	switch m := m.(type) {
	case *DataDecl:
		return m.Name.Name, m.Name
	case *HandlerDecl:
		return "on " + m.Head.Message.Name, m.Head.Message
	case *StmtMember:
		if v, ok := m.Stmt.(*VarNode); ok {
			return v.Name.Name, v.Name
		}
	}
	return "", nil
}

func (u *unitMerger) find(name string) int {
	return slices.IndexFunc(u.src.members, func(m Member) bool {
		n, id := memberName(m)
		return id != nil && n == name
	})
}

// apply replaces or adds a member, or drops what it says.
func (u *unitMerger) apply(member Member) {
	if d, ok := member.(*DropDecl); ok {
		for _, drop := range d.Drops {
			u.drop(drop)
		}
		return
	}
	if h, ok := member.(*HookDecl); ok {
		u.noHook(h.Span())
		return
	}
	if d, ok := member.(*ConvergesDecl); ok {
		u.converges(d)
		return
	}
	name, id := memberName(member)
	if id == nil {
		u.src.members = append(u.src.members, member) // reported when the unit is elaborated
		return
	}
	what := "variable"
	if _, ok := member.(*HandlerDecl); ok {
		what = "handler"
	} else {
		data, _ := member.(*DataDecl)
		if u.ghost(data != nil && data.Class() == Ghost, id, u.old) {
			return
		}
		if at, is := attaches(member); is {
			u.noHook(at)
		}
	}
	if !u.touch(u.name+"."+name, id.Span()) {
		return
	}
	full := u.name + "." + id.Name
	if i := u.find(name); i >= 0 {
		u.src.members[i] = member
		u.change(Replaced, what, full, id.Span())
		return
	}
	u.src.members = append(u.src.members, member)
	u.change(Added, what, full, id.Span())
}

// converges gives the unit other states in which it can stop.
func (u *unitMerger) converges(d *ConvergesDecl) {
	if !u.touch(u.name+".converges to", d.Span()) {
		return
	}
	u.src.members = append(slices.DeleteFunc(u.src.members, func(m Member) bool { _, is := m.(*ConvergesDecl); return is }), d)
	u.change(Replaced, "converges", u.name, d.Span())
}

func (u *unitMerger) drop(d *Drop) {
	name, what := d.Name.Name, "variable"
	if d.Handler {
		name, what = "on "+name, "handler"
	} else if u.ghost(false, d.Name, u.old) {
		return
	}
	if !u.touch(u.name+"."+name, d.Name.Span()) {
		return
	}
	i := u.find(name)
	if i < 0 {
		u.noMember(d, what)
		return
	}
	u.src.members = slices.Delete(u.src.members, i, i+1)
	u.change(Dropped, what, u.name+"."+d.Name.Name, d.Name.Span())
}

func (u *unitMerger) noMember(d *Drop, what string) {
	e := u.fail(codeNoSuch, d.Name.Span(), fmt.Sprintf("`%s` has no %s `%s` to drop", u.name, what, d.Name.Name))
	if u.old == nil {
		return
	}
	known := candidates(u.reporter, u.old.vars, nil)
	if d.Handler {
		known = candidates(u.reporter, u.old.handlers, nil)
	}
	e.Advice = u.guess(d.Name.Name, known)
	if !d.Handler && u.old.handlers[d.Name.Name] != nil {
		e.Advice = fmt.Sprintf("to drop the handler write `drop on %s`", d.Name.Name)
	}
}
