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
	// Chunk is the number of states expanded between two looks at context, limits and log; 0
	// means 4096.
	Chunk int
	// Log records explorations and gives them back; nil: none does.
	Log *Log
	// Disk, if given, takes what does not fit into Limits.MaxBytes; the exploration goes on, slower. The
	// states then are looked up many together, in order, and Workers has no influence.
	Disk Disk
	// OnDisk puts everything on the Disk from the start, small arrays too. Together is the number of states that are
	// looked up together there; 0 follows from Limits.MaxBytes.
	OnDisk   bool
	Together int
	// Symmetry, if given, has the space store one state of each orbit: see [Symmetry].
	Symmetry Symmetry
	// The rest is for tests of this package.
	tight    bool // no slack in fields: a relayout at each growth
	minWidth int  // words of a packed state at least
	batch    int  // successors looked up together, at most batchSize
	from     int  // arrays of fewer bytes are not put on a Disk; 0 means mapFrom, or 1 with OnDisk
	early    int  // states from which on nothing fits into memory that can be done without; 0: as it is
}

// Limits stop an exploration; its region is then incomplete. 0 means no limit.
type Limits struct {
	// MaxStates is the greatest number of states stored in the space, those of
	// earlier explorations included.
	MaxStates int
	// MaxBytes bounds the memory held by the space (Space.Bytes). It is checked
	// every few thousand states and before the index of states grows, so it may be
	// passed by a few percent. Of a space with a Disk, what is there does not count, and a quarter of the
	// limit is left for sorting and for what of the files is in memory.
	MaxBytes int64
	// Beside is the memory, in bytes, that whoever explores needs for each state of the region
	// beside the space. It counts for MaxBytes; not of a space with a Disk (see Array).
	Beside int64
}

// pace looks at a context now and then, for passes over large graphs.
type pace struct {
	ctx   context.Context
	disk  *disk // which is eased too; may be nil
	count int
	err   error
}

// paceCheck is the number of ticks between two looks at the context.
const paceCheck = 1 << 16

// paceOnDisk is that where each may bring some of a file into memory.
const paceOnDisk = 1 << 5

// over counts some work and tells whether the context is over.
func (p *pace) over(work int) bool {
	if p.count -= work; p.count <= 0 {
		if p.count = paceCheck; p.disk != nil {
			p.disk.Ease()
			p.count = paceOnDisk
		}
		if err := p.ctx.Err(); err != nil {
			p.err = err
		}
	}
	return p.err != nil
}

// Reason says what stopped an exploration.
type Reason string

// The reasons why a region may be incomplete.
const (
	MaxStates Reason = "max-states"
	MaxMem    Reason = "max-mem"
	MaxDisk   Reason = "max-disk"  // the Disk has no room: Space.Disk tells why
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
