package lang

import (
	"fmt"
	"unicode/utf8"

	"github.com/alecthomas/participle/v2"
	"github.com/alecthomas/participle/v2/lexer"
)

// maxLevels bounds what may nest without brackets: `not not …`, `else if …`,
// `set of set of …`. maxChain bounds what follows on one level: operands of
// `+`, indices. With maxNesting they bound the depth of the tree.
const (
	maxLevels = 256
	maxChain  = 1000
)

// spaceType is the kind of the tokens that the grammar never sees. One stands
// behind every token, with the place where that token ends, so a node's EndPos is
// the end of its last token and not the start of the next.
const spaceType = lexer.TokenType(100)

// grammarTokens names the kinds of tokens for the grammar; text is lexed by scan.
type grammarTokens struct{ lexer.Definition }

// Symbols gives the names that struct tags use.
func (grammarTokens) Symbols() map[string]lexer.TokenType {
	return map[string]lexer.TokenType{
		"EOF": lexer.EOF, "Name": typeOf(nameToken), "Keyword": typeOf(keywordToken), "Int": typeOf(numberToken),
		"Text": typeOf(textToken), "Sign": typeOf(operatorToken), "END": typeOf(endToken),
		"Bad": typeOf(badToken), "Virtual": typeOf(virtualToken), "Space": spaceType,
	}
}

func typeOf(kind tokenKind) lexer.TokenType { return lexer.TokenType(kind) + 1 }

// replay hands scanned tokens to the grammar.
type replay struct {
	tokens []token
	next   int
	space  bool
	end    Pos
}

// Next gives the next token, or the space behind the one given before.
func (r *replay) Next() (lexer.Token, error) {
	if r.space {
		r.space = false
		return lexer.Token{Type: spaceType, Value: " ", Pos: lexer.Position(r.end)}, nil
	}
	if r.next == len(r.tokens) {
		return lexer.EOFToken(lexer.Position(r.end)), nil
	}
	t := r.tokens[r.next]
	r.next++
	r.space = true
	if t.kind != endToken {
		r.end = t.end
	}
	return lexer.Token{Type: typeOf(t.kind), Value: t.text, Pos: lexer.Position(t.pos)}, nil
}

// reader is the state of the hand-written productions: expressions, types,
// statements and protocol expressions.
type reader struct {
	lex   *lexer.PeekingLexer
	depth int
}

// fault is a syntax error on its way out of a production.
type fault struct {
	err   Error
	token lexer.Token // where it was noticed
}

// Error gives the message.
func (f *fault) Error() string { return f.err.Msg }

func (r *reader) peek() lexer.Token { return *r.lex.Peek() }

// at says whether the next token is that sign, reserved word or contextual word.
func (r *reader) at(text string) bool { return r.lex.Peek().Value == text }

func (r *reader) atKind(kind tokenKind) bool { return r.lex.Peek().Type == typeOf(kind) }

// accept reads the next token if it is that one.
func (r *reader) accept(text string) bool {
	if r.at(text) {
		r.lex.Next()
		return true
	}
	return false
}

// expect reads that token or fails; what is being read appears in the message.
func (r *reader) expect(text, what string) error {
	if r.accept(text) {
		return nil
	}
	return r.fail(codeSyntax, fmt.Sprintf("`%s` is missing %s: found %s", text, what, nameOf(r.peek())), "")
}

// name reads a name; what it names appears in the message.
func (r *reader) name(what string) (*Ident, error) {
	t := r.peek()
	if !r.atKind(nameToken) {
		return nil, noName(t, what)
	}
	r.lex.Next()
	return &Ident{Node: r.from(Pos(t.Pos)), Name: t.Value}, nil
}

// noName is the error where a name should stand.
func noName(t lexer.Token, what string) error {
	if t.Type == typeOf(keywordToken) {
		return failAt(t, codeReserved, fmt.Sprintf("`%s` is a word of the language and can't be %s", t.Value, what), "choose another name")
	}
	return failAt(t, codeSyntax, fmt.Sprintf("%s is missing: found %s", what, nameOf(t)), "")
}

// start is the place of the next token.
func (r *reader) start() Pos { return Pos(r.lex.Peek().Pos) }

// from is the place from start up to the end of the last token that was read.
func (r *reader) from(start Pos) Node {
	return Node{Pos: start, EndPos: Pos(r.lex.RawPeek().Pos)}
}

// sameLine says whether the next token stands on the line where the last one ended.
func (r *reader) sameLine() bool { return r.lex.Peek().Pos.Line == r.lex.RawPeek().Pos.Line }

// skipEnds reads line breaks, where they mean nothing.
func (r *reader) skipEnds() {
	for r.atKind(endToken) {
		r.lex.Next()
	}
}

// deeper counts one more level of nesting without brackets.
func (r *reader) deeper() error {
	if r.depth++; r.depth > maxLevels {
		return r.fail(codeNesting, fmt.Sprintf("this is nested more than %d deep", maxLevels), "split it with definitions or variables")
	}
	return nil
}

func (r *reader) fail(code, msg, advice string) error { return failAt(r.peek(), code, msg, advice) }

func failAt(t lexer.Token, code, msg, advice string) error {
	return &fault{token: t, err: Error{Code: code, Msg: msg, Advice: advice, Span: tokenSpan(t)}}
}

// tokenSpan is the place of a token; tokens do not cross lines, but for ends.
func tokenSpan(t lexer.Token) Span {
	span := Span{Start: Pos(t.Pos), End: Pos(t.Pos)}
	if t.Value != "\n" && t.Type != lexer.EOF && t.Type != typeOf(virtualToken) {
		span.End.Offset += len(t.Value)
		span.End.Column += utf8.RuneCountInString(t.Value)
	}
	return span
}

// nameOf names a token in a message.
func nameOf(t lexer.Token) string {
	switch {
	case t.Type == lexer.EOF:
		return "the end of the declaration"
	case t.Type == typeOf(endToken) && t.Value == "\n":
		return "the end of the line"
	case t.Type == typeOf(textToken):
		return "the text " + clip(t.Value)
	}
	return "`" + clip(t.Value) + "`"
}

// clip shortens a text for a message.
func clip(text string) string {
	if utf8.RuneCountInString(text) <= 40 {
		return text
	}
	return string([]rune(text)[:37]) + "..."
}

// production makes a hand-written production known to the grammar.
func production[T any](read func(*reader) (T, error)) participle.Option {
	return participle.ParseTypeWith(func(lex *lexer.PeekingLexer) (T, error) {
		return read(&reader{lex: lex})
	})
}
