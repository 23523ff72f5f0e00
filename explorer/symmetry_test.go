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
	// With fewer states to store the search for a transfer can decide more, and the reset probe.
	if slices.ContainsFunc(slices.Concat(with.Notes, without.Notes), func(n Note) bool { return n.Name == "probe-limit" }) {
		for _, s := range []*Scenario{with, without} {
			s.Notes = slices.DeleteFunc(s.Notes, func(n Note) bool { return n.Name == "probe-limit" || n.Name == "reset-probe" })
		}
	}
	for i, c := range without.Cells {
		if i < len(with.Cells) && c.Transfer == transferAny && c.Verdict == Unknown {
			with.Cells[i].Verdict, with.Cells[i].Search = c.Verdict, c.Search
		}
	}
	return with, without, cmp.Diff(without, with, same)
}

// TestSymmetrySpecs checks specs with several sets of values, and what random specs seldom have, with
// symmetry and without, and by the second judge.
func TestSymmetrySpecs(t *testing.T) {
	for i, text := range []string{
		// Two types, whose values are together in records, sets, keys and arrays.
		`system two
		type user = 0..1
		type file = 0..1
		type lease = record { who: user, what: file }
		protocol edit(f: file): app -> fs { open close }
		shared last: lease? = none
		client app[user] symmetric { loop { var f = choose file; call fs.open(f, self); call fs.close(f, self) } }
		client cron[file] symmetric { call fs.clean(self) }
		process fs {
			var open_by: [file] set of user
			on open(f: file, u: user) { atomic { open_by[f] += {u}; last = lease(who: u, what: f) }; reply }
			on close(f: file, u: user) { open_by[f] -= {u}; reply }
			on clean(f: file) { if last != none and last.value.what == f { last = none }; reply }
		}
		update up {
			process fs { var seen: [user] bool
				on open(f: file, u: user) { atomic { open_by[f] += {u}; seen[u] = true }; reply } }
			transfer mark { for u in user { fs.seen[u] = any(f in file: u in old.fs.open_by[f]) } }
		}`,
		// An array without a name for its index, beside a type with one.
		`system nameless
		type job = 0..1
		client app[0..2] symmetric { loop { var j = choose job; call pool.take(j) } }
		process worker[job] symmetric mailbox 2 { var busy: 0..1; on work(j: job) { busy = 1; busy = 0; reply } }
		process pool { on take(j: job) { call worker[j].work(j); reply } }
		update up { process worker { on work(j: job) { reply } }
			expect event feasible
			expect reboot feasible }`,
		// Callers that are held, and functions for each of several callers.
		`system held
		type id = 0..2
		client app[id] symmetric { loop { var r = call gate.enter(self); assert r == self; call gate.leave(self) } }
		function log[id] { var n: 0..1; on note() { n = 1 - n; reply } }
		process gate mailbox 2 {
			var inside: id? = none
			var waiting: [id] caller
			on enter(a: id) -> id { call log[a].note(); if inside == none { inside = a; reply a } else { hold waiting[a] } }
			on leave(a: id) {
				inside = none
				reply
			}
		}
		update up {
			process gate { on leave(a: id) { if inside == a { inside = none }; reply } }
			expect stable when gate.idle
			expect stable when gate.idle and count(i in id: gate.inside == i) == 1 }`,
		// Whether a client is served for ever depends on fairness to each.
		`system fair
		type id = 0..2
		shared turn: id? = none
		client app[id] symmetric { loop { await turn == none; turn = self; call fs.go(self); turn = none } }
		process fs { var n: 0..1; on go(a: id) { if n == 0 { n = 1 } else { n = 0 }; reply } }
		update up {
			process fs { var n: 0..2; on go(a: id) { n = (n + 1) mod 3; reply } }
			transfer keep { fs.n = old.fs.n }
			always fs.n < 3
		}`,
		// Old code that waits for what only some of the clients do.
		`system stays
		type id = 0..1
		shared go: [id] bool
		client app[id] symmetric { loop { either { go[self] = true } or { go[self] = false } or { call fs.wait(self) } } }
		process fs { on wait(a: id) { while any(i in id: go[i] and i != a) { await true }; reply } }
		update up { process fs { on wait(a: id) { reply } } }`,
	} {
		if testing.Short() && i == 0 {
			continue
		}
		prog := loadFrom(t, fstest.MapFS{"s.lu": {Data: []byte(text)}}, "s.lu", nil)
		with, without, diff := unreduced(t, prog, 0, Options{})
		if diff != "" {
			t.Errorf("%s\n%s", prog.Name, diff)
		}
		if with.Stats.Symmetry == nil {
			t.Fatalf("%s: %v", prog.Name, with.Stats.Unreduced)
		}
		both := compareJudges(t, prog, 0, oracleStates, oracleTrials)
		for _, d := range both.diff {
			t.Errorf("%s: %s", prog.Name, d)
		}
		verdicts := map[Verdict]int{}
		for _, c := range with.Cells {
			verdicts[c.Verdict]++
		}
		t.Logf("%s: %d states stored of %d, second judge: %v, %v", prog.Name, with.Stats.StoredStates, without.Stats.StoredStates, both.small, verdicts)
	}
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

// TestSymmetryLimits makes sure that a limit makes cells unknown, never other ones.
func TestSymmetryLimits(t *testing.T) {
	specs := rapid.Custom(gen.Symmetric)
	cut := 0
	for seed := range 60 {
		text := specs.Example(30_000 + seed)
		prog, _, errs, err := lang.Load(fstest.MapFS{"s.lu": {Data: []byte(text)}}, "s.lu", lang.Options{})
		if err != nil || errs.HasErrors() {
			continue
		}
		full := check(t, prog, 0, Options{MaxStates: 20_000}).Scenario()
		for _, most := range []int{1, 7, 40, 200, 900} {
			s := check(t, prog, 0, Options{MaxStates: most, Symmetry: true}).Scenario()
			for i, c := range s.Cells {
				switch {
				case c.Verdict == Unknown:
					cut++
				case c.Verdict != full.Cells[i].Verdict && full.Cells[i].Verdict != Unknown:
					t.Errorf("seed %d, %d states: %s:%s is %v instead of %v\n%s", seed, most, c.Level, c.Transfer, c.Verdict, full.Cells[i].Verdict, text)
				}
			}
		}
	}
	if cut == 0 {
		t.Error("no limit was met")
	}
}
