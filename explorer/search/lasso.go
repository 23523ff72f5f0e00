package search

// Edge is a step of a graph.
type Edge struct {
	From, To Ref
	Label    Label
}

// Walk gives a fair closed walk in the component with this index, from one of its
// states back to it: repeated for ever, it is a run as FairCycles describes. It is
// short but not always shortest. O(groups * edges of the component).
func (c *Cycles) Walk(component int, from Ref) []Edge {
	o := newObligations(c, make([]uint32, c.graph.End-c.graph.First))
	scc := c.Components[component]
	o.collect(scc)
	w := &walker{obligations: o, owed: make([]bool, len(o.groups)), idle: make([]bool, len(o.groups)), enabled: make([]bool, len(o.groups)), reached: map[Ref]Edge{}}
	for i, g := range o.groups {
		w.owed[i] = !c.unfair[i] && (g.states == len(scc) || g.strong)
	}
	// Only what is enabled in every state, or strongly in some, asks for an edge.
	// All other groups are idle somewhere in the component: the walk must pass there.
	for i, g := range o.groups {
		w.idle[i] = !c.unfair[i] && !w.owed[i] && g.states > 0
	}
	at := from
	w.pass(at)
	for w.pending() {
		at = w.extend(at, w.meets)
	}
	if at != from || len(w.walk) == 0 {
		w.extend(at, func(e Edge) bool { return e.To == from })
	}
	return w.walk
}

// walker builds a walk inside a component.
type walker struct {
	*obligations
	owed    []bool // by group: an edge inside is still asked for, a Strong one where it has any
	idle    []bool // by group: a state without an edge of it is still asked for
	walk    []Edge
	reached map[Ref]Edge // by state: the edge by which the search of extend came there
	enabled []bool       // for has
}

// pending tells whether something is still asked for.
func (w *walker) pending() bool {
	for i := range w.owed {
		if w.owed[i] || w.idle[i] {
			return true
		}
	}
	return false
}

// answers tells whether taking an edge gives its group what it is owed.
func (w *walker) answers(e Edge) bool {
	g := e.Label.Group()
	return e.Label.Strong() || !w.groups[g].strong
}

// meets tells whether an edge, or the state that it leads to, is asked for.
func (w *walker) meets(e Edge) bool {
	if w.owed[e.Label.Group()] && w.answers(e) {
		return true
	}
	has := w.has(e.To)
	for g, asked := range w.idle {
		if asked && !has[g] {
			return true
		}
	}
	return false
}

// has gives the groups with an edge in a state, valid until the next call.
func (w *walker) has(ref Ref) []bool {
	has := w.enabled
	clear(has)
	_, labels := w.graph.Out(ref)
	for _, label := range labels {
		has[label.Group()] = true
	}
	return has
}

// pass strikes out what the walk gets by being in a state.
func (w *walker) pass(ref Ref) {
	has := w.has(ref)
	for g := range w.idle {
		w.idle[g] = w.idle[g] && has[g]
	}
}

// extend prolongs the walk by a shortest one whose last edge is wanted.
func (w *walker) extend(from Ref, wanted func(Edge) bool) Ref {
	clear(w.reached)
	queue := []Ref{from}
	for len(queue) > 0 {
		ref := queue[0]
		queue = queue[1:]
		targets, labels := w.graph.Out(ref)
		for k, to := range targets {
			if !w.inside(to) {
				continue
			}
			e := Edge{From: ref, To: to, Label: labels[k]}
			if wanted(e) {
				w.join(from, e)
				return to
			}
			if _, seen := w.reached[to]; !seen && to != from {
				w.reached[to] = e
				queue = append(queue, to)
			}
		}
	}
	panic("search: a fair component is not strongly connected")
}

// join appends the way found by extend up to and including its last edge.
func (w *walker) join(from Ref, last Edge) {
	at := len(w.walk)
	for e := last; ; e = w.reached[e.From] {
		w.walk = append(w.walk, e)
		if e.From == from {
			break
		}
	}
	for i, j := at, len(w.walk)-1; i < j; i, j = i+1, j-1 {
		w.walk[i], w.walk[j] = w.walk[j], w.walk[i]
	}
	for _, e := range w.walk[at:] {
		if w.answers(e) {
			w.owed[e.Label.Group()] = false
		}
		w.pass(e.To)
	}
}
