package lang

import (
	"strings"
	"testing"
)

// TestReads lists what transfers read of the old version, whichever way they ask.
func TestReads(t *testing.T) {
	p := mustLoad(t, `system ledger

type sum = 0..2
tracked protocol booking: app -> book { open add close }
shared total: 0..5 = 0

client app {
  loop {
    readable var n: sum = choose sum
    call book.open()
    call book.add(n)
    call book.close()
  }
}

process book {
  var adding: sum
  var held: [0..1] sum
  on open()      { adding = 0; reply }
  on add(n: sum) { readable var was: sum = adding; adding = n; held[0] = was; reply }
  on close()     { atomic { adding = 0; total = 0 }; reply }
}

update up {
  process book {
    var kept: 0..9
    on open() { kept = 0; reply }
  }
  transfer marks   { book.kept = if old.booking.allows(add) then 0 else old.app.n }
  transfer local   { book.kept = old.book.add.was }
  transfer carried { book.kept = total }
  transfer more    { total += 1 }
  transfer parts   { book.held[total mod 2] = 1; total = 0 }
  transfer fresh   { book.kept = 1; var x: 0..9 = book.kept; book.adding = if x == 1 then 1 else 0 }
  transfer asks    { book.kept = if any(m in old.book.waiting(add): m.n == 1) and old.book.idle then 1 else 0 }
  transfer waits   { for m in 0..1 { book.held[m] = count(k in old.book.waiting(add): k.n == m) mod 3 } }
}
`, Options{})
	want := map[string]string{"marks": "app.n booking", "local": "book.add.was", "carried": "total", "more": "total", "parts": "total",
		"fresh": "", "asks": "book book.waiting", "waits": "book.waiting"}
	for _, tr := range p.Updates[0].Transfers {
		if got := strings.Join(tr.Reads(p.Base), " "); got != want[tr.Name] {
			t.Errorf("transfer %s reads %q, want %q", tr.Name, got, want[tr.Name])
		}
	}
}
