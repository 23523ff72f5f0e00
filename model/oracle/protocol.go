package oracle

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/lucheck/lucheck/lang"
)

// foreign is the position of an instance whose history the new protocol does not
// have: it is not checked until it ends.
const foreign = -1

// instanceID names a protocol instance: protocol, initiator instance, key.
func instanceID(p *lang.Protocol, initiator string, key []int64) string {
	return p.Name + "|" + initiator + "|" + fmt.Sprint(key)
}

// former names the instance of the old version that an instanceID was before the
// switch, where the two versions of its protocol do not tell instances apart alike.
// No protocol has its name, and no activation remembers it.
func former(id string) string {
	name, rest, _ := strings.Cut(id, "|")
	return name + formerMark + "|" + rest
}

const formerMark = "(old)"

// parts splits an instanceID.
func parts(id string) (name, initiator, key string) {
	s := strings.SplitN(id, "|", 3)
	return s[0], s[1], s[2]
}

// initiator is the initiator instance that an activation belongs to: that of its
// unit; a function has one for all its callers.
func initiator(id string) string { return id[strings.LastIndexByte(id, '/')+1:] }

// unitName is the unit of an initiator instance.
func unitName(initiator string) string {
	unit, _, _ := strings.Cut(initiator, "[")
	return unit
}

// keyOf takes a protocol's key from a message's arguments by parameter name: the name
// that its own version of the message gives them, if it has the form. ok is false
// where the message does not carry the key.
func keyOf(p *lang.Protocol, m *lang.Message, args [][]int64) (key []int64, ok bool) {
	params := m.Params
	if d := messageIn(p.Expr, m.Unit.Name, m.Name); d != nil && d.Form == m.Form {
		params = d.Params
	}
	for _, k := range p.Key {
		i := slices.IndexFunc(params, func(v *lang.Var) bool { return v.Name == k.Name })
		if i < 0 {
			return nil, false
		}
		key = append(key, args[i]...)
	}
	return key, true
}

func (c *config) protocol(name string) *protocol {
	for _, p := range c.protocols {
		if p.decl.Name == name {
			return p
		}
	}
	return nil
}

// inProgress says whether an instance of the protocol, with that key if one is
// given, is in progress.
func (s *State) inProgress(name string, key []int64) bool {
	for id := range s.pos {
		n, _, k := parts(id)
		if strings.TrimSuffix(n, formerMark) == name && (len(key) == 0 || k == fmt.Sprint(key)) {
			return true
		}
	}
	return false
}

// allows says whether some instance of the protocol in progress, with that key if one is
// given, goes on with a message. One that is foreign is at no place of the expression.
func (s *State) allows(name string, key []int64, symbol string) bool {
	for id, at := range s.pos {
		if n, _, k := parts(id); n != name || at == foreign || len(key) > 0 && k != fmt.Sprint(key) {
			continue
		}
		if _, is := s.conf.protocol(name).moves[at][symbol]; is {
			return true
		}
	}
	return false
}

// advance moves the instances that a message of this activation belongs to, as it
// arrives. Who calls remembers them until he has received the reply.
func (r *run) advance(msg *lang.Message, args [][]int64, call bool) {
	symbol := symbolOf(msg.Unit.Name, msg.Name)
	for _, p := range r.st.conf.protocols {
		if p.decl.Initiator.Name != r.fr.unit || !slices.Contains(p.symbols, symbol) {
			continue
		}
		key, ok := keyOf(p.decl, msg, args)
		if !ok {
			fail(KindProtocol, p.decl.Span, "the message lacks the key")
		}
		id := instanceID(p.decl, initiator(r.id), key)
		to := r.st.move(p, id, symbol)
		if to != foreign {
			r.st.pos[id] = to
		}
		if call {
			r.fr.called = append(slices.Clone(r.fr.called), id)
		}
	}
}

// move gives the next position of an instance, or foreign. A word that is
// complete may be followed by a new one.
func (s *State) move(p *protocol, id, symbol string) int {
	from := s.pos[id] // the start if it is not in progress
	if from == foreign {
		return foreign
	}
	if to, is := p.moves[from][symbol]; is {
		return to
	}
	if to, is := p.moves[0][symbol]; is && p.accepts[from] {
		return to
	}
	fail(KindProtocol, p.decl.Span, "the protocol does not allow the message here")
	return 0
}

// belonging lists the instances that a message which an activation sent belongs to.
func (c *config) belonging(from string, to *lang.Unit, m *lang.Message, args [][]int64) []string {
	var ids []string
	for _, p := range c.protocols {
		if p.decl.Initiator.Name != unitName(initiator(from)) || !slices.Contains(p.symbols, symbolOf(to.Name, m.Name)) {
			continue
		}
		if key, ok := keyOf(p.decl, m, args); ok {
			ids = append(ids, instanceID(p.decl, initiator(from), key))
		}
	}
	return ids
}

// settle ends an instance at the end of a word that cannot be continued, unless
// one of its messages is outstanding.
func (s *State) settle(id string) {
	name, _, _ := parts(id)
	p := s.conf.protocol(name)
	at, is := s.pos[id]
	if p == nil || !is || at == foreign || !p.final(at) || s.pending(p, id) {
		return
	}
	delete(s.pos, id)
}

// pending says whether a message of the instance is outstanding: it waits, or was sent
// and is being processed, or was called and its reply has not been received.
func (s *State) pending(p *protocol, id string) bool {
	_, who, key := parts(id)
	for b, msgs := range s.boxes {
		unit := s.conf.boxes[b].unit
		for _, m := range msgs {
			if handler(unit, m.name) == nil || initiator(m.from) != who || !slices.Contains(p.symbols, symbolOf(unit.Name, m.name)) {
				continue
			}
			if k, ok := keyOf(p.decl, m.decl, m.args); ok && fmt.Sprint(k) == key {
				return true
			}
		}
	}
	for _, f := range s.acts {
		if slices.Contains(f.tracks, id) || slices.Contains(f.called, id) {
			return true
		}
	}
	return false
}

// messageIn finds a message in an expression; nil if it is not there.
func messageIn(r *lang.Regex, unit, name string) *lang.Message {
	if r.Msg != nil && r.Msg.Unit.Name == unit && r.Msg.Name == name {
		return r.Msg
	}
	for _, s := range r.Sub {
		if m := messageIn(s, unit, name); m != nil {
			return m
		}
	}
	return nil
}

// activationEnds settles what the end of an activation, already removed, ends.
func (r *run) activationEnds() {
	for _, id := range r.fr.tracks {
		r.st.settle(id)
	}
	r.initiatorEnds()
}

// initiatorEnds ends the instances of this initiator that are foreign, or at a
// complete word that could be continued.
func (r *run) initiatorEnds() {
	for _, id := range slices.Sorted(maps.Keys(r.st.pos)) {
		name, who, _ := parts(id)
		p, at := r.st.conf.protocol(name), r.st.pos[id]
		if who != initiator(r.id) {
			continue
		}
		if at == foreign || p.accepts[at] && len(p.moves[at]) > 0 {
			delete(r.st.pos, id)
		}
	}
}
