package explorer

import (
	"fmt"
	"iter"
	"maps"
	"math"
	"slices"
	"strings"

	"github.com/lucheck/lucheck/explorer/formula"
	"github.com/lucheck/lucheck/lang"
	"github.com/lucheck/lucheck/model"
)

// This file writes a transfer that works at a level, as code of the language: one that
// writes little, reads little, and is short (definitions section 5). It is learned from
// sets of points that are alike: some that matter first, and those at which what was
// learned does not work, until it works at all of them.

// Synthesis is a transfer that was found.
type Synthesis struct {
	Level  string   `json:"level"`
	Body   []string `json:"body"`   // its statements, line by line; none: nothing has to be transferred
	Writes []string `json:"writes"` // what it writes
	Reads  []string `json:"reads"`  // what it reads, none of which can be left out of what a transfer for these variables knows
	Info   string   `json:"info"`   // the most that it reads: "nothing", "constants", "the unit's own variables", …
	Points int      `json:"points"` // the level's
}

// oldForm is the code of a value that is left in its old form.
const oldForm = math.MinInt64 + 1

// synthesizer is a search for one level.
type synthesizer struct {
	a        *Analysis // that judges the level
	s        *seeker
	words    *vocabulary
	families []*family
	classes  []*alikes // all sets of points of the level that are alike
	telling  []*alikes // those that have shown that a set of variables is not enough, learned from first
}

// family is a variable with all instances of its owner, or the messages of one kind: what
// one piece of code writes.
type family struct {
	name    string
	owner   string // the unit, "" for data outside units
	things  []int
	targets []*target
	// Of messages: those of one form that become those of another.
	from, to model.Form
}

// target is a scalar, or another value without parts, of each element of a family.
type target struct {
	path     string // with %s for each index
	typ      *lang.Type
	dims     []dimension
	params   []dimension // of a message: its old arguments
	elements []element
}

// element is one place of a target.
type element struct {
	at    []int64 // the values of the indices
	thing int
	from  int // its first scalar
}

// alikes is a set of points that are alike.
type alikes struct {
	points []int
	old    []uint64 // the state of one of them
	base   []uint64 // after the switch without a transfer
	bad    bool     // that does not work
	// learned from: for the families that are written now, the values that work at all points.
	allowed [][]int64
}

// Synthesise looks for a transfer that works at a level where one exists. nil with a
// reason says that none was found, which does not mean that none exists.
func (a *Analysis) Synthesise(name string) (found *Synthesis, why string, err error) {
	level, ok := a.levelNamed(name)
	if !ok {
		return nil, "there is no such level", nil
	}
	e := a.existing[level]
	if a.symmetry != nil {
		return nil, "a transfer is learned from all states, and with symmetry not all are stored", nil
	}
	if e == nil || e.verdict != Feasible {
		return nil, "no transfer is known to exist at this level", nil
	}
	out := &Synthesis{Level: a.levels[level].String(), Body: []string{}, Writes: []string{}, Reads: []string{}, Info: model.Nothing.String(), Points: a.points(level)}
	if e.search == foundNone {
		return out, "", nil
	}
	j := a.judgeOf(level)
	if j.seeker == nil {
		j.seeker = j.newSeeker(model.Offline(a.levels[level]))
	}
	y := &synthesizer{a: j, s: j.seeker, words: j.newVocabulary("old.")}
	y.s.refresh()
	y.s.most = int(j.space.Len())*(1+3*seekShare) + 5*seekStates
	y.prepare(slices.Collect(a.pointsOf(level)))
	sets := y.subsets()
	tried := 0
	for more := true; more; {
		enough, err := y.sufficient()
		if err != nil {
			return nil, "", err
		}
		known := len(y.telling)
		if enough != nil {
			sets = slices.DeleteFunc(sets, func(l []*family) bool { return len(l) >= len(enough) })
			sets = append(sets, enough)
		}
		code, err := y.firstOf(sets)
		if err != nil {
			return nil, "", err
		}
		if code != nil {
			y.fill(out, code)
			return out, "", nil
		}
		// What showed that the variables were not enough is taken into account, some times.
		tried++
		sets, more = nil, enough != nil && len(y.telling) > known && tried < maxRounds && !y.s.halted() && !y.s.spent
	}
	if y.s.halted() || y.s.spent {
		return nil, "the search was cut short", nil
	}
	return nil, "no short transfer was found", nil
}

// firstOf learns code for the first set of families for which there is some.
func (y *synthesizer) firstOf(sets [][]*family) ([]*piece, error) {
	for _, written := range sets {
		code, ok, err := y.learn(written)
		if err != nil || ok {
			return code, err
		}
		if y.s.halted() || y.s.spent {
			break
		}
	}
	return nil, nil
}

// prepare groups the points and lists what can be written.
func (y *synthesizer) prepare(points []int) {
	byKey := map[string]*alikes{}
	var key []byte
	var v []uint64
	for _, p := range points {
		if p%together == 0 && y.s.halted() {
			return
		}
		v = y.a.pointVector(p, v)
		key = y.s.readable.Key(v, key[:0])
		c := byKey[string(key)]
		if c == nil {
			c = &alikes{}
			byKey[string(key)] = c
			y.classes = append(y.classes, c)
		}
		c.points = append(c.points, p)
		c.bad = c.bad || y.s.fails(p)
	}
	y.classes = sample(y.classes)
	for _, c := range y.classes {
		c.old, c.base = y.a.pointVector(c.points[0], nil), y.s.base(c.points[0])
	}
	y.families = append(y.writable(), y.convertible()...)
}

// maxClasses bounds the sets of points that code is learned from; whoever uses the code checks
// it at all of them.
const maxClasses = 2_000

// sample takes some of many sets, evenly spread.
func sample(classes []*alikes) []*alikes {
	if len(classes) <= maxClasses {
		return classes
	}
	var some []*alikes
	for i := range maxClasses {
		some = append(some, classes[i*len(classes)/maxClasses])
	}
	return some
}

// maxTable bounds the values that a search for a formula keeps.
const maxTable = 20_000_000

// termsFor is how many expressions are kept where each has a value in so many rows; 0 for the
// usual number.
func termsFor(rows int) int {
	if n := maxTable / max(1, rows); n < 6_000 {
		return max(100, n)
	}
	return 0
}

// writable lists the families.
func (y *synthesizer) writable() (out []*family) {
	byVar := map[*lang.Var]*family{}
	for i, thing := range y.s.things {
		x := thing.Var
		if x == nil || thing.Moves() || thing.Part() {
			continue
		}
		f := byVar[x]
		if f == nil {
			f = &family{name: x.Name}
			path, dims := x.Name, []dimension(nil)
			if x.Owner != nil {
				f.owner, path = x.Owner.Name, x.Owner.Name
				if x.Owner.Index != nil {
					dims, path = append(dims, dimension{x.Owner.Index, y.words.bind(x.Owner.Index, nil)}), path+"[%s]"
				}
				path += "." + x.Name
				f.name = x.Owner.Name + "." + x.Name
			}
			f.targets = y.targets(path, x.Type, dims)
			byVar[x] = f
			out = append(out, f)
		}
		f.things = append(f.things, i)
		at := []int64(nil)
		if x.Owner != nil && x.Owner.Index != nil {
			lo, _ := x.Owner.Index.Bounds()
			at = append(at, lo+int64(thing.Inst))
		}
		n := 0
		place(f.targets, &n, x.Type, at, i, 0)
	}
	return out
}

// targets lists the parts of a variable that are written each by its own code.
func (y *synthesizer) targets(path string, t *lang.Type, dims []dimension) (out []*target) {
	switch {
	case t.Sugar == lang.Plainly && t.Kind == lang.Record:
		for _, f := range t.Fields {
			out = append(out, y.targets(path+"."+f.Name, f.Type, dims)...)
		}
		return out
	case t.Sugar == lang.Plainly && t.Kind == lang.Array:
		var used []string
		for _, d := range dims {
			used = append(used, d.name)
		}
		n := len(dims)
		return y.targets(path+"[%s]", t.Elem, append(dims[:n:n], dimension{t.Index, y.words.bind(t.Index, used)}))
	}
	return []*target{{path: path, typ: t, dims: dims}}
}

// place enters the places of one instance of a variable into its targets, n being the
// number of the next target.
func place(targets []*target, n *int, t *lang.Type, at []int64, thing, from int) {
	switch {
	case t.Sugar == lang.Plainly && t.Kind == lang.Record:
		for _, f := range t.Fields {
			place(targets, n, f.Type, at, thing, from)
			from += f.Type.Slots()
		}
		return
	case t.Sugar == lang.Plainly && t.Kind == lang.Array:
		lo, hi := t.Index.Bounds()
		first := *n
		for k := lo; k <= hi; k++ {
			*n = first
			place(targets, n, t.Elem, append(at[:len(at):len(at)], k), thing, from)
			from += t.Elem.Slots()
		}
		return
	}
	targets[*n].elements = append(targets[*n].elements, element{at, thing, from})
	*n++
}

// maxWritten bounds the variables that a transfer is sought for at once.
const maxWritten = 3

// subsets lists the sets of variables that may be enough, small ones first.
func (y *synthesizer) subsets() (out [][]*family) {
	var choose func(from, n int, now []*family)
	choose = func(from, n int, now []*family) {
		if n == 0 {
			out = append(out, slices.Clone(now))
			return
		}
		for i := from; i < len(y.families); i++ {
			choose(i+1, n-1, append(now, y.families[i]))
		}
	}
	for n := 1; n <= min(maxWritten, len(y.families)); n++ {
		choose(0, n, nil)
	}
	return out
}

// sufficient is a set of families that is enough for some sets of points, as a declared
// transfer or a completion to R2 shows, without those that can be left out; nil where none
// is known.
func (y *synthesizer) sufficient() ([]*family, error) {
	var written []*family
	add := func(f *family) {
		if !slices.Contains(written, f) {
			written = append(written, f)
		}
	}
	first := y.first()
	for _, c := range first {
		ch := y.known(c)
		if ch == nil {
			return nil, nil
		}
		for _, f := range y.families {
			for _, i := range f.things {
				form, _ := y.s.things[i].Waiting(c.old)
				if ch[i] != kept && (f.from.Old == nil || form == f.from.Number && y.s.list[i][ch[i]][0] == f.to.Number) {
					add(f)
				}
			}
		}
	}
	for _, f := range slices.Clone(written) {
		fewer := slices.DeleteFunc(slices.Clone(written), func(o *family) bool { return o == f })
		y.forget()
		ok, err := y.ask(first, fewer)
		if err != nil {
			return nil, err
		}
		if ok && !slices.ContainsFunc(first, func(c *alikes) bool { return len(c.allowed) == 0 }) {
			written = fewer
		}
	}
	return written, nil
}

// known is a choice that works at a set of points, if one is at hand.
func (y *synthesizer) known(c *alikes) choice {
	keep := make(choice, len(y.s.things))
	all := make([]int, len(y.s.things))
	for i := range keep {
		keep[i], all[i] = kept, i
	}
	t := &attempt{points: c.points, alive: y.likely(c, all, keep)}
	if ok, err := y.s.test([]*attempt{t}); !ok || err != nil || len(t.alive) == 0 {
		return nil
	}
	return slices.MinFunc(t.alive, nearest)
}

// first are the sets of points that are learned from before others.
func (y *synthesizer) first() (first []*alikes) {
	first = slices.Clone(y.telling)
	for _, c := range y.classes {
		if c.bad && len(first) < len(y.telling)+firstClasses && !slices.Contains(first, c) {
			first = append(first, c)
		}
	}
	return first
}

func (y *synthesizer) forget() {
	for _, c := range y.classes {
		c.allowed = nil
	}
}

// The search starts from some sets of points, and adds a few at a time.
const (
	firstClasses = 24
	nextClasses  = 6
	maxRounds    = 40
	maxTuples    = 1 << 8
	maxLikely    = 1 << 6
)

// piece is the code learned for a target.
type piece struct {
	family *family
	target *target
	tree   *formula.Tree
	terms  []*source // by number of the named value
}

// learn looks for code that writes some families.
func (y *synthesizer) learn(written []*family) (code []*piece, ok bool, err error) {
	y.forget()
	var from []*alikes
	add := func(list []*alikes) (bool, error) {
		if ok, err := y.ask(list, written); !ok || err != nil {
			return false, err
		}
		for _, c := range list {
			if from = append(from, c); len(c.allowed) == 0 {
				if !slices.Contains(y.telling, c) {
					y.telling = append(y.telling, c)
				}
				return false, nil
			}
		}
		return true, nil
	}
	// The first one alone mostly tells that a set of variables is not enough.
	first := y.first()
	for i := 0; i < len(first); i = 2*i + 1 {
		if ok, err := add(first[i:min(2*i+1, len(first))]); !ok || err != nil {
			return nil, false, err
		}
	}
	for range maxRounds {
		code := y.pieces(written, from)
		if code == nil || y.s.halted() {
			return nil, false, nil
		}
		wrong, ok, err := y.verify(written, code)
		if !ok || err != nil {
			return nil, false, err
		}
		if len(wrong) == 0 {
			return code, true, nil
		}
		if ok, err := add(wrong[:min(len(wrong), nextClasses)]); !ok || err != nil {
			return nil, false, err
		}
	}
	return nil, false, nil
}

// ask finds the values of the written families with which some sets of points work.
func (y *synthesizer) ask(list []*alikes, written []*family) (bool, error) {
	var tries []*attempt
	for _, c := range list {
		t := &attempt{points: c.points}
		if c.base != nil {
			t.alive = y.candidates(c, written)
		}
		tries = append(tries, t)
	}
	if ok, err := y.s.test(tries); !ok || err != nil {
		return false, err
	}
	for i, c := range list {
		for _, ch := range tries[i].alive {
			if y.converts(c, written, ch) {
				c.allowed = append(c.allowed, y.cells(c, written, ch))
			}
		}
	}
	return true, nil
}

// candidates lists the choices that write only some families: all, while these are not too
// many, else those that the search for a transfer knows.
func (y *synthesizer) candidates(c *alikes, written []*family) []choice {
	n := int64(1)
	var things []int
	for _, f := range written {
		for _, i := range f.things {
			o := y.s.things[i].Candidates(c.old)
			n = min(n*(o.Count+1), maxTuples+1)
			if !slices.Contains(things, i) {
				things = append(things, i)
			}
		}
	}
	keep := make(choice, len(y.s.things))
	for i := range keep {
		keep[i] = kept
	}
	if n > maxTuples {
		return y.likely(c, things, keep)
	}
	out := []choice{keep}
	for _, i := range things {
		o := y.s.things[i].Candidates(c.old)
		was, healthy := y.s.things[i].Get(c.base)
		all := y.s.all(i, &o, func(n int32) bool { return !healthy || !slices.Equal(y.s.list[i][n], was) })
		for _, ch := range slices.Clone(out) {
			for _, k := range all {
				next := slices.Clone(ch)
				next[i] = k
				out = append(out, next)
			}
		}
	}
	return out
}

// likely lists choices for some things only, made of what declared transfers write, and of
// what completes the rest to a state of R2.
func (y *synthesizer) likely(c *alikes, things []int, keep choice) (out []choice) {
	known := map[string]bool{}
	add := func(ch choice) {
		only := slices.Clone(keep)
		for _, i := range things {
			only[i] = ch[i]
		}
		if k := only.name(); !known[k] {
			known[k] = true
			out = append(out, only)
		}
	}
	add(keep)
	for t := range y.a.update.Transfers {
		if after := y.a.switched(t+1, c.old); after != nil {
			w := make([][]int64, len(y.s.things))
			for i, thing := range y.s.things {
				w[i], _ = thing.Get(after)
			}
			if ch, ok := y.s.choiceOf(c.points[0], w); ok {
				add(ch)
			}
		}
	}
	one := &cluster{attempt: attempt{points: c.points}, tried: map[string]bool{}}
	if err := y.s.complete([]*cluster{one}); err != nil {
		return out
	}
	for _, ch := range one.hopeful[:min(len(one.hopeful), maxLikely)] {
		add(ch)
	}
	return out
}

// cells gives the values of all places of the written families with a choice.
func (y *synthesizer) cells(c *alikes, written []*family, ch choice) (out []int64) {
	for _, f := range written {
		for _, t := range f.targets {
			for _, e := range t.elements {
				out = append(out, y.cell(c, f, t, e, ch))
			}
		}
	}
	return out
}

func (y *synthesizer) cell(c *alikes, f *family, t *target, e element, ch choice) int64 {
	if f.absent(y, c, e) {
		return nowhere
	}
	if n := ch[e.thing]; n != kept {
		return y.words.code(t.typ, y.s.list[e.thing][n][e.from:e.from+t.typ.Slots()])
	}
	return y.keptAt(c, t, e)
}

// keptAt is what is left in a place without a transfer.
func (y *synthesizer) keptAt(c *alikes, t *target, e element) int64 {
	if c.base == nil {
		return formula.Undefined
	}
	val, healthy := y.s.things[e.thing].Get(c.base)
	if !healthy {
		return oldForm
	}
	return y.words.code(t.typ, val[e.from:e.from+t.typ.Slots()])
}

// stages are the sets of items that the code of a target may read, each with more than the
// one before: nothing, the variable itself, its unit's, other units', and so on.
func (y *synthesizer) stages(p *piece) (out []map[string]bool) {
	stage := func(with func(s *model.Seen) bool) {
		items := map[string]bool{}
		for _, s := range y.words.sees {
			if with(s) {
				items[s.Item] = true
			}
		}
		if len(out) == 0 || len(items) > len(out[len(out)-1]) {
			out = append(out, items)
		}
	}
	stage(func(*model.Seen) bool { return false })
	stage(func(s *model.Seen) bool { return s.Item == p.family.name })
	for most := model.OwnVariables; most <= model.Positions; most++ {
		stage(func(s *model.Seen) bool { return s.Item == p.family.name || y.infoOf(s, p.family) <= most })
	}
	return out
}

// infoOf says where something comes from, for code that writes a family.
func (y *synthesizer) infoOf(s *model.Seen, f *family) model.Info {
	own := f.owner == s.Owner && (s.Owner != "" || f.name == s.Item)
	if own && (s.Info == model.OtherVariables || s.Info == model.PersistentData && s.Owner != "") {
		return model.OwnVariables
	}
	return s.Info
}

// irreducible leaves out of some items those that are not needed to choose the values of a
// target, one after the other, those that tell most first.
func (y *synthesizer) irreducible(p *piece, items map[string]bool, enough func(items map[string]bool) bool) map[string]bool {
	type item struct {
		name string
		info model.Info
	}
	var all []item
	for _, s := range y.words.sees {
		if items[s.Item] && !slices.ContainsFunc(all, func(o item) bool { return o.name == s.Item }) {
			info := y.infoOf(s, p.family)
			if s.Item == p.family.name {
				info = model.Nothing
			}
			all = append(all, item{s.Item, info})
		}
	}
	slices.SortStableFunc(all, func(a, b item) int { return int(b.info) - int(a.info) })
	left := maps.Clone(items)
	for _, i := range all {
		delete(left, i.name)
		if !enough(left) {
			left[i.name] = true
		}
	}
	return left
}

// enough says whether what some items tell is enough to choose the values of a target by.
func (y *synthesizer) enough(p *piece, from []*alikes, left [][][]int64, cell int, items map[string]bool) bool {
	n := len(p.target.elements)
	common := map[string]map[string]bool{}
	for i, c := range from {
		k := y.told(c, items)
		if p.family.from.Old != nil {
			k += y.arrived(c, p)
		}
		mine := map[string]bool{}
		for _, w := range left[i] {
			if v := string(packed(w[cell : cell+n])); common[k] == nil || common[k][v] {
				mine[v] = true
			}
		}
		if len(mine) == 0 {
			return false
		}
		common[k] = mine
	}
	return true
}

// told is what some items tell of a set of points.
func (y *synthesizer) told(c *alikes, items map[string]bool) string {
	var b []byte
	for _, s := range y.words.sees {
		if items[s.Item] {
			each(s.Dims, func(at []int64) { b = append(b, packed(s.Read(c.old, at))...) })
		}
	}
	return string(b)
}

// each visits all values of some indices.
func each(dims []*lang.Type, visit func(at []int64)) {
	at := make([]int64, len(dims))
	var go_ func(i int)
	go_ = func(i int) {
		if i == len(dims) {
			visit(at)
			return
		}
		lo, hi := dims[i].Bounds()
		for at[i] = lo; at[i] <= hi; at[i]++ {
			go_(i + 1)
		}
	}
	go_(0)
}

// alternatives is the number of trees for one target that are tried with the next one.
const alternatives = 3

// pieces learns a tree for each target of the written families, one after the other, such that
// for each of some sets of points all of them together are allowed; nil where that fails.
func (y *synthesizer) pieces(written []*family, from []*alikes) []*piece {
	var list []*piece
	var sizes []int
	for _, f := range written {
		for _, t := range f.targets {
			list = append(list, &piece{family: f, target: t})
			sizes = append(sizes, len(t.elements))
		}
	}
	left := make([][][]int64, len(from))
	for i, c := range from {
		left[i] = c.allowed
	}
	var next func(i, cell int, left [][][]int64) bool
	next = func(i, cell int, left [][][]int64) bool {
		if i == len(list) {
			return true
		}
		for tree, terms := range y.solutions(list[i], from, left, cell) {
			list[i].tree, list[i].terms = tree, terms
			rest := y.narrowed(list[i], from, left, cell)
			if next(i+1, cell+sizes[i], rest) {
				return true
			}
		}
		return false
	}
	if !next(0, 0, left) {
		return nil
	}
	return list
}

// solutions are the trees for a target that read least.
func (y *synthesizer) solutions(p *piece, from []*alikes, left [][][]int64, cell int) iter.Seq2[*formula.Tree, []*source] {
	return func(yield func(*formula.Tree, []*source) bool) {
		for _, items := range y.stages(p) {
			enough := func(items map[string]bool) bool { return y.enough(p, from, left, cell, items) }
			if !enough(items) {
				continue
			}
			few := y.irreducible(p, items, enough)
			found := y.trees(p, from, few, left, cell)
			if len(found) == 0 && len(few) < len(items) {
				found = y.trees(p, from, items, left, cell)
			}
			for _, tree := range found {
				if !yield(tree, p.terms) {
					return
				}
			}
			if len(found) > 0 {
				return
			}
		}
	}
}

// trees learns a target: the rows are its elements in each set of points.
func (y *synthesizer) trees(p *piece, from []*alikes, items map[string]bool, left [][][]int64, cell int) []*formula.Tree {
	n := len(p.target.elements)
	index := map[*alikes]int{}
	for i, c := range from {
		index[c] = i
	}
	rows := len(y.classes) * n
	problem := &formula.Problem{Rows: rows, Kind: learnKind(p.target.typ), Terms: y.terms(p, items), MaxTerms: termsFor(rows), Stop: y.s.halted}
	good := make([]map[int64]bool, rows)
	for k, c := range y.classes {
		if i, is := index[c]; is {
			for e := range n {
				good[k*n+e] = map[int64]bool{}
				for _, w := range left[i] {
					good[k*n+e][w[cell+e]] = true
				}
				if good[k*n+e][nowhere] {
					good[k*n+e] = nil
				}
			}
		}
	}
	problem.Allowed = func(row int, v int64) bool { return good[row] == nil || good[row][v] }
	problem.Fits = func(values []int64) bool {
		for k, c := range y.classes {
			if i, is := index[c]; is && !slices.ContainsFunc(left[i], func(w []int64) bool { return agree(w[cell:cell+n], values[k*n:(k+1)*n]) }) {
				return false
			}
		}
		return true
	}
	return problem.Find(alternatives)
}

// narrowed keeps of what is allowed what agrees with the tree just learned.
func (y *synthesizer) narrowed(p *piece, from []*alikes, left [][][]int64, cell int) [][][]int64 {
	n := len(p.target.elements)
	out := make([][][]int64, len(left))
	for k, c := range y.classes {
		for i, o := range from {
			if o != c {
				continue
			}
			for _, w := range left[i] {
				same := true
				for e := range n {
					same = same && (w[cell+e] == nowhere || p.tree.Value(k*n+e) == w[cell+e])
				}
				if same {
					out[i] = append(out[i], w)
				}
			}
		}
	}
	return out
}

// maxListed bounds the values of a type that code mentions.
const maxListed = 16

// terms are what the code of a target is made of.
func (y *synthesizer) terms(p *piece, items map[string]bool) []*formula.Term {
	t, n := p.target, len(p.target.elements)
	kind := learnKind(t.typ)
	var out []*formula.Term
	if p.family.from.Old == nil {
		keep := formula.Named(-1, "", kind, make([]int64, len(y.classes)*n))
		keep.Alone, keep.Uses = true, nil
		for k, c := range y.classes {
			for i, e := range t.elements {
				keep.Values[k*n+i] = y.keptAt(c, t, e)
			}
		}
		out = append(out, keep)
	}
	rows := len(y.classes) * n
	var constants []*formula.Term
	constant := func(t *lang.Type, v int64) {
		constants = append(constants, formula.Constant(spellScalar(t, v), learnKind(t), v, rows))
	}
	if y.a.opt.Params {
		for _, x := range y.params(t) {
			constants = append(constants, formula.Constant(x.Name, formula.Number, x.Value, rows))
		}
	}
	if t.typ.IsScalar() {
		lo, hi := t.typ.Bounds()
		for v := lo; v <= min(hi, lo+maxListed); v++ {
			constant(t.typ, v)
		}
	}
	for v := range int64(5) {
		constant(plainType, v)
	}
	p.terms = y.words.sources(append(slices.Clip(t.dims), t.params...), func(item string) bool { return items[item] })
	for number, s := range p.terms {
		if number == len(t.params) { // what a message has by itself goes before everything else
			out = append(out, constants...)
		}
		values := make([]int64, 0, rows)
		for _, c := range y.classes {
			for _, e := range t.elements {
				values = append(values, s.value(c.old, y.at(c, t, e)))
			}
		}
		term := formula.Named(number, s.text, s.kind, values)
		term.Tag, term.Size = s.tag, max(1, s.size)
		out = append(out, term)
		out = append(out, y.constantsOf(s.kind, rows)...)
	}
	if len(p.terms) <= len(t.params) {
		out = append(out, constants...)
	}
	return out
}

// params are those that code for a target can name, in the place of a number of that value:
// 0 and 1 stay as they are, and the arguments of a message hide what has their names.
func (y *synthesizer) params(t *target) (out []lang.Param) {
	for _, x := range y.a.prog.Params {
		hidden := slices.ContainsFunc(t.params, func(d dimension) bool { return d.name == x.Name || strings.HasPrefix(d.name, x.Name+".") })
		if !hidden && x.Value > 1 {
			out = append(out, x)
		}
	}
	return out
}

// constantsOf lists the values that things of an enumeration are compared with.
func (y *synthesizer) constantsOf(k formula.Kind, rows int) (out []*formula.Term) {
	for _, t := range y.a.prog.Base.Types {
		if t.Kind == lang.Enum && learnKind(t) == k {
			for v := range t.Members {
				out = append(out, formula.Constant(t.Members[v], k, int64(v), rows))
			}
		}
	}
	return out
}

// verify tries what was learned at all sets of points; wrong are those where it does not work.
func (y *synthesizer) verify(written []*family, code []*piece) (wrong []*alikes, ok bool, err error) {
	var tries []*attempt
	var of []*alikes
	for k, c := range y.classes {
		ch, good := y.choiceBy(c, k, code)
		if !good {
			wrong = append(wrong, c)
			continue
		}
		of = append(of, c)
		tries = append(tries, &attempt{points: c.points, alive: []choice{ch}})
	}
	if ok, err := y.s.test(tries); !ok || err != nil {
		return nil, false, err
	}
	for i, t := range tries {
		if len(t.alive) == 0 {
			wrong = append(wrong, of[i])
		}
	}
	return wrong, true, nil
}

// choiceBy is what the code chooses for a set of points; false where it has no value.
func (y *synthesizer) choiceBy(c *alikes, k int, code []*piece) (choice, bool) {
	ch := make(choice, len(y.s.things))
	for i := range ch {
		ch[i] = kept
	}
	if c.base == nil {
		return nil, false
	}
	values := map[int][]int64{}
	old := map[int]bool{}
	for _, p := range code {
		for e, el := range p.target.elements {
			v := p.tree.Value(k*len(p.target.elements) + e)
			if p.family.absent(y, c, el) {
				continue
			}
			if v == formula.Undefined {
				return nil, false
			}
			if v == oldForm {
				old[el.thing] = true
				continue
			}
			val := values[el.thing]
			if val == nil {
				val = y.room(p.family, el.thing)
				values[el.thing] = val
			}
			scalars, good := y.decode(p.target.typ, v)
			if !good {
				return nil, false
			}
			copy(val[el.from:], scalars)
		}
	}
	for i, val := range values {
		if old[i] {
			return nil, false
		}
		if was, healthy := y.s.things[i].Get(c.base); !healthy || !slices.Equal(was, val) {
			ch[i] = y.s.number(i, val)
		}
	}
	return ch, true
}

// decode gives the scalars of a value by its code; false where a number is out of range.
func (y *synthesizer) decode(t *lang.Type, code int64) ([]int64, bool) {
	if t.IsScalar() {
		lo, hi := t.Bounds()
		return []int64{code}, lo <= code && code <= hi
	}
	for k, n := range y.words.codes {
		if n == code {
			return unpacked([]byte(k)), true
		}
	}
	return nil, false
}

// fill spells what was learned.
func (y *synthesizer) fill(out *Synthesis, code []*piece) {
	info := model.Nothing
	var around []string
	for _, p := range code {
		lines := p.lines(p.tree.Merged(), "")
		if p.family.from.Old != nil {
			lines = nil
			if p.target == p.family.targets[0] {
				lines = []string{conversion(p.family, code)}
			}
		}
		if lines == nil && p.family.from.Old == nil {
			continue
		}
		if !slices.Contains(out.Writes, p.family.name) {
			out.Writes = append(out.Writes, p.family.name)
		}
		info = max(info, model.Constants)
		if p.target.params != nil {
			info = max(info, model.InFlight)
		}
		for _, n := range p.tree.Uses() {
			if n < len(p.target.params) && !slices.Contains(out.Reads, p.family.name) {
				out.Reads = append(out.Reads, p.family.name) // what the message has by itself
			}
			for _, item := range p.terms[n].items {
				for _, s := range y.words.sees {
					if s.Item == item {
						info = max(info, y.infoOf(s, p.family))
					}
				}
				if !slices.Contains(out.Reads, item) {
					out.Reads = append(out.Reads, item)
				}
			}
		}
		if lines == nil {
			continue
		}
		loops := p.loops()
		if around != nil && slices.Equal(loops, around) {
			out.Body = out.Body[:len(out.Body)-len(loops)] // the same loops go on
		} else {
			out.Body = append(out.Body, loops...)
		}
		around = loops
		for _, line := range lines {
			out.Body = append(out.Body, strings.Repeat("  ", len(loops))+line)
		}
		for i := range loops {
			out.Body = append(out.Body, strings.Repeat("  ", len(loops)-1-i)+"}")
		}
	}
	slices.Sort(out.Reads)
	out.Info = info.String()
}

// loops are those around the code of a target.
func (p *piece) loops() (out []string) {
	for i, d := range p.target.dims {
		out = append(out, strings.Repeat("  ", i)+fmt.Sprintf("for %s in %s {", d.name, spellDomain(d.typ)))
	}
	return out
}

// lines are the statements of a tree; none where it keeps what there is.
func (p *piece) lines(t *formula.Tree, indent string) (out []string) {
	if t.Cond == nil {
		if t.Term.Alone {
			return nil
		}
		return []string{indent + p.place() + " = " + p.converted(t.Term)}
	}
	then, els := p.lines(t.Then, indent+"  "), p.lines(t.Else, indent+"  ")
	cond := t.Cond.Text
	out = append([]string{indent + "if " + cond + " {"}, then...)
	if els == nil {
		return append(out, indent+"}")
	}
	if t.Else.Cond != nil {
		els = p.lines(t.Else, indent)
		els[0] = indent + "} else " + strings.TrimSpace(els[0])
		return append(out, els...)
	}
	return append(append(append(out, indent+"} else {"), els...), indent+"}")
}

// place is what is written.
func (p *piece) place() string {
	var args []any
	for _, d := range p.target.dims {
		args = append(args, d.name)
	}
	return fmt.Sprintf(p.target.path, args...)
}

// converted is a term as a value of the target's type.
func (p *piece) converted(t *formula.Term) string {
	if p.target.typ.Kind != lang.Int || p.target.typ.Means == t.Tag || t.Uses == nil || p.target.typ.Name == "" {
		return t.Text
	}
	return p.target.typ.Name + "(" + t.Text + ")"
}
