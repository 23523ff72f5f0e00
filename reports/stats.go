package reports

import (
	_ "embed" // stats.schema.json
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/dustin/go-humanize"

	"github.com/lucheck/lucheck/explorer"
)

// FiguresSchema is the JSON Schema (draft 2020-12) of lucheck.stats/v1.
//
//go:embed stats.schema.json
var FiguresSchema []byte

// Figures prints what makes a model big; briefly, only the advice. It returns the error of the
// writer.
func Figures(w io.Writer, f *explorer.Figures, s Style) error {
	f, err := complete(f, Presentable)
	if err != nil {
		return err
	}
	p := newPage(s)
	if s.Detail == Brief {
		p.advice(f)
		p.figuresClosing(f)
		return p.writeTo(w)
	}
	p.figuresHeader(f)
	p.phases(f)
	p.storage(&f.Storage)
	// What a reduction saves has its place here, once there is one.
	p.bounds(f)
	p.components(f)
	p.values(f)
	p.activations(f)
	p.mailboxes(f)
	p.savings(f)
	p.advice(f)
	p.figuresClosing(f)
	return p.writeTo(w)
}

func (p *page) figuresHeader(f *explorer.Figures) {
	title := []string{p.paint(strong, f.Spec), "update " + p.paint(strong, f.Update)}
	if f.System != "" {
		title[1] += " of " + f.System
	}
	for _, name := range sortedKeys(f.Params) {
		title = append(title, fmt.Sprintf("%s = %d", name, f.Params[name]))
	}
	p.fold("", strings.Join(title, p.glyphs.dot))
}

func (p *page) phases(f *explorer.Figures) {
	p.line()
	var rows [][]string
	for _, x := range f.Phases {
		rows = append(rows, []string{x.Name, count(x.Counts), number(x.Steps), average(int64(x.Steps), int(x.States)), strconv.Itoa(x.Depth), strconv.Itoa(x.Widest)})
	}
	p.table([]string{"", "states", "steps", "steps a state", "depth", "widest"}, rows, 1, 2, 3, 4, 5)
	for _, x := range f.Phases {
		if !x.Complete {
			p.fold(" "+p.paint(doubtful, "?")+" ", x.Name+": stopped by "+x.Reason+"; all its figures are those of what was found by then")
		}
	}
}

// average is a quotient with two digits behind the point; nothing of nothing.
func average(sum int64, of int) string {
	if of == 0 {
		return p0
	}
	return strconv.FormatFloat(float64(sum)/float64(of), 'f', 2, 64)
}

// p0 stands where there is nothing to average.
const p0 = "-"

func (p *page) storage(s *explorer.Storage) {
	p.line()
	perState := p0
	if s.States > 0 {
		perState = strconv.FormatInt(s.StateBytes/int64(s.States), 10)
	}
	p.fold(p.paint(strong, "Stored")+"  ", fmt.Sprintf("%s in %s of %s each (%d not packed)%s%s bytes a state with the index%s%s in all",
		plural(s.States, "state"), plural(s.Words, "word"), plural(s.Bits, "bit"), s.FullWords, p.glyphs.dot, perState, p.glyphs.dot, humanize.IBytes(uint64(max(s.Bytes, 0)))))
	p.fold(p.paint(strong, "Tables")+"  ", fmt.Sprintf("%s computed, the others looked up%s%d bypassed%s%s remembered%spacked anew %s",
		plural(int(s.Expansions), "combination"), p.glyphs.dot, s.Bypasses, p.glyphs.dot, plural(s.Remembered, "combination"), p.glyphs.dot, plural(s.Relayouts, "time")))
}

// shown is how many rows of a long table are printed, unless everything is asked for.
const shown = 12

// long prints the first rows of a table, or all.
func (p *page) long(title string, headers []string, rows [][]string, right ...int) {
	if len(rows) == 0 {
		return
	}
	p.heading(title)
	all := len(rows)
	if p.style.Detail != Full && all > shown {
		rows = rows[:shown]
	}
	p.table(headers, rows, right...)
	if len(rows) < all {
		p.fold(" ", p.paint(faint, fmt.Sprintf("and %d more, with -v", all-len(rows))))
	}
}

// phaseHeads are the heads of columns by phase.
func phaseHeads(f *explorer.Figures) (heads []string) {
	for _, x := range f.Phases {
		word, _, _ := strings.Cut(x.Name, " ")
		heads = append(heads, word)
	}
	return heads
}

// components lists the components that have several values.
func (p *page) components(f *explorer.Figures) {
	total, _ := explorer.Total(f.Phases)
	var rows [][]string
	for _, c := range f.Components {
		if slices.Max(c.Values) < 2 {
			continue
		}
		row := []string{c.Name}
		for _, n := range c.Values {
			row = append(row, strconv.Itoa(n))
		}
		rows = append(rows, append(row, strconv.Itoa(c.Bits), times(total, c.Rest)))
	}
	heads := append(append([]string{"component"}, phaseHeads(f)...), "bits", "multiplies by")
	p.long("Local states", heads, rows, all(len(heads))...)
	if len(rows) > 0 {
		p.fold(" ", p.paint(faint, "multiplies by: the states against those that differ in something else too"))
	}
}

// times is by how much something multiplies the rest.
func times(total int, rest *int) string {
	if rest == nil {
		return "?"
	}
	return explorer.Times(total, *rest)
}

// all lists the columns of a table but for the first.
func all(columns int) (out []int) {
	for i := 1; i < columns; i++ {
		out = append(out, i)
	}
	return out
}

// values lists the variables and locals that take several values, those with the most first.
func (p *page) values(f *explorer.Figures) {
	total, _ := explorer.Total(f.Phases)
	var found []explorer.PieceSize
	for _, c := range f.Components {
		for _, x := range c.Pieces {
			if x.Kind == "variable" || x.Kind == "local" {
				found = append(found, x)
			}
		}
	}
	slices.SortStableFunc(found, func(x, y explorer.PieceSize) int { return slices.Max(y.Values) - slices.Max(x.Values) })
	var rows [][]string
	for _, x := range found {
		row := []string{x.Name}
		for _, n := range x.Values {
			row = append(row, strconv.Itoa(n))
		}
		of := "many"
		if x.Of != nil {
			of = strconv.FormatInt(*x.Of, 10)
		}
		rows = append(rows, append(row, of, times(total, x.Rest)))
	}
	heads := append(append([]string{"variable"}, phaseHeads(f)...), "of", "multiplies by")
	p.long("Values", heads, rows, all(len(heads))...)
}

// activations lists in how many states each has a step, and how many there are then.
func (p *page) activations(f *explorer.Figures) {
	var rows [][]string
	for _, x := range f.Activations {
		row, ever := []string{x.Name}, false
		for i, a := range x.Phases {
			ever = ever || a.States > 0
			row = append(row, share(a.States, int(f.Phases[i].States)), average(a.Steps, a.States))
		}
		if ever {
			rows = append(rows, row)
		}
	}
	heads := []string{"activation"}
	for _, name := range phaseHeads(f) {
		heads = append(heads, name, "steps")
	}
	p.long("Who has a step: share of the states, and how many steps then", heads, rows, all(len(heads))...)
}

// mailboxes says how full each is, over all phases.
func (p *page) mailboxes(f *explorer.Figures) {
	var rows [][]string
	for _, box := range f.Mailboxes {
		var states, waiting, most, full int
		var capacities []string
		for _, x := range box.Phases {
			for n, s := range x.States {
				states, waiting = states+s, waiting+n*s
				if s > 0 {
					most = max(most, n)
				}
				if x.Capacity > 0 && n >= x.Capacity {
					full += s
				}
			}
			if c := strconv.Itoa(x.Capacity); x.Capacity > 0 && !slices.Contains(capacities, c) {
				capacities = append(capacities, c)
			}
		}
		if most > 0 {
			rows = append(rows, []string{box.Unit, strings.Join(capacities, ", "), strconv.Itoa(most), average(int64(waiting), states), share(full, states)})
		}
	}
	p.long("Messages in flight", []string{"mailbox of", "capacity", "at most", "on average", "full"}, rows, 1, 2, 3, 4)
}

func (p *page) bounds(f *explorer.Figures) {
	total, complete := explorer.Total(f.Phases)
	var rows [][]string
	for _, b := range f.Bounds {
		row := []string{fmt.Sprintf("%s = %d", b.Param, b.Value-1), "unknown", ""}
		switch {
		case b.States != nil && !b.Complete:
			row[1] = fmt.Sprintf("%d (stopped)", *b.States)
		case b.States != nil:
			row[1], row[2] = strconv.Itoa(*b.States), explorer.Times(total, *b.States)
			if !complete {
				row[2] = "at least " + row[2]
			}
		}
		rows = append(rows, append(row, b.Reason))
	}
	p.long("Params, one smaller", []string{"param", "states", "times fewer", ""}, rows, 1, 2)
}

// savings prints what reductions would leave.
func (p *page) savings(f *explorer.Figures) {
	if len(f.Reductions) == 0 {
		return
	}
	p.line()
	for _, s := range f.Reductions {
		text := "cannot be used: " + s.Reason
		if len(s.States) > 0 {
			var parts []string
			for i, n := range s.States {
				parts = append(parts, fmt.Sprintf("%s %d of %d", f.Phases[i].Name, n, f.Phases[i].States))
			}
			text = "states left: " + strings.Join(parts, p.glyphs.dot)
		}
		p.fold(p.paint(strong, "With "+s.Name)+"  ", text)
	}
}

func (p *page) advice(f *explorer.Figures) {
	if len(f.Advice) == 0 {
		return
	}
	if p.text.Len() > 0 {
		p.line()
	}
	p.line(p.paint(strong, "Advice"))
	for _, text := range f.Advice {
		p.fold(" ", text)
	}
}

func (p *page) figuresClosing(f *explorer.Figures) {
	if p.style.Detail == Brief && f.Exit.Code == 0 {
		return
	}
	if len(f.Notes) > 0 && p.text.Len() > 0 {
		p.line()
	}
	for _, n := range f.Notes {
		p.fold(p.paint(strong, "note")+" ", n.Text)
	}
	p.line()
	p.exit(&f.Exit)
}
