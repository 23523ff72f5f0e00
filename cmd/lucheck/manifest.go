package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/lucheck/lucheck/lang"
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
