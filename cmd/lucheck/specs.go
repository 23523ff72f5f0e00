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

// Open opens a file for reading.
func (hostFiles) Open(name string) (fs.File, error) { return os.Open(filepath.FromSlash(name)) }

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
// names no spec is a problem.
func findSpecs(args []string) (paths []string, problems []problem) {
	seen := map[string]bool{}
	for _, arg := range args {
		found, err := findSpec(arg)
		if err == nil && len(found) == 0 {
			err = errors.New("no spec (*.lu) is in it")
		}
		if err != nil {
			problems = append(problems, problem{exitNothing, fmt.Sprintf("%s: %v", arg, reason(err))})
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

func findSpec(arg string) ([]string, error) {
	info, err := os.Stat(arg)
	if err != nil {
		return nil, err
	}
	if !info.IsDir() {
		return []string{arg}, nil
	}
	var found []string
	err = filepath.WalkDir(arg, func(path string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() && strings.HasSuffix(path, specSuffix) {
			found = append(found, path)
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	slices.Sort(found)
	return found, nil
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
