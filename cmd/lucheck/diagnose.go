package main

import "github.com/lucheck/lucheck/lang"

// colourful is how diagnostics look on a terminal with colours.
var colourful = lang.Style{Error: "\x1b[1;31m", Warning: "\x1b[1;33m", Frame: "\x1b[34m", Bold: "\x1b[1m", Reset: "\x1b[m"}

// diagnose prints errors and warnings about specs on standard error. What cannot
// be printed there cannot be reported anywhere.
func (a *app) diagnose(found lang.ErrorList, sources *lang.Sources) {
	style := lang.Style{}
	if a.colors(a.err) {
		style = colourful
	}
	_ = lang.Render(a.err, found, sources, style)
}
