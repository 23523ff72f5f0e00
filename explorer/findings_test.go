package explorer

import (
	"os"
	"path"
	"slices"
	"strings"
	"testing"
)

// groundTruth reads what must come out of each scenario.
func groundTruth(t *testing.T) map[string]string {
	t.Helper()
	text, err := os.ReadFile("../testdata/findings.txt")
	if err != nil {
		t.Fatal(err)
	}
	truth := map[string]string{}
	for line := range strings.Lines(string(text)) {
		if name, cells, is := strings.Cut(strings.TrimSpace(line), ": "); is && !strings.HasPrefix(line, "#") {
			truth[name] = cells
		}
	}
	return truth
}

// TestFindings holds the findings of all scenarios against the ground truth, and against
// the paper's conclusions.
func TestFindings(t *testing.T) {
	truth := groundTruth(t)
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
	for _, row := range f.Rows {
		var got []string
		for i, best := range row.Best {
			if best != "" {
				got = append(got, f.Levels[i]+" "+best)
			}
		}
		want, known := truth[row.Scenario]
		if text := strings.Join(got, ", "); !known || text != want {
			t.Errorf("%s: %s\nwant %s", row.Scenario, text, want)
		}
		delete(truth, row.Scenario)
	}
	if len(truth) > 0 {
		t.Errorf("no rows for %v", truth)
	}
	for _, shown := range []struct{ begins, by string }{
		{"A live update is not always feasible", "6a-minimum-memory on with_512_mb"},
		{"A live update is not necessarily desirable", "4b2-usage-counter-hidden (10 of 769 moments)"},
		{"The level that is needed varies: category 1", "1e-write-duration (protocol)"},
		{"The level that is needed varies: category 4", "4b2-usage-counter-hidden (state)"},
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
