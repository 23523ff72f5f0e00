package search

import (
	"errors"
	"unsafe"
)

// testDisk is a Disk in memory that spoils what is not valid any more, and refuses some requests.
type testDisk struct {
	live     map[*byte]int
	requests int
	refuse   func(request int) bool // nil: none
}

var errTestDisk = errors.New("the test's disk is full")

func newTestDisk() *testDisk { return &testDisk{live: map[*byte]int{}} }

func (d *testDisk) Grow(mem []byte, n int) ([]byte, error) {
	if n%(16<<10) != 0 || n <= len(mem) {
		panic("a disk is asked for an odd size")
	}
	if d.requests++; d.refuse != nil && d.refuse(d.requests) {
		return nil, errTestDisk
	}
	words := make([]uint64, n/8)
	grown := unsafe.Slice((*byte)(unsafe.Pointer(unsafe.SliceData(words))), n)
	copy(grown, mem)
	if mem != nil {
		d.Free(mem)
	}
	d.live[unsafe.SliceData(grown)] = n
	return grown, nil
}

func (d *testDisk) Free(mem []byte) {
	if n, ok := d.live[unsafe.SliceData(mem)]; !ok || n != len(mem) {
		panic("a disk is given what it did not give")
	}
	delete(d.live, unsafe.SliceData(mem))
	for i := range mem {
		mem[i] = 0xa5
	}
}

// closeSpace closes a space and makes sure that it gives back all that its disk gave.
func closeSpace(t interface{ Errorf(string, ...any) }, s *Space) {
	s.Close()
	if s.disk != nil {
		if live := s.disk.Disk.(*testDisk).live; len(live) > 0 || s.disk.held != 0 {
			t.Errorf("%d arrays are left on disk, %d bytes", len(live), s.disk.held)
		}
	}
}

func (d *testDisk) Ease() {}
