package formula

import (
	"encoding/binary"
	"fmt"
	"math"
	"slices"
	"strings"
)

// Undefined is the value of an expression in a row where it has none.
const Undefined = math.MinInt64

// Kind tells apart values that are not compared with each other: Number, Truth, or the
// name of an enumeration.
type Kind string

// The kinds that have operations of their own.
const (
	Number Kind = "number"
	Truth  Kind = "truth"
)

// Term is an expression with its value in each row.
type Term struct {
	Text   string
	Kind   Kind
	Values []int64
	Size   int
	Uses   []int // the numbers of the named values in it, ascending
	// Tag tells numbers apart that are not compared, nor taken for each other; "" for plain ones.
	Tag string
	// Alone says that nothing is made of the term.
	Alone bool

	strength int // of its outermost operator: 0 or, 1 and, 2 not, 3 comparison, 4 sum, 5 product, 6 none
	constant bool
	negated  string // its contrary, where that is no `not` of it
}

// Named makes a term of something that has a name, by number.
func Named(number int, text string, kind Kind, values []int64) *Term {
	return &Term{Text: text, Kind: kind, Values: values, Size: 1, Uses: []int{number}, strength: 6}
}

// Compared makes a term of a comparison that has a number, as Named does.
func Compared(number int, text string, values []int64) *Term {
	t := Named(number, text, Truth, values)
	t.strength = 3
	return t
}

// Constant makes a term of a value that is the same in all rows.
func Constant(text string, kind Kind, value int64, rows int) *Term {
	values := make([]int64, rows)
	for i := range values {
		values[i] = value
	}
	return &Term{Text: text, Kind: kind, Values: values, Size: 1, strength: 6, constant: true}
}

// in puts a term where an operator of some strength is around it.
func (t *Term) in(strength int) string {
	if t.strength < strength {
		return "(" + t.Text + ")"
	}
	return t.Text
}

// name is equal for terms of one kind with the same values.
func (t *Term) name() string {
	b := append([]byte(t.Kind), 0)
	for _, v := range t.Values {
		b = binary.AppendVarint(b, v)
	}
	return string(b)
}

// defined says whether the term has a value in every row.
func (t *Term) defined() bool { return !slices.Contains(t.Values, Undefined) }

// operator combines two terms.
type operator struct {
	text     string
	operand  Kind // of both; "" for any kind but truth, the same
	result   Kind
	strength int
	commutes bool
	// onlyBy says that the right operand is a constant.
	onlyBy bool
	apply  func(a, b int64) int64
	// contrary is the operator that is true where this one is false.
	contrary string
}

var operators = []operator{
	{text: "and", operand: Truth, result: Truth, strength: 1, commutes: true, apply: func(a, b int64) int64 { return a & b }},
	{text: "or", operand: Truth, result: Truth, strength: 0, commutes: true, apply: func(a, b int64) int64 { return a | b }},
	{text: "==", contrary: "!=", result: Truth, strength: 3, commutes: true, apply: func(a, b int64) int64 { return truth(a == b) }},
	{text: "!=", contrary: "==", result: Truth, strength: 3, commutes: true, apply: func(a, b int64) int64 { return truth(a != b) }},
	{text: "<", contrary: ">=", operand: Number, result: Truth, strength: 3, apply: func(a, b int64) int64 { return truth(a < b) }},
	{text: "<=", contrary: ">", operand: Number, result: Truth, strength: 3, apply: func(a, b int64) int64 { return truth(a <= b) }},
	{text: "+", operand: Number, result: Number, strength: 4, commutes: true, apply: func(a, b int64) int64 { return a + b }},
	{text: "-", operand: Number, result: Number, strength: 4, apply: func(a, b int64) int64 { return a - b }},
	{text: "*", operand: Number, result: Number, strength: 5, commutes: true, apply: func(a, b int64) int64 { return a * b }},
	{text: "mod", operand: Number, result: Number, strength: 5, onlyBy: true, apply: modulo},
	{text: "/", operand: Number, result: Number, strength: 5, onlyBy: true, apply: quotient},
}

func truth(b bool) int64 {
	if b {
		return 1
	}
	return 0
}

// modulo and quotient are Euclidean, as in the language.
func modulo(a, b int64) int64 {
	if b == 0 {
		return Undefined
	}
	m := a % b
	if m < 0 {
		m += max(b, -b)
	}
	return m
}

func quotient(a, b int64) int64 {
	if b == 0 {
		return Undefined
	}
	return (a - modulo(a, b)) / b
}

// combine makes a term of two; nil where that makes no sense.
func (o *operator) combine(a, b *Term) *Term {
	switch {
	case a.Kind != b.Kind || o.operand != "" && a.Kind != o.operand || o.operand == "" && a.Kind == Truth,
		a.constant && (b.constant || o.operand == Truth || o.operand == ""),
		o.onlyBy && !b.constant, o.operand == Truth && b.constant, a.Alone || b.Alone,
		o.result == Truth && a.Tag != b.Tag && !a.constant && !b.constant:
		return nil
	}
	t := &Term{Kind: o.result, Size: a.Size + b.Size + 1, strength: o.strength, Values: make([]int64, len(a.Values))}
	for i, x := range a.Values {
		t.Values[i] = Undefined
		if y := b.Values[i]; x != Undefined && y != Undefined {
			t.Values[i] = o.apply(x, y)
		}
	}
	t.Uses = union(a.Uses, b.Uses)
	left, right := a.in(o.strength), b.in(o.strength+1)
	if o.operand == Truth { // and, or: the order in which they are worked out is the same
		right = b.in(o.strength)
	}
	if o.strength == 3 {
		left = a.in(4)
	}
	t.Text = fmt.Sprintf("%s %s %s", left, o.text, right)
	if o.contrary != "" {
		t.negated = fmt.Sprintf("%s %s %s", left, o.contrary, right)
	}
	return t
}

// Negated spells the contrary of a condition.
func (t *Term) Negated() string {
	switch {
	case t.negated != "":
		return t.negated
	case t.strength == 3:
		return "not (" + t.Text + ")"
	}
	return "not " + t.in(2)
}

// negation is `not t`.
func negation(t *Term) *Term {
	n := &Term{Kind: Truth, Size: t.Size + 1, strength: 2, Uses: t.Uses, Text: t.Negated(), negated: t.Text, Values: make([]int64, len(t.Values))}
	for i, v := range t.Values {
		n.Values[i] = v
		if v != Undefined {
			n.Values[i] = 1 - v
		}
	}
	return n
}

func union(a, b []int) []int {
	all := append(slices.Clone(a), b...)
	slices.Sort(all)
	return slices.Compact(all)
}

// Tree is a term, or a choice between two trees.
type Tree struct {
	Term       *Term // of a leaf
	Cond       *Term
	Then, Else *Tree
}

// keeps says whether the tree is a term of which nothing is made.
func (t *Tree) keeps() bool { return t.Cond == nil && t.Term.Alone }

// Merged is a tree with the same values that has one choice, with `and`, in the place of two of
// which one is inside the other and all else keeps what there is. What is kept stands in Else.
func (t *Tree) Merged() *Tree {
	if t.Cond == nil {
		return t
	}
	m := &Tree{Cond: t.Cond, Then: t.Then.Merged(), Else: t.Else.Merged()}
	if m.Then.keeps() {
		if m.Else.keeps() {
			return m.Then
		}
		m = &Tree{Cond: negation(m.Cond), Then: m.Else, Else: m.Then}
	}
	if m.Else.keeps() && m.Then.Cond != nil && m.Then.Else.keeps() {
		return &Tree{Cond: operators[0].combine(m.Cond, m.Then.Cond), Then: m.Then.Then, Else: m.Else}
	}
	return m
}

// Value is the tree's value in a row.
func (t *Tree) Value(row int) int64 {
	for t.Cond != nil {
		if t.Cond.Values[row] == 1 {
			t = t.Then
		} else {
			t = t.Else
		}
	}
	return t.Term.Values[row]
}

// Size is that of all its parts.
func (t *Tree) Size() int {
	if t.Cond == nil {
		return t.Term.Size
	}
	return 1 + t.Cond.Size + t.Then.Size() + t.Else.Size()
}

// Uses gives the numbers of the named values in it.
func (t *Tree) Uses() []int {
	if t.Cond == nil {
		return t.Term.Uses
	}
	return union(t.Cond.Uses, union(t.Then.Uses(), t.Else.Uses()))
}

// String spells the tree as an expression of the language.
func (t *Tree) String() string {
	if t.Cond == nil {
		return t.Term.Text
	}
	then := t.Then.String()
	if strings.HasPrefix(then, "if ") {
		then = "(" + then + ")"
	}
	return "if " + t.Cond.Text + " then " + then + " else " + t.Else.String()
}

// Formula spells a tree of truth values as one condition: the shortest of some that have the
// same value in every row.
func (t *Tree) Formula() *Term {
	reached := []int{}
	for row := range t.first().Values {
		reached = append(reached, row)
	}
	return t.formula(reached)
}

// first is the leftmost leaf.
func (t *Tree) first() *Term {
	for t.Cond != nil {
		t = t.Then
	}
	return t.Term
}

// formula is a condition with the same value in some rows.
func (t *Tree) formula(reached []int) *Term {
	if t.Cond == nil {
		return t.Term
	}
	var yes, no []int
	for _, row := range reached {
		if t.Cond.Values[row] == 1 {
			yes = append(yes, row)
		} else {
			no = append(no, row)
		}
	}
	c, then, els := t.Cond, t.Then.formula(yes), t.Else.formula(no)
	not := negation(c)
	left, right := both(c, then), both(not, els)
	var best *Term
	for _, f := range []*Term{then, els, c, not, left, right, either(c, els), either(not, then), both(then, els), either(then, els),
		either(left, els), either(then, right), either(left, right)} {
		if f != nil && (best == nil || f.Size < best.Size) && !slices.ContainsFunc(reached, func(row int) bool { return f.Values[row] != t.Value(row) }) {
			best = f
		}
	}
	return best
}

// both and either are `a and b` and `a or b`, without what a constant makes superfluous.
func both(a, b *Term) *Term { return joined(&operators[0], a, b, 1) }

func either(a, b *Term) *Term { return joined(&operators[1], a, b, 0) }

// joined combines two conditions; neutral is the constant that changes nothing.
func joined(o *operator, a, b *Term, neutral int64) *Term {
	for _, x := range []struct{ constant, other *Term }{{a, b}, {b, a}} {
		if !x.constant.constant || len(x.constant.Values) == 0 {
			continue
		}
		if x.constant.Values[0] == neutral {
			return x.other
		}
		return x.constant
	}
	return o.combine(a, b)
}
