package search

import "context"

// Options tunes a Space. The zero value is a sensible default; no option but Local and Symmetry
// has an influence on any result. Only one of these two can be given.
type Options struct {
	// MemoLimit is the greatest number of remembered combinations for each group
	// of steps, Table and Part; what goes beyond is computed each time. 0 means
	// 1<<20.
	MemoLimit int
	// Workers is the number of goroutines that expand states together; 0 or 1 is one. Several
	// hold some more memory, so Limits.MaxBytes can stop them earlier.
	Workers int
	// Piece is the number of states that one of several workers expands at a time; 0 means 256.
	Piece int
	// Local, if given, is the owner's part of what makes steps local (conditions C1 and C2 in
	// local.go): whether a step from v to next, of a group whose footprint in v is its home alone,
	// neither sees nor changes anything that another group's step reads or writes, and whether
	// no function or map that is asked of states, but those asked of Passing ones, tells v from
	// next. Only the home component is meaningful. States in which a group has local steps are
	// then passed over; numbers of states and steps are those of the others.
	Local func(group int, v, next []uint64) bool
	// Symmetry, if given, has the space store one state of each orbit: see [Symmetry].
	Symmetry Symmetry
	// The rest is for tests of this package.
	tight    bool // no slack in fields: a relayout at each growth
	minWidth int  // words of a packed state at least
	batch    int  // successors looked up together, at most batchSize
}

// Limits stop an exploration; its region is then incomplete. 0 means no limit.
type Limits struct {
	// MaxStates is the greatest number of states stored in the space, those of
	// earlier explorations included.
	MaxStates int
	// MaxBytes bounds the memory held by the space (Space.Bytes). It is checked
	// every few thousand states and before the index of states grows, so it may be
	// passed by a few percent.
	MaxBytes int64
	// Beside is the memory, in bytes, that whoever explores needs for each state of the region
	// beside the space. It counts for MaxBytes.
	Beside int64
}

// pace looks at a context now and then, for passes over large graphs.
type pace struct {
	ctx   context.Context
	count int
	err   error
}

// paceCheck is the number of ticks between two looks at the context.
const paceCheck = 1 << 16

// over counts some work and tells whether the context is over.
func (p *pace) over(work int) bool {
	if p.count -= work; p.count <= 0 {
		p.count = paceCheck
		p.err = p.ctx.Err()
	}
	return p.err != nil
}

// Reason says what stopped an exploration.
type Reason string

// The reasons why a region may be incomplete.
const (
	MaxStates Reason = "max-states"
	MaxMem    Reason = "max-mem"
	Timeout   Reason = "timeout"   // the context's deadline has passed
	Cancelled Reason = "cancelled" // the context was cancelled
)

// Progress is how far an exploration has come.
type Progress struct {
	States   int   // stored in the space
	Expanded int   // expanded by this exploration
	Steps    int64 // successful steps of this exploration
	Depth    int   // of the states being expanded; roots have 0
	Bytes    int64 // held by the space
}

// Stats says what a Space holds and what it has done.
type Stats struct {
	States     int
	Words      int     // machine words for each packed state
	Bits       int     // bits of these that the component numbers found so far need
	Components []int   // number of values found of each component
	Bytes      int64   // held by states, index, tables and graphs
	StateBytes int64   // held by states, parents and index
	IndexLoad  float64 // share of index cells taken
	Expansions int64   // calls of System.Step
	Bypasses   int64   // of these, calls whose result was not remembered
	Memoised   int     // combinations remembered by the step tables
	Relayouts  int
}
