package explorer

import (
	"fmt"
	"os"
	"strconv"
	"strings"
	"testing"
)

// member is a line of testdata/bench/counts.txt: a bench spec at some size, with what the
// old version has of states and steps.
type member struct {
	family        string
	sizes         []int64 // as in the line
	params        map[string]int64
	states, steps int
}

// String is the family with its sizes, as in w-3-3.
func (m member) String() string {
	name := m.family
	for _, s := range m.sizes {
		name += fmt.Sprint("-", s)
	}
	return name
}

func (m member) spec() string { return "testdata/bench/" + m.family + ".lu" }

// members reads the families with up to so many states.
func members(t testing.TB, most int) []member {
	t.Helper()
	text, err := os.ReadFile("../testdata/bench/counts.txt")
	if err != nil {
		t.Fatal(err)
	}
	var all []member
	for line := range strings.Lines(string(text)) {
		f := strings.Fields(line)
		if len(f) == 0 || f[0] == "#" {
			continue
		}
		m := member{family: f[0], params: map[string]int64{}}
		for _, setting := range f[1 : len(f)-2] {
			name, value, _ := strings.Cut(setting, "=")
			m.params[name] = int64(number(t, value))
			m.sizes = append(m.sizes, m.params[name])
		}
		m.states, m.steps = number(t, f[len(f)-2]), number(t, f[len(f)-1])
		if m.states <= most {
			all = append(all, m)
		}
	}
	if len(all) == 0 {
		t.Fatal("no family is so small")
	}
	return all
}

func number(t testing.TB, text string) int {
	t.Helper()
	n, err := strconv.Atoi(text)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// TestFamilyCounts holds both versions of the bench specs against the known counts. The
// new versions of w, philosophers and data have those of the old ones.
func TestFamilyCounts(t *testing.T) {
	for _, m := range members(t, 600_000) {
		if m.family != "w" && m.states > 100_000 {
			continue // enough of them are smaller
		}
		t.Run(m.String(), func(t *testing.T) {
			s := check(t, load(t, m.spec(), m.params), 0, Options{}).Scenario()
			sides := []Side{s.Old}
			if m.family != "wide" && m.family != "shared" {
				sides = append(sides, s.New)
			}
			for _, side := range sides {
				if int(side.States) != m.states || int(side.Steps) != m.steps || !side.Complete || len(side.Failures) != 0 {
					t.Errorf("%d states, %d steps, complete %v, failures %v; want %d, %d", side.States, side.Steps, side.Complete, side.Failures, m.states, m.steps)
				}
			}
		})
	}
}

// TestFamilyFormulas holds the known counts against formulas.
func TestFamilyFormulas(t *testing.T) {
	power := func(base int64, exponent int64) int64 {
		p := int64(1)
		for range exponent {
			p *= base
		}
		return p
	}
	// Of a member's sizes, in the order of the specs' params.
	formulas := map[string]func(size []int64) int64{
		// Who holds each fork: nobody or one of two.
		"philosophers": func(size []int64) int64 { return power(3, size[0]) },
		// Each queue of clients at the process, which is idle or at one of two places with
		// the first of them; each other client is at one of two places; times the counters.
		"data": func(size []int64) int64 {
			places := queues(size[0], 2, 2, 1)
			return places * power(size[1], size[0])
		},
		// The same for all desks: a courier elsewhere is at one of three places, before
		// some desk.
		"wide": func(size []int64) int64 { return queues(size[0], 3*size[1], 1, size[1]) },
	}
	checked := 0
	for _, m := range members(t, 1<<40) {
		if f, ok := formulas[m.family]; ok {
			checked++
			if got := f(m.sizes); got != int64(m.states) {
				t.Errorf("%v: %d states are written down, the formula gives %d", m, m.states, got)
			}
		}
	}
	if checked == 0 {
		t.Error("no formula was used")
	}
}

// queues counts the ways in which n may stand: each alone at one of so many places, or in
// the queue of one of so many processes, whose first may be handled, at one of so many
// places of the code.
func queues(n, alone, handled, processes int64) int64 {
	if processes == 0 {
		ways := int64(1)
		for range n {
			ways *= alone
		}
		return ways
	}
	var ways int64
	arranged := int64(1) // ordered choices of m out of n
	for m := range n + 1 {
		places := int64(1)
		if m > 0 {
			places += handled
		}
		ways += arranged * places * queues(n-m, alone, handled, processes-1)
		arranged *= n - m
	}
	return ways
}
