package model

import (
	"fmt"
	"slices"
	"strings"

	"github.com/lucheck/lucheck/lang"
)

// Info says where what a transfer reads comes from, least first (definitions section 5).
type Info uint8

// The classes of information. Which variables are a unit's own depends on who writes.
const (
	Nothing Info = iota
	Constants
	OwnVariables
	OtherVariables
	PersistentData
	InFlight
	Positions
)

var infoNames = [...]string{"nothing", "constants", "the unit's own variables", "variables of other units", "persistent data", "messages in flight", "what is under way"}

func (i Info) String() string { return infoNames[i] }

// Seen is something that can be read of a state of the old version, with its place in the
// language: a variable or a part of it, an activity, a protocol, the number of messages that wait.
type Seen struct {
	Plain bool         // it is read under its name in the new version, without `old.`
	Path  string       // behind `old.`, with %s where each index stands
	Count string       // it is the number of messages that Path lists for which this holds; "" for what is no number of messages
	Item  string       // the variable, unit, mailbox or protocol that it belongs to
	Owner string       // the unit, "" for none
	Info  Info         // OtherVariables for those of any unit, and for shared data
	Dims  []*lang.Type // of the indices
	Type  *lang.Type   // of the value
	Names *lang.Type   // Count names a value of this type; nil: of none
	read  func(v []uint64, at []int64) []int64
}

// Read gives the value in a state, given the values of the indices.
func (s *Seen) Read(v []uint64, at []int64) []int64 { return s.read(v, at) }

// Text is the expression for some indices, as a transfer writes it (`old.` being the
// prefix) or a stable state (without).
func (s *Seen) Text(prefix string, indices []string) string {
	args := make([]any, len(indices))
	for i, x := range indices {
		args[i] = x
	}
	if s.Plain {
		prefix = ""
	}
	text := prefix + fmt.Sprintf(s.Path, args...)
	if s.Count != "" {
		text = "count(m in " + text + ": " + s.Count + ")"
	}
	return text
}

// Reader is who reads the state of the old version.
type Reader uint8

// Transfers read it when a running system is switched, or one that is shut down. Stable
// states also see what units do that do not change.
const (
	StableState Reader = iota
	RunningTransfer
	OfflineTransfer
)

// Sees lists what can be read of the old version.
func (u *Update) Sees(by Reader) (out []*Seen) {
	everyUnit := by == StableState
	sees := func(x *lang.Var) bool {
		return x != nil && x.Class != lang.Ghost && x.Class != lang.Hidden && !hasCaller(x.Type)
	}
	info := func(x *lang.Var) Info {
		if x.Class == lang.Persistent {
			return PersistentData
		}
		return OtherVariables
	}
	// What was hidden is read under its name in the new version, if it is carried over.
	comesOut := func(old, new *lang.Var) bool {
		return !everyUnit && old != nil && old.Class == lang.Hidden && sees(new) && u.stores[old][0] == u.stores[new][0] &&
			!(by == OfflineTransfer && newOnDisk(old, new))
	}
	for _, d := range u.data {
		if hidden := comesOut(d.old, d.new); hidden || sees(d.old) {
			st := u.stores[d.old][0]
			out = append(out, leaves(Seen{Plain: hidden, Path: d.name, Item: d.name, Info: info(d.old)}, d.old.Type, func([]int64) []slot { return st.slots })...)
		}
	}
	for _, p := range u.units {
		if p.old == nil {
			continue
		}
		base := Seen{Path: p.name, Owner: p.name}
		if p.old.Index != nil {
			base.Path, base.Dims = p.name+"[%s]", []*lang.Type{p.old.Index}
		}
		for _, x := range p.old.Vars {
			if hidden := comesOut(x, varNamed(p.vars(1), x.Name)); hidden || sees(x) {
				part := base
				part.Plain, part.Path, part.Item, part.Info = hidden, base.Path+"."+x.Name, p.name+"."+x.Name, info(x)
				out = append(out, leaves(part, x.Type, func(at []int64) []slot { return u.stores[x][instanceAt(p.old, at)].slots })...)
			}
		}
		out = append(out, u.seenLocals(p, base)...)
		if !p.client {
			out = append(out, u.activities(p, base, everyUnit || p.affected)...)
		}
		if !everyUnit { // what stable states do not see
			out = append(out, u.standings(p, base)...)
			out = append(out, u.seenSenders(p, base)...)
		}
	}
	return append(out, u.sessions()...)
}

// instanceAt is the number of the instance that the first index means.
func instanceAt(u *lang.Unit, at []int64) int64 {
	if u.Index == nil {
		return 0
	}
	lo, _ := u.Index.Bounds()
	return at[0] - lo
}

// leaves lists the parts of a variable that are no records or arrays.
func leaves(s Seen, t *lang.Type, slots func(at []int64) []slot) []*Seen {
	return parts(s, t, func(v []uint64, at []int64) []int64 {
		var val []int64
		for _, x := range slots(at)[:t.Slots()] {
			val = append(val, x.get(v))
		}
		return val
	})
}

// parts lists the parts of a value that are no records or arrays.
func parts(s Seen, t *lang.Type, read func(v []uint64, at []int64) []int64) (out []*Seen) {
	switch {
	case t.Sugar == lang.Plainly && t.Kind == lang.Record:
		from := 0
		for _, f := range t.Fields {
			part, at, to := s, from, from+f.Type.Slots()
			part.Path += "." + f.Name
			out = append(out, parts(part, f.Type, func(v []uint64, i []int64) []int64 { return read(v, i)[at:to] })...)
			from = to
		}
		return out
	case t.Sugar == lang.Plainly && t.Kind == lang.Array:
		part, n, size := s, len(s.Dims), t.Elem.Slots()
		lo, _ := t.Index.Bounds()
		part.Path += "[%s]"
		part.Dims = append(part.Dims[:n:n], t.Index)
		return parts(part, t.Elem, func(v []uint64, at []int64) []int64 { k := int(at[n]-lo) * size; return read(v, at)[k : k+size] })
	}
	s.Type, s.read = t, read
	return []*Seen{&s}
}

// activities lists what can be asked of what a unit does and has waiting.
func (u *Update) activities(p *unit, base Seen, seen bool) (out []*Seen) {
	truthOf := func(path, item string, info Info, is func(v []uint64, inst *instance) bool) {
		s := base
		s.Path, s.Item, s.Info, s.Type = base.Path+path, item, info, &lang.Type{Kind: lang.Bool}
		s.read = func(v []uint64, at []int64) []int64 { return []int64{truth(is(v, p.insts[instanceAt(p.old, at)]))} }
		out = append(out, &s)
	}
	if seen {
		truthOf(".idle", "what `"+p.name+"` does", Positions, func(v []uint64, inst *instance) bool {
			for _, f := range u.framesOf(inst) {
				if f.active(v) {
					return false
				}
			}
			return true
		})
		for _, h := range p.old.Handlers {
			truthOf(".in("+h.Msg.Name+")", "what `"+p.name+"` does", Positions, func(v []uint64, inst *instance) bool {
				for _, f := range u.framesOf(inst) {
					if f.active(v) && f.entryAt(v).version.name == h.Msg.Name {
						return true
					}
				}
				return false
			})
		}
	}
	if p.function {
		return out
	}
	for _, h := range p.old.Handlers {
		out = append(out, u.seenWaiting(p, h, base)...)
	}
	return out
}

// standings lists before which statement an activation of an affected unit can stand, and in
// which call it can wait.
func (u *Update) standings(p *unit, base Seen) (out []*Seen) {
	if !p.affected {
		return nil
	}
	for _, h := range p.old.Handlers {
		for i, start := range h.Statements() {
			for _, before := range []bool{true, false} {
				if !before && !h.Calls(start) {
					continue
				}
				ask := &lang.InHandler{Msg: h.Msg, Number: i + 1, Start: start, Before: before}
				s, word := base, "in"
				if before {
					word = "at"
				}
				s.Path = fmt.Sprintf("%s.%s(%s, %d)", base.Path, word, h.Msg.Name, i+1)
				s.Item, s.Info, s.Type = "where `"+p.name+"` stands", Positions, &lang.Type{Kind: lang.Bool}
				s.read = func(v []uint64, at []int64) []int64 {
					for _, f := range u.framesOf(p.insts[instanceAt(p.old, at)]) {
						if f.handles(ask, v) {
							return []int64{1}
						}
					}
					return []int64{0}
				}
				out = append(out, &s)
			}
		}
	}
	return out
}

// sessions lists what can be asked of protocols.
func (u *Update) sessions() (out []*Seen) {
	for _, p := range u.protocols {
		if p.old == nil || len(p.insts) == 0 {
			continue
		}
		s := Seen{Path: p.name + ".in_progress", Item: "protocol " + p.name, Info: Positions, Type: &lang.Type{Kind: lang.Bool}}
		any := s
		any.read = func(v []uint64, _ []int64) []int64 {
			for i := range p.insts {
				if p.insts[i].inProgress(v) {
					return []int64{1}
				}
			}
			return []int64{0}
		}
		out = append(out, &any)
		bs := p.keyBounds()
		out = append(out, p.seenAllows(Seen{Path: p.name, Item: s.Item, Info: Positions, Type: s.Type}, func([]int64) []int { return all(len(p.insts[0].pos)) })...)
		if len(p.old.Key) == 0 {
			continue
		}
		s.Path = p.name + strings.Repeat("[%s]", len(p.old.Key)) + ".in_progress"
		at := make([]int, len(p.old.Key))
		for i, k := range p.old.Key {
			s.Dims, at[i] = append(s.Dims, k.Type), i
		}
		s.read = func(v []uint64, key []int64) []int64 {
			n := keyIndex(bs, at, func(i int) int64 { return key[i] })
			return []int64{truth(p.keyInProgress(int(n), v))}
		}
		out = append(out, &s)
		keyed := Seen{Path: p.name + strings.Repeat("[%s]", len(p.old.Key)), Item: s.Item, Info: Positions, Type: s.Type, Dims: s.Dims}
		out = append(out, p.seenAllows(keyed, func(key []int64) []int {
			return []int{keyIndex(bs, at, func(i int) int64 { return key[i] })}
		})...)
	}
	return out
}

func all(n int) (out []int) {
	for i := range n {
		out = append(out, i)
	}
	return out
}

// seenAllows lists what a tracked protocol tells of how far it is, for some keys.
func (p *protocol) seenAllows(s Seen, keys func(at []int64) []int) (out []*Seen) {
	if !p.old.Tracked {
		return nil
	}
	for _, name := range p.dfa[0].symbols {
		one := s
		_, msg, _ := strings.Cut(name, ".")
		one.Path = s.Path + ".allows(" + msg + ")"
		one.read = func(v []uint64, at []int64) []int64 {
			for _, k := range keys(at) {
				if p.keyAllows(k, name, v) {
					return []int64{1}
				}
			}
			return []int64{0}
		}
		out = append(out, &one)
	}
	return out
}

// seenLocals lists the readable locals of a unit or client.
func (u *Update) seenLocals(p *unit, base Seen) (out []*Seen) {
	sights := u.localSights(p)
	for _, first := range sights {
		if first.inst != p.insts[0] || hasCaller(first.x.Type) {
			continue
		}
		s := base
		s.Path = base.Path + "." + first.x.Name
		if first.msg != "" {
			s.Path = base.Path + "." + first.msg + "." + first.x.Name
		}
		s.Item, s.Info = s.Path, Positions
		s.Item = strings.ReplaceAll(s.Item, "[%s]", "")
		out = append(out, parts(s, first.x.Type, func(v []uint64, at []int64) []int64 {
			l := first
			l.inst = p.insts[instanceAt(p.old, at)]
			return l.value(v)
		})...)
	}
	return out
}

// seenSenders lists the numbers of messages that wait, by who sent them.
func (u *Update) seenSenders(p *unit, base Seen) (out []*Seen) {
	if p.client || p.function {
		return nil
	}
	for _, h := range p.old.Handlers {
		senders := u.sendersOf(h.Msg)
		if len(senders) == 1 && senders[0].old.Index == nil {
			continue // it is always the same
		}
		kind := u.kindOf[h.Msg].number
		for _, from := range senders {
			s := base
			own, name := len(base.Dims), from.name
			if from.old.Index != nil {
				s.Dims, name = append(base.Dims[:own:own], from.old.Index), name+"[%s]"
			}
			s.Path, s.Count = base.Path+".waiting("+h.Msg.Name+", "+name+")", "true"
			s.Item, s.Info = p.name+".waiting", InFlight
			s.Type = &lang.Type{Kind: lang.Int, Lo: 0, Hi: int64(p.old.Mailbox)}
			s.read = func(v []uint64, at []int64) []int64 {
				box, n := p.insts[instanceAt(p.old, at)].mailbox, int64(0)
				by := from.insts[instanceAt(from.old, at[own:])]
				for i := range box.waiting(v) {
					n += truth(box.places[i].kind.get(v) == kind && u.frames[box.places[i].sender.get(v)-1].inst == by)
				}
				return []int64{n}
			}
			out = append(out, &s)
		}
	}
	return out
}

// sendersOf lists the units whose code in the old version sends a message to a mailbox.
func (u *Update) sendersOf(m *lang.Message) (out []*unit) {
	for _, p := range u.units {
		if p.old == nil {
			continue
		}
		bodies := [][]lang.Stmt{p.old.Body}
		for _, h := range p.old.Handlers {
			bodies = append(bodies, h.Body)
		}
		if slices.ContainsFunc(bodies, func(body []lang.Stmt) bool {
			return slices.ContainsFunc(sends(body), func(s sent) bool { return s.target.Msg.Unit.Name == m.Unit.Name && s.target.Msg.Name == m.Name })
		}) {
			out = append(out, p)
		}
	}
	return out
}

// maxTold bounds the values of an argument that are counted one by one.
const maxTold = 4

// seenWaiting lists the numbers of messages that wait: of all, and of those in which an
// argument has some value.
func (u *Update) seenWaiting(p *unit, h *lang.Handler, base Seen) (out []*Seen) {
	kind := u.kindOf[h.Msg].number
	add := func(cond string, names *lang.Type, is func(args []slot, v []uint64) bool) {
		s := base
		s.Names = names
		s.Path, s.Count = base.Path+".waiting("+h.Msg.Name+")", cond
		s.Item, s.Info = p.name+".waiting", InFlight
		s.Type = &lang.Type{Kind: lang.Int, Lo: 0, Hi: int64(p.old.Mailbox)}
		s.read = func(v []uint64, at []int64) []int64 {
			box, n := p.insts[instanceAt(p.old, at)].mailbox, int64(0)
			for i := range box.waiting(v) {
				n += truth(box.places[i].kind.get(v) == kind && is(box.places[i].args, v))
			}
			return []int64{n}
		}
		out = append(out, &s)
	}
	add("true", nil, func([]slot, []uint64) bool { return true })
	at := 0
	for _, x := range h.Msg.Params {
		if x.Type.IsScalar() && x.Type.Card() <= maxTold {
			lo, hi := x.Type.Bounds()
			for k := lo; k <= hi; k++ {
				arg := at
				add("m."+x.Name+" == "+formatScalar(x.Type, k), x.Type, func(args []slot, v []uint64) bool { return args[arg].get(v) == k })
			}
		}
		at += x.Type.Slots()
	}
	return out
}
