package explorer

import (
	"fmt"
	"slices"
	"strings"

	"github.com/lucheck/lucheck/lang"
)

// expectations are the author's, then those from the command line.
// Those on another machine are left out.
func (a *Analysis) expectations() []*lang.Expect {
	var out []*lang.Expect
	for _, e := range slices.Concat(a.update.Expects, a.opt.Require) {
		if e.On == "" || a.opt.Machine != nil && a.opt.Machine.Name == e.On {
			out = append(out, e)
		}
	}
	return out
}

// judge compares every expectation with what came out, in both directions.
func (a *Analysis) judge(cells []*Cell) []Expectation {
	out := []Expectation{}
	for _, e := range a.expectations() {
		x := Expectation{Text: a.expectText(e), Place: placeOf(e.Span)}
		if e.Category != 0 {
			met := a.scenario.Category.Number == e.Category
			x.Met = &met
			out = append(out, x)
			continue
		}
		if e.Safe != nil {
			a.judgeSafe(e, &x)
			out = append(out, x)
			continue
		}
		if e.Plan != "" {
			a.judgePlanExpected(e, &x)
			out = append(out, x)
			continue
		}
		level, transfer := a.model.Canonical(e.Level).String(), e.With
		switch {
		case isAny(e.Verdict):
			transfer = transferAny
		case transfer == "":
			transfer = a.model.Transfers[0].Name
		}
		for _, c := range cells {
			if c.Level == level && c.Transfer == transfer {
				x.Cell, x.Verdict = c.Level+":"+c.Transfer, c.Verdict
				x.Met = meets(e.Verdict, c)
				c.Expected = append(c.Expected, e.Verdict)
				c.Met = both(c.Met, x.Met, len(c.Expected) == 1)
			}
		}
		out = append(out, x)
	}
	return out
}

// judgePlanExpected compares an expectation on a plan with what came out.
func (a *Analysis) judgePlanExpected(e *lang.Expect, x *Expectation) {
	for i := range a.scenario.Plans {
		p := &a.scenario.Plans[i]
		if p.Plan != e.Plan {
			continue
		}
		x.Cell, x.Verdict = "plan "+p.Plan, p.Verdict
		came := p.Verdict.String()
		switch {
		case e.After != nil:
			s := &p.StoppedAfter[*e.After]
			x.Cell, x.Verdict = stopName(p, s), s.Verdict
			came = s.Verdict.String()
		case e.Stopped:
			x.Cell, x.Verdict = x.Cell+" stopped", p.Stopped
			came = p.Stopped.String()
		case slices.Contains([]string{"completes", "can wait", "deadlocks"}, e.Verdict):
			came = p.Completion
			if p.Failure != nil || p.Verdict == Broken || p.Verdict == Vacuous { // it is never carried out
				came = p.Verdict.String()
			}
		}
		if came != Unknown.String() {
			met := came == e.Verdict
			x.Met = &met
		}
		p.Expected = append(p.Expected, strings.TrimPrefix(x.Text, "plan "+p.Plan+" "))
		p.Met = both(p.Met, x.Met, len(p.Expected) == 1)
	}
}

// meets says whether a cell is as expected; nil where that is unknown.
func meets(verdict string, c *Cell) *bool {
	met := false
	switch verdict {
	case "immediate":
		met = c.Verdict == Valid && c.Points.Eventual == 0
	case "eventual":
		met = c.Verdict == Valid && c.Points.Eventual > 0
	default:
		met = c.Verdict.String() == verdict
	}
	if c.Verdict == Unknown {
		return nil
	}
	return &met
}

// both combines the outcomes of several expectations of one cell: a missed one
// stays missed, an unknown one unknown.
func both(x, y *bool, first bool) *bool {
	switch {
	case first:
		return y
	case x != nil && !*x:
		return x
	case y == nil || !*y:
		return y
	}
	return x
}

func (a *Analysis) expectText(e *lang.Expect) string {
	if e.Category != 0 {
		return fmt.Sprintf("category %d", e.Category)
	}
	if e.Safe != nil {
		return a.safeText(e)
	}
	s := e.Level.String()
	if e.Plan != "" {
		s = "plan " + e.Plan
	}
	if e.Stopped {
		s += " stopped"
	}
	if e.After != nil {
		s += fmt.Sprintf(" after %d", *e.After)
	}
	if e.On != "" {
		s = "on " + e.On + " " + s
	}
	if e.With != "" && !isAny(e.Verdict) {
		s += " with " + e.With
	}
	return s + " " + e.Verdict
}

// placeOf gives a span for a report; nil for nowhere.
func placeOf(s lang.Span) *Place {
	if s.Start.Line == 0 {
		return nil
	}
	return &Place{File: s.Start.Filename, Line: s.Start.Line, Column: s.Start.Column, EndLine: s.End.Line, EndColumn: s.End.Column}
}
