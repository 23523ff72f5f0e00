package explorer

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"testing/fstest"

	"pgregory.net/rapid"

	"github.com/lucheck/lucheck/explorer/search"
	"github.com/lucheck/lucheck/lang"
	"github.com/lucheck/lucheck/model/oracle"
	"github.com/lucheck/lucheck/model/oracle/gen"
)

// oracleStates bounds the specs that the slow judge is asked about, and oracleTrials how
// often it tries choices at a level to find out whether any transfer works. Of specs that
// somebody wrote it tries patientTrials.
const (
	oracleStates  = 2000
	oracleTrials  = 5000
	patientTrials = 50_000
)

// TestSecondJudge checks random small specs with the second judge, which shares no
// code with model and explorer: counts, verdicts, points of each class, steps and
// lengths of counterexamples must agree.
func TestSecondJudge(t *testing.T) {
	seeds := 600
	if testing.Short() {
		seeds = 25
	}
	specs := rapid.Custom(gen.Spec)
	judged, all := 0, &comparison{}
	for seed := range seeds {
		text := specs.Example(seed)
		prog := loadFrom(t, fstest.MapFS{"spec.lu": {Data: []byte(text)}}, "spec.lu", nil)
		both := compareJudges(t, prog, 0, oracleStates, oracleTrials)
		if len(both.diff) > 0 {
			t.Errorf("seed %d:\n%s\n%s", seed, strings.Join(both.diff, "\n"), text)
		}
		if both.small {
			judged++
		}
		all.add(both)
	}
	t.Logf("%d of %d specs were small enough", judged, seeds)
	if judged < seeds/2 {
		t.Error("the second judge has seen too few of them")
	}
	all.decidesMost(t)
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
			transfer := "none"
			if strings.Contains(c.text, "transfer t") {
				transfer = "t"
			}
			agreeOn(t, c.text, transfer, map[string]Verdict{"anytime": c.anytime, "unit": c.unit})
		})
	}
}

// TestSecondJudgeOnKeys has both judges look at messages that carry the key of a protocol
// in another place, or under another name, in the new version. Each verdict at anytime
// and at unit follows from definitions 1.8 and 2.2 by hand.
func TestSecondJudgeOnKeys(t *testing.T) {
	base := func(protocol, m, update string) string {
		return `system keys
			` + protocol + `
			process w {
				on go() { send u.m(0, 1); send u.m(0, 1); reply }
				on more() { send u.m(0, 1); reply } }
			process u mailbox 2 { var n: 0..1 = 0
				on m(` + m + `) { n = a } }
			client c { loop { call w.go() } }
			client d { loop { call w.more() } }
			update up { ` + update + `
				process w {
					on go() { send u.m(1, 0); send u.m(1, 1); reply }
					on more() { send u.m(1, 0); reply } } }`
	}
	const keyed = "protocol p(k: 0..1): w -> u { m }"
	const swapped = "process u { on m(k: 0..1, a: 0..1) { n = a } }"
	for _, c := range []struct {
		name, text    string
		anytime, unit Verdict
	}{
		{"the key moves", base(keyed, "a: 0..1, k: 0..1", swapped), Invalid, Invalid},
		{"the key moves, in a word of two", base("protocol p(k: 0..1): w -> u { m m? }", "a: 0..1, k: 0..1", swapped), Invalid, Invalid},
		{"the key stays, another name changes", base(keyed, "a: 0..1, k: 0..1", "process u { on m(b: 0..1, k: 0..1) { n = b } }"), Valid, Valid},
		{"the protocol is dropped", base(keyed, "a: 0..1, k: 0..1", "drop protocol p; "+swapped), Valid, Valid},
		{"the protocol is new, the name was there", base("", "a: 0..1, k: 0..1", keyed+swapped), Invalid, Invalid},
		{"the protocol is new, the name too", base("", "a: 0..1, b: 0..1", keyed+swapped), Valid, Valid},
		{"the protocol is new, old text has no key", base("", "a: 0..1, b: 0..1", keyed+"process u { on m(k: 0..1, a: 0..2) { n = k } }"), Invalid, Invalid},
		{"converted", base(keyed, "a: 0..1, k: 0..1", "convert u.m(a, k) -> (k, a); "+swapped), Invalid, Valid},
		{"adapted", base(keyed, "a: 0..1, k: 0..1", "adapt u.m(a, k) -> (k, a); "+swapped), Valid, Valid},
		{"only its sender is new", base(keyed, "a: 0..1, k: 0..1", "only w; "+swapped), Invalid, Invalid},
		{"only its recipient is new", base(keyed, "a: 0..1, k: 0..1", "only u; "+swapped), Invalid, Invalid},
	} {
		t.Run(c.name, func(t *testing.T) {
			agreeOn(t, c.text, "none", map[string]Verdict{"anytime": c.anytime, "unit": c.unit})
		})
	}
}

// TestSecondJudgeOnReboots has both judges look at data that begin, or cease, to be
// persistent. Each verdict at reboot follows from definitions section 4 by hand: the new
// version takes only 0, and only what was on the disk, or a transfer puts there, is 1.
func TestSecondJudgeOnReboots(t *testing.T) {
	spec := func(outside, inside, newOutside, newInside, transfer string) string {
		return `system disk
			` + outside + `
			process u { ` + inside + `
				on put() { n = 1; reply } }
			client c { loop { call u.put() } }
			update up { ` + newOutside + `
				process u { ` + newInside + `
					on put() { assert n == 0; reply } }
				` + transfer + `
				expect reboot valid }`
	}
	const begins = "persistent n: 0..1 = 0;"
	for _, c := range []struct {
		name, text string
		transfer   string
		reboot     Verdict
	}{
		{"stays on the disk", spec("", "persistent n: 0..1 = 0", "", "", ""), "none", Invalid},
		{"stays off the disk", spec("", "var n: 0..1 = 0", "", "", ""), "none", Valid},
		{"comes to the disk", spec("", "var n: 0..1 = 0", "", begins, ""), "none", Valid},
		{"comes to the disk, hidden before", spec("", "hidden n: 0..1 = 0", "", begins, ""), "none", Valid},
		{"comes to the disk with other values", spec("", "var n: 0..1 = 0", "", "persistent n: 0..2 = 0;", ""), "none", Valid},
		{"comes to the disk, shared before", spec("shared n: 0..1 = 0", "", "persistent n: 0..1 = 0", "", ""), "none", Valid},
		{"comes to the disk with its value", spec("", "var n: 0..1 = 0", "", begins, "transfer t { u.n = old.u.n }"), "t", Invalid},
		{"comes to the disk with its value, shared before", spec("shared n: 0..1 = 0", "", "persistent n: 0..1 = 0", "", "transfer t { n = old.n }"), "t", Invalid},
		{"is new for the transfer too", spec("", "var n: 0..1 = 0", "", begins, "transfer t { u.n = u.n }"), "t", Valid},
		{"leaves the disk", spec("", "persistent n: 0..1 = 0", "", "var n: 0..1 = 0;", ""), "none", Valid},
		{"leaves the disk, shared from now on", spec("persistent n: 0..1 = 0", "", "shared n: 0..1 = 0", "", ""), "none", Valid},
	} {
		t.Run(c.name, func(t *testing.T) { agreeOn(t, c.text, c.transfer, map[string]Verdict{"reboot": c.reboot}) })
	}
}

// TestSecondJudgeOnForgetting has both judges look at what a reboot does to a ghost. Each
// verdict follows from definitions section 4 by hand: the old version leaves 1 in it, and
// the new one, which writes nothing, wants 0.
func TestSecondJudgeOnForgetting(t *testing.T) {
	spec := func(outside, inside, ghost string) string {
		return `system history
			` + outside + `
			process u { ` + inside + `
				on put() { note g = 1; reply } }
			client c { loop { call u.put() } }
			update up {
				process u { on put() { assert ` + ghost + ` == 0; reply } }
				expect reboot valid }`
	}
	for _, c := range []struct {
		name, text string
		reboot     Verdict
	}{
		{"kept", spec("ghost g: 0..1", "", "g"), Invalid},
		{"forgotten", spec("volatile ghost g: 0..1", "", "g"), Valid},
		{"kept, of a unit", spec("", "ghost g: 0..1", "u.g"), Invalid},
		{"forgotten, of a unit", spec("", "volatile ghost g: 0..1", "u.g"), Valid},
		{"begins with one of two values, and is kept", spec("ghost g: -1..1 = choose -1..0", "", "g * (g + 1)"), Invalid},
		{"begins anew with one of two values", spec("volatile ghost g: -1..1 = choose -1..0", "", "g * (g + 1)"), Unknown}, // a restart that chooses
	} {
		t.Run(c.name, func(t *testing.T) { agreeOn(t, c.text, "none", map[string]Verdict{"reboot": c.reboot}) })
	}
}

// TestSecondJudgeOnConverts has both judges look at a message that is rewritten with new
// data while a transfer asks whether it waits. The data are carried over first.
func TestSecondJudgeOnConverts(t *testing.T) {
	agreeOn(t, `system converts
		client c { loop { call u.m(0) } }
		process u { var v: 0..1; on m(k: 0..1) { reply } }
		update up {
			shared t: 0..1 = 1
			process u { on m(k: 0..1) { reply; reply } }
			convert u.m(k) -> (t)
			transfer f { if count(m in old.u.waiting(m): true) > 0 { u.v = 0 } } }`, "f", map[string]Verdict{"unit": Valid})
}

// TestSecondJudgeOnPlans has both judges look at plans of every kind.
func TestSecondJudgeOnPlans(t *testing.T) {
	for _, name := range []string{"5d-migrate.lu", "7a-update-aware.lu"} {
		text, err := os.ReadFile("../testdata/lang/examples/" + name)
		if err != nil {
			t.Fatal(err)
		}
		t.Run(name, func(t *testing.T) {
			prog := loadFrom(t, fstest.MapFS{"spec.lu": {Data: text}}, "spec.lu", nil)
			diff, small := disagreements(t, prog, 0, 20_000)
			for _, d := range diff {
				t.Error(d)
			}
			if !small {
				t.Error("too large for the second judge")
			}
		})
	}
	// Two units, of which the first calls the second, with a message that may change.
	pair := func(update string) string {
		return `system pair
			type key = 0..1
			shared n: key = 0
			hidden h: key = 0
			protocol p: u -> v { n }
			client c { loop { call u.m() } }
			process u { converges to low; on m() { call v.n(n); reply } }
			process v { var k: key; on n(x: key) { n = 1 - x; h = 0; reply } }
			stable low when n == 0
			update up { ` + update + ` }`
	}
	const wider = "type key = 0..2; "
	const both = `process u { var s: 0..1; on m() { call v.n(n); s = 0; reply } }
		process v { var s: 0..1; on n(x: key) { n = 1 - x; h = 0; s = 0; reply } } `
	for _, c := range []struct{ name, text string }{
		{"the caller first, the callee first", pair(both + `
			plan a { stop u; stop v; replace u, v } plan b { stop v; stop u; replace u, v }`)},
		{"each new version for itself", pair(both + `
			plan a { stop u; replace u; stop v; replace v } plan b { replace v at unit; replace u at protocol p }
			plan c { replace v at anytime; replace u at data n } plan d { replace u at system; replace v at state low }`)},
		{"the form of a message changes", pair(wider + `
			process v { on n(x: key) { n = if x == 0 then 1 else 0; h = 0; reply } }
			transfer t { n = key(old.n); v.k = key(old.v.k) } transfer s { n = key(old.n) }
			plan a { stop u; stop v; replace u, v with t } plan b { replace v at unit with t; replace u at unit }
			plan c { replace u at unit with s; replace v at unit }`)},
		{"a convert, and an adapt", pair(wider + `
			process v { on n(x: key) { n = if x == 0 then 1 else 0; h = 0; reply } }
			transfer t { n = key(old.n); v.k = key(old.v.k); convert v.n(x) -> (key(x)) } transfer s { n = key(old.n) }
			plan a { replace v at unit with t; replace u at unit } plan b { replace u at anytime with s; replace v at anytime with t }`)},
		{"an adapt alone", pair(wider + `
			process v { on n(x: key) { n = if x == 0 then 1 else 0; h = 0; reply } }
			adapt v.n(x) -> (key(x))
			transfer t { n = key(old.n); v.k = key(old.v.k) }
			plan a { replace v at unit with t; replace u at unit } plan b { stop v; replace v with t; stop u; replace u }`)},
		{"a protocol that changes", pair(both + `
			protocol p: u -> v { n n }
			plan a { replace u at unit; replace v at unit } plan b { replace v at protocol p; replace u at protocol p }
			plan c { replace u at anytime; replace v at anytime }`)},
		{"a protocol whose initiator is a client", `system byclient
			protocol p: c -> u { m }
			client c { loop { call u.m() } }
			process u { on m() { reply } on o() { reply } }
			process v { on o() { reply } }
			update up {
				process u { var s: 0..1; on m() { s = 0; reply } } process v { on o() { reply; reply } }
				protocol p: c -> u { m m }
				plan a { replace v at unit; replace u at unit } plan b { replace u at protocol p; replace v at protocol p } }`},
		{"a protocol whose initiator is another", pair(both + `
			protocol p: v -> u { m }
			plan a { replace u at unit; replace v at unit } plan b { replace v at unit; replace u at unit }`)},
		{"hidden data with another type", pair(`hidden h: 0..2 = 0
			process u { var s: 0..1; on m() { call v.n(n); s = 0; reply } }
			process v { on n(x: key) { n = 1 - x; h = 0; reply } }
			plan a { replace u at unit; replace v at unit } plan b { replace v at unit; replace u at unit }`)},
		{"data that only one version has", pair(`shared k: key = 1
			drop data n
			process u { on m() { call v.n(k); reply } }
			process v { on n(x: key) { k = 1 - x; h = 0; reply } }
			transfer t { k = old.n }
			plan a { k = old.n; replace u, v at unit } plan b { replace u at unit with t; replace v at unit }
			plan c { var go = false; while not go { k = old.n; go = true; try replace u, v at unit when k == old.n else { go = false } } }
			plan d { k = old.n; stop u; replace u; k = old.n } plan e { k = 0; await k == old.n }`)},
		{"units added and dropped", `system come_and_go
			client c { loop { call u.m() } }
			process u { on m() { call v.n(); reply } }
			process v { on n() { reply } }
			update up {
				process u { on m() { call w.o(); reply } }
				drop process v
				process w { on o() { reply } }
				plan a { replace w at unit; replace u at unit; replace v at unit } plan b { replace u at unit; replace w at unit; replace v at unit }
				plan c { stop v; replace v; replace u, w at unit } plan d { stop w, u; replace w, u; stop v; replace v }
				plan e { try replace v at unit else { }; stop v; resume v; replace u, w at anytime } }`},
		{"functions", `system functions
			client c[0..1] { loop { call f.m() } }
			function f { on m() { call v.n(); reply } }
			process v { on n() { reply } }
			update up {
				function f { on m() { call v.n(); reply; reply } }
				process v { var s: 0..1; on n() { s = 0; reply } }
				plan a { replace f at unit; replace v at unit } plan b { stop v; replace f at unit; replace v }
				plan c { replace each f at anytime; stop v; replace v } }`},
		{"an array of units", `system rollout
			client c { loop { var i = choose 0..1; call u[i].m(0) } }
			process u[0..1] { var k: 0..1; on m(x: 0..1) { k = x; reply } }
			update up {
				process u { var k: 0..2; on m(x: 0..1) { k = if x == 0 then 1 else 0; reply } }
				transfer t { for i in 0..1 { u[i].k = old.u[i].k } }
				plan a { replace each u at unit } plan b { stop u; replace each u } plan c { stop u; replace u with t }
				plan d { try replace each u at unit when u[0].k == 0 else { } }
				plan e { replace each u at unit when old.u[1].k == 0 } plan f { try stop u else { }; replace each u at system } }`},
		{"instances that must understand each other", `system peers
			client c { loop { var i = choose 0..1; call u[i].m() } }
			process u[0..1] mailbox 2 { on m() { send u[1 - self].n(0); reply } on n(x: 0..1) { } }
			update up {
				process u { on m() { send u[1 - self].n(2); reply } on n(x: 0..2) { } }
				adapt u.n(x) -> (x)
				plan a { replace each u at unit } plan b { stop u; replace u } plan c { stop u; replace each u } }`},
		{"properties and repairs between the versions", pair(both + `
			always u.s == 0
			plan a { replace u at unit; replace v at unit } plan b { stop u; stop v; replace u; resume v; replace v at unit }`)},
		{"tries", pair(both + `
			plan a { try stop u else { replace u at anytime }; try stop v else { }; try replace u, v else { } }
			plan b { loop { try stop u at state low else { }; try replace u at unit when n == 0 else { resume u } } }
			plan c { either { replace u at unit } or { stop v; replace v }; replace u, v at system }`)},
		{"waiting for what the plan writes", `system opens
			shared go: bool = false
			client c { call u.m(); loop { call v.m() } }
			process u { on m() { await go; go = false; reply } }
			process v { on m() { reply } }
			update up {
				process v { on m() { reply; reply } }
				plan a { go = false; await not u.idle; go = true; replace v at unit } plan b { go = true; replace v at unit }
				plan c { atomic { await go; go = true }; replace v at unit } }`},
		{"the old version fails by itself", `system fails
			client c { loop { call u.m() } }
			process u { var k: 0..1; on m() { k = k + 1; reply } }
			update up { process u { on m() { k = 0; reply } }
				plan a { stop u; replace u } plan b { await u.k == 1; replace u at unit } plan c { assert u.k == 0; replace u at unit } }`},
	} {
		t.Run(c.name, func(t *testing.T) { agreeOn(t, c.text, "none", nil) })
	}
}

// agreeOn checks that both judges agree on a spec, and on what they say of some levels
// with a transfer.
func agreeOn(t *testing.T, text, transfer string, levels map[string]Verdict) {
	t.Helper()
	prog := loadFrom(t, fstest.MapFS{"spec.lu": {Data: []byte(text)}}, "spec.lu", nil)
	diff, small := disagreements(t, prog, 0, oracleStates)
	for _, d := range diff {
		t.Error(d)
	}
	if !small {
		t.Error("too large for the second judge")
	}
	asked := 0
	for _, cell := range check(t, prog, 0, Options{}).Scenario().Cells {
		want, is := levels[cell.Level]
		if !is || cell.Transfer != transfer {
			continue
		}
		if asked++; cell.Verdict != want {
			t.Errorf("%s:%s is %v, want %v", cell.Level, cell.Transfer, cell.Verdict, want)
		}
	}
	if asked != len(levels) {
		t.Errorf("%d cells with the transfer %s, want %d", asked, transfer, len(levels))
	}
}

// TestSecondJudgeOnFiles has both judges look at the small specs that once had a wrong
// verdict, or none: each says in its first line what it is about, and what must come out.
func TestSecondJudgeOnFiles(t *testing.T) {
	names, err := fs.Glob(os.DirFS(".."), "testdata/judges/*.lu")
	if err != nil || len(names) < 14 {
		t.Fatal(len(names), err)
	}
	for _, name := range names {
		prog := load(t, name, nil)
		for i := range prog.Updates {
			both := compareJudges(t, prog, i, 10*oracleStates, patientTrials)
			for _, d := range both.diff {
				t.Errorf("%s: %s", name, d)
			}
			if !both.small || both.decided < both.asked {
				t.Errorf("%s is too large for the second judge", name)
			}
			a := check(t, prog, i, Options{})
			scenarios := []*Scenario{a.Scenario()}
			for j, m := range prog.Machines {
				if j == 0 {
					scenarios = nil
				}
				s, err := a.On(m)
				if err != nil {
					t.Fatal(err)
				}
				scenarios = append(scenarios, s)
			}
			for _, s := range scenarios {
				if len(s.Expected) == 0 {
					t.Errorf("%s expects nothing", name)
				}
				for _, e := range s.Expected {
					if e.Met == nil || !*e.Met {
						t.Errorf("%s: expect %s: it is %s", name, e.Text, e.Verdict)
					}
				}
			}
		}
	}
}

// TestSecondJudgeOnScenarios has the second judge look at every scenario.
func TestSecondJudgeOnScenarios(t *testing.T) {
	all := &comparison{}
	for _, name := range specs(t) {
		prog := load(t, name, nil)
		for i := range prog.Updates {
			both := compareJudges(t, prog, i, 50_000, patientTrials)
			for _, d := range both.diff {
				t.Errorf("%s: %s", name, d)
			}
			if !both.small {
				t.Logf("%s is too large for the second judge", name)
			}
			all.add(both)
		}
	}
	all.decidesMost(t)
}

// comparison is what the two judges say of an update.
type comparison struct {
	diff  []string // what they see differently
	small bool     // else there are more states than the slow one judges
	// Whether any transfer works was asked, and decided by both, of so many levels where
	// none or a declared one does not work already.
	asked, decided int
	reduced        bool // one state of each orbit was stored
}

// settings are those with which the judges are compared, in turns: they must not matter.
var (
	settings = []Options{{}, {search: search.Options{Workers: 3, Piece: 1}}, {Symmetry: true}, {search: onDisk()}, {Symmetry: true, search: onDisk()}}
	compared atomic.Int64
)

// disagreements lists what the two judges see differently. Not small is a spec with more
// than the most states, which the slow one does not judge.
func disagreements(t *testing.T, prog *lang.Program, update, most int) (diff []string, small bool) {
	t.Helper()
	c := compareJudges(t, prog, update, most, oracleTrials)
	return c.diff, c.small
}

// add counts what was asked and decided of another update.
func (both *comparison) add(other *comparison) {
	both.asked, both.decided = both.asked+other.asked, both.decided+other.decided
}

// decidesMost makes sure that the slow judge did not leave too much undecided.
func (both *comparison) decidesMost(t *testing.T) {
	t.Helper()
	t.Logf("whether any transfer works was decided by both judges at %d of %d levels where that takes a search", both.decided, both.asked)
	if both.asked == 0 || both.decided < both.asked*3/4 {
		t.Error("that is too few")
	}
}

// compareJudges has both judges look at an update, on every machine.
func compareJudges(t *testing.T, prog *lang.Program, update, most, trials int) *comparison {
	t.Helper()
	both := &comparison{}
	limits := oracle.Options{MaxStates: most, Trials: trials}
	v, err := oracle.Judge(prog, update, limits)
	if errors.Is(err, oracle.ErrTooLarge) {
		return both
	}
	if err != nil {
		t.Fatal(err)
	}
	both.small = true
	opt := settings[int(compared.Add(1))%len(settings)]
	if len(prog.Updates[update].Symmetric) > 0 {
		opt = Options{Symmetry: true}
	}
	opt.Require = anywhere(t, prog, update)
	a, err := Check(context.Background(), prog, prog.Updates[update], opt)
	if err != nil {
		t.Fatal(err)
	}
	defer a.Close()
	s := a.Scenario()
	both.reduced = s.Stats.Symmetry != nil
	sides := []struct {
		name string
		got  Side
		want oracle.Reached
	}{{"old", s.Old, v.Old}, {"new", s.New, v.New}}
	for _, side := range sides {
		both.same(side.name+" states", side.got.States, side.want.States)
		both.same(side.name+" steps", side.got.Steps, side.want.Steps)
		var got, want []string
		for _, f := range side.got.Failures {
			got = append(got, f.Kind)
		}
		for _, f := range side.want.Failures {
			want = append(want, f.Kind)
		}
		both.same(side.name+" failures", sortedKinds(got), sortedKinds(want))
	}
	if !a.r2.broken() {
		both.same("states after the switch", s.Switched.States, v.Switched)
	}
	both.verdicts("", s, v)
	both.safePoints(a, v)
	played, err := newReplay(prog, update)
	if err != nil {
		both.diff = append(both.diff, err.Error())
		return both
	}
	both.diff = append(both.diff, played.all(a)...)
	for _, m := range prog.Machines {
		limits.Machine = m
		if s, err = a.On(m); err == nil {
			v, err = oracle.Judge(prog, update, limits)
		}
		if err != nil {
			t.Fatal(err)
		}
		both.verdicts("on "+m.Name+": ", s, v)
		both.safePoints(a, v)
	}
	return both
}

// safePoints compares how many points the weakest stable state admits, for each transfer.
func (both *comparison) safePoints(a *Analysis, v *oracle.Verdicts) {
	unit, _ := a.levelNamed("unit")
	for t, tr := range a.model.Transfers {
		if a.r2.broken() {
			return
		}
		n := 0
		for _, c := range a.predicates(t, unit).classes {
			if c.safe() {
				n += len(c.points)
			}
		}
		both.same("safe points with "+tr.Name, n, v.Safe[tr.Name])
	}
}

// anywhere asks of every level of an update's matrix whether any transfer works there.
func anywhere(t *testing.T, prog *lang.Program, update int) []*lang.Expect {
	t.Helper()
	a, err := prepare(context.Background(), prog, prog.Updates[update], Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer a.Close()
	var asked []*lang.Expect
	for _, l := range a.levels {
		asked = append(asked, &lang.Expect{Level: l, Verdict: "feasible"})
	}
	return asked
}

func (both *comparison) same(what string, got, want any) {
	if g, w := fmt.Sprint(got), fmt.Sprint(want); g != w {
		both.diff = append(both.diff, fmt.Sprintf("%s: %s, the second judge says %s", what, g, w))
	}
}

// verdicts compares the cells and the plans.
func (both *comparison) verdicts(machine string, s *Scenario, v *oracle.Verdicts) {
	same := func(what string, got, want any) { both.same(machine+what, got, want) }
	for _, c := range s.Cells {
		i := slices.IndexFunc(v.Cells, func(o oracle.Cell) bool { return sameLevel(o.Level, c.Level) && o.Transfer == c.Transfer })
		switch {
		case i < 0:
			same(c.Level+":"+c.Transfer, "there", "no such cell")
		case c.Transfer == transferAny:
			both.anyTransfer(same, s, c, &v.Cells[i])
		default:
			compareCell(same, c, &v.Cells[i])
		}
	}
	for i := range s.Levels {
		l := &s.Levels[i]
		k := slices.IndexFunc(v.Rows, func(o oracle.Row) bool { return sameLevel(o.Level, l.Level) })
		if k < 0 {
			same(l.Level, "there", "no such level")
			continue
		}
		compareRow(same, l, &v.Rows[k])
	}
	for i := range s.Plans {
		comparePlan(same, &s.Plans[i], &v.Plans[i])
	}
}

// compareRow compares what a level costs.
func compareRow(same func(what string, got, want any), l *LevelInfo, o *oracle.Row) {
	same(l.Level+" stands still", fmt.Sprintf("%+v", *l.StandStill), fmt.Sprintf("%+v", StandStill{o.Units, o.Of, o.Clients}))
	if l.Waiting.Reached != "unknown" || l.Waiting.Reason == "" {
		same(l.Level+" is reached", l.Waiting.Reached, o.Reached)
		same(l.Level+" is waited for", spell(l.Waiting.Steps), spell(o.Steps))
	}
}

// anyTransfer compares what is said of any transfer, where both have decided it.
func (both *comparison) anyTransfer(same func(what string, got, want any), s *Scenario, c *Cell, o *oracle.Cell) {
	searched := c.Failure == nil && slices.Contains([]Verdict{Unknown, Feasible, Infeasible}, c.Verdict) &&
		!slices.ContainsFunc(s.Cells, func(other *Cell) bool { return other.Level == c.Level && other.Verdict == Valid })
	if searched {
		both.asked++
	}
	if c.Verdict == Unknown || o.Verdict == Unknown.String() {
		return
	}
	same(c.Level+":"+c.Transfer, c.Verdict, o.Verdict)
	same(c.Level+":"+c.Transfer+" points", c.Points.Total, o.Points.Total)
	if searched {
		both.decided++
	}
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
	if c.Failure != nil {
		same(name+" kind of failure", slices.Contains(o.Kinds, c.Failure.Kind), true)
		return
	}
	switch c.Verdict {
	case Valid:
		same(name+" least steps", spell(c.Steps.Least), spell(o.Least))
		same(name+" greatest steps", spell(c.Steps.Greatest), spell(o.Greatest))
	case Invalid:
		same(name+" length of the counterexample", len(c.Trace.Steps), o.Shortest)
		same(name+" kind of failure", slices.Contains(o.Kinds, c.Trace.Failure.Kind), true)
	}
}

func comparePlan(same func(what string, got, want any), p *Plan, o *oracle.Plan) {
	name := "plan " + o.Plan
	same(name, p.Plan+" "+p.Verdict.String(), o.Plan+" "+o.Verdict)
	if p.Verdict == Broken || p.Verdict == Vacuous {
		return
	}
	same(name+" safety", p.Safety, map[string]string{"valid": "safe", "invalid": "failure"}[string(o.Safety)])
	same(name+" result", p.Result, o.Result)
	same(name+" completion", p.Completion, o.Completion)
	same(name+" gives up", p.GivesUp, o.GivesUp)
	same(name+" stopped", p.Stopped, o.Stopped)
	var after []string
	for _, s := range p.StoppedAfter {
		after = append(after, s.Verdict.String())
		if (s.Verdict == Invalid) != (s.Trace != nil) && p.Failure == nil {
			same(fmt.Sprint(name, " stopped after ", s.Replaced, ": it has a trace"), s.Trace != nil, s.Verdict == Invalid)
		}
	}
	same(name+" stopped after", after, o.StoppedAfter)
	if p.Completion == "completes" {
		same(name+" bound", spell(p.Steps.Greatest), spell(o.Bound))
	}
	if p.Failure != nil {
		same(name+" kind of failure", slices.Contains(o.Kinds, p.Failure.Kind), true)
		return
	}
	if p.Verdict == Invalid {
		same(name+" length of the counterexample", len(p.Trace.Steps), o.Shortest)
		same(name+" kind of failure", slices.Contains(o.Kinds, p.Trace.Failure.Kind), true)
	}
}

func spell(n *int) string {
	if n == nil {
		return "unbounded"
	}
	return fmt.Sprint(*n)
}
