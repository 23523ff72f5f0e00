package search

// System is a finite transition system. A state is a vector of words, divided
// into components; a component is what one group of steps typically touches as a
// whole (a unit's local part, a mailbox, a shared variable). Steps come in
// numbered groups; a group is what fairness speaks of (one activation). The same
// state gives the same successors in the same order.
//
// The engine interns each component's words to a small number and calls Step
// once for each combination of values in a group's footprint, so Step may be slow
// and must depend on nothing but the footprint.
type System interface {
	// Components gives the number of words of each component, at least 1. The
	// full vector is their concatenation in this order.
	Components() []int
	// Groups is the number of groups of steps, numbered from 0.
	Groups() int
	// Home is the component whose value decides which components a group touches.
	Home(group int) int
	// Footprint gives the components, Home included, ascending, that the group
	// may read or write in any state whose home component is that of v. Only the
	// home component of v may be read. It may give too many, never too few. nil
	// means that the group has no step in such states. The engine only reads the
	// slice.
	Footprint(group int, v []uint64) []int
	// Step emits the group's steps from v, in a fixed order. Only the footprint's
	// components of v are meaningful; the others must be neither read nor written.
	// next is a full-length vector owned by the callee, valid during the call, in
	// which only the footprint's components matter; it is nil where the step fails.
	// Where emit gives false nobody wants more, and Step may return. A Step that
	// tries many ways that lead nowhere emits Nothing now and then, to be asked.
	Step(group int, v []uint64, emit func(next []uint64, info Info) bool)
}

// Info accompanies a step: flags and, for a failing step, what fails.
type Info uint32

// Failed marks a step that has no target; Payload says what fails.
const Failed Info = 1 << 31

// Strong marks a step for which its group is owed strong fairness.
const Strong Info = 1 << 30

// Nothing marks an emission that is no step: see System.Step.
const Nothing Info = 1 << 29

// Payload is the system's own number of a failure, at most 1<<29 - 1. Of a step that does
// not fail, if it is not 0, it is 1 + the number with which it fails in a run with
// Run.Barred.
func (i Info) Payload() uint32 { return uint32(i & payload) }

const payload Info = 1<<29 - 1

// Ref is the dense number of a stored state, from 0 in order of discovery.
type Ref uint32

// NoRef is no state.
const NoRef Ref = 1<<32 - 1

// Function is a pure function of some components of a state, to be memoised.
type Function struct {
	Reads []int // ascending
	// Eval sees a full-length vector of which only Reads are meaningful.
	Eval func(v []uint64) uint64
}

// Part is a piece of a Map: it reads some components and writes some.
type Part struct {
	Reads, Writes []int // ascending
	// Apply sees v (only Reads meaningful) and writes the components Writes of
	// out. A result other than 0 means that the map fails there, and why.
	Apply func(v, out []uint64) uint64
}
