package explorer

import (
	"fmt"
	"slices"

	"github.com/lucheck/lucheck/explorer/search"
	"github.com/lucheck/lucheck/lang"
	"github.com/lucheck/lucheck/model"
)

// The levels reboot and hardware (definitions section 4): the system is shut down and
// the new version started. They are judged by an Analysis of their own, made only where
// such a level is asked for: its r2 is the new version closed under its own reboots,
// its points lie in the outer Analysis, and its r1 is empty.

// shutDown decides the offline levels. They admit the same points, and have the same
// cells while no update requires resources.
func (a *Analysis) shutDown() error {
	level := slices.IndexFunc(a.levels, model.Offline)
	if level < 0 || a.r2.broken() || a.model.ChoosesAnew() {
		return nil
	}
	o := &Analysis{ctx: a.ctx, prog: a.prog, update: a.update, model: a.model, opt: a.opt, outer: a}
	a.offline = o
	if o.opt.MaxStates > 0 { // the limits are for both spaces together
		o.opt.MaxStates = max(1, o.opt.MaxStates-int(a.space.Len()))
	}
	a.makeRoom()
	if o.opt.MaxBytes > 0 {
		o.opt.MaxBytes = max(1, o.opt.MaxBytes-a.space.Bytes())
	}
	o.space = search.NewSpace(system{a.model}, a.opt.search)
	if err := o.closeR2(); err != nil {
		return err
	}
	if a.r1.initial == 0 {
		r := a.r1.region
		for ref := r.First; ref < r.Expanded; ref++ {
			if !a.r1.excluded.Has(ref) && a.admits(level, ref) {
				o.downAt = append(o.downAt, ref)
			}
		}
	}
	if o.r2.broken() || !o.r2.complete() { // it can still turn out to be broken
		return nil
	}
	return o.restartPoints()
}

// closeR2 explores the new version and what it reaches by its own orderly reboots.
func (a *Analysis) closeR2() error {
	if err := a.exploreNew(); err != nil {
		return err
	}
	rests := tables(a.space, a.model.Levels([]lang.Level{{Kind: lang.LevelReboot}}))
	for from := a.r2.region.First; a.r2.complete() && from < a.r2.region.End; {
		end := a.r2.region.End
		for ref := from; ref < end && !a.cut; ref++ {
			if a.cut = ref%together == 0 && a.limited(); a.cut {
				break
			}
			if a.r2.excluded.Has(ref) || slices.ContainsFunc(rests, func(t *search.Table) bool { return t.At(ref)&1 == 0 }) {
				continue
			}
			if err := a.again(ref); err != nil {
				return err
			}
		}
		if err := a.goOn(end); err != nil {
			return err
		}
		if a.cut {
			a.r2.region.Complete = false
		}
		from = end
	}
	return nil
}

// again adds the state after a reboot of the new version.
func (a *Analysis) again(ref search.Ref) error {
	next, fail := a.model.Restart(nil, a.space.Vector(ref, nil))
	if fail == 0 {
		fail = a.violated(next)
	}
	if fail != 0 {
		a.r2.failures = append(a.r2.failures, failure{ref, uint32(fail) - 1})
		return nil
	}
	_, _, full, err := add(a.space, next)
	a.cut = a.cut || full
	return err
}

// violated is 1 + the number of the invariant that a state violates, or 0.
func (a *Analysis) violated(v []uint64) uint64 {
	for _, t := range a.r2.invariants {
		if id := t.Of(v); id != 0 {
			return id
		}
	}
	return 0
}

// goOn explores from the states that reboots have added.
func (a *Analysis) goOn(first search.Ref) error {
	region, err := a.space.Explore(a.ctx, search.Run{From: first, StopBelow: first, Invariants: a.r2.invariants,
		Stuck: a.stuck(), Limits: a.limits(), Progress: a.progress("new version, rebooted", first), Title: a.title("new version, rebooted")})
	if err != nil {
		return err
	}
	dead, failures := a.failuresOf(region)
	a.r2.failures = append(a.r2.failures, failures...)
	a.r2.region.End, a.r2.region.Expanded = region.End, region.Expanded
	a.r2.region.Complete, a.r2.region.Reason = region.Complete, region.Reason
	a.r2.excluded = union(a.r2.excluded, dead, region.End)
	return nil
}

// union is a set of states below end with those of both.
func union(a, b *search.Set, end search.Ref) *search.Set {
	all := search.NewSet(0, end)
	for _, s := range []*search.Set{a, b} {
		for ref := range s.All() {
			all.Add(ref)
		}
	}
	return all
}

// restartPoints restarts every point with every transfer and judges what comes of it.
func (a *Analysis) restartPoints() error {
	end := a.space.Len()
	a.r1.region = &search.Region{First: end, End: end, Expanded: end, Complete: a.outer.r1.complete()}
	for _, t := range a.model.Transfers {
		img, err := a.restart(t)
		if err != nil {
			return err
		}
		a.images = append(a.images, *img)
	}
	if err := a.exploreAfter(); err != nil {
		return err
	}
	if err := a.classify(); err != nil {
		return err
	}
	g := &group{cells: make([]tally, len(a.images))}
	for i, ref := range a.downAt {
		a.tally(g, i, int32(a.outer.r1.region.Depth(ref)))
	}
	a.counted = &counts{groups: []*group{g}}
	return nil
}

// restart computes the states right after the restart with one transfer, by the
// points' index.
func (a *Analysis) restart(t *model.Transfer) (*image, error) {
	img := &image{transfer: t, to: perState[search.Ref](a.space, len(a.downAt)), fails: map[uint32]uint32{}}
	for i, ref := range a.downAt {
		img.to[i] = search.NoRef
		if a.cut = a.cut || i%together == 0 && a.stopSwitching("restart", t, i, len(a.downAt)); a.cut {
			continue
		}
		next, fail := a.model.Restart(t, a.outer.space.Vector(ref, nil))
		if fail == 0 {
			fail = a.violated(next)
		}
		if fail != 0 {
			img.fails[uint32(i)] = uint32(fail)
			continue
		}
		to, _, full, err := add(a.space, next)
		if err != nil {
			return nil, err
		}
		img.to[i], a.cut = to, full
	}
	return img, nil
}

// failsAlone says why the new version is broken for the offline levels.
func (a *Analysis) failsAlone() string {
	f := a.model.Failure(a.r2.failures[0].id)
	return fmt.Sprintf("the new version fails after a reboot of its own: %s, %s", f.Kind, or(f.Clause, f.Detail))
}
