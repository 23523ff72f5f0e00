package main

import (
	"bytes"
	"context"
	"encoding/json"
	"strings"

	"github.com/spf13/cobra"
	"go.yaml.in/yaml/v3"

	"github.com/lucheck/lucheck/explorer"
	"github.com/lucheck/lucheck/reports"
)

// constraintsCommand is `constraints` with its flags.
type constraintsCommand struct {
	question
	format choice
	schema bool
}

func newConstraints(a *app) *cobra.Command {
	c := &constraintsCommand{question: question{app: a}, format: choice{"json", []string{"json", "yaml"}}}
	cmd := &cobra.Command{
		Use:   "constraints SPEC [UPDATE]",
		Short: "Write what a live-update package has to tell an update manager",
		Long: `constraints writes the valid ways to carry an update out, for an update manager
to act on: per affected unit the state to reach before the switch and the order
in which units are asked, the level, the transfer with what it reads, and the
claims that were proved. The weakest valid levels come first, each with its
cheapest transfer, then the valid plans. docs/constraints.md describes the
fields.`,
		Example: `  lucheck constraints spec.lu
  lucheck constraints spec.lu --format yaml`,
		ValidArgsFunction: completeSpecs,
		Args:              cobra.RangeArgs(0, 2),
		RunE: func(cmd *cobra.Command, args []string) error {
			if c.schema {
				return c.print("%s", reports.ConstraintsSchema)
			}
			if len(args) == 0 {
				return failf(exitUsage, "constraints takes a spec")
			}
			update := ""
			if len(args) > 1 {
				update = args[1] + "/"
			}
			return c.run(cmd.Context(), args[0], update)
		},
	}
	cmd.Flags().Var(&c.format, "format", "json or yaml")
	cmd.Flags().BoolVar(&c.schema, "schema", false, "print the JSON Schema of what is written")
	c.question.flags(cmd.Flags())
	return cmd
}

func (c *constraintsCommand) run(ctx context.Context, file, update string) error {
	s, u, m, _, err := c.open(file, update)
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
	if p := stopped(ctx, s, u); p != nil {
		return failf(p.code, "%s", p.text)
	}
	found, undecided := analysis.Constraints(), undecided(analysis.Scenario())
	if len(found.Ways) == 0 && undecided != "" { // a document without a way says that there is none
		return failf(exitUndecided, "%s, update %s: no way to carry it out is known: %s", s.path, u.Name, undecided)
	}
	text, err := render(found, c.format.value)
	if err != nil {
		return failf(exitInternal, "%s: %v", s.path, err)
	}
	if err := c.print("%s", text); err != nil {
		return err
	}
	if len(found.Ways) == 0 {
		return failf(exitFailed, "%s, update %s: no way to carry it out is valid", s.path, u.Name)
	}
	if undecided != "" {
		return failf(exitUndecided, "%s, update %s: there may be more ways: %s", s.path, u.Name, undecided)
	}
	return nil
}

// undecided says which cells and plans a limit left open; "" for none.
func undecided(s *explorer.Scenario) string {
	var names []string
	for _, c := range s.Cells {
		if open(c) {
			names = append(names, c.Level+":"+c.Transfer)
		}
	}
	for _, p := range s.Plans {
		if p.Verdict == explorer.Unknown {
			names = append(names, "plan "+p.Plan)
		}
	}
	if len(names) == 0 {
		return ""
	}
	return "unknown: " + strings.Join(names, ", ")
}

// render gives a value as JSON, or as YAML with the same keys in the same order.
func render(value any, format string) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := e.Encode(value); err != nil || format == "json" {
		return b.Bytes(), err
	}
	var node yaml.Node // JSON is YAML
	if err := yaml.Unmarshal(b.Bytes(), &node); err != nil {
		return nil, err
	}
	plain(&node)
	b.Reset()
	y := yaml.NewEncoder(&b)
	y.SetIndent(2)
	if err := y.Encode(&node); err != nil {
		return nil, err
	}
	return b.Bytes(), y.Close()
}

// plain lets the encoder choose how values look.
func plain(n *yaml.Node) {
	n.Style = 0
	for _, c := range n.Content {
		plain(c)
	}
}
