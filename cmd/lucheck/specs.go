package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/lucheck/lucheck/lang"
)

// specSuffix is how the name of a spec ends.
const specSuffix = ".lu"

// maxRead bounds what is read of one file: more than lang accepts, so that lang
// says what is wrong.
const maxRead = 64 << 20

// hostFiles is the machine's file system as lang wants it. Paths are those that
// the user gave, absolute or relative, with `..` or without, but with slashes.
type hostFiles struct{}

// Open opens a file for reading. What is no regular file is refused: a pipe into
// which nobody writes would never come to an end.
func (hostFiles) Open(name string) (fs.File, error) {
	path := filepath.FromSlash(name)
	info, err := os.Stat(path)
	switch {
	case err != nil:
		return nil, err
	case info.IsDir():
		return nil, &fs.PathError{Op: "open", Path: path, Err: errors.New("it is a directory")}
	case !info.Mode().IsRegular():
		return nil, &fs.PathError{Op: "open", Path: path, Err: errors.New("it is not a regular file")}
	}
	return os.Open(path)
}

// ReadFile reads a file up to maxRead bytes, so that a device without end is no
// way to hang the program.
func (h hostFiles) ReadFile(name string) ([]byte, error) {
	f, err := h.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return io.ReadAll(io.LimitReader(f, maxRead))
}

// findSpecs gives the specs that arguments name, in their order and each once: a
// file as it is, a directory with all specs beneath it, sorted. An argument that
// names no spec is a problem, and so is a directory that cannot be read.
func findSpecs(args []string) (paths []string, problems []problem) {
	seen := map[string]bool{}
	for _, arg := range args {
		found, failed := findSpec(arg)
		for _, err := range failed {
			problems = append(problems, problem{exitNothing, err.Error()})
		}
		for _, p := range found {
			if !seen[filepath.Clean(p)] {
				seen[filepath.Clean(p)] = true
				paths = append(paths, filepath.ToSlash(p))
			}
		}
	}
	return paths, problems
}

// findSpec gives the specs that one argument names, and what is wrong with it.
func findSpec(arg string) (found []string, failed []error) {
	info, err := os.Stat(arg)
	if err != nil {
		return nil, []error{fmt.Errorf("%s: %w", arg, reason(err))}
	}
	if !info.IsDir() {
		return []string{arg}, nil
	}
	found, failed = specsBelow(os.DirFS(arg), arg)
	if len(found)+len(failed) == 0 {
		failed = []error{fmt.Errorf("%s: no spec (*%s) is in it", arg, specSuffix)}
	}
	return found, failed
}

// specsBelow gives the specs of a directory, which is there under that name, and
// the directories in it that cannot be read.
func specsBelow(dir fs.FS, name string) (found []string, failed []error) {
	err := fs.WalkDir(dir, ".", func(path string, d fs.DirEntry, err error) error {
		full := filepath.Join(name, filepath.FromSlash(path))
		switch {
		case err != nil:
			failed = append(failed, fmt.Errorf("%s: %w", full, reason(err)))
		case !d.IsDir() && strings.HasSuffix(path, specSuffix):
			found = append(found, full)
		}
		return nil
	})
	if err != nil {
		failed = append(failed, fmt.Errorf("%s: %w", name, reason(err)))
	}
	slices.Sort(found)
	return found, failed
}

// loadSpec reads and checks one spec. Errors in it are printed and end in a
// problem with exitSpec; a file that cannot be read in one with exitNothing.
func (a *app) loadSpec(path string, params map[string]int64) (*spec, *problem) {
	program, sources, found, err := lang.Load(hostFiles{}, path, lang.Options{Params: params})
	if err != nil {
		return nil, &problem{exitNothing, fmt.Sprintf("%s: %v", path, reason(err))}
	}
	s := &spec{path: path, program: program, sources: sources, found: found}
	if !found.HasErrors() {
		return s, nil
	}
	a.diagnose(found, sources)
	return nil, &problem{exitSpec, fmt.Sprintf("%s: %s", path, countErrors(found))}
}

// loadAll loads the specs that arguments name. What is wrong with some keeps none
// of the others from being loaded.
func (a *app) loadAll(args []string, params map[string]int64) ([]*spec, []problem) {
	paths, problems := findSpecs(args)
	var specs []*spec
	whole := true
	for _, path := range paths {
		s, p := a.loadSpec(path, params)
		if p != nil {
			problems = append(problems, *p)
			whole = false
			continue
		}
		specs = append(specs, s)
	}
	if whole && len(specs) > 0 {
		problems = append(problems, unknownParams(specs, params)...)
	}
	return specs, problems
}

// unknownParams finds the params to set that none of the specs has. Where one has
// it, it is not meant for the others.
func unknownParams(specs []*spec, params map[string]int64) []problem {
	var known []string
	for _, s := range specs {
		for _, p := range s.program.Params {
			known = append(known, p.Name)
		}
	}
	var problems []problem
	for _, name := range slices.Sorted(maps.Keys(params)) {
		if !slices.Contains(known, name) {
			problems = append(problems, problem{exitUsage, fmt.Sprintf("--set %s=%d: there is no param %q%s", name, params[name], name, didYouMean(name, known))})
		}
	}
	return problems
}

// spec is a loaded spec with the warnings that were found in it.
type spec struct {
	path    string
	program *lang.Program
	sources *lang.Sources
	found   lang.ErrorList
}

func countErrors(found lang.ErrorList) string {
	if n := found.Errors(); n != 1 {
		return fmt.Sprintf("%d errors", n)
	}
	return "1 error"
}
