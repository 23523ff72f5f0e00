package explorer

import (
	"cmp"

	"github.com/lucheck/lucheck/explorer/search"
	"github.com/lucheck/lucheck/model"
)

// side is one version explored alone.
type side struct {
	version    int
	region     *search.Region
	invariants []*search.Table
	initial    uint32 // 1 + the number of a failure of the initial state itself
	failures   []failure
	excluded   *search.Set // deadlocked states: failing, no update points
	roots      int         // initial states
}

// failure is a failure found in a region, with the state that it happens in.
type failure struct {
	at search.Ref
	id uint32
}

func (a *Analysis) exploreNew() error { return a.explore(&a.r2, 1, "new version") }
func (a *Analysis) exploreOld() error { return a.explore(&a.r1, 0, "old version") }

// explore finds all states of one version (definitions section 2).
func (a *Analysis) explore(s *side, version int, phase string) error {
	s.version = version
	s.invariants = tables(a.space, a.model.Invariants(version))
	first := a.space.Len()
	states, id, ok := a.model.Initial(version)
	if !ok {
		s.initial = id + 1
	}
	full := false
	for _, v := range states {
		var ref search.Ref
		var err error
		if ref, _, full, err = add(a.space, v); err != nil {
			return err
		}
		if full {
			break
		}
		for _, t := range s.invariants {
			if id := t.At(ref); id != 0 && s.initial == 0 {
				s.initial = uint32(id)
			}
		}
	}
	run := search.Run{From: first, StopBelow: first, Invariants: s.invariants, Stuck: a.stuck(), Limits: a.limits(), Progress: a.progress(phase, first), Title: a.title(phase)}
	if version == 0 {
		run.Limits.Beside = besidePoint + besideImage*int64(len(a.model.Transfers)+1)
	}
	if version == 0 && a.course == nil {
		run.Edges, run.MaxEdges = true, cmp.Or(a.opt.waited, maxWaited)
	}
	if s.initial != 0 {
		// Nothing is reachable from a failing initial state.
		run.StopBelow = a.space.Len()
	}
	s.roots = int(a.space.Len() - first)
	region, err := a.space.Explore(a.ctx, run)
	if err != nil {
		return err
	}
	if full {
		region.Complete, region.Reason = false, search.MaxDisk
	}
	s.region = region
	s.excluded, s.failures = a.failuresOf(region)
	return a.leaveOut(s)
}

func (a *Analysis) stuck() *search.Table {
	f := a.model.Stuck()
	if f == nil {
		return nil
	}
	return a.space.NewTable(search.Function{Reads: f.Reads, Eval: f.Eval})
}

// failuresOf lists a region's failures, one for each kind, and its deadlocked
// states.
func (a *Analysis) failuresOf(r *search.Region) (*search.Set, []failure) {
	dead := search.NewSet(r.First, r.End)
	var out []failure
	seen := map[uint32]bool{}
	add := func(at search.Ref, id uint32) {
		if !seen[id] {
			seen[id] = true
			out = append(out, failure{at, id})
		}
	}
	for _, f := range r.Failures {
		id := f.Payload
		if f.Invariant {
			id--
		}
		add(f.From, id)
	}
	for _, ref := range r.Stuck {
		dead.Add(ref)
		if !seen[a.model.DeadlockID()] || !seen[a.model.PartialDeadlockID()] {
			add(ref, a.stuckID(a.space.Vector(ref, nil)))
		}
	}
	for _, ref := range r.Dead {
		if !a.model.Ended(a.space.Vector(ref, nil)) {
			dead.Add(ref)
			add(ref, a.model.DeadlockID())
		}
	}
	return dead, out
}

// stuckID is the number of the failure of a state in which activations wait for
// ever: a partial deadlock where others can go on, else a deadlock.
func (a *Analysis) stuckID(v []uint64) uint32 {
	if a.steps(v) {
		return a.model.PartialDeadlockID()
	}
	return a.model.DeadlockID()
}

// broken says whether the version alone can fail.
func (s *side) broken() bool { return s.initial != 0 || len(s.failures) > 0 }

// complete says whether all of the version has been explored.
func (s *side) complete() bool { return s.region != nil && s.region.Complete }

// failureOf describes a failure by its number.
func (a *Analysis) failureOf(id uint32) model.Failure { return a.model.Failure(id) }
