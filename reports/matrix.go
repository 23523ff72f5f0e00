package reports

import (
	"fmt"
	"strconv"
	"strings"

	"charm.land/lipgloss/v2"

	"github.com/lucheck/lucheck/explorer"
)

// anyTransfer is the column that asks whether some transfer exists.
const anyTransfer = "any"

// matrix prints the cells of a scenario: a row for each level, a column for each
// transfer. Columns that do not fit stand below in further blocks.
func (p *page) matrix(s *explorer.Scenario) {
	rows, columns := axes(s)
	if len(columns) == 0 {
		return
	}
	cells := map[string]*explorer.Cell{}
	for _, c := range s.Cells {
		cells[cellName(c)] = c
	}
	points := map[string]string{}
	for _, l := range s.Levels {
		points[l.Level] = number(l.Points)
	}
	label := len("points") + 5
	for _, r := range rows {
		label = max(label, lipgloss.Width(r)+len("points")+5)
	}
	for _, block := range p.blocks(s, columns, p.style.Width-label) {
		p.line()
		var lines [][]string
		for _, level := range rows {
			line := []string{level, points[level]}
			for _, t := range block {
				line = append(line, p.sign(cells[level+":"+t]))
			}
			lines = append(lines, line)
		}
		p.table(append([]string{"", "points"}, block...), lines, 1)
	}
	p.legend(s)
}

// axes gives the levels in the order of the rows and the transfers in the order
// of the columns.
func axes(s *explorer.Scenario) (levels, transfers []string) {
	seenLevel, seenTransfer := map[string]bool{}, map[string]bool{}
	last := false
	for _, l := range s.Levels {
		if !seenLevel[l.Level] {
			seenLevel[l.Level] = true
			levels = append(levels, l.Level)
		}
	}
	for _, c := range s.Cells {
		if !seenLevel[c.Level] {
			seenLevel[c.Level] = true
			levels = append(levels, c.Level)
		}
		if c.Transfer == anyTransfer {
			last = true
		} else if !seenTransfer[c.Transfer] {
			seenTransfer[c.Transfer] = true
			transfers = append(transfers, c.Transfer)
		}
	}
	if last {
		transfers = append(transfers, anyTransfer)
	}
	return levels, transfers
}

// blocks divides the columns into runs that fit the width, at least one column each.
func (p *page) blocks(s *explorer.Scenario, columns []string, width int) [][]string {
	wide := map[string]int{}
	for _, c := range s.Cells {
		wide[c.Transfer] = max(wide[c.Transfer], lipgloss.Width(c.Transfer)+2, lipgloss.Width(p.sign(c))+2)
	}
	var blocks [][]string
	used := 0
	for _, c := range columns {
		if len(blocks) == 0 || used+wide[c] > width {
			blocks = append(blocks, nil)
			used = 0
		}
		blocks[len(blocks)-1] = append(blocks[len(blocks)-1], c)
		used += wide[c]
	}
	return blocks
}

// sign is a cell's verdict with the letter of its cause; "" for no cell.
func (p *page) sign(c *explorer.Cell) string {
	if c == nil {
		return ""
	}
	l := looks[c.Verdict]
	text := l.sign + c.Cause
	if p.style.ASCII {
		text = strings.TrimSpace(c.Verdict.String() + " " + c.Cause)
	}
	return p.paint(l.tone, text)
}

var legendOrder = [...]explorer.Verdict{explorer.Valid, explorer.Invalid, explorer.Possible, explorer.Stray,
	explorer.Broken, explorer.Vacuous, explorer.Unknown, explorer.Feasible, explorer.Infeasible}

// legend explains the signs that occur.
func (p *page) legend(s *explorer.Scenario) {
	if p.style.ASCII {
		return
	}
	seen := map[explorer.Verdict]bool{}
	for _, c := range s.Cells {
		seen[c.Verdict] = true
	}
	var entries []string
	for _, v := range legendOrder {
		if l := looks[v]; seen[v] {
			entries = append(entries, p.paint(l.tone, l.sign)+" "+l.legend)
		}
	}
	p.line()
	p.pack(entries)
}

// details prints the figures of every cell.
func (p *page) details(s *explorer.Scenario) {
	if len(s.Cells) == 0 {
		return
	}
	p.heading("Cells")
	var rows [][]string
	for _, c := range s.Cells {
		n := c.Points
		rows = append(rows, []string{cellName(c), p.paint(looks[c.Verdict].tone, c.Verdict.String()),
			number(n.Immediate), number(n.Eventual), number(n.Possible),
			number(n.Stray), number(n.Invalid), span(c.Steps)})
	}
	p.table([]string{"cell", "verdict", "immediate", "eventual", "possible", "stray", "invalid", "steps"}, rows, 2, 3, 4, 5, 6)
}

// span writes the steps from the switch to the new version's states.
func span(s explorer.Steps) string {
	switch {
	case s.Least == nil && s.Greatest == nil:
		return ""
	case s.Greatest == nil:
		return fmt.Sprintf("%d or more", *s.Least)
	case s.Least == nil:
		return fmt.Sprintf("at most %d", *s.Greatest)
	case *s.Least == *s.Greatest:
		return strconv.Itoa(*s.Least)
	}
	return fmt.Sprintf("%d to %d", *s.Least, *s.Greatest)
}

// cellName names a cell as on the command line, without its update; a plan has no
// transfer.
func cellName(c *explorer.Cell) string {
	if c.Transfer == "" {
		return c.Level
	}
	return c.Level + ":" + c.Transfer
}
