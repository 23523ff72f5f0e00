package explorer

import (
	"testing"
	"testing/fstest"
)

// TestSeekEachLevel: where the search for a transfer gives up at one level, the others have as
// many states to store as without it, and so has the reset probe.
func TestSeekEachLevel(t *testing.T) {
	prog := loadFrom(t, fstest.MapFS{"spec.lu": {Data: []byte(manyChoices)}}, "spec.lu", nil)
	a := check(t, prog, 0, Options{sought: 100})
	unknown, decided := 0, 0
	for _, c := range a.Scenario().Cells {
		switch {
		case c.Transfer != transferAny:
		case c.Verdict == Unknown:
			unknown++
		default:
			decided++
		}
	}
	if unknown == 0 || decided == 0 {
		t.Errorf("%d levels unknown, %d decided", unknown, decided)
	}
	alone := map[string]Verdict{}
	for _, l := range a.levels {
		for _, c := range check(t, prog, 0, Options{sought: 100, Any: l.String()}).Scenario().Cells {
			if c.Transfer == transferAny && c.Level == l.String() {
				alone[c.Level] = c.Verdict
			}
		}
	}
	for _, c := range a.Scenario().Cells {
		if c.Transfer == transferAny && c.Verdict != alone[c.Level] {
			t.Errorf("%s is %s, alone %s", c.Level, c.Verdict, alone[c.Level])
		}
	}
}

const manyChoices = `
type n = 0..7
ghost last: n = 0 on p.put = k
client app { loop { var k = choose n; call p.put(k); var r = call p.get(); assert r == k, "what was put comes back" } }
process p {
  hidden code: n = 0
  var shown: bool = false
  on put(k: n) { atomic { code = (k + 3) mod 8; shown = k > 3 }; reply }
  on get() -> n { reply (code + 5) mod 8 }
}
stable low when not p.shown
update plain {
  process p {
    drop code
    var kept: n = 0
    on put(k: n) { atomic { kept = k; shown = k > 3 }; reply }
    on get() -> n { reply kept }
  }
}
`
