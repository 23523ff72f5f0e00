package explorer

import (
	"cmp"
	"slices"

	"github.com/lucheck/lucheck/explorer/search"
	"github.com/lucheck/lucheck/lang"
)

// How long a level's moment is waited for (definitions section 7), from the graph of the old
// version, which is not kept for anything else.

// maxWaited is the number of steps of the old version up to which its graph is kept: some
// 100 MB with its reverse.
const maxWaited = 1 << 23

// waits is R1 as those see it who wait for a level.
type waits struct {
	*Analysis
	region   *search.Region
	admitted []uint64       // by state - region.First: the levels that admit it, as bits; 0 for what is no point
	distinct map[uint64]int // values of admitted, of points, with their numbers
	done     []Waiting
	toFail   []int32        // steps to a failure of the old version's own; nil: not asked yet
	loops    [][]search.Ref // fair cycles that were found
}

// awaitLevels says for each level how the old version, left to itself, comes to its points.
func (a *Analysis) awaitLevels() error {
	a.awaited = make([]Waiting, len(a.levels))
	w := &waits{Analysis: a, region: a.r1.region, distinct: map[uint64]int{}, done: a.awaited}
	reason := w.hindered()
	if reason == "" && (!w.admit() || w.await() != nil) {
		reason = a.limitReason()
	}
	for i := range a.levels {
		if w.done[i].Reached == "" {
			w.done[i] = Waiting{Reached: "unknown", Reason: cmp.Or(reason, a.limitReason())}
		}
		w.done[i] = a.unseen(i, w.done[i])
	}
	search.Release(w.space, w.admitted)
	search.Release(w.space, w.toFail)
	if g := w.region.Graph; g != nil {
		g.Close()
		w.region.Graph = nil
	}
	return nil
}

// hindered says why nothing can be said; "" where something can.
func (w *waits) hindered() string {
	g := w.region.Graph
	switch {
	case w.r1.initial != 0:
		return "the old version fails in its initial state"
	case !w.region.Complete:
		return w.limitReason()
	case g == nil:
		return "the old version has too many steps for its graph to be kept"
	case !w.onDisk() && w.opt.MaxBytes > 0 && w.space.Bytes()+6*int64(g.Edges())+(24+w.besideThreads())*int64(w.region.End-w.region.First) > w.opt.MaxBytes:
		return "the limit of memory leaves no room for it"
	}
	return ""
}

// admit finds out which levels admit which points; false where there is no time.
func (w *waits) admit() bool {
	r := w.region
	w.admitted = perState[uint64](w.space, int(r.End-r.First))
	last, run := uint64(0), 0
	for ref := r.First; ref < r.End; ref++ {
		if (ref-r.First)%together == 0 && w.opt.Closing.Err() != nil {
			return false
		}
		if !w.r1.excluded.Has(ref) {
			m := w.mask(ref)
			w.admitted[ref-r.First] = m
			if m != last {
				w.distinct[last] += run // asking a map at every state would take too long
				last, run = m, 0
			}
			run++
		}
	}
	w.distinct[last] += run
	return true
}

// size is the number of points of a level, and within says whether those of level i are all
// points of level j.
func (w *waits) size(level int) (n int) {
	for m, points := range w.distinct {
		n += points * int(m>>level&1)
	}
	return n
}

func (w *waits) within(i, j int) bool {
	for m := range w.distinct {
		if m>>i&1 == 1 && m>>j&1 == 0 {
			return false
		}
	}
	return true
}

// await decides the levels, those with the fewest points first: what comes to all of them comes to
// those of a larger level, too. Of levels with the same points one is decided. The error is that
// there is no time.
func (w *waits) await() error {
	var order []int
	same := make([]int, len(w.levels))
	for i, l := range w.levels {
		if l.Kind == lang.LevelEvent && !w.event.complete {
			continue
		}
		same[i] = i
		for _, j := range order {
			if w.within(i, j) && w.within(j, i) {
				same[i] = j
				break
			}
		}
		if same[i] == i {
			order = append(order, i)
		}
	}
	slices.SortStableFunc(order, func(i, j int) int { return w.size(i) - w.size(j) })
	for list := range slices.Chunk(order, 8) {
		if err := w.reach(list); err != nil {
			return err
		}
	}
	for k, level := range order {
		if w.done[level].Reached != "" {
			continue // lost
		}
		sure := slices.ContainsFunc(order[:k], func(i int) bool { return w.done[i].Reached == "inevitable" && w.within(i, level) })
		avoidable, err := false, error(nil)
		if !sure {
			if avoidable, err = w.avoidable(level); err != nil {
				return err
			}
		}
		w.done[level].Reached = "inevitable"
		if avoidable {
			w.done[level].Reached = "possible"
		}
	}
	for i := range w.levels {
		if w.done[i].Reached == "" && w.done[same[i]].Reached != "" && (w.levels[i].Kind != lang.LevelEvent || w.event.complete) {
			w.done[i] = w.done[same[i]]
		}
	}
	return nil
}

// reach gives some levels their numbers of steps, and says of which of them some point is lost: where neither
// the level nor a failure of the old version's own lies ahead.
func (w *waits) reach(list []int) error {
	r := w.region
	marks := perState[uint8](w.space, len(w.admitted))
	defer search.Release(w.space, marks)
	var of [8]uint64
	for bit, level := range list {
		of[bit] = 1 << level
	}
	for i, m := range w.admitted {
		for bit := range list {
			if m&of[bit] != 0 {
				marks[i] |= 1 << bit
			}
		}
	}
	steps, err := r.Graph.Farthest(w.opt.Closing, marks)
	if err != nil {
		return err
	}
	lost, all := uint8(0), uint8(1<<len(list)-1)
	for i, m := range marks {
		ref := r.First + search.Ref(i)
		if m == all || w.r1.excluded.Has(ref) {
			continue
		}
		if w.toFail == nil {
			if w.toFail, err = r.Graph.DistanceOver(w.opt.Closing, w.r1.excluded.Has, r.Failing.Has); err != nil {
				return err
			}
		}
		if w.toFail[i] == search.Never {
			lost |= all &^ m
		}
	}
	for bit, level := range list {
		if w.done[level].Steps = intPtr(steps[bit]); lost>>bit&1 != 0 || w.size(level) == 0 {
			w.done[level] = Waiting{Reached: "lost"}
		}
	}
	return nil
}

// avoidable says whether a fair run can stay outside a level for ever. A way round that was found
// for another level is tried first, then what FairLoop finds.
func (w *waits) avoidable(level int) (bool, error) {
	outside := func(ref search.Ref) bool {
		return w.admitted[ref-w.region.First]>>level&1 == 0 && !w.r1.excluded.Has(ref)
	}
	inside := func(ref search.Ref) bool { return !outside(ref) }
	if slices.ContainsFunc(w.loops, func(loop []search.Ref) bool { return !slices.ContainsFunc(loop, inside) }) {
		return true, nil
	}
	if w.symmetry == nil { // else a group is not the same all the way round
		loop, err := w.region.Graph.FairLoop(w.opt.Closing, outside)
		if err != nil {
			return false, err
		}
		if loop != nil {
			w.loops = append(w.loops, loop)
			return true, nil
		}
	}
	within := search.NewSet(w.region.First, w.region.End)
	for ref := w.region.First; ref < w.region.End; ref++ {
		if outside(ref) {
			within.Add(ref)
		}
	}
	if within.Len() == 0 {
		return false, nil
	}
	cycles, err := w.region.Graph.FairCycles(w.opt.Closing, search.Fairness{Within: within, Orbits: w.space})
	return err == nil && len(cycles.Components) > 0, err
}
