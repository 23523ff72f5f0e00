package model

import (
	"fmt"
	"slices"
	"testing"
	"testing/fstest"

	"pgregory.net/rapid"

	"github.com/lucheck/lucheck/lang"
	"github.com/lucheck/lucheck/model/oracle/gen"
)

// stateLimit bounds the specs whose every state is exchanged.
const stateLimit = 1000

// TestExchanges draws specs with symmetric arrays and carries out every exchange on all that
// is reached: what it makes of a reached state is reached, and has the same steps but for the
// exchange, the same levels and properties, and the switch leads to the exchanged state.
func TestExchanges(t *testing.T) {
	seeds := 160
	if testing.Short() {
		seeds = 50
	}
	specs := rapid.Custom(gen.Symmetric)
	seen := map[string]int{}
	for seed := range seeds {
		text := specs.Example(seed)
		prog, _, errs, err := lang.Load(fstest.MapFS{"s.lu": {Data: []byte(text)}}, "s.lu", lang.Options{})
		if err != nil || errs.HasErrors() {
			seen["refused"]++
			continue
		}
		u, err := Compile(prog, prog.Updates[0], Options{})
		if err != nil {
			t.Fatal(err)
		}
		y := u.Symmetry()
		if y == nil || len(y.Sets()) == 0 {
			seen["no symmetry"]++
			if y != nil {
				seen["left out"]++
			}
			continue
		}
		if found := asymmetric(u, y); found == tooMany {
			seen[found]++
		} else if seen["exchanged"]++; found != "" {
			t.Errorf("seed %d: %s\n%s", seed, found, text)
		}
	}
	t.Log(seen)
	if seen["exchanged"] < seeds/6 {
		t.Error("too few specs were exchanged")
	}
}

const tooMany = "too many states"

// asymmetric gives what an exchange changes that it should not, "" for nothing.
func asymmetric(u *Update, y *Symmetry) string {
	r1, ok1 := reached(u, 0)
	r2, ok2 := reached(u, 1)
	if !ok1 || !ok2 {
		return tooMany
	}
	var after [][]uint64
	for set, n := range y.Sets() {
		for k := range n - 1 {
			for version, states := range [][][]uint64{r1, r2} {
				if found := exchanged(u, y, set, k, version, states, true); found != "" {
					return fmt.Sprintf("version %d: %s", version, found)
				}
			}
			levels := u.Levels(u.DefaultLevels())
			for _, v := range r1 {
				w := y.State(set, k, v)
				if a, b := together(levels, v), together(levels, w); a != b {
					return fmt.Sprintf("levels %b and %b", a, b)
				}
				for _, tr := range u.Transfers {
					a, failA := u.Switch(tr, v)
					b, failB := u.Switch(tr, w)
					switch {
					case (a == nil) != (b == nil):
						return fmt.Sprintf("the switch with %s fails with %d and %d", tr.Name, failA, failB)
					case a != nil && !slices.Equal(y.State(set, k, a), b):
						return fmt.Sprintf("the switch with %s leads elsewhere:\n%v\n%v", tr.Name, u.Describe(a), u.Describe(b))
					case a != nil:
						after = append(after, a)
					}
				}
			}
		}
	}
	behind, ok := closure(u, 1, after)
	if !ok {
		return tooMany
	}
	for set, n := range y.Sets() {
		for k := range n - 1 {
			if found := exchanged(u, y, set, k, 1, behind, true); found != "" {
				return "behind the switch: " + found
			}
		}
	}
	return ""
}

func together(fs []Function, v []uint64) uint64 {
	all := ^uint64(0)
	for _, f := range fs {
		all &= f.Eval(v)
	}
	return all
}

// reached lists the states of a version; false where there are too many.
func reached(u *Update, version int) ([][]uint64, bool) {
	states, _, ok := u.Initial(version)
	if !ok {
		return nil, true
	}
	return closure(u, version, states)
}

// closure lists what is reached from some states through what is no deadlock.
func closure(u *Update, version int, from [][]uint64) ([][]uint64, bool) {
	seen := map[string]bool{}
	var all [][]uint64
	add := func(v []uint64) {
		if key := fmt.Sprint(v); !seen[key] {
			seen[key] = true
			all = append(all, slices.Clone(v))
		}
	}
	for _, v := range from {
		add(v)
	}
	for i := 0; i < len(all) && len(all) <= stateLimit; i++ {
		if stuckAt(u, all[i]) {
			continue
		}
		for g := range u.Groups() {
			if u.Footprint(g, all[i]) == nil {
				continue
			}
			u.Step(g, all[i], func(next []uint64, info uint32) bool {
				if next != nil && info != nothingFlag && !violates(u, version, next) {
					add(next)
				}
				return true
			})
		}
	}
	return all, len(all) <= stateLimit
}

func stuckAt(u *Update, v []uint64) bool {
	f := u.Stuck()
	return f != nil && f.Eval(v) != 0
}

func violates(u *Update, version int, v []uint64) bool {
	return slices.ContainsFunc(u.Invariants(version), func(f Function) bool { return f.Eval(v) != 0 })
}

// exchanged looks at what an exchange makes of some states and of their steps.
func exchanged(u *Update, y *Symmetry, set, k, version int, states [][]uint64, closed bool) string {
	has := map[string]bool{}
	for _, v := range states {
		has[fmt.Sprint(v)] = true
	}
	for _, v := range states {
		w := y.State(set, k, v)
		switch {
		case !slices.Equal(y.State(set, k, w), v):
			return fmt.Sprintf("exchanged twice\n%v\nis not what it was\n%v", u.Describe(y.State(set, k, w)), u.Describe(v))
		case closed && !has[fmt.Sprint(w)]:
			return fmt.Sprintf("this is reached\n%v\nand this is not\n%v", u.Describe(v), u.Describe(w))
		case stuckAt(u, v) != stuckAt(u, w):
			return fmt.Sprintf("one is stuck of\n%v\n%v", u.Describe(v), u.Describe(w))
		}
		if stuckAt(u, v) {
			continue
		}
		for g := range u.Groups() {
			here := stepsOf(u, version, g, v, func(next []uint64) []uint64 { return y.State(set, k, next) })
			there := stepsOf(u, version, y.Group(set, k, g), w, func(next []uint64) []uint64 { return next })
			if !slices.Equal(here, there) {
				return fmt.Sprintf("the steps of %s differ from those of %s in\n%v\n%v", u.GroupName(g), u.GroupName(y.Group(set, k, g)), u.Describe(v), u.Describe(w))
			}
		}
	}
	return ""
}

// stepsOf lists the steps of a group, sorted, with what becomes of their targets.
func stepsOf(u *Update, version, g int, v []uint64, becomes func([]uint64) []uint64) (all []string) {
	if u.Footprint(g, v) == nil {
		return nil
	}
	u.Step(g, v, func(next []uint64, info uint32) bool {
		switch {
		case info == nothingFlag:
		case next == nil:
			all = append(all, fmt.Sprint("fails ", info&strongFlag))
		default:
			all = append(all, fmt.Sprint(info, violates(u, version, next), becomes(slices.Clone(next))))
		}
		return true
	})
	slices.Sort(all)
	return all
}
