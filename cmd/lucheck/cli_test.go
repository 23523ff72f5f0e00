package main

import (
	"bytes"
	"errors"
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/lucheck/lucheck/reports"
)

var update = flag.Bool("update", false, "write the expected output of scripts anew")

func TestMain(m *testing.M) { testscript.Main(m, map[string]func(){"lucheck": main}) }

// TestCommandLine runs the scripts of testdata/cli. Beside the commands of
// testscript they have:
//
//	exits CODE PROGRAM ARGS…      run a program that has to end with that exit code
//	interrupts CODE PROGRAM ARGS… the same, with an interrupt after a moment
//	sized FILE BYTES              make a file of that many bytes, without taking the space
//	damages FILE                  change a byte in the middle of a file
//	nested FILE DEPTH OPEN        make a file of that many OPENs in an expression
//	prefixes FILE                 check and format every prefix of a spec: no crash, codes 0 to 4
//	follows FILE                  the file is a report that the JSON Schema accepts
//	obeys FILE                    the same of constraints
//	counts FILE                   the same of stats
func TestCommandLine(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:                 "../../testdata/cli",
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		UpdateScripts:       *update,
		Setup: func(e *testscript.Env) error {
			scenarios, err := filepath.Abs("../../scenarios")
			e.Setenv("SCENARIOS", scenarios)
			return err
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"exits": exits, "interrupts": interrupts, "sized": sized, "damages": damages, "nested": nested,
			"prefixes": prefixes, "follows": follows, "obeys": obeys, "counts": counts,
		},
	})
}

func exits(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: exits CODE PROGRAM ARGS…")
	}
	code := 0
	var exit *exec.ExitError
	if err := ts.Exec(args[1], args[2:]...); errors.As(err, &exit) {
		code = exit.ExitCode()
	} else {
		ts.Check(err)
	}
	expectCode(ts, args[0], code)
	if text := ts.ReadFile("stderr"); strings.Contains(text, "goroutine ") {
		ts.Fatalf("the program crashed")
	}
}

func expectCode(ts *testscript.TestScript, want string, got int) {
	if strconv.Itoa(got) != want {
		ts.Fatalf("exit code %d, want %s", got, want)
	}
}

func interrupts(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: interrupts CODE PROGRAM ARGS…")
	}
	program := ""
	for _, dir := range filepath.SplitList(ts.Getenv("PATH")) {
		if _, err := os.Stat(filepath.Join(dir, args[1])); err == nil && program == "" {
			program = filepath.Join(dir, args[1])
		}
	}
	cmd := exec.Command(program, args[2:]...)
	cmd.Dir = ts.Getenv("WORK")
	out, err := os.Create(ts.MkAbs("interrupted.txt"))
	ts.Check(err)
	defer out.Close()
	cmd.Stdout, cmd.Stderr = out, out
	ts.Check(cmd.Start())
	time.Sleep(700 * time.Millisecond)
	ts.Check(cmd.Process.Signal(os.Interrupt))
	start := time.Now()
	var exit *exec.ExitError
	if err := cmd.Wait(); !errors.As(err, &exit) {
		ts.Fatalf("it ended before the interrupt, or without a code: %v", err)
	}
	expectCode(ts, args[0], exit.ExitCode())
	if took := time.Since(start); took > 20*time.Second {
		ts.Fatalf("it took %s to stop", took)
	}
}

func sized(ts *testscript.TestScript, _ bool, args []string) {
	n, err := strconv.ParseInt(args[1], 10, 64)
	ts.Check(err)
	f, err := os.Create(ts.MkAbs(args[0]))
	ts.Check(err)
	ts.Check(f.Truncate(n))
	ts.Check(f.Close())
}

func damages(ts *testscript.TestScript, _ bool, args []string) {
	text := []byte(ts.ReadFile(args[0]))
	text[len(text)/2] ^= 1
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), text, 0o666))
}

func nested(ts *testscript.TestScript, _ bool, args []string) {
	n, err := strconv.Atoi(args[1])
	ts.Check(err)
	var b bytes.Buffer
	b.WriteString("shared x: bool\nalways ")
	b.WriteString(strings.Repeat(args[2], n))
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), b.Bytes(), 0o666))
}

// prefixes cuts a spec off everywhere a token can end, and at some places inside.
func prefixes(ts *testscript.TestScript, _ bool, args []string) {
	text := ts.ReadFile(args[0])
	cut := ts.MkAbs("prefix.lu")
	for i := 0; i < len(text); i += 1 + len(text)/40 {
		ts.Check(os.WriteFile(cut, []byte(text[:i]), 0o666))
		for _, command := range []string{"check", "fmt"} {
			err := ts.Exec("lucheck", command, "prefix.lu")
			var exit *exec.ExitError
			if errors.As(err, &exit) && (exit.ExitCode() < 1 || exit.ExitCode() > 4) {
				ts.Fatalf("%s of the first %d bytes of %s: exit code %d", command, i, args[0], exit.ExitCode())
			}
		}
	}
}

func follows(ts *testscript.TestScript, _ bool, args []string) {
	text := ts.ReadFile(args[0])
	_, err := reports.ReadJSON(strings.NewReader(text))
	ts.Check(err)
	validate(ts, text, reports.Schema)
}

func obeys(ts *testscript.TestScript, _ bool, args []string) {
	validate(ts, ts.ReadFile(args[0]), reports.ConstraintsSchema)
}

func counts(ts *testscript.TestScript, _ bool, args []string) {
	validate(ts, ts.ReadFile(args[0]), reports.FiguresSchema)
}

func validate(ts *testscript.TestScript, text string, by []byte) {
	doc, err := jsonschema.UnmarshalJSON(strings.NewReader(text))
	ts.Check(err)
	schema, err := jsonschema.UnmarshalJSON(bytes.NewReader(by))
	ts.Check(err)
	c := jsonschema.NewCompiler()
	ts.Check(c.AddResource("schema.json", schema))
	s, err := c.Compile("schema.json")
	ts.Check(err)
	ts.Check(s.Validate(doc))
}
