package model

import "github.com/lucheck/lucheck/lang"

// unit is a structural unit or client in both versions.
type unit struct {
	name     string
	old, new *lang.Unit // nil where the version has no such unit
	client   bool
	manager  bool // the update manager, whose code is a plan; a client too
	function bool
	count    int
	changed  bool // its code, its data or what they mention differ
	affected bool // the switch replaces it
	handlers []*handlerVersion
	kinds    []*messageKind // what can wait for it, by number - 1
	insts    []*instance
	// The failures of a reception, by kind.
	unhandled, badForm []uint32
	endless            uint32 // of its code: a cycle without a step
	// remembers says that an activation keeps the sender of a message that was
	// sent, because it belongs to an instance of a protocol.
	remembers bool
}

// either gives the old unit if there is one, else the new one.
func (u *unit) either() *lang.Unit {
	if u.old != nil {
		return u.old
	}
	return u.new
}

// at gives the unit in a version, 0 or 1; nil where it has none.
func (u *unit) at(version int64) *lang.Unit {
	if version == 0 {
		return u.old
	}
	return u.new
}

// instance is one instance of a unit.
type instance struct {
	unit    *unit
	index   int
	comp    int
	self    int64 // its index as a value of the unit's index type
	version slot  // 0 old, 1 new; only of changed units
	stopped slot  // 1 + the number of the state that a plan stops it at; 0 for none
	mailbox *mailbox
	root    *frame // nil for functions
}

// handlerVersion is the code of one handler; a handler that is the same in both
// versions has one.
type handlerVersion struct {
	unit     *unit
	name     string
	handler  *lang.Handler
	old, new bool   // the versions of the system that have it
	ran      bool   // some step has begun an activation of it
	barred   uint32 // 1 + the number of the failure to begin one in the update's window
}

// messageKind is a message in the form of one version, or of both.
type messageKind struct {
	name     string
	number   int64 // from 1; 0 is an empty place in a mailbox
	old, new *lang.Message
}

func (k *messageKind) either() *lang.Message {
	if k.old != nil {
		return k.old
	}
	return k.new
}

// latest is the message as the newest version that has the form declares it.
func (k *messageKind) latest() *lang.Message {
	if k.new != nil {
		return k.new
	}
	return k.old
}

// fits says whether code of a version knows the form.
func (k *messageKind) fits(version int64) bool {
	if version == 0 {
		return k.old != nil
	}
	return k.new != nil
}

// mailbox is a bounded queue; place 0 is its head.
type mailbox struct {
	inst     *instance
	comp     int
	places   []letter
	capacity [2]int // by version
}

// letter is a place of a mailbox.
type letter struct {
	kind   slot
	sender slot // 1 + number of the sending frame
	owed   slot // 1: the sender waits for a reply
	args   []slot
	// Of Followed: the transactions that it belongs to.
	transactions slot
}

func (l *letter) clear(v []uint64) {
	l.kind.clear(v)
	l.sender.clear(v)
	l.owed.clear(v)
	clearSlots(l.args, v)
	l.transactions.clear(v)
}

func (l *letter) copyFrom(src *letter, v []uint64) {
	l.kind.set(v, src.kind.get(v))
	l.sender.set(v, src.sender.get(v))
	l.owed.set(v, src.owed.get(v))
	copySlots(l.args, v, src.args, v)
	l.transactions.set(v, src.transactions.get(v))
}

// waiting is the number of messages in the mailbox.
func (box *mailbox) waiting(v []uint64) int {
	for i := range box.places {
		if box.places[i].kind.get(v) == 0 {
			return i
		}
	}
	return len(box.places)
}

// pop drops the head and moves the others up.
func (box *mailbox) pop(v []uint64) {
	for i := 1; i < len(box.places); i++ {
		box.places[i-1].copyFrom(&box.places[i], v)
	}
	box.places[len(box.places)-1].clear(v)
}

// frame is room for one activation: of a process or object instance, of a
// client, or of a function for one caller. Function frames form a tree below
// their caller's.
type frame struct {
	number   int
	unit     *unit
	inst     *instance
	parent   *frame   // of a function's frame: the caller
	children []*frame // one for each instance of each function that its code calls
	bottom   *frame   // the frame at the bottom of the call chain; itself for others
	comp     int      // the component in which it lives

	loc    slot // 0: no activation; of a client: ended
	rest   slot // of a client: 1 where its last step passed the head of its outermost loop
	owed   slot // 1 + number of the frame to be answered; of a function: 1
	sender slot // 1 + number of the frame that sent what is processed; if unit.remembers
	// For loose protocols, 1 + the key of the instance that the sent message belongs to
	// which is processed (tracks), or the called one whose reply is awaited (called).
	tracks, called []protocolMark
	stale          slot   // 1: it began before the switch, and `fixes` still holds
	adapters       slot   // transfers, as bits, that rewrite what this old code sends
	locals         []slot // shared by the handlers' locals
	reply          slot   // 0: none, else 1 + number of the reply's form
	result         []slot // the reply's value

	// Of Followed: the transactions that the activation belongs to; of a client, whether
	// an affected unit has taken part in its own. client is its number.
	transactions, tookPart slot
	client                 int

	nodes   []*node  // by location; nodes[0] is nil. Of units; a client has texts
	entryOf []*entry // the handler version of each location
	entries map[*handlerVersion]*entry
	texts   [2]*text // a client's code, by version; the second only where it differs
	bodies  []*body
	rt      *Update
}

// entry is the start of a handler's code in a frame.
type entry struct {
	version *handlerVersion
	body    *body
	start   *node
	all     []slot // the parameters' scalars
	// attached updates the ghosts that are attached to the message.
	attached *attached
}

func (f *frame) active(v []uint64) bool { return f.loc.get(v) != 0 }

// at gives the node at which the frame rests; it is active.
func (f *frame) at(v []uint64) *node {
	if !f.unit.client {
		return f.nodes[f.loc.get(v)]
	}
	return f.texts[f.textVersion(v)].nodes[f.loc.get(v)]
}

// atRest says whether a client is at rest (definitions section 1).
func (f *frame) atRest(v []uint64) bool { return !f.active(v) || f.rest.get(v) != 0 }

// textVersion says in which version a client's text is read.
func (f *frame) textVersion(v []uint64) int64 {
	if !f.unit.changed || f.texts[1] == nil {
		return 0
	}
	return f.inst.version.get(v)
}

// textNodes are the resting places of a client's text in a version.
func (f *frame) textNodes(version int) []*node {
	if t := f.texts[version]; t != nil {
		return t.nodes
	}
	return nil
}

// child finds the frame of a function's instance.
func (f *frame) child(u *unit, index int) *frame {
	for _, c := range f.children {
		if c.unit == u && c.inst.index == index {
			return c
		}
	}
	return nil
}

// each visits a frame and those below it.
func (f *frame) each(visit func(*frame)) {
	visit(f)
	for _, c := range f.children {
		c.each(visit)
	}
}

// protocolMark is a key remembered for a protocol; 0 is none.
type protocolMark struct {
	p   *protocol
	key slot
}

// clearActivation ends an activation's part of the frame.
func (f *frame) clearActivation(v []uint64) {
	f.loc.clear(v)
	f.rest.clear(v)
	f.owed.clear(v)
	f.sender.clear(v)
	f.transactions.clear(v)
	for _, t := range f.tracks {
		t.key.clear(v)
	}
	f.stale.clear(v)
	f.adapters.clear(v)
	clearSlots(f.locals, v)
}

// versionOf is the version that the instance's next activation runs: today the
// instance's own. It is the only place that decides it.
func (i *instance) versionOf(v []uint64) int64 {
	if !i.unit.changed {
		return 0
	}
	return i.version.get(v)
}

// versionName says which version a number means to a reader.
func versionName(version int64) string {
	if version == 0 {
		return "old"
	}
	return "new"
}
