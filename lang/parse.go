package lang

import (
	"slices"
	"sync"

	"github.com/alecthomas/participle/v2"
	"github.com/alecthomas/participle/v2/lexer"
)

// Parse reads one source file. path is put into every place; src is not kept. It
// never panics and never fails as a whole: it gives the declarations that could
// be read, and the errors of all others, tidied (see ErrorList.Tidy). The file is
// never nil; it is complete exactly when there are no errors. The cost is linear
// in the size of src; a file beyond the limits (16 MiB, 400,000 words and signs,
// 256 open brackets) is one error.
func Parse(path string, src []byte) (*File, ErrorList) {
	f, errs := parse(path, src)
	return f, errs.Tidy()
}

// parse is Parse with all errors, untidied.
func parse(path string, src []byte) (*File, ErrorList) {
	scanned := scan(path, src)
	p := &parser{errs: scanned.errs, forgotten: scanned.forgotten, tokens: scanned.tokens}
	p.damage.mixed = scanned.mixed
	f := &File{Path: path, comments: scanned.comments}
	f.Pos = Pos{Filename: path, Line: 1, Column: 1}
	f.EndPos = scanned.at
	p.file(f, scanned.tokens)
	if len(p.errs) == 0 && len(f.Items)+len(f.Imports) == 0 {
		p.errs = append(p.errs, &Error{Code: codeEmpty, Span: Span{Start: f.Pos, End: f.Pos},
			Msg: "the file declares nothing", Advice: "a spec starts with `system NAME` and declares units, protocols and an update"})
	}
	p.assess()
	f.damage = p.damage
	return f, p.errs
}

// parser collects what Parse reports. forgotten holds the stretches behind a ( or
// [ that is not closed, in which there is nothing more to say.
type parser struct {
	errs      ErrorList
	forgotten []Span
	tokens    []token
	damage    damage
}

// systemDecl is `system name`, kept in File.System.
type systemDecl struct {
	Node
	Name *Ident `parser:"'system' @@ END"`
}

// root is the grammar of one declaration, wherever it stands.
type root struct {
	Decl Syntax `parser:"@@ END*"`
}

// grammar is built when it is first needed.
var grammar struct {
	once   sync.Once
	parser *participle.Parser[root]
}

// buildGrammar makes a parser from struct tags and the hand-written productions.
func buildGrammar[T any](more ...participle.Option) *participle.Parser[T] {
	return participle.MustBuild[T](append(more,
		participle.Lexer(grammarTokens{}), participle.Elide("Space"), participle.UseLookahead(0),
		production(expression), production(typeExpression), production(statement), production(protocolBody))...)
}

// anyDeclaration is all that may stand at the top of a file, in an update or in a
// unit; frequent ones first.
func anyDeclaration() participle.Option {
	return participle.Union[Syntax](
		&HandlerDecl{}, &TypeDecl{}, &DefDecl{}, &UnitDecl{}, &ExpectDecl{}, &HookDecl{}, &DataDecl{},
		&ProtocolDecl{}, &StableDecl{}, &AlwaysDecl{}, &ParamDecl{}, &UpdateDecl{}, &TransferDecl{},
		&ConvertDecl{}, &RemovalDecl{}, &DropDecl{}, &ExtendDecl{}, &RequiresDecl{}, &TolerateDecl{},
		&AcceptsDecl{}, &FixesDecl{}, &OnlyDecl{}, &PlanDecl{}, &WindowDecl{}, &ConvergesDecl{},
		&MachineDecl{}, &ImportDecl{}, &systemDecl{}, &StmtMember{},
	)
}

// file sorts the declarations of a file.
func (p *parser) file(f *File, tokens []token) {
	for _, piece := range cut(tokens) {
		d := p.declaration(piece, inFile)
		switch d := d.(type) {
		case nil:
		case *ImportDecl:
			if f.System != nil || len(f.Items) > 0 {
				p.misplaced(piece[0], "`import` belongs at the top of the file")
				p.damage.unnamed = true
				continue
			}
			f.Imports = append(f.Imports, d)
		case *systemDecl:
			if f.System != nil || len(f.Items) > 0 {
				p.misplaced(piece[0], "one `system` belongs at the top of the file, behind the imports")
			}
			f.System = d.Name
		case Item:
			f.Items = append(f.Items, d)
		default:
			p.misplaced(piece[0], inFile.refusal(d, piece[0]))
			p.damage.lose(piece)
		}
	}
}

// cut cuts tokens at the declarations on the outermost level: behind every end,
// and behind a `}` that nothing continues.
func cut(tokens []token) [][]token {
	var pieces [][]token
	from, depth := 0, 0
	for i, t := range tokens {
		if depth == 0 && i > from && startsPiece(tokens[i-1], t) && !(t.text == "on" && tokens[i-1].kind != endToken && holdsData(tokens[from])) {
			pieces = append(pieces, tokens[from:i])
			from = i
		}
		switch t.text {
		case "(", "[", "{":
			depth++
		case ")", "]", "}":
			depth--
		}
	}
	if from < len(tokens) {
		pieces = append(pieces, tokens[from:])
	}
	return slices.DeleteFunc(pieces, func(piece []token) bool { return piece[0].kind == endToken })
}

// holdsData says whether a declaration that starts like this may go on with `on`.
func holdsData(first token) bool {
	return marks[first.text] || first.text == "shared" || first.text == "persistent" || first.text == "ghost" || first.text == "hidden"
}

func startsPiece(before, t token) bool {
	if before.kind == endToken {
		return true
	}
	if before.text != "}" {
		return false
	}
	return t.kind == nameToken && t.text != "means" && t.text != "live" || t.kind == keywordToken && !continuing[t.text]
}

// declaration reads one declaration, or gives nil and reports an error. Units and
// updates are read in pieces, so that each of them can report its own error.
func (p *parser) declaration(piece []token, where context) Syntax {
	d := p.read(piece, where)
	switch {
	case d == nil && where == inUnit:
		p.damage.lose(piece, ":", "{", "(")
	case d == nil:
		p.damage.lose(piece, ":", "{", "(", "=")
	}
	return d
}

// read is declaration without account of what could not be read.
func (p *parser) read(piece []token, where context) Syntax {
	if e := where.unknown(piece); e != nil {
		if len(piece) == 1 || piece[1].kind != badToken { // of that one the scanner has told
			p.errs = append(p.errs, e)
		}
		return nil
	}
	head, body := split(piece)
	d := p.parse(head)
	lost := p.damage.lost
	switch d := d.(type) {
	case *UnitDecl:
		for _, inner := range cut(body) {
			if m, ok := p.declaration(inner, inUnit).(Member); ok {
				d.Members = append(d.Members, m)
			}
		}
		if where == inUpdate && p.damage.lost > lost {
			p.damage.word(d.Name.Name)
		}
	case *UpdateDecl:
		for _, inner := range cut(body) {
			if c, ok := p.declaration(inner, inUpdate).(ChangeNode); ok {
				d.Changes = append(d.Changes, c)
			}
		}
		if p.damage.lost > lost {
			p.damage.word(d.Name.Name)
		}
	}
	if d != nil && !p.sound(d, piece[0], where) {
		return nil
	}
	return d
}

// split takes the body out of the tokens of a unit or an update: the head keeps
// its braces.
func split(piece []token) (head, body []token) {
	switch piece[0].text {
	case "client", "process", "object", "function", "update":
	default:
		return piece, nil
	}
	open, depth := -1, 0
	for i, t := range piece {
		switch t.text {
		case "(", "[", "{":
			if depth == 0 && t.text == "{" {
				open = i
			}
			depth++
		case ")", "]", "}":
			depth--
			if depth == 0 && open >= 0 {
				return slices.Concat(piece[:open+1], piece[i:]), piece[open+1 : i]
			}
		}
	}
	return piece, nil
}

// parse reads one declaration with the grammar.
func (p *parser) parse(tokens []token) Syntax {
	grammar.once.Do(func() { grammar.parser = buildGrammar[root](anyDeclaration()) })
	lex, err := lexer.Upgrade(&replay{tokens: tokens}, spaceType)
	if err != nil {
		return nil // replay has no errors
	}
	d, err := grammar.parser.ParseFromLexer(lex)
	if err != nil {
		p.report(err)
		return nil
	}
	return d.Decl
}
