package search

import "unsafe"

// mapFrom is the size in bytes from which an array lies outside the heap.
const mapFrom = 1 << 20

// hugePage is the size of a huge page of most systems.
const hugePage = 2 << 20

// vec is a growing array without pointers. Small ones are slices; large ones are
// mapped memory, which grows without being copied and which the collector does
// not count. The owner keeps the number of elements in use; len(s) is the room.
type vec[T ~uint16 | ~uint32 | ~uint64] struct {
	s   []T
	mem []byte // the mapped memory under s, nil while s is on the heap
}

// grow makes room for at least n elements. Contents stay, new elements are 0,
// slices taken before are invalid.
func (v *vec[T]) grow(n int) {
	if n <= len(v.s) {
		return
	}
	size := int(unsafe.Sizeof(*new(T)))
	if n*size < mapFrom {
		v.copyTo(make([]T, max(n, min(2*len(v.s), mapFrom/size), 16)))
		return
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
		return
	}
	v.mem, v.s = mem, asSlice[T](mem)
}

// reset replaces the contents by n zeros, freeing the old array first.
func (v *vec[T]) reset(n int) {
	v.free()
	size := int(unsafe.Sizeof(*new(T)))
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

// bytes is the memory held.
func (v *vec[T]) bytes() int64 {
	if v.mem != nil {
		return int64(len(v.mem))
	}
	return int64(len(v.s)) * int64(unsafe.Sizeof(*new(T)))
}

// free gives the memory back; the array is then empty.
func (v *vec[T]) free() {
	if v.mem != nil {
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
	return unsafe.Slice((*T)(unsafe.Pointer(unsafe.SliceData(mem))), len(mem)/int(unsafe.Sizeof(*new(T))))
}
