package explorer

import (
	"github.com/lucheck/lucheck/explorer/search"
	"github.com/lucheck/lucheck/model"
)

// system shows a compiled update to the search, which knows nothing of updates.
type system struct{ *model.Update }

var (
	_ search.System   = system{}
	_ search.Covering = system{}
	_ search.Covering = followed{}
)

// Step gives the steps' flags the search's type; the bits are the same.
func (s system) Step(group int, v []uint64, emit func(next []uint64, info search.Info) bool) {
	s.Update.Step(group, v, func(next []uint64, info uint32) bool { return emit(next, search.Info(info)) })
}

// tables makes memoised functions.
func tables(space *search.Space, fs []model.Function) []*search.Table {
	var out []*search.Table
	for _, f := range fs {
		out = append(out, space.NewTable(search.Function{Reads: f.Reads, Eval: f.Eval}))
	}
	return out
}

// parts shows a transfer's parts to the search.
func parts(t *model.Transfer) []search.Part {
	var out []search.Part
	for _, p := range t.Parts {
		out = append(out, search.Part{Reads: p.Reads, Writes: p.Writes, Apply: p.Apply})
	}
	return out
}
