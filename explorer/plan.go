package explorer

import (
	"fmt"
	"math/bits"
	"slices"
	"strings"

	"github.com/lucheck/lucheck/explorer/search"
	"github.com/lucheck/lucheck/lang"
	"github.com/lucheck/lucheck/model"
)

// Plans (definitions sections 2.5 and 3). Each is judged by an Analysis of its own,
// whose model has the update manager: a plan begins at every update point, and this
// beginning takes the place of the switch. What follows is explored until R2, or R1
// where the plan gives up.

// course is what became of one plan.
type course struct {
	plan       *lang.Plan
	invariants []*search.Table // behind the beginning of the plan
	verdict    Plan            // without what depends on the machine
	stages     []model.Stage   // by state - after.region.First
	excused    *search.Set     // where the old version failed by itself
	toDone     []int32         // least number of steps to the plan's end
	toStuck    []int32         // steps to where it is out of reach
	points     int             // at which it begins
	asserted   assertions
	witness    *Trace // a run of a valid plan to where it has arrived; else nil
}

// carryOut follows every plan.
func (a *Analysis) carryOut() error {
	for _, p := range a.update.Plans {
		c := &course{plan: p, verdict: Plan{Plan: p.Name, Safety: "unknown", Completion: "unknown", Expected: []string{}}}
		c.verdict.StoppedAfter = allStopped(p, Unknown)
		a.plans = append(a.plans, c)
		if a.r2.broken() {
			c.verdict.Reason = "the new version alone fails"
			c.verdict.Verdict, c.verdict.Result, c.verdict.Stopped = Broken, Broken, Broken
			c.verdict.StoppedAfter = allStopped(p, Broken)
			continue
		}
		if err := a.carryOutOne(c); err != nil {
			return err
		}
	}
	return nil
}

// allStopped gives one verdict for every number of instances that a plan can have replaced.
func allStopped(p *lang.Plan, v Verdict) []Stop {
	all := make([]Stop, p.Instances+1)
	for k := range all {
		all[k] = Stop{Replaced: k, Verdict: v}
	}
	return all
}

func (a *Analysis) carryOutOne(c *course) error {
	m, err := model.Compile(a.prog, a.update, model.Options{Plan: c.plan})
	if err != nil {
		return err
	}
	o := &Analysis{ctx: a.ctx, prog: a.prog, update: a.update, model: m, opt: a.opt, course: c}
	o.opt.Progress = nil
	if p := a.opt.Progress; p != nil {
		o.opt.Progress = func(x Progress) { x.Phase = "plan " + c.plan.Name; p(x) }
	}
	if o.opt.MaxStates > 0 { // the limits are for all spaces together
		o.opt.MaxStates = max(1, o.opt.MaxStates-int(a.space.Len()))
	}
	a.makeRoom()
	if o.opt.MaxBytes > 0 {
		o.opt.MaxBytes = max(1, o.opt.MaxBytes-a.space.Bytes())
	}
	o.space = search.NewSpace(system{m}, a.opt.search)
	defer o.Close()
	defer func() { c.asserted = o.evaluated() }()
	c.invariants = tables(o.space, m.PlanInvariants())
	for _, step := range []func() error{o.exploreNew, o.exploreOld, o.switchPoints, o.followPlan, o.judgePlan, o.standStill} {
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}

// followPlan explores what follows the beginning of the plan.
func (a *Analysis) followPlan() error {
	c := a.course
	s := &after{complete: a.r1.complete() && a.r2.complete() && !a.cut}
	region, err := a.runOn(a.r1.region.End)
	if err != nil {
		return err
	}
	s.region, s.complete = region, s.complete && region.Complete
	s.failed = search.NewSet(region.First, region.End)
	c.excused = search.NewSet(region.First, region.End)
	c.stages = make([]model.Stage, region.End-region.First)
	old := a.r1.region
	c.verdict.GivesUp = slices.ContainsFunc(a.images[0].to, func(to search.Ref) bool { return to >= old.First && to < old.End }) // as soon as it begins
	var v []uint64
	for ref := region.First; ref < region.End; ref++ {
		v = a.space.Vector(ref, v)
		st := a.model.Stage(v)
		c.stages[ref-region.First] = st
		c.verdict.GivesUp = c.verdict.GivesUp || !st.Begun && !st.New || a.enters(region.Graph, ref, old)
		if st.Excused {
			c.excused.Add(ref)
		}
	}
	for _, ref := range region.Stuck {
		v = a.space.Vector(ref, v)
		switch st := c.stages[ref-region.First]; {
		case st.Old:
			c.excused.Add(ref)
		case !st.Begun || a.steps(v): // otherwise nothing goes on, and the plan has not come to its end
			s.failed.Add(ref)
		}
	}
	for _, ref := range region.Dead {
		v = a.space.Vector(ref, v)
		switch st := c.stages[ref-region.First]; {
		case st.Old:
			if alone := a.model.Halted(v); !a.steps(alone) && !a.model.Ended(alone) {
				c.excused.Add(ref)
			}
		case !st.Begun && !a.model.Ended(v):
			s.failed.Add(ref)
		}
	}
	a.after = s
	return nil
}

// enters says whether a step from a state leads into one of the versions.
func (a *Analysis) enters(g *search.Graph, ref search.Ref, version *search.Region) bool {
	to, _ := g.Out(ref)
	return slices.ContainsFunc(to, func(t search.Ref) bool { return t >= version.First && t < version.End })
}

// runOn explores the states from first on.
func (a *Analysis) runOn(first search.Ref) (*search.Region, error) {
	f := a.model.PlanStuck()
	return a.space.Explore(a.ctx, search.Run{From: first, StopBelow: first, Edges: true, Barred: true, Invariants: a.course.invariants,
		Stuck: a.space.NewTable(search.Function{Reads: f.Reads, Eval: f.Eval}), Limits: a.limits(), Progress: a.progress("plan", first), Title: a.title("plan")})
}

// arrived says whether a run has come to a configuration of one version: of the new
// one, of the old one where the plan gave up, or a mixed one that it leaves as it is.
func (a *Analysis) arrived(ref search.Ref) bool {
	if ref < a.after.region.First {
		return true
	}
	st := a.course.stages[ref-a.after.region.First]
	return !st.Begun && st.Mixed || a.course.excused.Has(ref) || a.after.tolerates(ref)
}

// done says whether the plan has come to its end.
func (a *Analysis) done(ref search.Ref) bool {
	return ref < a.after.region.First || !a.course.stages[ref-a.after.region.First].Begun || a.course.excused.Has(ref)
}

// judgePlan decides the verdict on the plan, but for its standing still.
func (a *Analysis) judgePlan() error {
	c, s := a.course, a.after
	p := &c.verdict
	if err := a.planDistances(); err != nil {
		s.complete = false
	}
	points := a.beginnings()
	c.points = len(points)
	first := s.region.First
	// An example of what can come of the plan: the point from which it takes least steps. A
	// beginning that fails comes to nothing else.
	nearest := func(dist []int32, fails bool) (point int, found bool) {
		best := int32(0)
		for _, i := range points {
			to, fail := a.images[0].at(i)
			d := int32(0)
			switch {
			case fail != 0 && fails:
			case to == search.NoRef: // it fails, or a limit came first
				continue
			case dist == nil || to < first || dist[to-first] == search.Never:
				continue
			default:
				d = dist[to-first]
			}
			if n := d + int32(a.r1.region.Depth(a.r1.region.First+search.Ref(i))); !found || n < best {
				point, best, found = i, n, true
			}
		}
		return point, found
	}
	if point, fails := nearest(s.toFail, true); fails && a.r2.complete() {
		p.Verdict, p.Safety = Invalid, "failure"
		p.Trace = a.counterexample(0, point)
	}
	if !a.r2.complete() || !a.complete() {
		p.Reason = a.limitReason()
		return nil
	}
	if len(points) == 0 {
		p.Verdict, p.Result, p.Reason = Vacuous, Vacuous, "the old version has no update point"
		return nil
	}
	p.Result, p.Completion = Valid, "completes"
	if p.Safety != "failure" {
		p.Safety, p.Verdict = "safe", Valid
	}
	worse := func(v Verdict, trace func() *Trace) {
		if p.Verdict == Valid {
			p.Verdict, p.Trace = v, trace()
		}
	}
	if point, is := nearest(c.toStuck, false); is {
		p.Completion = "deadlocks"
		worse(Stray, func() *Trace { return a.stuckRun(point) })
	} else if slices.ContainsFunc(s.cycles.Components, func(scc []search.Ref) bool { return c.stages[scc[0]-first].Begun }) {
		p.Completion = "can wait"
	}
	if point, is := nearest(s.toLost, false); is {
		p.Result = Stray
		worse(Stray, func() (t *Trace) { t, p.Reason = a.strayRun(0, point); return t })
	} else if point, is := nearest(s.toCycle, false); is {
		p.Result = Possible
		worse(Possible, func() *Trace { return a.lasso(0, point) })
	}
	if p.Verdict == Valid {
		c.witness = a.arrival(points)
	}
	a.planSteps(points)
	return nil
}

// arrival is a run of the plan to where it has arrived, from the first point from which there
// is one; nil without any, and where there is no time to look for it. The old version's own failures
// are no such place.
func (a *Analysis) arrival(points []int) *Trace {
	first := a.after.region.First
	dist, err := a.after.region.Graph.BackwardDistance(a.opt.Closing, func(ref search.Ref) bool {
		return a.arrived(ref) && (ref < first || !a.course.excused.Has(ref))
	})
	if err != nil {
		return nil
	}
	for _, point := range points {
		to, _ := a.images[0].at(point)
		if to == search.NoRef || to >= first && dist[to-first] == search.Never {
			continue
		}
		var rest []search.Ref
		last := to
		if to >= first {
			rest, last = a.descend(to, dist, func(ref search.Ref) bool { return ref < first })
		}
		t, _ := a.run(0, point, rest)
		if t.End = "state"; a.inR2(last) {
			t.End = "in R2"
		}
		return t
	}
	return nil
}

// beginnings lists the points at which the plan can begin, by index.
func (a *Analysis) beginnings() []int {
	var out []int
	r := a.r1.region
	if a.r1.initial != 0 || a.images == nil {
		return nil
	}
	for i := range int(r.End - r.First) {
		if !a.r1.excluded.Has(r.First + search.Ref(i)) {
			out = append(out, i)
		}
	}
	return out
}

// planDistances makes the passes over the graph.
func (a *Analysis) planDistances() (err error) {
	c, s, ctx := a.course, a.after, a.opt.Closing
	r, g := s.region, s.region.Graph
	stage := func(ref search.Ref) model.Stage { return c.stages[ref-r.First] }
	s.toFail, err = g.DistanceOver(ctx, func(ref search.Ref) bool { return ref >= r.First && s.failed.Has(ref) }, r.Failing.Has)
	if err != nil || !s.complete {
		return err
	}
	if err := a.tolerate(s); err != nil {
		return err
	}
	if s.toR2, err = g.BackwardDistance(ctx, a.arrived); err != nil {
		return err
	}
	if c.toDone, err = g.BackwardDistance(ctx, a.done); err != nil {
		return err
	}
	if s.cycles, err = g.FairCycles(ctx, search.Fairness{}); err != nil {
		return err
	}
	inside := func(ref search.Ref, holds func() bool) bool { return ref >= r.First && holds() }
	if c.toStuck, err = g.BackwardDistance(ctx, func(ref search.Ref) bool {
		return inside(ref, func() bool { return stage(ref).Begun && c.toDone[ref-r.First] == search.Never })
	}); err != nil {
		return err
	}
	if s.toLost, err = g.BackwardDistance(ctx, func(ref search.Ref) bool {
		return inside(ref, func() bool { return !stage(ref).Begun && s.toR2[ref-r.First] == search.Never })
	}); err != nil {
		return err
	}
	s.toCycle, err = g.BackwardDistance(ctx, func(ref search.Ref) bool {
		return inside(ref, func() bool {
			return !stage(ref).Begun && !stage(ref).Mixed && s.cycles.States.Has(ref) && !s.tolerated.Has(ref)
		})
	})
	return err
}

// planSteps counts the steps of the units concerned that the plan has to wait for: those
// from states in which it has no step itself.
func (a *Analysis) planSteps(points []int) {
	c, s := a.course, a.after
	if c.verdict.Completion != "completes" {
		return
	}
	g := s.region.Graph
	waits := search.NewSet(s.region.First, s.region.End)
	for ref := s.region.First; ref < s.region.End; ref++ {
		_, labels := g.Out(ref)
		if !slices.ContainsFunc(labels, func(l search.Label) bool { return a.model.Manages(l.Group()) }) {
			waits.Add(ref)
		}
	}
	longest, err := g.LongestOver(a.opt.Closing, a.done, func(from, to search.Ref, l search.Label) bool {
		return waits.Has(from) && a.model.Concerns(l.Group()) && !a.noState(to)
	})
	if err != nil {
		return // there was no time for it: not known
	}
	greatest := int32(0)
	for _, i := range points {
		to, _ := a.images[0].at(i)
		if to == search.NoRef || to < s.region.First || greatest == search.Unbounded {
			continue
		}
		if n := longest[to-s.region.First]; n == search.Unbounded {
			greatest = n
		} else {
			greatest = max(greatest, n)
		}
	}
	if greatest != search.Unbounded {
		c.verdict.Steps.Greatest = intPtr(greatest)
	}
}

// noState says whether a step fails in the old version's own way, which ends the run: the
// graph has it as a step to a state that is none.
func (a *Analysis) noState(ref search.Ref) bool {
	first := a.after.region.First
	if ref < first || !a.course.excused.Has(ref) {
		return false
	}
	violates := func(t *search.Table) bool { return t.At(ref) != 0 }
	return a.course.stages[ref-first].Excused || slices.ContainsFunc(a.r1.invariants, violates)
}

// stuckRun leads to a state from which the plan's end is out of reach.
func (a *Analysis) stuckRun(point int) *Trace {
	to := a.images[0].to[point]
	rest, last := a.descend(to, a.course.toStuck, func(search.Ref) bool { return false })
	on, still := a.stillest(last)
	t, _ := a.run(0, point, append(rest, on...))
	reason := "behind this run the plan never comes to its end"
	if len(still) > 0 {
		reason += "; these stand still for ever: " + strings.Join(still, ", ")
	}
	a.course.verdict.Reason = reason
	return t
}

// maxStill bounds the states among which stillest looks.
const maxStill = 10_000

// stillest goes on from a state to one from which on most activations stand still for
// ever, on a shortest way, and names them.
func (a *Analysis) stillest(from search.Ref) (path []search.Ref, names []string) {
	r := a.after.region
	parent := map[search.Ref]search.Ref{from: search.NoRef}
	queue := []search.Ref{from}
	for i := 0; i < len(queue) && i < maxStill; i++ {
		to, _ := r.Graph.Out(queue[i])
		for _, next := range to {
			if _, known := parent[next]; !known && next != search.NoRef && next >= r.First {
				parent[next] = queue[i]
				queue = append(queue, next)
			}
		}
	}
	// By state: the groups that have no step in it, nor in any that it leads to.
	still := map[search.Ref]uint64{}
	for _, ref := range queue[:min(len(queue), maxStill)] {
		still[ref] = a.standing(ref)
	}
	for changed := true; changed; {
		changed = false
		for ref, set := range still {
			to, _ := r.Graph.Out(ref)
			for _, next := range to {
				set &= still[next]
			}
			changed = changed || set != still[ref]
			still[ref] = set
		}
	}
	last := from
	for _, ref := range queue[:min(len(queue), maxStill)] {
		if bits.OnesCount64(still[ref]) > bits.OnesCount64(still[last]) {
			last = ref
		}
	}
	for at := last; at != from; at = parent[at] {
		path = append(path, at)
	}
	slices.Reverse(path)
	for g := range a.model.Groups() {
		if g < 64 && still[last]>>g&1 != 0 {
			names = append(names, a.model.GroupName(g))
		}
	}
	return path, names
}

// standing is the set of the groups, among the first 64, that have something to do and
// no step in a state.
func (a *Analysis) standing(ref search.Ref) (set uint64) {
	v := a.space.Vector(ref, nil)
	active := a.model.ActiveGroups(v)
	for g := range min(64, a.model.Groups()) {
		if !slices.Contains(active, a.model.GroupName(g)) {
			continue
		}
		if _, can := a.emission(g, v, func([]uint64, search.Info) bool { return true }); !can {
			set |= 1 << g
		}
	}
	return set
}

// planVerdicts are the verdicts on the plans, on the machine asked for.
func (a *Analysis) planVerdicts() []Plan {
	out := []Plan{}
	for _, c := range a.plans {
		p := c.verdict
		lacking := a.lacking(lang.Level{Kind: lang.LevelAnytime})
		if lacking == nil {
			lacking = a.planLacks(c.plan)
		}
		if lacking != nil && p.Verdict != Broken {
			p = Plan{Plan: p.Plan, Verdict: Invalid, Safety: "failure", Result: Invalid, Completion: "unknown",
				Stopped: Invalid, StoppedAfter: allStopped(c.plan, Invalid), Failure: lacking}
		}
		p.Expected = []string{}
		out = append(out, p)
	}
	return out
}

// planNames are the questions about a plan that why takes.
func planNames(p *Plan) []string {
	names := []string{"plan " + p.Plan, "plan " + p.Plan + " stopped"}
	for _, s := range p.StoppedAfter {
		names = append(names, stopName(p, &s))
	}
	return names
}

func instances(n int) string {
	if n == 1 {
		return "1 instance"
	}
	return fmt.Sprintf("%d instances", n)
}

func stopName(p *Plan, s *Stop) string {
	return fmt.Sprintf("plan %s stopped after %d", p.Plan, s.Replaced)
}

// say adds what a trace shows, or what a machine lacks, so that there is no trace.
func (e *Explanation) say(lacking *Failure, text string) {
	if lacking != nil {
		text = lacking.Detail + "."
	}
	e.Text = append(e.Text, text)
}

// whyPlan explains the verdict on a plan, asked for by one of its names; nil if there is none
// of that name.
func (a *Analysis) whyPlan(name string) *Explanation {
	plan, when, stopped := strings.Cut(name, " stopped")
	i := slices.IndexFunc(a.scenario.Plans, func(p Plan) bool { return p.Plan == plan })
	if i < 0 {
		return nil
	}
	p, c := &a.scenario.Plans[i], a.plans[i]
	e := &Explanation{Cell: &Cell{Level: "plan " + name, Verdict: p.Verdict, Reason: p.Reason, Failure: p.Failure, Expected: p.Expected, Met: p.Met}}
	e.Cell.Points.Total = Count(c.points)
	if stopped && when == "" {
		e.Cell.Verdict, e.Cell.Reason, e.Trace = p.Stopped, "", p.StopTrace
		e.say(p.Failure, "The plan stands still for good where it has replaced something and not all.")
		return e
	}
	for _, s := range p.StoppedAfter {
		if stopName(p, &s) != e.Cell.Level {
			continue
		}
		e.Cell.Verdict, e.Cell.Reason, e.Trace = s.Verdict, "", s.Trace
		e.say(p.Failure, fmt.Sprintf("The plan stands still for good where it has replaced %d of %s.", s.Replaced, instances(len(p.StoppedAfter)-1)))
		return e
	}
	if stopped {
		return nil
	}
	e.Trace = p.Trace
	if p.Completion != "unknown" {
		e.Text = append(e.Text, fmt.Sprintf("It %s.", p.Completion))
	}
	if p.Failure != nil {
		e.Text = append(e.Text, p.Failure.Detail+".")
	}
	if p.Verdict == Valid {
		e.Trace = c.witness
	}
	return e
}
