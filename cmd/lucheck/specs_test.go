package main

import (
	"errors"
	"io/fs"
	"path/filepath"
	"slices"
	"testing"
	"testing/fstest"
)

// locked is a file system with a directory that cannot be read.
type locked struct {
	fstest.MapFS
	name string
}

func (l locked) ReadDir(name string) ([]fs.DirEntry, error) {
	if name == l.name {
		return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrPermission}
	}
	return l.MapFS.ReadDir(name)
}

// A directory that cannot be read is named, and the others are searched.
func TestSpecsBelow(t *testing.T) {
	dir := locked{fstest.MapFS{"a/x.lu": {}, "b/secret/y.lu": {}, "b/z.lu": {}, "c.txt": {}, "d.lu": {}}, "b/secret"}
	found, failed := specsBelow(dir, "specs")
	want := []string{filepath.FromSlash("specs/a/x.lu"), filepath.FromSlash("specs/b/z.lu"), filepath.FromSlash("specs/d.lu")}
	if !slices.Equal(found, want) {
		t.Errorf("found %q", found)
	}
	if len(failed) != 1 || !errors.Is(failed[0], fs.ErrPermission) || failed[0].Error() != filepath.FromSlash("specs/b/secret")+": permission denied" {
		t.Errorf("failed: %v", failed)
	}
}
