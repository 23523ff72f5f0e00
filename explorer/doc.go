// Package explorer answers, about one update, the questions of the definitions
// (docs/definitions.md): which update points are valid, with which transfer, at
// which atomicity level, and what goes wrong otherwise.
//
// In goes a checked program and one of its updates; out comes a Scenario, which is
// data, and an Analysis, which can still be asked why. Check reads like a table of
// contents:
//
//	system.go    the model as a system of states and steps      section 1
//	reach.go     R2 and R1, each version explored alone         section 2
//	images.go    every point of R1 switched with each transfer  section 2
//	validity.go  what becomes of a switched state               section 3
//	level.go     the rows of the matrix and their inclusion     section 4
//	cell.go      points counted by class, level and transfer    section 3
//	event.go     the level that depends on what has happened    section 4
//	waiting.go   how the old version comes to a level's points  section 7
//	offline.go   the levels at which the system is down         section 4
//	plan.go      updates in several steps                       sections 2.5, 3
//	halt.go      a plan that stops for good                     section 3
//	tolerate.go  what may differ after the switch               section 3
//	reduce.go    what is left out, and what can be said then   docs/reductions.md
//	symmetry.go  one state of each orbit                       docs/reductions.md
//	weak.go      what the spec says and no reachable state uses
//	probe.go     can the properties tell the update from a crash?
//	cause.go     invalid cells grouped by what goes wrong
//	findings.go  what several scenarios show together
//	expect.go    the author's expectations
//	measure.go   what makes a model big;  figures.go  as data;  advice.go  in words
//	trace.go     paths in the author's words;  why.go  one cell looked at closely
//
// R1, R2 and the states after the switch share one space: component tables and
// visited set. R2 is explored first and has the lowest numbers, then R1, then all
// images of R1 under all transfers and what follows from them until R2 is entered.
// What becomes of a switched state does not depend on the level or transfer that
// led to it, so it is computed once; a level is a bit of a mask, and a cell a sum.
//
// A limit makes cells unknown, never valid: Verdict's zero value is Unknown, and
// only decide (cell.go) gives any other.
//
// The package knows nothing of files, clocks, flags or formats.
package explorer
