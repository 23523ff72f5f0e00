package search

import (
	"errors"
	"slices"
	"unsafe"
)

// Disk gives memory that lies in files: it is read and written like other memory, and the system may
// take it out of the process and back at any time. A space with a Disk puts there what grows with the
// number of states, once that no longer fits Limits.MaxBytes. It is asked by one goroutine at a time.
type Disk interface {
	// Grow gives n bytes, n a multiple of 16 KiB and more than len(mem): the contents of mem, then zeros. mem is
	// what Grow gave before, and not valid any more; nil is an empty one. An error leaves mem as it was.
	Grow(mem []byte, n int) ([]byte, error)
	// Free gives back what Grow gave.
	Free(mem []byte)
}

// ErrDisk is returned where the Disk has no room for what would be stored. The space is as it was.
var ErrDisk = errors.New("search: no room on disk")

// disk is a space's Disk.
type disk struct {
	Disk
	from  int      // arrays of fewer bytes stay in memory
	err   error    // the first refusal
	held  int64    // bytes
	given [][]byte // by array, until the space is closed
}

// newDisk makes the disk of a space; nil for none.
func newDisk(d Disk, from int) *disk {
	if d == nil {
		return nil
	}
	if from <= 0 || from > mapFrom {
		from = mapFrom
	}
	return &disk{Disk: d, from: from}
}

// grow is Disk.Grow, nil where that is refused.
func (d *disk) grow(mem []byte, n int) []byte {
	grown, err := d.Grow(mem, n)
	if err != nil {
		if d.err == nil {
			d.err = err
		}
		return nil
	}
	d.held += int64(n - len(mem))
	return grown
}

// free gives memory back.
func (d *disk) free(mem []byte) {
	d.held -= int64(len(mem))
	d.Free(mem)
}

// refused is the first refusal of the disk; nil where there was none, or there is no disk.
func (d *disk) refused() error {
	if d == nil {
		return nil
	}
	return d.err
}

// full is the reason why an exploration stops that finds no room: memory, unless it was the disk.
func (d *disk) full() Reason {
	if d.refused() != nil {
		return MaxDisk
	}
	return MaxMem
}

// word is what arrays by state hold.
type word interface {
	~uint8 | ~uint16 | ~int32 | ~uint32 | ~uint64
}

// array gives n zeros: in memory without a disk, else on it until the space is closed. ErrDisk is the
// only error.
func array[T word](d *disk, n int) ([]T, error) {
	size := n * sizeOf[T]()
	if d == nil || size < d.from {
		return make([]T, n), nil
	}
	mem := d.grow(nil, pages(size))
	if mem == nil {
		return nil, ErrDisk
	}
	d.given = append(d.given, mem)
	return asSlice[T](mem)[:n], nil
}

// release gives an array back early; of another slice nothing happens.
func release[T word](d *disk, a []T) {
	if d == nil || len(a) == 0 {
		return
	}
	for i, mem := range d.given {
		if unsafe.Pointer(unsafe.SliceData(mem)) == unsafe.Pointer(unsafe.SliceData(a)) {
			d.given = slices.Delete(d.given, i, i+1)
			d.free(mem)
			return
		}
	}
}

// close gives back all arrays.
func (d *disk) close() {
	if d == nil {
		return
	}
	for _, mem := range d.given {
		d.free(mem)
	}
	d.given = nil
}

// Array gives n zeros for what is kept by state beside a space: plain memory, or, of a space with a Disk, where
// it is much, memory of that, which does not count for any limit. It must not be used after the space
// is closed. ErrDisk is the only error.
func Array[T word](s *Space, n int) ([]T, error) { return array[T](s.disk, n) }

// Release gives an Array of the space back early; it must not be used afterwards.
func Release[T word](s *Space, a []T) { release(s.disk, a) }

// Disk tells how many bytes the space has on its Disk, and the Disk's first refusal.
func (s *Space) Disk() (held int64, refusal error) {
	if s.disk == nil {
		return 0, nil
	}
	return s.disk.held, s.disk.err
}
