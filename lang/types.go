package lang

import (
	"fmt"
	"strings"
)

// Slots is the number of scalars in a value of the type. The checker bounds it.
func (t *Type) Slots() int {
	switch t.Kind {
	case Record:
		n := 0
		for _, f := range t.Fields {
			n += f.Type.Slots()
		}
		return n
	case Array:
		return int(t.Index.Card()) * t.Elem.Slots()
	}
	return 1
}

// Card is the number of values of a scalar type (Bool, Int, Enum); 0 for other
// kinds and for empty ranges.
func (t *Type) Card() int64 {
	switch t.Kind {
	case Bool:
		return 2
	case Int:
		return max(0, t.Hi-t.Lo+1)
	case Enum:
		return int64(len(t.Members))
	}
	return 0
}

// Bounds gives the least and the greatest scalar of a Bool, Int or Enum type.
func (t *Type) Bounds() (lo, hi int64) {
	if t.Kind == Int {
		return t.Lo, t.Hi
	}
	return 0, t.Card() - 1
}

// IsScalar says whether a value is one scalar that can be counted through.
func (t *Type) IsScalar() bool { return t.Kind == Bool || t.Kind == Int || t.Kind == Enum }

// Scalars gives the scalar type of each slot of a value, in order.
func (t *Type) Scalars() []*Type {
	switch t.Kind {
	case Record:
		var s []*Type
		for _, f := range t.Fields {
			s = append(s, f.Type.Scalars()...)
		}
		return s
	case Array:
		elem := t.Elem.Scalars()
		var s []*Type
		for range t.Index.Card() {
			s = append(s, elem...)
		}
		return s
	}
	return []*Type{t}
}

// Of is the type of what values with sugar hold: an optional value, the elements of a
// set or a sequence.
func (t *Type) Of() *Type {
	switch t.Sugar {
	case Set:
		return t.Index
	case Seq:
		return t.Fields[1].Type.Elem
	}
	return t.Fields[1].Type
}

// Room is the greatest length of a sequence.
func (t *Type) Room() int64 { return t.Fields[0].Type.Hi }

// Parts gives what a value with sugar holds, in order.
func (t *Type) Parts(val []int64) [][]int64 {
	var parts [][]int64
	if t.Sugar == Set {
		lo, _ := t.Index.Bounds()
		for i, is := range val {
			if is != 0 {
				parts = append(parts, []int64{lo + int64(i)})
			}
		}
		return parts
	}
	size := t.Of().Slots()
	for at := 1; len(parts) < int(val[0]); at += size {
		parts = append(parts, val[at:at+size])
	}
	return parts
}

// Lowest is the lowest value of the type: what a variable without an initial
// value holds, and a local that is not live. 0 stands for "none" of a Caller.
func (t *Type) Lowest() []int64 {
	var v []int64
	for _, s := range t.Scalars() {
		if s.Kind == Caller {
			v = append(v, 0)
			continue
		}
		lo, _ := s.Bounds()
		v = append(v, lo)
	}
	return v
}

// Declaration spells the type out, with tags and without its declared names. Two
// declarations are the same exactly when this text is.
func (t *Type) Declaration() string {
	var s string
	switch {
	case t.Sugar != Plainly:
		s = t.spelled((*Type).Declaration)
	case t.Kind == Bool:
		s = "bool"
	case t.Kind == Int:
		s = fmt.Sprintf("%d..%d", t.Lo, t.Hi)
	case t.Kind == Enum:
		s = "{" + strings.Join(t.Members, ",") + "}"
	case t.Kind == Caller:
		s = "caller"
	case t.Kind == Record:
		var fs []string
		for _, f := range t.Fields {
			fs = append(fs, f.Name+":"+f.Type.Declaration())
		}
		s = "record{" + strings.Join(fs, ",") + "}"
	case t.Kind == Array:
		s = "[" + t.Index.Declaration() + "]" + t.Elem.Declaration()
	}
	if t.Means != "" {
		s += fmt.Sprintf(" means %q", t.Means)
	}
	return s
}

// String is the declared name, or the type spelled out.
func (t *Type) String() string {
	if t == nil {
		return "nothing"
	}
	switch {
	case t.Name != "":
		return t.Name
	case t.Sugar != Plainly:
		return t.spelled((*Type).String)
	}
	return t.Declaration()
}

// spelled writes a type with sugar as the language does; part writes what it holds.
func (t *Type) spelled(part func(*Type) string) string {
	of := part(t.Of())
	switch t.Sugar {
	case Set:
		return "set of " + of
	case Seq:
		return fmt.Sprintf("seq %d of %s", t.Room(), of)
	}
	if strings.Contains(of, " of ") {
		of = "(" + of + ")" // of a named type
	}
	return of + "?"
}

var levelNames = [...]string{"anytime", "data", "unit", "protocol", "event", "system", "state", "reboot", "hardware"}

// String writes the level as the language does, e.g. "protocol inner, service".
func (l Level) String() string {
	s := levelNames[l.Kind]
	if len(l.Names) > 0 {
		s += " " + strings.Join(l.Names, ", ")
	}
	return s
}
