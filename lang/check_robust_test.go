package lang

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"testing/fstest"
	"time"
)

var word = regexp.MustCompile(`[A-Za-z_][A-Za-z_0-9]*|\d+|"[^"\n]*"|\.\.|->|[-+=!<>]=|\S|\s+`)

// allSpecs gives the texts of all specs that the repository has.
func allSpecs(t testing.TB) []string {
	t.Helper()
	var texts []string
	for _, pattern := range []string{"../testdata/lang/*.lu", "../testdata/lang/*/*.lu", "../scenarios/*.lu", "../testdata/judges/*.lu"} {
		files, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range files {
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			texts = append(texts, strings.Split(string(text), "\n---\n")...)
		}
	}
	return texts
}

// checkSound loads a spec and fails where the result contradicts itself: a nil
// part in a program without errors shows as a panic in the walk.
func checkSound(t testing.TB, spec string) {
	t.Helper()
	defer func() {
		if r := recover(); r != nil {
			t.Fatalf("%v for\n%s", r, spec)
		}
	}()
	start := time.Now()
	p, _, list, err := Load(fstest.MapFS{"spec.lu": {Data: []byte(spec)}}, "spec.lu", Options{})
	if err != nil {
		t.Fatal(err)
	}
	if d := time.Since(start); d > 20*time.Second {
		t.Fatalf("%v for\n%s", d, spec)
	}
	if (p == nil) != list.HasErrors() {
		t.Fatalf("program %v, errors %v for\n%s", p != nil, list, spec)
	}
	for _, e := range list {
		if e.Span.Start.Line == 0 || e.Msg == "" || e.Code == "" {
			t.Fatalf("%+v for\n%s", e, spec)
		}
	}
	if p == nil {
		return
	}
	mustBeWhole(t, p.Base)
	for _, u := range p.Updates {
		mustBeWhole(t, u.New)
		wayIsWhole(t, u)
	}
}

// mustBeWhole checks what program.go promises of every system.
func mustBeWhole(t testing.TB, s *System) {
	t.Helper()
	v := visitor{
		expr: func(e Expr) {
			if e.Type() == nil {
				t.Fatalf("%T at %v has no type", e, e.Pos())
			}
			if l, ok := e.(*Lit); ok && len(l.Val) != l.Typ.Slots() {
				t.Fatalf("literal of %d scalars for %d slots of %s at %v", len(l.Val), l.Typ.Slots(), l.Typ, l.Spn)
			}
			if r, ok := e.(*Ref); ok && r.Var.Owner != nil && (r.Var.Owner.Index == nil) != (r.Unit == nil) {
				t.Fatalf("instance of %s at %v", r.Var.Name, r.Spn)
			}
		},
		domain: func(d *Domain) {
			if (d.Elem == nil) != (d.Wait != nil) {
				t.Fatalf("domain at %v", d.Span)
			}
		},
		target: func(x *Target) {
			if len(x.Args) != len(x.Msg.Params) || (x.Index == nil) != (x.Unit.Index == nil) {
				t.Fatalf("target at %v", x.Span)
			}
		},
	}
	numbered := func(locals []*Var) {
		for i, l := range locals {
			if l.Index != i || l.Class != Local || l.Type == nil {
				t.Fatalf("local %d is %+v", i, l)
			}
		}
	}
	for _, u := range s.Units {
		v.visitStmts(u.Body)
		numbered(u.Locals)
		for i, x := range u.Vars {
			if x.Index != i || x.Owner != u || x.Type == nil {
				t.Fatalf("variable %+v", x)
			}
			v.visitExpr(x.Init)
		}
		for _, h := range u.Handlers {
			v.visitStmts(h.Body)
			numbered(h.Locals)
			if h.Fingerprint == "" || h.Mentions == nil {
				t.Fatalf("handler %s is not finished", h.Msg.Name)
			}
		}
	}
	there := func(e Expr, at Span) {
		if e == nil {
			t.Fatalf("no expression at %v", at)
		}
		v.visitExpr(e)
	}
	for _, p := range s.Always {
		there(p.Expr, p.Span)
	}
	for _, p := range s.Stables {
		there(p.Expr, p.Span)
	}
	for _, h := range s.Hooks {
		there(h.Val, h.Span)
		there(h.To, h.Span)
		numbered(h.Locals)
	}
}

// wayIsWhole checks what program.go promises of an update beyond its new version.
func wayIsWhole(t testing.TB, u *Update) {
	t.Helper()
	v := visitor{expr: func(e Expr) {
		if e.Type() == nil {
			t.Fatalf("%T at %v has no type", e, e.Pos())
		}
	}}
	all := func(es []Expr, at Span) {
		for _, e := range es {
			if e == nil {
				t.Fatalf("no expression at %v", at)
			}
			v.visitExpr(e)
		}
	}
	converts := func(list []*Convert) {
		for _, c := range list {
			all(c.Args, c.Span)
			if c.From == nil || c.To == nil || len(c.Args) != len(c.To.Params) || len(c.Params) != len(c.From.Params) {
				t.Fatalf("conversion at %v", c.Span)
			}
		}
	}
	needs := func(list []*Need) {
		for _, n := range list {
			all([]Expr{n.Amount}, n.Span)
		}
	}
	converts(u.Converts)
	for _, tr := range u.Transfers {
		converts(tr.Converts)
		needs(tr.Needs)
		v.visitExpr(tr.Cost)
		v.visitStmts(tr.Body)
	}
	for _, p := range u.Plans {
		needs(p.Needs)
		v.visitStmts(p.Body)
	}
}

// Specs with words removed, repeated, exchanged and taken from elsewhere give
// errors, or a whole program.
func TestCheckMutations(t *testing.T) {
	rounds := 4
	if testing.Short() {
		rounds = 1
	}
	specs := allSpecs(t)
	rnd := rand.New(rand.NewPCG(1, 2))
	other := word.FindAllString(strings.Join(specs, "\n"), -1)
	for _, spec := range specs {
		words := word.FindAllString(spec, -1)
		for range rounds * 8 {
			m := append([]string{}, words...)
			for range 1 + rnd.IntN(3) {
				i, j := rnd.IntN(len(m)), rnd.IntN(len(m))
				switch rnd.IntN(4) {
				case 0:
					m[i] = ""
				case 1:
					m[i], m[j] = m[j], m[i]
				case 2:
					m[i] = m[j]
				case 3:
					m[i] = other[rnd.IntN(len(other))]
				}
			}
			checkSound(t, strings.Join(m, ""))
		}
	}
}

// Every prefix of every spec, cut between words, gives errors or a program.
func TestCheckPrefixes(t *testing.T) {
	for _, spec := range allSpecs(t) {
		words := word.FindAllString(spec, -1)
		for n := 0; n < len(words); n += 1 + len(words)/40 {
			checkSound(t, strings.Join(words[:n], ""))
		}
	}
}

// Large and deep specs end in time.
func TestCheckHostile(t *testing.T) {
	wide := func(n int, f func(i int) string) string {
		var b strings.Builder
		for i := range n {
			b.WriteString(f(i))
		}
		return b.String()
	}
	double := wide(60, func(i int) string {
		return fmt.Sprintf("def f%d(x: bool) -> bool = f%d(x) and f%d(x)\n", i+1, i, i)
	})
	cases := map[string]string{
		"long sum":           "always 0 == 0" + strings.Repeat(" + 1", 200000) + "\n",
		"long path":          "shared x: bool\nalways x" + strings.Repeat(".y", 30000) + "\n",
		"long index":         "shared x: bool\nalways x" + strings.Repeat("[0]", 30000) + "\n",
		"defs that double":   "def f0(x: bool) -> bool = x\n" + double + "always f60(true)\n",
		"types that double":  "type t0 = record { a: bool, b: bool }\n" + wide(60, func(i int) string { return fmt.Sprintf("type t%d = record { a: t%d, b: t%d }\n", i+1, i, i) }),
		"nested arrays":      "shared x: " + strings.Repeat("[bool] ", 200) + "bool\n",
		"many variables":     wide(8000, func(i int) string { return fmt.Sprintf("shared x%d: [0..4000] bool\n", i) }),
		"many unknowns":      "client app { " + wide(5000, func(i int) string { return fmt.Sprintf("await y%d\n", i) }) + "}\n",
		"else chain":         "shared x: bool\nclient app { if x { }" + strings.Repeat(" else if x { }", 20000) + " }\n",
		"quantifiers":        "always " + strings.Repeat("all(x in 0..1000: ", 60) + "true" + strings.Repeat(")", 60) + "\n",
		"minima":             "shared x: 0..9223372036854775807\nalways " + strings.Repeat("-", 100) + "9223372036854775807 == x\n",
		"constant loop":      "type t = 0..sum(x in 0..1000: sum(y in 0..1000: x * y mod 7))\n",
		"initial broadcast":  "shared x: [0..63] [0..63] 0..9 = 3\nalways x == x\n",
		"many units":         wide(3000, func(i int) string { return fmt.Sprintf("process p%d { on m() { reply } }\n", i) }),
		"many members":       "type e = { " + wide(5000, func(i int) string { return fmt.Sprintf("m%d, ", i) }) + "last }\n",
		"many updates":       "process p { var x: 0..9 }\n" + wide(300, func(i int) string { return fmt.Sprintf("update u%d { process p { var x: 0..%d } }\n", i, i) }),
		"unknown among many": wide(5000, func(i int) string { return fmt.Sprintf("shared x%d: bool\n", i) }) + "client app { " + wide(5000, func(i int) string { return fmt.Sprintf("await y%d\n", i) }) + "}\n",
		"many locals":        "client app { " + wide(8000, func(i int) string { return fmt.Sprintf("var x%d: bool\n", i) }) + strings.Repeat("x0 = x1\n", 10000) + "}\n",
		"unknown in units": wide(15000, func(i int) string {
			return fmt.Sprintf("process proc%d { on m() { nam%d = 1; call uni%d.m(); reply } }\n", i, i, i)
		}),
		"chain of sizes": wide(60000, func(i int) string { return fmt.Sprintf("param n%d = n%d\n", i, i+1) }) + "param n60000 = 1\n",
		"chain of types": wide(60000, func(i int) string { return fmt.Sprintf("type t%d = t%d\n", i, i+1) }) + "type t60000 = bool\n",
		"chain of defs":  wide(30000, func(i int) string { return fmt.Sprintf("def f%d() = f%d()\n", i, i+1) }) + "def f30000() = true\n",
		"one long line":  "shared x = 1; " + wide(20000, func(i int) string { return fmt.Sprintf("shared s%d: 0..1 = 2; ", i) }) + "\nshared y: bool\n",
		"many literals":  "shared x: [0..4000] bool\nclient app { " + strings.Repeat("x = true\n", 100000) + "}\n",
		"many sums":      wide(10000, func(i int) string { return fmt.Sprintf("type t%d = 0..sum(x in 0..60000: x mod 2)\n", i) }),
		"many arguments": "process p { on m(" + strings.Repeat("x: bool, ", 20000) + "y: bool) { } }\n",
		"versions":       wide(3000, func(i int) string { return fmt.Sprintf("process p%d { on m() { reply } }\n", i) }) + wide(32, func(i int) string { return fmt.Sprintf("update u%d { process p0 { on n() { reply } } }\n", i) }),
		"many drops":     "process p { var x: bool }\nupdate u { " + strings.Repeat("process p { drop y }\n", 5000) + " }\n",
		"many functions": wide(3000, func(i int) string { return fmt.Sprintf("function f%d { on m() { call f%d.m(); reply } }\n", i, i+1) }),
		"big record":     "type r = record { " + wide(5000, func(i int) string { return fmt.Sprintf("f%d: bool, ", i) }) + "last: bool }\n",
	}
	for _, name := range sorted(cases) {
		t.Run(name, func(t *testing.T) {
			start := time.Now()
			checkSound(t, cases[name])
			t.Log(len(cases[name]), "bytes", time.Since(start))
		})
	}
}

// FuzzCheck: whatever text comes in, there is a whole program or an error with a
// place.
func FuzzCheck(f *testing.F) {
	for _, spec := range allSpecs(f) {
		f.Add(spec)
	}
	f.Fuzz(func(t *testing.T, spec string) { checkSound(t, spec) })
}
