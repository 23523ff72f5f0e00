package model

import (
	"fmt"
	"strings"

	"github.com/lucheck/lucheck/lang"
)

// StepInfo explains one step in the author's words.
type StepInfo struct {
	Unit     string
	Instance string // index of an instance of an array, "" for a single unit
	Version  string // "old" or "new"; "" for clients and for code that both have
	Handler  string // "" for a client
	Kind     string // as in explorer.TraceStep
	Span     lang.Span
	Moves    []Move
}

// Move is a message that a step moves.
type Move struct {
	Name string // "chunk(f: 1)", "reply true"
	From string // the instance; "" where nobody is known
	To   string
	Form string // the version that built it; "" where both agree
	Kind string // "sent", "received", "answered", "dropped"
}

// recorder collects what a step does.
type recorder struct{ info StepInfo }

// explain notes the statement that a step runs.
func (m *machine) explain(f *frame, n *node) {
	if m.rec == nil {
		return
	}
	i := f.info()
	i.Kind, i.Span = n.label.kind, n.label.span
	if !f.unit.client {
		h := f.entryAt(m.v).version
		i.Handler, i.Version = h.name, h.versionName()
	}
	i.Moves = m.rec.info.Moves
	m.rec.info = i
}

// info names the frame's unit and instance.
func (f *frame) info() StepInfo {
	i := StepInfo{Unit: f.unit.name}
	if t := f.unit.either().Index; t != nil {
		i.Instance = formatScalar(t, f.inst.self)
	}
	return i
}

func (h *handlerVersion) versionName() string {
	switch {
	case h.old && h.new, !h.unit.changed:
		return ""
	case h.old:
		return "old"
	}
	return "new"
}

// explainReceive notes a reception; h is nil where the unit has no handler for it.
func (m *machine) explainReceive(inst *instance, h *handlerVersion, k *messageKind) {
	if m.rec == nil {
		return
	}
	i := inst.root.info()
	i.Kind, i.Span, i.Handler = "receive", k.either().Span, k.name
	if h != nil {
		i.Span, i.Version = h.handler.Span, h.versionName()
	}
	m.rec.info = i
}

// moved notes a message on its way.
func (m *machine) moved(kind string, k *messageKind, args []int64, from string, to *instance) {
	if m.rec == nil {
		return
	}
	m.rec.info.Moves = append(m.rec.info.Moves, Move{Name: formatMessage(k.latest(), args), From: from, To: to.label(), Form: k.form(), Kind: kind})
}

func (k *messageKind) form() string {
	switch {
	case k.old != nil && k.new != nil:
		return ""
	case k.old != nil:
		return "old"
	}
	return "new"
}

// answered notes a reply on its way.
func (m *machine) answered(kind string, t *lang.Type, val []int64, from, to string) {
	if m.rec == nil {
		return
	}
	name := "reply"
	if t != nil && len(val) > 0 {
		name += " " + FormatValue(t, val)
	}
	m.rec.info.Moves = append(m.rec.info.Moves, Move{Name: name, From: from, To: to, Kind: kind})
}

// Explain runs the group's k-th step from v, counted as Step emits them, and says
// what it does. next is nil for a failing step, and valid until the next call.
func (u *Update) Explain(group int, v []uint64, k int) (next []uint64, failure uint32, info StepInfo) {
	m := u.machine()
	u.growBound(m)
	m.rec = &recorder{}
	n := 0
	u.steps(m, group, v, func(to []uint64, flags uint32) bool {
		if flags == nothingFlag {
			return true
		}
		if n == k {
			info = m.rec.info
			if to == nil {
				failure = flags &^ (failedFlag | strongFlag)
			} else {
				next = append([]uint64(nil), to...)
			}
		}
		n++
		m.rec.info = StepInfo{}
		return n <= k
	})
	return next, failure, info
}

func formatScalar(t *lang.Type, k int64) string {
	switch t.Kind {
	case lang.Bool:
		if k != 0 {
			return "true"
		}
		return "false"
	case lang.Enum:
		if k >= 0 && k < int64(len(t.Members)) {
			return t.Members[k]
		}
	}
	return fmt.Sprint(k)
}

// FormatValue spells a value as in the language.
func FormatValue(t *lang.Type, val []int64) string {
	if t.Sugar != lang.Plainly {
		return formatHeld(t, val)
	}
	switch t.Kind {
	case lang.Record:
		var parts []string
		at := 0
		for _, f := range t.Fields {
			n := f.Type.Slots()
			parts = append(parts, f.Name+": "+FormatValue(f.Type, val[at:at+n]))
			at += n
		}
		return t.Name + "(" + strings.Join(parts, ", ") + ")"
	case lang.Array:
		var parts []string
		n := t.Elem.Slots()
		for at := 0; at+n <= len(val); at += n {
			parts = append(parts, FormatValue(t.Elem, val[at:at+n]))
		}
		return "[" + strings.Join(parts, ", ") + "]"
	case lang.Caller:
		if val[0] == 0 {
			return "none"
		}
		return fmt.Sprintf("caller %d", val[0])
	}
	return formatScalar(t, val[0])
}

// formatHeld spells an optional value, a set or a sequence.
func formatHeld(t *lang.Type, val []int64) string {
	var parts []string
	for _, p := range t.Parts(val) {
		parts = append(parts, FormatValue(t.Of(), p))
	}
	list := strings.Join(parts, ", ")
	switch {
	case t.Sugar == lang.Set:
		return "{" + list + "}"
	case t.Sugar == lang.Seq:
		return "[" + list + "]"
	case len(parts) == 0:
		return "none"
	}
	return list
}

func formatMessage(msg *lang.Message, args []int64) string {
	var parts []string
	at := 0
	for _, p := range msg.Params {
		n := p.Type.Slots()
		parts = append(parts, p.Name+": "+FormatValue(p.Type, args[at:at+n]))
		at += n
	}
	return msg.Name + "(" + strings.Join(parts, ", ") + ")"
}
