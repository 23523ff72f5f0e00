package lang

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// specFiles gives the path of every complete spec of the repository.
func specFiles(t testing.TB) []string {
	t.Helper()
	var all []string
	for _, pattern := range []string{"../testdata/lang/examples/*.lu", "../scenarios/*.lu"} {
		files, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, files...)
	}
	if len(all) < 4 {
		t.Fatal("too few specs:", all)
	}
	return all
}

func readSpec(t testing.TB, path string) []byte {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// Every spec of the repository is free of syntax errors.
func TestParseSpecs(t *testing.T) {
	for _, path := range specFiles(t) {
		if _, errs := Parse(path, readSpec(t, path)); len(errs) > 0 {
			t.Error(errs)
		}
	}
}

// Each code's example gives that code and no other.
func TestSyntaxExamples(t *testing.T) {
	examples := map[string]string{
		codeFileSize:  strings.Repeat("// a comment\n", maxFileSize/13+1),
		codeTokens:    strings.Repeat("param n = 1\n", maxTokens/4),
		codeTokenSize: "system " + strings.Repeat("x", maxTokenSize+1) + "\n",
		codeNesting:   "always " + strings.Repeat("(", 300) + "\n",
		codeMore:      strings.Repeat("param = 1\n", MaxErrors+7),
	}
	for _, info := range syntaxCodes {
		t.Run(info.Code, func(t *testing.T) {
			if info.Title == "" || info.Meaning == "" || info.Advice == "" {
				t.Error("not explained")
			}
			example := info.Example
			if example == "" {
				example = examples[info.Code]
			}
			f, errs := Parse("x.lu", []byte(example))
			if f == nil || len(errs) == 0 {
				t.Fatal("no file or no error")
			}
			last := errs[len(errs)-1]
			if last.Code != info.Code || len(errs) > 1 && info.Code != codeMore {
				t.Errorf("got %v", errs)
			}
			if info.Code == codeMore && (len(errs) != MaxErrors+1 || !strings.Contains(last.Msg, "7 more")) {
				t.Errorf("%d errors, the last is %v", len(errs), last)
			}
		})
	}
}

// Input that is no spec gives one error, soon.
func TestHostileInput(t *testing.T) {
	cases := []struct {
		name, code, text string
		line, column     int
	}{
		{"a million parentheses", codeNesting, "always " + strings.Repeat("(", 1_000_000), 1, 264},
		{"a million braces", codeNesting, strings.Repeat("{\n", 1_000_000), 257, 1},
		{"100 MB", codeFileSize, strings.Repeat("0123456789", 10_000_000), 1, 1},
		{"a long line", codeTokenSize, "system x\ntype " + strings.Repeat("x", 1_000_000), 2, 6},
		{"a long text", codeTokenSize, `always a, "` + strings.Repeat("x", 1_000_000) + `"`, 1, 11},
		{"zeros", codeNotText, "system x\n\x00", 2, 1},
		{"machine code", codeNotText, "\x7fELF\x02\x01\x01\x00", 1, 8},
		{"invalid UTF-8", codeNotText, "system x // \xc3\x28", 1, 13},
		{"a million not", codeTokens, "always " + strings.Repeat("not ", 1_000_000), 1, 0},
		{"many not", codeNesting, "always " + strings.Repeat("not ", 300_000) + "x", 1, 0},
		{"many minus", codeNesting, "always " + strings.Repeat("- ", 300_000) + "1", 1, 0},
		{"many else if", codeNesting, "client a { if x { }" + strings.Repeat(" else if x { }", 60_000) + "}", 1, 0},
		{"many if expressions", codeNesting, "always " + strings.Repeat("if a then b else ", 60_000) + "c", 1, 0},
		{"many sets", codeNesting, "type t = " + strings.Repeat("set of ", 100_000) + "bool", 1, 0},
		{"many arrays", codeNesting, "type t = " + strings.Repeat("[b]", 100_000) + "bool", 1, 0},
		{"many operands", codeNesting, "always 1" + strings.Repeat(" + 1", 100_000), 1, 0},
		{"only quotes", codeTokens, "always true, " + strings.Repeat(`"`, 15<<20), 1, 0},
		{"only closing brackets", codeTokens, strings.Repeat(")", 15<<20), 1, 0},
		{"only comments of C", codeTokens, strings.Repeat("/*", 7<<20), 1, 0},
		{"many indices", codeNesting, "always a" + strings.Repeat("[1]", 100_000), 1, 0},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			begin := time.Now()
			_, errs := Parse("x.lu", []byte(c.text))
			if len(errs) != 1 || errs[0].Code != c.code {
				t.Fatalf("got %v", errs)
			}
			at := errs[0].Span.Start
			if at.Line != c.line || c.column > 0 && at.Column != c.column {
				t.Errorf("at %v", at)
			}
			if took := time.Since(begin); took > 10*time.Second {
				t.Errorf("took %v", took)
			}
		})
	}
}

// An error in every line is reported up to the cap, in time linear in the file.
func TestManyErrors(t *testing.T) {
	for _, text := range []string{"proces x {\n", "process x {\n", "}\n", "x = (\n", "on a() { x = }\n", "update u { process x { on a( } }\n", "(;(;(;(;(;(;\n"} {
		begin := time.Now()
		_, errs := Parse("x.lu", []byte(strings.Repeat(text, 20_000)))
		if len(errs) == 0 || len(errs) > MaxErrors+1 {
			t.Errorf("%q: %d errors", text, len(errs))
		}
		if took := time.Since(begin); took > 10*time.Second {
			t.Errorf("%q: took %v", text, took)
		}
	}
}

// Every prefix of every spec is read without a panic, and is either a file or has
// errors inside the text. Prefixes that end inside a word or a comment are like
// the ones that end at its first letters; of these only one is tried. Of the
// scenarios, every seventh prefix is tried.
func TestPrefixes(t *testing.T) {
	for _, path := range specFiles(t) {
		text := readSpec(t, path)
		for i, n := range cuts(text) {
			if i%7 > 0 && !strings.Contains(path, "examples") {
				continue
			}
			f, errs := Parse(path, text[:n])
			for _, e := range errs {
				if e.Span.Start.Line < 1 || e.Span.Start.Offset > n || e.Span.End.Offset > n || e.Span.End.Offset < e.Span.Start.Offset {
					t.Errorf("%s, first %d bytes: %v at %+v", path, n, e, e.Span)
				}
			}
			if len(errs) == 0 {
				checkFormat(t, f)
			}
		}
	}
}

// cuts gives the places where a text may be cut: around every sign, and behind
// the first letter of every word and comment.
func cuts(text []byte) []int {
	var places []int
	comment, before := false, byte(' ')
	for i, c := range text {
		starts := bytes.HasPrefix(text[i:], []byte("//"))
		if !comment && (starts || !isWord(c) || !isWord(before)) {
			places = append(places, i, i+1)
		}
		comment = c != '\n' && (comment || starts)
		before = c
	}
	return slices.Compact(places)
}

func isWord(c byte) bool { return c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '_' }

// A large spec is read in little time. The bound is far above what is usual, so
// that a busy machine does not fail the test; a quadratic parser does.
func TestParseSpeed(t *testing.T) {
	one := readSpec(t, "../testdata/lang/examples/4b-usage-counter.lu")
	_, rest, _ := bytes.Cut(one, []byte("\n"))
	for _, times := range []int{34, 136} {
		text := bytes.Repeat(rest, times)
		begin := time.Now()
		if _, errs := Parse("x.lu", text); len(errs) > 0 {
			t.Fatal(errs)
		}
		took := time.Since(begin)
		t.Logf("%d lines: %v", bytes.Count(text, []byte("\n")), took)
		if limit := time.Duration(times) * 20 * time.Millisecond; took > limit {
			t.Errorf("%d lines took %v, more than %v", bytes.Count(text, []byte("\n")), took, limit)
		}
	}
}

func BenchmarkParse(b *testing.B) {
	one := readSpec(b, "../testdata/lang/examples/4b-usage-counter.lu")
	_, rest, _ := bytes.Cut(one, []byte("\n"))
	text := bytes.Repeat(rest, 34)
	for b.Loop() {
		Parse("x.lu", text)
	}
}

func TestTidy(t *testing.T) {
	at := func(line int) Span {
		pos := Pos{Filename: "x.lu", Line: line, Column: 1, Offset: line * 10}
		return Span{Start: pos, End: pos}
	}
	list := ErrorList{
		{Code: "LU0002", Msg: "b", Span: at(2)}, {Code: "LU0001", Msg: "a", Span: at(2)},
		{Code: "LU0901", Msg: "w", Warning: true, Name: "w", Span: at(1)}, {Code: "LU0002", Msg: "b", Span: at(2)},
	}
	tidy := list.Tidy()
	if !tidy.HasErrors() || (ErrorList{list[2]}).HasErrors() {
		t.Error("HasErrors")
	}
	if want := "x.lu:1:1: warning[LU0901]: w\nx.lu:2:1: error[LU0001]: a\nx.lu:2:1: error[LU0002]: b"; tidy.Error() != want {
		t.Errorf("got %s", tidy.Error())
	}
}

// The lines of a text end with \n, \r\n or, from old programs, \r.
func TestLineBreaks(t *testing.T) {
	const text = "system x // a name\n\n/* alien\n*/ param n = 1.5\nshared s: 0..3 // one\nalways s == \"a\nclient app {\n  s = 1\n  s =\n}\n"
	for _, ending := range []string{"\n", "\r\n", "\r"} {
		src := []byte(strings.ReplaceAll(text, "\n", ending))
		_, errs := Parse("x.lu", src)
		got := ""
		for _, e := range errs {
			got += fmt.Sprintf("%d:%d %s\n", e.Span.Start.Line, e.Span.Start.Column, e.Code)
		}
		if want := "3:1 LU0006\n4:14 LU0008\n6:13 LU0007\n9:6 LU0015\n"; got != want {
			t.Errorf("with %q:\n%s", ending, got)
		}
		source := &Source{Text: src}
		for i, line := range strings.Split(text, "\n") {
			if got := source.Line(i + 1); got != line {
				t.Errorf("with %q, line %d is %q", ending, i+1, got)
			}
		}
		f, errs := Parse("x.lu", []byte(strings.ReplaceAll("system x\nparam n = 1 // one\n", "\n", ending)))
		if got := string(Format(f)); len(errs) > 0 || got != "system x\nparam n = 1 // one\n" && got != "system x\nparam n = 1  // one\n" {
			t.Errorf("with %q: %v %q", ending, errs, got)
		}
	}
}
