package model

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/lucheck/lucheck/lang"
)

// Function is a function of a state that reads some of its components.
type Function struct {
	Reads []int
	Eval  func(v []uint64) uint64
}

// Invariants gives, for each property of a version (0 old, 1 new), a function that
// is 0 where it holds, else 1 + the number of the failure.
func (u *Update) Invariants(version int) []Function {
	props := u.Program.Base.Always
	if version == 1 {
		props = u.Source.New.Always
	}
	var out []Function
	for _, p := range props {
		s := u.plainScope()
		holds := s.cond(p.Expr)
		id := u.failureID(Failure{Kind: Invariant, Span: p.Span, Clause: p.Label, Cond: p.Expr, Detail: "the invariant is violated"})
		u.growBound(u.prober)
		out = append(out, Function{Reads: s.touch.list(), Eval: func(v []uint64) uint64 {
			m := u.probe(v)
			ok := holds(m)
			switch {
			case m.failure != 0:
				return uint64(m.failure)
			case !ok:
				return uint64(id) + 1
			}
			return 0
		}})
	}
	return out
}

// Ended says whether a state without steps is a proper end: no activation of a
// unit, no waiting message, and every client has ended.
func (u *Update) Ended(v []uint64) bool {
	for _, f := range u.frames {
		if f.active(v) {
			return false
		}
	}
	for _, inst := range u.roots {
		if inst.mailbox != nil && inst.mailbox.waiting(v) > 0 {
			return false
		}
	}
	return true
}

// Levels gives functions whose results, and-ed together, are the set of the given
// levels that admit a state of the old version, as bits in the order of the list
// (definitions section 4). At most 64 levels. Of `event` it is what `unit` asks for;
// the rest is no function of the state.
func (u *Update) Levels(levels []lang.Level) []Function {
	return u.levels(levels, func(f *frame) bool { return f.unit.affected })
}

// levels is Levels for a switch that concerns some activations only: those of what it
// replaces.
func (u *Update) levels(levels []lang.Level, concerns func(*frame) bool) []Function {
	var out []Function
	all := ^uint64(0)
	for bit, l := range levels {
		mask := uint64(1) << bit
		switch l.Kind {
		case lang.LevelProtocol:
			for _, p := range u.protocols { // two of one name where the versions' instances differ
				if slices.Contains(l.Names, p.name) {
					out = append(out, u.protocolIdle(p, all&^mask)...)
				}
			}
		case lang.LevelState:
			out = append(out, u.stable(l.Names[0], all&^mask))
		case lang.LevelSystem, lang.LevelReboot, lang.LevelHardware:
			out = append(out, u.mailboxesEmpty(all&^mask)...)
		}
	}
	for _, inst := range u.roots {
		out = append(out, u.activity(inst, levels, concerns))
	}
	return merged(out)
}

// merged makes one function of those of which one reads nothing but what the other reads: to
// and them together costs less than to ask each for itself.
func merged(fs []Function) (out []Function) {
	slices.SortStableFunc(fs, func(f, g Function) int { return len(g.Reads) - len(f.Reads) })
	for _, f := range fs {
		i := slices.IndexFunc(out, func(g Function) bool {
			return !slices.ContainsFunc(f.Reads, func(c int) bool { return !slices.Contains(g.Reads, c) })
		})
		if i < 0 {
			out = append(out, f)
			continue
		}
		all := out[i].Eval
		out[i].Eval = func(v []uint64) uint64 { return all(v) & f.Eval(v) }
	}
	return out
}

// protocolIdle refuses states in which an instance of the protocol is in progress.
func (u *Update) protocolIdle(p *protocol, refuse uint64) []Function {
	var out []Function
	for i := range p.insts {
		pi := &p.insts[i]
		out = append(out, Function{Reads: []int{pi.comp}, Eval: func(v []uint64) uint64 {
			if pi.inProgress(v) {
				return refuse
			}
			return ^uint64(0)
		}})
	}
	return out
}

func (u *Update) mailboxesEmpty(refuse uint64) []Function {
	var out []Function
	for _, inst := range u.roots {
		if box := inst.mailbox; box != nil {
			out = append(out, Function{Reads: []int{box.comp}, Eval: func(v []uint64) uint64 {
				if box.waiting(v) > 0 {
					return refuse
				}
				return ^uint64(0)
			}})
		}
	}
	return out
}

// stable refuses states in which a declared stable state does not hold. A
// predicate that fails (an index out of range) does not hold.
func (u *Update) stable(name string, refuse uint64) Function {
	for _, st := range u.Program.Base.Stables {
		if st.Name != name {
			continue
		}
		holds := u.Predicate(st.Expr)
		return Function{Reads: holds.Reads, Eval: func(v []uint64) uint64 {
			if holds.Eval(v) != 0 {
				return ^uint64(0)
			}
			return refuse
		}}
	}
	// A stable state that only the new version declares: no old state has it.
	return Function{Eval: func([]uint64) uint64 { return refuse }}
}

// Predicate is 1 where a condition of a stable state holds, else 0.
func (u *Update) Predicate(cond lang.Expr) Function {
	s := u.plainScope()
	holds := s.cond(cond)
	u.growBound(u.prober)
	return Function{Reads: s.touch.list(), Eval: func(v []uint64) uint64 {
		m := u.probe(v)
		return uint64(truth(holds(m) && m.failure == 0))
	}}
}

// activity refuses, for each level, the states in which an activation of the
// group stands in its way.
func (u *Update) activity(inst *instance, levels []lang.Level, concerns func(*frame) bool) Function {
	return Function{Reads: []int{inst.comp}, Eval: func(v []uint64) uint64 {
		admitted := ^uint64(0)
		inst.root.each(func(f *frame) {
			if f.reply.get(v) != 0 {
				admitted &^= bitsOf(levels, frozen)
			}
			if f.active(v) {
				admitted &^= bitsOf(levels, func(l lang.Level) bool { return f.hinders(l, v, concerns) })
			}
		})
		return admitted
	}}
}

// frozen says whether a level admits only points where the whole system rests.
func frozen(l lang.Level) bool {
	return l.Kind == lang.LevelSystem || Offline(l)
}

// Offline says whether the system is down during an update at the level.
func Offline(l lang.Level) bool {
	return l.Kind == lang.LevelReboot || l.Kind == lang.LevelHardware
}

func bitsOf(levels []lang.Level, in func(l lang.Level) bool) uint64 {
	var mask uint64
	for bit, l := range levels {
		if in(l) {
			mask |= 1 << bit
		}
	}
	return mask
}

// hinders says whether the frame's activation stands in the way of a level.
func (f *frame) hinders(l lang.Level, v []uint64, concerns func(*frame) bool) bool {
	switch l.Kind {
	case lang.LevelAnytime:
		return false
	case lang.LevelData:
		if !concerns(f) {
			return false
		}
		for _, name := range l.Names {
			if f.entryAt(v).version.handler.Mentions[name] {
				return true
			}
		}
		return false
	case lang.LevelSystem:
		return !f.unit.client || f.at(v).waits != nil
	case lang.LevelReboot, lang.LevelHardware:
		return !f.unit.client || !f.atRest(v)
	}
	return concerns(f)
}

// DefaultLevels lists the rows of the matrix that every check has, weakest first:
// `data` for each datum outside units that is no ghost and each named type whose
// declaration changed, `protocol` for each one in which an affected unit takes
// part and for all of them together, `state` for each declared stable state.
func (u *Update) DefaultLevels() []lang.Level {
	levels := []lang.Level{{Kind: lang.LevelAnytime}}
	for _, name := range u.changedData() {
		levels = append(levels, lang.Level{Kind: lang.LevelData, Names: []string{name}})
	}
	levels = append(levels, lang.Level{Kind: lang.LevelUnit})
	var names []string
	for _, p := range u.protocols {
		if p.old != nil && u.takesPart(p.old) {
			names = append(names, p.name)
			levels = append(levels, lang.Level{Kind: lang.LevelProtocol, Names: []string{p.name}})
		}
	}
	if len(names) > 1 {
		levels = append(levels, lang.Level{Kind: lang.LevelProtocol, Names: names})
	}
	levels = append(levels, lang.Level{Kind: lang.LevelSystem})
	for _, st := range u.Program.Base.Stables {
		levels = append(levels, lang.Level{Kind: lang.LevelState, Names: []string{st.Name}})
	}
	return levels
}

// changedData names the shared and persistent data and the types whose
// declaration the update changes.
func (u *Update) changedData() []string {
	var out []string
	for _, d := range u.data {
		if d.old != nil && (d.old.Class == lang.Shared || d.old.Class == lang.Persistent) &&
			(d.new == nil || d.new.Type.Declaration() != d.old.Type.Declaration()) {
			out = append(out, d.name)
		}
	}
	for _, t := range u.Program.Base.Types {
		for _, n := range append([]*lang.Type{}, u.Source.New.Types...) {
			if n.Name == t.Name && n.Declaration() != t.Declaration() {
				out = append(out, t.Name)
			}
		}
	}
	return out
}

// Canonical gives the level with its names in order of declaration, each once:
// `protocol b, a` is the same level as `protocol a, b`.
func (u *Update) Canonical(l lang.Level) lang.Level {
	order := func(name string) int {
		for i, p := range u.protocols {
			if l.Kind == lang.LevelProtocol && p.name == name {
				return i
			}
		}
		return len(u.protocols)
	}
	names := slices.Clone(l.Names)
	slices.SortFunc(names, func(a, b string) int { return cmp.Or(order(a)-order(b), strings.Compare(a, b)) })
	return lang.Level{Kind: l.Kind, Names: slices.Compact(names)}
}

func (u *Update) takesPart(p *lang.Protocol) bool {
	if u.unitOf[p.Initiator.Name].affected {
		return true
	}
	for _, r := range p.Recipients {
		if u.unitOf[r.Name].affected {
			return true
		}
	}
	return false
}

// BoundReached tells whether a sender waits on a mailbox that is full.
type BoundReached struct {
	Function
	Comp     int // of the mailbox
	Unit     string
	Capacity int
}

// FullMailboxes gives, for each mailbox, a function that is 1 in states in which
// some sender waits because it is full.
func (u *Update) FullMailboxes() []BoundReached {
	var out []BoundReached
	for _, inst := range u.roots {
		if inst.mailbox == nil {
			continue
		}
		box := inst.mailbox
		senders := u.sendersTo(inst.unit)
		if len(senders) == 0 || u.onlyCalls(senders, inst.unit) && len(senders) <= box.least() {
			continue // each caller has at most one message there
		}
		full := func(v []uint64) uint64 {
			if box.waiting(v) < box.capacity[inst.versionOf(v)] {
				return 0
			}
			for _, f := range senders {
				if f.active(v) {
					by, _, shut := u.shut(f, f.at(v), v)
					if shut && slices.Contains(by, inst.root) {
						return 1
					}
				}
			}
			return 0
		}
		out = append(out, BoundReached{Function{u.fullReads(inst, senders).list(), full}, box.comp, inst.label(), max(box.capacity[0], box.capacity[1])})
	}
	return out
}

// fullReads is what tells whether some of these frames waits on the full mailbox.
func (u *Update) fullReads(inst *instance, senders []*frame) compSet {
	var reads compSet
	reads.add(inst.mailbox.comp)
	reads.add(inst.comp)
	for _, f := range senders {
		if f.choosesWhere() {
			return u.shutReads()
		}
		reads.add(f.comp)
	}
	return reads
}

// least is the mailbox's smallest capacity in the versions that have the unit.
func (box *mailbox) least() int {
	least := len(box.places)
	for version, n := range box.capacity {
		if box.inst.unit.at(int64(version)) != nil {
			least = min(least, n)
		}
	}
	return least
}

// onlyCalls says whether all that the frames send to a unit are calls.
func (u *Update) onlyCalls(senders []*frame, to *unit) bool {
	for _, f := range senders {
		for _, s := range f.unit.sends() {
			if !s.call && s.target.Unit.Name == to.name {
				return false
			}
		}
	}
	return true
}

// sendersTo lists the frames whose code sends to a unit.
func (u *Update) sendersTo(p *unit) []*frame {
	var out []*frame
	for _, f := range u.frames {
		for _, s := range f.unit.sends() {
			if s.target.Unit.Name == p.name {
				out = append(out, f)
				break
			}
		}
	}
	return out
}

// LevelPart is one of the conditions that make up a level.
type LevelPart struct {
	Function
	Name string
}

// LevelParts gives the conditions of a level one by one, each 1 where it holds: for
// telling why no state satisfies all of them.
func (u *Update) LevelParts(l lang.Level) []LevelPart {
	var out []LevelPart
	levels := []lang.Level{l}
	for _, inst := range u.roots {
		f := u.activity(inst, levels, func(f *frame) bool { return f.unit.affected })
		out = append(out, LevelPart{bit(f), fmt.Sprintf("no activation of `%s` in the way", inst.label())})
	}
	if l.Kind == lang.LevelProtocol {
		for _, name := range l.Names {
			for _, f := range u.protocolIdle(u.protocolNamed(name), 0) {
				out = append(out, LevelPart{bit(f), fmt.Sprintf("protocol `%s` not in progress", name)})
			}
		}
	}
	if l.Kind == lang.LevelState {
		out = append(out, LevelPart{bit(u.stable(l.Names[0], 0)), fmt.Sprintf("stable state `%s`", l.Names[0])})
	}
	return out
}

// bit reduces a function of masks to its lowest bit.
func bit(f Function) Function {
	return Function{f.Reads, func(v []uint64) uint64 { return f.Eval(v) & 1 }}
}
