package oracle

import (
	"fmt"
	"slices"
	"strings"

	"github.com/lucheck/lucheck/lang"
)

// Exchange swaps two values of a type by its name, and with them the instances of all
// arrays of units with that index type; or, where Array is set, two instances of that
// array, by the values of its index.
type Exchange struct {
	Type, Array string
	A, B        int64
}

// of is what a value becomes.
func (x Exchange) of(v int64) int64 {
	switch v {
	case x.A:
		return x.B
	case x.B:
		return x.A
	}
	return v
}

// is says whether the values of a type are exchanged.
func (x Exchange) is(t *lang.Type) bool { return x.Type != "" && t.Name == x.Type }

// exchange carries one out on states of a world.
type exchange struct {
	Exchange
	w     *World
	units map[string]*lang.Unit // of either version, by name
	names map[string]instance   // "app[0]" and the like
}

func (w *World) exchange(x Exchange) *exchange {
	e := &exchange{Exchange: x, w: w, units: map[string]*lang.Unit{}, names: map[string]instance{}}
	for _, u := range slices.Concat(w.update.New.Units, w.program.Base.Units) {
		e.units[u.Name] = u
		for i := range u.Count {
			e.names[instName(u, i)] = instance{u.Name, i}
		}
	}
	return e
}

// instance is what an instance becomes.
func (e *exchange) instance(i instance) instance {
	u := e.units[i.unit]
	if u == nil || u.Index == nil || !e.is(u.Index) && u.Name != e.Array {
		return i
	}
	lo, _ := u.Index.Bounds()
	return instance{i.unit, int(e.of(lo+int64(i.inst)) - lo)}
}

// name is what the name of an activation becomes: of each instance in it.
func (e *exchange) name(id string) string {
	parts := strings.Split(id, "/")
	for k, part := range parts {
		if i, is := e.names[part]; is {
			to := e.instance(i)
			parts[k] = instName(e.units[to.unit], to.inst)
		}
	}
	return strings.Join(parts, "/")
}

// protocol is what the name of a protocol instance becomes.
func (e *exchange) protocol(c *config, id string) string {
	name, who, text := parts(id)
	p := c.protocol(name)
	if p == nil {
		p = e.w.old.protocol(strings.TrimSuffix(name, formerMark))
	}
	fields := strings.Fields(strings.Trim(text, "[]"))
	for i, f := range fields {
		var v int64
		fmt.Sscan(f, &v)
		if e.is(p.decl.Key[i].Type) {
			v = e.of(v)
		}
		fields[i] = fmt.Sprint(v)
	}
	return name + "|" + e.name(who) + "|[" + strings.Join(fields, " ") + "]"
}

func (e *exchange) protocols(c *config, ids []string) (to []string) {
	for _, id := range ids {
		to = append(to, e.protocol(c, id))
	}
	return to
}

// value is what a value of a type becomes. What is in old form is no value of it, and what
// does not count in an optional value or a sequence stays the lowest.
func (e *exchange) value(t *lang.Type, val []int64, stale []bool) (to []int64, marks []bool) {
	to, marks = slices.Clone(val), slices.Clone(stale)
	e.parts(t, to, marks)
	return to, marks
}

// parts exchanges in place.
func (e *exchange) parts(t *lang.Type, val []int64, stale []bool) {
	part := func(from, n int) ([]int64, []bool) {
		if stale == nil {
			return val[from : from+n], nil
		}
		return val[from : from+n], stale[from : from+n]
	}
	switch {
	case t.Sugar == lang.Optional || t.Sugar == lang.Seq:
		if slices.Contains(stale, true) {
			return
		}
		for _, p := range t.Parts(val) {
			e.parts(t.Of(), p, nil)
		}
	case t.Kind == lang.Caller:
		val[0] = e.w.caller(e.name(e.w.held(val[0])))
	case t.Kind == lang.Record:
		at := 0
		for _, f := range t.Fields {
			v, s := part(at, f.Type.Slots())
			e.parts(f.Type, v, s)
			at += f.Type.Slots()
		}
	case t.Kind == lang.Array:
		n := t.Elem.Slots()
		for at := 0; at < len(val); at += n {
			v, s := part(at, n)
			e.parts(t.Elem, v, s)
		}
		if e.is(t.Index) {
			lo, _ := t.Index.Bounds()
			va, sa := part(int(e.A-lo)*n, n)
			vb, sb := part(int(e.B-lo)*n, n)
			swap(va, vb)
			swap(sa, sb)
		}
	case e.is(t) && (stale == nil || !stale[0]):
		val[0] = e.of(val[0])
	}
}

func swap[E any](a, b []E) {
	for i := range a {
		a[i], b[i] = b[i], a[i]
	}
}

// state is what a state becomes.
func (e *exchange) state(s *State) *State {
	to := e.config(s.conf)
	t := &State{
		conf: to, vars: make([][]int64, len(s.vars)), stale: make([][]bool, len(s.stale)), boxes: make([][]message, len(s.boxes)),
		acts: map[string]frame{}, pos: map[string]int{}, adapting: s.adapting,
	}
	for i, sl := range s.conf.slots {
		key := sl.key()
		if sl.unit != nil {
			key.inst = e.instance(instance{key.unit, key.inst}).inst
		}
		at := to.slotOf[key]
		t.vars[at], t.stale[at] = e.value(sl.v.Type, s.vars[i], s.stale[i])
	}
	for i, b := range s.conf.boxes {
		at := to.boxOf[e.instance(instance{b.unit.Name, b.inst})]
		for _, m := range s.boxes[i] {
			t.boxes[at] = append(t.boxes[at], e.message(m))
		}
	}
	for id, f := range s.acts {
		t.acts[e.name(id)] = e.frame(s.conf, to, f)
	}
	for id, at := range s.pos {
		t.pos[e.protocol(s.conf, id)] = at
	}
	if s.plan != nil {
		t.plan = e.plan(s.plan)
	}
	return t
}

// config is where other instances are new already.
func (e *exchange) config(c *config) *config {
	done := team{}
	for i := range c.done {
		done[e.instance(i)] = true
	}
	if fmt.Sprint(done) == fmt.Sprint(c.done) {
		return c
	}
	return e.w.stage(done)
}

func (e *exchange) message(m message) message {
	args := slices.Clone(m.args)
	for i, v := range m.decl.Params {
		args[i], _ = e.value(v.Type, args[i], nil)
	}
	m.args, m.from, m.owner = args, e.name(m.from), e.name(m.owner)
	return m
}

func (e *exchange) frame(from, to *config, f frame) frame {
	f.inst = e.instance(f.of()).inst
	g := e.w.graphOf(to, &f)
	f.locals = e.locals(g, f.locals)
	g.canonical(&f)
	f.caller, f.from, f.owner = e.name(f.caller), e.name(f.from), e.name(f.owner)
	f.tracks, f.called = e.protocols(from, f.tracks), e.protocols(from, f.called)
	if r := f.reply; r != nil {
		other := *r
		if r.of != nil {
			other.vals, _ = e.value(r.of, r.vals, nil)
		}
		f.reply = &other
	}
	return f
}

func (e *exchange) locals(g *graph, vals [][]int64) [][]int64 {
	to := slices.Clone(vals)
	for i, t := range g.locals {
		if t != nil && i < len(to) {
			to[i], _ = e.value(t, to[i], nil)
		}
	}
	return to
}

func (e *exchange) plan(m *manager) *manager {
	to := m.clone()
	clear(to.marks)
	for i, stable := range m.marks {
		to.marks[e.instance(i)] = stable
	}
	f := frame{node: m.node, locals: e.locals(m.g, m.locals)}
	m.g.canonical(&f)
	to.locals = f.locals
	return to
}
