package main

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/lucheck/lucheck/lang"
)

// TestRewordings are the ways to say numbers with params.
func TestRewordings(t *testing.T) {
	params := []lang.Param{{Name: "n", Value: 3}, {Name: "k", Value: 7}}
	for _, c := range []struct {
		body string
		want []string
	}{
		{"x = 5", nil},
		{"x = old.x3 + y", nil},
		{"if old.u.at(m, 3) or old.u[1].in(m, 3) { x = 0 }", nil},
		{"x = 3 - 2 * old.y[2]", []string{
			"x = n - (n - 1) * old.y[n - 1]", // all that can be
			"x = n - 2 * old.y[2]",
			"x = 3 - (n - 1) * old.y[n - 1]", "x = 3 - (n - 1) * old.y[2]", "x = 3 - 2 * old.y[n - 1]",
		}},
		{"x = y - 4 + 8", []string{"x = y - (n + 1) + k + 1", "x = y - (n + 1) + 8", "x = y - 4 + k + 1"}},
		{"x = y mod 4", []string{"x = y mod (n + 1)"}},
		{"x = all(i in 0..2: z[i])", []string{"x = all(i in 0..n - 1: z[i])"}},
	} {
		var got []string
		for _, body := range rewordings([]string{c.body}, params) {
			got = append(got, body[0])
		}
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%s: -want +got\n%s", c.body, diff)
		}
	}
}
