package explorer

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"
)

// Advise takes what came out with each param one smaller, and says which to lower first
// and what the components that multiply most are made of.
func (f *Figures) Advise(bounds []Bound) {
	f.Bounds = append([]Bound{}, bounds...)
	slices.SortStableFunc(f.Bounds, func(x, y Bound) int { return cmp.Compare(x.order(), y.order()) })
	f.Advice = nil
	if len(f.Bounds) > 0 {
		f.Advice = append(f.Advice, f.firstBound())
	}
	f.Advice = append(f.Advice, f.multipliers()...)
}

// order is the number of states that are left; what is not known comes last.
func (b *Bound) order() int {
	if b.States == nil || !b.Complete {
		return math.MaxInt
	}
	return *b.States
}

// firstBound says which param to lower first.
func (f *Figures) firstBound() string {
	total, complete := Total(f.Phases)
	b := &f.Bounds[0]
	switch {
	case b.order() == math.MaxInt:
		return "which param to lower first is unknown: with none of them one smaller was the exploration completed"
	case !complete && *b.States == 0:
		return fmt.Sprintf("lower `%s` first: with %d in place of %d all is explored", b.Param, b.Value-1, b.Value)
	case !complete:
		return fmt.Sprintf("lower `%s` first: with %d in place of %d all is explored, with %d states; as it is there are at least %s times as many", b.Param, b.Value-1, b.Value, *b.States, Times(total, *b.States))
	case *b.States >= total:
		return "no param makes the model smaller by being one smaller"
	case *b.States == 0:
		return fmt.Sprintf("lower `%s` first: with %d in place of %d no state is left", b.Param, b.Value-1, b.Value)
	}
	return fmt.Sprintf("lower `%s` first: with %d in place of %d there are %d of the %d states, %s times fewer", b.Param, b.Value-1, b.Value, *b.States, total, Times(total, *b.States))
}

// Times is how often the one number goes into the other, with two digits at least.
func Times(n, of int) string {
	t := float64(n) / float64(max(of, 1))
	if t < 100 {
		return fmt.Sprintf("%.1f", t)
	}
	return fmt.Sprintf("%.0f", t)
}

// maxAdvised is the number of components of which it is said what multiplies in them.
const maxAdvised = 3

// multipliers says of the components without which the fewest states are left what they are
// made of; of instances of one unit that are alike only the first.
func (f *Figures) multipliers() (out []string) {
	total, _ := Total(f.Phases)
	var list []*ComponentSize
	like := map[string]int{}
	for i := range f.Components {
		if c := &f.Components[i]; c.Rest != nil && *c.Rest < total && len(c.Pieces) > 0 {
			if like[c.kin()]++; like[c.kin()] == 1 {
				list = append(list, c)
			}
		}
	}
	slices.SortStableFunc(list, func(x, y *ComponentSize) int { return cmp.Compare(*x.Rest, *y.Rest) })
	for _, c := range list[:min(len(list), maxAdvised)] {
		text := fmt.Sprintf("`%s` (%d) multiplies the rest by %s", c.Name, slices.Max(c.Values), Times(total, *c.Rest))
		if n := like[c.kin()] - 1; n > 0 {
			text += fmt.Sprintf(", and so does each of %d more like it", n)
		}
		out = append(out, text+c.makeup())
	}
	return out
}

// kin is the same for instances of one unit that multiply alike.
func (c *ComponentSize) kin() string {
	unit, _, _ := strings.Cut(c.Name, "[")
	return fmt.Sprint(unit, *c.Rest, slices.Max(c.Values))
}

// makeup says what a component is made of, if it is more than one thing.
func (c *ComponentSize) makeup() string {
	var parts []string
	for _, p := range c.Pieces {
		parts = append(parts, fmt.Sprintf("%s (%d)", quoted(&p), slices.Max(p.Values)))
	}
	if len(parts) < 2 {
		return ""
	}
	return "; it is made of " + strings.Join(parts[:len(parts)-1], ", ") + " and " + parts[len(parts)-1]
}

// quoted is a piece's name, in quotes where it is one of the spec.
func quoted(p *PieceSize) string {
	if p.Kind == "variable" || p.Kind == "local" {
		return "`" + p.Name + "`"
	}
	return p.Name
}
