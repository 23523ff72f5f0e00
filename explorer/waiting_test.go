package explorer

import (
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
)

// TestWaiting holds what levels cost against small systems whose ways can be counted by hand.
func TestWaiting(t *testing.T) {
	row := func(reached string, steps, units, of, clients int) LevelInfo {
		l := LevelInfo{Waiting: &Waiting{Reached: reached}, StandStill: &StandStill{Units: units, Of: of, Clients: clients}}
		if steps >= 0 {
			l.Waiting.Steps = &steps
		}
		return l
	}
	const never = -1
	for _, c := range []struct {
		name, text string
		want       map[string]LevelInfo
	}{
		// A call of u takes four steps: it is sent, received, answered, and the answer received.
		{"one call after the other", `client c { loop { call u.m() } }
			process u { on m() { reply } }
			process idle { on m() { reply } }
			update up { process u { on m() { reply; reply } } expect reboot valid }`, map[string]LevelInfo{
			"anytime": row("inevitable", 0, 0, 2, 0),
			"unit":    row("inevitable", 1, 1, 2, 0), // behind the reception only the answer is left
			"system":  row("inevitable", 3, 2, 2, 0), // behind the request all but that are left
			"reboot":  row("inevitable", 3, 2, 2, 1),
		}},
		// Two clients: at u there is always one of them, if they like.
		{"two that take turns", `client c[0..1] { loop { call u.m() } }
			process u { on m() { reply } }
			update up { process u { on m() { reply; reply } } }`, map[string]LevelInfo{
			"unit":   row("inevitable", 1, 1, 1, 0), // between an answer and the next reception it is idle
			"system": row("possible", 5, 1, 1, 0),   // one is to be answered, which takes two, and then the other's message waits
		}},
		{"never again", `client c { loop { call u.m() } }
			client d { send v.go() }
			process u { on m() { reply } }
			process v { on go() { await false } }
			process w[0..1] { on m() { } }
			update up { process v { on go() { } } process w { on m() { call u.m() } } }`, map[string]LevelInfo{
			"anytime": row("inevitable", 0, 0, 4, 0),
			"unit":    row("lost", never, 3, 4, 0),
			"system":  row("lost", never, 4, 4, 0),
		}},
		// Behind its reception u only fails, and that ends the wait; before the call, v comes to rest.
		{"its own failure", `client c { call u.m() }
			client d { loop { call v.m() } }
			process u { on m() { assert false; reply } }
			process v { on m() { reply } }
			update up { process u { on m() { reply } } process v { on m() { reply; reply } } }`, map[string]LevelInfo{
			"unit":   row("inevitable", 1, 2, 2, 0),
			"system": row("inevitable", 3, 2, 2, 0),
		}},
		{"no such moment", `client c { loop { call u.m() } }
			process u { on m() { reply } }
			stable nowhere when false
			update up { process u { on m() { reply; reply } } }`, map[string]LevelInfo{
			"state nowhere": row("lost", never, 1, 1, 0),
		}},
		{"some handlers touch it", `shared x: 0..1
			client c { loop { either { call u.touch() } or { call u.pass() }; call w[0].pass() } }
			process u { on touch() { x = 1 - x; reply } on pass() { reply } }
			process w[0..1] { on pass() { reply } }
			update up { shared x: 0..2; process w { on pass() { reply; reply } }
				process u { on touch() { x = if x == 1 then 0 else 1; reply } } expect data x invalid }`, map[string]LevelInfo{
			"data x": row("inevitable", 2, 1, 3, 0),
			"unit":   row("inevitable", 2, 3, 3, 0),
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			prog := loadFrom(t, fstest.MapFS{"spec.lu": {Data: []byte("system s\n" + c.text)}}, "spec.lu", nil)
			diff, _ := disagreements(t, prog, 0, oracleStates)
			for _, d := range diff {
				t.Error(d)
			}
			got := map[string]LevelInfo{}
			for _, l := range check(t, prog, 0, Options{}).Scenario().Levels {
				if _, asked := c.want[l.Level]; asked {
					got[l.Level] = LevelInfo{Waiting: l.Waiting, StandStill: l.StandStill}
				}
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}

// TestSystemCostsMore is the paper's section 4: for a local fix the frozen system is asked for
// in vain, and costs more in waiting and in units that stand still.
func TestSystemCostsMore(t *testing.T) {
	s := check(t, load(t, "scenarios/8a-local-fix.lu", nil), 0, Options{}).Scenario()
	verdicts, rows := map[string]Verdict{}, map[string]LevelInfo{}
	for _, c := range s.Cells {
		if c.Transfer == "none" {
			verdicts[c.Level] = c.Verdict
		}
	}
	for _, l := range s.Levels {
		rows[l.Level] = l
	}
	unit, system := rows["unit"], rows["system"]
	if verdicts["unit"] != Valid || verdicts["system"] != Valid {
		t.Fatalf("%v", verdicts)
	}
	if unit.Waiting.Reached != "inevitable" || system.Waiting.Reached != "possible" || *unit.Waiting.Steps >= *system.Waiting.Steps {
		t.Errorf("waiting: unit %+v, system %+v", unit.Waiting, system.Waiting)
	}
	if unit.Points <= system.Points || unit.StandStill.Units != 1 || system.StandStill.Units != system.StandStill.Of {
		t.Errorf("unit %+v, system %+v", unit.StandStill, system.StandStill)
	}
}

// TestGraphGivenUp explores an old version whose graph is too large to be kept: nothing is known of
// waiting, and all else is as before.
func TestGraphGivenUp(t *testing.T) {
	prog := load(t, "testdata/bench/w.lu", map[string]int64{"clients": 2, "chunks": 2})
	want := check(t, prog, 0, Options{}).Scenario()
	got := check(t, prog, 0, Options{waited: 1000}).Scenario()
	for i := range got.Levels {
		l := &got.Levels[i]
		if l.Waiting.Reached != "unknown" || l.Waiting.Steps != nil || l.Waiting.Reason == "" {
			t.Errorf("%s: %+v", l.Level, l.Waiting)
		}
		l.Waiting = want.Levels[i].Waiting
	}
	want.Stats, got.Stats = nil, nil
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("with and without the graph:\n%s", diff)
	}
}
