package lang

import "strings"

// lineBreak decides what the line break before the coming token means.
func (s *scanner) lineBreak(kind tokenKind, text string) {
	if s.strict && kind == keywordToken && heading[text] && s.at.Column == 1 {
		s.closeAll(0, "`"+text+"`")
	}
	assigns := kind == nameToken && startsAssignment(s.src[s.at.Offset:])
	if kind == keywordToken && starting[text] || assigns {
		s.closeRound("`" + text + "`")
	}
	if n := len(s.open); n > 0 && s.open[n-1].text != "{" {
		return
	}
	if kind == operatorToken || kind == keywordToken && continuing[text] {
		return
	}
	s.endStatement()
	if kind == keywordToken && starting[text] || assigns && s.assigned() {
		s.breakOff(text)
	}
}

// breakOff ends a statement that lacks its last part, before a word that starts
// another one: `x = ` and a line with `reply`.
func (s *scanner) breakOff(next string) {
	if len(s.tokens) == 0 {
		return
	}
	last := s.tokens[len(s.tokens)-1]
	links := last.text == "{" || last.text == "}" || last.text == "=" && next == "call"
	if last.kind == operatorToken && !links || last.kind == keywordToken && !linking[last.text] {
		s.tokens = append(s.tokens, token{kind: endToken, text: "\n", pos: last.end, end: last.end})
	}
}

// endStatement puts an end behind the last token where a statement can end there.
func (s *scanner) endStatement() {
	if len(s.tokens) == 0 {
		return
	}
	last := s.tokens[len(s.tokens)-1]
	switch last.kind {
	case endToken:
		return
	case keywordToken:
		if !closing[last.text] {
			return
		}
	case operatorToken:
		if !strings.Contains(")]}?", last.text) {
			return
		}
	}
	s.tokens = append(s.tokens, token{kind: endToken, text: "\n", pos: last.end, end: last.end})
}

// startsAssignment says whether a line begins like `x.f[i] = `, which is always the
// start of a statement or of a declaration's value.
func startsAssignment(line string) bool {
	for n := wordLength(line); n > 0; {
		line = line[n:]
		n = 0
		switch {
		case strings.HasPrefix(line, "."):
			n = 1 + wordLength(line[1:])
		case strings.HasPrefix(line, "["):
			n = strings.IndexAny(line, "]\r\n") + 1
		}
	}
	line = strings.TrimLeft(line, " \t")
	if strings.HasPrefix(line, "+=") || strings.HasPrefix(line, "-=") {
		return true
	}
	return strings.HasPrefix(line, "=") && !strings.HasPrefix(line, "==") && !strings.HasPrefix(line, "=>")
}

// assigned says whether the statement before has its `=` already, so that a line
// with another one begins a new statement.
func (s *scanner) assigned() bool {
	for i := len(s.tokens) - 1; i >= 0; i-- {
		t := s.tokens[i]
		switch {
		case t.kind == endToken || t.text == "{" || t.text == "}":
			return false
		case t.kind == operatorToken && (t.text == "=" || t.text == "+=" || t.text == "-="):
			return true
		}
	}
	return false
}
