//go:build linux

package search

import (
	"syscall"
	"unsafe"
)

const (
	mremapMayMove = 1
	adviseHuge    = 14
)

// mapBytes gives n zeroed bytes outside the collector's heap, nil where the
// system refuses.
func mapBytes(n int) []byte {
	mem, err := syscall.Mmap(-1, 0, n, syscall.PROT_READ|syscall.PROT_WRITE, syscall.MAP_ANON|syscall.MAP_PRIVATE)
	if err != nil {
		return nil
	}
	advise(mem)
	return mem
}

// remapBytes grows mapped memory without copying it; it may move. nil means that
// the system refuses and mem is as it was.
func remapBytes(mem []byte, n int) []byte {
	addr, _, errno := syscall.Syscall6(syscall.SYS_MREMAP,
		uintptr(unsafe.Pointer(unsafe.SliceData(mem))), uintptr(len(mem)), uintptr(n), mremapMayMove, 0, 0)
	if errno != 0 {
		return nil
	}
	grown := unsafe.Slice((*byte)(*(*unsafe.Pointer)(unsafe.Pointer(&addr))), n)
	advise(grown)
	return grown
}

// unmapBytes gives mapped memory back.
func unmapBytes(mem []byte) {
	_, _, _ = syscall.Syscall(syscall.SYS_MUNMAP, uintptr(unsafe.Pointer(unsafe.SliceData(mem))), uintptr(len(mem)), 0)
}

// advise asks for huge pages, which random access to large tables needs; the
// system may ignore it.
func advise(mem []byte) {
	if len(mem) >= hugePage {
		_ = syscall.Madvise(mem, adviseHuge)
	}
}
