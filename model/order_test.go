package model

import (
	"maps"
	"testing"
)

// TestOrder looks at the order in which units are asked to come to rest.
func TestOrder(t *testing.T) {
	for _, c := range []struct {
		name, text string
		want       map[string]int
	}{
		{"by way of a unit that stays", `system chain
client c { loop { call a.go() } }
process a { on go() { call u.mid(); reply } }
process u { on mid() { call b.end(); reply } }
process b { var n: 0..1 = 0; on end() { n = 0; reply } }
update up {
  process a { on go() { call u.mid(); call u.mid(); reply } }
  process b { on end() { n = 1; reply } }
}`, map[string]int{"a": 1, "b": 2}},
		{"what only the new version sends", `system turned
client c { loop { call a.go(); call b.other() } }
process a { on go() { call b.end(); reply }; on got() { reply } }
process b { on end() { reply }; on other() { reply } }
update up {
  process a { on go() { reply } }
  process b { on other() { call a.got(); reply } }
}`, map[string]int{"a": 1, "b": 2}},
		{"each other", `system both
client c { loop { send a.go() } }
process a { on go() { send b.go() } }
process b { on go() { send a.go() } }
update up {
  process a { var n: 0..1 = 0 }
  process b { var n: 0..1 = 0 }
}`, map[string]int{"a": 1, "b": 1}},
	} {
		if got := compiled(t, c.text).Order(); !maps.Equal(got, c.want) {
			t.Errorf("%s: got %v, want %v", c.name, got, c.want)
		}
	}
}
