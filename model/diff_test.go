package model

import (
	"strings"
	"testing"
	"testing/fstest"

	"github.com/lucheck/lucheck/lang"
)

// TestCategory derives the category of small updates of one system.
func TestCategory(t *testing.T) {
	const base = `type code = { ok, bad }
		type id = 0..1
		def one() = 1
		def next(n: 0..1) = n
		persistent disk: 0..1
		shared table: 0..1
		protocol p: a -> b { put }
		ghost seen: 0..1
		client app { loop { call a.go() } }
		process a { var mine: 0..1
			on go() { mine = 1; table = 1; call b.put(0); reply } }
		process b { var kept: 0..1
			on put(i: id) { kept = 1; reply }
			on log() { reply } }
		process c { var own: id
			on see() -> code { disk = 1; reply ok } }
		always table in 0..1, "the table is in range"
		update u { `
	tests := []struct {
		name, update string
		category     int
		reason       string
	}{
		{"one unit", `process b { on log() { kept = 0; reply } }`, 1, "only `b` changes"},
		{"two units alike", `process a { on go() { mine = 0; table = 1; call b.put(0); reply } } process b { on log() { kept = 0; reply } }`, 4, "`a` and `b` change together"},
		{"a protocol", `protocol p: a -> b { put put? }`, 2, "protocol `p` changes"},
		{"a protocol is added", `protocol q: a -> b { log } process b { on log() { kept = 0; reply } }`, 2, "protocol `q` is added"},
		{"a protocol is dropped", `drop protocol p`, 2, "protocol `p` is dropped"},
		{"another initiator", `protocol p: app -> a { go }`, 2, "another initiator"},
		{"a message", `process b { on log(x: bool) { reply } }`, 2, "message `b.log`"},
		{"another result", `process b { on log() -> bool { reply true } }`, 2, "message `b.log`"},
		{"a type that two use in messages", `type code = { ok, bad, worse }`, 2, "message `c.see`"},
		{"a type that two keep", `type id = 0..1 means "wide"; process b { var last: id; on put(i: id) { last = i; reply } }`, 3, "type `id` changes, of which `b` and `c` keep values"},
		{"a type that three use", `type code = { ok, bad, worse }
			process a { on go() { mine = 1; table = 1; var x = call c.see(); call b.put(0); reply } }
			process b { on log() { var y = call c.see(); reply } }`, 3, "on which `a`, `b` and `c` agree"},
		{"a shared variable", `shared table: 0..2; process b { on log() { table = 2; reply } }`, 3, "`table` changes, which `a` and `b` use"},
		{"a shared variable of one", `shared table: 0..2`, 1, "only `a` changes"},
		{"a property", `always table == 0 or table == 1, "the same in other words"`, 4, "the same in other words"},
		{"a constant of two", `def one() = 2; process a { on go() { mine = one() - 1; table = 1; call b.put(0); reply } } process b { on log() { kept = one() - 1; reply } }`, 3, "`one` changes, on which `a` and `b` agree"},
		{"a constant of one", `def one() = 2; process b { on log() { kept = one() - 1; reply } }`, 1, "only `b` changes"},
		{"an algorithm of two", `def next(n: 0..1) = 1 - n; process a { on go() { mine = next(1); table = 1; call b.put(0); reply } } process b { on log() { kept = next(1); reply } }`, 4, "`a` and `b` change together"},
		{"the same property", `always table in 0..1, "the table is in range"; process b { on log() { kept = 0; reply } }`, 1, "only `b` changes"},
		{"another unit with a message", `object d { on note() { reply } } process b { on log() { call d.note(); reply } }`, 4, "`b` and `d` change together"},
		{"code moves", `process a { on go() { mine = 1; call b.put(0); reply } } process b { on put(i: id) { kept = 1; table = 1; reply } }`, 4, "the code that writes `table` moves from `a` to `b`"},
		{"a sender moves", `process a { on go() { mine = 1; table = 1; reply } } process c { on see() -> code { disk = 1; call b.put(0); reply ok } } drop protocol p`, 4, "the code that sends `b.put` moves from `a` to `c`"},
		{"data on the disk", `persistent disk: 0..2`, 5, "`disk` has another form or meaning on the disk"},
		{"more data on the disk", `process c { persistent more: bool }`, 5, "the disk also holds `c.more`"},
		{"less data on the disk", `drop data disk; process c { on see() -> code { own = 1; reply ok } }`, 5, "no longer holds `disk`"},
		{"the disk before the protocol", `persistent disk: 0..2; drop protocol p`, 5, "`disk`"},
	}
	for _, c := range tests {
		t.Run(c.name, func(t *testing.T) {
			prog, _, errs, err := lang.Load(fstest.MapFS{"s.lu": {Data: []byte(base + c.update + " }")}}, "s.lu", lang.Options{})
			if err != nil || errs.HasErrors() {
				t.Fatal(err, errs)
			}
			u, err := Compile(prog, prog.Updates[0], Options{})
			if err != nil {
				t.Fatal(err)
			}
			got := u.Category()
			if got.Number != c.category || !strings.Contains(got.Reasons[0].Text, c.reason) {
				t.Errorf("category %d, %v; want %d, %q", got.Number, got.Reasons, c.category, c.reason)
			}
			for _, r := range got.Reasons {
				if r.Span.Start.Line == 0 {
					t.Errorf("no place for %q", r.Text)
				}
			}
		})
	}
}
