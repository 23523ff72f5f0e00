package main

import (
	"errors"
	"os"
	"runtime/debug"

	"github.com/spf13/pflag"

	"github.com/lucheck/lucheck/explorer"
)

// spilling is where an exploration goes on that does not fit into memory.
type spilling struct {
	dir  string
	most size // bytes there; 0 is no limit
	disk explorer.Disk
}

func (s *spilling) flags(f *pflag.FlagSet) {
	f.StringVar(&s.dir, "spill", "", "past --max-mem go on in files of that directory, slower, with the same results")
	f.Var(&s.most, "max-disk", "stop at that much in files of --spill (0: no limit)")
}

// spillGC is the garbage collector's share of memory, in percent of what is in use, where memory is short.
const spillGC = 25

// check makes sure that files can be made there.
func (s *spilling) check(memory size) error {
	switch {
	case s.dir == "" && s.most > 0:
		return failf(exitUsage, "--max-disk is for the files of --spill")
	case s.dir == "":
		return nil
	case memory == 0:
		return failf(exitUsage, "--spill is for what does not fit into --max-mem, which is no limit")
	}
	disk, err := newSpillDisk(s.dir, int64(s.most), int64(memory))
	if err == nil {
		err = tryDisk(disk)
	}
	if err != nil {
		return failf(exitUsage, "--spill: %v", reason(err))
	}
	s.disk = disk
	debug.SetGCPercent(spillGC)
	return nil
}

// tryDisk makes a small file and removes it.
func tryDisk(d explorer.Disk) error {
	mem, err := d.Grow(nil, 16<<10)
	if errors.Is(err, errMaxDisk) {
		return nil // it is told where it matters
	}
	if err == nil {
		d.Free(mem)
	}
	return err
}

// errMaxDisk is the refusal of a disk that has reached its limit.
var errMaxDisk = errors.New("stopped at --max-disk")

// fullDisk is the refusal of a disk whose directory has no room.
type fullDisk struct {
	dir string
	err error
}

func (f *fullDisk) Error() string {
	return "stopped because there is no room in " + f.dir + " of --spill: " + reason(f.err).Error()
}

func (f *fullDisk) Unwrap() error { return f.err }

// spillFile makes a file without a name: it is gone when the process is.
func spillFile(dir string) (*os.File, error) {
	f, err := os.CreateTemp(dir, "lucheck-spill-")
	if err != nil {
		return nil, err
	}
	if err := os.Remove(f.Name()); err != nil {
		f.Close()
		return nil, err
	}
	return f, nil
}
