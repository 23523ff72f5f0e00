package model

import "github.com/lucheck/lucheck/lang"

// FailureKind says what goes wrong in the model (definitions section 1).
type FailureKind uint8

// The kinds of failure.
const (
	NoFailure FailureKind = iota
	Assertion
	Invariant
	ProtocolFailure
	UnhandledMessage
	MessageForm
	TypeSafety
	Range
	MailboxFull // of a unit whose mailbox the update shrinks
	Deadlock
	PartialDeadlock
	Forbidden // in the update's window
)

var failureNames = [...]string{"", "assertion", "invariant", "protocol", "unhandled message", "message form", "type safety",
	"range", "mailbox", "deadlock", "partial deadlock", "window"}

// String is the kind in the words of the definitions.
func (k FailureKind) String() string { return failureNames[k] }

// Failure is something that can go wrong at one place of the spec. It is known by
// its number in a compiled update.
type Failure struct {
	Kind   FailureKind
	Span   lang.Span // the violated clause, or the statement that fails
	Clause string    // the author's label of an assertion or invariant
	Detail string    // what is wrong, without values
	Cond   lang.Expr // the condition of an assertion or invariant, to show what it read
}
