package explorer

import (
	"fmt"
	"slices"
	"strings"
)

// Witness shows why no transfer works at a level: runs of the old version to update points
// that no transfer can tell apart and that need different new states, or one to a point at
// which nothing works (definitions section 5).
type Witness struct {
	Runs []*Trace `json:"runs"` // each ends at its point; together as short as any that were found
	// Needs says for each run what would have to be written at its point, at least, of more
	// than two runs with all ways, if these are few; "" where nothing works.
	Needs []string `json:"needs"`
	// Differs is what differs between the points: ghosts and hidden variables first.
	Differs []Difference `json:"differs"`
}

// Difference is a part of the state that is not the same at all points.
type Difference struct {
	Path   string   `json:"path"`
	Class  string   `json:"class"`  // "ghost", "hidden", or "" of what is not stored at all: positions, locals
	Values []string `json:"values"` // by run
}

// tellingRuns finds the witness of a level at which no transfer works.
func (a *Analysis) tellingRuns(e *existence) *Witness {
	s := a.seeker
	if e == nil || e.without == nil || s == nil {
		return nil
	}
	s.refresh()
	s.most = int(a.space.Len())*(1+seekShare) + seekStates
	var best []pointNeeds
	for _, c := range e.clusters {
		if c.found != "" {
			continue
		}
		if found := s.clashing(c); found != nil && (best == nil || a.lengthOf(found) < a.lengthOf(best)) {
			best = found
		}
		if s.spent || s.halted() {
			break
		}
	}
	if best == nil {
		return nil
	}
	return a.witnessOf(best)
}

// pointNeeds is a point with the choices that work there.
type pointNeeds struct {
	point int
	works []choice
}

// depthOf is the number of steps to a point.
func (a *Analysis) depthOf(point int) int {
	in, at := a.locate(point)
	return int(in.r1.region.Depth(at))
}

// maxClashing bounds the points of a cluster that are compared pair by pair.
const maxClashing = 64

// clashing finds points of a cluster that have no choice in common: one, two, or more; nil
// where there is not enough room to know, or they have one.
func (s *seeker) clashing(c *cluster) []pointNeeds {
	points := slices.Clone(c.points)
	slices.SortStableFunc(points, func(p, q int) int { return s.a.depthOf(p) - s.a.depthOf(q) })
	points = points[:min(len(points), maxClashing)]
	var all []choice
	if base := s.base(points[0]); base != nil {
		source := s.choices(c)
		for len(all) < maxCandidates {
			ch, _, ok := source.next()
			if !ok {
				break
			}
			all = append(all, ch)
		}
	}
	var list []*attempt
	for _, p := range points {
		list = append(list, &attempt{points: []int{p}, alive: slices.Clone(all)})
	}
	if ok, err := s.test(list); !ok || err != nil {
		return nil
	}
	var needs []pointNeeds
	for i, t := range list {
		slices.SortStableFunc(t.alive, nearest)
		needs = append(needs, pointNeeds{points[i], t.alive})
	}
	var best []pointNeeds
	for i := range needs {
		best = s.shorter(best, needs[:i], needs[i])
	}
	if best != nil {
		return best
	}
	return s.smallest(needs)
}

// shorter gives what clashes with the fewest steps in all: what is known, a point at which
// nothing works, or it with one before it.
func (s *seeker) shorter(best, before []pointNeeds, p pointNeeds) []pointNeeds {
	better := func(list ...pointNeeds) {
		if best == nil || s.a.lengthOf(list) < s.a.lengthOf(best) {
			best = list
		}
	}
	if len(p.works) == 0 {
		better(p)
		return best
	}
	for _, q := range before {
		if len(q.works) > 0 && !common(p.works, q.works) {
			better(q, p)
		}
	}
	return best
}

// lengthOf is the number of steps to some points in all.
func (a *Analysis) lengthOf(list []pointNeeds) (n int) {
	for _, p := range list {
		n += a.depthOf(p.point)
	}
	return n
}

func common(x, y []choice) bool {
	return slices.ContainsFunc(x, func(ch choice) bool {
		return slices.ContainsFunc(y, func(o choice) bool { return slices.Equal(ch, o) })
	})
}

// smallest leaves out points of a list one by one, as long as those left have no choice in
// common; nil where all have.
func (s *seeker) smallest(needs []pointNeeds) []pointNeeds {
	agree := func(list []pointNeeds) bool {
		return slices.ContainsFunc(list[0].works, func(ch choice) bool {
			return !slices.ContainsFunc(list, func(p pointNeeds) bool { return !common([]choice{ch}, p.works) })
		})
	}
	if agree(needs) {
		return nil
	}
	for i := len(needs) - 1; i >= 0 && len(needs) > 1; i-- {
		if fewer := slices.Delete(slices.Clone(needs), i, i+1); !agree(fewer) {
			needs = fewer
		}
	}
	return needs
}

// witnessOf makes the runs.
func (a *Analysis) witnessOf(list []pointNeeds) *Witness {
	w := &Witness{Runs: []*Trace{}, Needs: []string{}, Differs: []Difference{}}
	o := a
	if a.outer != nil {
		o = a.outer
	}
	var states [][]uint64
	for _, p := range list {
		v := a.pointVector(p.point, nil)
		w.Runs = append(w.Runs, o.trace(a.pathToPoint(p.point)))
		states = append(states, v)
		w.Needs = append(w.Needs, a.seeker.spellNeed(p, list))
	}
	w.Differs = a.differences(states)
	return w
}

// maxNeeds bounds the ways that are named for one point.
const maxNeeds = 4

// spellNeed says what has to be written at a point, of the things of which not all points
// need the same. Of more than two points, each two have something in common: so all ways
// are named there that write nothing else, if these are few.
func (s *seeker) spellNeed(p pointNeeds, all []pointNeeds) string {
	if len(p.works) == 0 {
		return ""
	}
	var told []int
	for i := range s.things {
		if slices.ContainsFunc(all, func(o pointNeeds) bool { return len(o.works) > 0 && o.works[0][i] != kept }) {
			told = append(told, i)
		}
	}
	first := s.spellChoice(p.point, told, p.works[0])
	if len(all) <= 2 {
		return first
	}
	var ways []string
	for _, ch := range p.works {
		only := slices.Clone(ch)
		for _, i := range told {
			only[i] = kept
		}
		if text := s.spellChoice(p.point, told, ch); only.changes() == 0 && !slices.Contains(ways, text) {
			ways = append(ways, text)
		}
	}
	if len(ways) > maxNeeds {
		return first
	}
	return strings.Join(ways, ", or ")
}

// spellChoice says what some things are with a choice.
func (s *seeker) spellChoice(point int, told []int, ch choice) string {
	base := s.base(point)
	var parts []string
	for _, i := range told {
		thing := s.things[i]
		text := "in old form"
		val, healthy := thing.Get(base)
		if n := ch[i]; n != kept {
			val, healthy = s.list[i][n], true
		}
		if healthy {
			text = thing.Spell(s.a.model, val)
		}
		parts = append(parts, thing.Path+" = "+text)
	}
	return strings.Join(parts, ", ")
}

// differences lists what is not the same in some states, hidden things first.
func (a *Analysis) differences(states [][]uint64) []Difference {
	out := []Difference{}
	if len(states) < 2 {
		return out
	}
	first := a.model.Describe(states[0])
	for i, x := range first {
		d := Difference{Path: x.Path, Class: x.Class}
		same := true
		for _, v := range states {
			d.Values = append(d.Values, a.model.Describe(v)[i].Value)
			same = same && d.Values[len(d.Values)-1] == x.Value
		}
		if !same {
			out = append(out, d)
		}
	}
	rank := map[string]int{"ghost": 0, "hidden": 1, "variable": 3, "": 2}
	slices.SortStableFunc(out, func(x, y Difference) int { return rank[x.Class] - rank[y.Class] })
	return out
}

// infeasible puts a witness into a sentence.
func (a *Analysis) infeasible(w *Witness) string {
	switch {
	case w == nil:
		return "No transfer works: all values have been tried."
	case len(w.Runs) == 1:
		return "No transfer works: whatever is written at the end of this run, the new version does not go on as if it had been there from the start."
	}
	return fmt.Sprintf("No transfer works: no transfer can tell the ends of these %d runs apart, and they need different new states.", len(w.Runs))
}
