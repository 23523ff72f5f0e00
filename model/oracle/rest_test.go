package oracle_test

import (
	"testing"

	"github.com/lucheck/lucheck/lang"
	"github.com/lucheck/lucheck/model/oracle"
)

// TestRest checks when a client is at rest (definitions section 1.1).
func TestRest(t *testing.T) {
	t.Run("one statement, reached from the head and otherwise", func(t *testing.T) {
		// at x; at y from the head; at y behind x; at the choice
		checkCounts(t, load(t, `shared x: bool = true
			shared y: bool
			client c { var a: bool; loop { if a { x = true }; y = false; a = choose bool } }`, nil), 4, 5, nil)
	})
	tests := []struct{ name, text, cells string }{
		{"the second round of a for is no rest",
			`protocol p: app -> u { x+ y? }
			client app { loop { for i in 1..2 { call u.x() } call u.y() } }
			process u { var n: 0..1 = 0; on x() { reply } on y() { reply } }
			update up { process u { on x() { n = 0; reply } } }`,
			`unit:none valid
			protocol p:none valid`},
		{"what follows an if is no rest, and an old event goes on to it",
			`client app { var k: 0..1 = 0; var r: 0..1 = 0
				loop { if k == 0 { r = call u.get() } assert r == 0, "wrong"; k = 1 - k; r = 0 } }
			process u { on get() -> 0..1 { reply 1 } }
			update up { fixes "wrong"; process u { on get() -> 0..1 { reply 0 } } }`,
			`unit:none valid`},
		{"an outermost loop that is not at the top",
			// at rest, sent, received, answered; p ends at rest, else there were two such states
			`protocol p: c -> u { a b? }
			shared x: bool
			client c { var k: bool; if not k { loop { call u.a() } } }
			process u { on a() { reply } on b() { reply } }
			update n { process u { on a() { x = false; reply } } }`,
			`unit:none valid 3 immediate, 0 to 0 steps
			protocol p:none valid 1 immediate, 0 to 0 steps`},
	}
	for _, c := range tests {
		t.Run(c.name, func(t *testing.T) { checkCells(t, load(t, c.text, nil), c.cells) })
	}
}

// TestSilentDeclarations checks that a client's top-level declaration from own locals
// is no step (definitions section 1.3).
func TestSilentDeclarations(t *testing.T) {
	tests := []struct {
		name, text    string
		states, steps int
		kinds         []string
	}{
		{"before the first step", // at x = 2 with x = 0, 2
			`shared x: 0..3
			client c { var a: 0..3 = 1; var b: 0..3 = a + 1; loop { x = b } }`, 2, 2, nil},
		{"behind a step", // at x = 1; in the loop with x = 1, 2
			`shared x: 0..3
			client c { x = 1; var a: 0..3 = 1; var b: 0..3 = a + 1; loop { x = b } }`, 3, 3, nil},
		{"one that fails belongs to the step before", // at x = 1, and that step fails
			`shared x: 0..3
			client c { x = 1; var a: 0..1 = 1; var b: 0..1 = a + 1; loop { x = b } }`, 1, 0, []string{oracle.KindRange}},
		{"one that fails at the start",
			`shared x: 0..3
			client c { var a: 0..1 = 1; var b: 0..1 = a + 1; loop { x = b } }`, 0, 0, []string{oracle.KindRange}},
	}
	for _, c := range tests {
		t.Run(c.name, func(t *testing.T) {
			p := load(t, c.text, nil)
			for _, u := range p.Base.Units {
				declare(u)
			}
			checkCounts(t, p, c.states, c.steps, c.kinds)
		})
	}
}

// declare turns a client's assignments to locals at the top into the declarations
// that they are, wherever the checker has not done so.
func declare(u *lang.Unit) {
	for i, s := range u.Body {
		if a, is := s.(*lang.Assign); is && a.To.Var.Class == lang.Local {
			u.Body[i] = &lang.Declare{StmtBase: a.StmtBase, Var: a.To.Var, Init: a.Rhs.Expr}
		}
	}
}

// TestRoom checks that room is tested before arguments are evaluated (definitions
// section 1.4): u never takes a second message, and z stays 0.
func TestRoom(t *testing.T) {
	const system = `shared z: 0..1 = 0
		process u { on m(k: 0..1) { await z == 1 } on n(k: 0..1) { } }
		function f { on m(k: 0..1) { reply; await z == 1 } }
		`
	tests := []struct{ name, client, kind string }{
		{"send", `send u.m(0); send u.m(0); send u.m(1 / z)`, oracle.KindDeadlock},
		{"call", `send u.m(0); send u.m(0); call u.m(1 / z)`, oracle.KindDeadlock},
		{"signal of another kind", `send u.m(0); send u.m(0); signal u.n(1 / z)`, oracle.KindDeadlock},
		{"signal that is dropped", `send u.m(0); send u.m(0); signal u.m(1 / z)`, oracle.KindRange},
		{"function that still runs", `call f.m(0); call f.m(1 / z)`, oracle.KindDeadlock},
		{"function that does not", `call f.m(1 / z)`, oracle.KindRange},
	}
	for _, c := range tests {
		t.Run(c.name, func(t *testing.T) {
			p := load(t, system+"client c { "+c.client+" }", nil)
			checkCounts(t, p, uncounted, 0, []string{c.kind})
		})
	}
}
