package explorer

import (
	"slices"

	"github.com/lucheck/lucheck/lang"
	"github.com/lucheck/lucheck/model"
)

// maxLevels is the number of rows that a matrix can have: bits of a mask.
const maxLevels = 64

// rows collects the levels of the matrix: the default ones, and those that an
// expectation names.
func (a *Analysis) rows() error {
	a.levels = a.model.DefaultLevels()
	// Those on any machine: the exploration serves all.
	for _, e := range slices.Concat(a.update.Expects, a.opt.Require) {
		named := a.model.Canonical(e.Level)
		if e.OfCell() && !slices.ContainsFunc(a.levels, func(l lang.Level) bool { return l.String() == named.String() }) {
			a.levels = append(a.levels, named)
		}
	}
	slices.SortStableFunc(a.levels, func(x, y lang.Level) int { return int(x.Kind) - int(y.Kind) })
	if len(a.levels) > maxLevels {
		return model.TooLarge(a.update.Span, "the matrix of update `%s` has %d levels, more than %d", a.update.Name, len(a.levels), maxLevels)
	}
	return nil
}

// levelInfo describes the rows: how many points, and which levels each includes,
// without those that follow by transitivity.
func (a *Analysis) levelInfo() []LevelInfo {
	n := len(a.levels)
	includes := make([][]bool, n)
	for i := range includes {
		includes[i] = make([]bool, n)
		for j := range includes[i] {
			includes[i][j] = i != j && a.points(i) > 0 && a.points(j) > 0 && a.includes(i, j)
		}
	}
	out := make([]LevelInfo, n)
	for i, l := range a.levels {
		out[i] = LevelInfo{Level: l.String(), Points: Count(a.points(i)), Includes: []string{}, Waiting: &a.awaited[i], StandStill: a.standStillAt(l)}
		for j := range a.levels {
			if includes[i][j] && !impliedBy(includes, i, j) {
				out[i].Includes = append(out[i].Includes, a.levels[j].String())
			}
		}
	}
	return out
}

// standStillAt counts what stands still at the points of a level.
func (a *Analysis) standStillAt(l lang.Level) *StandStill {
	units, clients := a.model.StandStill(l)
	all, _ := a.model.StandStill(lang.Level{Kind: lang.LevelSystem})
	return &StandStill{Units: units, Of: all, Clients: clients}
}

// impliedBy says whether i includes j by way of a level between, strictly larger
// than j.
func impliedBy(includes [][]bool, i, j int) bool {
	for k := range includes {
		if k != i && k != j && includes[i][k] && includes[k][j] && !includes[j][k] && !includes[k][i] {
			return true
		}
	}
	return false
}

// points is the number of points that a level admits.
func (a *Analysis) points(level int) (total int) {
	if j := a.judgeOf(level); j != a {
		for p := range j.downAt { // also where there was no time to count
			total += j.standsFor(p)
		}
		return total
	}
	for _, g := range a.counted.groups {
		if g.mask>>level&1 == 1 {
			total += g.points
		}
	}
	return total
}

// includes says whether every point of level j is one of level i.
func (a *Analysis) includes(i, j int) bool {
	return a.seemsToInclude(i, j) && a.passedOutside()[i]>>j&1 == 0
}

// seemsToInclude is includes as far as stored states tell.
func (a *Analysis) seemsToInclude(i, j int) bool {
	for _, g := range a.counted.groups {
		if g.mask>>j&1 == 1 && g.mask>>i&1 == 0 {
			return false
		}
	}
	return true
}
