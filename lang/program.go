package lang

// This file is the border between the language and everything behind it: the
// checked program. Check builds it from the syntax tree; model and oracle read
// it and nothing else. Every name is resolved, every expression typed, every
// definition (def) unfolded into Let, every size evaluated. It is read-only.
//
// There is one System for the base and one for each update's new version. The
// new version is elaborated anew from the merged declarations, so an unchanged
// handler is typed again with the new types. No node is shared between two
// systems; counterparts are found by name.

// Program is a checked spec at given parameter values.
type Program struct {
	Name    string // the system's name; "" where the file gives none
	Path    string // as the file was named by the caller, slash-separated
	Params  []Param
	Base    *System
	Updates []*Update
	// Machines are what the system may run on; each gives a matrix of its own.
	Machines []*Machine
}

// Machine is a machine with its resources and capabilities.
type Machine struct {
	Name      string
	Resources []*Resource
	Span      Span
}

// Resource is how much of something a machine has, or which kind of it: a number, a
// truth value, or a name of an enumeration.
type Resource struct {
	Name  string
	Type  *Type
	Value int64
	Span  Span
}

// Requirement is `requires partition >= 1 live`: with live it binds everything but
// reboot and hardware, without it everything but hardware.
type Requirement struct {
	Resource  string
	Op        string  // ">=", "<=", "==" or "in"
	Values    []int64 // one, or for "in" those of a list
	Low, High int64   // "in" a range or a type, where Values is nil
	Live      bool
	Span      Span

	named bool // the resource is a name: a machine without it meets nothing
}

// Param is a size with the value in force.
type Param struct {
	Name  string
	Value int64
	Span  Span
}

// System is one version of the system: all old, or all new.
type System struct {
	Types     []*Type // the named types in order of declaration
	Data      []*Var  // shared, persistent, ghost and hidden data outside units
	Units     []*Unit // clients included, in order of declaration
	Protocols []*Protocol
	Always    []*Property
	Stables   []*Stable
	Hooks     []*Hook // all declared in the base, in the order of its text
}

// TypeKind says how a Type's values are built.
type TypeKind uint8

// The kinds of types.
const (
	Bool   TypeKind = iota // false, true
	Int                    // Lo..Hi
	Enum                   // Members
	Record                 // Fields
	Array                  // Elem for each value of Index
	Caller                 // none, or a caller that waits for its reply
)

// Sugar says that a Record or an Array stands for something else, and is written like
// that. What does not count in such a value is the lowest: two values are equal exactly
// when their scalars are.
type Sugar uint8

// What types can stand for.
const (
	Plainly  Sugar = iota // nothing else
	Optional              // a Record: whether there is a value, and the value
	Set                   // an Array of Bool: which values of Index are elements
	Seq                   // a Record: the length, and an Array of places
)

// Type is a bounded type. A value of a type is a fixed number of scalars
// (Slots): one for Bool (0, 1), Int (the number itself), Enum (the member's
// index) and Caller (0 is none, other values are up to the interpreter); for
// Record the fields in order; for Array the elements in the order of Index.
type Type struct {
	Kind    TypeKind
	Name    string // the declared name; "" for a type written in place
	Means   string // the tag of its declaration; tells apart types of one range
	Lo, Hi  int64  // Int
	Members []string
	Fields  []Field
	Index   *Type // Array: a scalar type (Bool, Int, Enum)
	Elem    *Type
	Sugar   Sugar
	Span    Span
	// Extends says that the declaration of this type in the new version extends
	// that of the old one by `extend type`: old values keep their form.
	Extends bool
}

// Field is a component of a record.
type Field struct {
	Name string
	Type *Type
}

// VarClass says who may see and keep a variable.
type VarClass uint8

// The classes of variables.
const (
	Plain      VarClass = iota // of a unit, volatile
	Shared                     // outside units, volatile
	Persistent                 // on disk: survives a reboot
	Ghost                      // history or intention; code never branches on it
	Hidden                     // stored, but no transfer reads or writes it
	Local                      // of an activation, a client, a transfer, or bound in an expression
)

// Var is a variable. Local variables are numbered within their handler, client
// or transfer by Index; others within their unit or the system.
type Var struct {
	Name  string
	Type  *Type
	Class VarClass
	Owner *Unit // the unit of a unit variable; nil for data outside units and for locals
	Index int
	Init  Expr // the initial value: a constant expression; nil means the type's lowest value
	// Bound says that an expression binds it: it has a value only meanwhile.
	Bound bool
	// Choices are the initial values of a scalar that has several, ascending; Init is the
	// lowest. nil: Init alone.
	Choices []int64
	// Volatile says of a ghost that a reboot does not keep it.
	Volatile bool
	// Readable says of a local of a client, or of a handler of a process or object, that
	// what stands outside may read it (LocalOf).
	Readable bool
	Span     Span
}

// UnitKind says what a unit is.
type UnitKind uint8

// The kinds of units. A client is the environment and no structural unit.
const (
	Process UnitKind = iota
	Object
	Function
	Client
)

// Unit is a structural unit or a client, or an array of them.
type Unit struct {
	Kind  UnitKind
	Name  string
	Index *Type // the index type of an array of units; nil for a single one
	Count int   // number of instances, at least 1
	// Symmetric says that the author asserts of an array, and Check has verified, that its
	// instances are interchangeable, and with them all values of Index (definitions section 1.11).
	Symmetric bool
	Mailbox   int        // capacity of each instance's mailbox (process and object), at least 1
	Vars      []*Var     // variables of each instance (Plain, Persistent, Ghost, Hidden)
	Handlers  []*Handler // empty for clients
	Body      []Stmt     // clients: what one instance does; vars at top level are Locals
	Locals    []*Var     // clients: all locals of Body
	// Converges is the stable state of the old version in which the unit can stop: the
	// first that `converges to` names; "": whenever it is idle.
	Converges string
	Span      Span
	// Fingerprint is equal for the unit's two versions exactly when neither its
	// code nor its data nor anything declared that they mention differ: types
	// (with their tags), variables, messages, definitions, mailbox, kind. A client is never
	// affected; equal for it means that it reads the same, and means the same, in both.
	Fingerprint string
}

// Handler is a unit's code for one message.
type Handler struct {
	Unit   *Unit
	Msg    *Message
	Locals []*Var // parameters first, then every local of Body
	Body   []Stmt
	Span   Span // the header: `on write(f: file)`
	// Fingerprint is equal in two versions exactly when the handler is the same
	// version: its text and the declarations of all types, messages, variables
	// and definitions that it mentions are the same.
	Fingerprint string
	// Mentions holds the names of the named types and of the shared, persistent
	// and hidden data that the body accesses or has values of ("has a value of
	// type D": a parameter, local, result, message argument or accessed variable
	// whose type is D or contains it). It decides the level `data D`.
	Mentions map[string]bool
}

// Message is declared by its handler's signature.
type Message struct {
	Unit   *Unit
	Name   string
	Params []*Var // the handler's first locals
	Result *Type  // nil: the reply carries no value
	Span   Span
	// Form is equal in two versions exactly when waiting messages of one are
	// understood by the other (declarations of the parameter types equal or
	// extended); ReplyForm likewise for replies and the result type.
	Form, ReplyForm string
}

// Protocol is a regular expression over messages from an initiator to its
// recipients, with one instance per initiator instance and key.
type Protocol struct {
	Name       string
	Key        []*Var // bound by parameter name: each message has a parameter of each name
	Initiator  *Unit
	Recipients []*Unit
	Expr       *Regex
	Tracked    bool // how far its instances are may be asked (Allows)
	Span       Span
}

// RegexOp says what a node of a protocol expression is.
type RegexOp uint8

// The forms of protocol expressions.
const (
	RxMessage RegexOp = iota
	RxSeq             // one after the other
	RxAlt             // one of them
	RxStar            // any number of times
	RxPlus            // at least once
	RxOpt             // at most once
)

// Regex is a node of a protocol expression.
type Regex struct {
	Op   RegexOp
	Msg  *Message // RxMessage
	Sub  []*Regex // RxSeq, RxAlt: two or more; RxStar, RxPlus, RxOpt: one
	Span Span
}

// Message finds the message of a unit that the expression names; nil where it does not.
func (r *Regex) Message(unit, name string) *Message {
	if r.Msg != nil && r.Msg.Unit.Name == unit && r.Msg.Name == name {
		return r.Msg
	}
	for _, sub := range r.Sub {
		if m := sub.Message(unit, name); m != nil {
			return m
		}
	}
	return nil
}

// Hook updates a ghost whenever an instance of a unit receives a message, or a function
// is called with it, before the handler's first statement. Hooks of one message take
// effect in their order. A version has those whose messages it has.
type Hook struct {
	To     *Ref // the whole ghost; of the receiving instance, if it is a unit's own (then Unit is a SelfRef or nil)
	Msg    *Message
	Val    Expr   // what it becomes (+= unfolded): reads Msg.Params, data, variables and ghosts, and asks nothing
	Locals []*Var // Msg.Params first, then variables bound in Val
	Span   Span   // `on fs.access += 1`
	// Fingerprint is equal in two versions exactly when the text, and the declarations
	// of all that it mentions, are the same; the message is not mentioned, only the
	// parameters that are read. It is no part of any unit's or handler's fingerprint.
	Fingerprint string
}

// Property is an invariant: it holds in every reachable state.
type Property struct {
	Expr  Expr
	Label string // the author's words; "" where none are given
	Span  Span
}

// Stable is a declared stable state: a predicate over readable data.
type Stable struct {
	Name string
	Expr Expr
	Span Span
}

// Update is a new version with what is needed to get there.
type Update struct {
	Name      string
	New       *System
	Changes   []Change // in the order of the text
	Transfers []*Transfer
	Converts  []*Convert // in force in every column
	Plans     []*Plan
	Fixes     []string // labels of assertions that the update repairs
	Only      []string // names of the units to replace; empty: all affected ones
	Expects   []*Expect
	Requires  []*Requirement
	// ReplacesAlways says that New.Always holds the update's own properties in
	// place of the system's, and that they differ.
	ReplacesAlways bool
	// Accepts are scalars which the new version, started by itself, may find with other
	// values than their initial ones (definitions section 2.3).
	Accepts []*Accept
	// Tolerates are parts of variables that may differ from every configuration of the new
	// version (definitions section 3).
	Tolerates []*Part
	// Forbids are messages that may not be received while the update is under way
	// (definitions section 3).
	Forbids []*Forbidden
	// Symmetric are the sets of values that are interchangeable in both versions and in all
	// that leads from one to the other (definitions section 1.11), in the order of their names:
	// verified, not asserted only. Empty where nothing is, or where the program has errors.
	Symmetric []Scalarset
	Span      Span
}

// Scalarset is a set of interchangeable values: all values of a type with a name, with the
// instances of the arrays that have it as their index, or the instances of one array of units
// whose index type has no name.
type Scalarset struct {
	Type  *Type  // as the new version has it; of an array, the type of its index
	Array string // the array of units; "" where the type has a name
}

// Forbidden is `window forbids fs.write`: a message of a unit, in whatever form.
type Forbidden struct {
	Unit, Message string
	Span          Span
}

// Part is some scalars of a variable of the new version.
type Part struct {
	Var      *Var
	Instance int   // of its owner, from 0; -1: of all
	Slots    []int // which of its scalars, ascending
	Span     Span
}

// Accept is `accepts x in S`: scalars that may have any of some values when the new
// version starts.
type Accept struct {
	Part
	Values []int64
}

// ChangeOp says what happens to a declaration.
type ChangeOp uint8

// What an update does to a declaration.
const (
	Added ChangeOp = iota
	Replaced
	Dropped
	Extended
)

// Change is one difference that the author wrote down.
type Change struct {
	Op   ChangeOp
	What string // "unit", "handler", "variable", "type", "data", "protocol", "def", "stable", "always", "converges"
	Name string // "fs", "fs.chunk", "fs.buffered", "digest"
	Span Span
	// Agree names the units that use a constant, a definition without parameters, which
	// has another value in the new version.
	Agree []string
}

// Transfer is a declared state-transfer function. Its statements are Assign (not
// to locals of units), Declare, If without choose or call, For and Assert.
// Ref.Old marks what is read from the old state; other Refs are the new state's.
type Transfer struct {
	Name     string
	Locals   []*Var
	Body     []Stmt
	Converts []*Convert // in force only with this transfer
	// Cost is what the transfer costs at an update point, a number that reads what Body may
	// read of the old state; nil where none is written. Its bound variables are Locals too.
	Cost Expr
	// Needs are what the transfer takes while it is carried out, read as Cost is.
	Needs []*Need
	Span  Span // of the name
	Whole Span // of the declaration
}

// Changes says whether the text of a transfer assigns to data or converts messages.
func (t *Transfer) Changes() bool {
	changes := len(t.Converts) > 0
	v := visitor{stmt: func(s Stmt) {
		if a, ok := s.(*Assign); ok && a.To.Var.Class != Local {
			changes = true
		}
	}}
	v.visitStmts(t.Body)
	return changes
}

// Need is an amount of a resource that a transfer or a plan takes while it is carried out
// (definitions section 2.5). A plan's is a constant.
type Need struct {
	Amount   Expr
	Resource string
	Constant bool // Value is what it is in every state
	Value    int64
	Span     Span
}

// Plan carries an update out in steps, while the system runs (definitions section 2.5).
// Its statements are Assign (to locals, and to shared and persistent data outside
// units), Declare, If, While, For, Loop, Either, Atomic, Await and Assert without
// calls, and Stop, Resume and Replace. Its names are those of the new version, or,
// behind `old.`, of the old one; Ref.Old is never set.
type Plan struct {
	Name   string
	Locals []*Var
	Body   []Stmt
	Needs  []*Need
	// Instances is how many there are of the units that its statements replace.
	Instances int
	Span      Span // of the name
	Whole     Span // of the declaration
}

// Convert rewrites waiting messages at the switch.
type Convert struct {
	// Later says that it goes on after the switch (`adapt`): also what is sent in the
	// old form to an instance whose version is new. The new version does not know that
	// form, and Args read nothing of the old state. In a transfer, what old code sends
	// that was under way at the switch (definitions section 2.4).
	Later  bool
	From   *Message // of the old system
	To     *Message // of the new system, same unit by name
	Params []*Var   // the old message's parameters, as bound in Args; Index is the position
	Args   []Expr   // one for each parameter of To
	Locals []*Var   // Params first, then variables bound in Args
	Span   Span
}

// LevelKind names an atomicity level.
type LevelKind uint8

// The levels, weakest first where they are comparable.
const (
	LevelAnytime LevelKind = iota
	LevelData
	LevelUnit
	LevelProtocol
	LevelEvent
	LevelSystem
	LevelState
	LevelReboot
	LevelHardware
)

// Level is an atomicity level with its names: data and protocol have one or
// more, state has one, the others none.
type Level struct {
	Kind  LevelKind
	Names []string
}

// Expect is an author's expectation of one cell, of a plan, or of the category.
type Expect struct {
	Category int    // 1 to 6 for `expect category N`, else 0
	On       string // the machine that it speaks of; "": each
	Plan     string // a plan's name, for `expect plan p`: then Level and With mean nothing
	Stopped  bool   // of a plan: that it stops for good half-way, or
	After    *int   // with Stopped: when it has replaced so many instances, at most Plan.Instances; else nil
	Safe     Expr   // for `expect stable when e`: what the weakest stable state (with With) is, in the old version; else nil
	Level    Level  // if OfCell
	With     string // a transfer's name; "" for none. Ignored for feasible and infeasible
	Verdict  string // "valid", "immediate", "eventual", "possible", "stray", "invalid", "broken", "vacuous", "feasible", "infeasible"; of plans also "completes", "can wait", "deadlocks"
	Span     Span
}

// OfCell says whether it is an expectation of one cell of the matrix.
func (e *Expect) OfCell() bool { return e.Category == 0 && e.Plan == "" && e.Safe == nil }

// ---- expressions ----

// Expr is a typed expression without side effects. The arithmetic is that of
// int64 numbers; a result is checked against a range where it is stored, passed
// or converted. Comparison and conditions are Bool.
type Expr interface {
	Type() *Type // for numbers that are computed: an Int type with the widest range known
	Pos() Span
}

// ExprBase carries what every expression has.
type ExprBase struct {
	Typ *Type
	Spn Span
}

// Type is the expression's type.
func (b *ExprBase) Type() *Type { return b.Typ }

// Pos is the expression's place in the source.
func (b *ExprBase) Pos() Span { return b.Spn }

// The kinds of expressions.
type (
	// Lit is a constant of any type: its scalars in the order of Type.
	Lit struct {
		ExprBase
		Val []int64
	}
	// SelfRef is the index of the running instance, a value of Unit.Index.
	SelfRef struct{ ExprBase }
	// Ref reads a variable or a part of one; on the left of an assignment it is
	// the place written. A variable that is still in old form fails when read.
	Ref struct {
		ExprBase
		Var *Var
		// Unit is the owner's instance for a variable of an array of units, nil
		// where the owner is single, or where the variable belongs to no unit.
		// Inside a unit's own code it is a SelfRef.
		Unit Expr
		Old  bool // transfers and converts: in the old state
		Path []Access
	}
	// Unary is not (Bool) or - (Int).
	Unary struct {
		ExprBase
		Op Op
		X  Expr
	}
	// Binary is arithmetic (Int), comparison or logic. == and != compare whole
	// values of any type. and, or evaluate Y only if needed. Division and mod are
	// Euclidean (0 <= x mod y); a divisor of 0 is a range failure.
	Binary struct {
		ExprBase
		Op   Op
		X, Y Expr
	}
	// In is membership of a scalar in a domain.
	In struct {
		ExprBase
		X   Expr
		Dom *Domain
	}
	// IfExpr evaluates only the branch that is chosen.
	IfExpr struct {
		ExprBase
		Cond, Then, Else Expr
	}
	// Quant is all, any, count or sum over a domain, with Var bound in Body. all
	// and any stop at the first element that decides.
	Quant struct {
		ExprBase
		Op   QuantOp
		Var  *Var
		Dom  *Domain
		Body Expr
	}
	// Let binds Var to X in Body: an unfolded def parameter. X is checked against
	// Var's type (range failure) and evaluated once.
	Let struct {
		ExprBase
		Var  *Var
		X    Expr
		Body Expr
	}
	// Conv is `T(x)`, or a place where a range is checked (a def's result): X as a value of Typ. Out of range is a range failure.
	Conv struct {
		ExprBase
		X Expr
	}
	// Demand is X, provided that Cond holds; else it is a range failure.
	Demand struct {
		ExprBase
		Cond, X Expr
		Failing string // what is wrong where Cond does not hold
	}
	// Build makes a Record from its fields or an Array from its elements, in order.
	Build struct {
		ExprBase
		Elems []Expr
	}
	// Idle is `u.idle`: no activation of the instance (of any instance, where
	// Index is nil and the unit is an array). For a function: no activation at all.
	Idle struct {
		ExprBase
		Unit  *Unit
		Index Expr
		Old   bool
	}
	// InHandler is `u.in(m)`: an activation of that handler is active, old or new code. In a
	// transfer also `old.u.at(m, n)`, it stands before the n-th statement of the handler, and
	// `old.u.in(m, n)`, it waits in the call of that statement.
	InHandler struct {
		ExprBase
		Unit   *Unit
		Index  Expr
		Msg    *Message
		Old    bool
		Number int  // n; 0: it is active, wherever it stands
		Start  Pos  // where that statement begins
		Before bool // `at`
	}
	// InProgress is `p.in_progress` or `p[k].in_progress`: some instance (with that
	// key) is in progress.
	InProgress struct {
		ExprBase
		Protocol *Protocol
		Key      []Expr // one for each key, or nil for any
		Old      bool
	}
	// Allows is `p.allows(m)` or `p[k].allows(m)`: some instance (with that key) is in
	// progress, and m can come next in it.
	Allows struct {
		ExprBase
		Protocol *Protocol
		Key      []Expr // as in InProgress
		Msg      *Message
		Old      bool
	}
	// LocalOf is `app[i].x` or `fs.write.x`: a readable local of a client, or of the
	// activation, of old or new code, that the instance has for a message. It is what the
	// local held when the step began; the type's lowest where there is no such activation,
	// or no readable local of that name in its code, or where it is not live. If the code
	// declares it with another type, it is a type-safety failure.
	LocalOf struct {
		ExprBase
		Unit  *Unit
		Index Expr     // nil where the unit is single
		Msg   *Message // nil for a client
		Var   *Var     // as the version declares it that the text speaks of
		Old   bool
	}
	// MsgField is `m.f` where m is bound by a Quant over waiting messages.
	MsgField struct {
		ExprBase
		Var   *Var
		Param int // index into the domain's Message.Params
	}
)

// Access is one step from a value into a part of it.
type Access struct {
	Field int  // index into Fields, if Index is nil
	Index Expr // of an array; out of range is a range failure
}

// Op is an operator.
type Op uint8

// The operators.
const (
	Not Op = iota
	Neg
	Add
	Sub
	Mul
	Div
	Mod
	Eq
	Ne
	Lt
	Le
	Gt
	Ge
	And
	Or
)

// QuantOp is a quantifier.
type QuantOp uint8

// The quantifiers: all and any are Bool, count and sum are Int. For count the
// body is Bool, for sum Int.
const (
	All QuantOp = iota
	Any
	Count
	Sum
)

// Domain is a finite, ordered set (with Of a Seq a list) of scalars, or the messages waiting for a unit.
// Exactly one of its forms is set.
type Domain struct {
	Elem *Type    // type of the elements (nil for messages)
	Typ  *Type    // all values of a scalar type, lowest first
	Lo   Expr     // a range, with Hi; empty if Lo > Hi
	Hi   Expr     //
	List []Expr   // a set written out; order and repetition do not matter
	Of   Expr     // the elements of a Set, lowest first, or of a Seq, in order
	Wait *Waiting // messages in a unit's mailboxes, in order
	Span Span
}

// Waiting is `u.waiting(m)`: the messages m that wait in the mailbox of a unit
// instance (Index nil and the unit an array: of all instances, in order). In a transfer also
// `old.u.waiting(m, s)`: those that the unit or client From sent (Sender nil and it is an
// array: any instance of it).
type Waiting struct {
	Unit   *Unit
	Index  Expr
	Msg    *Message
	Old    bool
	From   *Unit // nil: whoever
	Sender Expr
}

// ---- statements ----

// Stmt is a statement of a handler, client or transfer. Definitions section 1
// says which of them are steps.
type Stmt interface{ Pos() Span }

// StmtBase carries what every statement has.
type StmtBase struct{ Spn Span }

// Pos is the statement's place in the source.
func (b *StmtBase) Pos() Span { return b.Spn }

// Rhs is what may stand right of `=` and in a condition: exactly one is set.
type Rhs struct {
	Expr   Expr
	Choose *Domain // any element, no fairness; an empty domain blocks
	Call   *Target // the value of the reply
}

// Target is a message with its destination and arguments.
type Target struct {
	Unit  *Unit
	Index Expr // instance, for arrays of units; out of range is a range failure
	Msg   *Message
	Args  []Expr // in the order of Msg.Params
	Span  Span
}

// The kinds of statements.
type (
	// Assign stores a value (x = e; also x += e, unfolded). `var x = e` is an
	// Assign to a local. For a client's top-level var see Declare. Writing checks the range and heals an old-form value.
	Assign struct {
		StmtBase
		To  *Ref
		Rhs Rhs
	}
	// Declare gives a local its initial value without a step: `var x: T` anywhere
	// (lowest value), and a client's top-level `var x = e` where e reads only
	// constants, `self` and locals.
	Declare struct {
		StmtBase
		Var  *Var
		Init Expr // nil: the lowest value
	}
	// Note assigns to a ghost; it belongs to the step before it.
	Note struct {
		StmtBase
		To  *Ref
		Val Expr
	}
	// CallStmt is a call whose reply's value, if any, is dropped.
	CallStmt struct {
		StmtBase
		Target *Target
	}
	// Send is asynchronous. A Signal is dropped while one of its kind (unit
	// instance and message) waits.
	Send struct {
		StmtBase
		Target *Target
		Signal bool
	}
	// Reply answers the activation's own caller, or the one held in To, which
	// becomes none. With nobody to answer it does nothing.
	Reply struct {
		StmtBase
		To  *Ref // nil: own caller
		Val Expr // nil: no value
		// Answers is the message that the caller sent, which gives the reply its form
		// and range: the handler's own, or one whose callers are held in To; if the
		// new version holds none there, one whose callers old code held there or
		// in a variable from where a transfer moves them. It is nil where none ever is.
		Answers *Message
	}
	// Hold moves the activation's own caller into To.
	Hold struct {
		StmtBase
		To *Ref
	}
	// Assert fails where Cond is false.
	Assert struct {
		StmtBase
		Cond  Expr
		Label string
	}
	// Await blocks until Cond holds.
	Await struct {
		StmtBase
		Cond Expr
	}
	// If has an empty Else where none is written; `else if` is an If in Else.
	If struct {
		StmtBase
		Cond Rhs
		Then []Stmt
		Else []Stmt
	}
	// While evaluates Cond before each round.
	While struct {
		StmtBase
		Cond Rhs
		Body []Stmt
	}
	// For runs Body for each element of Dom (a type, or a range of constants and
	// own locals, evaluated at entry), lowest first. Var is a local.
	For struct {
		StmtBase
		Var  *Var
		Dom  *Domain
		Body []Stmt
	}
	// Loop repeats for ever.
	Loop struct {
		StmtBase
		Body []Stmt
	}
	// Either takes one branch whose first step is enabled.
	Either struct {
		StmtBase
		Branches [][]Stmt
	}
	// Stop waits until units are ready: they process nothing, their stable state holds,
	// and they receive nothing any more. With Try the wait can end early: then they are
	// resumed and Else runs. In plans only.
	Stop struct {
		StmtBase
		Units []string // processes and objects of either version, each once
		State string   // a stable state of the old version; "": each unit's Converges, or idleness alone
		Try   bool
		Else  []Stmt
	}
	// Resume lets units receive again. In plans only.
	Resume struct {
		StmtBase
		Units []string
	}
	// Replace switches units to the new version as soon as Level admits it and When
	// holds; with Try it does so now, or runs Else. In plans only.
	Replace struct {
		StmtBase
		Units []string  // of either version, each once
		Each  bool      // one instance after the other, each in a step
		Level *Level    // nil: where all are stopped and ready
		When  Expr      // nil: at once
		With  *Transfer // nil: none; writes variables of Units, and data outside units
		Try   bool
		Else  []Stmt
	}
	// Atomic is one step.
	Atomic struct {
		StmtBase
		Body []Stmt
	}
)
