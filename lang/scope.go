package lang

import (
	"fmt"
	"slices"
	"strings"
	"unicode"
)

// symbolKind says what a name outside units stands for.
type symbolKind uint8

const (
	symParam symbolKind = iota
	symType
	symDef
	symData
	symUnit
	symProtocol
	symStable
)

// A symbol is a name declared at the top of one version. One of the pointers is
// set, by kind. In a spec with errors v, unit and protocol may hold parts that
// are nil because they are wrong: what uses them stays silent.
type symbol struct {
	kind     symbolKind
	name     string
	span     Span
	param    *paramEntry
	typ      *typeEntry
	def      *defEntry
	v        *Var
	unit     *unitEntry
	protocol *Protocol
}

func (s *symbol) describe() string {
	switch s.kind {
	case symParam:
		return "a size"
	case symType:
		return "a type"
	case symDef:
		return "a def"
	case symData:
		return "data"
	case symProtocol:
		return "a protocol"
	case symStable:
		return "a stable state"
	}
	return one(unitKindNames[s.unit.unit.Kind])
}

// one puts the article before a kind of unit.
func one(kind string) string {
	if kind == unitKindNames[Object] {
		return "an " + kind
	}
	return "a " + kind
}

var unitKindNames = [...]string{Process: "process", Object: "object", Function: "function", Client: "client"}

// unitEntry is a unit with its names.
type unitEntry struct {
	unit     *Unit
	src      *unitSource
	vars     map[string]*Var
	handlers map[string]*Handler
	locals   map[localKey]*readableLocal
	coded    map[string]resolveState // of the code for each message; "" for a client's
	broken   bool                    // its index is wrong: instances are not checked
	// converges is the declaration of what it converges to; nil for none.
	converges *ConvergesDecl
}

// sorted gives the keys of a table of names in alphabetical order.
func sorted[V any](m map[string]V) []string {
	names := make([]string, 0, len(m))
	for n := range m {
		names = append(names, n)
	}
	slices.Sort(names)
	return names
}

// A scope holds the locals of a block. Lookups go outwards.
type scope struct {
	outer  *scope
	vars   []*Var
	byName map[string]*Var // all of vars, once they are many
}

// fewVars is the number of locals up to which a block is searched one by one.
const fewVars = 16

func (s *scope) add(v *Var) {
	s.vars = append(s.vars, v)
	if len(s.vars) <= fewVars {
		return
	}
	if s.byName == nil {
		s.byName = map[string]*Var{}
		for _, v := range s.vars {
			s.byName[v.Name] = v
		}
	}
	s.byName[v.Name] = v
}

// lookup finds a local by name, the innermost and latest one; nil if there is none.
func (s *scope) lookup(name string) *Var {
	for ; s != nil; s = s.outer {
		if v := s.here(name); v != nil {
			return v
		}
	}
	return nil
}

// here finds a local that this very block declares.
func (s *scope) here(name string) *Var {
	if s.byName != nil {
		return s.byName[name]
	}
	for i := len(s.vars) - 1; i >= 0; i-- {
		if s.vars[i].Name == name {
			return s.vars[i]
		}
	}
	return nil
}

// names gives the names of all locals in sight.
func (s *scope) names() []string {
	var all []string
	for ; s != nil; s = s.outer {
		for _, v := range s.vars {
			all = append(all, v.Name)
		}
	}
	return all
}

// maxGuesses is the number of errors after which no more suggestions are made:
// each costs time for all names in sight, and nobody reads that many.
const maxGuesses = 4 * MaxErrors

// guess gives the advice to write the known name that is closest to name, or "".
func (r *reporter) guess(name string, known ...[]string) string {
	if r.failed > maxGuesses {
		return ""
	}
	return didYouMean(name, slices.Concat(known...))
}

// candidates gives the keys of a table that guess may suggest: those whose values
// are admitted, all if admits is nil. Their order is arbitrary.
func candidates[V any](r *reporter, m map[string]V, admits func(V) bool) []string {
	if r.failed > maxGuesses {
		return nil
	}
	var names []string
	for n, v := range m {
		if admits == nil || admits(v) {
			names = append(names, n)
		}
	}
	return names
}

func isUnit(s *symbol) bool { return s.kind == symUnit }

// maxGuessed is the length in bytes of the longest name that is compared with
// others; nobody mistypes longer ones.
const maxGuessed = 64

// didYouMean gives the advice to write the candidate that is closest to name, or
// "" if none is close. Of equally close ones the alphabetically first wins.
func didYouMean(name string, candidates []string) string {
	if len(name) > maxGuessed {
		return ""
	}
	best, bestDist := "", 1+min(len(name)/2, 2)
	for _, c := range candidates {
		if c == name || len(c) > len(name)+2 || len(name) > len(c)+2 {
			continue
		}
		if d := distance(name, c); d < bestDist || d == bestDist && best != "" && c < best {
			best, bestDist = c, d
		}
	}
	if best == "" {
		return ""
	}
	return fmt.Sprintf("did you mean `%s`?", best)
}

// distance is the number of letters to insert, remove, change or swap with their
// neighbour that turn a into b. Names that differ in case only are at distance 0.
// It takes names of up to maxGuessed+2 bytes, and no memory: it is asked for all
// names in sight.
func distance(a, b string) int {
	var bufA, bufB [maxGuessed + 2]rune
	s, t := lowered(bufA[:0], a), lowered(bufB[:0], b)
	var rows [3][maxGuessed + 3]int // the one before the last, the last, the next
	for j := range rows[1] {
		rows[1][j] = j
	}
	for i, c := range s {
		before, row, next := &rows[i%3], &rows[(i+1)%3], &rows[(i+2)%3]
		next[0] = i + 1
		for j, d := range t {
			change := 1
			if c == d {
				change = 0
			}
			next[j+1] = min(row[j+1]+1, next[j]+1, row[j]+change)
			if i > 0 && j > 0 && c == t[j-1] && s[i-1] == d {
				next[j+1] = min(next[j+1], before[j-1]+1)
			}
		}
	}
	return rows[(len(s)+1)%3][len(t)]
}

// lowered appends the letters of a name in lower case.
func lowered(to []rune, name string) []rune {
	for _, r := range name {
		to = append(to, unicode.ToLower(r))
	}
	return to
}

// maxListed is the number of names that a message lists.
const maxListed = 12

// listNames writes names as "`a`, `b` or `c`".
func listNames(names []string, word string) string {
	if len(names) > maxListed {
		return listNames(names[:maxListed], ",") + " …"
	}
	quoted := make([]string, len(names))
	for i, n := range names {
		quoted[i] = "`" + n + "`"
	}
	if len(quoted) < 2 {
		return strings.Join(quoted, "")
	}
	last := len(quoted) - 1
	return strings.Join(quoted[:last], ", ") + " " + word + " " + quoted[last]
}
