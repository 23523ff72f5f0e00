//go:build unix

package explorer

import (
	"context"
	"fmt"
	"os"
	"slices"
	"strings"
	"syscall"
	"testing"
	"testing/fstest"

	"github.com/lucheck/lucheck/explorer/search"
	"github.com/lucheck/lucheck/lang"
)

// What is measured here, in seconds of CPU:
//
//	explore-s  R1, R2 and what follows the switches, as such
//	matrix-s   the matrix of the declared transfers, explorations included
//	check-s    the whole check: also whether any transfer works, and the reset probe
//	states/s   stored states of R1 and R2 per second of their exploration
//	B/state    peak of the search's memory while R1 and R2 are explored, per stored state
//
// docs/performance.md says more.

// BenchmarkFamilies checks the bench specs at sizes of 0.3 to 3 million states, and their
// counts.
func BenchmarkFamilies(b *testing.B) {
	for _, name := range []string{"w-3-2", "w-3-3", "philosophers-12", "data-2-200", "wide-3-24", "shared-5"} {
		b.Run(name, func(b *testing.B) {
			all := members(b, 1<<40)
			m := all[slices.IndexFunc(all, func(m member) bool { return m.String() == name })]
			prog := load(b, m.spec(), m.params)
			var c costs
			for b.Loop() {
				c.explore(b, prog, func(r1 *search.Region) {
					if int(r1.End-r1.First) != m.states || int(r1.Steps) != m.steps {
						b.Fatalf("%d states and %d steps, want %d and %d", r1.End-r1.First, r1.Steps, m.states, m.steps)
					}
				})
				c.check(b, prog)
			}
			c.report(b)
		})
	}
}

// BenchmarkLevels checks W(3,2) with more and more levels, stable states of no interest.
func BenchmarkLevels(b *testing.B) {
	for _, more := range []int{0, 1, 2, 4, 8} {
		var states strings.Builder
		for i := range more {
			fmt.Fprintf(&states, "stable more_%d when fs.idle and count(c in client_id: opened[c]) == %d\n", i, i%4)
		}
		benchmarkVariant(b, fmt.Sprintf("%d-more", more), strings.NewReplacer("update unbuffered {", states.String()+"update unbuffered {"))
	}
}

// BenchmarkTransfers checks W(3,2) with none and more and more transfers.
func BenchmarkTransfers(b *testing.B) {
	for _, n := range []int{0, 1, 2, 4, 8} {
		var transfers strings.Builder
		for i := range n {
			fmt.Fprintf(&transfers, "transfer t%d { for c in client_id { fs.disk[c] = (old.fs.disk[c] + %d) mod (chunks + 1) } }\n", i, i)
		}
		benchmarkVariant(b, fmt.Sprint(n), strings.NewReplacer("  transfer flush", transfers.String()+"//", "  transfer forget", "//"))
	}
}

// benchmarkVariant checks W(3,2) with a spec that is changed a little.
func benchmarkVariant(b *testing.B, name string, change *strings.Replacer) {
	w, err := os.ReadFile("../testdata/bench/w.lu")
	if err != nil {
		b.Fatal(err)
	}
	changed := change.Replace(string(w))
	b.Run(name, func(b *testing.B) {
		prog := loadFrom(b, fstest.MapFS{"w.lu": {Data: []byte(changed)}}, "w.lu", map[string]int64{"clients": 3, "chunks": 2})
		var c costs
		for b.Loop() {
			c.explore(b, prog, nil)
			c.check(b, prog)
		}
		c.report(b)
	})
}

// BenchmarkScenarios checks examples of the paper at growing sizes.
func BenchmarkScenarios(b *testing.B) {
	for _, s := range []struct {
		name  string
		sizes []map[string]int64
	}{
		{"1d-buffered-writes", []map[string]int64{{"chunks": 4}, {"chunks": 16}, {"chunks": 64}}},
		{"1e-write-duration", []map[string]int64{{"chunks": 2, "ticks": 3}, {"chunks": 4, "ticks": 6}, {"chunks": 8, "ticks": 12}}},
		{"2a-disk-driver", []map[string]int64{{"apps": 1, "blocks": 3}, {"apps": 2, "blocks": 3}, {"apps": 3, "blocks": 3}}},
		{"4a-inode-table", []map[string]int64{{"files": 1}, {"files": 2}, {"files": 3}}},
		{"7b-driver-first", []map[string]int64{{"apps": 2}, {"apps": 3}}},
	} {
		for _, params := range s.sizes {
			name := strings.NewReplacer("map[", "", "]", "", " ", ",").Replace(fmt.Sprint(params))
			b.Run(s.name+"/"+name, func(b *testing.B) {
				prog := load(b, "scenarios/"+s.name+".lu", params)
				var c costs
				for b.Loop() {
					c.explore(b, prog, nil)
					c.check(b, prog)
				}
				c.report(b)
			})
		}
	}
}

// costs sums up what the runs of a benchmark cost.
type costs struct {
	explored, matrix, whole, alone float64 // seconds of CPU
	stored, all                    int     // states of R1 and R2, and with those after the switches
	peak                           int64   // bytes
	runs                           int
}

// explore explores both versions and the switched states, and nothing else; see looks at R1.
func (c *costs) explore(b *testing.B, prog *lang.Program, see func(r1 *search.Region)) {
	var peak int64
	opt := Options{waited: 1, Progress: func(p Progress) { peak = max(peak, p.Bytes) }}
	a, err := prepare(context.Background(), prog, prog.Updates[0], opt)
	if err != nil {
		b.Fatal(err)
	}
	defer a.Close()
	c.alone += spent(b, a.exploreNew, a.exploreOld)
	c.peak += max(peak, a.space.Bytes())
	c.stored += int(a.space.Len())
	c.explored += spent(b, a.switchPoints, a.exploreAfter)
	c.all += int(a.space.Len())
	c.runs++
	if see != nil {
		see(a.r1.region)
	}
}

// check decides the declared transfers, then all that lucheck check decides.
func (c *costs) check(b *testing.B, prog *lang.Program) {
	for _, one := range []struct {
		opt   Options
		spent *float64
	}{{Options{Any: "no level"}, &c.matrix}, {Options{}, &c.whole}} {
		*one.spent += spent(b, func() error {
			a, err := Check(context.Background(), prog, prog.Updates[0], one.opt)
			if err == nil {
				a.Close()
			}
			return err
		})
	}
}

func (c *costs) report(b *testing.B) {
	n := float64(c.runs)
	c.explored += c.alone
	b.ReportMetric(float64(c.all)/n, "states")
	b.ReportMetric(float64(c.stored)/c.alone, "states/s")
	b.ReportMetric(float64(c.peak)/float64(c.stored), "B/state")
	b.ReportMetric(c.explored/n, "explore-s")
	b.ReportMetric(c.matrix/n, "matrix-s")
	b.ReportMetric(c.whole/n, "check-s")
	b.ReportMetric(c.matrix/c.explored, "matrix/explore")
	b.ReportMetric(0, "ns/op")
}

// spent is the CPU time that steps take, in seconds.
func spent(b *testing.B, steps ...func() error) float64 {
	before := cpu(b)
	for _, step := range steps {
		if err := step(); err != nil {
			b.Fatal(err)
		}
	}
	return cpu(b) - before
}

// cpu is the CPU time of this process until now, in seconds.
func cpu(b *testing.B) float64 {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	nano := u.Utime.Nano() + u.Stime.Nano()
	return float64(nano) / 1e9
}
