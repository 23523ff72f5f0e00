package search

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// Tables and maps give what their functions give, whatever is remembered, and
// through relayouts that the maps themselves cause.
func TestTablesAndMapsLikeDirect(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		sys := drawRandom(t, 8, 6)
		s := NewSpace(sys, drawOptions(t))
		defer closeSpace(t, s)
		if _, _, err := s.Add(sys.initial(1)); err != nil {
			t.Fatal(err)
		}
		r, err := s.Explore(context.Background(), Run{Limits: Limits{MaxStates: 200}})
		if err != nil {
			t.Fatal(err)
		}
		reads := drawComponents(t, sys, "reads")
		function := Function{Reads: reads, Eval: func(v []uint64) uint64 { return sys.sample(v, reads, 3) - 1 }}
		table := s.NewTable(function)
		parts := drawParts(t, sys)
		m := s.NewMap(parts, table)
		for round := range 3 {
			if round == 2 {
				s.forget()
			}
			for ref := r.First; ref < r.End; ref++ {
				v := s.Vector(ref, nil)
				if got, want := table.At(ref), function.Eval(v); got != want {
					t.Fatalf("round %d, state %d: table %d, want %d", round, ref, got, want)
				}
				checkImage(t, s, m, ref, parts, function)
			}
		}
		checkImages(t, sys, r, parts, function)
	})
}

// drawParts draws parts that write different components and leave large values.
func drawParts(t *rapid.T, sys *random) []Part {
	var parts []Part
	next := 0
	for k := range rapid.IntRange(0, 3).Draw(t, "parts") {
		p := Part{Reads: drawComponents(t, sys, "part reads")}
		for n := rapid.IntRange(0, 2).Draw(t, "part writes"); n > 0 && next < len(sys.sizes); n-- {
			p.Writes = append(p.Writes, next)
			next++
		}
		p.Apply = func(v, out []uint64) uint64 {
			h := sys.hash(77, uint64(k))
			for _, c := range p.Reads {
				h = sys.hash(h, sys.get(v, c))
			}
			for _, c := range p.Writes {
				sys.put(out, c, h>>8&0xff)
			}
			if h%6 == 0 {
				return 1 + h>>20&3
			}
			return 0
		}
		parts = append(parts, p)
	}
	return parts
}

func checkImage(t *rapid.T, s *Space, m *Map, ref Ref, parts []Part, invariant Function) {
	v, out := s.Vector(ref, nil), s.Vector(ref, nil)
	wantFail := uint64(0)
	for _, p := range parts {
		if wantFail == 0 {
			wantFail = p.Apply(v, out)
		}
	}
	if wantFail == 0 {
		wantFail = invariant.Eval(out)
	}
	before := s.Len()
	_, found := s.Find(out)
	to, fail, isNew, err := m.Image(ref)
	if err != nil || fail != wantFail {
		t.Fatalf("image of %v fails with %d, %v; want %d", v, fail, err, wantFail)
	}
	if fail != 0 {
		if to != NoRef || isNew || s.Len() != before {
			t.Fatalf("a failing image is stored: %d, %v", to, isNew)
		}
		return
	}
	if got := s.Vector(to, nil); !slices.Equal(got, out) || isNew == found || isNew != (to == before) {
		t.Fatalf("image of %v: %v at %d, new %v; want %v", v, got, to, isNew, out)
	}
	if isNew && s.Parent(to) != NoRef {
		t.Fatalf("an image has the parent %d", s.Parent(to))
	}
}

// checkImages compares Images with Image, each in a space of its own.
func checkImages(t *rapid.T, sys *random, r *Region, parts []Part, invariant Function) {
	var refs []Ref
	for ref := r.First; ref < r.End; ref++ {
		refs = append(refs, ref/2)
	}
	spaces, maps := [2]*Space{}, [2]*Map{}
	for i := range spaces {
		s := NewSpace(sys, drawOptions(t))
		defer s.Close()
		if _, _, err := s.Add(sys.initial(1)); err != nil {
			t.Fatal(err)
		}
		if _, err := s.Explore(context.Background(), Run{Limits: Limits{MaxStates: 200}}); err != nil {
			t.Fatal(err)
		}
		spaces[i], maps[i] = s, s.NewMap(parts, s.NewTable(invariant))
	}
	images, err := maps[0].Images(refs, nil)
	if err != nil || len(images) != len(refs) {
		t.Fatalf("%d images of %d states, %v", len(images), len(refs), err)
	}
	for i, ref := range refs {
		to, fail, isNew, err := maps[1].Image(ref)
		if err != nil || images[i] != (Image{to, fail, isNew}) {
			t.Fatalf("image %d: %v, want %d, %d, %v, %v", i, images[i], to, fail, isNew, err)
		}
	}
	if spaces[0].Len() != spaces[1].Len() {
		t.Fatalf("%d states, want %d", spaces[0].Len(), spaces[1].Len())
	}
}

func TestMapWritesOnce(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Error("two parts that write a component are accepted")
		}
	}()
	none := func(v, out []uint64) uint64 { return 0 }
	NewSpace(newFamily(2, 1), Options{}).NewMap([]Part{{Writes: []int{0, 1}, Apply: none}, {Writes: []int{1}, Apply: none}})
}

// What Successors tells is the graph's row, one by one.
func TestSuccessorsLikeGraph(t *testing.T) {
	f := newFamily(2, 2)
	s, r := explored(t, f, f.initial(), Options{}, Run{Edges: true})
	for ref := r.First; ref < r.End; ref++ {
		targets, labels := r.Graph.Out(ref)
		n := 0
		s.Successors(ref, func(group, k int, to []uint64, info Info) bool {
			if got, ok := s.Find(to); !ok || got != targets[n] || labels[n].Group() != group {
				t.Fatalf("state %d, step %d: %d of group %d, want %d of %d", ref, n, got, group, targets[n], labels[n].Group())
			}
			n++
			return true
		})
		if n != len(targets) {
			t.Fatalf("state %d has %d steps, want %d", ref, n, len(targets))
		}
		first := 0
		s.Successors(ref, func(int, int, []uint64, Info) bool { first++; return false })
		if first > 1 {
			t.Fatal("Successors goes on after false")
		}
	}
}

func TestLimits(t *testing.T) {
	f := newFamily(3, 2)
	cancelled, cancel := context.WithCancel(context.Background())
	cancel()
	late, cancel := context.WithDeadline(context.Background(), time.Unix(0, 0))
	defer cancel()
	for _, c := range []struct {
		ctx    context.Context
		limits Limits
		why    Reason
	}{
		{cancelled, Limits{}, Cancelled},
		{late, Limits{}, Timeout},
		{context.Background(), Limits{MaxBytes: 1 << 20}, MaxMem}, // found between chunks
		{context.Background(), Limits{MaxBytes: 8 << 20}, MaxMem},
		{context.Background(), Limits{MaxBytes: 12_500_000}, MaxMem}, // before the index grows
		{context.Background(), Limits{MaxStates: 12345}, MaxStates},
	} {
		t.Run(string(c.why), func(t *testing.T) {
			s := NewSpace(f, Options{})
			defer s.Close()
			if _, _, err := s.Add(f.initial()); err != nil {
				t.Fatal(err)
			}
			r, err := s.Explore(c.ctx, Run{Edges: true, Limits: c.limits})
			if err != nil || r.Complete || r.Reason != c.why || r.Expanded >= r.End {
				t.Fatalf("%+v, %v", r, err)
			}
			if c.why == MaxStates && s.Len() != 12345 {
				t.Errorf("%d states", s.Len())
			}
			if limit := c.limits.MaxBytes; limit > 0 && s.Bytes() > limit*5/4 {
				t.Errorf("%d bytes held, the limit is %d", s.Bytes(), limit)
			}
			for ref := r.First; ref < r.Expanded; ref++ {
				if to, _ := r.Graph.Out(ref); len(to) == 0 {
					t.Fatalf("state %d has no row though it is expanded", ref)
				}
			}
			if _, err := r.Graph.FairCycles(context.Background(), Fairness{}); err != nil { // must bear rows that are missing
				t.Fatal(err)
			}
		})
	}
}

func TestWrongArguments(t *testing.T) {
	f := newFamily(2, 1)
	s := NewSpace(f, Options{})
	defer s.Close()
	if _, _, err := s.Add([]uint64{1}); err == nil {
		t.Error("a short vector is stored")
	}
	if _, found := s.Find(f.initial()); found {
		t.Error("a state is found in an empty space")
	}
	if _, err := s.Explore(context.Background(), Run{From: 1}); err == nil {
		t.Error("an exploration starts at a state that is not there")
	}
	if r, err := s.Explore(context.Background(), Run{}); err != nil || !r.Complete || r.End != 0 {
		t.Errorf("exploring nothing: %+v, %v", r, err)
	}
	v := f.initial()
	if _, _, err := s.Add(v); err != nil {
		t.Fatal(err)
	}
	s.states.count = maxStates // as if so many were stored
	v[0] = 1
	if _, _, err := s.Add(v); !errors.Is(err, ErrFull) {
		t.Errorf("one state too many: %v", err)
	}
	s.states.count = 1
}

// Progress and statistics add up, and what is held is counted.
func TestProgressAndStats(t *testing.T) {
	f := newFamily(3, 2)
	last := Progress{}
	s, r := explored(t, f, f.initial(), Options{}, Run{Progress: func(p Progress) {
		if p.States < last.States || p.Expanded <= last.Expanded || p.Steps < last.Steps || p.Depth < last.Depth || p.Bytes <= 0 {
			t.Errorf("progress goes from %+v to %+v", last, p)
		}
		last = p
	}})
	if last.Expanded < 1<<19 {
		t.Errorf("last progress %+v", last)
	}
	st := s.Stats()
	if st.States != int(r.End) || st.Words != 1 || st.Expansions != int64(st.Memoised)+int64(st.Relayouts) || st.Bypasses != 0 {
		t.Errorf("%+v", st)
	}
	if perState := float64(st.Bytes) / float64(st.States); perState < 16 || perState > 24 {
		t.Errorf("%.1f bytes per state", perState)
	}
	if st.IndexLoad <= 0.4 || st.IndexLoad > 0.86 {
		t.Errorf("index load %.2f", st.IndexLoad)
	}
	s.Close()
	if held := s.states.bytes(); held != 0 {
		t.Errorf("%d bytes held after Close", held)
	}
}

// Settings that only concern memory have no influence on a whole exploration.
func TestSettingsOfFamily(t *testing.T) {
	f := newFamily(2, 2)
	want := []byte(nil)
	for _, opt := range []Options{{}, {tight: true}, {minWidth: 2}, {minWidth: 4, tight: true}, {MemoLimit: 7}, {batch: 1},
		{Workers: 2, Piece: 3}, {Workers: 5, Piece: 40}, {Workers: 2, Piece: 7, minWidth: 2, tight: true},
		{Disk: newTestDisk(), OnDisk: true}, {Disk: newTestDisk(), OnDisk: true, Together: 100, from: 1, minWidth: 2, tight: true}} {
		s, r := explored(t, f, f.initial(), opt, Run{Edges: true})
		var got []byte
		for ref := r.First; ref < r.End; ref++ {
			to, label := r.Graph.Out(ref)
			got = fmt.Append(got, s.Vector(ref, nil), s.Parent(ref), to, label)
		}
		if want == nil {
			want = got
		}
		if !bytes.Equal(got, want) {
			t.Errorf("%+v gives another region", opt)
		}
		if st := s.Stats(); opt.MemoLimit > 0 && st.Bypasses == 0 || opt.tight && st.Relayouts < 5 || opt.minWidth > st.Words {
			t.Errorf("%+v has no effect: %+v", opt, st)
		}
	}
}

func TestOutDoesNotAllocate(t *testing.T) {
	f := newFamily(2, 1)
	_, r := explored(t, f, f.initial(), Options{}, Run{Edges: true})
	if n := testing.AllocsPerRun(100, func() { r.Graph.Out(7) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

// still is a system without steps, of three components.
type still struct{}

func (still) Components() []int                             { return []int{1, 1, 1} }
func (still) Groups() int                                   { return 0 }
func (still) Home(int) int                                  { return 0 }
func (still) Footprint(int, []uint64) []int                 { return nil }
func (still) Step(int, []uint64, func([]uint64, Info) bool) {}

// What tables and maps remember survives every change of layout: fields move and
// widen at nearly each added state, and what was remembered is asked again.
func TestMemosSurviveRelayouts(t *testing.T) {
	for _, width := range []int{1, 2} {
		s := NewSpace(still{}, Options{tight: true, minWidth: width})
		defer s.Close()
		weigh := Function{Reads: []int{1, 2}, Eval: func(v []uint64) uint64 { return v[1]*1000 + v[2] + 1 }}
		table := s.NewTable(weigh)
		turn := s.NewMap([]Part{{Reads: []int{1}, Writes: []int{1}, Apply: func(v, out []uint64) uint64 {
			out[1] = (v[1] + 1) % 7
			return 0
		}}, {Reads: []int{0, 2}, Writes: []int{2}, Apply: func(v, out []uint64) uint64 {
			out[2] = (v[0] + v[2]) % 11
			return 0
		}}})
		var refs []Ref
		for i := range uint64(300) {
			ref, _, err := s.Add([]uint64{i, i * 3 % 7, i * 5 % 11})
			if err != nil {
				t.Fatal(err)
			}
			refs = append(refs, ref)
			for _, ref := range refs[max(0, len(refs)-80):] {
				v := s.Vector(ref, nil)
				if got, want := table.At(ref), weigh.Eval(v); got != want {
					t.Fatalf("width %d, after %d states: table of %v is %d, want %d", width, i, v, got, want)
				}
				to, fail, _, err := turn.Image(ref)
				want := []uint64{v[0], (v[1] + 1) % 7, (v[0] + v[2]) % 11}
				if err != nil || fail != 0 || !slices.Equal(s.Vector(to, nil), want) {
					t.Fatalf("width %d, after %d states: image of %v is %v, want %v (%d, %v)", width, i, v, s.Vector(to, nil), want, fail, err)
				}
			}
		}
		if n := s.Stats().Relayouts; n < 10 {
			t.Errorf("only %d changes of layout", n)
		}
		if table.memo.count > 7*11 || turn.parts[0].memo.count > 7 {
			t.Errorf("%d and %d entries: nothing was remembered", table.memo.count, turn.parts[0].memo.count)
		}
	}
}
