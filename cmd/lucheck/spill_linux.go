//go:build linux

package main

import (
	"bytes"
	"errors"
	"io"
	"os"
	"strconv"
	"sync"
	"sync/atomic"
	"syscall"
	"time"
	"unsafe"

	"github.com/lucheck/lucheck/explorer"
)

// spillDisk gives memory that lies in files of a directory. Their blocks are set aside before they are mapped, so
// that a full directory is an error and no signal. What of them is in memory is dropped, which loses nothing, whenever
// it is more than a share of the memory that the process may have.
type spillDisk struct {
	dir   string
	limit int64 // bytes of files; 0 is no limit
	share int64 // bytes of them in memory

	mu    sync.Mutex
	held  int64
	files map[*byte]*mapped // by first byte
	watch bool              // somebody looks at what is in memory

	statm   *os.File
	without atomic.Int64 // what is in memory of other files
	skip    int64        // calls of Ease that have nothing to do
}

// mapped is a file and where it is.
type mapped struct {
	file *os.File
	mem  []byte
}

// spillShare is the part of --max-mem that files may have in memory: one so-manieth.
const spillShare = 10

// newSpillDisk makes a disk in a directory.
func newSpillDisk(dir string, limit, memory int64) (explorer.Disk, error) {
	statm, err := os.Open("/proc/self/statm")
	if err != nil {
		return nil, err
	}
	return &spillDisk{dir: dir, limit: limit, share: max(memory/spillShare, 1<<20), files: map[*byte]*mapped{}, statm: statm}, nil
}

// Grow gives n bytes in a file of their own.
func (d *spillDisk) Grow(mem []byte, n int) ([]byte, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	more := int64(n - len(mem))
	if d.limit > 0 && d.held+more > d.limit {
		return nil, errMaxDisk
	}
	m := d.files[unsafe.SliceData(mem)]
	if mem == nil {
		f, err := spillFile(d.dir)
		if err != nil {
			return nil, &fullDisk{d.dir, err}
		}
		m = &mapped{file: f}
	}
	grown, err := m.grow(n)
	if err != nil {
		if mem == nil {
			m.file.Close()
		}
		return nil, &fullDisk{d.dir, err}
	}
	if mem != nil {
		delete(d.files, unsafe.SliceData(mem))
		_ = syscall.Munmap(mem)
	}
	m.mem = grown
	d.files[unsafe.SliceData(grown)] = m
	d.held += more
	if !d.watch {
		d.watch = true
		d.without.Store(d.resident())
		go d.trim()
	}
	return grown, nil
}

// grow makes the file longer and maps it once more.
func (m *mapped) grow(n int) ([]byte, error) {
	fd, size := int(m.file.Fd()), int64(len(m.mem))
	err := syscall.Fallocate(fd, 0, size, int64(n)-size)
	for errors.Is(err, syscall.EINTR) {
		err = syscall.Fallocate(fd, 0, size, int64(n)-size)
	}
	var grown []byte
	if err == nil {
		grown, err = syscall.Mmap(fd, 0, n, syscall.PROT_READ|syscall.PROT_WRITE, syscall.MAP_SHARED)
	}
	if err != nil {
		_ = m.file.Truncate(size)
	}
	return grown, err
}

// Free gives a file back.
func (d *spillDisk) Free(mem []byte) {
	d.mu.Lock()
	defer d.mu.Unlock()
	m := d.files[unsafe.SliceData(mem)]
	delete(d.files, unsafe.SliceData(mem))
	d.held -= int64(len(mem))
	_ = syscall.Munmap(mem)
	_ = m.file.Close()
}

// easePace is what may come into memory between two calls of Ease, by far.
const easePace = 8 << 20

// Ease drops what is in memory of the files if it is too much. How much it is, is not looked at again before it may be.
func (d *spillDisk) Ease() {
	if d.skip > 0 {
		d.skip--
		return
	}
	d.skip = d.trimOnce() / easePace
}

// trimOnce is Ease, and gives how many bytes more there may be in memory.
func (d *spillDisk) trimOnce() int64 {
	if left := d.share - (d.resident() - d.without.Load()); left > 0 {
		return left
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, m := range d.files {
		_ = syscall.Madvise(m.mem, syscall.MADV_DONTNEED) // of a shared file: what was written stays
	}
	return d.share
}

// trimPace is the time between two looks at what is in memory by somebody who does nothing else.
const trimPace = time.Millisecond

// trim eases the disk until there are no files.
func (d *spillDisk) trim() {
	for d.used() {
		d.trimOnce()
		time.Sleep(trimPace)
	}
}

// used tells whether there are files; if not, nobody looks at them any more.
func (d *spillDisk) used() bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.watch = len(d.files) > 0
	return d.watch
}

// resident is the number of bytes of files, the program's own included, that are in the process's memory; 0 where the
// system does not say.
func (d *spillDisk) resident() int64 {
	var text [128]byte
	n, err := d.statm.ReadAt(text[:], 0)
	fields := bytes.Fields(text[:n])
	if err != nil && err != io.EOF || len(fields) < 3 {
		return 0
	}
	pages, _ := strconv.ParseInt(string(fields[2]), 10, 64)
	return pages * int64(os.Getpagesize())
}
