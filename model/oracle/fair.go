package oracle

// fairCycles marks the places of a set that lie on a fair cycle inside the set:
// one that some infinite fair run follows for ever (definitions section 1). Within
// a strongly connected component, a run that goes round everything is fair unless
// some group is owed a step that the component does not contain:
//   - weak: the group is enabled in all places of the component, and so in those of
//     every part of it; no run that stays in the component is fair;
//   - strong: a strong step of the group is enabled somewhere in the component; a
//     fair run must in the end avoid the places where it is, so look at the rest.
func (f *future) fairCycles(set []int, fair []bool) {
	for _, component := range f.components(set) {
		inside := map[int]bool{}
		for _, i := range component {
			inside[i] = true
		}
		taken, takenStrong := f.takenIn(inside)
		if len(taken) == 0 {
			continue // a single place without a step to itself
		}
		if f.owedWeakly(component, taken) {
			continue
		}
		var rest []int
		for _, i := range component {
			if !f.owedStrongly(i, takenStrong) {
				rest = append(rest, i)
			}
		}
		if len(rest) < len(component) {
			f.fairCycles(rest, fair)
			continue
		}
		for _, i := range component {
			fair[i] = true
		}
	}
}

// takenIn gives the groups with a step, and with a strong step, inside a set.
func (f *future) takenIn(inside map[int]bool) (taken, strong map[string]bool) {
	taken, strong = map[string]bool{}, map[string]bool{}
	for i := range inside {
		for _, e := range f.sp.places[i].steps {
			if e.failure == nil && e.to != settled && inside[e.to] {
				taken[e.group] = true
				strong[e.group] = strong[e.group] || e.strong
			}
		}
	}
	return taken, strong
}

// owedWeakly says whether some group is enabled in all places of a component but
// takes no step in it.
func (f *future) owedWeakly(component []int, taken map[string]bool) bool {
	enabledIn := map[string]int{}
	for _, i := range component {
		here := map[string]bool{}
		for _, e := range f.sp.places[i].steps {
			if !here[e.group] {
				here[e.group] = true
				enabledIn[e.group]++
			}
		}
	}
	for group, places := range enabledIn {
		if places == len(component) && !taken[group] {
			return true
		}
	}
	return false
}

// owedStrongly says whether a strong step of a group without strong steps in the
// component is enabled in a place.
func (f *future) owedStrongly(i int, strong map[string]bool) bool {
	for _, e := range f.sp.places[i].steps {
		if e.strong && !strong[e.group] {
			return true
		}
	}
	return false
}

// components gives the strongly connected components of a set of places: Tarjan's
// algorithm, by recursion.
func (f *future) components(set []int) [][]int {
	t := &tarjan{f: f, member: map[int]bool{}, index: map[int]int{}, low: map[int]int{}, onStack: map[int]bool{}}
	for _, i := range set {
		t.member[i] = true
	}
	for _, i := range set {
		if t.index[i] == 0 {
			t.visit(i)
		}
	}
	return t.found
}

// tarjan is the state of one search for components. Indices start at 1.
type tarjan struct {
	f          *future
	member     map[int]bool
	index, low map[int]int
	onStack    map[int]bool
	stack      []int
	found      [][]int
}

func (t *tarjan) visit(i int) {
	t.index[i] = len(t.index) + 1
	t.low[i] = t.index[i]
	t.stack = append(t.stack, i)
	t.onStack[i] = true
	for _, e := range t.f.sp.places[i].steps {
		if e.failure != nil || e.to == settled || !t.member[e.to] {
			continue
		}
		if t.index[e.to] == 0 {
			t.visit(e.to)
			t.low[i] = min(t.low[i], t.low[e.to])
		} else if t.onStack[e.to] {
			t.low[i] = min(t.low[i], t.index[e.to])
		}
	}
	if t.low[i] != t.index[i] {
		return
	}
	var component []int
	for last := -1; last != i; {
		last = t.stack[len(t.stack)-1]
		t.stack = t.stack[:len(t.stack)-1]
		t.onStack[last] = false
		component = append(component, last)
	}
	t.found = append(t.found, component)
}
