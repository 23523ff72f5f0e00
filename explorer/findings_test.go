package explorer

import (
	"path"
	"slices"
	"strings"
	"testing"
)

// TestFindings holds the findings of all scenarios against the paper: its ground truth
// is the table of expectations in the scenarios themselves; here stand its conclusions.
func TestFindings(t *testing.T) {
	var all []*Scenario
	for _, name := range specs(t) {
		prog := load(t, name, nil)
		prog.Path = path.Base(name)
		for i := range prog.Updates {
			all = append(all, onAll(t, check(t, prog, i, Options{}), prog)...)
		}
	}
	f := Find(all)
	if len(f.Rows) != len(all) {
		t.Fatalf("%d rows for %d scenarios", len(f.Rows), len(all))
	}
	want := map[string]struct {
		level, best string
	}{
		"1a-bounds-check":                {"unit", "none"},
		"1d-buffered-writes":             {"unit", "flush"},
		"1e-write-duration":              {"unit", "invalid"},
		"2b-filter-driver":               {"unit", "invalid"},
		"3c-error-codes":                 {"unit", "renumber"},
		"4b-usage-counter":               {"state", "none"},
		"4b2-usage-counter-hidden":       {"system", "invalid"},
		"6a-minimum-memory on with_1_gb": {"anytime", "none"},
	}
	for _, row := range f.Rows {
		if len(row.Best) != len(f.Levels) {
			t.Fatalf("%s: %d columns of %d", row.Scenario, len(row.Best), len(f.Levels))
		}
		w, named := want[row.Scenario]
		delete(want, row.Scenario)
		if got := row.Best[max(0, slices.Index(f.Levels, w.level))]; named && got != w.best {
			t.Errorf("%s at %s: %s, want %s", row.Scenario, w.level, got, w.best)
		}
	}
	if len(want) > 0 {
		t.Errorf("no rows for %v", want)
	}
	for _, shown := range []struct{ begins, by string }{
		{"A live update is not always feasible", "6a-minimum-memory on with_512_mb"},
		{"A live update is not necessarily desirable", "4b2-usage-counter-hidden (10 of 769 moments)"},
		{"The level that is needed varies: category 1", "protocol"},
		{"The level that is needed varies: category 4", "state"},
		{"The weaker the level, the more the transfer has to do", "1d-buffered-writes"},
	} {
		i := slices.IndexFunc(f.Findings, func(x Finding) bool { return strings.HasPrefix(x.Text, shown.begins) })
		if i < 0 || !slices.Contains(f.Findings[i].Scenarios, shown.by) {
			t.Errorf("%q is not shown by %s", shown.begins, shown.by)
		}
	}
}

// TestFindingsHoldBack makes sure that nothing is concluded from what is not known.
func TestFindingsHoldBack(t *testing.T) {
	s := func(verdict Verdict) *Scenario {
		return &Scenario{Spec: "x.lu", Update: verdict.String(), Cells: []*Cell{{Level: "unit", Transfer: "none", Verdict: verdict}}, Levels: []LevelInfo{{Level: "unit", Points: 3}}}
	}
	f := Find([]*Scenario{s(Unknown), s(Invalid), s(Vacuous)})
	if f.Rows[0].Live != nil || f.Rows[0].Best[2] != "unknown" {
		t.Errorf("of an unknown scenario it says %v, %v", f.Rows[0].Live, f.Rows[0].Best)
	}
	if f.Rows[2].Best[2] != "" {
		t.Errorf("a vacuous level counts: %v", f.Rows[2].Best)
	}
	for _, x := range f.Findings {
		if slices.Contains(x.Scenarios, "x/unknown") {
			t.Errorf("the unknown scenario shows that %s", x.Text)
		}
	}
	waits := s(Invalid)
	waits.Cells = append(waits.Cells, &Cell{Level: "event", Transfer: "none", Verdict: Valid})
	if row := Find([]*Scenario{waits, s(Invalid)}).Rows[0]; row.Live == nil || !*row.Live || row.at("event") != "none" {
		t.Errorf("a scenario in which the level event works: %v", row)
	}
	if Find([]*Scenario{s(Invalid)}) != nil {
		t.Error("one scenario has findings")
	}
}
