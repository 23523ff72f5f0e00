package oracle_test

import (
	"os"
	"slices"
	"strconv"
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

// TestFamilies derives the counts of the bench specs once more, where they are small.
func TestFamilies(t *testing.T) {
	counts, err := os.ReadFile("../../testdata/bench/counts.txt")
	if err != nil {
		t.Fatal(err)
	}
	derived := map[string]bool{}
	for line := range strings.Lines(string(counts)) {
		f := strings.Fields(line)
		if len(f) == 0 || f[0] == "#" {
			continue
		}
		states, steps := number(t, f[len(f)-2]), number(t, f[len(f)-1])
		if states > 70_000 || testing.Short() && states > 10_000 {
			continue
		}
		params := map[string]int64{}
		for _, setting := range f[1 : len(f)-2] {
			name, value, _ := strings.Cut(setting, "=")
			params[name] = int64(number(t, value))
		}
		text, err := os.ReadFile("../../testdata/bench/" + f[0] + ".lu")
		if err != nil {
			t.Fatal(err)
		}
		got, err := oracle.Explore(load(t, string(text), params), -1, oracle.Old, oracle.Options{})
		if err != nil {
			t.Fatal(err)
		}
		if got.States != states || got.Steps != steps || len(got.Failures) > 0 {
			t.Errorf("%s: %d states, %d steps, failures %v", strings.TrimSpace(line), got.States, got.Steps, got.Failures)
		}
		derived[f[0]] = true
	}
	if len(derived) < 5 {
		t.Errorf("only of the families %v", derived)
	}
}

func number(t *testing.T, text string) int {
	t.Helper()
	n, err := strconv.Atoi(text)
	if err != nil {
		t.Fatal(err)
	}
	return n
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
