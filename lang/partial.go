package lang

import (
	"slices"
	"sort"
	"strings"
	"unicode"
)

// This file decides what is said about a spec of which some could not be read. The
// rest of it is checked too, and what the missing part may be to blame for is left
// out: an error is shown only where no word on its lines occurs in that part.

// damage is what is not known about a file because some of it could not be read.
type damage struct {
	lost    int             // number of declarations and statements
	words   map[string]bool // names in what could not be read: what they stand for is not known
	unnamed bool            // something may be declared whose name is not known
	values  bool            // an enumeration may have values whose names are not known
	fields  bool            // a record may have fields whose names are not known
	mixed   bool            // what stands where is not known: there are too few or too many braces
}

// lose enters tokens that could not be read. A name with one of the signs behind it
// may be a declaration's first word and its name in one.
func (d *damage) lose(tokens []token, signs ...string) {
	d.lost++
	if len(tokens) > 1 && tokens[0].kind == nameToken && slices.Contains(signs, tokens[1].text) {
		d.unnamed = true
	}
	for i, t := range tokens {
		switch {
		case t.kind == nameToken:
			d.word(t.text)
		case t.text == "record":
			d.fields = true
		case t.kind == keywordToken && naming[t.text] && (i+1 == len(tokens) || tokens[i+1].kind != nameToken || tokens[i+1].text == "mailbox"):
			d.unnamed = true
		case t.kind == keywordToken && t.text == "type" && enumerates(tokens[i:]):
			d.values = true
		}
	}
}

// enumerates says whether a type's declaration may give names to values: it has a
// brace that is not a record's.
func enumerates(tokens []token) bool {
	for i, t := range tokens {
		if t.text == "{" && i > 0 && tokens[i-1].text != "record" {
			return true
		}
	}
	return false
}

func (d *damage) word(name string) {
	if d.words == nil {
		d.words = map[string]bool{}
	}
	d.words[name] = true
}

// naming words have a new name behind them; `mailbox` is the word behind that.
var naming = wordSet(`param type def shared persistent ghost hidden var protocol stable client process
	object function on for transfer`)

// loseStmt enters a statement that could not be read.
func (p *parser) loseStmt(s Span) {
	from := sort.Search(len(p.tokens), func(i int) bool { return p.tokens[i].pos.Offset >= s.Start.Offset })
	to := sort.Search(len(p.tokens), func(i int) bool { return p.tokens[i].pos.Offset >= s.End.Offset })
	p.damage.lose(p.tokens[from:max(from, to)], ":", "{", "(")
}

// assess looks at the errors of a file for what they mean for the rest. Behind an
// error on the last line the file may be cut off.
func (p *parser) assess() {
	last := 0
	if n := len(p.tokens); n > 0 {
		last = p.tokens[n-1].end.Line
	}
	for _, e := range p.errs {
		switch e.Code {
		case codeFileSize, codeNotText, codeTokens, codeTokenSize, codeNesting, codeUnopened, codeEmpty:
			p.damage.mixed = true
		}
		p.damage.unnamed = p.damage.unnamed || e.Span.End.Line >= last
	}
	for _, s := range p.forgotten {
		p.loseStmt(s)
	}
}

// certain codes are of errors in what the author wrote. Those of unknownCodes are of
// errors about what he did not write, or not where it was looked for. What no
// list has may follow from what is missing.
var (
	certain = []string{codeDuplicate, codeWrongKind, codeMismatch, codeConversion, codeOutOfRange, codeEmptyRange, codeNotConstant,
		codeTypeCycle, codeAmbiguous, codeNoPart, codeBadParts, codeOverflow, codeDivision, codeNotSet, codeCaller, codeNeedsType,
		codeRecursion, codeArity, codeReadsGhost, codeForeignVar, codeNotReadable, codeOld, codeNotGhost, codeSelf,
		codeMisplacedStmt, codeAfterLoop, codeReplyValue, codeNoValue, codeForSet, codeHeldResults, codeInstance,
		codeToFunction, codeToClient, codeChangedTwice, codeClientUpdate, codeGhostUpdate, codeTooLarge}
	unknownCodes = []string{codeUnknown, codeUnknownType, codeUnknownUnit, codeUnknownMessage, codeProtocolMessage, codeProtocolKey, codeNoSuch}
)

// partial checks the files in which there are syntax errors.
func (l *loader) partial(opt Options) ErrorList {
	lost := damage{}
	for _, f := range l.files {
		for w := range f.damage.words {
			lost.word(w)
		}
		lost.unnamed = lost.unnamed || f.damage.unnamed
		lost.values = lost.values || f.damage.values
		lost.fields = lost.fields || f.damage.fields
		lost.mixed = lost.mixed || f.damage.mixed
	}
	if lost.mixed || l.missing {
		return nil
	}
	lost.unnamed = lost.unnamed || extendsAny(l.files, lost.words)
	_, errs := check(l.files, opt)
	sound := &judge{lost.words, l.sources, map[Pos]bool{}}
	return slices.DeleteFunc(errs, func(e *Error) bool {
		known := slices.Contains(certain, e.Code) ||
			!lost.unnamed && slices.Contains(unknownCodes, e.Code) && (e.Code != codeUnknown || !lost.values)
		if e.Code == codeNoPart && lost.fields {
			return true
		}
		return !known || !sound.error(e)
	})
}

// extendsAny says whether an update extends a type of which the declaration may be
// what could not be read: then the names that it adds are not known either.
func extendsAny(files []*File, lost map[string]bool) bool {
	for _, f := range files {
		for _, item := range f.Items {
			u, ok := item.(*UpdateDecl)
			if ok && slices.ContainsFunc(u.Changes, func(n ChangeNode) bool { e, is := n.(*ExtendDecl); return is && lost[e.Type.Name.Name] }) {
				return true
			}
		}
	}
	return false
}

// A judge says whether errors have nothing to do with words that are not known.
type judge struct {
	words   map[string]bool
	sources *Sources
	lines   map[Pos]bool // what was found for a line
}

func (j *judge) error(e *Error) bool {
	return j.span(e.Span) && !slices.ContainsFunc(e.Related, func(r Related) bool { return !j.span(r.Span) })
}

func (j *judge) span(s Span) bool {
	src := j.sources.Get(s.Start.Filename)
	for n := s.Start.Line; n <= s.End.Line; n++ {
		at := Pos{Filename: s.Start.Filename, Line: n}
		sound, judged := j.lines[at]
		if !judged {
			sound = src != nil && !slices.ContainsFunc(strings.FieldsFunc(src.Line(n), noWord), func(w string) bool { return j.words[w] })
			j.lines[at] = sound
		}
		if !sound {
			return false
		}
	}
	return true
}

func noWord(r rune) bool { return r != '_' && !unicode.IsLetter(r) && !unicode.IsDigit(r) }
