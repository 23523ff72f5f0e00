package oracle_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/lucheck/lucheck/model/oracle"
)

// planTest is the body of a plan in a spec, with the verdict that follows from the
// definitions by hand.
type planTest struct{ name, body, want string }

// checkPlans judges plans in the place of PLAN in a spec.
func checkPlans(t *testing.T, spec string, tests []planTest) {
	t.Helper()
	for _, c := range tests {
		t.Run(c.name, func(t *testing.T) {
			p := load(t, strings.Replace(spec, "PLAN", "plan p { "+c.body+" }", 1), nil)
			v, err := oracle.Judge(p, 0, oracle.Options{})
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(c.want, spellPlan(v.Plans[0])); diff != "" {
				t.Errorf("%s: -want +got\n%s", c.body, diff)
			}
		})
	}
}

// spellPlan tells what is said of a plan, but for what is as in the best case.
func spellPlan(p oracle.Plan) string {
	s := p.Verdict
	if p.Shortest > 0 {
		s += fmt.Sprintf(": %s after %d", strings.Join(p.Kinds, ", "), p.Shortest)
	}
	if p.Result != "valid" && p.Result != "" {
		s += "; result " + p.Result
	}
	s += "; " + p.Completion
	if p.Completion == "completes" && p.Bound == nil {
		s += ", unbounded"
	} else if p.Bound != nil && *p.Bound > 0 {
		s += fmt.Sprintf(" within %d", *p.Bound)
	}
	if p.GivesUp {
		s += "; gives up"
	}
	if p.Stopped != "vacuous" && p.Stopped != "" {
		s += "; stopped " + p.Stopped
	}
	return s
}

// TestPlanStops checks stopping and replacing of two units, of which the first calls the
// second (definitions section 2.5). A call of u takes from its reception 5 steps of the
// two, before which u is idle.
func TestPlanStops(t *testing.T) {
	checkPlans(t, `client c { loop { call u.m() } }
		process u { on m() { call v.n(); reply } }
		process v { on n() { reply } }
		stable busy when not u.idle
		update up {
			process u { var x: 0..1; on m() { call v.n(); x = 0; reply } }
			process v { var y: 0..1; on n() { y = 0; reply } }
			PLAN
		}`, []planTest{
		{"the caller first", `stop u; stop v; replace u, v`, "valid; completes within 5"},
		{"the callee first", `stop v; stop u; replace u, v`, "stray; deadlocks"},
		{"together", `stop u, v; replace u, v`, "stray; deadlocks"},
		{"together, but one is resumed", `stop u, v; resume v`, "stray; deadlocks; gives up"},
		{"resumed before it is waited for", `stop v; resume v; stop u; stop v; replace u, v`, "valid; completes within 6"},
		{"one after the other", `stop v; replace v; stop u; replace u`, "valid; completes within 7; stopped valid"},
		{"the caller stays stopped", `stop u; replace v at unit; replace u`, "valid; completes within 5; stopped valid"},
		{"the marks end with the plan", `stop u`, "valid; completes within 3; gives up"},
		{"at a state in which it is not", `stop u at state busy; replace u; replace v at unit`, "stray; deadlocks"},
		{"replaced without having been stopped", `if false { stop u }; replace u; replace v at unit`, "stray; deadlocks"},
	})
}

// TestPlanReplaces checks when units can be replaced, and what a try does. What is possible
// again and again is done in the end, but there is no telling how often it is missed.
func TestPlanReplaces(t *testing.T) {
	checkPlans(t, `shared n: 0..1 = 0
		protocol p: c -> u { m }
		client c { loop { call u.m() } }
		process u { on m() { n = 1 - n; reply } }
		stable even when n == 0
		update up {
			process u { var x: 0..1; on m() { n = 1 - n; reply; x = 0 } }
			PLAN
		}`, []planTest{
		{"at any moment", `replace u at anytime`, "valid; completes"},
		{"while it is idle", `replace u at unit`, "valid; completes, unbounded"},
		{"while nothing handles its data", `replace u at data n`, "valid; completes, unbounded"},
		{"between two words of its protocol", `replace u at protocol p`, "valid; completes, unbounded"},
		{"in the frozen system", `replace u at system`, "valid; completes, unbounded"},
		{"in a stable state", `replace u at state even`, "valid; completes, unbounded"},
		{"when a condition holds", `replace u at unit when n == 1`, "valid; completes, unbounded"},
		{"when one never holds", `replace u at unit when false`, "stray; deadlocks"},
		{"when a condition is not there yet", `replace u at anytime when u.x == 0`, "invalid: type safety after 2; deadlocks"},
		{"now or never", `try replace u at unit else { }`, "valid; completes; gives up"},
		{"now or at any moment", `try replace u at unit else { replace u at anytime }`, "valid; completes"},
		{"again and again", `var done = false; while not done { done = true; try replace u at unit else { done = false } }`, "valid; can wait"},
		{"stopped, or not at all", `try stop u else { replace u at anytime }; replace u`, "valid; completes"},
		{"nothing", `n = 0`, "valid; completes; gives up"},
	})
}

// TestPlanConfigurations checks what is old and what is new between the steps of a plan,
// and what counts as a failure.
func TestPlanConfigurations(t *testing.T) {
	const system = `shared n: 0..1 = 0
		BASE
		client c { loop { call u.m() } }
		process u { on m() { call v.k(n); reply } }
		process v { on k(x: 0..1) { n = 1 - x; reply } }
		update up { UPDATE
			PLAN
		}`
	spec := func(base, update string) string {
		return strings.Replace(strings.Replace(system, "BASE", base, 1), "UPDATE", update, 1)
	}
	const both = `process u { var s: 0..1; on m() { call v.k(n); s = 0; reply } }
		process v { var s: 0..1; on k(x: 0..1) { n = 1 - x; s = 0; reply } }`
	for _, c := range []struct {
		name, spec string
		plans      []planTest
	}{
		{"parts", spec("", both), []planTest{
			{"one is left old", `replace u at unit`, "valid; completes, unbounded; gives up"},
			{"both, in two steps", `replace u at unit; replace v at unit`, "valid; completes, unbounded; stopped valid"},
			{"waits half-way for ever", `replace u at unit; await false; replace v at unit`, "stray; deadlocks; stopped valid"},
		}},
		{"a form", spec("", `process u { on m() { call v.k(0, 0); reply } } process v { on k(x: 0..1, y: 0..1) { n = 1 - x; reply } }`), []planTest{
			// begin, replace, call, receive: the head is what v does not know
			{"the caller first", `replace u at unit; replace v at unit`, "invalid: message form after 6; completes, unbounded; stopped invalid"},
			{"together", `replace u, v at unit`, "valid; completes, unbounded"},
		}},
		{"data that change with who mentions them", spec("", `shared n: 0..2 = 0
			process u { on m() { call v.k(0); reply } } process v { on k(x: 0..1) { n = 0; reply } }`), []planTest{
			// the first renews n, which v knows as it was
			{"the reader first", `replace u at unit; replace v at unit`, "invalid: type safety after 7; deadlocks; stopped invalid"},
			{"read by the plan in time", `await old.n == 0; replace u, v at unit`, "valid; can wait"},
			{"read by the plan too early", `await n == 0; replace u, v at unit`, "invalid: type safety after 2; deadlocks"},
		}},
		{"new data", spec("", `shared b: 0..1 = 0
			process u { on m() { assert b == 0; call v.k(n); reply } }`), []planTest{
			{"with their initial value", `replace u at unit`, "valid; completes, unbounded"},
			// begin, write, replace, call, receive, assert
			{"written before", `b = 1; replace u at unit`, "invalid: assertion after 6; result stray; completes, unbounded"},
			{"gone with the plan", `b = 0`, "valid; completes; gives up"},
		}},
		{"the plan itself", spec("", both), []planTest{
			{"its assertion", `assert n == 0, "zero"; replace u, v at unit`, "invalid: assertion after 7; completes, unbounded"},
		}},
	} {
		t.Run(c.name, func(t *testing.T) { checkPlans(t, c.spec, c.plans) })
	}
}

// TestPlanExcuses checks that what the old version does by itself is no failure of a plan,
// as long as the plan has touched nothing.
func TestPlanExcuses(t *testing.T) {
	checkPlans(t, `shared n: 0..1 = 0
		client c { loop { call u.m() } }
		process u { var k: 0..1; on m() { k = k + 1; reply } }
		update up {
			process u { on m() { k = 0; reply } }
			PLAN
		}`, []planTest{
		{"the old version fails", `await u.k == 1; replace u at unit`, "valid; completes within 3"},
		{"the plan fails", `assert u.k == 0; replace u at unit`, "invalid: assertion after 5; completes within 2"},
		{"the plan has written something before", `n = 0; replace u at unit`, "invalid: range after 10; deadlocks"},
	})
	// Whoever calls u waits with it for ever.
	checkPlans(t, `shared go: bool = false
		client c { call u.m() }
		client d { loop { call v.m() } }
		process u { on m() { await go; go = false; reply } }
		process v { on m() { reply } }
		update up {
			process u { on m() { reply } }
			process v { var s: 0..1; on m() { s = 0; reply } }
			PLAN
		}`, []planTest{
		{"the old version gets stuck", `replace u at unit; replace v at unit`, "valid; completes, unbounded; stopped valid"},
		{"it gets stuck half-way", `replace v at unit; replace u at unit`, "invalid: partial deadlock after 4; deadlocks; stopped invalid"},
		{"the plan opens what it waits for", `go = false; await not u.idle; go = true; replace u at unit; go = false; replace v at unit`,
			"valid; completes, unbounded; stopped valid"},
	})
}

// TestPlanProperties checks that the system's properties hold until all is new, but for
// those that touch what is gone; and so what the update repairs.
func TestPlanProperties(t *testing.T) {
	spec := func(always, update string) string {
		return `shared n: 0..1 = 0
			client c { loop { call u.m() } }
			process u { var w: 0..1; on m() { reply } }
			process v { var q: 0..1; on k() { } }
			always ` + always + `
			update up {
				process v { on k() { q = 0 } }
				` + update + `
				PLAN
			}`
	}
	checkPlans(t, spec("u.w == 0", "process u { drop w; on m() { reply } } always v.q == 0"), []planTest{
		{"one that touches what is gone", `replace u at unit; replace v at unit`, "valid; completes, unbounded; stopped valid"},
	})
	checkPlans(t, spec("n == 0", "process u { on m() { n = 1; reply } } always v.q == 0"), []planTest{
		{"it is violated half-way", `replace u at unit; replace v at unit`, "invalid: invariant after 5; completes, unbounded; stopped invalid"},
		{"it is replaced with the rest", `replace v at unit; replace u at unit`, "valid; completes, unbounded; stopped valid"},
		{"the plan violates it", `n = 1; replace u, v at unit`, "invalid: invariant after 2; deadlocks"},
	})
	checkPlans(t, `client c { loop { call u.m() } }
		process u { var w: 0..1; on m() { assert w == 1, "x"; reply } }
		process v { on k() { } }
		update up {
			process u { on m() { assert w == 0, "x"; reply } }
			process v { var q: 0..1; on k() { q = 0 } }
			fixes "x"
			PLAN
		}`, []planTest{
		{"repaired for those who begin then", `replace v at unit; replace u at unit`, "valid; completes, unbounded; stopped valid"},
	})
}
