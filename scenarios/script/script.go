package script

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write the expected outputs of test scripts anew")

// separator stands between a case's input and its expected output.
const separator = "----"

// Case is one case of a script.
type Case struct {
	Command  string   // the first word of the command line
	Args     []string // the other words, as they stand
	Input    string   // the lines up to the separator, each with its line break
	Expected string   // the expected output, "" or ending in a line break
	Line     int      // the command's line number, from 1
}

// Arg gives the value of the argument "key=value", and whether there is one. A
// bare "key" gives "" and true.
func (c Case) Arg(key string) (value string, ok bool) {
	for _, a := range c.Args {
		k, v, _ := strings.Cut(a, "=")
		if k == key {
			return v, true
		}
	}
	return "", false
}

// Run runs every script that matches the pattern (as filepath.Glob reads it), each
// as a subtest named after its file, and every case as a subtest of that, in order.
// answer gives a case's output; a line break is added at its end where there is
// none. With the flag -update, differing outputs are written into the scripts.
func Run(t *testing.T, pattern string, answer func(t *testing.T, c Case) string) {
	t.Helper()
	files, err := filepath.Glob(pattern)
	if err != nil || len(files) == 0 {
		t.Fatalf("no script matches %q (%v)", pattern, err)
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) { runFile(t, file, answer) })
	}
}

func runFile(t *testing.T, file string, answer func(t *testing.T, c Case) string) {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	parts, err := parse(string(text))
	if err != nil {
		t.Fatalf("%s:%v", file, err)
	}
	for i, p := range parts {
		if p.isText {
			continue
		}
		t.Run(fmt.Sprintf("line %d", p.Line), func(t *testing.T) {
			got := complete(answer(t, p.Case))
			if got == p.Expected {
				return
			}
			parts[i].Expected = got
			if !*update {
				t.Errorf("%s:%d: %s\ngot:\n%swant:\n%s", file, p.Line, p.Command, got, p.Expected)
			}
		})
	}
	if out := render(parts); *update && out != string(text) {
		if err := os.WriteFile(file, []byte(out), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// complete ends a non-empty output with a line break.
func complete(s string) string {
	if s == "" || strings.HasSuffix(s, "\n") {
		return s
	}
	return s + "\n"
}

// part is a case, or text between cases that is kept as it stands.
type part struct {
	Case
	isText bool
	text   string // the text, or the case's lines up to its first separator
}

// parse cuts a script into parts. An error starts with the line number.
func parse(text string) ([]part, error) {
	lines := strings.SplitAfter(text, "\n")
	if lines[len(lines)-1] == "" {
		lines = lines[:len(lines)-1]
	}
	var parts []part
	for i := 0; i < len(lines); {
		line := strings.TrimSpace(lines[i])
		if line == "" || strings.HasPrefix(line, "#") {
			parts = append(parts, part{isText: true, text: lines[i]})
			i++
			continue
		}
		words := strings.Fields(line)
		p := part{Case: Case{Command: words[0], Args: words[1:], Line: i + 1}, text: lines[i]}
		for i++; i < len(lines) && !isSeparator(lines[i]); i++ {
			p.Input += lines[i]
			p.text += lines[i]
		}
		if i == len(lines) {
			return nil, fmt.Errorf("%d: the case has no line %q", p.Line, separator)
		}
		var err error
		if p.Expected, i, err = expected(lines, i+1); err != nil {
			return nil, err
		}
		parts = append(parts, p)
	}
	return parts, nil
}

// expected reads an expected output that starts at lines[i], right behind the
// separator, and gives the index of the first line behind the case.
func expected(lines []string, i int) (string, int, error) {
	var out strings.Builder
	if i < len(lines) && isSeparator(lines[i]) {
		start := i
		for i++; i+1 < len(lines); i++ {
			if isSeparator(lines[i]) && isSeparator(lines[i+1]) {
				return out.String(), i + 2, nil
			}
			out.WriteString(lines[i])
		}
		return "", 0, fmt.Errorf("%d: the double separator is not closed", start+1)
	}
	for ; i < len(lines) && strings.TrimSpace(lines[i]) != ""; i++ {
		out.WriteString(lines[i])
	}
	return complete(out.String()), i, nil
}

func isSeparator(line string) bool { return strings.TrimRight(line, "\r\n") == separator }

// render is the inverse of parse.
func render(parts []part) string {
	var out strings.Builder
	for _, p := range parts {
		out.WriteString(p.text)
		switch {
		case p.isText:
		case needsDouble(p.Expected):
			fmt.Fprintf(&out, "%[1]s\n%[1]s\n%[2]s%[1]s\n%[1]s\n", separator, p.Expected)
		default:
			fmt.Fprintf(&out, "%s\n%s", separator, p.Expected)
		}
	}
	return out.String()
}

// needsDouble says whether an output would not survive between a separator and a
// blank line: it holds a blank line, or starts with a separator.
func needsDouble(output string) bool {
	lines := strings.Split(strings.TrimSuffix(output, "\n"), "\n")
	if isSeparator(lines[0]) {
		return true
	}
	for _, line := range lines {
		if strings.TrimSpace(line) == "" && output != "" {
			return true
		}
	}
	return false
}
