package model

import (
	"fmt"
	"slices"

	"github.com/lucheck/lucheck/lang"
)

// managerComp is the update manager's component: its phase.
const managerComp = 0

// TooLarge is an error for what is beyond the model's limits.
func TooLarge(at lang.Span, format string, args ...any) error {
	return &lang.Error{Code: lang.TooLarge, Span: at, Msg: fmt.Sprintf(format, args...)}
}

// Update is a compiled update. It is immutable after Compile, but for the scratch
// memory of its machine: it must not be used by two goroutines at once.
type Update struct {
	Program *lang.Program
	Source  *lang.Update
	// Affected names the units that the switch replaces, in order of declaration.
	Affected []string
	// Transfers are the ways to switch: none, then the declared ones in order.
	Transfers []*Transfer
	// Reset is the probe of definitions section 3: forget the affected units'
	// volatile data, keep all else.
	Reset *Transfer

	layout     layout
	phase      slot // 0 before the switch, 1 after it
	adapters   slot // of a plan: the transfers, as bits, whose `adapt`s are in force
	units      []*unit
	unitOf     map[string]*unit
	kindOf     map[*lang.Message]*messageKind
	frames     []*frame
	roots      []*instance // those that run by themselves: no functions
	protocols  []*protocol
	stores     map[*lang.Var][]*storage
	data       []*datum
	replyForms []string
	writers    map[string][]*unit // of data outside units, by name; nil: not collected yet
	// unsettled says that the switch can end instances of protocols, or change which
	// of them a message belongs to.
	unsettled  bool
	failures   []Failure
	failureIDs map[failureKey]uint32
	nbound     int
	judged     [2]map[uint32]bool // assertions, by number, that some step has evaluated: before the switch, after it
	m          *machine
	prober     *machine // evaluates expressions
	switcher   *machine
	plan       *plan      // that the model is compiled for; nil for none
	restarted  *beginning // what a restart into the new version begins with, once there is one
	rebooted   *beginning // and a reboot of the new version
	tester     *machine   // tries out whether a statement is shut
	clients    []*frame   // of client instances; set where transactions are followed
}

// datum is data outside units in both versions.
type datum struct {
	name     string
	old, new *lang.Var
	comp     int
	changed  bool
	version  slot
}

type failureKey struct {
	kind   FailureKind
	span   lang.Span
	detail string
}

// maxFrames bounds the room for activations, and with it the size of a state.
const maxFrames = 4096

// Options shape a compiled update; the zero value is the usual one.
type Options struct {
	// Transactions gives room for what Followed adds to states.
	Transactions bool
	// Plan makes it the model of one plan of the update, with a single transfer.
	Plan *lang.Plan
}

// Compile builds the transition system of one update of a checked program. The
// error says what of the spec is beyond the model's limits.
func Compile(prog *lang.Program, src *lang.Update, opt Options) (*Update, error) {
	u := &Update{Program: prog, Source: src, unitOf: map[string]*unit{}, kindOf: map[*lang.Message]*messageKind{},
		stores: map[*lang.Var][]*storage{}, judged: [2]map[uint32]bool{{}, {}}, failureIDs: map[failureKey]uint32{}}
	u.pairUnits()
	if opt.Plan != nil {
		u.addPlan(opt.Plan)
	}
	if err := u.makeFrames(); err != nil {
		return nil, err
	}
	if err := u.pairProtocols(); err != nil {
		return nil, err
	}
	u.numberMessages()
	if opt.Transactions {
		if err := u.followClients(); err != nil {
			return nil, err
		}
	}
	if err := u.layOut(); err != nil {
		return nil, err
	}
	u.m = u.machine()
	u.prober = u.machine()
	u.switcher = u.machine()
	u.tester = u.machine()
	u.preparePlan()
	if err := u.buildCode(); err != nil {
		return nil, err
	}
	u.buildTransfers()
	for _, m := range []*machine{u.m, u.prober, u.switcher, u.tester} {
		u.growBound(m)
	}
	return u, nil
}

func (u *Update) machine() *machine { return &machine{rt: u, v: make([]uint64, u.layout.size())} }

// failureID numbers a failure; equal ones share a number.
func (u *Update) failureID(f Failure) uint32 {
	key := failureKey{f.Kind, f.Span, f.Detail}
	if id, ok := u.failureIDs[key]; ok {
		return id
	}
	id := uint32(len(u.failures))
	u.failures = append(u.failures, f)
	u.failureIDs[key] = id
	return id
}

// Failure gives the failure with a number.
func (u *Update) Failure(id uint32) Failure { return u.failures[id] }

// pairUnits matches the two versions' units by name and finds what is affected
// (definitions section 2).
func (u *Update) pairUnits() {
	add := func(l *lang.Unit) *unit {
		if p := u.unitOf[l.Name]; p != nil {
			return p
		}
		p := &unit{name: l.Name, client: l.Kind == lang.Client, function: l.Kind == lang.Function, count: l.Count}
		u.unitOf[l.Name] = p
		u.units = append(u.units, p)
		return p
	}
	for _, l := range u.Program.Base.Units {
		add(l).old = l
	}
	for _, l := range u.Source.New.Units {
		add(l).new = l
	}
	for _, p := range u.units {
		// A client's text is read with the types of the running version, so it always
		// has one, whether or not anything that it mentions differs.
		p.changed = p.client || p.old == nil || p.new == nil || p.old.Fingerprint != p.new.Fingerprint
		p.affected = p.changed && !p.client && (len(u.Source.Only) == 0 || contains(u.Source.Only, p.name))
		if p.affected {
			u.Affected = append(u.Affected, p.name)
		}
		p.endless = u.failureID(Failure{Kind: Range, Span: p.either().Span, Detail: fmt.Sprintf("`%s` has a cycle without a step", p.name)})
		p.pairHandlers()
		u.pairMessages(p)
		for i := range p.count {
			inst := &instance{unit: p, index: i}
			if t := p.either().Index; t != nil {
				lo, _ := t.Bounds()
				inst.self = lo + int64(i)
			}
			p.insts = append(p.insts, inst)
		}
	}
}

// pairHandlers makes one version of a handler that is the same in both.
func (u *unit) pairHandlers() {
	if u.old != nil {
		for _, h := range u.old.Handlers {
			u.handlers = append(u.handlers, &handlerVersion{unit: u, name: h.Msg.Name, handler: h, old: true})
		}
	}
	if u.new == nil {
		return
	}
	for _, h := range u.new.Handlers {
		if o := u.handlerFor(h.Msg.Name, 0); o != nil && o.handler.Fingerprint == h.Fingerprint {
			o.new = true
			continue
		}
		u.handlers = append(u.handlers, &handlerVersion{unit: u, name: h.Msg.Name, handler: h, new: true})
	}
}

// pairMessages numbers what can wait for a unit, by name and form.
func (u *Update) pairMessages(p *unit) {
	kind := func(m *lang.Message) *messageKind {
		for _, k := range p.kinds {
			if k.name == m.Name && k.either().Form == m.Form {
				return k
			}
		}
		k := &messageKind{name: m.Name, number: int64(len(p.kinds)) + 1}
		p.kinds = append(p.kinds, k)
		return k
	}
	if p.old != nil {
		for _, h := range p.old.Handlers {
			k := kind(h.Msg)
			k.old = h.Msg
			u.kindOf[h.Msg] = k
		}
	}
	if p.new != nil {
		for _, h := range p.new.Handlers {
			k := kind(h.Msg)
			k.new = h.Msg
			u.kindOf[h.Msg] = k
		}
	}
	for _, k := range p.kinds {
		p.unhandled = append(p.unhandled, u.failureID(Failure{Kind: UnhandledMessage, Span: k.either().Span,
			Detail: fmt.Sprintf("`%s` has no handler for the waiting message `%s`", p.name, k.name)}))
		p.badForm = append(p.badForm, u.failureID(Failure{Kind: MessageForm, Span: k.either().Span,
			Detail: fmt.Sprintf("`%s` does not know the form of the waiting message `%s`", p.name, k.name)}))
	}
}

// makeFrames makes room for every activation: one for each instance that runs by
// itself, and below it those of the functions that its code calls.
func (u *Update) makeFrames() error {
	var grow func(f *frame) error
	grow = func(f *frame) error {
		f.number = len(u.frames)
		f.rt = u
		u.frames = append(u.frames, f)
		if len(u.frames) > maxFrames {
			return TooLarge(f.unit.either().Span, "the functions' calls need room for more than %d activations", maxFrames)
		}
		seen := map[string]bool{}
		for _, s := range f.unit.sends() {
			callee := u.unitOf[s.target.Unit.Name]
			if !callee.function || seen[callee.name] {
				continue
			}
			seen[callee.name] = true
			for _, inst := range callee.insts {
				c := &frame{unit: callee, inst: inst, parent: f, bottom: f.bottom}
				f.children = append(f.children, c)
				if err := grow(c); err != nil {
					return err
				}
			}
		}
		return nil
	}
	for _, p := range u.units {
		if p.function {
			continue
		}
		for _, inst := range p.insts {
			inst.root = &frame{unit: p, inst: inst}
			inst.root.bottom = inst.root
			u.roots = append(u.roots, inst)
			if err := grow(inst.root); err != nil {
				return err
			}
		}
	}
	return nil
}

// pairProtocols matches the two versions' protocols by name.
func (u *Update) pairProtocols() error {
	add := func(l *lang.Protocol, version int) (err error) {
		p := u.protocolNamed(l.Name)
		if p != nil && !sameInstances(p.old, l) {
			p.replaced, p = true, nil
		}
		if p == nil {
			p = &protocol{name: l.Name, initiator: u.unitOf[l.Initiator.Name]}
			u.protocols = append(u.protocols, p)
		}
		p.dfa[version], err = newAutomaton(l)
		if version == 0 {
			p.old = l
		} else {
			p.new = l
		}
		return err
	}
	for version, list := range [][]*lang.Protocol{u.Program.Base.Protocols, u.Source.New.Protocols} {
		for _, l := range list {
			if err := add(l, version); err != nil {
				return err
			}
		}
	}
	for _, p := range u.protocols {
		p.changed = p.old == nil || p.new == nil || !p.dfa[0].equal(p.dfa[1])
		for _, d := range p.dfa {
			if d != nil {
				p.foreign = max(p.foreign, int64(len(d.next))+1)
			}
		}
		if p.old != nil && p.new != nil {
			p.image = p.dfa[0].images(p.dfa[1])
		}
		u.loosen(p)
		for _, r := range p.recipients(u) {
			r.remembers = r.remembers || p.sends
		}
	}
	return nil
}

// loosen finds out whether a message of a protocol can be outstanding without being seen
// from where the initiator's one activation stands.
func (u *Update) loosen(p *protocol) {
	frames := 0
	for _, f := range u.frames {
		if f.unit == p.initiator {
			frames++
		}
	}
	p.loose = p.changed || p.keys() > 1 || p.initiator.function && frames > 1
	for _, s := range p.initiator.sends() {
		becomes := u.becoming(s.target.Msg)
		named := p.names(symbol(s.target.Msg)) || slices.ContainsFunc(becomes, func(to *lang.Message) bool { return p.names(symbol(to)) })
		p.sends = p.sends || !s.call && named
		p.loose = p.loose || p.sends || len(becomes) > 0 && named
		u.unsettled = u.unsettled || len(becomes) > 0 && named
	}
	u.unsettled = u.unsettled || p.changed
}

// protocolNamed gives the protocol of that name, the old version's where the two
// versions' instances are different ones.
func (u *Update) protocolNamed(name string) *protocol {
	for _, p := range u.protocols {
		if p.name == name {
			return p
		}
	}
	return nil
}

// sameInstances says whether two versions of a protocol tell instances apart alike:
// by the same initiator and key (definitions section 2.4). a may be nil, b not.
func sameInstances(a, b *lang.Protocol) bool {
	return a != nil && a.Initiator.Name == b.Initiator.Name && slices.EqualFunc(a.Key, b.Key, func(x, y *lang.Var) bool {
		return x.Name == y.Name && y.Type.Keeps(x.Type)
	})
}

// numberMessages numbers the forms of replies before the layout needs their count.
func (u *Update) numberMessages() {
	if slices.ContainsFunc(u.units, (*unit).dropsCallers) {
		u.replyForm(&lang.Message{ReplyForm: unknownReply})
	}
	for _, p := range u.units {
		for _, k := range p.kinds {
			for _, m := range []*lang.Message{k.old, k.new} {
				if m != nil {
					u.replyForm(m)
				}
			}
		}
	}
}
