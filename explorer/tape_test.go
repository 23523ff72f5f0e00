package explorer

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/lucheck/lucheck/explorer/search"
	"github.com/lucheck/lucheck/lang"
	"github.com/lucheck/lucheck/model/oracle/gen"
)

// memoryTape is a tape that dies with the process. Every look of an exploration is due.
type memoryTape struct {
	records [][]byte
	at      int
	wholes  []int // numbers of records that are whole
}

func (m *memoryTape) Peek() ([]byte, error) {
	if m.at == len(m.records) {
		return nil, nil
	}
	return m.records[m.at], nil
}

func (m *memoryTape) Next()     { m.at++ }
func (m *memoryTape) Whole()    { m.wholes = append(m.wholes, m.at) }
func (m *memoryTape) Due() bool { return true }

func (m *memoryTape) Append(record []byte) bool {
	m.records = append(m.records[:m.at], slices.Clone(record))
	m.at++
	return true
}

// killed is the tape that a process leaves that is killed behind so many records.
func (m *memoryTape) killed(at int) *memoryTape {
	return &memoryTape{records: slices.Clone(m.records[:at])}
}

// onTape are the options of a check on a tape, with looks that come soon; with no workers, on a disk.
func onTape(m *memoryTape, opt Options, workers int) Options {
	opt.Tape = func() Tape { return m }
	if opt.search = onDisk(); workers > 0 {
		opt.search = search.Options{Workers: workers, Piece: 2}
	}
	opt.search.Chunk = 40
	return opt
}

// everything is what a check says: the scenario, and what is behind each cell.
func everything(t testing.TB, prog *lang.Program, update int, opt Options) []any {
	t.Helper()
	a, err := Check(context.Background(), prog, prog.Updates[update], opt)
	if err != nil {
		t.Fatal(err)
	}
	defer a.Close()
	scenario := a.Scenario()
	scenario.Stats.Expansions, scenario.Stats.Words, scenario.Stats.Bytes = 0, 0, 0
	all := []any{scenario}
	for _, c := range scenario.Cells {
		e, err := a.Why(c.Level, c.Transfer)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, e.Trace, e.Text, e.Witness)
	}
	return all
}

// takeUp checks with a tape, and then again from what is left of it by a process that is killed at
// some of the marks; most bounds their number. It gives the number.
func takeUp(t testing.TB, name string, prog *lang.Program, update, most int, opt Options) int {
	want := everything(t, prog, update, opt)
	tape := &memoryTape{}
	if diff := cmp.Diff(want, everything(t, prog, update, onTape(tape, opt, 1))); diff != "" {
		t.Errorf("%s: with a tape:\n%s", name, diff)
	}
	wholes := append([]int{0}, tape.wholes...)
	step := max(1, len(wholes)/most)
	n := 0
	for i := step / 2; i < len(wholes); i += step {
		rest := tape.killed(wholes[i])
		for life, workers := range [][]int{{1, 3}, {3, 0}, {0, 1}, {0, 0}}[i/step%4] { // the second takes up what the first has left, in the middle of that
			got := everything(t, prog, update, onTape(rest, opt, workers))
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("%s: killed at %d of %d records, life %d with %d workers:\n%s", name, wholes[i], len(tape.records), life, workers, diff)
				return n
			}
			n++
			if len(rest.wholes) == 0 {
				break
			}
			rest = rest.killed(rest.wholes[len(rest.wholes)/2])
		}
	}
	return n
}

// Scenarios whose check is killed and taken up again come out the same, and every fifth of the specs that the
// second judge is asked about.
func TestTakenUpAgain(t *testing.T) {
	names, n := append(specs(t), "testdata/bench/w.lu"), 0
	for i, name := range specsIn(t, "testdata/judges") {
		if i%5 == 0 && !testing.Short() {
			names = append(names, name)
		}
	}
	for _, name := range names {
		prog := load(t, name, sizes(name))
		for i := range prog.Updates {
			n += takeUp(t, name, prog, i, 1, Options{LocalSteps: i%2 == 1 || len(name)%3 == 0})
		}
	}
	t.Logf("%d checks were taken up again", n)
}

// So do random specs, on which the second judge agrees with one run.
func TestRandomTakenUpAgain(t *testing.T) {
	seeds := 25
	if testing.Short() {
		seeds = 10
	}
	texts := rapid.Custom(gen.Spec)
	n := 0
	for seed := range seeds {
		text := texts.Example(seed)
		prog := loadFrom(t, fstest.MapFS{"spec.lu": {Data: []byte(text)}}, "spec.lu", nil)
		if n += takeUp(t, fmt.Sprintf("seed %d", seed), prog, 0, 3, Options{MaxStates: 20_000}); t.Failed() {
			t.Log(text)
			return
		}
	}
	t.Logf("%d checks were taken up again", n)
}

// A check that a limit has stopped goes on from there, and comes out as one without that limit.
func TestTakenUpWithMore(t *testing.T) {
	for _, name := range specs(t) {
		prog := load(t, name, nil)
		want := everything(t, prog, 0, Options{})
		full := want[0].(*Scenario)
		total := full.Old.States + full.New.States + full.Switched.States
		for _, most := range []Count{total / 2} {
			tape := &memoryTape{}
			cut := everything(t, prog, 0, onTape(tape, Options{MaxStates: int(max(1, most))}, 1))
			if diff := cmp.Diff(cut, everything(t, prog, 0, onTape(tape.killed(len(tape.records)), Options{MaxStates: int(max(1, most))}, 3))); diff != "" {
				t.Errorf("%s: with the same limit of %d states:\n%s", name, most, diff)
			}
			if diff := cmp.Diff(want, everything(t, prog, 0, onTape(tape.killed(len(tape.records)), Options{}, 1))); diff != "" {
				t.Errorf("%s: after a limit of %d states:\n%s", name, most, diff)
			}
		}
	}
}
