package oracle

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/lucheck/lucheck/lang"
)

// For the level event, what clients have raised is followed beside the states. Each
// message and each activation remembers its owner, the client in whose transaction it
// is: there is exactly one, since a message has one sender and an activation one
// message, and a signal that is dropped is no message. Owners ride along in every
// State, but are no part of it (Key). Only here they tell states apart.

// episode is a state of the old version with what has happened beside it.
type episode struct {
	state *State
	// under lists the clients whose transactions are in progress, touched those of them
	// in whose transactions an affected unit has taken part.
	under, touched map[string]bool
	steps          []turn // none of a (partial) deadlock
}

// turn is a step of an episode.
type turn struct {
	to      int
	touches string // as Step.touched
}

// owner is the client to whose transaction belongs what this run sends, calls or starts.
func (r *run) owner() string {
	if r.fr.msg == "" {
		return r.id
	}
	return r.fr.owner
}

// noteBeginning notes that an activation begins. A step begins at most one: an atomic
// holds no call, and silent control sends nothing.
func (r *run) noteBeginning(f *frame) {
	if r.w.affected[f.unit] {
		r.touched = f.owner
	}
}

// underWay lists the clients whose transactions are in progress: those that wait for a
// reply or have one in their slot, and those that a message or an activation belongs to.
func (s *State) underWay() map[string]bool {
	under := map[string]bool{}
	for id, f := range s.acts {
		switch {
		case f.msg != "":
			under[f.owner] = true
		case f.waiting:
			under[id] = true
		}
	}
	for _, msgs := range s.boxes {
		for _, m := range msgs {
			under[m.owner] = true
		}
	}
	return under
}

// eventPoints keeps those points at which no transaction is in progress in which an
// affected unit has taken or can still take part, in some run that leads there.
func (w *World) eventPoints(points []int, r1 *space, limit int) ([]int, error) {
	episodes, err := w.episodes(limit)
	if err != nil {
		return nil, fmt.Errorf("following the transactions of the old version: %w", err)
	}
	involved := w.involved(episodes)
	admitted := map[int]bool{}
	for i, e := range episodes {
		if len(involved[i]) == 0 {
			admitted[r1.number[e.state.Key()]] = true
		}
	}
	return slices.DeleteFunc(points, func(p int) bool { return !admitted[p] }), nil
}

// episodes explores the old version once more, with what happens beside its states.
func (w *World) episodes(limit int) ([]*episode, error) {
	starts, failure := w.initial(w.old)
	if failure != nil {
		return nil, nil
	}
	var all []*episode
	number := map[string]int{}
	for i, s := range starts {
		all = append(all, &episode{state: s, under: s.underWay(), touched: map[string]bool{}})
		number[all[i].key()] = i
	}
	for n := 0; n < len(all); n++ {
		if limit > 0 && len(all) > limit {
			return nil, fmt.Errorf("%w: more than %d", ErrTooLarge, limit)
		}
		e := all[n]
		steps := w.successors(e.state)
		if w.stuck(e.state, steps) != nil {
			continue
		}
		for _, st := range steps {
			if st.To == nil {
				continue
			}
			next := e.after(st)
			key := next.key()
			to, known := number[key]
			if !known {
				to = len(all)
				number[key] = to
				all = append(all, next)
			}
			e.steps = append(e.steps, turn{to: to, touches: st.touched})
		}
	}
	return all, nil
}

// after is the episode behind a step. What has taken part is forgotten as soon as the
// transaction is not in progress.
func (e *episode) after(st Step) *episode {
	next := &episode{state: st.To, under: st.To.underWay(), touched: map[string]bool{}}
	for client := range next.under {
		if e.touched[client] || st.touched == client {
			next.touched[client] = true
		}
	}
	return next
}

// key is equal exactly for equal episodes.
func (e *episode) key() string {
	var b strings.Builder
	b.WriteString(e.state.Key())
	for i, msgs := range e.state.boxes {
		for _, m := range msgs {
			fmt.Fprintf(&b, "box %d of %s\n", i, m.owner)
		}
	}
	for _, id := range e.state.activations() {
		fmt.Fprintf(&b, "act %s of %s\n", id, e.state.acts[id].owner)
	}
	fmt.Fprintln(&b, "touched", slices.Sorted(maps.Keys(e.touched)))
	return b.String()
}

// involved lists, for each episode, the clients with a transaction in progress in which
// an affected unit has taken or can still take part.
func (w *World) involved(episodes []*episode) []map[string]bool {
	involved := make([]map[string]bool, len(episodes))
	for i, e := range episodes {
		involved[i] = maps.Clone(e.touched)
	}
	for _, u := range w.program.Base.Units {
		for inst := range u.Count {
			if u.Kind == lang.Client {
				spread(episodes, involved, instName(u, inst))
			}
		}
	}
	return involved
}

// spread adds a client to all episodes from which its transaction, staying in
// progress, gets to an affected unit's activation. The step that begins it counts even
// where it ends the activation and with it the transaction.
func spread(episodes []*episode, involved []map[string]bool, client string) {
	for changed := true; changed; {
		changed = false
		// Later episodes tend to be closer to the goal.
		for i := len(episodes) - 1; i >= 0; i-- {
			e := episodes[i]
			if !e.under[client] || involved[i][client] {
				continue
			}
			if slices.ContainsFunc(e.steps, func(s turn) bool { return s.touches == client || involved[s.to][client] }) {
				involved[i][client], changed = true, true
			}
		}
	}
}
