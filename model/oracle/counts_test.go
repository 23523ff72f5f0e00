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

// kindsOf lists the kinds of failures, each once, sorted.
func kindsOf(failures []oracle.Failure) []string {
	var kinds []string
	for _, f := range failures {
		kinds = append(kinds, f.Kind)
	}
	slices.Sort(kinds)
	return slices.Compact(kinds)
}

// uncounted stands for a count that was not worked out.
const uncounted = -1

// TestCounts compares the exploration of tiny systems with counts worked out by hand.
func TestCounts(t *testing.T) {
	tests := []struct {
		name          string
		text          string
		states, steps int
		kinds         []string
	}{
		{"an assignment is a step", // x is 0, 1 or 2
			`shared x: 0..2
			client c { loop { x = (x + 1) mod 3 } }`, 3, 3, nil},
		{"choose has a successor for each element", // three from each of three
			`shared x: 0..2
			client c { loop { x = choose 0..2 } }`, 3, 9, nil},
		{"an empty branch is a step", // two from each of x = 0, 1
			`shared x: bool
			client c { loop { either { } or { x = true } } }`, 2, 4, nil},
		{"either takes only enabled branches", // x = false: the first; x = true: the second, back
			`shared x: bool
			client c { loop { either { await not x; x = true } or { await x; x = false } } }`,
			4, 4, nil}, // at the loop with x = 0, 1; behind each await
		{"silent control in a branch", // the branch is an assignment in the second round only
			`shared x: 0..1
			client c { var odd: bool = false; loop { either { if odd { x = 1 } } or { await false }; odd = not odd } }`,
			7, 7, nil}, // either and flip with x = 0 and odd = 0, then both with odd = 1, then both of x = 1
		{"atomic is one step, for each resolution that does not block",
			`shared x: 0..3
			client c { loop { atomic { x = choose 0..3; await x mod 2 == 0; x = x + 1 } } }`,
			3, 6, nil}, // x = 0, 1, 3; two resolutions from each
		{"a failing resolution is not counted", // x = 0..2 fine, 3 fails, from each of 1, 2, 3 and the initial 0
			`shared x: 0..3
			client c { loop { atomic { x = choose 0..3; x = x + 1 } } }`,
			4, 12, []string{oracle.KindRange}},
		{"a local counts only where it is live", // 3 before the choice, 9 behind it
			`shared x: 0..2
			client c { loop { var a: 0..2 = choose 0..2; x = a } }`, 12, 18, nil},
		{"a condition on own locals is no step", // at the assignments: a = 0, 1, x as the last branch left it
			`shared x: bool
			client c { var a: bool = false; loop { if a { x = true } else { x = false }; a = not a } }`,
			5, 5, nil}, // before x = false with x = 0, 1; flip; before x = true; flip
		{"a condition on shared data is one", // the branch, and the assignment that it leads to, twice
			`shared x: bool
			client c { loop { if x { x = false } else { x = true } } }`, 4, 4, nil},
		{"for counts through its range", // x = 1, 2 in turn
			`shared x: 0..2
			client c { loop { for i in 1..2 { x = i } } }`, 3, 3, nil}, // before 1 with x = 0 or 2; before 2
		{"call: sent, received, answered, reply received",
			`process u { on m() { reply } }
			client c { loop { call u.m() } }`, 4, 4, nil},
		{"a function's request starts it",
			`function u { on m() { reply } }
			client c { loop { call u.m() } }`, 3, 3, nil},
		{"a function goes on behind its reply, and blocks the next call",
			// at rest; active; replied and going on; from there the caller receives first, or the rest
			// runs first; all but the last with x = 0 and 1
			`shared x: bool
			function u { on m() { reply; x = true } }
			client c { loop { call u.m() } }`, 9, 11, nil},
		{"send waits for room", // mailbox empty or full, unit idle or active
			`process u { var v: bool; on m() { v = false } }
			client c { loop { send u.m() } }`, 4, 5, nil},
		{"signal drops the second of a kind", // as send, with a step to itself where the mailbox is full
			`process u { var v: bool; on m() { v = false } }
			client c { loop { signal u.m() } }`, 4, 7, nil},
		{"notes are part of the step before",
			`shared x: bool
			ghost g: bool
			client c { loop { x = not x; note g = x } }
			always g == x`, 2, 2, nil},
		{"a cycle without a step fails before there is a state",
			`shared x: bool
			client c { loop { } }`, 0, 0, []string{oracle.KindRange}},
		{"a violating state is not stored", // 0 and 1; the step from 1 to 2 fails
			`shared x: 0..2
			client c { loop { x = x + 1 } }
			always x < 2`, 2, 1, []string{oracle.KindInvariant}},
		{"everything ended is no deadlock",
			`shared x: bool
			client c { x = true }`, 2, 1, nil},
		{"calling oneself is a deadlock", // before, sent, received, sent to itself
			`process u { on m() { call u.n(); reply } on n() { reply } }
			client c { loop { call u.m() } }`, 4, 3, []string{oracle.KindDeadlock}},
		{"beside others it is a partial deadlock", // the same four, twice, nothing behind the last
			`shared x: bool
			process u { on m() { call u.n(); reply } on n() { reply } }
			client c { loop { call u.m() } }
			client d { loop { x = not x } }`, 8, 12, []string{oracle.KindPartialDeadlock}},
		{"nobody answers", // before, sent; received and ended without a reply
			`shared x: bool
			process u { on m() { } }
			client c { call u.m() }
			client d { loop { x = not x } }`, 6, 8, []string{oracle.KindPartialDeadlock}},
		{"a held caller may yet be answered",
			// c holds on: at rest, sent, received, held. d releases c in each of those states
			`process u { var who: caller; on wait() { hold who } }
			client c { call u.wait() }
			shared x: bool
			client d { loop { x = not x } }`, 8, 14, nil}, // u is idle and could answer: no partial deadlock
		{"two requests in a circle",
			`process a { on go() { call b.help(); reply } on help() { reply } }
			process b { on go() { call a.help(); reply } on help() { reply } }
			client c { call a.go() }
			client d { call b.go() }`, uncounted, uncounted, []string{oracle.KindDeadlock}},
		{"a message that the protocol does not allow", // before a; sent; received; answered; before the second
			`protocol p: c -> u { a b }
			process u { on a() { reply } on b() { reply } }
			client c { loop { call u.a(); call u.a() } }`, 5, 4, []string{oracle.KindProtocol}},
		{"an instance ends when the last message, sent, has been processed",
			`protocol p: c -> u { a b }
			process u { var v: bool; on a() { reply } on b() { v = false } }
			client c { loop { call u.a(); send u.b() } }`, 8, 9, nil},
		{"an unknown result is never asked for", // two requests, told apart by their values
			`process u { on m(k: 0..1) -> 0..1 { reply 1 - k } }
			shared x: 0..1
			client c { loop { x = call u.m(x) } }`, 8, 8, nil},
		{"arrays of units and self",
			`shared x: [0..1] bool
			process u[0..1] { on m() { x[self] = not x[self]; reply } }
			client c[0..1] { loop { call u[self].m() } }`, 100, 200, nil}, // 5 places times 2 values, squared
	}
	for _, c := range tests {
		t.Run(c.name, func(t *testing.T) {
			checkCounts(t, load(t, c.text, nil), c.states, c.steps, c.kinds)
		})
	}
}

// checkCounts explores the base system and compares states, steps and failures.
func checkCounts(t *testing.T, p *lang.Program, states, steps int, kinds []string) {
	t.Helper()
	got, err := oracle.Explore(p, -1, oracle.Old, oracle.Options{MaxStates: 1000})
	if err != nil {
		t.Fatal(err)
	}
	if found := kindsOf(got.Failures); !slices.Equal(found, kinds) {
		t.Errorf("failures %v, want %v", found, kinds)
	}
	if states != uncounted && (got.States != states || got.Steps != steps) {
		t.Errorf("%d states and %d steps, want %d and %d", got.States, got.Steps, states, steps)
	}
}

// TestClosedForms compares families of systems with formulas for their counts.
func TestClosedForms(t *testing.T) {
	power := func(base, exponent int) int {
		p := 1
		for range exponent {
			p *= base
		}
		return p
	}
	for _, size := range [][2]int{{1, 1}, {1, 5}, {2, 3}, {3, 4}, {4, 3}} {
		n, k := size[0], size[1]
		// n clients of k steps each, with nothing in common
		clients := fmt.Sprintf("client c[0..%d] { var at1: 0..%d = 0; loop { at1 = (at1 + 1) mod %d } }", n-1, k-1, k)
		// n clients, each with a process of its own that makes k assignments: at rest,
		// sent, before each assignment and the reply, answered
		calls := fmt.Sprintf("process u[0..%d] { var v: bool; on m() { %s reply } }\nclient c[0..%d] { loop { call u[self].m() } }",
			n-1, strings.Repeat("v = false; ", k), n-1)
		for _, c := range []struct {
			text   string
			states int
		}{{clients, power(k, n)}, {calls, power(k+4, n)}} {
			got, err := oracle.Explore(load(t, c.text, nil), -1, oracle.Old, oracle.Options{})
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(oracle.Reached{States: c.states, Steps: n * c.states}, got); diff != "" {
				t.Errorf("n = %d, k = %d\n%s\n%s", n, k, c.text, diff)
			}
		}
	}
}
