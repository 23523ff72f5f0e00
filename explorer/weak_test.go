package explorer

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/lucheck/lucheck/lang"
)

// TestWeak has for each weakness that a spec can have one that has it, and a near-twin
// that has not.
func TestWeak(t *testing.T) {
	base := func(client, system, update string) string {
		return "client c { loop { " + client + " } }\n" + system + "\nupdate up {\n" + update + "\n}"
	}
	const unit = `process u { var x: 0..1 = 0
		on go(n: 0..1) { if n == x { call v.a() }; reply } }
		process v { on a() { reply } }
		protocol p: u -> v { a }`
	const changed = `process u { on go(n: 0..1) { if n == x { call v.a() }; x = 0; reply } }`
	counting := func(judge string) string {
		return `process u { var x: 0..1 = 0
			on go() { x = 1 - x; reply } on get() -> 0..1 { ` + judge + ` reply x } }`
	}
	looking := func(step string) string {
		return "process u { var x: 0..1 = 0; on go() { " + step + "reply } on look() { if x == 1 { assert x == 1 }; reply } }"
	}
	alternating, still := looking("x = 1 - x; "), looking("")
	for _, c := range []struct {
		name, weak, twin string
	}{
		{"unreachable-handler", base("call u.go(1)", unit, changed), base("var n = choose 0..1; call u.go(n)", unit, changed)},
		{"protocol-never-starts", base("call u.go(1)", unit, changed), base("call u.go(0)", unit, changed)},
		{"level-without-points", base("call u.go(0)", unit+"\nstable s when u.x == 1", changed), base("call u.go(0)", unit+"\nstable s when u.x == 0", changed)},
		{"level-without-points", base("call u.go(0)", unit+"\nstable s when u.x == 1", changed),
			base("call u.go(0)", unit+"\nstable s when u.x == 1", changed+"\nexpect state s vacuous")},
		{"assertion-never-evaluated", // in the old version
			base("call u.go(0)", `process u { var x: 0..1 = 0
				on go(n: 0..1) { if n == 1 { assert x == 0 }; reply } }`, `process u { on go(n: 0..1) { reply } }`),
			base("call u.go(1)", `process u { var x: 0..1 = 0
				on go(n: 0..1) { if n == 1 { assert x == 0 }; reply } }`, `process u { on go(n: 0..1) { reply } }`)},
		{"assertion-never-evaluated", // in the new version
			base("call u.go(0)", `process u { var x: 0..1 = 0
				on go(n: 0..1) { reply } }`, `process u { on go(n: 0..1) { if n == 1 { assert x == 0 }; reply } }`),
			base("call u.go(1)", `process u { var x: 0..1 = 0
				on go(n: 0..1) { reply } }`, `process u { on go(n: 0..1) { if n == 1 { assert x == 0 }; reply } }`)},
		{"assertion-never-evaluated", // passed over in the old version, but come to
			base("call u.go(0)", `process u { var x: 0..1 = 0
				on go(n: 0..1) { if n == 1 { assert x == 1, "x" }; reply } }`, `fixes "x"; process u { on go(n: 0..1) { reply } }`),
			base("call u.go(1)", `process u { var x: 0..1 = 0
				on go(n: 0..1) { if n == 1 { assert x == 1, "x" }; reply } }`, `fixes "x"; process u { on go(n: 0..1) { reply } }`)},
		{"assertion-never-evaluated", // in code of both versions
			base("call u.go(0)", `process u { var x: 0..1 = 0
				on go(n: 0..1) { if n == 1 { assert x == 0 }; reply } }`, `process u { var y: 0..1 }`),
			base("call u.go(1)", `process u { var x: 0..1 = 0
				on go(n: 0..1) { if n == 1 { assert x == 0 }; reply } }`, `process u { var y: 0..1 }`)},
		{"assertion-never-after-switch", // no switch leads to where x is 1, and nothing comes there behind it
			base("call u.go(); call u.look()", alternating, `process u { on go() { reply } }; always u.x == 0`),
			base("call u.go(); call u.look()", alternating, `process u { on go() { reply } }; always u.x in {0, 1}`)},
		{"assertion-never-after-switch", // the new version comes there by itself
			base("call u.go(); call u.look()", alternating, `process u { on go() { reply } }; always u.x == 0`),
			base("call u.go(); call u.look()", alternating, `process u { on go() { atomic { x = 1; x = 0 }; x = 1 - x; x = 0; reply } on look() { if x == 0 { assert x == 0 }; reply } }; always u.x in {0, 1}`)},
		{"assertion-never-after-switch", // only a plan comes there
			base("call u.go(); call u.look()", alternating, `process u { on go() { reply } }; process v { }; always u.x == 0`),
			base("call u.go(); call u.look()", alternating, `process u { on go() { reply } }; process v { }; always u.x == 0; plan p { replace v at unit; replace u at unit }`)},
		{"assertion-never-before-switch", // in a handler, in a client
			base("call u.go(); call u.look()", still, `process u { on go() { x = 1 - x; reply } }`),
			base("call u.go(); call u.look()", alternating, `process u { on go() { x = 1; x = 0; reply } }`)},
		{"assertion-never-before-switch",
			base("var r = call u.get(); if r == 1 { assert r > 0 }", "process u { on get() -> 0..1 { reply 0 } }", `process u { on get() -> 0..1 { reply 1 } }`),
			base("var r = call u.get(); if r == 1 { assert r > 0 }", "process u { on get() -> 0..1 { reply 1 } }", `process u { on get() -> 0..1 { reply 0 } }`)},
		{"assertion-never-before-switch", // what the update fixes is passed over before, but come to
			base(`var r = call u.get(); if r == 1 { assert r == 0, "x" }`, "process u { on get() -> 0..1 { reply 0 } }", `process u { var y: 0..1; on get() -> 0..1 { reply y } }; fixes "x"; transfer t { u.y = 1 }`),
			base(`var r = call u.get(); if r == 1 { assert r == 0, "x" }`, "process u { on get() -> 0..1 { reply 1 } }", `process u { on get() -> 0..1 { reply 0 } }; fixes "x"`)},
		{"ghost-unread", base("note g = 1; call u.go(0)", "ghost g: 0..1\n"+unit, changed),
			base("note g = 1; call u.go(0); assert g == 1", "ghost g: 0..1\n"+unit, changed)},
		{"transfer-changes-nothing", base("call u.go(0)", unit, changed+"\ntransfer t { u.x = old.u.x; if old.u.x == 1 { u.x = 0 } }"),
			base("var n = choose 0..1; call u.set(n)", "process u { var x: 0..1 = 0; on set(n: 0..1) { x = n; reply } }",
				"process u { on set(n: 0..1) { if x != n { x = n }; reply } }\ntransfer t { u.x = old.u.x; if old.u.x == 1 { u.x = 0 } }")},
		{"transfer-changes-nothing", base("call u.go(0)", unit, changed+"\ntransfer t { convert v.a() -> () }"),
			base("call u.go(0)", unit, `process v { on a(n: 0..1) { reply } } process u { on go(n: 0..1) { if n == x { call v.a(n) }; reply } }
				transfer t { convert v.a() -> (0) }`)},
		{"transfer-changes-nothing", base("call u.go(0)", unit, changed+"\ntransfer t { }"), base("call u.go(0)", unit, changed+"\ntransfer t { u.x = 1 }")},
		{"reset-probe", // nothing tells the update from a crash
			base("call u.go(); var r = call u.get()", counting(""), `process u { on go() { x = (x + 1) mod 2; reply } }`),
			base("call u.go(); var r = call u.get(); assert r == 1; call u.go()", counting(""), `process u { on go() { x = (x + 1) mod 2; reply } }`)},
		{"mailbox-bound", "client more { loop { send u.go() } }\n" + base("send u.go()", "process u { on go() { } }", "process u { on go() { var y: 0..1 = 0 } }"),
			base("call u.go()", "process u { on go() { reply } }", "process u { on go() { var y: 0..1 = 0; reply } }")},
	} {
		t.Run(c.name, func(t *testing.T) {
			for text, want := range map[string]bool{c.weak: true, c.twin: false} {
				if got := slices.Contains(weaknessesOf(t, text), c.name); got != want {
					t.Errorf("it is %v that this is %s:\n%s", got, c.name, text)
				}
			}
		})
	}
}

// weaknessesOf names the warnings and notes on a spec.
func weaknessesOf(t *testing.T, text string) (names []string) {
	t.Helper()
	prog, _, list, err := lang.Load(fstest.MapFS{"spec.lu": {Data: []byte(text)}}, "spec.lu", lang.Options{})
	if err != nil || prog == nil {
		t.Fatal(err, list)
	}
	for _, e := range list {
		names = append(names, e.Name)
	}
	s := check(t, prog, 0, Options{}).Scenario()
	for _, w := range s.Warnings {
		names = append(names, w.Name)
	}
	for _, n := range s.Notes {
		names = append(names, n.Name)
	}
	return names
}

// TestAssertions counts assertions: a client's and one of `look` that both versions have, one of
// the old `go`, two of the new one. After the switch x is never 1, and nobody looks at 2.
func TestAssertions(t *testing.T) {
	const text = `
		client c { loop { call u.go(); var r = call u.look(); assert r in {0, 1}, "one of two" } }
		process u {
			var x: 0..2 = 0
			on go() { x = 1 - x; assert x < 2; reply }
			on look() -> 0..2 { if x == 1 { assert x != 0 }; if x == 2 { assert x != 0 }; reply x }
		}
		update up {
			process u { on go() { assert x == 0; if x == 2 { assert x == 2 }; x = 0; reply } }
			always u.x == 0
			expect reboot valid
		}`
	show := func(a Assertions) string {
		known := func(n *int) string {
			if n == nil {
				return "?"
			}
			return fmt.Sprint(*n)
		}
		return fmt.Sprintf("%s of %d before, %s of %d after", known(a.NeverBefore), a.Old, known(a.NeverAfter), a.New)
	}
	load := func(text string) *lang.Program {
		return loadFrom(t, fstest.MapFS{"spec.lu": {Data: []byte(text)}}, "spec.lu", nil)
	}
	for _, c := range []struct {
		name, text, want string
		opt              Options
	}{
		{"of both versions", text, "1 of 4 before, 3 of 5 after", Options{}},
		{"the new version fails", strings.Replace(text, "x = 0; reply }", "x = 1; reply }", 1), "1 of 4 before, ? of 5 after", Options{}},
		{"the old version fails", strings.Replace(text, "x < 2", "x < 1", 1), "? of 4 before, 3 of 5 after", Options{}},
		{"of limits", text, "? of 4 before, ? of 5 after", Options{MaxStates: 5}},
		{"of what follows the switch", text, "1 of 4 before, ? of 5 after", Options{MaxStates: 42}},
		{"a reboot that chooses", strings.Replace(text, "0..2 = 0", "0..2 = choose 0..0; var y: 0..1 = choose 0..1", 1), "1 of 4 before, ? of 5 after", Options{}},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := check(t, load(c.text), 0, c.opt).Scenario()
			if got := show(s.Assertions); got != c.want {
				t.Errorf("never evaluated: %s, want %s; states %v %v %v", got, c.want, s.Old.Counts, s.New.Counts, s.Switched)
			}
		})
	}
}
