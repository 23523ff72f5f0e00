package explorer

import (
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
	admitted []uint64 // by state - region.First: the levels that admit it, as bits; 0 for what is no point
	points   int
	distinct map[uint64]bool // values of admitted, of points
	done     []Waiting
}

// awaitLevels says for each level how the old version, left to itself, comes to its points.
func (a *Analysis) awaitLevels() error {
	a.awaited = make([]Waiting, len(a.levels))
	w := &waits{Analysis: a, region: a.r1.region, distinct: map[uint64]bool{}, done: a.awaited}
	reason := w.hindered()
	if reason == "" && !w.admit() {
		reason = a.limitReason()
	}
	for i := range a.levels {
		if reason != "" {
			w.done[i] = Waiting{Reached: "unknown", Reason: reason}
		} else if err := w.await(i); err != nil { // there is no time for the others either
			reason = a.limitReason()
			w.done[i] = Waiting{Reached: "unknown", Reason: reason}
		}
	}
	for i := range w.done {
		w.done[i] = a.unseen(i, w.done[i])
	}
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
	case w.opt.MaxBytes > 0 && w.space.Bytes()+6*int64(g.Edges())+24*int64(w.region.End-w.region.First) > w.opt.MaxBytes:
		return "the limit of memory leaves no room for it"
	}
	return ""
}

// admit finds out which levels admit which points; false where there is no time.
func (w *waits) admit() bool {
	r := w.region
	w.admitted = make([]uint64, r.End-r.First)
	last := uint64(0)
	for ref := r.First; ref < r.End; ref++ {
		if (ref-r.First)%together == 0 && w.opt.Closing.Err() != nil {
			return false
		}
		if !w.r1.excluded.Has(ref) {
			m := w.mask(ref)
			w.admitted[ref-r.First] = m
			if m != last || w.points == 0 {
				w.distinct[m], last = true, m
			}
			w.points++
		}
	}
	return true
}

// within says whether the points of level i are all points of level j.
func (w *waits) within(i, j int) bool {
	for m := range w.distinct {
		if m>>i&1 == 1 && m>>j&1 == 0 {
			return false
		}
	}
	return true
}

// await decides one level. What is known of another one with the same points holds for it,
// and what avoids a level avoids all of its points for ever.
func (w *waits) await(level int) error {
	if w.levels[level].Kind == lang.LevelEvent && !w.event.complete {
		w.done[level] = Waiting{Reached: "unknown", Reason: w.limitReason()}
		return nil
	}
	avoidable := false
	for i, known := range w.done[:level] {
		if known.Reached == "unknown" || !w.within(level, i) {
			continue
		}
		if w.within(i, level) {
			w.done[level] = known
			return nil
		}
		avoidable = avoidable || known.Reached != "inevitable"
	}
	outside := search.NewSet(w.region.First, w.region.End) // points that the level does not admit
	for i, m := range w.admitted {
		if ref := w.region.First + search.Ref(i); m>>level&1 == 0 && !w.r1.excluded.Has(ref) {
			outside.Add(ref)
		}
	}
	most, lost, err := w.farthest(level, outside)
	if err != nil {
		return err
	}
	if lost || outside.Len() == w.points {
		w.done[level] = Waiting{Reached: "lost"}
		return nil
	}
	reached := "possible"
	if !avoidable {
		cycles, err := w.region.Graph.FairCycles(w.opt.Closing, search.Fairness{Within: outside})
		if err != nil {
			return err
		}
		if len(cycles.Components) == 0 {
			reached = "inevitable"
		}
	}
	w.done[level] = Waiting{Reached: reached, Steps: intPtr(most)}
	return nil
}

// farthest is the greatest of the least numbers of steps from the points outside to one that
// the level admits. Where only a failure of the old version's own lies ahead, that does not
// count; where not even that does, the level is lost.
func (w *waits) farthest(level int, outside *search.Set) (most int32, lost bool, err error) {
	r := w.region
	steps, err := r.Graph.BackwardDistance(w.opt.Closing, func(ref search.Ref) bool { return w.admitted[ref-r.First]>>level&1 == 1 })
	if err != nil {
		return 0, false, err
	}
	var toFail []int32
	for ref := range outside.All() {
		d := steps[ref-r.First]
		if most = max(most, d); d != search.Never {
			continue
		}
		if toFail == nil {
			if toFail, err = r.Graph.DistanceOver(w.opt.Closing, w.r1.excluded.Has, r.Failing.Has); err != nil {
				return 0, false, err
			}
		}
		if toFail[ref-r.First] == search.Never {
			return 0, true, nil
		}
	}
	return most, false, nil
}
