package oracle

import "strings"

// Step is one step out of a state. Exactly one of To and Failure is set.
type Step struct {
	Group   string // the activation that steps, or the instance that receives
	Label   string // who does what, where
	To      *State
	Failure *Failure
	Strong  bool // its group is owed strong fairness for it
	// touched is the client in whose transaction an affected unit begins an activation
	// by this step, also one that ends at once; "" for none.
	touched string
	// begun is the message ("fs.write") with which an activation begins by this step.
	begun string
}

// successors gives all steps of a state, in a fixed order, whatever else is true
// of it.
func (w *World) successors(s *State) []Step {
	var steps []Step
	for _, id := range s.activations() {
		f := s.acts[id]
		if f.ended() {
			continue
		}
		step := Step{Group: id, Label: id + " " + w.whereabouts(s, &f), Strong: w.strongly(s.conf, &f)}
		steps = append(steps, w.outcomes(s, step, func(r *run) {
			r.resume(id)
			r.step()
		})...)
	}
	for b, box := range s.conf.boxes {
		id := instName(box.unit, box.inst)
		if _, busy := s.acts[id]; busy || len(s.boxes[b]) == 0 || w.ready(s, instance{box.unit.Name, box.inst}) {
			continue
		}
		step := Step{Group: id, Label: id + " receives " + s.boxes[b][0].name, Strong: true}
		steps = append(steps, w.outcomes(s, step, func(r *run) {
			r.id = id
			r.receive(b)
		})...)
	}
	return append(steps, w.managerSteps(s)...)
}

// outcomes carries out a step in all ways to resolve its choices; none where it is
// blocked in each of them.
func (w *World) outcomes(s *State, step Step, do func(*run)) []Step {
	var steps []Step
	pick := &chooser{}
	for more := true; more; more = pick.advance() {
		next := s.clone()
		one := step
		r := &run{w: w, st: next, rested: s, pick: pick}
		stop := obstacle(func() {
			one.Failure = attempt(func() { do(r) })
		})
		if stop != nil {
			continue
		}
		if one.Failure == nil {
			one.Failure = w.violated(next)
		}
		if one.begun = r.begun; one.Failure == nil {
			one.To, one.touched = next, r.touched
		}
		steps = append(steps, one)
	}
	return steps
}

// violated judges the invariants in a state: the first that fails, or nil. Between the
// versions one that touches what is gone or in old form is not judged.
func (w *World) violated(s *State) *Failure {
	for _, p := range s.conf.always {
		failure := attempt(func() {
			if !(&run{w: w, st: s}).holds(p.Expr) {
				fail(KindInvariant, p.Span, "the invariant is violated")
			}
		})
		if failure != nil && (failure.Kind != KindTypeSafety || !w.between(s.conf)) {
			return failure
		}
	}
	return nil
}

// fixes says whether the update repairs assertions of that label.
func (w *World) fixes(label string) bool {
	for _, l := range w.update.Fixes {
		if l == label {
			return true
		}
	}
	return false
}

// whereabouts says where a frame stands.
func (w *World) whereabouts(s *State, f *frame) string {
	var b strings.Builder
	b.WriteString(f.msg)
	if d := w.graphOf(s.conf, f).nodes[f.node]; d.stmt != nil {
		b.WriteString(" at " + d.stmt.Pos().String())
	}
	if f.waiting {
		b.WriteString(" waiting")
	}
	if f.old {
		b.WriteString(" (old)")
	}
	return strings.TrimSpace(b.String())
}
