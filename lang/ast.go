package lang

import "strconv"

// This file is the syntax tree of a file and its declarations; ast_update.go has
// those of updates, ast_stmt.go statements, ast_expr.go expressions and types. The
// struct tags are the grammar that the parser library reads; what has no tag is
// read by expr.go, typexpr.go, stmt.go and protocol.go, and the bodies of units and
// updates by parse.go.
//
// The tree holds what the author wrote and nothing else: no name is resolved and
// no type computed. A nil pointer or interface means that an optional part is
// absent; slices are in the order of the text. The tree is read-only after Parse.

// Node is the place of a syntax node; every node embeds it. Pos is the first
// character of the node's text, EndPos is right behind its last one, without the
// `;` or the line break that ends a statement.
type Node struct{ Pos, EndPos Pos }

// Span is the node's place in its source.
func (n *Node) Span() Span { return Span{Start: n.Pos, End: n.EndPos} }

// Syntax is any node of the tree.
type Syntax interface{ Span() Span }

// Ident is a name where it is declared or used as a plain name. It is a reserved
// word only where the language allows any word (behind `on` and `.`, and as a
// message in a protocol).
type Ident struct {
	Node
	Name string `parser:"@Name"`
}

// TextNode is a string literal. Quoted is the literal as written, with its quotes.
type TextNode struct {
	Node
	Quoted string `parser:"@Text"`
}

// Text is what stands between the quotes, with escapes undone.
func (t *TextNode) Text() string {
	text, err := strconv.Unquote(t.Quoted)
	if err != nil { // the scanner lets no such literal through
		return t.Quoted
	}
	return text
}

// File is one source file. Path is as given to Parse.
type File struct {
	Node
	Path    string
	Imports []*ImportDecl
	System  *Ident // the name behind `system`; nil where the file has none
	Items   []Item

	comments []comment
	damage   damage
}

// ImportDecl is `import "base.lu"`.
type ImportDecl struct {
	Node
	Path *TextNode `parser:"'import' @@ END"`
}

// Item is a declaration at the top of a file: *ParamDecl, *TypeDecl, *DefDecl,
// *DataDecl, *HookDecl, *ProtocolDecl, *StableDecl, *AlwaysDecl, *UnitDecl,
// *MachineDecl or *UpdateDecl.
type Item interface {
	Syntax
	item()
}

// ChangeNode is a declaration inside an update: *TypeDecl, *DefDecl, *DataDecl,
// *HookDecl, *ProtocolDecl, *StableDecl, *AlwaysDecl, *UnitDecl, *ExtendDecl,
// *RemovalDecl, *RequiresDecl, *TolerateDecl, *AcceptsDecl, *TransferDecl,
// *ConvertDecl, *PlanDecl, *WindowDecl, *FixesDecl, *OnlyDecl or *ExpectDecl.
type ChangeNode interface {
	Syntax
	change()
}

// Member is what stands in the body of a unit: *DataDecl, *HookDecl,
// *HandlerDecl, *DropDecl, *ConvergesDecl or *StmtMember.
type Member interface {
	Syntax
	member()
}

// ParamDecl is `param chunks = 2`.
type ParamDecl struct {
	Node
	Name  *Ident   `parser:"'param' @@"`
	Value ExprNode `parser:"'=' @@ END"`
}

// TypeDecl is `type digest = 0..1 means "low bit"`.
type TypeDecl struct {
	Node
	Name  *Ident    `parser:"'type' @@"`
	Type  TypeNode  `parser:"'=' @@"`
	Means *TextNode `parser:"('means' @@)? END"`
}

// DefDecl is a pure function: `def ck(b: block) -> digest = b mod 2`.
type DefDecl struct {
	Node
	Name   *Ident       `parser:"'def' @@"`
	Params []*ParamNode `parser:"'(' (@@ (',' @@)*)? ')'"`
	Result TypeNode     `parser:"('->' @@)?"`
	Body   ExprNode     `parser:"'=' @@ END"`
}

// ParamNode is `name: type`, a parameter of a def, a handler or a protocol, or a
// field of a record type.
type ParamNode struct {
	Node
	Name *Ident   `parser:"@@"`
	Type TypeNode `parser:"':' @@"`
}

// DataDecl is data outside units, or a unit's variable with a class:
// `persistent stored: count = 0`. Mark is `readable`, `tracked` or `volatile`
// before it, nil for none. Keyword is "shared", "persistent", "ghost" or "hidden".
type DataDecl struct {
	Node
	Mark    *Ident   `parser:"((?= ('readable' | 'tracked' | 'volatile') ('shared' | 'persistent' | 'ghost' | 'hidden')) @@)?"`
	Keyword string   `parser:"@('shared' | 'persistent' | 'ghost' | 'hidden')"`
	Name    *Ident   `parser:"@@"`
	Type    TypeNode `parser:"':' @@"`
	Init    ExprNode `parser:"('=' (@@"`
	Choose  ExprNode `parser:"| 'choose' @@))?"` // `= choose S`: a set of initial values; then Init is nil
	On      *OnNode  `parser:"@@? END"`          // of a ghost: the message to which it is attached; or nil
}

// Class gives the class that the keyword names.
func (d *DataDecl) Class() VarClass {
	switch d.Keyword {
	case "persistent":
		return Persistent
	case "ghost":
		return Ghost
	case "hidden":
		return Hidden
	}
	return Shared
}

// HookDecl attaches a ghost that is declared elsewhere to a message:
// `ghost n on fs.access += 1`. Mark as in DataDecl.
type HookDecl struct {
	Node
	Mark  *Ident  `parser:"(?= ('readable' | 'tracked' | 'volatile')? 'ghost' Name 'on') @@?"`
	Ghost *Ident  `parser:"'ghost' @@"`
	On    *OnNode `parser:"@@ END"`
}

// OnNode is `on fs.access += 1`: what a ghost becomes when a message is received.
type OnNode struct {
	Node
	Unit    *Ident   `parser:"'on' @@"`
	Message *Ident   `parser:"'.' @@"`
	Op      string   `parser:"@('=' | '+=' | '-=')"`
	Value   ExprNode `parser:"@@"`
}

func (n *OnNode) op() AssignOp {
	return map[string]AssignOp{"=": AssignSet, "+=": AssignAdd, "-=": AssignSub}[n.Op]
}

// ProtocolDecl is `protocol write: vfs -> fs { begin chunk* end }`. Key holds the
// parameters that tell apart instances which run side by side. Mark as in DataDecl.
type ProtocolDecl struct {
	Node
	Mark       *Ident       `parser:"((?= ('readable' | 'tracked' | 'volatile') 'protocol') @@)?"`
	Name       *Ident       `parser:"'protocol' @@"`
	Key        []*ParamNode `parser:"('(' (@@ (',' @@)*)? ')')?"`
	Initiator  *Ident       `parser:"':' @@"`
	Recipients []*Ident     `parser:"'->' @@ (',' @@)*"`
	Body       ProtocolExpr `parser:"@@"` // the messages; see Expr
}

// Expr is what stands between the braces; never nil.
func (d *ProtocolDecl) Expr() *ProtocolNode { return d.Body.(*ProtocolNode) }

// ProtocolExpr is always a *ProtocolNode.
type ProtocolExpr interface {
	Syntax
	protocol()
}

// ProtocolNode is a node of a protocol expression. For RxMessage, Message is set
// and Unit is the recipient written before the dot, or nil. For RxSeq and RxAlt,
// Sub has two or more nodes; for RxStar, RxPlus and RxOpt, one. Parens says that
// the author wrote parentheses around the node.
type ProtocolNode struct {
	Node
	Op      RegexOp
	Unit    *Ident
	Message *Ident
	Sub     []*ProtocolNode
	Parens  bool
}

// StableDecl is `stable no_io when driver.head == 0`.
type StableDecl struct {
	Node
	Name *Ident   `parser:"'stable' @@"`
	Cond ExprNode `parser:"'when' @@ END"`
}

// AlwaysDecl is an invariant, with the author's words for it or nil.
type AlwaysDecl struct {
	Node
	Cond  ExprNode  `parser:"'always' @@"`
	Label *TextNode `parser:"(',' @@)? END"`
}

// MachineDecl is `machine with_spare { partition = 1 }`.
type MachineDecl struct {
	Node
	Name    *Ident           `parser:"'machine' @@"`
	Brace   *Brace           `parser:"@@ END*"`
	Entries []*MachineAmount `parser:"(@@ END*)* '}'"`
}

// Brace is the place of the brace that opens a body.
type Brace struct {
	Node
	Sign string `parser:"@'{'"`
}

// MachineAmount is one resource of a machine and how many there are of it.
type MachineAmount struct {
	Node
	Name  *Ident   `parser:"@@"`
	Value ExprNode `parser:"'=' @@ END"`
}

// UnitDecl declares, or in an update changes, a unit or a client. Keyword is
// "client", "process", "object" or "function".
type UnitDecl struct {
	Node
	Keyword   string   `parser:"@('client' | 'process' | 'object' | 'function')"`
	Name      *Ident   `parser:"@@"`
	Index     TypeNode `parser:"('[' @@ ']')?"` // nil for a single unit
	Symmetric bool     `parser:"@'symmetric'?"`
	Mailbox   ExprNode `parser:"('mailbox' @@)?"` // capacity; nil where none is written
	Brace     *Brace   `parser:"@@"`
	Members   []Member `parser:"'}'"`
}

// Kind gives the kind that the keyword names.
func (u *UnitDecl) Kind() UnitKind {
	switch u.Keyword {
	case "client":
		return Client
	case "object":
		return Object
	case "function":
		return Function
	}
	return Process
}

// HandlerDecl is `on chunk(n: count) -> bool { … }`.
type HandlerDecl struct {
	Node
	Head *Signature `parser:"@@"`
	Body *BlockNode `parser:"@@"`
}

// Signature is the head of a handler: `on write(f: file) -> bool`.
type Signature struct {
	Node
	Message *Ident       `parser:"'on' @@"`
	Params  []*ParamNode `parser:"'(' (@@ (',' @@)*)? ')'"`
	Result  TypeNode     `parser:"('->' @@)?"` // nil: the reply carries no value
}

// Header is the place of the handler without its body: `on write(f: file)`.
func (h *HandlerDecl) Header() Span { return Span{Start: h.Pos, End: h.Head.EndPos} }

// DropDecl is `drop buffered, on chunk` inside a unit of an update.
type DropDecl struct {
	Node
	Drops []*Drop `parser:"'drop' @@ (',' @@)* END"`
}

// Drop names a variable, or the handler of a message.
type Drop struct {
	Node
	Handler bool   `parser:"@'on'?"`
	Name    *Ident `parser:"@@"`
}

// ConvergesDecl is `converges to idle`.
type ConvergesDecl struct {
	Node
	States []*Ident `parser:"'converges' 'to' @@ (',' @@)* END"`
}

// StmtMember is a statement in the body of a unit: a variable (*VarNode), or any
// statement of a client's program.
type StmtMember struct {
	Node
	Stmt StmtNode `parser:"@@"`
}

func (*ProtocolNode) protocol() {}

func (*ParamDecl) item()    {}
func (*TypeDecl) item()     {}
func (*DefDecl) item()      {}
func (*DataDecl) item()     {}
func (*HookDecl) item()     {}
func (*ProtocolDecl) item() {}
func (*StableDecl) item()   {}
func (*AlwaysDecl) item()   {}
func (*UnitDecl) item()     {}
func (*MachineDecl) item()  {}
func (*UpdateDecl) item()   {}

func (*DataDecl) member()      {}
func (*HookDecl) member()      {}
func (*HandlerDecl) member()   {}
func (*DropDecl) member()      {}
func (*ConvergesDecl) member() {}
func (*StmtMember) member()    {}
