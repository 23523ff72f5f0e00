package oracle

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/lucheck/lucheck/lang"
)

// The kinds of failures (definitions section 1), as the report names them.
const (
	KindAssertion       = "assertion"
	KindInvariant       = "invariant"
	KindProtocol        = "protocol"
	KindUnhandled       = "unhandled message"
	KindForm            = "message form"
	KindTypeSafety      = "type safety"
	KindRange           = "range"
	KindMailbox         = "mailbox"
	KindDeadlock        = "deadlock"
	KindPartialDeadlock = "partial deadlock"
	KindWindow          = "window"
)

// Failure is something that goes wrong in the model. Span is the clause that is
// violated, the zero Span where there is none (deadlocks). Detail is for people.
type Failure struct {
	Kind   string
	Span   lang.Span
	Detail string
}

// String gives kind, place and detail.
func (f *Failure) String() string { return fmt.Sprintf("%s at %s: %s", f.Kind, f.Span, f.Detail) }

// blocked is the panic of a step that is not enabled. By names the activation that
// has to make room: whose mailbox is full, or which is the function that still runs;
// it is "" where something else is missing.
type blocked struct{ by string }

// fail ends a step. Each # in the detail stands for the next of the numbers.
func fail(kind string, span lang.Span, detail string, numbers ...int64) {
	for _, n := range numbers {
		detail = strings.Replace(detail, "#", strconv.FormatInt(n, 10), 1)
	}
	panic(&Failure{Kind: kind, Span: span, Detail: detail})
}

// attempt runs do and gives the failure that it ended with, if any.
func attempt(do func()) (failure *Failure) {
	defer func() {
		if p := recover(); p != nil {
			f, is := p.(*Failure)
			if !is {
				panic(p)
			}
			failure = f
		}
	}()
	do()
	return nil
}

// obstacle runs do and gives what blocked it, nil if nothing did.
func obstacle(do func()) (stop *blocked) {
	defer func() {
		if p := recover(); p != nil {
			b, is := p.(blocked)
			if !is {
				panic(p)
			}
			stop = &b
		}
	}()
	do()
	return nil
}

// checked gives the value back if it is one of the type.
func checked(t *lang.Type, val []int64, span lang.Span) []int64 {
	for i, s := range t.Scalars() {
		if s.Kind == lang.Caller {
			continue
		}
		if lo, hi := s.Bounds(); val[i] < lo || val[i] > hi {
			fail(KindRange, span, "# is not in #..#", val[i], lo, hi)
		}
	}
	return val
}
