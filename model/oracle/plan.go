package oracle

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/lucheck/lucheck/lang"
)

// manager is the update manager, which carries out a plan. It is no unit and no client:
// it is stored apart from the activations, which levels and deadlocks look at. Like a
// state it is never changed once its step is over.
type manager struct {
	g      *graph // the plan's text
	node   int    // where it rests
	locals [][]int64
	// marks holds the instances that are to stop, each with the stable state in which it
	// is to, "" for the one that its unit converges to.
	marks map[instance]string
	// wrote says that the plan has written data that the old version has.
	wrote bool
}

// managerID is the manager's group of steps.
const managerID = "(manager)"

// key is the manager as a text: equal exactly for equal ones of one plan.
func (m *manager) key() string {
	var b strings.Builder
	fmt.Fprintln(&b, "manager", m.node, m.locals, m.wrote)
	fmt.Fprintln(&b, "marks", m.marks) // maps print sorted
	return b.String()
}

func (m *manager) clone() *manager {
	c := *m
	c.marks = maps.Clone(m.marks)
	return &c
}

func (m *manager) unmark(those team) {
	for i := range those {
		delete(m.marks, i)
	}
}

// planGraph is the text of a plan as a graph.
func (w *World) planGraph(p *lang.Plan) *graph {
	if w.plans[p] == nil {
		w.plans[p] = (&graph{instances: w.instances}).of(nil, p.Body)
	}
	return w.plans[p]
}

// replacement builds a `replace`, of all instances at once or one after the other.
func (g *graph) replacement(s *lang.Replace, next int) int {
	var all []instance
	for _, name := range s.Units {
		all = append(all, g.instances(name)...)
	}
	n := node{op: opReplace, stmt: s, visible: true, next: next, other: g.block(s.Else, next), team: team{}}
	if !s.Each {
		for _, i := range all {
			n.team[i] = true
		}
		return g.add(n)
	}
	for _, i := range slices.Backward(all) {
		n.team = team{i: true}
		n.next = g.add(n)
	}
	return n.next
}

// replaceable are the instances that a plan's statements replace.
func (w *World) replaceable(p *lang.Plan) team {
	all := team{}
	for _, d := range w.planGraph(p).nodes {
		if d.op == opReplace {
			maps.Copy(all, d.team)
		}
	}
	return all
}

// tries says whether the node is the step of a `try` that can lead to its block.
func (n node) tries() bool {
	switch s := n.stmt.(type) {
	case *lang.Stop:
		return n.op == opReady && s.Try
	case *lang.Replace:
		return s.Try
	}
	return false
}

// teamOf lists all instances of some units.
func (w *World) teamOf(units []string) team {
	all := team{}
	for _, name := range units {
		for _, i := range w.instances(name) {
			all[i] = true
		}
	}
	return all
}

// ready says whether an instance is marked, has no activation, and is in its stable
// state. Then it receives nothing.
func (w *World) ready(s *State, i instance) bool {
	if s.plan == nil {
		return false
	}
	stable, marked := s.plan.marks[i]
	if !marked || s.active(i.unit, i.inst, "") {
		return false
	}
	if u := s.conf.texts[i]; stable == "" && u != nil {
		stable = u.Converges
	}
	return stable == "" || w.stable(stable, s)
}

// excuses says whether what fails or is stuck in a state is no failure: a deadlock while a
// plan is under way; and as long as the plan has touched nothing, all that units do, which
// they do without it too. The group is that of the failing step, "" where there is none.
func (w *World) excuses(s *State, f *Failure, group string) bool {
	if s.plan == nil || group == managerID {
		return false
	}
	return f.Kind == KindDeadlock || w.untouched(s)
}

// untouched says whether a plan is under way that has replaced nothing, and written no
// data that the old version has.
func (w *World) untouched(s *State) bool {
	return s.plan != nil && len(s.conf.done) == 0 && !s.plan.wrote
}

// allReady says whether all of some instances are ready.
func (w *World) allReady(s *State, those team) bool {
	for i := range those {
		if !w.ready(s, i) {
			return false
		}
	}
	return true
}

// begun gives the state in which a plan begins at a point, or what fails then.
func (w *World) begun(point *State, p *lang.Plan) (*State, *Failure) {
	var s *State
	failure := attempt(func() {
		s = w.replaced(point, w.stage(team{}), deed{}, func(instance) bool { return false })
		g := w.planGraph(p)
		s.plan = &manager{g: g, node: g.entry, locals: g.lowest(), marks: map[instance]string{}}
		r := &run{w: w, st: s}
		r.resumePlan()
		r.restPlan(r.silent(g.entry, -1))
	})
	return s, failure
}

// managerSteps gives the manager's steps out of a state.
func (w *World) managerSteps(s *State) []Step {
	if s.plan == nil {
		return nil
	}
	d := s.plan.g.nodes[s.plan.node]
	step := Step{Group: managerID, Label: managerID + " at " + d.stmt.Pos().String()}
	step.Strong = (d.op == opReady || d.op == opReplace) && !d.tries()
	return w.outcomes(s, step, func(r *run) {
		r.resumePlan()
		r.restPlan(r.silent(r.visible(r.fr.node), -1))
	})
}

// resumePlan continues the plan of the state.
func (r *run) resumePlan() {
	m := r.st.plan.clone()
	r.id, r.g, r.st.plan = managerID, m.g, m
	r.fr = frame{node: m.node, locals: m.locals}
}

// restPlan lets the plan rest at a visible node, or end: there, or because nothing is old
// any more. A plan that has replaced nothing leaves no data behind.
func (r *run) restPlan(n int) {
	m := r.st.plan
	r.fr.node = n
	r.g.canonical(&r.fr)
	m.node, m.locals = n, r.fr.locals
	for _, sl := range r.wrote {
		_, old := r.w.old.slotOf[r.st.conf.slots[sl].key()]
		m.wrote = m.wrote || old
	}
	if n != 0 && r.st.conf != r.w.new {
		return
	}
	if len(r.st.conf.done) == 0 {
		*r.st = *r.w.replaced(r.st, r.w.old, deed{}, func(instance) bool { return false })
	}
	r.st.plan = nil
}

// manage carries out a step of a statement that only plans have.
func (r *run) manage(d node) int {
	possible := true
	switch s := d.stmt.(type) {
	case *lang.Stop:
		those := r.w.teamOf(s.Units)
		if d.op == opMark {
			for i := range those {
				r.st.plan.marks[i] = s.State
			}
			return d.next
		}
		if possible = r.w.allReady(r.st, those); !possible && s.Try {
			r.st.plan.unmark(those)
		}
	case *lang.Replace:
		if possible = r.replaceable(s, d.team); possible {
			r.replace(s.With, d.team)
		}
	}
	switch {
	case possible:
		return d.next
	case d.tries():
		return d.other
	}
	panic(blocked{})
}

// replaceable says whether some instances can be replaced now.
func (r *run) replaceable(s *lang.Replace, those team) bool {
	if s.Level == nil && !r.w.allReady(r.st, those) || s.Level != nil && !r.w.admitsFor(*s.Level, r.st, those) {
		return false
	}
	return s.When == nil || r.holds(s.When)
}

// replace replaces some instances and takes their marks away.
func (r *run) replace(t *lang.Transfer, those team) {
	done := maps.Clone(r.st.conf.done)
	maps.Copy(done, those)
	*r.st = *r.w.replaced(r.st, r.w.stage(done), deed{transfer: t}, func(i instance) bool { return those[i] })
	r.st.plan.unmark(those)
}

// units lists the units that a plan's own statements name.
func (g *graph) units() []string {
	var names []string
	for _, d := range g.nodes {
		switch s := d.stmt.(type) {
		case *lang.Stop:
			names = append(names, s.Units...)
		case *lang.Resume:
			names = append(names, s.Units...)
		case *lang.Replace:
			names = append(names, s.Units...)
		}
	}
	return names
}
