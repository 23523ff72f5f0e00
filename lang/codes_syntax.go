package lang

// The codes of the syntax: LU0001 to LU0099.
const (
	codeFileSize  = "LU0001"
	codeNotText   = "LU0002"
	codeTokens    = "LU0003"
	codeTokenSize = "LU0004"
	codeNesting   = "LU0005"
	codeSign      = "LU0006"
	codeText      = "LU0007"
	codeNumber    = "LU0008"
	codeUnclosed  = "LU0009"
	codeUnopened  = "LU0010"
	codeSyntax    = "LU0011"
	codeWord      = "LU0012"
	codeReserved  = "LU0013"
	codeStmt      = "LU0014"
	codeExpr      = "LU0015"
	codeType      = "LU0016"
	codeNoBreak   = "LU0017"
	codeCompare   = "LU0018"
	codePath      = "LU0019"
	codeRhs       = "LU0020"
	codeMisplaced = "LU0021"
	codeEmpty     = "LU0022"
	codeMore      = "LU0099"
)

// CodeInfo explains a diagnostic. Example is a spec, or a piece of one, that
// triggers it and no other; "" where that would be too long to show.
type CodeInfo struct {
	Code    string // "LU0001"
	Title   string // one line
	Meaning string // what the rule is and why it is there
	Example string
	Advice  string // how to repair it
	Warning string // the warning's name; "" for an error
}

// syntaxCodes explains the codes of the syntax, in their order.
var syntaxCodes = []CodeInfo{
	{Code: codeFileSize, Title: "the file is too large",
		Meaning: "A file has at most 16 MiB. A spec is written by people and is far smaller; a larger file is probably something else.",
		Advice:  "check the path, or split the spec with `import`"},
	{Code: codeNotText, Title: "the file is not UTF-8 text",
		Meaning: "A spec is UTF-8 text without NUL characters.",
		Example: "system \xff\n",
		Advice:  "check the path, or save the file as UTF-8"},
	{Code: codeTokens, Title: "the file has too many words and signs",
		Meaning: "A file has at most 400,000 words, numbers, texts and signs.",
		Advice:  "split the spec with `import`"},
	{Code: codeTokenSize, Title: "a word or text is too long",
		Meaning: "A name, number or text has at most 1024 bytes.",
		Advice:  "shorten it; check whether a quote is missing"},
	{Code: codeNesting, Title: "nested too deep",
		Meaning: "At most 256 brackets may be open at once, at most 256 `not`, `-`, `else if`, `set of` may stand inside one another, and at most 1000 operators in a row.",
		Advice:  "split the expression with definitions (`def`) or variables"},
	{Code: codeSign, Title: "a sign that the language does not have",
		Meaning: "Logic is written `and`, `or`, `not`, the remainder `mod`, a comment starts with `//`.",
		Example: "always a && b\n",
		Advice:  "use the word of this language"},
	{Code: codeText, Title: "a text is not closed or has an unknown escape",
		Meaning: "A text stands between double quotes on one line. In it, \\\" is a quote and \\\\ a backslash.",
		Example: "always a, \"every chunk\n",
		Advice:  "close the text with a double quote"},
	{Code: codeNumber, Title: "not a number",
		Meaning: "Numbers are decimal, without leading zeros or letters, and at most 9223372036854775807.",
		Example: "param chunks = 0x2\n",
		Advice:  "write the number in decimal"},
	{Code: codeUnclosed, Title: "a bracket is not closed",
		Meaning: "Every ( [ { is closed by its own counterpart, a ( or [ before the next statement or declaration begins.",
		Example: "process fs {\n  on begin() { reply\n}\n",
		Advice:  "close the bracket; the error shows the innermost that is open"},
	{Code: codeUnopened, Title: "a closing bracket without an open one",
		Meaning: "Every ) ] } closes a bracket that was opened before.",
		Example: "process fs { } }\n",
		Advice:  "take the bracket away, or open it before"},
	{Code: codeSyntax, Title: "something is missing",
		Meaning: "The declaration or statement needs another part here.",
		Example: "param chunks 2\n",
		Advice:  "add what the message names"},
	{Code: codeWord, Title: "an unknown word begins a declaration",
		Meaning: "Every declaration begins with a word like `process`, `type`, `on` or `expect`.",
		Example: "proces fs { }\n",
		Advice:  "correct the word"},
	{Code: codeReserved, Title: "a word of the language where a name should be",
		Meaning: "Words like `process`, `if` and `reply` are names only behind `on` and a dot, and as messages of protocols.",
		Example: "param call = 2\n",
		Advice:  "choose another name"},
	{Code: codeStmt, Title: "this begins no statement",
		Meaning: "A statement begins with a word like `call` or `if`, or is an assignment.",
		Example: "client app { loop { cal fs.begin() } }\n",
		Advice:  "correct the word, or write an assignment like `x = 1`"},
	{Code: codeExpr, Title: "a value is missing",
		Meaning: "An expression ends too early, or has a sign where a value should be.",
		Example: "param chunks = 2 +\n",
		Advice:  "add the value"},
	{Code: codeType, Title: "a type is missing",
		Meaning: "A type is a name, a range like `0..3`, `{a, b}`, `record {…}` or `[index] type`.",
		Example: "type count = 3\n",
		Advice:  "write a type"},
	{Code: codeNoBreak, Title: "two statements on one line",
		Meaning: "A line break or `;` ends a statement. The value of `reply` stands on its line.",
		Example: "client app { var x = 1 var y = 2 }\n",
		Advice:  "put a line break or `;` between them"},
	{Code: codeCompare, Title: "a comparison that is none",
		Meaning: "`==` compares and `=` assigns. Comparisons do not follow one another: `a < b < c` has two meanings.",
		Example: "client app { if x = 1 { } }\n",
		Advice:  "write `==`, or join two comparisons with `and`"},
	{Code: codePath, Title: "not a variable",
		Meaning: "Only a variable, or a part of one like `x.f[i]`, can be written, held or tolerated.",
		Example: "client app { f(1) = 2 }\n",
		Advice:  "name a variable"},
	{Code: codeRhs, Title: "`call` or `choose` inside an expression",
		Meaning: "`call` and `choose` are steps. They stand alone right of `=`, or as the whole condition of `if` and `while`.",
		Example: "client app { var x = 1 + call fs.size() }\n",
		Advice:  "give the value to a variable first"},
	{Code: codeMisplaced, Title: "this belongs somewhere else",
		Meaning: "Handlers stand in units, transfers and expectations in updates, imports at the top of the file.",
		Example: "expect unit valid\n",
		Advice:  "move it where the message says"},
	{Code: codeEmpty, Title: "the file declares nothing",
		Meaning: "The file is empty or holds only comments.",
		Example: "// nothing\n",
		Advice:  "declare a system, or check the path"},
	{Code: codeMore, Title: "more errors than are shown",
		Meaning: "At most 50 errors and 50 warnings are shown in one run.",
		Advice:  "repair the first ones and run again"},
}
