// Package search explores any finite transition system. It is domain-free: it
// sees states and steps, and knows nothing of units, messages or updates.
//
// # The waist
//
// What goes in is a [System]: a state is a vector of words of fixed length,
// divided into components; steps come in numbered groups; each group says which
// components it may touch (its footprint), depending on nothing but the value of
// one component, its home. What comes out is a [Region]: the states found, under
// dense numbers ([Ref]), the steps counted, what fails, what is dead, and on
// demand the [Graph] of all steps. Whoever sits above asks questions of regions
// and graphs; whoever sits below makes successors. Neither sees the other.
//
// # How it is stored
//
// The words of each component are interned to a small number (component.go). A
// state is these numbers, bit-packed into W machine words; a component never
// straddles words (layout.go). When a component outgrows its field everything
// packed is packed anew. Stored states lie one after the other in order of
// discovery, and an open-addressing index of their numbers finds them again
// (visited.go). Full packed states are compared, so the set is exact.
//
// A group's effect is a function of the numbers in its footprint: it is computed
// once by [System.Step] and remembered as words to XOR onto a state (steps.go).
// After that a successor costs a few loads. Functions of a state ([Table]) and
// maps from state to state ([Map]) are remembered in the same way.
//
// # What holds
//
//   - Numbers are given in breadth-first order: by depth, then by the number of
//     the source, then by group, then in the order of emission. Nothing else
//     (memory, limits on tables, packing) has an influence on them.
//   - A packed state, a memo key and a delta are all laid out by the current
//     layout; a relayout converts all of them by the same function.
//   - A memo key is a state masked by a footprint. The footprint follows from the
//     home's number, which is part of the key, so one memo serves all footprints
//     of a group.
//   - With a [Symmetry] what is stored is the representative of each state, and numbers of steps
//     are those of all that the states stand for (symmetry.go); one worker explores then.
//   - A limit makes a region incomplete, never wrong: states from
//     [Region.Expanded] on were stored but not expanded.
//
// With a [Disk] what does not fit into memory lies there: arrays by state (vec.go, disk.go), and in the place of the
// index sorted runs of full states (runs.go), in which many states are looked up together (stretch.go). A disk that refuses
// is a limit too: room is asked for before anything is stored that needs it, and [ErrDisk] leaves everything as it was.
//
// With several workers a level is expanded in rounds (round.go): each has pieces of the states,
// then parts of the index, for itself, and the numbers come out the same. For whoever calls it a
// [Space] and all that belongs to it is for one goroutine at a time. Its
// memory is partly outside the collector's heap, until [Space.Close].
//
// A Log keeps explorations on a Tape for a later run (tape.go; record.go, recall.go).
//
// Start reading in system.go, then space.go (what is stored), steps.go and
// explore.go (the search), graph.go and fair.go (what is asked afterwards), symmetry.go and fair_orbits.go (orbits), measure.go (how much of what there is).
package search
