package explorer

import (
	"context"
	"fmt"
	"io/fs"
	"os"
	"path"
	"strings"
	"testing"
	"time"

	"github.com/lucheck/lucheck/lang"
)

// load reads a spec of the repository.
func load(t testing.TB, name string, params map[string]int64) *lang.Program {
	t.Helper()
	return loadFrom(t, os.DirFS(".."), name, params)
}

func loadFrom(t testing.TB, fsys fs.FS, name string, params map[string]int64) *lang.Program {
	t.Helper()
	prog, _, errs, err := lang.Load(fsys, name, lang.Options{Params: params})
	if err != nil {
		t.Fatal(err)
	}
	if errs.HasErrors() {
		t.Fatalf("%s: %v", name, errs)
	}
	return prog
}

func check(t testing.TB, prog *lang.Program, update int, opt Options) *Analysis {
	t.Helper()
	a, err := Check(context.Background(), prog, prog.Updates[update], opt)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(a.Close)
	return a
}

// specs lists the scenarios.
func specs(t testing.TB) []string { return specsIn(t, "scenarios") }

func specsIn(t testing.TB, dir string) []string {
	t.Helper()
	names, err := fs.Glob(os.DirFS(".."), dir+"/*.lu")
	if err != nil || len(names) == 0 {
		t.Fatalf("no specs: %v", err)
	}
	return names
}

// TestScenarios holds every scenario against its expect clauses. The paper's
// section stands at the head of each file.
func TestScenarios(t *testing.T) {
	for _, name := range specs(t) {
		prog := load(t, name, nil)
		for i, u := range prog.Updates {
			t.Run(path.Base(name)+"/"+u.Name, func(t *testing.T) {
				for _, s := range onAll(t, check(t, prog, i, Options{}), prog) {
					holdAgainst(t, s)
				}
			})
		}
	}
}

// onAll gives the scenarios of every machine, or the only one.
func onAll(t *testing.T, a *Analysis, prog *lang.Program) []*Scenario {
	if len(prog.Machines) == 0 {
		return []*Scenario{a.Scenario()}
	}
	var out []*Scenario
	for _, m := range prog.Machines {
		s, err := a.On(m)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, s)
	}
	return out
}

// holdAgainst compares a scenario with its expectations, and wants one of each cell.
func holdAgainst(t *testing.T, s *Scenario) {
	if len(s.Expected) == 0 {
		t.Error("no expectations")
	}
	for _, e := range s.Expected {
		if e.Met == nil || !*e.Met {
			t.Errorf("line %d: expect %s: came out %v", e.Place.Line, e.Text, e.Verdict)
		}
	}
	for _, c := range s.Cells {
		if c.Transfer != "any" && len(c.Expected) == 0 {
			t.Errorf("no expectation of %s:%s, which is %v", c.Level, c.Transfer, c.Verdict)
		}
	}
}

// TestNotStuck makes sure that no state of W is searched for a partial deadlock: the code
// rules them out.
func TestNotStuck(t *testing.T) {
	if check(t, load(t, "testdata/bench/w.lu", nil), 0, Options{}).model.Stuck() != nil {
		t.Error("every state is searched for a partial deadlock")
	}
}

// TestLimits makes sure that a limit gives unknown cells, never valid ones, and
// that what is invalid with a limit is invalid without.
func TestLimits(t *testing.T) {
	for _, name := range append(specs(t), specsIn(t, "testdata/judges")...) {
		prog := load(t, name, nil)
		full := check(t, prog, 0, Options{}).Scenario()
		total := int(full.Old.States + full.New.States + full.Switched.States)
		limits := []int{1, 2, 10, total / 4, total / 2, total * 3 / 4, total - 1}
		if total <= 40 {
			limits = numbers(total)
		}
		for _, most := range limits {
			cut := check(t, prog, 0, Options{MaxStates: max(most, 1)}).Scenario()
			for i, c := range cut.Cells {
				want := full.Cells[i].Verdict
				switch c.Verdict {
				case Unknown:
					if c.Reason == "" {
						t.Errorf("%s, %d states: %s:%s unknown without a reason", name, most, c.Level, c.Transfer)
					}
				case Invalid, Broken:
					if c.Verdict != want {
						t.Errorf("%s, %d states: %s:%s is %v, without limit %v", name, most, c.Level, c.Transfer, c.Verdict, want)
					}
				default:
					t.Errorf("%s, %d states: %s:%s is %v though incomplete", name, most, c.Level, c.Transfer, c.Verdict)
				}
			}
			waitingHolds(t, fmt.Sprintf("%s, %d states", name, most), full, cut)
		}
	}
}

// waitingHolds makes sure that how levels are reached is what it is without a limit, or unknown.
func waitingHolds(t *testing.T, name string, full, cut *Scenario) {
	t.Helper()
	for i, l := range cut.Levels {
		got, want := l.Waiting, full.Levels[i].Waiting
		unknown := got.Reached == "unknown" && got.Steps == nil && got.Reason != ""
		if !unknown && (got.Reached != want.Reached || spell(got.Steps) != spell(want.Steps)) {
			t.Errorf("%s: %s is reached %+v, not %+v", name, l.Level, got, want)
		}
	}
}

// numbers are those below n.
func numbers(n int) (out []int) {
	for i := range n {
		out = append(out, i)
	}
	return out
}

// TestCancelled makes sure that a context that is over leaves everything unknown.
func TestCancelled(t *testing.T) {
	ctx, cancel := context.WithTimeout(context.Background(), time.Nanosecond)
	defer cancel()
	<-ctx.Done()
	prog := load(t, "scenarios/1d-buffered-writes.lu", nil)
	a, err := Check(ctx, prog, prog.Updates[0], Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer a.Close()
	for _, c := range a.Scenario().Cells {
		if c.Verdict != Unknown || !strings.Contains(c.Reason, "timeout") {
			t.Errorf("%s:%s is %v: %s", c.Level, c.Transfer, c.Verdict, c.Reason)
		}
	}
}

// countdown is a context that is over after it has been asked some times.
type countdown struct {
	context.Context
	left *int
}

func (c countdown) Err() error {
	if *c.left--; *c.left < 0 {
		return context.DeadlineExceeded
	}
	return nil
}

// TestEndedAtAnyLook ends the exploration, or the passes after it, at every moment where
// they look: what they did not get to is unknown, and nothing else changes.
func TestEndedAtAnyLook(t *testing.T) {
	background := context.Background()
	for _, name := range specs(t) {
		prog := load(t, name, nil)
		full := check(t, prog, 0, Options{}).Scenario()
		endAtEveryLook(t, name+", exploring", full, func(over context.Context) (*Analysis, error) {
			return Check(over, prog, prog.Updates[0], Options{Closing: background})
		})
		endAtEveryLook(t, name+", closing", full, func(over context.Context) (*Analysis, error) {
			return Check(background, prog, prog.Updates[0], Options{Closing: over})
		})
	}
}

func endAtEveryLook(t *testing.T, name string, full *Scenario, check func(over context.Context) (*Analysis, error)) {
	unknown := true
	for moment := 0; unknown; moment++ {
		if moment > 1000 {
			t.Fatalf("%s: never decided", name)
		}
		unknown = false
		left := moment
		a, err := check(countdown{context.Background(), &left})
		if err != nil {
			t.Fatal(err)
		}
		for i, c := range a.Scenario().Cells {
			want := full.Cells[i].Verdict
			unknown = unknown || c.Verdict == Unknown && want != Unknown
			if c.Verdict != want && c.Verdict != Unknown {
				t.Errorf("%s, ended at look %d: %s:%s is %v, not %v", name, moment, c.Level, c.Transfer, c.Verdict, want)
			}
			if c.Verdict == Unknown && c.Reason == "" {
				t.Errorf("%s, ended at look %d: %s:%s unknown without a reason", name, moment, c.Level, c.Transfer)
			}
		}
		waitingHolds(t, fmt.Sprintf("%s, ended at look %d", name, moment), full, a.Scenario())
		a.Close()
		if moment == 0 && !unknown {
			t.Errorf("%s: decided without a look", name)
		}
	}
}

// TestDecide is the full table of how points make a verdict.
func TestDecide(t *testing.T) {
	for bits := range 1 << (classes + 2) {
		broken, complete := bits&1 == 1, bits&2 == 2
		var s tally
		for k := range classes {
			s.classes[k] = bits >> (2 + k) & 1
		}
		has := func(k class) bool { return s.classes[k] > 0 }
		want := Unknown
		switch {
		case broken:
			want = Broken
		case has(invalid):
			want = Invalid
		case !complete || has(undecided):
		case !has(immediate) && !has(eventual) && !has(possible) && !has(stray):
			want = Vacuous
		case has(stray):
			want = Stray
		case has(possible):
			want = Possible
		default:
			want = Valid
		}
		if got := decide(broken, complete, &s); got != want {
			t.Errorf("broken %v, complete %v, points %v: %v, want %v", broken, complete, s.classes, got, want)
		}
	}
	var zero Verdict
	if zero != Unknown {
		t.Error("the zero verdict is not unknown")
	}
}
