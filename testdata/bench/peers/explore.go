package main

import (
	"context"
	"fmt"
	"os"
	"strconv"

	"github.com/lucheck/lucheck/explorer/search"
	"github.com/lucheck/lucheck/lang"
	"github.com/lucheck/lucheck/model"
)

// system shows a model to the search.
type system struct{ *model.Update }

func (s system) Step(group int, v []uint64, emit func(next []uint64, info search.Info) bool) {
	s.Update.Step(group, v, func(next []uint64, info uint32) bool { return emit(next, search.Info(info)) })
}

// explore finds all states of a spec's old version, checks all that is asserted there
// and prints how many there are.
func explore(m *member) error {
	u, err := compile(m)
	if err != nil {
		return err
	}
	space := search.NewSpace(system{u}, search.Options{})
	defer space.Close()
	initial, _, ok := u.Initial(0)
	if !ok {
		return fmt.Errorf("the initial state fails")
	}
	for _, v := range initial {
		if _, _, err := space.Add(v); err != nil {
			return err
		}
	}
	var invariants []*search.Table
	for _, f := range u.Invariants(0) {
		invariants = append(invariants, space.NewTable(search.Function{Reads: f.Reads, Eval: f.Eval}))
	}
	r, err := space.Explore(context.Background(), search.Run{Invariants: invariants})
	if err != nil {
		return err
	}
	if len(r.Failures)+len(r.Dead) > 0 {
		return fmt.Errorf("%d failures, %d deadlocks", len(r.Failures), len(r.Dead))
	}
	stats := space.Stats()
	fmt.Printf("%d states, %d steps; %d words a state, %d slow steps\n", r.End-r.First, r.Steps, stats.Words, stats.Expansions)
	return nil
}

// compile reads a member's spec.
func compile(m *member) (*model.Update, error) {
	params := map[string]int64{}
	for _, s := range m.settings {
		n, err := strconv.ParseInt(s.value, 10, 64)
		if err != nil {
			return nil, err
		}
		params[s.name] = n
	}
	prog, _, errs, err := lang.Load(os.DirFS("testdata/bench"), m.family+".lu", lang.Options{Params: params})
	if err != nil {
		return nil, err
	}
	if errs.HasErrors() {
		return nil, errs
	}
	return model.Compile(prog, prog.Updates[0], model.Options{})
}
