package lang

import (
	"maps"
	"slices"
)

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
		for at := lineLength(s.Text); at < len(s.Text); at += lineLength(s.Text[at:]) {
			at += breakLength(s.Text[at:])
			s.lines = append(s.lines, at)
		}
	}
	if number < 1 || number > len(s.lines) {
		return ""
	}
	text := s.Text[s.lines[number-1]:]
	return string(text[:lineLength(text)])
}

// lineLength is the length of the first line of a text, without its line break.
func lineLength[T string | []byte](text T) int {
	for i := range len(text) {
		if text[i] == '\n' || text[i] == '\r' {
			return i
		}
	}
	return len(text)
}

// breakLength is the length of the line break at the start of a text: the end of a
// line is written \n, \r\n or, by old programs, \r. 0 if there is none.
func breakLength[T string | []byte](text T) int {
	switch {
	case len(text) > 1 && text[0] == '\r' && text[1] == '\n':
		return 2
	case len(text) > 0 && (text[0] == '\n' || text[0] == '\r'):
		return 1
	}
	return 0
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

// Paths lists the paths, sorted. A nil *Sources has none.
func (s *Sources) Paths() []string {
	if s == nil {
		return nil
	}
	return slices.Sorted(maps.Keys(s.files))
}

// Get gives the text with that path, or nil. A nil *Sources has none.
func (s *Sources) Get(path string) *Source {
	if s == nil {
		return nil
	}
	return s.files[path]
}
