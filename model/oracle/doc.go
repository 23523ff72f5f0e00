// Package oracle is the second judge: a slow interpreter of checked programs,
// written straight from the definitions (docs/definitions.md) to be obviously
// right rather than fast. It shares no code with model and explorer beyond lang,
// so an error in one of them shows as a disagreement with the other. Tests only.
//
// In: a *lang.Program and the number of an update. Out: the counts of the old and
// of the new version, one verdict for each level and each transfer, with the
// number of points of each class, on request one for any transfer, and one for each plan (Judge). A World also gives single states and
// their steps, so that a trace that was found elsewhere can be played again.
//
// How it works, in the order of the files:
//
//	graph.go     a body of statements as a graph of nodes   liveness.go  which locals count where
//	config.go    which versions run together, and what there is to store
//	state.go     a State and its canonical text (Key)        render.go    the same for people
//	eval.go      expressions                                 place.go     variables read and written
//	run.go       one step of one activation                  message.go   call, send, reply, receive
//	steps.go     all steps of a state                        protocol.go  automata and positions
//	deadlock.go  who waits for whom                          strong.go    what is owed strong fairness
//	explore.go   reachable states                            switch.go    the switch
//	adapt.go     messages rewritten, ghosts attached to them
//	level.go     admissible points                           classify.go  classes of points
//	event.go     transactions                                fair.go      fair cycles
//	offline.go   reboots                                     exists.go    whether any transfer works
//	judge.go     the matrix
//	waiting.go   what levels cost
//	stage.go     what there is while a plan is under way     plan.go      the update manager and its steps
//	campaign.go  verdicts on plans                           replay.go    single states and steps
//	exchange.go  interchangeable values exchanged in states  symmetry.go  what that may not change
//
// A state is never changed once it has been made: a step works on a copy. A step
// that has several outcomes (choose, either) is simply run again for each way to
// resolve its choices (type chooser). Failures travel as panics with a *Failure
// and blocked steps as panics with blocked; both are caught in one place (attempt)
// and leave the package only as values.
//
// Invariants: two states are equal exactly when their Keys are; a state of the
// switched system is in R2, or in R2 closed under reboots, exactly when its Key is
// one of theirs. Successors come in a fixed order. Nothing here is meant for more
// than about a hundred thousand states.
//
// Start reading at judge.go, then run.go.
package oracle
