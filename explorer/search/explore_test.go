package search

import (
	"context"
	"fmt"
	"testing"
	"time"
)

// explored adds the initial state and explores everything.
func explored(t testing.TB, sys System, initial []uint64, opt Options, run Run) (*Space, *Region) {
	t.Helper()
	s := NewSpace(sys, opt)
	t.Cleanup(s.Close)
	if _, _, err := s.Add(initial); err != nil {
		t.Fatal(err)
	}
	r, err := s.Explore(context.Background(), run)
	if err != nil {
		t.Fatal(err)
	}
	return s, r
}

// The counts on which eight other model checkers agree.
func TestFamilyCounts(t *testing.T) {
	for _, c := range []struct {
		n, k   int
		states Ref
		steps  int64
	}{
		{2, 1, 1956, 3504}, {2, 2, 8208, 0}, {3, 1, 68256, 168048}, {3, 2, 575424, 1415232},
	} {
		t.Run(fmt.Sprintf("W(%d,%d)", c.n, c.k), func(t *testing.T) {
			f := newFamily(c.n, c.k)
			s, r := explored(t, f, f.initial(), Options{}, Run{})
			if !r.Complete || r.End != c.states || c.steps != 0 && r.Steps != c.steps {
				t.Errorf("states %d, steps %d, complete %v; want %d, %d", r.End, r.Steps, r.Complete, c.states, c.steps)
			}
			if len(r.Failures) != 0 || r.Failing.Len() != 0 || len(r.Dead) != 0 {
				t.Errorf("failures %v, dead %v", r.Failures, r.Dead)
			}
			t.Logf("%+v", s.Stats())
		})
	}
}

// TestGraphGivenUp records a graph as long as it is convenient: the region is the same with
// and without it, and a limit of memory that leaves no room for it stops nothing.
func TestGraphGivenUp(t *testing.T) {
	f := newFamily(2, 2)
	bare, want := explored(t, f, f.initial(), Options{}, Run{})
	whole, r := explored(t, f, f.initial(), Options{}, Run{Edges: true, MaxEdges: 1 << 30})
	if r.Graph == nil || int64(r.Graph.Edges()) != want.Steps {
		t.Error("a graph that is small enough was given up")
	}
	if whole.Bytes() <= bare.Bytes() {
		t.Fatal("the graph takes no memory: nothing is tested here")
	}
	for _, run := range []Run{
		{Edges: true, MaxEdges: 1},
		{Edges: true, MaxEdges: 1000},
		{Edges: true, MaxEdges: 1 << 30, Limits: Limits{MaxBytes: (bare.Bytes() + whole.Bytes()) / 2}},
	} {
		s, r := explored(t, f, f.initial(), Options{}, run)
		if r.Graph != nil {
			t.Errorf("%+v: the graph has %d edges", run, r.Graph.Edges())
		}
		if !r.Complete || r.End != want.End || r.Steps != want.Steps || s.Bytes() != bare.Bytes() {
			t.Errorf("%+v: complete %v, %d states, %d steps, %d bytes; want %d, %d, %d", run, r.Complete, r.End, r.Steps, s.Bytes(), want.End, want.Steps, bare.Bytes())
		}
	}
}

func BenchmarkW33(b *testing.B) { benchmarkFamily(b, newFamily(3, 3), Options{}, Run{}, 2_745_600) }

func BenchmarkW33Workers(b *testing.B) {
	benchmarkFamily(b, newFamily(3, 3), Options{Workers: 2}, Run{}, 2_745_600)
}

func BenchmarkW33Wide(b *testing.B) {
	benchmarkFamily(b, newFamily(3, 3), Options{minWidth: 2}, Run{}, 2_745_600)
}

func BenchmarkW33Graph(b *testing.B) {
	benchmarkFamily(b, newFamily(3, 3), Options{}, Run{Edges: true}, 2_745_600)
}

func benchmarkFamily(b *testing.B, f *family, opt Options, run Run, want Ref) {
	states, peak, held, start := 0, int64(0), int64(0), time.Now()
	for b.Loop() {
		s := NewSpace(f, opt)
		if _, _, err := s.Add(f.initial()); err != nil {
			b.Fatal(err)
		}
		run.Progress = func(p Progress) { peak = max(peak, p.Bytes) }
		r, err := s.Explore(context.Background(), run)
		if err != nil || r.End != want {
			b.Fatal(r, err)
		}
		states += int(r.End)
		held = s.Bytes()
		s.Close()
	}
	b.ReportMetric(float64(states)/time.Since(start).Seconds(), "states/s")
	b.ReportMetric(float64(max(peak, held))/float64(want), "bytes/state")
}

// The images of all states under a map that changes one component, one by one and
// together.
func BenchmarkImage(b *testing.B) { benchmarkImages(b, 1) }

func BenchmarkImages(b *testing.B) { benchmarkImages(b, 4096) }

func benchmarkImages(b *testing.B, together int) {
	f := newFamily(3, 3)
	s, r := explored(b, f, f.initial(), Options{}, Run{})
	reply := Part{Reads: []int{0}, Writes: []int{0}, Apply: func(v, out []uint64) uint64 {
		out[0], out[1] = (v[0]+1)%5, v[1]
		return 0
	}}
	refs, images := make([]Ref, 0, together), make([]Image, 0, together)
	for b.Loop() {
		m := s.NewMap([]Part{reply})
		for ref := r.First; ref < r.End; ref += Ref(together) {
			if together == 1 {
				if _, _, _, err := m.Image(ref); err != nil {
					b.Fatal(err)
				}
				continue
			}
			refs = refs[:0]
			for next := ref; next < min(ref+Ref(together), r.End); next++ {
				refs = append(refs, next)
			}
			if _, err := m.Images(refs, images); err != nil {
				b.Fatal(err)
			}
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(r.End), "ns/image")
}

// What is held beside the space counts for the limit of memory.
func TestBeside(t *testing.T) {
	f := newFamily(3, 1)
	whole, _ := explored(t, f, f.initial(), Options{}, Run{})
	limits := Limits{MaxBytes: 2 * whole.Bytes()}
	if _, r := explored(t, f, f.initial(), Options{}, Run{Limits: limits}); !r.Complete {
		t.Errorf("stopped by %s with twice the memory", r.Reason)
	}
	limits.Beside = 2 * whole.Bytes() / int64(whole.Len())
	s, r := explored(t, f, f.initial(), Options{}, Run{Limits: limits})
	if r.Complete || r.Reason != MaxMem {
		t.Errorf("complete %v, %q", r.Complete, r.Reason)
	}
	if held := s.Bytes() + limits.Beside*int64(s.Len()); held > limits.MaxBytes*11/10 {
		t.Errorf("%d bytes held, the limit is %d", held, limits.MaxBytes)
	}
}
