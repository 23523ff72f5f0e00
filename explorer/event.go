package explorer

import (
	"slices"

	"github.com/lucheck/lucheck/explorer/search"
	"github.com/lucheck/lucheck/lang"
	"github.com/lucheck/lucheck/model"
)

// The level `event` (definitions section 4) depends on what has happened, not only on
// the state: the old version is explored once more, in a space of its own, with its
// transactions followed. That is done only where the level is asked for.

// eventPoints is what became of it: the states of R1 that the level admits, as far as
// transactions go.
type eventPoints struct {
	set      *search.Set // nil: not asked for
	complete bool
}

// asksEvent says whether an expectation names the level.
func asksEvent(update *lang.Update, opt Options) bool {
	return slices.ContainsFunc(slices.Concat(update.Expects, opt.Require), func(e *lang.Expect) bool {
		return e.OfCell() && e.Level.Kind == lang.LevelEvent
	})
}

// followTransactions finds the points of the level `event`.
func (a *Analysis) followTransactions() error {
	if !asksEvent(a.update, a.opt) {
		return nil
	}
	a.event.set = search.NewSet(a.r1.region.First, a.r1.region.End)
	if a.event.complete = a.r1.complete(); a.r1.initial != 0 {
		return nil
	}
	sys := followed{a.model.Followed()}
	a.makeRoom()
	space := search.NewSpace(sys, a.opt.search)
	defer space.Close()
	states, _, _ := a.model.Initial(0)
	for _, v := range states {
		_, _, full, err := add(space, v)
		if err != nil {
			return err
		}
		if full {
			a.event.complete = false
			return nil
		}
	}
	run := search.Run{Edges: true, Invariants: tables(space, a.model.Invariants(0)), Limits: a.limitsLeft(), Progress: a.progress("transactions", 0), Title: a.title("transactions")}
	if f := a.model.Stuck(); f != nil {
		run.Stuck = space.NewTable(search.Function{Reads: f.Reads, Eval: f.Eval})
	}
	region, err := space.Explore(a.ctx, run)
	if err != nil {
		return err
	}
	a.event.complete = a.event.complete && region.Complete
	return a.admitEvents(sys.Followed, space, region)
}

// limitsLeft are the limits less what the analysis holds.
func (a *Analysis) limitsLeft() search.Limits {
	l := a.limits()
	if l.MaxStates > 0 {
		l.MaxStates = max(1, l.MaxStates-int(a.space.Len()))
	}
	if l.MaxBytes > 0 {
		l.MaxBytes = max(1, l.MaxBytes-a.space.Bytes())
	}
	return l
}

// admitEvents marks the states of R1 over which some followed state has no
// transaction in progress that concerns an affected unit.
func (a *Analysis) admitEvents(sys model.Followed, space *search.Space, region *search.Region) error {
	n := region.End - region.First
	running, concerned := perState[uint64](space, int(n)), perState[uint64](space, int(n))
	var v []uint64
	for ref := region.First; ref < region.End; ref++ {
		if ref%together == 0 && a.opt.Closing.Err() != nil {
			a.event.complete = false
			return nil
		}
		v = space.Vector(ref, v)
		running[ref], concerned[ref], _ = sys.Transactions(v)
	}
	if err := canTakePart(region, running, concerned); err != nil {
		a.event.complete = false
		return nil
	}
	for ref := region.First; ref < region.Expanded; ref++ {
		if concerned[ref]&running[ref] != 0 {
			continue
		}
		v = space.Vector(ref, v)
		_, _, plain := sys.Transactions(v)
		if base, found := a.space.Find(plain); found && base >= a.r1.region.First && base < a.r1.region.End {
			a.event.set.Add(base)
		}
	}
	return nil
}

// canTakePart adds to what an affected unit has taken part in what it still can: the
// transactions from whose state a run leads there without leaving them. search.ErrDisk is the only error.
func canTakePart(region *search.Region, running, concerned []uint64) error {
	reverse, err := region.Graph.Reverse()
	if err != nil {
		return err
	}
	var todo []search.Ref
	for ref := region.First; ref < region.End; ref++ {
		if concerned[ref] != 0 {
			todo = append(todo, ref)
		}
	}
	for len(todo) > 0 {
		ref := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		sources, _ := reverse.Out(ref)
		for _, from := range sources {
			if more := concerned[ref] & running[from] &^ concerned[from]; more != 0 {
				concerned[from] |= more
				todo = append(todo, from)
			}
		}
	}
	return nil
}

// followed shows the followed system to the search.
type followed struct{ model.Followed }

// Step gives the steps' flags the search's type; the bits are the same.
func (s followed) Step(group int, v []uint64, emit func(next []uint64, info search.Info) bool) {
	s.Followed.Step(group, v, func(next []uint64, info uint32) bool { return emit(next, search.Info(info)) })
}
