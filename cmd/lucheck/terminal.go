package main

import (
	"os"

	"golang.org/x/term"

	"github.com/lucheck/lucheck/reports"
)

// style is how text looks on a file: colours and the terminal's width only on a
// terminal.
func (a *app) style(f *os.File) reports.Style {
	s := reports.Style{Width: a.width, Color: a.colors(f), ASCII: a.ascii}
	if width, _, err := term.GetSize(int(f.Fd())); err == nil && s.Width <= 0 {
		s.Width = width
	}
	switch {
	case a.quiet:
		s.Detail = reports.Brief
	case a.verbose:
		s.Detail = reports.Full
	}
	return s
}

// colors says whether output to f is coloured.
func (a *app) colors(f *os.File) bool {
	switch a.color.value {
	case "always":
		return true
	case "never":
		return false
	}
	return a.env("NO_COLOR") == "" && a.env("TERM") != "dumb" && term.IsTerminal(int(f.Fd()))
}
