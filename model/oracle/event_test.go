package oracle_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/lucheck/lucheck/lang"
	"github.com/lucheck/lucheck/model/oracle"
)

// TestEvent compares the points of the level event with those worked out by hand. In
// all systems the update changes b, and only in what it does and leaves undone, so
// every point at which b is idle is immediate.
func TestEvent(t *testing.T) {
	const update = `
		shared z: bool
		update n { process b { on m() { z = false; reply } } }`
	tests := []struct{ name, text, cells string }{
		{"a chain of calls to the unit", // at rest; can until b runs; then has, also when c is answered
			`client c { loop { call a.go() } }
			process a { on go() { z = false; call b.m(); z = false; reply } }
			process b { on m() { reply } }`,
			`unit:none valid 9 immediate, 0 to 0 steps
			event:none valid 1 immediate, 0 to 0 steps
			system:none valid 1 immediate, 0 to 0 steps`},
		{"what has taken part is forgotten with the reply", // the client at either statement
			`client c { loop { call a.go(); z = false } }
			process a { on go() { call b.m(); reply } }
			process b { on m() { reply } }`,
			`event:none valid 2 immediate, 0 to 0 steps
			system:none valid 2 immediate, 0 to 0 steps`},
		{"a chain that never comes to the unit",
			`client c { loop { call a.go() } }
			process a { on go() { z = false; reply } }
			process b { on m() { reply } }`,
			`anytime:none valid 5 immediate, 0 to 0 steps
			event:none valid 5 immediate, 0 to 0 steps
			system:none valid 1 immediate, 0 to 0 steps`},
		{"messages that are sent, to the unit last", // before; all done, with the client at z or ended
			`client c { send a.go(); z = false }
			process a { on go() { send b.m() } }
			process b { on m() { reply } }`,
			`unit:none valid 9 immediate, 0 to 0 steps
			event:none valid 3 immediate, 0 to 0 steps
			system:none valid 3 immediate, 0 to 0 steps`},
		{"messages that are sent, to the unit first",
			`client c { send b.m(); z = false }
			process a { on go() { z = false } }
			process b { on m() { send a.go() } }
			update first { process b { on m() { z = false; send a.go() } } expect event valid }`,
			`unit:none valid 9 immediate, 0 to 0 steps
			event:none valid 3 immediate, 0 to 0 steps`},
		{"two clients, only one of which comes to the unit", // c at rest; d at rest, sent, received, answered
			`client c { loop { call b.m() } }
			client d { loop { call a.go() } }
			process a { on go() { reply } }
			process b { on m() { reply } }`,
			`unit:none valid 12 immediate, 0 to 0 steps
			event:none valid 4 immediate, 0 to 0 steps
			system:none valid 1 immediate, 0 to 0 steps`},
		{"two clients of one unit that calls for one of them", // d at rest, c anywhere
			`client c { loop { call a.go() } }
			client d { loop { call a.on_to_b() } }
			process a { on go() { reply } on on_to_b() { call b.m(); reply } }
			process b { on m() { reply } }`,
			`event:none valid 4 immediate, 0 to 0 steps`},
		{"instances of a client are told apart", // all at rest, or c[0] sent, received, answered
			`client c[0..1] { loop { call a[self].go() } }
			process a[0..1] { on go() { if self == 1 { call b.m() }; reply } }
			process b { on m() { reply } }`,
			`event:none valid 4 immediate, 0 to 0 steps`},
		{"a client that chooses before it begins", // at rest; a's sent, received, answered
			`client c { loop { either { call a.go() } or { call b.m() } } }
			process a { on go() { reply } }
			process b { on m() { reply } }`,
			`unit:none valid 6 immediate, 0 to 0 steps
			event:none valid 4 immediate, 0 to 0 steps`},
		{"a client that chooses while its event goes on",
			// c before; at either and go done; ended (then b has taken part or not), and go waiting, at work, done.
			// At either, and go not done: c can still call b.
			`client c { send a.go(); either { call b.m() } or { z = false } }
			process a { on go() { z = false } }
			process b { on m() { reply } }`,
			`anytime:none valid 13 immediate 3 eventual, 0 to 3 steps
			unit:none valid 13 immediate, 0 to 0 steps
			event:none valid 5 immediate, 0 to 0 steps
			system:none valid 3 immediate, 0 to 0 steps`},
		{"a state reached by two runs", // a at its reply, and the answer, are reached without b too
			`client c { loop { call a.go() } }
			process a { on go() { either { call b.m() } or { z = false }; reply } }
			process b { on m() { reply } }`,
			`unit:none valid 7 immediate, 0 to 0 steps
			event:none valid 3 immediate, 0 to 0 steps`},
		{"a state reached by two runs, first by the one with the unit", // and four times before z
			`client c { loop { call a.go() } }
			process a { on go() { either { call b.m() } or { z = false; z = false; z = false; z = false; z = false }; reply } }
			process b { on m() { reply } }`,
			`unit:none valid 11 immediate, 0 to 0 steps
			event:none valid 7 immediate, 0 to 0 steps`},
		{"an activation that begins and ends in one step, as the last of its transaction",
			`client c { send b.m(); z = false }
			process b { on m() { } }`,
			`unit:none valid 5 immediate, 0 to 0 steps
			event:none valid 3 immediate, 0 to 0 steps`},
		{"an activation that begins and ends in one step, and others go on", // before; all done
			`client c { call a.go() }
			process a { on go() { send b.m(); reply } }
			process b { on m() { } }`,
			`unit:none valid 9 immediate, 0 to 0 steps
			event:none valid 2 immediate, 0 to 0 steps`},
		{"a function between", // as the chain, without mailboxes: call, in f, m waits, b, in f, reply, answered
			`client c { loop { call f.go() } }
			function f { on go() { call b.m(); reply } }
			process b { on m() { reply } }`,
			`unit:none valid 6 immediate, 0 to 0 steps
			event:none valid 1 immediate, 0 to 0 steps`},
		{"a function that is the unit", // before; at z; ended
			`client c { call f.m(); z = false }
			function f { on m() { z = false; reply } }
			process b { on m() { reply } }
			update first { function f { on m() { reply } } expect event valid }`,
			`unit:none valid 4 immediate, 0 to 0 steps
			event:none valid 3 immediate, 0 to 0 steps`},
		{"whose message it is depends on the run",
			// d before its send: 4, whatever c does; d at its call, or at the end with b behind it: none
			// under way before c's send, and behind it none or one, which in some run is c's: 1 + 3 each
			`client c { send t.m() }
			client d { send t.m(); call b.m() }
			process t { on m() { z = false } }
			process b { on m() { reply } }`,
			`event:none valid 12 immediate, 0 to 0 steps`},
		{"answering a held caller gives nothing on to it", // d at rest; c too, sent, received, held, answered
			`client c { loop { call a.sleep() } }
			client d { loop { call a.wake() } }
			process a { var k: caller; on sleep() { hold k } on wake() { reply to k; call b.m(); reply } }
			process b { on m() { reply } }`,
			`event:none valid 5 immediate, 0 to 0 steps`},
		{"a signal that is dropped is in no transaction",
			// c before its signal. The signal waits, t is at work, or done: c before x, d awaiting x,
			// d at its signal, d at its call, d at the end. In the last two d's signal was dropped,
			// or has been processed: with one of d's own under way they would not count.
			`shared x: bool
			shared n: bool
			client c { signal t.m(); x = true }
			client d { await x; signal t.m(); call b.m() }
			process t { on m() { n = true } }
			process b { on m() { reply } }`,
			`event:none valid 16 immediate, 0 to 0 steps`},
		{"a deadlock in the unit can be reached, though it is no point", // before
			`shared x: bool
			client c { call a.go() }
			process a { on go() { call b.m(); reply } }
			process b { on m() { await x; reply } }`,
			`unit:none valid 4 immediate, 0 to 0 steps
			event:none valid 1 immediate, 0 to 0 steps`},
		{"only b is replaced, a counts no more", // as for the client that chooses before it begins
			`client c { loop { either { call a.go() } or { call b.m() } } }
			process a { on go() { reply } }
			process b { on m() { reply } }
			update first { process a { on go() { z = false; reply } } process b { on m() { z = false; reply } } only b }`,
			`event:none stray 4 stray`},
	}
	for _, c := range tests {
		t.Run(c.name, func(t *testing.T) {
			checkCells(t, askEvent(load(t, c.text+update, nil)), c.cells)
		})
	}
}

// askEvent lets the first update name the level event.
func askEvent(p *lang.Program) *lang.Program {
	u := p.Updates[0]
	u.Expects = append(u.Expects, &lang.Expect{Level: lang.Level{Kind: lang.LevelEvent}, Verdict: "valid"})
	return p
}

// TestEventRow checks that the level has a row only where it is named, with all
// transfers, and that its own exploration is limited.
func TestEventRow(t *testing.T) {
	// The old version has 8 states, the new one 9. With the transactions the old one has 10:
	// at a's reply, and when c is answered, b has taken part or not.
	const text = `shared n: bool
		client c { loop { call a.go() } }
		process a { on go() { either { call b.m() } or { n = false }; reply } }
		process b { on m() { reply } }
		update up { process b { on m() { n = false; reply } } transfer t { n = false } EXPECT }`
	for expect, want := range map[string][]string{"": nil, "expect event with t valid": {"event:none", "event:t"}} {
		p := load(t, strings.ReplaceAll(text, "EXPECT", expect), nil)
		v, err := oracle.Judge(p, 0, oracle.Options{})
		if err != nil {
			t.Fatal(err)
		}
		var rows []string
		for _, c := range v.Cells {
			if strings.HasPrefix(c.Level, "event") {
				rows = append(rows, c.Name())
			}
		}
		if !slices.Equal(rows, want) {
			t.Errorf("%q gives the rows %v", expect, rows)
		}
		if _, err := oracle.Judge(p, 0, oracle.Options{MaxStates: 9}); (err != nil) != (want != nil) {
			t.Errorf("%q, within 9 states: %v", expect, err)
		}
	}
}
