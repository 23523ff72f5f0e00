package explorer

import (
	"maps"
	"os"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"github.com/lucheck/lucheck/lang"
	"github.com/lucheck/lucheck/model/oracle/gen"
)

// unreduced compares the scenarios of a check with symmetry and without: all but traces, of which
// only the lengths have to be the same, and what is said in the words of one.
func unreduced(t *testing.T, prog *lang.Program, index int, opt Options) (with, without *Scenario, diff string) {
	t.Helper()
	opt.Symmetry = false
	without = check(t, prog, index, opt).Scenario()
	opt.Symmetry = true
	with = check(t, prog, index, opt).Scenario()
	same := cmp.Options{
		cmpopts.IgnoreFields(Scenario{}, "Stats"),
		cmpopts.IgnoreFields(Failure{}, "Values", "Detail"),
		cmpopts.IgnoreFields(Plan{}, "Trace", "StopTrace"),
		cmpopts.IgnoreFields(Cell{}, "Reason"),
		cmpopts.SortSlices(func(x, y Failure) bool { return x.Kind+x.Clause+x.Detail < y.Kind+y.Clause+y.Detail }),
		cmp.Comparer(func(x, y *Trace) bool {
			return (x == nil) == (y == nil) && (x == nil || x.Switch == y.Switch && x.End == y.End && (x.Loop >= 0 && y.Loop >= 0 || len(x.Steps) == len(y.Steps)))
		}),
	}
	return with, without, cmp.Diff(without, with, same)
}

// TestSymmetry checks random specs with symmetric arrays with and without the reduction.
func TestSymmetry(t *testing.T) {
	seeds := 300
	if testing.Short() {
		seeds = 40
	}
	specs := rapid.Custom(gen.Symmetric)
	seen, stored, all := map[string]int{}, 0, 0
	for seed := range seeds {
		text := specs.Example(seed)
		prog, _, errs, err := lang.Load(fstest.MapFS{"s.lu": {Data: []byte(text)}}, "s.lu", lang.Options{})
		if err != nil || errs.HasErrors() {
			continue
		}
		with, without, diff := unreduced(t, prog, 0, Options{MaxStates: 50_000})
		if !without.Old.Complete || !without.New.Complete || !without.Switched.Complete {
			seen["too large"]++
			continue
		}
		if diff != "" {
			t.Errorf("seed %d:\n%s\n%s", seed, diff, text)
		}
		if s := with.Stats.Symmetry; s != nil {
			seen["reduced"]++
			stored, all = stored+with.Stats.StoredStates, all+s.States
		} else {
			seen[strings.Join(with.Stats.Unreduced, ", ")]++
		}
		for _, c := range with.Cells {
			seen["cells "+string(c.Verdict.String())]++
		}
	}
	for _, k := range slices.Sorted(maps.Keys(seen)) {
		t.Logf("%5d %s", seen[k], k)
	}
	t.Logf("%d states stored of %d", stored, all)
}

// TestSecondJudgeOnSymmetry has the second judge, which knows nothing of symmetry, look at random
// specs that are checked with one state of each orbit: all counts, verdicts and traces.
func TestSecondJudgeOnSymmetry(t *testing.T) {
	seeds := 400
	if testing.Short() {
		seeds = 40
	}
	specs := rapid.Custom(gen.Symmetric)
	reduced, all := 0, &comparison{}
	for seed := range seeds {
		text := specs.Example(10_000 + seed)
		prog, _, errs, err := lang.Load(fstest.MapFS{"s.lu": {Data: []byte(text)}}, "s.lu", lang.Options{})
		if err != nil || errs.HasErrors() {
			continue
		}
		both := compareJudges(t, prog, 0, oracleStates, oracleTrials)
		if len(both.diff) > 0 {
			t.Errorf("seed %d:\n%s\n%s", seed, strings.Join(both.diff, "\n"), text)
		}
		if both.reduced {
			reduced++
		}
		all.add(both)
	}
	t.Logf("%d specs were reduced; any transfer: %d of %d", reduced, all.decided, all.asked)
	if reduced < seeds/8 {
		t.Error("these are too few")
	}
}

// TestSymmetricFamily checks the bench family with its clients declared symmetric.
func TestSymmetricFamily(t *testing.T) {
	text, err := os.ReadFile("../testdata/bench/w.lu")
	if err != nil {
		t.Fatal(err)
	}
	spec := strings.Replace(string(text), "client app[client_id] {", "client app[client_id] symmetric {", 1)
	prog := loadFrom(t, fstest.MapFS{"w.lu": {Data: []byte(spec)}}, "w.lu", map[string]int64{"clients": 3, "chunks": 1})
	with, without, diff := unreduced(t, prog, 0, Options{})
	if diff != "" {
		t.Error(diff)
	}
	s := with.Stats.Symmetry
	if s == nil {
		t.Fatal(with.Stats.Unreduced)
	}
	t.Logf("%d states stored, %d for %d", without.Stats.StoredStates, with.Stats.StoredStates, s.States)
}
