package explorer

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/lucheck/lucheck/explorer/search"
)

// TestFootprints re-tests, at every step of every scenario, what the model declares
// of its groups: that a step touches nothing but its footprint.
func TestFootprints(t *testing.T) {
	for _, name := range append(specs(t), "testdata/bench/w.lu") {
		prog := load(t, name, sizes(name))
		for i := range prog.Updates {
			var checked *search.Checked
			check(t, prog, i, Options{wrap: func(s search.System) search.System {
				checked = search.NewChecked(s)
				return checked
			}})
			if err := checked.Err(); err != nil {
				t.Errorf("%s: %v", name, err)
			}
		}
	}
}

// sizes keeps the bench family small where every step is tested.
func sizes(name string) map[string]int64 {
	if name == "testdata/bench/w.lu" {
		return map[string]int64{"clients": 2, "chunks": 1}
	}
	return nil
}

// TestSettings checks every scenario with settings that must not matter.
func TestSettings(t *testing.T) {
	for _, name := range append(specs(t), "testdata/bench/w.lu") {
		prog := load(t, name, sizes(name))
		for i := range prog.Updates {
			want := check(t, prog, i, Options{}).Scenario()
			for _, opt := range []search.Options{{MemoLimit: 1}, {Workers: 3, Piece: 2}, onDisk()} {
				got := check(t, prog, i, Options{search: opt}).Scenario()
				want.Stats, got.Stats = nil, nil
				if diff := cmp.Diff(want, got); diff != "" {
					t.Errorf("%s: with %+v:\n%s", name, opt, diff)
				}
			}
			again := check(t, prog, i, Options{}).Scenario()
			again.Stats = nil
			if diff := cmp.Diff(want, again); diff != "" {
				t.Errorf("%s: a second run differs:\n%s", name, diff)
			}
		}
	}
}

// TestTraces makes sure that every trace of every scenario is what it claims: each
// step is a step of the system, a counterexample ends in a failure, and a cell that
// is not valid has one.
func TestTraces(t *testing.T) {
	for _, name := range specs(t) {
		prog := load(t, name, nil)
		for i := range prog.Updates {
			a := check(t, prog, i, Options{})
			for _, c := range a.Scenario().Cells {
				e, err := a.Why(c.Level, c.Transfer)
				if err != nil {
					t.Fatal(err)
				}
				switch c.Verdict {
				case Invalid:
					if c.Failure != nil && e.Trace == nil {
						continue // without any run
					}
					if e.Trace == nil || e.Trace.End != "failure" || e.Trace.Failure == nil || e.Trace.Switch < 0 {
						t.Errorf("%s %s:%s is invalid without a counterexample through the switch", name, c.Level, c.Transfer)
					}
				case Valid:
					if e.Trace == nil || e.Trace.End != "in R2" || e.Trace.Switch < 0 {
						t.Errorf("%s %s:%s is valid without a witness", name, c.Level, c.Transfer)
					}
				case Possible:
					if e.Trace == nil || e.Trace.End != "cycle" || e.Trace.Loop <= e.Trace.Switch {
						t.Errorf("%s %s:%s is possible without a cycle after the switch", name, c.Level, c.Transfer)
					}
				case Vacuous:
					if len(e.Text) < 2 {
						t.Errorf("%s %s:%s is vacuous without a reason", name, c.Level, c.Transfer)
					}
				}
			}
			if _, err := a.Why("unit", "no such transfer"); err == nil {
				t.Errorf("%s: a cell that does not exist was explained", name)
			}
		}
	}
}
