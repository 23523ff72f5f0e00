package model

import "testing"

// TestAdapt explores what follows the switch of small updates in which old code goes
// on sending messages in the old form.
func TestAdapt(t *testing.T) {
	const sender = `
client c { loop { var n = choose 0..1; call a.go(n) } }
process a { on go(n: 0..1) { send b.put(n); send b.put(1 - n); reply } }
`
	tests := []struct{ name, text, fails string }{
		{"what old code sends fits, and other data and units are read",
			sender + `shared base: 0..1
			process b { var v: 0..1; on put(n: 0..1) { v = n } }
			update x {
				process a { on go(n: 0..1) { send b.put(n, 1); reply } }
				process b { var w: 0..3 = 1; on put(n: 0..1, m: 0..3) { v = n; w = m; base = 1 - base } }
				process d { var e: 0..1 = 1 }
				adapt b.put(n) -> (n, (b.w + base + d.e) mod 4)
			}`, ""},
		{"without it, it does not",
			sender + `process b { var v: 0..1; on put(n: 0..1) { v = n } }
			update x {
				process a { on go(n: 0..1) { send b.put(n, 1); reply } }
				process b { on put(n: 0..1, m: 0..3) { v = n } }
				convert b.put(n) -> (n, 2)
			}`, "message form: `b` does not know the form of the waiting message `put`, line 4"},
		{"a value out of range",
			sender + `process b { var v: 0..1; on put(n: 0..1) { v = n } }
			update x {
				process a { on go(n: 0..1) { send b.put(n, 2); reply } }
				process b { on put(n: 0..1, m: 2..3) { v = n } }
				adapt b.put(n) -> (n, n * 3)
			}`, "range: the value is outside 2..3, line 8"},
		{"a function, and another message of a protocol",
			`protocol p: a -> f { (twice twice)* }
			client c { loop { call a.go() } }
			process a { on go() { var r = call f.twice(1); assert r == 2; r = call f.twice(0); assert r == 0; reply } }
			function f { on twice(n: 0..1) -> 0..4 { reply 2 * n } }
			update x {
				protocol p: a -> f { (times times)* }
				process a { on go() { var r = call f.times(2, 1); r = call f.times(2, 0); reply } }
				function f {
					drop on twice
					on times(k: 0..2, n: 0..1) -> 0..4 { reply k * n }
				}
				adapt f.twice(n) -> times(2, n)
			}`, ""},
		{"a function without it",
			`client c { loop { call a.go() } }
			process a { on go() { var r = call f.twice(1); assert r == 2; reply } }
			function f { on twice(n: 0..1) -> 0..4 { reply 2 * n } }
			update x {
				process a { on go() { var r = call f.twice(true, 1); reply } }
				function f { on twice(b: bool, n: 0..1) -> 0..4 { reply 2 * n } }
			}`, "message form: `f` does not know this form of `twice`, line 2"},
		{"a protocol is told the message as it arrives",
			`protocol p: a -> b { open close }
			shared foreign: bool
			client c { loop { call a.go() } }
			process a { on go() { call b.open(); call b.close(); assert foreign or not p.in_progress; reply } }
			process b { on open() { reply }; on close() { reply } }
			update x {
				protocol p: a -> b { begin end }
				process a { on go() { call b.begin(); call b.end(); foreign = foreign; reply } }
				process b { drop on open, on close; on begin() { assert p.in_progress; reply }; on end() { assert p.in_progress; reply } }
				adapt b.open() -> begin()
				adapt b.close() -> end()
				transfer t { foreign = old.p.in_progress }
			}`, ""},
		{"the reply ends the protocol of the message as it arrived",
			`protocol p: a -> b { open close }
			client c { loop { call a.go() } }
			process a { on go() { call b.open(); call b.close(); reply } }
			process b { on open() { reply }; on close() { reply } }
			update x {
				drop protocol p
				protocol q: a -> b { begin? end }
				process a { on go() { call b.begin(); call b.end(); reply } }
				process b { drop on open, on close; on begin() { reply }; on end() { reply } }
				adapt b.open() -> begin()
				adapt b.close() -> end()
				always not q.in_progress or not a.idle
			}`, ""},
		{"a signal is dropped by the name under which it would arrive",
			`client c { loop { call a.go() } }
			process a { on go() { signal b.tick(); signal b.tick(); signal b.tick(); reply } }
			process b mailbox 2 { on tick() { } }
			update x {
				process a { on go() { signal b.tock(); reply } }
				process b mailbox 2 { drop on tick; on tock() { } }
				adapt b.tick() -> tock()
				always count(m in b.waiting(tock): true) <= 1
			}`, ""},
		{"units that are left out go on in the old form for ever, in atomic blocks too",
			`shared total: 0..1
			client c { loop { call a.go() } }
			process a { on go() { atomic { total = 1 - total; send b.put(total) }; reply } }
			process b { on put(n: 0..1) { total = n } }
			update x {
				only b
				process a { on go() { atomic { total = 1 - total; send b.put(total, true) }; reply } }
				process b { var w: bool; on put(n: 0..1, m: bool) { total = n; w = m } }
				adapt b.put(n) -> (n, n == total)
			}`, ""},
	}
	for _, c := range tests {
		t.Run(c.name, func(t *testing.T) {
			if _, w := explored(t, c.text); w.failures() != c.fails {
				t.Errorf("%d states, failures: %s; want: %s", len(w.states), w.failures(), c.fails)
			}
		})
	}
}

// TestConvertCarried makes sure that what is rewritten at the switch reads the new
// version's data: carried over, or with their initial values.
func TestConvertCarried(t *testing.T) {
	_, w := explored(t, `
		type wide = 0..1 means "a"
		client c { loop { send u.m(1) } }
		process u { var v: bool; on m(k: wide) { v = not v } }
		update x {
			type wide = 0..3 means "b"
			shared added: 0..3 = 2
			process u { var more: 0..3 = 3; on m(k: wide) { assert k != 0; v = not v; added = 1; more = 2 } }
			transfer f { convert u.m(k) -> (wide(if u.v then added else u.more)) }
			always all(m in u.waiting(m): m.k in {1, 2, 3})
		}`)
	if len(w.failed) > 0 {
		t.Error(w.failures())
	}
}
