package lang

import "fmt"

// closers gives each opening bracket its closing one.
var closers = map[string]string{"(": ")", "[": "]", "{": "}"}

// bracket reads an operator and keeps account of the brackets.
func (s *scanner) bracket(op string) {
	switch op {
	case "(", "[", "{":
		s.add(operatorToken, op)
		s.open = append(s.open, s.tokens[len(s.tokens)-1])
		if len(s.open) > maxNesting {
			s.stop(codeNesting, fmt.Sprintf("more than %d brackets are open here", maxNesting), s.open[len(s.open)-1].pos)
		}
	case ")", "]":
		if n := len(s.open); n == 0 || closers[s.open[n-1].text] != op {
			s.unopened(op)
			return
		}
		s.add(operatorToken, op)
		s.open = s.open[:len(s.open)-1]
	case "}":
		s.closeRound("`}`")
		if len(s.open) == 0 {
			s.unopened(op)
			return
		}
		s.endStatement()
		s.add(operatorToken, op)
		s.open = s.open[:len(s.open)-1]
	default:
		s.add(operatorToken, op)
	}
}

// unopened reports a closing bracket without an opening one, and leaves it out.
func (s *scanner) unopened(op string) {
	from := s.at
	s.skip(op)
	s.fail(&Error{Code: codeUnopened, Span: Span{Start: from, End: s.at},
		Msg: fmt.Sprintf("there is no open bracket for this `%s`", op), Advice: "take it away, or open the bracket before"})
}

// closeRound closes the ( and [ that are open inside the innermost block.
func (s *scanner) closeRound(before string) {
	n := len(s.open)
	for n > 0 && s.open[n-1].text != "{" {
		n--
	}
	s.closeAll(n, before)
}

// closeAll closes the open brackets but the first keep, with one error about the
// innermost: a single forgotten bracket is the usual cause.
func (s *scanner) closeAll(keep int, before string) {
	n := len(s.open)
	if n <= keep {
		return
	}
	inner := s.open[n-1]
	s.fail(&Error{Code: codeUnclosed, Span: inner.span(),
		Msg:     fmt.Sprintf("this `%s` is not closed before %s", inner.text, before),
		Advice:  fmt.Sprintf("add `%s`", closers[inner.text]),
		Related: []Related{{Span: Span{Start: s.at, End: s.at}, Msg: "it should be closed before this"}}})
	for ; n > keep; n-- {
		opener := s.open[n-1]
		closer := closers[opener.text]
		if closer != "}" {
			s.forget(Span{Start: opener.pos, End: s.at})
		}
		if closer == "}" {
			s.mixed = true
			s.endStatement()
		}
		end := s.tokens[len(s.tokens)-1].end
		s.tokens = append(s.tokens, token{kind: virtualToken, text: closer, pos: end, end: end})
	}
	s.open = s.open[:keep]
}

// forget remembers a stretch in which there is nothing more to say. The stretches
// stay apart and in order: one that reaches around others replaces them.
func (s *scanner) forget(stretch Span) {
	n := len(s.forgotten)
	for n > 0 && s.forgotten[n-1].Start.Offset >= stretch.Start.Offset {
		n--
	}
	s.forgotten = append(s.forgotten[:n], stretch)
}
