package lang

import (
	"errors"
	"fmt"
	"slices"
	"sort"
	"strings"

	"github.com/alecthomas/participle/v2"
	"github.com/alecthomas/participle/v2/lexer"
)

// report translates an error of the grammar into the author's words. Behind a
// token that the scanner has reported there is nothing more to say.
func (p *parser) report(err error) {
	var f *fault
	if !errors.As(err, &f) {
		f = translate(err)
	}
	if f.token.Type == typeOf(badToken) || f.token.Type == typeOf(virtualToken) {
		return
	}
	at := f.err.Span.Start.Offset
	i := sort.Search(len(p.forgotten), func(i int) bool { return p.forgotten[i].End.Offset >= at })
	if i < len(p.forgotten) && p.forgotten[i].Start.Offset <= at {
		return
	}
	p.errs = append(p.errs, &f.err)
}

// translate makes a fault of an error of the parser library.
func translate(err error) *fault {
	var unexpected *participle.UnexpectedTokenError
	if !errors.As(err, &unexpected) {
		return misread(err)
	}
	t := unexpected.Unexpected
	_, grammar, _ := strings.Cut(unexpected.Message(), " (expected ")
	wanted := firstOf(strings.TrimSuffix(grammar, ")"))
	var made error
	switch {
	case len(wanted) == 1 && wanted[0] == "a name":
		made = noName(t, "a name")
	case slices.Contains(wanted, endWord) && (len(wanted) == 1 || t.Type == typeOf(nameToken) || t.Type == typeOf(keywordToken)):
		made = noBreak(t)
	case len(wanted) == 0:
		made = failAt(t, codeSyntax, nameOf(t)+" is not expected here", "")
	default:
		made = failAt(t, codeSyntax, fmt.Sprintf("%s is missing: found %s", strings.Join(wanted, " or "), nameOf(t)), nearWord(t, wanted))
	}
	return made.(*fault)
}

// closedSets holds the words of productions that are nothing but words.
var closedSets = map[string][]string{
	aLevel:   strings.Fields("anytime data unit protocol event system state reboot hardware plan"),
	aVerdict: strings.Fields("valid immediate stray broken eventual possible invalid feasible infeasible vacuous completes deadlocks can"),
}

// nearWord gives advice where a word was mistyped.
func nearWord(t lexer.Token, wanted []string) string {
	if t.Type != typeOf(nameToken) {
		return ""
	}
	var words []string
	for _, w := range wanted {
		words = append(words, strings.Trim(w, "`"))
		words = append(words, closedSets[w]...)
	}
	return didYouMean(t.Value, words)
}

// misread covers what the library reports by other means than an unexpected token.
func misread(err error) *fault {
	f := &fault{err: Error{Code: codeSyntax, Msg: err.Error()}}
	var placed participle.Error
	if errors.As(err, &placed) {
		pos := Pos(placed.Position())
		f.err.Msg, f.err.Span = placed.Message(), Span{Start: pos, End: pos}
	}
	return f
}

const (
	endWord  = "the end of the line"
	aLevel   = "a level like `unit`"
	aVerdict = "a verdict like `valid`"
)

// productions names what the author sees of the grammar.
var productions = map[string]string{
	"Ident": "a name", "ExprNode": "a value", "TypeNode": "a type", "TextNode": "a text in quotes",
	"ParamNode": "`name: type`", "BlockNode": "`{`", "ProtocolNode": "`{`", "LevelNode": aLevel,
	"Verdict": aVerdict, "NumberNode": "a number", "Drop": "a name", "TypeDecl": "`type`",
	"MachineAmount": "a name", "StmtNode": "a statement", "Signature": "`on`", "Brace": "`{`", "ReplaceNode": "`replace`",
	"end": endWord, "name": "a name", "int": "a number", "text": "a text in quotes",
}

// firstOf gives what may come first in a piece of grammar as the library prints
// it: `("->" TypeNode)? "=" ExprNode <end>` gives "`->`" and "`=`".
func firstOf(grammar string) []string {
	g := &grammarText{rest: grammar}
	words, _ := g.sequence()
	return words
}

// grammarText reads a grammar from left to right.
type grammarText struct{ rest string }

// sequence gives the first words of a sequence or of alternatives, and whether it
// may be empty. It stops before the bracket that closes it.
func (g *grammarText) sequence() (words []string, empty bool) {
	done, empty := false, false
	for g.skip(); g.rest != "" && g.rest[0] != ')'; g.skip() {
		if g.rest[0] == '|' {
			g.rest = g.rest[1:]
			empty = empty || !done
			done = false
			continue
		}
		first, optional := g.term()
		if !done {
			words = appendNew(words, first)
			done = !optional
		}
	}
	return words, empty || !done
}

func appendNew(words, more []string) []string {
	for _, w := range more {
		if !slices.Contains(words, w) {
			words = append(words, w)
		}
	}
	return words
}

// term gives the first words of one term, and whether it may be left out.
func (g *grammarText) term() (words []string, optional bool) {
	switch c := g.rest[0]; {
	case strings.HasPrefix(g.rest, "(?"):
		g.rest = g.rest[len("(?="):]
		g.sequence()
		g.rest = strings.TrimPrefix(g.rest, ")")
		return nil, true
	case c == '(':
		g.rest = g.rest[1:]
		words, optional = g.sequence()
		g.rest = strings.TrimPrefix(g.rest, ")")
	case c == '"':
		word, rest, _ := strings.Cut(g.rest[1:], `"`)
		g.rest, words = rest, []string{"`" + word + "`"}
	default:
		n := strings.IndexAny(g.rest[1:], " )|?*+!") + 1
		if n == 0 {
			n = len(g.rest)
		}
		name := strings.Trim(g.rest[:n], "<>")
		g.rest = g.rest[n:]
		if word, ok := productions[name]; ok {
			words = []string{word}
		}
	}
	if g.rest != "" && strings.IndexByte("?*+!", g.rest[0]) >= 0 {
		optional = optional || g.rest[0] == '?' || g.rest[0] == '*'
		g.rest = g.rest[1:]
	}
	return words, optional
}

func (g *grammarText) skip() { g.rest = strings.TrimLeft(g.rest, " ") }
