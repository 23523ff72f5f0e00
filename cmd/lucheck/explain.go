package main

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/spf13/cobra"

	"github.com/lucheck/lucheck/lang"
)

func newExplain(a *app) *cobra.Command {
	var markdown bool
	cmd := &cobra.Command{
		Use:     "explain [CODE]",
		Short:   "Explain a diagnostic, with an example; without a code, list them all",
		Example: "  lucheck explain LU0107",
		Args:    cobra.MaximumNArgs(1),
		ValidArgsFunction: func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
			return codeNames(), cobra.ShellCompDirectiveNoFileComp
		},
		RunE: func(_ *cobra.Command, args []string) error {
			switch {
			case len(args) > 0:
				return a.explainCode(args[0])
			case markdown:
				return a.markdownCodes()
			}
			return a.listCodes()
		},
	}
	cmd.Flags().BoolVar(&markdown, "markdown", false, "print all codes as a page of documentation")
	return cmd
}

func codeNames() []string {
	var names []string
	for _, c := range lang.Codes() {
		names = append(names, c.Code)
		if c.Warning != "" {
			names = append(names, c.Warning)
		}
	}
	return names
}

// explainCode prints what is known of a code, which may also be a warning's name.
func (a *app) explainCode(name string) error {
	for _, c := range lang.Codes() {
		if !strings.EqualFold(c.Code, name) && (c.Warning == "" || c.Warning != name) {
			continue
		}
		title := c.Code
		if c.Warning != "" {
			title += " (warning " + c.Warning + ")"
		}
		text := fmt.Sprintf("%s: %s\n\n%s\n", title, c.Title, c.Meaning)
		if c.Example != "" {
			text += fmt.Sprintf("\nExample:\n\n%s\n", indent(c.Example))
		}
		if c.Advice != "" {
			text += fmt.Sprintf("\nHelp: %s.\n", strings.TrimSuffix(c.Advice, "."))
		}
		_, err := a.out.WriteString(text)
		return err
	}
	return failf(exitUsage, "there is no diagnostic %q%s", name, didYouMean(name, codeNames()))
}

// listCodes prints a line for each code.
func (a *app) listCodes() error {
	for _, c := range lang.Codes() {
		if _, err := fmt.Fprintf(a.out, "%s  %s\n", c.Code, c.Title); err != nil {
			return err
		}
	}
	return nil
}

// markdownCodes prints docs/diagnostics.md.
func (a *app) markdownCodes() error {
	_, err := a.out.WriteString(diagnosticsPage(lang.Codes()))
	return err
}

func diagnosticsPage(codes []lang.CodeInfo) string {
	var b strings.Builder
	b.WriteString("# Diagnostics\n\n`lucheck explain CODE` prints one of these; `make docs` writes this page.\n")
	for _, c := range codes {
		fmt.Fprintf(&b, "\n## %s: %s\n\n", c.Code, c.Title)
		if c.Warning != "" {
			fmt.Fprintf(&b, "A warning, `%s`.\n\n", c.Warning)
		}
		b.WriteString(c.Meaning + "\n")
		if c.Example != "" {
			fmt.Fprintf(&b, "\n```text\n%s\n```\n", visible(c.Example))
		}
		if c.Advice != "" {
			fmt.Fprintf(&b, "\nHelp: %s.\n", strings.TrimSuffix(c.Advice, "."))
		}
	}
	return b.String()
}

// visible is an example as it can stand in a text: bytes that are no text are
// spelled out.
func visible(example string) string {
	var b strings.Builder
	for i := 0; i < len(example); {
		r, n := utf8.DecodeRuneInString(example[i:])
		if r == utf8.RuneError && n == 1 || unicode.IsControl(r) && r != '\n' && r != '\t' {
			fmt.Fprintf(&b, "\\x%02x", example[i])
		} else {
			b.WriteRune(r)
		}
		i += n
	}
	return strings.Trim(b.String(), "\n")
}

func indent(text string) string {
	return "    " + strings.ReplaceAll(visible(text), "\n", "\n    ")
}

// newExitCodes is a help topic: `lucheck help exit-codes`.
func newExitCodes() *cobra.Command {
	var b strings.Builder
	b.WriteString("lucheck ends with one of these codes; of several that apply, the first of this\nlist wins.\n\n")
	for _, c := range exitClasses {
		fmt.Fprintf(&b, "  %3d  %s: %s\n", c.code, c.name, c.meaning)
	}
	b.WriteString("\nThe code with its reasons stands in every report. The format of the output\nnever changes it.")
	return &cobra.Command{Use: "exit-codes", Short: "What the exit codes mean", Long: b.String()}
}

// newGrammar is a help topic: `lucheck help grammar`.
func newGrammar() *cobra.Command {
	c := &cobra.Command{Use: "grammar", Short: "The grammar of the language"}
	c.SetHelpFunc(func(c *cobra.Command, _ []string) { fmt.Fprint(c.OutOrStdout(), lang.Grammar()) }) // built when it is asked for
	return c
}
