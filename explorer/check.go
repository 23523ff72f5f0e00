package explorer

import (
	"cmp"
	"context"
	"errors"

	"github.com/lucheck/lucheck/explorer/search"
	"github.com/lucheck/lucheck/lang"
	"github.com/lucheck/lucheck/model"
)

// Options bound and shape a check. The zero value explores without limits.
type Options struct {
	MaxStates int   // stored states at most; 0 means no limit
	MaxBytes  int64 // memory of the search at most; 0 means no limit
	// Closing, if given, ends the passes over what was explored: they go on after
	// the context of Check is over, so that what was found by then is judged, and
	// what they did not get to is unknown. nil: they are never cut short.
	Closing context.Context
	// Require adds expectations from the command line to the author's.
	Require []*lang.Expect
	// Machine is what the system runs on; nil where the spec has no machines. Scenarios
	// of other machines are had by On, without exploring again.
	Machine *lang.Machine
	// Any is the level at which alone it is decided whether any transfer works, for whoever
	// asks about one: other levels could use up what may be stored. "" is all levels.
	Any string
	// Params says that a synthesised transfer writes a param rather than its value.
	Params bool
	// Workers is the number of goroutines that explore together; 0 or 1 is one. It has no
	// influence on any result, but on where MaxBytes stops: several hold some more memory.
	Workers int
	// LocalSteps passes over states in which local steps can be taken (docs/reductions.md): the
	// verdicts are the same, and what is counted of states, steps and points is NotCounted. It
	// is left aside where a condition does not hold; Statistics.Unreduced then says which.
	LocalSteps bool
	// Disk, if given, takes what does not fit into MaxBytes: the check goes on, slower, with the same
	// results. Without room there cells are unknown, and what the Disk said is the reason.
	Disk Disk
	// Symmetry stores one state of each set of states that differ by an exchange of values
	// which the spec declares to be `symmetric` (symmetry.go). It has no influence on what is
	// decided or counted, but on the figures of statistics, on where limits stop, and on which of
	// several traces of one length are shown. The analysis can then not be asked for transfers.
	Symmetry bool
	// Progress, if given, is called now and then from the goroutine that called Check.
	Progress func(Progress)
	// Tape, if given, gives the check a tape of its own, on which it records what it explores, or
	// from which it takes what an earlier run of the same check has explored. It is called once, and
	// once more where reductions turn out to be of no use. See Statistics for what is then not told.
	Tape func() Tape
	// Source gives the source text of a span, for traces; nil leaves it out.
	Source func(lang.Span) string

	irreducible string // why reductions that are asked for cannot be used, if that is known already

	waited int                               // for tests: in the place of maxWaited
	sought int                               // for tests: states that the search for a transfer may store
	search search.Options                    // for tests: must not change any result
	wrap   func(search.System) search.System // for tests: looks over the model's shoulder
}

// Disk gives memory that lies in files.
type Disk = search.Disk

// Progress is how far a check has come.
type Progress struct {
	Phase    string // "new version", "old version", "switch", "after the switch", "judging", …
	States   int64  // stored
	Steps    int64  // of this phase
	Depth    int
	Frontier int64 // states stored by this phase and not expanded yet
	Bytes    int64 // held
	// Done of Of: how much of a phase is done whose size is known, such as points that are
	// switched; 0 of 0 where it is not, as while states are being found.
	Done, Of int64
}

// Tape keeps what explorations have found beyond the life of a process. Its records mean something
// to this module only, and only in the same version.
type Tape = search.Tape

// ErrTape is what errors wrap that come from a tape whose records cannot be.
var ErrTape = search.ErrTape

// Analysis is a finished check that can still be asked why. Close gives its memory
// back. It is for one goroutine.
type Analysis struct {
	ctx       context.Context
	prog      *lang.Program
	update    *lang.Update
	model     *model.Update
	opt       Options
	local     *model.LocalSteps // nil where no states are passed over
	outside   []uint64          // see passedOutside; nil: not asked yet
	whole     []string          // reductions that were asked for and cannot be used, with the reasons
	space     *search.Space
	symmetry  *model.Symmetry // of the states in space; nil: each is stored by itself
	copies    []pointCopy     // points that are not stored, whose orbits are, numbered behind all that are
	spread    bool            // the copies from fewer on are of all points
	fewer     int
	r1, r2    side
	images    []image                           // by transfer, as in model.Transfers; nil where the new version is broken
	forgotten *search.Space                     // R2 without what is tolerated, and other states; nil: not asked yet
	similar   search.Ref                        // the end of R2 in forgotten
	values    map[*model.Function]*search.Table // of what transfers cost and need; nil: not asked yet
	stored    search.Ref                        // states before the search for a transfer, and the reset probe
	probed    *probed                           // what the reset probe found; nil: not asked yet
	cut       bool                              // a limit stopped the switching, the judging or the counting
	after     *after                            // nil where images is
	latest    *after                            // the exploration of switched states that was made last
	event     eventPoints
	levels    []lang.Level
	awaited   []Waiting // by level
	admitted  masks
	masks     []*search.Table
	counted   *counts
	scenario  *Scenario
	unused    [2][]model.Unused  // by version
	asserted  assertions         // which assertions have been evaluated, and when
	plans     []*course          // the update's, each followed for itself
	course    *course            // of the analysis of one plan: what it is about
	shown     int                // the level that why shows
	choices   map[string]bool    // parts with several initial values; nil: not asked yet
	offline   *Analysis          // of the levels at which the system is down; nil where none is asked for
	seeker    *seeker            // of transfers, for the levels that are judged here; nil: none was sought
	existing  map[int]*existence // by level: whether any transfer works, where that is asked
	// Of an offline analysis: the one around it, and its points there, by index.
	outer  *Analysis
	downAt []search.Ref
}

// Check decides every cell of one update's matrix. Limits and a cancelled context
// make cells unknown; they are no error. An error means that the spec is beyond
// what the model can represent.
func Check(ctx context.Context, prog *lang.Program, update *lang.Update, opt Options) (*Analysis, error) {
	a, err := prepare(ctx, prog, update, opt)
	if err != nil {
		return nil, err
	}
	steps := []func() error{
		a.exploreNew,    // R2, and whether the new version works at all
		a.noteUnused(1), // what of it no run uses
		a.exploreOld,    // R1: the candidate update points
		a.noteUnused(0),
		a.followTransactions, // for the level `event`
		a.awaitLevels,        // how long the old version, left to itself, takes to a level's points
		a.switchPoints,       // each of them with each transfer
		a.exploreAfter,       // until R2 is entered
		a.announce("judging"),
		a.classify,       // immediate, eventual, possible, stray, invalid
		a.count,          // by level and transfer
		a.carryOut,       // the plans
		a.shutDown,       // the levels at which the system is down
		a.noteAssertions, // which of them all that has ever evaluated
		a.announce("looking for any transfer"),
		a.seekTransfers, // whether any transfer works
		a.report,
	}
	for _, step := range steps {
		if err := step(); err != nil {
			a.Close()
			if i := (*irreducible)(nil); errors.As(err, &i) {
				opt.irreducible = i.why
				return Check(ctx, prog, update, opt)
			}
			return nil, err
		}
	}
	return a, nil
}

// prepare compiles the update and lists the rows of its matrix.
func prepare(ctx context.Context, prog *lang.Program, update *lang.Update, opt Options) (*Analysis, error) {
	m, err := model.Compile(prog, update, model.Options{Transactions: asksEvent(update, opt)})
	if err != nil {
		return nil, err
	}
	if opt.Closing == nil {
		opt.Closing = context.WithoutCancel(ctx)
	}
	if opt.Workers > 0 {
		opt.search.Workers = opt.Workers
	}
	if opt.Tape != nil {
		opt.search.Log = search.NewLog(opt.Tape())
	}
	if d := cmp.Or(opt.Disk, opt.search.Disk); d != nil {
		opt.search.Disk = &listened{Disk: d}
	}
	a := &Analysis{ctx: ctx, prog: prog, update: update, model: m, opt: opt}
	var sys search.System = system{m}
	if opt.wrap != nil {
		sys = opt.wrap(sys)
	}
	if err := a.rows(); err != nil {
		return nil, err
	}
	settings := opt.search
	if opt.Symmetry {
		a.reduce(&settings)
	}
	if opt.LocalSteps {
		settings.Local = a.localSteps()
	}
	a.space = search.NewSpace(sys, settings)
	a.masks = tables(a.space, a.model.Levels(a.levels))
	return a, nil
}

// Scenario is the verdict: complete, decoded and sorted.
func (a *Analysis) Scenario() *Scenario { return a.scenario }

// On gives the verdict on another machine of the spec, from the same exploration. From
// then on it is what the analysis is asked about.
func (a *Analysis) On(m *lang.Machine) (*Scenario, error) {
	a.opt.Machine = m
	err := a.report()
	return a.scenario, err
}

// Close gives back the memory of the search.
func (a *Analysis) Close() {
	a.space.Close()
	if a.forgotten != nil {
		a.forgotten.Close()
	}
	if a.offline != nil {
		a.offline.Close()
	}
}

// limits are what is left of the options for the next exploration.
func (a *Analysis) limits() search.Limits {
	l := search.Limits{MaxStates: a.opt.MaxStates, MaxBytes: a.opt.MaxBytes}
	if l.MaxBytes > 0 {
		l.MaxBytes = max(1, l.MaxBytes-a.beside())
	}
	return l
}

// What is kept for each state, in bytes, beside the space: of the old version the levels that
// admit it, and where each transfer leads; of what follows the switch the classes, the distances
// that they rest on, and the graph turned round.
const (
	besidePoint = 10
	besideImage = 4
	besideAfter = 56
)

// beside is the memory held beside the space; none where there is a disk (perState).
func (a *Analysis) beside() int64 {
	if a.onDisk() {
		return 0
	}
	n := int64(len(a.admitted.of)) * 2
	for i := range a.images {
		n += int64(len(a.images[i].to)) * besideImage
	}
	for s := a.latest; s != nil; s = s.base {
		n += int64(len(s.class)) + 4*int64(len(s.toFail)+len(s.toR2)+len(s.longest)+len(s.toLost)+len(s.toCycle))
	}
	return n
}

// progress passes on how far an exploration is whose first root is from.
func (a *Analysis) progress(phase string, from search.Ref) func(search.Progress) {
	if a.opt.Progress == nil {
		return nil
	}
	return func(p search.Progress) {
		a.opt.Progress(Progress{Phase: phase, States: int64(p.States), Steps: p.Steps, Depth: p.Depth,
			Frontier: int64(p.States - int(from) - p.Expanded), Bytes: p.Bytes + a.beside()})
	}
}

// title says what an exploration is, for the log: of a plan and of the levels at which the system
// is down there are others of the same phase.
func (a *Analysis) title(phase string) string {
	switch {
	case a.course != nil:
		return "plan " + a.course.plan.Name + ": " + phase
	case a.outer != nil:
		return "offline: " + phase
	}
	return phase
}

// announce is a step of a check that says what the next ones do, of which it is not known how
// far they are.
func (a *Analysis) announce(phase string) func() error {
	return func() error {
		if a.opt.Progress != nil {
			a.opt.Progress(Progress{Phase: phase, States: int64(a.space.Len()), Bytes: a.space.Bytes() + a.beside()})
		}
		return nil
	}
}
