package explorer

import (
	"errors"

	"github.com/lucheck/lucheck/explorer/search"
)

// Where there is a disk, what is kept by state lies there, and a space that does not fit into
// memory goes there. A disk without room is a limit like others: what is not known then is unknown.

// onDisk says whether there is a disk.
func (a *Analysis) onDisk() bool { return a.opt.search.Disk != nil }

// perState gives zeros for n states, on the disk if there is one that has room, until the space is closed.
func perState[T ~uint8 | ~uint16 | ~int32 | ~uint32 | ~uint64](s *search.Space, n int) []T {
	list, err := search.Array[T](s, n)
	if err != nil {
		return make([]T, n)
	}
	return list
}

// add adds a state, as Space.Add does; full says that the disk has no room.
func add(s *search.Space, v []uint64) (ref search.Ref, isNew, full bool, err error) {
	ref, isNew, err = s.Add(v)
	if errors.Is(err, search.ErrDisk) {
		return search.NoRef, false, true, nil
	}
	return ref, isNew, false, err
}

// makeRoom leaves half of the memory to another space, if there is a disk.
func (a *Analysis) makeRoom() {
	if a.onDisk() && a.opt.MaxBytes > 0 {
		a.space.Within(a.opt.MaxBytes/3*2, 0)
	}
}

// listened is a disk whose first refusal is remembered.
type listened struct {
	search.Disk
	refusal error
}

// Grow asks the disk.
func (l *listened) Grow(mem []byte, n int) ([]byte, error) {
	grown, err := l.Disk.Grow(mem, n)
	if err != nil && l.refusal == nil {
		l.refusal = err
	}
	return grown, err
}

// refusal is why the disk of all spaces of a check had no room; nil where it always had, or there is none.
func (a *Analysis) refusal() error {
	if l, is := a.opt.search.Disk.(*listened); is {
		return l.refusal
	}
	return nil
}

// noRoom says that there was no room for what was to be stored: why the disk had none, or that memory had none.
func (a *Analysis) noRoom() string {
	if err := a.refusal(); err != nil {
		return err.Error()
	}
	return "stopped at --max-mem"
}

// release gives back what is kept of an exploration that is forgotten.
func (s *after) release(space *search.Space) {
	s.region.Graph.Close()
	search.Release(space, s.class)
	for _, list := range [][]int32{s.toFail, s.toR2, s.longest, s.toLost, s.toCycle} {
		search.Release(space, list)
	}
}
