package explorer

import (
	"fmt"
	"strings"

	"github.com/lucheck/lucheck/explorer/search"
	"github.com/lucheck/lucheck/model"
)

// probe compares the reset transfer, which forgets the affected units' volatile
// data, with the valid cells of the matrix. Where it does as well at every point
// where there was something to forget, these properties cannot tell the update
// from a crash (definitions section 3). It is explored behind everything else, so
// nothing that is decided depends on it, and left out where a limit is met.
func (a *Analysis) probe() (*probed, error) {
	p := &probed{points: map[position]int{}}
	if a.local != nil {
		return p, nil // it compares what is immediate with what is eventual, which are not told apart
	}
	// What the probe may store, and that it is cut short, is its own affair.
	defer func(most int, cut bool) { a.opt.MaxStates, a.cut = most, cut }(a.opt.MaxStates, a.cut)
	valid := a.validCells()
	if len(valid) == 0 {
		return p, nil
	}
	if p.uneven = a.symmetry != nil && a.symmetry.ForgetsOne(); p.uneven {
		return p, nil
	}
	if most := int(a.space.Len()) + int(a.space.Len())/probeShare + probeStates; a.opt.MaxStates == 0 || most < a.opt.MaxStates {
		a.opt.MaxStates = most
	}
	reset, err := a.switchAll(a.model.Reset)
	if err != nil {
		return nil, err
	}
	s, err := a.follow(a.latest, "reset probe")
	if err != nil {
		return nil, err
	}
	if p.limited = !s.complete; p.limited {
		return p, nil
	}
	if err := a.judgeStates(s); err != nil {
		return nil, err
	}
	for _, c := range valid {
		if points, same := a.blind(s, c, reset); points > 0 && same {
			p.points[c] = points
		}
	}
	return p, nil
}

// probed is what the reset probe found: the cells where it does as well, with the
// number of points where there was something to forget.
type probed struct {
	limited bool
	uneven  bool // with symmetry: not all states of an orbit forget the same
	points  map[position]int
}

func pointsOf(n int) string {
	if n == 1 {
		return "1 point"
	}
	return fmt.Sprintf("%d points", n)
}

// probeNotes tells what the probe says of the machine that is reported on.
func (a *Analysis) probeNotes(p *probed) []Note {
	if p.limited {
		return []Note{{Name: "probe-limit", Text: "the reset probe (can these properties tell the update from a crash?) was left out: it needs too many more states"}}
	}
	if p.uneven {
		return []Note{{Name: "probe-limit", Text: "the reset probe (can these properties tell the update from a crash?) was left out: it gives a variable one of several initial values, and `--symmetry` takes these for the same"}}
	}
	var blind []string
	for _, c := range a.validCells() {
		if _, scarce := a.scarce(c.level, c.transfer); scarce != nil {
			continue
		}
		if n := p.points[c]; n > 0 && a.lacking(a.levels[c.level]) == nil {
			blind = append(blind, fmt.Sprintf("`%s:%s` (%s)", a.levels[c.level], a.model.Transfers[c.transfer].Name, pointsOf(n)))
		}
	}
	if blind == nil {
		return nil
	}
	return []Note{{Name: "reset-probe", Text: "these properties cannot tell the update from a crash: forgetting the volatile data of the affected units is as good, wherever there was something to forget, at " + strings.Join(blind, ", ")}}
}

// The probe may store this share of the states stored before, and some: it is worth
// a warning, not the time of the check itself.
const (
	probeShare  = 8
	probeStates = 20_000
)

// position is a cell's row and column.
type position struct{ level, transfer int }

// validCells lists the valid cells of the matrix in which the system runs on: a reboot
// forgets in any case.
func (a *Analysis) validCells() []position {
	var out []position
	if a.after == nil || !a.after.complete {
		return nil
	}
	for l, level := range a.levels {
		if model.Offline(level) {
			continue
		}
		for t := range a.model.Transfers {
			if s := a.sum(l, t); decide(false, true, &s) == Valid {
				out = append(out, position{l, t})
			}
		}
	}
	return out
}

// blind says whether the reset probe is as good as a transfer at every point of a
// level where the two differ, and how many these are.
func (a *Analysis) blind(s *after, c position, reset *image) (points int, blind bool) {
	img := &a.images[c.transfer]
	r := a.r1.region
	for p := range img.to {
		ref := r.First + search.Ref(p)
		if a.r1.excluded.Has(ref) || !a.admits(c.level, ref) || a.sameImage(img, reset, p) {
			continue
		}
		points += a.standsFor(p)
		if k := a.classOf(s, reset, p); k == undecided || k > a.classOf(a.after, img, p) {
			return points, false
		}
	}
	return points, true
}

// admits says whether a level admits a point.
func (a *Analysis) admits(level int, ref search.Ref) bool {
	return a.mask(ref)>>level&1 == 1
}
