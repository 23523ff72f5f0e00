package lang

import (
	"slices"
	"strings"
)

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
	Name  *Ident      `parser:"'transfer' @@"`
	Cost  ExprNode    `parser:"('cost' @@)?"`
	Needs []*NeedNode `parser:"('needs' @@ (',' @@)*)?"`
	Body  *BlockNode  `parser:"@@"`
}

// NeedNode is `2 * old.u.size of memory`: what a transfer or a plan takes while it is
// carried out.
type NeedNode struct {
	Node
	Amount   ExprNode `parser:"@@ 'of'"`
	Resource *Ident   `parser:"@@"`
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

// later says whether it also rewrites what arrives after the switch.
func (c *ConvertDecl) later() bool { return c.Keyword == "adapt" }

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
	Name  *Ident      `parser:"'plan' @@"`
	Needs []*NeedNode `parser:"('needs' @@ (',' @@)*)?"`
	Body  *BlockNode  `parser:"@@"`
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

// ExpectDecl is the author's expectation: of the category or the weakest stable state (then Level, Machine,
// With and Verdict are nil), or of a cell or a plan. Verdict is one of the words
// of the language, "can wait" with one space.
type ExpectDecl struct {
	Node
	Category *NumberNode `parser:"'expect' ('category' @@ |"`
	Machine  *Ident      `parser:"('on' @@)?"`
	Stable   *SafeNode   `parser:"( @@ |"`
	Level    *LevelNode  `parser:"@@"`
	With     *Ident      `parser:"('with' @@)?"`
	Verdict  *Verdict    `parser:"@@)) END"`
}

// SafeNode is `stable with flush when fs.buffered == 0`: the weakest stable state.
type SafeNode struct {
	Node
	With *Ident   `parser:"'stable' ('with' @@)?"`
	Cond ExprNode `parser:"'when' @@"`
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
	Stopped bool     `parser:"(@'stopped'"`     // `plan p stopped`
	After   ExprNode `parser:"('after' @@)?)?"` // `plan p stopped after 2`; else nil
	Plain   string   `parser:"| @('anytime' | 'unit' | 'event' | 'system' | 'reboot' | 'hardware') )"`
}

// Kind gives the level that the word names; it has no meaning where Plan is set.
func (l *LevelNode) Kind() LevelKind {
	return LevelKind(max(0, slices.Index(levelNames[:], l.Named+l.Plain)))
}

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
