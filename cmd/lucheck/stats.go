package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"

	"github.com/spf13/cobra"

	"github.com/lucheck/lucheck/explorer"
	"github.com/lucheck/lucheck/lang"
	"github.com/lucheck/lucheck/reports"
)

// statsCommand is `stats` with its flags.
type statsCommand struct {
	question
	report []string
	schema bool
}

func newStats(a *app) *cobra.Command {
	c := &statsCommand{question: question{app: a}}
	cmd := &cobra.Command{
		Use:   "stats SPEC [UPDATE]",
		Short: "Show what makes a model big, and which bound to lower first",
		Long: `stats explores both versions and what follows the switch, decides nothing, and
shows what their states are made of: the local states of each unit, mailbox,
datum and protocol, the values that variables and locals take, who has a step
and how many, how many messages wait, and what the tables did. Plans are not
counted.

Then every param is lowered by one, where the spec allows that, and explored
again: what that saves says which bound to lower first. Each may cost as many
states as the spec has, and a million at least; --max-states bounds it too.

"multiplies by" is the number of states against the number of those that
differ in something else too. A variable that follows from others multiplies
by 1.0: leaving it out would save nothing.`,
		Example: `  lucheck stats spec.lu
  lucheck stats spec.lu --set chunks=1 --report json:stats.json`,
		ValidArgsFunction: completeSpecs,
		Args:              cobra.RangeArgs(0, 2),
		RunE: func(cmd *cobra.Command, args []string) error {
			if c.schema {
				return c.print("%s", reports.FiguresSchema)
			}
			if len(args) == 0 {
				return failf(exitUsage, "stats takes a spec")
			}
			update := ""
			if len(args) > 1 {
				update = args[1] + "/"
			}
			return c.run(cmd.Context(), args[0], update)
		},
	}
	f := cmd.Flags()
	f.StringArrayVar(&c.report, "report", nil, "write the figures, FORMAT or FORMAT:PATH, of format json or text (repeatable)")
	f.BoolVar(&c.schema, "schema", false, "print the JSON Schema of --report json")
	c.sizeFlags(f)
	return cmd
}

func (c *statsCommand) run(ctx context.Context, file, update string) error {
	targets, err := readTargets(c.report)
	if err == nil {
		err = errors.Join(probe(targets), apart(targets, []string{file}))
	}
	if err != nil {
		return err
	}
	s, u, _, _, err := c.open(file, update)
	if err != nil {
		return err
	}
	ctx, options, end, err := c.watched(ctx, s, u, nil)
	if err != nil {
		return err
	}
	defer end()
	options.Tape = c.tapeOf(s, u)
	figures, err := explorer.Measure(ctx, s.program, u, options)
	if err != nil {
		return tooLarge(s, u, err)
	}
	figures.Advise(c.bounds(ctx, s, u, figures, options))
	figures.Tool, figures.Exit = explorer.Tool{Version: version}, c.exit(ctx, s, u, figures)
	c.meter.stop()
	d := document{
		text: func(w io.Writer, s reports.Style) error { return reports.Figures(w, figures, s) },
		json: func(w io.Writer) error { return reports.FiguresJSON(w, figures) },
	}
	if err := c.write(targets, d); err != nil || figures.Exit.Code == exitOK {
		return err
	}
	return &failure{code: figures.Exit.Code}
}

// exit says how the run ends: a limit that left something out makes it undecided.
func (c *statsCommand) exit(ctx context.Context, s *spec, u *lang.Update, f *explorer.Figures) explorer.Exit {
	var problems []problem
	if p := stopped(ctx, s, u); p != nil {
		problems = append(problems, problem{exitInterrupted, s.path + ", update " + u.Name + ": interrupted; what was not counted by then is left out"})
	} else if !f.Complete || ctx.Err() != nil {
		problems = append(problems, problem{exitUndecided, s.path + ", update " + u.Name + ": a limit left something out"})
	}
	return ranked(problems)
}

// bounds explores the spec with each param one smaller.
func (c *statsCommand) bounds(ctx context.Context, s *spec, u *lang.Update, f *explorer.Figures, o explorer.Options) []explorer.Bound {
	total, _ := explorer.Total(f.Phases)
	if most := max(total, largerStates); o.MaxStates == 0 || o.MaxStates > most {
		o.MaxStates = most
	}
	var out []explorer.Bound
	for _, p := range s.program.Params {
		b := explorer.Bound{Param: p.Name, Value: p.Value}
		c.lower(ctx, s, u, f, &b, o)
		out = append(out, b)
	}
	return out
}

// lower explores the spec with one param one smaller.
func (c *statsCommand) lower(ctx context.Context, s *spec, u *lang.Update, f *explorer.Figures, b *explorer.Bound, o explorer.Options) {
	if ctx.Err() != nil {
		b.Reason = "there was no time"
		return
	}
	o.Progress = c.watch(fmt.Sprintf("%s, with %s = %d", titleOf(s, u), b.Param, b.Value-1), c.memory)
	program, sources, err := c.load(nil, s, map[string]int64{b.Param: b.Value - 1})
	if wrong := (*lang.Error)(nil); errors.As(err, &wrong) {
		b.Reason = "no spec at that size: " + wrong.Msg
		return
	}
	if err != nil {
		b.Reason = err.Error()
		return
	}
	i := slices.IndexFunc(program.Updates, func(o *lang.Update) bool { return o.Name == u.Name })
	o.Tape = c.tapeOf(&spec{path: s.path, program: program, sources: sources}, program.Updates[i])
	phases, err := explorer.CountPhases(ctx, program, program.Updates[i], o)
	switch {
	case err != nil:
		b.Reason = "no model at that size: " + tooLarge(s, u, err).text
		return
	case len(phases) != len(f.Phases):
		b.Reason = "the new version alone fails at one of the sizes"
		return
	}
	states, complete := explorer.Total(phases)
	b.States, b.Complete = &states, complete
	if j := slices.IndexFunc(phases, func(p explorer.Phase) bool { return !p.Complete }); j >= 0 {
		b.Reason = phases[j].Name + " stopped by " + phases[j].Reason
	}
}
