package search

import (
	"fmt"
	"slices"
)

// Checked is a System around a System that tests what the inner one declares, at
// every call:
//
//   - Footprint gives components in range, ascending, with the home among them, and
//     depends on nothing but the home;
//   - Step gives the same steps in the same order when asked twice, and when all
//     words outside the footprint are other ones; it does not write its argument;
//   - a step has a target of full length unless it fails.
//
// It shows the presence of a breach, never the absence: a word that is read but
// has no influence on the steps of the states explored goes unnoticed. The calls
// cost some four times as much.
type Checked struct {
	System
	offsets []int // first word by component, one more than components
	breach  error
	other   []uint64 // v with other words outside what may be read
	before  []uint64
}

// NewChecked wraps a system.
func NewChecked(inner System) *Checked {
	c := &Checked{System: inner, offsets: []int{0}}
	for _, size := range inner.Components() {
		c.offsets = append(c.offsets, c.offsets[len(c.offsets)-1]+size)
	}
	return c
}

// Err is the first breach found, nil if there was none.
func (c *Checked) Err() error { return c.breach }

// report keeps the first breach.
func (c *Checked) report(breach error) {
	if c.breach == nil {
		c.breach = breach
	}
}

// Footprint is that of the inner system.
func (c *Checked) Footprint(group int, v []uint64) []int {
	home := c.Home(group)
	comps := slices.Clone(c.System.Footprint(group, v))
	if comps != nil {
		c.checkComponents(group, home, comps)
	}
	for round := range scrambles {
		other, failed := []int(nil), false
		failed = c.protect(func() { other = c.System.Footprint(group, c.scramble(v, []int{home}, round)) })
		if failed || !slices.Equal(comps, other) || (comps == nil) != (other == nil) {
			c.report(fmt.Errorf("search: the footprint of group %d depends on more than its home component %d: %v, and with other words elsewhere %v", group, home, comps, other))
		}
	}
	return comps
}

// checkComponents tests a footprint's form.
func (c *Checked) checkComponents(group, home int, comps []int) {
	for i, comp := range comps {
		if comp < 0 || comp >= len(c.offsets)-1 || i > 0 && comp <= comps[i-1] {
			c.report(fmt.Errorf("search: the footprint %v of group %d is not an ascending list of components", comps, group))
		}
	}
	if !slices.Contains(comps, home) {
		c.report(fmt.Errorf("search: the footprint %v of group %d lacks its home component %d", comps, group, home))
	}
}

// emission is a step as emitted: the footprint's words of its target.
type emission struct {
	next []uint64
	info Info
}

// Step emits the inner system's steps.
func (c *Checked) Step(group int, v []uint64, emit func(next []uint64, info Info) bool) {
	comps := slices.Clone(c.System.Footprint(group, v))
	first := c.steps(group, comps, v)
	if again := c.steps(group, comps, v); !equalSteps(first, again) {
		c.report(fmt.Errorf("search: group %d does not give the same steps twice: %v, then %v", group, first, again))
	}
	for round := range scrambles {
		var again []emission
		failed := c.protect(func() { again = c.steps(group, comps, c.scramble(v, comps, round)) })
		if failed || !equalSteps(first, again) {
			c.report(fmt.Errorf("search: the steps of group %d depend on more than its footprint %v: %v, and with other words elsewhere %v", group, comps, first, again))
		}
	}
	c.System.Step(group, v, emit)
}

// steps collects what the inner system emits.
func (c *Checked) steps(group int, comps []int, v []uint64) []emission {
	var all []emission
	c.before = append(c.before[:0], v...)
	c.System.Step(group, v, func(next []uint64, info Info) bool {
		if info == Nothing {
			return true
		}
		e := emission{info: info}
		switch {
		case info&Failed != 0:
		case len(next) != len(v):
			c.report(fmt.Errorf("search: group %d emits a step that does not fail and has a target of %d words instead of %d", group, len(next), len(v)))
		default:
			for _, comp := range comps {
				e.next = append(e.next, next[c.offsets[comp]:c.offsets[comp+1]]...)
			}
		}
		all = append(all, e)
		return true
	})
	if !slices.Equal(c.before, v) {
		c.report(fmt.Errorf("search: the steps of group %d write into the state that they are asked for", group))
		copy(v, c.before)
	}
	return all
}

// equalSteps compares lists of steps.
func equalSteps(a, b []emission) bool {
	return slices.EqualFunc(a, b, func(x, y emission) bool { return x.info == y.info && slices.Equal(x.next, y.next) })
}

// scrambles is the number of ways in which scramble changes words.
const scrambles = 3

// scramble copies v with other words in all components but these.
func (c *Checked) scramble(v []uint64, keep []int, round int) []uint64 {
	c.other = append(c.other[:0], v...)
	for comp := range len(c.offsets) - 1 {
		if slices.Contains(keep, comp) {
			continue
		}
		for i := c.offsets[comp]; i < c.offsets[comp+1]; i++ {
			c.other[i] = [scrambles]uint64{^v[i], v[i] ^ 1, v[i] ^ mix(uint64(i))}[round]
		}
	}
	return c.other
}

// protect tells whether a call panics: with words that no state has, a system that
// reads them may well do so.
func (c *Checked) protect(call func()) (failed bool) {
	defer func() { failed = recover() != nil }()
	call()
	return false
}

// Function is f with the same test: its value must depend on f.Reads only.
func (c *Checked) Function(name string, f Function) Function {
	return Function{Reads: f.Reads, Eval: func(v []uint64) uint64 {
		value := f.Eval(v)
		for round := range scrambles {
			other := value
			failed := c.protect(func() { other = f.Eval(c.scramble(v, f.Reads, round)) })
			if failed || other != value {
				c.report(fmt.Errorf("search: %s depends on more than the components %v", name, f.Reads))
			}
		}
		return value
	}}
}

// Part is p with the same test: what it writes must depend on p.Reads only, and lie
// in p.Writes.
func (c *Checked) Part(name string, p Part) Part {
	return Part{Reads: p.Reads, Writes: p.Writes, Apply: func(v, out []uint64) uint64 {
		before := slices.Clone(out)
		fail := p.Apply(v, out)
		for comp := range len(c.offsets) - 1 {
			at, end := c.offsets[comp], c.offsets[comp+1]
			if !slices.Contains(p.Writes, comp) && !slices.Equal(out[at:end], before[at:end]) {
				c.report(fmt.Errorf("search: %s writes component %d, not declared", name, comp))
			}
		}
		for round := range scrambles {
			out2, fail2 := slices.Clone(before), fail
			failed := c.protect(func() { fail2 = p.Apply(c.scramble(v, p.Reads, round), out2) })
			if failed || fail2 != fail || fail == 0 && !slices.Equal(out, out2) {
				c.report(fmt.Errorf("search: %s depends on more than the components %v", name, p.Reads))
			}
		}
		return fail
	}}
}
