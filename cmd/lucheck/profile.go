package main

import (
	"os"
	"runtime"
	"runtime/pprof"
)

// start begins the CPU profile that a hidden flag asks for.
func (a *app) start() error {
	if a.cpuProfile == "" {
		return nil
	}
	f, err := os.Create(a.cpuProfile)
	if err == nil {
		a.profile = f
		err = pprof.StartCPUProfile(f)
	}
	if err != nil {
		return failf(exitUsage, "the profile cannot be written: %v", err)
	}
	return nil
}

// finish ends the profiles.
func (a *app) finish() error {
	if a.profile != nil {
		pprof.StopCPUProfile()
		if err := a.profile.Close(); err != nil {
			return failf(exitUsage, "the profile cannot be written: %v", err)
		}
	}
	if a.memProfile == "" {
		return nil
	}
	f, err := os.Create(a.memProfile)
	if err != nil {
		return failf(exitUsage, "the profile cannot be written: %v", err)
	}
	defer f.Close()
	runtime.GC()
	if err := pprof.WriteHeapProfile(f); err != nil {
		return failf(exitUsage, "the profile cannot be written: %v", err)
	}
	return nil
}
