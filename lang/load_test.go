package lang

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"strings"
	"testing"
	"testing/fstest"
)

const baseSpec = `system write_path
param size = 1
process fs {
  var n: 0..size
  on m() { n = 0; reply }
}
client app { call fs.m() }
`

// An update lives in a file of its own.
func TestImports(t *testing.T) {
	fsys := fstest.MapFS{
		"specs/base.lu":    {Data: []byte(baseSpec)},
		"specs/types.lu":   {Data: []byte("type extra = 0..3\n")},
		"specs/v2/next.lu": {Data: []byte("import \"../base.lu\"\nimport \"../types.lu\"\nupdate x of write_path { process fs { var n: extra } }\n")},
	}
	p, sources, list, err := Load(fsys, "specs/v2/next.lu", Options{Params: map[string]int64{"size": 3}})
	if err != nil || p == nil || len(list) > 0 {
		t.Fatalf("%v %v", err, list)
	}
	if p.Name != "write_path" || p.Path != "specs/v2/next.lu" || len(p.Updates) != 1 || p.Params[0].Value != 3 {
		t.Errorf("%+v", p)
	}
	if at := p.Base.Units[0].Span.Start.Filename; at != "specs/base.lu" || sources.Get(at) == nil {
		t.Errorf("the base stands in %s", at)
	}
}

// What is wrong with an import, or with the new version of an imported base, has a
// place in the file that is to blame.
func TestImportErrors(t *testing.T) {
	deep := fstest.MapFS{}
	for i := range 30 {
		deep[fmt.Sprintf("%d.lu", i)] = &fstest.MapFile{Data: fmt.Appendf(nil, "import \"%d.lu\"\nparam p%d = 0\n", i+1, i)}
	}
	wide := fstest.MapFS{"0.lu": {}}
	for i := range 100 {
		name := fmt.Sprintf("w%d.lu", i)
		wide["0.lu"].Data = fmt.Appendf(wide["0.lu"].Data, "import %q\n", name)
		wide[name] = &fstest.MapFile{Data: fmt.Appendf(nil, "param p%d = 0\n", i)}
	}
	file := func(text string) fstest.MapFS {
		return fstest.MapFS{"0.lu": {Data: []byte(text)}, "base.lu": {Data: []byte(baseSpec)},
			"back.lu": {Data: []byte("import \"0.lu\"\nparam q = 1\n")}, "bad.lu": {Data: []byte("system\n")}, "dir/x.lu": {Data: []byte("param q = 1\n")}}
	}
	cases := []struct {
		name string
		fsys fs.FS
		want string // file:line:column: error[code]: text
	}{
		{"missing", file("import \"no.lu\"\n"), "0.lu:1:8: error[LU0101]: `no.lu` cannot be read"},
		{"a folder", file("import \"dir\"\n"), "0.lu:1:8: error[LU0101]: `dir` cannot be read"},
		{"above the root", file("import \"../x.lu\"\n"), "0.lu:1:8: error[LU0101]: `../x.lu` is not a path below"},
		{"absolute", file("import \"/etc/passwd\"\n"), "0.lu:1:8: error[LU0101]: `/etc/passwd` is absolute"},
		{"empty", file("import \"\"\n"), "0.lu:1:8: error[LU0101]: the path of this import is empty"},
		{"cycle", file("import \"back.lu\"\n"), "back.lu:1:8: error[LU0102]: `0.lu` imports itself"},
		{"deep", deep, "16.lu:1:8: error[LU0103]"},
		{"wide", wide, "0.lu:64:8: error[LU0103]"},
		{"errors inside", file("import \"bad.lu\"\n"), "bad.lu:1:"},
		{"another system", file("import \"base.lu\"\nupdate u of other { process fs { drop n } }\n"), "0.lu:2:13: error[LU0111]"},
		{"in the base", file("import \"base.lu\"\nupdate u { process fs { drop n } }\n"), "base.lu:5:12: error[LU0107]"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			p, _, list, err := Load(c.fsys, "0.lu", Options{Rooted: true})
			if err != nil || p != nil || len(list) == 0 {
				t.Fatalf("%v %v %v", p, list, err)
			}
			if !strings.HasPrefix(list[0].Error(), c.want) {
				t.Errorf("got %v", list)
			}
			if c.name == "in the base" && (len(list[0].Related) == 0 || list[0].Related[0].Span.Start.Filename != "0.lu") {
				t.Errorf("the update is not named: %+v", list[0].Related)
			}
		})
	}
}

func TestMainFile(t *testing.T) {
	if _, _, _, err := Load(fstest.MapFS{}, "no.lu", Options{}); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("missing file: %v", err)
	}
	_, sources, list, err := Load(fstest.MapFS{"e.lu": {}}, "e.lu", Options{})
	if err != nil || !list.HasErrors() || sources.Get("e.lu") == nil {
		t.Errorf("empty file: %v %v", list, err)
	}
	_, _, list, err = Load(fstest.MapFS{"big.lu": {Data: make([]byte, 100<<20)}}, "big.lu", Options{})
	if err != nil || len(list) != 1 || list[0].Code != codeFileSize {
		t.Errorf("big file: %v %v", list, err)
	}
}

func TestSetParams(t *testing.T) {
	const after = "param twice = 2 * size\nalways twice <= 99 - size\nupdate u { process fs { var n: 0..twice } }\n"
	for _, c := range []struct {
		name string
		set  map[string]int64
		want string
	}{
		{"too large", map[string]int64{"size": 1 << 40}, "stored numbers lie within"},
		{"far too large", map[string]int64{"size": 1<<63 - 1}, "stored numbers lie within"},
		{"no value left", map[string]int64{"size": -1}, "the range 0..-1 is empty"},
	} {
		t.Run(c.name, func(t *testing.T) {
			p, _, list, err := Load(fstest.MapFS{"s.lu": {Data: []byte(baseSpec + after)}}, "s.lu", Options{Params: c.set})
			if err != nil || p != nil || len(list) == 0 || !strings.Contains(list[0].Error(), c.want) || list[0].Span.Start.Line == 0 {
				t.Errorf("%v %v %v", p != nil, list, err)
			}
			if strings.Contains(c.name, "large") && len(list) != 1 {
				t.Errorf("one mistake, and %v", list)
			}
		})
	}
	p, _, list, err := Load(fstest.MapFS{"s.lu": {Data: []byte(baseSpec + after)}}, "s.lu", Options{Params: map[string]int64{"sise": 3, "size": 2}})
	if err != nil || p == nil || len(p.Params) != 2 || p.Params[1].Value != 4 {
		t.Errorf("%v %v", list, err)
	}
}

// loose opens what lies above its folder, too, like a machine's file system that
// is read from some working directory.
type loose struct {
	fs.FS
	folder string
}

func (l loose) Open(name string) (fs.File, error) { return l.FS.Open(path.Join(l.folder, name)) }

// Whether an import may lead upwards is a matter of the file system, not of how
// the main file is named.
func TestImportUpwards(t *testing.T) {
	files := fstest.MapFS{
		"proj/base.lu":  {Data: []byte(baseSpec)},
		"proj/sub/u.lu": {Data: []byte("import \"../base.lu\"\nupdate x { process fs { var m: 0..1 } }\n")},
	}
	for folder, names := range map[string][]string{"proj/sub": {"u.lu", "./u.lu", "../sub/u.lu"}, "proj": {"sub/u.lu"}} {
		for _, name := range names {
			if _, _, list, err := Load(loose{files, folder}, name, Options{}); err != nil || list.HasErrors() {
				t.Errorf("%s in %s: %v %v", name, folder, err, list)
			}
		}
	}
}

// Of many errors the first ones are shown, and the rest are counted, once.
func TestErrorCap(t *testing.T) {
	for _, c := range []struct {
		n          int
		line, want string
	}{
		{MaxErrors, "always x%d\n", ""}, {MaxErrors, "always )%d\n", ""},
		{MaxErrors + 1, "always x%d\n", "and 1 more error"}, {MaxErrors + 1, "proces x%d\n", "and 1 more error"},
		{80, "always x%d\n", "and 30 more errors"}, {80, "proces x%d\n", "and 30 more errors"},
	} {
		var text []byte
		for i := range c.n {
			text = fmt.Appendf(text, c.line, i)
		}
		_, _, list, err := Load(fstest.MapFS{"s.lu": {Data: text}}, "s.lu", Options{})
		if err != nil || list.Errors() != c.n {
			t.Errorf("%d times %q: %d errors, %v", c.n, c.line, list.Errors(), err)
		}
		if c.want == "" {
			continue
		}
		if last := list[len(list)-1]; len(list) != MaxErrors+1 || last.Code != codeMore || last.Msg != c.want {
			t.Errorf("%d times %q: %d entries, the last one: %v", c.n, c.line, len(list), last)
		}
	}
}
