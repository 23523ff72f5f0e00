package model

import (
	"slices"

	"github.com/lucheck/lucheck/lang"
)

func sortedUnique(vs []int64) []int64 {
	slices.Sort(vs)
	return slices.Compact(vs)
}

// place is a variable or a part of one, as compiled: which storage, and which
// scalar of it comes first.
type place struct {
	stores []*storage // by instance of the owner; one where it is single
	inst   number     // nil where there is one
	off    int
	dyn    number // added to off; nil where the path is constant
	n      int    // scalars
	old    bool   // in the state before the switch
	badRef uint32 // failure: an index is out of range
	gone   uint32 // failure: touched by code of the wrong version
	stale  uint32 // failure: read in old form
}

// offset compiles a path into a value; dyn is nil where it is constant.
func (s *scope) offset(t *lang.Type, path []lang.Access, bad uint32) (end *lang.Type, off int, dyn number) {
	for _, a := range path {
		if a.Index == nil {
			for _, f := range t.Fields[:a.Field] {
				off += f.Type.Slots()
			}
			t = t.Fields[a.Field].Type
			continue
		}
		lo, hi := t.Index.Bounds()
		t = t.Elem
		stride := t.Slots()
		if l, ok := a.Index.(*lang.Lit); ok && within(l.Val[0], lo, hi) {
			off += int(l.Val[0]-lo) * stride
			continue
		}
		if _, ok := a.Index.(*lang.SelfRef); ok && within(s.self, lo, hi) {
			off += int(s.self-lo) * stride
			continue
		}
		x, prev := s.scalar(a.Index), dyn
		dyn = func(m *machine) int64 {
			k := x(m)
			if k < lo || k > hi {
				m.fail(bad)
				k = lo
			}
			k = (k - lo) * int64(stride)
			if prev != nil {
				k += prev(m)
			}
			return k
		}
	}
	return t, off, dyn
}

// place compiles a reference to data in the state.
func (s *scope) place(r *lang.Ref) place {
	p := place{stores: s.u.stores[r.Var], old: r.Old, badRef: s.u.failureID(Failure{Kind: Range, Span: r.Spn, Detail: "an index is out of range"})}
	p.gone = s.u.failureID(Failure{Kind: TypeSafety, Span: r.Spn, Detail: "`" + r.Var.Name + "` is gone or has changed its type"})
	p.stale = s.u.failureID(Failure{Kind: TypeSafety, Span: r.Spn, Detail: "`" + r.Var.Name + "` still holds a value in its old form"})
	t, off, dyn := s.offset(r.Var.Type, r.Path, p.badRef)
	p.off, p.dyn, p.n = off, dyn, t.Slots()
	if r.Unit != nil {
		lo, _ := r.Var.Owner.Index.Bounds()
		if k, ok := s.constant(r.Unit); ok && within(k-lo, 0, int64(len(p.stores))-1) {
			p.stores = p.stores[k-lo : k-lo+1]
		} else {
			x, n, bad := s.scalar(r.Unit), int64(len(p.stores)), p.badRef
			p.inst = func(m *machine) int64 {
				k := x(m) - lo
				if k < 0 || k >= n {
					m.fail(bad)
					return 0
				}
				return k
			}
		}
	}
	if s.u.plan != nil && s.u.isAdded(r.Var) {
		st := *p.stores[0] // with a plan new data are there before anything is replaced
		st.gated = false
		p.stores = []*storage{&st}
	}
	for _, st := range p.stores {
		s.touches(st.comp)
	}
	return p
}

func (s *scope) constant(e lang.Expr) (int64, bool) {
	switch e := e.(type) {
	case *lang.Lit:
		return e.Val[0], true
	case *lang.SelfRef:
		return s.self, true
	}
	return 0, false
}

// resolve finds the storage and the first scalar; it fails where the running
// code may not touch the variable.
func (p *place) resolve(m *machine) (*storage, int) {
	st, off := p.stores[0], p.off
	if p.inst != nil {
		st = p.stores[p.inst(m)]
	}
	if p.dyn != nil {
		off += int(p.dyn(m))
	}
	if st.gated && st.gate.get(p.state(m)) != st.want {
		m.fail(p.gone)
	}
	return st, off
}

func (p *place) state(m *machine) []uint64 {
	if p.old {
		return m.old
	}
	return m.v
}

func (p *place) read(m *machine, st *storage, i int) int64 {
	v := p.state(m)
	if st.oldForm != nil && st.oldForm[i].get(v) != 0 {
		m.fail(p.stale)
	}
	return st.slots[i].get(v)
}

// load compiles the reading of a scalar variable or part.
func (s *scope) load(r *lang.Ref) number {
	if at, ok := s.bound[r.Var]; ok {
		_, off, dyn := s.offset(r.Var.Type, r.Path, s.u.failureID(Failure{Kind: Range, Span: r.Spn, Detail: "an index is out of range"}))
		at += off
		if dyn == nil {
			return func(m *machine) int64 { return m.bound[at] }
		}
		return func(m *machine) int64 { return m.bound[at+int(dyn(m))] }
	}
	if slots, ok := s.locals[r.Var]; ok {
		s.uses.add(s.index[r.Var])
		_, off, dyn := s.offset(r.Var.Type, r.Path, s.u.failureID(Failure{Kind: Range, Span: r.Spn, Detail: "an index is out of range"}))
		if dyn == nil {
			sl := slots[off]
			return func(m *machine) int64 { return sl.get(m.v) }
		}
		return func(m *machine) int64 { return slots[off+int(dyn(m))].get(m.v) }
	}
	p := s.place(r)
	if p.inst == nil && p.dyn == nil && !p.stores[0].gated && p.stores[0].oldForm == nil && !p.old {
		sl := p.stores[0].slots[p.off]
		return func(m *machine) int64 { return sl.get(m.v) }
	}
	return func(m *machine) int64 {
		st, i := p.resolve(m)
		return p.read(m, st, i)
	}
}

// loadAll compiles the reading of a composite variable or part.
func (s *scope) loadAll(r *lang.Ref) value {
	bad := s.u.failureID(Failure{Kind: Range, Span: r.Spn, Detail: "an index is out of range"})
	if at, ok := s.bound[r.Var]; ok {
		_, off, dyn := s.offset(r.Var.Type, r.Path, bad)
		return func(m *machine, dst []int64) {
			i := at + off
			if dyn != nil {
				i += int(dyn(m))
			}
			copy(dst, m.bound[i:i+len(dst)])
		}
	}
	if slots, ok := s.locals[r.Var]; ok {
		s.uses.add(s.index[r.Var])
		_, off, dyn := s.offset(r.Var.Type, r.Path, bad)
		return func(m *machine, dst []int64) {
			i := off
			if dyn != nil {
				i += int(dyn(m))
			}
			for j := range dst {
				dst[j] = slots[i+j].get(m.v)
			}
		}
	}
	p := s.place(r)
	return func(m *machine, dst []int64) {
		st, i := p.resolve(m)
		for j := range dst {
			dst[j] = p.read(m, st, i+j)
		}
	}
}

// store compiles an assignment's target: a function that stores a value. The
// value's range is checked against the target's type.
func (s *scope) store(r *lang.Ref, span lang.Span) func(m *machine, val []int64) {
	check := s.rangeCheck(r.Typ, span)
	bad := s.u.failureID(Failure{Kind: Range, Span: r.Spn, Detail: "an index is out of range"})
	if at, ok := s.bound[r.Var]; ok {
		_, off, dyn := s.offset(r.Var.Type, r.Path, bad)
		return func(m *machine, val []int64) {
			check(m, val)
			i := at + off
			if dyn != nil {
				i += int(dyn(m))
			}
			copy(m.bound[i:], val)
		}
	}
	if slots, ok := s.locals[r.Var]; ok {
		_, off, dyn := s.offset(r.Var.Type, r.Path, bad)
		if len(r.Path) > 0 {
			s.uses.add(s.index[r.Var])
		}
		return func(m *machine, val []int64) {
			check(m, val)
			i := off
			if dyn != nil {
				i += int(dyn(m))
			}
			if !m.stopped() {
				for j, k := range val {
					slots[i+j].set(m.v, k)
				}
			}
		}
	}
	p := s.place(r)
	return func(m *machine, val []int64) {
		check(m, val)
		st, i := p.resolve(m)
		if m.stopped() {
			return
		}
		for j, k := range val {
			st.slots[i+j].set(m.v, k)
			if st.oldForm != nil {
				st.oldForm[i+j].clear(m.v)
			}
		}
	}
}
