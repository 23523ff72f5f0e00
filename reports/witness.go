package reports

import (
	"slices"
	"strconv"
	"strings"

	"github.com/lucheck/lucheck/explorer"
)

// witness prints runs side by side that no transfer can tell apart at their ends, steps
// that they share on one line, and below what differs there and what each would need.
func (p *page) witness(w *explorer.Witness) {
	p.line()
	headers := []string{""}
	for i := range w.Runs {
		headers = append(headers, "run "+strconv.Itoa(i+1))
	}
	if len(w.Runs) == 1 {
		p.steps(w.Runs[0])
	} else {
		p.table(headers, p.aligned(w.Runs), 0)
	}
	rows := p.differing(w, p.worth)
	if len(rows) == 0 { // what is mostly left out is then what tells them apart
		rows = p.differing(w, func(string) bool { return true })
	}
	if len(w.Runs) > 1 {
		need := []string{"would need"}
		for _, n := range w.Needs {
			need = append(need, p.value(n))
		}
		rows = append(rows, need)
	}
	if len(rows) > 0 {
		p.heading("At their ends")
		p.table(headers, rows)
	}
}

// differing makes rows of what is not the same at the ends and not readable, of what is not
// stored as variables only what is worth it.
func (p *page) differing(w *explorer.Witness, worth func(path string) bool) (rows [][]string) {
	for _, d := range w.Differs {
		if d.Class == "variable" || d.Class == "" && d.Path != "" && !worth(d.Path) {
			continue
		}
		row := []string{d.Path}
		for _, v := range d.Values {
			row = append(row, p.paint(strong, p.value(v)))
		}
		if d.Class != "" {
			row[0] += " (" + d.Class + ")"
		}
		rows = append(rows, row)
	}
	return rows
}

// aligned makes rows of the steps of some runs: those that are in all of them, in the same
// order, are on one line.
func (p *page) aligned(runs []*explorer.Trace) (rows [][]string) {
	shared := commonSteps(runs)
	at := make([]int, len(runs))
	number := 0
	together := true // no run has parted from the others yet
	upTo := func(k string) {
		for i, t := range runs {
			for ; at[i] < len(t.Steps) && stepKey(&t.Steps[at[i]]) != k; at[i]++ {
				row := make([]string, len(runs)+1)
				row[i+1] = p.paint(strong, stepText(&t.Steps[at[i]]))
				rows = append(rows, row)
			}
		}
	}
	for _, k := range shared {
		upTo(k)
		number++
		row := []string{strconv.Itoa(number)}
		var now []*explorer.TraceStep
		for i, t := range runs {
			now = append(now, &t.Steps[at[i]])
			at[i]++
		}
		together = together && len(rows) == number-1
		parted := false
		for _, s := range now {
			text := ""
			if together || strings.Contains(s.Text, "choose") {
				text = p.parting(s, now)
			}
			parted = parted || text != ""
			row = append(row, stepText(s)+text)
		}
		together = together && !parted
		rows = append(rows, row)
	}
	upTo("\x00")
	return rows
}

// parting says what a step changes that the same step of other runs does not change alike.
func (p *page) parting(s *explorer.TraceStep, all []*explorer.TraceStep) string {
	var own []string
	for _, c := range s.Changes {
		if p.worth(c.Path) && slices.ContainsFunc(all, func(o *explorer.TraceStep) bool { return !slices.Contains(o.Changes, c) }) {
			own = append(own, c.Path+" = "+p.value(c.To))
		}
	}
	if own == nil {
		return ""
	}
	return " " + p.paint(strong, "("+strings.Join(own, ", ")+")")
}

// stepKey is equal for steps that do the same.
func stepKey(s *explorer.TraceStep) string { return actor(s) + "\x00" + s.Kind + "\x00" + s.Text }

func stepText(s *explorer.TraceStep) string { return actor(s) + ": " + s.Text }

// commonSteps is a longest sequence of steps that all runs have in this order (of more than two
// runs, a long one).
func commonSteps(runs []*explorer.Trace) (keys []string) {
	for i := range runs[0].Steps {
		keys = append(keys, stepKey(&runs[0].Steps[i]))
	}
	for _, t := range runs[1:] {
		keys = longestCommon(keys, t)
	}
	return keys
}

func longestCommon(keys []string, t *explorer.Trace) (out []string) {
	n, m := len(keys), len(t.Steps)
	best := make([][]int, n+1)
	for i := range best {
		best[i] = make([]int, m+1)
	}
	for i := n - 1; i >= 0; i-- {
		for j := m - 1; j >= 0; j-- {
			best[i][j] = max(best[i+1][j], best[i][j+1])
			if keys[i] == stepKey(&t.Steps[j]) {
				best[i][j] = 1 + best[i+1][j+1]
			}
		}
	}
	for i, j := 0, 0; i < n && j < m; {
		switch {
		case keys[i] == stepKey(&t.Steps[j]):
			out = append(out, keys[i])
			i, j = i+1, j+1
		case best[i+1][j] >= best[i][j+1]:
			i++
		default:
			j++
		}
	}
	return out
}
