package oracle_test

import (
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/lucheck/lucheck/lang"
	"github.com/lucheck/lucheck/model/oracle"
)

// hookRest stands beside ghosts in the base system.
const hookRest = `
	shared s: 0..1 = 0
	process u { on m(k: 0..2) { note seen = g; reply } }
	function f { on m(k: 0..2) { note seen = g; reply } }
	client d { s = 1; await false }
	ghost seen: 0..2
	`

// TestHooks checks when a ghost that is attached to a message changes, and to what
// (definitions section 1.7). In the scripts c sends, u receives, d sets s to 1.
func TestHooks(t *testing.T) {
	const rest, sends = hookRest, `client c { loop { call u.m(2) } }`
	tests := []playing{
		{"not when it is sent", `ghost g: 0..2 on u.m += 1` + rest + sends, "c", "g=0"},
		{"when it is received, before all else", `ghost g: 0..2 on u.m += 1` + rest + sends, "c u", "g=1; seen=1"},
		{"each time", `ghost g: 0..2 on u.m += 1` + rest + sends, "c u u c c u", "g=2; seen=2"},
		{"a range failure", `ghost g: 0..2 = 2 on u.m += 1` + rest + sends, "c u", "range"},
		{"less", `ghost g: 0..2 = 2 on u.m -= 1` + rest + sends, "c u", "g=1"},
		{"with the message's parameter", `ghost g: 0..2 on u.m = k` + rest + sends, "c u", "g=2"},
		{"with data", `ghost g: 0..2 on u.m = s` + rest + sends, "c d u", "g=1"},
		{"with a condition", `ghost g: 0..2 on u.m = if any(x in 0..1: x == s) and k == 2 then 2 else 0` + rest + sends, "c u", "g=2"},
		{"two in the order of the text", `ghost g: 0..2 on u.m = 1
			ghost h: 0..2 on u.m = g + 1` + rest + sends, "c u", "h=2"},
		{"and in the other", `ghost g: 0..2
			ghost h: 0..2 on u.m = g + 1
			ghost g on u.m = 1` + rest + sends, "c u", "h=1"},
		{"of another message", `ghost g: 0..2 on u.other += 1
			process u { on m() { reply } on other() { reply } }
			client c { call u.m() }`, "c u", "g=0"},
		{"a part", `ghost g: [0..1] 0..2
			ghost n: 0..2 on u.m = g[1]
			process u { on m() { note g[1] = 2; reply } }
			client c { call u.m(); call u.m() }`, "c u u c c u", "n=2"},
		{"a unit's own, of the receiving instance", `process u[0..1] { ghost g: 0..2 on u.m = k + self
				on m(k: 0..1) { reply } }
			client c { call u[1].m(1) }`, "c u[1]", "u[1].g=2; u[0].g=0"},
	}
	for _, c := range tests {
		t.Run(c.name, c.check)
	}
}

// TestFunctionHooks checks the same of calls of functions.
func TestFunctionHooks(t *testing.T) {
	const rest, calls = hookRest, `client c { loop { call f.m(2) } }`
	tests := []playing{
		{"a function's, when it is called", `ghost g: 0..2 on f.m += 1` + rest + calls, "c", "g=1; seen=1"},
		{"a range failure in a call", `ghost g: 0..2 = 2 on f.m += 1` + rest + calls, "c", "range"},
		{"a function's, each time", `ghost g: 0..1 on f.m += 1` + rest + `client c { call f.m(2); call f.m(2) }
			`, "c c/f c c", "range"},
		{"before the caller's protocol", `protocol p: c -> f { x m }
			ghost g: 0..0 on f.m += 1
			function f { on m() { reply } on x() { reply } }
			client c { call f.m() }`, "c", "range"},
		{"not while a call has to wait", `ghost g: 0..1 on e.m += 1` + rest + `function e { on m() { reply; await s == 1 } }
			client c { call e.m(); call e.m() }`, "c c/e c c", "blocked"},
		{"a function's own", `function f[0..1] { ghost g: 0..2 on f.m = k + self
				on m(k: 0..1) { reply } }
			client c { call f[1].m(1) }`, "c", "f[1].g=2; f[0].g=0"},
	}
	for _, c := range tests {
		t.Run(c.name, c.check)
	}
}

// TestImportedHooks checks that what imported files attach comes first.
func TestImportedHooks(t *testing.T) {
	files := fstest.MapFS{
		"spec.lu": {Data: []byte(`import "ghosts.lu"
			ghost g on u.m = 1
			process u { on m() { reply } }
			client c { call u.m() }`)},
		"ghosts.lu": {Data: []byte(`ghost g: 0..2
			ghost h: 0..2 on u.m = g + 1`)},
	}
	p, _, errs, err := lang.Load(files, "spec.lu", lang.Options{})
	if err != nil || p == nil {
		t.Fatal(err, errs)
	}
	fields, failed := play(t, p, "c u")
	if !slices.Contains(fields, oracle.Field{Path: "h", Value: "1"}) {
		t.Errorf("h is not 1: %v %s", fields, failed)
	}
}

// hookSpec is a system with an attached ghost and an update.
func hookSpec(hook, update string) string {
	return `type t = 0..1 means "a"
		shared s: t = 1
		shared n: 0..2 = 2
		` + hook + `
		process u { on m(k: 0..1) { reply } on x() { reply } }
		process w { on m() { call u.m(1); reply } on x() { n = 2; reply } }
		client c { loop { call w.m() } }
		client d { loop { call u.x() } }
		update up {
			` + update + `
		}`
}

// TestHooksOfVersions checks what an update changes for attached ghosts.
func TestHooksOfVersions(t *testing.T) {
	const (
		reads  = `ghost g: 0..2 on u.x = if s == t(1) then 1 else 0`
		retype = "type t = 0..2 means \"b\"\n"
		heal   = "transfer f { s = t(1) }\n"
		newW   = "process w { on m() { reply } }\n"
		newU   = newW + "process u { on m(k: 0..1, j: 0..1) { reply } on x() { reply } }\n"
	)
	tests := []playing{
		{"as the message is received", hookSpec(`ghost g: 0..2 on u.m = k`, newU+`adapt u.m(k) -> (1 - k, 0)`), "c w | w u", "g=0"},
		{"as it is rewritten at the switch", hookSpec(`ghost g: 0..2 on u.m = k`, newU+`convert u.m(k) -> (1 - k, 0)`), "c w w | u", "g=0"},
		{"an old form comes before a range failure", hookSpec(`ghost g: 0..2 = 2 on u.m += 1`, newU), "c w w | u", "message form"},
		{"so does a handler that is gone", hookSpec(`ghost g: 0..2 = 2 on u.m += 1`, newW+`process u { drop on m }`), "c w w | u", "unhandled message"},
		{"a message that the new version lacks", hookSpec(`ghost g: 0..2 on u.m = k`, newW+`process u { drop on m; on n(k: 0..1) { reply } }
			adapt u.m(k) -> n(k)`), "c w | w u", "g=0"},
		{"one that it keeps, by another text", hookSpec(`ghost g: 0..2 on u.x += 1`, `process u { on x() { n = 0; reply } }`), "| d u", "g=1"},
		{"data are no parameter of the new version", hookSpec(`ghost g: 0..2 on u.m = n`, `process u { on m(k: 0..1, n: 0..1) { reply } }
			process w { on m() { call u.m(0, 1); reply } }`), "| c w w u", "g=2"},
		{"data in old form", hookSpec(reads, retype), "d | u", "type safety"},
		{"which a transfer heals", hookSpec(reads, retype+heal), "d |f u", "g=1"},
		{"before the switch the old declaration", hookSpec(reads, retype), "d u", "g=1"},
		{"of a unit that stays old", hookSpec(reads, retype+newU+heal+"only w"), "d |f u", "type safety"},
		{"of a changed unit", hookSpec(reads, retype+newU+heal), "d |f u", "g=1"},
	}
	for _, c := range tests {
		t.Run(c.name, c.check)
	}
	v, err := oracle.Judge(load(t, hookSpec(reads, retype+heal), nil), 0, oracle.Options{})
	if err != nil || len(v.Affected) > 0 {
		t.Errorf("affected are %v (%v), but only a ghost reads what changes", v.Affected, err)
	}
}

// TestHooksDecideNothing checks that what a ghost reads opens no statement (definitions
// section 1.9): b waits for f, and f for room in b's mailbox.
func TestHooksDecideNothing(t *testing.T) {
	const system = `shared s: 0..1
		HOOKS
		client d { loop { s = 1 - s } }
		client c { call b.go() }
		process b { on go() { send b.more(); call f.m(); call f.m(); reply } on more() { } }
		function f { on m() { reply; send b.more() } }`
	for _, hooks := range []string{"", `ghost g: 0..1 on f.m = s`, `ghost g: 0..1 on b.more = s`} {
		t.Run(hooks, func(t *testing.T) {
			p := load(t, strings.Replace(system, "HOOKS", hooks, 1), nil)
			checkCounts(t, p, uncounted, 0, []string{oracle.KindPartialDeadlock})
		})
	}
}

// TestCountsOfHooks compares counts with those worked out by hand.
func TestCountsOfHooks(t *testing.T) {
	const rest = `process u { on m() { reply } }
		client c { loop { call u.m() } }`
	// at rest, sent, received, answered, each with three values
	checkCounts(t, load(t, `ghost g: 0..2 on u.m = (g + 1) mod 3 `+"\n"+rest, nil), 12, 12, nil)
	// 0 at rest and sent; then 1, 2 likewise; the third reception fails
	checkCounts(t, load(t, `ghost g: 0..2 on u.m += 1 `+"\n"+rest, nil), 10, 9, []string{oracle.KindRange})
	// the third reception leads into a state that is not reachable
	checkCounts(t, load(t, `ghost g: 0..3 on u.m += 1 `+"\nalways g < 3\n"+rest, nil), 10, 9, []string{oracle.KindInvariant})
}
