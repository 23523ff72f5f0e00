package reports

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"charm.land/lipgloss/v2"

	"github.com/lucheck/lucheck/explorer"
)

// lanes draws the messages of a run: a column for each unit instance and client,
// an arrow where a message is sent, a dot where it is received, and the switch
// as a bar across all columns. From the bar on, affected units have a heavier
// line. Runs without messages have no drawing.
func (p *page) lanes(f *Finding) {
	d := newDrawing(p, f)
	if len(d.names) == 0 {
		return
	}
	p.line()
	if !d.fits() {
		p.fold("", fmt.Sprintf("(the messages between %d parties need more than %d columns)", len(d.names), p.style.Width))
		return
	}
	d.head()
	for i := range f.Trace.Steps {
		d.step(f.Trace, i)
	}
}

// leftMargin is what stands before the first lane: the step's number.
const leftMargin = 7

// drawing is the state of one message diagram.
type drawing struct {
	page     *page
	names    []string // instances, in the order of their first appearance
	affected []string // units
	pitch    int      // columns from one lane to the next
	switched bool
	replaced map[string]bool // instances, by steps of a plan
}

func newDrawing(p *page, f *Finding) *drawing {
	d := &drawing{page: p, affected: f.Scenario.Affected, replaced: map[string]bool{}}
	for i := range f.Trace.Steps {
		if m := f.Trace.Steps[i].Message; m != nil {
			d.party(m.From)
			d.party(m.To)
		}
	}
	d.pitch = 12
	for _, n := range d.names {
		d.pitch = max(d.pitch, lipgloss.Width(n)+2)
	}
	for i := range f.Trace.Steps {
		if m := f.Trace.Steps[i].Message; m != nil {
			d.pitch = max(d.pitch, lipgloss.Width(label(m))+6)
		}
	}
	if n := len(d.names); n > 1 {
		room := (p.style.Width - leftMargin - 16) / (n - 1)
		d.pitch = min(d.pitch, 32, max(room, 1))
	}
	return d
}

func (d *drawing) party(name string) {
	if name != "" && !slices.Contains(d.names, name) {
		d.names = append(d.names, name)
	}
}

// fits says whether the lanes are far enough apart to be read.
func (d *drawing) fits() bool { return len(d.names) == 1 || d.pitch >= 8 }

// column is where the lane of a party is; left of all lanes for nobody.
func (d *drawing) column(name string) int {
	i := slices.Index(d.names, name)
	if i < 0 {
		return leftMargin - 2
	}
	return leftMargin + 2 + i*d.pitch
}

// head names the lanes.
func (d *drawing) head() {
	s := newStrip(d.page.style.Width)
	for _, n := range d.names {
		s.put(max(d.column(n)-lipgloss.Width(n)/2, 0), cut(n, d.pitch-1, d.page.glyphs.cut))
	}
	d.page.line(s.String())
}

// blank is a line with nothing but the lanes.
func (d *drawing) blank() *strip {
	s := newStrip(d.page.style.Width)
	for _, n := range d.names {
		glyph := d.page.glyphs.lane
		if unit, _, _ := strings.Cut(n, "["); d.switched && slices.Contains(d.affected, unit) || d.replaced[n] {
			glyph = d.page.glyphs.laneNew
		}
		s.put(d.column(n), glyph)
	}
	return s
}

func (d *drawing) step(t *explorer.Trace, i int) {
	s := &t.Steps[i]
	number := strconv.Itoa(i + 1)
	switch {
	case i == t.Switch:
		text := " switch "
		if len(d.affected) > 0 {
			text = fmt.Sprintf(" switch: %s old %s new ", strings.Join(d.affected, ", "), d.page.glyphs.arrow)
		}
		d.switched = true
		d.bar(number, text)
	case s.Kind == "replace":
		d.replace(number, s)
	}
	if s.Message != nil {
		line := d.blank()
		line.put(4-len(number), number)
		d.message(line, s.Message)
		d.page.line(line.String())
	}
	if s.Fails {
		d.fail(number, s)
	}
}

// replace draws what a step of a plan replaces.
func (d *drawing) replace(number string, s *explorer.TraceStep) {
	var names []string
	for _, c := range s.Changes {
		if name, is := strings.CutSuffix(c.Path, " version"); is && c.To == "new" {
			names = append(names, name)
			d.replaced[name] = true
		}
	}
	if len(names) > 0 { // else it came to nothing
		d.bar(number, fmt.Sprintf(" replace: %s old %s new ", strings.Join(names, ", "), d.page.glyphs.arrow))
	}
}

// bar draws a switch, over all lanes.
func (d *drawing) bar(number, text string) {
	s := newStrip(d.page.style.Width)
	s.put(4-len(number), number)
	last := d.column(d.names[len(d.names)-1]) + 3
	for c := leftMargin - 1; c < last; c++ {
		s.put(c, d.page.glyphs.bar)
	}
	s.put(leftMargin+4, cut(text, d.page.style.Width-leftMargin-4, d.page.glyphs.cut))
	d.page.line(d.page.paint(strong, s.String()))
}

// message draws one message on a line of lanes.
func (d *drawing) message(line *strip, m *explorer.MessageMove) {
	g := d.page.glyphs
	switch m.Move {
	case "received":
		d.mark(line, m.To, g.taken, label(m))
	case "converted":
		d.mark(line, m.To, g.converted, "converted "+label(m))
	case "dropped":
		d.mark(line, m.To, g.fails, "dropped "+label(m))
	default:
		d.arrow(line, m)
	}
}

// mark puts a sign on a lane, with a text on its right.
func (d *drawing) mark(line *strip, name, sign, text string) {
	at := d.column(name)
	room := d.page.style.Width - at - 2
	if i := slices.Index(d.names, name); i >= 0 && i+1 < len(d.names) {
		room = d.pitch - 3
	}
	line.put(at, sign)
	line.put(at+2, cut(text, room, d.page.glyphs.cut))
}

// arrow draws a message from its sender to its recipient.
func (d *drawing) arrow(line *strip, m *explorer.MessageMove) {
	g := d.page.glyphs
	from, to := d.column(m.From), d.column(m.To)
	if from == to {
		d.mark(line, m.To, g.right, label(m))
		return
	}
	low, high := min(from, to), max(from, to)
	for c := low + 1; c < high; c++ {
		line.put(c, g.line)
	}
	if from < to {
		line.put(to-1, g.right)
	} else {
		line.put(to+1, g.left)
	}
	text := cut(label(m), high-low-5, g.cut)
	line.put(low+1+(high-low-lipgloss.Width(text))/2, text)
}

// fail draws where the run fails.
func (d *drawing) fail(number string, s *explorer.TraceStep) {
	line := d.blank()
	line.put(4-len(number), number)
	name := instance(s)
	if slices.Contains(d.names, name) {
		d.mark(line, name, d.page.glyphs.fails, "fails")
	} else {
		line.put(leftMargin-1, d.page.glyphs.fails)
	}
	d.page.line(d.page.paint(bad, line.String()))
}

// label is the message's name with its form where that matters.
func label(m *explorer.MessageMove) string {
	if m.Form != "" {
		return m.Name + " (" + m.Form + ")"
	}
	return m.Name
}

// strip is one line of a drawing, cell by cell.
type strip struct{ cells []string }

func newStrip(width int) *strip {
	s := &strip{make([]string, width)}
	for i := range s.cells {
		s.cells[i] = " "
	}
	return s
}

// put writes text from a column on, over what is there. What does not fit is left out.
func (s *strip) put(column int, text string) {
	for _, r := range text {
		w := lipgloss.Width(string(r))
		if w == 0 && column > 0 && column <= len(s.cells) {
			s.cells[column-1] += string(r)
			continue
		}
		if column < 0 || column+w > len(s.cells) {
			return
		}
		s.cells[column] = string(r)
		for i := 1; i < w; i++ {
			s.cells[column+i] = ""
		}
		column += w
	}
}

func (s *strip) String() string { return strings.TrimRight(strings.Join(s.cells, ""), " ") }

// cut shortens text to a width.
func cut(text string, width int, tail string) string {
	if lipgloss.Width(text) <= width {
		return text
	}
	for text != "" && lipgloss.Width(text+tail) > width {
		runes := []rune(text)
		text = string(runes[:len(runes)-1])
	}
	if text == "" {
		return ""
	}
	return text + tail
}
