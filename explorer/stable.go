package explorer

import (
	"maps"
	"slices"

	"github.com/lucheck/lucheck/explorer/formula"
	"github.com/lucheck/lucheck/explorer/search"
	"github.com/lucheck/lucheck/lang"
	"github.com/lucheck/lucheck/model"
)

// Weakest is the weakest stable state for a transfer: the readable predicate that admits
// every point which it can admit without admitting one that is not valid (definitions
// section 6).
type Weakest struct {
	Transfer string   `json:"transfer"`
	Among    string   `json:"among"`   // the level whose points are asked
	Formula  string   `json:"formula"` // "" where no short one was found, or nothing is safe
	Reads    []string `json:"reads"`
	Points   int      `json:"points"` // of Among
	Valid    int      `json:"valid"`  // of these, where the transfer works
	Safe     int      `json:"safe"`   // of these, those that a readable predicate can admit
	// Levels says of each level how many of the safe points it gives away, and whether it is
	// valid with the transfer.
	Levels []GivenAway `json:"levels"`
}

// GivenAway is a level against the weakest stable state.
type GivenAway struct {
	Level   string  `json:"level"`
	Verdict Verdict `json:"verdict"`
	Lost    int     `json:"lost"` // safe points that the level does not admit
}

// Weakest finds the weakest stable state for a transfer among the points of a level in which
// the system runs. nil with a reason says that it is not known.
func (a *Analysis) Weakest(transfer, among string) (*Weakest, string, error) {
	t, ok := a.transferNamed(transfer)
	if !ok {
		return nil, "there is no transfer `" + transfer + "`", nil
	}
	level, ok := a.levelNamed(among)
	switch {
	case !ok:
		return nil, "there is no level `" + among + "`", nil
	case model.Offline(a.levels[level]):
		return nil, "a stable state is one of a running system", nil
	case a.r2.broken():
		return nil, "the new version alone fails", nil
	case !a.complete():
		return nil, a.limitReason(), nil
	}
	x := a.predicates(t, level)
	if x.cut {
		return nil, "there was no time to look at all points", nil
	}
	out := &Weakest{Transfer: transfer, Among: among, Reads: []string{}, Levels: []GivenAway{}}
	for _, c := range x.classes {
		out.Points += len(c.points)
		out.Valid += c.good
		if c.safe() {
			out.Safe += len(c.points)
		}
	}
	if tree, terms := x.learn(a); tree != nil {
		out.Formula = tree.Formula().Text
		for _, n := range tree.Uses() {
			for _, item := range terms[n].items {
				if !slices.Contains(out.Reads, item) {
					out.Reads = append(out.Reads, item)
				}
			}
		}
		slices.Sort(out.Reads)
	}
	for l, other := range a.levels {
		if model.Offline(other) {
			continue
		}
		g := GivenAway{Level: other.String(), Verdict: a.cell(l, t, a.model.Transfers[t]).Verdict}
		for _, c := range x.classes {
			for _, p := range c.points {
				if c.safe() && !a.admits(l, a.r1.region.First+search.Ref(a.original(p))) {
					g.Lost++
				}
			}
		}
		out.Levels = append(out.Levels, g)
	}
	return out, "", nil
}

// stables is the search for a predicate.
type stables struct {
	words   *vocabulary
	classes []*sameSight
	cut     bool // there was no time to look at all points
}

// sameSight is points that no predicate over what stable states can read tells apart.
type sameSight struct {
	points []int
	old    []uint64 // the state of one of them
	good   int      // points at which the transfer works
}

// safe says whether a predicate can admit the points.
func (c *sameSight) safe() bool { return c.good == len(c.points) }

// predicates groups the points of a level by what stable states can read.
func (a *Analysis) predicates(transfer, level int) *stables {
	x := &stables{words: a.newVocabulary("")}
	tr, lacking := a.model.Transfers[transfer], a.lacking(a.levels[level]) != nil
	byKey, rest := map[string]*sameSight{}, a.model.Readable(false)
	seen := 0
	for p := range a.everyPoint(a.pointsOf(level)) {
		if seen++; seen%together == 1 && a.opt.Closing.Err() != nil {
			x.cut = true
			break
		}
		v := a.pointVector(p, nil)
		k := x.words.told(v) + string(rest.Unspoken(v, nil))
		c := byKey[k]
		if c == nil {
			c = &sameSight{old: v}
			byKey[k] = c
			x.classes = append(x.classes, c)
		}
		c.points = append(c.points, p)
		if !lacking && a.needsMore(a, tr, p) == nil && works(a.classOf(a.after, &a.images[transfer], p)) {
			c.good++
		}
	}
	return x
}

// told is what can be read of a state.
func (w *vocabulary) told(v []uint64) string {
	var b []byte
	for _, s := range w.sees {
		each(s.Dims, func(at []int64) { b = append(b, packed(s.Read(v, at))...) })
	}
	return string(b)
}

// shortest is the size of a comparison of two: nothing shorter is looked for.
const shortest = 3

// learn finds a formula that holds exactly in the classes that are safe: the shortest of those
// over an irreducible set of items, and over each item that is enough by itself.
func (x *stables) learn(a *Analysis) (best *formula.Tree, terms []*source) {
	safe := 0
	for _, c := range x.classes {
		safe += asInt(c.safe())
	}
	if safe == 0 {
		return nil, nil
	}
	sets := append([]map[string]bool{x.irreducible()}, x.single()...)
	for i, items := range sets {
		if i > 0 && (best != nil && best.Size() <= shortest || maps.Equal(items, sets[0])) {
			continue
		}
		if found, of := x.over(a, items); found != nil && (best == nil || found.Size() < best.Size()) {
			best, terms = found, of
		}
	}
	return best, terms
}

// over finds a formula over some items.
func (x *stables) over(a *Analysis, items map[string]bool) (*formula.Tree, []*source) {
	wanted := func(item string) bool { return items[item] }
	terms := x.words.sources(nil, wanted)
	rows := len(x.classes)
	problem := &formula.Problem{Rows: rows, Kind: formula.Truth, MaxTerms: termsFor(rows), Stop: func() bool { return a.opt.Closing.Err() != nil },
		Allowed: func(row int, v int64) bool { return v == asNumber(x.classes[row].safe()) }}
	for number, s := range terms {
		t := formula.Named(number, s.text, s.kind, x.valuesOf(s))
		t.Tag, t.Size = s.tag, max(1, s.size)
		problem.Terms = append(problem.Terms, t)
	}
	constant := func(text string, kind formula.Kind, v int64) {
		problem.Terms = append(problem.Terms, formula.Constant(text, kind, v, rows))
	}
	x.words.inside(wanted, func(s *source, comparison bool) {
		t := formula.Named(len(terms), s.text, s.kind, x.valuesOf(s))
		if comparison {
			t = formula.Compared(len(terms), s.text, x.valuesOf(s))
		}
		t.Size = max(1, s.size)
		terms, problem.Terms = append(terms, s), append(problem.Terms, t)
	}, constant)
	x.constants(a, wanted, constant)
	found := problem.Find(1)
	if len(found) == 0 {
		return nil, nil
	}
	return found[0], terms
}

// valuesOf is what a source gives in each class.
func (x *stables) valuesOf(s *source) []int64 {
	values := make([]int64, len(x.classes))
	for i, c := range x.classes {
		values[i] = s.value(c.old, nil)
	}
	return values
}

// constants are the values that numbers and members of enumerations are compared with.
func (x *stables) constants(a *Analysis, wanted func(item string) bool, add func(text string, kind formula.Kind, v int64)) {
	for v := range int64(5) {
		add(spellScalar(plainType, v), formula.Number, v)
	}
	for v := range int64(2) {
		add(spellScalar(&lang.Type{Kind: lang.Bool}, v), formula.Truth, v)
	}
	types := slices.Clone(a.prog.Base.Types)
	for _, s := range x.words.sees { // types that have no name
		if wanted(s.Item) && s.Type.Name == "" {
			types = append(types, s.Type)
		}
	}
	for _, t := range types {
		if t.Kind == lang.Enum {
			for v, name := range t.Members {
				add(name, learnKind(t), int64(v))
			}
		}
	}
	// The search keeps one term of those that have the same values.
	for _, s := range x.words.sees {
		if t := s.Type; wanted(s.Item) && t.Kind == lang.Int && t.Card() <= maxEqualNumbers {
			for lo, hi := t.Bounds(); lo <= hi; lo++ {
				if lo > 4 {
					add(spellScalar(t, lo), formula.Number, lo)
				}
			}
		}
	}
}

// maxEqualNumbers bounds the numbers of a type that are all constants.
const maxEqualNumbers = 32

func asInt(b bool) int { return int(asNumber(b)) }

// irreducible is a set of items that tells the safe classes from the others, none of which
// can be left out.
func (x *stables) irreducible() map[string]bool {
	items, order := map[string]bool{}, x.items()
	for _, s := range order {
		items[s.Item] = true
	}
	slices.SortStableFunc(order, func(s, t *model.Seen) int { return int(t.Info) - int(s.Info) })
	for _, s := range order {
		delete(items, s.Item)
		if !x.tells(items) {
			items[s.Item] = true
		}
	}
	return items
}

// single lists the items that tell the safe classes from the others by themselves.
func (x *stables) single() (out []map[string]bool) {
	order := x.items()
	slices.SortStableFunc(order, func(s, t *model.Seen) int { return int(s.Info) - int(t.Info) })
	for _, s := range order {
		if items := map[string]bool{s.Item: true}; x.tells(items) {
			out = append(out, items)
		}
	}
	return out
}

// items lists the first thing that is seen of each item.
func (x *stables) items() (out []*model.Seen) {
	met := map[string]bool{}
	for _, s := range x.words.sees {
		if !met[s.Item] {
			met[s.Item] = true
			out = append(out, s)
		}
	}
	return out
}

// tells says whether some items tell the safe classes from the others.
func (x *stables) tells(items map[string]bool) bool {
	label := map[string]bool{}
	for _, c := range x.classes {
		var b []byte
		for _, s := range x.words.sees {
			if items[s.Item] {
				each(s.Dims, func(at []int64) { b = append(b, packed(s.Read(c.old, at))...) })
			}
		}
		if was, known := label[string(b)]; known && was != c.safe() {
			return false
		}
		label[string(b)] = c.safe()
	}
	return true
}

// judgeSafe compares what an author expects of the weakest stable state with what it is, by
// meaning: at each point of the level unit.
func (a *Analysis) judgeSafe(e *lang.Expect, x *Expectation) {
	transfer := or(e.With, model.NoTransfer)
	t, _ := a.transferNamed(transfer)
	level, _ := a.levelNamed("unit")
	if a.r2.broken() || !a.complete() {
		return
	}
	looked := a.predicates(t, level)
	if looked.cut {
		return
	}
	holds := a.model.Predicate(e.Safe)
	met := true
	for _, c := range looked.classes {
		for _, p := range c.points {
			met = met && (holds.Eval(a.pointVector(p, nil)) != 0) == c.safe()
		}
	}
	x.Met = &met
	if !met {
		x.Came = "another"
		if w, _, err := a.Weakest(transfer, "unit"); err == nil && w != nil && w.Formula != "" {
			x.Came = w.Formula
		}
	}
	x.Cell = "stable"
	if e.With != "" {
		x.Cell += " with " + e.With
	}
}

// safeText spells an expectation of the weakest stable state.
func (a *Analysis) safeText(e *lang.Expect) string {
	s := "stable "
	if e.With != "" {
		s += "with " + e.With + " "
	}
	return s + "when " + a.source(e.Safe.Pos())
}
