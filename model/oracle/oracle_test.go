package oracle_test

import (
	"os"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/lucheck/lucheck/lang"
	"github.com/lucheck/lucheck/model/oracle"
)

// load checks a spec given as text.
func load(t *testing.T, text string, params map[string]int64) *lang.Program {
	t.Helper()
	fsys := fstest.MapFS{"spec.lu": &fstest.MapFile{Data: []byte(text)}}
	p, _, errs, err := lang.Load(fsys, "spec.lu", lang.Options{Params: params})
	if err != nil {
		t.Fatal(err)
	}
	if p == nil {
		t.Fatalf("%s\n%v", text, errs)
	}
	return p
}

// TestW compares the counts of W(N,K) with those on which eight other checkers
// agree (6-engine.md).
func TestW(t *testing.T) {
	text, err := os.ReadFile("../../testdata/bench/w.lu")
	if err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		clients, chunks int64
		states, steps   int // steps 0: not known
	}{
		{2, 1, 1956, 3504},
		{2, 2, 8208, 0},
		{3, 1, 68256, 168048},
	}
	for _, c := range tests {
		if c.states > 10000 && testing.Short() {
			continue
		}
		p := load(t, string(text), map[string]int64{"clients": c.clients, "chunks": c.chunks})
		got, err := oracle.Explore(p, -1, oracle.Old, oracle.Options{})
		if err != nil {
			t.Fatal(err)
		}
		if got.States != c.states || c.steps > 0 && got.Steps != c.steps || len(got.Failures) > 0 {
			t.Errorf("W(%d,%d): %d states, %d steps, failures %v; want %d, %d, none", c.clients, c.chunks, got.States, got.Steps, got.Failures, c.states, c.steps)
		}
	}
}

// TestScenarios judges the paper's examples by their own expect clauses.
func TestScenarios(t *testing.T) {
	fsys := os.DirFS("../../scenarios")
	entries, err := os.ReadDir("../../scenarios")
	if err != nil {
		t.Fatal(err)
	}
	judged := 0
	for _, e := range entries {
		if !strings.HasSuffix(e.Name(), ".lu") {
			continue
		}
		t.Run(e.Name(), func(t *testing.T) {
			p, _, errs, err := lang.Load(fsys, e.Name(), lang.Options{})
			if err != nil || p == nil {
				t.Fatal(err, errs)
			}
			for i, u := range p.Updates {
				v, err := oracle.Judge(p, i, oracle.Options{MaxStates: 50_000, Trials: 20_000})
				if err != nil {
					t.Fatal(err)
				}
				t.Logf("%s: old %d/%d new %d/%d affected %v switched %d", u.Name, v.Old.States, v.Old.Steps, v.New.States, v.New.Steps, v.Affected, v.Switched)
				judged += checkExpects(t, u, v)
			}
		})
	}
	if judged == 0 {
		t.Error("no expect clause was judged")
	}
}

// checkExpects compares an update's expect clauses with the verdicts and gives the
// number of those that can be judged here.
func checkExpects(t *testing.T, u *lang.Update, v *oracle.Verdicts) int {
	judged := 0
	for _, e := range u.Expects {
		with := e.With
		switch {
		case e.Verdict == "feasible" || e.Verdict == "infeasible":
			with = "any"
		case with == "":
			with = "none"
		}
		i := slices.IndexFunc(v.Cells, func(c oracle.Cell) bool { return c.Level == e.Level.String() && c.Transfer == with })
		if i < 0 || !e.OfCell() || e.On != "" || with == "any" && v.Cells[i].Verdict == "unknown" {
			continue
		}
		judged++
		c := v.Cells[i]
		met := c.Verdict == e.Verdict
		switch e.Verdict {
		case "immediate":
			met = c.Verdict == "valid" && c.Points.Immediate == c.Points.Total
		case "eventual":
			met = c.Verdict == "valid" && c.Points.Eventual > 0
		}
		if !met {
			t.Errorf("%s: %s is expected to be %s but is %s: %+v %v", e.Span, c.Name(), e.Verdict, c.Verdict, c.Points, c.Kinds)
		}
	}
	return judged
}
