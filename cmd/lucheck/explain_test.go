package main

import (
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/lucheck/lucheck/lang"
)

// TestDiagnosticsPage holds docs/diagnostics.md against the codes.
func TestDiagnosticsPage(t *testing.T) {
	const path = "../../docs/diagnostics.md"
	got := diagnosticsPage(lang.Codes())
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("make docs writes it anew (-want +got):\n%s", diff)
	}
	if n := strings.Count(got, "\n## LU"); n < 50 {
		t.Errorf("only %d codes", n)
	}
}

func TestVisible(t *testing.T) {
	for text, want := range map[string]string{
		"": "", "\na\n\tb\n": "a\n\tb", "x\xffy": "x\\xffy", "x\x00": "x\\x00", "\ufffd": "\ufffd", "ü": "ü",
	} {
		if got := visible(text); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}
