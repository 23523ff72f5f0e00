package explorer

import (
	"testing"
	"testing/fstest"
)

// TestCost checks what transfers cost at the points of their cells, and that the findings
// name the cheapest that works.
func TestCost(t *testing.T) {
	const text = `
		type n = 0..3
		client c { loop { call u.add(); call u.clear() } }
		process u { var list: 0..3 = 0
			on add() { list = 2; reply } on clear() { list = 0; reply } }
		update up {
			process u { drop list; var sum: 0..3 = 0
				on add() { sum = 2; reply } on clear() { sum = 0; reply } }
			transfer forget { u.sum = 0 }
			transfer dear cost 2 * old.u.list + 1 { u.sum = old.u.list }
			transfer cheap cost count(i in n: i < old.u.list) { u.sum = old.u.list }
			transfer unpriced cost 1 / old.u.list { u.sum = old.u.list }
			transfer gain cost 0 - 3 { u.sum = old.u.list }
			always u.sum in {0, 2}
		}`
	prog := loadFrom(t, fstest.MapFS{"spec.lu": {Data: []byte(text)}}, "spec.lu", nil)
	s := check(t, prog, 0, Options{}).Scenario()
	want := map[string]*Cost{"none": nil, "forget": nil, "dear": {1, 5}, "cheap": {0, 2}, "unpriced": {0, 1<<31 - 1}, "gain": {0, 0}}
	seen := 0
	for _, c := range s.Cells {
		if c.Level != "unit" || c.Transfer == transferAny {
			continue
		}
		seen++
		if w := want[c.Transfer]; (w == nil) != (c.Cost == nil) || w != nil && *w != *c.Cost {
			t.Errorf("%s costs %v, want %v", c.Transfer, c.Cost, w)
		}
	}
	if seen != len(want) {
		t.Errorf("%d cells, want %d", seen, len(want))
	}
	for name, cells := range map[string][]*Cell{
		"cheap": {{Level: "unit", Transfer: "dear", Verdict: Valid, Cost: &Cost{1, 5}}, {Level: "unit", Transfer: "cheap", Verdict: Valid, Cost: &Cost{0, 2}}},
		"free":  {{Level: "unit", Transfer: "free", Verdict: Valid}, {Level: "unit", Transfer: "cheap", Verdict: Valid, Cost: &Cost{0, 2}}},
	} {
		if got := (&Scenario{Cells: cells}).best("unit"); got != name {
			t.Errorf("the best is %s, want %s", got, name)
		}
	}
}
