package reports

import (
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/lucheck/lucheck/explorer"
)

// Text prints a report for people: for each scenario the matrix, what is minimal,
// the causes, what is worth knowing, and expectations that are not met; then a
// summary where there are several, and how the run ends. It returns the error of
// the writer.
func Text(w io.Writer, r *explorer.Report, s Style) error {
	r, err := complete(r, Presentable)
	if err != nil {
		return err
	}
	p := newPage(s)
	for i, sc := range r.Scenarios {
		if s.Detail == Brief {
			p.brief(sc)
			continue
		}
		if i > 0 {
			p.line()
		}
		p.scenario(sc)
	}
	if len(r.Scenarios) > 1 && s.Detail != Brief {
		p.summary(r)
		p.findings(r)
	}
	p.closing(r)
	return p.writeTo(w)
}

func (p *page) scenario(s *explorer.Scenario) {
	p.header(s)
	p.matrix(s)
	p.minimal(s)
	p.costs(s)
	p.causes(s)
	p.remarks(s)
	p.failures("The old version alone fails", s.Old.Failures)
	p.failures("The new version alone fails", s.New.Failures)
	p.plans(s)
	if p.style.Detail == Full {
		p.details(s)
		p.inclusions(s)
		p.statistics(s)
	}
	p.expectations(s)
	p.assertions(s)
	p.notes(s)
	p.warnings(s)
}

func (p *page) header(s *explorer.Scenario) {
	title := []string{p.paint(strong, s.Spec), "update " + p.paint(strong, s.Update)}
	if s.System != "" {
		title[1] += " of " + s.System
	}
	if s.Machine != nil {
		title = append(title, "machine "+*s.Machine)
	}
	for _, name := range sortedKeys(s.Params) {
		title = append(title, fmt.Sprintf("%s = %d", name, s.Params[name]))
	}
	p.fold("", strings.Join(title, p.glyphs.dot))
	var facts []string
	if s.Category.Number > 0 {
		facts = append(facts, fmt.Sprintf("category %d, %s", s.Category.Number, s.Category.Name))
	}
	if len(s.Affected) > 0 {
		facts = append(facts, "affected: "+strings.Join(s.Affected, ", "))
	} else {
		facts = append(facts, "no unit is affected")
	}
	if r := s.Reduced(); r != nil {
		facts = append(facts, fmt.Sprintf("states stored, with %s: %s old, %s new, %s after the switch",
			strings.Join(r.By, ", "), count(r.Old), count(r.New), count(r.Switched)))
	} else {
		facts = append(facts, fmt.Sprintf("states: %s old, %s new, %s after the switch",
			count(s.Old.Counts), count(s.New.Counts), count(s.Switched)))
	}
	p.fold("", strings.Join(facts, p.glyphs.dot))
	if p.style.Detail == Full {
		for _, reason := range s.Category.Reasons {
			p.fold("  ", reason)
		}
	}
}

func sortedKeys(m map[string]int64) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

func count(c explorer.Counts) string {
	if !c.Complete {
		return number(c.States) + " (stopped)"
	}
	return number(c.States)
}

// number writes a count; one that a reduction has left unknown is a question mark.
func number(c explorer.Count) string {
	if c == explorer.NotCounted {
		return "?"
	}
	return strconv.Itoa(int(c))
}

func (p *page) minimal(s *explorer.Scenario) {
	without, with := levels(s.Minimal.WithoutTransfer), levels(s.Minimal.WithTransfer)
	p.line()
	if without == "" && with == "" {
		p.fold("", p.paint(strong, "Weakest valid level")+"  "+nothingValid(s))
		return
	}
	var parts []string
	if without != "" {
		parts = append(parts, "without a transfer: "+without)
	}
	if with != "" {
		parts = append(parts, "with a transfer: "+with)
	}
	p.fold("", p.paint(strong, "Weakest valid level")+"  "+strings.Join(parts, p.glyphs.dot))
}

// nothingValid is what stands in place of a weakest valid level.
func nothingValid(s *explorer.Scenario) string {
	for _, c := range s.Cells {
		if c.Verdict == explorer.Unknown && c.Transfer != anyTransfer {
			return "not decided"
		}
	}
	return "none"
}

func levels(names []string) string { return strings.Join(names, "; ") }

func (p *page) causes(s *explorer.Scenario) {
	if len(s.Causes) == 0 {
		return
	}
	p.heading("Causes")
	for _, c := range s.Causes {
		p.fold(" "+p.paint(bad, c.Name)+"  ", failureTitle(&c.Failure))
		facts := []string{plural(len(c.Cells), "cell") + ": " + strings.Join(c.Cells, "; ")}
		if c.Length > 0 { // a requirement fails without any run
			facts = append(facts, "shortest "+plural(c.Length, "step"))
		}
		if c.Failure.Place != nil {
			facts = append(facts, place(c.Failure.Place))
		}
		p.fold("    ", p.paint(faint, strings.Join(facts, p.glyphs.dot)))
	}
}

// failureTitle says what is violated, in the author's words where there are some.
func failureTitle(f *explorer.Failure) string {
	if f.Clause == "" {
		return f.Kind + colon(f.Detail)
	}
	return f.Kind + colon(f.Clause)
}

func colon(text string) string {
	if text == "" {
		return ""
	}
	return ": " + text
}

func place(p *explorer.Place) string { return fmt.Sprintf("%s:%d:%d", p.File, p.Line, p.Column) }

func plural[T ~int](n T, word string) string {
	if n == 1 {
		return "1 " + word
	}
	return fmt.Sprintf("%d %ss", n, word)
}

// remarks say why cells are not decided, vacuous, broken or stray; cells with the
// same reason stand together.
func (p *page) remarks(s *explorer.Scenario) {
	type remark struct {
		verdict explorer.Verdict
		reason  string
	}
	var order []remark
	cells := map[remark][]string{}
	for _, c := range s.Cells {
		if c.Reason == "" {
			continue
		}
		r := remark{c.Verdict, c.Reason}
		if cells[r] == nil {
			order = append(order, r)
		}
		cells[r] = append(cells[r], cellName(c))
	}
	if len(order) == 0 {
		return
	}
	p.line()
	for _, r := range order {
		l := looks[r.verdict]
		sign := l.sign
		if p.style.ASCII {
			sign = r.verdict.String()
		}
		p.fold(" "+p.paint(l.tone, sign)+" ", strings.Join(cells[r], "; ")+": "+r.reason)
	}
}

func (p *page) failures(title string, failures []explorer.Failure) {
	if len(failures) == 0 {
		return
	}
	p.heading(title)
	for _, f := range failures {
		p.fold(" ", failureTitle(&f))
		var facts []string
		if f.Detail != "" && f.Clause != "" {
			facts = append(facts, f.Detail)
		}
		if f.Trace != nil {
			facts = append(facts, "shortest "+plural(len(f.Trace.Steps), "step"))
		}
		if f.Place != nil {
			facts = append(facts, place(f.Place))
		}
		if len(facts) > 0 {
			p.fold("    ", p.paint(faint, strings.Join(facts, p.glyphs.dot)))
		}
	}
}

func (p *page) plans(s *explorer.Scenario) {
	if len(s.Plans) == 0 {
		return
	}
	p.heading("Plans")
	var rows [][]string
	for _, l := range s.Plans {
		steps := ""
		if l.Completion == "completes" {
			if steps = "not bounded"; l.Steps.Greatest != nil {
				steps = fmt.Sprintf("at most %d", *l.Steps.Greatest)
			}
		}
		rows = append(rows, []string{l.Plan, l.Verdict.String(), l.Completion, steps, l.Stopped.String()})
	}
	p.table([]string{"plan", "verdict", "completion", "waits for steps", "stopped half-way"}, rows)
	for _, l := range s.Plans {
		for _, text := range planFacts(&l) {
			p.fold(" "+l.Plan+"  ", p.paint(faint, text))
		}
	}
}

// planFacts says why a plan is not valid.
func planFacts(l *explorer.Plan) []string {
	var out []string
	failure := func(what string, t *explorer.Trace, f *explorer.Failure) {
		if t != nil && t.Failure != nil {
			f = t.Failure
		}
		if f == nil {
			return
		}
		text := what + failureTitle(f)
		if t != nil {
			text += ", shortest " + plural(len(t.Steps), "step")
		}
		if f.Place != nil {
			text += ", " + place(f.Place)
		}
		out = append(out, text)
	}
	failure("", l.Trace, l.Failure)
	failure("stopped half-way: ", l.StopTrace, nil)
	if text := stops(l.StoppedAfter); text != "" && l.Failure == nil {
		out = append(out, text)
	}
	if l.Reason != "" {
		out = append(out, l.Reason)
	}
	if l.GivesUp {
		out = append(out, "it can end with something still old")
	}
	return out
}

// stops says what comes of a plan that stops for good, by the number of instances that it
// has replaced, where it replaces them in more than one step.
func stops(list []explorer.Stop) string {
	all := len(list) - 1
	inParts := func(s explorer.Stop) bool {
		return s.Replaced > 0 && s.Replaced < all && s.Verdict != explorer.Vacuous && s.Verdict != explorer.Broken
	}
	if !slices.ContainsFunc(list, inParts) {
		return ""
	}
	var parts []string
	for from := 0; from <= all; {
		to := from
		for to < all && list[to+1].Verdict == list[from].Verdict {
			to++
		}
		numbers := strconv.Itoa(from)
		if to > from {
			numbers += ".." + strconv.Itoa(to)
		}
		if from == 0 {
			numbers = fmt.Sprintf("stopped after %s of %d", numbers, all)
		}
		parts = append(parts, numbers+": "+list[from].Verdict.String())
		from = to + 1
	}
	return strings.Join(parts, "; ")
}

// expectations say how many are met, and list those that are not.
func (p *page) expectations(s *explorer.Scenario) {
	if len(s.Expected) == 0 {
		return
	}
	p.line()
	p.line(p.paint(strong, "Expectations"), "  ", score(s), " met")
	p.unmet(s)
}

func (p *page) unmet(s *explorer.Scenario) {
	for _, e := range s.Expected {
		if e.Met != nil && *e.Met {
			continue
		}
		sign, tone := p.glyphs.fails, bad
		if e.Met == nil {
			sign, tone = "?", doubtful
		}
		text := "expect " + e.Text + ": " + outcome(s, &e)
		if e.Place != nil {
			text += "  " + p.paint(faint, place(e.Place))
		}
		p.fold(" "+p.paint(tone, sign)+" ", text)
	}
}

func outcome(s *explorer.Scenario, e *explorer.Expectation) string {
	switch {
	case e.Met == nil:
		return "not decided"
	case e.Cell == "":
		return fmt.Sprintf("it is category %d, %s: %s", s.Category.Number, s.Category.Name, strings.Join(s.Category.Reasons, "; "))
	}
	for _, l := range s.Plans {
		if e.Cell == "plan "+l.Plan && l.Completion != "unknown" {
			return fmt.Sprintf("it is %s, and %s", l.Verdict, l.Completion)
		}
	}
	if e.Came != "" {
		return "it is " + e.Came
	}
	return "it is " + e.Verdict.String()
}

// score counts the expectations that are met.
func score(s *explorer.Scenario) string {
	met := 0
	for _, e := range s.Expected {
		if e.Met != nil && *e.Met {
			met++
		}
	}
	return fmt.Sprintf("%d of %d", met, len(s.Expected))
}

// assertions says how many of them say nothing of the update, if any.
func (p *page) assertions(s *explorer.Scenario) {
	var parts []string
	add := func(never *int, of int, when string) {
		if never != nil && *never > 0 {
			parts = append(parts, fmt.Sprintf("%d of %d never evaluated %s the switch", *never, of, when))
		}
	}
	add(s.Assertions.NeverAfter, s.Assertions.New, "after")
	add(s.Assertions.NeverBefore, s.Assertions.Old, "before")
	if len(parts) > 0 {
		p.line()
		p.fold("", p.paint(strong, "Assertions")+"  "+strings.Join(parts, p.glyphs.dot))
	}
}

func (p *page) notes(s *explorer.Scenario) {
	if len(s.Notes) == 0 {
		return
	}
	p.line()
	for _, n := range s.Notes {
		p.fold(p.paint(strong, "note")+" ", n.Text)
	}
}

func (p *page) warnings(s *explorer.Scenario) {
	if len(s.Warnings) == 0 {
		return
	}
	p.line()
	for _, w := range s.Warnings {
		text := w.Text
		if w.Place != nil {
			text += "  " + p.paint(faint, place(w.Place))
		}
		p.fold(p.paint(doubtful, "warning")+" ", w.Name+": "+text)
	}
}

func (p *page) inclusions(s *explorer.Scenario) {
	if len(s.Levels) == 0 {
		return
	}
	p.heading("Levels")
	for _, l := range s.Levels {
		text := "points not counted"
		if l.Points != explorer.NotCounted {
			text = plural(l.Points, "point")
		}
		if len(l.Includes) > 0 {
			text += "; includes " + levels(l.Includes)
		}
		if l.Reason != "" {
			text += "; " + l.Reason
		}
		p.fold(" "+l.Level+"  ", text)
	}
}

func (p *page) statistics(s *explorer.Scenario) {
	if s.Stats == nil {
		return
	}
	p.heading("Statistics")
	if r := s.Reduced(); r != nil {
		p.fold(" ", fmt.Sprintf("steps between stored states: %d old, %d new, %d after the switch", r.Old.Steps, r.New.Steps, r.Switched.Steps))
	} else {
		p.fold(" ", fmt.Sprintf("steps: %d old, %d new, %d after the switch", s.Old.Steps, s.New.Steps, s.Switched.Steps))
	}
	if y := s.Stats.Symmetry; y != nil {
		p.fold(" ", fmt.Sprintf("symmetry of %s: the states stored stand for %d", strings.Join(y.By, ", "), y.States))
	}
	for _, why := range s.Stats.Unreduced {
		p.fold(" ", why)
	}
	if s.Stats.Expansions == explorer.NotCounted {
		p.fold(" ", fmt.Sprintf("%d states stored", s.Stats.StoredStates))
		return
	}
	p.fold(" ", fmt.Sprintf("%d states stored in %d words each, %d expansions, %d bytes",
		s.Stats.StoredStates, s.Stats.Words, s.Stats.Expansions, s.Stats.Bytes))
}
