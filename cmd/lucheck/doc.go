// Command lucheck checks whether a live update of a system is valid: at which
// moments, with which state transfer.
//
// It reads flags and files, calls lang, explorer and reports from left to right,
// prints, and chooses the exit code. All that is impure stands here: files, the
// terminal, the clock, signals. The packages below get a file system, a context
// with the time limit, and writers.
//
// # The parts
//
//   - main.go runs a command, prints its error and turns a panic into a report of
//     a bug; root.go has the command tree.
//   - check.go, why.go, stats.go, fmt.go, explain.go, version.go: one command each.
//   - progress.go shows on a terminal how far a run is.
//   - specs.go finds and loads specs; require.go reads expectations from the
//     command line; output.go writes reports, whole or not at all.
//   - exit.go is the policy: a pure function from what was decided, what went
//     wrong and what the user cares about to the exit code with its reasons.
//
// # Invariants
//
// An incomplete run never exits 0. The format of the output never changes the
// exit code. Reports go to standard output or to files, all else to standard
// error. A report file appears complete or not at all.
package main
