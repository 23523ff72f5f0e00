package oracle

import (
	"slices"

	"github.com/lucheck/lucheck/lang"
)

// shutBy names the activations that could open the statement at which one rests, if
// none of its ways has a step or fails: those of full mailboxes, functions that still
// run, and all who write what decides about it. There are none where a way is open,
// or where somebody could open one who has no activation.
func (w *World) shutBy(s *State, id string, f *frame) []string {
	d := &deciding{u: w.unitOf(s.conf, f), g: w.graphOf(s.conf, f), data: map[string]bool{}}
	d.statement(f.node)
	if d.unsure {
		return nil
	}
	var by []string
	pick := &chooser{}
	for more := true; more; more = pick.advance() {
		r := &run{w: w, st: s.clone(), rested: s, pick: pick}
		stop := obstacle(func() {
			attempt(func() { r.resume(id); r.step() })
		})
		if stop == nil {
			return nil
		}
		if stop.by != "" {
			by = append(by, stop.by)
		}
	}
	writers, certain := w.writing(s, d.data)
	if !certain {
		return nil
	}
	return append(by, writers...)
}

// writing names the activations of everybody whose code writes one of some data
// outside units. It is certain if they all have one, or are clients that have ended, and
// no plan under way writes such data.
func (w *World) writing(s *State, data map[string]bool) (ids []string, certain bool) {
	if s.plan != nil && s.plan.g.writesAny(data) {
		return nil, false
	}
	for _, u := range slices.Concat(w.program.Base.Units, w.update.New.Units) {
		if !writesAny(u, data) {
			continue
		}
		for i := range u.Count {
			id := instName(u, i)
			f, active := s.acts[id]
			switch {
			case active && f.ended():
			case active && u.Kind != lang.Function:
				ids = append(ids, id)
			default:
				return nil, false
			}
		}
	}
	return ids, true
}

// writesAny says whether a unit's text assigns to one of some data outside units.
func writesAny(u *lang.Unit, data map[string]bool) bool {
	found := false
	look := func(list []lang.Stmt) {
		found = found || newGraph(nil, list).writesAny(data)
	}
	look(u.Body)
	for _, h := range u.Handlers {
		look(h.Body)
	}
	return found
}

// writesAny says whether the text assigns to one of some data outside units.
func (g *graph) writesAny(data map[string]bool) bool {
	return slices.ContainsFunc(g.nodes, func(d node) bool {
		a, is := d.stmt.(*lang.Assign)
		return is && a.To.Var.Class != lang.Local && a.To.Var.Owner == nil && data[a.To.Var.Name]
	})
}

// deciding collects what decides whether a statement has a step.
type deciding struct {
	u      *lang.Unit
	g      *graph
	data   map[string]bool // outside units
	unsure bool            // it is something that anybody may change
}

// statement takes in the statement at a node: of a plain message the instance, of an
// await the condition, of a choose its elements, of an atomic all that is inside, of an either
// what its branches begin with.
func (o *deciding) statement(n int) {
	d := o.g.nodes[n]
	if d.op == opEither || d.op == opAtomic {
		o.whole(n)
		return
	}
	if t := d.target(); t != nil {
		walk(t.Index, o.read)
		return
	}
	switch s := d.stmt.(type) {
	case *lang.Await:
		walk(s.Cond, o.read)
	case *lang.Assign:
		walkDomain(s.Rhs.Choose, o.read)
	case *lang.If, *lang.While:
		walkDomain(condition(s).Choose, o.read)
	}
}

// whole takes in everything that is read; of notes nothing.
func (o *deciding) whole(n int) {
	d := o.g.nodes[n]
	var parts []int
	switch d.op {
	case opAtomic:
		parts = o.g.inside(d)
	case opEither:
		for _, b := range d.branches {
			parts = append(parts, o.g.beginning(b, d.join)...)
		}
	default:
		if _, note := d.stmt.(*lang.Note); !note {
			d.reads(o.read)
		}
	}
	for _, part := range parts {
		o.whole(part)
	}
}

// read takes in one expression. Constants, self, locals and the own variables of a
// process, object or client are nobody else's; a function's are shared by its activations.
func (o *deciding) read(e lang.Expr) {
	switch e := e.(type) {
	case *lang.Ref:
		switch {
		case e.Var.Class == lang.Local:
		case e.Var.Owner == nil:
			o.data[e.Var.Name] = true
		default:
			o.unsure = o.unsure || e.Var.Owner.Name != o.u.Name || o.u.Kind == lang.Function
		}
	case *lang.Idle, *lang.InHandler, *lang.InProgress, *lang.Allows, *lang.LocalOf, *lang.MsgField:
		o.unsure = true
	case *lang.Quant:
		o.unsure = o.unsure || e.Dom.Wait != nil
	}
}
