package lang

import (
	"slices"
	"strconv"
	"strings"
)

// This file is the syntax tree of declarations; stmt nodes are in ast_stmt.go,
// expression and type nodes in ast_expr.go. The struct tags are the grammar that
// the parser library reads; what has no tag is filled in by expr.go and stmt.go.
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
	Mark    *Ident   `parser:"((?= 'readable' | 'tracked' | 'volatile') @@)?"`
	Keyword string   `parser:"@('shared' | 'persistent' | 'ghost' | 'hidden')"`
	Name    *Ident   `parser:"@@"`
	Type    TypeNode `parser:"':' @@"`
	Init    ExprNode `parser:"('=' (@@"`
	Choose  ExprNode `parser:"| 'choose' @@))? END"` // `= choose S`: a set of initial values; then Init is nil
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

// HookDecl attaches a ghost to a message: `ghost n on fs.access += 1`.
type HookDecl struct {
	Node
	Ghost   *Ident   `parser:"(?= 'ghost' Name 'on') 'ghost' @@"`
	Unit    *Ident   `parser:"'on' @@"`
	Message *Ident   `parser:"'.' @@"`
	Op      string   `parser:"@('=' | '+=' | '-=')"`
	Value   ExprNode `parser:"@@ END"`
}

// ProtocolDecl is `protocol write: vfs -> fs { begin chunk* end }`. Key holds the
// parameters that tell apart instances which run side by side.
type ProtocolDecl struct {
	Node
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

// UpdateDecl is a new version. Of is the system that it belongs to, nil where
// none is named.
type UpdateDecl struct {
	Node
	Name    *Ident       `parser:"'update' @@"`
	Of      *Ident       `parser:"('of' @@)?"`
	Brace   *Brace       `parser:"@@"`
	Changes []ChangeNode `parser:"'}'"`
}

// ExtendDecl is `extend type entry = { config }`: a compatible change.
type ExtendDecl struct {
	Node
	Type *TypeDecl `parser:"'extend' @@"`
}

// RemovalDecl is `drop process helper`. What is "client", "process", "object",
// "function", "protocol", "type" or "data".
type RemovalDecl struct {
	Node
	What string `parser:"(?= 'drop' ('client' | 'process' | 'object' | 'function' | 'protocol' | 'type' | 'data') Name) 'drop' @('client' | 'process' | 'object' | 'function' | 'protocol' | 'type' | 'data')"`
	Name *Ident `parser:"@@ END"`
}

// RequiresDecl is `requires partition >= 1 live`. Op is ">=", "<=", "==" or "in".
type RequiresDecl struct {
	Node
	Resource *Ident   `parser:"'requires' @@"`
	Op       string   `parser:"@('>=' | '<=' | '==' | 'in')"`
	Value    ExprNode `parser:"@@"`
	Live     bool     `parser:"@'live'? END"`
}

// TolerateDecl is `tolerate fs.cache, hits`. Paths are as in AssignNode.To.
type TolerateDecl struct {
	Node
	Paths []ExprNode `parser:"'tolerate' @@ (',' @@)* END"`
}

// AcceptsDecl is `accepts image in {…}`. Cond is an *InNode whose X is a path.
type AcceptsDecl struct {
	Node
	Cond ExprNode `parser:"'accepts' @@ END"`
}

// TransferDecl is a state transfer. Its body may hold *ConvertDecl among its
// statements, which are in force only with this transfer.
type TransferDecl struct {
	Node
	Name *Ident     `parser:"'transfer' @@"`
	Cost ExprNode   `parser:"('cost' @@)?"`
	Body *BlockNode `parser:"@@"`
}

// ConvertDecl is `convert fs.chunk(n) -> (2 * n)`. Keyword is "convert" or
// "adapt". To is the new message where it has another name, else nil.
type ConvertDecl struct {
	Node
	Keyword string     `parser:"@('convert' | 'adapt')"`
	Unit    *Ident     `parser:"@@"`
	Message *Ident     `parser:"'.' @@"`
	Params  []*Ident   `parser:"'(' (@@ (',' @@)*)? ')'"`
	To      *Ident     `parser:"'->' @@?"`
	Args    []ExprNode `parser:"'(' (@@ (',' @@)*)? ')' END"`
}

// word is the place of the keyword.
func (c *ConvertDecl) word() Span {
	end := c.Pos
	end.Offset += len(c.Keyword)
	end.Column += len(c.Keyword)
	return Span{Start: c.Pos, End: end}
}

// PlanDecl is `plan p { stop vfs; replace vfs }`.
type PlanDecl struct {
	Node
	Name *Ident     `parser:"'plan' @@"`
	Body *BlockNode `parser:"@@"`
}

// WindowDecl is `window forbids fs.write`.
type WindowDecl struct {
	Node
	Unit    *Ident `parser:"'window' 'forbids' @@"`
	Message *Ident `parser:"'.' @@ END"`
}

// FixesDecl is `fixes "every chunk is stored"`: labels of assertions that the
// update repairs.
type FixesDecl struct {
	Node
	Labels []*TextNode `parser:"'fixes' @@ (',' @@)* END"`
}

// OnlyDecl is `only driver, fs`: the units to replace.
type OnlyDecl struct {
	Node
	Units []*Ident `parser:"'only' @@ (',' @@)* END"`
}

// ExpectDecl is the author's expectation: of the category (then Level, Machine,
// With and Verdict are nil), or of a cell or a plan. Verdict is one of the words
// of the language, "can wait" with one space.
type ExpectDecl struct {
	Node
	Category *NumberNode `parser:"'expect' ('category' @@ |"`
	Machine  *Ident      `parser:"('on' @@)?"`
	Level    *LevelNode  `parser:"@@"`
	With     *Ident      `parser:"('with' @@)?"`
	Verdict  *Verdict    `parser:"@@) END"`
}

// Verdict is the word, or the two words "can wait", at the end of an expectation.
type Verdict struct {
	Node
	Words []string `parser:"@('valid' | 'immediate' | 'stray' | 'broken' | 'eventual' | 'possible' | 'invalid' | 'feasible' | 'infeasible' | 'vacuous' | 'completes' | 'deadlocks') | @'can' @'wait'"`
}

// Word is the verdict as the language writes it, e.g. "valid" or "can wait".
func (v *Verdict) Word() string { return strings.Join(v.Words, " ") }

// LevelNode is an atomicity level, or a plan in an expectation. Exactly one of
// Named, Plan and Plain is set.
type LevelNode struct {
	Node
	Named   string   `parser:"( @('data' | 'protocol' | 'state')"` // with Names
	Names   []*Ident `parser:"@@ (',' @@)*"`
	Plan    *Ident   `parser:"| 'plan' @@"`
	Stopped bool     `parser:"@'stopped'?"` // `plan p stopped`
	Plain   string   `parser:"| @('anytime' | 'unit' | 'event' | 'system' | 'reboot' | 'hardware') )"`
}

// Kind gives the level that the word names; it has no meaning where Plan is set.
func (l *LevelNode) Kind() LevelKind {
	return LevelKind(max(0, slices.Index(levelNames[:], l.Named+l.Plain)))
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

func (*TypeDecl) change()     {}
func (*DefDecl) change()      {}
func (*DataDecl) change()     {}
func (*HookDecl) change()     {}
func (*ProtocolDecl) change() {}
func (*StableDecl) change()   {}
func (*AlwaysDecl) change()   {}
func (*UnitDecl) change()     {}
func (*ExtendDecl) change()   {}
func (*RemovalDecl) change()  {}
func (*RequiresDecl) change() {}
func (*TolerateDecl) change() {}
func (*AcceptsDecl) change()  {}
func (*TransferDecl) change() {}
func (*ConvertDecl) change()  {}
func (*PlanDecl) change()     {}
func (*WindowDecl) change()   {}
func (*FixesDecl) change()    {}
func (*OnlyDecl) change()     {}
func (*ExpectDecl) change()   {}

func (*DataDecl) member()      {}
func (*HookDecl) member()      {}
func (*HandlerDecl) member()   {}
func (*DropDecl) member()      {}
func (*ConvergesDecl) member() {}
func (*StmtMember) member()    {}
