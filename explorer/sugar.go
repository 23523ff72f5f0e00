package explorer

import (
	"github.com/lucheck/lucheck/explorer/formula"
	"github.com/lucheck/lucheck/lang"
	"github.com/lucheck/lucheck/model"
)

// maxInside bounds the values that are asked for in an optional value or a set.
const maxInside = 8

// inside adds what stable states say of optional values, sets and sequences, of some items
// only: the constants that they are compared with, what is an element, how long they are.
func (w *vocabulary) inside(wanted func(item string) bool, named func(s *source, comparison bool), constant func(text string, kind formula.Kind, v int64)) {
	told := map[formula.Kind]bool{}
	for _, s := range w.sees {
		t := s.Type
		if t.Sugar == lang.Plainly || !wanted(s.Item) {
			continue
		}
		if k := w.kind(t); !told[k] {
			told[k] = true
			w.constants(t, func(text string, val []int64) { constant(text, k, w.code(t, val)) })
		}
		for _, p := range w.placings(nil, s.Dims) {
			if p.open < 0 {
				w.parts(s, &p, named)
			}
		}
	}
}

// constants lists the shortest constants of a type that is no plain one.
func (w *vocabulary) constants(t *lang.Type, add func(text string, val []int64)) {
	add(map[lang.Sugar]string{lang.Optional: "none", lang.Set: "{}", lang.Seq: "[]"}[t.Sugar], t.Lowest())
	if of := t.Of(); t.Sugar == lang.Optional && w.nameable(of) {
		lo, hi := of.Bounds()
		for v := lo; v <= hi; v++ {
			add(spellScalar(of, v), []int64{1, v})
		}
	}
}

// nameable says whether each value of a type can be named, and there are few.
func (w *vocabulary) nameable(t *lang.Type) bool {
	return t.IsScalar() && t.Sugar == lang.Plainly && t.Card() <= maxInside && !w.alike(t)
}

// parts lists what is asked of a set or a sequence at some indices.
func (w *vocabulary) parts(s *model.Seen, p *placing, named func(s *source, comparison bool)) {
	text := s.Text(w.prefix, p.texts)
	from := func(value func(val []int64) int64) func(v []uint64, at []int64) int64 {
		return func(v []uint64, at []int64) int64 { return value(s.Read(v, p.indices(at, 0))) }
	}
	switch {
	case s.Type.Sugar == lang.Seq:
		named(&source{text: text + ".length", items: []string{s.Item}, kind: formula.Number, value: from(func(val []int64) int64 { return val[0] })}, false)
	case s.Type.Sugar == lang.Set && w.nameable(s.Type.Of()):
		lo, hi := s.Type.Of().Bounds()
		for k := lo; k <= hi; k++ {
			named(&source{text: spellScalar(s.Type.Of(), k) + " in " + text, items: []string{s.Item}, kind: formula.Truth, size: 2,
				value: from(func(val []int64) int64 { return val[k-lo] })}, true)
		}
	}
}
