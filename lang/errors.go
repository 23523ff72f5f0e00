package lang

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// Error is one diagnostic about the text of a spec, in its author's words.
type Error struct {
	Code    string // "LU0107"; see Codes
	Warning bool   // a warning does not stop the run
	Name    string // the warning's kebab-case name, by which it is silenced; "" for errors
	Msg     string // what is wrong: one line, no full stop
	Advice  string // what to do, e.g. "did you mean `chunk`?"; "" for none
	Span    Span   // what to underline
	Related []Related
	More    int // how many others this entry stands for, where Tidy left them out
}

// Related is another place that belongs to an error, e.g. the first declaration.
type Related struct {
	Span Span
	Msg  string
}

// Error gives file:line:column, code and message on one line.
func (e *Error) Error() string {
	return fmt.Sprintf("%s: %s[%s]: %s", e.Span.Start, e.kind(), e.Code, e.Msg)
}

func (e *Error) kind() string {
	if e.Warning {
		return "warning"
	}
	return "error"
}

// MaxErrors is the number of errors that ErrorList.Tidy keeps, and the number of
// warnings.
const MaxErrors = 50

// ErrorList is a list of errors and warnings.
type ErrorList []*Error

// HasErrors says whether one of them is an error and not a warning.
func (l ErrorList) HasErrors() bool {
	return slices.ContainsFunc(l, func(e *Error) bool { return !e.Warning })
}

// Errors is the number of errors, with those that Tidy has left out.
func (l ErrorList) Errors() int {
	n := 0
	for _, e := range l {
		switch {
		case e.Warning:
		case e.More > 0:
			n += e.More
		default:
			n++
		}
	}
	return n
}

// Error gives all errors, one a line, in the order of the list.
func (l ErrorList) Error() string {
	lines := make([]string, len(l))
	for i, e := range l {
		lines[i] = e.Error()
	}
	return strings.Join(lines, "\n")
}

// Tidy gives the list sorted by file and place, without repetitions, with at most
// MaxErrors errors and MaxErrors warnings. Where it leaves some out, the last
// entry of that sort says how many, so a list is tidied once. The receiver is not
// changed.
func (l ErrorList) Tidy() ErrorList {
	all := slices.Clone(l)
	slices.SortStableFunc(all, byPlace)
	all = slices.CompactFunc(all, func(a, b *Error) bool { return byPlace(a, b) == 0 })
	var kept ErrorList
	seen := map[bool]int{}
	last := map[bool]*Error{}
	for _, e := range all {
		seen[e.Warning]++
		if seen[e.Warning] <= MaxErrors {
			kept = append(kept, e)
			last[e.Warning] = e
		}
	}
	for _, warning := range []bool{false, true} {
		if n := seen[warning] - MaxErrors; n > 0 {
			kept = append(kept, left(last[warning], n))
		}
	}
	return kept
}

// left is the entry that stands for n entries behind last that are not shown.
func left(last *Error, n int) *Error {
	return &Error{Code: codeMore, Warning: last.Warning, Name: last.Name, Span: last.Span, More: n,
		Msg: "and " + countOf(n, "more "+last.kind()), Advice: "repair the first ones and run again"}
}

func byPlace(a, b *Error) int {
	return cmp.Or(
		cmp.Compare(a.Span.Start.Filename, b.Span.Start.Filename),
		cmp.Compare(a.Span.Start.Offset, b.Span.Start.Offset),
		cmp.Compare(a.Span.End.Offset, b.Span.End.Offset),
		cmp.Compare(a.Code, b.Code),
		cmp.Compare(a.Msg, b.Msg),
	)
}
