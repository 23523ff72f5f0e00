package main

import (
	"math/rand"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/lucheck/lucheck/explorer"
)

// cells builds a scenario from lines `LEVEL:TRANSFER VERDICT`, and expectations
// from lines `expect … WORD: VERDICT` where the first word says what came of it:
// met, unmet or open.
func scenario(lines ...string) *explorer.Scenario {
	s := &explorer.Scenario{Spec: "s.lu", Update: "u", Category: explorer.Category{Number: 2}}
	for _, l := range lines {
		word, rest, _ := strings.Cut(l, " ")
		if word == "met" || word == "unmet" || word == "open" {
			text, verdict, _ := strings.Cut(rest, ": ")
			e := explorer.Expectation{Text: text, Cell: "unit:none"}
			if strings.HasPrefix(text, "category") {
				e.Cell = ""
			} else {
				e.Verdict = verdictOf(verdict)
			}
			if yes := word == "met"; word != "open" {
				e.Met = &yes
			}
			s.Expected = append(s.Expected, e)
			continue
		}
		level, transfer, _ := strings.Cut(word, ":")
		s.Cells = append(s.Cells, &explorer.Cell{Level: level, Transfer: transfer, Verdict: verdictOf(rest)})
	}
	return s
}

func verdictOf(word string) explorer.Verdict {
	var v explorer.Verdict
	if err := v.UnmarshalText([]byte(word)); err != nil {
		panic(err)
	}
	return v
}

func TestDecide(t *testing.T) {
	for _, c := range []struct {
		name     string
		scenario []string
		failOn   string
		code     int
		because  string // part of the first reason
	}{
		{"no expectation, one level valid", []string{"unit:none invalid", "unit:flush valid"}, "", 0, ""},
		{"no expectation, no level valid", []string{"unit:none invalid", "unit:flush possible"}, "", 1, "no level is valid"},
		{"no expectation, only a reboot is valid", []string{"unit:none invalid", "reboot:none valid"}, "", 1, "no level is valid"},
		{"no expectation, new version broken", []string{"unit:none broken", "system:none broken"}, "", 1, "no level is valid"},
		{"no expectation, one valid, one unknown", []string{"unit:none valid", "system:none unknown"}, "", 3, "unknown: system:none"},
		{"no expectation, one invalid, one unknown", []string{"unit:none invalid", "system:none unknown"}, "", 3, "unknown: system:none"},
		{"no expectation, existence not decided", []string{"unit:none valid", "unit:any unknown"}, "", 0, ""},
		{"no expectation, some vacuous", []string{"unit:none valid", "system:none vacuous"}, "", 0, ""},
		{"no expectation, all vacuous", []string{"unit:none vacuous"}, "", 4, "no level has a point"},
		{"no cells at all", nil, "", 4, "no level has a point"},
		{"a transfer that nobody wrote is not on offer", []string{"unit:none invalid", "unit:any feasible"}, "", 1, "no level is valid with any transfer on offer"},

		{"expected and met", []string{"unit:none invalid", "met unit invalid: invalid"}, "", 0, ""},
		{"expected valid, is invalid", []string{"unit:none invalid", "unmet unit valid: invalid"}, "", 1, "expect unit valid: it is invalid"},
		{"expected invalid, is valid", []string{"unit:none valid", "unmet unit invalid: valid"}, "", 1, "it is valid"},
		{"expected valid, is broken", []string{"unit:none broken", "unmet unit valid: broken"}, "", 1, "it is broken"},
		{"expected and unknown", []string{"unit:none unknown", "open unit valid: unknown"}, "", 3, "not decided"},
		{"expected valid, is vacuous", []string{"unit:none vacuous", "unmet unit valid: vacuous"}, "", 4, "it is vacuous"},
		{"expected vacuous, is vacuous", []string{"unit:none vacuous", "met unit vacuous: vacuous"}, "", 0, ""},
		{"expected vacuous, is valid", []string{"unit:none valid", "unmet unit vacuous: valid"}, "", 1, "it is valid"},
		{"another cell is unknown", []string{"unit:none valid", "system:none unknown", "met unit valid: valid"}, "", 0, ""},
		{"another cell is vacuous", []string{"unit:none valid", "system:none vacuous", "met unit valid: valid"}, "", 0, ""},
		{"category met", []string{"met category 2"}, "", 0, ""},
		{"category not met", []string{"unmet category 1"}, "", 1, "it is category 2"},
		{"unmet beats vacuous and unknown", []string{"open a valid: unknown", "unmet b valid: vacuous", "unmet c valid: stray"}, "", 1, "expect c valid: it is stray"},
		{"vacuous beats unknown", []string{"open a valid: unknown", "unmet b valid: vacuous"}, "", 4, "expect b"},

		{"fail on invalid, though expected", []string{"unit:none invalid", "met unit invalid: invalid"}, "invalid", 1, "unit:none is invalid"},
		{"fail on invalid, stray", []string{"unit:none stray", "unit:flush valid"}, "invalid", 1, "unit:none is stray"},
		{"fail on invalid, reboot only", []string{"unit:none valid", "reboot:none invalid"}, "invalid", 0, ""},
		{"fail on invalid only", []string{"unit:none valid", "unmet unit invalid: valid"}, "invalid", 0, ""},
		{"fail on unknown, not expected", []string{"unit:none valid", "system:none unknown", "met unit valid: valid"}, "unmet,unknown", 3, "system:none is unknown"},
		{"fail on vacuous, not expected", []string{"unit:none valid", "system:none vacuous", "met unit valid: valid"}, "vacuous", 4, "system:none is vacuous"},
		{"fail on unmet only, open", []string{"unit:none unknown", "open unit valid: unknown"}, "unmet", 3, "not decided"},
		{"fail on vacuous only, open", []string{"unit:none unknown"}, "vacuous", 3, "unknown: unit:none"},
		{"fail on none, open", []string{"unit:none unknown", "open unit valid: unknown"}, "none", 0, ""},
		{"fail on none", []string{"unit:none invalid", "unmet unit valid: invalid"}, "none", 0, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			var words []string
			if c.failOn != "" {
				words = strings.Split(c.failOn, ",")
			}
			p, err := readPolicy(words)
			if err != nil {
				t.Fatal(err)
			}
			exit := decide([]*explorer.Scenario{scenario(c.scenario...)}, nil, p)
			if exit.Code != c.code || exit.Class != className(c.code) {
				t.Fatalf("exit %d, %s (%v), want %d", exit.Code, exit.Class, exit.Because, c.code)
			}
			if c.because == "" {
				if len(exit.Because) > 0 {
					t.Errorf("reasons without need: %q", exit.Because)
				}
			} else if !strings.Contains(exit.Because[0], c.because) {
				t.Errorf("because %q, want %q", exit.Because, c.because)
			}
		})
	}
}

// TestPrecedence tries every pair of problems, in both orders.
func TestPrecedence(t *testing.T) {
	order := []int{exitInternal, exitInterrupted, exitUsage, exitFailed, exitSpec, exitNothing, exitUndecided}
	for i, a := range order {
		for _, b := range order[i:] {
			for _, ps := range [][]problem{{{a, "a"}, {b, "b"}}, {{b, "b"}, {a, "a"}}} {
				exit := decide(nil, ps, defaultPolicy)
				if exit.Code != a || len(exit.Because) != 2 || (a != b && exit.Because[0] != "a") {
					t.Errorf("%v: exit %d because %q, want %d", ps, exit.Code, exit.Because, a)
				}
			}
		}
	}
	failing := scenario("unit:none invalid", "unmet unit valid: invalid")
	if exit := decide([]*explorer.Scenario{failing}, []problem{{exitSpec, "broken.lu: 1 error"}}, defaultPolicy); exit.Code != exitFailed {
		t.Errorf("a broken file hides a real violation: %v", exit)
	}
	if exit := decide(nil, nil, defaultPolicy); exit.Code != exitNothing {
		t.Errorf("nothing at all: %v", exit)
	}
}

// TestDecideOrder: the order of problems does not change the code.
func TestDecideOrder(t *testing.T) {
	ps := []problem{{exitSpec, "a"}, {exitNothing, "b"}, {exitUndecided, "c"}, {exitSpec, "d"}}
	want := decide(nil, ps, defaultPolicy)
	for range 20 {
		shuffled := slices.Clone(ps)
		rand.Shuffle(len(shuffled), func(i, j int) { shuffled[i], shuffled[j] = shuffled[j], shuffled[i] })
		if got := decide(nil, shuffled, defaultPolicy); got.Code != want.Code {
			t.Errorf("%v: %v, want %v", shuffled, got, want)
		}
	}
}

func TestReadPolicy(t *testing.T) {
	for _, words := range [][]string{{"nonsense"}, {"none", "unmet"}, {""}} {
		if p, err := readPolicy(words); err == nil {
			t.Errorf("%q gives %v", words, p)
		}
	}
	if p, err := readPolicy(nil); err != nil || p != defaultPolicy {
		t.Errorf("no words: %v, %v", p, err)
	}
}

func TestReadTargets(t *testing.T) {
	for _, c := range []struct {
		words []string
		want  []target
		fails bool
	}{
		{nil, []target{{"text", ""}}, false},
		{[]string{"json"}, []target{{"json", ""}}, false},
		{[]string{"json:-"}, []target{{"json", ""}}, false},
		{[]string{"json:a.json"}, []target{{"json", "a.json"}, {"text", ""}}, false},
		{[]string{"json:C:/a.json", "text"}, []target{{"json", "C:/a.json"}, {"text", ""}}, false},
		{[]string{"json", "text"}, nil, true},
		{[]string{"json:a", "text:a"}, nil, true},
		{[]string{"json:"}, nil, true},
		{[]string{"jsn"}, nil, true},
		{[]string{""}, nil, true},
	} {
		got, err := readTargets(c.words)
		if (err != nil) != c.fails {
			t.Errorf("%q: %v", c.words, err)
		}
		if diff := cmp.Diff(c.want, got, cmp.AllowUnexported(target{})); !c.fails && diff != "" {
			t.Errorf("%q: %s", c.words, diff)
		}
	}
}

func TestReadExpect(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"unit", "unit||valid"},
		{"unit with flush", "unit|flush|valid"},
		{"unit with flush invalid", "unit|flush|invalid"},
		{"unit with valid", "unit|valid|valid"},
		{"unit with valid vacuous", "unit|valid|vacuous"},
		{"  protocol inner , service ", "protocol inner, service||valid"},
		{"protocol write with t possible", "protocol write|t|possible"},
		{"state no_open_files", "state no_open_files||valid"},
		{"valid", `"valid" is no level`},
		{"unti", `did you mean "unit"?`},
		{"", "names no level"},
		{"unit with", "behind `with`"},
		{"unit with a b", "behind `with`"},
		{"with flush", "names no level"},
		{"protocol", "needs a name"},
		{"unit x", "has no name"},
		{"state a, b", "one name"},
	} {
		e, err := readExpect(c.text)
		got := ""
		if err != nil {
			got = err.Error()
		} else {
			got = e.Level.String() + "|" + e.With + "|" + e.Verdict
		}
		if !strings.Contains(got, c.want) {
			t.Errorf("%q: got %s, want %s", c.text, got, c.want)
		}
	}
}

func TestSize(t *testing.T) {
	for text, want := range map[string]int64{"0": 0, "4096": 4096, "512MiB": 512 << 20, "4GiB": 4 << 30, "1kB": 1000, "2 GiB": 2 << 30} {
		var s size
		if err := s.Set(text); err != nil || int64(s) != want {
			t.Errorf("%q: %d, %v, want %d", text, s, err, want)
		}
	}
	for _, text := range []string{"", "GiB", "-1", "4XiB", "99999999EiB", "1e99"} {
		var s size
		if err := s.Set(text); err == nil {
			t.Errorf("%q: %d", text, s)
		}
	}
}

func TestReadParams(t *testing.T) {
	got, err := readParams([]string{"a=1", "b=-3"})
	if diff := cmp.Diff(map[string]int64{"a": 1, "b": -3}, got); err != nil || diff != "" {
		t.Errorf("%v %s", err, diff)
	}
	for _, pairs := range [][]string{{"a"}, {"=1"}, {"a="}, {"a=x"}, {"a=1", "a=2"}, {"a=99999999999999999999"}} {
		if got, err := readParams(pairs); err == nil {
			t.Errorf("%q gives %v", pairs, got)
		}
	}
}
