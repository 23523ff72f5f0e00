package lang

import (
	"fmt"
	"slices"
	"strings"
)

// context is where a declaration stands.
type context int

const (
	inFile context = iota
	inUpdate
	inUnit
)

// admits says whether that kind of declaration may stand there.
func (w context) admits(d Syntax) bool {
	switch w {
	case inUpdate:
		_, ok := d.(ChangeNode)
		return ok
	case inUnit:
		_, ok := d.(Member)
		return ok
	}
	switch d.(type) {
	case *ImportDecl, *systemDecl:
		return true
	}
	_, ok := d.(Item)
	return ok
}

// refusal says where a declaration that is not admitted belongs.
func (w context) refusal(d Syntax, first token) string {
	var homes []string
	for home, name := range []string{"at the top of a file", "in an update", "in a unit"} {
		if context(home).admits(d) {
			homes = append(homes, name)
		}
	}
	return fmt.Sprintf("`%s` belongs %s", clip(first.text), strings.Join(homes, " or "))
}

// sound looks at what the grammar lets through, takes the statements out that
// could not be read, and reports whether the declaration may stay.
func (p *parser) sound(d Syntax, first token, where context) bool {
	switch d := d.(type) {
	case *HandlerDecl:
		p.sift(d.Body, false)
	case *TransferDecl:
		p.sift(d.Body, true)
	case *PlanDecl:
		p.sift(d.Body, false)
	case *StmtMember:
		b := &BlockNode{Stmts: []StmtNode{d.Stmt}}
		p.sift(b, false)
		if len(b.Stmts) == 0 {
			return false
		}
	case *TolerateDecl:
		for _, x := range d.Paths {
			p.wantPath(x)
		}
	case *AcceptsDecl:
		if in, ok := d.Cond.(*InNode); !ok {
			p.errs = append(p.errs, &Error{Code: codeSyntax, Span: d.Cond.Span(), Msg: "`in` and a set of values are missing", Advice: "write `accepts x in {…}`"})
		} else {
			p.wantPath(in.X)
		}
	}
	if !where.admits(d) {
		p.misplaced(first, where.refusal(d, first))
		return false
	}
	return true
}

func (p *parser) wantPath(x ExprNode) {
	if !isPath(x) {
		p.errs = append(p.errs, &Error{Code: codePath, Span: x.Span(), Msg: "this is no variable", Advice: "name a variable, or a part of one like `x.f[i]`"})
	}
}

// sift takes bad statements out of a block and what is in it. Only the outermost
// block of a transfer may hold conversions.
func (p *parser) sift(b *BlockNode, conversions bool) {
	if b == nil {
		return
	}
	b.Stmts = slices.DeleteFunc(b.Stmts, func(s StmtNode) bool {
		if bad, ok := s.(*badStmt); ok {
			p.report(bad.cause)
			p.loseStmt(bad.Span())
			return true
		}
		if c, ok := s.(*ConvertDecl); ok && !conversions {
			p.errs = append(p.errs, &Error{Code: codeMisplaced, Span: c.word(),
				Msg: fmt.Sprintf("`%s` belongs in an update, or at the start of a transfer's block", c.Keyword)})
			p.loseStmt(c.Span())
			return true
		}
		for _, inner := range nestedBlocks(s) {
			p.sift(inner, false)
		}
		return false
	})
}

// nestedBlocks gives the blocks of a statement; some may be nil.
func nestedBlocks(s StmtNode) []*BlockNode {
	switch s := s.(type) {
	case *IfNode:
		blocks := []*BlockNode{s.Then, s.Else}
		if s.ElseIf != nil {
			blocks = append(blocks, nestedBlocks(s.ElseIf)...)
		}
		return blocks
	case *ForNode:
		return []*BlockNode{s.Body}
	case *WhileNode:
		return []*BlockNode{s.Body}
	case *LoopNode:
		return []*BlockNode{s.Body}
	case *AtomicNode:
		return []*BlockNode{s.Body}
	case *EitherNode:
		return s.Branches
	case *TryNode:
		return []*BlockNode{s.Else}
	}
	return nil
}

// itemWords, changeWords and memberWords begin declarations.
var (
	itemWords = strings.Fields(`import system param type def shared persistent ghost hidden protocol stable
		always client process object function machine update`)
	changeWords = strings.Fields(`type def shared persistent ghost hidden protocol stable always client process
		object function extend drop requires tolerate accepts transfer convert adapt plan window fixes only expect`)
	memberWords = append(strings.Fields(`on shared persistent ghost hidden drop converges`), statementWords...)
)

// unknown reports a declaration whose first word begins none.
func (w context) unknown(piece []token) *Error {
	first := piece[0]
	words := [...][]string{itemWords, changeWords, memberWords}[w]
	if first.kind == badToken || first.kind == keywordToken || slices.Contains(words, first.text) || marks[first.text] {
		return nil
	}
	thing := [...]string{"declaration of a file", "part of an update", "part of a unit"}[w]
	advice := didYouMean(first.text, words)
	if w == inUnit && (first.kind == nameToken && continuesPath(piece) || advice == "" || alienStatements[first.text] != "") {
		return nil // a statement
	}
	if advice == "" {
		advice = [...]string{"a file holds `system`, sizes, types, data, protocols, units and updates; `process fs { … }` is a unit",
			"an update holds changed declarations, transfers and what is expected of it, like `expect unit valid`",
			"a unit holds variables and handlers, like `on write() { … }`"}[w]
	}
	return &Error{Code: codeWord, Span: first.span(), Msg: fmt.Sprintf("`%s` begins no %s", clip(first.text), thing), Advice: advice}
}

// continuesPath says whether a piece goes on like an assignment or `hold x`.
func continuesPath(piece []token) bool {
	if piece[0].text == "hold" {
		return true
	}
	return len(piece) > 1 && slices.Contains([]string{"=", "+=", "-=", ".", "[", "("}, piece[1].text)
}

func (p *parser) misplaced(first token, msg string) {
	p.errs = append(p.errs, &Error{Code: codeMisplaced, Span: first.span(), Msg: msg})
}
