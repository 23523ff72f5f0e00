package main

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"syscall"
)

// install makes sure that the peers are there.
func install() error {
	var missing []string
	for _, name := range []string{"spin", "rumur", "gcc"} { // packages of the same names
		if _, err := exec.LookPath(name); err != nil {
			missing = append(missing, name)
		}
	}
	switch {
	case len(missing) == 0:
		return nil
	case os.Geteuid() != 0:
		return fmt.Errorf("%s missing: apt-get install %[1]s, or run this as root", strings.Join(missing, " "))
	}
	if err := build("", "apt-get", "update", "-qq"); err != nil {
		return err
	}
	return build("", "apt-get", append([]string{"install", "-y", "-qq"}, missing...)...)
}

// build runs a command that is not measured.
func build(dir, name string, args ...string) error {
	c := exec.Command(name, args...)
	c.Dir = dir
	if out, err := c.CombinedOutput(); err != nil {
		return fmt.Errorf("%s: %w\n%s", c, err, out)
	}
	return nil
}

// contender is a program that explores a member.
type contender struct {
	name    string
	command []string
	states  *regexp.Regexp // finds their number in its output; nil: it says several
	fine    string         // what it says when it has found no error
	cpu     []float64      // seconds, by round
	bytes   []float64      // peak of memory
}

// run runs it once and looks at what it found.
func (c *contender) run(m *member) error {
	cmd := exec.Command(c.command[0], c.command[1:]...)
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("%w\n%s", err, &out)
	}
	if !strings.Contains(out.String(), c.fine) {
		return fmt.Errorf("an error was found:\n%s", &out)
	}
	if c.states != nil {
		found := c.states.FindStringSubmatch(out.String())
		if found == nil || found[1] != strconv.Itoa(m.states) {
			return fmt.Errorf("%d states are expected:\n%s", m.states, &out)
		}
	}
	usage, ok := cmd.ProcessState.SysUsage().(*syscall.Rusage)
	if !ok {
		return errors.New("this system does not say what a process needed")
	}
	c.cpu = append(c.cpu, (cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()).Seconds())
	c.bytes = append(c.bytes, float64(usage.Maxrss)*1024)
	return nil
}

// contenders builds everything that explores a member: lucheck's engine first.
func contenders(m *member, dir string) ([]*contender, error) {
	own, err := os.Executable()
	if err != nil {
		return nil, err
	}
	lucheck := filepath.Join(dir, "lucheck")
	if err := build("", "go", "build", "-o", lucheck, "./cmd/lucheck"); err != nil {
		return nil, err
	}
	check := []string{lucheck, "check", "--progress", "off", "testdata/bench/" + m.family + ".lu"}
	for _, s := range m.settings {
		check = append(check, "--set", s.name+"="+s.value)
	}
	all := []*contender{
		{name: "lucheck, one version", command: []string{own, "explore", m.name()}, states: regexp.MustCompile(`(\d+) states, `)},
		{name: "lucheck check, all", command: check},
	}
	spin, err := spins(m, dir)
	if err != nil {
		return nil, err
	}
	rumur, err := rumurs(m, dir)
	return append(append(all, spin...), rumur...), err
}

func (m *member) name() string {
	name := m.family
	for _, s := range m.settings {
		name += "-" + s.value
	}
	return name
}

// macro is how the peers' models call a param.
var macro = map[string]string{
	"clients": "N", "seats": "N", "couriers": "N",
	"chunks": "K", "values": "V", "desks": "D",
}

// spins builds SPIN's verifiers: exact, without reduction, for safety only, with a hash
// table of as many slots as there are states, rounded up to a power of two.
func spins(m *member, dir string) ([]*contender, error) {
	model, err := filepath.Abs("testdata/bench/peers/" + m.family + ".pml")
	if err != nil {
		return nil, err
	}
	args := []string{"-a"}
	for _, s := range m.settings {
		args = append(args, "-D"+macro[s.name]+"="+s.value)
	}
	if err := build(dir, "spin", append(args, model)...); err != nil {
		return nil, err
	}
	slots := 10
	for 1<<slots < m.states {
		slots++
	}
	var all []*contender
	for _, how := range []struct {
		name    string
		options []string
	}{{"bfs", []string{"-DBFS"}}, {"dfs", nil}} {
		pan := filepath.Join(dir, "pan-"+how.name)
		options := append([]string{"-w", "-O3", "-march=native", "-DNOREDUCE", "-DSAFETY", "-DVECTORSZ=4096", "-DMEMLIM=16000", "-o", pan}, how.options...)
		if err := build(dir, "gcc", append(options, "pan.c")...); err != nil {
			return nil, err
		}
		all = append(all, &contender{
			name:    "SPIN, " + how.name,
			command: []string{pan, fmt.Sprintf("-w%d", slots), fmt.Sprintf("-m%d", m.states+10)},
			states:  regexp.MustCompile(`(\d+) states, stored`),
			fine:    "errors: 0",
		})
	}
	return all, nil
}

// rumurs builds rumur's verifiers for one thread, exact and with traces, as it always is.
func rumurs(m *member, dir string) ([]*contender, error) {
	text, err := os.ReadFile("testdata/bench/peers/" + m.family + ".m.in")
	if err != nil {
		return nil, err
	}
	for _, s := range m.settings {
		text = bytes.ReplaceAll(text, []byte("@"+macro[s.name]+"@"), []byte(s.value))
	}
	if err := os.WriteFile(filepath.Join(dir, "model.m"), text, 0o666); err != nil {
		return nil, err
	}
	var all []*contender
	for _, packed := range []string{"on", "off"} {
		name := filepath.Join(dir, "rumur-"+packed)
		if err := build(dir, "rumur", "--threads", "1", "--pack-state", packed, "-o", name+".c", "model.m"); err != nil {
			return nil, err
		}
		if err := build(dir, "gcc", "-w", "-O3", "-march=native", "-o", name, name+".c", "-lpthread"); err != nil {
			return nil, err
		}
		all = append(all, &contender{
			name:    "rumur, packing " + packed,
			command: []string{name},
			states:  regexp.MustCompile(`(\d+) states, `),
			fine:    "No error found",
		})
	}
	return all, nil
}
