package oracle_test

import (
	"errors"
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
	seen, large, refused := map[string]int{}, 0, 0
	rapid.Check(t, func(rt *rapid.T) {
		text := gen.Spec(rt)
		p, _, errs, err := lang.Load(fstest.MapFS{"spec.lu": &fstest.MapFile{Data: []byte(text)}}, "spec.lu", lang.Options{})
		if p == nil && heldAlone(errs) {
			refused++
			return
		}
		if err != nil || p == nil {
			rt.Fatal(text, err, errs)
		}
		v, err := oracle.Judge(askEvent(askOffline(p)), 0, oracle.Options{MaxStates: 3000})
		if errors.Is(err, oracle.ErrTooLarge) {
			large++
			return
		}
		if err != nil {
			rt.Fatal(text, err)
		}
		seen["specs"]++
		for _, f := range slices.Concat(v.Old.Failures, v.New.Failures) {
			seen["alone: "+f.Kind]++
		}
		for _, c := range v.Cells {
			kind := "cell "
			if offline(c) {
				kind = "cell offline "
			}
			seen[kind+c.Verdict]++
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
	t.Logf("%6d with too many states, %d refused for what held callers wait for", large, refused)
	if all := seen["specs"] + large + refused; refused > 5+all/50 {
		t.Errorf("%d of %d specs are not well typed", refused, all)
	}
}

// heldAlone says whether the only errors are those of replies to held callers whose
// results an update changes: the generator does not keep track of all who may be held.
func heldAlone(errs lang.ErrorList) bool {
	for _, e := range errs {
		if e.Code != "LU0202" && e.Code != "LU0403" && e.Code != "LU0406" && !e.Warning {
			return false
		}
	}
	return len(errs) > 0
}

// offline says whether a cell is judged by another switch than the others.
func offline(c oracle.Cell) bool { return c.Level == "reboot" || c.Level == "hardware" }

// checkCell checks the parts of a cell against each other and against other cells.
func checkCell(t *rapid.T, v *oracle.Verdicts, c oracle.Cell) {
	if offline(c) && c.Verdict == "unknown" {
		return // a restart chooses among initial values
	}
	checkWider(t, v, c)
	p, fails := c.Points, len(v.New.Failures) > 0
	if offline(c) {
		if fails && len(v.Rebooting.Failures) == 0 || v.Rebooting.States < v.New.States {
			t.Errorf("the new version has %+v, with reboots %+v", v.New, v.Rebooting)
		}
		fails = len(v.Rebooting.Failures) > 0
	}
	if fails {
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

// checkWider checks a cell against one of the same transfer with more points: that of
// the level anytime, which admits all; for reboot and hardware, where the same points
// are of other classes, that of the level system; for event that of unit, and for
// system, where no transaction is in progress, that of event.
func checkWider(t *rapid.T, v *oracle.Verdicts, c oracle.Cell) {
	wider := "anytime"
	switch {
	case offline(c):
		wider = "system"
	case c.Level == "event":
		wider = "unit"
	case c.Level == "system":
		wider = "event"
	}
	p, all := c.Points, v.Cells[slices.IndexFunc(v.Cells, func(a oracle.Cell) bool { return a.Level == wider && a.Transfer == c.Transfer })].Points
	if p.Total > all.Total || !offline(c) && (p.Immediate > all.Immediate || p.Invalid > all.Invalid || p.Stray > all.Stray) {
		t.Errorf("%s has more points than %s: %+v, %+v", c.Name(), wider, p, all)
	}
}
