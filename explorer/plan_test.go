package explorer

import (
	"context"
	"testing"
)

// TestPlansWithLimits makes sure that what is said of a plan with a limit, or when the passes
// are ended at any moment, is said without one too, or is unknown.
func TestPlansWithLimits(t *testing.T) {
	for _, name := range []string{"scenarios/4a-inode-table.lu", "testdata/judges/plan-stopped-after.lu"} {
		prog := load(t, name, nil)
		whole := check(t, prog, 0, Options{})
		full, states := whole.Scenario().Plans, 0
		for most := 1; ; most += 1 + states/20 {
			a := check(t, prog, 0, Options{MaxStates: most})
			states = int(a.space.Len())
			if !plansHold(t, name, full, a.Scenario().Plans) {
				break
			}
		}
		for moment := 0; ; moment++ {
			left := moment
			a, err := Check(context.Background(), prog, prog.Updates[0], Options{Closing: countdown{context.Background(), &left}})
			if err != nil {
				t.Fatal(err)
			}
			open := plansHold(t, name, full, a.Scenario().Plans)
			a.Close()
			if moment == 0 && !open {
				t.Errorf("%s: decided without a look", name)
			}
			if !open {
				break
			}
		}
	}
}

// plansHold compares what is said of plans with what should be; open says that something is
// not decided.
func plansHold(t *testing.T, name string, want, got []Plan) (open bool) {
	t.Helper()
	same := func(plan, what string, got, want Verdict) {
		if got != want && got != Unknown {
			t.Errorf("%s, plan %s%s is %v, not %v", name, plan, what, got, want)
		}
		open = open || got != want
	}
	for i, p := range got {
		same(p.Plan, "", p.Verdict, want[i].Verdict)
		same(p.Plan, ": its result", p.Result, want[i].Result)
		for _, said := range [][2]string{{p.Safety, want[i].Safety}, {p.Completion, want[i].Completion}} {
			if said[0] != said[1] && said[0] != "unknown" {
				t.Errorf("%s, plan %s: %s, not %s", name, p.Plan, said[0], said[1])
			}
		}
		same(p.Plan, " stopped", p.Stopped, want[i].Stopped)
		for k, s := range p.StoppedAfter {
			same(p.Plan, " stopped after "+string(rune('0'+k)), s.Verdict, want[i].StoppedAfter[k].Verdict)
		}
	}
	return open
}

// TestStoppedAfter asks why plans are valid or not where they stop for good.
func TestStoppedAfter(t *testing.T) {
	a := check(t, load(t, "testdata/judges/plan-stopped-after.lu", nil), 0, Options{})
	for _, c := range []struct {
		level   string
		verdict Verdict
		halts   bool // in the trace the plan stands still
	}{
		{"plan held stopped after 0", Valid, false},
		{"plan held stopped after 1", Invalid, true},
		{"plan held stopped after 2", Valid, false},
		{"plan at_once stopped after 2", Vacuous, false},
		{"plan at_once stopped after 3", Invalid, false}, // it is over by itself
		{"plan told_all stopped after 0", Invalid, true},
	} {
		e, err := a.Why(c.level, "none")
		if err != nil {
			t.Fatal(err)
		}
		if e.Cell.Verdict != c.verdict || (e.Trace != nil) != (c.verdict == Invalid) {
			t.Errorf("%s is %v, with a trace: %v", c.level, e.Cell.Verdict, e.Trace != nil)
			continue
		}
		halts := false
		for i := 0; e.Trace != nil && i < len(e.Trace.Steps); i++ {
			halts = halts || e.Trace.Steps[i].Kind == "halt"
		}
		if halts != c.halts {
			t.Errorf("%s: the plan stands still in the trace: %v", c.level, halts)
		}
		if e.Trace != nil && (e.Trace.End != "failure" || !e.Trace.Steps[len(e.Trace.Steps)-1].Fails) {
			t.Errorf("%s: its trace does not end in the failure", c.level)
		}
	}
	for _, name := range []string{"plan held stopped after 4", "plan held stopped after", "plan held stopped  after 1", "plan no stopped after 1"} {
		if _, err := a.Why(name, "none"); err == nil {
			t.Errorf("%q was explained", name)
		}
	}
}
