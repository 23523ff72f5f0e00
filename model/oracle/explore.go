package oracle

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
)

// ErrTooLarge says that a spec has more states than it may have.
var ErrTooLarge = errors.New("too many states")

// Reached is a version explored alone: all old or all new.
type Reached struct {
	States   int
	Steps    int       // pairs of a state and a resolution with a target
	Failures []Failure // each kind and clause once, by place and kind
}

// place is a reached state with its steps.
type place struct {
	state *State
	depth int
	steps []edge
	stuck *Failure // deadlock or partial deadlock: its steps are not followed
	// excused says that being stuck is nobody's failure, see World.excuses.
	excused bool
}

// edge is a step of a place.
type edge struct {
	group   string
	strong  bool
	failure *Failure
	excused bool // the failure is nobody's: the run just ends
	to      int  // number of the target; settled: it is in R2
}

// fails says whether the step fails, and that is not excused.
func (e edge) fails() bool { return e.failure != nil && !e.excused }

// fails says whether the place itself is a failure: it is stuck, and not excused.
func (p place) fails() bool { return p.stuck != nil && !p.excused }

// settled is the target of a step that enters R2, or what else an exploration stops at.
const settled = -1

// space is a set of reached states, numbered in order of discovery.
type space struct {
	places []place
	number map[string]int
	limit  int
	window bool // these are states while the update is under way
}

func newSpace(limit int) *space { return &space{number: map[string]int{}, limit: limit} }

// add gives the number of a state, a new one if it was not met before.
func (sp *space) add(s *State, depth int) int {
	key := s.Key()
	n, known := sp.number[key]
	if !known {
		n = len(sp.places)
		sp.number[key] = n
		sp.places = append(sp.places, place{state: s, depth: depth})
	}
	return n
}

// has says whether a state is one of the space.
func (sp *space) has(s *State) bool {
	_, is := sp.number[s.Key()]
	return is
}

// nowhere is no state to stop at.
func nowhere(*State) bool { return false }

// expand follows all steps of the states from number first on, breadth-first.
// Steps into states at which to stop are kept but not followed further.
func (w *World) expand(sp *space, first int, stop func(*State) bool) error {
	for n := first; n < len(sp.places); n++ {
		if sp.limit > 0 && len(sp.places) > sp.limit {
			return fmt.Errorf("%w: more than %d", ErrTooLarge, sp.limit)
		}
		s, depth := sp.places[n].state, sp.places[n].depth
		steps := w.successors(s)
		if sp.window && !w.untouched(s) {
			w.forbid(steps)
		}
		if stuck := w.stuck(s, steps); stuck != nil {
			sp.places[n].stuck, sp.places[n].excused = stuck, w.excuses(s, stuck, "")
			continue
		}
		var edges []edge
		for _, st := range steps {
			e := edge{group: st.Group, strong: st.Strong, failure: st.Failure, to: settled}
			e.excused = st.Failure != nil && w.excuses(s, st.Failure, st.Group)
			if st.To != nil && !stop(st.To) {
				e.to = sp.add(st.To, depth+1)
			}
			edges = append(edges, e)
		}
		sp.places[n].steps = edges
	}
	return nil
}

// forbid lets those of some steps fail that the update's window forbids.
func (w *World) forbid(steps []Step) {
	for i := range steps {
		st := &steps[i]
		for _, f := range w.update.Forbids {
			if st.begun == f.Unit+"."+f.Message && (st.Failure == nil || st.Failure.Kind == KindInvariant) {
				st.To, st.Failure = nil, &Failure{Kind: KindWindow, Span: f.Span, Detail: "received while the update is under way"}
			}
		}
	}
}

// alone explores a version from its initial state.
func (w *World) alone(c *config, limit int) (*space, Reached, error) {
	sp := newSpace(limit)
	starts, failure := w.initial(c)
	if failure != nil {
		return sp, Reached{Failures: []Failure{*failure}}, nil
	}
	for _, s := range starts {
		sp.add(s, 0)
	}
	err := w.expand(sp, 0, nowhere)
	return sp, sp.summary(), err
}

// summary counts states and steps and lists the failures: those of the steps and the
// more that are given.
func (sp *space) summary(more ...Failure) Reached {
	r := Reached{States: len(sp.places)}
	found := slices.Clone(more)
	for _, p := range sp.places {
		if p.stuck != nil {
			found = append(found, *p.stuck)
		}
		for _, e := range p.steps {
			if e.failure != nil {
				found = append(found, *e.failure)
			} else {
				r.Steps++
			}
		}
	}
	byPlace := func(a, b Failure) int {
		return cmp.Or(cmp.Compare(a.Span.Start.Offset, b.Span.Start.Offset), cmp.Compare(a.Kind, b.Kind),
			cmp.Compare(a.Span.Start.Filename, b.Span.Start.Filename))
	}
	slices.SortStableFunc(found, byPlace)
	r.Failures = slices.CompactFunc(found, func(a, b Failure) bool { return byPlace(a, b) == 0 })
	return r
}
