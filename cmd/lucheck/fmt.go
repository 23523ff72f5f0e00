package main

import (
	"bytes"
	"fmt"
	"io"
	"slices"

	"github.com/aymanbagabas/go-udiff"
	"github.com/spf13/cobra"

	"github.com/lucheck/lucheck/lang"
)

// fmtCommand is `fmt` with its flags.
type fmtCommand struct {
	*app
	write, check, diff bool
}

func newFmt(a *app) *cobra.Command {
	c := &fmtCommand{app: a}
	cmd := &cobra.Command{
		Use:   "fmt SPEC|DIRECTORY|-…",
		Short: "Print specs in the canonical layout",
		Long: `fmt prints specs in the canonical layout, with their comments; "-" is standard
input. A spec that does not parse is left as it is, with exit code 2.`,
		ValidArgsFunction: completeSpecs,
		Args:              cobra.MinimumNArgs(1),
		RunE:              func(_ *cobra.Command, args []string) error { return c.run(args) },
	}
	f := cmd.Flags()
	f.BoolVarP(&c.write, "write", "w", false, "write the result back to the files")
	f.BoolVar(&c.check, "check", false, "list the files that would change, and exit 1 if there are any")
	f.BoolVarP(&c.diff, "diff", "d", false, "print what would change")
	cmd.MarkFlagsMutuallyExclusive("write", "check")
	return cmd
}

// run formats all specs; one that has errors does not keep the others from it.
func (c *fmtCommand) run(args []string) error {
	if c.write && slices.Contains(args, "-") {
		return failf(exitUsage, "standard input cannot be written back")
	}
	var problems []problem
	for _, arg := range args {
		paths := []string{arg}
		if arg != "-" {
			found, missing := findSpecs([]string{arg})
			paths, problems = found, append(problems, missing...)
		}
		for _, path := range paths {
			if p := c.format(path); p != nil {
				problems = append(problems, *p)
			}
		}
	}
	exit := decide(nil, append(problems, problem{exitOK, ""}), policy{})
	for _, p := range problems {
		if p.text != "" {
			c.say("%s", p.text)
		}
	}
	if exit.Code == exitOK {
		return nil
	}
	return &failure{code: exit.Code}
}

// format does what the flags ask for with one spec.
func (c *fmtCommand) format(path string) *problem {
	text, err := c.read(path)
	if err != nil {
		return &problem{exitNothing, fmt.Sprintf("%s: %v", path, reason(err))}
	}
	name := path
	if path == "-" {
		name = "standard input"
	}
	file, found := lang.Parse(name, text)
	if found.HasErrors() {
		sources := new(lang.Sources)
		sources.Add(&lang.Source{Path: name, Text: text})
		c.diagnose(found, sources)
		return &problem{exitSpec, fmt.Sprintf("%s: %s", name, countErrors(found))}
	}
	return c.show(path, name, text, lang.Format(file))
}

func (c *fmtCommand) read(path string) ([]byte, error) {
	if path == "-" {
		return io.ReadAll(io.LimitReader(c.in, maxRead))
	}
	return hostFiles{}.ReadFile(path)
}

// show prints or writes the formatted text of one spec.
func (c *fmtCommand) show(path, name string, before, after []byte) *problem {
	var err error
	same := bytes.Equal(before, after)
	if c.diff && !same {
		_, err = io.WriteString(c.out, udiff.Unified(name, name+" (formatted)", string(before), string(after)))
	}
	switch {
	case err != nil:
	case c.check && !same:
		if !c.diff {
			_, err = fmt.Fprintln(c.out, name)
		}
		if err == nil {
			return &problem{exitFailed, ""}
		}
	case c.write:
		if !same {
			err = rewrite(path, after)
		}
	case !c.check && !c.diff:
		_, err = c.out.Write(after)
	}
	if err != nil {
		return &problem{exitUsage, fmt.Sprintf("%s: %v", name, reason(err))}
	}
	return nil
}
