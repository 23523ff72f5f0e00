package reports

import (
	"encoding/json"
	"fmt"
	"io"
	"reflect"
	"strconv"
	"strings"

	"charm.land/lipgloss/v2"

	"github.com/lucheck/lucheck/explorer"
)

// Finding is what there is to say about one cell.
type Finding struct {
	Scenario *explorer.Scenario
	Cell     *explorer.Cell
	// Trace is the shortest bad run of a cell that is not valid, or a witness run
	// through the switch of a valid one; nil where no run can show the verdict.
	Trace *explorer.Trace
	Text  []string // sentences, e.g. what no state satisfies
	// Witness shows of an infeasible level why no transfer works; nil for other cells.
	Witness *explorer.Witness
}

// Source gives the text of the line on which a place starts, without its line
// break, or "" where the text is not at hand.
type Source func(explorer.Place) string

// Trace prints a finding for people: the cell, the violated clause with its
// source line and the values that it read, the steps with what each of them
// changes, the messages in lanes, and how the run ends. It returns the error of
// the writer.
func Trace(w io.Writer, f Finding, src Source, s Style) error {
	f, err := f.presentable()
	if err != nil {
		return err
	}
	p := newPage(s)
	p.finding(&f)
	if f.Witness != nil {
		p.witness(f.Witness)
	}
	if t := f.Trace; t != nil {
		if t.Failure != nil {
			p.violated(t.Failure, src)
		}
		p.steps(t)
		p.lanes(&f)
		p.ending(t)
	}
	return p.writeTo(w)
}

// presentable is a copy of the finding that can go to a terminal.
func (f Finding) presentable() (Finding, error) {
	data, err := json.Marshal(f)
	if err != nil {
		return f, fmt.Errorf("copying the finding: %w", err)
	}
	var c Finding
	if err := json.Unmarshal(data, &c); err != nil {
		return f, fmt.Errorf("copying the finding: %w", err)
	}
	tidy(reflect.ValueOf(&c).Elem(), Presentable)
	return c, nil
}

func (p *page) finding(f *Finding) {
	p.fold("", strings.Join([]string{p.paint(strong, f.Scenario.Spec), "update " + p.paint(strong, f.Scenario.Update)}, p.glyphs.dot))
	c := f.Cell
	title := fmt.Sprintf("%s: %s", p.paint(strong, cellName(c)), p.paint(looks[c.Verdict].tone, c.Verdict.String()))
	if c.Cause != "" {
		title += " (cause " + c.Cause + ")"
	}
	p.fold("", strings.Join(append([]string{title}, tally(c)...), p.glyphs.dot))
	if c.Reason != "" {
		p.fold("", c.Reason)
	}
	for _, t := range f.Text {
		p.fold("", t)
	}
	if t := f.Trace; t != nil {
		length := plural(len(t.Steps), "step")
		if t.Switch >= 0 {
			length += fmt.Sprintf(", the switch is step %d", t.Switch+1)
		}
		p.line(p.paint(faint, length))
	}
}

// tally counts the points of a cell by class.
func tally(c *explorer.Cell) []string {
	n := c.Points
	var facts []string
	if n.Total != explorer.NotCounted {
		facts = append(facts, plural(n.Total, "point"))
	}
	for _, class := range []struct {
		count explorer.Count
		name  string
	}{{n.Immediate, "immediate"}, {n.Eventual, "eventual"}, {n.Possible, "possible"}, {n.Stray, "stray"}, {n.Invalid, "invalid"}} {
		if class.count > 0 {
			facts = append(facts, fmt.Sprintf("%d %s", class.count, class.name))
		}
	}
	if k := c.Cost; k != nil {
		text := fmt.Sprintf("cost %d", k.Least)
		if k.Greatest > k.Least {
			text += fmt.Sprintf(" to %d", k.Greatest)
		}
		facts = append(facts, text)
	}
	return facts
}

// violated prints the clause with its source line and the values that it read.
func (p *page) violated(f *explorer.Failure, src Source) {
	p.line()
	p.fold(p.paint(bad, "violated")+"  ", failureTitle(f))
	var values []string
	for _, v := range f.Values {
		values = append(values, v.Path+" = "+v.Value)
	}
	margin := "     "
	if f.Place != nil {
		number := strconv.Itoa(f.Place.Line)
		margin = strings.Repeat(" ", max(5, len(number)+2))
		p.line(margin, p.glyphs.corner, " ", place(f.Place))
		if text := src(*f.Place); text != "" {
			text, at := p.excerpt(text, *f.Place, p.style.Width-len(margin)-2)
			p.line(fmt.Sprintf("%*s ", len(margin)-1, number), p.glyphs.side, " ", Presentable(text))
			p.line(margin, p.glyphs.side, " ", p.paint(bad, underline(text, &at)))
		}
	}
	if len(values) > 0 {
		p.fold(margin+p.glyphs.side+" ", strings.Join(values, ", "))
	}
	if f.Detail != "" && f.Clause != "" { // else it is the title
		p.fold(margin+p.glyphs.foot+" ", f.Detail)
	}
}

// excerpt cuts a long line to a width around a place, and gives the place in what
// is left.
func (p *page) excerpt(line string, at explorer.Place, width int) (string, explorer.Place) {
	runes := []rune(line)
	if lipgloss.Width(Presentable(line)) <= width {
		return line, at
	}
	from, head, tail := 0, "", ""
	if at.Column > width*3/4 {
		from, head = min(at.Column-1-width/4, max(len(runes)-1, 0)), p.glyphs.cut
	}
	to := from
	for used := 2; to < len(runes); to++ {
		if used += lipgloss.Width(Presentable(string(runes[to]))); used > width {
			tail = p.glyphs.cut
			break
		}
	}
	shift := len([]rune(head)) - from
	at.Column += shift
	at.EndColumn += shift
	return head + string(runes[from:to]) + tail, at
}

// underline gives carets below the part of the line that a place covers.
func underline(line string, p *explorer.Place) string {
	runes := []rune(line)
	from := min(max(p.Column-1, 0), len(runes))
	to := len(runes)
	if p.EndLine == p.Line {
		to = min(max(p.EndColumn-1, from), len(runes))
	}
	width := func(r []rune) int { return lipgloss.Width(Presentable(string(r))) }
	return strings.Repeat(" ", width(runes[:from])) + strings.Repeat("^", max(1, width(runes[from:to])))
}

// steps prints the run as a table.
func (p *page) steps(t *explorer.Trace) {
	p.line()
	var start []string
	for _, v := range t.Initial {
		if p.worth(v.Path) && v.Value != "" {
			start = append(start, v.Path+" = "+v.Value)
		}
	}
	rows := [][]string{{"0", "", "", "start", strings.Join(start, "\n")}}
	for i := range t.Steps {
		rows = append(rows, p.stepRow(t, i))
	}
	p.table([]string{"#", "who", "code", "does", "changes"}, rows, 0)
}

func (p *page) stepRow(t *explorer.Trace, i int) []string {
	s := &t.Steps[i]
	who, does := actor(s), s.Text
	number := strconv.Itoa(i + 1)
	switch {
	case s.Kind == "replace":
		number = p.glyphs.gutter + " " + number
	case i == t.Switch || s.Kind == "begin" || s.Kind == "halt":
		who = p.paint(strong, "UPDATE")
		number = p.glyphs.gutter + " " + number
	case i == t.Loop:
		number = p.glyphs.again + " " + number
	}
	if s.Kind == "return" {
		does = "back from " + strings.TrimPrefix(does, "call ")
	}
	if s.Fails {
		does = p.paint(bad, p.glyphs.fails+" "+does)
	}
	var changes []string
	for _, c := range s.Changes {
		if p.worth(c.Path) {
			changes = append(changes, fmt.Sprintf("%s  %s %s %s", c.Path, p.value(c.From), p.glyphs.arrow, p.value(c.To)))
		}
	}
	return []string{number, who, s.Version, does, strings.Join(changes, "\n")}
}

// worth says whether a change is worth a line: where an activation stands, whom
// it answers and which reply waits for it can be seen from who does what, and are
// printed in full detail only.
func (p *page) worth(path string) bool {
	if p.style.Detail == Full {
		return true
	}
	_, what, _ := strings.Cut(path, " ")
	return what != "at" && what != "answers" && what != "reply"
}

// value is a value with a sign for none.
func (p *page) value(text string) string {
	if text == "" {
		return p.glyphs.dash
	}
	return text
}

// actor names who does a step: a handler with its instance, or a client.
func actor(s *explorer.TraceStep) string {
	name := instance(s)
	if s.Handler != "" {
		name += "." + s.Handler
	}
	return name
}

func instance(s *explorer.TraceStep) string {
	if s.Instance != nil {
		return s.Unit + "[" + *s.Instance + "]"
	}
	return s.Unit
}

// ending says how the run ends.
func (p *page) ending(t *explorer.Trace) {
	p.line()
	n := len(t.Steps)
	switch t.End {
	case "failure":
		text := "fails"
		if t.Failure != nil {
			text = failureTitle(t.Failure)
		}
		p.fold(p.paint(bad, p.glyphs.fails)+" ", fmt.Sprintf("step %d: %s", n, text))
	case "in R2":
		after := ""
		if t.Switch >= 0 {
			after = fmt.Sprintf(", %s after the switch", plural(n-1-t.Switch, "step"))
		}
		p.fold("", fmt.Sprintf("after step %d the state is one of the new version (in R2)%s", n, after))
	case "tolerated":
		p.fold("", fmt.Sprintf("after step %d the state is one of the new version (in R2) but for what is tolerated, and stays so", n))
	case "cycle":
		p.fold(p.glyphs.again+" ", fmt.Sprintf("steps %d to %d repeat for ever, and no state of the new version (R2) is reached", t.Loop+1, n))
	case "dead end":
		p.fold(p.paint(bad, p.glyphs.fails)+" ", fmt.Sprintf("after step %d no step is enabled, and the state is none of the new version (R2)", n))
	default:
		p.fold("", fmt.Sprintf("the run is shown up to step %d", n))
	}
}
