package explorer

import (
	"fmt"
	"slices"

	"github.com/lucheck/lucheck/lang"
)

// Weak specs are called weak: warnings of what exploring has shown to say nothing.

// noteUnused asks, when a version has been explored, what of its code no run uses. What
// failed or was cut short may be why, so then nothing is said.
func (a *Analysis) noteUnused(version int) func() error {
	return func() error {
		s := []*side{&a.r1, &a.r2}[version]
		if s.complete() && !s.broken() {
			a.unused[version] = a.model.Unused(version)
		}
		return nil
	}
}

// weaknesses are the warnings about a scenario.
func (a *Analysis) weaknesses(cells []*Cell) []Warning {
	out := []Warning{}
	add := func(code, text string, at lang.Span) {
		w := Warning{Code: code, Name: lang.WarningName(code), Text: text, Place: placeOf(at)}
		if !slices.ContainsFunc(out, func(o Warning) bool {
			return o.Place != nil && w.Place != nil && o.Code == w.Code && *o.Place == *w.Place
		}) {
			out = append(out, w)
		}
	}
	for _, list := range a.unused {
		for _, u := range list {
			add(u.Code, u.Text, u.Span)
		}
	}
	told := map[string]bool{}
	for _, c := range cells {
		if c.Verdict == Vacuous && len(c.Expected) == 0 && !told[c.Level] {
			told[c.Level] = true
			add(lang.NoPoints, fmt.Sprintf("no reachable state of the old version satisfies `%s`", c.Level), a.update.Span)
		}
	}
	return out
}
