package explorer

import (
	"slices"

	"github.com/lucheck/lucheck/explorer/search"
	"github.com/lucheck/lucheck/model"
)

// With Options.Symmetry one state is stored of each orbit: of all states that differ by exchanges
// under which both versions and all between them are symmetric (definitions section 1.11). Points,
// levels, properties and classes are the same throughout an orbit, and so is how far it is from
// there to failures, to R2 and to where R2 is lost, since steps of corresponding states
// correspond [CEFJ96, ES96, ID96]. Fair cycles are decided with a thread for each group [ES97].
// Numbers of states, steps and points are sums over orbits.
//
// What looks at several states together sees whole orbits: points that are alike, or look the same,
// R2 but for what is tolerated, the nearest state of R2. Plans, reboots and what follows transactions
// are explored in spaces of their own, without the reduction; of the points at which a system is
// shut down only one of each orbit is looked at.

// bySymmetry names the reduction.
const bySymmetry = "symmetry"

// reduce finds what can be exchanged, and has a space store orbits.
func (a *Analysis) reduce(opt *search.Options) {
	y := a.model.Symmetry()
	if y == nil {
		a.whole = append(a.whole, bySymmetry+": not used, because no array is `symmetric` in both versions")
		return
	}
	used, left := y.Names()
	for _, why := range left {
		a.whole = append(a.whole, bySymmetry+" is not used of "+why)
	}
	if len(used) > 0 {
		a.symmetry, opt.Symmetry = y, y
	}
}

// symmetryStats says what was stored of what; nil where each state was stored.
func (a *Analysis) symmetryStats() *Symmetry {
	if a.symmetry == nil {
		return nil
	}
	used, _ := a.symmetry.Names()
	return &Symmetry{By: used, States: a.statesIn(0, a.space.Len())}
}

// statesOf counts the states of a region: all that its stored ones stand for.
func (a *Analysis) statesOf(r *search.Region) Count { return Count(a.statesIn(r.First, r.End)) }

func (a *Analysis) statesIn(first, end search.Ref) (n int) {
	if a.symmetry == nil {
		return int(end - first)
	}
	for ref := first; ref < end; ref++ {
		n += int(a.space.Orbit(ref))
	}
	return n
}

// besideThreads is the memory, in bytes for each state, that it takes to follow groups through orbits,
// at most.
func (a *Analysis) besideThreads() int64 {
	if a.symmetry == nil {
		return 0
	}
	return 8 * int64(a.model.Groups())
}

// standsFor is the number of points that one stands for.
func (a *Analysis) standsFor(point int) int {
	in, at := a.locate(point)
	return int(in.space.Orbit(at))
}

// sameImage says whether two transfers lead to the same state from a point. That they lead into
// one orbit is not enough.
func (a *Analysis) sameImage(img, other *image, point int) bool {
	to := img.to[point]
	if to != other.to[point] || to == search.NoRef || a.symmetry == nil {
		return to == other.to[point]
	}
	v := a.pointVector(point, nil)
	one, _ := a.model.Switch(img.transfer, v)
	two, _ := a.model.Switch(other.transfer, v)
	return slices.Equal(one, two)
}

// withAlike adds a component, and all that exchanges make of it.
func (a *Analysis) withAlike(comp int, to map[int]bool) {
	if to[comp] {
		return
	}
	to[comp] = true
	if a.symmetry == nil {
		return
	}
	for set, n := range a.symmetry.Sets() {
		for k := range n - 1 {
			a.withAlike(a.symmetry.Place(set, k, comp), to)
		}
	}
}

// pathTo gives the states of a shortest run to a stored one, both ends included.
func (a *Analysis) pathTo(ref search.Ref) [][]uint64 {
	path := a.space.Path(ref)
	run := a.along(a.space.Vector(path[0], nil), path[1:])
	a.space.Align(run, a.space.Vector(ref, nil))
	return run
}

// along gives the states of a run that begins in a state and goes on through stored ones, or
// others of their orbits.
func (a *Analysis) along(from []uint64, rest []search.Ref) [][]uint64 {
	run := [][]uint64{from}
	for _, ref := range rest {
		if a.symmetry == nil {
			from = a.space.Vector(ref, nil)
		} else {
			from = a.into(from, ref)
		}
		run = append(run, from)
	}
	return run
}

// into is a state of an orbit to which a step leads. One that is forbidden while the update is
// under way is only taken where there is no other.
func (a *Analysis) into(from []uint64, orbit search.Ref) (to []uint64) {
	for _, any := range []bool{false, true} {
		for g := range a.model.Groups() {
			_, found := a.emission(g, from, func(next []uint64, info search.Info) bool {
				if next == nil || info.Payload() != 0 && !any {
					return false
				}
				ref, is := a.space.Find(next)
				if is = is && ref == orbit; is {
					to = slices.Clone(next)
				}
				return is
			})
			if found {
				return to
			}
		}
	}
	panic("explorer: no step leads from a state of a path into the next orbit")
}

// round gives the states of a fair cycle behind the switch, from a state v back to it, which is
// ref or one of its orbit, through a component of those that were found; nil where there is no
// time. Of orbits it is looked for in all states that the component stands for.
func (a *Analysis) round(component int, ref search.Ref, v []uint64) [][]uint64 {
	if a.symmetry == nil {
		var refs []search.Ref
		for _, e := range a.after.cycles.Walk(component, ref) {
			refs = append(refs, e.To)
		}
		return a.along(v, refs)
	}
	within := search.NewSet(0, a.space.Len())
	for _, r := range a.after.cycles.Components[component] {
		within.Add(r)
	}
	space := search.NewSpace(system{a.model}, a.opt.search)
	defer space.Close()
	all := make([]int, len(a.model.Components()))
	for c := range all {
		all[c] = c
	}
	if _, _, err := space.Add(v); err != nil {
		return nil
	}
	region, err := space.Explore(a.opt.Closing, search.Run{Edges: true, Barred: true, Invariants: tables(space, a.model.Invariants(1)),
		Stuck: space.NewTable(search.Function{Reads: all, Eval: func(v []uint64) uint64 {
			if orbit, is := a.space.Find(v); is && within.Has(orbit) {
				return 0
			}
			return 1
		}})})
	if err != nil || !region.Complete {
		return nil
	}
	cycles, err := region.Graph.FairCycles(a.opt.Closing, search.Fairness{})
	if err != nil {
		return nil
	}
	for i, scc := range cycles.Components {
		if slices.Contains(scc, 0) {
			run := [][]uint64{v}
			for _, e := range cycles.Walk(i, 0) {
				run = append(run, space.Vector(e.To, nil))
			}
			return run
		}
	}
	panic("explorer: an orbit on a fair cycle has a state on none")
}

var _ search.Symmetry = (*model.Symmetry)(nil)
