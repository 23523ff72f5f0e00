package formula

import (
	"math/bits"
	"slices"
)

// Problem is what is sought.
type Problem struct {
	Rows  int
	Kind  Kind
	Terms []*Term // what expressions are made of: named values and constants
	// Allowed says which values are good in a row, taken by itself.
	Allowed func(row int, value int64) bool
	// Fits says whether the values in all rows are good together; nil: where each is.
	Fits func(values []int64) bool
	// MaxTerms bounds the expressions that are kept; 0 is a usual number.
	MaxTerms int
	// Stop ends the search when it is true; nil never does.
	Stop func() bool
}

const (
	usualTerms = 6_000
	maxSize    = 7
	maxDepth   = 5
)

// search is the enumeration under way.
type search struct {
	p      *Problem
	known  map[string]bool
	bySize [][]*Term
	count  int
}

// Find gives the first trees that solve the problem, shortest first, at most some of them:
// expressions, and, where there are none, choices between several.
func (p *Problem) Find(most int) []*Tree {
	s := &search{p: p, known: map[string]bool{}, bySize: make([][]*Term, maxSize+1)}
	limit := p.MaxTerms
	if limit == 0 {
		limit = usualTerms
	}
	var out []*Tree
	good := func(t *Term) {
		if t.Kind == p.Kind && p.solves(t.Values) && len(out) < most {
			out = append(out, &Tree{Term: t})
		}
	}
	for _, t := range p.Terms {
		s.add(t, good)
	}
	for size := 2; size <= maxSize && len(out) < most && s.count < limit && !s.stopped(); size++ {
		s.grow(size, limit, good)
	}
	if len(out) == 0 {
		if t := s.tree(all(p.Rows), maxDepth); t != nil && p.solves(valuesOf(t, p.Rows)) {
			out = append(out, t)
		}
	}
	return out
}

func valuesOf(t *Tree, rows int) []int64 {
	values := make([]int64, rows)
	for i := range values {
		values[i] = t.Value(i)
	}
	return values
}

func (s *search) stopped() bool { return s.p.Stop != nil && s.p.Stop() }

// solves says whether values are good in all rows.
func (p *Problem) solves(values []int64) bool {
	for row, v := range values {
		if v == Undefined || !p.Allowed(row, v) {
			return false
		}
	}
	return p.Fits == nil || p.Fits(values)
}

// add keeps a term that differs from those before.
func (s *search) add(t *Term, seen func(*Term)) {
	if t == nil || t.Kind == Truth && !t.Alone && !t.defined() {
		return
	}
	if t.Alone {
		s.bySize[t.Size] = append(s.bySize[t.Size], t)
		seen(t)
		return
	}
	if n := t.name(); !s.known[n] {
		s.known[n] = true
		s.bySize[t.Size] = append(s.bySize[t.Size], t)
		s.count++
		seen(t)
	}
}

// grow makes the terms of one size.
func (s *search) grow(size, limit int, seen func(*Term)) {
	for _, t := range s.bySize[size-1] {
		if t.Kind == Truth && t.strength != 2 && !t.constant && !t.Alone {
			s.add(negation(t), seen)
		}
	}
	for i := range operators {
		o := &operators[i]
		for left := 1; left < size-1; left++ {
			right := size - 1 - left
			if o.commutes && left > right {
				continue
			}
			for n, a := range s.bySize[left] {
				for k, b := range s.bySize[right] {
					if o.commutes && left == right && k <= n {
						continue
					}
					if s.count >= limit || s.stopped() {
						return
					}
					if o.commutes && a.constant {
						s.add(o.combine(b, a), seen)
					} else {
						s.add(o.combine(a, b), seen)
					}
				}
			}
		}
	}
}

// rows is a set of rows.
type rows []uint64

func all(n int) rows {
	r := make(rows, (n+63)/64)
	for i := range n {
		r.add(i)
	}
	return r
}

func (r rows) add(i int) { r[i/64] |= 1 << (i % 64) }

func (r rows) within(o rows) bool {
	for i, w := range r {
		if w&^o[i] != 0 {
			return false
		}
	}
	return true
}

func (r rows) and(o rows) rows {
	out := make(rows, len(r))
	for i, w := range r {
		out[i] = w & o[i]
	}
	return out
}

func (r rows) without(o rows) rows {
	out := make(rows, len(r))
	for i, w := range r {
		out[i] = w &^ o[i]
	}
	return out
}

func (r rows) empty() bool { return !slices.ContainsFunc(r, func(w uint64) bool { return w != 0 }) }

// covered is a term with the rows in which it is good.
type covered struct {
	t    *Term
	rows rows
}

// tree finds a small tree that is good in some rows: first one of short terms only, then
// with longer ones, as long as these can make it smaller.
func (s *search) tree(want rows, depth int) (best *Tree) {
	var leaves, conds []covered
	for size, list := range s.bySize {
		if len(list) == 0 || best != nil && size+minBeside >= best.Size() {
			continue
		}
		for _, t := range list {
			if t.Kind == s.p.Kind {
				leaves = append(leaves, covered{t, s.rowsOf(t, len(want), s.p.Allowed)})
			}
			if t.Kind == Truth && !t.constant && !t.Alone {
				conds = append(conds, covered{t, s.rowsOf(t, len(want), func(_ int, v int64) bool { return v == 1 })})
			}
		}
		t := s.split(want, leaves, conds, depth)
		if t != nil && (best == nil || t.Size() < best.Size()) && (s.p.Fits == nil || s.p.Fits(valuesOf(t, s.p.Rows))) {
			best = t
		}
	}
	return best
}

// minBeside is the size of what a tree has beside one of its terms, at least: the choice, and two others.
const minBeside = 3

// rowsOf are the rows in which a term is good.
func (s *search) rowsOf(t *Term, words int, good func(row int, v int64) bool) rows {
	r := make(rows, words)
	for row, v := range t.Values {
		if v != Undefined && good(row, v) {
			r.add(row)
		}
	}
	return r
}

// split finds a tree for some rows: a leaf, two leaves if that is enough, else the
// condition behind which a leaf covers most.
func (s *search) split(want rows, leaves, conds []covered, depth int) *Tree {
	if t := leafFor(want, leaves); t != nil {
		return &Tree{Term: t}
	}
	if depth == 0 || s.stopped() {
		return nil
	}
	var best *Tree
	for _, c := range conds {
		yes, no := want.and(c.rows), want.without(c.rows)
		if yes.empty() || no.empty() {
			continue
		}
		a := leafFor(yes, leaves)
		if a == nil {
			continue
		}
		b := leafFor(no, leaves)
		if b == nil {
			continue
		}
		if t := (&Tree{Cond: c.t, Then: &Tree{Term: a}, Else: &Tree{Term: b}}); best == nil || t.Size() < best.Size() {
			best = t
		}
		if s.stopped() {
			break
		}
	}
	if best != nil {
		return best
	}
	// One side is a leaf, as much of it as possible.
	most := 0
	var cond covered
	var leaf *Term
	var positive bool
	for _, c := range conds {
		for _, side := range []bool{true, false} {
			part := want.and(c.rows)
			if !side {
				part = want.without(c.rows)
			}
			if n := part.count(); n > most && n < want.count() {
				if t := leafFor(part, leaves); t != nil {
					most, cond, leaf, positive = n, c, t, side
				}
			}
		}
		if s.stopped() {
			break
		}
	}
	if most == 0 {
		return nil
	}
	rest := want.and(cond.rows)
	if positive {
		rest = want.without(cond.rows)
	}
	other := s.split(rest, leaves, conds, depth-1)
	if other == nil {
		return nil
	}
	t := &Tree{Cond: cond.t, Then: &Tree{Term: leaf}, Else: other}
	if !positive {
		t.Then, t.Else = t.Else, t.Then
	}
	return t
}

func (r rows) count() int {
	n := 0
	for _, w := range r {
		n += bits.OnesCount64(w)
	}
	return n
}

// leafFor is the first term that is good in all of some rows.
func leafFor(want rows, leaves []covered) *Term {
	for _, l := range leaves {
		if want.within(l.rows) {
			return l.t
		}
	}
	return nil
}
