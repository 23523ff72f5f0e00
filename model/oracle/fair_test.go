package oracle_test

import (
	"strings"
	"testing"
)

// replace puts a statement into a system's text.
func replace(system, statement string) string {
	return strings.Replace(system, "STATEMENT", statement, 1)
}

// TestFairness checks which statements are owed strong fairness (definitions section
// 1.10). The new version settles down with the first m, from app's loop; other fills
// the mailbox for ever, so that only a strong app has its turn; x alternates.
func TestFairness(t *testing.T) {
	const system = `shared x: bool = false
		shared y: 0..1 = 0
		client clock { loop { x = not x } }
		client other { loop { send u.k() } }
		client app { var v: 0..1 = 0; loop { STATEMENT } }
		function g { on m() { y = y; reply } }
		process u { var x: 0..1 = 0; on m() { x = 0 } on k() { } }
		update up {
			process u { var y: 0..1 = 0; on m() { atomic { x = 0; y = 0 } } }
			transfer t { u.y = 1 }
		}`
	tests := []struct{ statement, verdict string }{
		{`send u.m()`, "valid"},
		{`signal u.m()`, "valid"},
		{`atomic { send u.m() }`, "valid"},
		{`atomic { if choose bool { send u.m() } }`, "possible"}, // app prefers to send nothing
		{`atomic { either { v = 0 } or { v = 1 }; send u.m() }`, "valid"},
		{`atomic { await x; send u.m() }`, "possible"},
		{`atomic { v = choose 0..1; send u.m() }`, "valid"},
		{`atomic { v = choose 0..v; send u.m() }`, "possible"},
		{`either { send u.m() } or { send u.m() }`, "valid"},
		{`either { send u.m() } or { send u.k() }`, "possible"}, // app prefers k
		{`either { send u.m() } or { await false }`, "possible"},
		{`either { send u.m() } or { atomic { await false; send u.m() } }`, "possible"},
		{`either { send u.m() } or { atomic { send u.m() } }`, "valid"},
		{`either { send u.m() } or { either { send u.m() } or { send u.m(); v = 0 } }`, "valid"},
		{`either { send u.m() } or { either { send u.m() } or { await false } }`, "possible"},
		{`either { if v == 0 { send u.m() } else { signal u.m() } } or { send u.m() }`, "valid"},
		// no branch begins with a send in all its ways
		{`either { if v == 0 { send u.m() } else { v = 0 } } or { if v == 0 { send u.m() } }`, "possible"},
		// the choice among what v counts is empty
		{`either { send u.m() } or { v = choose 1..v }`, "possible"},
	}
	for _, c := range tests {
		t.Run(c.statement, func(t *testing.T) { checkCells(t, load(t, replace(system, c.statement), nil), "unit:t "+c.verdict) })
	}
}

// TestGroups checks that a function's activation is owed steps of its own: c is
// enabled where x is true, its function where x is false, neither for ever.
func TestGroups(t *testing.T) {
	checkCells(t, load(t, `shared x: bool = false
		shared y: 0..1 = 0
		shared ph: 0..1 = 0
		client clock { loop { x = not x } }
		client c { loop { call f.go(); await x; atomic { y = 0; ph = 0 } } }
		function f { on go() { ph = 1; reply; await not x; atomic { y = 0; ph = 0 } } }
		process w { on never() { y = y } }
		stable s when ph == 1
		update up { process w { var z: 0..1 = 0 } transfer t { y = 1 } }`, nil), `state s:t possible`)
}

// TestUndecided checks statements that are owed nothing though nobody else fills the
// mailbox: one that may choose to send nothing, one that awaits what does not stay.
func TestUndecided(t *testing.T) {
	const system = `shared x: bool = false
		client clock { loop { x = not x } }
		client app { loop { STATEMENT } }
		process u { var x: 0..1 = 0; on m() { x = 0 } }
		update up {
			process u { var y: 0..1 = 0; on m() { atomic { x = 0; y = 0 } } }
			transfer t { u.y = 1 }
		}`
	for _, statement := range []string{`atomic { if choose bool { send u.m() } }`, `atomic { await x; send u.m() }`} {
		checkCells(t, load(t, replace(system, statement), nil), "unit:t possible")
	}
	checkCells(t, load(t, replace(system, `send u.m()`), nil), "unit:t valid")
}
