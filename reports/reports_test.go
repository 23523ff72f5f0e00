package reports

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"charm.land/lipgloss/v2"
	"github.com/google/go-cmp/cmp"

	"github.com/lucheck/lucheck/explorer"
)

var update = flag.Bool("update", false, "write the goldens anew")

const folder = "../testdata/reports"

// styles are the looks in which every report of the folder has a golden.
var styles = []struct {
	name  string
	style Style
}{
	{"normal", Style{}},
	{"ascii", Style{ASCII: true}},
	{"brief", Style{Detail: Brief}},
	{"full", Style{Detail: Full, Width: 100}},
	{"narrow", Style{Width: 40}},
	{"color", Style{Color: true}},
}

func read(t *testing.T, path string) *explorer.Report {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	r, err := ReadJSON(f)
	if err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	return r
}

func inputs(t *testing.T) []string {
	t.Helper()
	paths, err := filepath.Glob(filepath.Join(folder, "*.json"))
	if err != nil || len(paths) == 0 {
		t.Fatalf("no reports: %v", err)
	}
	return paths
}

// source stands for the spec that the reports speak of.
func source(p explorer.Place) string {
	if p.Line != 13 {
		return ""
	}
	return "\tassert stored == chunks, \"every acknowledged chunk is on the disk\""
}

// TestGoldens compares what is printed with the files beside the reports; a file
// that no report and style asks for fails.
func TestGoldens(t *testing.T) {
	wanted := map[string]bool{}
	for _, path := range inputs(t) {
		r := read(t, path)
		base := strings.TrimSuffix(filepath.Base(path), ".json")
		for _, s := range styles {
			var b bytes.Buffer
			if err := Text(&b, r, s.style); err != nil {
				t.Fatal(err)
			}
			compare(t, wanted, base+"."+s.name+".txt", b.Bytes())
			for _, f := range findings(r) {
				b.Reset()
				if err := Trace(&b, f, source, s.style); err != nil {
					t.Fatal(err)
				}
				compare(t, wanted, base+"."+f.Scenario.Update+"."+f.Cell.Level+"."+f.Cell.Transfer+"."+s.name+".txt", b.Bytes())
			}
		}
	}
	files, err := os.ReadDir(folder)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		if strings.HasSuffix(f.Name(), ".txt") && !wanted[f.Name()] {
			t.Errorf("%s belongs to no report", f.Name())
		}
	}
}

// findings picks the first cell with a trace and the first without one.
func findings(r *explorer.Report) []Finding {
	var found []Finding
	for _, s := range r.Scenarios[:min(1, len(r.Scenarios))] {
		for _, traced := range []bool{true, false} {
			i := slices.IndexFunc(s.Cells, func(c *explorer.Cell) bool { return (c.Trace != nil) == traced })
			if i >= 0 {
				found = append(found, Finding{Scenario: s, Cell: s.Cells[i], Trace: s.Cells[i].Trace, Text: []string{"A sentence about the cell."}})
			}
		}
	}
	return found
}

func compare(t *testing.T, wanted map[string]bool, name string, got []byte) {
	t.Helper()
	name = strings.Map(func(r rune) rune {
		if r == ' ' || r > 126 || r < 32 {
			return '_'
		}
		return r
	}, name)
	wanted[name] = true
	path := filepath.Join(folder, name)
	if *update {
		if err := os.WriteFile(path, got, 0o666); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Errorf("%s (-want +got):\n%s", name, diff)
	}
}

// checkMarks holds for every page: UTF-8, no control characters but line breaks,
// no white space at the ends of lines.
func checkMarks(t interface{ Errorf(string, ...any) }, page string) {
	if !utf8.ValidString(page) {
		t.Errorf("the page is not UTF-8")
	}
	for _, line := range strings.Split(page, "\n") {
		if Presentable(line) != line {
			t.Errorf("control character in %q", line)
		}
		if strings.TrimRight(line, " ") != line {
			t.Errorf("white space at the end of %q", line)
		}
	}
}

// checkWidth allows a line to be wider than the style only for a long word, and
// for the command that a reader may want to copy.
func checkWidth(t *testing.T, page string, width int) {
	t.Helper()
	for _, line := range strings.Split(page, "\n") {
		longest := 0
		for _, word := range strings.Fields(line) {
			longest = max(longest, lipgloss.Width(word))
		}
		if lipgloss.Width(line) > width && longest < 20 && !strings.HasPrefix(line, "look closer:") {
			t.Errorf("%d columns in %q", lipgloss.Width(line), line)
		}
	}
}

func TestPages(t *testing.T) {
	for _, path := range inputs(t) {
		r := read(t, path)
		for _, width := range []int{0, 1, 40, 57, 80, 120, 1000} {
			s := Style{Width: width}
			if width = max(width, 40); s.Width == 0 {
				width = 80
			}
			var b bytes.Buffer
			if err := Text(&b, r, s); err != nil {
				t.Fatal(err)
			}
			checkMarks(t, b.String())
			checkWidth(t, b.String(), width)
			for _, f := range findings(r) {
				b.Reset()
				if err := Trace(&b, f, func(explorer.Place) string { return "" }, s); err != nil {
					t.Fatal(err)
				}
				checkMarks(t, b.String())
				checkWidth(t, b.String(), width)
			}
		}
	}
}

func TestUnderline(t *testing.T) {
	for _, c := range []struct {
		name, line string
		place      explorer.Place
		want       string
	}{
		{"one word", "a bcd e", explorer.Place{Line: 1, Column: 3, EndLine: 1, EndColumn: 6}, "  ^^^"},
		{"behind a tab", "\tab", explorer.Place{Line: 1, Column: 2, EndLine: 1, EndColumn: 4}, "    ^^"},
		{"wide letters", "宽度 x", explorer.Place{Line: 1, Column: 1, EndLine: 1, EndColumn: 3}, "^^^^"},
		{"more than a line", "abc", explorer.Place{Line: 1, Column: 2, EndLine: 4, EndColumn: 1}, " ^^"},
		{"outside the line", "abc", explorer.Place{Line: 1, Column: 9, EndLine: 1, EndColumn: 12}, "   ^"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := underline(c.line, &c.place); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

func TestExcerpt(t *testing.T) {
	long := strings.Repeat("x", 30) + "HERE" + strings.Repeat("y", 30)
	for _, c := range []struct {
		name, line   string
		column, last int
		text, marked string
	}{
		{"a short line", "abc HERE", 5, 9, "abc HERE", "HERE"},
		{"in the middle", long, 31, 35, "…xxxxxHEREyyyyyyyyy…", "HERE"},
		{"at the start", "HERE" + long, 1, 5, "HERExxxxxxxxxxxxxx…", "HERE"},
		{"at the end", strings.Repeat("x", 50) + "HERE", 51, 55, "…xxxxxHERE", "HERE"},
		{"longer than the width", strings.Repeat("x", 50), 1, 51, "xxxxxxxxxxxxxxxxxx…", "xxxxxxxxxxxxxxxxxx…"},
		{"outside the line", long, 99, 101, "…y", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			text, at := newPage(Style{}).excerpt(c.line, explorer.Place{Line: 1, Column: c.column, EndLine: 1, EndColumn: c.last}, 20)
			if text != c.text || lipgloss.Width(text) > 20 {
				t.Errorf("got %q, want %q", text, c.text)
			}
			runes := []rune(text)
			from, to := min(at.Column-1, len(runes)), min(at.EndColumn-1, len(runes))
			if got := string(runes[from:to]); got != c.marked {
				t.Errorf("marks %q, want %q", got, c.marked)
			}
		})
	}
}

func TestQuoted(t *testing.T) {
	for word, want := range map[string]string{
		"unit:flush": "unit:flush", "protocol write:none": "'protocol write:none'", "": "''", "a'b": `'a'\''b'`, "$(x)": "'$(x)'",
	} {
		if got := quoted(word); got != want {
			t.Errorf("%q: got %s, want %s", word, got, want)
		}
	}
}
