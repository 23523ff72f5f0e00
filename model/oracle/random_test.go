package oracle_test

import (
	"maps"
	"slices"
	"testing"
	"testing/fstest"

	"pgregory.net/rapid"

	"github.com/lucheck/lucheck/lang"
	"github.com/lucheck/lucheck/model/oracle"
	"github.com/lucheck/lucheck/model/oracle/gen"
)

// TestRandom judges random specs and checks what must be true of every verdict. In
// verbose runs it prints how often each verdict and each kind of failure occurs.
func TestRandom(t *testing.T) {
	seen, large := map[string]int{}, 0
	rapid.Check(t, func(rt *rapid.T) {
		text := gen.Spec(rt)
		p, _, errs, err := lang.Load(fstest.MapFS{"spec.lu": &fstest.MapFile{Data: []byte(text)}}, "spec.lu", lang.Options{})
		if err != nil || p == nil {
			rt.Fatal(text, err, errs)
		}
		v, err := oracle.Judge(p, 0, oracle.Options{MaxStates: 3000})
		if err != nil {
			large++
			return
		}
		seen["specs"]++
		for _, f := range slices.Concat(v.Old.Failures, v.New.Failures) {
			seen["alone: "+f.Kind]++
		}
		for _, c := range v.Cells {
			seen["cell "+c.Verdict]++
			for _, k := range c.Kinds {
				seen["switched: "+k]++
			}
			checkCell(rt, v, c)
		}
		if t.Failed() {
			rt.Log(text)
		}
	})
	for _, what := range slices.Sorted(maps.Keys(seen)) {
		t.Logf("%6d %s", seen[what], what)
	}
	t.Logf("%6d with too many states", large)
}

// checkCell checks the parts of a cell against each other and against the cell of
// the level anytime, which admits all points.
func checkCell(t *rapid.T, v *oracle.Verdicts, c oracle.Cell) {
	p := c.Points
	anytime := v.Cells[slices.IndexFunc(v.Cells, func(a oracle.Cell) bool { return a.Level == "anytime" && a.Transfer == c.Transfer })].Points
	if p.Total > anytime.Total || p.Immediate > anytime.Immediate || p.Invalid > anytime.Invalid || p.Stray > anytime.Stray {
		t.Errorf("%s has more points than anytime: %+v, %+v", c.Name(), p, anytime)
	}
	if len(v.New.Failures) > 0 {
		if c.Verdict != "broken" {
			t.Errorf("%s is %s though the new version fails", c.Name(), c.Verdict)
		}
		return
	}
	if p.Total != p.Immediate+p.Eventual+p.Possible+p.Stray+p.Invalid {
		t.Errorf("%s: the classes of the points do not add up: %+v", c.Name(), p)
	}
	want := "valid"
	switch {
	case p.Total == 0:
		want = "vacuous"
	case p.Invalid > 0:
		want = "invalid"
	case p.Stray > 0:
		want = "stray"
	case p.Possible > 0:
		want = "possible"
	}
	if c.Verdict != want {
		t.Errorf("%s is %s with %+v", c.Name(), c.Verdict, p)
	}
	if (c.Shortest > 0) != (p.Invalid > 0) || (c.Shortest > 0) != (len(c.Kinds) > 0) {
		t.Errorf("%s: %d invalid points, failures %v after %d steps", c.Name(), p.Invalid, c.Kinds, c.Shortest)
	}
	if p.Immediate > 0 && (c.Least == nil || *c.Least != 0) {
		t.Errorf("%s has immediate points but does not start at 0 steps", c.Name())
	}
}
