package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/lucheck/lucheck/explorer"
	"github.com/lucheck/lucheck/lang"
)

// example is a fenced block of a document that starts with "```lu".
type example struct {
	line  int
	words []string // what follows "lu": nothing, "as" and a name, or "error" and a code
	text  string
}

// examples gives the blocks of a document, in order.
func examples(t *testing.T, document string) []example {
	t.Helper()
	text, err := os.ReadFile(document)
	if err != nil {
		t.Fatal(err)
	}
	var found []example
	inside, isSpec := false, false
	for i, line := range strings.Split(string(text), "\n") {
		switch {
		case strings.HasPrefix(line, "```"):
			words := strings.Fields(strings.TrimPrefix(line, "```"))
			inside = !inside
			isSpec = inside && len(words) > 0 && words[0] == "lu"
			if isSpec {
				found = append(found, example{line: i + 1, words: words[1:]})
			}
		case isSpec:
			e := &found[len(found)-1]
			e.text += line + "\n"
		}
	}
	if inside {
		t.Errorf("%s: the last block is not closed", document)
	}
	return found
}

// TestDocumentedExamples loads every spec that a document shows. A block "lu error
// LU0123" must fail with that code; any other must have neither errors nor
// warnings, and its expectations must be met. A block "lu as name.lu" can be imported by the document's later ones.
func TestDocumentedExamples(t *testing.T) {
	documents, err := filepath.Glob("../../docs/*.md")
	if err != nil {
		t.Fatal(err)
	}
	total := 0
	for _, document := range append(documents, "../../README.md") {
		files := fstest.MapFS{}
		for _, e := range examples(t, document) {
			total++
			e.check(t, filepath.Base(document), files)
		}
	}
	if total < 20 {
		t.Errorf("only %d examples were found", total)
	}
}

func (e example) check(t *testing.T, document string, files fstest.MapFS) {
	t.Helper()
	name := "example.lu"
	if len(e.words) == 2 && e.words[0] == "as" {
		name = e.words[1]
	}
	files[name] = &fstest.MapFile{Data: []byte(e.text)}
	p, _, errs, err := lang.Load(files, name, lang.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if len(e.words) == 2 && e.words[0] == "error" {
		code := e.words[1]
		if !slices.ContainsFunc(errs, func(err *lang.Error) bool { return err.Code == code }) {
			t.Errorf("%s:%d: the example should fail with %s: %v", document, e.line, code, errs)
		}
		return
	}
	if len(errs) > 0 {
		t.Errorf("%s:%d: %v", document, e.line, errs)
		return
	}
	for _, u := range p.Updates {
		a, err := explorer.Check(context.Background(), p, u, explorer.Options{})
		if err != nil {
			t.Fatal(err)
		}
		scenarios, err := onMachines(a, p.Machines)
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range scenarios {
			for _, x := range s.Expected {
				if x.Met == nil || !*x.Met {
					t.Errorf("%s:%d: expect %s: it is %s", document, e.line, x.Text, x.Verdict)
				}
			}
		}
		a.Close()
	}
}

// TestDocumentedScenario holds the README's spec against the scenario that it shows.
func TestDocumentedScenario(t *testing.T) {
	text, err := os.ReadFile("../../scenarios/1d-buffered-writes.lu")
	if err != nil {
		t.Fatal(err)
	}
	shown := examples(t, "../../README.md")
	if len(shown) == 0 || !strings.HasSuffix(string(text), shown[0].text) {
		t.Error("the README's first spec is not scenarios/1d-buffered-writes.lu without its comment")
	}
}

// TestDocumentedMatrix runs the command that the README shows and compares what it
// prints.
func TestDocumentedMatrix(t *testing.T) {
	t.Chdir("../..")
	readme, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	_, block, found := strings.Cut(string(readme), "```text\n$ lucheck ")
	if !found {
		t.Fatal("the README shows no output")
	}
	command, want, _ := strings.Cut(block, "\n")
	want, _, _ = strings.Cut(want, "```")
	got, code := output(t, command)
	if code != exitOK {
		t.Errorf("exit code %d", code)
	}
	if got != want {
		t.Errorf("the README shows\n%s\nbut lucheck %s prints\n%s", want, command, got)
	}
}

// output runs a command and gives what it prints on standard output.
func output(t *testing.T, command string) (string, int) {
	t.Helper()
	out, err := os.Create(filepath.Join(t.TempDir(), "out"))
	if err != nil {
		t.Fatal(err)
	}
	defer out.Close()
	null, err := os.OpenFile(os.DevNull, os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer null.Close()
	code := run(strings.Fields(command), &console{in: strings.NewReader(""), out: out, err: null, env: func(string) string { return "" }})
	got, err := os.ReadFile(out.Name())
	if err != nil {
		t.Fatal(err)
	}
	return string(got), code
}

// TestTutorial goes through the tutorial as a reader does: it writes each file as it
// is shown, and runs each command on it.
func TestTutorial(t *testing.T) {
	text, err := os.ReadFile("../../docs/tutorial.md")
	if err != nil {
		t.Fatal(err)
	}
	t.Chdir(t.TempDir())
	commands := 0
	for _, part := range strings.Split(string(text), "\n```")[1:] {
		head, body, _ := strings.Cut(part, "\n")
		body += "\n"
		switch command, isCommand := strings.CutPrefix(body, "$ lucheck "); {
		case strings.HasPrefix(head, "lu as "):
			if err := os.WriteFile(strings.TrimPrefix(head, "lu as "), []byte(body), 0o666); err != nil {
				t.Fatal(err)
			}
		case isCommand:
			line, want, _ := strings.Cut(command, "\n")
			if got, _ := output(t, line); got != want && got+"\n" != want { // "\n": nothing is printed
				t.Errorf("the tutorial shows\n%s\nbut lucheck %s prints\n%s", want, line, got)
			}
			commands++
		}
	}
	if commands < 5 {
		t.Errorf("only %d commands were run", commands)
	}
}

// TestDocumentedCodes holds the README's table of exit codes against the codes.
func TestDocumentedCodes(t *testing.T) {
	readme, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, class := range exitClasses {
		if !strings.Contains(string(readme), fmt.Sprintf("\n| %d | ", class.code)) {
			t.Errorf("the README does not list exit code %d", class.code)
		}
	}
}
