package lang

import (
	"fmt"
	"slices"
)

// accepts checks `accepts x in S` (definitions section 2.3).
func (u *updateChecker) accepts() {
	initial := int64(1)
	for _, sys := range []*System{u.old.sys, u.sys} {
		initial = 1
		for _, v := range allVars(sys) {
			if v.Choices != nil {
				initial = u.moreInitial(initial, len(v.Choices), 1, v.Span)
			}
		}
	}
	for _, node := range u.decl.Changes {
		d, is := node.(*AcceptsDecl)
		if !is {
			continue
		}
		if a := u.accept(d); a != nil {
			u.up.Accepts = append(u.up.Accepts, a)
			initial = u.moreInitial(initial, len(a.Values)+1, a.count(), d.Span())
		}
	}
}

// moreInitial counts the initial states; too many are an error, said once.
func (u *updateChecker) moreInitial(before int64, values, times int, at Span) int64 {
	n := before
	for range times {
		n = min(n*int64(values), maxInitial+1)
	}
	if before <= maxInitial && n > maxInitial {
		u.fail(codeTooLarge, at, fmt.Sprintf("with this, a version has more than %d initial states", maxInitial)).
			advise("choose smaller sizes, or fewer values")
	}
	return n
}

// allVars lists the variables of a version outside code.
func allVars(s *System) []*Var {
	all := slices.Clone(s.Data)
	for _, unit := range s.Units {
		for range unit.Count {
			all = append(all, unit.Vars...)
		}
	}
	return all
}

// count is the number of scalars that it speaks of.
func (a *Accept) count() int {
	if a.Var.Owner != nil && a.Instance < 0 {
		return len(a.Slots) * a.Var.Owner.Count
	}
	return len(a.Slots)
}

func (u *updateChecker) accept(d *AcceptsDecl) *Accept {
	in, ok := d.Cond.(*InNode)
	if !ok {
		return nil // reported when it was read
	}
	p, t := u.part(in.X, d.Span(), "accepts")
	if p == nil {
		return nil
	}
	if !t.IsScalar() {
		u.fail(codeMismatch, in.X.Span(), fmt.Sprintf("`accepts` speaks of numbers, names and truth values, and this is %s", describe(t))).
			advise("name a field, or write the type of an index for all elements: `x[T].f`")
		return nil
	}
	if p.Var.Class == Ghost {
		u.fail(codeReadsGhost, in.X.Span(), fmt.Sprintf("`%s` is a ghost: no update initialises it", p.Var.Name)).see(p.Var.Span, "declared here")
		return nil
	}
	a := &Accept{Part: *p}
	if a.Values, _ = u.constSet(in.Domain, t); a.Values == nil {
		return nil
	}
	return a
}

// tolerates checks `tolerate x, y.z` (definitions section 3).
func (u *updateChecker) tolerates() {
	for _, node := range u.decl.Changes {
		d, is := node.(*TolerateDecl)
		if !is {
			continue
		}
		for _, n := range d.Paths {
			p, t := u.part(n, n.Span(), "tolerate")
			if p == nil {
				continue
			}
			if p.Var.Class == Ghost {
				u.fail(codeReadsGhost, n.Span(), fmt.Sprintf("`%s` is a ghost: what really happened is not tolerated away", p.Var.Name)).
					advise("weaken the property that reads it").see(p.Var.Span, "declared here")
				continue
			}
			var all []int
			for _, k := range p.Slots {
				for i := range t.Slots() {
					all = append(all, k+i)
				}
			}
			p.Slots = all
			u.up.Tolerates = append(u.up.Tolerates, p)
		}
	}
}

// part finds the part of a variable of the new version that a path names, and its type;
// nil where it is wrong. word is what speaks of it.
func (u *updateChecker) part(n ExprNode, at Span, word string) (*Part, *Type) {
	root, steps := flatten(n)
	name, _ := root.(*NameNode)
	var s *symbol
	if name != nil {
		s = u.names[name.Name]
	}
	p := &Part{Instance: -1, Span: at}
	switch {
	case s != nil && s.kind == symData:
		p.Var = s.v
	case s != nil && s.kind == symUnit && s.unit.unit.Kind != Client:
		if steps = u.partOfUnit(p, s.unit, steps, n.Span()); p.Var == nil {
			return nil, nil
		}
	default:
		u.fail(codeUnknown, n.Span(), fmt.Sprintf("`%s` speaks of a variable of the new version", word)).
			advise("write `data`, or `unit.variable`, and behind it the part that is meant")
		return nil, nil
	}
	t := p.Var.Type
	if t == nil {
		return nil, nil
	}
	if t, p.Slots = u.partOf(t, []int{0}, steps); t == nil {
		return nil, nil
	}
	slices.Sort(p.Slots)
	return p, t
}

// partOfUnit reads the instance and the variable of a unit, and gives the steps behind.
func (u *updateChecker) partOfUnit(a *Part, e *unitEntry, steps []step, at Span) []step {
	if len(steps) > 0 && steps[0].index != nil {
		if e.unit.Index == nil || e.broken {
			u.fail(codeInstance, steps[0].span, fmt.Sprintf("there is a single `%s`: it takes no index", e.unit.Name))
			return nil
		}
		list := u.places(e.unit.Index, steps[0].index)
		if list == nil {
			return nil
		}
		if len(list) == 1 {
			a.Instance = list[0]
		}
		steps = steps[1:]
	}
	if len(steps) == 0 || steps[0].name == nil || e.vars[steps[0].name.Name] == nil {
		u.fail(codeUnknown, at, fmt.Sprintf("this is no variable of `%s`", e.unit.Name)).see(e.unit.Span, "declared here")
		return nil
	}
	a.Var = e.vars[steps[0].name.Name]
	return steps[1:]
}

// partOf leads from places of a type's first scalar to those of a part of it.
func (u *updateChecker) partOf(t *Type, at []int, steps []step) (*Type, []int) {
	for _, s := range steps {
		switch {
		case s.name != nil && t.Kind == Record && t.Sugar == Plainly:
			i := slices.IndexFunc(t.Fields, func(f Field) bool { return f.Name == s.name.Name })
			if i < 0 {
				u.fail(codeNoPart, s.name.Span(), fmt.Sprintf("%s has no field `%s`", describe(t), s.name.Name))
				return nil, nil
			}
			off := 0
			for _, f := range t.Fields[:i] {
				off += f.Type.Slots()
			}
			for k := range at {
				at[k] += off
			}
			t = t.Fields[i].Type
		case s.index != nil && t.Kind == Array && t.Sugar == Plainly:
			var next []int
			for _, i := range u.places(t.Index, s.index) {
				for _, k := range at {
					next = append(next, k+i*t.Elem.Slots())
				}
			}
			if next == nil {
				return nil, nil
			}
			t, at = t.Elem, next
		default:
			u.fail(codeNoPart, s.span, fmt.Sprintf("%s has no such part", describe(t)))
			return nil, nil
		}
	}
	return t, at
}

// places gives the places of an index: one, or all where it is the name of the type.
func (u *updateChecker) places(t *Type, n ExprNode) []int {
	var all []int
	if name, is := n.(*NameNode); is {
		if s := u.names[name.Name]; s != nil && s.kind == symType {
			if own := s.typ.typ; own == nil || own.Declaration() != t.Declaration() {
				u.fail(codeMismatch, n.Span(), fmt.Sprintf("`%s` is not the type of this index, which is %s", name.Name, describe(t)))
				return nil
			}
			for i := range t.Card() {
				all = append(all, int(i))
			}
			return all
		}
	}
	b := &body{checker: u.checker, place: inConst, scope: &scope{}}
	e := u.constant(b.value(n, t))
	if e == nil {
		u.notSilent(n.Span())
		return nil
	}
	return []int{int(e.(*Lit).Val[0] - lowest(t))}
}
