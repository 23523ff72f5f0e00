package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"

	"github.com/lucheck/lucheck/explorer"
)

// A checkpoint is a directory. Its manifest says what was run and how much of the other files
// counts; it is replaced in one step, after these have come to the disk. So whenever a process is
// killed, the last checkpoint that was completed is there, and what lies behind it is passed over.
const (
	manifestName = "checkpoint.json"
	lockName     = "lock"
	tapeName     = "explored-%d"
)

// checkpoint is one in use by this process, and by no other.
type checkpoint struct {
	manifest
	dir     string
	every   time.Duration
	lock    *os.File
	tapes   []*fileTape   // of checks that this process has begun
	durable []checkOnTape // as the manifest has it that is on the disk
	last    time.Time     // when something was last written or read
	fresh   bool          // made by this process
	failed  bool          // nothing more is written
	say     func(format string, args ...any)
}

// create makes the directory, where it is not there, and a checkpoint in it that is at the beginning.
func (c *checkpoint) create() error {
	if err := os.MkdirAll(c.dir, 0o777); err != nil {
		return c.refuse("%v", reason(err))
	}
	// Looked at before something is made there, and again when nobody else can make anything.
	for _, step := range []func() error{c.empty, c.acquire, c.empty} {
		if err := step(); err != nil {
			return err
		}
	}
	if err := c.write(); err != nil {
		return c.refuse("%v", reason(err))
	}
	c.fresh = true
	return nil
}

// empty makes sure that nothing is in the directory but what a process leaves that was killed before
// it had a checkpoint.
func (c *checkpoint) empty() error {
	entries, err := os.ReadDir(c.dir)
	if err != nil {
		return c.refuse("%v", reason(err))
	}
	for _, e := range entries {
		if e.Name() == manifestName {
			return c.refuse("a checkpoint is in it already: go on with `%s`, or remove it", c.resume())
		}
	}
	for _, e := range entries {
		if e.Name() != lockName && !strings.HasPrefix(e.Name(), "."+manifestName) {
			return c.refuse("%s is in it, which belongs to no checkpoint", e.Name())
		}
	}
	return nil
}

// open takes the checkpoint up that is in the directory. All of it is read, so that what is
// damaged is found before anything else is done.
func (c *checkpoint) open() error {
	info, err := os.Stat(c.dir)
	switch {
	case err != nil:
		return c.refuse("%v", reason(err))
	case !info.IsDir():
		return c.refuse("it is not a directory")
	}
	if _, err := os.Stat(filepath.Join(c.dir, manifestName)); errors.Is(err, os.ErrNotExist) {
		return c.refuse("no checkpoint is in it")
	}
	if err := c.acquire(); err != nil {
		return err
	}
	text, err := hostFiles{}.ReadFile(filepath.Join(c.dir, manifestName))
	if err != nil {
		return c.refuse("%s: %v", manifestName, reason(err))
	}
	if err := c.read(text); err != nil {
		return err
	}
	for i, on := range c.Checks {
		if err := verify(filepath.Join(c.dir, fmt.Sprintf(tapeName, i+1)), on); err != nil {
			return c.refuse("it is damaged: %s: %v", fmt.Sprintf(tapeName, i+1), reason(err))
		}
	}
	return nil
}

// lingering is how long a process that was killed may take to give its memory, and the lock, back.
const lingering = 2 * time.Second

// acquire makes sure that no other process uses the directory.
func (c *checkpoint) acquire() error {
	f, err := os.OpenFile(filepath.Join(c.dir, lockName), os.O_CREATE|os.O_RDWR, 0o666)
	if err != nil {
		return c.refuse("%v", reason(err))
	}
	lock := func() error { return syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB) }
	err = lock()
	for began := time.Now(); errors.Is(err, syscall.EWOULDBLOCK) && time.Since(began) < lingering; err = lock() {
		time.Sleep(lingering / 100)
	}
	if err != nil {
		_ = f.Close()
		if errors.Is(err, syscall.EWOULDBLOCK) {
			return c.refuse("another process is using it")
		}
		return c.refuse("it cannot be locked: %v", err)
	}
	c.lock = f
	return nil
}

// tape gives the next check its tape: what an earlier process has put on that of the same check, or
// an empty one.
func (c *checkpoint) tape(check string) explorer.Tape {
	n := len(c.tapes)
	t := &fileTape{checkpoint: c, number: n}
	c.tapes = append(c.tapes, t)
	if n == len(c.Checks) {
		c.Checks = append(c.Checks, checkOnTape{Check: check})
	}
	on := &c.Checks[n]
	var err error
	if t.file, err = os.OpenFile(filepath.Join(c.dir, fmt.Sprintf(tapeName, n+1)), os.O_CREATE|os.O_RDWR, 0o666); err != nil {
		t.file = nil
		c.fail(err)
	}
	if t.file == nil || on.Check != check { // with other limits another check came to be the n-th
		*on = checkOnTape{Check: check}
	}
	t.start(*on)
	return t
}

// commit makes all that is whole on the tapes durable.
func (c *checkpoint) commit() {
	if c.failed {
		return
	}
	for i, t := range c.tapes {
		c.Checks[i].Bytes, c.Checks[i].Sum = t.whole, t.wholeSum
	}
	c.last = time.Now()
	if slices.Equal(c.Checks, c.durable) {
		return
	}
	for i, t := range c.tapes {
		if i >= len(c.durable) || c.Checks[i] != c.durable[i] {
			if err := t.sync(); err != nil {
				c.fail(err)
				return
			}
		}
	}
	err := syncDirectory(c.dir)
	if err == nil {
		err = c.write()
	}
	if err != nil {
		c.fail(err)
		return
	}
	c.durable = slices.Clone(c.Checks)
	c.last = time.Now()
}

// syncDirectory makes durable which files are in a directory.
func syncDirectory(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

// fail gives up writing: the run goes on, and the last checkpoint stays.
func (c *checkpoint) fail(err error) {
	if c.failed {
		return
	}
	c.failed = true
	c.say("the checkpoint %s is not brought up to date any more: %v; what it has stays", c.dir, reason(err))
	for _, t := range c.tapes {
		t.drop(c.counted(t.number))
	}
}

// counted is the number of bytes of a tape that the manifest on the disk counts.
func (c *checkpoint) counted(number int) int64 {
	if number >= len(c.durable) {
		return 0
	}
	return c.durable[number].Bytes
}

// end brings the checkpoint up to date and leaves it to others. One in which no check has begun
// is none.
func (c *checkpoint) end() {
	if c.fresh && len(c.tapes) == 0 {
		_ = os.Remove(filepath.Join(c.dir, manifestName))
	} else if len(c.tapes) > 0 {
		c.commit()
	}
	for _, t := range c.tapes {
		if t.file != nil {
			_ = t.file.Close()
		}
	}
	if c.lock != nil {
		_ = c.lock.Close()
	}
}

// resume is the command that goes on from it.
func (c *checkpoint) resume() string {
	if strings.ContainsFunc(c.dir, func(r rune) bool {
		return !strings.ContainsRune("/._-+=:@%", r) && !('0' <= r && r <= '9' || 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z')
	}) {
		return "lucheck resume '" + strings.ReplaceAll(c.dir, "'", `'\''`) + "'"
	}
	return "lucheck resume " + c.dir
}

func (c *checkpoint) refuse(format string, args ...any) error {
	return failf(exitUsage, "the checkpoint %s: "+format, append([]any{c.dir}, args...)...)
}
