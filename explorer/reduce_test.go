package explorer

import (
	"context"
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
		if !unknown && want.Old.Complete && want.New.Complete && got.Old.Complete && got.New.Complete && !slices.Equal(l.Includes, m.Includes) {
			t.Errorf("%s: %s includes %v, with reductions %v", name, l.Level, l.Includes, m.Includes)
		}
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
	seeds := 60
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

// TestSavings makes sure that what Measure says that local steps would leave is what they leave.
func TestSavings(t *testing.T) {
	for _, name := range append(specs(t), "testdata/bench/w.lu") {
		prog := load(t, name, sizes(name))
		for i, u := range prog.Updates {
			f, err := Measure(context.Background(), prog, u, Options{})
			if err != nil {
				t.Fatal(err)
			}
			r := check(t, prog, i, Options{LocalSteps: true}).Scenario().Reduced()
			s := f.Reductions[0]
			switch {
			case r == nil:
				if len(s.States) != 0 || s.Reason == "" {
					t.Errorf("%s: local steps leave %v, and cannot be used", name, s.States)
				}
			case s.States[0] != int(r.Old.States) || s.States[1] != int(r.New.States) || len(s.States) == 3 && s.States[2] != int(r.Switched.States):
				t.Errorf("%s: local steps leave %v, not %+v", name, s.States, *r)
			}
		}
	}
}

// TestLocalSteps takes every local step of every reachable state of the old version and makes sure of
// what the reduction rests on (docs/reductions.md): no level, property or transfer tells before from
// after, no other group's step is enabled, disabled or changed by it, and it can be taken before the
// switch or after it.
func TestLocalSteps(t *testing.T) {
	steps := 0
	look := func(name string, prog *lang.Program, update int) {
		a := check(t, prog, update, Options{MaxStates: oracleStates})
		if a.r1.initial == 0 {
			steps += a.tryLocalSteps(t, name)
		}
	}
	for _, name := range slices.Concat(specs(t), specsIn(t, "testdata/judges"), []string{"testdata/bench/w.lu"}) {
		prog := load(t, name, sizes(name))
		for i := range prog.Updates {
			look(name, prog, i)
		}
	}
	generated := rapid.Custom(gen.Spec)
	for seed := range 60 {
		text := withLocalSteps(generated.Example(seed))
		if look("a random spec", loadFrom(t, fstest.MapFS{"spec.lu": {Data: []byte(text)}}, "spec.lu", nil), 0); t.Failed() {
			t.Fatalf("seed %d:\n%s", seed, text)
		}
	}
	if t.Logf("%d local steps", steps); steps < 1000 {
		t.Error("hardly any step is local")
	}
}

// tryLocalSteps is TestLocalSteps for one update.
func (a *Analysis) tryLocalSteps(t *testing.T, name string) (steps int) {
	local, _ := a.model.LocalSteps(a.levels)
	if local == nil {
		return 0
	}
	sys := system{a.model}
	all := func(g int, v []uint64) (out [][]uint64) {
		if a.model.Footprint(g, v) != nil {
			sys.Step(g, v, func(next []uint64, info search.Info) bool {
				if info != search.Nothing {
					out = append(out, append(slices.Clone(next), uint64(info)))
				}
				return len(out) < 100
			})
		}
		return out
	}
	key := a.model.Readable(false)
	r := a.r1.region
	for ref := r.First; ref < r.Expanded; ref++ {
		v := a.space.Vector(ref, nil)
		for g := range a.model.Groups() {
			if f := a.model.Footprint(g, v); len(f) != 1 {
				continue
			}
			for _, step := range all(g, v) {
				next, info := step[:len(step)-1], search.Info(step[len(step)-1])
				if len(next) == 0 || info&^search.Strong != 0 || !local.Local(g, v, next) {
					continue
				}
				steps++
				complain := func(what string) { t.Errorf("%s: state %d, %s: %s", name, ref, a.model.GroupName(g), what) }
				for i, f := range a.model.Levels(a.levels) {
					before, after := f.Eval(v), f.Eval(next)
					for bit, l := range a.levels {
						if b, c := before>>bit&1, after>>bit&1; b != c && (b == 1 || !local.Sees(l)) {
							complain(fmt.Sprintf("%s, part %d, tells before from after", l, i))
						}
					}
				}
				for _, f := range a.model.Invariants(0) {
					if f.Eval(v) != f.Eval(next) {
						complain("a property tells before from after")
					}
				}
				if !slices.Equal(key.Key(v, nil), key.Key(next, nil)) {
					complain("a transfer can tell before from after")
				}
				for h := range a.model.Groups() {
					if h == g {
						continue
					}
					x, y := all(h, v), all(h, next)
					if len(x) > len(y) {
						complain(a.model.GroupName(h) + " is disabled")
					}
					for _, w := range x {
						// The same step after it, and it after the same step.
						if len(w) > 1 && !slices.ContainsFunc(y, func(u []uint64) bool {
							return len(u) > 1 && slices.ContainsFunc(all(g, w[:len(w)-1]), func(z []uint64) bool { return slices.Equal(z[:len(z)-1], u[:len(u)-1]) })
						}) {
							complain("it does not commute with a step of " + a.model.GroupName(h))
						}
					}
				}
				for _, tr := range append(slices.Clone(a.model.Transfers), a.model.Reset) {
					x, failed := a.model.Switch(tr, v)
					y, fails := a.model.Switch(tr, next)
					switch {
					case failed != fails:
						complain("the switch with " + tr.Name + " fails before or after only")
					case failed == 0 && !slices.ContainsFunc(all(g, x), func(z []uint64) bool { return slices.Equal(z[:len(z)-1], y) }):
						complain("it does not commute with the switch with " + tr.Name)
					}
				}
			}
		}
	}
	return steps
}
