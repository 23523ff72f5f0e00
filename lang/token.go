package lang

import (
	"fmt"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Limits of a source file. They keep broken and hostile input from taking memory,
// time or stack: every recursion behind the scanner is bounded by maxNesting.
const (
	maxFileSize  = 16 << 20 // bytes
	maxTokens    = 400_000
	maxTokenSize = 1024 // bytes of one name, number or text
	maxNesting   = 256  // open brackets
)

type tokenKind int

// The kinds of tokens. A name is a word that is not reserved, or any word behind
// `on` or `.`. An end is `;`, a line break that ends a statement, or nothing at
// all before a `}`. A bad token was reported by the scanner; a virtual one is a
// closing bracket that the author forgot, also reported.
const (
	nameToken tokenKind = iota
	keywordToken
	numberToken
	textToken
	operatorToken
	endToken
	badToken
	virtualToken
)

type token struct {
	kind     tokenKind
	text     string
	pos, end Pos
}

func (t token) span() Span { return Span{Start: t.pos, End: t.end} }

// comment is a `//` comment with its place; text includes the slashes.
type comment struct {
	pos  Pos
	text string
}

// reserved words can't be names, except behind `on` and `.`.
var reserved = wordSet(`set seq record each converges window system param type def shared
	persistent ghost hidden var protocol stable always machine client process object function on
	update drop transfer convert adapt plan expect extend if then else for in while loop choose
	either or and not mod atomic call send signal reply assert await note stop resume replace try
	with at when of old self none true false import`)

// continuing words never start a statement: a line break before one means nothing.
var continuing = wordSet(`then else or and mod with at when of in`)

// closing are the reserved words with which a statement may end.
var closing = wordSet(`true false none self old reply system`)

// linking words may have a starting word behind them: `drop process`, `at protocol`.
var linking = wordSet(`drop extend try expect at if while`)

// starting words begin a statement or declaration wherever they stand first on a
// line, so a bracket that is open before them was forgotten.
var starting = wordSet(`param type def shared persistent ghost hidden var protocol stable always
	machine client process object function on update drop transfer convert adapt plan expect
	extend for while loop either atomic call send signal reply assert await note stop resume
	replace try import system`)

// heading words begin a declaration at the top of a file.
var heading = wordSet(`param type def shared persistent ghost hidden protocol stable always machine
	client process object function update import system`)

func wordSet(words string) map[string]bool {
	set := map[string]bool{}
	for _, w := range strings.Fields(words) {
		set[w] = true
	}
	return set
}

// scanner cuts a text into tokens with balanced brackets.
type scanner struct {
	src       string
	at        Pos
	tokens    []token
	comments  []comment
	errs      ErrorList
	open      []token // brackets that are not closed yet
	forgotten []Span  // from a ( or [ that is not closed to where it should have been
	fresh     bool    // no token on this line yet
	strict    bool    // a heading word in the first column closes every bracket
	full      bool    // a limit was reached
	mixed     bool    // a brace was forgotten
	endless   bool    // no `*/` stands behind here
}

// scan gives the tokens of a text. Its brackets are balanced: where the author
// forgot one, there is an error and a virtual token. With a text that is no spec
// at all (too large, binary), or beyond a limit, there are no tokens and one error.
func scan(path string, src []byte) *scanner {
	s := scanOnce(path, src, false)
	if len(s.open) > 0 && !s.full {
		s = scanOnce(path, src, true)
	}
	if s.full {
		s.tokens, s.errs = nil, s.errs[len(s.errs)-1:]
		return s
	}
	s.closeAll(0, "the end of the file")
	s.endStatement()
	return s
}

func scanOnce(path string, src []byte, strict bool) *scanner {
	s := &scanner{at: Pos{Filename: path, Line: 1, Column: 1}, strict: strict, fresh: true}
	if s.refuse(src) {
		return s
	}
	s.src = string(src)
	s.tokens = make([]token, 0, min(len(src)/4+16, maxTokens+16))
	if strings.HasPrefix(s.src, "\ufeff") {
		s.at.Offset = len("\ufeff")
	}
	for s.at.Offset < len(s.src) && !s.full {
		s.next()
	}
	return s
}

// refuse reports a text that can't be a spec.
func (s *scanner) refuse(src []byte) bool {
	if len(src) > maxFileSize {
		s.stop(codeFileSize, fmt.Sprintf("the file has more than %d MiB: it is no spec", maxFileSize>>20), s.at)
		return true
	}
	pos := s.at
	for pos.Offset < len(src) {
		r, size := utf8.DecodeRune(src[pos.Offset:])
		if r == 0 || r == utf8.RuneError && size == 1 {
			s.stop(codeNotText, fmt.Sprintf("the file is not UTF-8 text: byte 0x%02x", src[pos.Offset]), pos)
			return true
		}
		pos.Column++
		if n := breakLength(src[pos.Offset:]); n > 0 {
			size, pos.Line, pos.Column = n, pos.Line+1, 1
		}
		pos.Offset += size
	}
	return false
}

// stop reports that a limit was reached.
func (s *scanner) stop(code, msg string, pos Pos) {
	s.full = true
	s.errs = append(s.errs, &Error{Code: code, Msg: msg, Span: Span{Start: pos, End: pos}})
}

// fail reports an error. There is no end to the errors that a text can have without
// any word of the language, so they are limited, too.
func (s *scanner) fail(e *Error) {
	s.errs = append(s.errs, e)
	if len(s.errs) > maxTokens {
		s.stop(codeTokens, fmt.Sprintf("the file has more than %d words and signs", maxTokens), e.Span.Start)
	}
}

// next reads one token, one comment or white space.
func (s *scanner) next() {
	rest := s.src[s.at.Offset:]
	switch c := rest[0]; {
	case c == '\n' || c == '\r':
		s.newLine(rest)
	case c == ' ' || c == '\t':
		s.skip(rest[:1])
	case strings.HasPrefix(rest, "//"):
		text := rest[:lineLength(rest)]
		s.comments = append(s.comments, comment{pos: s.at, text: strings.TrimRight(text, " \t")})
		s.skip(text)
	case strings.HasPrefix(rest, "/*"):
		s.alienComment(rest)
	case c == '"':
		s.text(rest)
	case c >= '0' && c <= '9':
		s.number(rest)
	case wordLength(rest) > 0:
		s.word(rest[:wordLength(rest)])
	default:
		s.operator(rest)
	}
}

// newLine moves on behind the line break at the start of rest.
func (s *scanner) newLine(rest string) {
	s.at.Offset += breakLength(rest)
	s.at.Line, s.at.Column = s.at.Line+1, 1
	s.fresh = true
}

// alienComment passes over a comment of other languages, so that what stands behind
// it is still read; over its sign only where it has no end.
func (s *scanner) alienComment(rest string) {
	from, n := s.at, -1
	s.skip("/*")
	s.fail(&Error{Code: codeSign, Span: Span{Start: from, End: s.at}, Msg: "`/*` starts no comment in this language",
		Advice: "write `//` at the start of each line of the comment"})
	if !s.endless {
		n = strings.Index(rest, "*/")
		s.endless = n < 0
	}
	if n < 0 {
		return
	}
	for rest = s.src[s.at.Offset : from.Offset+n+len("*/")]; rest != ""; {
		line := rest[:lineLength(rest)]
		s.skip(line)
		if rest = rest[len(line):]; rest != "" {
			s.newLine(rest)
			rest = rest[breakLength(rest):]
		}
	}
}

// skip moves on behind text, which has no line break.
func (s *scanner) skip(text string) {
	s.at.Offset += len(text)
	s.at.Column += utf8.RuneCountInString(text)
}

// add appends a token and moves behind it.
func (s *scanner) add(kind tokenKind, text string) *token {
	if len(text) > maxTokenSize {
		s.stop(codeTokenSize, fmt.Sprintf("a word of %d bytes; the longest may have %d", len(text), maxTokenSize), s.at)
	}
	if len(s.tokens) >= maxTokens {
		s.stop(codeTokens, fmt.Sprintf("the file has more than %d words and signs", maxTokens), s.at)
	}
	if s.fresh {
		s.lineBreak(kind, text)
	}
	t := token{kind: kind, text: text, pos: s.at}
	s.skip(text)
	t.end = s.at
	s.tokens = append(s.tokens, t)
	s.fresh = false
	return &s.tokens[len(s.tokens)-1]
}

func wordLength(s string) int {
	for i, r := range s {
		if r != '_' && !unicode.IsLetter(r) && (i == 0 || !unicode.IsDigit(r)) {
			return i
		}
	}
	return len(s)
}

func (s *scanner) word(text string) {
	kind := nameToken
	if reserved[text] && !s.afterDot() {
		kind = keywordToken
	}
	s.add(kind, text)
}

// afterDot says whether the coming word is one that may be any word.
func (s *scanner) afterDot() bool {
	n := len(s.tokens)
	return n > 0 && !s.fresh && (s.tokens[n-1].text == "." || s.tokens[n-1].kind == keywordToken && s.tokens[n-1].text == "on")
}

func (s *scanner) number(rest string) {
	n := 0
	for n < len(rest) && rest[n] >= '0' && rest[n] <= '9' {
		n++
	}
	n += wordLength(rest[n:])
	if fraction := fractionLength(rest[n:]); fraction > 0 {
		t := s.add(badToken, rest[:n+fraction])
		s.fail(&Error{Code: codeNumber, Span: t.span(), Msg: fmt.Sprintf("`%s` is not a number of this language", clip(t.text)),
			Advice: "there are no fractions: count in smaller units"})
		return
	}
	t := s.add(numberToken, rest[:n])
	_, err := strconv.ParseInt(t.text, 10, 64)
	if err != nil || len(t.text) > 1 && t.text[0] == '0' {
		t.kind = badToken
		s.fail(&Error{Code: codeNumber, Span: t.span(), Msg: fmt.Sprintf("`%s` is not a number of this language", clip(t.text)),
			Advice: "numbers are decimal, without leading zeros, and at most 9223372036854775807"})
	}
}

// fractionLength is the length of `.5` at the start of rest; 0 if there is no such
// thing.
func fractionLength(rest string) int {
	n := 1
	for n < len(rest) && rest[0] == '.' && rest[n] >= '0' && rest[n] <= '9' {
		n++
	}
	if n == 1 {
		return 0
	}
	return n
}

func (s *scanner) text(rest string) {
	t := s.add(textToken, rest[:textLength(rest)])
	if _, err := strconv.Unquote(t.text); err != nil {
		t.kind = badToken
		s.fail(&Error{Code: codeText, Span: t.span(), Msg: "this text has no closing quote, or an escape that is not known",
			Advice: `a text is closed by " on its line; in it, write \" for a quote and \\ for a backslash`})
	}
}

// textLength is the length of the text in quotes at the start of rest, up to the
// end of the line where it is not closed. It looks no further than that.
func textLength(rest string) int {
	for n := 1; n < len(rest); n++ {
		switch c := rest[n]; {
		case c == '"':
			return n + 1
		case c == '\n' || c == '\r':
			return n
		case c == '\\' && n+1 < len(rest) && rest[n+1] != '\n' && rest[n+1] != '\r':
			n++
		}
	}
	return len(rest)
}

// operators are tried in this order: longer ones first.
var operators = []string{"..", "->", "==", "!=", "<=", ">=", "+=", "-=",
	"=", "<", ">", "+", "-", "*", "/", "(", ")", "[", "]", "{", "}", ",", ".", ":", "?", "|"}

func (s *scanner) operator(rest string) {
	if rest[0] == ';' {
		s.endOfLine()
		return
	}
	if sign, advice := strangerAt(rest); sign != "" {
		s.stranger(sign, advice)
		return
	}
	for _, op := range operators {
		if strings.HasPrefix(rest, op) {
			s.bracket(op)
			return
		}
	}
	_, size := utf8.DecodeRuneInString(rest)
	s.stranger(rest[:size], "")
}

func (s *scanner) stranger(sign, advice string) {
	t := s.add(badToken, sign)
	s.fail(&Error{Code: codeSign, Span: t.span(), Msg: fmt.Sprintf("%q is no sign of this language", sign), Advice: advice})
}

// endOfLine reads a `;`. Several in a row are one.
func (s *scanner) endOfLine() {
	s.closeRound("`;`")
	n := len(s.tokens)
	s.fresh = false
	t := token{kind: endToken, text: ";", pos: s.at}
	s.skip(";")
	t.end = s.at
	if n > 0 && s.tokens[n-1].kind != endToken {
		s.tokens = append(s.tokens, t)
	}
}
