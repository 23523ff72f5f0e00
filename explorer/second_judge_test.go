package explorer

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"pgregory.net/rapid"

	"github.com/lucheck/lucheck/lang"
	"github.com/lucheck/lucheck/model/oracle"
	"github.com/lucheck/lucheck/model/oracle/gen"
)

// oracleStates bounds the specs that the slow judge is asked about.
const oracleStates = 2000

// TestSecondJudge checks random small specs with the second judge, which shares no
// code with model and explorer: counts, verdicts, points of each class, steps and
// lengths of counterexamples must agree.
func TestSecondJudge(t *testing.T) {
	seeds := 600
	if testing.Short() {
		seeds = 25
	}
	specs := rapid.Custom(gen.Spec)
	judged := 0
	for seed := range seeds {
		text := specs.Example(seed)
		prog := loadFrom(t, fstest.MapFS{"spec.lu": {Data: []byte(text)}}, "spec.lu", nil)
		diff, small := disagreements(t, prog, 0, oracleStates)
		if len(diff) > 0 {
			t.Errorf("seed %d:\n%s\n%s", seed, strings.Join(diff, "\n"), text)
		}
		if small {
			judged++
		}
	}
	t.Logf("%d of %d specs were small enough", judged, seeds)
	if judged < seeds/2 {
		t.Error("the second judge has seen too few of them")
	}
}

// TestSecondJudgeOnHeldCallers has both judges look at replies to callers that are held
// while the update changes what they wait for, who holds them, or where. Each verdict
// at anytime and at unit follows from definitions 2.2 by hand.
func TestSecondJudgeOnHeldCallers(t *testing.T) {
	base := func(result, value, update string) string {
		return `system held
			type tag = 0..1 means "a"
			type pair = record { a: 0..1, b: 0..1 }
			process u { var held: caller
				var other: caller
				on m(k: 0..1) ` + result + ` { hold held }
				on go() { reply ` + value + ` to held; reply } }
			process w { on m() { var r = call u.m(1); reply } }
			client c { loop { call w.m() } }
			client d { loop { call u.go() } }
			update up { process w { on m() { reply } }
				` + update + ` }`
	}
	// Old w waits for what old u promised, and only what is then sent may differ.
	number := func(update string) string { return base("-> 0..1", "1", update) }
	for _, c := range []struct {
		name, text    string
		anytime, unit Verdict
	}{
		{"a truth value for a number", number(`process u { on m(k: 0..1) -> bool { hold held } on go() { reply true to held; reply } }`), Invalid, Valid},
		{"a larger range, the same text", number(`process u { on m(k: 0..1) -> 0..2 { hold held } }`), Invalid, Valid},
		{"more values", number(`process u { on m(k: 0..1) -> pair { hold held } on go() { reply pair(a: 1, b: 1) to held; reply } }`), Invalid, Valid},
		{"another meaning, the same text", base("-> tag", "1", `type tag = 0..1 means "b"`), Invalid, Valid},
		{"the same form", number(`process u { on m(k: 0..1) -> 0..1 { hold held } on go() { reply 0 to held; reply } }`), Valid, Valid},
		{"nobody is held any more, but was", number(`process u { on m(k: 0..1) -> 0..1 { reply k } on go() { reply 0 to held; reply } }`), Valid, Valid},
		{"moved, where the new version holds nobody", number(`process u { drop held; on m(k: 0..1) -> 0..1 { reply k } on go() { reply 0 to other; reply } }
			transfer t { u.other = old.u.held }`), Invalid, Valid},
		{"moved, where others are held", number(`process u { drop held; on m(k: 0..1) -> bool { hold other } on go() { reply true to other; reply } }
			transfer t { u.other = old.u.held }`), Invalid, Valid},
	} {
		t.Run(c.name, func(t *testing.T) {
			prog := loadFrom(t, fstest.MapFS{"spec.lu": {Data: []byte(c.text)}}, "spec.lu", nil)
			diff, small := disagreements(t, prog, 0, oracleStates)
			for _, d := range diff {
				t.Error(d)
			}
			if !small {
				t.Error("too large for the second judge")
			}
			for _, cell := range check(t, prog, 0, Options{}).Scenario().Cells {
				want, asked := map[string]Verdict{"anytime": c.anytime, "unit": c.unit}[cell.Level]
				if asked && (cell.Transfer == "t" || len(prog.Updates[0].Transfers) == 0) && cell.Verdict != want {
					t.Errorf("%s:%s is %v, want %v", cell.Level, cell.Transfer, cell.Verdict, want)
				}
			}
		})
	}
}

// TestSecondJudgeOnScenarios has the second judge look at every scenario.
func TestSecondJudgeOnScenarios(t *testing.T) {
	for _, name := range specs(t) {
		prog := load(t, name, nil)
		for i := range prog.Updates {
			diff, small := disagreements(t, prog, i, 50_000)
			for _, d := range diff {
				t.Errorf("%s: %s", name, d)
			}
			if !small {
				t.Logf("%s is too large for the second judge", name)
			}
		}
	}
}

// disagreements lists what the two judges see differently. Not small is a spec with more
// than the most states, which the slow one does not judge.
func disagreements(t *testing.T, prog *lang.Program, update, most int) (diff []string, small bool) {
	t.Helper()
	v, err := oracle.Judge(prog, update, oracle.Options{MaxStates: most})
	if errors.Is(err, oracle.ErrTooLarge) {
		return nil, false
	}
	if err != nil {
		t.Fatal(err)
	}
	a, err := Check(context.Background(), prog, prog.Updates[update], Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer a.Close()
	s := a.Scenario()
	same := func(what string, got, want any) {
		if g, w := fmt.Sprint(got), fmt.Sprint(want); g != w {
			diff = append(diff, fmt.Sprintf("%s: %s, the second judge says %s", what, g, w))
		}
	}
	sides := []struct {
		name string
		got  Side
		want oracle.Reached
	}{{"old", s.Old, v.Old}, {"new", s.New, v.New}}
	for _, side := range sides {
		same(side.name+" states", side.got.States, side.want.States)
		same(side.name+" steps", side.got.Steps, side.want.Steps)
		var got, want []string
		for _, f := range side.got.Failures {
			got = append(got, f.Kind)
		}
		for _, f := range side.want.Failures {
			want = append(want, f.Kind)
		}
		same(side.name+" failures", sortedKinds(got), sortedKinds(want))
	}
	if !a.r2.broken() {
		same("states after the switch", s.Switched.States, v.Switched)
	}
	for _, c := range s.Cells {
		i := slices.IndexFunc(v.Cells, func(o oracle.Cell) bool { return sameLevel(o.Level, c.Level) && o.Transfer == c.Transfer })
		if c.Transfer == transferAny {
			continue
		}
		if i < 0 {
			diff = append(diff, "the second judge has no cell "+c.Level+":"+c.Transfer)
			continue
		}
		compareCell(same, c, &v.Cells[i])
	}
	played, err := newReplay(prog, update)
	if err != nil {
		return append(diff, err.Error()), true
	}
	return append(diff, played.all(a)...), true
}

func sortedKinds(kinds []string) []string {
	slices.Sort(kinds)
	return slices.Compact(kinds)
}

func compareCell(same func(what string, got, want any), c *Cell, o *oracle.Cell) {
	name := c.Level + ":" + c.Transfer
	same(name, c.Verdict, o.Verdict)
	if c.Verdict == Broken {
		return
	}
	same(name+" points", fmt.Sprintf("%+v", c.Points), fmt.Sprintf("%+v", o.Points))
	switch c.Verdict {
	case Valid:
		same(name+" least steps", spell(c.Steps.Least), spell(o.Least))
		same(name+" greatest steps", spell(c.Steps.Greatest), spell(o.Greatest))
	case Invalid:
		same(name+" length of the counterexample", len(c.Trace.Steps), o.Shortest)
		same(name+" kind of failure", slices.Contains(o.Kinds, c.Trace.Failure.Kind), true)
	}
}

func spell(n *int) string {
	if n == nil {
		return "unbounded"
	}
	return fmt.Sprint(*n)
}
