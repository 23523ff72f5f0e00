package reports

import (
	"io"
	"slices"
	"strings"

	"charm.land/lipgloss/v2"
	"charm.land/lipgloss/v2/table"

	"github.com/lucheck/lucheck/explorer"
)

// Style says how text is to look. The zero value is plain Unicode text of 80
// columns.
type Style struct {
	Width  int    // columns; 0 means 80, and fewer than 40 count as 40
	Color  bool   // ANSI colours
	ASCII  bool   // words and ASCII lines in place of signs and box drawing; the author's own text stays as it is
	Detail Detail // how much to print
}

// Detail says how much [Text] prints.
type Detail uint8

// The amounts of detail.
const (
	Normal Detail = iota // the matrix and what a reader needs with it
	Brief                // only what is not as it should be
	Full                 // also figures for each cell, inclusions of levels, statistics
)

// tone is what a piece of text is about; it decides the colour.
type tone uint8

const (
	plain tone = iota
	good
	bad
	doubtful
	faint
	strong
)

// glyphs are the signs that differ between Unicode and ASCII.
type glyphs struct {
	dot, arrow, dash, corner, side, foot      string
	lane, laneNew, line, right, left, taken   string
	bar, gutter, fails, converted, again, cut string
}

var (
	unicodeGlyphs = glyphs{
		dot: " · ", arrow: "→", dash: "–", corner: "┌─", side: "│", foot: "└─",
		lane: "│", laneNew: "┃", line: "─", right: "▶", left: "◀", taken: "●",
		bar: "═", gutter: "▌", fails: "✗", converted: "◆", again: "↻", cut: "…",
	}
	asciiGlyphs = glyphs{
		dot: ", ", arrow: "->", dash: "-", corner: "-->", side: "|", foot: "=",
		lane: "|", laneNew: "#", line: "-", right: ">", left: "<", taken: "o",
		bar: "=", gutter: ">", fails: "X", converted: "c", again: "^", cut: "~",
	}
)

// look is how a verdict appears.
type look struct {
	sign   string
	tone   tone
	legend string
}

var looks = map[explorer.Verdict]look{
	explorer.Unknown:    {"?", doubtful, "not decided"},
	explorer.Valid:      {"✓", good, "valid"},
	explorer.Possible:   {"~", doubtful, "possible, not certain"},
	explorer.Stray:      {"!", doubtful, "stray: no way back"},
	explorer.Invalid:    {"✗", bad, "invalid, letter = cause"},
	explorer.Vacuous:    {"○", faint, "vacuous: no point"},
	explorer.Broken:     {"B", bad, "new version broken"},
	explorer.Feasible:   {"✓", good, "feasible: some transfer is valid"},
	explorer.Infeasible: {"✗", bad, "infeasible: none is"},
}

// page collects text and knows how to colour and fold it.
type page struct {
	style  Style
	glyphs glyphs
	text   strings.Builder
}

func newPage(s Style) *page {
	if s.Width == 0 {
		s.Width = 80
	}
	s.Width = max(s.Width, 40)
	p := &page{style: s, glyphs: unicodeGlyphs}
	if s.ASCII {
		p.glyphs = asciiGlyphs
	}
	return p
}

// paint colours text by its tone.
func (p *page) paint(t tone, text string) string {
	if !p.style.Color || text == "" {
		return text
	}
	s := lipgloss.NewStyle()
	switch t {
	case good:
		s = s.Foreground(lipgloss.Green)
	case bad:
		s = s.Foreground(lipgloss.Red).Bold(true)
	case doubtful:
		s = s.Foreground(lipgloss.Yellow)
	case faint:
		s = s.Faint(true)
	case strong:
		s = s.Bold(true)
	default:
		return text
	}
	return s.Render(text)
}

// line ends with a line break; its parts are put side by side.
func (p *page) line(parts ...string) {
	for _, part := range parts {
		p.text.WriteString(part)
	}
	p.text.WriteByte('\n')
}

// fold prints text that starts with first, folded to the width, with the later
// lines indented as far as first is wide.
func (p *page) fold(first, text string) {
	indent := strings.Repeat(" ", lipgloss.Width(first))
	width := max(20, p.style.Width-len(indent))
	for i, l := range strings.Split(lipgloss.Wrap(hard(text), width, " "), "\n") {
		if i > 0 {
			first = indent
		}
		p.line(first, l)
	}
}

// pack prints entries side by side, as many on a line as fit.
func (p *page) pack(entries []string) {
	line := ""
	for _, e := range entries {
		if line != "" && lipgloss.Width(line+"   "+e) > p.style.Width {
			p.line(line)
			line = ""
		}
		if line == "" {
			line = " " + e
		} else {
			line += "   " + e
		}
	}
	if line != "" {
		p.line(line)
	}
}

// hardHyphen stands for a hyphen while text is folded, so that no path and no
// name is broken at one.
const hardHyphen = "\u2011"

func hard(text string) string { return strings.ReplaceAll(text, "-", hardHyphen) }

// heading starts a new part of the page.
func (p *page) heading(text string) {
	p.line()
	p.line(p.paint(strong, text))
}

// table prints rows in aligned columns. Where they are wider than the page, the
// widest columns are folded. Columns named in right are aligned to the right.
func (p *page) table(headers []string, rows [][]string, right ...int) {
	style := func(_, col int) lipgloss.Style {
		s := lipgloss.NewStyle().PaddingRight(2)
		if col == 0 {
			s = s.PaddingLeft(1)
		}
		if slices.Contains(right, col) {
			s = s.Align(lipgloss.Right)
		}
		return s
	}
	t := table.New().Border(lipgloss.HiddenBorder()).
		BorderTop(false).BorderBottom(false).BorderLeft(false).BorderRight(false).
		BorderHeader(false).BorderColumn(false).BorderRow(false).
		StyleFunc(style)
	widths := p.columnWidths(append([][]string{headers}, rows...))
	if len(headers) > 0 {
		shown := make([]string, len(headers))
		for i, h := range headers {
			shown[i] = p.paint(faint, cut(h, widths[i], p.glyphs.cut))
		}
		t.Headers(shown...)
	}
	for _, row := range rows {
		cells := make([]string, len(row))
		for i, c := range row {
			cells[i] = lipgloss.Wrap(hard(c), widths[i], " ")
		}
		t.Row(cells...)
	}
	p.line(t.Render())
}

// columnWidths gives each column the width that it needs, less where the page is
// too narrow for all of them: then the widest give first, as far as their words
// allow, and after that further.
func (p *page) columnWidths(rows [][]string) []int {
	widths, words := measure(rows)
	over := 1 - 2 - p.style.Width // one column before the first, none behind the last
	for _, w := range widths {
		over += w + 2
	}
	for _, floor := range [][]int{words, make([]int, len(widths))} {
		for ; over > 0; over-- {
			widest := -1
			for i, w := range widths {
				if w > max(floor[i], 4) && (widest < 0 || w > widths[widest]) {
					widest = i
				}
			}
			if widest < 0 {
				break
			}
			widths[widest]--
		}
	}
	return widths
}

// measure gives the width of each column, and that of its longest word.
func measure(rows [][]string) (widths, words []int) {
	for _, row := range rows {
		for i, c := range row {
			if i == len(widths) {
				widths, words = append(widths, 1), append(words, 1)
			}
			widths[i] = max(widths[i], lipgloss.Width(c))
			for _, w := range strings.Fields(c) {
				words[i] = max(words[i], lipgloss.Width(w))
			}
		}
	}
	return widths, words
}

// writeTo writes the page without white space at the ends of its lines.
func (p *page) writeTo(w io.Writer) error {
	lines := strings.Split(p.text.String(), "\n")
	for i, l := range lines {
		lines[i] = strings.TrimRight(l, " ")
	}
	_, err := io.WriteString(w, strings.ReplaceAll(strings.Join(lines, "\n"), hardHyphen, "-"))
	return err
}
