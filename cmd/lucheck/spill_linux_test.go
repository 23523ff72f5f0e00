//go:build linux

package main

import (
	"encoding/binary"
	"errors"
	"os"
	"testing"
)

// TestSpillDisk makes sure that what is written stays when it grows and when it is dropped from memory, that limits hold, and
// that nothing is left.
func TestSpillDisk(t *testing.T) {
	dir := t.TempDir()
	made, err := newSpillDisk(dir, 96<<20, 8<<20)
	if err != nil {
		t.Fatal(err)
	}
	d := made.(*spillDisk)
	var mem []byte
	for n := 16 << 10; n <= 64<<20; n *= 4 {
		from := len(mem)
		if mem, err = d.Grow(mem, n); err != nil || len(mem) != n {
			t.Fatalf("%d bytes of %d: %v", len(mem), n, err)
		}
		for at := from; at < n; at += 8 {
			if x := binary.LittleEndian.Uint64(mem[at:]); x != 0 {
				t.Fatalf("a new byte is not 0")
			}
			binary.LittleEndian.PutUint64(mem[at:], uint64(at)*7)
		}
	}
	d.skip = 0
	d.Ease()
	if is := d.resident() - d.without.Load(); is > 16<<20 {
		t.Errorf("%d bytes are in memory, %d may be", is, d.share)
	}
	for at := 0; at < len(mem); at += 8 {
		if x := binary.LittleEndian.Uint64(mem[at:]); x != uint64(at)*7 {
			t.Fatalf("byte %d has changed", at)
		}
	}
	other, err := d.Grow(nil, 16<<20)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := d.Grow(other, 64<<20); !errors.Is(err, errMaxDisk) {
		t.Errorf("beyond the limit: %v", err)
	}
	other[len(other)-1] = 1 // is as it was
	if left, err := os.ReadDir(dir); err != nil || len(left) > 0 {
		t.Errorf("%d files have names, %v", len(left), err)
	}
	d.Free(mem)
	d.Free(other)
	if d.held != 0 || d.used() {
		t.Errorf("%d bytes are left", d.held)
	}
	gone, err := newSpillDisk(dir+"/missing", 0, 1<<20)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := gone.Grow(nil, 16<<10); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("in a directory that is missing: %v", err)
	}
}
