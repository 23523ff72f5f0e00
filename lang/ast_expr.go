package lang

// ExprNode is an expression. Names are not resolved: `fs.in(chunk)`,
// `all(f in file: p)`, `req(f: 1)` and `digest(x)` are all CallNodes, and a type's
// name, a range or a set may stand where a domain is wanted.
type ExprNode interface {
	Syntax
	expr()
}

// ArgNode is an argument: `e`, or `k: e` as in `req(f: 1)`, `all(f in file: p)`.
type ArgNode struct {
	Node
	Key   ExprNode // nil without a colon
	Value ExprNode
}

// The kinds of expressions.
type (
	// NumberNode is a number literal, at least 0.
	NumberNode struct {
		Node
		Value int64 `parser:"@Int"`
	}
	// BoolNode is `true` or `false`.
	BoolNode struct {
		Node
		Value bool
	}
	// NoneNode is `none`.
	NoneNode struct{ Node }
	// SelfNode is `self`.
	SelfNode struct{ Node }
	// OldNode is `old`, at the root of a path.
	OldNode struct{ Node }
	// NameNode is a name.
	NameNode struct {
		Node
		Name string
	}
	// ParenNode is an expression in parentheses.
	ParenNode struct {
		Node
		X ExprNode
	}
	// SetNode is `{a, b}`.
	SetNode struct {
		Node
		Elems []*ArgNode
	}
	// ListNode is `[a, b]`.
	ListNode struct {
		Node
		Elems []*ArgNode
	}
	// MemberNode is `x.name`.
	MemberNode struct {
		Node
		X    ExprNode
		Name *Ident
	}
	// IndexNode is `x[i]`.
	IndexNode struct {
		Node
		X     ExprNode
		Index ExprNode
	}
	// CallNode is `x(…)`.
	CallNode struct {
		Node
		Fun  ExprNode
		Args []*ArgNode
	}
	// UnaryNode has Op Not or Neg.
	UnaryNode struct {
		Node
		Op Op
		X  ExprNode
	}
	// BinaryNode has an operator of two operands: Add to Mod, Eq to Ge, And, Or.
	BinaryNode struct {
		Node
		Op   Op
		X, Y ExprNode
	}
	// InNode is `x in d`.
	InNode struct {
		Node
		X, Domain ExprNode
	}
	// RangeNode is `lo..hi`.
	RangeNode struct {
		Node
		Lo, Hi ExprNode
	}
	// CondNode is `if c then a else b`.
	CondNode struct {
		Node
		Cond, Then, Else ExprNode
	}
)

// TypeNode is a type as written.
type TypeNode interface {
	Syntax
	typ()
}

// The kinds of types.
type (
	// NamedTypeNode is a type's name, `bool` and `caller` included.
	NamedTypeNode struct {
		Node
		Name string
	}
	// RangeTypeNode is `lo..hi`.
	RangeTypeNode struct {
		Node
		Lo, Hi ExprNode
	}
	// EnumTypeNode is `{ config, data }`.
	EnumTypeNode struct {
		Node
		Members []*Ident
	}
	// RecordTypeNode is `record { f: file, n: count }`.
	RecordTypeNode struct {
		Node
		Fields []*ParamNode
	}
	// ArrayTypeNode is `[index] elem`.
	ArrayTypeNode struct {
		Node
		Index, Elem TypeNode
	}
	// SetTypeNode is `set of elem`.
	SetTypeNode struct {
		Node
		Elem TypeNode
	}
	// SeqTypeNode is `seq n of elem`.
	SeqTypeNode struct {
		Node
		Bound ExprNode
		Elem  TypeNode
	}
	// OptionalTypeNode is `elem?`.
	OptionalTypeNode struct {
		Node
		Elem TypeNode
	}
)

func (*NumberNode) expr() {}
func (*BoolNode) expr()   {}
func (*NoneNode) expr()   {}
func (*SelfNode) expr()   {}
func (*OldNode) expr()    {}
func (*NameNode) expr()   {}
func (*ParenNode) expr()  {}
func (*SetNode) expr()    {}
func (*ListNode) expr()   {}
func (*MemberNode) expr() {}
func (*IndexNode) expr()  {}
func (*CallNode) expr()   {}
func (*UnaryNode) expr()  {}
func (*BinaryNode) expr() {}
func (*InNode) expr()     {}
func (*RangeNode) expr()  {}
func (*CondNode) expr()   {}

func (*NamedTypeNode) typ()    {}
func (*RangeTypeNode) typ()    {}
func (*EnumTypeNode) typ()     {}
func (*RecordTypeNode) typ()   {}
func (*ArrayTypeNode) typ()    {}
func (*SetTypeNode) typ()      {}
func (*SeqTypeNode) typ()      {}
func (*OptionalTypeNode) typ() {}
