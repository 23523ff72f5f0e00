package model

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/lucheck/lucheck/lang"
)

// compiled compiles the first update of a spec.
func compiled(t *testing.T, text string) *Update {
	t.Helper()
	prog, _, errs, err := lang.Load(fstest.MapFS{"s.lu": {Data: []byte(text)}}, "s.lu", lang.Options{})
	if err != nil || errs.HasErrors() {
		t.Fatal(err, errs)
	}
	u, err := Compile(prog, prog.Updates[0], Options{})
	if err != nil {
		t.Fatal(err)
	}
	return u
}

// A walker explores all states with the plainest of searches, and tests at every
// state that steps touch nothing but their footprints.
type walker struct {
	t      *testing.T
	u      *Update
	seen   map[string]bool
	states [][]uint64
	other  []uint64        // the initial state of the other version
	failed map[string]bool // what failed: kind, detail, line
}

func walkOver(t *testing.T, u *Update, version int) *walker {
	t.Helper()
	others, _, ok := u.Initial(1 - version)
	if !ok {
		t.Fatal("no initial state")
	}
	return &walker{t: t, u: u, seen: map[string]bool{}, failed: map[string]bool{}, other: others[0]}
}

func (w *walker) add(v []uint64) {
	if key := fmt.Sprint(v); !w.seen[key] {
		w.seen[key] = true
		w.states = append(w.states, slices.Clone(v))
	}
}

func (w *walker) fail(id uint32) {
	f := w.u.Failure(id)
	w.failed[fmt.Sprintf("%v: %s, line %d", f.Kind, f.Detail, f.Span.Start.Line)] = true
}

// run explores from some states, which are the first of w.states then.
func (w *walker) run(version int, from ...[]uint64) {
	for _, v := range from {
		w.add(v)
	}
	invariants := w.u.Invariants(version)
	for i := 0; i < len(w.states); i++ {
		v := w.states[i]
		for _, inv := range invariants {
			if f := inv.Eval(v); f != 0 {
				w.fail(uint32(f - 1))
			}
		}
		for g := range w.u.Groups() {
			w.steps(g, v, w.states[i/2], w.other)
		}
	}
}

// steps takes a group's steps; they must be the same where the words outside the
// footprint are those of other states.
func (w *walker) steps(group int, v []uint64, others ...[]uint64) {
	fp := w.u.Footprint(group, v)
	if fp == nil {
		return
	}
	first := w.emissions(group, fp, v, func(next []uint64, info uint32) {
		if next == nil {
			w.fail(info &^ (failedFlag | strongFlag))
			return
		}
		w.add(next)
	})
	for _, other := range others {
		mixed := slices.Clone(other)
		for _, c := range fp {
			at := w.u.layout.comps[c]
			copy(mixed[at.first:at.first+at.words], v[at.first:])
		}
		if again := w.emissions(group, fp, mixed, func([]uint64, uint32) {}); !slices.Equal(first, again) {
			w.t.Errorf("the steps of %s depend on more than their footprint", w.u.GroupName(group))
		}
	}
}

// emissions lists the steps of a group as they change its footprint; nothing else may
// change.
func (w *walker) emissions(group int, fp []int, v []uint64, visit func(next []uint64, info uint32)) (all []string) {
	w.u.Step(group, v, func(next []uint64, info uint32) bool {
		visit(next, info)
		text := fmt.Sprint(info)
		for c, at := range w.u.layout.comps {
			switch {
			case next == nil:
			case slices.Contains(fp, c):
				text += fmt.Sprint(next[at.first : at.first+at.words])
			case !slices.Equal(next[at.first:at.first+at.words], v[at.first:at.first+at.words]):
				w.t.Errorf("group %s writes outside its footprint", w.u.GroupName(group))
			}
		}
		all = append(all, text)
		return true
	})
	return all
}

// explored walks over the old version, then over what follows the switch at each of
// its states, and lists what fails there. The new version alone must not fail.
func explored(t *testing.T, text string) (u *Update, after *walker) {
	t.Helper()
	u = compiled(t, text)
	old, now := walkOver(t, u, 0), walkOver(t, u, 1)
	for version, w := range []*walker{old, now} {
		states, _, ok := u.Initial(version)
		if !ok {
			t.Fatal("no initial state")
		}
		if w.run(version, states...); len(w.failed) > 0 {
			t.Errorf("version %d fails by itself: %v", version, w.failed)
		}
	}
	after = walkOver(t, u, 1)
	var from [][]uint64
	for _, v := range old.states {
		next, failure := u.Switch(u.Transfers[len(u.Transfers)-1], v)
		if failure != 0 {
			after.fail(uint32(failure - 1))
			continue
		}
		from = append(from, next)
	}
	after.run(1, from...)
	return u, after
}

// failures lists what failed, in alphabetical order.
func (w *walker) failures() string {
	var list []string
	for f := range w.failed {
		list = append(list, f)
	}
	slices.Sort(list)
	return strings.Join(list, "; ")
}
