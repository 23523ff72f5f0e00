package lang

import (
	"fmt"
	"io"
	"strconv"
	"strings"
	"unicode"
)

// Style holds the strings that switch a terminal's colours, e.g. "\x1b[31m". The
// zero Style prints plain text.
type Style struct {
	Error   string // before "error[LU0107]" and the underline of an error
	Warning string // the same for warnings
	Frame   string // before line numbers, frames and "= help:"
	Bold    string // before the message
	Reset   string // behind each of them
}

// maxShown is the number of columns of a source line that are printed.
const maxShown = 100

// Render prints the list in its order, each entry with its source line and the
// span underlined where sources has the text. Control characters, which may come
// from a hostile file, are replaced. It stops at the first error of w.
func Render(w io.Writer, list ErrorList, sources *Sources, style Style) error {
	for i, e := range list {
		p := &snippet{style: style, hue: style.Error}
		if e.Warning {
			p.hue = style.Warning
		}
		if i > 0 {
			p.out.WriteString("\n")
		}
		p.entry(e, sources)
		if _, err := io.WriteString(w, p.out.String()); err != nil {
			return fmt.Errorf("print the diagnostics: %w", err)
		}
	}
	return nil
}

// snippet prints one error.
type snippet struct {
	out   strings.Builder
	style Style
	hue   string
}

func (p *snippet) paint(hue, text string) {
	if hue == "" {
		p.out.WriteString(text)
		return
	}
	p.out.WriteString(hue + text + p.style.Reset)
}

func (p *snippet) entry(e *Error, sources *Sources) {
	p.paint(p.hue, fmt.Sprintf("%s[%s]", e.kind(), e.Code))
	p.paint(p.style.Bold, ": "+clean(e.Msg))
	if e.Name != "" {
		p.out.WriteString(" [" + e.Name + "]")
	}
	p.out.WriteString("\n")
	margin := ""
	if e.Span.Start.Line > 0 {
		margin = strings.Repeat(" ", len(strconv.Itoa(e.Span.Start.Line)))
		p.paint(p.style.Frame, margin+" ┌─ "+clean(e.Span.Start.String()))
		p.out.WriteString("\n")
		if src := sources.Get(e.Span.Start.Filename); src != nil {
			p.source(src, e.Span, margin)
		}
	}
	for _, r := range e.Related {
		p.footer(margin, "note", fmt.Sprintf("%s (%s)", r.Msg, r.Span.Start))
	}
	if e.Advice != "" {
		p.footer(margin, "help", e.Advice)
	}
}

func (p *snippet) footer(margin, word, text string) {
	p.paint(p.style.Frame, margin+" = "+word+":")
	p.out.WriteString(" " + clean(text) + "\n")
}

// source prints the line where the span starts, and underlines the span up to the
// end of that line.
func (p *snippet) source(src *Source, span Span, margin string) {
	line := []rune(src.Line(span.Start.Line))
	from := min(max(0, span.Start.Column-1), len(line))
	to := len(line)
	if span.End.Line == span.Start.Line {
		to = min(max(from, span.End.Column-1), len(line))
	}
	shown, before, under := window(line, from, to)
	p.paint(p.style.Frame, fmt.Sprintf("%d │ ", span.Start.Line))
	p.out.WriteString(shown + "\n")
	p.paint(p.style.Frame, margin+" │ ")
	p.out.WriteString(strings.Repeat(" ", before))
	p.paint(p.hue, strings.Repeat("^", max(1, under)))
	p.out.WriteString("\n")
}

// window gives the part of a line around line[from:to] as it is printed, the
// columns before the span and the columns of the span. A long line is cut.
func window(line []rune, from, to int) (shown string, before, under int) {
	first := 0
	if len(line) > maxShown && from > maxShown/2 {
		first = min(from-maxShown/2, len(line)-maxShown)
	}
	last := min(len(line), first+maxShown)
	var b strings.Builder
	if first > 0 {
		b.WriteString("…")
		before++
	}
	for i, c := range line[first:last] {
		text, width := cell(c)
		b.WriteString(text)
		switch i += first; {
		case i < from:
			before += width
		case i < to:
			under += width
		}
	}
	if last < len(line) {
		b.WriteString("…")
	}
	return strings.TrimRight(b.String(), " "), before, under
}

// cell gives what is printed for a character, and its width in columns.
func cell(c rune) (string, int) {
	switch {
	case c == '\t':
		return "    ", 4
	case unicode.IsControl(c):
		return "\ufffd", 1
	case unicode.In(c, unicode.Mn, unicode.Me, unicode.Cf):
		return string(c), 0
	}
	for _, r := range wide {
		if c >= r[0] && c <= r[1] {
			return string(c), 2
		}
	}
	return string(c), 1
}

// wide holds the characters that take two columns of a terminal.
var wide = [][2]rune{{0x1100, 0x115f}, {0x2e80, 0xa4cf}, {0xac00, 0xd7a3}, {0xf900, 0xfaff},
	{0xfe30, 0xfe6f}, {0xff00, 0xff60}, {0xffe0, 0xffe6}, {0x1f300, 0x1faff}, {0x20000, 0x3fffd}}

// clean replaces control characters.
func clean(text string) string {
	return strings.Map(func(c rune) rune {
		if unicode.IsControl(c) {
			return '\ufffd'
		}
		return c
	}, text)
}
