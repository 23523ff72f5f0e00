package model

import (
	"slices"

	"github.com/lucheck/lucheck/lang"
)

// This file carries out exchanges of interchangeable values on states (definitions section
// 1.11). What may be exchanged the checker has verified (lang.Scalarset). What is exchanged
// is everything that a state has: each component goes to the place of another one, or stays,
// and each word in it is renamed by what it means there: a value by its type, an activation
// by its instance, a key of a protocol by the types of its parameters. A component becomes
// what it becomes whatever the others hold.

// exchange is that of two values of a set.
type exchange struct {
	u     *Update
	set   lang.Scalarset
	a, b  int64 // the values
	k     int   // the number of a among those of the set; b is the next
	comps []int // by component: its place
	// By component: what it becomes, written into its place, which is clear; nil where it goes
	// there as it is.
	apply  []func(v, out []uint64)
	frames []int // by frame
	forms  map[int64]*lang.Type
}

func (u *Update) exchange(set lang.Scalarset, k int) *exchange {
	lo, _ := set.Type.Bounds()
	x := &exchange{u: u, set: set, a: lo + int64(k), b: lo + int64(k) + 1, k: k, forms: map[int64]*lang.Type{}}
	x.comps = make([]int, len(u.layout.comps))
	x.apply = make([]func(v, out []uint64), len(u.layout.comps))
	for c := range x.comps {
		x.comps[c] = c
	}
	for _, f := range u.frames {
		x.frames = append(x.frames, x.frame(f).number)
	}
	for _, p := range u.units {
		for _, kind := range p.kinds {
			for _, m := range []*lang.Message{kind.old, kind.new} {
				if m != nil && m.Result != nil {
					x.forms[int64(u.replyForm(m))+1] = m.Result
				}
			}
		}
	}
	for _, p := range u.units {
		for _, inst := range p.insts {
			to := p.insts[x.index(p, inst.index)]
			x.comps[inst.comp] = to.comp
			x.apply[inst.comp] = x.instance(inst, to)
			if inst.mailbox != nil {
				x.comps[inst.mailbox.comp] = to.mailbox.comp
				x.apply[inst.mailbox.comp] = x.mailbox(inst.mailbox, to.mailbox)
			}
		}
	}
	for _, d := range u.data {
		if vars := x.variables(one(d.old), one(d.new), 0, 0); vars != nil {
			x.apply[d.comp] = func(v, out []uint64) {
				x.word(d.version, d.version, v, out)
				vars(v, out)
			}
		}
	}
	for _, p := range u.protocols {
		for i := range p.insts {
			j := x.index(p.initiator, i)
			x.comps[p.insts[i].comp] = p.insts[j].comp
			x.apply[p.insts[i].comp] = x.protocol(p, &p.insts[i], &p.insts[j])
		}
	}
	return x
}

// is says whether the values of a type are exchanged.
func (x *exchange) is(t *lang.Type) bool {
	return x.set.Array == "" && t != nil && t.Name == x.set.Type.Name
}

// of is what a value becomes.
func (x *exchange) of(k int64) int64 {
	switch k {
	case x.a:
		return x.b
	case x.b:
		return x.a
	}
	return k
}

// index is what the number of an instance becomes.
func (x *exchange) index(p *unit, i int) int {
	if t := p.either().Index; t == nil || !x.is(t) && p.name != x.set.Array {
		return i
	}
	switch i {
	case x.k:
		return x.k + 1
	case x.k + 1:
		return x.k
	}
	return i
}

// frame is what a frame becomes: that of the other instance, for the other caller.
func (x *exchange) frame(f *frame) *frame {
	to := f.unit.insts[x.index(f.unit, f.inst.index)]
	if f.parent == nil {
		return to.root
	}
	return x.frame(f.parent).child(f.unit, to.index)
}

// who is what 1 + the number of a frame becomes; 0 is nobody.
func (x *exchange) who(k int64) int64 {
	if k == 0 {
		return 0
	}
	return int64(x.frames[k-1]) + 1
}

// word carries a slot over as it is.
func (x *exchange) word(from, to slot, v, out []uint64) { to.set(out, from.get(v)) }

// value is what a value of a type becomes, in place; old marks its scalars in old form, nil for
// none. What is in old form is no value of the type, and what does not count in an optional value
// or a sequence is the lowest: it stays.
func (x *exchange) value(t *lang.Type, val []int64, old []bool) {
	part := func(at, n int) []bool {
		if old == nil {
			return nil
		}
		return old[at : at+n]
	}
	switch {
	case t.Sugar == lang.Optional || t.Sugar == lang.Seq:
		if !slices.Contains(old, true) {
			for _, p := range t.Parts(val) {
				x.value(t.Of(), p, nil)
			}
		}
	case t.Kind == lang.Caller:
		val[0] = x.who(val[0])
	case t.Kind == lang.Record:
		at := 0
		for _, f := range t.Fields {
			n := f.Type.Slots()
			x.value(f.Type, val[at:at+n], part(at, n))
			at += n
		}
	case t.Kind == lang.Array:
		n := t.Elem.Slots()
		for at := 0; at < len(val); at += n {
			x.value(t.Elem, val[at:at+n], part(at, n))
		}
		if x.is(t.Index) {
			for i := range n {
				a, b := x.k*n+i, (x.k+1)*n+i
				val[a], val[b] = val[b], val[a]
				if old != nil {
					old[a], old[b] = old[b], old[a]
				}
			}
		}
	case x.is(t) && (old == nil || !old[0]):
		val[0] = x.of(val[0])
	}
}

// values carries values of some types over, which lie one after the other.
func (x *exchange) values(types []*lang.Type, from, to []slot, v, out []uint64) {
	for _, t := range types {
		n := t.Slots()
		val := make([]int64, n)
		for i := range val {
			val[i] = from[i].get(v)
		}
		x.value(t, val, nil)
		for i := range val {
			to[i].set(out, val[i])
		}
		from, to = from[n:], to[n:]
	}
}

// touches says whether an exchange changes anything in some values of a type.
func (x *exchange) touches(t *lang.Type) bool {
	return t != nil && (hasCaller(t) || x.set.Array == "" && placesOf(t, x.set.Type.Name) != "")
}

// variables carries the variables of one owner over, from one instance to another; nil
// where none of them changes.
func (x *exchange) variables(old, now []*lang.Var, from, to int) func(v, out []uint64) {
	var all []func(v, out []uint64)
	changes := from != to
	seen := map[*storage]bool{}
	for _, y := range slices.Concat(now, old) { // what both have, as the new version declares it
		src, dst := x.u.stores[y][from], x.u.stores[y][to]
		if seen[src] {
			continue
		}
		seen[src] = true
		changes = changes || x.touches(y.Type)
		all = append(all, func(v, out []uint64) {
			val, marks := make([]int64, len(src.slots)), []bool(nil)
			if src.oldForm != nil {
				marks = make([]bool, len(val))
			}
			used := !src.gated || src.gate.get(v) == src.want
			if !used { // nothing is there
				return
			}
			for i, s := range src.slots {
				if val[i] = s.get(v); marks != nil {
					marks[i] = src.oldForm[i].get(v) != 0
				}
			}
			x.value(y.Type, val, marks)
			for i, s := range dst.slots {
				if s.set(out, val[i]); marks != nil {
					dst.oldForm[i].set(out, truth(marks[i]))
				}
			}
		})
	}
	if !changes {
		return nil
	}
	return func(v, out []uint64) {
		for _, f := range all {
			f(v, out)
		}
	}
}

// instance carries an instance over, with its variables and activations.
func (x *exchange) instance(from, to *instance) func(v, out []uint64) {
	p := from.unit
	vars := x.variables(p.vars(0), p.vars(1), from.index, to.index)
	changes := vars != nil || from != to
	if vars == nil {
		vars = x.always(p, from.index)
	}
	var frames []*frame
	if from.root != nil {
		from.root.each(func(f *frame) {
			frames = append(frames, f)
			changes = changes || x.changesIn(f)
		})
	}
	if !changes {
		return nil
	}
	return func(v, out []uint64) {
		x.word(from.version, to.version, v, out)
		vars(v, out)
		for _, f := range frames {
			x.activation(f, x.u.frames[x.frames[f.number]], v, out)
		}
	}
}

// always carries the variables of an instance over that none of them changes.
func (x *exchange) always(p *unit, index int) func(v, out []uint64) {
	return func(v, out []uint64) {
		for _, y := range slices.Concat(p.vars(0), p.vars(1)) {
			st := x.u.stores[y][index]
			copySlots(st.slots, out, st.slots, v)
			copySlots(st.oldForm, out, st.oldForm, v)
		}
	}
}

// changesIn says whether an exchange can change anything in a frame that keeps its place: what
// it remembers of others, or a value.
func (x *exchange) changesIn(f *frame) bool {
	if x.frames[f.number] != f.number || f.owed.mask > 1 || f.sender.mask != 0 || f.transactions.mask != 0 {
		return true
	}
	for _, m := range slices.Concat(f.tracks, f.called) {
		if x.touchesKey(m.p) {
			return true
		}
	}
	for _, b := range f.everyBody() {
		if slices.ContainsFunc(b.locals, func(y *lang.Var) bool { return x.touches(y.Type) }) {
			return true
		}
	}
	for _, n := range slices.Concat(f.nodes, f.textNodes(0), f.textNodes(1)) {
		if n != nil && n.waits != nil {
			return true // some result
		}
	}
	return false
}

// activation carries a frame over.
func (x *exchange) activation(from, to *frame, v, out []uint64) {
	x.word(from.loc, to.loc, v, out)
	x.word(from.rest, to.rest, v, out)
	x.word(from.tookPart, to.tookPart, v, out)
	x.word(from.stale, to.stale, v, out)
	x.word(from.adapters, to.adapters, v, out)
	to.transactions.set(out, x.clients(from.transactions.get(v)))
	owed := from.owed.get(v)
	if from.parent == nil {
		owed = x.who(owed)
	}
	to.owed.set(out, owed)
	to.sender.set(out, x.who(from.sender.get(v)))
	x.marks(from.tracks, to.tracks, v, out)
	x.marks(from.called, to.called, v, out)
	if from.active(v) {
		n, b, other := from.at(v), from.body(v), x.sameBody(from, to, v)
		for i, slots := range b.slots {
			switch {
			case !n.live.has(i):
			case i < len(b.locals):
				x.values([]*lang.Type{b.locals[i].Type}, slots, other.slots[i], v, out)
			default: // the upper bound of a `for`
				copySlots(other.slots[i], out, slots, v)
			}
		}
	}
	x.reply(from, to, v, out)
}

// sameBody is the code that another frame runs where it stands at the same place.
func (x *exchange) sameBody(from, to *frame, v []uint64) *body {
	if from.unit.client {
		return to.texts[from.textVersion(v)].body
	}
	return to.entryOf[from.loc.get(v)].body
}

// reply carries the reply slot of a frame over. Its value is of the type that the call which
// waits for it knows; of the result with its form, where that is another one.
func (x *exchange) reply(from, to *frame, v, out []uint64) {
	form := from.reply.get(v)
	to.reply.set(out, form)
	if form == 0 {
		return
	}
	t := x.forms[form]
	if from.active(v) {
		if n := from.at(v); n.waits != nil && int64(x.u.replyForm(n.waits.Msg))+1 == form {
			t = n.waits.Msg.Result
		}
	}
	if t != nil && t.Slots() <= len(from.result) {
		x.values([]*lang.Type{t}, from.result, to.result, v, out)
	}
}

// marks carries over what a frame remembers of protocols.
func (x *exchange) marks(from, to []protocolMark, v, out []uint64) {
	for i, m := range from {
		key := m.key.get(v)
		if key > 0 {
			key = int64(x.key(m.p, int(key)-1)) + 1
		}
		to[i].key.set(out, key)
	}
}

// clients is what a set of client instances becomes, as bits.
func (x *exchange) clients(set int64) (to int64) {
	for i, f := range x.u.clients {
		if set>>i&1 != 0 {
			to |= 1 << x.u.frames[x.frames[f.number]].client
		}
	}
	return to
}

// mailbox carries over what waits for an instance.
func (x *exchange) mailbox(from, to *mailbox) func(v, out []uint64) {
	kinds := from.inst.unit.kinds
	types := make([][]*lang.Type, len(kinds))
	for i, k := range kinds {
		for _, p := range k.latest().Params {
			types[i] = append(types[i], p.Type)
		}
	}
	return func(v, out []uint64) {
		for i := range from.places {
			l, m := &from.places[i], &to.places[i]
			k := l.kind.get(v)
			if k == 0 {
				return
			}
			m.kind.set(out, k)
			m.sender.set(out, x.who(l.sender.get(v)))
			m.owed.set(out, l.owed.get(v))
			m.transactions.set(out, x.clients(l.transactions.get(v)))
			x.values(types[k-1], l.args, m.args, v, out)
		}
	}
}

// protocol carries the positions of an initiator instance over.
func (x *exchange) protocol(p *protocol, from, to *protocolInstance) func(v, out []uint64) {
	if from == to && !x.touchesKey(p) {
		return nil
	}
	keys := make([]int, len(from.pos))
	for k := range keys {
		keys[k] = x.key(p, k)
	}
	return func(v, out []uint64) {
		x.word(from.version, to.version, v, out)
		for k, pos := range from.pos {
			x.word(pos, to.pos[keys[k]], v, out)
		}
	}
}

// touchesKey says whether an exchange changes keys of a protocol.
func (x *exchange) touchesKey(p *protocol) bool {
	return slices.ContainsFunc(p.either().Key, func(k *lang.Var) bool { return x.is(k.Type) })
}

// key is what the number of a key becomes: see keyIndex.
func (x *exchange) key(p *protocol, number int) int {
	bs := p.keyBounds()
	parts := make([]int64, len(bs))
	for i := len(bs) - 1; i >= 0; i-- {
		size := int(bs[i].hi - bs[i].lo + 1)
		parts[i] = bs[i].lo + int64(number%size)
		number /= size
	}
	for i, k := range p.either().Key {
		if x.is(k.Type) {
			parts[i] = x.of(parts[i])
		}
	}
	n := 0
	for i, b := range bs {
		n = n*int(b.hi-b.lo+1) + int(parts[i]-b.lo)
	}
	return n
}
