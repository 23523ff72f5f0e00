package lang

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/alecthomas/participle/v2/ebnf"
)

// speaker makes sentences of a grammar.
type speaker struct {
	rules   map[string]*ebnf.Expression
	rnd     *rand.Rand
	words   []string
	used    map[string]bool
	heights map[string]int // of the productions
}

func (s *speaker) say(word string) { s.words = append(s.words, word) }

func (s *speaker) expression(e *ebnf.Expression) {
	alternatives := e.Alternatives
	if s.enough() {
		least := slices.MinFunc(alternatives, func(a, b *ebnf.Sequence) int { return s.height(a) - s.height(b) })
		alternatives = []*ebnf.Sequence{least}
	}
	for _, t := range alternatives[s.rnd.IntN(len(alternatives))].Terms {
		s.term(t)
	}
}

// enough says that the shortest way out is to be taken.
func (s *speaker) enough() bool { return len(s.words) > 30 }

// height is how deep a sentence of a sequence is at least.
func (s *speaker) height(q *ebnf.Sequence) int {
	greatest := 0
	for _, t := range q.Terms {
		switch {
		case t.Repetition == "?" || t.Repetition == "*":
		case t.Group != nil && t.Group.Lookahead == ebnf.LookaheadAssertionNone:
			greatest = max(greatest, s.least(t.Group.Expr))
		case t.Name != "":
			greatest = max(greatest, 1+s.heights[t.Name])
		}
	}
	return greatest
}

func (s *speaker) least(e *ebnf.Expression) int {
	return s.height(slices.MinFunc(e.Alternatives, func(a, b *ebnf.Sequence) int { return s.height(a) - s.height(b) }))
}

func (s *speaker) term(t *ebnf.Term) {
	times := 1
	switch t.Repetition {
	case "?":
		times = s.rnd.IntN(2)
	case "*":
		times = s.rnd.IntN(3)
	case "+":
		times = 1 + s.rnd.IntN(2)
	}
	if s.enough() && t.Repetition != "" {
		times = 0
		if t.Repetition == "+" {
			times = 1
		}
	}
	for range times {
		switch {
		case t.Group != nil:
			if t.Group.Lookahead == ebnf.LookaheadAssertionNone {
				s.expression(t.Group.Expr)
			}
		case t.Literal != "":
			s.say(strings.Trim(t.Literal, `"`))
		case t.Token != "":
			s.say(map[string]string{"name": "size", "word": "chunk", "int": "7", "text": `"so"`, "end": ";"}[t.Token])
		default:
			s.used[t.Name] = true
			s.expression(s.rules[t.Name])
		}
	}
}

// refusal is nil if one of the texts has no error but that a declaration has no
// meaning where it stands.
func refusal(texts ...string) (first *Error) {
	for _, src := range texts {
		_, errs := parse("sentence.lu", []byte(src))
		if len(errs) > 0 && errs[0].Code == codeWord && errs[0].Span.Start.Column == 1 { // not read at all
			first = errs[0]
			continue
		}
		errs = slices.DeleteFunc(errs, func(e *Error) bool { return (e.Code == codeMisplaced || e.Code == codeWord) })
		if len(errs) == 0 {
			return nil
		}
		if first == nil || first.Code == codeWord {
			first = errs[0]
		}
	}
	return first
}

// Whatever the printed grammar says is read without an error of syntax: what
// remains are declarations in places where they have no meaning.
func TestGrammar(t *testing.T) {
	tree, err := ebnf.ParseString(Grammar())
	if err != nil {
		t.Fatal(err)
	}
	s := &speaker{rules: map[string]*ebnf.Expression{}, rnd: rand.New(rand.NewPCG(1, 2)), used: map[string]bool{"Root": true}, heights: map[string]int{}}
	for _, p := range tree.Productions {
		if s.rules[p.Production] != nil {
			t.Errorf("%s stands in it twice", p.Production)
		}
		s.rules[p.Production] = p.Expression
		s.heights[p.Production] = 1000
	}
	for range tree.Productions {
		for name, e := range s.rules {
			s.heights[name] = s.least(e)
		}
	}
	for range 20000 {
		s.words = s.words[:0]
		s.expression(s.rules["Root"])
		src := strings.Join(s.words, " ")
		if refused := refusal(src, "update x {"+src+"}", "process p {"+src+"}"); refused != nil {
			t.Fatalf("%s\nis a sentence, but: %v", src, fmt.Sprint(refused.Code, " ", refused.Span, ": ", refused.Msg))
		}
	}
	for name := range s.rules {
		if !s.used[name] {
			t.Errorf("nothing leads to %s", name)
		}
	}
}
