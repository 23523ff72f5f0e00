package oracle_test

import (
	"testing"

	"github.com/lucheck/lucheck/model/oracle"
)

// TestShut checks what counts as shut for partial deadlocks (definitions section
// 1.9). Process b has one message of its own in its mailbox, which is full, when it
// comes to the statement given; d can always step.
func TestShut(t *testing.T) {
	const system = `shared s: 0..1 = 0
		shared mine: 0..1 = 0
		shared never: 0..1 = 0
		ghost seen: 0..1
		client d { loop { s = 1 - s } }
		client c { call b.go() }
		process b mailbox 1 { var v: 0..1 = 0
			on go() { var k: 0..1 = 0; send b.more(0); STATEMENT; reply }
			on more(k: 0..1) { v = 0; mine = 1 }
			on other(k: 0..1) { } }
		function f { var own: 0..1 = 0
			on plain() { send b.more(0); reply }
			on local() { var k: 0..1 = 0; atomic { if k == 0 { send b.more(0) } }; reply }
			on variable() { atomic { if own == 0 { send b.more(0) } }; reply }
			on twice() { reply; send b.more(0) } }
		`
	tests := []struct {
		statement string
		shut      bool
	}{
		{`send b.more(0)`, true},
		{`send b.more(s)`, true}, // of a plain send the argument does not count
		{`call b.more(0)`, true},
		{`signal b.other(0)`, true},
		{`signal b.more(0)`, false}, // dropped
		{`atomic { send b.more(0) }`, true},
		{`atomic { v = choose 0..1; send b.more(v) }`, true},
		{`atomic { if v == 0 { send b.more(0) } }`, true},
		{`atomic { if k == 0 { send b.more(0) } }`, true},
		{`atomic { if choose bool { send b.more(0) } }`, false}, // the other way is open
		{`atomic { if s < 2 { send b.more(0) } }`, false},       // d could open another way, for all that is known
		{`atomic { send b.more(s) }`, false},
		{`atomic { v = s; send b.more(0) }`, false},
		{`atomic { s = 0; send b.more(0) }`, true},            // s is not read
		{`atomic { await v == 1; send b.more(0) }`, false},    // stopped by v alone, for which nobody is awaited
		{`atomic { k = choose 1..0; send b.more(0) }`, false}, // stopped by an empty domain
		{`await s == 1`, false},                               // d will see to it
		{`await mine == 1`, true},                             // only b writes it
		{`await never == 1`, false},                           // nobody does
		{`await s == 1 and mine == 1`, false},
		{`atomic { await mine == 1; v = 0 }`, true},
		{`v = choose 1..mine`, true},
		{`atomic { await v == 0; send b.more(0) }`, true}, // v is b's own
		{`either { send b.more(0) } or { send b.other(0) }`, true},
		{`either { send b.more(0) } or { signal b.more(0) }`, false},
		{`either { send b.more(0) } or { if k == 1 { v = 0 } else { send b.more(0) } }`, true},
		{`either { send b.more(0) } or { if k == 0 { v = 0 } else { send b.more(0) } }`, false},
		{`either { send b.more(0) } or { send b.more(s) }`, false},
		{`either { send b.more(0) } or { send b.more(0); v = s }`, true}, // v = s does not begin the branch
		{`either { send b.more(0) } or { await v == 1 }`, true},          // neither will open
		{`either { send b.more(0) } or { await s == 1 }`, false},
		{`either { send b.more(0) } or { await mine == 1 }`, true},
		{`atomic { note seen = s; send b.more(0) }`, true}, // a note does not count
		{`atomic { assert b.in(go); send b.more(0) }`, false},
		{`either { send b.more(0) } or { atomic { v = s; send b.more(0) } }`, false},
		{`either { send b.more(0) } or { either { send b.more(0) } or { atomic { send b.more(0) } } }`, true},
		{`call f.plain()`, true},     // b waits for f, which waits for b
		{`call f.local()`, true},     //
		{`call f.variable()`, false}, // another activation of f could write its variable
		{`call f.twice()`, false},    // b goes on, and so makes room
		{`call f.twice(); call f.twice()`, true},
		{`call f.twice(); either { call f.plain() } or { send b.more(0) }`, true},
	}
	for _, c := range tests {
		t.Run(c.statement, func(t *testing.T) {
			var kinds []string
			if c.shut {
				kinds = []string{oracle.KindPartialDeadlock}
			}
			checkCounts(t, load(t, replace(system, c.statement), nil), uncounted, 0, kinds)
		})
	}
}

// TestBlockedActivations judges updates whose new version is broken by a partial
// deadlock.
func TestBlockedActivations(t *testing.T) {
	tests := []struct{ name, text string }{
		{"at data that only its caller writes",
			`shared ready: bool = false
			client c { loop { call b.go() } }
			client tick { var n: 0..1 = 0; loop { n = 1 - n } }
			process b { on go() { call a.work(); ready = true; reply } }
			process a { on work() { await ready; ready = false; reply } }
			update up { process a { var z: 0..1 = 0; on work() { await ready; ready = false; reply } } }`},
		{"at an atomic send to oneself",
			`client c { loop { call b.go() } }
			client tick { var n: 0..1 = 0; loop { n = 1 - n } }
			process b mailbox 1 { on go() { send b.more(); atomic { send b.more() }; reply } on more() { } }
			update up { process b { var z: 0..1 = 0 } }`},
		{"a function behind its reply, though its caller goes on",
			`shared s: 0..1 = 0
			client c { loop { call f.go() } }
			client o { var n: 0..1 = 0; loop { n = 1 - n } }
			function f { on go() { reply; call w.never() } }
			process w { on never() { s = 0 } }
			update up { process w { var z: 0..1 = 0; on never() { s = 0; z = 0 } } }`},
	}
	for _, c := range tests {
		t.Run(c.name, func(t *testing.T) { checkCells(t, load(t, c.text, nil), `unit:none broken`) })
	}
}
