// Package model compiles a checked update into one executable transition system
// over packed state vectors, and the switch between its two versions.
//
// In goes a *lang.Update; out comes an *Update, immutable, which offers
//
//   - search.System: components, numbered groups with their footprints, steps;
//   - Initial: the initial state of the old and of the new version;
//   - Invariants, Stuck, Levels: functions of a state, each with what it reads;
//   - Transfers: the switch with each state transfer, as parts that map
//     components to components;
//   - Describe and Explain: a state and a step in the author's words.
//
// One transition system runs both versions. A state carries versions: each unit
// instance of a changed unit has one, chosen for a new activation by one function
// (instance.versionOf); an activation's version is that of its code, that is, of
// its control location; a waiting message's is its form (messageKind); changed
// data and protocols have one each. A handler, message or variable that is the
// same in both versions exists once. So states of the old version, of the new one
// and everything between are vectors of one layout, and a mixed configuration is
// nothing special. The switch is one step of the update manager, whose phase is
// component 0.
//
// A vector is a sequence of 64-bit words, divided into components: the manager's;
// one for each unit instance (version, variables, activation, reply slots, and
// the activations of functions that it calls); one for each mailbox, each datum
// outside units, and each protocol instance's positions. Numbers are stored minus
// their type's lowest value, so an all-zero component is idle, empty and dead.
//
// Code is compiled to nodes of a control-flow graph with closures, once for each
// frame (the place of one activation), so that every slot is a constant. A step
// starts at a visible node and runs silent ones until it rests at the next; see
// code.go. Non-determinism is enumerated by running a step again with the next
// choices; see machine.go.
//
// Compiled for a plan, a model has one more client, the update manager (plan.go); what a
// step of it replaces is a turn, and the switch is the turn of all at once.
//
// Start reading at compile.go. The package knows nothing of search strategies,
// verdicts or reports.
package model
