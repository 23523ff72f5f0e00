package lang

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
)

// Imports are read up to these bounds.
const (
	maxImportDepth = 16
	maxFiles       = 64
	maxFileBytes   = maxFileSize + 1 // one more than Parse accepts, which reports it
)

// Load reads a spec and what it imports, parses and checks it. name is a
// slash-separated path in fsys; imports are relative to the file that has them.
//
// The error tells that the main file could not be read; all else that is wrong is
// in the list, which is in the order of the text and may hold warnings beside a
// program. The program is nil if the list holds an error. The texts are there
// even then, to show where the errors are.
func Load(fsys fs.FS, name string, opt Options) (*Program, *Sources, ErrorList, error) {
	l := &loader{fsys: fsys, sources: &Sources{}, state: map[string]resolveState{}, rooted: opt.Rooted}
	text, err := readFile(fsys, name)
	if err != nil {
		return nil, l.sources, nil, fmt.Errorf("reading the spec %s: %w", name, err)
	}
	l.file(name, text, 0)
	if l.errs.HasErrors() {
		return nil, l.sources, append(l.errs, l.partial(opt)...).Tidy(), nil
	}
	p, errs := check(l.files, opt)
	return p, l.sources, append(l.errs, errs...).Tidy(), nil
}

func readFile(fsys fs.FS, name string) ([]byte, error) {
	f, err := fsys.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return io.ReadAll(io.LimitReader(f, maxFileBytes))
}

// A loader reads a file after those that it imports.
type loader struct {
	fsys    fs.FS
	sources *Sources
	state   map[string]resolveState
	files   []*File
	errs    ErrorList
	missing bool // an import could not be read
	rooted  bool // see Options
}

func (l *loader) file(name string, text []byte, depth int) {
	l.state[path.Clean(name)] = inWork
	l.sources.Add(&Source{Path: name, Text: text})
	f, errs := parse(name, text)
	l.errs = append(l.errs, errs...)
	for _, imp := range f.Imports {
		l.importFile(name, imp, depth+1)
	}
	l.files = append(l.files, f)
	l.state[path.Clean(name)] = done
}

func (l *loader) importFile(from string, imp *ImportDecl, depth int) {
	at, text := imp.Path.Span(), imp.Path.Text()
	name := path.Join(path.Dir(from), text)
	switch {
	case text == "":
		l.fail(codeImport, at, "the path of this import is empty")
		return
	case path.IsAbs(text):
		l.fail(codeImport, at, fmt.Sprintf("`%s` is absolute: the path of an import is relative to the file that has it", text))
		return
	case l.state[name] == inWork:
		l.fail(codeImportCycle, at, fmt.Sprintf("`%s` imports itself, directly or through others", name))
		return
	case l.state[name] == done:
		return
	case depth > maxImportDepth || len(l.state) >= maxFiles:
		l.fail(codeImports, at, fmt.Sprintf("imports go at most %d files deep, and at most %d files are read", maxImportDepth, maxFiles))
		return
	case l.rooted && !fs.ValidPath(name):
		l.fail(codeImport, at, fmt.Sprintf("`%s` is not a path below the folder that lucheck reads", text))
		return
	}
	src, err := readFile(l.fsys, name)
	if err != nil {
		var pathErr *fs.PathError
		if errors.As(err, &pathErr) {
			err = pathErr.Err
		}
		l.fail(codeImport, at, fmt.Sprintf("`%s` cannot be read: %v", name, err))
		l.state[name] = done
		return
	}
	l.file(name, src, depth)
}

func (l *loader) fail(code string, at Span, msg string) {
	l.missing = true
	l.errs = append(l.errs, &Error{Code: code, Span: at, Msg: msg})
}
