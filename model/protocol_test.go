package model

import (
	"fmt"
	"regexp"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/lucheck/lucheck/lang"
)

// regex draws a protocol expression and the same as a Go regular expression over
// one letter for each message.
func drawRegex(t *rapid.T, depth int) (*lang.Regex, string) {
	op := rapid.SampledFrom([]lang.RegexOp{lang.RxMessage, lang.RxSeq, lang.RxAlt, lang.RxStar, lang.RxPlus, lang.RxOpt}).Draw(t, "op")
	if depth == 0 || op == lang.RxMessage {
		name := rapid.SampledFrom([]string{"a", "b", "c"}).Draw(t, "message")
		return &lang.Regex{Op: lang.RxMessage, Msg: &lang.Message{Unit: &lang.Unit{Name: "u"}, Name: name}}, name
	}
	x, sx := drawRegex(t, depth-1)
	switch op {
	case lang.RxStar, lang.RxPlus, lang.RxOpt:
		suffix := map[lang.RegexOp]string{lang.RxStar: "*", lang.RxPlus: "+", lang.RxOpt: "?"}[op]
		return &lang.Regex{Op: op, Sub: []*lang.Regex{x}}, "(?:" + sx + ")" + suffix
	}
	y, sy := drawRegex(t, depth-1)
	sep := ""
	if op == lang.RxAlt {
		sep = "|"
	}
	return &lang.Regex{Op: op, Sub: []*lang.Regex{x, y}}, "(?:" + sx + sep + sy + ")"
}

// run follows a word; -1 where it is not allowed.
func (a *automaton) run(word string) int {
	at := 0
	for _, r := range word {
		s := a.symbolOf("u." + string(r))
		if s < 0 || a.next[at][s] < 0 {
			return -1
		}
		at = a.next[at][s]
	}
	return at
}

// words lists all words over a, b, c up to a length.
func words(n int) []string {
	out := []string{""}
	for i := 0; i < len(out); i++ {
		if len(out[i]) < n {
			for _, r := range "abc" {
				out = append(out, out[i]+string(r))
			}
		}
	}
	return out
}

func automatonOf(t *rapid.T, r *lang.Regex) *automaton {
	a, err := newAutomaton(&lang.Protocol{Expr: r})
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// TestAutomaton holds automata against Go's regular expressions, and final states
// against their definition.
func TestAutomaton(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r, s := drawRegex(t, 3)
		a := automatonOf(t, r)
		want := regexp.MustCompile("^(?:" + s + ")$")
		for _, w := range words(5) {
			at := a.run(w)
			if got := at >= 0 && a.accepting[at]; got != want.MatchString(w) {
				t.Fatalf("%s: %q accepted: %v", s, w, got)
			}
		}
		for i := range a.next {
			goes := false
			for _, to := range a.next[i] {
				goes = goes || to >= 0
			}
			if a.final[i] != (a.accepting[i] && !goes) {
				t.Fatalf("%s: state %d final: %v", s, i, a.final[i])
			}
		}
	})
}

// TestImages holds the map from positions to positions against its definition, on
// all words up to a length.
func TestImages(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		x, _ := drawRegex(t, 2)
		y, _ := drawRegex(t, 2)
		a, b := automatonOf(t, x), automatonOf(t, y)
		image := a.images(b)
		seen := map[int]map[int]bool{}
		for _, w := range words(6)[1:] {
			if at := a.run(w); at >= 0 {
				if seen[at] == nil {
					seen[at] = map[int]bool{}
				}
				seen[at][b.run(w)] = true
			}
		}
		for at, to := range seen {
			want := -1
			if len(to) == 1 {
				for k := range to {
					want = k
				}
			}
			if image[at] != want {
				t.Fatalf("position %d has image %d, want %d (words reach %v)", at, image[at], want, to)
			}
		}
	})
}

// TestSlots stores and reads numbers in slots that share words.
func TestSlots(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var l layout
		var slots []slot
		var vals []int64
		var ranges []string
		for range rapid.IntRange(1, 4).Draw(t, "components") {
			l.begin("c")
			for range rapid.IntRange(1, 9).Draw(t, "slots") {
				lo := rapid.Int64Range(-1<<31, 1<<31).Draw(t, "lo")
				b := bounds{lo, lo + rapid.SampledFrom([]int64{0, 1, 2, 100, 1 << 31, 1 << 40}).Draw(t, "width")}
				slots = append(slots, l.add(b))
				vals = append(vals, rapid.Int64Range(b.lo, b.hi).Draw(t, "value"))
				ranges = append(ranges, fmt.Sprint(b))
			}
		}
		v := make([]uint64, l.size())
		for i, s := range slots {
			s.set(v, vals[i])
		}
		for i, s := range slots {
			if s.get(v) != vals[i] {
				t.Fatalf("slot %d of %s: %d, want %d", i, strings.Join(ranges, " "), s.get(v), vals[i])
			}
			if !s.fits(vals[i]) {
				t.Fatalf("slot %d does not fit its own value", i)
			}
		}
	})
}
