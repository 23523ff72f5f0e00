package main

import (
	"bytes"
	"context"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path"
	"slices"
	"strings"
	"unicode"

	"github.com/spf13/pflag"

	"github.com/lucheck/lucheck/explorer"
	"github.com/lucheck/lucheck/lang"
)

// question is what the commands share that ask about one update, and answer with a text
// that can be put into the spec.
type question struct {
	*app
	limits
	set []string
	on  string
}

func (c *question) flags(f *pflag.FlagSet) {
	f.StringVar(&c.on, "on", "", "the machine, where the spec has machines (default: the first)")
	c.sizeFlags(f)
}

// sizeFlags are those of a question that no machine has a part in.
func (c *question) sizeFlags(f *pflag.FlagSet) {
	c.progressFlag(f)
	c.checkpointFlag(f)
	f.StringArrayVar(&c.set, "set", nil, "give a param another value, NAME=NUMBER (repeatable)")
	c.limits.flags(f)
}

// open loads the spec and finds the update, the machine and the level.
func (c *question) open(file, cell string) (*spec, *lang.Update, *lang.Machine, string, error) {
	params, err := readParams(c.set)
	if err == nil {
		err = c.limits.check()
	}
	if err != nil {
		return nil, nil, nil, "", err
	}
	if info, err := os.Stat(file); err == nil && info.IsDir() {
		return nil, nil, nil, "", failf(exitUsage, "one spec is asked for, and %s is a directory", file)
	}
	s, p := c.loadSpec(file, params)
	if p != nil {
		return nil, nil, nil, "", failf(p.code, "%s", p.text)
	}
	if unknown := unknownParams([]*spec{s}, params); len(unknown) > 0 {
		return nil, nil, nil, "", failf(unknown[0].code, "%s", unknown[0].text)
	}
	u, level, err := pickUpdate(s, cell)
	if err != nil {
		return nil, nil, nil, "", err
	}
	m, err := pickMachine(s, c.on)
	return s, u, m, level, err
}

// watched are the context and the options of an exploration within the limits, whose progress
// is shown until end is called. Here a checkpoint begins, where one is asked for.
func (c *question) watched(ctx context.Context, s *spec, u *lang.Update, m *lang.Machine) (limited context.Context, o explorer.Options, end func(), err error) {
	if err := c.keepIn([]*spec{s}); err != nil {
		return nil, o, nil, err
	}
	limited, closing, cancel := c.limits.contexts(ctx)
	o = c.limits.options(closing, m)
	o.Progress = c.watch(titleOf(s, u), c.memory)
	return limited, o, func() { c.meter.stop(); cancel() }, nil
}

// named says why a word of the command line can be no name in a spec; nil if it can.
func named(word string) error {
	_, errs := lang.Parse("", []byte("system s\nstable "+word+" when true\n"))
	switch {
	case strings.ContainsFunc(word, func(r rune) bool { return unicode.IsSpace(r) || strings.ContainsRune(";/{}", r) }):
		return failf(exitUsage, "--name takes a name, not %q", word)
	case errs.HasErrors():
		return failf(exitUsage, "--name %q: %s", word, errs[0].Msg)
	}
	return nil
}

// overlay is the machine's file system with some files in another form.
type overlay map[string][]byte

// Open opens a file for reading.
func (o overlay) Open(name string) (fs.File, error) {
	if text, is := o[path.Clean(name)]; is {
		info, err := os.Stat(name)
		if err != nil {
			return nil, err
		}
		return &memoryFile{bytes.NewReader(text), info}, nil
	}
	return hostFiles{}.Open(name)
}

// memoryFile is a file of an overlay.
type memoryFile struct {
	*bytes.Reader
	info fs.FileInfo
}

// Stat describes the file that it stands for.
func (f *memoryFile) Stat() (fs.FileInfo, error) { return f.info, nil }

// Close does nothing.
func (f *memoryFile) Close() error { return nil }

// load loads the spec as it is in an overlay, with params set in addition.
func (c *question) load(files overlay, s *spec, set map[string]int64) (*lang.Program, *lang.Sources, error) {
	params, _ := readParams(c.set)
	maps.Copy(params, set)
	program, sources, found, err := lang.Load(files, s.path, lang.Options{Params: params})
	if err != nil {
		return nil, nil, fmt.Errorf("%s: %w", s.path, err)
	}
	if i := slices.IndexFunc(found, func(e *lang.Error) bool { return !e.Warning }); i >= 0 {
		return nil, nil, fmt.Errorf("%s: %w", s.path, found[i])
	}
	return program, sources, nil
}

// recheck checks the spec as it is in an overlay, with params set in addition.
func (c *question) recheck(ctx context.Context, files overlay, s *spec, u *lang.Update, m *lang.Machine, set map[string]int64, o explorer.Options) (*explorer.Analysis, error) {
	program, sources, err := c.load(files, s, set)
	if err != nil {
		return nil, err
	}
	i := slices.IndexFunc(program.Updates, func(o *lang.Update) bool { return o.Name == u.Name })
	if m != nil {
		o.Machine = program.Machines[slices.IndexFunc(program.Machines, func(n *lang.Machine) bool { return n.Name == m.Name })]
	}
	analysis, p := c.explore(ctx, &spec{path: s.path, program: program, sources: sources}, program.Updates[i], o)
	if p != nil {
		return nil, failf(p.code, "%s", p.text)
	}
	return analysis, nil
}

func indented(lines []string, by string) string {
	return by + strings.Join(lines, "\n"+by)
}

func countOf(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

func or(s, other string) string {
	if s == "" {
		return other
	}
	return s
}

func (c *question) print(format string, args ...any) error {
	c.meter.stop()
	if _, err := fmt.Fprintf(c.out, format, args...); err != nil {
		return failf(exitUsage, "standard output: %v", reason(err))
	}
	return nil
}
