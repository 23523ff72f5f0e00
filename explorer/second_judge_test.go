package explorer

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
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
			diff, small := disagreements(t, prog, i, 10*oracleStates)
			for _, d := range diff {
				t.Errorf("%s: %s", name, d)
			}
			if !small {
				t.Errorf("%s is too large for the second judge", name)
			}
			expected := check(t, prog, i, Options{}).Scenario().Expected
			if len(expected) == 0 {
				t.Errorf("%s expects nothing", name)
			}
			for _, e := range expected {
				if e.Met == nil || !*e.Met {
					t.Errorf("%s: expect %s: it is %s", name, e.Text, e.Verdict)
				}
			}
		}
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
	for i := range s.Plans {
		comparePlan(same, &s.Plans[i], &v.Plans[i])
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
	if p.Completion == "completes" {
		same(name+" bound", spell(p.Steps.Greatest), spell(o.Bound))
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
