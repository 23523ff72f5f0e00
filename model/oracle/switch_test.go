package oracle_test

import (
	"slices"
	"testing"

	"github.com/lucheck/lucheck/lang"
)

// TestChangedInstances checks updates of a protocol whose instances are told apart
// otherwise (definitions section 2.4).
func TestChangedInstances(t *testing.T) {
	const initiators = `protocol p: a -> s { x y }
		client c { loop { call a.go(); call b.go() } }
		process a { on go() { call s.x(); call s.y(); reply } }
		process b { on go() { reply } }
		process s { on x() { reply } on y() { reply } }
		`
	tests := []struct{ name, text, cells string }{
		{"another initiator: the old one's instance ends with its activation",
			initiators + `update up {
				protocol p: b -> s { x y }
				process a { on go() { reply } }
				process b { on go() { call s.x(); call s.y(); reply } }
			}`,
			`anytime:none valid
			unit:none valid`},
		{"another initiator that breaks the protocol",
			initiators + `update up {
				protocol p: b -> s { x y }
				process a { on go() { reply } }
				process b { on go() { call s.y(); call s.x(); reply } }
			}`,
			`anytime:none broken`},
		{"another key of the same value: two instances",
			// at rest; x sent, answered, received: y comes first in an instance of the new version;
			// y sent, answered: the old instance ends at rest
			`protocol p(k: 0..1): c -> u { x y }
			shared z: bool
			client c { loop { call u.x(0, 0); call u.y(0, 0) } }
			process u { on x(k: 0..1, j: 0..1) { reply } on y(k: 0..1, j: 0..1) { reply } }
			update up {
				protocol p(j: 0..1): c -> u { x y }
				process u { on y(k: 0..1, j: 0..1) { z = false; reply } }
			}`,
			`unit:none invalid 1 immediate 2 eventual 3 invalid: protocol, 0 to ? steps
			protocol p:none valid 1 immediate, 0 to 0 steps`},
	}
	for _, c := range tests {
		t.Run(c.name, func(t *testing.T) { checkCells(t, load(t, c.text, nil), c.cells) })
	}
}

// TestMovedCaller moves a held caller in a transfer. Without that it waits for ever.
func TestMovedCaller(t *testing.T) {
	p := load(t, `process u { var w: caller
			on wait() { hold w }
			on go() { reply to w; reply } }
		client c { loop { call u.wait() } }
		client d { loop { call u.go() } }
		update up {
			process u { drop w; var v: caller; on wait() { hold v } on go() { reply to v; reply } }
			transfer t { }
		}`, nil)
	old, now := variable(p.Base, "w"), variable(p.Updates[0].New, "v")
	// written by hand: the checker need not allow it yet
	move := &lang.Assign{To: &lang.Ref{ExprBase: lang.ExprBase{Typ: now.Type}, Var: now}}
	move.Rhs.Expr = &lang.Ref{ExprBase: lang.ExprBase{Typ: old.Type}, Var: old, Old: true}
	p.Updates[0].Transfers[0].Body = []lang.Stmt{move}
	checkCells(t, p, `unit:none invalid
		unit:t valid`)
}

// variable finds a variable of the unit u.
func variable(sys *lang.System, name string) *lang.Var {
	u := sys.Units[slices.IndexFunc(sys.Units, func(u *lang.Unit) bool { return u.Name == "u" })]
	return u.Vars[slices.IndexFunc(u.Vars, func(v *lang.Var) bool { return v.Name == name })]
}
