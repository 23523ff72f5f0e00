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
