package model

import (
	"fmt"
	"slices"

	"github.com/lucheck/lucheck/lang"
)

// This file decides where everything lives in the state vector.

// maxWords bounds the state vector; beyond it a spec is too big to explore.
const maxWords = 1 << 14

func (u *Update) layOut() error {
	u.layout.begin("manager")
	u.phase = u.layout.add(bounds{0, 1})
	n := len(u.adapting())
	if n > maxAdapting {
		return TooLarge(u.Source.Span, "%d transfers have an `adapt`, more than %d", n, maxAdapting)
	}
	u.layOutPlan()
	for _, p := range u.units {
		for _, inst := range p.insts {
			if err := u.layOutInstance(inst); err != nil {
				return err
			}
		}
	}
	for _, p := range u.units {
		if p.client || p.function {
			continue
		}
		for _, inst := range p.insts {
			u.layOutMailbox(inst)
		}
	}
	u.layOutData()
	u.layOutProtocols()
	if n := u.layout.size(); n > maxWords {
		return TooLarge(u.Source.Span, "a state takes %d machine words, more than %d: lower the sizes", n, maxWords)
	}
	return nil
}

func (u *Update) bounds(t *lang.Type) []bounds { return scalarBounds(t, int64(len(u.frames))) }

func (u *Update) layOutInstance(inst *instance) error {
	p := inst.unit
	inst.comp = u.layout.begin(instanceName(p.name, p.count, inst.self))
	if p.changed {
		inst.version = u.layout.add(bounds{0, 1})
	}
	if u.plan != nil && u.plan.stops[p] {
		inst.stopped = u.layout.add(bounds{0, int64(len(u.plan.states))})
	}
	u.layOutVars(p.vars(0), p.vars(1), inst.comp, p.changed, inst.version)
	if inst.root == nil {
		return nil
	}
	var err error
	inst.root.each(func(f *frame) {
		f.comp = inst.comp
		if e := u.layOutFrame(f); e != nil {
			err = e
		}
	})
	return err
}

// vars are a unit's variables in a version.
func (u *unit) vars(version int64) []*lang.Var {
	if l := u.at(version); l != nil {
		return l.Vars
	}
	return nil
}

// layOutVars gives storage to the variables of one owner. One that carries over
// has one storage; of others, each version's is in use while the gate says so.
func (u *Update) layOutVars(old, new []*lang.Var, comp int, changed bool, gate slot) {
	matched := map[string]*storage{}
	for _, v := range old {
		n := varNamed(new, v.Name)
		bs := u.bounds(v.Type)
		keeps := n != nil && n.Type.Keeps(v.Type)
		if keeps {
			bs = overlay(bs, u.bounds(n.Type))
		}
		st := &storage{comp: comp, slots: u.layout.addAll(bs), gated: changed && !keeps, gate: gate, want: 0}
		if keeps {
			matched[v.Name] = st
		}
		u.stores[v] = append(u.stores[v], st)
	}
	for _, v := range new {
		st := matched[v.Name]
		if st == nil {
			bs := u.bounds(v.Type)
			st = &storage{comp: comp, slots: u.layout.addAll(bs), gated: true, gate: gate, want: 1}
			if varNamed(old, v.Name) != nil {
				for range bs {
					st.oldForm = append(st.oldForm, u.layout.add(bounds{0, 1}))
				}
			}
		}
		u.stores[v] = append(u.stores[v], st)
	}
}

func varNamed(list []*lang.Var, name string) *lang.Var {
	for _, v := range list {
		if v.Name == name {
			return v
		}
	}
	return nil
}

func (u *Update) layOutFrame(f *frame) error {
	locals, locs, err := u.frameRoom(f.unit)
	if err != nil {
		return err
	}
	f.loc = u.layout.add(bounds{0, int64(locs)})
	f.rest = u.layout.add(bounds{0, truth(f.unit.client)})
	f.transactions = u.layout.add(u.transactionBounds(!f.unit.client))
	f.tookPart = u.layout.add(bounds{0, truth(f.unit.client && len(u.clients) > 0)})
	callers := int64(len(u.frames))
	if f.parent != nil {
		callers = 1
	}
	f.owed = u.layout.add(bounds{0, callers})
	f.sender = u.layout.add(bounds{0, truth(f.unit.remembers) * callers})
	u.layOutMarks(f)
	f.stale = u.layout.add(bounds{0, truth(u.fixesIn(f.unit))})
	f.adapters = u.layout.add(bounds{0, u.keepsAdapters(f.unit)})
	f.locals = u.layout.addAll(locals)
	var result []bounds
	for _, s := range f.unit.sends() {
		if !s.call {
			continue
		}
		for _, p := range u.units { // those that may answer
			if u.movesCallers() || p.name == s.target.Unit.Name {
				result = overlay(result, u.resultBounds(p))
			}
		}
	}
	f.reply = u.layout.add(bounds{0, int64(len(u.replyForms))})
	f.result = u.layout.addAll(result)
	return nil
}

// resultBounds is room for each result of a unit's messages.
func (u *Update) resultBounds(p *unit) (result []bounds) {
	for _, k := range p.kinds {
		for _, m := range []*lang.Message{k.old, k.new} {
			if m != nil && m.Result != nil {
				result = overlay(result, u.bounds(m.Result))
			}
		}
	}
	return result
}

// layOutMarks gives room to what a frame remembers of loose protocols.
func (u *Update) layOutMarks(f *frame) {
	for _, p := range u.protocols {
		if !p.loose {
			continue
		}
		if p.initiator == f.unit {
			f.called = append(f.called, protocolMark{p, u.layout.add(bounds{0, int64(p.keys())})})
		}
		if p.sends && f.parent == nil && !f.unit.client && p.receives(f.unit) {
			f.tracks = append(f.tracks, protocolMark{p, u.layout.add(bounds{0, int64(p.keys())})})
		}
	}
}

// fixesIn says whether a unit's code has an assertion that the update repairs.
func (u *Update) fixesIn(p *unit) bool {
	for _, b := range p.bodies() {
		if hasAssertion(b, u.Source.Fixes) {
			return true
		}
	}
	return false
}

// frameRoom gives the ranges of the locals' slots, shared by all code of the unit,
// and an upper bound of its number of resting places.
func (u *Update) frameRoom(p *unit) (locals []bounds, locs int, err error) {
	count := func(body []lang.Stmt) {
		n := 2
		walk(body, func(s lang.Stmt) {
			n += 3
			if r, ok := s.(*lang.Replace); ok && r.Each {
				n += len(u.instancesOf(r.Units))
			}
			if f, ok := s.(*lang.For); ok && len(f.Dom.List) > 1 {
				n *= len(f.Dom.List)
			}
		})
		locs += n
	}
	if p.client {
		var texts [][]bounds
		for _, l := range []*lang.Unit{p.old, p.new} {
			if l != nil {
				count(l.Body)
				texts = append(texts, u.localBounds(kept(l.Locals), l.Body))
				locals = overlay(locals, texts[len(texts)-1])
			}
		}
		if len(texts) == 2 && len(texts[0]) != len(texts[1]) {
			return nil, 0, TooLarge(p.either().Span, "the update changes the shape of a local of client `%s`: give the client a type that does not change", p.name)
		}
		return locals, locs, nil
	}
	for _, h := range p.handlers {
		count(h.handler.Body)
		locals = overlay(locals, u.localBounds(kept(h.handler.Locals), h.handler.Body))
	}
	return locals, locs, nil
}

// kept gives the locals that are part of a state: all but those that expressions bind.
func kept(locals []*lang.Var) []*lang.Var {
	return slices.DeleteFunc(slices.Clone(locals), func(v *lang.Var) bool { return v.Bound })
}

// localBounds lays the locals of one body end to end, then the implicit upper
// bounds of its `for` statements.
func (u *Update) localBounds(locals []*lang.Var, body []lang.Stmt) []bounds {
	var bs []bounds
	for _, v := range locals {
		bs = append(bs, u.bounds(v.Type)...)
	}
	walk(body, func(s lang.Stmt) {
		if f, ok := s.(*lang.For); ok && hiddenBound(f) {
			bs = append(bs, u.bounds(f.Var.Type)...)
		}
	})
	return bs
}

func (u *Update) layOutMailbox(inst *instance) {
	p := inst.unit
	box := &mailbox{inst: inst, comp: u.layout.begin(instanceName(p.name, p.count, inst.self) + " mailbox")}
	for version := range box.capacity {
		if l := p.at(int64(version)); l != nil {
			box.capacity[version] = l.Mailbox
		}
	}
	var args []bounds
	for _, k := range p.kinds {
		for _, m := range []*lang.Message{k.old, k.new} {
			if m == nil {
				continue
			}
			var bs []bounds
			for _, par := range m.Params {
				bs = append(bs, u.bounds(par.Type)...)
			}
			args = overlay(args, bs)
		}
	}
	for range max(box.capacity[0], box.capacity[1]) {
		box.places = append(box.places, letter{
			kind:   u.layout.add(bounds{0, int64(len(p.kinds))}),
			sender: u.layout.add(bounds{0, int64(len(u.frames))}),
			owed:   u.layout.add(bounds{0, 1}),
			args:   u.layout.addAll(args),

			transactions: u.layout.add(u.transactionBounds(true)),
		})
	}
	inst.mailbox = box
}

func (u *Update) layOutData() {
	byName := map[string]*datum{}
	add := func(v *lang.Var) *datum {
		d := byName[v.Name]
		if d == nil {
			d = &datum{name: v.Name}
			byName[v.Name] = d
			u.data = append(u.data, d)
		}
		return d
	}
	for _, v := range u.Program.Base.Data {
		add(v).old = v
	}
	for _, v := range u.Source.New.Data {
		add(v).new = v
	}
	for _, d := range u.data {
		d.comp = u.layout.begin(d.name)
		d.changed = d.old == nil || d.new == nil || !d.new.Type.Keeps(d.old.Type)
		if d.changed {
			d.version = u.layout.add(bounds{0, 1})
		}
		u.layOutVars(one(d.old), one(d.new), d.comp, d.changed, d.version)
	}
}

func one(v *lang.Var) []*lang.Var {
	if v == nil {
		return nil
	}
	return []*lang.Var{v}
}

func (u *Update) layOutProtocols() {
	for _, p := range u.protocols {
		for i := range p.initiator.count {
			pi := protocolInstance{comp: u.layout.begin(fmt.Sprintf("protocol %s %d", p.name, i))}
			if p.changed {
				pi.version = u.layout.add(bounds{0, 1})
			}
			for range p.keys() {
				pi.pos = append(pi.pos, u.layout.add(bounds{0, p.foreign}))
			}
			p.insts = append(p.insts, pi)
		}
	}
}

// instanceName is "fs", or "app[1]" for an instance of an array.
func instanceName(name string, count int, self int64) string {
	if count == 1 && self == 0 {
		return name
	}
	return fmt.Sprintf("%s[%d]", name, self)
}

// label names the instance in which a frame's activation runs.
func (f *frame) label() string { return f.inst.label() }

// name tells a function's activations apart by their caller.
func (f *frame) name() string {
	if f.parent == nil {
		return f.label()
	}
	return f.label() + " for " + f.parent.label()
}

func (i *instance) label() string {
	t := i.unit.either().Index
	if t == nil {
		return i.unit.name
	}
	return fmt.Sprintf("%s[%s]", i.unit.name, formatScalar(t, i.self))
}
