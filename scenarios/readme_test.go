package scenarios_test

import (
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/lucheck/lucheck/explorer"
	"github.com/lucheck/lucheck/scenarios"
)

// TestReadme holds README.md against the specs' headers and their verdicts; -update
// writes it.
func TestReadme(t *testing.T) {
	want := readme(t)
	if f := flag.Lookup("update"); f != nil && f.Value.String() == "true" {
		if err := os.WriteFile("README.md", []byte(want), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	if string(got) != want {
		t.Error("README.md is not what the specs say now: go test ./scenarios -update")
	}
}

func readme(t *testing.T) string {
	var b strings.Builder
	b.WriteString("# The paper's examples\n\nEach file models one example of *A taxonomy of live updates*; what stands here is made from their\n" +
		"heads and verdicts. ✓ valid, ✗ invalid, ~ possible, B the new version fails by itself.\n")
	for _, name := range scenarios.Names() {
		text, err := scenarios.Read(name)
		if err != nil {
			t.Fatal(err)
		}
		head, _, _ := strings.Cut(string(text), "\nsystem ")
		fmt.Fprintf(&b, "\n## [%s](%s)\n\n%s", strings.TrimSuffix(name, ".lu"), name, prose(head))
		p := load(t, scenarios.FS, name)
		for _, u := range p.Updates {
			a := analyse(t, p, u)
			if len(p.Machines) == 0 {
				b.WriteString(matrix(a.Scenario()) + plans(a.Scenario().Plans))
			}
			for _, m := range p.Machines {
				s, err := a.On(m)
				if err != nil {
					t.Fatal(err)
				}
				b.WriteString(matrix(s) + plans(s.Plans))
			}
		}
	}
	return b.String()
}

// plans is a table of the plans, nothing where there are none.
func plans(list []explorer.Plan) string {
	if len(list) == 0 {
		return ""
	}
	var b strings.Builder
	b.WriteString("\n| plan | verdict | completion | stopped half-way |\n|---|---|---|---|\n")
	for _, p := range list {
		fmt.Fprintf(&b, "| %s | %s | %s | %s |\n", p.Plan, p.Verdict, p.Completion, p.Stopped)
	}
	return b.String()
}

// prose is a comment as text.
func prose(head string) string {
	var out strings.Builder
	for _, line := range strings.Split(head, "\n") {
		out.WriteString(strings.TrimSpace(strings.TrimPrefix(line, "//")) + "\n")
	}
	return out.String()
}

// matrix is a table of Markdown.
func matrix(s *explorer.Scenario) string {
	var columns []string
	for _, c := range s.Cells {
		if !slices.Contains(columns, c.Transfer) {
			columns = append(columns, c.Transfer)
		}
	}
	title := s.Update
	if s.Machine != nil {
		title += " on " + *s.Machine
	}
	var b strings.Builder
	fmt.Fprintf(&b, "\nUpdate `%s`, category %d, affects %s.\n\n| level | points | %s |\n|---|---|%s\n",
		title, s.Category.Number, orNothing(s.Affected), strings.Join(columns, " | "), strings.Repeat("---|", len(columns)))
	for _, l := range s.Levels {
		fmt.Fprintf(&b, "| %s | %d |", l.Level, l.Points)
		for _, t := range columns {
			fmt.Fprintf(&b, " %s |", sign(s, l.Level, t))
		}
		b.WriteString("\n")
	}
	return b.String()
}

func orNothing(names []string) string {
	if len(names) == 0 {
		return "no unit"
	}
	return "`" + strings.Join(names, "`, `") + "`"
}

func sign(s *explorer.Scenario, level, transfer string) string {
	signs := map[explorer.Verdict]string{explorer.Valid: "✓", explorer.Invalid: "✗", explorer.Possible: "~", explorer.Broken: "B"}
	for _, c := range s.Cells {
		if c.Level == level && c.Transfer == transfer {
			if sign := signs[c.Verdict]; sign != "" {
				return sign
			}
			return c.Verdict.String()
		}
	}
	return ""
}
