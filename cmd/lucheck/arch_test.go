package main

import (
	"go/parser"
	"go/token"
	"io/fs"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const module = "github.com/lucheck/lucheck/"

// room says what the files of a package may import beside the standard library.
type room struct {
	inside  []string // packages of this module
	outside []string // modules
	// only limits a module to some files.
	only map[string][]string
	// machine names what it may use of that which else only cmd/lucheck may.
	machine []string
}

// rooms is the import table of docs/architecture.md: imports run one way.
var rooms = map[string]room{
	"lang": {
		outside: []string{"github.com/alecthomas/participle/v2"},
		only: map[string][]string{"github.com/alecthomas/participle/v2": {
			"parse.go", "reader.go", "stmt.go", "translate.go", "token.go", "expr.go"}},
	},
	"model":            {inside: []string{"lang"}},
	"model/oracle/gen": {outside: []string{"pgregory.net/rapid"}}, // for tests: it draws specs
	"model/oracle":     {inside: []string{"lang"}},
	"explorer/search":  {machine: []string{"syscall"}}, // memory beside the collector's heap
	"explorer/formula": {},
	"explorer": {
		inside:  []string{"lang", "model", "explorer/search", "explorer/formula"},
		outside: []string{"gonum.org/v1/gonum"},
		only:    map[string][]string{"gonum.org/v1/gonum": {"markov.go", "hasse.go"}},
	},
	"reports": {
		inside:  []string{"explorer", "model", "lang"},
		outside: []string{"charm.land/lipgloss/v2", "gonum.org/v1/gonum/graph", "github.com/dustin/go-humanize"},
	},
	"scenarios":        {},
	"scenarios/script": {machine: []string{"os"}}, // for tests: it reads their files
	"cmd/lucheck": {
		machine: impure,
		inside:  []string{"lang", "model", "explorer", "reports", "scenarios"},
		outside: []string{"github.com/spf13/cobra", "github.com/spf13/pflag", "github.com/schollz/progressbar/v3", "golang.org/x/term",
			"github.com/google/renameio/v2", "github.com/aymanbagabas/go-udiff", "github.com/agnivade/levenshtein", "github.com/dustin/go-humanize", "go.yaml.in/yaml/v3"},
	},
}

// testModules may be imported by tests anywhere.
var testModules = []string{"github.com/google/go-cmp", "pgregory.net/rapid", "github.com/rogpeppe/go-internal", "github.com/santhosh-tekuri/jsonschema/v6", "gonum.org/v1/gonum"}

// impure names what only cmd/lucheck may use: the clock, disk, network, chance and
// the environment come in from there.
var impure = []string{"os", "net", "net/http", "math/rand", "math/rand/v2", "os/exec", "os/signal", "syscall"}

// TestImports holds every file of the module against the table.
func TestImports(t *testing.T) {
	seen := map[string]bool{}
	err := filepath.WalkDir("../..", func(file string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(file, ".go") {
			if d != nil && d.IsDir() && (d.Name() == "testdata" || d.Name() == ".git") {
				return fs.SkipDir
			}
			return err
		}
		rel, err := filepath.Rel("../..", file)
		if err != nil {
			return err
		}
		pkg := path.Dir(filepath.ToSlash(rel))
		r, ok := rooms[pkg]
		if !ok {
			t.Errorf("%s: the package is not in the import table", rel)
			return nil
		}
		seen[pkg] = true
		checkFile(t, r, pkg, file)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, pkg := range []string{"lang", "model", "explorer", "explorer/search", "reports", "cmd/lucheck"} {
		if !seen[pkg] {
			t.Errorf("no file of %s was looked at", pkg)
		}
	}
}

func checkFile(t *testing.T, r room, pkg, file string) {
	t.Helper()
	f, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.ImportsOnly)
	if err != nil {
		t.Error(err)
		return
	}
	test := strings.HasSuffix(file, "_test.go")
	for _, i := range f.Imports {
		name, err := strconv.Unquote(i.Path.Value)
		if err != nil {
			t.Error(err)
			continue
		}
		if why := r.refuses(pkg, filepath.Base(file), name, test); why != "" {
			t.Errorf("%s imports %s: %s", file, name, why)
		}
	}
}

// refuses says why a file may not import a package, or "".
func (r room) refuses(pkg, file, name string, test bool) string {
	if local, ok := strings.CutPrefix(name, module); ok {
		if test || slices.Contains(r.inside, local) {
			return ""
		}
		return pkg + " may not know " + local
	}
	if !strings.Contains(strings.Split(name, "/")[0], ".") {
		if !test && slices.Contains(impure, name) && !slices.Contains(r.machine, name) {
			return "below cmd/lucheck nothing touches the machine"
		}
		return ""
	}
	within := func(m string) bool { return name == m || strings.HasPrefix(name, m+"/") }
	if test && slices.ContainsFunc(testModules, within) {
		return ""
	}
	i := slices.IndexFunc(r.outside, within)
	if i < 0 {
		return pkg + " may not use this module"
	}
	files, limited := r.only[r.outside[i]]
	if limited && !test && !slices.Contains(files, file) {
		return "only " + strings.Join(files, ", ") + " may"
	}
	return ""
}

// TestRefuses keeps the table's reader honest.
func TestRefuses(t *testing.T) {
	for _, c := range []struct {
		pkg, file, name string
		test, allowed   bool
	}{
		{"lang", "check.go", module + "model", false, false},
		{"lang", "check.go", "github.com/alecthomas/participle/v2", false, false},
		{"lang", "parse.go", "github.com/alecthomas/participle/v2", false, true},
		{"model", "compile.go", module + "lang", false, true},
		{"model", "compile.go", module + "explorer/search", false, false},
		{"explorer/search", "bfs.go", module + "lang", false, false},
		{"explorer/search", "bfs.go", "gonum.org/v1/gonum/graph", false, false},
		{"explorer/search", "bfs_test.go", "gonum.org/v1/gonum/graph", true, true},
		{"explorer", "check.go", "os", false, false},
		{"explorer", "check.go", "context", false, true},
		{"reports", "text.go", "charm.land/lipgloss/v2/table", false, true},
		{"reports", "text.go", "github.com/spf13/cobra", false, false},
		{"cmd/lucheck", "main.go", "os", false, true},
		{"cmd/lucheck", "main.go", module + "model/oracle", false, false},
	} {
		if got := rooms[c.pkg].refuses(c.pkg, c.file, c.name, c.test); (got == "") != c.allowed {
			t.Errorf("%s/%s importing %s: %q", c.pkg, c.file, c.name, got)
		}
	}
}
