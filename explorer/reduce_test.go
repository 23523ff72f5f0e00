package explorer

import (
	"fmt"
	"regexp"
	"slices"
	"testing"
	"testing/fstest"

	"pgregory.net/rapid"

	"github.com/lucheck/lucheck/explorer/search"
	"github.com/lucheck/lucheck/lang"
	"github.com/lucheck/lucheck/model/oracle/gen"
)

// reduced compares a scenario with one that was made with reductions: all that is decided must be the
// same, and no more is stored.
func reduced(t *testing.T, name string, want, got *Scenario) (used bool) {
	t.Helper()
	unknown := false
	for i, c := range want.Cells {
		d := got.Cells[i]
		if c.Verdict == Unknown {
			unknown = true // a limit
			continue
		}
		if c.Verdict != d.Verdict || c.Met != nil && (d.Met == nil || *c.Met != *d.Met) {
			t.Errorf("%s: %s:%s is %s, with reductions %s", name, c.Level, c.Transfer, c.Verdict, d.Verdict)
		}
		if want.Old.Complete && got.Old.Complete && (c.Points.Total == 0) != (d.Points.Total == 0) {
			t.Errorf("%s: %s has %d points, with reductions %d", name, c.Level, c.Points.Total, d.Points.Total)
		}
	}
	for i, l := range want.Levels {
		m := got.Levels[i]
		if l.Waiting.Reached != "unknown" && l.Waiting.Reached != m.Waiting.Reached && !(m.Waiting.Reached == "unknown" && m.Waiting.Reason != "") {
			t.Errorf("%s: %s is %s, with reductions %s", name, l.Level, l.Waiting.Reached, m.Waiting.Reached)
		}
	}
	for i, e := range want.Expected {
		if f := got.Expected[i]; e.Met != nil && (e.Came != f.Came || f.Met == nil || *e.Met != *f.Met) {
			t.Errorf("%s: expectation %s: %+v, with reductions %+v", name, e.Text, e, f)
		}
	}
	for i, p := range want.Plans {
		if q := got.Plans[i]; p.Verdict != Unknown && p.Verdict != q.Verdict || p.Completion != "unknown" && p.Completion != q.Completion {
			t.Errorf("%s: plan %s: %v %s, with reductions %v %s", name, p.Plan, p.Verdict, p.Completion, q.Verdict, q.Completion)
		}
	}
	if !unknown && !slices.Equal(want.Minimal.WithTransfer, got.Minimal.WithTransfer) || !unknown && !slices.Equal(want.Minimal.WithoutTransfer, got.Minimal.WithoutTransfer) {
		t.Errorf("%s: %+v, with reductions %+v", name, want.Minimal, got.Minimal)
	}
	r := got.Reduced()
	if r == nil {
		return false
	}
	if want.Old.Complete && want.New.Complete && (r.Old.States > want.Old.States || r.New.States > want.New.States) {
		t.Errorf("%s: %d and %d states, with reductions %d and %d", name, want.Old.States, want.New.States, r.Old.States, r.New.States)
	}
	return r.Old.States < want.Old.States
}

// withLocalSteps puts local steps, with choices, at the start of loops and handlers of a random spec.
func withLocalSteps(text string) string {
	n := 0
	return regexp.MustCompile(`loop \{ |on m[01]\([^)]*\)( -> [a-z0-9.]+)? \{ `).ReplaceAllStringFunc(text, func(at string) string {
		n++
		return fmt.Sprintf("%svar zz%d = choose bit; zz%d = 1 - zz%d; if zz%d == 0 { zz%d = choose bit }; ", at, n, n, n, n, n)
	})
}

// TestReductions checks the scenarios, the judges' specs and random ones with every reduction.
func TestReductions(t *testing.T) {
	used, all, most := 0, 0, 0
	both := func(name string, prog *lang.Program, update int) {
		want := check(t, prog, update, Options{MaxStates: most}).Scenario()
		for _, opt := range []Options{{LocalSteps: true, MaxStates: most}, {LocalSteps: true, MaxStates: most, search: search.Options{MemoLimit: 1, Workers: 3, Piece: 1}}} {
			all++
			if reduced(t, name, want, check(t, prog, update, opt).Scenario()) {
				used++
			}
		}
	}
	for _, name := range slices.Concat(specs(t), specsIn(t, "testdata/judges"), []string{"testdata/bench/w.lu"}) {
		prog := load(t, name, sizes(name))
		for i := range prog.Updates {
			both(name, prog, i)
		}
	}
	t.Logf("%d of %d", used, all)
	most = 10 * oracleStates
	seeds := 300
	if testing.Short() {
		seeds = 30
	}
	generated := rapid.Custom(gen.Spec)
	for seed := range seeds {
		text := generated.Example(seed)
		prog := loadFrom(t, fstest.MapFS{"spec.lu": {Data: []byte(text)}}, "spec.lu", nil)
		if both("a random spec", prog, 0); t.Failed() {
			t.Fatalf("seed %d:\n%s", seed, text)
		}
		text = withLocalSteps(text)
		prog = loadFrom(t, fstest.MapFS{"spec.lu": {Data: []byte(text)}}, "spec.lu", nil)
		if both("one with local steps", prog, 0); t.Failed() {
			t.Fatalf("seed %d:\n%s", seed, text)
		}
	}
	t.Logf("a reduction stored less in %d of %d checks", used, all)
}
