package search

import "unsafe"

// mapFrom is the size in bytes from which an array lies outside the heap.
const mapFrom = 1 << 20

// hugePage is the size of a huge page of most systems.
const hugePage = 2 << 20

// vec is a growing array without pointers. Small ones are slices; large ones are
// mapped memory, which grows without being copied and which the collector does
// not count, or memory of a disk. The owner keeps the number of elements in use; len(s) is the room.
type vec[T ~uint16 | ~uint32 | ~uint64] struct {
	s    []T
	mem  []byte // the mapped memory under s, nil while s is on the heap
	disk *disk  // where mem is from; nil: it is plain memory
}

// grow makes room for at least n elements. Contents stay, new elements are 0,
// slices taken before are invalid. It is false, and all is as before, where the disk has no room;
// without a disk it is true.
func (v *vec[T]) grow(n int) bool {
	if n <= len(v.s) {
		return true
	}
	size := sizeOf[T]()
	if v.disk != nil && n*size >= v.disk.from {
		return v.growOnDisk(n)
	}
	if n*size < mapFrom {
		v.copyTo(make([]T, max(n, min(2*len(v.s), mapFrom/size), 16)))
		return true
	}
	// Growing mapped memory is cheap, so the room to spare is small.
	want := pages(max(n, len(v.s)+len(v.s)/8) * size)
	mem := []byte(nil)
	if v.mem != nil {
		mem = remapBytes(v.mem, want)
	} else if mem = mapBytes(want); mem != nil {
		copy(asSlice[T](mem), v.s)
	}
	if mem == nil {
		v.copyTo(make([]T, max(n, len(v.s)+len(v.s)*2/5)))
		return true
	}
	v.mem, v.s = mem, asSlice[T](mem)
	return true
}

// growOnDisk is grow for an array that is, or gets, too large for memory.
func (v *vec[T]) growOnDisk(n int) bool {
	size := sizeOf[T]()
	mem := v.disk.grow(v.mem, pages(max(n, len(v.s)+len(v.s)/8)*size))
	if least := pages(n * size); mem == nil && least > len(v.mem) {
		mem = v.disk.grow(v.mem, least)
	}
	if mem == nil {
		return false
	}
	if v.mem == nil {
		copy(asSlice[T](mem), v.s)
	}
	v.mem, v.s = mem, asSlice[T](mem)
	return true
}

// move puts an array that lies in memory on a disk, where it stays; if it is small, once it grows.
// It is false, and all is as before, where the disk has no room.
func (v *vec[T]) move(d *disk) bool {
	if v.disk != nil {
		return true
	}
	if size := len(v.s) * sizeOf[T](); size >= d.from {
		mem := d.grow(nil, pages(size))
		if mem == nil {
			return false
		}
		for at := 0; at < len(v.s); at += easy {
			d.Ease()
			copy(asSlice[T](mem)[at:], v.s[at:min(len(v.s), at+easy)])
		}
		v.free()
		v.mem, v.s = mem, asSlice[T](mem)
	}
	v.disk = d
	return true
}

// reset replaces the contents by n zeros, freeing the old array first. The array is not on a disk.
func (v *vec[T]) reset(n int) {
	v.free()
	size := sizeOf[T]()
	if n*size >= mapFrom {
		if v.mem = mapBytes(pages(n * size)); v.mem != nil {
			v.s = asSlice[T](v.mem)[:n]
			return
		}
	}
	v.s = make([]T, n)
}

// copyTo moves the contents to a larger slice of the heap.
func (v *vec[T]) copyTo(s []T) {
	copy(s, v.s)
	v.free()
	v.s = s
}

// bytes is the memory held; what is on a disk is none.
func (v *vec[T]) bytes() int64 {
	switch {
	case v.mem == nil:
		return int64(len(v.s) * sizeOf[T]())
	case v.disk != nil:
		return 0
	}
	return int64(len(v.mem))
}

// free gives the memory back; the array is then empty.
func (v *vec[T]) free() {
	switch {
	case v.mem == nil:
	case v.disk != nil:
		v.disk.free(v.mem)
	default:
		unmapBytes(v.mem)
	}
	v.s, v.mem = nil, nil
}

// pages rounds a number of bytes up to whole pages: to huge ones where the part of
// one that stays empty does not matter.
func pages(n int) int {
	page := 16 << 10
	if n >= 4*hugePage {
		page = hugePage
	}
	return (n + page - 1) / page * page
}

// asSlice sees mapped bytes as elements.
func asSlice[T any](mem []byte) []T {
	return unsafe.Slice((*T)(unsafe.Pointer(unsafe.SliceData(mem))), len(mem)/sizeOf[T]())
}

// sizeOf is the size of an element in bytes.
func sizeOf[T any]() int { return int(unsafe.Sizeof(*new(T))) }
