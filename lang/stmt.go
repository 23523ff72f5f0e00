package lang

import (
	"fmt"
	"strings"
	"sync"

	"github.com/alecthomas/participle/v2"
	"github.com/alecthomas/participle/v2/lexer"
)

// badStmt stands for a statement that could not be read. Parse takes it out of
// the tree and keeps its error.
type badStmt struct {
	Node
	cause error
}

func (*badStmt) stmt() {}

// statement reads stmt of the grammar with its end. After an error it goes on
// behind the statement, so that a block reports several.
func statement(r *reader) (StmtNode, error) {
	if r.at("}") || r.lex.Peek().EOF() {
		return nil, participle.NextMatch
	}
	start := r.start()
	s, err := r.stmt()
	if err == nil {
		err = r.endOf(s)
	}
	if err != nil {
		r.recover()
		return &badStmt{Node: r.from(start), cause: err}, nil
	}
	return s, nil
}

// endOf reads what must stand behind a statement.
func (r *reader) endOf(s StmtNode) error {
	switch s.(type) {
	case *IfNode, *ForNode, *WhileNode, *LoopNode, *EitherNode, *AtomicNode, *TryNode, *ConvertDecl:
		return nil
	}
	if r.atKind(endToken) {
		r.lex.Next()
		return nil
	}
	if r.at("}") || r.lex.Peek().EOF() {
		return nil
	}
	return noBreak(r.peek())
}

// noBreak is the error where a statement should have ended.
func noBreak(t lexer.Token) error {
	switch {
	case t.Type == typeOf(textToken):
		return failAt(t, codeSyntax, fmt.Sprintf("`,` is missing before %s", nameOf(t)), "a label stands behind a comma: `assert x, \"what it says\"`")
	case t.Value == "=" || t.Value == "+=" || t.Value == "-=":
		return failAt(t, codeCompare, fmt.Sprintf("`%s` can't stand in an expression", t.Value), "write `==` to compare")
	case t.Type == typeOf(operatorToken):
		return failAt(t, codeSyntax, fmt.Sprintf("%s is not expected here", nameOf(t)), "")
	}
	return failAt(t, codeNoBreak, fmt.Sprintf("a line break or `;` is missing before %s", nameOf(t)), "")
}

// recover goes on to the end of the statement: the next end outside braces that
// were opened since, or before the brace that closes the block.
func (r *reader) recover() {
	for depth := 0; !r.lex.Peek().EOF(); r.lex.Next() {
		switch {
		case r.at("{"):
			depth++
		case r.at("}"):
			if depth == 0 {
				return
			}
			depth--
		case r.atKind(endToken) && depth == 0:
			r.lex.Next()
			return
		}
	}
}

// statementWords are the words that begin a statement.
var statementWords = strings.Fields(`var note call send signal reply hold assert await if for while
	loop either atomic stop resume replace try`)

// stmt reads a statement without its end.
func (r *reader) stmt() (StmtNode, error) {
	start, word := r.start(), r.peek().Value
	switch word {
	case "var":
		return r.variable(start, nil)
	case "note":
		return r.note(start)
	case "call", "send", "signal":
		return r.message(start, word)
	case "reply":
		return r.reply(start)
	case "assert":
		return r.assertion(start)
	case "await":
		r.lex.Next()
		cond, err := expression(r)
		return &AwaitNode{Node: r.from(start), Cond: cond}, err
	case "if", "for", "while", "loop", "either", "atomic":
		return r.compound(start, word)
	case "stop", "resume", "replace", "try", "convert", "adapt":
		return r.rare()
	}
	if r.atKind(nameToken) || word == "old" || word == "self" {
		return r.named(start)
	}
	return nil, r.noStatement()
}

func (r *reader) noStatement() error {
	t := r.peek()
	switch {
	case heading[t.Value] && r.atKind(keywordToken) || t.Value == "on":
		return r.fail(codeMisplaced, fmt.Sprintf("`%s` can't stand among statements", t.Value), "close the block with `}` first")
	case t.Value == "or" || t.Value == "else":
		return r.fail(codeMisplaced, fmt.Sprintf("there is nothing before this `%s` that it belongs to", t.Value), "")
	}
	return r.fail(codeStmt, "a statement is missing: found "+nameOf(t), "")
}

// marks are the words that may stand before a variable.
var marks = wordSet("readable tracked volatile")

// named reads a statement that starts with a name: an assignment, `hold`, or a
// variable with a mark.
func (r *reader) named(start Pos) (StmtNode, error) {
	first := r.peek()
	to, err := r.climb(termLevel + 1)
	if err != nil {
		return nil, err
	}
	switch name, _ := to.(*NameNode); {
	case name != nil && name.Name == "hold" && (r.atKind(nameToken) || r.at("old")) && r.sameLine():
		to, err := r.place("behind `hold`")
		return &HoldNode{Node: r.from(start), To: to}, err
	case name != nil && marks[name.Name] && r.at("var"):
		return r.variable(start, &Ident{Node: name.Node, Name: name.Name})
	}
	op, err := r.assignOp(first, to)
	if err != nil {
		return nil, err
	}
	if !isPath(to) {
		return nil, failAt(first, codePath, "this is no variable", "left of `=` stands a variable, or a part of one like `x.f[i]`")
	}
	rhs, err := rightSide(r)
	return &AssignNode{Node: r.from(start), To: to, Op: op, Rhs: rhs}, err
}

// assignOp reads `=`, `+=` or `-=`. first is the statement's first token, to is
// what stands before the sign.
func (r *reader) assignOp(first lexer.Token, to ExprNode) (AssignOp, error) {
	for op := AssignSet; op <= AssignSub; op++ {
		if r.accept(op.String()) {
			return op, nil
		}
	}
	if r.at("==") {
		return 0, r.fail(codeCompare, "`==` compares; it stores nothing", "write `=` to assign")
	}
	if r.atKind(badToken) {
		return 0, r.fail(codeStmt, "", "") // the scanner has said what is wrong
	}
	return 0, failAt(first, codeStmt, fmt.Sprintf("%s begins no statement", nameOf(first)), statementAdvice(first.Value, to))
}

// place reads a path.
func (r *reader) place(what string) (ExprNode, error) {
	first := r.peek()
	x, err := r.climb(termLevel + 1)
	if err == nil && !isPath(x) {
		err = failAt(first, codePath, "this is no variable", "a variable, or a part of one like `x.f[i]`, stands "+what)
	}
	return x, err
}

func (r *reader) variable(start Pos, mark *Ident) (StmtNode, error) {
	r.lex.Next()
	name, err := r.name("the name of a variable")
	if err != nil {
		return nil, err
	}
	v := &VarNode{Mark: mark, Name: name}
	if r.accept(":") {
		if v.Type, err = typeExpression(r); err != nil {
			return nil, err
		}
	}
	if r.accept("=") {
		v.Init, err = rightSide(r)
	}
	v.Node = r.from(start)
	return v, err
}

// rightSide reads rhs of the grammar.
func rightSide(r *reader) (*RhsNode, error) {
	start := r.start()
	rhs := &RhsNode{}
	var err error
	switch {
	case r.accept("choose"):
		rhs.Choose, err = expression(r)
	case r.accept("call"):
		rhs.Call, err = r.target()
	default:
		rhs.Expr, err = expression(r)
	}
	rhs.Node = r.from(start)
	return rhs, err
}

func (r *reader) note(start Pos) (StmtNode, error) {
	r.lex.Next()
	first := r.peek()
	to, err := r.place("behind `note`")
	if err != nil {
		return nil, err
	}
	op, err := r.assignOp(first, to)
	if err != nil {
		return nil, err
	}
	value, err := expression(r)
	return &NoteNode{Node: r.from(start), To: to, Op: op, Value: value}, err
}

func (r *reader) message(start Pos, word string) (StmtNode, error) {
	r.lex.Next()
	target, err := r.target()
	if word == "call" {
		return &CallStmtNode{Node: r.from(start), Target: target}, err
	}
	return &SendNode{Node: r.from(start), Signal: word == "signal", Target: target}, err
}

// target reads `unit[i].message(…)`.
func (r *reader) target() (*TargetNode, error) {
	start := r.start()
	t := &TargetNode{}
	var err error
	if t.Unit, err = r.name("the unit that gets the message"); err != nil {
		return nil, err
	}
	if r.accept("[") {
		if t.Index, err = expression(r); err != nil {
			return nil, err
		}
		if err = r.expect("]", "behind this index"); err != nil {
			return nil, err
		}
	}
	if err = r.expect(".", "between unit and message"); err != nil {
		return nil, err
	}
	if t.Message, err = r.name("the message"); err != nil {
		return nil, err
	}
	if err = r.expect("(", "behind the message"); err != nil {
		return nil, err
	}
	t.Args, err = r.arguments(")")
	t.Node = r.from(start)
	return t, err
}

// reply reads `reply`, `reply v`, `reply to x` and `reply v to x`. A variable may
// be called `to`, so that word is looked at together with the next one.
func (r *reader) reply(start Pos) (StmtNode, error) {
	r.lex.Next()
	reply := &ReplyNode{}
	var err error
	if r.startsValue() && !r.atTo() {
		if reply.Value, err = expression(r); err != nil {
			return nil, err
		}
	}
	if r.at("to") && r.sameLine() {
		r.lex.Next()
		if reply.To, err = r.place("behind `to`"); err != nil {
			return nil, err
		}
	}
	reply.Node = r.from(start)
	return reply, nil
}

func (r *reader) startsValue() bool {
	return r.sameLine() && !r.atKind(endToken) && !r.at("}") && !r.lex.Peek().EOF()
}

// atTo says whether `to` and a place come next.
func (r *reader) atTo() bool {
	if !r.at("to") {
		return false
	}
	here := r.lex.MakeCheckpoint()
	r.lex.Next()
	next := r.atKind(nameToken) || r.at("old")
	r.lex.LoadCheckpoint(here)
	return next
}

func (r *reader) assertion(start Pos) (StmtNode, error) {
	r.lex.Next()
	cond, err := expression(r)
	if err != nil {
		return nil, err
	}
	a := &AssertNode{Cond: cond}
	if r.accept(",") {
		label := r.peek()
		if !r.atKind(textToken) {
			return nil, r.fail(codeSyntax, "a text in quotes is missing behind `,`: found "+nameOf(label), "")
		}
		r.lex.Next()
		a.Label = &TextNode{Node: r.from(Pos(label.Pos)), Quoted: label.Value}
	}
	a.Node = r.from(start)
	return a, nil
}

// rareStmt holds the statements of plans, and conversions, which the grammar of
// the struct tags reads.
type rareStmt struct {
	Stop    *StopNode    `parser:"@@"`
	Resume  *ResumeNode  `parser:"| @@"`
	Replace *ReplaceNode `parser:"| @@"`
	Try     *TryNode     `parser:"| @@"`
	Convert *ConvertDecl `parser:"| @@"`
}

// rareGrammar is built when it is first needed.
var rareGrammar struct {
	once   sync.Once
	parser *participle.Parser[rareStmt]
}

func (r *reader) rare() (StmtNode, error) {
	rareGrammar.once.Do(func() { rareGrammar.parser = buildGrammar[rareStmt]() })
	s, err := rareGrammar.parser.ParseFromLexer(r.lex, participle.AllowTrailing(true))
	switch {
	case err != nil:
		return nil, err
	case s.Stop != nil:
		return s.Stop, nil
	case s.Resume != nil:
		return s.Resume, nil
	case s.Replace != nil:
		return s.Replace, nil
	case s.Try != nil:
		return s.Try, nil
	}
	return s.Convert, nil
}
