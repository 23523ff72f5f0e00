package oracle_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/lucheck/lucheck/lang"
	"github.com/lucheck/lucheck/model/oracle"
)

// offlineTest is a spec whose rows reboot and hardware were worked out by hand: its
// update expects nothing, the test asks for the two rows.
type offlineTest struct{ name, text, cells string }

func checkOffline(t *testing.T, tests []offlineTest) {
	t.Helper()
	for _, c := range tests {
		t.Run(c.name, func(t *testing.T) {
			checkCells(t, askOffline(load(t, c.text, nil)), c.cells)
		})
	}
}

// askOffline lets the first update name the levels reboot and hardware.
func askOffline(p *lang.Program) *lang.Program {
	for _, kind := range []lang.LevelKind{lang.LevelReboot, lang.LevelHardware} {
		p.Updates[0].Expects = append(p.Updates[0].Expects, &lang.Expect{Level: lang.Level{Kind: kind}, Verdict: "valid"})
	}
	return p
}

// TestOfflineCache checks data in memory that have to do with data on the disk
// (definitions section 4, offline).
func TestOfflineCache(t *testing.T) {
	const cached = `persistent n: 0..1 = 0
		process u { var cache: 0..1 = 0; on flip() { atomic { n = 1 - n; cache = n }; reply } }
		client c { loop { call u.flip() } }
		always u.cache == n
		`
	checkOffline(t, []offlineTest{
		{"a cache that must agree with the disk", // at rest with n = 0, 1; the new version stays at 0
			cached + `update up { process u { on flip() { reply } } }`,
			`reboot:none invalid 1 immediate 1 invalid: invariant, 0 to ? steps
			hardware:none invalid 1 immediate 1 invalid: invariant, 0 to ? steps
			system:none stray 1 immediate 1 stray, 0 to ? steps`},
		{"a cache that need not agree before it is filled",
			cached + `update up {
				process u { var full: bool = false; on flip() { atomic { n = 1 - n; cache = n; full = true }; reply } }
				always u.cache == n or not u.full
			}`,
			`reboot:none valid 2 immediate, 0 to 0 steps
			hardware:none valid 2 immediate, 0 to 0 steps`},
		{"a cache with which the new version cannot reboot itself",
			cached + `update up { process u { on flip() { atomic { cache = 1 - n; n = cache }; reply } } }`,
			`unit:none valid 6 immediate, 0 to 0 steps
			reboot:none broken
			hardware:none broken`},
	})
}

// TestOfflineData checks what a reboot keeps and what it initialises anew.
func TestOfflineData(t *testing.T) {
	checkOffline(t, []offlineTest{
		{"a ghost that counts what a new counter on the disk counts from 0", // seen is 0, 1, 2 at rest
			`ghost seen: 0..2
			process u { var calls: 0..2 = 0
				on m() { atomic { calls = if calls < 2 then calls + 1 else 2; note seen = if seen < 2 then seen + 1 else 2 }; reply } }
			client c { loop { call u.m() } }
			update up {
				process u { drop calls; persistent count: 0..2 = 0
					on m() { atomic { count = if count < 2 then count + 1 else 2; note seen = if seen < 2 then seen + 1 else 2 }; reply } }
				always u.count == seen
				transfer keep { u.count = old.u.calls }
			}`,
			`reboot:none invalid 1 immediate 2 invalid: invariant, 0 to ? steps
			reboot:keep valid 3 immediate, 0 to 0 steps`},
		{"a generator whose position no transfer reaches", // it is 0..3 at rest
			`process gen { hidden pos: 0..3 = 0; on next() { pos = (pos + 1) mod 4; reply } }
			client c { loop { call gen.next() } }
			update up {
				process gen { on next() { pos = (pos + 2) mod 4; reply } }
				always gen.pos mod 2 == 0
			}`,
			`anytime:none invalid
			unit:none invalid
			system:none invalid 2 immediate 2 invalid: invariant, 0 to ? steps
			reboot:none valid 4 immediate, 0 to 0 steps`},
		{"data of the old version's memory that the new one has on the disk", // none was written there, if no transfer does
			`shared n: 0..1 = 0
			ghost g: 0..1
			process u { on flip() { atomic { n = 1 - n; note g = 1 - g }; reply } }
			client c { loop { call u.flip() } }
			update up { persistent n: 0..1 = 0; always n == g; transfer save { n = old.n } }`,
			`reboot:none invalid 1 immediate 1 invalid: invariant, 0 to ? steps
			reboot:save valid 2 immediate, 0 to 0 steps`},
	})
}

// TestOfflineRetyped checks data whose declaration changes.
func TestOfflineRetyped(t *testing.T) {
	const retyped = `type t = 0..1 means "a"
		CLASS v: t = t(1)
		process u { on get() -> bool { reply v == t(1) } }
		client c { loop { var ok = call u.get(); assert ok, "one" } }
		update up { type t = 0..1 means "b"; transfer convert_it { v = t(old.v) } }`
	checkOffline(t, []offlineTest{
		{"on the disk", strings.ReplaceAll(retyped, "CLASS", "persistent"),
			`reboot:none invalid 1 invalid: type safety
			reboot:convert_it valid 1 immediate, 0 to 0 steps`},
		{"in memory", strings.ReplaceAll(retyped, "CLASS", "shared"),
			`unit:none invalid 4 invalid: type safety
			reboot:none valid 1 immediate, 0 to 0 steps
			reboot:convert_it valid 1 immediate, 0 to 0 steps`},
		{"read by a client's note before its first step", // live it is never read again, nor written
			`type t = 0..1 means "a"
			persistent v: t = t(1)
			ghost was: bool
			process u { on m() { reply } }
			client c { note was = v == t(1); loop { call u.m() } }
			update up { type t = 0..1 means "b"; transfer convert_it { v = t(old.v) } }`,
			`system:none stray 1 stray
			reboot:none invalid 1 invalid: type safety
			reboot:convert_it valid 1 immediate, 0 to 0 steps`},
	})
}

// TestOfflineTransfers checks what lasts of a transfer, and how it fails.
func TestOfflineTransfers(t *testing.T) {
	// n and cache are both 0 or both 1 at rest, and differ after an odd reboot of either version
	checkOffline(t, []offlineTest{{"transfers", `persistent n: 0..1 = 0
		process u { var cache: 0..1 = 0; on flip() { atomic { n = 1 - n; cache = 1 - cache }; reply } }
		client c { loop { call u.flip() } }
		update up {
			process u { var more: bool; on flip() { atomic { n = 1 - n; cache = 1 - cache; more = false }; reply } }
			transfer through { u.cache = 1; u.more = true; n = u.cache }
			transfer zero { assert old.n == 0, "zero" }
			transfer wide { n = old.n + 1 }
		}`,
		`reboot:through valid 2 immediate, 0 to 0 steps
		reboot:zero invalid 1 immediate 1 invalid: assertion, 0 to ? steps
		reboot:wide invalid 1 immediate 1 invalid: range, 0 to ? steps`}})
}

// TestOfflinePoints checks which states the levels admit.
func TestOfflinePoints(t *testing.T) {
	const replaced = `update up { shared z: bool; process u { on m() { z = false; reply } } }`
	checkOffline(t, []offlineTest{
		{"a client that is never at rest",
			`process u { on m() { reply } }
			client c { while true { call u.m() } } ` + replaced,
			`system:none valid 1 immediate, 0 to 0 steps
			reboot:none vacuous
			hardware:none vacuous`},
		{"one of two clients is at rest", // a is at x = 1 and at x = 0
			`shared x: 0..1
			process u { on m() { reply } }
			client a { loop { x = 1; x = 0 } }
			client c { loop { call u.m() } } ` + replaced,
			`system:none valid 2 immediate, 0 to 0 steps
			reboot:none valid 1 immediate, 0 to 0 steps`},
		{"a client that has ended", // n = 1 at its beginning is reached by a reboot only
			`persistent n: 0..1
			process u { on m() { n = 1 - n; reply } }
			client c { call u.m() }
			update up { shared z: bool; process u { on m() { atomic { n = 1 - n; z = false }; reply } } }`,
			`system:none valid 2 immediate, 0 to 0 steps
			reboot:none valid 1 immediate, 0 to 0 steps`},
		{"a deadlock is no point", // at rest with x, and without
			`shared x: bool = true
			process u { on m() { x = false; reply } }
			client c { loop { await x; call u.m() } }
			update up { process u { on m() { x = true; reply } } }`,
			`system:none valid 2 immediate, 0 to 0 steps
			reboot:none valid 1 immediate, 0 to 0 steps`},
		{"a protocol in progress is none behind it", // at rest before open and before close
			`protocol p: c -> u { m close }
			process u { on m() { reply } on close() { reply } }
			client c { var o: bool = false; loop { if o { call u.close() } else { call u.m() } o = not o } } ` + replaced,
			`protocol p:none valid 2 immediate, 0 to 0 steps
			reboot:none valid 2 immediate, 0 to 0 steps`},
	})
}

// TestOfflineReach checks what becomes of a system after a reboot.
func TestOfflineReach(t *testing.T) {
	// at rest n is 0, 1 and 2; the new version alone has 0 and 1
	const counting = `persistent n: 0..2 = 0
		process u { on m() { n = (n + 1) mod 3; reply } }
		client c { loop { call u.m() } }
		`
	checkOffline(t, []offlineTest{
		{"R2 is inevitable", // sent, received, written
			counting + `update up { process u { on m() { n = if n == 1 then 0 else 1; reply } } }`,
			`reboot:none valid 2 immediate 1 eventual, 0 to 3 steps`},
		{"R2 can be put off",
			counting + `update up { shared z: bool; process u { on m() { while choose bool { z = false }; n = if n == 1 then 0 else 1; reply } } }`,
			`reboot:none possible 2 immediate 1 possible, 0 to ? steps`},
		{"R2 is out of reach",
			counting + `update up { process u { on m() { n = if n == 2 then 2 else 1 - n; reply } } }`,
			`reboot:none stray 2 immediate 1 stray, 0 to ? steps`},
		{"a failure later on",
			counting + `update up { process u { on m() { assert n < 2, "no two"; n = 1 - n; reply } } }`,
			`reboot:none invalid 2 immediate 1 invalid: assertion, 0 to ? steps`},
		{"what only leaves out stays old, rebooted or not",
			`shared x: bool
			process u { on m() { call v.m(); reply } }
			process v { on m() { reply } }
			client c { loop { call u.m() } }
			update up {
				process u { on m() { call v.m(); x = false; reply } }
				process v { on m() { x = false; reply } }
				only u
			}`,
			`unit:none stray
			reboot:none stray 1 stray`},
		{"an assertion that the update repairs is judged after a reboot", // the disk still has the wrong value
			`persistent n: 0..1 = 1
			process u { on m() -> 0..1 { reply n } }
			client c { loop { var r = call u.m(); assert r == 0, "zero" } }
			update up { persistent n: 0..1 = 0; fixes "zero"; transfer heal { n = 0 } }`,
			`reboot:none invalid 1 invalid: assertion
			reboot:heal valid 1 immediate, 0 to 0 steps`},
	})
}

// disk is the data of some of rebootingTests.
const disk = `persistent n: 0..1 = 0
	shared v: 0..1 = 0
	`

// rebootingTests are specs whose new versions, alone and with reboots of their own, were
// counted by hand.
var rebootingTests = []struct {
	name, text    string
	alone, closed int // states
	kinds         []string
	cells         string
}{
	// five states for each flip; n and v are equal until an odd reboot, and differ then
	{"states that only a reboot leads to", disk + `process u { on m() { atomic { n = 1 - n; v = 1 - v }; reply } }
		client c { loop { call u.m() } }
		update up { shared z: bool; process u { on m() { atomic { n = 1 - n; v = 1 - v; z = false }; reply } } }`,
		10, 20, nil, "reboot:none valid 2 immediate, 0 to 0 steps"},
	{"a client that ends and begins again", disk + `process u { on m() { n = 1 - n; reply } }
		client c { call u.m() }
		update up { process u { on m() { atomic { n = 1 - n; v = 0 }; reply } } }`,
		6, 12, nil, "reboot:none valid 1 immediate, 0 to 0 steps"},
	// at rest, sent, received, written, answered, with 1 or 2 starts
	{"a ghost that counts starts", `ghost starts: 0..2
		process u { on m() { reply } }
		client c { note starts = if starts < 2 then starts + 1 else 2; loop { call u.m() } }
		update up { shared z: bool; process u { on m() { z = false; reply } } }`,
		5, 10, nil, "reboot:none valid 1 immediate, 0 to 0 steps"},
	{"a ghost that cannot count a second start", `ghost starts: 0..1
		process u { on m() { reply } }
		client c { note starts = starts + 1; loop { call u.m() } }
		update up { shared z: bool; process u { on m() { z = false; reply } } }`,
		5, 5, []string{oracle.KindRange}, "unit:none valid\nreboot:none broken"},
	{"a failing step behind a reboot", disk + `process u { on m() { atomic { n = 1 - n; v = 1 - v }; reply } }
		client c { loop { call u.m() } }
		update up { process u { on m() { assert n == v, "equal"; atomic { n = 1 - n; v = 1 - v }; reply } } }`,
		12, 15, []string{oracle.KindAssertion}, "unit:none valid\nreboot:none broken"},
}

// TestRebooting checks R2 closed under reboots: its states, and what fails in it.
func TestRebooting(t *testing.T) {
	for _, c := range rebootingTests {
		t.Run(c.name, func(t *testing.T) {
			p := askOffline(load(t, c.text, nil))
			v, err := oracle.Judge(p, 0, oracle.Options{})
			if err != nil {
				t.Fatal(err)
			}
			got := []any{v.New.States, v.Rebooting.States, kindsOf(v.Rebooting.Failures)}
			if diff := cmp.Diff([]any{c.alone, c.closed, c.kinds}, got); diff != "" {
				t.Errorf("states alone, states with reboots, kinds of failures: -want +got\n%s", diff)
			}
			checkCells(t, p, c.cells)
		})
	}
}

// TestReplayOffline plays a run of the old version to a reboot. The state behind it is
// one that the new version has only after a reboot of its own.
func TestReplayOffline(t *testing.T) {
	p := load(t, `persistent n: 0..1 = 0
		shared v: 0..1 = 0
		process u { on m() { atomic { n = 1 - n; v = 1 - v }; reply } }
		client c { loop { call u.m() } }
		update up {
			shared z: bool = false
			process u { on m() { atomic { n = 1 - n; v = 1 - v; z = false }; reply } }
			transfer refuse { assert old.n == 0, "zero" }
		}`, nil)
	w, err := oracle.NewWorld(p, 0)
	if err != nil {
		t.Fatal(err)
	}
	s := walkTo(t, w, 5) // sent, received, flipped, answered, at rest
	if _, _, err := w.SwitchOffline(s, "no such transfer"); err == nil {
		t.Error("a transfer that is not declared is accepted")
	}
	if next, failure, err := w.SwitchOffline(s, "refuse"); next != nil || failure == nil || failure.Kind != oracle.KindAssertion || err != nil {
		t.Errorf("the transfer gives %v, %v, %v", next, failure, err)
	}
	next, failure, err := w.SwitchOffline(s, "none")
	if failure != nil || err != nil {
		t.Fatal(failure, err)
	}
	if got, want := fmt.Sprint(w.Observe(next)), "[{n 1} {v 0} {z false} {u.waiting []}]"; got != want {
		t.Errorf("behind the reboot there is %s, want %s", got, want)
	}
	if _, _, err := w.SwitchOffline(next, "none"); err == nil {
		t.Error("a second switch is accepted")
	}
	checkMembers(t, w, next)
}

// checkMembers checks that a state is one of the new version with reboots but not of
// the new version without, and that another reboot changes nothing.
func checkMembers(t *testing.T, w *oracle.World, s *oracle.State) {
	t.Helper()
	alone, err := w.Members(oracle.New, oracle.Options{})
	if err != nil {
		t.Fatal(err)
	}
	closed, err := w.MembersOffline(oracle.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if alone(s) || !closed(s) {
		t.Errorf("in R2: %t, in R2 closed under reboots: %t", alone(s), closed(s))
	}
	if again, failure := w.Reboot(s); failure != nil || again.Key() != s.Key() {
		t.Errorf("a second reboot gives %v, %v", again, failure)
	}
	if _, err := w.MembersOffline(oracle.Options{MaxStates: 19}); err == nil {
		t.Error("20 states fit into 19")
	}
}

// walkTo follows the first step of each state of the old version.
func walkTo(t *testing.T, w *oracle.World, steps int) *oracle.State {
	t.Helper()
	starts, failure := w.Start(oracle.Old)
	if failure != nil {
		t.Fatal(failure)
	}
	s := starts[0]
	for range steps {
		next := w.Successors(s)
		if len(next) == 0 || next[0].To == nil {
			t.Fatalf("the run ends at %v", w.Render(s))
		}
		s = next[0].To
	}
	return s
}

// TestOfflineRows checks that the two levels have rows only where they are named, and
// the length of the shortest failure.
func TestOfflineRows(t *testing.T) {
	const text = `persistent n: 0..1 = 0
		process u { var cache: 0..1 = 0; on flip() { atomic { n = 1 - n; cache = n }; reply } }
		client c { loop { call u.flip() } }
		always u.cache == n
		update up { process u { on flip() { reply } } EXPECT }`
	for expect, want := range map[string][]string{"": nil, "expect reboot invalid": {"reboot:none"}, "expect hardware invalid": {"hardware:none"}} {
		v, err := oracle.Judge(load(t, strings.ReplaceAll(text, "EXPECT", expect), nil), 0, oracle.Options{})
		if err != nil {
			t.Fatal(err)
		}
		var rows []string
		for _, c := range v.Cells {
			if !strings.HasPrefix(c.Level, "reboot") && !strings.HasPrefix(c.Level, "hardware") {
				continue
			}
			rows = append(rows, c.Name())
			if c.Shortest != 6 { // sent, received, flipped, answered, at rest; the switch fails
				t.Errorf("%s: the shortest failure has %d steps, want 6", c.Name(), c.Shortest)
			}
		}
		if !slices.Equal(rows, want) {
			t.Errorf("%q gives the rows %v", expect, rows)
		}
		if (v.Rebooting.States > 0) != (want != nil) {
			t.Errorf("%q: %d states of the new version with reboots", expect, v.Rebooting.States)
		}
	}
}
