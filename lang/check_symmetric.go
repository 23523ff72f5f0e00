package lang

import (
	"fmt"
	"maps"
	"slices"
)

// The files check_symmetric*.go verify what `symmetric` asserts of an array of units: that
// its instances are interchangeable, and with them all values of its index type
// (definitions section 1.11). Such a type is a scalarset [ID96]: its values are compared
// with == and !=, are indices, are stored, sent and chosen, and that is all. Two steps, of
// states that differ by an exchange of values, then lead to states that differ by the same
// exchange.
//
// The pass goes over the checked program, which is sound, and admits what it knows: what
// it does not know it refuses. It may refuse too much, never too little.

// A symmetry is the claim that the values of some types are interchangeable, in one
// version or in all that leads from the old version to the new one.
type symmetry struct {
	*checker
	types  map[string]Related // by name, with the place that says so
	arrays map[string]Related // arrays of units whose index type has no name, likewise
	unit   *Unit              // whose code is judged; nil outside units
	// together says that what is judged is carried out as a whole: nobody sees how far a
	// `for` has come.
	together bool
	doubts   map[*Var]doubt
}

// checkSymmetry verifies what is asserted of each version, and, as far as two versions
// assert the same, of the way from one to the other.
func checkSymmetry(base *checker, news []*checker, decls []*UpdateDecl, p *Program) {
	was := base.symmetry()
	base.update = nil
	was.version()
	was.machines(p.Machines)
	for i, c := range news {
		c.update = decls[i]
		now := c.symmetry()
		now.version()
		now.accepts(p.Updates[i].Accepts)
		both := now.both(was)
		both.transition(p.Updates[i])
		p.Updates[i].Symmetric = both.sets()
	}
}

// sets lists what is asserted, by name.
func (s *symmetry) sets() (list []Scalarset) {
	types := namedTypes(s.sys)
	for _, name := range sorted(s.types) {
		list = append(list, Scalarset{Type: types[name]})
	}
	for _, name := range sorted(s.arrays) {
		list = append(list, Scalarset{Type: unitIn(s.sys, name).Index, Array: name})
	}
	return list
}

// symmetry is what a version asserts.
func (c *checker) symmetry() *symmetry {
	s := &symmetry{checker: c, types: map[string]Related{}, arrays: map[string]Related{}}
	for _, e := range c.units {
		u := e.unit
		if !u.Symmetric {
			continue
		}
		at := Related{*e.src.symmetric, fmt.Sprintf("`%s` is declared `symmetric` here", u.Name)}
		if _, known := s.types[u.Index.Name]; u.Index.Name == "" {
			s.arrays[u.Name] = at
		} else if !known {
			s.types[u.Index.Name] = at
		}
	}
	return s
}

// both is what the old version asserts as well, with the same declaration.
func (s *symmetry) both(was *symmetry) *symmetry {
	b := *s
	b.types, b.arrays = maps.Clone(s.types), maps.Clone(s.arrays)
	before, after := namedTypes(was.sys), namedTypes(s.sys)
	maps.DeleteFunc(b.types, func(name string, _ Related) bool {
		_, is := was.types[name]
		return !is || before[name].Declaration() != after[name].Declaration()
	})
	maps.DeleteFunc(b.arrays, func(name string, _ Related) bool { _, is := was.arrays[name]; return !is })
	return &b
}

// empty says whether nothing is asserted.
func (s *symmetry) empty() bool { return len(s.types)+len(s.arrays) == 0 }

// is says whether the values of a type are interchangeable.
func (s *symmetry) is(t *Type) bool {
	_, is := s.types[t.Name]
	return is && t.Name != ""
}

// within finds an interchangeable type of which a type's values hold some, or by which
// they are indexed; nil for none.
func (s *symmetry) within(t *Type) *Type {
	if t == nil || s.is(t) {
		return t
	}
	var parts []*Type
	for _, f := range t.Fields {
		parts = append(parts, f.Type)
	}
	if t.Kind == Array {
		parts = append(parts, t.Index, t.Elem)
	}
	for _, p := range parts {
		if found := s.within(p); found != nil {
			return found
		}
	}
	return nil
}

// either is within for one of two types.
func (s *symmetry) either(a, b *Type) *Type {
	if t := s.within(a); t != nil {
		return t
	}
	return s.within(b)
}

// alike says whether values of two types, which can be stored in each other, have
// interchangeable values and indices in the same places.
func (s *symmetry) alike(a, b *Type) bool {
	switch {
	case a == b || a == nil || b == nil:
		return true
	case s.is(a) || s.is(b):
		return a.Name == b.Name
	case s.within(a) == nil && s.within(b) == nil:
		return true
	case a.Kind != b.Kind || a.Sugar != b.Sugar:
		return false
	case a.Kind == Array:
		return s.alike(a.Index, b.Index) && s.alike(a.Elem, b.Elem)
	}
	return slices.EqualFunc(a.Fields, b.Fields, func(f, g Field) bool { return s.alike(f.Type, g.Type) })
}

// told finds what a constant tells apart: the type whose values it names, or treats
// differently as indices; nil where every exchange leaves it as it is.
func (s *symmetry) told(t *Type, val []int64) (told *Type, named bool) {
	if s.is(t) {
		return t, true
	}
	switch {
	case t.Sugar == Optional || t.Sugar == Seq:
		return s.toldIn(t.Parts(val), t.Of())
	case t.Kind == Record:
		for _, f := range t.Fields {
			n := f.Type.Slots()
			if told, named = s.told(f.Type, val[:n]); told != nil {
				return told, named
			}
			val = val[n:]
		}
	case t.Kind == Array:
		elems := slices.Collect(slices.Chunk(val, t.Elem.Slots()))
		if s.is(t.Index) && slices.ContainsFunc(elems, func(e []int64) bool { return !slices.Equal(e, elems[0]) }) {
			return t.Index, false
		}
		return s.toldIn(elems, t.Elem)
	}
	return nil, false
}

func (s *symmetry) toldIn(vals [][]int64, t *Type) (told *Type, named bool) {
	for _, v := range vals {
		if told, named = s.told(t, v); told != nil {
			return told, named
		}
	}
	return nil, false
}

// refuse reports what is wrong with the values of a type.
func (s *symmetry) refuse(code string, at Span, t *Type, msg string) *Error {
	who := s.types[t.Name]
	return s.fail(code, at, msg).see(who.Span, who.Msg)
}

// constant refuses a constant that tells values apart; t is the type that the place gives it.
func (s *symmetry) constant(t *Type, val []int64, at Span) bool {
	told, named := s.told(t, val)
	switch {
	case told == nil:
		return true
	case named:
		s.refuse(codeSymmetricNamed, at, told, fmt.Sprintf("this names one of the values of `%s`, which are interchangeable", told.Name)).
			advise(fmt.Sprintf("use `self`, `choose %s`, or what a variable or a parameter holds", told.Name))
	default:
		s.refuse(codeSymmetricNamed, at, told, fmt.Sprintf("this is not the same for all values of `%s`, which are interchangeable", told.Name)).
			advise("give all elements the same value")
	}
	return false
}

// noName refuses what names an instance of an array whose index has no name; false then.
func (s *symmetry) noName(u *Unit, at Span) bool {
	who, is := s.arrays[u.Name]
	if is {
		s.fail(codeSymmetricIndex, at, fmt.Sprintf("this distinguishes instances of `%s`, which are interchangeable", u.Name)).
			advise(fmt.Sprintf("give the index a type with a name: its values can be stored, sent and compared: `type %s_id = …`", u.Name)).see(who.Span, who.Msg)
	}
	return !is
}

// version judges all of a version.
func (s *symmetry) version() {
	if s.empty() {
		return
	}
	for _, v := range s.sys.Data {
		s.initial(v)
	}
	for _, p := range s.sys.Protocols {
		s.keys(p, p.Expr)
	}
	for _, u := range s.sys.Units {
		s.unitCode(u)
	}
	s.held(map[string][]*Message{}, s.sys.Units)
	s.unit = nil
	for _, p := range s.sys.Always {
		s.plain(p.Expr)
	}
	for _, st := range s.sys.Stables {
		s.plain(st.Expr)
	}
	for _, h := range s.sys.Hooks {
		s.unit = h.Msg.Unit
		s.want(h.Val, s.ref(h.To))
	}
	s.unit = nil
}

// unitCode judges a unit's variables and code.
func (s *symmetry) unitCode(u *Unit) {
	s.unit = u
	for _, v := range u.Vars {
		s.initial(v)
	}
	s.code(u.Body)
	for _, h := range u.Handlers {
		s.code(h.Body)
	}
	if _, nameless := s.arrays[u.Name]; u.Kind == Client && u.Index != nil && (nameless || s.is(u.Index)) {
		s.beginning(u)
	}
}

// initial judges the initial value of a variable.
func (s *symmetry) initial(v *Var) {
	switch told, _ := s.told(v.Type, v.Type.Lowest()); {
	case v.Choices != nil && s.is(v.Type):
		if int64(len(v.Choices)) < v.Type.Card() {
			s.refuse(codeSymmetricNamed, v.Init.Pos(), v.Type, fmt.Sprintf("these are some of the values of `%s`, which are interchangeable", v.Type.Name)).
				advise(fmt.Sprintf("write `= choose %s`", v.Type.Name))
		}
	case v.Init != nil:
		s.constant(v.Type, v.Init.(*Lit).Val, v.Init.Pos())
	case told != nil:
		s.lowest(v, told, v.Span, "starts with")
	}
}

// lowest refuses a variable that can have the lowest value of its type.
func (s *symmetry) lowest(v *Var, t *Type, at Span, how string) {
	advice := fmt.Sprintf("write `= choose %s`, or make it a `%s?`, which is `none` as long as nothing is assigned", t.Name, t.Name)
	if v.Class != Local && !s.is(v.Type) {
		advice = fmt.Sprintf("make it a `%s?` there, which is `none` as long as nothing is assigned", t.Name)
	}
	s.refuse(codeSymmetricStart, at, t, fmt.Sprintf("`%s` %s the lowest value of `%s`, whose values are interchangeable", v.Name, how, t.Name)).advise(advice)
}

// keys judges the messages of a protocol: the parameters that are its keys.
func (s *symmetry) keys(p *Protocol, r *Regex) {
	for _, sub := range r.Sub {
		s.keys(p, sub)
	}
	if r.Msg != nil {
		s.key(codeSymmetricMixed, p, r.Msg)
	}
}

// key judges the keys that a message carries, and says whether they are all right.
func (s *symmetry) key(code string, p *Protocol, m *Message) bool {
	good := true
	for _, k := range p.Key {
		at := param(m, k.Name)
		if at == nil || s.alike(at.Type, k.Type) {
			continue
		}
		good = false
		t := s.either(k.Type, at.Type)
		s.refuse(code, k.Span, t, fmt.Sprintf("the key `%s` is %s, but in message `%s` it is %s, and the values of `%s` are interchangeable",
			k.Name, describe(k.Type), m.Name, describe(at.Type), t.Name)).see(at.Span, "declared here")
	}
	return good
}

// machines judges what machines have: they stand outside the system, so that no resource
// is one of interchangeable values.
func (s *symmetry) machines(list []*Machine) {
	for _, m := range list {
		for _, r := range m.Resources {
			if s.is(r.Type) {
				s.refuse(codeSymmetricNamed, r.Span, r.Type, fmt.Sprintf("`%s` names one of the values of `%s`, which are interchangeable", r.Name, r.Type.Name))
			}
		}
	}
}

// accepts judges the values with which the new version may start.
func (s *symmetry) accepts(list []*Accept) {
	for _, a := range list {
		t := a.Var.Type.Scalars()[a.Slots[0]]
		if !s.part(&a.Part) || !s.is(t) || int64(len(a.Values)) == t.Card() {
			continue
		}
		s.refuse(codeSymmetricNamed, a.Span, t, fmt.Sprintf("these are some of the values of `%s`, which are interchangeable", t.Name)).
			advise(fmt.Sprintf("accept all of them: `in %s`", t.Name))
	}
}

// part judges a part of a variable: it is the same for all interchangeable indices.
func (s *symmetry) part(p *Part) bool {
	if u := p.Var.Owner; u != nil && p.Instance >= 0 && u.Index != nil {
		if !s.noName(u, p.Span) {
			return false
		}
		if s.is(u.Index) {
			s.refuse(codeSymmetricNamed, p.Span, u.Index, fmt.Sprintf("this names one of the values of `%s`, which are interchangeable", u.Index.Name)).
				advise(fmt.Sprintf("write the type's name for all of them: `%s[%s]`", u.Name, u.Index.Name))
			return false
		}
	}
	labels := s.places(p.Var.Type, "")
	chosen, all := map[string]int{}, map[string]int{}
	for i, l := range labels {
		all[l]++
		if slices.Contains(p.Slots, i) {
			chosen[l]++
		}
	}
	for _, l := range sorted(chosen) {
		if chosen[l] < all[l] {
			t := s.within(p.Var.Type)
			s.refuse(codeSymmetricNamed, p.Span, t, fmt.Sprintf("this is not the same for all values of `%s`, which are interchangeable", t.Name)).
				advise(fmt.Sprintf("write the type's name for all of them: `[%s]`", t.Name))
			return false
		}
	}
	return true
}

// places labels the scalars of a type: two alike where an exchange of indices can bring one
// to the place of the other.
func (s *symmetry) places(t *Type, label string) (labels []string) {
	switch t.Kind {
	case Record:
		for i, f := range t.Fields {
			labels = append(labels, s.places(f.Type, fmt.Sprint(label, ".", i))...)
		}
	case Array:
		for i := range t.Index.Card() {
			at := fmt.Sprint(label, "[", i, "]")
			if s.is(t.Index) {
				at = label + "[]"
			}
			labels = append(labels, s.places(t.Elem, at)...)
		}
	default:
		labels = []string{label}
	}
	return labels
}
