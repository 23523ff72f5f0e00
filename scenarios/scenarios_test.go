package scenarios_test

import (
	"context"
	"fmt"
	"io/fs"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/lucheck/lucheck/explorer"
	"github.com/lucheck/lucheck/lang"
	"github.com/lucheck/lucheck/scenarios"
	"github.com/lucheck/lucheck/scenarios/script"
)

// load gives a spec that must have neither errors nor warnings.
func load(t *testing.T, fsys fs.FS, name string) *lang.Program {
	t.Helper()
	p, _, errs, err := lang.Load(fsys, name, lang.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if len(errs) > 0 {
		t.Fatalf("%v", errs)
	}
	return p
}

// check decides an update's matrix.
func check(t *testing.T, p *lang.Program, u *lang.Update) *explorer.Scenario {
	t.Helper()
	return analyse(t, p, u).Scenario()
}

func analyse(t *testing.T, p *lang.Program, u *lang.Update) *explorer.Analysis {
	t.Helper()
	a, err := explorer.Check(context.Background(), p, u, explorer.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(a.Close)
	return a
}

// TestForm holds the files against what doc.go says of them.
func TestForm(t *testing.T) {
	form := regexp.MustCompile(`^[1-8][a-z][0-9]?-[a-z0-9-]+\.lu$`)
	ids := map[string]string{}
	names := scenarios.Names()
	if len(names) < 32 {
		t.Errorf("only %d scenarios are embedded", len(names))
	}
	for _, name := range names {
		if !form.MatchString(name) {
			t.Errorf("%s: the name is not <id>-<slug>.lu", name)
		}
		id, _, _ := strings.Cut(name, "-")
		if ids[id] != "" {
			t.Errorf("%s and %s have the same id", ids[id], name)
		}
		ids[id] = name
		text, err := scenarios.Read(name)
		if err != nil {
			t.Fatal(err)
		}
		if f, errs := lang.Parse(name, text); len(errs) > 0 || string(lang.Format(f)) != string(text) {
			t.Errorf("%s is not in the canonical layout: lucheck fmt -w scenarios/ (%v)", name, errs)
		}
		head, _, found := strings.Cut(string(text), "\nsystem ")
		if !found || !strings.HasPrefix(head, "// Paper ") || !strings.Contains(head, "What to look at:") {
			t.Errorf("%s: the comment before `system` names the paper's section and says what to look at", name)
		}
	}
}

// TestScenarios checks every scenario: each expectation is met, and each cell that
// this version decides has one.
func TestScenarios(t *testing.T) {
	for _, name := range scenarios.Names() {
		p := load(t, scenarios.FS, name)
		if len(p.Updates) == 0 {
			t.Errorf("%s has no update", name)
		}
		for _, u := range p.Updates {
			t.Run(name+"/"+u.Name, func(t *testing.T) {
				a := analyse(t, p, u)
				hold(t, a.Scenario(), len(p.Machines) > 0)
				for _, m := range p.Machines {
					s, err := a.On(m)
					if err != nil {
						t.Fatal(err)
					}
					hold(t, s, false)
				}
			})
		}
	}
}

// hold compares a scenario with its expectations; partly says that those on machines
// come later.
func hold(t *testing.T, s *explorer.Scenario, partly bool) {
	t.Helper()
	for _, e := range s.Expected {
		if e.Met == nil || !*e.Met {
			t.Errorf("expect %s: it is %s", e.Text, e.Verdict)
		}
	}
	for _, c := range s.Cells {
		if len(c.Expected) == 0 && c.Transfer != "any" && !partly {
			t.Errorf("%s:%s is %s, and nothing is expected of it", c.Level, c.Transfer, c.Verdict)
		}
	}
}

// TestPlans makes sure that something is expected of each plan, on each machine.
func TestPlans(t *testing.T) {
	seen := 0
	for _, name := range scenarios.Names() {
		p := load(t, scenarios.FS, name)
		for _, u := range p.Updates {
			a := analyse(t, p, u)
			all := []*explorer.Scenario{a.Scenario()}
			if len(p.Machines) > 0 {
				all = nil // what is expected on a machine is said of none else
			}
			for _, m := range p.Machines {
				s, err := a.On(m)
				if err != nil {
					t.Fatal(err)
				}
				all = append(all, s)
			}
			for _, s := range all {
				for _, plan := range s.Plans {
					if seen++; plan.Met == nil || !*plan.Met {
						t.Errorf("%s: nothing is expected of plan %s, or not what it is: %s, %s", name, plan.Plan, plan.Verdict, plan.Completion)
					}
				}
			}
		}
	}
	if seen < 14 {
		t.Errorf("only %d plans", seen)
	}
}

// TestSizes varies the sizes of scenarios whose verdicts do not depend on them.
func TestSizes(t *testing.T) {
	for _, c := range []struct {
		name   string
		params map[string]int64
	}{
		{"1a-bounds-check.lu", map[string]int64{"size": 3}},
		{"1b-bug-fix.lu", map[string]int64{"places": 3}},
		{"1b2-bug-fix-client.lu", map[string]int64{"places": 1}},
		{"1c-common-case.lu", map[string]int64{"buckets": 3, "numbers": 8}},
		{"1d-buffered-writes.lu", map[string]int64{"chunks": 1}},
		{"1d-buffered-writes.lu", map[string]int64{"chunks": 4}},
		{"1e-write-duration.lu", map[string]int64{"chunks": 2, "ticks": 3}},
		{"1e2-write-duration-imprecise.lu", map[string]int64{"chunks": 2, "ticks": 3}},
		{"2a-disk-driver.lu", map[string]int64{"apps": 1, "blocks": 3}},
		{"2c-recipients.lu", map[string]int64{"contents": 3}},
		{"2d-messages.lu", map[string]int64{"chunks": 1}},
		{"2d-messages.lu", map[string]int64{"chunks": 4}},
		{"2e-order.lu", map[string]int64{"contents": 3}},
		{"2f-meaning.lu", map[string]int64{"chunks": 1}},
		{"2f-meaning.lu", map[string]int64{"chunks": 4}},
		{"3a-process-identifier.lu", map[string]int64{"slots": 1, "pids": 3}},
		{"3d-inode.lu", map[string]int64{"files": 1, "limit": 3, "bytes": 4}},
		{"3e-ioctl-codes.lu", map[string]int64{"devices": 1, "groups": 3}},
		{"4a-inode-table.lu", map[string]int64{"files": 1}},
		{"4b-usage-counter.lu", map[string]int64{"files": 1}},
		{"4b2-usage-counter-hidden.lu", map[string]int64{"files": 1}},
		{"4c-random-numbers.lu", map[string]int64{"numbers": 4, "draws": 1}},
		{"5a-checkpoint-image.lu", map[string]int64{"pages": 3, "contents": 1}},
		{"5b-temporary-files.lu", map[string]int64{"symbols": 3}},
		{"5c-executable-format.lu", map[string]int64{"files": 2}},
		{"5c-executable-format.lu", map[string]int64{"codes": 3}},
		{"5d-spare-partition.lu", map[string]int64{"files": 2}},
		{"5d2-no-spare-partition.lu", map[string]int64{"files": 2, "uids": 3}},
		{"7a-update-aware.lu", map[string]int64{"apps": 2, "sectors": 3}},
		{"7b-driver-first.lu", map[string]int64{"apps": 2}},
		{"5e-access-count.lu", map[string]int64{"limit": 5}},
		{"8a-local-fix.lu", map[string]int64{"apps": 1, "lines": 2}},
	} {
		p, _, errs, err := lang.Load(scenarios.FS, c.name, lang.Options{Params: c.params})
		if err != nil || p == nil {
			t.Errorf("%s with %v: %v %v", c.name, c.params, err, errs)
			continue
		}
		for _, u := range p.Updates {
			for _, e := range check(t, p, u).Expected {
				if e.Met == nil || !*e.Met {
					t.Errorf("%s with %v, update %s: expect %s: it is %s", c.name, c.params, u.Name, e.Text, e.Verdict)
				}
			}
		}
	}
}

// TestCounts pins the numbers of states, steps and points of every scenario.
func TestCounts(t *testing.T) {
	pinned := map[string]bool{}
	script.Run(t, "../testdata/scenarios/*.txt", func(t *testing.T, c script.Case) string {
		if c.Command != "count" || len(c.Args) != 1 {
			t.Fatalf("a case is `count SCENARIO`, not %q with %q", c.Command, c.Args)
		}
		name := c.Args[0]
		pinned[name] = true
		p := load(t, scenarios.FS, name)
		var out strings.Builder
		for _, u := range p.Updates {
			s := check(t, p, u)
			fmt.Fprintf(&out, "%s: old %d %d, new %d %d, switched %d\n", u.Name,
				s.Old.States, s.Old.Steps, s.New.States, s.New.Steps, s.Switched.States)
			for _, l := range s.Levels {
				fmt.Fprintf(&out, "  %s %d\n", l.Level, l.Points)
			}
		}
		return out.String()
	})
	for _, name := range scenarios.Names() {
		if !pinned[name] {
			t.Errorf("the counts of %s are not pinned", name)
		}
	}
}

// TestFamilies compares what is counted with the formulas.
func TestFamilies(t *testing.T) {
	members := []scenarios.Member{
		scenarios.Cyclers(1, 1), scenarios.Cyclers(1, 5), scenarios.Cyclers(3, 4), scenarios.Cyclers(8, 3),
		scenarios.Philosophers(2), scenarios.Philosophers(3), scenarios.Philosophers(5), scenarios.Philosophers(9),
		scenarios.Independent(1, 1), scenarios.Independent(2, 1), scenarios.Independent(3, 2), scenarios.Independent(4, 1),
	}
	for _, m := range members {
		t.Run(m.Name, func(t *testing.T) {
			p := load(t, fstest.MapFS{"family.lu": {Data: []byte(m.Text)}}, "family.lu")
			s := check(t, p, p.Updates[0])
			count := func(c explorer.Counts) scenarios.Count {
				return scenarios.Count{States: int(c.States), Steps: int(c.Steps)}
			}
			if got := count(s.Old.Counts); got != m.Old {
				t.Errorf("old version: %+v, want %+v", got, m.Old)
			}
			if got := count(s.New.Counts); got != m.New {
				t.Errorf("new version: %+v, want %+v", got, m.New)
			}
			if int(s.Switched.States) != m.Switched {
				t.Errorf("%d states after the switch outside R2, want %d", s.Switched.States, m.Switched)
			}
			points := map[string]int{"anytime": m.Anytime, "unit": m.Unit}
			for _, l := range s.Levels {
				if want, named := points[l.Level]; named && int(l.Points) != want {
					t.Errorf("level %s has %d points, want %d", l.Level, l.Points, want)
				}
			}
			missed := slices.ContainsFunc(s.Expected, func(e explorer.Expectation) bool { return e.Met == nil || !*e.Met })
			if missed || len(s.Expected) != 2 {
				t.Errorf("expectations: %+v", s.Expected)
			}
		})
	}
}
