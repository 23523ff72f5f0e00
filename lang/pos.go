package lang

import "fmt"

// Pos is a place in a source text. Line and Column are 1-based; Column counts
// Unicode code points; Offset counts bytes from 0. The zero Pos is "nowhere".
// The four field names are those that the parser library fills in by itself.
type Pos struct {
	Filename string
	Offset   int
	Line     int
	Column   int
}

// String gives file:line:column.
func (p Pos) String() string { return fmt.Sprintf("%s:%d:%d", p.Filename, p.Line, p.Column) }

// Span is a stretch of source text from its first character up to, and not
// including, End. A span ends right behind the last character of its text and
// never covers the white space or the comment that follows.
type Span struct {
	Start, End Pos
}

// String gives the place where the span starts.
func (s Span) String() string { return s.Start.String() }
