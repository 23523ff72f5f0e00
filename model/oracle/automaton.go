package oracle

import (
	"fmt"
	"slices"

	"github.com/lucheck/lucheck/lang"
)

// protocol is a protocol's least deterministic automaton. State 0 is the start;
// states are numbered breadth-first in the order of the symbols, so equal
// automata have equal numbers.
type protocol struct {
	decl    *lang.Protocol
	symbols []string // "fs.begin", sorted
	moves   []map[string]int
	accepts []bool
}

// regexPlaces finds, for an expression, which occurrences of messages can come
// first, last and after each other.
type regexPlaces struct {
	symbol []string
	follow []map[int]bool
}

// shape is what regexPlaces knows of a part of the expression.
type shape struct {
	empty       bool // it has the empty word
	first, last map[int]bool
}

func symbolOf(unit, msg string) string { return unit + "." + msg }

func union(a, b map[int]bool) map[int]bool {
	u := map[int]bool{}
	for x := range a {
		u[x] = true
	}
	for x := range b {
		u[x] = true
	}
	return u
}

// link notes that each of after may follow each of before.
func (p *regexPlaces) link(before, after map[int]bool) {
	for x := range before {
		p.follow[x] = union(p.follow[x], after)
	}
}

func (p *regexPlaces) shape(e *lang.Regex) shape {
	switch e.Op {
	case lang.RxMessage:
		n := len(p.symbol)
		p.symbol = append(p.symbol, symbolOf(e.Msg.Unit.Name, e.Msg.Name))
		p.follow = append(p.follow, map[int]bool{})
		return shape{first: map[int]bool{n: true}, last: map[int]bool{n: true}}
	case lang.RxSeq:
		all := shape{empty: true}
		for _, sub := range e.Sub {
			s := p.shape(sub)
			p.link(all.last, s.first)
			if all.empty {
				all.first = union(all.first, s.first)
			}
			if s.empty {
				all.last = union(all.last, s.last)
			} else {
				all.last = s.last
			}
			all.empty = all.empty && s.empty
		}
		return all
	case lang.RxAlt:
		var any shape
		for _, sub := range e.Sub {
			s := p.shape(sub)
			any = shape{any.empty || s.empty, union(any.first, s.first), union(any.last, s.last)}
		}
		return any
	}
	s := p.shape(e.Sub[0])
	if e.Op != lang.RxOpt {
		p.link(s.last, s.first)
	}
	s.empty = s.empty || e.Op != lang.RxPlus
	return s
}

// newProtocol makes the automaton of a protocol.
func newProtocol(decl *lang.Protocol) *protocol {
	places := &regexPlaces{}
	whole := places.shape(decl.Expr)
	p := &protocol{decl: decl, symbols: slices.Clone(places.symbol)}
	slices.Sort(p.symbols)
	p.symbols = slices.Compact(p.symbols)
	p.subsets(places, whole)
	p.minimise()
	return p
}

// subsets makes the automaton deterministic: a state is the set of occurrences
// that may have come last; the start is a state of its own.
func (p *protocol) subsets(places *regexPlaces, whole shape) {
	number := map[string]int{}
	var sets []map[int]bool
	state := func(set map[int]bool) int {
		key := fmt.Sprint(set) // maps print sorted
		n, known := number[key]
		if !known {
			n = len(sets)
			number[key] = n
			sets = append(sets, set)
		}
		return n
	}
	const begin = -1
	state(map[int]bool{begin: true})
	for n := 0; n < len(sets); n++ {
		accepts, after := false, map[int]bool{}
		for x := range sets[n] {
			if x == begin {
				accepts, after = whole.empty, whole.first
			} else {
				accepts = accepts || whole.last[x]
				after = union(after, places.follow[x])
			}
		}
		move := map[string]int{}
		for _, sym := range p.symbols {
			to := map[int]bool{}
			for x := range after {
				if places.symbol[x] == sym {
					to[x] = true
				}
			}
			if len(to) > 0 {
				move[sym] = state(to)
			}
		}
		p.moves, p.accepts = append(p.moves, move), append(p.accepts, accepts)
	}
}

// minimise merges states that accept the same continuations: classes are split by
// where their moves lead until nothing splits.
func (p *protocol) minimise() {
	class := make([]int, len(p.moves))
	count := 0
	for {
		number := map[string]int{}
		next := make([]int, len(p.moves))
		for n := range p.moves {
			sign := fmt.Sprint(p.accepts[n], class[n])
			for _, sym := range p.symbols {
				if to, is := p.moves[n][sym]; is {
					sign += fmt.Sprint(" ", sym, " ", class[to])
				}
			}
			if _, known := number[sign]; !known {
				number[sign] = len(number)
			}
			next[n] = number[sign]
		}
		class = next
		if len(number) == count {
			break
		}
		count = len(number)
	}
	p.merge(class)
}

// merge keeps one state of each class and numbers the classes breadth-first.
func (p *protocol) merge(class []int) {
	number := map[int]int{class[0]: 0}
	members := []int{0}
	var moves []map[string]int
	var accepts []bool
	for i := 0; i < len(members); i++ {
		n, move := members[i], map[string]int{}
		for _, sym := range p.symbols {
			to, is := p.moves[n][sym]
			if !is {
				continue
			}
			if _, known := number[class[to]]; !known {
				number[class[to]] = len(members)
				members = append(members, to)
			}
			move[sym] = number[class[to]]
		}
		moves, accepts = append(moves, move), append(accepts, p.accepts[n])
	}
	p.moves, p.accepts = moves, accepts
}

// final says whether a complete word ends in the state and cannot be continued.
func (p *protocol) final(state int) bool { return p.accepts[state] && len(p.moves[state]) == 0 }

// same says whether two automata are equal.
func (p *protocol) same(q *protocol) bool {
	return fmt.Sprint(p.symbols, p.moves, p.accepts) == fmt.Sprint(q.symbols, q.moves, q.accepts)
}
