// Package lang turns the text of a spec into a checked program, or into a list of
// errors with places, codes and advice; and prints a spec in its canonical form.
//
// What goes in: files in the language of docs/language.md, and values for the
// sizes (`param`) that they declare. What comes out: a *Program, which holds one
// System for the base and one for each update's new version. The packages behind
// this one read the Program and nothing else.
//
// The way of a text, one pass after the other:
//
//	Parse     token.go scans, parse.go cuts the text into declarations and reads
//	          each with the grammar in the tags of ast.go; stmt.go and expr.go read
//	          statements and expressions. The tree holds what the author wrote.
//	Load      load.go adds the files that a file imports, each once, imports first.
//	Check     merge.go sorts the declarations and applies each update to a copy of
//	          the base's; check.go elaborates a version: names (scope.go), types,
//	          variables, signatures, then code, protocols and properties; update.go
//	          compares the two versions and checks transfers and expectations.
//	finish    fingerprint.go says which handlers and messages are the same in both.
//	warn      flow.go warns of what is legal and most likely a mistake.
//
// What holds between the passes: the tree is never changed after Parse. A version
// is elaborated anew for each update, so that unchanged code is typed with the new
// declarations and no node belongs to two systems. While checking, a nil type or
// expression stands for something wrong that has been reported; what contains it
// stays silent. A Program exists only where there was no error, and then nothing
// in it is nil that program.go does not say may be.
//
// Every error has a place and a code; codes.go lists the codes, and Codes explains
// them. No input makes the package panic, run for long or use much memory: sizes
// and nesting are bounded where text is read, types and code where they are
// checked (see the constants in check_types.go).
//
// The package knows nothing of states, of steps and of verdicts.
//
// Start reading with program.go, which is the border to the other packages, then
// load.go and check.go.
package lang
