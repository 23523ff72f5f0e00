package oracle

import (
	"maps"
	"slices"

	"github.com/lucheck/lucheck/lang"
)

// stuck says whether a state with these steps is a deadlock or a partial deadlock.
func (w *World) stuck(s *State, steps []Step) *Failure {
	if len(steps) == 0 {
		if w.finished(s) {
			return nil
		}
		return &Failure{Kind: KindDeadlock, Detail: "nothing can step"}
	}
	if ids := w.waitingForEver(s, steps); len(ids) > 0 {
		return &Failure{Kind: KindPartialDeadlock, Detail: "waiting for ever"}
	}
	return nil
}

// finished says whether all clients have ended and nothing is under way.
func (w *World) finished(s *State) bool {
	if s.plan != nil {
		return false
	}
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

// waitingForEver is the greatest set of activations each of which waits for others
// of the set, or for nobody at all. Steps are all steps of the state.
func (w *World) waitingForEver(s *State, steps []Step) map[string]bool {
	canStep := map[string]bool{}
	for _, st := range steps {
		canStep[st.Group] = true
	}
	set, shut := map[string]bool{}, map[string][]string{}
	for id, f := range s.acts {
		if f.ended() || canStep[id] {
			continue
		}
		if !f.waiting {
			shut[id] = w.shutBy(s, id, &f)
		}
		set[id] = f.waiting || len(shut[id]) > 0
	}
	outside := func(id string) bool { return !set[id] }
	for changed := true; changed; {
		changed = false
		for id, in := range set {
			if in && (slices.ContainsFunc(shut[id], outside) || s.acts[id].waiting && !w.unanswered(s, id, set)) {
				set[id], changed = false, true
			}
		}
	}
	maps.DeleteFunc(set, func(_ string, in bool) bool { return !in })
	return set
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
			return set[other]
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
