package lang

import (
	"errors"
	"strings"
	"testing"
)

func render(t *testing.T, text string, style Style) string {
	t.Helper()
	_, errs := Parse("a.lu", []byte(text))
	sources := &Sources{}
	sources.Add(&Source{Path: "a.lu", Text: []byte(text)})
	var out strings.Builder
	if err := Render(&out, errs, sources, style); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

func TestRender(t *testing.T) {
	long := "always a == " + strings.Repeat("bb + ", 40) + "§ + " + strings.Repeat("c + ", 40) + "1"
	cases := []struct{ name, text, want string }{
		{"a word", "system x\nproces fs { }\n",
			"error[LU0012]: `proces` begins no declaration of a file\n" +
				"  ┌─ a.lu:2:1\n" +
				"2 │ proces fs { }\n" +
				"  │ ^^^^^^\n" +
				"  = help: did you mean `process`?\n"},
		{"tabs", "process p {\n\t\tom\ta() { }\n}\n",
			"error[LU0012]: `om` begins no part of a unit\n" +
				"  ┌─ a.lu:2:3\n" +
				"2 │         om    a() { }\n" +
				"  │         ^^\n" +
				"  = help: did you mean `on`?\n"},
		{"wide characters", "always a, \"読e\u0301取\" && b\n",
			"error[LU0006]: \"&&\" is no sign of this language\n" +
				"  ┌─ a.lu:1:18\n" +
				"1 │ always a, \"読e\u0301取\" && b\n" +
				"  │                   ^^\n" +
				"  = help: write `and`\n"},
		{"the end of a line", "param n =\r\n",
			"error[LU0015]: a value is missing: found the end of the declaration\n" +
				"  ┌─ a.lu:1:10\n" +
				"1 │ param n =\n" +
				"  │          ^\n"},
		{"another place", "process p {\n  on a(\n}\n",
			"error[LU0009]: this `(` is not closed before `}`\n" +
				"  ┌─ a.lu:2:7\n" +
				"2 │   on a(\n" +
				"  │       ^\n" +
				"  = note: it should be closed before this (a.lu:3:1)\n" +
				"  = help: add `)`\n"},
		{"a long line", long,
			"error[LU0006]: \"§\" is no sign of this language\n" +
				"  ┌─ a.lu:1:213\n" +
				"1 │ …" + string([]rune(long)[162:262]) + "…\n" +
				"  │ " + strings.Repeat(" ", 51) + "^\n"},
		{"control characters", "always \x1bx\n",
			"error[LU0006]: \"\\x1b\" is no sign of this language\n" +
				"  ┌─ a.lu:1:8\n" +
				"1 │ always \ufffdx\n" +
				"  │        ^\n"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			if got := render(t, c.text, Style{}); got != c.want {
				t.Errorf("got\n%swant\n%s", got, c.want)
			}
		})
	}
}

func TestRenderColour(t *testing.T) {
	got := render(t, "proces fs { }\n", Style{Error: "<e>", Frame: "<f>", Bold: "<b>", Reset: "</>"})
	want := "<e>error[LU0012]</><b>: `proces` begins no declaration of a file</>\n" +
		"<f>  ┌─ a.lu:1:1</>\n<f>1 │ </>proces fs { }\n<f>  │ </><e>^^^^^^</>\n<f>  = help:</> did you mean `process`?\n"
	if got != want {
		t.Errorf("got\n%s", got)
	}
}

// A warning shows its name; without the text there is no source line.
func TestRenderWarning(t *testing.T) {
	at := Pos{Filename: "b.lu", Line: 12, Column: 3}
	list := ErrorList{{Code: "LU0901", Warning: true, Name: "missing-reply", Msg: "m", Span: Span{Start: at, End: at}}, {Code: "LU0104", Msg: "n"}}
	var out strings.Builder
	if err := Render(&out, list, nil, Style{}); err != nil {
		t.Fatal(err)
	}
	if want := "warning[LU0901]: m [missing-reply]\n   ┌─ b.lu:12:3\n\nerror[LU0104]: n\n"; out.String() != want {
		t.Errorf("got\n%s", out.String())
	}
}

type brokenWriter struct{}

func (brokenWriter) Write([]byte) (int, error) { return 0, errors.New("disk full") }

func TestRenderFails(t *testing.T) {
	if err := Render(brokenWriter{}, ErrorList{{Code: "LU0001"}}, nil, Style{}); err == nil || !strings.Contains(err.Error(), "disk full") {
		t.Errorf("got %v", err)
	}
}
