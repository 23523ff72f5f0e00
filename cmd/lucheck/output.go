package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"

	"github.com/google/renameio/v2"

	"github.com/lucheck/lucheck/reports"
)

// target is a report that was asked for: its format and where it goes.
type target struct {
	format string
	path   string // "" is standard output
}

// formats are those that --report takes.
var formats = []string{"json", "text"}

// readTargets reads FORMAT[:PATH] words; without one for standard output, text
// goes there.
func readTargets(words []string) ([]target, error) {
	var targets []target
	seen := map[string]bool{}
	for _, w := range words {
		format, path, hasPath := strings.Cut(w, ":")
		if !slices.Contains(formats, format) {
			return nil, failf(exitUsage, "--report takes %s, with :PATH for a file, not %q%s",
				strings.Join(formats, " or "), w, didYouMean(format, formats))
		}
		if hasPath && path == "" {
			return nil, failf(exitUsage, "--report %s: no path stands behind the colon", w)
		}
		if path == "-" {
			path = ""
		}
		if seen[path] {
			return nil, failf(exitUsage, "two reports go to %s", where(path))
		}
		seen[path] = true
		targets = append(targets, target{format, path})
	}
	if !seen[""] {
		targets = append(targets, target{"text", ""})
	}
	return targets, nil
}

func where(path string) string {
	if path == "" {
		return "standard output"
	}
	return path
}

// probe finds out, before any exploring, whether the reports can be written. It
// leaves nothing behind.
func probe(targets []target) error {
	for _, t := range targets {
		if t.path == "" {
			continue
		}
		if err := writable(t.path); err != nil {
			return failf(exitUsage, "the report %s cannot be written: %v", t.path, reason(err))
		}
	}
	return nil
}

// apart makes sure that no report goes where another one goes, or over a spec that is
// to be checked, whatever the paths are called.
func apart(targets []target, args []string) error {
	specs, _ := findSpecs(args)
	for i, t := range targets {
		if t.path == "" {
			continue
		}
		for _, s := range specs {
			if sameFile(t.path, s) {
				return failf(exitUsage, "the report %s would overwrite the spec %s", t.path, s)
			}
		}
		for _, o := range targets[:i] {
			if o.path != "" && sameFile(t.path, o.path) {
				return failf(exitUsage, "two reports go to %s", t.path)
			}
		}
	}
	return nil
}

// sameFile says whether two paths lead to one file, which need not exist yet.
func sameFile(a, b string) bool {
	x, errX := os.Stat(a)
	y, errY := os.Stat(b)
	if errX == nil && errY == nil {
		return os.SameFile(x, y) && x.Mode().IsRegular()
	}
	a, errX = filepath.Abs(a)
	b, errY = filepath.Abs(b)
	return errX == nil && errY == nil && a == b
}

// writable says why a file cannot be written. A file that exists is not touched.
func writable(path string) error {
	info, err := os.Stat(path)
	switch {
	case err == nil && info.IsDir():
		return errors.New("it is a directory")
	case err == nil && info.Mode()&os.ModeNamedPipe != 0:
		return nil // to open and close it would end whoever reads
	case err == nil:
		f, err := os.OpenFile(path, os.O_WRONLY, 0)
		if err != nil {
			return err
		}
		if err := f.Close(); err != nil || !info.Mode().IsRegular() {
			return err
		}
	}
	f, err := pending(path)
	if err != nil {
		return err
	}
	return f.Cleanup()
}

// reason is an error without the path, which the message names already.
func reason(err error) error {
	var p *os.PathError
	if errors.As(err, &p) {
		return p.Err
	}
	return err
}

// document is what a command writes, for people and for tools.
type document struct {
	text func(io.Writer, reports.Style) error
	json func(io.Writer) error
}

// write renders a document to every target. A file appears whole or not at all.
func (a *app) write(targets []target, d document) error {
	for _, t := range targets {
		var b bytes.Buffer
		if err := a.render(&b, t, d); err != nil {
			return failf(exitInternal, "rendering the report: %v", err)
		}
		if err := a.deliver(t.path, b.Bytes()); err != nil {
			return failf(exitUsage, "the report cannot be written to %s: %v", where(t.path), reason(err))
		}
	}
	return nil
}

func (a *app) render(w io.Writer, t target, d document) error {
	if t.format == "json" {
		return d.json(w)
	}
	style := a.style(a.out)
	if t.path != "" {
		style = reports.Style{Width: a.width, ASCII: a.ascii, Detail: style.Detail}
	}
	return d.text(w, style)
}

// deliver writes to standard output, to a device or pipe, or atomically to a file.
func (a *app) deliver(path string, data []byte) error {
	if path == "" {
		_, err := a.out.Write(data)
		return err
	}
	if info, err := os.Stat(path); err == nil && !info.Mode().IsRegular() {
		f, err := openDevice(path, info)
		if err != nil {
			return err
		}
		_, err = f.Write(data)
		return errors.Join(err, f.Close())
	}
	return replace(path, data)
}

// openDevice opens what is no regular file; a pipe that nobody reads is an error, where
// others would wait.
func openDevice(path string, info os.FileInfo) (*os.File, error) {
	if info.Mode()&os.ModeNamedPipe == 0 {
		return os.OpenFile(path, os.O_WRONLY, 0)
	}
	f, err := os.OpenFile(path, os.O_WRONLY|syscall.O_NONBLOCK, 0)
	if errors.Is(err, syscall.ENXIO) {
		return nil, errors.New("nobody reads from this pipe")
	}
	return f, err
}

// replace puts data in place of a file, or makes it, in one step.
func replace(path string, data []byte) error {
	f, err := pending(path)
	if err != nil {
		return err
	}
	if _, err = f.Write(data); err == nil {
		err = f.CloseAtomicallyReplace()
	}
	if err != nil {
		return errors.Join(err, f.Cleanup())
	}
	return nil
}

// rewrite is replace for a file that is there, and may be written.
func rewrite(path string, data []byte) error {
	if err := writable(path); err != nil {
		return err
	}
	return replace(path, data)
}

// pending is a temporary file beside the one that it is to replace; a symbolic
// link is followed, also one that leads to no file yet.
func pending(path string) (*renameio.PendingFile, error) {
	if real, err := filepath.EvalSymlinks(path); err == nil {
		path = real
	} else if to, err := os.Readlink(path); err == nil {
		if !filepath.IsAbs(to) {
			to = filepath.Join(filepath.Dir(path), to)
		}
		path = to
	}
	return renameio.NewPendingFile(path, renameio.WithTempDir(filepath.Dir(path)),
		renameio.WithPermissions(0o666), renameio.WithExistingPermissions())
}

// say prints a line on standard error.
func (a *app) say(format string, args ...any) { fmt.Fprintf(a.err, "lucheck: "+format+"\n", args...) }
