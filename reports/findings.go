package reports

import (
	"fmt"
	"slices"
	"strings"

	"github.com/lucheck/lucheck/explorer"
)

// findings is one table over all scenarios, scenario by kind of level, and what they
// show together.
func (p *page) findings(r *explorer.Report) {
	f := r.Findings
	if f == nil || len(f.Rows) == 0 {
		return
	}
	p.heading("Findings")
	columns := usedColumns(f)
	headers := []string{"scenario", "cat"}
	for _, c := range columns {
		headers = append(headers, levelSigns[f.Levels[c]])
	}
	headers = append(headers, "weakest level")
	var rows [][]string
	var names []string // transfers, as numbered in the table
	short := shortNames(f.Rows)
	for i, row := range f.Rows {
		cells := []string{short[i], fmt.Sprint(row.Category)}
		for _, c := range columns {
			best := ""
			if c < len(row.Best) {
				best = row.Best[c]
			}
			cells = append(cells, p.best(best, &names))
		}
		rows = append(rows, append(cells, needed(f, row)))
	}
	p.table(headers, rows)
	p.line()
	var levels []string
	for _, c := range columns {
		levels = append(levels, levelSigns[f.Levels[c]]+" "+f.Levels[c])
	}
	p.pack(levels)
	p.pack(p.findingLegend(names))
	for _, finding := range f.Findings {
		p.line()
		p.fold(" ", finding.Text+":")
		p.fold("   ", strings.Join(finding.Scenarios, ", "))
	}
}

// levelSigns are the heads of the columns.
var levelSigns = map[string]string{"anytime": "A", "data": "D", "unit": "U", "protocol": "P", "event": "E",
	"system": "S", "state": "T", "reboot": "R", "hardware": "H"}

// needed says at which levels an update is possible, or that none is while the system
// runs.
func needed(f *explorer.Findings, row explorer.FindingsRow) string {
	offline := func(level string) bool { return level == "reboot" || level == "hardware" }
	switch live := slices.DeleteFunc(slices.Clone(row.Minimal), offline); {
	case len(live) > 0:
		return strings.Join(live, ", ")
	case row.Live == nil:
		return "not decided"
	case *row.Live:
		return "plans only"
	case len(row.Minimal) > 0:
		return strings.Join(row.Minimal, ", ") + " only"
	}
	if i := slices.Index(f.Levels, "reboot"); i < 0 || row.Best[i] != "invalid" {
		return "not while it runs"
	}
	return "not at all"
}

// shortNames cuts "4a-inode-table/moved on m" down to "4a/moved on m" where the names
// stay different.
func shortNames(rows []explorer.FindingsRow) []string {
	var full, short []string
	for _, r := range rows {
		name, rest := r.Scenario, ""
		if i := strings.IndexAny(name, "/ "); i >= 0 {
			name, rest = name[:i], name[i:]
		}
		id, _, _ := strings.Cut(name, "-")
		full, short = append(full, r.Scenario), append(short, id+rest)
	}
	if sorted := slices.Sorted(slices.Values(short)); len(slices.Compact(sorted)) < len(rows) {
		return full
	}
	return short
}

// usedColumns are the kinds of levels that some scenario has.
func usedColumns(f *explorer.Findings) []int {
	var out []int
	for i := range f.Levels {
		if slices.ContainsFunc(f.Rows, func(r explorer.FindingsRow) bool { return i < len(r.Best) && r.Best[i] != "" }) {
			out = append(out, i)
		}
	}
	return out
}

// best is a cell: the sign of a verdict, or the number of the transfer that works.
func (p *page) best(best string, names *[]string) string {
	switch best {
	case "":
		return ""
	case "none":
		return p.mark(explorer.Valid)
	case "invalid":
		return p.mark(explorer.Invalid)
	case "unknown":
		return p.mark(explorer.Unknown)
	}
	i := slices.Index(*names, best)
	if i < 0 {
		i = len(*names)
		*names = append(*names, best)
	}
	return fmt.Sprintf("t%d", i+1)
}

func (p *page) findingLegend(names []string) []string {
	out := []string{p.mark(explorer.Valid) + " valid without a transfer", p.mark(explorer.Invalid) + " with none on offer"}
	for i, n := range names {
		out = append(out, fmt.Sprintf("t%d with %s", i+1, n))
	}
	return out
}

// mark is the sign of a verdict, in short.
func (p *page) mark(v explorer.Verdict) string {
	text := looks[v].sign
	if p.style.ASCII {
		text = map[explorer.Verdict]string{explorer.Valid: "yes", explorer.Invalid: "no", explorer.Unknown: "?"}[v]
	}
	return p.paint(looks[v].tone, text)
}
