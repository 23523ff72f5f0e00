package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/lucheck/lucheck/explorer"
	"github.com/lucheck/lucheck/lang"
)

// synthCommand is `synth` with its flags.
type synthCommand struct {
	question
	name  string
	write bool
}

func newSynth(a *app) *cobra.Command {
	c := &synthCommand{question: question{app: a}}
	cmd := &cobra.Command{
		Use:   "synth SPEC LEVEL",
		Short: "Write a state transfer that works at a level",
		Long: `synth looks for a state transfer that is valid at a level, writes little, reads
little and is short, and prints it as code of the language. Before it is printed
it is put into the spec and checked like any other; then it is checked with
larger params too, and learned anew there, with params by their names, where it
is wrong.

Exit code 1 says that no transfer works at that level, 3 that none was found.`,
		Example: `  lucheck synth spec.lu unit
  lucheck synth spec.lu "protocol write" --write`,
		ValidArgsFunction: completeSpecs,
		Args:              cobra.ExactArgs(2),
		RunE:              func(cmd *cobra.Command, args []string) error { return c.run(cmd.Context(), args[0], args[1]) },
	}
	f := cmd.Flags()
	f.StringVar(&c.name, "name", "synthesised", "the name of the transfer")
	f.BoolVarP(&c.write, "write", "w", false, "put the transfer into the spec")
	c.question.flags(f)
	return cmd
}

func (c *synthCommand) run(ctx context.Context, file, cell string) error {
	if err := named(c.name); err != nil {
		return err
	}
	s, u, m, level, err := c.open(file, cell)
	if err != nil {
		return err
	}
	if _, transfer := readCell(level); transfer != "none" && transfer != "any" {
		return failf(exitUsage, "synth writes a transfer: ask for a level, without the transfer `%s`", transfer)
	}
	if err := c.checkName(s, u); err != nil {
		return err
	}
	ctx, options, end, err := c.watched(ctx, s, u, m)
	if err != nil {
		return err
	}
	defer end()
	options.Any, _ = readCell(level)
	found, err := c.find(ctx, s, u, level, options)
	if err != nil {
		return err
	}
	if len(found.Body) == 0 {
		return c.print("%s: no transfer is needed\n", found.Level)
	}
	best, err := c.draft(ctx, s, u, m, found, options)
	if err != nil {
		return err
	}
	if best.verdict != explorer.Valid {
		return failf(exitUndecided, "%s: a transfer was found, but it could not be proved: `%s with %s` is %s\n%s", s.path, found.Level, c.name, best.verdict, best.text)
	}
	return c.show(c.general(ctx, s, u, m, level, best, options))
}

// checkName says before the search if the transfer can't have its name.
func (c *synthCommand) checkName(s *spec, u *lang.Update) error {
	file := u.Span.Start.Filename
	text, err := fs.ReadFile(hostFiles{}, file)
	if err != nil {
		return failf(exitNothing, "%s: %v", file, reason(err))
	}
	longer, err := lang.AddToUpdate(file, text, u.Name, "transfer "+c.name+" {\n}")
	if err == nil {
		_, _, err = c.load(overlay{path.Clean(file): longer}, s, nil)
	}
	var wrong *lang.Error
	if errors.As(err, &wrong) {
		return failf(exitUsage, "--name %q: %s", c.name, wrong.Msg)
	}
	return err
}

// draft is a transfer that was found, in the spec, with what came out of checking it.
type draft struct {
	*explorer.Synthesis
	text    string // the declaration
	file    string
	longer  []byte // the file with it
	verdict explorer.Verdict
	points  int
	sizes   []string           // what comes out at larger sizes
	bad     []map[string]int64 // at which it is not valid
}

// draft puts a transfer into the spec and checks it.
func (c *synthCommand) draft(ctx context.Context, s *spec, u *lang.Update, m *lang.Machine, found *explorer.Synthesis, o explorer.Options) (*draft, error) {
	d, err := c.insert(s, u, found)
	if err != nil {
		return nil, err
	}
	return d, c.try(ctx, s, u, m, d, o)
}

// insert puts a transfer into the spec.
func (c *synthCommand) insert(s *spec, u *lang.Update, found *explorer.Synthesis) (*draft, error) {
	d := &draft{Synthesis: found, file: u.Span.Start.Filename}
	d.text = fmt.Sprintf("transfer %s {\n%s\n}", c.name, indented(found.Body, "  "))
	text, err := fs.ReadFile(hostFiles{}, d.file)
	if err != nil {
		return nil, failf(exitNothing, "%s: %v", d.file, reason(err))
	}
	if d.longer, err = lang.AddToUpdate(d.file, text, u.Name, d.text); err != nil {
		return nil, failf(exitInternal, "%s: the transfer does not parse: %v\n%s", s.path, err, d.text)
	}
	return d, nil
}

// files are those of the spec, with the transfer.
func (d *draft) files() overlay { return overlay{path.Clean(d.file): d.longer} }

// try checks the spec with the transfer, and then at larger sizes.
func (c *synthCommand) try(ctx context.Context, s *spec, u *lang.Update, m *lang.Machine, d *draft, o explorer.Options) (err error) {
	if d.verdict, d.points, err = c.prove(ctx, d.files(), s, u, m, d.Level, nil, o); err != nil {
		return err
	}
	if d.verdict == explorer.Valid {
		d.sizes, d.bad = sizes(s.program.Params, func(set map[string]int64) (explorer.Verdict, error) {
			verdict, _, err := c.prove(ctx, d.files(), s, u, m, d.Level, set, atLargerSizes(o))
			return verdict, err
		})
	}
	return nil
}

// general looks for a transfer that is valid at more sizes: one that is wrong at larger sizes
// is learned anew there, and numbers are said with params.
func (c *synthCommand) general(ctx context.Context, s *spec, u *lang.Update, m *lang.Machine, level string, best *draft, o explorer.Options) *draft {
	r := &rewording{synthCommand: c, s: s, u: u, m: m, o: o, best: best}
	for _, set := range best.bad {
		if at, found := c.larger(ctx, s, u, m, level, set, o); found != nil {
			r.attempt(ctx, found, found.Body)
			r.reword(ctx, found, at)
		}
	}
	r.reword(ctx, r.best.Synthesis, s.program.Params)
	return r.best
}

// larger learns a transfer at a larger size, with these params; nil where that fails.
func (c *synthCommand) larger(ctx context.Context, s *spec, u *lang.Update, m *lang.Machine, level string, set map[string]int64, o explorer.Options) ([]lang.Param, *explorer.Synthesis) {
	params, _ := readParams(c.set)
	maps.Copy(params, set)
	program, sources, found, err := lang.Load(hostFiles{}, s.path, lang.Options{Params: params})
	if err != nil || found.HasErrors() {
		return nil, nil
	}
	i := slices.IndexFunc(program.Updates, func(o *lang.Update) bool { return o.Name == u.Name })
	o.MaxStates, o.Params = largerStates, true // a number of that size is most likely the param
	if m != nil {
		o.Machine = program.Machines[slices.IndexFunc(program.Machines, func(n *lang.Machine) bool { return n.Name == m.Name })]
	}
	other, err := c.find(ctx, &spec{path: s.path, program: program, sources: sources}, program.Updates[i], level, o)
	if err != nil || len(other.Body) == 0 {
		return nil, nil
	}
	return program.Params, other
}

// show prints a transfer, and writes it where that is asked for.
func (c *synthCommand) show(d *draft) error {
	var b strings.Builder
	fmt.Fprintf(&b, "%s\n\n", d.text)
	fmt.Fprintf(&b, "writes       %s\n", strings.Join(d.Writes, ", "))
	fmt.Fprintf(&b, "reads        %s\n", or(strings.Join(d.Reads, ", "), "nothing"))
	fmt.Fprintf(&b, "information  %s\n", d.Info)
	fmt.Fprintf(&b, "proved       `%s with %s` is valid, at %s\n", d.Level, c.name, countOf(d.points, "point"))
	for _, line := range d.sizes {
		fmt.Fprintf(&b, "             %s\n", line)
	}
	// Printed first, so that it is not lost where it cannot be written.
	if err := c.print("%s", b.String()); err != nil || !c.write {
		return err
	}
	if err := rewrite(d.file, d.longer); err != nil {
		return failf(exitUsage, "%s: %v", d.file, reason(err))
	}
	return c.print("written      %s\n", d.file)
}

// find looks for a transfer.
func (c *synthCommand) find(ctx context.Context, s *spec, u *lang.Update, level string, o explorer.Options) (*explorer.Synthesis, error) {
	analysis, p := c.explore(ctx, s, u, o)
	if p != nil {
		return nil, failf(p.code, "%s", p.text)
	}
	defer analysis.Close()
	level, _ = readCell(level)
	e, err := analysis.Why(level, "any")
	if err != nil {
		return nil, noCell(s, err)
	}
	switch e.Cell.Verdict {
	case explorer.Feasible:
	case explorer.Unknown:
		return nil, failf(exitUndecided, "%s: whether any transfer works at `%s` is unknown: %s", s.path, level, e.Cell.Reason)
	case explorer.Vacuous:
		return nil, failf(exitNothing, "%s: `%s` has no points", s.path, level)
	default:
		return nil, failf(exitFailed, "%s: no transfer works at `%s`: it is %s", s.path, level, e.Cell.Verdict)
	}
	found, why, err := analysis.Synthesise(level)
	if err != nil {
		return nil, failf(exitInternal, "%s: %v", s.path, err)
	}
	if p := stopped(ctx, s, u); p != nil {
		return nil, failf(p.code, "%s", p.text)
	}
	if found == nil {
		return nil, failf(exitUndecided, "%s: a transfer exists at `%s`, but %s", s.path, level, why)
	}
	return found, nil
}

// prove checks the spec with the transfer, and gives the verdict at the level.
func (c *synthCommand) prove(ctx context.Context, files overlay, s *spec, u *lang.Update, m *lang.Machine, level string, set map[string]int64, o explorer.Options) (explorer.Verdict, int, error) {
	analysis, err := c.recheck(ctx, files, s, u, m, set, o)
	if err != nil {
		return explorer.Unknown, 0, err
	}
	defer analysis.Close()
	e, err := analysis.Why(level, c.name)
	if err != nil {
		return explorer.Unknown, 0, noCell(s, err)
	}
	return e.Cell.Verdict, int(e.Cell.Points.Total), nil
}
