package explorer

import (
	"fmt"
	"slices"

	"github.com/lucheck/lucheck/lang"
	"github.com/lucheck/lucheck/model"
)

// assertions says which assertions have been evaluated before the switch, that is in the
// old version, and after it: in what follows a switch, or in the new version.
type assertions struct {
	all []model.AssertionUse
	// What has not been evaluated before, or after, never is: all of that has been
	// explored, and no version fails by itself.
	before, after bool
}

// evaluated tells it of what has been explored so far.
func (a *Analysis) evaluated() assertions {
	alone := func(s *side) bool { return s.complete() && !s.broken() }
	return assertions{all: a.model.Assertions(), before: alone(&a.r1),
		after: alone(&a.r2) && a.after != nil && a.after.complete && !a.cut}
}

// noteAssertions takes together what the switches, the plans and the levels at which the
// system is down evaluate.
func (a *Analysis) noteAssertions() error {
	e := a.evaluated()
	if slices.ContainsFunc(a.levels, model.Offline) {
		e.after = e.after && a.offline != nil && a.offline.complete() && !a.offline.r2.broken()
	}
	for _, c := range a.plans {
		e.after = e.after && c.asserted.after
		for i, x := range c.asserted.all {
			e.all[i].Before, e.all[i].After = e.all[i].Before || x.Before, e.all[i].After || x.After
		}
	}
	a.asserted = e
	return nil
}

// weakness says in which way an assertion says nothing; the code is "" for none that is
// known. Where no run begins the handler, that is said instead.
func (e *assertions) weakness(x model.AssertionUse) (code, text string) {
	what := "an assertion"
	if x.Label != "" {
		what = fmt.Sprintf("the assertion %q", x.Label)
	}
	shared := x.Old && x.New
	switch {
	case !x.Ran:
	case !x.New && e.before && !x.Before:
		return lang.NeverEvaluated, "no run of the old version evaluates " + what
	case !x.Old && e.after && !x.After:
		return lang.NeverEvaluated, "no run of the new version evaluates " + what
	case !shared || !e.before || !e.after || x.Before && x.After:
	case x.Before:
		return lang.NeverAfter, what + " is never evaluated after the switch"
	case x.After:
		return lang.NeverBefore, what + " is never evaluated before the switch"
	default:
		return lang.NeverEvaluated, "no run of either version evaluates " + what
	}
	return "", ""
}

// counts says how many assertions the versions have, and how many of them have not been
// evaluated where they could have been.
func (e *assertions) counts() Assertions {
	var out Assertions
	never := [2]int{}
	for _, x := range e.all {
		if x.Old {
			out.Old++
			never[0] += count(!x.Before)
		}
		if x.New {
			out.New++
			never[1] += count(!x.After)
		}
	}
	if e.before {
		out.NeverBefore = &never[0]
	}
	if e.after {
		out.NeverAfter = &never[1]
	}
	return out
}

func count(is bool) int {
	if is {
		return 1
	}
	return 0
}
