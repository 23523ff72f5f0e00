package search

import (
	"strings"
	"testing"
)

// counter has two components; its only group counts the first one.
type counter struct {
	footprint func(v []uint64) []int
	step      func(v []uint64, emit func([]uint64, Info) bool)
}

func (c counter) Components() []int                                      { return []int{1, 1} }
func (c counter) Groups() int                                            { return 1 }
func (c counter) Home(int) int                                           { return 0 }
func (c counter) Footprint(_ int, v []uint64) []int                      { return c.footprint(v) }
func (c counter) Step(_ int, v []uint64, emit func([]uint64, Info) bool) { c.step(v, emit) }

func TestChecked(t *testing.T) {
	home := func([]uint64) []int { return []int{0} }
	both := func([]uint64) []int { return []int{0, 1} }
	up := func(v []uint64, emit func([]uint64, Info) bool) { emit([]uint64{(v[0] + 1) % 3, v[1]}, 0) }
	calls := uint64(0)
	for _, c := range []struct {
		name, breach string
		sys          counter
	}{
		{"in order", "", counter{footprint: home, step: up}},
		{"in order, larger footprint", "", counter{footprint: both, step: up}},
		{"footprint reads more", "more than its home", counter{step: up, footprint: func(v []uint64) []int {
			if v[1] == 0 {
				return []int{0}
			}
			return []int{0, 1}
		}}},
		{"footprint without home", "lacks its home", counter{step: up, footprint: func([]uint64) []int { return []int{1} }}},
		{"footprint not ascending", "ascending", counter{step: up, footprint: func([]uint64) []int { return []int{1, 0} }}},
		{"step reads more", "more than its footprint", counter{footprint: home, step: func(v []uint64, emit func([]uint64, Info) bool) {
			emit([]uint64{v[1] % 2, 0}, 0)
		}}},
		{"step panics on foreign words", "more than its footprint", counter{footprint: home, step: func(v []uint64, emit func([]uint64, Info) bool) {
			emit([]uint64{[]uint64{1, 1}[v[1]] - 1, 0}, 0)
		}}},
		{"step not the same twice", "same steps twice", counter{footprint: home, step: func(v []uint64, emit func([]uint64, Info) bool) {
			calls++
			emit([]uint64{v[0], 0}, Info(calls&1))
		}}},
		{"step writes its argument", "write into the state", counter{footprint: home, step: func(v []uint64, emit func([]uint64, Info) bool) {
			v[0]++
			emit([]uint64{0, 0}, 0)
		}}},
	} {
		t.Run(c.name, func(t *testing.T) {
			checked := NewChecked(c.sys)
			s := NewSpace(c.sys, Options{})
			defer s.Close()
			v := []uint64{0, 0}
			for range 2 {
				if checked.Footprint(0, v) != nil {
					checked.Step(0, v, func([]uint64, Info) bool { return true })
				}
			}
			wantBreach(t, checked.Err(), c.breach)
		})
	}
}

func TestCheckedFunctionAndPart(t *testing.T) {
	for _, c := range []struct {
		name, breach string
		reads        []int
		apply        func(v, out []uint64) uint64
	}{
		{"in order", "", []int{0}, func(v, out []uint64) uint64 { out[1] = v[0]; return 0 }},
		{"reads more", "p depends on more", nil, func(v, out []uint64) uint64 { out[1] = v[0]; return 0 }},
		{"fails by what it must not read", "p depends on more", []int{1}, func(v, out []uint64) uint64 { return v[0] }},
		{"writes more", "p writes component 0", []int{0}, func(v, out []uint64) uint64 { out[0]++; return 0 }},
	} {
		t.Run(c.name, func(t *testing.T) {
			checked := NewChecked(counter{})
			checked.Part("p", Part{Reads: c.reads, Writes: []int{1}, Apply: c.apply}).Apply([]uint64{0, 0}, []uint64{5, 0})
			wantBreach(t, checked.Err(), c.breach)
		})
	}
	checked := NewChecked(counter{})
	eval := func(v []uint64) uint64 { return v[0] }
	checked.Function("f", Function{Reads: []int{0}, Eval: eval}).Eval([]uint64{4, 0})
	wantBreach(t, checked.Err(), "")
	checked.Function("f", Function{Reads: []int{1}, Eval: eval}).Eval([]uint64{4, 0})
	wantBreach(t, checked.Err(), "f depends on more")
}

func wantBreach(t *testing.T, err error, text string) {
	t.Helper()
	if text == "" && err != nil || text != "" && (err == nil || !strings.Contains(err.Error(), text)) {
		t.Errorf("breach %v, want %q", err, text)
	}
}

// The family keeps what it declares, and is explored alike through Checked.
func TestCheckedFamily(t *testing.T) {
	f := newFamily(2, 1)
	checked := NewChecked(f)
	_, r := explored(t, checked, f.initial(), Options{}, Run{})
	if checked.Err() != nil || r.End != 1956 || r.Steps != 3504 {
		t.Errorf("%v, %d states, %d steps", checked.Err(), r.End, r.Steps)
	}
}
