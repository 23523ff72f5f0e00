//go:build !linux

package main

import (
	"errors"

	"github.com/lucheck/lucheck/explorer"
)

// newSpillDisk is for Linux only.
func newSpillDisk(string, int64, int64) (explorer.Disk, error) {
	return nil, errors.New("it works on Linux only")
}
