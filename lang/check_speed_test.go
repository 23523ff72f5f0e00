package lang

import (
	"fmt"
	"strings"
	"testing"
	"testing/fstest"
	"time"
)

// longSpec is a spec of about 2,000 lines: 66 units that look alike.
func longSpec() string {
	var b strings.Builder
	b.WriteString("system long\nparam size = 3\ntype num = 0..size\ntype kind = { free, busy, gone }\nghost seen: num\n")
	for i := range 66 {
		fmt.Fprintf(&b, `
protocol talk%[1]d: app%[1]d -> unit%[1]d { ask (put | get)* }
def half%[1]d(n: num) -> num = n / 2
client app%[1]d {
  loop {
    var n = choose num
    call unit%[1]d.ask(n)
    while choose bool {
      either { call unit%[1]d.put(n) } or { var g = call unit%[1]d.get(); assert g <= size, "in range" }
    }
  }
}
process unit%[1]d {
  var state: kind = free
  var kept: [num] num
  on ask(n: num) {
    if state == free and kept[n] < size {
      state = busy
      kept[n] = half%[1]d(n)
    } else if state in { busy, gone } {
      state = free
      note seen = n
    }
    reply
  }
  on put(n: num) {
    for i in 0..n { kept[i] = if kept[i] < size then kept[i] + 1 else 0 }
    reply
  }
  on get() -> num { reply half%[1]d(kept[0]) }
}
always all(n in num: unit%[1]d.kept[n] <= size) or seen == 0
`, i)
	}
	b.WriteString("update faster {\n  process unit0 { on get() -> num { reply 0 } }\n}\n")
	return b.String()
}

// Checking is far from being what an author waits for. The bound leaves room for
// a loaded machine; the usual time is a tenth of it.
func TestCheckSpeed(t *testing.T) {
	text := longSpec()
	fsys := fstest.MapFS{"spec.lu": {Data: []byte(text)}}
	f, errs := Parse("spec.lu", fsys["spec.lu"].Data)
	if len(errs) > 0 {
		t.Fatal(errs)
	}
	best := time.Hour
	for range 5 {
		start := time.Now()
		p, errs := Check([]*File{f}, Options{})
		best = min(best, time.Since(start))
		if p == nil || len(errs) > 0 {
			t.Fatal(errs)
		}
	}
	t.Log(strings.Count(text, "\n"), "lines checked in", best)
	if best > 300*time.Millisecond {
		t.Errorf("%d lines took %v", strings.Count(text, "\n"), best)
	}
}
