package explorer

import (
	"fmt"
	"path"
	"slices"
	"strings"
)

// Findings are what several scenarios show together, from their verdicts alone: one
// table, and the findings of the paper [GT10, section 4] with the scenarios that
// show them.
type Findings struct {
	Levels   []string      `json:"levels"` // kinds of levels, in the order of FindingsRow.Best
	Rows     []FindingsRow `json:"rows"`   // one for each scenario
	Findings []Finding     `json:"findings"`
}

// FindingsRow is one scenario.
type FindingsRow struct {
	Scenario string `json:"scenario"` // "1d-buffered-writes", with the update and the machine where there are several
	Category int    `json:"category"`
	// Best is, for each kind of level, the cheapest transfer that is valid at one of
	// them: "none", a declared one; "" where there is no such row, "invalid" where none
	// is, "unknown" where that was not decided.
	Best    []string `json:"best"`
	Minimal []string `json:"minimal"` // the weakest valid levels
	Live    *bool    `json:"live"`    // some level, or a plan, works while the system runs; nil: not decided
}

// Finding is a sentence with the scenarios that show it.
type Finding struct {
	Text      string   `json:"text"`
	Scenarios []string `json:"scenarios"`
}

// findingLevels are the columns.
var findingLevels = []string{"anytime", "data", "unit", "protocol", "event", "system", "state", "reboot", "hardware"}

// bestInvalid and bestUnknown are the values of FindingsRow.Best that name no transfer.
const (
	bestInvalid = "invalid"
	bestUnknown = "unknown"
)

// Find makes the findings of scenarios that were checked together; nil for fewer
// than two.
func Find(scenarios []*Scenario) *Findings {
	if len(scenarios) < 2 {
		return nil
	}
	f := &Findings{Levels: findingLevels, Rows: []FindingsRow{}, Findings: []Finding{}}
	names := scenarioNames(scenarios)
	for i, s := range scenarios {
		f.Rows = append(f.Rows, s.row(names[i]))
	}
	f.never(scenarios)
	f.disruptive(scenarios)
	f.byCategory()
	f.traded(scenarios)
	return f
}

// scenarioNames are as short as they can be told apart.
func scenarioNames(scenarios []*Scenario) []string {
	updates := map[string]map[string]bool{}
	for _, s := range scenarios {
		if updates[s.Spec] == nil {
			updates[s.Spec] = map[string]bool{}
		}
		updates[s.Spec][s.Update] = true
	}
	var names []string
	for _, s := range scenarios {
		name := strings.TrimSuffix(path.Base(s.Spec), ".lu")
		if len(updates[s.Spec]) > 1 {
			name += "/" + s.Update
		}
		if s.Machine != nil {
			name += " on " + *s.Machine
		}
		names = append(names, name)
	}
	return names
}

func (s *Scenario) row(name string) FindingsRow {
	row := FindingsRow{Scenario: name, Category: s.Category.Number, Minimal: slices.Clone(s.Minimal.WithTransfer)}
	if row.Minimal == nil {
		row.Minimal = []string{}
	}
	live, open := false, false
	for _, kind := range findingLevels {
		best := s.best(kind)
		row.Best = append(row.Best, best)
		if kind != "reboot" && kind != "hardware" {
			live = live || best != "" && best != bestInvalid && best != bestUnknown
			open = open || best == bestUnknown
		}
	}
	for _, p := range s.Plans {
		live = live || p.Verdict == Valid && !p.GivesUp
		open = open || p.Verdict == Unknown
	}
	if live || !open {
		row.Live = &live
	}
	return row
}

// at is Best for one kind of level.
func (r *FindingsRow) at(kind string) string { return r.Best[slices.Index(findingLevels, kind)] }

// kindOf is the first word of a level.
func kindOf(level string) string {
	kind, _, _ := strings.Cut(level, " ")
	return kind
}

// best is the cheapest transfer that is valid at some level of a kind.
func (s *Scenario) best(kind string) string {
	best, rank, cost := "", 0, 0
	for _, c := range s.Cells {
		if kindOf(c.Level) != kind || c.Transfer == transferAny || c.Verdict == Vacuous {
			continue
		}
		value, r := bestInvalid, 1
		switch {
		case c.Verdict == Valid && c.Transfer == "none":
			value, r = c.Transfer, 4
		case c.Verdict == Valid:
			value, r = c.Transfer, 3
		case c.Verdict == Unknown:
			value, r = bestUnknown, 2
		}
		price := 0
		if c.Cost != nil {
			price = c.Cost.Greatest
		}
		if r > rank || r == rank && r == 3 && price < cost { // of several transfers the cheapest, else the one declared first
			best, rank, cost = value, r, price
		}
	}
	return best
}

func (f *Findings) add(text string, scenarios []string) {
	if len(scenarios) > 0 {
		f.Findings = append(f.Findings, Finding{text, scenarios})
	}
}

// never: a live update is not always feasible.
func (f *Findings) never(scenarios []*Scenario) {
	var live, offered, rebooted, never, neverOffered []string
	for i, row := range f.Rows {
		if row.Live == nil || *row.Live || len(scenarios[i].New.Failures) > 0 {
			continue
		}
		s := scenarios[i]
		if s.hopeless(true) {
			live = append(live, row.Scenario)
		} else {
			offered = append(offered, row.Scenario)
		}
		switch reboot, hardware := row.at("reboot"), row.at("hardware"); {
		case reboot != "" && reboot != bestInvalid && reboot != bestUnknown:
			rebooted = append(rebooted, row.Scenario)
		case reboot == bestInvalid && (hardware == "" || hardware == bestInvalid):
			if s.hopeless(false) {
				never = append(never, row.Scenario)
			} else {
				neverOffered = append(neverOffered, row.Scenario)
			}
		}
	}
	f.add("A live update is not always feasible: no transfer works at any level while the system runs", live)
	f.add("No level works while the system runs, with any transfer on offer", offered)
	f.add("A reboot is then the way", rebooted)
	f.add("Nor does a reboot: it cannot be done at all", never)
	f.add("Nor does a reboot, with what is on offer", neverOffered)
}

// hopeless says whether no transfer works at any level; running leaves out those at which
// the system is down.
func (s *Scenario) hopeless(running bool) bool {
	return !slices.ContainsFunc(s.Cells, func(c *Cell) bool {
		down := kindOf(c.Level) == "reboot" || kindOf(c.Level) == "hardware"
		return c.Transfer == transferAny && c.Verdict != Infeasible && c.Verdict != Vacuous && !(running && down)
	})
}

// disruptive: a live update is not necessarily desirable.
func (f *Findings) disruptive(scenarios []*Scenario) {
	var rare []string
	for i, s := range scenarios {
		most, total := Count(0), NotCounted
		for _, l := range s.Levels {
			if kindOf(l.Level) == "anytime" {
				total = l.Points
			}
			if slices.Contains(f.Rows[i].Minimal, l.Level) {
				most = max(most, l.Points)
			}
		}
		if live := f.Rows[i].Live; live != nil && *live && most*4 < total {
			rare = append(rare, fmt.Sprintf("%s (%d of %d moments)", f.Rows[i].Scenario, most, total))
		}
	}
	f.add("A live update is not necessarily desirable: the system has to be held for a moment that is seldom there by itself", rare)
}

// byCategory: the constraints at update time vary with the nature of the update. Each
// scenario comes with the levels that it needs, the weakest first.
func (f *Findings) byCategory() {
	for category := 1; category <= 6; category++ {
		var shown []string
		for _, level := range findingLevels {
			for _, row := range f.Rows {
				var kinds []string
				for _, l := range row.Minimal {
					if kind := kindOf(l); !slices.Contains(kinds, kind) {
						kinds = append(kinds, kind)
					}
				}
				if row.Category == category && len(kinds) > 0 && kinds[0] == level {
					shown = append(shown, fmt.Sprintf("%s (%s)", row.Scenario, strings.Join(kinds, ", ")))
				}
			}
		}
		f.add(fmt.Sprintf("The level that is needed varies: category %d, %s", category, categoryNames[category]), shown)
	}
}

// traded: the weaker the level, the more the transfer has to do, until none is left.
func (f *Findings) traded(scenarios []*Scenario) {
	var all, part []string
	for i, s := range scenarios {
		none, some, nothing := false, false, false
		for _, l := range s.Levels {
			switch s.cheapest(l.Level) {
			case "none":
				none = true
			case bestInvalid:
				nothing = true
			case "", bestUnknown:
			default:
				some = true
			}
		}
		switch {
		case none && some && nothing:
			all = append(all, f.Rows[i].Scenario)
		case none && some || some && nothing:
			part = append(part, f.Rows[i].Scenario)
		}
	}
	f.add("The weaker the level, the more the transfer has to do, until none works: nothing needed, then a transfer, then nothing helps", all)
	f.add("A part of that", part)
}

// cheapest is best for one level.
func (s *Scenario) cheapest(level string) string {
	one := &Scenario{}
	for _, c := range s.Cells {
		if c.Level == level {
			one.Cells = append(one.Cells, c)
		}
	}
	return one.best(kindOf(level))
}
