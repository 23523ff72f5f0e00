package model

import (
	"io/fs"
	"os"
	"testing"
	"testing/fstest"

	"github.com/lucheck/lucheck/lang"
)

// FuzzCompile makes sure that whatever the checker admits can be compiled, or is
// refused with an error, and that the first steps of both versions run.
func FuzzCompile(f *testing.F) {
	names, err := fs.Glob(os.DirFS(".."), "scenarios/*.lu")
	if err != nil || len(names) == 0 {
		f.Fatalf("no seeds: %v", err)
	}
	for _, name := range names {
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
		for _, src := range prog.Updates {
			u, err := Compile(prog, src, Options{Transactions: true})
			if err != nil {
				continue
			}
			u.Levels(u.DefaultLevels())
			for version := range 2 {
				u.Invariants(version)
				states, _, ok := u.Initial(version)
				if !ok {
					continue
				}
				v := states[0]
				u.Describe(v)
				for g := range u.Groups() {
					if u.Footprint(g, v) != nil {
						u.Step(g, v, func([]uint64, uint32) bool { return true })
					}
				}
			}
		}
	})
}
