package main

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/agnivade/levenshtein"
	"github.com/dustin/go-humanize"
	"github.com/spf13/pflag"

	"github.com/lucheck/lucheck/explorer"
	"github.com/lucheck/lucheck/lang"
)

// choice is a flag that takes one of a few words.
type choice struct {
	value   string
	allowed []string
}

func (c *choice) String() string { return c.value }

// Type names the flag's values in the help.
func (c *choice) Type() string { return strings.Join(c.allowed, "|") }

// Set takes one of the allowed words; another is an error.
func (c *choice) Set(word string) error {
	if !slices.Contains(c.allowed, word) {
		return fmt.Errorf("it takes %s", strings.Join(c.allowed, ", "))
	}
	c.value = word
	return nil
}

// size is a flag that takes a number of bytes, such as 4GiB; 0 is no limit.
type size int64

func (s *size) String() string { return humanize.IBytes(uint64(*s)) }

// Type names the flag's values in the help.
func (s *size) Type() string { return "SIZE" }

// Set reads a number with a unit: B, kB, KiB, MB, MiB, GB, GiB and so on.
func (s *size) Set(word string) error {
	n, err := humanize.ParseBytes(word)
	if err != nil || n > math.MaxInt64 {
		return fmt.Errorf("it takes a size such as 512MiB or 4GiB")
	}
	*s = size(n)
	return nil
}

// limits bound an exploration. 0 is no limit.
type limits struct {
	states  int
	memory  size
	timeout time.Duration
	workers int // threads
	spill   spilling
}

// defaultMemory keeps a spec that grows without end from taking the machine with it.
const defaultMemory = 4 << 30

func (l *limits) flags(f *pflag.FlagSet) {
	l.memory = defaultMemory
	f.IntVar(&l.states, "max-states", 0, "stop after that many states; what is then open is unknown (0: no limit)")
	f.Var(&l.memory, "max-mem", "stop at that much memory for states, or go on with --spill (0: no limit)")
	l.spill.flags(f)
	f.IntVar(&l.workers, "workers", 1, "explore with that many threads; nothing depends on it but where --max-mem stops")
	f.DurationVar(&l.timeout, "timeout", 0, "stop after that time, e.g. 2m (0: no limit)")
}

// options are those of an exploration within the limits.
func (l *limits) options(closing context.Context, m *lang.Machine) explorer.Options {
	return explorer.Options{MaxStates: l.states, MaxBytes: int64(l.memory), Workers: l.workers, Disk: l.spill.disk, Closing: closing, Machine: m}
}

// reductions leave out what decides nothing (docs/reductions.md).
type reductions struct {
	por      bool // local steps are taken at once
	symmetry bool // one state of each orbit is stored
}

func (r *reductions) flags(f *pflag.FlagSet) {
	f.BoolVar(&r.por, "por", false, "partial-order reduction: take local steps at once; the verdicts are the same, and nothing is counted")
	f.BoolVar(&r.symmetry, "symmetry", false, "store one of the states that differ by an exchange of symmetric instances; verdicts and counts are the same")
}

// apply asks for the reductions in the options of an exploration.
func (r *reductions) apply(o *explorer.Options) { o.LocalSteps, o.Symmetry = r.por, r.symmetry }

func (l *limits) check() error {
	if l.workers < 1 {
		return failf(exitUsage, "--workers takes a number from 1 on")
	}
	if l.states < 0 || l.timeout < 0 {
		return failf(exitUsage, "--max-states and --timeout take no negative number")
	}
	return l.spill.check(l.memory)
}

// readParams reads name=value pairs.
func readParams(pairs []string) (map[string]int64, error) {
	params := map[string]int64{}
	for _, pair := range pairs {
		name, value, ok := strings.Cut(pair, "=")
		n, err := strconv.ParseInt(value, 10, 64)
		if !ok || name == "" || err != nil {
			return nil, failf(exitUsage, "--set takes name=number, not %q", pair)
		}
		if _, again := params[name]; again {
			return nil, failf(exitUsage, "--set gives %s twice", name)
		}
		params[name] = n
	}
	return params, nil
}

// didYouMean is an advice that names the candidate closest to a word, or "".
func didYouMean(word string, candidates []string) string {
	best, least := "", max(2, len(word)/3)+1
	for _, c := range candidates {
		if d := levenshtein.ComputeDistance(strings.ToLower(word), strings.ToLower(c)); d < least {
			best, least = c, d
		}
	}
	if best == "" {
		return ""
	}
	return fmt.Sprintf("; did you mean %q?", best)
}
