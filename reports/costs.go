package reports

import (
	"fmt"
	"slices"

	"github.com/lucheck/lucheck/explorer"
)

// costs says how long levels are waited for, and who stands still then, where there is
// something to choose: several levels at which the update is valid. The full page has all
// levels.
func (p *page) costs(s *explorer.Scenario) {
	title, rows := "What the valid levels cost", s.Levels
	valid := func(l explorer.LevelInfo) bool {
		return slices.ContainsFunc(s.Cells, func(c *explorer.Cell) bool { return c.Level == l.Level && c.Verdict == explorer.Valid })
	}
	if p.style.Detail == Full {
		title = "What the levels cost"
	} else {
		rows = slices.DeleteFunc(slices.Clone(rows), func(l explorer.LevelInfo) bool { return !valid(l) })
	}
	rows = slices.DeleteFunc(slices.Clone(rows), func(l explorer.LevelInfo) bool { return l.Waiting == nil || l.StandStill == nil })
	if len(rows) < 2 {
		return
	}
	p.heading(title)
	var table [][]string
	var reasons []string
	for _, l := range rows {
		table = append(table, []string{l.Level, share(l.Points, s.Old.States), l.Waiting.Reached, away(*l.Waiting), standing(*l.StandStill)})
		if r := l.Waiting.Reason; r != "" && !slices.Contains(reasons, r) {
			reasons = append(reasons, r)
		}
	}
	p.table([]string{"", "states", "reached", "steps away", "standing still"}, table, 1)
	for _, r := range reasons {
		p.fold(" ", p.paint(faint, "how a level is reached is not known: "+r))
	}
}

// share is a part of a whole in percent, rounded but for what is not nothing and not all.
func share[T ~int](part, whole T) string {
	switch {
	case part < 0 || whole < 0: // not counted
		return ""
	case part > 0 && part*200 < whole:
		return "< 1%"
	case part < whole && part*200 > whole*199:
		return "> 99%"
	case whole == 0:
		return "0%"
	}
	return fmt.Sprintf("%d%%", (part*200+whole)/(2*whole))
}

// away says how far a level is from where it is farthest.
func away(w explorer.Waiting) string {
	switch {
	case w.Reached == "unknown", w.Steps == nil && w.Reached != "lost":
		return ""
	case w.Steps == nil:
		return "infinite"
	case *w.Steps == 0:
		return "0"
	}
	return fmt.Sprintf("up to %d", *w.Steps)
}

func standing(s explorer.StandStill) string {
	switch {
	case s.Clients > 0:
		return fmt.Sprintf("%d of %s, %s", s.Units, plural(s.Of, "unit"), plural(s.Clients, "client"))
	case s.Units == 0:
		return "nothing"
	}
	return fmt.Sprintf("%d of %s", s.Units, plural(s.Of, "unit"))
}
