package explorer

import (
	"fmt"
	"slices"

	"github.com/lucheck/lucheck/explorer/search"
	"github.com/lucheck/lucheck/lang"
)

// Weak specs are called weak: warnings of what exploring has shown to say nothing.

// noteUnused asks, when a version has been explored, what of it no run uses. What
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
	for _, x := range a.asserted.all {
		if code, text := a.asserted.weakness(x); code != "" {
			add(code, text, x.Span)
		}
	}
	for i, t := range a.update.Transfers {
		if t.Changes() && a.idle(i+1) { // else the text alone tells
			add(lang.IdleTransfer, fmt.Sprintf("at no point transfer `%s` changes anything", t.Name), t.Span)
		}
	}
	told := map[string]bool{}
	for _, c := range cells {
		if c.Verdict == Vacuous && c.Transfer != transferAny && len(c.Expected) == 0 && !told[c.Level] {
			told[c.Level] = true
			add(lang.NoPoints, fmt.Sprintf("no reachable state of the old version satisfies `%s`", c.Level), a.update.Span)
		}
	}
	return out
}

// idle says whether a transfer leads from every point where no transfer does, and
// from some into a state. One that is also a plan's, or whose `adapt` goes on behind the
// switch, may do more elsewhere.
func (a *Analysis) idle(transfer int) bool {
	t := a.update.Transfers[transfer-1]
	later := slices.ContainsFunc(t.Converts, func(c *lang.Convert) bool { return c.Later })
	planned := slices.ContainsFunc(a.update.Plans, func(p *lang.Plan) bool { return slices.Contains(p.Transfers(), t) })
	if later || planned || !a.r1.complete() || a.offline == nil && a.model.BeginsToPersist() {
		return false
	}
	found := false
	for _, j := range []*Analysis{a, a.offline} {
		if j == nil {
			continue
		}
		if j.cut || len(j.images) <= transfer {
			return false
		}
		for p := range j.images[0].to {
			to, fail := j.images[transfer].at(p)
			if _, failsToo := j.images[0].at(p); fail != failsToo || !j.sameImage(&j.images[transfer], &j.images[0], p) {
				return false
			}
			found = found || to != search.NoRef
		}
	}
	return found
}
