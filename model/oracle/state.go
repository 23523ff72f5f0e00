package oracle

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/lucheck/lucheck/lang"
)

// State is one state of the system. It is never changed once it has been made.
type State struct {
	conf  *config
	vars  [][]int64        // by slot
	stale [][]bool         // by slot and scalar: still in old form; nil where nothing is
	boxes [][]message      // by mailbox, head first
	acts  map[string]frame // by name: "fs", "app[0]", "app[0]/lookup" for a function's activation
	pos   map[string]int   // positions of the protocol instances in progress
	plan  *manager         // the update manager while a plan is under way, else nil
	// adapting are the transfers whose adapts are in force while a plan is under way, or
	// where it has left part of the system old.
	adapting []*lang.Transfer
}

// message waits in a mailbox.
type message struct {
	name  string
	form  string
	args  [][]int64
	decl  *lang.Message // as its sender knows it; no part of the state beside name and form
	from  string        // the activation that sent it
	wants bool          // a reply
	owner string        // the client whose transaction it belongs to; no part of the state, see event.go
}

// frame is an activation of a handler, or a client's run.
type frame struct {
	unit  string
	inst  int
	msg   string // "" for a client
	old   bool   // code that only the old version has
	stale bool   // began before the switch: assertions that the update fixes are passed over
	// adapting are the transfers whose adapts rewrite what this old code sends.
	adapting []*lang.Transfer
	node     int // where it rests, or the call whose reply it awaits
	waiting  bool
	rests    bool   // a client's: its last step passed the head of an outermost loop
	reply    *reply // the reply slot
	locals   [][]int64
	caller   string   // whom to reply to, "" for nobody
	from     string   // who sent its message, if tracks has any
	tracks   []string // protocol instances that its message, if it was sent, belongs to
	called   []string // protocol instances that the call belongs to whose reply it awaits
	owner    string   // as a message's; "" for a client's own run
}

// reply waits in a caller's reply slot.
type reply struct {
	form string
	vals []int64
	of   *lang.Type // as the one who replied knows it; no part of the state beside form
}

func (s *State) clone() *State {
	return &State{
		conf: s.conf, vars: slices.Clone(s.vars), stale: slices.Clone(s.stale), boxes: slices.Clone(s.boxes),
		acts: maps.Clone(s.acts), pos: maps.Clone(s.pos), plan: s.plan, adapting: s.adapting,
	}
}

// Key is the state as a text: equal exactly for equal states.
func (s *State) Key() string {
	var b strings.Builder
	fmt.Fprintln(&b, s.conf.name, s.vars)
	for i, marks := range s.stale {
		if slices.Contains(marks, true) {
			fmt.Fprintln(&b, "old form", i, marks)
		}
	}
	for i, msgs := range s.boxes {
		for _, m := range msgs {
			fmt.Fprintf(&b, "box %d %s %q %v %s %v\n", i, m.name, m.form, m.args, m.from, m.wants)
		}
	}
	for _, id := range s.activations() {
		f := s.acts[id]
		fmt.Fprintf(&b, "act %s %s %v %v %d %v %v %v <%s> <%s> %q %q", id, f.msg, f.old, f.stale, f.node, f.waiting, f.rests, f.locals, f.caller, f.from, sorted(f.tracks), sorted(f.called))
		if len(f.adapting) > 0 {
			fmt.Fprintf(&b, " adapts %q", called(f.adapting))
		}
		if f.reply != nil {
			fmt.Fprintf(&b, " reply %q %v", f.reply.form, f.reply.vals)
		}
		b.WriteByte('\n')
	}
	for _, id := range slices.Sorted(maps.Keys(s.pos)) {
		fmt.Fprintln(&b, "pos", id, s.pos[id])
	}
	if len(s.adapting) > 0 {
		fmt.Fprintf(&b, "adapts %q\n", called(s.adapting))
	}
	if s.plan != nil {
		b.WriteString(s.plan.key())
	}
	return b.String()
}

// called gives the names of transfers in their order.
func called(list []*lang.Transfer) []string {
	var names []string
	for _, t := range list {
		names = append(names, t.Name)
	}
	return sorted(names)
}

// sorted gives names in their order.
func sorted(names []string) []string { return slices.Sorted(slices.Values(names)) }

// activations names the activations in a fixed order.
func (s *State) activations() []string { return slices.Sorted(maps.Keys(s.acts)) }

// active says whether an instance of a unit (any, if inst is negative) has an
// activation, and, if msg is not "", of that handler.
func (s *State) active(unit string, inst int, msg string) bool {
	for _, f := range s.acts {
		if f.unit == unit && (inst < 0 || f.inst == inst) && (msg == "" || f.msg == msg) {
			return true
		}
	}
	return false
}

// box gives the mailbox of an instance, -1 if there is none.
func (c *config) box(unit string, inst int) int {
	if b, is := c.boxOf[instance{unit, inst}]; is {
		return b
	}
	return -1
}

// of is the instance whose activation this is.
func (f *frame) of() instance { return instance{f.unit, f.inst} }

// ended says whether a client's run is over.
func (f *frame) ended() bool { return f.msg == "" && f.node == 0 }

// atRest says whether this is a client that is at rest.
func (f *frame) atRest() bool { return f.rests || f.ended() }

// initial gives a version's first states, one for each way to choose among initial values,
// or what fails in one.
func (w *World) initial(c *config) ([]*State, *Failure) {
	ways := [][]int64{nil} // of the scalars in this order
	scalars, values := w.chosen(c)
	for _, vs := range values {
		var longer [][]int64
		for _, way := range ways {
			for _, v := range vs {
				longer = append(longer, append(slices.Clone(way), v))
			}
		}
		ways = longer
	}
	var all []*State
	for _, way := range ways {
		s, failure := w.begin(c, func(s *State) {
			for i, v := range way {
				at := scalars[i]
				s.vars[at.slot] = slices.Clone(s.vars[at.slot])
				s.vars[at.slot][at.part] = v
			}
		})
		if failure != nil {
			return nil, failure
		}
		if !slices.ContainsFunc(all, func(o *State) bool { return o.Key() == s.Key() }) {
			all = append(all, s)
		}
	}
	return all, nil
}

// scalar is a part of a stored variable.
type scalar struct{ slot, part int }

// chosen lists the scalars of a version that have several initial values, and these.
func (w *World) chosen(c *config) (scalars []scalar, values [][]int64) {
	empty := &State{conf: c}
	for i, sl := range c.slots {
		usual := w.initialValue(empty, sl)
		for part, first := range usual {
			all := []int64{first}
			if sl.v.Choices != nil {
				all = slices.Clone(sl.v.Choices)
			}
			for _, a := range w.update.Accepts {
				if c == w.target && a.Var == sl.v && (a.Instance < 0 || a.Instance == sl.inst) && slices.Contains(a.Slots, part) {
					all = append(all, a.Values...)
				}
			}
			slices.Sort(all)
			if all = slices.Compact(all); len(all) > 1 {
				scalars, values = append(scalars, scalar{i, part}), append(values, all)
			}
		}
	}
	return scalars, values
}

// choosesAnew says whether a restart chooses among initial values: of what starts anew.
func (w *World) choosesAnew() bool {
	kept := func(c *config, sl slot) bool {
		at, is := c.slotOf[sl.key()]
		return is && survives(c.slots[at].v)
	}
	anew := func(c *config) bool {
		return slices.ContainsFunc(c.slots, func(sl slot) bool { return sl.v.Choices != nil && !(kept(w.old, sl) && kept(c, sl)) })
	}
	// The whole new version, too: its own reboots belong to what the level is judged by.
	return anew(w.old) || anew(w.new) || anew(w.target)
}

// begin starts a version: variables have their initial values but for what keep writes
// over them, then the clients start, and the invariants are judged.
func (w *World) begin(c *config, keep func(*State)) (*State, *Failure) {
	s := &State{
		conf: c, stale: make([][]bool, len(c.slots)), boxes: make([][]message, len(c.boxes)),
		acts: map[string]frame{}, pos: map[string]int{},
	}
	failure := attempt(func() {
		for _, sl := range c.slots {
			s.vars = append(s.vars, w.initialValue(s, sl))
		}
		keep(s)
		for _, units := range c.crews {
			for i, u := range units {
				if u.Kind == lang.Client {
					w.startClient(s, u, i)
				}
			}
		}
	})
	if failure == nil {
		failure = w.violated(s)
	}
	return s, failure
}

// initialValue is the declared initial value of a variable, or its lowest one.
func (w *World) initialValue(s *State, sl slot) []int64 {
	if sl.v.Init == nil {
		return sl.v.Type.Lowest()
	}
	r := &run{w: w, st: s}
	if sl.unit != nil {
		r.self = selfOf(sl.unit, sl.inst)
	}
	return checked(sl.v.Type, r.eval(sl.v.Init), sl.v.Init.Pos())
}

// startClient puts a client's run at its first visible statement. Before that nobody
// rests anywhere.
func (w *World) startClient(s *State, u *lang.Unit, inst int) {
	r := &run{w: w, st: s, rested: &State{conf: s.conf}, id: instName(u, inst), fr: frame{unit: u.Name, inst: inst}}
	r.enter(nil)
	r.rest(r.silent(r.g.entry, -1))
}

// lowest gives the lowest value of each local of a graph.
func (g *graph) lowest() [][]int64 {
	var vals [][]int64
	for v := range g.locals {
		vals = append(vals, g.lowestOf(v))
	}
	return vals
}

func (g *graph) lowestOf(v int) []int64 {
	if g.locals[v] == nil {
		return []int64{0}
	}
	return g.locals[v].Lowest()
}

// canonical resets the locals that do not count where the frame rests, and gives
// the others the size of their type in this text.
func (g *graph) canonical(f *frame) {
	live := g.live[f.node]
	if f.waiting {
		live = g.after[f.node]
	}
	locals := g.lowest()
	for v := range locals {
		if live[v] && v < len(f.locals) {
			copy(locals[v], f.locals[v])
		}
	}
	f.locals = locals
}
