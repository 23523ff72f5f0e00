// Package scenarios holds the examples of the paper as specs, and families of
// systems whose numbers of states and steps have a formula.
//
// Every example of the paper that is modelled so far is a file <id>-<slug>.lu,
// embedded: 1a to 1e are updates of one structural unit, 2a to 2f of a protocol,
// 3a to 3e of global data, 4a to 4c of a global algorithm, 5a to 5e of data on the
// disk, 6a and 6b of hardware requirements; 7a and 7b are update-aware systems; 8a
// shows what quiescence costs. An id with a second digit is a variant (1e2 is the table's 1e'). A file starts with a comment that names the paper's
// section and says what to look at. Its sizes are params, set to the smallest
// ones at which the verdicts mean something, and its expect clauses say what
// must come out for each cell of its matrix that is decided today, and for each plan.
//
// A Family member is a generated spec with the numbers that must come out. Its
// formulas are derived in the comment of its function; they are a judge of the
// model and of the search that shares nothing with either.
//
// Invariants: Names is sorted and lists every file once; a file's name without
// its extension is unique up to the first hyphen. A generated spec has exactly
// one update, so that a check of it has something to do.
//
// Start with 1d-buffered-writes.lu, then Philosophers. The package knows nothing
// of the language: it hands out text.
package scenarios
