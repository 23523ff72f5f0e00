package oracle

import (
	"slices"

	"github.com/lucheck/lucheck/lang"
)

// Plan is what is said of a plan (definitions section 3). Of one that is broken or vacuous
// nothing else is said.
type Plan struct {
	Plan       string
	Verdict    string // "valid", "possible", "stray", "invalid", "vacuous", "broken"
	Safety     string // "valid", "invalid"
	Result     string // "valid", "possible", "stray"
	Completion string // "completes", "can wait", "deadlocks"
	// Bound is the greatest number of steps of the units that the plan names, out of states
	// in which it has none itself, until it ends; nil where it does not complete, or there
	// is no such number.
	Bound   *int
	GivesUp bool   // it can end with something old
	Stopped string // "valid", "invalid", "vacuous"
	// StoppedAfter is the same where so many instances have been replaced: from none to all
	// that its statements name.
	StoppedAfter []string
	Nearest
}

// campaign is a plan with all that follows from its beginnings, until one of the versions
// is reached.
type campaign struct {
	w       *World
	plan    *lang.Plan
	r1, r2  *space
	begins  []landing // by point
	f       *future
	running []int // places at which the plan is under way
	behind  []int // places behind its end, but for configurations that it leaves half-way
	givesUp bool
	comesTo map[int]bool // with so many instances replaced it reaches a state of one of the versions
}

// plan judges a plan, given the old version and what is known of the switch.
func (w *World) plan(p *lang.Plan, r1 *space, live *side, limit int) (Plan, error) {
	v := Plan{Plan: p.Name}
	points := w.points(lang.Level{Kind: lang.LevelAnytime}, r1)
	switch {
	case live.broken:
		v.Verdict = "broken"
		return v, nil
	case w.lacks(lang.Level{Kind: lang.LevelAnytime}) || w.lacksFor(p):
		v.Verdict, v.Safety, v.Result, v.Completion, v.Stopped, v.Kinds = "invalid", "invalid", "invalid", "unknown", "invalid", []string{kindResource}
		for range len(w.replaceable(p)) + 1 {
			v.StoppedAfter = append(v.StoppedAfter, "invalid")
		}
		return v, nil
	case len(points) == 0:
		v.Verdict = "vacuous"
		return v, nil
	}
	c := &campaign{w: w, plan: p, r1: r1, r2: live.r2, comesTo: map[int]bool{}}
	if err := c.explore(points, limit); err != nil {
		return v, err
	}
	var err error
	if v.Stopped, err = c.stopped(limit); err != nil {
		return v, err
	}
	for k := range len(w.replaceable(p)) + 1 {
		verdict, err := c.stoppedAfter(k, limit)
		if err != nil {
			return v, err
		}
		v.StoppedAfter = append(v.StoppedAfter, verdict)
	}
	v.Safety, v.Nearest = c.safety(points)
	v.Completion, v.Result, v.GivesUp = c.completion(), c.result(), c.givesUp
	if v.Completion == "completes" {
		v.Bound = c.bound()
	}
	switch {
	case v.Safety == "invalid":
		v.Verdict = "invalid"
	case v.Completion == "deadlocks":
		v.Verdict = "stray"
	default:
		v.Verdict = v.Result
	}
	return v, nil
}

// explore begins the plan at the points and follows it.
func (c *campaign) explore(points []int, limit int) error {
	sp := newSpace(limit)
	sp.window = true
	for _, i := range points {
		s, failure := c.w.begun(c.r1.places[i].state, c.plan)
		at := landing{failure: failure, to: settled}
		if failure == nil && !c.over(s) {
			at.to = sp.add(s, 0)
		}
		c.begins = append(c.begins, at)
	}
	if err := c.w.expand(sp, 0, c.over); err != nil {
		return err
	}
	c.f = &future{sp: sp}
	c.f.failures()
	good := c.w.tolerated(sp, c.r2)
	for i, p := range sp.places {
		switch {
		case good[i]:
		case p.state.plan != nil:
			c.running = append(c.running, i)
		case !c.w.between(p.state.conf):
			c.behind = append(c.behind, i)
		}
	}
	return nil
}

// over says whether a state behind the plan's end is one of the new version, or one of the
// old version, so that exploration stops. It notes whether the plan gives up.
func (c *campaign) over(s *State) bool {
	if s.plan != nil {
		return false
	}
	c.givesUp = c.givesUp || len(s.conf.done) < len(c.w.all)
	if !c.ofVersion(s) {
		return false
	}
	c.comesTo[len(s.conf.done)] = true
	return true
}

// ofVersion says whether a state without a plan is one of the old version, or of the new one.
func (c *campaign) ofVersion(s *State) bool { return c.r1.has(s) || c.r2.has(s) }

// safety says whether a failure is reachable, and how near the nearest one is.
func (c *campaign) safety(points []int) (string, Nearest) {
	var n Nearest
	for i, at := range c.begins {
		begin := c.r1.places[points[i]].depth + 1
		switch {
		case at.failure != nil:
			n.fails(begin, []string{at.failure.Kind})
		case at.to != settled && c.f.toFailure[at.to] >= 0:
			n.fails(begin+c.f.toFailure[at.to], c.f.kinds[at.to])
		}
	}
	if n.Shortest > 0 {
		return "invalid", n
	}
	return "valid", n
}

// completion says whether the plan comes to its end. A run that ends before in what the old
// version does by itself is not held against it.
func (c *campaign) completion() string {
	ends := make([]bool, len(c.f.sp.places))
	for i, p := range c.f.sp.places {
		ends[i] = p.state.plan == nil || p.excused && c.w.byItself(p)
		for _, e := range p.steps {
			ends[i] = ends[i] || e.excused || e.failure == nil && e.to == settled
		}
	}
	switch {
	case c.someLost(c.running, ends):
		return "deadlocks"
	case c.staysIn(c.running):
		return "can wait"
	}
	return "completes"
}

// byItself says whether a place that is stuck would be so without the plan too, which has
// touched nothing.
func (w *World) byItself(p place) bool {
	alone := halt(p.state)
	return w.untouched(p.state) && w.stuck(alone, w.successors(alone)) != nil
}

// result says what becomes of the runs behind the plan's end.
func (c *campaign) result() string {
	arrives := make([]bool, len(c.f.sp.places))
	for i, p := range c.f.sp.places {
		for _, e := range p.steps {
			arrives[i] = arrives[i] || e.failure == nil && e.to == settled
		}
	}
	switch {
	case c.someLost(c.behind, arrives):
		return "stray"
	case c.staysIn(c.behind):
		return "possible"
	}
	return "valid"
}

// someLost says whether from one of some places no place of a goal can be reached.
func (c *campaign) someLost(places []int, goal []bool) bool {
	reach := c.f.canReach(goal)
	return slices.ContainsFunc(places, func(i int) bool { return !reach[i] })
}

// staysIn says whether a fair run can stay among some places for ever.
func (c *campaign) staysIn(places []int) bool {
	fair := make([]bool, len(c.f.sp.places))
	c.f.fairCycles(places, fair)
	return slices.Contains(fair, true)
}

// bound is the greatest number of steps for which the plan waits until it ends, nil if
// there is none: a way that goes round in a circle while it waits.
func (c *campaign) bound() *int {
	most := make([]int, len(c.f.sp.places))
	greatest := 0
	for _, component := range c.f.components(c.running) { // what is behind comes first
		best := 0
		for _, i := range component {
			for _, e := range c.f.sp.places[i].steps {
				if e.failure != nil {
					continue
				}
				waits := c.waits(i, e)
				if waits > 0 && slices.Contains(component, e.to) {
					return nil
				}
				if e.to != settled {
					waits += most[e.to]
				}
				best = max(best, waits)
			}
		}
		for _, i := range component {
			most[i] = best
		}
		greatest = max(greatest, best)
	}
	return &greatest
}

// waits is 1 for a step of a unit that the plan names out of a place at which the plan has
// none itself, else 0.
func (c *campaign) waits(i int, step edge) int {
	own := slices.ContainsFunc(c.f.sp.places[i].steps, func(e edge) bool { return e.group == managerID })
	if own || !slices.Contains(c.w.planGraph(c.plan).units(), unitName(initiator(step.group))) {
		return 0
	}
	return 1
}

// halt is a state without its plan.
func halt(s *State) *State {
	alone := s.clone()
	alone.plan = nil
	return alone
}

// halted is the state in which a plan under way has ended for good. One that has replaced
// nothing leaves no data behind.
func (w *World) halted(s *State) *State {
	alone := halt(s)
	if len(s.conf.done) == 0 {
		return w.replaced(alone, w.old, deed{}, func(instance) bool { return false })
	}
	return alone
}

// stopped says what becomes of the system where the plan stops for good half-way.
func (c *campaign) stopped(limit int) (string, error) {
	halted := newSpace(limit)
	halted.window = true
	for _, i := range c.running {
		if s := c.f.sp.places[i].state; c.w.between(s.conf) {
			halted.add(halt(s), 0)
		}
	}
	if len(halted.places) == 0 {
		return "vacuous", nil
	}
	if err := c.w.expand(halted, 0, nowhere); err != nil {
		return "", err
	}
	for _, p := range halted.places {
		if p.fails() || slices.ContainsFunc(p.steps, edge.fails) {
			return "invalid", nil
		}
	}
	return "valid", nil
}

// stoppedAfter says what becomes of the system where the plan, under way or over, stands
// still for good with exactly k instances replaced.
func (c *campaign) stoppedAfter(k, limit int) (string, error) {
	halted := newSpace(limit)
	halted.window = true
	comes := c.comesTo[k]
	for _, p := range c.f.sp.places {
		s := p.state
		if len(s.conf.done) != k {
			continue
		}
		comes = true
		if s.plan != nil {
			s = c.w.halted(s)
		}
		if !c.ofVersion(s) {
			halted.add(s, 0)
		}
	}
	if !comes {
		return "vacuous", nil
	}
	if err := c.w.expand(halted, 0, c.ofVersion); err != nil {
		return "", err
	}
	for _, p := range halted.places {
		if p.fails() || slices.ContainsFunc(p.steps, edge.fails) {
			return "invalid", nil
		}
	}
	return "valid", nil
}
