package explorer

import (
	"fmt"
	"slices"
	"strings"

	"github.com/lucheck/lucheck/explorer/formula"
	"github.com/lucheck/lucheck/lang"
	"github.com/lucheck/lucheck/model"
)

// source is an expression over what can be read of the old state, with values for each
// element of what is written: the terms that transfers and stable states are learned from.
type source struct {
	text  string
	items []string // the variables or activities that it reads
	info  model.Info
	kind  formula.Kind
	tag   string
	size  int
	value func(v []uint64, at []int64) int64
}

// vocabulary makes sources. Its names of bound variables are none of the spec's.
type vocabulary struct {
	a      *Analysis
	sees   []*model.Seen
	prefix string // before what is read: "old." in transfers
	taken  map[string]bool
	codes  map[string]int64 // of values that are no scalars
}

func (a *Analysis) newVocabulary(prefix string) *vocabulary {
	by := model.RunningTransfer
	switch {
	case prefix == "":
		by = model.StableState
	case a.outer != nil:
		by = model.OfflineTransfer
	}
	w := &vocabulary{a: a, sees: a.model.Sees(by), prefix: prefix, taken: map[string]bool{}, codes: map[string]int64{}}
	for _, s := range []*lang.System{a.prog.Base, a.update.New} {
		for _, t := range s.Types {
			w.taken[t.Name] = true
			for _, m := range t.Members {
				w.taken[m] = true
			}
		}
		for _, x := range s.Data {
			w.taken[x.Name] = true
		}
		for _, u := range s.Units {
			w.taken[u.Name] = true
		}
		for _, p := range s.Protocols {
			w.taken[p.Name] = true
		}
	}
	for _, p := range a.prog.Params {
		w.taken[p.Name] = true
	}
	return w
}

// bind gives a name to a bound variable of a type: its first letter, if that is free; where
// no short name is free, one with a number.
func (w *vocabulary) bind(t *lang.Type, used []string) string {
	names := []string{"i", "j", "k", "l", "n", "x", "y", "z"}
	if t.Name != "" {
		names = append([]string{strings.ToLower(t.Name[:1])}, names...)
	}
	for _, name := range names {
		if !w.taken[name] && !slices.Contains(used, name) {
			return name
		}
	}
	for n := 1; ; n++ {
		if name := fmt.Sprintf("i%d", n); !w.taken[name] && !slices.Contains(used, name) {
			return name
		}
	}
}

// spellDomain writes a type where a domain stands.
func spellDomain(t *lang.Type) string {
	switch {
	case t.Name != "":
		return t.Name
	case t.Kind == lang.Bool:
		return "bool"
	}
	lo, hi := t.Bounds()
	return fmt.Sprintf("%d..%d", lo, hi)
}

// spellScalar writes a value of a scalar type.
func spellScalar(t *lang.Type, v int64) string {
	switch t.Kind {
	case lang.Bool:
		return fmt.Sprint(v != 0)
	case lang.Enum:
		return t.Members[v]
	}
	return fmt.Sprint(v)
}

// code turns a value into a number: itself, where it is one.
func (w *vocabulary) code(t *lang.Type, val []int64) int64 {
	if t.IsScalar() {
		return val[0]
	}
	k := string(packed(val))
	if _, known := w.codes[k]; !known {
		w.codes[k] = int64(len(w.codes))
	}
	return w.codes[k]
}

// learnKind says what values of a type are compared with.
func learnKind(t *lang.Type) formula.Kind {
	switch t.Kind {
	case lang.Bool:
		if t.Sugar == lang.Plainly {
			return formula.Truth
		}
	case lang.Int:
		return formula.Number
	}
	if t.Kind == lang.Enum && t.Name != "" {
		return formula.Kind("enum " + t.Name)
	}
	return formula.Kind(t.Declaration())
}

// tagOf is what keeps numbers of two types apart.
func tagOf(t *lang.Type) string {
	if t.Kind == lang.Int {
		return t.Means
	}
	return ""
}

// alike says whether the values of a type are interchangeable: the index of an array of units
// that is declared `symmetric`. None of them can be named, and they are no numbers.
func (w *vocabulary) alike(t *lang.Type) bool {
	return t != nil && slices.ContainsFunc(w.a.prog.Base.Units, func(u *lang.Unit) bool { return u.Symmetric && sameIndex(u.Index, t) })
}

// kind is learnKind, but that interchangeable values are a kind of their own in stable states.
func (w *vocabulary) kind(t *lang.Type) formula.Kind {
	if w.prefix == "" && w.alike(t) {
		return formula.Kind("one of " + t.Name)
	}
	return learnKind(t)
}

// dimension is an index of what is written, with the name that it is bound to.
type dimension struct {
	typ  *lang.Type
	name string
}

// sameIndex says whether a value of one type is an index of the other.
func sameIndex(a, b *lang.Type) bool { return a.Declaration() == b.Declaration() && a.Name == b.Name }

// maxConstants bounds the constant indices with which an array is read.
const maxConstants = 4

// place is one way to give the indices of something values: by a dimension of what is
// written, or by a constant; one of them may be left open.
type placing struct {
	texts []string
	from  []int // the dimension; -1: constant; -2: open
	value []int64
	open  int // which is open; -1 none
}

// placings lists the ways to index something.
func (w *vocabulary) placings(dims []dimension, of []*lang.Type) []placing {
	list := []placing{{open: -1}}
	for i, t := range of {
		var next []placing
		for _, p := range list {
			extend := func(text string, from int, value int64) {
				n := len(p.texts)
				q := placing{append(p.texts[:n:n], text), append(p.from[:n:n], from), append(p.value[:n:n], value), p.open}
				if from == -2 {
					q.open = i
				}
				next = append(next, q)
			}
			for d, dim := range dims {
				if sameIndex(dim.typ, t) {
					extend(dim.name, d, 0)
				}
			}
			if p.open < 0 && t.Card() > 1 { // of one, counts and sums say no more than it does itself
				extend("", -2, 0)
			}
			if t.Card() <= maxConstants && !w.alike(t) {
				lo, hi := t.Bounds()
				for k := lo; k <= hi; k++ {
					extend(spellScalar(t, k), -1, k)
				}
			}
		}
		list = next
	}
	return list
}

// indices evaluates a placing for an element.
func (p *placing) indices(at []int64, open int64) []int64 {
	out := make([]int64, len(p.from))
	for i, d := range p.from {
		switch d {
		case -1:
			out[i] = p.value[i]
		case -2:
			out[i] = open
		default:
			out[i] = at[d]
		}
	}
	return out
}

// sources lists what can be said for elements with some dimensions, of some items only.
func (w *vocabulary) sources(dims []dimension, wanted func(item string) bool) (out []*source) {
	for i, d := range dims {
		out = append(out, &source{text: d.name, kind: learnKind(d.typ), tag: tagOf(d.typ), info: model.Constants,
			value: func(_ []uint64, at []int64) int64 { return at[i] }})
	}
	groups := map[string]*collection{}
	var order []*collection
	for _, s := range w.sees {
		if !wanted(s.Item) || w.alike(s.Names) {
			continue
		}
		for _, p := range w.placings(dims, s.Dims) {
			if p.open < 0 {
				out = append(out, &source{text: s.Text(w.prefix, p.texts), items: []string{s.Item}, info: s.Info, kind: w.kind(s.Type), tag: tagOf(s.Type),
					value: func(v []uint64, at []int64) int64 { return w.code(s.Type, s.Read(v, p.indices(at, 0))) }})
				continue
			}
			t := s.Dims[p.open]
			k := t.Name + "\x00" + t.Declaration()
			if groups[k] == nil {
				var used []string
				for _, d := range dims {
					used = append(used, d.name)
				}
				groups[k] = &collection{typ: t, name: w.bind(t, used)}
				order = append(order, groups[k])
			}
			groups[k].add(w, s, p)
		}
	}
	for _, g := range order {
		out = append(out, g.sources()...)
	}
	return out
}

// collection is what can be said of the elements of an array: how many are such, is any.
type collection struct {
	typ    *lang.Type
	name   string
	bodies []body
}

// body is an expression over one element.
type body struct {
	text   string
	items  []string
	info   model.Info
	number bool
	size   int
	value  func(v []uint64, at []int64, open int64) int64
}

// maxEqual bounds the constants with which elements are compared.
const maxEqual = 4

// add adds what can be said of an element.
func (g *collection) add(w *vocabulary, s *model.Seen, p placing) {
	texts := slices.Clone(p.texts)
	texts[p.open] = g.name
	text := s.Text(w.prefix, texts)
	read := func(v []uint64, at []int64, open int64) int64 { return w.code(s.Type, s.Read(v, p.indices(at, open))) }
	put := func(text string, number bool, value func(v []uint64, at []int64, open int64) int64) {
		g.bodies = append(g.bodies, body{text, []string{s.Item}, s.Info, number, 1, value})
	}
	switch {
	case s.Type.Sugar != lang.Plainly || w.alike(s.Type):
		return
	case s.Type.Kind == lang.Bool:
		put(text, false, read)
		put("not "+text, false, func(v []uint64, at []int64, open int64) int64 { return 1 - read(v, at, open) })
		return
	case s.Type.Kind == lang.Int:
		put(text, true, read)
	}
	lo, hi := s.Type.Bounds()
	if hi-lo >= maxEqual {
		hi = lo
	}
	for k := lo; k <= hi; k++ {
		put(text+" == "+spellScalar(s.Type, k), false, func(v []uint64, at []int64, open int64) int64 {
			if read(v, at, open) == k {
				return 1
			}
			return 0
		})
	}
}

// maxBodies bounds what is said of elements one by one, before two are combined.
const maxBodies = 16

// sources are the counts and sums over the collection.
func (g *collection) sources() (out []*source) {
	lo, hi := g.typ.Bounds()
	var plain []body
	for _, b := range g.bodies {
		if b.number {
			out = append(out, g.source("sum", b, formula.Number, func(v []uint64, at []int64) int64 {
				n := int64(0)
				for k := lo; k <= hi; k++ {
					n += b.value(v, at, k)
				}
				return n
			}))
			continue
		}
		plain = append(plain, b)
	}
	if len(plain) <= maxBodies {
		single := plain
		for i, b := range single {
			for _, c := range single[i+1:] {
				if b.items[0] == c.items[0] && strings.TrimPrefix(b.text, "not ") == strings.TrimPrefix(c.text, "not ") {
					continue
				}
				plain = append(plain, body{b.text + " and " + c.text, []string{b.items[0], c.items[0]}, max(b.info, c.info), false, 3,
					func(v []uint64, at []int64, open int64) int64 { return b.value(v, at, open) & c.value(v, at, open) }})
			}
		}
	}
	for _, b := range plain {
		count := func(v []uint64, at []int64) int64 {
			n := int64(0)
			for k := lo; k <= hi; k++ {
				n += b.value(v, at, k)
			}
			return n
		}
		if b.size == 1 {
			out = append(out,
				g.source("all", b, formula.Truth, func(v []uint64, at []int64) int64 { return asNumber(count(v, at) == hi-lo+1) }),
				g.source("any", b, formula.Truth, func(v []uint64, at []int64) int64 { return asNumber(count(v, at) > 0) }))
		}
		out = append(out, g.source("count", b, formula.Number, count))
	}
	return out
}

func asNumber(b bool) int64 {
	if b {
		return 1
	}
	return 0
}

func (g *collection) source(word string, b body, kind formula.Kind, value func(v []uint64, at []int64) int64) *source {
	return &source{text: fmt.Sprintf("%s(%s in %s: %s)", word, g.name, spellDomain(g.typ), b.text), items: slices.Compact(b.items), info: b.info, kind: kind, size: 1 + b.size, value: value}
}
