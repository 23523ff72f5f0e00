package oracle

import "github.com/lucheck/lucheck/lang"

// stuck says whether a state with these steps is a deadlock or a partial deadlock.
func (w *World) stuck(s *State, steps []Step) *Failure {
	if len(steps) == 0 {
		if w.finished(s) {
			return nil
		}
		return &Failure{Kind: KindDeadlock, Detail: "nothing can step"}
	}
	if ids := w.waitingForEver(s); len(ids) > 0 {
		return &Failure{Kind: KindPartialDeadlock, Detail: "waiting for ever"}
	}
	return nil
}

// finished says whether all clients have ended and nothing is under way.
func (w *World) finished(s *State) bool {
	for _, f := range s.acts {
		if !f.ended() {
			return false
		}
	}
	for _, msgs := range s.boxes {
		if len(msgs) > 0 {
			return false
		}
	}
	return true
}

// waitingForEver is the greatest set of activations each of which waits for
// another of the set, or for nobody at all. An activation is named by what is at
// the bottom of its function calls, which belong to it.
func (w *World) waitingForEver(s *State) map[string]bool {
	set := map[string]bool{}
	for id, f := range s.acts {
		if id == bottom(id) && !f.ended() {
			set[id] = true
		}
	}
	for changed := true; changed; {
		changed = false
		for id, f := range s.acts {
			if set[bottom(id)] && !w.waitsIn(s, id, &f, set) {
				delete(set, bottom(id))
				changed = true
			}
		}
	}
	return set
}

// waitsIn says whether a frame waits for a reply or for room in a mailbox, and only
// for activations of the set.
func (w *World) waitsIn(s *State, id string, f *frame, set map[string]bool) bool {
	if f.waiting {
		return f.reply == nil && w.unanswered(s, id, set)
	}
	d := w.graphOf(s.conf, f).nodes[f.node]
	t := d.target()
	if t == nil {
		return false
	}
	r := &run{w: w, st: s}
	r.resume(id)
	by := r.fullBox(d, t)
	return by != "" && set[by]
}

// fullBox names the instance whose full mailbox blocks the message at d: "" where
// none does.
func (r *run) fullBox(d node, t *lang.Target) (by string) {
	attempt(func() {
		u, inst := r.receiver(t)
		b := r.st.conf.box(u.Name, inst)
		send, is := d.stmt.(*lang.Send)
		if b < 0 || !r.full(b) || is && send.Signal && r.waits(b, t.Msg.Name) {
			return
		}
		by = instName(u, inst)
	})
	return by
}

// unanswered says whether everybody who could answer the request of an activation
// is in the set: whoever processes it, whoever holds it, or the instance in whose
// mailbox it waits. Nobody at all counts too.
func (w *World) unanswered(s *State, id string, set map[string]bool) bool {
	for b, msgs := range s.boxes {
		for _, m := range msgs {
			if m.wants && m.from == id {
				return set[instName(s.conf.boxes[b].unit, s.conf.boxes[b].inst)]
			}
		}
	}
	for other, f := range s.acts {
		if f.caller == id {
			return set[bottom(other)]
		}
	}
	for _, holder := range w.holders(s, id) {
		if !set[holder] {
			return false
		}
	}
	return true
}

// holders names the instances in whose variables an activation is held.
func (w *World) holders(s *State, id string) []string {
	scalar := w.caller(id)
	var names []string
	for i, sl := range s.conf.slots {
		if !holds(sl.v.Type, s.vars[i], scalar) {
			continue
		}
		names = append(names, instName(sl.unit, sl.inst))
	}
	return names
}

// holds says whether a value of the type holds that caller.
func holds(t *lang.Type, val []int64, caller int64) bool {
	for i, s := range t.Scalars() {
		if s.Kind == lang.Caller && val[i] == caller {
			return true
		}
	}
	return false
}
