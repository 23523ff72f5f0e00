package explorer

import (
	"context"
	"testing"
	"time"

	"github.com/lucheck/lucheck/explorer/search"
)

// BenchmarkW33 checks the whole matrix of W(3,3), whose counts it asserts:
//
//	states/s     stored states of R1 and R2 per second of their exploration
//	B/state      memory of visited set, parents and tables for each stored state of R1
//	matrix/explore  the whole matrix against the exploration of R1, R2 and the switched states
func BenchmarkW33(b *testing.B) { benchmarkW(b, 3, 3, 2_745_600, 6_748_800) }

// BenchmarkW32 is a smaller member of the family.
func BenchmarkW32(b *testing.B) { benchmarkW(b, 3, 2, 575_424, 1_415_232) }

func benchmarkW(b *testing.B, n, k int64, states, steps int) {
	prog := load(b, "testdata/bench/w.lu", map[string]int64{"clients": n, "chunks": k})
	var reach, explore, total time.Duration
	var bytes, stored float64
	for range b.N {
		start := time.Now()
		a, err := prepare(context.Background(), prog, prog.Updates[0], Options{})
		if err != nil {
			b.Fatal(err)
		}
		var alone, all time.Duration
		timed := func(step func() error) time.Duration {
			at := time.Now()
			if err := step(); err != nil {
				b.Fatal(err)
			}
			return time.Since(at)
		}
		alone += timed(a.exploreNew)
		alone += timed(a.exploreOld)
		stats := a.space.Stats()
		timed(a.awaitLevels)
		timed(a.switchPoints)
		all = alone + timed(a.exploreAfter)
		for _, step := range []func() error{a.classify, a.count, a.report} {
			timed(step)
		}
		total += time.Since(start)
		reach += alone
		explore += all
		bytes += float64(stats.Bytes)
		stored += float64(stats.States)
		for _, r := range []*search.Region{a.r1.region, a.r2.region} {
			if int(r.End-r.First) != states || int(r.Steps) != steps {
				b.Fatalf("%d states and %d steps, want %d and %d", r.End-r.First, r.Steps, states, steps)
			}
		}
		a.Close()
	}
	b.ReportMetric(stored/reach.Seconds(), "states/s")
	b.ReportMetric(bytes/stored, "B/state")
	b.ReportMetric(float64(total)/float64(explore), "matrix/explore")
	b.ReportMetric(0, "ns/op")
}
