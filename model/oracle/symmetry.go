package oracle

import (
	"fmt"
	"slices"
	"strings"

	"github.com/lucheck/lucheck/lang"
)

// Symmetry looks for what an exchange changes that it should not, in all that is explored
// for an update: which states are reached, what steps they have, which of them fail, where
// switches and plans lead, and what a level admits. It gives the first such thing, "" where
// the exchange changes nothing.
type Symmetry struct {
	w   *World
	opt Options
}

// NewSymmetry prepares an update of a program, as NewWorld does.
func NewSymmetry(p *lang.Program, index int, opt Options) (*Symmetry, error) {
	w, err := NewWorld(p, index)
	return &Symmetry{w, opt}, err
}

// Old looks at the old version by itself.
func (y *Symmetry) Old(x Exchange) (string, error) { return y.alone(y.w.old, x) }

// New looks at the new version by itself, and with its own reboots, unless these choose
// among initial values: then nothing is said of them.
func (y *Symmetry) New(x Exchange) (string, error) {
	found, err := y.alone(y.w.target, x)
	if err != nil || found != "" || y.w.choosesAnew() {
		return found, err
	}
	sp, _, err := y.w.closed(y.opt.MaxStates)
	if err != nil {
		return "", err
	}
	return y.in("the new version with reboots", sp, x).what, nil
}

func (y *Symmetry) alone(c *config, x Exchange) (string, error) {
	sp, _, err := y.w.alone(c, y.opt.MaxStates)
	if err != nil {
		return "", err
	}
	return y.in(c.name+" version", sp, x).what, nil
}

// images says which place of a space the exchange makes of each place.
type images struct {
	of   []int
	what string // what is wrong, "" for nothing
}

// in looks at a space.
func (y *Symmetry) in(where string, sp *space, x Exchange) images {
	e, im := y.w.exchange(x), images{}
	for _, p := range sp.places {
		other := e.state(p.state)
		if again := e.state(other).Key(); again != p.state.Key() {
			im.what = fmt.Sprintf("%s: exchanging twice gives another state:\n%s\n%s", where, p.state.Key(), again)
			return im
		}
		n, is := sp.number[other.Key()]
		if !is {
			im.what = fmt.Sprintf("%s: this is reached\n%s\nand this is not\n%s", where, p.state.Key(), other.Key())
			return im
		}
		im.of = append(im.of, n)
	}
	for i, p := range sp.places {
		other := sp.places[im.of[i]]
		here, there := p.summary(func(n int) int { return im.of[n] }, e.name), other.summary(func(n int) int { return n }, func(id string) string { return id })
		if here != there {
			im.what = fmt.Sprintf("%s: the steps of\n%s\nare\n%s, and of\n%s\nthey are\n%s", where, p.state.Key(), here, other.state.Key(), there)
			return im
		}
	}
	return im
}

// summary tells what can happen at a place, given the numbers of other places and the
// names of activations.
func (p place) summary(to func(int) int, name func(string) string) string {
	var lines []string
	for _, e := range p.steps {
		target := e.to
		if target >= 0 {
			target = to(target)
		}
		lines = append(lines, fmt.Sprintln(name(e.group), e.strong, e.failure != nil, e.excused, target))
	}
	slices.Sort(lines)
	stuck := ""
	if p.stuck != nil {
		stuck = p.stuck.Kind
	}
	return fmt.Sprintln(stuck, p.excused) + strings.Join(lines, "")
}

// Update looks at all that leads from the old version to the new one: both are closed
// under the exchange.
func (y *Symmetry) Update(x Exchange) (string, error) {
	w, limit := y.w, y.opt.MaxStates
	r1, _, err := w.alone(w.old, limit)
	if err != nil {
		return "", err
	}
	im := y.in("old version", r1, x)
	if im.what != "" {
		return im.what, nil
	}
	if found, err := y.levels(r1, im); found != "" || err != nil {
		return found, err
	}
	v := &Verdicts{}
	live, err := w.live(r1, v, limit)
	if err != nil {
		return "", err
	}
	points := w.points(lang.Level{Kind: lang.LevelAnytime}, r1)
	if found := y.behind("behind the switch", live, points, im, x); found != "" {
		return found, nil
	}
	if !w.choosesAnew() {
		shut, err := w.shutDown(r1, v, limit)
		if err != nil {
			return "", err
		}
		if found := y.behind("behind a reboot", shut, w.points(lang.Level{Kind: lang.LevelReboot}, r1), im, x); found != "" {
			return found, nil
		}
	}
	for _, p := range w.update.Plans {
		c := &campaign{w: w, plan: p, r1: r1, r2: live.r2, comesTo: map[int]bool{}}
		if err := c.explore(points, limit); err != nil {
			return "", err
		}
		all := make([]landing, len(r1.places))
		for k, i := range points {
			all[i] = c.begins[k]
		}
		if found := y.landings("plan "+p.Name, all, points, im, y.in("plan "+p.Name, c.f.sp, x)); found != "" {
			return found, nil
		}
	}
	return "", nil
}

// levels looks at what each level admits.
func (y *Symmetry) levels(r1 *space, im images) (string, error) {
	for _, l := range append(y.w.levels(), lang.Level{Kind: lang.LevelEvent}, lang.Level{Kind: lang.LevelReboot}) {
		points := y.w.points(l, r1)
		if l.Kind == lang.LevelEvent {
			var err error
			if points, err = y.w.eventPoints(points, r1, y.opt.MaxStates); err != nil {
				return "", err
			}
		}
		for _, i := range points {
			if !slices.Contains(points, im.of[i]) {
				return fmt.Sprintf("%s admits\n%s\nbut not\n%s", l, r1.places[i].state.Key(), r1.places[im.of[i]].state.Key()), nil
			}
		}
	}
	return "", nil
}

// behind looks at what follows one way to switch.
func (y *Symmetry) behind(where string, s *side, points []int, im images, x Exchange) string {
	after := y.in(where, s.future.sp, x)
	for _, name := range y.w.columns() {
		if found := y.landings(where+" with "+name, s.landings[name], points, im, after); found != "" {
			return found
		}
	}
	return ""
}

// landings looks at where the points lead, given the images of points and of what is behind.
func (y *Symmetry) landings(where string, list []landing, points []int, im, after images) string {
	if after.what != "" {
		return after.what
	}
	for _, i := range points {
		here, there := list[i], list[im.of[i]]
		to := here.to
		if here.failure == nil && to >= 0 {
			to = after.of[to]
		}
		if (here.failure == nil) != (there.failure == nil) || here.failure == nil && to != there.to {
			return fmt.Sprintf("%s: point %d leads to %d, point %d to %d: %v, %v", where, i, here.to, im.of[i], there.to, here.failure, there.failure)
		}
	}
	return ""
}
