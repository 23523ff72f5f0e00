package oracle

import (
	"slices"

	"github.com/lucheck/lucheck/lang"
)

// kindResource is the kind of failure of a machine that lacks something.
const kindResource = "resource"

// lacks says whether the machine does not meet a requirement that binds a level.
func (w *World) lacks(level lang.Level) bool {
	if w.machine == nil || level.Kind == lang.LevelHardware {
		return false
	}
	return slices.ContainsFunc(w.update.Requires, func(r *lang.Requirement) bool {
		return !(r.Live && level.Kind == lang.LevelReboot) && !w.meets(r)
	})
}

// meets says whether the machine meets a requirement. What it does not mention it has 0 of;
// a name it does not have.
func (w *World) meets(r *lang.Requirement) bool {
	has, mentions := w.amount(r.Resource)
	switch r.Op {
	case ">=":
		return has >= r.Values[0]
	case "<=":
		return has <= r.Values[0]
	}
	if !mentions && w.isName(r.Resource) {
		return false
	}
	if r.Values == nil {
		return r.Low <= has && has <= r.High
	}
	return slices.Contains(r.Values, has)
}

func (w *World) amount(resource string) (has int64, mentions bool) {
	for _, r := range w.machine.Resources {
		if r.Name == resource {
			return r.Value, true
		}
	}
	return 0, false
}

// isName says whether machines say of a resource which one of an enumeration's names it is.
func (w *World) isName(resource string) bool {
	for _, m := range w.program.Machines {
		for _, r := range m.Resources {
			if r.Name == resource {
				return r.Type.Kind == lang.Enum
			}
		}
	}
	return false
}

// scarce says whether the machine has too little of what a transfer needs at a point.
func (w *World) scarce(level lang.Level, t *lang.Transfer, p *State) bool {
	if w.machine == nil || t == nil || level.Kind == lang.LevelHardware {
		return false
	}
	return slices.ContainsFunc(t.Needs, func(n *lang.Need) bool {
		var need int64
		failure := attempt(func() {
			need = (&run{w: w, st: p, old: p, bound: map[*lang.Var][]int64{}}).eval(n.Amount)[0]
		})
		has, _ := w.amount(n.Resource)
		return failure != nil || need > has
	})
}

// lacksFor says whether the machine has too little of what a plan needs, or a transfer that
// it carries out, which are constants there.
func (w *World) lacksFor(p *lang.Plan) bool {
	if w.machine == nil {
		return false
	}
	needs := slices.Clone(p.Needs)
	for _, d := range w.planGraph(p).nodes {
		if r, is := d.stmt.(*lang.Replace); is && r.With != nil {
			needs = append(needs, r.With.Needs...)
		}
	}
	return slices.ContainsFunc(needs, func(n *lang.Need) bool {
		has, _ := w.amount(n.Resource)
		return (&run{w: w}).eval(n.Amount)[0] > has
	})
}
