package lang

import "fmt"

// compound reads a statement that has blocks.
func (r *reader) compound(start Pos, word string) (StmtNode, error) {
	if word == "if" {
		return r.condition(start)
	}
	r.lex.Next()
	switch word {
	case "for":
		return r.forLoop(start)
	case "while":
		cond, err := rightSide(r)
		if err != nil {
			return nil, err
		}
		body, err := r.block("behind this condition")
		return &WhileNode{Node: r.from(start), Cond: cond, Body: body}, err
	case "either":
		return r.either(start)
	}
	body, err := r.block(fmt.Sprintf("behind `%s`", word))
	if word == "loop" {
		return &LoopNode{Node: r.from(start), Body: body}, err
	}
	return &AtomicNode{Node: r.from(start), Body: body}, err
}

// block reads `{ … }`; where it stands appears in the message.
func (r *reader) block(where string) (*BlockNode, error) {
	start := r.start()
	if !r.at("{") && (r.at("=") || r.at("+=") || r.at("-=")) {
		return nil, noBreak(r.peek())
	}
	if err := r.expect("{", where); err != nil {
		return nil, err
	}
	b := &BlockNode{}
	for r.skipEnds(); !r.at("}"); r.skipEnds() {
		s, err := statement(r)
		if err != nil {
			return nil, r.expect("}", "at the end of this block")
		}
		b.Stmts = append(b.Stmts, s)
	}
	err := r.expect("}", "at the end of this block")
	b.Node = r.from(start)
	return b, err
}

// condition reads `if` with its `else if`s.
func (r *reader) condition(start Pos) (*IfNode, error) {
	if err := r.deeper(); err != nil {
		return nil, err
	}
	defer func() { r.depth-- }()
	r.lex.Next()
	cond, err := rightSide(r)
	if err != nil {
		return nil, err
	}
	n := &IfNode{Cond: cond}
	if n.Then, err = r.block("behind this condition"); err != nil {
		return nil, err
	}
	if r.accept("else") {
		if r.at("if") {
			n.ElseIf, err = r.condition(r.start())
		} else {
			n.Else, err = r.block("behind `else`")
		}
	}
	n.Node = r.from(start)
	return n, err
}

func (r *reader) forLoop(start Pos) (StmtNode, error) {
	name, err := r.name("the name of a variable")
	if err != nil {
		return nil, err
	}
	if err := r.expect("in", "behind the variable of this `for`"); err != nil {
		return nil, err
	}
	domain, err := expression(r)
	if err != nil {
		return nil, err
	}
	body, err := r.block("behind what this `for` runs over")
	return &ForNode{Node: r.from(start), Name: name, Domain: domain, Body: body}, err
}

func (r *reader) either(start Pos) (StmtNode, error) {
	first, err := r.block("behind `either`")
	if err != nil {
		return nil, err
	}
	n := &EitherNode{Branches: []*BlockNode{first}}
	if !r.at("or") {
		return nil, r.expect("or", "behind the first branch of this `either`")
	}
	for r.accept("or") {
		branch, err := r.block("behind `or`")
		if err != nil {
			return nil, err
		}
		n.Branches = append(n.Branches, branch)
	}
	n.Node = r.from(start)
	return n, nil
}
