package lang

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
)

// The corpus: each file of testdata/lang holds specs, cut by lines `---`. A line
// whose end says
//
//	//~ LU0107 "nothing is named" at "chunkz"
//
// expects a diagnostic that starts on this line, whose message and advice contain
// the text, and that underlines the source text; several may stand on one line. A
// spec without such lines must be free of errors and warnings. The first line of
// a spec, if it is a comment, is its name.
func TestCorpus(t *testing.T) {
	files, err := filepath.Glob("../testdata/lang/*.lu")
	if err != nil || len(files) == 0 {
		t.Fatal("no corpus", err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		at := 1
		for i, spec := range strings.Split("\n"+string(text), "\n---\n") {
			spec = strings.TrimPrefix(spec, "\n")
			t.Run(fmt.Sprintf("%s/%d_line_%d", filepath.Base(file), i+1, at), func(t *testing.T) { checkCorpus(t, spec) })
			at += strings.Count(spec, "\n") + 2
		}
	}
}

var expectation = regexp.MustCompile(`(LU\d{4}) "((?:[^"\\]|\\.)*)" at "((?:[^"\\]|\\.)*)"`)

func checkCorpus(t *testing.T, spec string) {
	t.Helper()
	want := wanted(t, spec)
	fsys := fstest.MapFS{"spec.lu": {Data: []byte(spec)}}
	p, sources, list, err := Load(fsys, "spec.lu", Options{})
	if err != nil {
		t.Fatal(err)
	}
	if (p == nil) != list.HasErrors() {
		t.Errorf("program %v with errors %v", p != nil, list.HasErrors())
	}
	for _, e := range list {
		source := sources.Get("spec.lu").Slice(e.Span)
		i := slices.IndexFunc(want, func(w diagnostic) bool {
			return w.line == e.Span.Start.Line && w.code == e.Code && w.source == source && strings.Contains(e.Msg+"; "+e.Advice, w.text)
		})
		if i < 0 {
			t.Errorf("not expected: line %d: %s %q at %q", e.Span.Start.Line, e.Code, e.Msg+"; "+e.Advice, source)
			continue
		}
		want = slices.Delete(want, i, i+1)
	}
	for _, w := range want {
		t.Errorf("missing: line %d: %s %q at %q", w.line, w.code, w.text, w.source)
	}
}

// diagnostic is what the corpus expects on a line.
type diagnostic struct {
	line               int
	code, text, source string
}

func wanted(t *testing.T, spec string) []diagnostic {
	t.Helper()
	var list []diagnostic
	for i, line := range strings.Split(spec, "\n") {
		_, note, found := strings.Cut(line, "//~")
		if !found {
			continue
		}
		parts := expectation.FindAllStringSubmatch(note, -1)
		if parts == nil {
			t.Fatalf("line %d: no expectation in %q", i+1, note)
		}
		for _, p := range parts {
			unquote := strings.NewReplacer(`\"`, `"`, `\\`, `\`)
			list = append(list, diagnostic{i + 1, p[1], unquote.Replace(p[2]), unquote.Replace(p[3])})
		}
	}
	return list
}
