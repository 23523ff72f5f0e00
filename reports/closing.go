package reports

import (
	"fmt"
	"slices"
	"strings"

	"github.com/lucheck/lucheck/explorer"
)

// brief names a scenario only where something in it is not as it should be.
func (p *page) brief(s *explorer.Scenario) {
	bad := len(s.New.Failures) > 0 || slices.ContainsFunc(s.Expected, func(e explorer.Expectation) bool {
		return e.Met == nil || !*e.Met
	})
	if !bad {
		return
	}
	p.line(p.paint(strong, s.Spec), p.glyphs.dot, "update ", s.Update)
	p.unmet(s)
	for _, f := range s.New.Failures {
		p.fold(" ", "the new version alone fails: "+failureTitle(&f))
	}
}

// summary has one row for each scenario.
func (p *page) summary(r *explorer.Report) {
	p.heading("Summary")
	rows := [][]string{{"spec", "update", "weakest valid level", "met"}}
	for _, s := range r.Scenarios {
		met := ""
		if len(s.Expected) > 0 {
			met = score(s)
		}
		update := s.Update
		if s.Machine != nil {
			update += " on " + *s.Machine
		}
		rows = append(rows, []string{s.Spec, update, weakest(s), met})
	}
	_, words := measure(rows)
	if total := words[0] + words[1] + words[2] + words[3] + 7; total <= p.style.Width {
		p.table(rows[0], rows[1:])
		return
	}
	for _, row := range rows[1:] {
		p.line(" ", row[0], p.glyphs.dot, row[1])
		text := "weakest valid level: " + row[2]
		if row[3] != "" {
			text += p.glyphs.dot + row[3] + " met"
		}
		p.fold("   ", text)
	}
}

// weakest names the weakest valid levels with the cheapest transfer that works:
// none where it is enough.
func weakest(s *explorer.Scenario) string {
	found := slices.Clone(s.Minimal.WithoutTransfer)
	for _, l := range s.Minimal.WithTransfer {
		if !slices.Contains(found, l) {
			found = append(found, l+" with a transfer")
		}
	}
	if len(found) == 0 {
		return nothingValid(s)
	}
	return strings.Join(found, "; ")
}

// closing says how the run ends and where to look.
func (p *page) closing(r *explorer.Report) {
	if p.style.Detail == Brief && r.Exit.Code == 0 {
		return
	}
	if p.text.Len() > 0 {
		p.line()
	}
	p.exit(&r.Exit)
	if len(r.Scenarios) > 1 && r.Exit.Code == 0 {
		return
	}
	if spec, cell := firstLook(r); cell != "" && p.style.Detail != Brief {
		p.line(p.paint(faint, "look closer: "), lookAt(spec, cell))
	}
}

// exit says how the run ends, and why.
func (p *page) exit(e *explorer.Exit) {
	tone := bad
	switch e.Code {
	case 0:
		tone = good
	case 3, 4:
		tone = doubtful
	}
	head := p.paint(tone, fmt.Sprintf("exit %d, %s", e.Code, e.Class))
	if len(e.Because) == 1 {
		p.fold("", head+": "+e.Because[0])
		return
	}
	p.line(head)
	for _, b := range e.Because {
		p.fold("  ", b)
	}
}

// lookAt is the command that shows more of a cell, or of the weakest stable state, which is
// none: `stable`, with the update before it and the transfer behind.
func lookAt(spec, cell string) string {
	update, rest := "", cell
	if before, after, several := strings.Cut(cell, "/"); several {
		update, rest = " "+quoted(before), after
	}
	if rest == "stable" {
		return "lucheck stable " + quoted(spec) + update
	}
	if transfer, is := strings.CutPrefix(rest, "stable with "); is {
		return "lucheck stable " + quoted(spec) + update + " --with " + quoted(transfer)
	}
	return "lucheck why " + quoted(spec) + " " + quoted(cell)
}

// firstLook finds the cell that a reader wants to see first: one that is not as
// expected, else one with a cause, else none. The cell has its update before it
// where the spec has several.
func firstLook(r *explorer.Report) (spec, cell string) {
	updates := map[string]int{}
	for _, s := range r.Scenarios {
		updates[s.Spec]++
	}
	named := func(s *explorer.Scenario, cell string) (string, string) {
		if updates[s.Spec] > 1 {
			cell = s.Update + "/" + cell
		}
		return s.Spec, cell
	}
	for _, s := range r.Scenarios {
		for _, e := range s.Expected {
			if e.Cell != "" && e.Met != nil && !*e.Met {
				return named(s, e.Cell)
			}
		}
	}
	for _, s := range r.Scenarios {
		for _, p := range s.Plans {
			if p.Trace != nil {
				return named(s, "plan "+p.Plan)
			}
		}
	}
	for _, s := range r.Scenarios {
		for _, c := range s.Causes {
			if len(c.Cells) > 0 {
				return named(s, c.Cells[0])
			}
		}
	}
	return "", ""
}

// quoted is a word for a shell's command line.
func quoted(word string) string {
	special := func(r rune) bool {
		return !strings.ContainsRune("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-./:+", r)
	}
	if word == "" || strings.ContainsFunc(word, special) {
		return "'" + strings.ReplaceAll(word, "'", `'\''`) + "'"
	}
	return word
}
