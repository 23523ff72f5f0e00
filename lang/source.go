package lang

import "bytes"

// Source is the text of one file. Path is as in the Pos values that point into it.
type Source struct {
	Path string
	Text []byte

	lines []int // offset of each line's first byte; made on first use
}

// Line gives the text of a line, numbered from 1, without its line break; "" for
// a line that the text does not have. The first call costs O(length of Text).
func (s *Source) Line(number int) string {
	if s.lines == nil {
		s.lines = []int{0}
		for i, c := range s.Text {
			if c == '\n' {
				s.lines = append(s.lines, i+1)
			}
		}
	}
	if number < 1 || number > len(s.lines) {
		return ""
	}
	text := s.Text[s.lines[number-1]:]
	if end := bytes.IndexByte(text, '\n'); end >= 0 {
		text = text[:end]
	}
	return string(bytes.TrimSuffix(text, []byte("\r")))
}

// Slice gives the text of a span; "" where the span is not inside the text.
func (s *Source) Slice(span Span) string {
	from, to := span.Start.Offset, span.End.Offset
	if from < 0 || to > len(s.Text) || from > to {
		return ""
	}
	return string(s.Text[from:to])
}

// Sources holds the texts of a spec and its imports by their path.
type Sources struct{ files map[string]*Source }

// Add puts a text in, in place of an earlier one with that path.
func (s *Sources) Add(src *Source) {
	if s.files == nil {
		s.files = map[string]*Source{}
	}
	s.files[src.Path] = src
}

// Get gives the text with that path, or nil. A nil *Sources has none.
func (s *Sources) Get(path string) *Source {
	if s == nil {
		return nil
	}
	return s.files[path]
}
