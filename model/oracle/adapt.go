package oracle

import (
	"slices"

	"github.com/lucheck/lucheck/lang"
)

// adapted gives the adapt that rewrites what the activation sends to an instance of its
// target, nil where there is none: its text has the message in the old form, and the
// instance that takes it is new. Before the switch none is.
func (r *run) adapted(t *lang.Target, inst int) *lang.Convert {
	w := r.w
	u := unitNamed(w.update.New.Units, t.Unit.Name)
	if u == nil || u != r.st.conf.texts[instance{u.Name, inst}] {
		return nil
	}
	for _, by := range w.update.Transfers {
		if slices.Contains(r.st.adapting, by) || slices.Contains(r.fr.adapting, by) {
			if a := adapts(by.Converts, t); a != nil {
				return a
			}
		}
	}
	return adapts(w.update.Converts, t)
}

// adapts finds the adapt for what a text sends; nil for none.
func adapts(list []*lang.Convert, t *lang.Target) *lang.Convert {
	for _, a := range list {
		if a.Later && names(a, t.Unit.Name, t.Msg.Name, t.Msg.Form) {
			return a
		}
	}
	return nil
}

// carryAdapts keeps what adapts are in force. A replacement's transfer joins those before
// it; where nothing is old any more, they are left to the old code that is under way, as
// far as its unit sends what they rewrite.
func (w *World) carryAdapts(s *State, t *lang.Transfer) {
	if t != nil && slices.ContainsFunc(t.Converts, func(c *lang.Convert) bool { return c.Later }) && !slices.Contains(s.adapting, t) {
		s.adapting = append(slices.Clone(s.adapting), t)
	}
	if s.conf != w.new {
		return
	}
	for id, f := range s.acts {
		if f.old && w.affected[f.unit] {
			f.adapting = nil
			for _, by := range s.adapting {
				if slices.ContainsFunc(w.sent(unitNamed(w.program.Base.Units, f.unit)), func(t *lang.Target) bool { return adapts(by.Converts, t) != nil }) {
					f.adapting = append(f.adapting, by)
				}
			}
			s.acts[id] = f
		}
	}
	s.adapting = nil
}

// sent lists what the handlers of a unit send and call.
func (w *World) sent(u *lang.Unit) (all []*lang.Target) {
	for _, h := range u.Handlers {
		for _, d := range w.handlerGraph(h).nodes {
			if t := d.target(); t != nil {
				all = append(all, t)
			}
		}
	}
	return all
}

// arrives is the message that an activation's message to an instance of its target is where it
// arrives, which can be told before anything is evaluated.
func (r *run) arrives(t *lang.Target, inst int) *lang.Message {
	if a := r.adapted(t, inst); a != nil {
		return a.To
	}
	return t.Msg
}

// contents evaluates the arguments of a message and gives those that arrive. An adapt
// reads the state as the step has left it so far.
func (r *run) contents(t *lang.Target, inst int) [][]int64 {
	args := r.arguments(t)
	if a := r.adapted(t, inst); a != nil {
		return r.w.rewritten(a, args, r.st, nil)
	}
	return args
}

// rewritten evaluates what a convert or adapt makes of the arguments of a message, in a
// state behind the switch; old is the state before it, which only a convert can read.
func (w *World) rewritten(c *lang.Convert, args [][]int64, st, old *State) [][]int64 {
	r := &run{w: w, st: st, old: old, bound: map[*lang.Var][]int64{}}
	for i, v := range c.Params {
		r.bound[v] = args[i]
	}
	var to [][]int64
	for i, a := range c.Args {
		to = append(to, checked(c.To.Params[i].Type, r.eval(a), a.Pos()))
	}
	return to
}

// received updates the ghosts that are attached to a message, when it is certain that
// the instance's handler takes it. What they read and write is no text of the unit, so
// it is evaluated apart from the activation that is about to begin.
func (r *run) received(u *lang.Unit, inst int, msg string, args [][]int64) {
	for _, h := range r.w.hooks(u) {
		if h.Msg.Unit.Name != u.Name || h.Msg.Name != msg {
			continue
		}
		one := &run{w: r.w, st: r.st, self: selfOf(u, inst), bound: map[*lang.Var][]int64{}}
		for i, v := range h.Msg.Params {
			one.bound[v] = args[i]
		}
		one.write(h.To, one.eval(h.Val), h.Span)
	}
}

// hooks lists what is attached to messages, read with the declarations of the version
// that a unit's text is of. In a configuration, units that the update does not change
// are of the old version before the switch, and of the new one after it.
func (w *World) hooks(u *lang.Unit) []*lang.Hook {
	if unitNamed(w.update.New.Units, u.Name) == u {
		return w.update.New.Hooks
	}
	return w.program.Base.Hooks
}

// names says whether a convert or adapt speaks of a message of that name and form.
func names(c *lang.Convert, unit, msg, form string) bool {
	return c.From.Unit.Name == unit && c.From.Name == msg && c.From.Form == form
}
