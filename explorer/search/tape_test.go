package search

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// memoryTape is a tape that dies with the process.
type memoryTape struct {
	records [][]byte
	at      int
	wholes  []int       // numbers of records that are whole
	due     func() bool // nil: never
	room    int         // records that fit; 0: any number
}

func (m *memoryTape) Peek() ([]byte, error) {
	if m.at == len(m.records) {
		return nil, nil
	}
	return m.records[m.at], nil
}

func (m *memoryTape) Next() { m.at++ }

func (m *memoryTape) Append(record []byte) bool {
	if m.room > 0 && m.at >= m.room {
		return false
	}
	m.records = append(m.records[:m.at], slices.Clone(record))
	m.wholes = slices.DeleteFunc(m.wholes, func(n int) bool { return n > m.at })
	m.at++
	return true
}

func (m *memoryTape) Whole() { m.wholes = append(m.wholes, m.at) }

func (m *memoryTape) Due() bool { return m.due != nil && m.due() }

// cut is the tape as a process leaves it that is killed: some whole beginning.
func (m *memoryTape) cut(t *rapid.T) *memoryTape {
	end := 0
	if len(m.wholes) > 0 && rapid.IntRange(0, 9).Draw(t, "from the beginning") > 0 {
		end = rapid.SampledFrom(m.wholes).Draw(t, "killed at")
	}
	return &memoryTape{records: slices.Clone(m.records[:end])}
}

// recorded is a system with what is explored of it, one exploration after the other.
type recorded struct {
	sys        *random
	reads      []int
	stuckReads []int
	every      uint64
	edges      bool
	maxEdges   int
	below      []Ref
	maxStates  int
}

// run explores with a log on a tape, nil for none, and says all about what was found.
func (r *recorded) run(t *rapid.T, opt Options, tape Tape) (story []string, err error) {
	if tape != nil {
		opt.Log = NewLog(tape)
	}
	s := NewSpace(r.sys, opt)
	defer s.Close()
	run := Run{
		Edges: r.edges, MaxEdges: r.maxEdges,
		Invariants: []*Table{s.NewTable(Function{Reads: r.reads, Eval: func(v []uint64) uint64 { return r.sys.sample(v, r.reads, r.every) }})},
		Stuck:      s.NewTable(Function{Reads: r.stuckReads, Eval: func(v []uint64) uint64 { return r.sys.sample(v, r.stuckReads, 9) }}),
		Limits:     Limits{MaxStates: r.maxStates},
	}
	for round, stop := range r.below {
		if round == 2 {
			s.Truncate(s.Len() / 2)
		}
		run.From, run.StopBelow, run.Title = s.Len(), stop, fmt.Sprint(round)
		for k := range uint64(3) {
			if _, _, err := s.Add(r.sys.initial(uint64(round)*10 + k)); err != nil {
				t.Fatal(err)
			}
		}
		region, err := s.Explore(context.Background(), run)
		if err != nil {
			return nil, err
		}
		for ref := range s.Len() {
			story = append(story, fmt.Sprint(ref, s.Vector(ref, nil), s.Parent(ref)))
		}
		if !region.Complete && r.maxEdges > 0 {
			region.Graph = nil // whether it was given up before the limit was met depends on when that was looked at
		}
		for ref := region.First; region.Graph != nil && ref < region.End; ref++ {
			to, label := region.Graph.Out(ref)
			story = append(story, fmt.Sprint(to, label))
		}
		failing := slices.Collect(region.Failing.All())
		if !region.Complete {
			failing = below(failing, region.Expanded)
		}
		graph := region.Graph != nil
		region.Graph, region.Failing = nil, nil
		story = append(story, fmt.Sprintf("%+v %v graph %v", *region, failing, graph))
	}
	return story, nil
}

func drawRecorded(t *rapid.T) *recorded {
	sys := drawRandom(t, 6, 5)
	r := &recorded{sys: sys, reads: drawComponents(t, sys, "invariant reads"), stuckReads: drawComponents(t, sys, "stuck reads"),
		every: rapid.SampledFrom([]uint64{4, 30, 1 << 50}).Draw(t, "one bad state in"), edges: rapid.Bool().Draw(t, "edges")}
	if rapid.Bool().Draw(t, "graph may be given up") {
		r.maxEdges = rapid.IntRange(1, 1000).Draw(t, "edges at most")
	}
	for range 4 {
		r.below = append(r.below, Ref(rapid.IntRange(0, 40).Draw(t, "stop below")))
	}
	return r
}

func drawLogged(t *rapid.T) Options {
	opt := drawOptions(t)
	opt.Chunk = rapid.SampledFrom([]int{1, 2, 7, 100}).Draw(t, "chunk")
	return opt
}

// Runs that are killed at any moment and taken up again, with other settings, and again, find what
// one run finds; so do some under a limit of states, then under none.
func TestTakenUpAgain(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := drawRecorded(t)
		if rapid.Bool().Draw(t, "limited in the end") {
			r.maxStates = rapid.IntRange(1, 400).Draw(t, "max states")
		}
		opt := drawLogged(t)
		opt.Chunk = 0
		want, err := r.run(t, opt, nil)
		if err != nil {
			t.Fatal(err)
		}
		tape, final, further := &memoryTape{}, r.maxStates, false // than the limit in the end allows
		for life := range rapid.IntRange(1, 4).Draw(t, "lives") {
			tape.due = func() bool { return rapid.IntRange(0, 3).Draw(t, "due") == 0 }
			if rapid.IntRange(0, 5).Draw(t, "full disk") == 0 {
				tape.room = rapid.IntRange(1, 30).Draw(t, "room")
			}
			if r.maxStates = final; rapid.IntRange(0, 3).Draw(t, "limited") == 0 {
				r.maxStates = rapid.IntRange(1, 400).Draw(t, "max states")
			}
			further = further || final > 0 && r.maxStates > final
			if _, err := r.run(t, drawLogged(t), tape); err != nil {
				t.Fatalf("life %d: %v", life, err)
			}
			tape = tape.cut(t)
		}
		r.maxStates = final
		got, err := r.run(t, drawLogged(t), tape)
		if err != nil {
			t.Fatal(err)
		}
		if !further { // what is on the tape is not dropped
			if i := firstDifference(got, want); i >= 0 {
				t.Fatalf("line %d of %d and %d:\n%s\nwant\n%s", i, len(got), len(want), at(got, i), at(want, i))
			}
		}
	})
}

func firstDifference(a, b []string) int {
	for i := range max(len(a), len(b)) {
		if at(a, i) != at(b, i) {
			return i
		}
	}
	return -1
}

func at(s []string, i int) string {
	if i < len(s) {
		return s[i]
	}
	return "nothing"
}

// counting counts the steps that a system computes.
type counting struct {
	System
	steps int
}

func (c *counting) Step(g int, v []uint64, emit func([]uint64, Info) bool) {
	c.steps++
	c.System.Step(g, v, emit)
}

// What is on the tape is not explored again, with one thread or several; what a limit has left is.
func TestNothingTwice(t *testing.T) {
	for _, workers := range []int{1, 3} {
		f := newFamily(2, 2)
		tape := &memoryTape{due: func() bool { return true }}
		opt := Options{Chunk: 50, Workers: workers, Piece: 8, Log: NewLog(tape)}
		whole, want := explored(t, f, f.initial(), opt, Run{Edges: true})
		again := &counting{System: f}
		opt.Log = NewLog(&memoryTape{records: tape.records})
		s, got := explored(t, again, f.initial(), opt, Run{Edges: true})
		if again.steps != 0 {
			t.Errorf("%d steps were computed once more", again.steps)
		}
		if s.Len() != whole.Len() || got.Steps != want.Steps || got.Graph.Edges() != want.Graph.Edges() || !slices.Equal(got.Levels, want.Levels) {
			t.Errorf("%+v, want %+v", got, want)
		}
		limited := &memoryTape{}
		opt.Log = NewLog(limited)
		_, part := explored(t, f, f.initial(), opt, Run{Limits: Limits{MaxStates: 4000}})
		if part.Complete {
			t.Fatal("no limit was met")
		}
		opt.Log = NewLog(&memoryTape{records: limited.records})
		_, got = explored(t, f, f.initial(), opt, Run{})
		if got.End != want.End || got.Steps != want.Steps {
			t.Errorf("after a limit %d states, %d steps; want %d, %d", got.End, got.Steps, want.End, want.Steps)
		}
	}
}

// A run that is over, or has less memory, leaves on the tape what is there.
func TestTapeKept(t *testing.T) {
	f := newFamily(2, 2)
	tape := &memoryTape{due: func() bool { return true }}
	explored(t, f, f.initial(), Options{Chunk: 50, Log: NewLog(tape)}, Run{})
	size := len(tape.records)
	over, cancel := context.WithCancel(context.Background())
	cancel()
	for _, ctx := range []context.Context{over, context.Background()} {
		tape.at = 0
		s := NewSpace(f, Options{Log: NewLog(tape)})
		if _, _, err := s.Add(f.initial()); err != nil {
			t.Fatal(err)
		}
		r, err := s.Explore(ctx, Run{Limits: Limits{MaxBytes: 120_000}})
		if err != nil || r.Complete {
			t.Errorf("complete %v, error %v: no limit was met", r.Complete, err)
		}
		if len(tape.records) != size {
			t.Errorf("%d records of %d are left", len(tape.records), size)
		}
		s.Close()
	}
}

// A tape that holds anything else gives an error, or nothing that is wrong, and never a panic:
// records are changed, dropped, doubled and cut.
func TestHostileTape(t *testing.T) {
	refused, taken := 0, 0
	rapid.Check(t, func(t *rapid.T) {
		r := drawRecorded(t)
		opt := drawLogged(t)
		tape := &memoryTape{due: func() bool { return true }}
		if _, err := r.run(t, opt, tape); err != nil {
			t.Fatal(err)
		}
		for range rapid.IntRange(1, 3).Draw(t, "changes") {
			n := len(tape.records)
			i := rapid.IntRange(0, n-1).Draw(t, "record")
			switch b := slices.Clone(tape.records[i]); rapid.IntRange(0, 4).Draw(t, "change") {
			case 0:
				b[rapid.IntRange(0, len(b)-1).Draw(t, "byte")] ^= byte(rapid.IntRange(1, 255).Draw(t, "bits"))
				tape.records[i] = b
			case 1:
				tape.records[i] = b[:rapid.IntRange(1, len(b)).Draw(t, "end")]
			case 2:
				tape.records[i] = append(b, rapid.SliceOfN(rapid.Byte(), 1, 20).Draw(t, "more")...)
			case 3:
				tape.records[i] = tape.records[rapid.IntRange(0, n-1).Draw(t, "other")]
			case 4:
				if n > 1 {
					tape.records = slices.Delete(tape.records, i, i+1)
				}
			}
		}
		tape.at, tape.due = 0, nil
		if _, err := r.run(t, opt, tape); err != nil {
			refused++
		} else {
			taken++
		}
	})
	t.Logf("%d refused, %d taken", refused, taken)
}

// brokenTape cannot be read.
type brokenTape struct{ memoryTape }

var errBroken = errors.New("cannot be read")

func (*brokenTape) Peek() ([]byte, error) { return nil, errBroken }

// What the tape fails with comes out of the exploration.
func TestBrokenTape(t *testing.T) {
	f := newFamily(1, 1)
	s := NewSpace(f, Options{Log: NewLog(&brokenTape{})})
	defer s.Close()
	if _, err := s.Explore(context.Background(), Run{}); !errors.Is(err, errBroken) {
		t.Errorf("%v", err)
	}
}
