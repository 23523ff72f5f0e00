package reports

import (
	"bytes"
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/lucheck/lucheck/explorer"
)

// figures have what a run leaves open, more rows than are shown, and names that a terminal
// would act on.
func figures() *explorer.Figures {
	num := func(n int) *int { return &n }
	f := &explorer.Figures{Schema: explorer.FiguresSchema, Spec: "s\x1b[31m.lu", Update: "u", Params: map[string]int64{"b": 2, "a": 9},
		Exit: explorer.Exit{Code: 3, Class: "undecided", Because: []string{"a limit left something out"}},
		Phases: []explorer.Phase{
			{Name: "old version", Counts: explorer.Counts{States: 200, Steps: 500, Complete: true}, Depth: 9, Widest: 50},
			{Name: "new version", Counts: explorer.Counts{States: 0, Complete: false}, Reason: "max-mem"},
		},
		Activations: []explorer.ActivationSize{{Name: "u", Phases: []explorer.Active{{States: 100, Steps: 250}, {}}}, {Name: "never", Phases: []explorer.Active{{}, {}}}},
		Mailboxes: []explorer.MailboxSize{
			{Unit: "u", Phases: []explorer.Waiters{{Capacity: 2, States: []int{100, 60, 40}}, {Capacity: 3, States: []int{}}}},
			{Unit: "empty", Phases: []explorer.Waiters{{Capacity: 1, States: []int{200}}, {Capacity: 1}}},
		},
		Bounds: []explorer.Bound{{Param: "b", Value: 2, States: num(50), Complete: true}, {Param: "a", Value: 9, States: num(7), Reason: "stopped"}, {Param: "z", Value: 0, Reason: "no spec"}},
		Notes:  []explorer.Note{{Name: "limit", Text: "there was no time"}},
	}
	for i := range 20 {
		c := explorer.ComponentSize{Name: fmt.Sprintf("c%02d", i), Kind: "unit", Values: []int{20 - i, 1}}
		c.Pieces = []explorer.PieceSize{{Name: c.Name + ".x", Kind: "variable", Values: c.Values, Rest: num(100)}, {Name: "where it stands", Kind: "activation", Values: c.Values}}
		f.Components = append(f.Components, c)
	}
	return f
}

func figuresText(t *testing.T, f *explorer.Figures, s Style) string {
	t.Helper()
	var b bytes.Buffer
	if err := Figures(&b, f, s); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestFiguresText(t *testing.T) {
	text := figuresText(t, figures(), Style{})
	single := regexp.MustCompile(` +`).ReplaceAllString(text, " ")
	for _, want := range []string{
		"s\\u{1b}[31m.lu · update u · a = 9 · b = 2",
		" old version 200 500 2.50 9 50\n",
		" new version 0 (stopped) 0 - 0 0\n",
		" ? new version: stopped by max-mem;",
		"b = 1 50 at least 4.0\n", // the whole is not complete
		"a = 8 7 (stopped) stopped\n",
		"z = -1 unknown no spec\n",
		" c00 20 1 0 ?\n",
		" c00.x 20 1 many 2.0\n",
		" u 50% 2.50 0% -\n",
		" u 2, 3 2 0.70 20%\n",
		"and 7 more, with -v", // 19 components have several values
		"note there was no time\n\nexit 3, undecided: a limit left something out\n",
	} {
		if !strings.Contains(single, want) {
			t.Errorf("%q is not in\n%s", want, text)
		}
	}
	for _, not := range []string{"c12 ", "c19 ", "never", "empty", "where it stands", "\x1b", " \n"} {
		if strings.Contains(text, not) {
			t.Errorf("%q is in\n%s", not, text)
		}
	}
	if full := figuresText(t, figures(), Style{Detail: Full}); !strings.Contains(full, " c18 ") || strings.Contains(full, "more, with -v") {
		t.Errorf("not all is shown:\n%s", full)
	}
	if ascii := figuresText(t, figures(), Style{ASCII: true}); strings.ContainsFunc(ascii, func(r rune) bool { return r > '~' }) {
		t.Errorf("not only ASCII:\n%s", ascii)
	}
	for _, line := range strings.Split(figuresText(t, figures(), Style{Width: 60}), "\n") {
		if len([]rune(line)) > 60 {
			t.Errorf("wider than 60: %q", line)
		}
	}
}

// Nothing at all is no division by it.
func TestFiguresOfNothing(t *testing.T) {
	f := &explorer.Figures{Phases: []explorer.Phase{{Name: "old version", Counts: explorer.Counts{Complete: true}}}}
	if text := figuresText(t, f, Style{}); strings.Contains(text, "NaN") || strings.Contains(text, "Local states") || strings.Contains(text, "Params") {
		t.Errorf("got\n%s", text)
	}
	if text := figuresText(t, f, Style{Detail: Brief}); text != "" {
		t.Errorf("there is nothing to say, but: %q", text)
	}
	var b bytes.Buffer
	if err := FiguresJSON(&b, f); err != nil || strings.Contains(b.String(), ": null") || !strings.Contains(b.String(), `"components": []`) {
		t.Errorf("%v\n%s", err, b.String())
	}
}
