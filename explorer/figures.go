package explorer

// Figures say what makes the model of one update big. It is the data contract
// lucheck.stats/v1; keys are only ever added. Lists by phase are parallel to Phases.
// Equal runs give equal figures; the bytes in Storage depend on the number of workers, too.
type Figures struct {
	Schema      string           `json:"schema"` // always FiguresSchema
	Tool        Tool             `json:"tool"`
	Exit        Exit             `json:"exit"`
	Spec        string           `json:"spec"`
	System      string           `json:"system"`
	Params      map[string]int64 `json:"params"`
	Update      string           `json:"update"`
	Complete    bool             `json:"complete"` // false: a limit left something out
	Phases      []Phase          `json:"phases"`   // "old version", "new version", "after the switch"; the last only where points are switched
	Storage     Storage          `json:"storage"`
	Components  []ComponentSize  `json:"components"`  // those with the most values first
	Activations []ActivationSize `json:"activations"` // those with a step in the most states first
	Mailboxes   []MailboxSize    `json:"mailboxes"`
	Bounds      []Bound          `json:"bounds"` // params, the one whose lowering leaves the fewest states first
	Advice      []string         `json:"advice"` // what to lower first, and what multiplies
	Notes       []Note           `json:"notes"`
	// Reductions say what each of them would leave of what was found.
	Reductions []Saving `json:"reductions"`
}

// Saving is what a reduction would leave: docs/reductions.md.
type Saving struct {
	Name   string `json:"name"`             // "local steps"
	States []int  `json:"states"`           // by phase: those that are left; none where it cannot be used
	Reason string `json:"reason,omitempty"` // why it cannot be used, or was not counted
}

// FiguresSchema is the name of the data contract.
const FiguresSchema = "lucheck.stats/v1"

// Phase is one exploration: how much it found.
type Phase struct {
	Name string `json:"name"`
	Counts
	Reason string `json:"reason,omitempty"` // what stopped it: "max-states", "max-mem", "max-disk", "timeout", "cancelled"
	Depth  int    `json:"depth"`            // steps from the start to what is farthest
	Widest int    `json:"widest"`           // states of one depth, at most
}

// Storage says how states are stored, and what the tables of steps did.
type Storage struct {
	States     int   `json:"states"`
	Words      int   `json:"words"`      // machine words for each stored state
	Bits       int   `json:"bits"`       // of these that are needed
	FullWords  int   `json:"fullWords"`  // of a state that is not packed
	StateBytes int64 `json:"stateBytes"` // of all states with their index
	Bytes      int64 `json:"bytes"`      // of all, tables and graphs included
	Expansions int64 `json:"expansions"` // steps computed by the interpreter; all others were looked up
	Bypasses   int64 `json:"bypasses"`   // of these, those that were not remembered, for want of room
	Remembered int   `json:"remembered"` // combinations of values in the tables of steps
	Relayouts  int   `json:"relayouts"`  // how often all states were packed anew
}

// ComponentSize is a piece of the state that steps touch as a whole.
type ComponentSize struct {
	Name   string      `json:"name"`   // "fs", "app[1]", "mailbox of fs", "disk", "protocol write"
	Kind   string      `json:"kind"`   // "unit", "client", "mailbox", "data", "protocol", "update manager"
	Values []int       `json:"values"` // by phase: how many it takes
	Bits   int         `json:"bits"`   // that its number takes in a stored state
	Rest   *int        `json:"rest"`   // states that would be left if its value did not count; nil: it has one value, or there was too much to count
	Pieces []PieceSize `json:"pieces"` // those with several values, the most first
}

// PieceSize is what a component is made of.
type PieceSize struct {
	Name   string `json:"name"`   // "fs.buffered", "fs.chunk.n", "where fs stands"
	Kind   string `json:"kind"`   // "variable", "local", "activation", "version", "message", "protocol"
	Values []int  `json:"values"` // by phase: how many are seen
	Of     *int64 `json:"of"`     // how many its type has, the old form apart; nil: no type, or too many to count
	Rest   *int   `json:"rest"`   // as of a component
}

// ActivationSize is what an activation contributes to the steps.
type ActivationSize struct {
	Name   string   `json:"name"`
	Phases []Active `json:"phases"`
}

// Active counts what an activation does in one phase.
type Active struct {
	States int   `json:"states"` // in which it has a step
	Steps  int64 `json:"steps"`  // in all of them, failing ones included
}

// MailboxSize says how full a mailbox is.
type MailboxSize struct {
	Unit   string    `json:"unit"`
	Phases []Waiters `json:"phases"`
}

// Waiters counts the messages of a mailbox in one phase.
type Waiters struct {
	Capacity int   `json:"capacity"` // 0 where there is no such mailbox
	States   []int `json:"states"`   // in how many none, one, two … wait
}

// Bound is a param, and what comes out with it one smaller.
type Bound struct {
	Param    string `json:"param"`
	Value    int64  `json:"value"`
	States   *int   `json:"states"` // stored with it one smaller, in all phases; nil: unknown
	Complete bool   `json:"complete"`
	Reason   string `json:"reason,omitempty"` // why unknown, or why not complete
}

// Total counts the states of all phases, and says whether all were completed.
func Total(phases []Phase) (states int, complete bool) {
	complete = true
	for _, p := range phases {
		states += int(p.States)
		complete = complete && p.Complete
	}
	return states, complete
}
