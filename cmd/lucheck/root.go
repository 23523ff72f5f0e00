package main

import (
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"
)

// app is what all commands share: the console and the flags of every command.
type app struct {
	*console
	color      choice
	ascii      bool
	width      int
	quiet      bool
	verbose    bool
	cpuProfile string
	memProfile string
	profile    *os.File
	progress   choice // of commands that explore
	meter      *meter // nil: no progress is shown
	command    *cobra.Command
	arguments  []string
	keep       keeping     // of commands that explore
	resumed    *checkpoint // nil: the run begins
	kept       *checkpoint // nil: nothing is kept
}

func newApp(c *console) *app {
	return &app{console: c, color: choice{"auto", []string{"auto", "always", "never"}}}
}

// root builds the command tree.
func (a *app) root() *cobra.Command {
	root := &cobra.Command{
		Use:   "lucheck",
		Short: "Check whether a live update is valid: at which moments, with which state transfer",
		Long: `lucheck explores both versions of a system and every moment at which a live
update could switch from one to the other, and says at which atomicity levels
and with which state transfers the update is valid.`,
		Example: `  lucheck check spec.lu              the feasibility matrix
  lucheck spec.lu                    the same
  lucheck why spec.lu unit:flush     the run behind one cell
  lucheck synth spec.lu unit         a state transfer that works`,
		Args:          cobra.ArbitraryArgs,
		SilenceUsage:  true,
		SilenceErrors: true,
		PersistentPreRunE: func(cmd *cobra.Command, args []string) error {
			a.command, a.arguments = cmd, args
			return a.start()
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				return cmd.Help()
			}
			return unknownCommand(cmd, args[0])
		},
	}
	root.SetIn(a.in)
	root.SetOut(a.out)
	root.SetErr(a.err)
	a.commonFlags(root)
	root.AddCommand(newCheck(a), newWhy(a), newSynth(a), newStable(a), newConstraints(a), newStats(a), newResume(a), newFmt(a), newExplain(a), newVersion(a), newExitCodes(), newGrammar())
	return root
}

// commonFlags adds the flags of every command.
func (a *app) commonFlags(root *cobra.Command) {
	f := root.PersistentFlags()
	f.Var(&a.color, "color", "colours: auto (on a terminal, unless NO_COLOR is set), always or never")
	f.BoolVar(&a.ascii, "ascii", false, "words and ASCII lines in place of signs")
	f.IntVar(&a.width, "width", 0, "columns of text (default: the terminal's, else 80)")
	f.BoolVarP(&a.quiet, "quiet", "q", false, "print only what is not as it should be")
	f.BoolVarP(&a.verbose, "verbose", "v", false, "print the figures of every cell too")
	f.StringVar(&a.cpuProfile, "cpuprofile", "", "write a CPU profile to a file")
	f.StringVar(&a.memProfile, "memprofile", "", "write a memory profile to a file")
	f.Lookup("cpuprofile").Hidden = true
	f.Lookup("memprofile").Hidden = true
	root.MarkFlagsMutuallyExclusive("quiet", "verbose")
}

// withDefaultCommand puts `check` before arguments that name a spec where no
// command stands. A word before them that names no spec is a mistyped command.
func withDefaultCommand(root *cobra.Command, args []string) []string {
	found, _, err := root.Find(args)
	if word := firstWord(root, args); err != nil || found != root || word != "" && !namesSpec(word) && !strings.ContainsAny(word, `/\`) {
		return args
	}
	if slices.ContainsFunc(args, namesSpec) {
		return append([]string{"check"}, args...)
	}
	return args
}

// firstWord is the argument where a command stands: the first one that is neither a
// flag nor a flag's value. "" if there is none, or it cannot be told from a value.
func firstWord(root *cobra.Command, args []string) string {
	for _, arg := range args {
		if !strings.HasPrefix(arg, "-") {
			return arg
		}
		flag := root.PersistentFlags().Lookup(strings.TrimLeft(arg, "-"))
		if flag == nil && len(arg) == 2 {
			flag = root.PersistentFlags().ShorthandLookup(arg[1:])
		}
		if !strings.Contains(arg, "=") && (flag == nil || flag.NoOptDefVal == "") {
			return ""
		}
	}
	return ""
}

// namesSpec says whether an argument is meant as a path to specs.
func namesSpec(arg string) bool {
	if strings.HasPrefix(arg, "-") {
		return false
	}
	if strings.HasSuffix(arg, specSuffix) {
		return true
	}
	_, err := os.Stat(arg)
	return err == nil
}

func unknownCommand(root *cobra.Command, name string) error {
	var names []string
	for _, c := range root.Commands() {
		names = append(names, c.Name())
	}
	return failf(exitUsage, "%q is neither a command nor a spec%s", name, didYouMean(name, names))
}
