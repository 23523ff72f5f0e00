package oracle_test

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/lucheck/lucheck/lang"
	"github.com/lucheck/lucheck/model/oracle"
)

// TestJudge compares verdicts on tiny updates with those worked out by hand. A cell
// is written as LEVEL:TRANSFER verdict, then the points of each class, then for
// invalid cells the kinds of the nearest failures.
func TestJudge(t *testing.T) {
	tests := []struct{ name, text, cells string }{
		{"old code finishes", // at rest, sent, received (old code goes on), answered
			`shared x: bool
			process u { on m() { reply } }
			client c { loop { call u.m() } }
			update n { process u { on m() { x = false; reply } } }`,
			`anytime:none valid 3 immediate 1 eventual, 0 to 1 steps
			unit:none valid 3 immediate, 0 to 0 steps
			system:none valid 1 immediate, 0 to 0 steps`},
		{"old code may loop for ever, if choose will have it",
			`shared x: bool
			process u { on m() { while choose bool { x = false }; reply } }
			client c { loop { call u.m() } }
			update n { process u { on m() { reply } } }`,
			// outside; at the reply; in the loop
			`anytime:none possible 3 immediate 1 eventual 2 possible, 0 to ? steps
			unit:none valid 3 immediate, 0 to 0 steps`},
		{"a send is owed room, however often it is taken by others",
			// u waits for room in v's mailbox, which f fills for ever
			`process u { on m() { send v.k(); reply } }
			process v { on k() { } }
			client c { call u.m() }
			client f { loop { send v.k() } }
			update n { process u { on m() { reply } } }`,
			`anytime:none valid`},
		{"an await is not owed its condition",
			// x is true in every other state of f
			`shared x: bool
			process u { on m() { await x; reply } }
			client c { call u.m() }
			client f { loop { x = not x } }
			update n { process u { on m() { reply } } }`,
			`anytime:none possible`},
		{"an await for what stays is",
			`shared x: bool
			process u { on m() { await x; reply } }
			client c { call u.m() }
			client f { x = true }
			update n { process u { on m() { reply } } }`,
			`anytime:none valid`},
		{"a value that the new version never has", // x = 0; x = 1, until the next call; x = 2 for ever
			`shared x: 0..2
			process u { on m() { x = (x + 1) mod 3; reply } }
			client c { loop { call u.m() } }
			update n {
				process u { on m() { x = if x == 2 then 2 else 0; reply } }
				transfer reset { x = 0 }
			}`,
			`unit:none stray 3 immediate 3 eventual 3 stray, 0 to ? steps
			unit:reset valid 9 immediate, 0 to 0 steps`},
		{"old code misses a variable that is gone", // 3 points outside, received is invalid
			`process u { var v: bool; on m() { v = false; reply } }
			client c { loop { call u.m() } }
			update n { process u { drop v; on m() { reply } } }`,
			`anytime:none invalid 3 immediate 1 eventual 1 invalid: type safety, 0 to ? steps
			unit:none valid 3 immediate, 0 to 0 steps`},
		{"another meaning needs a transfer", // at rest, sent, answered; reading u.v fails
			`type t = 0..1 means "a"
			process u { var v: t; on m() -> bool { reply v == t(0) } }
			client c { loop { var ok = call u.m(); assert ok, "zero" } }
			update n {
				type t = 0..1 means "b"
				transfer convert_it { u.v = t(old.u.v) }
			}`,
			`unit:none invalid 4 invalid: type safety
			unit:convert_it valid 4 immediate, 0 to 0 steps`},
		{"an extended type keeps its values",
			`type t = { a, b }
			process u { var v: t; on m() -> bool { reply v == a } }
			client c { loop { var ok = call u.m(); assert ok, "first" } }
			update n { extend type t = { c } }`,
			`unit:none valid 4 immediate, 0 to 0 steps`},
		{"a waiting message of old form", // sent is the invalid point
			`type t = 0..1 means "a"
			process u { on m(k: t) { reply } }
			client c { loop { call w.m() } }
			process w { on m() { call u.m(t(1)); reply } }
			update n {
				type t = 0..1 means "b"
				transfer rewrite { convert u.m(k) -> (t(k)) }
			}`,
			`system:none valid
			unit:none valid
			anytime:none invalid
			anytime:rewrite invalid`}, // old w waits for u; old u answers in either case; new calls of old w are refused
		{"a mailbox that becomes too small", // both wait: invalid unless u is idle and has room
			`process u mailbox 2 { on m() { reply } }
			client c[0..1] { loop { call u.m() } }
			update n { process u mailbox 1 { } }`,
			`unit:none invalid
			system:none valid 1 immediate, 0 to 0 steps`},
		{"a message for a unit that is gone",
			`process u { on m() { reply } }
			process w { on m() { call u.m(); reply } }
			client c { loop { call w.m() } }
			update n { drop process u; process w { on m() { reply } } }`,
			`anytime:none invalid
			unit:none valid
			system:none valid 1 immediate, 0 to 0 steps`},
		{"a new property is judged at the switch", // x = 0, 1 at rest
			`shared x: bool
			client c { loop { x = not x } }
			update n { always x or not x; shared y: bool }`,
			`anytime:none valid 2 immediate, 0 to 0 steps`},
		{"a new property that old states violate",
			`shared x: bool
			process u { on m() { x = not x; reply } }
			client c { loop { call u.m() } }
			update n { always not x; process u { on m() { reply } } }`,
			`anytime:none invalid 3 immediate 1 eventual 6 invalid: invariant, 0 to ? steps`},
		{"the new version alone fails",
			`shared x: 0..1
			process u { on m() { reply } }
			client c { loop { call u.m() } }
			update n { process u { on m() { x = x + 1; reply } } }`,
			`anytime:none broken
			unit:none broken`},
		{"no point at all", // u never rests
			`process u { on m() { reply; loop { v = not v } } var v: bool }
			client c { call u.m() }
			stable never when u.v and not u.v
			update n { process u { on m() { reply } } }`,
			`state never:none vacuous`},
		{"a protocol in progress at its unit level", // rest; a sent, answered; b sent, answered
			`protocol p: c -> u { a b }
			process u { on a() { reply } on b() { reply } }
			client c { loop { call u.a(); call u.b() } }
			shared x: bool
			update n { process u { on b() { x = false; reply } } }`,
			`unit:none valid 6 immediate, 0 to 0 steps
			protocol p:none valid 1 immediate, 0 to 0 steps
			system:none valid 2 immediate, 0 to 0 steps`},
		{"an assertion that the update repairs", // the old reply is wrong and passed over
			`process u { on m() -> 0..1 { reply 1 } }
			client c { loop { var r = call u.m(); assert r == 0, "zero" } }
			update n { process u { on m() -> 0..1 { reply 0 } } fixes "zero" }`,
			`unit:none valid
			anytime:none valid`},
		{"only a part is replaced", // v stays old, so the new version is out of reach
			`shared x: bool
			process u { on m() { call v.m(); reply } }
			process v { on m() { reply } }
			client c { loop { call u.m() } }
			update n {
				process u { on m() { call v.m(); x = false; reply } }
				process v { on m() { x = false; reply } }
				only u
			}`,
			`unit:none stray`},
		{"a history that the new protocol does not have is not checked",
			// behind a the instance is foreign; b ends it no more than c's rest does
			`protocol p: c -> u { a b }
			process u { on a() { reply } on b() { reply } }
			client c { loop { call u.a(); call u.b() } }
			shared x: bool
			update n {
				protocol p: c -> u { (a b)+ }
				process u { on a() { x = false; reply } }
			}`,
			`unit:none valid
			protocol p:none valid 1 immediate, 0 to 0 steps`},
	}
	for _, c := range tests {
		t.Run(c.name, func(t *testing.T) {
			checkCells(t, load(t, c.text, nil), c.cells)
		})
	}
}

// checkCells judges the first update and compares the cells, one a line, each as far
// as it is written out.
func checkCells(t *testing.T, p *lang.Program, cells string) {
	t.Helper()
	v, err := oracle.Judge(p, 0, oracle.Options{MaxStates: 2000})
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range strings.Split(cells, "\n") {
		want = strings.TrimSpace(want)
		name, _, _ := strings.Cut(want, ":")
		rest := strings.TrimPrefix(want, name+":")
		transfer, _, _ := strings.Cut(rest, " ")
		i := slices.IndexFunc(v.Cells, func(c oracle.Cell) bool { return c.Level == name && c.Transfer == transfer })
		if i < 0 {
			t.Errorf("there is no cell %s:%s", name, transfer)
			continue
		}
		if got := describe(v.Cells[i]); got != want && !strings.HasPrefix(got, want+" ") {
			t.Errorf("got  %s\nwant %s", got, want)
		}
	}
}

// describe writes a cell as TestJudge expects it.
func describe(c oracle.Cell) string {
	s := c.Name() + " " + c.Verdict
	for _, class := range []struct {
		count int
		name  string
	}{
		{c.Points.Immediate, "immediate"}, {c.Points.Eventual, "eventual"}, {c.Points.Possible, "possible"},
		{c.Points.Stray, "stray"}, {c.Points.Invalid, "invalid"},
	} {
		if class.count > 0 {
			s += fmt.Sprintf(" %d %s", class.count, class.name)
		}
	}
	if len(c.Kinds) > 0 {
		s += ": " + strings.Join(c.Kinds, ", ")
	}
	if c.Least != nil {
		s += fmt.Sprintf(", %d to ", *c.Least)
		if c.Greatest != nil {
			s += fmt.Sprintf("%d steps", *c.Greatest)
		} else {
			s += "? steps"
		}
	}
	return s
}

// TestReplay plays a run through the switch step by step.
func TestReplay(t *testing.T) {
	text, err := os.ReadFile("../../scenarios/1d-buffered-writes.lu")
	if err != nil {
		t.Fatal(err)
	}
	w, err := oracle.NewWorld(load(t, string(text), nil), 0)
	if err != nil {
		t.Fatal(err)
	}
	starts, failure := w.Start(oracle.Old)
	if failure != nil {
		t.Fatal(failure)
	}
	s := starts[0]
	value := func(path string) string {
		for _, f := range w.Render(s) {
			if f.Path == path {
				return f.Value
			}
		}
		return ""
	}
	for value("fs.buffered") != "1" || value("fs at") != "" {
		steps := w.Successors(s)
		if len(steps) == 0 || steps[0].To == nil {
			t.Fatalf("the run ends at %v", w.Render(s))
		}
		s = steps[0].To
	}
	if _, _, err := w.SwitchWith(s, "no such transfer"); err == nil {
		t.Error("a transfer that is not declared is accepted")
	}
	next, failure, err := w.SwitchWith(s, "flush")
	if failure != nil || err != nil {
		t.Fatal(failure, err)
	}
	if s = next; value("stored") != "1" || value("fs.buffered") != "" {
		t.Errorf("the buffer is not flushed: %v", w.Render(s))
	}
	if _, _, err := w.SwitchWith(s, "none"); err == nil {
		t.Error("a second switch is accepted")
	}
}

// TestLimits checks that a limit is an error and no verdict.
func TestLimits(t *testing.T) {
	p := load(t, `shared x: 0..99
		client c { loop { x = (x + 1) mod 100 } }
		update n { always true }`, nil)
	if v, err := oracle.Judge(p, 0, oracle.Options{MaxStates: 99}); err == nil {
		t.Errorf("100 states fit into 99: %+v", v)
	}
	if _, err := oracle.Judge(p, 0, oracle.Options{MaxStates: 100}); err != nil {
		t.Error(err)
	}
	if _, err := oracle.Judge(p, 1, oracle.Options{}); err == nil {
		t.Error("an update that is not there is judged")
	}
	if _, err := oracle.Judge(&lang.Program{Base: p.Base}, 0, oracle.Options{}); err == nil {
		t.Error("a spec without an update is judged")
	}
}
