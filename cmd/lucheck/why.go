package main

import (
	"context"
	"errors"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"github.com/lucheck/lucheck/explorer"
	"github.com/lucheck/lucheck/lang"
	"github.com/lucheck/lucheck/reports"
)

// whyCommand is `why` with its flags.
type whyCommand struct {
	*app
	limits
	reductions
	set []string
	on  string
}

func newWhy(a *app) *cobra.Command {
	c := &whyCommand{app: a}
	cmd := &cobra.Command{
		Use:   "why SPEC CELL",
		Short: "Show the run behind one cell of the matrix",
		Long: `why shows why a cell has its verdict: the shortest run that goes wrong, a run
through the switch where all goes well, or what no state satisfies.

A cell is LEVEL:TRANSFER, or LEVEL with TRANSFER as in an expectation, with
UPDATE/ before it where the spec has several updates. Without :TRANSFER it is the cell without a transfer. A plan is asked
for as "plan NAME", where it stops half-way as "plan NAME stopped", and with N instances
replaced as "plan NAME stopped after N".`,
		Example: `  lucheck why spec.lu unit:flush
  lucheck why spec.lu "unbuffered/protocol write:none"`,
		ValidArgsFunction: completeSpecs,
		Args:              cobra.ExactArgs(2),
		RunE:              func(cmd *cobra.Command, args []string) error { return c.run(cmd.Context(), args[0], args[1]) },
	}
	cmd.Flags().StringVar(&c.on, "on", "", "the machine, where the spec has machines (default: the first)")
	cmd.Flags().StringArrayVar(&c.set, "set", nil, "give a param another value, NAME=NUMBER (repeatable)")
	c.progressFlag(cmd.Flags())
	c.checkpointFlag(cmd.Flags())
	c.limits.flags(cmd.Flags())
	c.reductions.flags(cmd.Flags())
	return cmd
}

func (c *whyCommand) run(ctx context.Context, path, name string) error {
	params, err := readParams(c.set)
	if err == nil {
		err = c.limits.check()
	}
	if err != nil {
		return err
	}
	if info, err := os.Stat(path); err == nil && info.IsDir() {
		return failf(exitUsage, "why takes one spec, and %s is a directory", path)
	}
	s, p := c.loadSpec(path, params)
	if p != nil {
		return failf(p.code, "%s", p.text)
	}
	if unknown := unknownParams([]*spec{s}, params); len(unknown) > 0 {
		return failf(unknown[0].code, "%s", unknown[0].text)
	}
	u, cell, err := pickUpdate(s, name)
	if err != nil {
		return err
	}
	m, err := pickMachine(s, c.on)
	if err == nil {
		err = c.keepIn([]*spec{s})
	}
	if err != nil {
		return err
	}
	ctx, closing, cancel := c.limits.contexts(ctx)
	defer cancel()
	options := c.limits.options(closing, m)
	c.reductions.apply(&options)
	options.Progress = c.watch(titleOf(s, u), c.memory)
	defer c.meter.stop()
	if level, transfer := readCell(cell); transfer == "any" {
		options.Any = level
	}
	analysis, p := c.explore(ctx, s, u, options)
	if p != nil {
		return failf(p.code, "%s", p.text)
	}
	defer analysis.Close()
	if err := c.explain(s, analysis, cell); err != nil {
		return err
	}
	if p := stopped(ctx, s, u); p != nil {
		return failf(p.code, "%s", p.text)
	}
	if e, err := analysis.Why(readCell(cell)); err == nil && e.Cell.Verdict == explorer.Unknown {
		return &failure{code: exitUndecided}
	}
	return nil
}

// pickMachine gives the machine of that name, the first one for "", nil where there
// is none.
func pickMachine(s *spec, name string) (*lang.Machine, error) {
	var names []string
	for _, m := range s.program.Machines {
		if name == "" || m.Name == name {
			return m, nil
		}
		names = append(names, m.Name)
	}
	if name == "" {
		return nil, nil
	}
	return nil, failf(exitNothing, "%s has no machine %q%s", s.path, name, didYouMean(name, names))
}

// explain prints what is behind a cell.
func (c *whyCommand) explain(s *spec, analysis *explorer.Analysis, name string) error {
	e, err := analysis.Why(readCell(name))
	c.meter.stop()
	if err != nil {
		return noCell(s, err)
	}
	finding := reports.Finding{Scenario: analysis.Scenario(), Cell: e.Cell, Trace: e.Trace, Text: e.Text, Witness: e.Witness}
	source := func(p explorer.Place) string {
		if src := s.sources.Get(p.File); src != nil {
			return src.Line(p.Line)
		}
		return ""
	}
	if err := reports.Trace(c.out, finding, source, c.style(c.out)); err != nil {
		return failf(exitUsage, "standard output: %v", reason(err))
	}
	return nil
}

// readCell reads LEVEL:TRANSFER, LEVEL with TRANSFER as an expectation writes it, or
// LEVEL for the cell without a transfer.
func readCell(name string) (level, transfer string) {
	level, transfer, given := strings.Cut(name, ":")
	if !given {
		level, transfer, given = strings.Cut(name, " with ")
	}
	if transfer = strings.TrimSpace(transfer); !given {
		transfer = "none"
	}
	return strings.Join(strings.Fields(strings.ReplaceAll(level, ",", ", ")), " "), transfer
}

// noCell says which cells there are where one was asked for that is none.
func noCell(s *spec, err error) error {
	var e *explorer.NoCell
	if !errors.As(err, &e) {
		return failf(exitInternal, "%s: %v", s.path, err)
	}
	return failf(exitNothing, "%s: there is no cell %q%s\nits cells:\n  %s", s.path, e.Name, didYouMean(e.Name, e.Cells), strings.Join(e.Cells, "\n  "))
}

// pickUpdate splits UPDATE/ from a cell's name. Without it the spec has to have
// just one update.
func pickUpdate(s *spec, name string) (*lang.Update, string, error) {
	if len(s.program.Updates) == 0 {
		return nil, "", failf(exitNothing, "%s: it has no update", s.path)
	}
	var updates []string
	for _, u := range s.program.Updates {
		updates = append(updates, u.Name)
	}
	prefix, cell, given := strings.Cut(name, "/")
	if !given {
		if len(updates) > 1 {
			return nil, "", failf(exitUsage, "%s has several updates; name one of them: %s", s.path, strings.Join(prefixed(updates, name), ", "))
		}
		return s.program.Updates[0], name, nil
	}
	for _, u := range s.program.Updates {
		if u.Name == prefix {
			return u, cell, nil
		}
	}
	return nil, "", failf(exitNothing, "%s has no update %q%s", s.path, prefix, didYouMean(prefix, updates))
}

func prefixed(updates []string, cell string) []string {
	var names []string
	for _, u := range updates {
		names = append(names, u+"/"+cell)
	}
	return names
}
