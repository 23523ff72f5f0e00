package oracle

import (
	"slices"

	"github.com/lucheck/lucheck/lang"
)

// mention is a variable that some text mentions, of an instance.
type mention struct {
	v    *lang.Var
	inst int
}

// foundVar is where a configuration stores what is mentioned.
type foundVar struct {
	slot  int
	there bool
	fits  bool
}

// find looks a variable up by name. It is not there where the configuration has none
// of that name, and does not fit where its declaration is another.
func (w *World) find(c *config, m mention) foundVar {
	if f, known := c.found[m]; known {
		return f
	}
	n, there := c.slotOf[slot{v: m.v, unit: m.v.Owner, inst: m.inst}.key()]
	f := foundVar{slot: n, there: there}
	f.fits = there && w.compatible(c.slots[n].v.Type, m.v.Type)
	c.found[m] = f
	return f
}

// slot finds the storage of a variable outside the activation. Old code that
// meets a variable that is gone or has changed fails here.
func (r *run) slot(st *State, e *lang.Ref) int {
	inst := 0
	if e.Unit != nil {
		inst = r.instance(e.Var.Owner, e.Unit, 0)
	}
	f := r.w.find(st.conf, mention{e.Var, inst})
	if !f.there {
		fail(KindTypeSafety, e.Pos(), "the variable is gone")
	}
	if !f.fits {
		fail(KindTypeSafety, e.Pos(), "the variable's declaration has changed")
	}
	return f.slot
}

// part follows a path into a value: the first scalar and the type of the part.
func (r *run) part(e *lang.Ref) (offset int, t *lang.Type) {
	t = e.Var.Type
	for _, a := range e.Path {
		if a.Index == nil {
			for _, f := range t.Fields[:a.Field] {
				offset += f.Type.Slots()
			}
			t = t.Fields[a.Field].Type
			continue
		}
		x := r.scalar(a.Index)
		lo, hi := t.Index.Bounds()
		if x < lo || x > hi {
			fail(KindRange, a.Index.Pos(), "# is no index in #..#", x, lo, hi)
		}
		offset += int(x-lo) * t.Elem.Slots()
		t = t.Elem
	}
	return offset, t
}

// read gives the value of a variable or of a part of one.
func (r *run) read(e *lang.Ref) []int64 {
	offset, t := r.part(e)
	end := offset + t.Slots()
	if val, is := r.bound[e.Var]; is {
		return val[offset:end]
	}
	if e.Var.Class == lang.Local {
		return r.fr.locals[r.local(e.Var)][offset:end]
	}
	st := r.seen(e.Old)
	s := r.slot(st, e)
	if marks := st.stale[s]; marks != nil && slices.Contains(marks[offset:end], true) {
		fail(KindTypeSafety, e.Pos(), "the value is still in its old form")
	}
	return st.vars[s][offset:end]
}

// write stores a value and heals what was in old form.
func (r *run) write(e *lang.Ref, val []int64, span lang.Span) {
	offset, t := r.part(e)
	checked(t, val, span)
	if e.Var.Class == lang.Local {
		r.setLocal(r.local(e.Var), offset, val)
		return
	}
	s := r.slot(r.st, e)
	r.wrote = append(r.wrote, s)
	r.st.vars[s] = slices.Clone(r.st.vars[s])
	copy(r.st.vars[s][offset:], val)
	if r.st.stale[s] != nil {
		r.st.stale[s] = slices.Clone(r.st.stale[s])
		for i := range val {
			r.st.stale[s][offset+i] = false
		}
	}
}

// local is the number of a local of the activation.
func (r *run) local(v *lang.Var) int {
	n, known := r.g.index[v]
	if !known {
		panic("oracle: " + v.Name + " is no local of this text")
	}
	return n
}

// setLocal stores a value from offset on in a local of the activation.
func (r *run) setLocal(v, offset int, val []int64) {
	r.fr.locals = slices.Clone(r.fr.locals)
	r.fr.locals[v] = slices.Clone(r.fr.locals[v])
	copy(r.fr.locals[v][offset:], val)
}

// selfOf is the value of self in an instance.
func selfOf(u *lang.Unit, inst int) int64 {
	if u.Index == nil {
		return 0
	}
	lo, _ := u.Index.Bounds()
	return lo + int64(inst)
}
