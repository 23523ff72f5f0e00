package explorer

import (
	"fmt"

	"github.com/lucheck/lucheck/explorer/search"
	"github.com/lucheck/lucheck/model"
)

// report puts everything that was decided into the data contract.
func (a *Analysis) report() error {
	s := &Scenario{Spec: a.prog.Path, System: a.prog.Name, Params: map[string]int64{}, Update: a.update.Name,
		Affected: append([]string{}, a.model.Affected...), Causes: []*Cause{}, Plans: []Plan{}, Warnings: []Warning{}, Notes: []Note{}}
	s.Category = category(a.model.Category())
	if m := a.opt.Machine; m != nil {
		s.Machine = &m.Name
	}
	for _, p := range a.prog.Params {
		s.Params[p.Name] = p.Value
	}
	a.scenario = s
	s.Old, s.New = a.sideReport(&a.r1), a.sideReport(&a.r2)
	s.Switched.Complete = a.r2.broken() // then nothing is switched
	if a.after != nil {
		r := a.after.region
		s.Switched = Counts{States: a.statesOf(r), Steps: Count(r.Steps), Complete: a.after.complete}
	}
	s.Cells = a.cells()
	for _, c := range s.Cells {
		if err := a.explainCell(c); err != nil {
			return err
		}
	}
	a.causes(s)
	s.Plans = a.planVerdicts()
	s.Expected = a.judge(s.Cells)
	s.Levels = a.levelInfo()
	s.Warnings = a.weaknesses(s.Cells)
	s.Assertions = a.asserted.counts()
	s.Minimal = a.minimal(s.Cells)
	s.Notes = append(s.Notes, a.mailboxNotes()...)
	if a.probed == nil {
		var err error
		if a.probed, err = a.probe(); err != nil {
			return err
		}
	}
	s.Notes = append(s.Notes, a.probeNotes(a.probed)...)
	st := a.space.Stats()
	s.Stats = &Statistics{StoredStates: st.States, Expansions: Count(st.Expansions), Words: Count(st.Words), Bytes: Count(st.Bytes)}
	if a.opt.Tape != nil {
		s.Stats.Expansions, s.Stats.Words, s.Stats.Bytes = NotCounted, NotCounted, NotCounted
	}
	a.uncount(s)
	return nil
}

// categoryNames are the paper's, by number.
var categoryNames = [...]string{1: "one structural unit", 2: "protocol", 3: "global data", 4: "global algorithm", 5: "data on the disk", 6: "hardware requirements"}

func category(c model.Category) Category {
	out := Category{Number: c.Number, Name: categoryNames[c.Number], Reasons: []string{}}
	for _, r := range c.Reasons {
		text := r.Text
		if at := placeOf(r.Span); at != nil {
			text += fmt.Sprintf(" (%s:%d:%d)", at.File, at.Line, at.Column)
		}
		out.Reasons = append(out.Reasons, text)
	}
	return out
}

func (a *Analysis) sideReport(s *side) Side {
	out := Side{Failures: []Failure{}}
	r := s.region
	out.Counts = Counts{States: a.statesOf(r), Steps: Count(r.Steps), Complete: r.Complete}
	if s.initial != 0 {
		out.Counts.States = 0
		f := a.describeFailure(s.initial-1, nil, "")
		out.Failures = append(out.Failures, *f)
	}
	for _, f := range s.failures {
		path := a.pathTo(f.at)
		t := a.trace(path)
		a.endInFailure(t, path[len(path)-1], f.id, s.invariants, false)
		out.Failures = append(out.Failures, *t.Failure)
		last := &out.Failures[len(out.Failures)-1]
		last.Trace = t
		t.Failure = nil
	}
	return out
}

// minimal lists the weakest valid levels: those that no other valid level of more
// points includes.
func (a *Analysis) minimal(cells []*Cell) Minimal {
	valid := func(with bool) []bool {
		ok := make([]bool, len(a.levels))
		for i, l := range a.levels {
			for _, c := range cells {
				if c.Level == l.String() && c.Verdict == Valid && (with || c.Transfer == a.model.Transfers[0].Name) {
					ok[i] = true
				}
			}
		}
		return ok
	}
	return Minimal{WithoutTransfer: a.weakest(valid(false)), WithTransfer: a.weakest(valid(true))}
}

func (a *Analysis) weakest(valid []bool) []string {
	out := []string{}
	for i := range valid {
		weakest := valid[i]
		for j := range valid {
			if i != j && valid[i] && valid[j] && a.includes(j, i) && (!a.includes(i, j) || j < i) {
				weakest = false
			}
		}
		if weakest {
			out = append(out, a.levels[i].String())
		}
	}
	return out
}

// causes groups the invalid cells by what goes wrong: the failure's kind and
// clause.
func (a *Analysis) causes(s *Scenario) {
	byKey := map[string]*Cause{}
	for _, c := range s.Cells {
		f, length := c.Failure, 0
		if f == nil && c.Trace != nil {
			f, length = c.Trace.Failure, len(c.Trace.Steps)
		}
		if c.Verdict != Invalid || f == nil {
			continue
		}
		key := fmt.Sprint(f.Kind, f.Clause, f.Detail, f.Place)
		if f.Place != nil {
			key = fmt.Sprint(f.Kind, f.Clause, f.Detail, *f.Place)
		}
		cause := byKey[key]
		if cause == nil {
			cause = &Cause{Name: letters(len(s.Causes)), Failure: *f, Length: length}
			byKey[key] = cause
			s.Causes = append(s.Causes, cause)
		}
		cause.Length = min(cause.Length, length)
		cause.Cells = append(cause.Cells, c.Level+":"+c.Transfer)
		c.Cause = cause.Name
	}
}

// letters numbers causes a, b, …, z, aa, ab, …
func letters(n int) string {
	if n < 26 {
		return string(rune('a' + n))
	}
	return letters(n/26-1) + string(rune('a'+n%26))
}

// mailboxNotes tells which mailbox bounds were reached in the old or new version:
// a sender had to wait.
func (a *Analysis) mailboxNotes() []Note {
	var out []Note
	full := a.model.FullMailboxes()
	reachedAt := map[int]bool{} // by component
	for _, f := range full {
		t := a.space.NewTable(search.Function{Reads: f.Reads, Eval: f.Eval})
		reached := false
		for ref := search.Ref(0); ref < a.stored && !reached; ref++ {
			if ref%together == 0 && a.opt.Closing.Err() != nil {
				return out
			}
			reached = t.At(ref) != 0
		}
		if reached {
			a.withAlike(f.Comp, reachedAt)
		}
	}
	for _, f := range full {
		if reachedAt[f.Comp] {
			out = append(out, Note{Name: "mailbox-bound", Text: fmt.Sprintf("a sender had to wait on the full mailbox of `%s` (capacity %d): the verdicts hold for this bound", f.Unit, f.Capacity)})
		}
	}
	return out
}

// levelNamed finds a row by its text.
func (a *Analysis) levelNamed(text string) (int, bool) {
	for i, l := range a.levels {
		if l.String() == text {
			return i, true
		}
	}
	return 0, false
}

// transferNamed finds a column by its name.
func (a *Analysis) transferNamed(name string) (int, bool) {
	for i, t := range a.model.Transfers {
		if t.Name == name {
			return i, true
		}
	}
	return 0, false
}
