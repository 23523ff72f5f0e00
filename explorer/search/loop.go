package search

import "context"

// loopSteps bounds the steps of one attempt of FairLoop, loopStarts the attempts.
const (
	loopSteps  = 1 << 14
	loopStarts = 8
)

// FairLoop looks for a fair cycle, as FairCycles describes it, among the states for which within is
// true, by following a few runs in which the groups take turns: a quick way to know that there is
// one. It gives the states of the cycle; nil says nothing. within is asked for states of the
// graph only. At most loopStarts * loopSteps steps. The error is the context's.
func (g *Graph) FairLoop(ctx context.Context, within func(Ref) bool) ([]Ref, error) {
	p := pace{ctx: ctx}
	n := g.End - g.First
	for k := range Ref(loopStarts) {
		at := g.First + n/loopStarts*k
		for tries := 0; tries < loopSteps && at < g.End && !within(at); tries++ {
			at++
		}
		if at == g.End || !within(at) {
			continue
		}
		loop := g.turns(at, within)
		if p.over(loopSteps) {
			return nil, p.err
		}
		if loop != nil && g.fair(loop) {
			states := make([]Ref, len(loop))
			for i, e := range loop {
				states[i] = e.From
			}
			return states, nil
		}
	}
	return nil, nil
}

// turns follows a run in which the groups take turns as far as they can, until it goes round; nil
// where it does not.
func (g *Graph) turns(at Ref, within func(Ref) bool) []Edge {
	type moment struct {
		at   Ref
		last int
	}
	seen := map[moment]int{}
	var path []Edge
	for last := 0; len(path) < loopSteps; {
		m := moment{at, last}
		if first, again := seen[m]; again {
			return path[first:]
		}
		seen[m] = len(path)
		targets, labels := g.Out(at)
		best, turn := -1, 0
		for i, to := range targets {
			if to == NoRef || to < g.First || to >= g.End || to < g.stopBelow || !within(to) {
				continue
			}
			after := (labels[i].Group() - last - 1 + g.Groups) % g.Groups
			if best < 0 || after < turn || after == turn && labels[i].Strong() && !labels[best].Strong() {
				best, turn = i, after
			}
		}
		if best < 0 {
			return nil
		}
		path = append(path, Edge{From: at, To: targets[best], Label: labels[best]})
		at, last = targets[best], labels[best].Group()
	}
	return nil
}

// fair says whether the run that goes round a closed walk for ever is fair.
func (g *Graph) fair(loop []Edge) bool {
	facts := make([]groupFacts, g.Groups)
	for i := range facts {
		facts[i].last = NoRef
	}
	states := 0
	for _, e := range loop {
		states++
		own := &facts[e.Label.Group()]
		own.taken = true
		own.answered = own.answered || e.Label.Strong()
		_, labels := g.Out(e.From)
		counted := map[int]bool{}
		for _, label := range labels {
			f := &facts[label.Group()]
			if !counted[label.Group()] {
				counted[label.Group()] = true
				f.states++
			}
			f.strong = f.strong || label.Strong()
		}
	}
	for _, f := range facts {
		if f.states == states && !f.taken || f.strong && !f.answered {
			return false
		}
	}
	return true
}
