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

// Unused lists what the code of a version (0 old, 1 new) has and no step has used:
// assertions, handlers, protocols. What both versions have counts as used if either uses
// it. It speaks of the version only where all its states have been explored.
func (u *Update) Unused(version int) []Unused {
	name := versionName(int64(version))
	var out []Unused
	for _, p := range u.units {
		if p.client && p.at(int64(version)) != nil {
			out = append(out, u.unjudged(p.at(int64(version)).Body, name)...)
		}
		for _, h := range p.handlers {
			if version == 0 && !h.old || version == 1 && !h.new {
				continue
			}
			if !h.ran && !u.isSent(p.name+"."+h.name) {
				continue // the text alone tells
			}
			if !h.ran {
				out = append(out, Unused{lang.Unreachable, fmt.Sprintf("no run of the %s version comes to the handler of `%s.%s`", name, p.name, h.name), h.handler.Span})
				continue
			}
			out = append(out, u.unjudged(h.handler.Body, name)...)
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

// unjudged lists the assertions of a body that no step has evaluated.
func (u *Update) unjudged(body []lang.Stmt, version string) []Unused {
	var out []Unused
	walk(body, func(s lang.Stmt) {
		a, is := s.(*lang.Assert)
		if !is || u.judged[u.failureID(assertionFailure(a))] {
			return
		}
		what := "an assertion"
		if a.Label != "" {
			what = fmt.Sprintf("the assertion %q", a.Label)
		}
		out = append(out, Unused{lang.NeverEvaluated, fmt.Sprintf("no run of the %s version evaluates %s", version, what), a.Spn})
	})
	return out
}

func assertionFailure(s *lang.Assert) Failure {
	return Failure{Kind: Assertion, Span: s.Spn, Clause: s.Label, Cond: s.Cond, Detail: "the assertion is false"}
}
