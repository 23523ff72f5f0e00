package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/lucheck/lucheck/explorer"
	"github.com/lucheck/lucheck/lang"
)

// A checkpoint is a directory. Its manifest says what was run and how much of the other files
// counts; it is replaced in one step, after these have come to the disk. So whenever a process is
// killed, the last checkpoint that was completed is there, and what lies behind it is passed over.
const (
	manifestName = "checkpoint.json"
	lockName     = "lock"
	tapeName     = "explored-%d"
)

// checkpointFormat changes when anything in the directory does.
const checkpointFormat = "lucheck.checkpoint/v1"

// manifest is what a checkpoint says about itself.
type manifest struct {
	Format    string        `json:"format"`
	Version   string        `json:"version"` // of lucheck
	Program   string        `json:"program"` // digest of the executable
	Every     string        `json:"every"`
	Command   string        `json:"command"`
	Flags     []string      `json:"flags"`
	Arguments []string      `json:"arguments"`
	Files     []checkedFile `json:"files"`
	Checks    []checkOnTape `json:"checks"` // in the order in which they begin
}

// checkedFile is a file that was read, with the digest of its text.
type checkedFile struct {
	Path   string `json:"path"`
	Digest string `json:"digest"`
}

// checkOnTape is the check of one update, or of one with other params, and its tape.
type checkOnTape struct {
	Check string `json:"check"` // digest of what is checked
	Bytes int64  `json:"bytes"` // of the tape that count
	Sum   uint32 `json:"sum"`   // of these
}

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
	if err := c.acquire(); err != nil {
		return err
	}
	if err := c.write(); err != nil {
		return c.refuse("%v", reason(err))
	}
	c.fresh = true
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

// read reads the manifest, and looks whether this program can use it.
func (c *checkpoint) read(text []byte) error {
	body, sum, found := bytes.Cut(text, []byte("\n\n"))
	if !found || digest(body)+"\n" != string(sum) {
		return c.refuse("it is damaged: %s is not as it was written", manifestName)
	}
	if err := json.Unmarshal(body, &c.manifest); err != nil {
		return c.refuse("it is damaged: %s: %v", manifestName, err)
	}
	switch {
	case c.Format != checkpointFormat:
		return c.refuse("its format is %q, and this lucheck reads %q", c.Format, checkpointFormat)
	case c.Version != version:
		return c.refuse("it was made by lucheck %s, and this is %s", c.Version, version)
	case c.Program != thisProgram():
		return c.refuse("it was made by another build of lucheck %s", version)
	}
	every, err := time.ParseDuration(c.Every)
	if err != nil || every <= 0 {
		return c.refuse("it is damaged: %s: a time of %q", manifestName, c.Every)
	}
	if c.every == 0 {
		c.every = every
	}
	c.durable = slices.Clone(c.Checks)
	return nil
}

// write puts the manifest in place of the one before.
func (c *checkpoint) write() error {
	c.Every = c.every.String()
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := e.Encode(c.manifest); err != nil {
		return err
	}
	body := bytes.TrimRight(b.Bytes(), "\n")
	return replace(filepath.Join(c.dir, manifestName), fmt.Appendf(nil, "%s\n\n%s\n", body, digest(body)))
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

// same looks whether the specs are those that the checkpoint is of.
func (c *checkpoint) same(files []checkedFile) error {
	for _, f := range files {
		i := slices.IndexFunc(c.Files, func(o checkedFile) bool { return o.Path == f.Path })
		switch {
		case i < 0:
			return c.refuse("%s is new since it was made", f.Path)
		case c.Files[i] != f:
			return c.refuse("%s has changed since it was made", f.Path)
		}
	}
	for _, f := range c.Files {
		if !slices.ContainsFunc(files, func(o checkedFile) bool { return o.Path == f.Path }) {
			return c.refuse("%s was read when it was made, and is not now", f.Path)
		}
	}
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

// digest is a text's digest, as it is written down.
func digest(text []byte) string {
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:])
}

// thisProgram is the digest of the executable, "" where it cannot be read.
var thisProgram = sync.OnceValue(func() string {
	path, err := os.Executable()
	if err != nil {
		return ""
	}
	f, err := os.Open(path)
	if err != nil {
		return ""
	}
	defer f.Close()
	h := sha256.New()
	if _, err := io.Copy(h, f); err != nil {
		return ""
	}
	return hex.EncodeToString(h.Sum(nil))
})

// filesOf are the files that specs were read from, sorted.
func filesOf(specs []*spec) []checkedFile {
	files := []checkedFile{}
	for _, s := range specs {
		for _, path := range s.sources.Paths() {
			files = append(files, checkedFile{path, digest(s.sources.Get(path).Text)})
		}
	}
	slices.SortFunc(files, func(a, b checkedFile) int { return strings.Compare(a.Path+"\n"+a.Digest, b.Path+"\n"+b.Digest) })
	return slices.Compact(files)
}

// identity is the digest of what a check is of.
func identity(s *spec, u *lang.Update) string {
	h := sha256.New()
	for _, f := range filesOf([]*spec{s}) {
		fmt.Fprintf(h, "%q %s\n", f.Path, f.Digest)
	}
	for _, p := range s.program.Params {
		fmt.Fprintf(h, "%s = %d\n", p.Name, p.Value)
	}
	fmt.Fprintf(h, "%q %s\n", s.path, u.Name)
	return hex.EncodeToString(h.Sum(nil))
}
