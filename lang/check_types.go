package lang

import (
	"fmt"
	"slices"
)

// The bounds of a spec. They are far above what can be explored and keep every
// computation of the checker short.
const (
	minStored    = -1 << 31 // stored numbers
	maxStored    = 1<<31 - 1
	maxSlots     = 4096    // scalars in a value
	maxState     = 1 << 16 // scalars in all variables and mailboxes
	maxInstances = 64      // of a unit
	maxMailbox   = 64
	maxDomain    = 1 << 20 // evaluations of the body of nested quantifiers, rounds of a `for`
	maxChoice    = 1 << 16 // values that one `choose` can take: each is a branch of its step
	maxWork      = 1 << 18 // nodes of unfolded defs
	maxDepth     = 4000    // nesting of the tree
	maxLocals    = 4096    // in a handler, client or transfer, bound variables included
	maxUpdates   = 32
	maxScalars   = 1 << 21 // in all constants and lists together
	maxConst     = 1 << 22 // operations for the constants of a version
)

// typeEntry is a declared type; typ is nil until it is resolved, and where it is
// wrong.
type typeEntry struct {
	src   *typeSource
	typ   *Type
	state resolveState
}

// resolveState is how far something has come that may refer to itself.
type resolveState uint8

const (
	untouched resolveState = iota
	inWork
	done
)

func boolType() *Type { return &Type{Kind: Bool} }

func numberType(r numRange) *Type { return &Type{Kind: Int, Lo: r.lo, Hi: r.hi} }

// namedType resolves a declared type; nil where it is wrong.
func (c *checker) namedType(s *symbol, use Span) *Type {
	e := s.typ
	switch e.state {
	case done:
		return e.typ
	case inWork:
		c.fail(codeTypeCycle, use, fmt.Sprintf("type `%s` contains itself", s.name)).see(s.span, "declared here")
		return nil
	}
	e.state = inWork
	d := e.src.decl
	defer func() {
		if e.typ == nil {
			c.notSilent(d.Type.Span())
		}
	}()
	if t := c.typeOf(d.Type); t != nil {
		named := *t // an alias is a type of its own
		named.Name = s.name
		named.Span = s.span
		named.Extends = e.src.extends != nil
		if d.Means != nil {
			named.Means = d.Means.Text()
		}
		if t.Kind == Caller {
			c.fail(codeCaller, d.Type.Span(), "`caller` cannot be given a name").
				advise("write `caller` where the variable is declared")
			e.state = done
			return nil
		}
		e.typ = &named
		c.replaceMembers(t, e.typ)
	}
	e.state = done
	return e.typ
}

// replaceMembers enters the members of a named enum in place of those of the
// type written in its declaration.
func (c *checker) replaceMembers(written, named *Type) {
	for _, m := range named.Members {
		list := c.members[m]
		if i := slices.Index(list, written); i >= 0 {
			list[i] = named
		} else {
			c.members[m] = append(list, named)
		}
	}
}

// typeOf resolves a type as written; nil where it is wrong.
func (c *checker) typeOf(n TypeNode) *Type {
	var t *Type
	switch n := n.(type) {
	case *NamedTypeNode:
		return c.typeName(n)
	case *RangeTypeNode:
		t = c.rangeType(n)
	case *EnumTypeNode:
		t = c.enumType(n)
	case *RecordTypeNode:
		t = c.recordType(n)
	case *ArrayTypeNode:
		t = c.arrayType(n)
	case *SetTypeNode:
		t = c.setType(n)
	case *SeqTypeNode:
		t = c.seqType(n)
	case *OptionalTypeNode:
		t = c.optionalType(n)
	}
	if t != nil {
		t.Span = n.Span()
	}
	return t
}

func (c *checker) typeName(n *NamedTypeNode) *Type {
	switch n.Name {
	case "bool":
		return &Type{Kind: Bool, Span: n.Span()}
	case "caller":
		return &Type{Kind: Caller, Span: n.Span()}
	}
	s := c.names[n.Name]
	switch {
	case s == nil:
		c.unknownType(n)
		return nil
	case s.kind != symType:
		c.fail(codeWrongKind, n.Span(), fmt.Sprintf("`%s` is %s, not a type", n.Name, s.describe())).see(s.span, "declared here")
		return nil
	}
	return c.namedType(s, n.Span())
}

func (c *checker) unknownType(n *NamedTypeNode) {
	known := candidates(c.reporter, c.names, func(s *symbol) bool { return s.kind == symType })
	e := c.fail(codeUnknownType, n.Span(), fmt.Sprintf("there is no type `%s`", n.Name)).advise(c.guess(n.Name, known, []string{"bool", "caller"}))
	if advice := alienTypes[n.Name]; advice != "" {
		e.Advice = advice
	}
}

func (c *checker) rangeType(n *RangeTypeNode) *Type {
	b := &body{checker: c, place: inConst}
	lo, okLo := b.constInt(n.Lo)
	hi, okHi := b.constInt(n.Hi)
	if !okLo || !okHi {
		return nil
	}
	if lo < minStored || hi > maxStored {
		c.fail(codeTooLarge, n.Span(), fmt.Sprintf("the range %d..%d leaves %d..%d, where stored numbers lie", lo, hi, minStored, maxStored))
		return nil
	}
	if lo > hi {
		c.fail(codeEmptyRange, n.Span(), fmt.Sprintf("the range %d..%d is empty: the type has no value", lo, hi)).
			advise("the upper bound must not be below the lower one; a size of 0 often is the cause")
		return nil
	}
	return numberType(numRange{lo, hi})
}

func (c *checker) enumType(n *EnumTypeNode) *Type {
	t := &Type{Kind: Enum}
	for i, m := range n.Members {
		if slices.Contains(t.Members, m.Name) {
			first := slices.Index(t.Members, m.Name)
			c.fail(codeDuplicate, m.Span(), fmt.Sprintf("`%s` is listed twice", m.Name)).see(n.Members[first].Span(), "first here")
			return nil
		}
		if i >= maxSlots {
			c.fail(codeTooLarge, m.Span(), fmt.Sprintf("a type has at most %d names", maxSlots))
			return nil
		}
		t.Members = append(t.Members, m.Name)
	}
	for _, m := range t.Members {
		c.members[m] = append(c.members[m], t)
	}
	return t
}

func (c *checker) recordType(n *RecordTypeNode) *Type {
	t := &Type{Kind: Record}
	seen := map[string]Span{}
	good := len(n.Fields) > 0
	slots := int64(0)
	if !good {
		c.fail(codeBadParts, n.Span(), "a record has at least one field")
	}
	for _, f := range n.Fields {
		if first, dup := seen[f.Name.Name]; dup {
			c.fail(codeDuplicate, f.Name.Span(), fmt.Sprintf("field `%s` is declared twice", f.Name.Name)).see(first, "first declared here")
			good = false
			continue
		}
		seen[f.Name.Name] = f.Name.Span()
		ft := c.typeOf(f.Type)
		if ft == nil {
			good = false
			continue
		}
		slots += int64(ft.Slots())
		t.Fields = append(t.Fields, Field{Name: f.Name.Name, Type: ft})
	}
	if !good || !c.sizeOK(slots, n.Span()) {
		return nil
	}
	return t
}

func (c *checker) arrayType(n *ArrayTypeNode) *Type {
	index, elem := c.typeOf(n.Index), c.typeOf(n.Elem)
	if index == nil || elem == nil {
		return nil
	}
	if !index.IsScalar() {
		c.fail(codeMismatch, n.Index.Span(), fmt.Sprintf("an array is indexed by a range, names or bool, not by %s", describe(index)))
		return nil
	}
	if !c.sizeOK(index.Card()*int64(elem.Slots()), n.Span()) {
		return nil
	}
	return &Type{Kind: Array, Index: index, Elem: elem}
}

func (c *checker) sizeOK(slots int64, at Span) bool {
	if slots <= maxSlots {
		return true
	}
	c.fail(codeTooLarge, at, fmt.Sprintf("a value of this type has %d parts; at most %d are allowed", slots, maxSlots))
	return false
}

// describe names a type in a message.
func describe(t *Type) string {
	switch {
	case t.Name != "":
		return "`" + t.Name + "`"
	case t.Sugar != Plainly:
		return "`" + t.String() + "`"
	case t.Kind == Bool:
		return "a truth value"
	case t.Kind == Int && t.Lo == t.Hi:
		return fmt.Sprintf("the number %d", t.Lo)
	case t.Kind == Int:
		return fmt.Sprintf("a number in %d..%d", t.Lo, t.Hi)
	case t.Kind == Caller:
		return "a caller"
	case t.Kind == Record:
		return "a record"
	case t.Kind == Array:
		return "an array"
	}
	return "one of " + t.String()
}

func hasCaller(t *Type) bool {
	switch t.Kind {
	case Caller:
		return true
	case Array:
		return hasCaller(t.Elem)
	case Record:
		return slices.ContainsFunc(t.Fields, func(f Field) bool { return hasCaller(f.Type) })
	}
	return false
}

// sameTag says whether two scalar types carry the same meaning.
func sameTag(a, b *Type) bool {
	return a.Means == b.Means && (a.Means == "" || a.Name == b.Name)
}

// storable says whether every value of from is a value of to, without a check
// and without conversion. The members of an extended enum keep their places.
func storable(from, to *Type) bool {
	if from == to {
		return true
	}
	if from.Kind != to.Kind || from.Sugar != to.Sugar || !sameTag(from, to) {
		return false
	}
	switch to.Sugar {
	case Set:
		return storable(from.Index, to.Index) && storable(to.Index, from.Index)
	case Optional, Seq:
		return storable(from.Of(), to.Of()) && from.Slots() == to.Slots() && slices.Equal(from.Lowest(), to.Lowest())
	}
	switch to.Kind {
	case Int:
		return from.Lo >= to.Lo && from.Hi <= to.Hi
	case Enum:
		return from.Name == to.Name && len(from.Members) <= len(to.Members) && slices.Equal(from.Members, to.Members[:len(from.Members)])
	case Record:
		return from.Name == to.Name && slices.EqualFunc(from.Fields, to.Fields, func(f, g Field) bool {
			return f.Name == g.Name && storable(f.Type, g.Type)
		})
	case Array:
		return from.Index.Declaration() == to.Index.Declaration() && storable(from.Elem, to.Elem)
	}
	return true
}

// Keeps says whether a variable of type t in the new version carries over values
// of type old, the type of its counterpart, in their old form: the declarations
// are equal, or differ only by parts that `extend type` extends.
func (t *Type) Keeps(old *Type) bool {
	if t.Kind != old.Kind || t.Sugar != old.Sugar || t.Means != old.Means {
		return false
	}
	if t.Sugar == Optional || t.Sugar == Seq { // what does not count in a value is the lowest
		return t.Of().Keeps(old.Of()) && slices.Equal(t.Lowest(), old.Lowest())
	}
	switch t.Kind {
	case Int:
		return t.Lo == old.Lo && t.Hi == old.Hi || t.Extends && t.Name == old.Name && t.Lo <= old.Lo && t.Hi >= old.Hi
	case Enum:
		return slices.Equal(t.Members, old.Members) || t.Extends && t.Name == old.Name && storable(old, t)
	case Record:
		return slices.EqualFunc(t.Fields, old.Fields, func(f, g Field) bool {
			return f.Name == g.Name && f.Type.Keeps(g.Type)
		})
	case Array:
		return t.Index.Declaration() == old.Index.Declaration() && t.Elem.Keeps(old.Elem)
	}
	return true
}
