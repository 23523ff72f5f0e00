package oracle

import (
	"fmt"
	"maps"
	"slices"

	"github.com/lucheck/lucheck/lang"
)

// switched gives the state behind the switch at a state of the old version, with
// a transfer or none (nil), or what fails.
func (w *World) switched(p *State, t *lang.Transfer) (*State, *Failure) {
	var s *State
	failure := attempt(func() { s = w.replaced(p, w.new, t, func(instance) bool { return true }) })
	if failure == nil {
		failure = w.violated(s)
	}
	if failure != nil {
		return nil, failure
	}
	return s, nil
}

// replaced gives the state in another configuration, with a transfer or none (nil). The
// messages that are rewritten, and the mailboxes that must be large enough, are those of
// some instances. The order is that of definitions section 2; variables come first, so
// that converts can read them.
func (w *World) replaced(p *State, to *config, t *lang.Transfer, those func(instance) bool) *State {
	s := &State{conf: to, boxes: make([][]message, len(to.boxes)), acts: maps.Clone(p.acts), pos: map[string]int{}, plan: p.plan}
	w.carryVariables(p, s)
	w.carryMessages(p, s, t, those)
	w.transfer(p, s, t)
	w.carryPositions(p, s)
	w.carryActivations(p, s)
	return s
}

// carryVariables carries over what has the same name and a compatible type; what
// changed its type is in old form, what is new has its initial value.
func (w *World) carryVariables(p, s *State) {
	s.stale = make([][]bool, len(s.conf.slots))
	for i, sl := range s.conf.slots {
		s.vars = append(s.vars, w.initialValue(s, sl))
		before, known := p.conf.slotOf[sl.key()]
		if !known {
			continue
		}
		if w.compatible(p.conf.slots[before].v.Type, sl.v.Type) {
			s.vars[i], s.stale[i] = p.vars[before], p.stale[before]
			continue
		}
		s.vars[i] = sl.v.Type.Lowest()
		s.stale[i] = make([]bool, len(s.vars[i]))
		for j := range s.stale[i] {
			s.stale[i][j] = true
		}
	}
}

// carryMessages moves what waits; for those instances it is rewritten where a convert
// or adapt says so.
func (w *World) carryMessages(p, s *State, t *lang.Transfer, those func(instance) bool) {
	var converts []*lang.Convert
	if t != nil {
		converts = slices.Clone(t.Converts) // before the update's own
	}
	converts = append(converts, w.update.Converts...)
	for i, b := range p.conf.boxes {
		at := instance{b.unit.Name, b.inst}
		to := s.conf.box(at.unit, at.inst)
		if !those(at) {
			s.boxes[to] = p.boxes[i]
			continue
		}
		var waiting []message
		for _, m := range p.boxes[i] {
			waiting = append(waiting, w.converted(p, s, m, b, converts))
		}
		switch {
		case len(waiting) == 0:
		case to < 0:
			fail(KindUnhandled, w.update.Span, "a message waits for a unit that is removed")
		case len(waiting) > s.conf.boxes[to].unit.Mailbox:
			fail(KindMailbox, s.conf.boxes[to].unit.Span, "more messages wait than the new mailbox takes")
		default:
			s.boxes[to] = waiting
		}
	}
}

// converted rewrites a message by the first convert or adapt that names it.
func (w *World) converted(p, s *State, m message, b box, converts []*lang.Convert) message {
	for _, c := range converts {
		if names(c, b.unit.Name, m.name, m.form) {
			return message{name: c.To.Name, form: c.To.Form, decl: c.To, args: w.rewritten(c, m.args, s, p), from: m.from, wants: m.wants}
		}
	}
	return m
}

// transfer runs the transfer's statements on the new state.
func (w *World) transfer(p, s *State, t *lang.Transfer) {
	if t == nil {
		return
	}
	if w.bodies[t] == nil {
		w.bodies[t] = newGraph(nil, t.Body)
	}
	r := &run{w: w, st: s, old: p, g: w.bodies[t]}
	r.fr.locals = r.g.lowest()
	for n := r.g.entry; n != 0; {
		if r.g.nodes[n].visible {
			n = r.visible(n)
		} else {
			n = r.silentNode(n)
		}
	}
}

// carryPositions gives each protocol instance in progress its position in the new
// protocol, or makes it foreign. Where the protocol stays what it is, all stays; so it
// does of an instance that is none of its protocol any more.
func (w *World) carryPositions(p, s *State) {
	for _, id := range slices.Sorted(maps.Keys(p.pos)) {
		name, _, _ := parts(id)
		before, after := p.conf.protocol(name), s.conf.protocol(name)
		switch {
		case before == after:
			s.pos[id] = p.pos[id]
		case after == nil:
		case w.keeps(id):
			s.pos[id] = position(before, after, p.pos[id])
		default:
			s.pos[former(id)] = foreign
		}
	}
}

// changes says whether the protocol of an instance is another one in the second state.
func changes(p, s *State, id string) bool {
	name, _, _ := parts(id)
	return p.conf.protocol(name) != s.conf.protocol(name)
}

// keeps says whether an instance of the old version is one of the new version too.
func (w *World) keeps(id string) bool {
	name, _, _ := parts(id)
	before, after := w.old.protocol(name), w.target.protocol(name)
	return before != nil && after != nil && w.sameInstances(before.decl, after.decl)
}

// position is the state of the new automaton that every history of the old state
// reaches, or foreign if there is no single one.
func position(before, after *protocol, at int) int {
	if before.same(after) {
		return at
	}
	const nowhere = -2
	type pair struct{ before, after int }
	reached, queue := map[pair]bool{}, []pair{{0, 0}}
	for i := 0; i < len(queue); i++ {
		for symbol, to := range before.moves[queue[i].before] {
			next := pair{to, nowhere}
			if queue[i].after != nowhere {
				if n, is := after.moves[queue[i].after][symbol]; is {
					next.after = n
				}
			}
			if !reached[next] {
				reached[next] = true
				queue = append(queue, next)
			}
		}
	}
	var found []int
	for q := range reached {
		if q.before == at {
			found = append(found, q.after)
		}
	}
	if len(found) != 1 || found[0] == nowhere {
		return foreign
	}
	return found[0]
}

// sameInstances says whether two versions of a protocol tell instances apart alike.
func (w *World) sameInstances(a, b *lang.Protocol) bool {
	return a.Initiator.Name == b.Initiator.Name && slices.EqualFunc(a.Key, b.Key, func(x, y *lang.Var) bool {
		return x.Name == y.Name && w.compatible(x.Type, y.Type)
	})
}

// carryActivations adjusts the activations in progress to the new configuration:
// marks for assertions that the update fixes, what they remember of protocols, and
// the locals of texts that are read anew.
func (w *World) carryActivations(p, s *State) {
	for _, id := range s.activations() {
		f := s.acts[id]
		g := w.graphOf(s.conf, &f)
		if !s.conf.passOver && w.asserts(f.unit) {
			f.stale = !f.atRest()
		}
		if f.tracks = w.stillEnding(p, s, &f); len(f.tracks) == 0 {
			f.from = ""
		}
		f.called = w.stillCalled(p, s, id, &f)
		g.canonical(&f)
		s.acts[id] = f
	}
}

// asserts says whether a unit's code, in either version, has an assertion that the
// update repairs. Only then it matters that an activation began before the switch,
// and only then it is part of the state.
func (w *World) asserts(unit string) bool {
	for _, sys := range []*lang.System{w.program.Base, w.update.New} {
		u := unitNamed(sys.Units, unit)
		if u == nil {
			continue
		}
		graphs := []*graph{newGraph(nil, u.Body)}
		for _, h := range u.Handlers {
			graphs = append(graphs, w.handlerGraph(h))
		}
		for _, g := range graphs {
			if slices.ContainsFunc(g.nodes, w.repaired) {
				return true
			}
		}
	}
	return false
}

// repaired says whether a node is an assertion that the update repairs.
func (w *World) repaired(d node) bool {
	a, is := d.stmt.(*lang.Assert)
	return is && w.fixes(a.Label)
}

// stillEnding keeps the instances that the frame's end may end in the new
// configuration.
func (w *World) stillEnding(p, s *State, f *frame) []string {
	var keep []string
	for _, id := range f.tracks {
		name, _, _ := parts(id)
		if !changes(p, s, id) || w.keeps(id) && s.conf.protocol(name).canEnd(symbolOf(f.unit, f.msg)) {
			keep = append(keep, id)
		}
	}
	return keep
}

// stillCalled gives the instances that the awaited reply may end in the new
// configuration: where the protocol is another, of those remembered the ones that would
// be, and of a protocol without a key the one instance if the new protocol takes its word
// to be complete while nothing that was sent before is under way.
func (w *World) stillCalled(before, s *State, id string, f *frame) []string {
	if !f.waiting {
		return nil
	}
	t := w.graphOf(s.conf, f).nodes[f.node].target()
	symbol := symbolOf(t.Unit.Name, t.Msg.Name)
	ids := slices.DeleteFunc(slices.Clone(f.called), func(inst string) bool { return changes(before, s, inst) })
	for _, inst := range slices.Sorted(maps.Keys(w.candidates(s, id, f))) {
		name, _, _ := parts(inst)
		p := s.conf.protocol(name)
		if p == nil || !changes(before, s, inst) || !slices.Contains(p.symbols, symbol) {
			continue
		}
		at, is := s.pos[inst]
		complete := is && at != foreign && p.final(at)
		switch {
		case p.decl.Initiator.Kind == lang.Function && (len(p.decl.Key) == 0 || slices.Contains(f.called, inst)),
			complete && (slices.Contains(f.called, inst) || len(p.decl.Key) == 0 && !s.sentBefore(p, inst)):
			ids = append(ids, inst)
		}
	}
	return ids
}

// sentBefore says whether a message of an instance without a key that was sent, not
// called, still waits or is being processed.
func (s *State) sentBefore(p *protocol, id string) bool {
	_, who, _ := parts(id)
	for b, msgs := range s.boxes {
		for _, m := range msgs {
			if !m.wants && initiator(m.from) == who && slices.Contains(p.symbols, symbolOf(s.conf.boxes[b].unit.Name, m.name)) {
				return true
			}
		}
	}
	for _, f := range s.acts {
		if slices.Contains(f.tracks, id) {
			return true
		}
	}
	return false
}

// candidates is the set of instances that an awaited reply may belong to: what the
// frame remembers, what is in progress of its initiator, and the instances of
// protocols without a key, where nothing need be remembered.
func (w *World) candidates(s *State, id string, f *frame) map[string]bool {
	set := map[string]bool{}
	for _, inst := range f.called {
		if w.keeps(inst) {
			set[inst] = true
		}
	}
	for inst := range s.pos {
		if _, who, _ := parts(inst); who == initiator(id) {
			set[inst] = true
		}
	}
	for _, p := range s.conf.protocols {
		if p.decl.Initiator.Name == f.unit && len(p.decl.Key) == 0 {
			set[instanceID(p.decl, initiator(id), nil)] = true
		}
	}
	return set
}

// transferNamed finds a declared transfer; "none" is nil.
func (w *World) transferNamed(name string) (*lang.Transfer, error) {
	if name == "none" {
		return nil, nil
	}
	for _, t := range w.update.Transfers {
		if t.Name == name {
			return t, nil
		}
	}
	return nil, fmt.Errorf("the update has no transfer %q", name)
}
