package explorer

import (
	"context"
	"fmt"
	"os"
	"path"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/lucheck/lucheck/lang"
	"github.com/lucheck/lucheck/model"
	"github.com/lucheck/lucheck/model/oracle/gen"
)

// updateGolden writes the files that tests compare with anew.
var updateGolden = os.Getenv("UPDATE_GOLDEN") != ""

// TestSynthesis looks at what is learned for each cell of the scenarios in which something has to
// be transferred. The file is read by people, and changes only for a reason.
func TestSynthesis(t *testing.T) {
	const golden = "../testdata/synthesised.txt"
	var b strings.Builder
	for _, name := range specs(t) {
		prog := load(t, name, nil)
		for _, u := range prog.Updates {
			synthesised(t, &b, path.Base(name), prog, u)
		}
	}
	if updateGolden {
		if err := os.WriteFile(golden, []byte(b.String()), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), b.String()); diff != "" {
		t.Errorf("UPDATE_GOLDEN=1 writes the file anew: -want +got\n%s", diff)
	}
}

// synthesised tells what is learned for an update's levels, those with the same code together.
func synthesised(t *testing.T, b *strings.Builder, name string, prog *lang.Program, u *lang.Update) {
	a, err := Check(context.Background(), prog, u, Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer a.Close()
	var order []string
	levels := map[string][]string{}
	for i, l := range a.levels {
		if e := a.existing[i]; e == nil || e.verdict != Feasible || e.search == foundNone {
			continue
		}
		s, why, err := a.Synthesise(l.String())
		if err != nil || s == nil {
			t.Errorf("%s, %s, %s: %s %v", name, u.Name, l, why, err)
			continue
		}
		text := fmt.Sprintf("  reads %s: %s\n    %s\n", s.Info, strings.Join(s.Reads, ", "), strings.Join(s.Body, "\n    "))
		if levels[text] == nil {
			order = append(order, text)
		}
		levels[text] = append(levels[text], l.String())
	}
	for _, text := range order {
		fmt.Fprintf(b, "%s, %s, at %s\n%s\n", name, u.Name, strings.Join(levels[text], ", "), text)
	}
}

// TestSynthesisFromNoArguments: a message without arguments is something else than a variable.
func TestSynthesisFromNoArguments(t *testing.T) {
	prog := loadFrom(t, os.DirFS("../testdata/judges"), "exists-waiting.lu", nil)
	for _, name := range []string{"more_fields", "forgotten"} {
		u := prog.Updates[slices.IndexFunc(prog.Updates, func(u *lang.Update) bool { return u.Name == name })]
		a, err := Check(context.Background(), prog, u, Options{})
		if err != nil {
			t.Fatal(err)
		}
		s, why, err := a.Synthesise("unit")
		if err != nil || s == nil || strings.Join(s.Body, "\n") != "convert u.put() -> (old.w.last)" {
			t.Error(name, s, why, err)
		}
		a.Close()
	}
}

// TestSynthesisIsProved puts what is learned for random specs into them: transfers must be
// valid, and stable states must admit what they are said to admit.
func TestSynthesisIsProved(t *testing.T) {
	seeds := 80
	if testing.Short() {
		seeds = 10
	}
	specs := rapid.Custom(gen.Spec)
	transfers, states, missed := 0, 0, 0
	for seed := range seeds {
		text := specs.Example(seed)
		prog := loadFrom(t, fstest.MapFS{"spec.lu": {Data: []byte(text)}}, "spec.lu", nil)
		a, err := Check(context.Background(), prog, prog.Updates[0], Options{MaxStates: 4000})
		if err != nil {
			t.Fatal(err)
		}
		for _, l := range a.levels {
			i, _ := a.levelNamed(l.String())
			if e := a.existing[i]; e == nil || e.verdict != Feasible || e.search == foundNone {
				continue
			}
			s, _, err := a.Synthesise(l.String())
			if err != nil {
				t.Fatal(err)
			}
			if s == nil {
				missed++
				continue
			}
			transfers++
			longer, err := lang.AddToUpdate("spec.lu", []byte(text), prog.Updates[0].Name, "transfer learned {\n"+strings.Join(s.Body, "\n")+"\n}")
			if err != nil {
				t.Fatalf("seed %d: %v\n%s", seed, err, strings.Join(s.Body, "\n"))
			}
			if got := verdictOf(t, longer, l.String(), "learned"); got != Valid {
				t.Errorf("seed %d: `%s with learned` is %s\n%s\n%s", seed, l, got, strings.Join(s.Body, "\n"), text)
			}
		}
		if w, _, err := a.Weakest(model.NoTransfer, "unit"); err != nil {
			t.Fatal(err)
		} else if w != nil && w.Formula != "" {
			states++
			longer, err := lang.AddToFile("spec.lu", []byte(text), "stable learned when "+w.Formula)
			if err != nil {
				t.Fatalf("seed %d: %v\n%s", seed, err, w.Formula)
			}
			if got := verdictOf(t, longer, "state learned", "none"); got != Valid {
				t.Errorf("seed %d: `state learned` is %s\n%s\n%s", seed, got, w.Formula, text)
			}
		}
		a.Close()
	}
	t.Logf("%d transfers and %d stable states proved, %d transfers not found", transfers, states, missed)
	if !testing.Short() && (transfers < seeds/12 || states < seeds/8) {
		t.Error("too few have been learned")
	}
}

func verdictOf(t *testing.T, text []byte, level, transfer string) Verdict {
	t.Helper()
	prog, _, errs, err := lang.Load(fstest.MapFS{"spec.lu": {Data: text}}, "spec.lu", lang.Options{})
	if err != nil || errs.HasErrors() {
		t.Error(fmt.Sprint(err, errs))
		return Unknown
	}
	a, err := Check(context.Background(), prog, prog.Updates[0], Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer a.Close()
	for _, c := range a.scenario.Cells {
		if c.Level == level && c.Transfer == transfer {
			return c.Verdict
		}
	}
	return Unknown
}

// TestWitnessIsShort: of all points that have no value in common, those with the fewest
// steps in all are shown, not the first ones that are met.
func TestWitnessIsShort(t *testing.T) {
	prog := loadFrom(t, fstest.MapFS{"spec.lu": {Data: []byte(`
ghost g: 0..3 = 0
client app {
  var x: 0..3 = 0
  either { x = 1; x = 2; call u.set(1) } or { x = 1; x = 3; call u.set(2) } or { x = 1; x = 2; x = 3; call u.set(3) }
  loop { call u.go() }
}
process u {
  on set(k: 0..3) { note g = k; reply }
  on go() { reply }
}
update remembers {
  process u { var x: 0..3 = 1; on set(k: 0..3) { atomic { x = k; note g = k }; reply } }
  always (g == 0 and u.x in 1..2) or g == u.x
}
`)}}, "spec.lu", nil)
	a, err := Check(context.Background(), prog, prog.Updates[0], Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer a.Close()
	e, err := a.Why("unit", "any")
	if err != nil || e.Witness == nil || len(e.Witness.Runs) != 2 {
		t.Fatal(e, err)
	}
	if n, m := len(e.Witness.Runs[0].Steps), len(e.Witness.Runs[1].Steps); n != 0 || m != 6 {
		t.Errorf("runs of %d and %d steps, not 0 and 6", n, m)
	}
	if got := strings.Join(e.Witness.Needs, "; "); got != "u.x = 1; u.x = 3" {
		t.Error(got)
	}
}

// TestWitnessOfThree: each two of three points have a way in common, so all ways are named.
func TestWitnessOfThree(t *testing.T) {
	prog := loadFrom(t, os.DirFS("../testdata/judges"), "exists-three-blind.lu", nil)
	a, err := Check(context.Background(), prog, prog.Updates[0], Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer a.Close()
	e, err := a.Why("unit", "any")
	if err != nil || e.Witness == nil {
		t.Fatal(e, err)
	}
	if got := strings.Join(e.Witness.Needs, "; "); got != "u.y = 1, or u.y = 2; u.y = 2, or u.y = 0; u.y = 1, or u.y = 0" {
		t.Error(got)
	}
}

// TestSynthesisOfCases: where cases are needed, those of short conditions are taken, not
// fewer ones of long conditions.
func TestSynthesisOfCases(t *testing.T) {
	prog := loadFrom(t, fstest.MapFS{"spec.lu": {Data: []byte(`
type id = 0..1
type mode = { off, low, high, full }
client app { loop { var i = choose id; var m = choose mode; call ctl[i].set(m); var r = call ctl[i].get(); assert r == m } }
process ctl[id] {
  var m: mode
  on set(x: mode) { m = x; reply }
  on get() -> mode { reply m }
}
update numbers {
  process ctl {
    drop m
    var v: 0..3 = 3
    on set(x: mode) { v = if x == off then 3 else if x == low then 1 else if x == high then 2 else 0; reply }
    on get() -> mode { reply if v == 3 then off else if v == 1 then low else if v == 2 then high else full }
  }
}
`)}}, "spec.lu", nil)
	s := learned(t, prog, Options{Any: "unit"})
	want := `for i in id {
  if old.ctl[i].m != off {
    if old.ctl[i].m == low {
      ctl[i].v = 1
    } else if old.ctl[i].m == high {
      ctl[i].v = 2
    } else {
      ctl[i].v = 0
    }
  }
}`
	if got := strings.Join(s.Body, "\n"); got != want {
		t.Errorf("got\n%s\nnot\n%s", got, want)
	}
}

// TestSynthesisOfCounts: a linear relation between counts goes before cases.
func TestSynthesisOfCounts(t *testing.T) {
	prog := loadFrom(t, fstest.MapFS{"spec.lu": {Data: []byte(`
param n = 2
type id = 0..n-1
type mode = { off, low, high }
def power(m: mode) -> 0..2 = if m == off then 0 else if m == low then 1 else 2
shared lamp: [id] mode
client app { loop { var i = choose id; var m = choose mode; call ctl.set(i, m) } }
process ctl { on set(i: id, x: mode) { lamp[i] = x; reply } }
update sums {
  shared used: 0..2*n
  process ctl { on set(i: id, x: mode) { atomic { lamp[i] = x; used = sum(j in id: power(lamp[j])) }; reply } }
  always used == sum(j in id: power(lamp[j]))
}
`)}}, "spec.lu", nil)
	s := learned(t, prog, Options{Any: "unit", Params: true})
	if got := strings.Join(s.Body, "\n"); got != "used = count(i in id: old.lamp[i] == high) - count(i in id: old.lamp[i] == off) + n" {
		t.Error(got)
	}
}

// learned is what is synthesised for the level unit of the first update.
func learned(t *testing.T, prog *lang.Program, opt Options) *Synthesis {
	t.Helper()
	s, why, err := check(t, prog, 0, opt).Synthesise("unit")
	if err != nil || s == nil {
		t.Fatal(why, err)
	}
	return s
}
