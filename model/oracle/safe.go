package oracle

import (
	"fmt"
	"slices"
	"strings"

	"github.com/lucheck/lucheck/lang"
)

// safe counts, for each transfer, the safe points of the level unit (definitions section 6).
// None is where the machine lacks what the update requires, or the transfer needs.
func (w *World) safe(r1 *space, live *side) map[string]int {
	sets, unit := map[string][]int{}, lang.Level{Kind: lang.LevelUnit}
	for _, i := range w.points(unit, r1) {
		seen := w.sight(r1.places[i].state)
		sets[seen] = append(sets[seen], i)
	}
	counts := map[string]int{}
	for _, name := range w.columns() {
		t, _ := w.transferNamed(name)
		for _, set := range sets {
			scarce := slices.ContainsFunc(set, func(i int) bool { return w.scarce(unit, t, r1.places[i].state) })
			if !w.lacks(unit) && !scarce && live.serves(name, set) {
				counts[name] += len(set)
			}
		}
	}
	return counts
}

// sight is what a stable state can read of a state, as a text.
func (w *World) sight(s *State) string {
	var b strings.Builder
	for i, sl := range s.conf.slots {
		if shown(sl.v) {
			fmt.Fprintln(&b, i, s.vars[i])
		}
	}
	for i, msgs := range s.boxes {
		for _, m := range msgs {
			fmt.Fprintln(&b, "waits", i, m.name, m.form, m.args)
		}
	}
	var under []string
	for _, f := range s.acts {
		if f.msg != "" { // of no client
			under = append(under, fmt.Sprintln("in", f.unit, f.inst, f.msg))
		}
	}
	for id := range s.pos {
		name, _, key := parts(id)
		under = append(under, fmt.Sprintln("in progress", name, key))
	}
	b.WriteString(strings.Join(slices.Compact(sorted(under)), ""))
	w.marked(s, &b)
	return b.String()
}
