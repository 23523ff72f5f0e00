package explorer

import (
	"context"
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
		if diff := disagreements(t, prog); len(diff) > 0 {
			t.Errorf("seed %d:\n%s\n%s", seed, strings.Join(diff, "\n"), text)
		}
		judged++
	}
	t.Logf("%d specs", judged)
}

// TestSecondJudgeOnScenarios has the second judge look at every scenario.
func TestSecondJudgeOnScenarios(t *testing.T) {
	for _, name := range specs(t) {
		prog := load(t, name, nil)
		for i := range prog.Updates {
			for _, d := range disagreementsOf(t, prog, i, 50_000) {
				t.Errorf("%s: %s", name, d)
			}
		}
	}
}

func disagreements(t *testing.T, prog *lang.Program) []string {
	return disagreementsOf(t, prog, 0, oracleStates)
}

// disagreementsOf lists what the two judges see differently; nothing where the spec
// is too big for the slow one.
func disagreementsOf(t *testing.T, prog *lang.Program, update, most int) []string {
	t.Helper()
	v, err := oracle.Judge(prog, update, oracle.Options{MaxStates: most})
	if err != nil {
		return nil
	}
	a, err := Check(context.Background(), prog, prog.Updates[update], Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer a.Close()
	s := a.Scenario()
	var diff []string
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
		return append(diff, err.Error())
	}
	return append(diff, played.all(a)...)
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
