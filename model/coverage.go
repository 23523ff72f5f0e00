package model

import (
	"fmt"
	"slices"

	"github.com/lucheck/lucheck/lang"
)

// Unused is something in the code that no step computed so far has come to.
type Unused struct {
	Code string // of the warning
	Text string
	Span lang.Span
}

// Unused lists the handlers and protocols that a version (0 old, 1 new) has and no step has
// used. What both versions have counts as used if either uses it. It speaks of the version
// only where all its states have been explored.
func (u *Update) Unused(version int) []Unused {
	name := versionName(int64(version))
	var out []Unused
	for _, p := range u.units {
		for _, h := range p.handlers {
			if version == 0 && !h.old || version == 1 && !h.new {
				continue
			}
			if !h.ran && u.isSent(p.name+"."+h.name) { // else the text alone tells
				out = append(out, Unused{lang.Unreachable, fmt.Sprintf("no run of the %s version comes to the handler of `%s.%s`", name, p.name, h.name), h.handler.Span})
			}
		}
	}
	for _, p := range u.protocols {
		if l := []*lang.Protocol{p.old, p.new}[version]; l != nil && !p.moved && slices.ContainsFunc(p.initiator.sends(), func(s sent) bool { return p.names(symbol(s.target.Msg)) }) {
			out = append(out, Unused{lang.NeverStarts, fmt.Sprintf("no run of the %s version starts protocol `%s`", name, p.name), l.Span})
		}
	}
	return out
}

// isSent says whether some code sends a message, or something else becomes it.
func (u *Update) isSent(name string) bool {
	for _, p := range u.units {
		if slices.ContainsFunc(p.sends(), func(s sent) bool { return symbol(s.target.Msg) == name }) {
			return true
		}
	}
	return slices.ContainsFunc(u.rewritings(), func(c *lang.Convert) bool { return symbol(c.To) == name })
}

// AssertionUse is an assertion in the code of a unit or client, and whether it has been
// evaluated. The same text is one assertion, though it may be code of both versions.
type AssertionUse struct {
	Label    string // "" where none is given
	Span     lang.Span
	Old, New bool // the versions that have it
	// Before and After say whether a step computed so far has evaluated it, in the old
	// version, and after a switch or in the new one (of a plan: once it has replaced
	// something).
	Before, After bool
	// Ran says whether its handler has begun at all; true in a client.
	Ran bool
}

// Assertions lists the assertions of both versions, unit by unit, in the order of the text.
func (u *Update) Assertions() []AssertionUse {
	var out []AssertionUse
	at := map[lang.Span]int{}
	add := func(body []lang.Stmt, old, new, ran bool) {
		walk(body, func(s lang.Stmt) {
			a, is := s.(*lang.Assert)
			if !is {
				return
			}
			i, known := at[a.Spn]
			if !known {
				i = len(out)
				at[a.Spn] = i
				id := u.failureID(assertionFailure(a))
				out = append(out, AssertionUse{Label: a.Label, Span: a.Spn, Before: u.judged[0][id], After: u.judged[1][id]})
			}
			out[i].Old, out[i].New, out[i].Ran = out[i].Old || old, out[i].New || new, out[i].Ran || ran
		})
	}
	for _, p := range u.units {
		if p.manager {
			continue
		}
		if p.client { // it is part of both versions
			add(p.old.Body, true, false, true)
			add(p.new.Body, false, true, true)
		}
		for _, h := range p.handlers {
			add(h.handler.Body, h.old, h.new, h.ran)
		}
	}
	return out
}

// judges notes that a step evaluates an assertion in a state.
func (u *Update) judges(id uint32, v []uint64) {
	after := u.phase.get(v) != 0 || u.plan != nil && u.plan.replaced.get(v) != 0
	u.judged[truth(after)][id] = true
}

func assertionFailure(s *lang.Assert) Failure {
	return Failure{Kind: Assertion, Span: s.Spn, Clause: s.Label, Cond: s.Cond, Detail: "the assertion is false"}
}
