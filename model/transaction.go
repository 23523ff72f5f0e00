package model

import (
	"slices"
)

// This file follows transactions through the old version (definitions section 4,
// level `event`): beside a state, which clients' transactions each message and each
// activation belongs to, and for each client whether an affected unit has taken part
// in its transaction in progress. Sets of clients are bits of a number. All of it is 0
// in the states of an ordinary exploration.

// maxClients bounds the client instances whose transactions can be followed.
const maxClients = 48

// followClients numbers the client instances.
func (u *Update) followClients() error {
	for _, f := range u.frames {
		if f.unit.client {
			f.client = len(u.clients)
			u.clients = append(u.clients, f)
		}
	}
	if len(u.clients) > maxClients {
		return TooLarge(u.Source.Span, "the level `event` follows at most %d client instances, and there are %d", maxClients, len(u.clients))
	}
	return nil
}

// transactionBounds is room for a set of clients, or none.
func (u *Update) transactionBounds(room bool) bounds {
	if !room {
		return bounds{}
	}
	return bounds{0, 1<<len(u.clients) - 1}
}

// belongsTo is the set of transactions that what a frame sends belongs to.
func (m *machine) belongsTo(f *frame) int64 {
	if f.unit.client {
		return 1 << f.client
	}
	return f.transactions.get(m.v)
}

// beginIn notes that an activation begins that belongs to some transactions.
func (m *machine) beginIn(f *frame, transactions int64) {
	if !m.follows {
		return
	}
	f.transactions.set(m.v, transactions)
	if f.unit.affected {
		m.tookPart |= transactions
	}
}

// Followed is the old version with its transactions followed, as a system of its own.
// Its states are those of the update, with what has happened in them.
type Followed struct{ *Update }

// Followed gives that system. The update must have been compiled with Transactions.
func (u *Update) Followed() Followed { return Followed{u} }

// Footprint is everything: whether a transaction is in progress depends on all units
// and mailboxes.
func (s Followed) Footprint(group int, v []uint64) []int {
	if s.Update.Footprint(group, v) == nil {
		return nil
	}
	all := make([]int, len(s.layout.comps))
	for c := range all {
		all[c] = c
	}
	return all
}

// Step is the update's step, with what it means for the transactions.
func (s Followed) Step(group int, v []uint64, emit func(next []uint64, info uint32) bool) {
	m := s.m
	m.follows = true
	defer func() { m.follows = false }()
	before := s.running(v)
	s.steps(m, group, v, func(next []uint64, info uint32) bool {
		if next != nil {
			s.settle(next, before, m.tookPart)
		}
		return emit(next, info)
	})
}

// settle notes who took part in a step, and forgets what has happened in transactions
// that were over before it or are now. What a step itself begins is noted in the state
// behind it even where it ends the transaction: an empty handler takes part.
func (u *Update) settle(v []uint64, before, tookPart int64) {
	running := before & u.running(v)
	for i, c := range u.clients {
		bit := int64(1) << i
		switch {
		case tookPart&bit != 0:
			c.tookPart.set(v, 1)
		case running&bit == 0:
			c.tookPart.clear(v)
		}
	}
}

// running is the set of transactions in progress.
func (u *Update) running(v []uint64) int64 {
	set := int64(0)
	for i, c := range u.clients {
		if c.reply.get(v) != 0 || c.active(v) && c.at(v).waits != nil {
			set |= 1 << i
		}
	}
	for _, f := range u.frames {
		set |= f.transactions.get(v)
		if f.receives() {
			for i := range f.inst.mailbox.places {
				set |= f.inst.mailbox.places[i].transactions.get(v)
			}
		}
	}
	return set
}

// Transactions gives, of a state of Followed, the sets of clients whose transactions
// are in progress, and of those in which an affected unit has taken part, to which the
// ones belong that it ended in this state; and the state itself, without what has happened.
func (s Followed) Transactions(v []uint64) (running, tookPart uint64, plain []uint64) {
	running = uint64(s.running(v))
	plain = slices.Clone(v)
	for _, f := range s.frames {
		f.transactions.clear(plain)
		if f.receives() {
			for i := range f.inst.mailbox.places {
				f.inst.mailbox.places[i].transactions.clear(plain)
			}
		}
	}
	for i, c := range s.clients {
		if c.tookPart.get(v) != 0 {
			tookPart |= 1 << i
		}
		c.tookPart.clear(plain)
	}
	return running, tookPart, plain
}

// Clients is the number of client instances.
func (s Followed) Clients() int { return len(s.clients) }
