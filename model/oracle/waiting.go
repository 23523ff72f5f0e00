package oracle

import (
	"slices"

	"github.com/lucheck/lucheck/lang"
)

// Row is what a level costs (definitions section 7).
type Row struct {
	Level string // as the language writes it
	// Reached is "inevitable", "possible" or "lost".
	Reached string
	// Steps is the greatest of the least numbers of steps to an admissible point; nil where it
	// is lost.
	Steps *int
	// Units of the old version, of Of, must have no activation, and Clients be at rest.
	Units, Of, Clients int
}

// row says what a level costs whose admissible points are given.
func (w *World) row(l lang.Level, admitted []int, r1 *space) Row {
	row := Row{Level: l.String()}
	row.Units, row.Clients = w.standStill(l)
	row.Of, _ = w.standStill(lang.Level{Kind: lang.LevelSystem})
	f := &future{sp: r1}
	n := len(r1.places)
	steps, ends := make([]int, n), make([]bool, n)
	for i := range steps {
		steps[i] = -1
	}
	for _, i := range admitted {
		steps[i] = 0
	}
	f.relax(steps)
	for i, p := range r1.places {
		failing := slices.ContainsFunc(p.steps, func(e edge) bool { return e.failure != nil })
		ends[i] = p.stuck != nil || failing || steps[i] >= 0
	}
	ends = f.canReach(ends)
	lost, most := len(admitted) == 0, 0
	var outside []int
	for i, p := range r1.places {
		if p.stuck != nil || steps[i] == 0 {
			continue
		}
		outside = append(outside, i)
		lost = lost || !ends[i]
		most = max(most, steps[i])
	}
	fair := make([]bool, n)
	f.fairCycles(outside, fair)
	switch {
	case lost:
		row.Reached = "lost"
		return row
	case slices.Contains(fair, true):
		row.Reached = "possible"
	default:
		row.Reached = "inevitable"
	}
	row.Steps = &most
	return row
}

// standStill counts the instances of the old version that a level forbids to be under way:
// of units, and of clients.
func (w *World) standStill(l lang.Level) (units, clients int) {
	for _, u := range w.program.Base.Units {
		mentions := slices.ContainsFunc(u.Handlers, func(h *lang.Handler) bool {
			return slices.ContainsFunc(l.Names, func(name string) bool { return h.Mentions[name] })
		})
		switch {
		case l.Kind == lang.LevelAnytime:
		case u.Kind == lang.Client && offline(l):
			clients += u.Count
		case u.Kind == lang.Client:
		case offline(l), l.Kind == lang.LevelSystem, w.affected[u.Name] && (l.Kind != lang.LevelData || mentions):
			units += u.Count
		}
	}
	return units, clients
}
