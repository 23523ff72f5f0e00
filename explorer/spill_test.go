package explorer

import (
	"context"
	"errors"
	"testing"
	"unsafe"

	"github.com/google/go-cmp/cmp"

	"github.com/lucheck/lucheck/explorer/search"
)

// testDisk is a disk in memory that spoils what is given back.
type testDisk struct{}

func (d testDisk) Grow(mem []byte, n int) ([]byte, error) {
	words := make([]uint64, n/8)
	grown := unsafe.Slice((*byte)(unsafe.Pointer(unsafe.SliceData(words))), n)
	copy(grown, mem)
	d.Free(mem)
	return grown, nil
}

func (testDisk) Free(mem []byte) {
	for i := range mem {
		mem[i] = 0xa5
	}
}

func (testDisk) Ease() {}

// fullDisk is one that refuses requests from one on.
type fullDisk struct {
	testDisk
	requests, refused int
}

func (d *fullDisk) Grow(mem []byte, n int) ([]byte, error) {
	if d.requests++; d.requests >= d.refused {
		return nil, errors.New("stopped at the test's disk")
	}
	return d.testDisk.Grow(mem, n)
}

// onDisk are settings with everything on a disk.
func onDisk() search.Options {
	return search.Options{Disk: testDisk{}, OnDisk: true, Together: 100}
}

// TestDiskFull refuses more and more of what a check wants to put on a disk: what is decided is right, what is not
// says why, and nothing is taken for valid.
func TestDiskFull(t *testing.T) {
	for _, name := range specs(t) {
		prog := load(t, name, nil)
		for i, u := range prog.Updates {
			want := check(t, prog, i, Options{}).Scenario()
			for refused := 1; ; refused += 1 + refused/3 {
				d := &fullDisk{refused: refused}
				a, err := Check(context.Background(), prog, u, Options{search: search.Options{Disk: d, OnDisk: true}})
				if err != nil {
					t.Fatalf("%s: with %d requests granted: %v", name, refused-1, err)
				}
				got := a.Scenario()
				a.Close()
				if d.requests < refused {
					want.Stats, got.Stats = nil, nil
					if diff := cmp.Diff(want, got); diff != "" {
						t.Errorf("%s: on disk:\n%s", name, diff)
					}
					break
				}
				for k, c := range got.Cells {
					w := want.Cells[k]
					if c.Verdict != w.Verdict && c.Verdict != Unknown {
						t.Fatalf("%s, %s with %s: %v instead of %v where %d requests are granted", name, c.Level, c.Transfer, c.Verdict, w.Verdict, refused-1)
					}
					if c.Verdict == Unknown && w.Verdict != Unknown && c.Transfer != transferAny && c.Reason != "stopped at the test's disk" {
						t.Fatalf("%s, %s with %s is unknown because %q", name, c.Level, c.Transfer, c.Reason)
					}
				}
			}
		}
	}
}
