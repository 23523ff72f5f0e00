package search

import (
	"slices"
	"unsafe"
)

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
	d.given = append(d.given, lent{mem: mem})
	return asSlice[T](mem)[:n], nil
}

// scratch is array for what is used in any order and released soon: in memory, if that has room.
func scratch[T word](d *disk, n int) ([]T, error) {
	size := n * sizeOf[T]()
	if d != nil && size >= d.from && int64(pages(size)) <= d.room() {
		if mem := mapBytes(pages(size)); mem != nil {
			d.memory += int64(len(mem))
			d.given = append(d.given, lent{mem, true})
			return asSlice[T](mem)[:n], nil
		}
	}
	return array[T](d, n)
}

// keep makes of what scratch gave what array gives. ErrDisk is the only error.
func keep[T word](d *disk, a []T) ([]T, error) {
	if d == nil {
		return a, nil
	}
	if i := d.find(unsafe.Pointer(unsafe.SliceData(a))); i < 0 || !d.given[i].plain {
		return a, nil
	}
	defer release(d, a)
	return clone(d, a)
}

// find gives the number of an array among those given, or -1.
func (d *disk) find(a unsafe.Pointer) int {
	return slices.IndexFunc(d.given, func(l lent) bool { return unsafe.Pointer(unsafe.SliceData(l.mem)) == a })
}

// release gives an array back early; of another slice nothing happens.
func release[T any](d *disk, a []T) {
	if d == nil || cap(a) == 0 || cap(a)*sizeOf[T]() < d.from {
		return // as most are
	}
	if i := d.find(unsafe.Pointer(unsafe.SliceData(a))); i >= 0 {
		l := d.given[i]
		d.given = slices.Delete(d.given, i, i+1)
		d.back(l)
	}
}

// push appends to a list that has no pointers and is an array of the disk, if it is long: for lists as long as there are
// states. It is release that gives it back. ErrDisk is the only error.
func push[T any](d *disk, list []T, x T) ([]T, error) {
	if d == nil || len(list) < cap(list) {
		return append(list, x), nil
	}
	return pushOnDisk(d, list, x)
}

// pushOnDisk is push for a list that is full.
func pushOnDisk[T any](d *disk, list []T, x T) ([]T, error) {
	size := sizeOf[T]()
	if 2*(len(list)+1)*size < d.from {
		return append(list, x), nil
	}
	i := d.find(unsafe.Pointer(unsafe.SliceData(list)))
	old := []byte(nil)
	if i >= 0 {
		old = d.given[i].mem
	}
	mem := d.grow(old, pages(max(d.from+size, (len(list)+len(list)/2+1)*size)))
	if mem == nil {
		return list, ErrDisk
	}
	grown := asSlice[T](mem)[:len(list)]
	if old != nil {
		d.given[i].mem = mem
	} else {
		d.given = append(d.given, lent{mem: mem})
		copy(grown, list)
	}
	return append(grown, x), nil
}

// clone copies a list to an array of the disk, if it is long. ErrDisk is the only error.
func clone[T word](d *disk, list []T) ([]T, error) {
	a, err := array[T](d, len(list))
	copy(a, list)
	return a, err
}

// close gives back all arrays.
func (d *disk) close() {
	if d == nil {
		return
	}
	for _, l := range d.given {
		d.back(l)
	}
	d.given = nil
}

// Array gives n zeros for what is kept by state beside a space: plain memory, or, of a space with a Disk, where
// it is much, memory of that, which does not count for any limit. It must not be used after the space
// is closed. ErrDisk is the only error.
func Array[T word](s *Space, n int) ([]T, error) { return array[T](s.disk, n) }

// Release gives an Array of the space back early; it must not be used afterwards.
func Release[T word](s *Space, a []T) { release(s.disk, a) }
