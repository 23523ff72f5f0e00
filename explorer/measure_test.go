package explorer

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"github.com/lucheck/lucheck/lang"
)

// wheel is small enough to be counted by hand. For each n there are five states: c before
// its call, the message waiting, p before the assignment, p before the reply, the reply
// waiting. After the switch those differ from R2 in which p runs old code.
const wheel = `system wheel
param top = 2
client c { loop { call p.go() } }
process p {
  var n: 0..top = 0
  on go() { n = (n + 1) mod (top + 1); reply }
}
update back {
  process p { on go() { n = if n == 0 then top else n - 1; reply } }
}
`

func measured(t *testing.T, prog *lang.Program, opt Options) *Figures {
	t.Helper()
	f, err := Measure(context.Background(), prog, prog.Updates[0], opt)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func fromText(t *testing.T, text string, params map[string]int64) *lang.Program {
	return loadFrom(t, fstest.MapFS{"s.lu": {Data: []byte(text)}}, "s.lu", params)
}

func TestMeasureByHand(t *testing.T) {
	f := measured(t, fromText(t, wheel, nil), Options{})
	version := func(name string, states, depth, widest int) Phase {
		return Phase{Name: name, Counts: Counts{States: Count(states), Steps: Count(states), Complete: true}, Depth: depth, Widest: widest}
	}
	num := func(n int) *int { return &n }
	three := int64(3)
	want := &Figures{Schema: FiguresSchema, Spec: "s.lu", System: "wheel", Params: map[string]int64{"top": 2}, Update: "back", Complete: true,
		Phases:     []Phase{version("old version", 15, 14, 1), version("new version", 15, 14, 1), version("after the switch", 6, 0, 6)},
		Reductions: []Saving{{Name: "local steps", States: []int{12, 12, 6}}}, // without those where c has been answered
		Components: []ComponentSize{
			// Idle, before the assignment, before the reply, with each n. Without p it counts
			// where c is and whether a message waits: 4 of each version, 1 of mixed ones.
			{"p", "unit", []int{9, 9, 6}, 5, num(9), []PieceSize{
				{"p.n", "variable", []int{3, 3, 3}, &three, num(12)}, // 5, 5, 2
				{"where p stands", "activation", []int{3, 3, 2}, nil, num(27)},
				{"whom p answers", "activation", []int{2, 2, 1}, nil, num(36)},
			}},
			// Without c nobody can tell whether its reply waits: 3 of 15 states fewer.
			{"c", "client", []int{3, 3, 1}, 3, num(30), []PieceSize{
				{"where c stands", "activation", []int{2, 2, 1}, nil, num(36)},
				{"the reply to c", "activation", []int{2, 2, 1}, nil, num(36)},
			}},
			// Whether a message waits follows from where the two are.
			{"mailbox of p", "mailbox", []int{2, 2, 1}, 1, num(36), []PieceSize{
				{"which messages wait for p", "message", []int{2, 2, 1}, nil, num(36)},
				{"the senders of what waits for p", "message", []int{2, 2, 1}, nil, num(36)},
			}},
			{"update manager", "update manager", []int{1, 1, 1}, 1, nil, []PieceSize{}},
		},
		Activations: []ActivationSize{
			{"p", []Active{{9, 9}, {9, 9}, {6, 6}}},
			{"c", []Active{{6, 6}, {6, 6}, {0, 0}}},
		},
		Mailboxes: []MailboxSize{{"p", []Waiters{{1, []int{12, 3}}, {1, []int{12, 3}}, {1, []int{6}}}}},
	}
	f.Storage = Storage{}
	if d := cmp.Diff(want, f); d != "" {
		t.Error(d)
	}
}

// TestMeasureScenarios holds the figures of every scenario against what a check counts, and
// against each other.
func TestMeasureScenarios(t *testing.T) {
	for _, name := range specs(t) {
		prog := load(t, name, nil)
		f, again := measured(t, prog, Options{}), measured(t, prog, Options{})
		if d := cmp.Diff(f, again); d != "" {
			t.Errorf("%s: two runs differ: %s", name, d)
		}
		s := check(t, prog, 0, Options{}).Scenario()
		for i, want := range []Counts{s.Old.Counts, s.New.Counts, s.Switched} {
			if i < len(f.Phases) && f.Phases[i].Counts != want {
				t.Errorf("%s, %s: %+v, want %+v", name, f.Phases[i].Name, f.Phases[i].Counts, want)
			}
		}
		if problem := contradiction(f); problem != "" {
			t.Errorf("%s: %s", name, problem)
		}
	}
}

// contradiction finds what of the figures cannot be true together.
func contradiction(f *Figures) string {
	total, _ := Total(f.Phases)
	for i, p := range f.Phases {
		steps := 0
		for _, a := range f.Activations {
			steps += int(a.Phases[i].Steps)
		}
		if steps < int(p.Steps) {
			return fmt.Sprintf("%s: %d steps by activations, %d in all", p.Name, steps, p.Steps)
		}
		for _, box := range f.Mailboxes {
			states := 0
			for _, n := range box.Phases[i].States {
				states += n
			}
			if states != int(p.States) {
				return fmt.Sprintf("%s: the mailbox of %s in %d of %d states", p.Name, box.Unit, states, p.States)
			}
		}
	}
	for _, c := range f.Components {
		if c.Rest != nil && (*c.Rest > total || *c.Rest*slices.Max(c.Values) < total) {
			return fmt.Sprintf("%s with %v values leaves %d of %d states", c.Name, c.Values, *c.Rest, total)
		}
		for _, p := range c.Pieces {
			if p.Of != nil && int64(max(p.Values[0], p.Values[1])) > *p.Of {
				return fmt.Sprintf("%s has %v values of %d", p.Name, p.Values, *p.Of)
			}
			if p.Rest != nil && (*p.Rest > total || c.Rest != nil && *p.Rest < *c.Rest) {
				return fmt.Sprintf("%s leaves %d states of %d", p.Name, *p.Rest, total)
			}
		}
	}
	return ""
}

// TestPieces makes sure that the pieces of a component are all of it: values that differ
// differ in one of them.
func TestPieces(t *testing.T) {
	for _, name := range specs(t) {
		prog := load(t, name, nil)
		for _, update := range prog.Updates {
			a, err := exploreAll(context.Background(), prog, update, Options{})
			if err != nil {
				t.Fatal(err)
			}
			m := &measuring{Analysis: a, pieces: a.model.Pieces()}
			for c, values := range a.space.Stats().Components {
				if values == 1 || c == 0 { // the manager's phase is what the phases tell apart
					continue
				}
				var pieces []classed
				for i := range m.pieces[c].Pieces {
					class, _ := m.classes(c, values, &m.pieces[c].Pieces[i])
					pieces = append(pieces, classed{class: class})
				}
				pieces = append(pieces, classed{class: make([]uint32, values)})
				if got := len(slices.Compact(slices.Sorted(slices.Values(without(pieces, len(pieces)-1))))); got != values {
					t.Errorf("%s, update %s: %s has %d values, its pieces %d", name, update.Name, m.pieces[c].Name, values, got)
				}
			}
			a.Close()
		}
	}
}

func TestMeasureLimits(t *testing.T) {
	prog := fromText(t, wheel, nil)
	f := measured(t, prog, Options{MaxStates: 20})
	if states, complete := Total(f.Phases); states < 20 || states > 21 || complete || f.Complete || f.Phases[0].Reason != "max-states" {
		t.Errorf("with 20 states at most: %+v", f.Phases)
	}
	over, cancel := context.WithCancel(context.Background())
	cancel()
	f, err := Measure(over, prog, prog.Updates[0], Options{Closing: over})
	if err != nil || f.Complete || f.Phases[0].Reason != "cancelled" || !slices.ContainsFunc(f.Notes, func(n Note) bool { return n.Name == "limit" }) {
		t.Errorf("cancelled before it began: %+v, %v", f, err)
	}
}

// A version that fails is measured as far as it comes, and nothing is switched to it.
func TestMeasureBroken(t *testing.T) {
	broken := strings.Replace(wheel, "n = if n == 0 then top else n - 1", "assert n < 0; n = if n == 0 then top else n - 1", 1)
	f := measured(t, fromText(t, broken, nil), Options{})
	if len(f.Phases) != 2 || f.Phases[0].States != 15 || f.Phases[1].States != 3 || len(f.Notes) != 2 {
		t.Errorf("%+v %+v", f.Phases, f.Notes)
	}
	never := strings.Replace(wheel, "update back {", "update back { always p.n > 0", 1)
	f = measured(t, fromText(t, never, nil), Options{})
	if f.Phases[1].States != 0 || contradiction(f) != "" {
		t.Errorf("a version that cannot begin: %+v, %s", f.Phases, contradiction(f))
	}
}

func TestAdvise(t *testing.T) {
	num := func(n int) *int { return &n }
	whole := []Phase{{Counts: Counts{States: 100, Complete: true}}}
	cut := []Phase{{Counts: Counts{States: 100}}}
	a, b := Bound{Param: "a", Value: 3, States: num(50), Complete: true}, Bound{Param: "b", Value: 2, States: num(20), Complete: true}
	stopped, none := Bound{Param: "c", Value: 9, States: num(10)}, Bound{Param: "d"}
	for _, c := range []struct {
		phases []Phase
		bounds []Bound
		order  string // of the params afterwards
		text   string
	}{
		{whole, []Bound{none, stopped, a, b}, "badc", "lower `b` first: with 1 in place of 2 there are 20 of the 100 states, 5.0 times fewer"},
		{cut, []Bound{a, b}, "ba", "lower `b` first: with 1 in place of 2 all is explored, with 20 states; as it is there are at least 5.0 times as many"},
		{whole, []Bound{stopped, none}, "cd", "which param to lower first is unknown: with none of them one smaller was the exploration completed"},
		{whole, []Bound{{Param: "e", States: num(100), Complete: true}}, "e", "no param makes the model smaller by being one smaller"},
	} {
		f := &Figures{Phases: c.phases}
		f.Advise(c.bounds)
		order := ""
		for _, b := range f.Bounds {
			order += b.Param
		}
		if order != c.order || len(f.Advice) != 1 || f.Advice[0] != c.text {
			t.Errorf("%s, %q, want %s, %q", order, f.Advice, c.order, c.text)
		}
	}
	component := func(name string, rest int, pieces ...string) ComponentSize {
		c := ComponentSize{Name: name, Values: []int{4}, Rest: num(rest)}
		for _, p := range pieces {
			c.Pieces = append(c.Pieces, PieceSize{Name: p, Kind: "variable", Values: []int{2}})
		}
		return c
	}
	many := &Figures{Phases: whole, Components: []ComponentSize{component("u[0]", 50, "u[0].x", "u[0].y"), component("u[1]", 50, "u[1].x", "u[1].y"),
		component("idle", 100, "idle.x"), component("v", 25, "v"), component("w", 80, "w"), component("x", 90, "x")}}
	many.Advise(nil)
	if d := cmp.Diff([]string{"`v` (4) multiplies the rest by 4.0",
		"`u[0]` (4) multiplies the rest by 2.0, and so does each of 1 more like it; it is made of `u[0].x` (2) and `u[0].y` (2)",
		"`w` (4) multiplies the rest by 1.2"}, many.Advice); d != "" {
		t.Error(d)
	}
	f := &Figures{Phases: whole}
	if f.Advise(nil); len(f.Advice) != 0 {
		t.Errorf("advice on nothing: %q", f.Advice)
	}
}

// TestProgress holds what is told of a long exploration against what it finds: what is left
// to expand is part of two depths at most.
func TestProgress(t *testing.T) {
	const counters = `system counters
param top = 8
client app[1..3] { loop { call counter[self].step() } }
process counter[1..3] {
  var n: 0..top = 0
  on step() { n = (n + 1) mod (top + 1); reply }
}
update backwards { process counter { on step() { n = (n + top) mod (top + 1); reply } } }
`
	told := map[string][]Progress{}
	prog := fromText(t, counters, nil)
	a, err := exploreAll(context.Background(), prog, prog.Updates[0], Options{Progress: func(p Progress) { told[p.Phase] = append(told[p.Phase], p) }})
	if err != nil {
		t.Fatal(err)
	}
	defer a.Close()
	phases := a.phases()
	for _, phase := range phases {
		list := told[phase.Name]
		if len(list) == 0 {
			t.Fatalf("nothing is told of %d states: %s", phase.States, phase.Name)
		}
		for _, p := range list {
			if p.Frontier <= 0 || p.Frontier > 2*int64(phase.Widest) || p.Of != 0 {
				t.Errorf("%s, with %d states at one depth at most: %+v", phase.Name, phase.Widest, p)
			}
		}
	}
	if len(told["switch"]) == 0 {
		t.Error("nothing is told of the switch")
	}
	for _, p := range told["switch"] {
		if p.Of != int64(phases[0].States) || p.Done > p.Of {
			t.Errorf("%+v of %d points", p, phases[0].States)
		}
	}
	quiet, err := CountPhases(context.Background(), prog, prog.Updates[0], Options{})
	if d := cmp.Diff(phases, quiet); err != nil || d != "" {
		t.Errorf("what is found depends on whether it is told: %s %v", d, err)
	}
}

// TestAnnounced makes sure that a check says what it does when it explores no more.
func TestAnnounced(t *testing.T) {
	var phases []string
	check(t, fromText(t, wheel, nil), 0, Options{Progress: func(p Progress) { phases = append(phases, p.Phase) }})
	if got := strings.Join(slices.Compact(phases), ", "); got != "switch, judging, looking for any transfer, switch with reset" { // the last is the reset probe
		t.Errorf("announced: %s", got)
	}
}
