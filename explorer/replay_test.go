package explorer

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/lucheck/lucheck/lang"
	"github.com/lucheck/lucheck/model/oracle"
)

// replay plays the traces of an update again in the second judge.
type replay struct {
	world  *oracle.World
	inR2   func(*oracle.State) bool
	closed func(*oracle.State) bool // the same for levels at which the system is down; nil: not asked for yet
	down   bool                     // the trace being played is of such a level
	plan   string                   // whose trace is being played
	kinds  map[string]lang.UnitKind
	// repeated leads from the line of a statement that the update repeats word for word
	// to its line in the old text: the judges read one handler, each in its own place.
	repeated map[int]int
}

func newReplay(prog *lang.Program, update int) (*replay, error) {
	w, err := oracle.NewWorld(prog, update)
	if err != nil {
		return nil, err
	}
	r := &replay{world: w, kinds: map[string]lang.UnitKind{}, repeated: map[int]int{}}
	handlers := map[string]*lang.Handler{} // of the old version
	for _, sys := range []*lang.System{prog.Base, prog.Updates[update].New} {
		for _, u := range sys.Units {
			r.kinds[u.Name] = u.Kind
			for _, h := range u.Handlers {
				old := handlers[u.Name+"."+h.Msg.Name]
				if sys == prog.Base {
					handlers[u.Name+"."+h.Msg.Name] = h
				} else if old != nil && old.Fingerprint == h.Fingerprint {
					r.repeats(old.Body, h.Body)
				}
			}
		}
	}
	r.inR2, err = w.Members(oracle.New, oracle.Options{MaxStates: 40_000})
	return r, err
}

// repeats notes the lines of statements that are the same but for their places.
func (r *replay) repeats(old, now []lang.Stmt) {
	for i, s := range now {
		r.repeated[s.Pos().Start.Line] = old[i].Pos().Start.Line
		blocks := blocksOf(old[i])
		for k, b := range blocksOf(s) {
			r.repeats(blocks[k], b)
		}
	}
}

func blocksOf(s lang.Stmt) [][]lang.Stmt {
	switch s := s.(type) {
	case *lang.If:
		return [][]lang.Stmt{s.Then, s.Else}
	case *lang.While:
		return [][]lang.Stmt{s.Body}
	case *lang.For:
		return [][]lang.Stmt{s.Body}
	case *lang.Loop:
		return [][]lang.Stmt{s.Body}
	case *lang.Either:
		return s.Branches
	case *lang.Atomic:
		return [][]lang.Stmt{s.Body}
	}
	return nil
}

// line is that of the old text where the update repeats it.
func (r *replay) line(n int) int {
	if old, is := r.repeated[n]; is {
		return old
	}
	return n
}

// all plays the trace of every cell and of every version's failures, and lists what
// the second judge cannot follow.
func (r *replay) all(a *Analysis) []string {
	var wrong []string
	add := func(what string, err error) {
		if err != nil {
			wrong = append(wrong, what+": "+err.Error())
		}
	}
	s := a.Scenario()
	for i, side := range []Side{s.Old, s.New} {
		for _, f := range side.Failures {
			if f.Trace != nil {
				trace := *f.Trace
				trace.Failure = &f
				add(fmt.Sprintf("%s of version %d", f.Kind, i), r.play(&trace, oracle.Version(i), "none"))
			}
		}
	}
	for _, c := range s.Cells {
		e, err := a.Why(c.Level, c.Transfer)
		if err != nil {
			wrong = append(wrong, err.Error())
			continue
		}
		if e.Trace == nil || c.Verdict == Broken || c.Transfer == transferAny {
			continue
		}
		err = r.shutDown(c.Level)
		if err == nil {
			err = r.play(e.Trace, oracle.Old, c.Transfer)
		}
		r.down = false
		add(c.Level+":"+c.Transfer+", "+c.Verdict.String(), err)
	}
	for i := range s.Plans {
		p := &s.Plans[i]
		for _, name := range planNames(p) {
			e, err := a.Why(name, "none")
			if err == nil && e.Trace != nil && e.Cell.Verdict != Broken {
				r.plan = p.Plan
				err = r.play(e.Trace, oracle.Old, "none")
			}
			add(name, err)
		}
	}
	return wrong
}

// shutDown prepares for traces of a level at which the system is down.
func (r *replay) shutDown(level string) (err error) {
	r.down = level == "reboot" || level == "hardware"
	if r.down && r.closed == nil {
		r.closed, err = r.world.MembersOffline(oracle.Options{MaxStates: 40_000})
	}
	return err
}

// isNew says whether a state is one of the new version.
func (r *replay) isNew(s *oracle.State) bool {
	if r.down {
		return r.closed(s)
	}
	return r.inR2(s)
}

// play follows a trace step by step: after each one, some state of the second judge
// that its steps lead to must show what the trace says of variables and mailboxes,
// and the trace must end as it claims.
func (r *replay) play(t *Trace, v oracle.Version, transfer string) error {
	all, failure := r.world.Start(v)
	if failure != nil {
		return fmt.Errorf("the initial state fails: %v", failure)
	}
	var states []*oracle.State
	var shown map[string]string
	var wrong error
	for _, first := range all {
		seen, is := r.observe(first), true
		for _, x := range t.Initial {
			if got, known := seen[x.Path]; known && got != x.Value {
				is, wrong = false, fmt.Errorf("at the start %s is %s, the trace says %s", x.Path, got, x.Value)
			}
		}
		if is {
			states, shown = append(states, first), seen
		}
	}
	if states == nil {
		return wrong
	}
	looped := map[string]bool{} // states that the end of a cycle may return to
	for i, step := range t.Steps {
		if i == t.Loop {
			for _, s := range states {
				looped[s.Key()] = true
			}
		}
		var err error
		switch {
		case i == t.Switch:
			states, err = r.through(states, transfer, step.Fails, t)
		case step.Kind == "begin":
			states, err = r.begin(states, step.Fails, t)
		case step.Kind == "halt":
			for k, s := range states {
				states[k] = r.world.Halt(s)
			}
		default:
			states, err = r.follow(states, step, t)
		}
		if err != nil {
			return fmt.Errorf("step %d (%s): %w", i+1, step.Text, err)
		}
		if step.Fails {
			return nil
		}
		for _, c := range step.Changes {
			delete(shown, c.Path)
		}
		for _, c := range step.Changes {
			if c.To != "" {
				shown[c.Path] = c.To
			}
		}
		nearest := r.differences(states[0], shown)
		if states = r.like(states, shown); len(states) == 0 {
			return fmt.Errorf("step %d (%s): no such state: %s", i+1, step.Text, strings.Join(nearest, "; "))
		}
	}
	return r.ends(t, states, looped)
}

// through switches in every state that the trace may be in.
func (r *replay) through(states []*oracle.State, transfer string, fails bool, t *Trace) ([]*oracle.State, error) {
	var next []*oracle.State
	for _, s := range states {
		change := r.world.SwitchWith
		if r.down {
			change = r.world.SwitchOffline
		}
		to, failure, err := change(s, transfer)
		switch {
		case err != nil:
			return nil, err
		case fails && failure != nil && failure.Kind == t.Failure.Kind:
			return nil, nil
		case !fails && to != nil:
			next = append(next, to)
		}
	}
	if next == nil {
		return nil, fmt.Errorf("the switch does not end so")
	}
	return next, nil
}

// begin begins the plan in every state that the trace may be in.
func (r *replay) begin(states []*oracle.State, fails bool, t *Trace) ([]*oracle.State, error) {
	var next []*oracle.State
	for _, s := range states {
		to, failure, err := r.world.Begin(s, r.plan)
		switch {
		case err != nil:
			return nil, err
		case fails && failure != nil && failure.Kind == t.Failure.Kind:
			return nil, nil
		case !fails && to != nil:
			next = append(next, to)
		}
	}
	if next == nil {
		return nil, fmt.Errorf("the plan does not begin so")
	}
	return next, nil
}

// follow takes every step of the named instance; a failing one must fail so.
func (r *replay) follow(states []*oracle.State, step TraceStep, t *Trace) ([]*oracle.State, error) {
	var next []*oracle.State
	for _, s := range states {
		steps := r.world.Successors(s)
		if step.Fails && t.Failure.Kind == oracle.KindWindow {
			steps = r.world.SuccessorsInWindow(s)
		}
		for _, o := range steps {
			switch {
			case !r.by(o.Group, step):
			case step.Fails && o.Failure != nil && o.Failure.Kind == t.Failure.Kind && r.at(o.Failure, t.Failure.Place, step.Place):
				return nil, nil
			case !step.Fails && o.To != nil:
				next = append(next, o.To)
			}
		}
	}
	if next == nil {
		return nil, fmt.Errorf("the second judge has no such step")
	}
	return next, nil
}

// at says whether a failure lies on the line of one of some places: the second judge
// may name the statement where the trace names the clause that it breaks. Of a
// protocol failure it names the protocol, of a message that is not understood the handler.
func (r *replay) at(f *oracle.Failure, places ...*Place) bool {
	if f.Kind == oracle.KindProtocol || f.Kind == oracle.KindForm || f.Kind == oracle.KindUnhandled {
		return true
	}
	return slices.ContainsFunc(places, func(p *Place) bool { return p != nil && r.line(p.Line) == r.line(f.Span.Start.Line) })
}

// by says whether a step belongs to the instance that the trace names. A function's
// steps belong to its caller.
func (r *replay) by(group string, step TraceStep) bool {
	name := step.Unit
	if step.Instance != nil {
		name += "[" + *step.Instance + "]"
	}
	return r.kinds[step.Unit] == lang.Function || group == name || oracle.Managed(group) && name == "plan "+r.plan
}

// like keeps the states that show what the trace says.
func (r *replay) like(states []*oracle.State, shown map[string]string) []*oracle.State {
	seen := map[string]bool{}
	var out []*oracle.State
	for _, s := range states {
		key := s.Key()
		if seen[key] {
			continue
		}
		seen[key] = true
		if len(r.differences(s, shown)) == 0 {
			out = append(out, s)
		}
	}
	return out
}

// differences lists where a state is not what the trace shows. A mailbox that is
// not there yet is as good as an empty one.
func (r *replay) differences(s *oracle.State, shown map[string]string) []string {
	var out []string
	for path, value := range r.observe(s) {
		if says, known := shown[path]; says != value && (known || value != "[]") {
			out = append(out, fmt.Sprintf("%s is %s, the trace says %s", path, value, says))
		}
	}
	return out
}

func (r *replay) observe(s *oracle.State) map[string]string {
	shown := map[string]string{}
	for _, f := range r.world.Observe(s) {
		shown[f.Path] = f.Value
	}
	return shown
}

// ends says whether some state at the end of a trace is what the trace claims.
func (r *replay) ends(t *Trace, states []*oracle.State, looped map[string]bool) error {
	var ok func(*oracle.State) bool
	switch t.End {
	case "failure": // no step fails: a deadlock
		ok = func(s *oracle.State) bool {
			stuck := r.world.Stuck(s)
			return stuck != nil && stuck.Kind == t.Failure.Kind
		}
	case "in R2":
		ok = r.isNew
	case "cycle":
		ok = func(s *oracle.State) bool { return looped[s.Key()] && !r.isNew(s) }
	default:
		ok = func(s *oracle.State) bool { return !r.isNew(s) }
	}
	if !slices.ContainsFunc(states, ok) {
		return fmt.Errorf("it does not end as %q", t.End)
	}
	return nil
}

// TestReplay plays every trace of every scenario in the second judge.
func TestReplay(t *testing.T) {
	played := 0
	for _, name := range specs(t) {
		prog := load(t, name, nil)
		for i := range prog.Updates {
			a := check(t, prog, i, Options{})
			r, err := newReplay(prog, i)
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			for _, w := range r.all(a) {
				t.Errorf("%s: %s", name, w)
			}
			played++
		}
	}
	if played == 0 {
		t.Error("nothing was played")
	}
}

// TestReplayNotices makes sure that a trace which is not quite right is refused.
func TestReplayNotices(t *testing.T) {
	prog := load(t, "scenarios/1d-buffered-writes.lu", nil)
	a, err := Check(context.Background(), prog, prog.Updates[0], Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer a.Close()
	r, err := newReplay(prog, 0)
	if err != nil {
		t.Fatal(err)
	}
	e, err := a.Why("unit", "none")
	if err != nil {
		t.Fatal(err)
	}
	if err := r.play(e.Trace, oracle.Old, "none"); err != nil {
		t.Fatalf("the trace as it is: %v", err)
	}
	if err := r.play(e.Trace, oracle.Old, "flush"); err == nil {
		t.Error("with another transfer it goes wrong as well")
	}
	spoil := map[string]func(*Trace){
		"a step left out":         func(t *Trace) { t.Steps = slices.Delete(t.Steps, 3, 4); t.Switch-- },
		"another failure":         func(t *Trace) { t.Failure.Kind = "deadlock" },
		"the switch elsewhere":    func(t *Trace) { t.Switch-- },
		"another value":           func(t *Trace) { change(t, "stored").To = "2" },
		"another unit":            func(t *Trace) { t.Steps[2].Unit = "fs" },
		"it claims to be in R2":   func(t *Trace) { t.End = "in R2"; t.Steps = t.Steps[:len(t.Steps)-1] },
		"another initial value":   func(t *Trace) { t.Initial[0].Value = "7" },
		"the failure comes early": func(t *Trace) { t.Steps[4].Fails = true },
	}
	for _, name := range slices.Sorted(maps.Keys(spoil)) {
		e, err := a.Why("unit", "none")
		if err != nil {
			t.Fatal(err)
		}
		trace := copyOf(e.Trace)
		spoil[name](trace)
		if err := r.play(trace, oracle.Old, "none"); err == nil {
			t.Errorf("%s, and the second judge follows it", name)
		}
	}
}

// change finds the first change of a variable.
func change(t *Trace, path string) *Change {
	for i := range t.Steps {
		for k := range t.Steps[i].Changes {
			if strings.HasPrefix(t.Steps[i].Changes[k].Path, path) {
				return &t.Steps[i].Changes[k]
			}
		}
	}
	return &Change{}
}

func copyOf(t *Trace) *Trace {
	c, f := *t, *t.Failure
	c.Failure = &f
	c.Initial = slices.Clone(t.Initial)
	c.Steps = slices.Clone(t.Steps)
	for i := range c.Steps {
		c.Steps[i].Changes = slices.Clone(c.Steps[i].Changes)
	}
	return &c
}
