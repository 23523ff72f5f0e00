package model

import "testing"

// TestHooks explores small updates with ghosts that are attached to messages.
func TestHooks(t *testing.T) {
	tests := []struct{ name, text, fails string }{
		{"in every version, process and function, call, send and signal, whatever the form",
			`ghost count: 0..3 on p.m = (count + k) mod 4
			ghost calls: bool on f.k = not calls
			client c { loop { call a.go() } }
			process a { var n: 0..3; var b: bool; var x: 0..1
				on go() { x = 1; call p.m(1); call p.got(1); x = 0; send p.m(0); signal p.m(1); call f.k(); reply } }
			process p mailbox 3 { var sum: 0..3
				on m(k: 0..2) { sum = (sum + k) mod 4; reply }
				on got(k: 0..2) { assert sum == count; reply } }
			function f { var b: bool; on k() { b = not b; assert b == calls; reply } }
			update x {
				process a { on go() { call p.m(true, 2); call p.got(2); call f.k(); reply } }
				process p mailbox 3 { on m(really: bool, k: 0..2) { atomic { sum = (sum + k) mod 4; assert sum == count }; reply } }
				function f { on k() { atomic { b = not b; assert b == calls }; reply } }
				adapt p.m(k) -> (true, k)
			}`, ""},
		{"the step itself updates it, before the handler's silent control",
			`ghost was: 0..3 on p.m = k
			ghost copied: 0..3
			client c { loop { var n = choose 0..3; call p.m(n) } }
			process p { var v: 0..3; on m(k: 0..3) { note copied = was; if k == 3 { note copied = was } else { note copied = k }; v = k; reply } }
			always was == copied
			update x { process p { on m(k: 0..3) { note copied = was; reply } } }`, ""},
		{"one after the other, in the order of the text",
			`ghost a: 0..3 on p.m = k
			ghost b: 0..3 on p.m = a
			client c { loop { var n = choose 0..3; call p.m(n) } }
			process p { var v: 0..3; on m(k: 0..3) { v = k; reply } }
			always a == b
			update x { process p { on m(k: 0..3) { reply } } }`, ""},
		{"a message that the update drops updates nothing any more",
			`ghost a: 0..9 on p.m += 1
			ghost b: 0..9
			client c { loop { call q.go() } }
			process q { on go() { call p.m(); call p.zero(); reply } }
			process p { var v: bool; on m() { v = not v; reply }
				on zero() { note a = 0; v = not v; reply } }
			always a <= 1 and b <= 1
			update x { process q { on go() { call p.k(); call p.zero(); reply } }
				process p { drop on m; on k() { note b = a; v = not v; assert a == b; reply } }
				adapt p.m() -> k()
			}`, ""},
		{"out of range",
			`shared more: 0..1
			ghost a: 0..1 on p.m = k + more
			client c { loop { call q.go() } }
			process q { on go() { call p.m(1); reply } }
			process p { var v: bool; on m(k: 0..1) { v = not v; reply } }
			always a <= 1
			update x { process q { on go() { more = 0; call p.m(1); reply } }
				transfer t { more = 1 }
			}`, "range: the value is outside 0..1, line 2"},
		{"of a unit's instances, with what the unit knows",
			`ghost total: [0..1] 0..1
			client c { loop { var i = choose 0..1; call p[i].m(i) } }
			process p[0..1] {
				ghost own: 0..3 on p.m = if self == i then v + i else 3
				var v: 0..1
				on m(i: 0..1) { assert own == v + i; v = 1 - v; reply } }
			always p[0].own <= 1 and p[1].own in {0, 1, 2}
			update x { process p { on m(i: 0..1) { assert own == v + i; v = 0; reply } } }`, ""},
		{"of a unit that does not change, with data that do",
			`type t = 0..1 means "a"
			shared d: t
			ghost a: 0..9 on p.m = 2 * n + (if d == 1 then 1 else 0)
			client c { loop { var n = choose 0..1; call p.m(n); call q.go(n) } }
			process q { on go(n: 0..1) { d = t(n); reply } }
			process p { var v: bool; on m(n: 0..1) { v = not v; reply } }
			always a <= 3
			update x {
				type t = 0..2 means "b"
				process q { on go(n: 0..1) { d = t(2 * n); reply } }
				transfer f { d = t(old.d) }
				always a <= 3
			}`, "type safety: `d` is gone or has changed its type, line 5"},
		{"data in old form cannot be read",
			`type t = 0..1 means "a"
			shared d: t
			ghost a: 0..9 on p.m = if d == 1 then 1 else 0
			client c { loop { call p.m() } }
			process q { on go() { d = 1; reply } }
			process p { var v: bool; on m() { v = not v; reply } }
			always a <= 3
			update x { type t = 0..2 means "b" }`, "type safety: `d` still holds a value in its old form, line 3"},
		{"what only leaves out goes on with the old message",
			`ghost a: 0..9 on p.m = n
			client c { loop { call q.go() } }
			process q { on go() { call p.m(1); reply } }
			process p { var v: bool; on m(n: 0..1) { v = not v; reply } }
			always a <= 1
			update x { only q
				process q { on go() { reply } }
				process p { on m(b: bool, n: 0..1) { v = b; reply } }
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
