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
	if level < 0 || a.r2.broken() {
		return nil
	}
	o := &Analysis{ctx: a.ctx, prog: a.prog, update: a.update, model: a.model, opt: a.opt, outer: a}
	a.offline = o
	if o.opt.MaxStates > 0 { // the limits are for both spaces together
		o.opt.MaxStates = max(1, o.opt.MaxStates-int(a.space.Len()))
	}
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
	if o.r2.broken() {
		return nil
	}
	return o.restartPoints()
}

// closeR2 explores the new version and what it reaches by its own orderly reboots.
func (o *Analysis) closeR2() error {
	if err := o.exploreNew(); err != nil {
		return err
	}
	rests := tables(o.space, o.model.Levels([]lang.Level{{Kind: lang.LevelReboot}}))
	for from := o.r2.region.First; o.r2.complete() && from < o.r2.region.End; {
		end := o.r2.region.End
		for ref := from; ref < end; ref++ {
			if o.r2.excluded.Has(ref) || slices.ContainsFunc(rests, func(t *search.Table) bool { return t.At(ref)&1 == 0 }) {
				continue
			}
			if err := o.again(ref); err != nil {
				return err
			}
		}
		if err := o.goOn(end); err != nil {
			return err
		}
		from = end
	}
	return nil
}

// again adds the state after a reboot of the new version.
func (o *Analysis) again(ref search.Ref) error {
	next, fail := o.model.Restart(nil, o.space.Vector(ref, nil))
	if fail == 0 {
		fail = o.violated(next)
	}
	if fail != 0 {
		o.r2.failures = append(o.r2.failures, failure{ref, uint32(fail) - 1})
		return nil
	}
	_, _, err := o.space.Add(next)
	return err
}

// violated is 1 + the number of the invariant that a state violates, or 0.
func (o *Analysis) violated(v []uint64) uint64 {
	for _, t := range o.r2.invariants {
		if id := t.Of(v); id != 0 {
			return id
		}
	}
	return 0
}

// goOn explores from the states that reboots have added.
func (o *Analysis) goOn(first search.Ref) error {
	region, err := o.space.Explore(o.ctx, search.Run{From: first, StopBelow: first, Invariants: o.r2.invariants,
		Stuck: o.stuck(), Limits: o.limits(), Progress: o.progress("new version, rebooted")})
	if err != nil {
		return err
	}
	dead, failures := o.failuresOf(region)
	o.r2.failures = append(o.r2.failures, failures...)
	o.r2.region.End, o.r2.region.Expanded = region.End, region.Expanded
	o.r2.region.Complete, o.r2.region.Reason = region.Complete, region.Reason
	o.r2.excluded = union(o.r2.excluded, dead, region.End)
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
func (o *Analysis) restartPoints() error {
	end := o.space.Len()
	o.r1.region = &search.Region{First: end, End: end, Expanded: end, Complete: o.outer.r1.complete()}
	for _, t := range o.model.Transfers {
		img, err := o.restart(t)
		if err != nil {
			return err
		}
		o.images = append(o.images, *img)
	}
	if err := o.exploreAfter(); err != nil {
		return err
	}
	if err := o.classify(); err != nil {
		return err
	}
	g := &group{cells: make([]tally, len(o.images))}
	for i, ref := range o.downAt {
		o.tally(g, i, int32(o.outer.r1.region.Depth(ref)))
	}
	o.counted = &counts{groups: []*group{g}}
	return nil
}

// restart computes the states right after the restart with one transfer, by the
// points' index.
func (o *Analysis) restart(t *model.Transfer) (*image, error) {
	img := &image{transfer: t, to: make([]search.Ref, len(o.downAt)), fails: map[uint32]uint32{}}
	for i, ref := range o.downAt {
		img.to[i] = search.NoRef
		if o.cut = o.cut || i%together == 0 && o.stopSwitching(i); o.cut {
			continue
		}
		next, fail := o.model.Restart(t, o.outer.space.Vector(ref, nil))
		if fail == 0 {
			fail = o.violated(next)
		}
		if fail != 0 {
			img.fails[uint32(i)] = uint32(fail)
			continue
		}
		to, _, err := o.space.Add(next)
		if err != nil {
			return nil, err
		}
		img.to[i] = to
	}
	return img, nil
}

// failsAlone says why the new version is broken for the offline levels.
func (o *Analysis) failsAlone() string {
	f := o.model.Failure(o.r2.failures[0].id)
	return fmt.Sprintf("the new version fails after a reboot of its own: %s, %s", f.Kind, or(f.Clause, f.Detail))
}
