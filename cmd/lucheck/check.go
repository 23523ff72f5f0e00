package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"github.com/lucheck/lucheck/explorer"
	"github.com/lucheck/lucheck/lang"
	"github.com/lucheck/lucheck/reports"
)

// checkCommand is `check` with its flags.
type checkCommand struct {
	*app
	limits
	reductions
	set     []string
	require []string
	failOn  []string
	silence []string
	report  []string
	closing context.Context
}

func newCheck(a *app) *cobra.Command {
	c := &checkCommand{app: a}
	cmd := &cobra.Command{
		Use:   "check SPEC|DIRECTORY…",
		Short: "Explore updates and print their feasibility matrices",
		Long: `check explores every update of the specs, and of all specs beneath the
directories, and prints for each update at which levels and with which transfers
it is valid. The exit code says whether all is as the specs expect; see
"lucheck help exit-codes".`,
		Example: `  lucheck check spec.lu
  lucheck check scenarios/ --report json:report.json
  lucheck check spec.lu --set chunks=3 --require "unit with flush"`,
		ValidArgsFunction: completeSpecs,
		Args:              cobra.MinimumNArgs(1),
		RunE:              func(cmd *cobra.Command, args []string) error { return c.run(cmd.Context(), args) },
	}
	f := cmd.Flags()
	f.StringArrayVar(&c.report, "report", nil, "write a report, FORMAT or FORMAT:PATH, of format json or text (repeatable)")
	f.StringArrayVar(&c.set, "set", nil, "give a param another value, NAME=NUMBER (repeatable)")
	f.StringArrayVar(&c.require, "require", nil, `expect a cell to be valid, e.g. "unit with flush" (repeatable)`)
	f.StringSliceVar(&c.failOn, "fail-on", nil, "what fails a run: unmet, invalid, unknown, vacuous, or none (default: expectations that are unmet or unknown)")
	f.StringSliceVar(&c.silence, "silence", nil, "leave out warnings of these names, e.g. ghost-unread (\"lucheck explain\" lists them)")
	c.progressFlag(f)
	c.checkpointFlag(f)
	c.limits.flags(f)
	c.reductions.flags(f)
	return cmd
}

func completeSpecs(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
	return []string{"lu"}, cobra.ShellCompDirectiveFilterFileExt
}

// run checks all specs, writes the reports and gives the exit code as an error.
func (c *checkCommand) run(ctx context.Context, args []string) error {
	params, err := readParams(c.set)
	if err != nil {
		return err
	}
	policy, err := readPolicy(c.failOn)
	if err != nil {
		return failf(exitUsage, "%v", err)
	}
	if err := knownWarnings(c.silence); err != nil {
		return err
	}
	required, err := readRequired(c.require)
	if err != nil {
		return err
	}
	targets, err := readTargets(c.report)
	if err == nil {
		err = errors.Join(c.limits.check(), probe(targets))
	}
	if err == nil {
		err = apart(targets, args)
	}
	if err != nil {
		return err
	}
	specs, problems := c.loadAll(args, params)
	if err := c.keepIn(specs); err != nil {
		return err
	}
	ctx, closing, cancel := c.limits.contexts(ctx)
	defer cancel()
	c.closing = closing
	scenarios, problems := c.checkAll(ctx, specs, problems, required)
	c.meter.stop()
	r := &explorer.Report{Schema: explorer.Schema, Tool: explorer.Tool{Version: version},
		Exit: decide(scenarios, problems, policy), Scenarios: scenarios, Findings: explorer.Find(scenarios)}
	d := document{
		text: func(w io.Writer, s reports.Style) error { return reports.Text(w, r, s) },
		json: func(w io.Writer) error { return reports.JSON(w, r) },
	}
	if err := c.write(targets, d); err != nil {
		return err
	}
	return c.verdict(r.Exit, problems)
}

// verdict is the exit code as an error, with a word on standard error about
// problems, which a reader of a report in a file would not see.
func (c *checkCommand) verdict(exit explorer.Exit, problems []problem) error {
	for _, p := range problems {
		c.say("%s", p.text)
	}
	if exit.Code == exitOK {
		return nil
	}
	return &failure{code: exit.Code}
}

// contexts gives a context that ends at the time limit, and one that ends a little
// later: by then what was found has to be judged.
func (l *limits) contexts(ctx context.Context) (limited, closing context.Context, cancel context.CancelFunc) {
	closing, end := context.WithCancel(context.WithoutCancel(ctx))
	var stop context.CancelFunc
	if l.timeout > 0 {
		limited, stop = context.WithTimeout(ctx, l.timeout)
	} else {
		limited, stop = context.WithCancel(ctx)
	}
	context.AfterFunc(limited, func() { time.AfterFunc(max(time.Second, l.timeout/20), end) })
	return limited, closing, func() { stop(); end() }
}

// checkAll checks every update of the specs, in order; problems are those of loading them.
// Nothing is explored where the command line does not fit the specs.
func (c *checkCommand) checkAll(ctx context.Context, specs []*spec, problems []problem, required []*lang.Expect) ([]*explorer.Scenario, []problem) {
	if slices.ContainsFunc(problems, func(p problem) bool { return p.code == exitUsage }) {
		return nil, problems
	}
	var scenarios []*explorer.Scenario
	for i, s := range specs {
		found, p := c.checkSpec(ctx, s, required)
		scenarios = append(scenarios, found...)
		if p != nil {
			problems = append(problems, *p)
		}
		if p != nil && p.code == exitInterrupted {
			for _, rest := range specs[i+1:] {
				problems = append(problems, problem{exitInterrupted, rest.path + ": interrupted, not checked"})
			}
			break
		}
	}
	return scenarios, append(problems, withoutUpdate(specs)...)
}

// withoutUpdate finds specs with nothing to check. A system's spec that another
// spec imports for its update is none of them.
func withoutUpdate(specs []*spec) []problem {
	var problems []problem
	for _, s := range specs {
		imported := slices.ContainsFunc(specs, func(o *spec) bool { return o != s && o.sources.Get(s.path) != nil })
		if len(s.program.Updates) == 0 && !imported {
			problems = append(problems, problem{exitNothing, s.path + ": it has no update"})
		}
	}
	return problems
}

// checkSpec checks the updates of one spec. What is decided before a problem is kept.
func (c *checkCommand) checkSpec(ctx context.Context, s *spec, required []*lang.Expect) ([]*explorer.Scenario, *problem) {
	var scenarios []*explorer.Scenario
	for i, u := range s.program.Updates {
		if err := applies(required, s.program, u); err != nil {
			return scenarios, &problem{exitUsage, fmt.Sprintf("%s, update %s: %v", s.path, u.Name, err)}
		}
		analysis, p := c.explore(ctx, s, u, c.options(s, u, required))
		if p != nil {
			return scenarios, p
		}
		found, err := onMachines(analysis, s.program.Machines)
		analysis.Close()
		if err != nil {
			return scenarios, &problem{exitSpec, fmt.Sprintf("%s, update %s: %v", s.path, u.Name, err)}
		}
		for _, scenario := range found {
			scenario.Warnings = slices.DeleteFunc(append(warningsOf(s.found), scenario.Warnings...), func(w explorer.Warning) bool {
				return slices.Contains(c.silence, w.Name)
			})
			scenarios = append(scenarios, scenario)
		}
		if p := stopped(ctx, s, u); p != nil {
			for _, rest := range s.program.Updates[i+1:] {
				p.text += "; update " + rest.Name + " was not checked"
			}
			return scenarios, p
		}
	}
	return scenarios, nil
}

// onMachines gives the scenario of each machine, or the only one.
func onMachines(analysis *explorer.Analysis, machines []*lang.Machine) ([]*explorer.Scenario, error) {
	if len(machines) == 0 {
		return []*explorer.Scenario{analysis.Scenario()}, nil
	}
	var scenarios []*explorer.Scenario
	for _, m := range machines {
		s, err := analysis.On(m)
		if err != nil {
			return scenarios, err
		}
		scenarios = append(scenarios, s)
	}
	return scenarios, nil
}

func (c *checkCommand) options(s *spec, u *lang.Update, required []*lang.Expect) explorer.Options {
	o := c.limits.options(c.closing, nil)
	o.Require = required
	c.reductions.apply(&o)
	o.Progress = c.watch(titleOf(s, u), c.memory)
	return o
}

// titleOf names an update in a line of progress.
func titleOf(s *spec, u *lang.Update) string { return fmt.Sprintf("%s, update %s", s.path, u.Name) }

// explore runs the exploration of one update. An error means that the spec is
// beyond what can be represented; a limit or a signal makes cells unknown.
func (a *app) explore(ctx context.Context, s *spec, u *lang.Update, o explorer.Options) (*explorer.Analysis, *problem) {
	o.Source = func(at lang.Span) string {
		if src := s.sources.Get(at.Start.Filename); src != nil {
			return src.Slice(at)
		}
		return ""
	}
	o.Tape = a.tapeOf(s, u)
	analysis, err := explorer.Check(ctx, s.program, u, o)
	if err != nil {
		p := tooLarge(s, u, err)
		return nil, &problem{p.code, p.text}
	}
	return analysis, nil
}

// tooLarge says what of a spec is beyond what can be represented.
func tooLarge(s *spec, u *lang.Update, err error) *failure {
	if f := (*failure)(nil); errors.As(err, &f) {
		return f
	}
	if errors.Is(err, explorer.ErrTape) {
		return &failure{exitUsage, fmt.Sprintf("%s, update %s: the checkpoint is damaged: %v", s.path, u.Name, err)}
	}
	if placed := (*lang.Error)(nil); errors.As(err, &placed) {
		return &failure{exitSpec, placed.Error()}
	}
	return &failure{exitSpec, fmt.Sprintf("%s, update %s: %v", s.path, u.Name, err)}
}

// stopped is the problem of an exploration that a signal or the clock ended; what
// was open by then is unknown in the scenario. Against the clock the verdicts
// speak for themselves.
func stopped(ctx context.Context, s *spec, u *lang.Update) *problem {
	if !errors.Is(ctx.Err(), context.Canceled) {
		return nil
	}
	return &problem{exitInterrupted, fmt.Sprintf("%s, update %s: interrupted; what was not decided by then is unknown", s.path, u.Name)}
}

// knownWarnings makes sure that names are those of warnings.
func knownWarnings(names []string) error {
	var known []string
	for _, info := range lang.Codes() {
		if info.Warning != "" {
			known = append(known, info.Warning)
		}
	}
	for _, n := range names {
		if !slices.Contains(known, n) {
			return failf(exitUsage, "there is no warning %q%s", n, didYouMean(n, known))
		}
	}
	return nil
}

// warningsOf gives the warnings of a list of diagnostics for the report.
func warningsOf(found lang.ErrorList) []explorer.Warning {
	var warnings []explorer.Warning
	for _, e := range found {
		if e.Warning {
			at := e.Span
			warnings = append(warnings, explorer.Warning{Code: e.Code, Name: e.Name, Text: e.Msg, Place: &explorer.Place{
				File: at.Start.Filename, Line: at.Start.Line, Column: at.Start.Column, EndLine: at.End.Line, EndColumn: at.End.Column}})
		}
	}
	return warnings
}
