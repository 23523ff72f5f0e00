//go:build !linux

package search

// Systems other than Linux keep everything in plain slices.

func mapBytes(int) []byte { return nil }

func remapBytes([]byte, int) []byte { return nil }

func unmapBytes([]byte) {}
