package explorer

import (
	"encoding/json"
	"strconv"
)

// Report is everything that a run decided: complete, decoded and sorted. Equal
// runs give equal reports. It is the data contract lucheck.report/v1; keys are
// only ever added. It holds no clock, host or absolute path.
type Report struct {
	Schema    string      `json:"schema"` // always Schema
	Tool      Tool        `json:"tool"`
	Exit      Exit        `json:"exit"`
	Scenarios []*Scenario `json:"scenarios"`          // one for each spec, update and machine, in the order given
	Findings  *Findings   `json:"findings,omitempty"` // what several scenarios show together
}

// Schema is the name of the report's data contract.
const Schema = "lucheck.report/v1"

// Tool is the program that made a report.
type Tool struct {
	Version string `json:"version"`
}

// Exit is the exit code with its reason.
type Exit struct {
	Code    int      `json:"code"`
	Class   string   `json:"class"` // "ok", "failed", "spec error", "undecided", "nothing checked", "usage", "internal", "interrupted"
	Because []string `json:"because"`
}

// Scenario is the verdict on one update of one spec.
type Scenario struct {
	Spec     string           `json:"spec"`
	System   string           `json:"system"`
	Params   map[string]int64 `json:"params"`
	Machine  *string          `json:"machine"`
	Update   string           `json:"update"`
	Category Category         `json:"category"`
	Affected []string         `json:"affected"` // units, in order of declaration
	Old      Side             `json:"old"`
	New      Side             `json:"new"`
	Switched Counts           `json:"switched"` // states after the switch that are not in R2
	Cells    []*Cell          `json:"cells"`    // level by level, in each: none, declared transfers, any
	Causes   []*Cause         `json:"causes"`
	Plans    []Plan           `json:"plans"`
	Levels   []LevelInfo      `json:"levels"` // the rows of the matrix, in order
	Minimal  Minimal          `json:"minimal"`
	Expected []Expectation    `json:"expected"` // every expect clause, in the order of the text
	// Assertions tells how many assertions were ever evaluated, before the switch and after it.
	Assertions Assertions  `json:"assertions"`
	Notes      []Note      `json:"notes"` // what the reader should know: reset probe, mailbox bound reached, limits
	Warnings   []Warning   `json:"warnings"`
	Stats      *Statistics `json:"statistics,omitempty"`
}

// Category is the paper's category (section 3.1), derived from the difference
// between the versions, with the differences that put the update there.
type Category struct {
	Number  int      `json:"number"`
	Name    string   `json:"name"`
	Reasons []string `json:"reasons"`
}

// Count is a number of states, steps or points of the definitions, without any reduction;
// NotCounted, null in JSON, where a reduction has left some out.
type Count int

// NotCounted stands for a count that is not known because of a reduction, or of a tape.
const NotCounted Count = -1

// MarshalJSON gives the number, or null.
func (c Count) MarshalJSON() ([]byte, error) {
	if c == NotCounted {
		return []byte("null"), nil
	}
	return strconv.AppendInt(nil, int64(c), 10), nil
}

// UnmarshalJSON reads a number or null.
func (c *Count) UnmarshalJSON(text []byte) error {
	if string(text) == "null" {
		*c = NotCounted
		return nil
	}
	return json.Unmarshal(text, (*int)(c))
}

// Counts of states and steps, without reduction.
type Counts struct {
	States   Count `json:"states"`
	Steps    Count `json:"steps"`
	Complete bool  `json:"complete"` // false: a limit stopped the exploration
}

// Side is one version explored alone.
type Side struct {
	Counts
	Failures []Failure `json:"failures"`
}

// Place is a place in a spec. Columns count code points; End is exclusive.
type Place struct {
	File      string `json:"file"`
	Line      int    `json:"line"`
	Column    int    `json:"column"`
	EndLine   int    `json:"endLine"`
	EndColumn int    `json:"endColumn"`
}

// Failure is something that goes wrong in the model.
type Failure struct {
	Kind   string  `json:"kind"`   // "assertion", "invariant", "protocol", "unhandled message", "message form", "type safety", "range", "mailbox", "deadlock", "partial deadlock"
	Clause string  `json:"clause"` // the violated clause in the author's words, e.g. an assertion's label or text
	Detail string  `json:"detail"` // what happened, with values
	Place  *Place  `json:"span"`
	Values []Value `json:"values"` // what the clause read
	Trace  *Trace  `json:"trace,omitempty"`
}

// Value is a named value, spelled as in the language.
type Value struct {
	Path  string `json:"path"`
	Value string `json:"value"`
}

// Points counts update points by class.
type Points struct {
	Total     Count `json:"total"`
	Immediate Count `json:"immediate"`
	Eventual  Count `json:"eventual"`
	Possible  Count `json:"possible"`
	Stray     Count `json:"stray"`
	Invalid   Count `json:"invalid"`
}

// Steps are numbers of steps from the switch until R2; nil means unbounded or unknown.
type Steps struct {
	Least    *int `json:"least"`
	Greatest *int `json:"greatest"`
}

// Cost is what the author says that a transfer costs, at the points of a cell.
type Cost struct {
	Least    int `json:"least"`
	Greatest int `json:"greatest"`
}

// Cell is a level with a transfer.
type Cell struct {
	Level    string   `json:"level"`
	Transfer string   `json:"transfer"` // "none", a declared name, or "any"
	Verdict  Verdict  `json:"verdict"`
	Points   Points   `json:"points"`
	Steps    Steps    `json:"steps"`
	Cost     *Cost    `json:"cost,omitempty"`    // nil where the transfer has none
	Cause    string   `json:"cause,omitempty"`   // the name of its cause
	Reason   string   `json:"reason,omitempty"`  // why unknown, vacuous or broken; what differs for stray
	Search   string   `json:"search,omitempty"`  // of "any": the search that decided
	Failure  *Failure `json:"failure,omitempty"` // what fails without any run: a requirement that the machine does not meet
	Trace    *Trace   `json:"trace"`             // invalid, possible, stray: the shortest; else nil (why computes a witness)
	Expected []string `json:"expected"`
	Met      *bool    `json:"met"` // nil without expectation or where unknown
}

// Cause groups invalid cells that fail in the same way: the same clause violated by the same kind of step.
type Cause struct {
	Name    string   `json:"name"` // "a", "b", …
	Failure Failure  `json:"failure"`
	Length  int      `json:"length"` // steps of its shortest trace
	Cells   []string `json:"cells"`  // LEVEL:TRANSFER
}

// Plan is the verdict on a declared plan (definitions section 3).
type Plan struct {
	Plan string `json:"plan"`
	// Verdict is that on the whole: invalid, where something fails; stray, where its end
	// or, behind it, the new version comes out of reach; else that of its ends.
	Verdict    Verdict  `json:"verdict"`
	Safety     string   `json:"safety"`            // "safe": nothing fails before it has arrived; "failure", "unknown"
	Result     Verdict  `json:"result"`            // the worst of its ends
	Completion string   `json:"completion"`        // "completes", "can wait", "deadlocks", "unknown"
	Steps      Steps    `json:"steps"`             // greatest: those of the units that it names, for which it waits in all; nil where not bounded
	GivesUp    bool     `json:"givesUp"`           // it can end with something still old
	Stopped    Verdict  `json:"stopped"`           // where it stands still for good half-way: valid where nothing fails; vacuous where it replaces all at once
	Reason     string   `json:"reason,omitempty"`  // why unknown or broken; what differs for stray; who waits in a deadlock
	Failure    *Failure `json:"failure,omitempty"` // what fails without any run: a requirement that the machine does not meet
	Trace      *Trace   `json:"trace"`             // of what is not valid: the shortest
	StopTrace  *Trace   `json:"stopTrace"`         // a run into a failure, of Stopped
	// StoppedAfter is the same by the number of instances that it has replaced: none to all
	// of the units that it names.
	StoppedAfter []Stop   `json:"stoppedAfter"`
	Expected     []string `json:"expected"`
	Met          *bool    `json:"met"`
}

// Stop is the verdict on a plan that stops for good when it has replaced so many instances.
type Stop struct {
	Replaced int     `json:"replaced"`
	Verdict  Verdict `json:"verdict"` // valid where nothing fails; vacuous where it never comes to this number
	Trace    *Trace  `json:"trace"`   // a run into a failure, where it is invalid
}

// LevelInfo is a row of the matrix.
type LevelInfo struct {
	Level    string   `json:"level"`
	Points   Count    `json:"points"`
	Includes []string `json:"includes"` // levels whose points are all points of this one, computed, transitively reduced
	Reason   string   `json:"reason,omitempty"`
	// What the level costs (definitions section 7); the share of the states that it admits
	// is Points of Scenario.Old.States.
	Waiting    *Waiting    `json:"waiting,omitempty"`    // nil only in reports of earlier versions of lucheck
	StandStill *StandStill `json:"standStill,omitempty"` // likewise
}

// Waiting says how the old version, left to itself, comes to the points of a level.
type Waiting struct {
	// Reached is "inevitable": every fair run comes to one; "possible": from every point one
	// is in reach; "lost": from some none is; "unknown".
	Reached string `json:"reached"`
	Steps   *int   `json:"steps"`            // of a shortest way, from where that is longest; nil: from some point there is none, or unknown
	Reason  string `json:"reason,omitempty"` // why unknown
}

// StandStill counts what stands still at the points of a level, in instances of the old version.
type StandStill struct {
	Units   int `json:"units"` // that must have no activation, or, at `data`, none of some of their handlers
	Of      int `json:"of"`    // units in all
	Clients int `json:"clients"`
}

// Minimal lists the weakest levels that are valid, none of which includes another.
type Minimal struct {
	WithoutTransfer []string `json:"withoutTransfer"`
	WithTransfer    []string `json:"withTransfer"`
}

// Expectation is one expect clause, or one from the command line, with its outcome.
type Expectation struct {
	Text    string  `json:"text"`           // "unit with flush valid"
	Cell    string  `json:"cell"`           // LEVEL:TRANSFER; "" for the category
	Verdict Verdict `json:"verdict"`        // what came out
	Came    string  `json:"came,omitempty"` // of the weakest stable state, where it is another: which
	Met     *bool   `json:"met"`            // nil where unknown
	Place   *Place  `json:"span"`           // nil from the command line
}

// Assertions counts the assertions in the code of each version's units and clients, and
// those of them that are never evaluated: before the switch, in the old version; after it, in what
// follows a switch or a plan's first replacement, and in the new version.
type Assertions struct {
	Old         int  `json:"old"`
	NeverBefore *int `json:"neverBefore"` // of Old; nil where that is not known
	New         int  `json:"new"`
	NeverAfter  *int `json:"neverAfter"` // of New; nil where that is not known
}

// Note tells the reader something about the run.
type Note struct {
	Name string `json:"name"` // "reset-probe", "mailbox-bound", "limit", …
	Text string `json:"text"`
}

// Warning is a weakness of the spec.
type Warning struct {
	Code  string `json:"code"`
	Name  string `json:"name"`
	Text  string `json:"text"`
	Place *Place `json:"span"`
}

// Statistics are kept apart from what is decided; they may differ between equal runs only in figures of memory.
type Statistics struct {
	StoredStates int `json:"storedStates"`
	// The rest is of one process; of a check on a tape, which can have had several, it is NotCounted.
	Expansions Count `json:"expansions"` // steps computed by the interpreter
	Words      Count `json:"words"`      // machine words for each stored state
	Bytes      Count `json:"bytes"`      // held by the visited set, the graph and the tables
	// Symmetry is what symmetry has left; nil without it.
	Symmetry *Symmetry `json:"symmetry,omitempty"`
	// Reduction is what reductions have left; nil without any.
	Reduction *Reduction `json:"reduction,omitempty"`
	// Unreduced says of each reduction that was asked for why it could not be used.
	Unreduced []string `json:"unreduced,omitempty"`
}

// Reduction counts what was explored with reductions, in the place of the counts of the
// definitions.
type Reduction struct {
	By       []string `json:"by"` // "local steps", …
	Old      Counts   `json:"old"`
	New      Counts   `json:"new"`
	Switched Counts   `json:"switched"`
}

// Symmetry says what was explored with one state of each orbit. What is counted elsewhere is all
// states of the orbits.
type Symmetry struct {
	By     []string `json:"by"`     // types, and arrays without a name for their index, whose values were exchanged
	States int      `json:"states"` // those that storedStates stand for
}

// Reduced is what reductions have left; nil without any.
func (s *Scenario) Reduced() *Reduction {
	if s.Stats == nil {
		return nil
	}
	return s.Stats.Reduction
}

// Trace is a run from the initial state.
type Trace struct {
	Initial []Value     `json:"initial"` // every variable whose value changes in the trace, at the start
	Steps   []TraceStep `json:"steps"`
	// Switch is the index in Steps of the switch, -1 where there is none.
	Switch int `json:"switch"`
	// Loop is the index in Steps to which the run returns after its last step, -1 for a finite run.
	Loop int `json:"loop"`
	// End says how it ends: "failure", "in R2", "tolerated", "cycle", "dead end", "state".
	End     string   `json:"end"`
	Failure *Failure `json:"failure,omitempty"`
}

// TraceStep is one step.
type TraceStep struct {
	Unit     string       `json:"unit"`     // "" for the switch
	Instance *string      `json:"instance"` // index of an instance of an array
	Version  string       `json:"version"`  // "old", "new", "" for clients and code that is the same in both
	Handler  string       `json:"handler"`  // "" for a client
	Kind     string       `json:"kind"`     // "receive", "assign", "call", "return", "send", "signal", "reply", "hold", "assert", "await", "choose", "branch", "atomic", "skip", "end", "switch"; of plans also "begin", "stop", "stopped", "resume", "replace", "halt"
	Text     string       `json:"text"`     // the statement's first line, or what happens
	Place    *Place       `json:"span"`
	Changes  []Change     `json:"changes"`
	Message  *MessageMove `json:"message"`
	Fails    bool         `json:"fails,omitempty"` // the step that fails
}

// Change is a variable, mailbox, activation or position that a step changes.
type Change struct {
	Path string `json:"path"` // "fs.buffered", "fs.waiting", "app[1] at", "protocol write"
	From string `json:"from"`
	To   string `json:"to"`
}

// MessageMove is a message sent or received.
type MessageMove struct {
	Name string `json:"name"` // "chunk(f: 1)", "reply", "reply true"
	From string `json:"from"` // unit instance, "app[0]"; "" where nobody is known
	To   string `json:"to"`
	Form string `json:"form"` // version that built it, "" where both agree
	Move string `json:"move"` // "sent", "received", "answered", "converted", "dropped"
}
