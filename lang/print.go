package lang

import (
	"bytes"
	"math"
	"strings"
)

// Format prints a file in the canonical layout: two spaces for each level, one
// statement a line, at most one blank line. What the author decided stays: the
// order, parentheses, comments, blocks written on one line, and line breaks inside
// long expressions and lists. f must come from Parse without errors. The text
// parses to the same tree, and formatting it again changes nothing.
func Format(f *File) []byte {
	p := &printer{comments: f.comments, first: true}
	var lines []line
	for _, d := range f.Imports {
		lines = append(lines, line{d, func() { p.text("import ", d.Path.Quoted) }})
	}
	if f.System != nil {
		lines = append(lines, line{f.System, func() { p.text("system ", f.System.Name) }})
	}
	for _, d := range f.Items {
		lines = append(lines, line{d, func() { p.declaration(d) }})
	}
	p.lines(lines)
	p.flush(math.MaxInt, math.MaxInt)
	return p.out.Bytes()
}

// printer writes the tree and weaves the comments in. At the start of each line it
// prints the comments that stand before it in the source, at its end the one that
// stands behind it.
type printer struct {
	out      bytes.Buffer
	comments []comment // not printed yet
	indent   int
	last     int  // source line on which the last line of the output ended
	first    bool // at the start of a block: no blank line
	tight    bool // inside a range: no space around signs
}

// line is a declaration or statement and how it is printed.
type line struct {
	node  Syntax
	print func()
}

func (p *printer) text(parts ...string) {
	for _, s := range parts {
		p.out.WriteString(s)
	}
}

func (p *printer) margin() { p.text(strings.Repeat("  ", p.indent)) }

// lines prints each on a line of its own.
func (p *printer) lines(lines []line) {
	for i, l := range lines {
		span := l.node.Span()
		limit := span.Start.Offset
		if !hasBlock(l.node) {
			limit = span.End.Offset // a comment inside goes before
		}
		p.flush(limit, span.Start.Line)
		p.blank(span.Start.Line)
		p.margin()
		l.print()
		p.last = span.End.Line
		next := math.MaxInt
		if i+1 < len(lines) {
			next = lines[i+1].node.Span().Start.Offset
		}
		p.trailing(span.End, next)
		p.text("\n")
		p.first = false
	}
}

// trailing prints the comment that stands on the same line behind end, if nothing
// else comes before it.
func (p *printer) trailing(end Pos, next int) {
	if len(p.comments) > 0 && p.comments[0].pos.Line == end.Line && p.comments[0].pos.Offset < next {
		p.text("  ", p.comments[0].text)
		p.comments = p.comments[1:]
	}
}

// flush prints the comments before an offset on lines of their own. They belong to
// something that starts on the line before.
func (p *printer) flush(offset, before int) {
	for len(p.comments) > 0 && p.comments[0].pos.Offset < offset {
		c := p.comments[0]
		p.comments = p.comments[1:]
		p.blank(min(c.pos.Line, before))
		p.margin()
		p.text(c.text, "\n")
		p.last, p.first = c.pos.Line, false
	}
}

// blank keeps a blank line before what starts on that line of the source.
func (p *printer) blank(line int) {
	if !p.first && line-p.last > 1 {
		p.text("\n")
	}
}

// body prints `{ … }`: on one line if the author did so and no comment is in the
// way.
func (p *printer) body(open, end Pos, lines []line) {
	comment := len(p.comments) > 0 && p.comments[0].pos.Offset < end.Offset
	switch {
	case !comment && len(lines) == 0:
		p.text("{ }")
		return
	case !comment && open.Line == end.Line:
		p.oneLine(lines)
		return
	}
	p.text("{")
	if len(p.comments) > 0 && p.comments[0].pos.Offset > open.Offset {
		p.trailing(open, end.Offset)
	}
	p.text("\n")
	p.indent++
	p.first = !p.moved(open)
	p.last = open.Line
	p.lines(lines)
	p.flush(end.Offset, math.MaxInt)
	p.indent--
	p.margin()
	p.text("}")
	p.first = false
}

// moved prints the comments that stand before the brace as the first lines of the
// block. It reports whether there were any.
func (p *printer) moved(open Pos) bool {
	n := 0
	for n < len(p.comments) && p.comments[n].pos.Offset < open.Offset {
		p.margin()
		p.text(p.comments[n].text, "\n")
		n++
	}
	p.comments = p.comments[n:]
	return n > 0
}

func (p *printer) oneLine(lines []line) {
	p.text("{ ")
	for i, l := range lines {
		if i > 0 {
			p.text("; ")
		}
		l.print()
	}
	p.text(" }")
}

// space prints a blank, or a line break where the author had one between two parts
// of an expression or a list.
func (p *printer) space(before, after Syntax) {
	from, to := before.Span().End, after.Span().Start
	switch {
	case p.inline(from.Line, to, 2):
	case to.Line > from.Line:
		p.text("\n")
		p.hang(2)
	default:
		p.text(" ")
	}
}

// hang starts a line that goes on with what stands on the lines before.
func (p *printer) hang(levels int) {
	p.indent += levels
	p.margin()
	p.indent -= levels
}

// inline prints the comments before a place inside of what is being printed, where
// the output has come to that line of the source, and starts a new line behind them.
// It reports whether there were any.
func (p *printer) inline(line int, before Pos, levels int) bool {
	n := 0
	for ; n < len(p.comments) && p.comments[n].pos.Offset < before.Offset; n++ {
		switch {
		case n > 0:
			p.hang(levels)
		case p.comments[0].pos.Line > line:
			p.text("\n")
			p.hang(levels)
		default:
			p.text("  ")
		}
		p.text(p.comments[n].text, "\n")
	}
	if n == 0 {
		return false
	}
	p.comments = p.comments[n:]
	p.hang(levels)
	return true
}

// hasBlock says whether lines of their own stand inside a node.
func hasBlock(n Syntax) bool {
	switch n := n.(type) {
	case *UnitDecl, *UpdateDecl, *HandlerDecl, *TransferDecl, *PlanDecl, *MachineDecl:
		return true
	case *StmtMember:
		return hasBlock(n.Stmt)
	case StmtNode:
		return len(nestedBlocks(n)) > 0
	}
	return false
}
