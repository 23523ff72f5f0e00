package main

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/lucheck/lucheck/explorer"
	"github.com/lucheck/lucheck/lang"
)

// usualInterval is the time between two checkpoints where none is given.
const usualInterval = time.Minute

// keeping is the flag that says where checkpoints go, and how often.
type keeping struct {
	dir   string
	every time.Duration
}

func (k *keeping) String() string { return k.dir }

// Type names the flag's values in the help.
func (k *keeping) Type() string { return "DIR[:every=TIME]" }

// Set reads DIR, or DIR:every=TIME.
func (k *keeping) Set(word string) error {
	dir, every, given := word, "", false
	if i := strings.LastIndex(word, ":every="); i >= 0 {
		dir, every, given = word[:i], word[i+len(":every="):], true
	}
	if dir == "" {
		return fmt.Errorf("it takes a directory")
	}
	k.dir, k.every = dir, usualInterval
	if given {
		d, err := time.ParseDuration(every)
		if err != nil || d <= 0 {
			return fmt.Errorf("every= takes a time above 0, such as 30s")
		}
		k.every = d
	}
	return nil
}

// checkpointFlag adds the flag of commands that explore.
func (a *app) checkpointFlag(f *pflag.FlagSet) {
	f.Var(&a.keep, "checkpoint", `keep in a directory what has been explored, for "lucheck resume" (every=60s: how often)`)
}

// keepIn begins the checkpoint that a flag asks for, or goes on with the one that is resumed, once
// the specs are loaded.
func (a *app) keepIn(specs []*spec) error {
	files := filesOf(specs)
	if a.resumed != nil {
		if err := a.resumed.same(files); err != nil {
			return err
		}
		a.kept = a.resumed
		a.kept.last = time.Now()
		a.kept.begin(a.command)
		return nil
	}
	if a.keep.dir == "" {
		return nil
	}
	command, flags := wordsOf(a.command)
	c := &checkpoint{dir: a.keep.dir, every: a.keep.every, say: a.say, last: time.Now()}
	c.manifest = manifest{Format: checkpointFormat, Version: version, Program: thisProgram(),
		Command: command, Flags: flags, Arguments: a.arguments, Files: files, Checks: []checkOnTape{}}
	if err := c.create(); err != nil {
		c.end()
		return err
	}
	a.kept = c
	return nil
}

// begin notes the flags that go on with the run: from now on they hold.
func (c *checkpoint) begin(cmd *cobra.Command) {
	before, every := c.Flags, c.Every
	_, c.Flags = wordsOf(cmd)
	if slices.Equal(before, c.Flags) && c.every.String() == every {
		return
	}
	if err := c.write(); err != nil {
		c.fail(err)
	}
}

// tapeOf gives a check its tape; nil where nothing is kept.
func (a *app) tapeOf(s *spec, u *lang.Update) func() explorer.Tape {
	if a.kept == nil {
		return nil
	}
	return func() explorer.Tape { return a.kept.tape(identity(s, u)) }
}

// endKeeping brings the checkpoint up to date, and says how a run goes on that has left
// something open.
func (a *app) endKeeping(code int) {
	if a.kept == nil {
		return
	}
	a.kept.end()
	if len(a.kept.tapes) == 0 {
		return
	}
	if code == exitUndecided || code == exitInterrupted {
		fmt.Fprintf(a.err, "continue with: %s\n", a.kept.resume())
	}
}

// wordsOf gives a command's name and the flags that were given, so that they can be given again.
func wordsOf(cmd *cobra.Command) (name string, flags []string) {
	flags = []string{}
	cmd.Flags().Visit(func(f *pflag.Flag) {
		if f.Hidden {
			return
		}
		switch v := f.Value.(type) {
		case *keeping:
		case *size:
			flags = append(flags, fmt.Sprintf("--%s=%dB", f.Name, int64(*v)))
		case pflag.SliceValue:
			for _, word := range v.GetSlice() {
				flags = append(flags, "--"+f.Name+"="+word)
			}
		default:
			flags = append(flags, "--"+f.Name+"="+v.String())
		}
	})
	return cmd.Name(), flags
}

// resumeCommand is `resume` with its flags.
type resumeCommand struct {
	*app
	limits
	every  time.Duration
	report []string
}

func newResume(a *app) *cobra.Command {
	c := &resumeCommand{app: a}
	cmd := &cobra.Command{
		Use:   "resume DIR",
		Short: "Go on with a run that was stopped",
		Long: `resume goes on with a run of which --checkpoint DIR has kept what was explored:
the same command with the same flags, in the same directory, on the same specs.
Its report is that of a run without a break. A run may have been killed at any
moment, or stopped by an interrupt or a limit.

Limits, --workers, --report and what output looks like can be given anew; a flag
that is given takes the place of the one that the run was begun with, for later
resumptions too. A checkpoint from elsewhere is like a command from elsewhere:
resume carries out what stands in it.`,
		Example: `  lucheck check spec.lu --checkpoint kept --max-mem 2GiB
  lucheck resume kept --max-mem 8GiB`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error { return c.run(cmd.Context(), cmd, args[0]) },
	}
	f := cmd.Flags()
	f.StringArrayVar(&c.report, "report", nil, "write a report, as the command that goes on does (repeatable)")
	f.DurationVar(&c.every, "every", 0, "time between two checkpoints (default: as before)")
	c.progressFlag(f)
	c.limits.flags(f)
	return cmd
}

// run carries out the command that the checkpoint is of.
func (c *resumeCommand) run(ctx context.Context, cmd *cobra.Command, dir string) error {
	if c.every < 0 || c.every == 0 && cmd.Flags().Changed("every") {
		return failf(exitUsage, "--every takes a time above 0")
	}
	kept := &checkpoint{dir: dir, every: c.every, say: c.say}
	if err := kept.open(); err != nil {
		kept.end()
		return err
	}
	inner := newApp(c.console)
	inner.resumed = kept
	root := inner.root()
	args, err := kept.words(root, cmd)
	if err == nil {
		root.SetArgs(args)
		err = root.ExecuteContext(ctx)
	}
	if e := inner.finish(); err == nil {
		err = e
	}
	if c.kept = inner.kept; c.kept == nil {
		kept.end()
	}
	return err
}

// words is the command line that goes on, where the flags given to cmd take the place of those that
// the run was begun with.
func (c *checkpoint) words(root, cmd *cobra.Command) ([]string, error) {
	begun, _, err := root.Find([]string{c.Command})
	if err != nil || begun == root || begun.Name() == cmd.Name() {
		return nil, c.refuse("it is damaged: there is no command %q", c.Command)
	}
	_, anew := wordsOf(cmd)
	given := map[string]bool{}
	for _, word := range anew {
		name := flagName(word)
		if given[name] = true; name != "every" && begun.Flag(name) == nil {
			return nil, failf(exitUsage, "%s goes on with `%s`, which has no flag --%s", c.resume(), c.Command, name)
		}
	}
	if given["quiet"] || given["verbose"] { // one drives out the other
		given["quiet"], given["verbose"] = true, true
	}
	words := []string{c.Command}
	words = append(words, slices.DeleteFunc(slices.Clone(c.Flags), func(word string) bool { return given[flagName(word)] })...)
	words = append(words, slices.DeleteFunc(anew, func(word string) bool { return flagName(word) == "every" })...)
	return append(append(words, "--"), c.Arguments...), nil
}

// flagName is the name in --NAME=VALUE.
func flagName(word string) string {
	name, _, _ := strings.Cut(strings.TrimPrefix(word, "--"), "=")
	return name
}
