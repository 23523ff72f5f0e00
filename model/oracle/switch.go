package oracle

import (
	"fmt"
	"maps"
	"slices"

	"github.com/lucheck/lucheck/lang"
)

// deed is what is done at a switch, beside what always is: a transfer, or what one could do
// in its place. The zero deed does nothing.
type deed struct {
	transfer *lang.Transfer
	choice   choice
}

// switched gives the state behind the switch at a state of the old version, with what is
// done there, or what fails.
func (w *World) switched(p *State, d deed) (*State, *Failure) {
	var s *State
	failure := attempt(func() { s = w.replaced(p, w.new, d, func(instance) bool { return true }) })
	if failure == nil {
		failure = w.violated(s)
	}
	if failure != nil {
		return nil, failure
	}
	return s, nil
}

// replaced gives the state in another configuration, with what is done there. The
// messages that are rewritten, and the mailboxes that must be large enough, are those of
// some instances. The order is that of definitions section 2; variables come first, so
// that converts can read them.
func (w *World) replaced(p *State, to *config, d deed, those func(instance) bool) *State {
	s := &State{conf: to, boxes: make([][]message, len(to.boxes)), acts: maps.Clone(p.acts), pos: map[string]int{}, plan: p.plan, adapting: p.adapting}
	w.carryVariables(p, s)
	w.carryMessages(p, s, d, those)
	w.transfer(p, s, d)
	w.carryPositions(p, s)
	w.carryActivations(p, s)
	w.carryAdapts(s, d.transfer)
	s.settleAll()
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

// carryMessages moves what waits; for those instances it is rewritten where it is chosen
// what becomes of it, or a convert or adapt says so.
func (w *World) carryMessages(p, s *State, d deed, those func(instance) bool) {
	var converts []*lang.Convert
	if d.transfer != nil {
		converts = slices.Clone(d.transfer.Converts) // before the update's own
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
		for place, m := range p.boxes[i] {
			if to := d.choice.message(i, place); to != nil {
				m.name, m.form, m.decl, m.args = to.name, to.form, to.decl, to.args
			} else {
				m = w.converted(p, s, m, b, converts)
			}
			waiting = append(waiting, m)
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

// transfer writes what is chosen, or runs the transfer's statements on the new state.
func (w *World) transfer(p, s *State, d deed) {
	d.choice.write(s)
	t := d.transfer
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
		if f.tracks = w.stillProcessed(p, s, &f); len(f.tracks) == 0 {
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

// stillNamed keeps those of some instances whose protocols have the message in the new
// configuration.
func (w *World) stillNamed(p, s *State, ids []string, has func(p *protocol) bool) []string {
	var keep []string
	for _, id := range ids {
		name, _, _ := parts(id)
		if !changes(p, s, id) || w.keeps(id) && has(s.conf.protocol(name)) {
			keep = append(keep, id)
		}
	}
	return keep
}

// stillProcessed keeps the instances that the message that a frame processes belongs to.
func (w *World) stillProcessed(p, s *State, f *frame) []string {
	return w.stillNamed(p, s, f.tracks, func(p *protocol) bool { return slices.Contains(p.symbols, symbolOf(f.unit, f.msg)) })
}

// stillCalled keeps the instances that the call of a frame belongs to. If it still waits
// and has become another message, they are those of that one.
func (w *World) stillCalled(p, s *State, id string, f *frame) []string {
	if !f.waiting {
		return nil
	}
	for b, msgs := range s.boxes {
		for i, m := range msgs {
			unit := s.conf.boxes[b].unit
			if m.from != id || !m.wants {
				continue
			}
			was := p.boxes[p.conf.box(unit.Name, s.conf.boxes[b].inst)][i]
			if was.name != m.name || was.form != m.form || !slices.EqualFunc(was.args, m.args, slices.Equal) {
				return s.conf.belonging(id, unit, m.decl, m.args)
			}
		}
	}
	t := w.graphOf(s.conf, f).nodes[f.node].target()
	return w.stillNamed(p, s, f.called, func(p *protocol) bool {
		has := func(m *lang.Message) bool { return slices.Contains(p.symbols, symbolOf(m.Unit.Name, m.Name)) }
		// It may have gone out as another message already.
		all := slices.Clone(w.update.Converts)
		for _, by := range w.update.Transfers {
			all = append(all, by.Converts...)
		}
		return has(t.Msg) || slices.ContainsFunc(all, func(c *lang.Convert) bool {
			return c.Later && names(c, t.Unit.Name, t.Msg.Name, t.Msg.Form) && has(c.To)
		})
	})
}

// settleAll ends what has come to its end by the switch.
func (s *State) settleAll() {
	for _, id := range slices.Sorted(maps.Keys(s.pos)) {
		s.settle(id)
	}
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
