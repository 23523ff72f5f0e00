package explorer

import (
	"cmp"
	"slices"

	"github.com/lucheck/lucheck/lang"
	"github.com/lucheck/lucheck/model"
)

// Constraints are what a live-update package carries for an update manager (paper,
// section 4.1): when the new code may go in, in which order units are asked to come to
// rest, and how old state becomes new state. It is the data contract lucheck.constraints/v1.
type Constraints struct {
	Schema   string           `json:"schema"`
	Spec     string           `json:"spec"`
	System   string           `json:"system"`
	Update   string           `json:"update"`
	Params   map[string]int64 `json:"params"`
	Machine  string           `json:"machine,omitempty"`
	Category int              `json:"category"`
	// Requires are what the machine must have, whatever the way.
	Requires []string `json:"requires"`
	// Messages are how messages in the old form are rewritten, whatever the way: the update's
	// own `convert` and `adapt`.
	Messages []string `json:"messages,omitempty"`
	// Ways are the valid ways to carry the update out, those that admit most moments first.
	Ways []Way `json:"ways"`
}

// ConstraintsSchema is the name of the data contract.
const ConstraintsSchema = "lucheck.constraints/v1"

// Way is one valid way: a switch at a level, or a plan.
type Way struct {
	Level    string        `json:"level,omitempty"`
	Plan     string        `json:"plan,omitempty"`
	Code     string        `json:"code,omitempty"`     // of the plan
	Transfer *TransferSpec `json:"transfer,omitempty"` // absent with a level: nothing is transferred
	// Of a plan: the transfers with which its statements replace, what it takes while it is
	// carried out, whether it comes to its end, and whether it may end with something still old.
	Transfers  []*TransferSpec   `json:"transfers,omitempty"`
	Needs      []string          `json:"needs,omitempty"`
	Completion string            `json:"completion,omitempty"` // "completes", "can wait"
	GivesUp    bool              `json:"givesUp,omitempty"`
	Reach      Moment            `json:"reach"`
	Units      []UnitConstraint  `json:"units"`
	Proved     []ProofObligation `json:"proved"`
}

// Moment is what must hold of the system when the switch is made. The conditions add up.
type Moment struct {
	Offline      bool     `json:"offline,omitempty"`      // the system is shut down, and starts with the new version
	Frozen       bool     `json:"frozen,omitempty"`       // nothing is processed anywhere, no message is in flight, no client waits
	Protocols    []string `json:"protocols,omitempty"`    // not in progress
	Stable       string   `json:"stable,omitempty"`       // a condition, in the words of the old version
	Transactions bool     `json:"transactions,omitempty"` // none in which an affected unit has a part is in progress
	Admitted     int      `json:"admitted"`               // states of the old version
	Of           int      `json:"of"`
}

// UnitConstraint is what an affected unit has to do before the switch.
type UnitConstraint struct {
	Unit   string   `json:"unit"`
	Action string   `json:"action"`          // "replace", "add", "drop"
	Order  int      `json:"order"`           // units are asked in ascending order: senders before those that they send to
	Idle   bool     `json:"idle"`            // it processes nothing
	NotIn  []string `json:"notIn,omitempty"` // or nothing of these messages
}

// TransferSpec is how old state becomes new state.
type TransferSpec struct {
	Name  string   `json:"name"`
	Code  string   `json:"code"`
	Reads []string `json:"reads"` // variables of the old version
	Needs []string `json:"needs,omitempty"`
	Cost  *Cost    `json:"cost,omitempty"`
}

// ProofObligation is a claim that was checked in every reachable state.
type ProofObligation struct {
	Claim   string  `json:"claim"`
	Verdict Verdict `json:"verdict"`
	Points  int     `json:"points,omitempty"`
	Steps   Steps   `json:"steps"`
}

// Constraints gives the constraints of the update; the ways are the weakest valid levels, each
// with its cheapest transfer, and the valid plans.
func (a *Analysis) Constraints() *Constraints {
	s := a.scenario
	out := &Constraints{Schema: ConstraintsSchema, Spec: s.Spec, System: s.System, Update: s.Update, Params: s.Params,
		Category: s.Category.Number, Requires: []string{}, Ways: []Way{}}
	if s.Machine != nil {
		out.Machine = *s.Machine
	}
	for _, r := range a.update.Requires {
		out.Requires = append(out.Requires, a.source(r.Span))
	}
	for _, c := range a.update.Converts {
		out.Messages = append(out.Messages, a.source(c.Span))
	}
	for _, name := range s.Minimal.WithTransfer {
		l, _ := a.levelNamed(name)
		c := a.cheapest(name)
		w := Way{Level: name, Reach: a.moment(l), Units: a.unitConstraints(a.levels[l]), Transfer: a.transferSpec(c.Transfer, c.Cost),
			Proved: []ProofObligation{{Claim: claim(c), Verdict: c.Verdict, Points: int(c.Points.Total), Steps: c.Steps}}}
		out.Ways = append(out.Ways, w)
	}
	slices.SortStableFunc(out.Ways, func(x, y Way) int { return cmp.Compare(y.Reach.Admitted, x.Reach.Admitted) })
	for i := range s.Plans {
		if p := &s.Plans[i]; p.Verdict == Valid {
			out.Ways = append(out.Ways, a.wayOf(p))
		}
	}
	return out
}

// wayOf is a plan as a way. It may begin at any point.
func (a *Analysis) wayOf(p *Plan) Way {
	plan := a.update.Plans[slices.IndexFunc(a.update.Plans, func(d *lang.Plan) bool { return d.Name == p.Plan })]
	anytime, _ := a.levelNamed(lang.Level{Kind: lang.LevelAnytime}.String())
	w := Way{Plan: p.Plan, Code: a.source(plan.Whole), Completion: p.Completion, GivesUp: p.GivesUp, Reach: a.moment(anytime), Units: a.unitConstraints(lang.Level{}),
		Proved: []ProofObligation{{Claim: "plan " + p.Plan, Verdict: p.Verdict, Steps: p.Steps}}}
	for _, t := range plan.Transfers() {
		if !slices.ContainsFunc(w.Transfers, func(s *TransferSpec) bool { return s.Name == t.Name }) {
			w.Transfers = append(w.Transfers, a.transferSpec(t.Name, nil))
		}
	}
	for _, n := range plan.Needs {
		w.Needs = append(w.Needs, a.source(n.Span))
	}
	return w
}

func claim(c *Cell) string {
	if c.Transfer == model.NoTransfer {
		return c.Level
	}
	return c.Level + " with " + c.Transfer
}

// cheapest is the valid cell of a level whose transfer costs least: none, else the one with
// the least greatest cost, the first of several.
func (a *Analysis) cheapest(level string) (best *Cell) {
	cost := func(c *Cell) int {
		switch {
		case c.Transfer == model.NoTransfer:
			return -1
		case c.Cost == nil:
			return 0
		}
		return c.Cost.Greatest
	}
	for _, c := range a.scenario.Cells {
		if c.Level == level && c.Verdict == Valid && (best == nil || cost(c) < cost(best)) {
			best = c
		}
	}
	return best
}

// moment says what a level asks of the system.
func (a *Analysis) moment(level int) Moment {
	l := a.levels[level]
	m := Moment{Admitted: a.points(level), Of: int(a.scenario.Old.States)}
	switch l.Kind {
	case lang.LevelProtocol:
		m.Protocols = l.Names
	case lang.LevelEvent:
		m.Transactions = true
	case lang.LevelSystem:
		m.Frozen = true
	case lang.LevelReboot, lang.LevelHardware:
		m.Frozen, m.Offline = true, true
	case lang.LevelState:
		for _, st := range append(slices.Clone(a.prog.Base.Stables), a.update.New.Stables...) {
			if st.Name == l.Names[0] && m.Stable == "" {
				m.Stable = a.source(st.Expr.Pos())
			}
		}
	}
	return m
}

// unitConstraints says what a level asks of each affected unit.
func (a *Analysis) unitConstraints(l lang.Level) (out []UnitConstraint) {
	out = []UnitConstraint{}
	order := a.model.Order()
	for _, name := range a.model.Affected {
		old, new := unitNamed(a.prog.Base, name), unitNamed(a.update.New, name)
		u := UnitConstraint{Unit: name, Action: "replace", Order: order[name], Idle: l.Kind != lang.LevelAnytime && l.Kind != lang.LevelData && old != nil}
		switch {
		case old == nil:
			u.Action = "add"
		case new == nil:
			u.Action = "drop"
		}
		if l.Kind == lang.LevelData && old != nil {
			for _, h := range old.Handlers {
				if slices.ContainsFunc(l.Names, func(n string) bool { return h.Mentions[n] }) {
					u.NotIn = append(u.NotIn, h.Msg.Name)
				}
			}
		}
		out = append(out, u)
	}
	slices.SortStableFunc(out, func(x, y UnitConstraint) int { return cmp.Compare(x.Order, y.Order) })
	return out
}

func unitNamed(s *lang.System, name string) *lang.Unit {
	for _, u := range s.Units {
		if u.Name == name {
			return u
		}
	}
	return nil
}

// transferSpec describes a declared transfer; nil for none.
func (a *Analysis) transferSpec(name string, cost *Cost) *TransferSpec {
	i := slices.IndexFunc(a.update.Transfers, func(t *lang.Transfer) bool { return t.Name == name })
	if i < 0 {
		return nil
	}
	t := a.update.Transfers[i]
	out := &TransferSpec{Name: t.Name, Code: a.source(t.Whole), Reads: t.Reads(a.prog.Base), Cost: cost}
	for _, n := range t.Needs {
		out.Needs = append(out.Needs, a.source(n.Span))
	}
	return out
}
