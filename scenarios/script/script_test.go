package script

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const sample = `# two cases
upper greeting lang=en
hello
world
----
HELLO
WORLD

double
a
----
----
a

a
----
----
# behind
`

func answer(_ *testing.T, c Case) string {
	switch c.Command {
	case "upper":
		return strings.ToUpper(c.Input)
	case "double":
		return c.Input + "\n" + c.Input
	}
	return fmt.Sprintf("unknown command %s", c.Command)
}

func write(t *testing.T, text string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "sample.txt")
	if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	return file
}

func TestRun(t *testing.T) {
	var seen []Case
	Run(t, write(t, sample), func(t *testing.T, c Case) string {
		seen = append(seen, c)
		return answer(t, c)
	})
	if len(seen) != 2 || seen[0].Line != 2 || seen[0].Input != "hello\nworld\n" || seen[1].Line != 9 {
		t.Fatalf("cases read: %+v", seen)
	}
	if v, ok := seen[0].Arg("lang"); v != "en" || !ok {
		t.Errorf(`Arg("lang") = %q, %v`, v, ok)
	}
	if v, ok := seen[0].Arg("greeting"); v != "" || !ok {
		t.Errorf(`Arg("greeting") = %q, %v`, v, ok)
	}
	if _, ok := seen[0].Arg("none"); ok {
		t.Error(`Arg("none") found`)
	}
}

func TestUpdate(t *testing.T) {
	stale := strings.NewReplacer("HELLO", "bye", "a\n\na\n", "a\n").Replace(sample)
	file := write(t, stale)
	*update = true
	defer func() { *update = false }()
	Run(t, file, answer)
	got, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if string(got) != sample {
		t.Errorf("after -update:\n%s\nwant:\n%s", got, sample)
	}
}

func TestParseRender(t *testing.T) {
	for _, text := range []string{"", sample, "# only a comment\n", "a\n----\n", "a\n----\nx", "a\n----\n\n\nb c\nin\n----\nout\n"} {
		parts, err := parse(text)
		if err != nil {
			t.Errorf("%q: %v", text, err)
			continue
		}
		if got := render(parts); got != complete(text) {
			t.Errorf("render(parse(%q)) = %q", text, got)
		}
	}
}

func TestParseErrors(t *testing.T) {
	for text, want := range map[string]string{
		"a\nb\n":               "1: the case has no line",
		"# c\na\n----\n----\n": "4: the double separator is not closed",
	} {
		if _, err := parse(text); err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("parse(%q): %v, want %s", text, err, want)
		}
	}
}
