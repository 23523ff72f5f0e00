package lang

import (
	"fmt"
	"slices"
	"strconv"
)

// Expressions are read by precedence climbing: one node for each operator.

// precedence of the operators with two operands; a higher one binds tighter.
const (
	orLevel = iota + 1
	andLevel
	compareLevel
	rangeLevel
	sumLevel
	termLevel
)

var binaryOps = map[string]struct {
	level int
	op    Op
}{
	"or": {orLevel, Or}, "and": {andLevel, And},
	"==": {compareLevel, Eq}, "!=": {compareLevel, Ne}, "<": {compareLevel, Lt}, "<=": {compareLevel, Le},
	">": {compareLevel, Gt}, ">=": {compareLevel, Ge}, "in": {compareLevel, 0},
	"..": {rangeLevel, 0},
	"+":  {sumLevel, Add}, "-": {sumLevel, Sub},
	"*": {termLevel, Mul}, "/": {termLevel, Div}, "mod": {termLevel, Mod},
}

// expression reads expr of the grammar.
func expression(r *reader) (ExprNode, error) {
	if !r.at("if") {
		x, err := r.climb(orLevel)
		if err == nil && r.at("?") {
			return nil, r.fail(codeSyntax, "`?` does not choose between values", "write `if c then a else b`")
		}
		return x, err
	}
	if err := r.deeper(); err != nil {
		return nil, err
	}
	defer func() { r.depth-- }()
	start := r.start()
	parts := make([]ExprNode, 3)
	for i, word := range []string{"if", "then", "else"} {
		if err := r.expect(word, "in this `if` expression"); err != nil {
			return nil, err
		}
		part, err := expression(r)
		if err != nil {
			return nil, err
		}
		parts[i] = part
	}
	return &CondNode{Node: r.from(start), Cond: parts[0], Then: parts[1], Else: parts[2]}, nil
}

// climb reads operands that are joined by operators of at least that level.
func (r *reader) climb(level int) (ExprNode, error) {
	start := r.start()
	x, err := r.operand(level)
	if err != nil {
		return nil, err
	}
	for n := 0; ; n++ {
		token := r.peek()
		op, ok := binaryOps[token.Value]
		if !ok || op.level < level {
			return x, nil
		}
		if n == maxChain {
			return nil, r.fail(codeNesting, fmt.Sprintf("more than %d operators in a row", maxChain), "split it with definitions or variables")
		}
		r.lex.Next()
		y, err := r.climb(op.level + 1)
		if err != nil {
			return nil, err
		}
		x = r.join(start, token.Value, x, y)
		if next, ok := binaryOps[r.peek().Value]; ok && next.level == op.level && (op.level == compareLevel || op.level == rangeLevel) {
			return nil, r.fail(codeCompare, fmt.Sprintf("`%s` can't follow `%s` without parentheses", r.peek().Value, token.Value),
				"join two comparisons with `and`, or use parentheses")
		}
	}
}

// join makes the node of an operator with two operands.
func (r *reader) join(start Pos, sign string, x, y ExprNode) ExprNode {
	node := r.from(start)
	switch sign {
	case "in":
		return &InNode{Node: node, X: x, Domain: y}
	case "..":
		return &RangeNode{Node: node, Lo: x, Hi: y}
	}
	return &BinaryNode{Node: node, Op: binaryOps[sign].op, X: x, Y: y}
}

// operand reads what stands beside an operator of that level: `not` binds weaker
// than comparison, `-` tighter than everything but `.`, `[` and `(`.
func (r *reader) operand(level int) (ExprNode, error) {
	start := r.start()
	switch {
	case r.at("not") && level <= compareLevel:
		return r.unary(start, Not, func() (ExprNode, error) { return r.climb(compareLevel) })
	case r.at("-"):
		return r.unary(start, Neg, func() (ExprNode, error) { return r.operand(termLevel + 1) })
	}
	x, err := r.atom()
	if err != nil {
		return nil, err
	}
	return r.suffixes(start, x)
}

func (r *reader) unary(start Pos, op Op, operand func() (ExprNode, error)) (ExprNode, error) {
	if err := r.deeper(); err != nil {
		return nil, err
	}
	defer func() { r.depth-- }()
	r.lex.Next()
	x, err := operand()
	if err != nil {
		return nil, err
	}
	return &UnaryNode{Node: r.from(start), Op: op, X: x}, nil
}

// suffixes reads `.name`, `[index]` and `(arguments)` behind an atom.
func (r *reader) suffixes(start Pos, x ExprNode) (ExprNode, error) {
	for n := 0; r.at(".") || r.at("[") || r.at("("); n++ {
		if n == maxChain {
			return nil, r.fail(codeNesting, fmt.Sprintf("more than %d parts in a row", maxChain), "")
		}
		var err error
		if x, err = r.suffix(start, x); err != nil {
			return nil, err
		}
	}
	return x, nil
}

func (r *reader) suffix(start Pos, x ExprNode) (ExprNode, error) {
	switch r.lex.Next().Value {
	case ".":
		name, err := r.name("the name behind the dot")
		if err != nil {
			return nil, err
		}
		return &MemberNode{Node: r.from(start), X: x, Name: name}, nil
	case "[":
		index, err := expression(r)
		if err != nil {
			return nil, err
		}
		err = r.expect("]", "behind this index")
		return &IndexNode{Node: r.from(start), X: x, Index: index}, err
	}
	asked := r.asked(x)
	if asked != nil && !r.accept(",") {
		err := r.expect(")", "behind this message")
		return &CallNode{Node: r.from(start), Fun: x, Args: asked}, err
	}
	args, err := r.arguments(")")
	return &CallNode{Node: r.from(start), Fun: x, Args: append(asked, args...)}, err
}

// asked reads the message of a question, as in `u.waiting(set)`, where its name is a word of
// the language; nil where it is none.
func (r *reader) asked(question ExprNode) []*ArgNode {
	m, is := question.(*MemberNode)
	if !is || !slices.Contains([]string{"waiting", "in", "at", "allows"}, m.Name.Name) || !r.atKind(keywordToken) {
		return nil
	}
	switch r.peek().Value {
	case "true", "false", "none", "self", "old": // values, of a call
		return nil
	}
	here, start, text := r.lex.MakeCheckpoint(), r.start(), r.lex.Next().Value
	node := r.from(start)
	if !r.at(")") && !r.at(",") {
		r.lex.LoadCheckpoint(here)
		return nil
	}
	return []*ArgNode{{Node: node, Value: &NameNode{Node: node, Name: text}}}
}

// arguments reads a list up to and with the closing bracket.
func (r *reader) arguments(closer string) ([]*ArgNode, error) {
	var args []*ArgNode
	for r.skipEnds(); !r.at(closer); r.skipEnds() {
		arg, err := r.argument()
		if err != nil {
			return nil, err
		}
		args = append(args, arg)
		r.skipEnds()
		if !r.accept(",") {
			break
		}
		if r.at(closer) {
			return nil, r.fail(codeExpr, fmt.Sprintf("a value is missing between `,` and `%s`", closer), "")
		}
	}
	return args, r.expect(closer, "behind this list")
}

func (r *reader) argument() (*ArgNode, error) {
	start := r.start()
	x, err := expression(r)
	if err != nil {
		return nil, err
	}
	arg := &ArgNode{Value: x}
	if r.accept(":") {
		if arg.Value, err = expression(r); err != nil {
			return nil, err
		}
		arg.Key = x
	}
	arg.Node = r.from(start)
	return arg, nil
}

// atom reads an operand without suffixes.
func (r *reader) atom() (ExprNode, error) {
	start, token := r.start(), r.peek()
	switch {
	case r.atKind(numberToken):
		value, err := strconv.ParseInt(token.Value, 10, 64)
		if err != nil {
			return nil, err // the scanner lets no such number through
		}
		r.lex.Next()
		return &NumberNode{Node: r.from(start), Value: value}, nil
	case r.atKind(nameToken):
		r.lex.Next()
		return &NameNode{Node: r.from(start), Name: token.Value}, nil
	}
	switch token.Value {
	case "(":
		r.lex.Next()
		x, err := expression(r)
		if err != nil {
			return nil, err
		}
		err = r.expect(")", "behind this expression")
		return &ParenNode{Node: r.from(start), X: x}, err
	case "{":
		r.lex.Next()
		elems, err := r.arguments("}")
		return &SetNode{Node: r.from(start), Elems: elems}, err
	case "[":
		r.lex.Next()
		elems, err := r.arguments("]")
		return &ListNode{Node: r.from(start), Elems: elems}, err
	}
	return r.word(start, token.Value)
}

// word reads a reserved word that is an expression by itself.
func (r *reader) word(start Pos, text string) (ExprNode, error) {
	switch text {
	case "true", "false", "none", "self", "old":
		r.lex.Next()
	}
	node := r.from(start)
	switch text {
	case "true", "false":
		return &BoolNode{Node: node, Value: text == "true"}, nil
	case "none":
		return &NoneNode{Node: node}, nil
	case "self":
		return &SelfNode{Node: node}, nil
	case "old":
		return &OldNode{Node: node}, nil
	case "call", "choose":
		return nil, r.fail(codeRhs, fmt.Sprintf("`%s` can't be a part of an expression", text),
			fmt.Sprintf("give its value to a variable first: `var x = %s …`", text))
	}
	if r.atKind(keywordToken) {
		return nil, r.fail(codeReserved, fmt.Sprintf("`%s` is a word of the language and no value", text), "")
	}
	return nil, r.fail(codeExpr, "a value is missing: found "+nameOf(r.peek()), "")
}

// isPath says whether an expression has the form of a variable or a part of one.
func isPath(x ExprNode) bool {
	for {
		switch n := x.(type) {
		case *NameNode, *OldNode:
			return true
		case *MemberNode:
			x = n.X
		case *IndexNode:
			x = n.X
		default:
			return false
		}
	}
}
