package gen_test

import (
	"testing"
	"testing/fstest"

	"pgregory.net/rapid"

	"github.com/lucheck/lucheck/lang"
	"github.com/lucheck/lucheck/model/oracle/gen"
)

// TestSpecsAreWellTyped checks that the language accepts every spec that is drawn.
func TestSpecsAreWellTyped(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		text := gen.Spec(rt)
		fsys := fstest.MapFS{"spec.lu": &fstest.MapFile{Data: []byte(text)}}
		p, _, errs, err := lang.Load(fsys, "spec.lu", lang.Options{})
		if err != nil {
			rt.Fatal(err)
		}
		if p == nil {
			for _, e := range errs {
				rt.Log(e)
			}
			rt.Fatalf("%s", text)
		}
		if len(p.Updates) != 1 {
			rt.Fatalf("%d updates in\n%s", len(p.Updates), text)
		}
	})
}
