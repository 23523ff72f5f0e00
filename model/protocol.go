package model

import (
	"fmt"
	"sort"
	"strings"

	"github.com/lucheck/lucheck/lang"
)

// automaton is a protocol's expression as a minimal deterministic automaton over
// the names of its messages. State 0 is the start.
type automaton struct {
	symbols   []string // "unit.message", sorted
	next      [][]int  // by state and symbol; -1: not allowed
	accepting []bool
	final     []bool // accepting, and no complete word can be continued
}

func symbol(m *lang.Message) string { return m.Unit.Name + "." + m.Name }

// symbolOf gives a message's number, -1 where it is not in the alphabet.
func (a *automaton) symbolOf(name string) int {
	i := sort.SearchStrings(a.symbols, name)
	if i < len(a.symbols) && a.symbols[i] == name {
		return i
	}
	return -1
}

// equal says whether two automata allow the same words with the same numbering.
func (a *automaton) equal(b *automaton) bool { return fmt.Sprint(*a) == fmt.Sprint(*b) }

// nfa is a Thompson automaton: edges by state, -1 as the symbol of an empty move.
type nfa struct {
	edges   [][]nfaEdge
	symbols []string
}

type nfaEdge struct{ symbol, to int }

func (n *nfa) state() int {
	n.edges = append(n.edges, nil)
	return len(n.edges) - 1
}

func (n *nfa) edge(from, symbol, to int) {
	n.edges[from] = append(n.edges[from], nfaEdge{symbol, to})
}

// build adds the expression between two states.
func (n *nfa) build(r *lang.Regex, from, to int) {
	switch r.Op {
	case lang.RxMessage:
		n.edge(from, sort.SearchStrings(n.symbols, symbol(r.Msg)), to)
	case lang.RxSeq:
		for _, sub := range r.Sub[:len(r.Sub)-1] {
			mid := n.state()
			n.build(sub, from, mid)
			from = mid
		}
		n.build(r.Sub[len(r.Sub)-1], from, to)
	case lang.RxAlt:
		for _, sub := range r.Sub {
			n.build(sub, from, to)
		}
	case lang.RxOpt:
		n.build(r.Sub[0], from, to)
		n.edge(from, -1, to)
	case lang.RxStar, lang.RxPlus:
		in, out := n.state(), n.state()
		n.edge(from, -1, in)
		n.build(r.Sub[0], in, out)
		n.edge(out, -1, in)
		n.edge(out, -1, to)
		if r.Op == lang.RxStar {
			n.edge(from, -1, to)
		}
	}
}

func alphabet(r *lang.Regex, into map[string]bool) {
	if r.Op == lang.RxMessage {
		into[symbol(r.Msg)] = true
	}
	for _, sub := range r.Sub {
		alphabet(sub, into)
	}
}

// closure adds what empty moves reach, and gives the set as sorted numbers.
func (n *nfa) closure(set map[int]bool) []int {
	var todo []int
	for s := range set {
		todo = append(todo, s)
	}
	for len(todo) > 0 {
		s := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		for _, e := range n.edges[s] {
			if e.symbol < 0 && !set[e.to] {
				set[e.to] = true
				todo = append(todo, e.to)
			}
		}
	}
	var out []int
	for s := range set {
		out = append(out, s)
	}
	sort.Ints(out)
	return out
}

// maxPositions bounds the automaton of a protocol before it is minimised: a choice whose
// end must be foreseen multiplies them.
const maxPositions = 2048

// newAutomaton determinises and minimises a protocol's expression.
func newAutomaton(p *lang.Protocol) (*automaton, error) {
	r := p.Expr
	names := map[string]bool{}
	alphabet(r, names)
	n := &nfa{}
	for s := range names {
		n.symbols = append(n.symbols, s)
	}
	sort.Strings(n.symbols)
	start, end := n.state(), n.state()
	n.build(r, start, end)
	a := n.determinise(start, end)
	if a == nil {
		return nil, TooLarge(p.Span, "protocol `%s` has more than %d positions: write its expression so that the next message tells where it is", p.Name, maxPositions)
	}
	return a.minimise(), nil
}

// determinise gives nil for an automaton with more than maxPositions.
func (n *nfa) determinise(start, end int) *automaton {
	a := &automaton{symbols: n.symbols}
	number := map[string]int{}
	var sets [][]int
	intern := func(set []int) int {
		key := fmt.Sprint(set)
		if i, ok := number[key]; ok {
			return i
		}
		number[key] = len(sets)
		sets = append(sets, set)
		return len(sets) - 1
	}
	intern(n.closure(map[int]bool{start: true}))
	for i := 0; i < len(sets); i++ {
		if len(sets) > maxPositions {
			return nil
		}
		row := make([]int, len(n.symbols))
		accepting := false
		moves := make([]map[int]bool, len(n.symbols))
		for _, s := range sets[i] {
			accepting = accepting || s == end
			for _, e := range n.edges[s] {
				if e.symbol >= 0 {
					if moves[e.symbol] == nil {
						moves[e.symbol] = map[int]bool{}
					}
					moves[e.symbol][e.to] = true
				}
			}
		}
		for k, set := range moves {
			row[k] = -1
			if set != nil {
				row[k] = intern(n.closure(set))
			}
		}
		a.next = append(a.next, row)
		a.accepting = append(a.accepting, accepting)
	}
	return a
}

// minimise merges equivalent states by refining classes (Moore), keeping the
// order of discovery, and marks the final ones.
func (a *automaton) minimise() *automaton {
	class := make([]int, len(a.next))
	for i, acc := range a.accepting {
		if acc {
			class[i] = 1
		}
	}
	count := 0
	for {
		number := map[string]int{}
		refined := make([]int, len(class))
		for i, row := range a.next {
			var key strings.Builder
			fmt.Fprint(&key, class[i])
			for _, to := range row {
				if to < 0 {
					key.WriteString(",-")
				} else {
					fmt.Fprint(&key, ",", class[to])
				}
			}
			k, ok := number[key.String()]
			if !ok {
				k = len(number)
				number[key.String()] = k
			}
			refined[i] = k
		}
		class = refined
		if len(number) == count {
			break
		}
		count = len(number)
	}
	m := &automaton{symbols: a.symbols, next: make([][]int, count), accepting: make([]bool, count), final: make([]bool, count)}
	for i, row := range a.next {
		c := class[i]
		if m.next[c] != nil {
			continue
		}
		m.accepting[c], m.final[c] = a.accepting[i], a.accepting[i]
		m.next[c] = make([]int, len(row))
		for k, to := range row {
			m.next[c][k] = -1
			if to >= 0 {
				m.next[c][k] = class[to]
				m.final[c] = false
			}
		}
	}
	return m
}

// images maps each state of a to the state of b that every word leading to it
// reaches, or -1 where words disagree or b has no such word. Words are compared
// by the names of their messages.
func (a *automaton) images(b *automaton) []int {
	const unseen, foreign = -2, -1
	image := make([]int, len(a.next))
	for i := range image {
		image[i] = unseen
	}
	type pair struct{ a, b int }
	seen := map[pair]bool{}
	todo := []pair{{0, 0}}
	for len(todo) > 0 {
		p := todo[0]
		todo = todo[1:]
		for k, to := range a.next[p.a] {
			if to < 0 {
				continue
			}
			q := pair{to, foreign}
			if s := b.symbolOf(a.symbols[k]); s >= 0 && p.b >= 0 && b.next[p.b][s] >= 0 {
				q.b = b.next[p.b][s]
			}
			if seen[q] {
				continue
			}
			seen[q] = true
			todo = append(todo, q)
			switch {
			case image[to] == unseen:
				image[to] = q.b
			case image[to] != q.b:
				image[to] = foreign
			}
		}
	}
	for i := range image {
		if image[i] == unseen {
			image[i] = foreign
		}
	}
	return image
}

// protocol is a protocol in both versions, with a position for each initiator
// instance and key. Position 0 is "not in progress", s+1 is state s of the
// automaton, foreign is an instance that the new expression has no place for.
type protocol struct {
	name      string
	old, new  *lang.Protocol
	dfa       [2]*automaton // by version; nil where it has none
	changed   bool
	replaced  bool // the new version has one of this name whose instances are others
	initiator *unit
	insts     []protocolInstance
	foreign   int64
	image     []int // by state of the old automaton: the new one's, -1 where it has none
	// loose says that where the initiator stands does not tell which of its messages
	// are outstanding: some are sent, there are several keys or callers of a function,
	// or the switch changes the protocol or its messages. Then activations remember the
	// instance that their message belongs to. sends says that some of them are sent.
	loose, sends bool
	moved        bool // some step has moved a position of it
}

// protocolInstance holds the positions of one initiator instance.
type protocolInstance struct {
	comp    int
	version slot // which automaton applies; only where the protocol is changed
	pos     []slot
}

func (p *protocol) either() *lang.Protocol {
	if p.old != nil {
		return p.old
	}
	return p.new
}

// automaton is the one that applies in a state; nil where the version has none.
func (p *protocol) automaton(pi *protocolInstance, v []uint64) *automaton {
	if !p.changed {
		return p.dfa[0]
	}
	return p.dfa[pi.version.get(v)]
}

// carried is the position after the switch of an instance that was at a position.
func (p *protocol) carried(at int64) int64 {
	switch {
	case at == 0 || !p.changed:
		return at
	case p.replaced:
		return p.foreign
	case p.dfa[1] == nil:
		return 0
	case p.image != nil && p.image[at-1] >= 0:
		return int64(p.image[at-1]) + 1
	}
	return p.foreign
}

// inProgress says whether some instance of the initiator instance is in progress.
func (pi *protocolInstance) inProgress(v []uint64) bool {
	for _, s := range pi.pos {
		if s.get(v) != 0 {
			return true
		}
	}
	return false
}

// keyBounds is the range of each parameter of the key, in both versions: one that
// keeps its form may have grown.
func (p *protocol) keyBounds() []bounds {
	var bs []bounds
	for _, q := range []*lang.Protocol{p.old, p.new} {
		if q == nil {
			continue
		}
		for i, k := range q.Key {
			lo, hi := k.Type.Bounds()
			if i == len(bs) {
				bs = append(bs, bounds{lo, hi})
			}
			bs[i] = bs[i].union(bounds{lo, hi})
		}
	}
	return bs
}

// keys is the number of keys.
func (p *protocol) keys() int {
	n := 1
	for _, b := range p.keyBounds() {
		n *= int(b.hi - b.lo + 1)
	}
	return n
}

// receives says whether the unit is a recipient in either version.
func (p *protocol) receives(u *unit) bool {
	return p.old != nil && recipientOf(p.old, u.name) || p.new != nil && recipientOf(p.new, u.name)
}

// names says whether any version of the protocol has the message in its alphabet.
func (p *protocol) names(m string) bool {
	for _, d := range p.dfa {
		if d != nil && d.symbolOf(m) >= 0 {
			return true
		}
	}
	return false
}

// keyOf gives, for a message, the positions of the key's parameters among its
// parameters; ok is false where the message does not carry the key.
func (p *protocol) keyOf(m *lang.Message) (at []int, ok bool) {
	key := p.either().Key
	for _, k := range key {
		for i, par := range p.carrier(m).Params {
			if par.Name == k.Name {
				at = append(at, i)
			}
		}
	}
	return at, len(at) == len(key)
}

// carrier is the message by whose parameters a message carries the key: where the
// protocol's version declares one of the same form, that one (definitions 1.8).
func (p *protocol) carrier(m *lang.Message) *lang.Message {
	for _, q := range []*lang.Protocol{p.new, p.old} {
		if q == nil {
			continue
		}
		if d := q.Expr.Message(m.Unit.Name, m.Name); d != nil {
			if d.Form == m.Form {
				return d
			}
			return m
		}
	}
	return m
}

// keyIndex numbers a key; get gives the scalar of a parameter of the message. A
// value out of the key's range is put into it: the message's own range check
// fails first.
func keyIndex(key []bounds, at []int, get func(param int) int64) int {
	n := 0
	for i, b := range key {
		n = n*int(b.hi-b.lo+1) + int(min(max(get(at[i]), b.lo), b.hi)-b.lo)
	}
	return n
}
