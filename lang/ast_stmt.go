package lang

// StmtNode is a statement: one of the node types of this file, or *ConvertDecl
// directly in the block of a transfer.
type StmtNode interface {
	Syntax
	stmt()
}

// BlockNode is `{ … }`; its span includes the braces.
type BlockNode struct {
	Node
	Stmts []StmtNode `parser:"'{' END* (@@ END*)* '}'"`
}

// RhsNode is what may stand right of `=` and in the condition of `if` and
// `while`: exactly one field is set.
type RhsNode struct {
	Node
	Expr   ExprNode
	Choose ExprNode // `choose S`
	Call   *TargetNode
}

// TargetNode is a message with its destination: `fs[i].chunk(1)`. Index is nil
// where none is written.
type TargetNode struct {
	Node
	Unit    *Ident
	Index   ExprNode
	Message *Ident
	Args    []*ArgNode
}

// AssignOp is the operator of an assignment.
type AssignOp uint8

// The operators of assignments: =, += and -=.
const (
	AssignSet AssignOp = iota
	AssignAdd
	AssignSub
)

// String writes the operator as the language does.
func (o AssignOp) String() string { return [...]string{"=", "+=", "-="}[o] }

// The kinds of statements. To is a path: a NameNode or OldNode with MemberNodes
// and IndexNodes around it.
type (
	// VarNode declares a local, or a unit's variable. Mark as in DataDecl.
	VarNode struct {
		Node
		Mark *Ident
		Name *Ident
		Type TypeNode // nil where the type follows from Init
		Init *RhsNode // nil: the lowest value
	}
	// AssignNode is `x = e`, `x += e` or `x -= e`.
	AssignNode struct {
		Node
		To  ExprNode
		Op  AssignOp
		Rhs *RhsNode
	}
	// NoteNode is `note x += 1`, for ghosts.
	NoteNode struct {
		Node
		To    ExprNode
		Op    AssignOp
		Value ExprNode
	}
	// CallStmtNode is `call u.m(…)` as a statement.
	CallStmtNode struct {
		Node
		Target *TargetNode
	}
	// SendNode is `send u.m(…)` or `signal u.m(…)`.
	SendNode struct {
		Node
		Signal bool
		Target *TargetNode
	}
	// ReplyNode is `reply`, `reply v`, `reply to x` or `reply v to x`.
	ReplyNode struct {
		Node
		Value ExprNode // nil: no value
		To    ExprNode // nil: the activation's own caller
	}
	// HoldNode is `hold x`.
	HoldNode struct {
		Node
		To ExprNode
	}
	// AssertNode is `assert cond, "label"`. Label is nil where none is written.
	AssertNode struct {
		Node
		Cond  ExprNode
		Label *TextNode
	}
	// AwaitNode is `await cond`.
	AwaitNode struct {
		Node
		Cond ExprNode
	}
	// IfNode has at most one of Else and ElseIf.
	IfNode struct {
		Node
		Cond   *RhsNode
		Then   *BlockNode
		Else   *BlockNode
		ElseIf *IfNode
	}
	// ForNode is `for i in 1..n { … }`.
	ForNode struct {
		Node
		Name   *Ident
		Domain ExprNode
		Body   *BlockNode
	}
	// WhileNode is `while cond { … }`.
	WhileNode struct {
		Node
		Cond *RhsNode
		Body *BlockNode
	}
	// LoopNode is `loop { … }`.
	LoopNode struct {
		Node
		Body *BlockNode
	}
	// EitherNode has two or more branches.
	EitherNode struct {
		Node
		Branches []*BlockNode
	}
	// AtomicNode is `atomic { … }`.
	AtomicNode struct {
		Node
		Body *BlockNode
	}
	// StopNode is `stop u, v at state s`, in plans. At is nil where none is written.
	StopNode struct {
		Node
		Units []*Ident   `parser:"'stop' @@ (',' @@)*"`
		At    *LevelNode `parser:"('at' @@)?"`
	}
	// ResumeNode is `resume u`, in plans.
	ResumeNode struct {
		Node
		Units []*Ident `parser:"'resume' @@ (',' @@)*"`
	}
	// ReplaceNode is `replace each u, v at LEVEL when cond with t`, in plans.
	ReplaceNode struct {
		Node
		Each  bool       `parser:"'replace' @'each'?"`
		Units []*Ident   `parser:"@@ (',' @@)*"`
		At    *LevelNode `parser:"('at' @@)?"`
		When  ExprNode   `parser:"('when' @@)?"`
		With  *Ident     `parser:"('with' @@)?"`
	}
	// TryNode is `try replace … else { … }` or `try stop … else { … }`, in plans. One
	// of Stop and Replace is set.
	TryNode struct {
		Node
		Stop    *StopNode    `parser:"'try' ( @@"`
		Replace *ReplaceNode `parser:"| @@ )"`
		Else    *BlockNode   `parser:"'else' @@"`
	}
)

func (*VarNode) stmt()      {}
func (*AssignNode) stmt()   {}
func (*NoteNode) stmt()     {}
func (*CallStmtNode) stmt() {}
func (*SendNode) stmt()     {}
func (*ReplyNode) stmt()    {}
func (*HoldNode) stmt()     {}
func (*AssertNode) stmt()   {}
func (*AwaitNode) stmt()    {}
func (*IfNode) stmt()       {}
func (*ForNode) stmt()      {}
func (*WhileNode) stmt()    {}
func (*LoopNode) stmt()     {}
func (*EitherNode) stmt()   {}
func (*AtomicNode) stmt()   {}
func (*StopNode) stmt()     {}
func (*ResumeNode) stmt()   {}
func (*ReplaceNode) stmt()  {}
func (*TryNode) stmt()      {}
func (*ConvertDecl) stmt()  {}
