package lang

import "strings"

// This file knows what people write who come from other languages, and what they
// have to write instead.

// strangers are signs of other languages; longer ones come first.
var strangers = []struct{ sign, advice string }{
	{"===", "write `==`"}, {"!==", "write `!=`"}, {"<>", "write `!=`"}, {"=>", "write `->`"},
	{"++", "write `x += 1`"}, {"**", "write a product, like `x * x`"},
	{"*=", "write it out: `x = x * 2`"}, {"/=", "write it out: `x = x / 2`; what is not equal is `!=`"}, {"%=", "write it out: `x = x mod 2`"},
	{"&&", "write `and`"}, {"||", "write `or`"}, {":=", "write `var x = …`, or `=` to assign"},
	{"!", "write `not`"}, {"%", "write `mod`"}, {"&", "write `and`"}, {"'", `texts stand in double quotes`},
	{"#", "a comment starts with `//`"}, {"`", `texts stand in double quotes`},
}

// strangerAt gives the sign of another language with which rest starts, and what to
// write instead; "" if there is none.
func strangerAt(rest string) (sign, advice string) {
	if strings.HasPrefix(rest, "!=") && !strings.HasPrefix(rest, "!==") {
		return "", ""
	}
	if strings.HasPrefix(rest, "--") && endsStatement(rest[2:]) {
		return "--", "write `x -= 1`"
	}
	for _, s := range strangers {
		if strings.HasPrefix(rest, s.sign) {
			return s.sign, s.advice
		}
	}
	return "", ""
}

// endsStatement says whether nothing more of a statement comes.
func endsStatement(rest string) bool {
	rest = strings.TrimLeft(rest, " \t")
	return rest == "" || strings.ContainsRune("\r\n;}", rune(rest[0])) || strings.HasPrefix(rest, "//")
}

// alienStatements are words that begin statements elsewhere.
var alienStatements = map[string]string{
	"return": "write `reply`, with the value behind it if there is one",
	"elif":   "write `else if`", "elseif": "write `else if`", "elsif": "write `else if`",
	"let": declareAdvice, "int": declareAdvice, "const": declareAdvice, "val": declareAdvice,
	"switch": "write `if … { } else if … { }`", "case": "write `if … { } else if … { }`", "match": "write `if … { } else if … { }`",
	"do": "write `loop { }` or `while … { }`", "repeat": "write `loop { }` or `while … { }`",
	"break": "a loop that ends is a `while`", "continue": "put the rest of the loop into an `if`",
	"end": "a block ends with `}`", "endif": "a block ends with `}`", "fi": "a block ends with `}`",
	"skip": "an empty block is `{ }`", "pass": "an empty block is `{ }`",
}

const declareAdvice = "write `var x: 0..7 = 1`"

// alienValues are names of values elsewhere.
var alienValues = map[string]string{
	"null": "write `none`, which is the caller that is not there", "nil": "write `none`, which is the caller that is not there",
	"True": "write `true`", "TRUE": "write `true`", "False": "write `false`", "FALSE": "write `false`", "this": "write `self`",
}

// alienTypes are names of types elsewhere.
var alienTypes = map[string]string{
	"int": rangeAdvice, "integer": rangeAdvice, "nat": rangeAdvice, "uint": rangeAdvice, "unsigned": rangeAdvice,
	"long": rangeAdvice, "byte": rangeAdvice, "number": rangeAdvice,
	"boolean": "write `bool`", "Bool": "write `bool`", "Boolean": "write `bool`",
	"float": "there are no fractions: " + rangeAdvice, "double": "there are no fractions: " + rangeAdvice, "real": "there are no fractions: " + rangeAdvice,
	"string": "there are no texts: write the values that it can have, e.g. { idle, busy }",
	"char":   "there are no texts: write the values that it can have, e.g. { idle, busy }",
}

const rangeAdvice = "every type is bounded: write a range, e.g. 0..7"

// statementAdvice says what to write in place of something that begins no
// statement: first is its first word, to is what could be read of it.
func statementAdvice(first string, to ExprNode) string {
	if advice := alienStatements[first]; advice != "" {
		return advice
	}
	if near := didYouMean(first, statementWords); near != "" {
		return near
	}
	if call, ok := to.(*CallNode); ok {
		if _, ok := call.Fun.(*MemberNode); ok && isPath(call.Fun) {
			return "write `call " + exprText(call) + "`, or `send` to go on at once"
		}
	}
	return "a statement begins with a word like `call` or `if`, or is an assignment like `x = 1`"
}

// exprText writes an expression on one line for a message.
func exprText(x ExprNode) string {
	p := &printer{}
	p.expr(x)
	return clip(strings.Join(strings.Fields(p.out.String()), " "))
}
