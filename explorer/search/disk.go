package search

import "errors"

// Disk gives memory that lies in files: it is read and written like other memory, and the system may
// take it out of the process and back at any time. A space with a Disk puts there what grows with the
// number of states, once that no longer fits Limits.MaxBytes. It is asked by one goroutine at a time.
type Disk interface {
	// Grow gives n bytes, n a multiple of 16 KiB and more than len(mem): the contents of mem, then zeros. mem is
	// what Grow gave before, and not valid any more; nil is an empty one. An error leaves mem as it was.
	Grow(mem []byte, n int) ([]byte, error)
	// Free gives back what Grow gave.
	Free(mem []byte)
	// Ease is called now and then, when some megabytes at most were read or written since: the time to look
	// how much of the files is in memory.
	Ease()
}

// easy is the number of states, records or edges between two calls of Ease.
const easy = 1 << 14

// ease is Disk.Ease for the number n of what is gone through, from 0 on.
func (d *disk) ease(n int) {
	if d != nil && n%easy == 0 {
		d.Ease()
	}
}

// ErrDisk is returned where the Disk has no room for what would be stored. The space is as it was.
var ErrDisk = errors.New("search: no room on disk")

// disk is a space's Disk.
type disk struct {
	Disk
	from   int          // arrays of fewer bytes stay in memory
	err    error        // the first refusal
	held   int64        // bytes
	given  []lent       // by array, until it is released or the space closed
	memory int64        // bytes of those that are plain
	room   func() int64 // memory that may still be used
}

// lent is memory under an array.
type lent struct {
	mem   []byte
	plain bool // not of the disk
}

// back gives it back.
func (d *disk) back(l lent) {
	if l.plain {
		d.memory -= int64(len(l.mem))
		unmapBytes(l.mem)
		return
	}
	d.free(l.mem)
}

// newDisk makes the disk of a space; nil for none.
func newDisk(d Disk, from int, room func() int64) *disk {
	if d == nil {
		return nil
	}
	if from <= 0 || from > mapFrom {
		from = mapFrom
	}
	return &disk{Disk: d, from: from, room: room}
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

// Disk tells how many bytes the space has on its Disk, and the Disk's first refusal.
func (s *Space) Disk() (held int64, refusal error) {
	if s.disk == nil {
		return 0, nil
	}
	return s.disk.held, s.disk.err
}
