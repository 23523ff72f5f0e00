package lang

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"
)

// What a spec without errors lacks when a piece of it cannot be read is never to
// blame for an error elsewhere: only the syntax errors are shown, wherever it is
// cut off, and whatever word is taken out, repeated or exchanged.
func TestNoFollowingErrors(t *testing.T) {
	files, err := filepath.Glob("../scenarios/*.lu")
	if err != nil || len(files) == 0 {
		t.Fatal("no scenarios", err)
	}
	every := 13
	if testing.Short() {
		every = 53
	}
	for i, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		words := word.FindAllString(string(text), -1)
		for n := i % every; n < len(words); n += every {
			before, after := strings.Join(words[:n], ""), strings.Join(words[n+1:], "")
			for _, spec := range []string{before, before + " " + after, before + words[n] + " " + words[n] + after, before + " xyz " + after, before + " type " + after, before + " && " + after} {
				onlySyntax(t, file, spec)
			}
		}
	}
}

// onlySyntax fails where errors of other kinds stand beside syntax errors.
func onlySyntax(t *testing.T, file, spec string) {
	t.Helper()
	_, _, list, err := Load(fstest.MapFS{"spec.lu": {Data: []byte(spec)}}, "spec.lu", Options{})
	if err != nil {
		t.Fatal(err)
	}
	syntax := ErrorList{}
	var others ErrorList
	for _, e := range list {
		if strings.HasPrefix(e.Code, "LU00") {
			syntax = append(syntax, e)
		} else {
			others = append(others, e)
		}
	}
	if len(syntax) > 0 && len(others) > 0 {
		t.Errorf("%s: %v\nbeside %v", file, others, syntax)
	}
}
