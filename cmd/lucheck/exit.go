package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/lucheck/lucheck/explorer"
)

// The exit codes.
const (
	exitOK          = 0
	exitFailed      = 1
	exitSpec        = 2
	exitUndecided   = 3
	exitNothing     = 4
	exitUsage       = 64
	exitInternal    = 70
	exitInterrupted = 130
)

// exitClass is a code with its name in reports and its meaning.
type exitClass struct {
	code          int
	name, meaning string
}

// exitClasses has every code, the one that wins where several apply first.
var exitClasses = []exitClass{
	{exitInternal, "internal", "lucheck itself is wrong; the message says what to report"},
	{exitInterrupted, "interrupted", "interrupted; what was not decided by then is unknown"},
	{exitUsage, "usage", "bad flags or arguments, a report that cannot be written, or a checkpoint that cannot be used"},
	{exitFailed, "failed", "an expectation is not met; without expectations: no level is valid with any transfer on offer"},
	{exitSpec, "spec error", "a spec has errors"},
	{exitNothing, "nothing checked", "nothing failed, but something was not checked at all: a path that matches no spec, a spec without an update, a cell without points"},
	{exitUndecided, "undecided", "nothing failed, but a limit left something undecided"},
	{exitOK, "ok", "all is decided and as it should be"},
}

// problem is something other than a verdict that decides how a run ends.
type problem struct {
	code int
	text string
}

// policy says which verdicts fail a run.
type policy struct {
	unmet   bool // an expectation is not met, or there is none and no level is valid: 1
	invalid bool // any cell of a live level is invalid, possible, stray or broken: 1
	unknown bool // any cell is unknown: 3
	vacuous bool // any cell is vacuous: 4
	// asked limits unknown and vacuous to cells with an expectation, where a
	// scenario has any; a met `expect … vacuous` is as it should be.
	asked bool
}

// defaultPolicy holds without --fail-on.
var defaultPolicy = policy{unmet: true, unknown: true, asked: true}

// policyWords are what --fail-on takes.
var policyWords = []string{"unmet", "invalid", "unknown", "vacuous", "none"}

// readPolicy gives the policy that the words ask for; no words ask for the default.
func readPolicy(words []string) (policy, error) {
	if len(words) == 0 {
		return defaultPolicy, nil
	}
	var p policy
	for _, w := range words {
		switch w {
		case "unmet":
			p.unmet = true
		case "invalid":
			p.invalid = true
		case "unknown":
			p.unknown = true
		case "vacuous":
			p.vacuous = true
		case "none":
			if len(words) > 1 {
				return p, fmt.Errorf("--fail-on none stands alone")
			}
		default:
			return p, fmt.Errorf("--fail-on takes %s, not %q", strings.Join(policyWords, ", "), w)
		}
	}
	// What a limit left open is never as it should be, unless nothing fails a run.
	p.asked = !p.unknown && !slices.Contains(words, "none")
	return p, nil
}

// decide gives the exit code with its reasons, the deciding ones first. Equal
// arguments give equal results.
func decide(scenarios []*explorer.Scenario, problems []problem, p policy) explorer.Exit {
	all := slices.Clone(problems)
	for _, s := range scenarios {
		for _, q := range p.judge(s) {
			q.text = fmt.Sprintf("%s, update %s: %s", s.Spec, s.Update, q.text)
			all = append(all, q)
		}
	}
	if len(scenarios) == 0 && len(problems) == 0 {
		all = []problem{{exitNothing, "no spec was checked"}}
	}
	return ranked(all)
}

// ranked gives the exit code of some problems, with the deciding ones first.
func ranked(all []problem) explorer.Exit {
	exit := explorer.Exit{Because: []string{}}
	for _, class := range exitClasses {
		for _, q := range all {
			if q.code != class.code {
				continue
			}
			if len(exit.Because) == 0 {
				exit.Code, exit.Class = class.code, class.name
			}
			exit.Because = append(exit.Because, q.text)
		}
	}
	if exit.Class == "" {
		exit.Class = className(exitOK)
	}
	return exit
}

func className(code int) string {
	i := slices.IndexFunc(exitClasses, func(c exitClass) bool { return c.code == code })
	return exitClasses[i].name
}

// judge gives what is not as it should be in one scenario.
func (p policy) judge(s *explorer.Scenario) []problem {
	if o := s.Old; o.Complete && o.Steps == 0 && len(o.Failures) == 0 && p != (policy{}) {
		return []problem{{exitNothing, "nothing ever happens: no client of the old version has a step"}}
	}
	var found []problem
	if len(s.Expected) > 0 {
		found = p.judgeExpected(s)
	} else {
		found = p.judgeLevels(s)
	}
	for _, c := range s.Cells {
		name := c.Level + ":" + c.Transfer
		switch {
		case p.invalid && live(c) && bad(c.Verdict):
			found = append(found, problem{exitFailed, fmt.Sprintf("%s is %s", name, c.Verdict)})
		case p.unknown && !p.asked && open(c):
			found = append(found, problem{exitUndecided, name + " is unknown"})
		case p.vacuous && c.Verdict == explorer.Vacuous && c.Transfer != "any" && !met(c.Met):
			found = append(found, problem{exitNothing, name + " is vacuous"})
		}
	}
	return found
}

// judgeExpected compares with the expectations.
func (p policy) judgeExpected(s *explorer.Scenario) []problem {
	var found []problem
	for _, e := range s.Expected {
		text := "expect " + e.Text
		switch {
		case met(e.Met):
		case e.Met == nil:
			if p.asked {
				found = append(found, problem{exitUndecided, text + ": not decided"})
			}
		case e.Cell == "":
			if p.unmet {
				found = append(found, problem{exitFailed, fmt.Sprintf("%s: it is category %d: %s", text, s.Category.Number, strings.Join(s.Category.Reasons, "; "))})
			}
		case e.Verdict == explorer.Vacuous:
			if p.unmet || p.vacuous {
				found = append(found, problem{exitNothing, text + ": it is vacuous"})
			}
		case p.unmet:
			came := e.Came
			if came == "" {
				came = e.Verdict.String()
			}
			found = append(found, problem{exitFailed, fmt.Sprintf("%s: it is %s", text, came)})
		}
	}
	return found
}

// judgeLevels looks at a scenario without expectations: some live level has to be
// valid. Cells without points show nothing, and unknown ones leave it open.
func (p policy) judgeLevels(s *explorer.Scenario) []problem {
	var valid, decided bool
	var unknown []string
	for _, c := range s.Cells {
		switch {
		case open(c):
			unknown = append(unknown, c.Level+":"+c.Transfer)
		case live(c) && c.Verdict == explorer.Valid:
			valid = true
		case live(c) && c.Verdict != explorer.Vacuous && c.Verdict != explorer.Unknown:
			decided = true
		}
	}
	var found []problem
	if len(unknown) > 0 && p.asked {
		found = append(found, problem{exitUndecided, "unknown: " + strings.Join(unknown, ", ")})
	}
	switch {
	case valid || len(unknown) > 0 || !p.unmet:
	case decided:
		found = append(found, problem{exitFailed, "no level is valid with any transfer on offer"})
	default:
		found = append(found, problem{exitNothing, "no level has a point"})
	}
	return found
}

// live says whether the system runs on through an update at the cell's level.
func live(c *explorer.Cell) bool { return c.Level != "reboot" && c.Level != "hardware" }

// bad says whether a verdict is one against the update.
func bad(v explorer.Verdict) bool {
	switch v {
	case explorer.Invalid, explorer.Possible, explorer.Stray, explorer.Broken, explorer.Infeasible:
		return true
	}
	return false
}

// open says whether a cell is undecided. Whether any transfer exists is a
// question of its own, asked by an expectation only.
func open(c *explorer.Cell) bool { return c.Verdict == explorer.Unknown && c.Transfer != "any" }

func met(m *bool) bool { return m != nil && *m }
