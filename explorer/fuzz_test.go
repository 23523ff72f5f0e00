package explorer

import (
	"context"
	"io/fs"
	"os"
	"testing"
	"testing/fstest"
	"time"

	"github.com/lucheck/lucheck/lang"
)

// FuzzVerdict checks whatever loads, within limits: no panic, no hang, and every
// cell can be asked why.
func FuzzVerdict(f *testing.F) {
	for _, name := range specs(f) {
		text, err := fs.ReadFile(os.DirFS(".."), name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		prog, _, errs, err := lang.Load(fstest.MapFS{"spec.lu": {Data: text}}, "spec.lu", lang.Options{})
		if err != nil || errs.HasErrors() || prog == nil {
			return
		}
		for _, u := range prog.Updates {
			ctx, cancel := context.WithTimeout(context.Background(), 2*time.Second)
			a, err := Check(ctx, prog, u, Options{MaxStates: 3000, MaxBytes: 1 << 28})
			cancel()
			if err != nil {
				continue
			}
			for _, c := range a.Scenario().Cells {
				if _, err := a.Why(c.Level, c.Transfer); err != nil {
					t.Error(err)
				}
			}
			a.Close()
		}
	})
}
