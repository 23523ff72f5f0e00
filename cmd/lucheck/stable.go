package main

import (
	"context"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/lucheck/lucheck/explorer"
	"github.com/lucheck/lucheck/lang"
	"github.com/lucheck/lucheck/model"
	"github.com/lucheck/lucheck/reports"
)

// stableCommand is `stable` with its flags.
type stableCommand struct {
	question
	with  string
	all   bool
	name  string
	write bool
}

func newStable(a *app) *cobra.Command {
	c := &stableCommand{question: question{app: a}}
	cmd := &cobra.Command{
		Use:   "stable SPEC [UPDATE]",
		Short: "Find the weakest stable state: safe exactly when …",
		Long: `stable finds the weakest condition on what a running system can read of itself
that admits only points at which a transfer works, as a short formula, and
prints it as a declaration. Before it is printed it is put into the spec and
checked like any other. It is sought among the points of the level unit; with
--all among all states of the old version, of which the level state admits, and
the check looks at, those in which the affected units are idle.

The table says how many of the safe points each level gives away against it.`,
		Example: `  lucheck stable spec.lu
  lucheck stable spec.lu --with flush --write`,
		ValidArgsFunction: completeSpecs,
		Args:              cobra.RangeArgs(1, 2),
		RunE: func(cmd *cobra.Command, args []string) error {
			update := ""
			if len(args) > 1 {
				update = args[1] + "/"
			}
			return c.run(cmd.Context(), args[0], update)
		},
	}
	f := cmd.Flags()
	f.StringVar(&c.with, "with", "none", "the transfer")
	f.BoolVar(&c.all, "all", false, "among all states, not only those in which the affected units are idle")
	f.StringVar(&c.name, "name", "safe", "the name of the stable state")
	f.BoolVarP(&c.write, "write", "w", false, "put the declaration into the spec")
	c.question.flags(f)
	return cmd
}

func (c *stableCommand) run(ctx context.Context, file, update string) error {
	if err := named(c.name); err != nil {
		return err
	}
	s, u, m, _, err := c.open(file, update)
	if err == nil {
		err = c.offered(s, u)
	}
	if err != nil {
		return err
	}
	ctx, options, end, err := c.watched(ctx, s, u, m)
	if err != nil {
		return err
	}
	defer end()
	analysis, p := c.explore(ctx, s, u, options)
	if p != nil {
		return failf(p.code, "%s", p.text)
	}
	defer analysis.Close()
	among := "unit"
	if c.all {
		among = "anytime"
	}
	w, why, err := analysis.Weakest(c.with, among)
	switch {
	case err != nil:
		return failf(exitInternal, "%s: %v", s.path, err)
	case w == nil && len(analysis.Scenario().New.Failures) > 0:
		return failf(exitFailed, "%s: %s", s.path, why)
	case w == nil:
		return failf(exitUndecided, "%s: %s", s.path, why)
	case w.Safe == 0:
		return failf(exitFailed, "%s: no point of `%s` is safe with transfer `%s` by what can be read (%d of %s are valid)", s.path, among, c.with, w.Valid, countOf(w.Points, "point"))
	case w.Formula == "":
		return failf(exitUndecided, "%s: %d of %s of `%s` are safe, but no short formula says which", s.path, w.Safe, countOf(w.Points, "point"), among)
	}
	declared := fmt.Sprintf("stable %s when %s", c.name, w.Formula)
	lines, err := c.prove(ctx, s, u, m, w, declared, options)
	if err != nil {
		return err
	}
	if err := c.print("%s\n\nsafe at %d of %s of `%s` (%d are valid)\n", declared, w.Safe, countOf(w.Points, "point"), among, w.Valid); err != nil {
		return err
	}
	if c.all {
		if err := c.print("of these `state %s` admits %s, at which the affected units are idle\n", c.name, countOf(atUnit(w), "point")); err != nil {
			return err
		}
	}
	if len(lines) > 0 {
		if err := c.print("`state %s` %s\n", c.name, strings.Join(lines, "\n"+strings.Repeat(" ", len("`state ` ")+len(c.name)))); err != nil {
			return err
		}
	}
	return c.table(w)
}

// offered makes sure that the update has the transfer.
func (c *stableCommand) offered(s *spec, u *lang.Update) error {
	names := []string{model.NoTransfer}
	for _, t := range u.Transfers {
		names = append(names, t.Name)
	}
	if slices.Contains(names, c.with) {
		return nil
	}
	return failf(exitNothing, "%s: there is no transfer `%s`%s", s.path, c.with, didYouMean(c.with, names))
}

// atUnit is the number of safe points at which the affected units are idle: a level `state`
// admits no others.
func atUnit(w *explorer.Weakest) int {
	for _, g := range w.Levels {
		if g.Level == "unit" {
			return w.Safe - g.Lost
		}
	}
	return 0
}

// table prints what each level gives away.
func (c *stableCommand) table(w *explorer.Weakest) error {
	c.meter.stop()
	if err := reports.GivenAway(c.out, w, c.style(c.out)); err != nil {
		return failf(exitUsage, "standard output: %v", reason(err))
	}
	return nil
}

// prove puts the declaration into the spec and checks that its level is valid and admits
// the safe points at which the affected units are idle; there may be none with --all. It tells
// what comes out at larger sizes.
func (c *stableCommand) prove(ctx context.Context, s *spec, u *lang.Update, m *lang.Machine, w *explorer.Weakest, declared string, o explorer.Options) ([]string, error) {
	file := s.path
	if units := s.program.Base.Units; len(units) > 0 { // the base may stand in a file that is imported
		file = units[0].Span.Start.Filename
	}
	text, err := fs.ReadFile(hostFiles{}, file)
	if err != nil {
		return nil, failf(exitNothing, "%s: %v", file, reason(err))
	}
	longer, err := lang.AddToFile(file, text, declared)
	if err != nil {
		return nil, failf(exitInternal, "%s: the declaration does not parse: %v\n%s", s.path, err, declared)
	}
	files := overlay{path.Clean(file): longer}
	analysis, err := c.recheck(ctx, files, s, u, m, nil, o)
	if err != nil {
		return nil, err
	}
	defer analysis.Close()
	e, err := analysis.Why("state "+c.name, w.Transfer)
	if err != nil {
		return nil, noCell(s, err)
	}
	verdict, points := explorer.Valid, atUnit(w)
	if points == 0 {
		verdict = explorer.Vacuous
	}
	if e.Cell.Verdict != verdict || int(e.Cell.Points.Total) != points {
		return nil, failf(exitUndecided, "%s: a formula was found, but it could not be proved: `state %s` is %s, at %s\n%s", s.path, c.name, e.Cell.Verdict, countOf(int(e.Cell.Points.Total), "point"), declared)
	}
	if c.write {
		if err := rewrite(file, longer); err != nil {
			return nil, failf(exitUsage, "%s: %v", file, reason(err))
		}
	}
	if points == 0 {
		return nil, nil
	}
	lines, _ := sizes(s.program.Params, func(set map[string]int64) (explorer.Verdict, error) {
		a, err := c.recheck(ctx, files, s, u, m, set, atLargerSizes(o))
		if err != nil {
			return explorer.Unknown, err
		}
		defer a.Close()
		e, err := a.Why("state "+c.name, w.Transfer)
		if err != nil {
			return explorer.Unknown, err
		}
		return e.Cell.Verdict, nil
	})
	return lines, nil
}
