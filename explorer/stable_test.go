package explorer

import (
	"context"
	"os"
	"testing"
)

// TestStableOutOfTime says nothing about the weakest stable state where there was no time to
// look at the points.
func TestStableOutOfTime(t *testing.T) {
	prog := loadFrom(t, os.DirFS("../scenarios"), "1d-buffered-writes.lu", nil)
	closing, cancel := context.WithCancel(context.Background())
	a, err := Check(context.Background(), prog, prog.Updates[0], Options{Closing: closing})
	if err != nil {
		t.Fatal(err)
	}
	defer a.Close()
	cancel()
	if w, why, err := a.Weakest("none", "unit"); err != nil || w != nil || why == "" {
		t.Errorf("got %+v, %q, %v", w, why, err)
	}
	for _, e := range prog.Updates[0].Expects {
		if x := (Expectation{}); e.Safe != nil {
			if a.judgeSafe(e, &x); x.Met != nil {
				t.Errorf("%s: met is %v", a.safeText(e), *x.Met)
			}
		}
	}
}
