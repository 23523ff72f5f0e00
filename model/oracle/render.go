package oracle

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/lucheck/lucheck/lang"
)

// Field is a piece of a state, spelled as in the language.
type Field struct {
	Path  string // "fs.buffered", "fs.waiting", "app[1] at", "app[1] k", "protocol write app[1] [0]"
	Value string
}

// Render spells a state out, in a fixed order: variables, mailboxes, activations
// with their live locals and whom they answer, protocol instances in progress.
// Values in old form read "old form". It is complete: states that differ render
// differently, apart from the form of what waits and from the memory of which
// protocol instances an activation may end.
func (w *World) Render(s *State) []Field {
	var fields []Field
	add := func(path, value string) { fields = append(fields, Field{path, value}) }
	for i, sl := range s.conf.slots {
		path := sl.v.Name
		if sl.unit != nil {
			path = instName(sl.unit, sl.inst) + "." + path
		}
		value := w.spell(sl.v.Type, s.vars[i])
		if slices.Contains(s.stale[i], true) {
			value = "old form"
		}
		add(path, value)
	}
	for i, b := range s.conf.boxes {
		var waiting []string
		for _, m := range s.boxes[i] {
			waiting = append(waiting, w.spellMessage(m, handler(b.unit, m.name)))
		}
		add(instName(b.unit, b.inst)+".waiting", strings.Join(waiting, ", "))
	}
	for _, id := range s.activations() {
		f := s.acts[id]
		add(id+" at", w.whereabouts(s, &f))
		fields = append(fields, w.renderFrame(s, id, &f)...)
	}
	for _, id := range slices.Sorted(maps.Keys(s.pos)) {
		add("protocol "+strings.ReplaceAll(id, "|", " "), fmt.Sprint(s.pos[id]))
	}
	return fields
}

// renderFrame spells out what an activation holds.
func (w *World) renderFrame(s *State, id string, f *frame) []Field {
	var fields []Field
	g := w.graphOf(s.conf, f)
	live := g.live[f.node]
	if f.waiting {
		live = g.after[f.node]
	}
	names := make([]string, len(g.locals))
	for v, n := range g.index {
		names[n] = v.Name
	}
	for v, t := range g.locals {
		if live[v] && t != nil {
			fields = append(fields, Field{id + " " + names[v], w.spell(t, f.locals[v])})
		}
	}
	if f.rests {
		fields = append(fields, Field{id + " rests", "true"})
	}
	if f.caller != "" {
		fields = append(fields, Field{id + " answers", f.caller})
	}
	if f.reply != nil {
		fields = append(fields, Field{id + " reply", fmt.Sprint(f.reply.vals)})
	}
	return fields
}

func (w *World) spellMessage(m message, h *lang.Handler) string {
	var args []string
	for i, a := range m.args {
		if h != nil && h.Msg.Form == m.form {
			args = append(args, h.Msg.Params[i].Name+": "+w.spell(h.Msg.Params[i].Type, a))
		} else {
			args = append(args, fmt.Sprint(a))
		}
	}
	return m.name + "(" + strings.Join(args, ", ") + ") from " + m.from
}

// spell writes a value as the language does.
func (w *World) spell(t *lang.Type, val []int64) string {
	if t.Sugar != lang.Plainly {
		return w.spellHeld(t, val)
	}
	switch t.Kind {
	case lang.Caller:
		if held := w.held(val[0]); held != "" {
			return held
		}
		return "none"
	case lang.Record:
		var fs []string
		for _, f := range t.Fields {
			n := f.Type.Slots()
			fs = append(fs, f.Name+": "+w.spell(f.Type, val[:n]))
			val = val[n:]
		}
		return t.Name + "(" + strings.Join(fs, ", ") + ")"
	case lang.Array:
		var es []string
		for n := t.Elem.Slots(); len(val) > 0; val = val[n:] {
			es = append(es, w.spell(t.Elem, val[:n]))
		}
		return "[" + strings.Join(es, ", ") + "]"
	}
	return spellScalar(t, val[0])
}

// spellHeld writes a set, a sequence, or an optional value.
func (w *World) spellHeld(t *lang.Type, val []int64) string {
	var es []string
	for _, p := range t.Parts(val) {
		es = append(es, w.spell(t.Of(), p))
	}
	brackets := map[lang.Sugar]string{lang.Set: "{}", lang.Seq: "[]"}[t.Sugar]
	switch {
	case brackets != "":
		return brackets[:1] + strings.Join(es, ", ") + brackets[1:]
	case es == nil:
		return "none"
	}
	return es[0]
}

// spellScalar writes a value of Bool, Int or Enum.
func spellScalar(t *lang.Type, x int64) string {
	switch {
	case t.Kind == lang.Bool:
		return fmt.Sprint(x != 0)
	case t.Kind == lang.Enum && 0 <= x && x < t.Card():
		return t.Members[x]
	}
	return fmt.Sprint(x)
}
