package scenarios

import (
	"embed"
	"io/fs"
)

// FS holds the scenario files, all in its root. It is read-only.
//
//go:embed *.lu
var FS embed.FS

// Names lists the scenario files in ascending order.
func Names() []string {
	names, err := fs.Glob(FS, "*.lu")
	if err != nil { // only a malformed pattern can fail
		panic(err)
	}
	return names
}

// Read gives a scenario's text. A name that Names does not list is an error.
func Read(name string) ([]byte, error) { return FS.ReadFile(name) }
