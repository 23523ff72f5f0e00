package lang

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
)

// Every example of a code gives that code and no other.
func TestCodeExamples(t *testing.T) {
	for _, info := range slices.Concat(nameCodes, unitCodes) {
		t.Run(info.Code, func(t *testing.T) {
			if info.Title == "" || info.Meaning == "" || info.Advice == "" {
				t.Error("not explained")
			}
			if info.Warning != warningNames[info.Code] {
				t.Errorf("the warning is %q in the table of names", warningNames[info.Code])
			}
			if info.Example == "" {
				return
			}
			fsys := fstest.MapFS{"spec.lu": {Data: []byte(info.Example)}, "base.lu": {Data: []byte("system base\nparam n = 1\n")}}
			_, _, list, err := Load(fsys, "spec.lu", Options{})
			if err != nil {
				t.Fatal(err)
			}
			if len(list) == 0 {
				t.Fatalf("no diagnostic in\n%s", info.Example)
			}
			for _, e := range list {
				if e.Code != info.Code || e.Warning != (info.Warning != "") || e.Name != info.Warning {
					t.Errorf("%v in\n%s", e, info.Example)
				}
				if e.Span.Start.Line == 0 {
					t.Errorf("%v has no place", e)
				}
			}
		})
	}
}

// Every code that the sources declare is explained, once, in order.
func TestCodesComplete(t *testing.T) {
	var declared []string
	files, err := filepath.Glob("codes*.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		for _, m := range regexp.MustCompile(`\tcode\w+\s+= "(LU\d{4})"`).FindAllStringSubmatch(string(text), -1) {
			declared = append(declared, m[1])
		}
	}
	slices.Sort(declared)
	var explained []string
	for _, info := range Codes() {
		explained = append(explained, info.Code)
	}
	if !slices.Equal(declared, explained) {
		t.Errorf("declared %v\nexplained %v", declared, explained)
	}
}
