package lang

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// sameTree compares two files but for places and comments.
func sameTree(a, b *File) string {
	return cmp.Diff(a, b, cmpopts.IgnoreTypes(Node{}), cmpopts.IgnoreUnexported(File{}))
}

func commentsOf(f *File) []string {
	var all []string
	for _, c := range f.comments {
		all = append(all, c.text)
	}
	return all
}

// checkFormat formats a file and tests what Format promises.
func checkFormat(t *testing.T, f *File) {
	t.Helper()
	once := Format(f)
	again, errs := Parse(f.Path, once)
	if len(errs) > 0 {
		t.Fatalf("%v in\n%s", errs, once)
	}
	if diff := sameTree(f, again); diff != "" {
		t.Fatalf("another tree: %s\nin\n%s", diff, once)
	}
	if !slices.Equal(commentsOf(f), commentsOf(again)) {
		t.Fatalf("comments %q became %q", commentsOf(f), commentsOf(again))
	}
	if twice := Format(again); !bytes.Equal(once, twice) {
		t.Fatalf("not idempotent:\n%s\nbecame\n%s", once, twice)
	}
	if bytes.Contains(once, []byte("\n\n\n")) || bytes.Contains(once, []byte(" \n")) {
		t.Fatalf("blank lines or spaces too many in\n%q", once)
	}
}

// sameTree tells trees apart.
func TestSameTree(t *testing.T) {
	a, _ := Parse("x.lu", []byte("always f(1 + x)\n"))
	b, _ := Parse("x.lu", []byte("\nalways  f(1 + y) // c\n"))
	c, _ := Parse("x.lu", []byte("\nalways  f(1 + x) // c\n"))
	if sameTree(a, b) == "" || sameTree(a, c) != "" {
		t.Error("the comparison of trees is broken")
	}
}

func TestFormatSpecs(t *testing.T) {
	for _, path := range specFiles(t) {
		f, errs := Parse(path, readSpec(t, path))
		if len(errs) > 0 {
			t.Fatal(errs)
		}
		checkFormat(t, f)
	}
}

// The golden files: testdata/lang/format/x.lu is printed as x.golden.
func TestFormatGolden(t *testing.T) {
	files, err := filepath.Glob("../testdata/lang/format/*.lu")
	if err != nil || len(files) == 0 {
		t.Fatal("no files", err)
	}
	for _, path := range files {
		f, errs := Parse(path, readSpec(t, path))
		if len(errs) > 0 {
			t.Fatal(errs)
		}
		checkFormat(t, f)
		golden := strings.TrimSuffix(path, ".lu") + ".golden"
		got := Format(f)
		if os.Getenv("UPDATE_GOLDEN") != "" {
			if err := os.WriteFile(golden, got, 0o644); err != nil {
				t.Fatal(err)
			}
		}
		if diff := cmp.Diff(string(readSpec(t, golden)), string(got)); diff != "" {
			t.Errorf("%s: %s", path, diff)
		}
	}
}

func addSeeds(f *testing.F) {
	for _, path := range specFiles(f) {
		f.Add(readSpec(f, path))
	}
	for _, pattern := range []string{"../testdata/lang/*.lu", "../testdata/lang/format/*.lu"} {
		files, err := filepath.Glob(pattern)
		if err != nil {
			f.Fatal(err)
		}
		for _, path := range files {
			for _, spec := range bytes.Split(readSpec(f, path), []byte("\n---\n")) {
				f.Add(spec)
			}
		}
	}
}

// FuzzParse looks for input that makes Parse or Render panic, or whose errors lie
// outside the text.
func FuzzParse(f *testing.F) {
	addSeeds(f)
	f.Fuzz(func(t *testing.T, text []byte) {
		file, errs := Parse("x.lu", text)
		if file == nil {
			t.Fatal("no file")
		}
		sources := &Sources{}
		sources.Add(&Source{Path: "x.lu", Text: text})
		for _, e := range errs {
			if e.Code == "" || e.Msg == "" || e.Span.Start.Line < 1 || e.Span.End.Offset > len(text) || e.Span.End.Offset < e.Span.Start.Offset {
				t.Errorf("%v at %+v", e, e.Span)
			}
		}
		var out bytes.Buffer
		if err := Render(&out, errs, sources, Style{}); err != nil {
			t.Fatal(err)
		}
	})
}

// FuzzPrint looks for specs for which Format breaks a promise.
func FuzzPrint(f *testing.F) {
	addSeeds(f)
	f.Fuzz(func(t *testing.T, text []byte) {
		if file, errs := Parse("x.lu", text); len(errs) == 0 {
			checkFormat(t, file)
		}
	})
}

// A comment or a line break may stand behind any word or sign where the language
// lets a line end, and survives.
func TestFormatInterspersed(t *testing.T) {
	text := string(readSpec(t, "../testdata/lang/format/forms.lu"))
	tokens := scan("x.lu", []byte(text)).tokens
	tried := 0
	for i, tok := range tokens {
		if tok.kind == endToken || i%6 > 0 {
			continue
		}
		at := tok.end.Offset
		for _, insert := range []string{" // c\n", "\n\n\n"} {
			f, errs := Parse("x.lu", []byte(text[:at]+insert+text[at:]))
			if len(errs) == 0 {
				checkFormat(t, f)
				tried++
			}
		}
	}
	if tried < 100 {
		t.Errorf("only %d of %d places", tried, len(tokens))
	}
}

// The printed form of each statement that can be written in several ways.
func TestFormatReply(t *testing.T) {
	for _, c := range [][2]string{
		{"reply to", "reply to"}, {"reply to to", "reply to to"},
		{"reply to+1 to x", "reply to + 1 to x"}, {"reply\nto = 1", "reply\n    to = 1"}, {"hold = 1", "hold = 1"},
		{"hold hold", "hold hold"}, {"tracked = 1", "tracked = 1"},
	} {
		f, errs := Parse("x.lu", []byte("process p {\n  on m() {\n    "+c[0]+"\n  }\n}\n"))
		if len(errs) > 0 {
			t.Errorf("%q: %v", c[0], errs)
			continue
		}
		if want, got := "process p {\n  on m() {\n    "+c[1]+"\n  }\n}\n", string(Format(f)); got != want {
			t.Errorf("%q became %q", c[0], got)
		}
	}
}
