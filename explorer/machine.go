package explorer

import (
	"fmt"
	"iter"

	"github.com/lucheck/lucheck/lang"
	"github.com/lucheck/lucheck/model"
)

// lacking says which requirement of the update the machine does not meet at a level
// (definitions section 2.5); nil where it meets all. At hardware everything required is
// supplied; what is required `live` does not bind a reboot.
func (a *Analysis) lacking(l lang.Level) *Failure {
	if a.opt.Machine == nil || l.Kind == lang.LevelHardware {
		return nil
	}
	for _, r := range a.opt.Machine.Lacks(a.update.Requires) {
		if r.Live && l.Kind == lang.LevelReboot {
			continue
		}
		return a.lacksFor(r.Span, fmt.Sprintf("machine `%s` does not meet what the update requires of `%s`", a.opt.Machine.Name, r.Resource))
	}
	return nil
}

// scarce gives the classes of a cell's points where the machine has too little of what the
// transfer needs at some of them, which are invalid then, and says what it lacks; nil where
// it has enough.
func (a *Analysis) scarce(level, transfer int) (found [classes]int, f *Failure) {
	j, t := a.judgeOf(level), a.model.Transfers[transfer]
	if a.opt.Machine == nil || a.levels[level].Kind == lang.LevelHardware || len(t.Needs) == 0 || transfer >= len(j.images) {
		return found, nil
	}
	for p := range a.pointsOf(level) {
		k := j.classOf(j.after, &j.images[transfer], p)
		if n := a.needsMore(j, t, p); n != nil {
			k = invalid
			if f == nil {
				f = a.lacksFor(n.Span, fmt.Sprintf("machine `%s` has %d of `%s`, and at some point transfer `%s` needs more", a.opt.Machine.Name, a.opt.Machine.Amount(n.Resource), n.Resource, t.Name))
			}
		}
		found[k] += j.standsFor(p)
	}
	return found, f
}

// needsMore is what a transfer needs at a point that the machine has too little of; nil where
// it has enough, or there is no machine.
func (a *Analysis) needsMore(j *Analysis, t *model.Transfer, point int) *model.Need {
	if a.opt.Machine == nil {
		return nil
	}
	for i, n := range t.Needs {
		if j.valueAt(n.Function, point) > a.opt.Machine.Amount(n.Resource) {
			return &t.Needs[i]
		}
	}
	return nil
}

// pointsOf lists the points that a level admits, by their number where it is judged.
func (a *Analysis) pointsOf(level int) iter.Seq[int] {
	return func(yield func(int) bool) {
		if j := a.judgeOf(level); j != a {
			for p := range j.downAt {
				if !yield(p) {
					return
				}
			}
			return
		}
		r := a.r1.region
		for ref := r.First; ref < r.Expanded && a.r1.initial == 0; ref++ {
			if !a.r1.excluded.Has(ref) && a.admits(level, ref) && !yield(int(ref-r.First)) {
				return
			}
		}
	}
}

// planLacks says what a plan needs that the machine has too little of; nil where it has
// enough. What its transfers need is constant.
func (a *Analysis) planLacks(p *lang.Plan) *Failure {
	if a.opt.Machine == nil {
		return nil
	}
	for _, n := range p.AllNeeds() {
		if has := a.opt.Machine.Amount(n.Resource); n.Value > has {
			return a.lacksFor(n.Span, fmt.Sprintf("machine `%s` has %d of `%s`, and plan `%s` needs %d of it", a.opt.Machine.Name, has, n.Resource, p.Name, n.Value))
		}
	}
	return nil
}

func (a *Analysis) lacksFor(at lang.Span, detail string) *Failure {
	return &Failure{Kind: "resource", Clause: a.source(at), Place: placeOf(at), Values: []Value{}, Detail: detail}
}

func (a *Analysis) source(at lang.Span) string {
	if a.opt.Source == nil {
		return ""
	}
	return a.opt.Source(at)
}
