package explorer

import (
	"context"
	"errors"

	"github.com/lucheck/lucheck/explorer/search"
	"github.com/lucheck/lucheck/lang"
	"github.com/lucheck/lucheck/model"
)

// counts groups the points by the set of levels that admit them, so that the cost
// does not grow with the number of levels: a cell is a sum over groups.
type counts struct {
	groups []*group
	byMask map[uint64]*group
}

// group is the points that the same levels admit.
type group struct {
	mask   uint64
	points int
	cells  []tally // by transfer
}

// tally counts a group's points under one transfer.
type tally struct {
	classes  [classes]int
	least    int32
	greatest int32
	cost     Cost             // of the points, if the transfer has one
	best     [classes]example // of each class
}

// example is a point of a class, with the length of the shortest trace there.
type example struct {
	point  int
	length int32 // steps up to and including the failure; 0: none yet
}

// count goes through all points once.
func (a *Analysis) count() error {
	c := &counts{byMask: map[uint64]*group{}}
	a.counted = c
	r := a.r1.region
	if a.r1.initial != 0 {
		return nil // the initial state itself fails: nothing is reachable, no point
	}
	depth := 0
	for ref := r.First; ref < r.Expanded; ref++ {
		if (ref-r.First)%together == 0 && a.opt.Closing.Err() != nil {
			a.cut = true
			break
		}
		for depth+1 < len(r.Levels) && r.Levels[depth+1] <= ref {
			depth++
		}
		if a.r1.excluded.Has(ref) {
			continue
		}
		mask := a.mask(ref)
		if mask &= 1<<len(a.levels) - 1; len(a.levels) == maxLevels || mask != 0 {
			a.tally(c.group(mask, len(a.images)), int(ref-r.First), int32(depth))
		}
	}
	return nil
}

// masks remembers which levels admit each point: the number of the set of levels, 0 where it is
// not known yet.
type masks struct {
	of     []uint16 // by state - R1's first
	list   []uint64 // by number - 1
	number map[uint64]uint16
}

// mask is the set of levels that admit a point.
func (a *Analysis) mask(ref search.Ref) uint64 {
	m, r := &a.admitted, a.r1.region
	if m.of == nil {
		m.of, m.number = perState[uint16](a.space, int(r.End-r.First)), map[uint64]uint16{}
	}
	at := &m.of[ref-r.First]
	if *at > 0 {
		return m.list[*at-1]
	}
	mask := a.levelsAt(ref)
	n, known := m.number[mask]
	if !known && len(m.list) < 1<<16-1 {
		m.list = append(m.list, mask)
		n = uint16(len(m.list))
		m.number[mask] = n
	}
	*at = n
	return mask
}

// levelsAt is mask, worked out.
func (a *Analysis) levelsAt(ref search.Ref) uint64 {
	mask := ^uint64(0)
	for _, t := range a.masks {
		mask &= t.At(ref)
	}
	if a.event.set != nil && !a.event.set.Has(ref) {
		for i, l := range a.levels {
			if l.Kind == lang.LevelEvent {
				mask &^= 1 << i
			}
		}
	}
	return mask
}

// group finds the group of a mask.
func (c *counts) group(mask uint64, transfers int) *group {
	if n := len(c.groups); n > 0 && c.groups[n-1].mask == mask {
		return c.groups[n-1]
	}
	g := c.byMask[mask]
	if g == nil {
		g = &group{mask: mask, cells: make([]tally, transfers)}
		c.byMask[mask] = g
		c.groups = append(c.groups, g)
	}
	return g
}

func (a *Analysis) tally(g *group, point int, depth int32) {
	stands := a.standsFor(point)
	g.points += stands
	for t := range a.images {
		img, cell := &a.images[t], &g.cells[t]
		k := a.classOf(a.after, img, point)
		if c := a.costAt(t, point); c >= 0 {
			cell.cost.add(Cost{c, c}, cell.total() == 0)
		}
		cell.classes[k] += stands
		length := depth + 1
		switch k {
		case immediate, eventual:
			least, greatest := a.stepsTo(img, point)
			if n := cell.classes[immediate] + cell.classes[eventual]; n == stands || least < cell.least {
				cell.least = least
			}
			switch {
			case greatest == search.Unbounded || cell.greatest == search.Unbounded:
				cell.greatest = search.Unbounded
			default:
				cell.greatest = max(cell.greatest, greatest)
			}
		case invalid:
			if to, fail := img.at(point); fail == 0 {
				length += a.after.toFail[to-a.after.region.First]
			}
		}
		if b := &cell.best[k]; b.length == 0 || length < b.length {
			*b = example{point, length}
		}
	}
}

// costAt is what a transfer costs at a point; -1 where nothing is said of it.
func (a *Analysis) costAt(transfer, point int) int {
	f := a.images[transfer].transfer.Cost
	if f == nil {
		return -1
	}
	return int(a.valueAt(f, point))
}

// valueAt is what a function of the old state gives at a point.
func (a *Analysis) valueAt(f *model.Function, point int) int64 {
	point = a.original(point)
	if a.outer != nil {
		return int64(f.Eval(a.outer.space.Vector(a.downAt[point], nil)))
	}
	if a.values == nil {
		a.values = map[*model.Function]*search.Table{}
	}
	if a.values[f] == nil {
		a.values[f] = a.space.NewTable(search.Function{Reads: f.Reads, Eval: f.Eval})
	}
	return int64(a.values[f].At(a.r1.region.First + search.Ref(point)))
}

// add widens the range; first says that there was none yet.
func (c *Cost) add(other Cost, first bool) {
	if first {
		*c = other
		return
	}
	c.Least, c.Greatest = min(c.Least, other.Least), max(c.Greatest, other.Greatest)
}

// sum adds up a cell.
func (a *Analysis) sum(level, transfer int) tally {
	var s tally
	s.least = search.Never
	if j := a.judgeOf(level); j != a {
		if j.counted != nil {
			return j.counted.groups[0].cells[transfer]
		}
		return s
	}
	for _, g := range a.counted.groups {
		if g.mask>>level&1 == 0 || g.cells == nil {
			continue
		}
		c := &g.cells[transfer]
		s.cost.add(c.cost, s.total() == 0)
		for k, n := range c.classes {
			s.classes[k] += n
			if b := c.best[k]; b.length > 0 && (s.best[k].length == 0 || b.length < s.best[k].length ||
				b.length == s.best[k].length && b.point < s.best[k].point) {
				s.best[k] = b
			}
		}
		if c.classes[immediate]+c.classes[eventual] > 0 {
			if s.least == search.Never || c.least < s.least {
				s.least = c.least
			}
			if s.greatest == search.Unbounded || c.greatest == search.Unbounded {
				s.greatest = search.Unbounded
			} else {
				s.greatest = max(s.greatest, c.greatest)
			}
		}
	}
	return s
}

// total is the number of points counted.
func (t *tally) total() int {
	n := 0
	for _, k := range t.classes {
		n += k
	}
	return n
}

// decide combines the points of a cell (definitions section 3). One invalid point
// beats an unknown rest; no point at all is vacuous, if all are known.
func decide(broken, complete bool, t *tally) Verdict {
	switch {
	case broken:
		return Broken
	case t.classes[invalid] > 0:
		return Invalid
	case !complete || t.classes[undecided] > 0:
		return Unknown
	case t.total() == 0:
		return Vacuous
	case t.classes[stray] > 0:
		return Stray
	case t.classes[possible] > 0:
		return Possible
	case t.classes[immediate]+t.classes[eventual] == t.total():
		return Valid
	}
	return Unknown
}

// transferAny is the column that asks whether any transfer works.
const transferAny = "any"

// cells makes the matrix: for each level no transfer, the declared ones, and any.
func (a *Analysis) cells() []*Cell {
	var out []*Cell
	for i := range a.levels {
		for t, tr := range a.model.Transfers {
			c := a.cell(i, t, tr)
			out = append(out, c)
		}
		out = append(out, a.anyCell(i))
	}
	return out
}

func (a *Analysis) cell(level, transfer int, tr *model.Transfer) *Cell {
	c := &Cell{Level: a.levels[level].String(), Transfer: tr.Name, Expected: []string{}}
	if a.r2.broken() {
		c.Verdict, c.Reason = Broken, "the new version alone fails"
		return c
	}
	if lacking := a.lacking(a.levels[level]); lacking != nil {
		n := a.points(level)
		c.Verdict, c.Failure, c.Points = Invalid, lacking, Points{Total: Count(n), Invalid: Count(n)}
		return c
	}
	if model.Offline(a.levels[level]) && a.model.ChoosesAnew() {
		c.Reason = "a restart chooses among initial values: that is not decided by this version"
		return c
	}
	j := a.judgeOf(level)
	if j != a && j.r2.broken() {
		c.Verdict, c.Reason, c.Points.Total = Broken, j.failsAlone(), Count(a.points(level))
		return c
	}
	if !a.r2.complete() || !j.r2.complete() {
		c.Reason = j.limitReason() // the new version can still turn out to be broken
		return c
	}
	if a.levels[level].Kind == lang.LevelEvent && !a.event.complete {
		c.Reason = a.limitReason() // which points the level admits is not known
		return c
	}
	s := a.sum(level, transfer)
	var lacks *Failure
	if found, f := a.scarce(level, transfer); f != nil {
		s.classes, lacks = found, f
	}
	c.Verdict, c.Failure = decide(false, j.complete(), &s), lacks
	c.Points = Points{Total: Count(s.total()), Immediate: Count(s.classes[immediate]), Eventual: Count(s.classes[eventual]),
		Possible: Count(s.classes[possible]), Stray: Count(s.classes[stray]), Invalid: Count(s.classes[invalid])}
	if tr.Cost != nil && s.total() > 0 {
		cost := s.cost
		c.Cost = &cost
	}
	if c.Verdict == Valid {
		c.Steps.Least = intPtr(s.least)
		if s.greatest != search.Unbounded {
			c.Steps.Greatest = intPtr(s.greatest)
		}
	}
	switch c.Verdict {
	case Unknown:
		c.Reason = j.limitReason()
	case Vacuous:
		c.Reason = "no reachable state of the old version satisfies the level"
	}
	return c
}

func intPtr(n int32) *int { k := int(n); return &k }

// anyCell says whether any transfer works at a level.
func (a *Analysis) anyCell(level int) *Cell {
	c := &Cell{Level: a.levels[level].String(), Transfer: transferAny, Expected: []string{}}
	c.Points.Total = Count(a.points(level))
	j := a.judgeOf(level)
	switch {
	case a.r2.broken():
		c.Verdict, c.Reason = Broken, "the new version alone fails"
	case a.lacking(a.levels[level]) != nil:
		c.Verdict, c.Failure = Infeasible, a.lacking(a.levels[level])
	case model.Offline(a.levels[level]) && a.model.ChoosesAnew():
		c.Reason = "a restart chooses among initial values: that is not decided by this version"
	case j.r2.broken():
		c.Verdict, c.Reason = Broken, j.failsAlone()
	case a.levels[level].Kind == lang.LevelEvent && !a.event.complete, !a.complete():
		c.Reason = a.limitReason()
	case !j.complete():
		c.Reason = j.limitReason()
	case c.Points.Total == 0:
		c.Verdict, c.Reason = Vacuous, "no reachable state of the old version satisfies the level"
	default:
		e := a.existing[level]
		c.Verdict, c.Search, c.Reason = e.verdict, e.search, e.reason
	}
	return c
}

func isAny(verdict string) bool { return verdict == "feasible" || verdict == "infeasible" }

// complete says whether everything that a verdict rests on has been explored.
func (a *Analysis) complete() bool { return a.after != nil && a.after.complete && !a.cut }

// limitReason says in words which limit made cells unknown.
func (a *Analysis) limitReason() string {
	regions := []*search.Region{a.r2.region, a.r1.region}
	if a.outer != nil {
		regions = append(regions, a.outer.r1.region)
	}
	if a.after != nil {
		regions = append(regions, a.after.region)
	}
	for _, r := range regions {
		if r == nil || r.Complete {
			continue
		}
		switch r.Reason {
		case search.MaxStates:
			return "stopped at --max-states"
		case search.MaxMem, search.MaxDisk:
			return a.noRoom()
		case search.Timeout:
			return "stopped at --timeout"
		case search.Cancelled:
			return "interrupted"
		}
	}
	switch {
	case a.opt.MaxStates > 0 && int(a.space.Len()) >= a.opt.MaxStates:
		return "stopped at --max-states"
	case errors.Is(a.ctx.Err(), context.DeadlineExceeded):
		return "stopped at --timeout"
	case a.ctx.Err() != nil:
		return "interrupted"
	}
	return a.noRoom()
}
