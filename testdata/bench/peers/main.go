// Command peers runs lucheck beside SPIN and rumur on the families of testdata/bench, in
// interleaved rounds, holds the numbers of states against counts.txt, and prints what
// each needs of CPU time and memory, as medians and as multiples of what lucheck needs.
//
//	go run ./testdata/bench/peers -rounds 3 w-3-3 data-2-350
//
// It is run in the repository's root. "peers explore w-3-3" is lucheck's engine
// alone: it explores the old version, as the peers do.
package main

import (
	"flag"
	"fmt"
	"os"
	"strings"
)

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "peers:", err)
		os.Exit(1)
	}
}

func run() error {
	rounds := flag.Int("rounds", 3, "how often each program runs")
	flag.Parse()
	if flag.Arg(0) == "explore" {
		m, err := find(flag.Arg(1))
		if err != nil {
			return err
		}
		return explore(m)
	}
	if err := install(); err != nil {
		return err
	}
	names := flag.Args()
	if len(names) == 0 {
		names = []string{"w-3-3", "philosophers-12", "data-2-200", "wide-3-24", "shared-5"}
	}
	for _, name := range names {
		if err := compare(name, *rounds); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
	}
	return nil
}

// compare builds all contenders for one member of a family, runs them in turn and
// prints the table.
func compare(name string, rounds int) error {
	m, err := find(name)
	if err != nil {
		return err
	}
	dir, err := os.MkdirTemp("", "peers-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	all, err := contenders(m, dir)
	if err != nil {
		return err
	}
	for range rounds {
		for _, c := range all {
			if err := c.run(m); err != nil {
				return fmt.Errorf("%s: %w", c.name, err)
			}
		}
	}
	fmt.Printf("\n%s: %d states, %d steps, %d rounds\n", name, m.states, m.steps, rounds)
	table(m, all)
	return nil
}

// setting is a param of a spec with its value.
type setting struct {
	name, value string
}

// member is a family at some size, as written in counts.txt.
type member struct {
	family        string
	settings      []setting
	states, steps int
}

// find looks a member up by its family and sizes, as in w-3-3.
func find(name string) (*member, error) {
	text, err := os.ReadFile("testdata/bench/counts.txt")
	if err != nil {
		return nil, err
	}
	for line := range strings.Lines(string(text)) {
		f := strings.Fields(line)
		if len(f) < 4 || f[0] == "#" {
			continue
		}
		m, id := &member{family: f[0]}, f[0]
		for _, s := range f[1 : len(f)-2] {
			param, value, _ := strings.Cut(s, "=")
			m.settings = append(m.settings, setting{param, value})
			id += "-" + value
		}
		if id == name {
			_, err := fmt.Sscan(strings.Join(f[len(f)-2:], " "), &m.states, &m.steps)
			return m, err
		}
	}
	return nil, fmt.Errorf("testdata/bench/counts.txt has no %s", name)
}
