package search

import (
	"context"
	"fmt"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"
)

// random is a system whose steps are drawn from a hash of what they may read.
type random struct {
	seed   uint64
	sizes  []int
	values []uint64 // by component: number of values
	groups int
	fails  uint64 // one step in so many fails
}

func drawRandom(t *rapid.T, components, values int) *random {
	r := &random{
		seed:   rapid.Uint64().Draw(t, "seed"),
		groups: rapid.IntRange(0, 5).Draw(t, "groups"),
		fails:  rapid.SampledFrom([]uint64{3, 20, 1 << 40}).Draw(t, "fails"),
	}
	for range rapid.IntRange(1, components).Draw(t, "components") {
		r.sizes = append(r.sizes, rapid.IntRange(1, 3).Draw(t, "size"))
		r.values = append(r.values, rapid.Uint64Range(1, uint64(values)).Draw(t, "values"))
	}
	return r
}

func (r *random) hash(parts ...uint64) uint64 { return mix(hashWords(append(parts, r.seed)) >> 7) }

func (r *random) Components() []int { return r.sizes }
func (r *random) Groups() int       { return r.groups }
func (r *random) Home(g int) int    { return int(r.hash(1, uint64(g)) % uint64(len(r.sizes))) }

func (r *random) offset(c int) int {
	n := 0
	for _, size := range r.sizes[:c] {
		n += size
	}
	return n
}

// get and put see a component's words as a number, stored as something larger.
func (r *random) get(v []uint64, c int) uint64 { return v[r.offset(c)] >> 40 }

func (r *random) put(v []uint64, c int, x uint64) {
	for i := range r.sizes[c] {
		v[r.offset(c)+i] = x<<40 | uint64(i)*x
	}
}

func (r *random) initial(k uint64) []uint64 {
	n := len(r.sizes)
	v := make([]uint64, r.offset(n-1)+r.sizes[n-1])
	for c := range r.sizes {
		r.put(v, c, r.hash(9, uint64(c), k)%r.values[c])
	}
	return v
}

func (r *random) Footprint(g int, v []uint64) []int {
	home := r.Home(g)
	h := r.hash(2, uint64(g), r.get(v, home))
	if h%5 == 0 {
		return nil
	}
	comps := []int{home}
	for c := range min(len(r.sizes), 64) {
		if c != home && h>>(c%60)&7 == 3 {
			comps = append(comps, c)
		}
	}
	slices.Sort(comps)
	return comps
}

func (r *random) Step(g int, v []uint64, emit func([]uint64, Info) bool) {
	comps := r.Footprint(g, v)
	h := r.hash(3, uint64(g))
	for _, c := range comps {
		h = r.hash(h, r.get(v, c))
	}
	next := slices.Clone(v)
	for k := range h % 4 {
		e := r.hash(h, k)
		if e%r.fails == 1 {
			emit(nil, Failed|Info(e>>20&3))
			continue
		}
		copy(next, v)
		for i, c := range comps {
			if e>>(8+i)&1 == 0 {
				r.put(next, c, r.hash(e, uint64(c))%r.values[c])
			}
		}
		emit(next, Info(e>>40&1)*Strong|Info(e>>44&3))
	}
}

// reference explores with a map of strings and no table.
type reference struct {
	run      Run
	max      int
	bad      func(v []uint64) uint64
	stuck    func(v []uint64) uint64
	states   [][]uint64
	parents  []Ref
	number   map[string]Ref
	region   Region
	rows     [][]Edge
	rootsEnd Ref
}

func (x *reference) add(v []uint64, parent Ref) {
	x.number[fmt.Sprint(v)] = Ref(len(x.states))
	x.states = append(x.states, slices.Clone(v))
	x.parents = append(x.parents, parent)
}

// explore fills region, but for sets and graph, and rows.
func (x *reference) explore(sys System) {
	r := &x.region
	r.First, r.Expanded, r.Complete = x.run.From, x.run.From, true
	x.rootsEnd = Ref(len(x.states))
	depth := make([]int, len(x.states))
	for ref := x.run.From; int(ref) < len(x.states); ref++ {
		if len(r.Levels) == 0 || depth[ref] > depth[ref-1] {
			r.Levels = append(r.Levels, ref)
		}
		row, ok := x.expand(sys, ref)
		for len(depth) < len(x.states) {
			depth = append(depth, depth[ref]+1)
		}
		if !ok {
			r.Complete, r.Reason, r.Expanded = false, MaxStates, ref
			if end := len(depth) - 1; depth[end] > depth[ref] {
				at, _ := slices.BinarySearch(depth[x.run.From:], depth[end])
				r.Levels = append(r.Levels, x.run.From+Ref(at))
			}
			break
		}
		x.rows = append(x.rows, row)
		r.Expanded = ref + 1
	}
	r.End = Ref(len(x.states))
}

func (x *reference) expand(sys System, ref Ref) (row []Edge, ok bool) {
	v := x.states[ref]
	r := &x.region
	if ref < x.run.StopBelow {
		return nil, true
	}
	if x.stuck(v) != 0 {
		r.Stuck = append(r.Stuck, ref)
		return nil, true
	}
	ok = true
	for g := range sys.Groups() {
		comps := sys.Footprint(g, v)
		if comps == nil {
			continue
		}
		sys.Step(g, v, func(next []uint64, info Info) bool {
			if !ok {
				return ok
			}
			l := makeLabel(uint64(info) | uint64(g)<<groupShift)
			if info&Failed != 0 {
				x.fail(Failure{From: ref, Group: g, Info: info, Payload: info.Payload()})
				row = append(row, Edge{ref, NoRef, l})
				return ok
			}
			to, found := x.number[fmt.Sprint(next)]
			if !found || to < x.rootsEnd {
				if bad := x.bad(next); bad != 0 {
					x.fail(Failure{From: ref, Group: g, Info: info, Payload: uint32(bad), Invariant: true})
					row = append(row, Edge{ref, NoRef, l | failsLabel})
					return ok
				}
			}
			if !found {
				if len(x.states) >= x.max {
					ok = false
					return ok
				}
				to = Ref(len(x.states))
				x.add(next, ref)
			} else if to < x.run.From && to >= x.run.StopBelow {
				r.Between++
			}
			r.Steps++
			row = append(row, Edge{ref, to, l})
			return ok
		})
	}
	if ok && len(row) == 0 {
		r.Dead = append(r.Dead, ref)
	}
	return row, ok
}

func (x *reference) fail(f Failure) {
	for _, g := range x.region.Failures {
		if f.Invariant == g.Invariant && (f.Invariant && f.Payload == g.Payload || !f.Invariant && f.Group == g.Group && f.Info == g.Info) {
			return
		}
	}
	x.region.Failures = append(x.region.Failures, f)
}

// drawOptions draws settings that must not matter.
func drawOptions(t *rapid.T) Options {
	opt := Options{
		MemoLimit: rapid.SampledFrom([]int{0, 1, 3, 20}).Draw(t, "memo limit"),
		tight:     rapid.Bool().Draw(t, "tight"),
		minWidth:  rapid.SampledFrom([]int{1, 1, 2, 3}).Draw(t, "width"),
		Workers:   rapid.SampledFrom([]int{0, 1, 2, 3}).Draw(t, "workers"),
		Piece:     rapid.SampledFrom([]int{1, 2, 5}).Draw(t, "piece"),
		batch:     rapid.SampledFrom([]int{1, 2, 7, batchSize}).Draw(t, "batch"),
	}
	switch rapid.SampledFrom([]string{"no disk", "at once", "later"}).Draw(t, "disk") {
	case "at once":
		opt.OnDisk = true
		opt = drawDisk(t, opt)
	case "later":
		opt.early = rapid.IntRange(1, 50).Draw(t, "early")
		opt = drawDisk(t, opt)
	}
	return opt
}

// drawDisk adds a disk and what concerns it.
func drawDisk(t *rapid.T, opt Options) Options {
	opt.Disk = newTestDisk()
	opt.Together = rapid.SampledFrom([]int{1, 2, 10, 100}).Draw(t, "together")
	opt.from = rapid.SampledFrom([]int{1, 200, mapFrom}).Draw(t, "from")
	return opt
}

// Two explorations in one space, the second stopping at states of the first: the
// same states under the same numbers, and the same answers, as without any table.
func TestExploreLikeReference(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		sys := drawRandom(t, 6, 5)
		if rapid.Bool().Draw(t, "many components") {
			sys = drawRandom(t, 40, 12)
		}
		checkAgainstReference(t, sys, drawOptions(t))
	})
}

func checkAgainstReference(t *rapid.T, sys *random, opt Options) {
	s := NewSpace(sys, opt)
	defer closeSpace(t, s)
	x := &reference{number: map[string]Ref{}, max: rapid.IntRange(1, 600).Draw(t, "max states")}
	every := rapid.SampledFrom([]uint64{4, 30, 1 << 50}).Draw(t, "one bad state in")
	reads := drawComponents(t, sys, "invariant reads")
	bad := func(v []uint64) uint64 { return sys.sample(v, reads, every) }
	stuckReads := drawComponents(t, sys, "stuck reads")
	x.stuck = func(v []uint64) uint64 { return sys.sample(v, stuckReads, 9) }
	x.bad = bad
	run := Run{
		Edges:      true,
		Invariants: []*Table{s.NewTable(Function{Reads: reads, Eval: bad})},
		Stuck:      s.NewTable(Function{Reads: stuckReads, Eval: x.stuck}),
		Limits:     Limits{MaxStates: x.max, MaxBytes: 1 << 40},
	}
	for round := range uint64(2) {
		run.From = s.Len()
		run.StopBelow = Ref(rapid.IntRange(0, int(s.Len())+2).Draw(t, "stop below"))
		if round == 0 {
			run.StopBelow = 0
		}
		x.run, x.region, x.rows = run, Region{}, nil
		for k := range rapid.Uint64Range(1, 3).Draw(t, "roots") {
			v := sys.initial(round*10 + k)
			ref, fresh, err := s.Add(v)
			if err != nil {
				t.Fatal(err)
			}
			if want, found := x.number[fmt.Sprint(v)]; found == fresh || found && want != ref {
				t.Fatalf("Add: %d, new %v; want %d, %v", ref, fresh, want, !found)
			}
			if fresh {
				x.add(v, NoRef)
			}
		}
		r, err := s.Explore(context.Background(), run)
		if err != nil {
			t.Fatal(err)
		}
		x.explore(sys)
		x.compare(t, s, r)
		if !r.Complete {
			return
		}
	}
}

// compare tests a region and the space's states against the reference.
func (x *reference) compare(t *rapid.T, s *Space, r *Region) {
	if int(s.Len()) != len(x.states) {
		t.Fatalf("%d states, want %d", s.Len(), len(x.states))
	}
	for ref, v := range x.states {
		if got := s.Vector(Ref(ref), nil); !slices.Equal(got, v) {
			t.Fatalf("state %d: %v, want %v", ref, got, v)
		}
		if got := s.Parent(Ref(ref)); got != x.parents[ref] {
			t.Fatalf("parent of %d: %d, want %d", ref, got, x.parents[ref])
		}
		if got, ok := s.Find(v); !ok || got != Ref(ref) {
			t.Fatalf("state %d found at %d, %v", ref, got, ok)
		}
	}
	failing := NewSet(r.First, r.End)
	for i, row := range x.rows {
		ref := r.First + Ref(i)
		var got []Edge
		to, label := r.Graph.Out(ref)
		for k := range to {
			got = append(got, Edge{ref, to[k], label[k]})
			if label[k].Fails() {
				failing.Add(ref)
			}
		}
		if !slices.Equal(got, row) {
			t.Fatalf("edges of %d: %v, want %v", ref, got, row)
		}
	}
	for ref := r.Expanded; ref < r.End; ref++ {
		if to, _ := r.Graph.Out(ref); len(to) != 0 {
			t.Fatalf("state %d was not expanded and has edges", ref)
		}
	}
	if r.Complete && !slices.Equal(slices.Collect(failing.All()), slices.Collect(r.Failing.All())) {
		t.Fatalf("failing %v, want %v", slices.Collect(r.Failing.All()), slices.Collect(failing.All()))
	}
	got := *r
	got.Failing, got.Graph = nil, nil
	if diff := cmp.Diff(x.region, got, cmpopts.EquateEmpty()); diff != "" {
		t.Fatalf("region (-want +got):\n%s", diff)
	}
	for ref := r.First; ref < r.End; ref++ {
		if path := s.Path(ref); len(path)-1 != r.Depth(ref) {
			t.Fatalf("path %v of a state of depth %d", path, r.Depth(ref))
		}
	}
}

func drawComponents(t *rapid.T, sys *random, what string) []int {
	n := rapid.IntRange(0, 3).Draw(t, what)
	var comps []int
	for range n {
		comps = append(comps, rapid.IntRange(0, len(sys.sizes)-1).Draw(t, what))
	}
	slices.Sort(comps)
	return slices.Compact(comps)
}

// sample is a function of some components that is rarely not 0.
func (r *random) sample(v []uint64, reads []int, every uint64) uint64 {
	h := r.seed ^ every
	for _, c := range reads {
		h = r.hash(h, r.get(v, c))
	}
	if len(reads) == 0 || h%every != 0 {
		return 0
	}
	return 1 + h>>33&1
}
