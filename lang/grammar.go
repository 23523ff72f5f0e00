package lang

import "strings"

// written are the productions that are read by hand, for their messages and their
// speed; a test makes sentences from them and parses these.
const written = `
StmtNode = (Var | Assign | Note | Message | Reply | Hold | Assert | Await | StopNode | ResumeNode | ReplaceNode) <end> | If | For | While | Loop | Either | Atomic | TryNode | ConvertDecl .
Var = ("readable" | "tracked" | "volatile")? "var" Ident (":" TypeNode)? ("=" RightSide)? .
Assign = Path ("=" | "+=" | "-=") RightSide .
Note = "note" Path ("=" | "+=" | "-=") ExprNode .
Message = ("call" | "send" | "signal") Target .
Reply = "reply" ExprNode? ("to" Path)? .
Hold = "hold" Path .
Assert = "assert" ExprNode ("," TextNode)? .
Await = "await" ExprNode .
If = "if" RightSide BlockNode ("else" (If | BlockNode))? .
For = "for" Ident "in" ExprNode BlockNode .
While = "while" RightSide BlockNode .
Loop = "loop" BlockNode .
Either = "either" BlockNode ("or" BlockNode)+ .
Atomic = "atomic" BlockNode .
RightSide = ("choose" ExprNode) | ("call" Target) | ExprNode .
Target = Ident ("[" ExprNode "]")? "." <word> "(" Args? ")" .
Path = (<name> | "old") ("." <word> | "[" ExprNode "]")* .
ExprNode = ("if" ExprNode "then" ExprNode "else" ExprNode) | Disjunction .
Disjunction = Conjunction ("or" Conjunction)* .
Conjunction = Negation ("and" Negation)* .
Negation = ("not" Negation) | Comparison .
Comparison = Range (("==" | "!=" | "<=" | ">=" | "<" | ">" | "in") Range)? .
Range = Sum (".." Sum)? .
Sum = Product (("+" | "-") Product)* .
Product = Factor (("*" | "/" | "mod") Factor)* .
Factor = ("-" Factor) | (Atom ("." <word> | "[" ExprNode "]" | "(" Args? ")")*) .
Atom = <int> | <name> | "true" | "false" | "none" | "self" | "old" | ("(" ExprNode ")") | ("{" Args? "}") | ("[" Args? "]") .
Args = Arg ("," Arg)* .
Arg = ExprNode (":" ExprNode)? .
TypeNode = ("[" TypeNode "]" TypeNode) | ("set" "of" TypeNode) | ("seq" Sum "of" TypeNode) | (SimpleType "?"?) .
SimpleType = ("record" "{" ParamNode ("," ParamNode)* "}") | ("{" Ident ("," Ident)* "}") | <name> | (Bound ".." Sum) .
Size = (<int> | <name>) (("+" | "-" | "*" | "/" | "mod") (<int> | <name>))* .
Bound = "-"? (<int> | <name> | "(" ExprNode ")") (("+" | "-") Product)* .
ProtocolExpr = "{" Alternatives "}" .
Alternatives = Steps ("|" Steps)* .
Steps = (Step ("*" | "+" | "?")?)+ .
Step = (<word> ("." <word>)?) | ("(" Alternatives ")") .
`

// Grammar is the language's grammar in extended Backus-Naur form, as participle
// writes it: `?`, `*` and `+` behind what they repeat, tokens in angle brackets, a
// production ends with a dot; (?= …) looks ahead and reads nothing. The
// declarations come from the parser itself.
func Grammar() string {
	// What stands between the braces of a unit or an update is cut into declarations
	// before it is parsed (see parser.read); some declarations are read as expressions
	// and looked at more closely then.
	edit := strings.NewReplacer(`Brace "}"`, `"{" Root* "}"`, "Brace = \"{\" .\n", "", "Brace", `"{"`,
		`"tolerate" ExprNode ("," ExprNode)*`, `"tolerate" Path ("," Path)*`, `"mailbox" ExprNode`, `"mailbox" Size`, `"after" ExprNode`, `"after" Size`, `"accepts" ExprNode`, `"accepts" Path "in" Range`,
		`((?= ("readable" | "tracked" | "volatile") ("shared" | "persistent" | "ghost" | "hidden")) Ident)?`, `("readable" | "tracked" | "volatile")?`,
		`((?= ("readable" | "tracked" | "volatile") "protocol") Ident)?`, `("readable" | "tracked" | "volatile")?`,
		`(?= ("readable" | "tracked" | "volatile")? "ghost" <name> "on") Ident?`, `("readable" | "tracked" | "volatile")?`)
	declarations := edit.Replace(buildGrammar[root](anyDeclaration()).String())
	var statements strings.Builder
	for line := range strings.Lines(buildGrammar[rareStmt]().String()) {
		name, _, _ := strings.Cut(line, " ")
		if name != "RareStmt" && !strings.Contains("\n"+declarations, "\n"+name+" =") {
			statements.WriteString(line)
		}
	}
	return strings.TrimRight(declarations, "\n") + "\n" + strings.TrimRight(statements.String(), "\n") + written
}
