package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"runtime"
	"runtime/debug"
	"strings"
	"syscall"

	"github.com/lucheck/lucheck/reports"
)

func main() {
	os.Exit(run(os.Args[1:], &console{in: os.Stdin, out: os.Stdout, err: os.Stderr, env: os.Getenv}))
}

// console is where a command reads and writes.
type console struct {
	in       io.Reader
	out, err *os.File
	env      func(string) string
}

// run carries out a command line and gives the exit code.
func run(args []string, c *console) (code int) {
	defer func() {
		if r := recover(); r != nil {
			code = reportBug(c.err, args, fmt.Sprint(r), debug.Stack())
		}
	}()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	context.AfterFunc(ctx, stop) // a second signal ends the process at once
	a := newApp(c)
	root := a.root()
	root.SetArgs(withDefaultCommand(root, args))
	command, err := root.ExecuteContextC(ctx)
	if e := a.finish(); err == nil {
		err = e
	}
	code = conclude(c.err, command.CommandPath(), err)
	a.endKeeping(code)
	return code
}

// failure is an error with an exit code of its own. Text may be empty where all
// is said already.
type failure struct {
	code int
	text string
}

func (f *failure) Error() string { return f.text }

func failf(code int, format string, args ...any) error {
	return &failure{code, fmt.Sprintf(format, args...)}
}

// conclude prints a command's error and gives its exit code. An error without a
// code comes from reading the command line.
func conclude(w io.Writer, command string, err error) int {
	var f *failure
	switch {
	case err == nil:
		return exitOK
	case !errors.As(err, &f):
		f = &failure{exitUsage, err.Error()}
	}
	if f.text != "" {
		lines := strings.Split(strings.TrimSpace(f.text), "\n")
		for i := range lines {
			lines[i] = reports.Presentable(lines[i]) // a file's name may hold anything
		}
		fmt.Fprintf(w, "lucheck: %s\n", strings.Join(lines, "\n"))
		if f.code == exitUsage {
			fmt.Fprintf(w, "see: %s --help\n", command)
		}
	}
	return f.code
}

// reportBug says what to send where the program itself is wrong.
func reportBug(w io.Writer, args []string, cause string, stack []byte) int {
	fmt.Fprintf(w, "lucheck: internal error: %s\n\n", cause)
	fmt.Fprintf(w, "This is a bug in lucheck, not in your spec. Please report it with the lines below and the spec.\n\n")
	fmt.Fprintf(w, "version   %s, %s %s/%s\n", version, runtime.Version(), runtime.GOOS, runtime.GOARCH)
	fmt.Fprintf(w, "command   lucheck %s\n\n%s", strings.Join(args, " "), stack)
	return exitInternal
}
