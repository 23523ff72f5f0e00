package explorer

import (
	"cmp"
	"encoding/binary"
	"iter"
	"slices"

	"github.com/lucheck/lucheck/explorer/search"
	"github.com/lucheck/lucheck/lang"
	"github.com/lucheck/lucheck/model"
)

// This file decides whether any state transfer works at a level (definitions section 5).
// A transfer is a function of what it can read, so points with the same readable part
// get the same values: they are a cluster, and each cluster must have a choice of values
// with which all its points are immediate or eventual.

// How a choice was found, in the order of the search.
const (
	foundNone     = "no transfer"
	foundDeclared = "the declared transfers"
	foundComplete = "the states of the new version that complete the rest"
	foundSeen     = "the values that the new version has"
	foundDomains  = "all values"
)

// existence is what is known of whether any transfer works at a level.
type existence struct {
	verdict  Verdict // Feasible, Infeasible, or Unknown
	search   string  // what decided it
	reason   string  // why it is unknown
	clusters []*cluster
	without  *cluster // one for which there is no choice, where none works
	seeker   *seeker
}

// cluster is points that no transfer can tell apart.
type cluster struct {
	attempt
	found   string // how a choice was found; "" while there is none
	choice  choice // the one found; nil where a declared transfer was
	declare int    // the number of that transfer
	hopeful []choice
	source  *choices // of more candidates
	tried   map[string]bool
	stage   string // of the candidates that are tried
	dead    bool
	cut     bool // not all candidates can be tried
}

// choice gives each choosable the number of a value, or keeps it.
type choice []int32

// kept is the number of what the switch leaves by itself.
const kept = -1

// seeker looks for choices. Of the levels at which the system is down it works in the offline analysis.
type seeker struct {
	a        *Analysis
	things   []*model.Choosable
	mask     []uint64
	readable *model.Readable
	values   []map[string]int32 // by thing: numbers of values
	list     [][][]int64        // by thing and number
	rests    map[string]*completions
	sums     *restFilter
	passed   bool // what things have in R2 has been noted
	halt     bool
	tried    int       // choices, at some points each
	full     bool      // there was no room on disk
	spent    bool      // a search was cut short: what was landed on is not known
	seen     [][]int32 // by thing: values that it has in R2
	alike    []int32   // by point: equal for points that are alike; 0 where no point like it needs a transfer
	most     int       // states that may be stored
}

// The search for a transfer may store this many times the states stored before, and some.
const (
	seekShare  = 3
	seekStates = 100_000
	// maxCandidates bounds the choices that are tried for one cluster.
	maxCandidates = 1 << 16
	// together candidates of a cluster are tried.
	chunkOfCandidates = 256
	// maxCompletions bounds the completions of one rest that are remembered.
	maxCompletions = 1 << 12
)

// exists decides whether any transfer works at a level, which is judged and complete.
func (a *Analysis) exists(level int) (*existence, error) {
	j := a.judgeOf(level)
	for t := range a.model.Transfers {
		if s := a.sum(level, t); decide(false, true, &s) == Valid {
			found := foundDeclared
			if t == 0 {
				found = foundNone
			}
			return &existence{verdict: Feasible, search: found}, nil
		}
	}
	if j.seeker == nil {
		j.seeker = j.newSeeker(model.Offline(a.levels[level]))
	}
	j.seeker.refresh()
	e := &existence{seeker: j.seeker}
	if e.clusters = j.seeker.clusters(a.pointsOf(level)); j.seeker.halted() {
		e.verdict, e.reason = Unknown, j.limitReason()
		return e, nil
	}
	return e, j.seeker.seek(e)
}

// seekTransfers decides whether any transfer works, level by level.
func (a *Analysis) seekTransfers() error {
	a.existing = map[int]*existence{}
	a.stored = a.space.Len() // this search, and the reset probe, add states of their own
	var order []int          // levels with few points first: where there are many, the search may have to give up
	for i := range a.levels {
		order = append(order, i)
	}
	slices.SortStableFunc(order, func(i, k int) int { return cmp.Compare(a.points(i), a.points(k)) })
	for _, i := range order {
		l, j := a.levels[i], a.judgeOf(i)
		if a.r2.broken() || j.r2.broken() || !a.complete() || !j.complete() || a.points(i) == 0 ||
			model.Offline(l) && a.model.ChoosesAnew() || l.Kind == lang.LevelEvent && !a.event.complete {
			continue
		}
		if a.opt.Any != "" && !sameLevel(l.String(), a.opt.Any) {
			a.existing[i] = &existence{verdict: Unknown, reason: "another level was asked about"}
			continue
		}
		e, err := a.exists(i)
		if err != nil {
			return err
		}
		a.existing[i] = e
		j.seekerDone()
	}
	return nil
}

// seekerDone leaves nothing behind that is not wholly explored.
func (a *Analysis) seekerDone() {
	if a.seeker != nil && a.seeker.spent {
		a.seeker.refresh()
	}
}

// newSeeker prepares the search for the levels that this analysis judges.
func (a *Analysis) newSeeker(offline bool) *seeker {
	s := &seeker{a: a, things: a.model.Choosables(offline), readable: a.model.Readable(offline), rests: map[string]*completions{}}
	s.mask = a.model.Mask(s.things)
	s.sums = newRestFilter(a.space, a.model.Components(), s.mask)
	s.values, s.list, s.seen = make([]map[string]int32, len(s.things)), make([][][]int64, len(s.things)), make([][]int32, len(s.things))
	for i := range s.values {
		s.values[i] = map[string]int32{}
	}
	s.most = int(a.space.Len())*(1+seekShare) + seekStates
	if a.opt.sought > 0 {
		s.most = int(a.space.Len()) + a.opt.sought
	}
	return s
}

// pointVector is the state of the old version at a point.
func (a *Analysis) pointVector(point int, v []uint64) []uint64 {
	in, at := a.locate(point)
	if n := point - a.pointsInAll(); n >= 0 {
		return in.space.Member(at, int(a.copies[n].member), v)
	}
	return in.space.Vector(at, v)
}

// works says whether a class is one that a transfer must reach.
func works(k class) bool { return k == immediate || k == eventual }

// clusters groups points by what can be read, but for those groups in which nothing has to
// be transferred.
func (s *seeker) clusters(points iter.Seq[int]) (out []*cluster) {
	s.compare()
	byID := map[int32]*cluster{}
	for p := range points {
		id := s.alike[p]
		if id == 0 {
			continue
		}
		if byID[id] == nil {
			byID[id] = &cluster{tried: map[string]bool{}}
			out = append(out, byID[id])
		}
		byID[id].points = append(byID[id].points, p)
	}
	for _, p := range s.a.copiesOf(points, 0) {
		if c := byID[s.alike[p]]; c != nil {
			c.points = append(c.points, p)
		}
	}
	return slices.DeleteFunc(out, func(c *cluster) bool { return !slices.ContainsFunc(c.points, s.fails) })
}

// halted says whether there is no time left; it stays so.
func (s *seeker) halted() bool {
	s.halt = s.halt || s.a.ctx.Err() != nil || s.a.opt.Closing.Err() != nil
	return s.halt
}

// fails says whether the switch without a transfer does not work at a point.
func (s *seeker) fails(p int) bool { return !works(s.a.classOf(s.a.after, &s.a.images[0], p)) }

// compare numbers the readable parts of all points, those from 1 on that some point has at
// which something must be transferred.
func (s *seeker) compare() {
	if s.alike != nil {
		return
	}
	s.alike = perState[int32](s.a.space, len(s.a.images[0].to))
	ids := map[string]int32{}
	var v []uint64
	var key []byte
	each := func(visit func(p int)) {
		for p := range s.alike {
			if p%together == 0 && s.halted() {
				return
			}
			if s.a.outer == nil && s.a.r1.excluded.Has(s.a.r1.region.First+search.Ref(p)) {
				continue
			}
			visit(p)
		}
	}
	read := func(p int) {
		v = s.a.pointVector(p, v)
		key = s.readable.Key(v, key[:0])
	}
	each(func(p int) {
		if s.fails(p) {
			if read(p); ids[string(key)] == 0 {
				ids[string(key)] = int32(len(ids)) + 1
			}
		}
	})
	each(func(p int) {
		read(p)
		s.alike[p] = ids[string(key)]
	})
	// Each set of points that are alike has a counterpart with a stored point among those that
	// fail: so of the other points of an orbit those count that are like such a one.
	in, _ := s.a.locate(0)
	if !in.space.Symmetric() {
		return
	}
	each(func(p int) {
		_, at := s.a.locate(p)
		in.space.Members(at, func(number int, v []uint64) bool {
			if number == 0 {
				return true
			}
			key = s.readable.Key(v, key[:0])
			if id := ids[string(key)]; id != 0 {
				s.a.copies = append(s.a.copies, pointCopy{int32(p), int32(number)})
				s.alike = append(s.alike, id)
			}
			return true
		})
	})
}

// seek looks for a choice for each cluster, in the order of the definitions.
func (s *seeker) seek(e *existence) error {
	for _, c := range e.clusters {
		s.tryDeclared(c)
		s.tryNothing(c)
	}
	open := slices.DeleteFunc(slices.Clone(e.clusters), func(c *cluster) bool { return c.found != "" })
	slices.SortStableFunc(open, func(a, b *cluster) int { return cmp.Compare(s.effort(a), s.effort(b)) })
	// One cluster without a choice is enough: the easy ones first, ever more at a time.
	for front := 1; len(open) > 0; front *= 2 {
		now := open[:min(front, len(open))]
		if err := s.complete(now); err != nil {
			return err
		}
		if done, err := s.settle(e, now); done || err != nil {
			return err
		}
		open = open[len(now):]
	}
	e.verdict = Feasible
	for _, c := range e.clusters {
		e.search = later(e.search, c.found)
	}
	return nil
}

// effort is the number of states that may have to be followed to decide a cluster.
func (s *seeker) effort(c *cluster) int64 {
	n := int64(len(c.points))
	if c.dead {
		return 0
	}
	old := s.a.pointVector(c.points[0], nil)
	for _, thing := range s.things {
		o := thing.Candidates(old)
		n = min(n*(1+o.Count), 1<<40)
	}
	return n
}

// settle finds a choice for each of some clusters; it says whether the verdict is known,
// because one has none or a limit is met.
func (s *seeker) settle(e *existence, open []*cluster) (done bool, err error) {
	for {
		open = slices.DeleteFunc(slices.Clone(open), func(c *cluster) bool { return c.found != "" })
		if len(open) == 0 {
			return false, nil
		}
		if i := slices.IndexFunc(open, func(c *cluster) bool { return c.dead && !c.cut }); i >= 0 {
			e.verdict, e.search, e.without = Infeasible, foundDomains, open[i]
			return true, nil
		}
		if slices.ContainsFunc(open, func(c *cluster) bool { return c.dead }) {
			e.verdict, e.reason = Unknown, "there are more values than can be tried"
			return true, nil
		}
		more, err := s.round(open)
		if err != nil {
			return false, err
		}
		if !more {
			e.verdict, e.reason = Unknown, "looking for a transfer needs too many states"
			if s.full || s.a.limited() {
				e.reason = s.a.limitReason()
			}
			return true, nil
		}
	}
}

// later is the search that comes later.
func later(a, b string) string {
	order := []string{"", foundNone, foundDeclared, foundComplete, foundSeen, foundDomains}
	if slices.Index(order, a) > slices.Index(order, b) {
		return a
	}
	return b
}

// tryDeclared looks whether a declared transfer works at all points of a cluster. One that
// adapts what is sent later is more than a choice of values.
func (s *seeker) tryDeclared(c *cluster) {
	for t, source := range s.a.update.Transfers {
		if slices.ContainsFunc(source.Converts, func(c *lang.Convert) bool { return c.Later }) {
			continue
		}
		if !slices.ContainsFunc(c.points, func(p int) bool { return !works(s.a.classOf(s.a.after, &s.a.images[t+1], p)) }) {
			c.found, c.declare = foundDeclared, t+1
			return
		}
	}
}

// tryNothing looks for points at which the switch fails whatever is chosen. Where what
// fails is the rewriting of a message, another could be written.
func (s *seeker) tryNothing(c *cluster) {
	for _, p := range c.points {
		if s.base(p) != nil {
			continue
		}
		_, fail := s.a.images[0].at(s.a.original(p))
		k := s.a.model.Failure(fail - 1).Kind
		c.dead, c.cut = true, k != model.MailboxFull && k != model.UnhandledMessage
	}
}

// base is the state after the switch of a point without a transfer, whatever invariants
// say of it; nil where the switch itself fails.
func (s *seeker) base(point int) []uint64 {
	return s.a.switched(0, s.a.pointVector(point, nil))
}

// number gives a value of a thing its number.
func (s *seeker) number(thing int, val []int64) int32 {
	k := string(packed(val))
	n, known := s.values[thing][k]
	if !known {
		n = int32(len(s.list[thing]))
		s.values[thing][k] = n
		s.list[thing] = append(s.list[thing], val)
	}
	return n
}

func packed(val []int64) []byte {
	var b []byte
	for _, k := range val {
		b = binary.AppendVarint(b, k)
	}
	return b
}

// name spells a choice as a key of maps.
func (c choice) name() string {
	b := make([]byte, 0, 2*len(c))
	for _, k := range c {
		b = binary.AppendVarint(b, int64(k))
	}
	return string(b)
}

// changes is the number of things that a choice does not keep.
func (c choice) changes() int {
	n := 0
	for _, k := range c {
		if k != kept {
			n++
		}
	}
	return n
}

// rest is a state without what can be chosen.
func (s *seeker) rest(v []uint64, into []byte) []byte {
	for i, w := range v {
		into = binary.LittleEndian.AppendUint64(into, w&^s.mask[i])
	}
	return into
}

// complete looks, for each cluster, for values with which the rest of each of its points
// is a state of R2, and for one choice that is good for all.
func (s *seeker) complete(clusters []*cluster) error {
	wanted := map[string]*completions{}
	of := map[int]*completions{}
	var key []byte
	for _, c := range clusters {
		for _, p := range c.points {
			b := s.base(p)
			if c.found != "" || c.dead || b == nil {
				continue
			}
			key = s.rest(b, key[:0])
			if s.rests[string(key)] == nil {
				list := &completions{known: map[string]bool{}}
				s.rests[string(key)], wanted[string(key)] = list, list
				s.sums.want(b)
			}
			of[p] = s.rests[string(key)]
		}
	}
	if len(wanted) > 0 {
		s.collect(wanted)
	}
	for _, c := range clusters {
		if c.found != "" {
			continue
		}
		count, first := map[string]int{}, map[string]choice{}
		for _, p := range c.points {
			list := of[p]
			if list == nil {
				continue
			}
			for _, w := range list.values {
				ch, ok := s.choiceOf(p, w)
				if !ok {
					continue
				}
				k := ch.name()
				if first[k] == nil {
					first[k] = ch
					c.hopeful = append(c.hopeful, ch)
				}
				count[k]++
			}
		}
		slices.SortStableFunc(c.hopeful, nearest)
		for _, ch := range c.hopeful {
			if count[ch.name()] < len(c.points) {
				continue
			}
			if all, err := s.immediate(c, ch); err != nil {
				return err
			} else if all {
				c.found, c.choice = foundComplete, ch
				break
			}
		}
	}
	return nil
}

// immediate says whether a choice leads from each point of a cluster into R2. More than what
// is chosen can differ from the switch without a transfer: what becomes of calls, and how clients start.
func (s *seeker) immediate(c *cluster, ch choice) (bool, error) {
	for _, p := range c.points {
		ref, err := s.land(s.apply(p, ch))
		if err != nil || ref == search.NoRef || !s.a.inR2(ref) {
			return false, err
		}
	}
	return true, nil
}

// nearest orders choices: those that change least come first.
func nearest(a, b choice) int {
	return cmp.Or(cmp.Compare(a.changes(), b.changes()), slices.Compare(a, b))
}

// completions are the values, by thing, that make a rest a state of R2.
type completions struct {
	values [][][]int64
	known  map[string]bool
}

// collect passes over R2 once.
func (s *seeker) collect(rests map[string]*completions) {
	r := s.a.r2.region
	var v []uint64
	var key []byte
	if s.a.symmetry != nil {
		s.collectOrbits(rests)
		return
	}
	if !s.passed {
		s.look()
	}
	for ref := r.First; ref < r.End; ref++ {
		if ref%together == 0 && s.halted() {
			return
		}
		if s.a.r2.excluded.Has(ref) || !s.sums.mayBe(ref) {
			continue
		}
		v = s.a.space.Vector(ref, v)
		key = s.rest(v, key[:0])
		if found := rests[string(key)]; found != nil {
			s.completes(v, found)
		}
	}
}

// completes notes the values with which a rest is a state of R2.
func (s *seeker) completes(v []uint64, found *completions) {
	if len(found.values) >= maxCompletions {
		return
	}
	w := make([][]int64, len(s.things))
	for i, thing := range s.things {
		w[i], _ = thing.Get(v)
	}
	var name []byte
	for _, val := range w {
		name = binary.AppendVarint(append(name, packed(val)...), int64(len(val)))
	}
	if !found.known[string(name)] {
		found.known[string(name)] = true
		found.values = append(found.values, w)
	}
}

// look notes which values things have in R2, in the order in which they appear.
func (s *seeker) look() {
	r := s.a.r2.region
	for i, thing := range s.things {
		if thing.Moves() {
			continue
		}
		number, seen := s.numberOf(i, thing), []bool(nil)
		s.seen[i] = nil
		for ref := r.First; ref < r.End && len(s.seen[i]) < maxCompletions; ref++ {
			if ref%together == 0 && s.halted() {
				return
			}
			n := int(number.At(ref))
			if n == 0 || n < len(seen) && seen[n] || s.a.r2.excluded.Has(ref) {
				continue
			}
			for len(seen) <= n {
				seen = append(seen, false)
			}
			seen[n] = true
			s.seen[i] = append(s.seen[i], int32(n-1))
		}
	}
	s.passed = true
}

// choiceOf says which choice gives the things these values at a point, if one does.
func (s *seeker) choiceOf(point int, w [][]int64) (choice, bool) {
	b := s.base(point)
	old := s.a.pointVector(point, nil)
	ch := make(choice, len(s.things))
	moved := map[int64]bool{}
	for i, thing := range s.things {
		ch[i] = kept
		was, ok := thing.Get(b)
		if ok && slices.Equal(was, w[i]) || was == nil && w[i] == nil && !ok {
			continue
		}
		if w[i] == nil {
			return nil, false
		}
		o := thing.Candidates(old)
		if o.Count == 0 || !o.Has(w[i]) {
			return nil, false
		}
		if thing.Moves() {
			if moved[w[i][0]] {
				return nil, false
			}
			moved[w[i][0]] = true
		}
		ch[i] = s.number(i, w[i])
	}
	return ch, true
}

// apply makes the state after the switch of a point with a choice; nil where the switch
// itself fails.
func (s *seeker) apply(point int, ch choice) []uint64 {
	b := s.base(point)
	if b == nil {
		return nil
	}
	mail := false
	for i, n := range ch {
		mail = mail || n != kept && s.things[i].Var == nil
	}
	set := func(v []uint64) {
		for i, n := range ch {
			if n != kept {
				s.things[i].Set(v, s.list[i][n])
			}
		}
	}
	down := s.a.outer != nil
	if !mail && !down { // nothing else depends on variables
		v := slices.Clone(b)
		set(v)
		return v
	}
	v, _ := s.a.model.SwitchChosen(s.a.pointVector(point, nil), down, set)
	return v
}

// round tries the next candidates of each open cluster at its next points. It is false
// where a limit stops it.
func (s *seeker) round(open []*cluster) (bool, error) {
	var list []*attempt
	for _, c := range open {
		if len(c.alive) == 0 && !s.refill(c) {
			c.dead = true
			continue
		}
		list = append(list, &c.attempt)
	}
	if ok, err := s.step(list); !ok || err != nil {
		return false, err
	}
	for _, c := range open {
		if !c.dead && c.done() && len(c.alive) > 0 {
			c.found, c.choice = c.stage, c.alive[0]
		}
	}
	return true, nil
}

// test tries choices until each has failed at a point or worked at all of its own. It is
// false where a limit stops it.
func (s *seeker) test(list []*attempt) (bool, error) {
	for {
		open := slices.DeleteFunc(slices.Clone(list), (*attempt).done)
		if len(open) == 0 {
			return true, nil
		}
		if ok, err := s.step(open); !ok || err != nil {
			return false, err
		}
	}
}

// attempt is the trial of some choices at some points.
type attempt struct {
	points []int
	alive  []choice // those that all points before at have survived
	at     int
	width  int // points tried together next
}

// done says whether nothing is left to try.
func (t *attempt) done() bool { return len(t.alive) == 0 || t.at == len(t.points) }

// step tries what is alive at the next points of each attempt.
func (s *seeker) step(list []*attempt) (bool, error) {
	type trial struct {
		t    *attempt
		ch   choice
		refs []search.Ref // NoRef: invalid
	}
	var trials []trial
	if s.spent {
		return false, nil
	}
	for _, t := range list {
		t.width = max(1, 2*t.width)
		points := t.points[t.at:min(len(t.points), t.at+t.width)]
		for _, ch := range t.alive {
			one := trial{t: t, ch: ch}
			for _, p := range points {
				ref, err := s.land(s.apply(p, ch))
				if err != nil {
					return false, err
				}
				one.refs = append(one.refs, ref)
			}
			trials = append(trials, one)
			s.tried++
			if s.full || int(s.a.space.Len()) > s.most || s.tried%chunkOfCandidates == 0 && (s.halted() || s.a.limited()) {
				s.spent = true
				return false, nil
			}
		}
		t.at, t.alive = t.at+len(points), nil
	}
	if ok, err := s.explore(); !ok || err != nil {
		return false, err
	}
	for _, one := range trials {
		if !slices.ContainsFunc(one.refs, func(ref search.Ref) bool { return !works(s.a.landed(ref)) }) {
			one.t.alive = append(one.t.alive, one.ch)
		}
	}
	return true, nil
}

// land stores a state after the switch; NoRef where there is none, or it violates an
// invariant.
func (s *seeker) land(v []uint64) (search.Ref, error) {
	if v == nil {
		return search.NoRef, nil
	}
	for _, t := range s.a.behind() {
		if t.Of(v) != 0 {
			return search.NoRef, nil
		}
	}
	ref, _, full, err := add(s.a.space, v)
	s.full = s.full || full
	return ref, err
}

// explore follows the states that were landed on, within the search's own limit.
func (s *seeker) explore() (bool, error) {
	a := s.a
	if a.space.Len() == a.latest.region.End {
		return true, nil
	}
	defer func(most int, cut bool) { a.opt.MaxStates, a.cut = most, cut }(a.opt.MaxStates, a.cut)
	if a.opt.MaxStates == 0 || s.most < a.opt.MaxStates {
		a.opt.MaxStates = s.most
	}
	next, err := a.follow(a.latest, "looking for a transfer")
	if err != nil {
		return false, err
	}
	if next.complete {
		err = a.judgeStates(next)
	}
	s.spent = !next.complete // the judging, too, can be cut short
	s.full = s.full || next.region.Reason == search.MaxDisk
	return next.complete, err
}

// refresh forgets what searches have explored, where one of them was cut short or little room
// is left, so that the next one has as much.
func (s *seeker) refresh() {
	a := s.a
	left, all := s.most-int(a.space.Len()), s.most-int(a.after.region.End)
	if !s.spent && a.latest.complete && 2*left > all {
		return
	}
	for a.latest != a.after {
		a.latest.release(a.space)
		a.latest = a.latest.base
	}
	a.space.Truncate(a.after.region.End)
	s.spent, s.full = false, false
}

// landed is the class of a state that was landed on.
func (a *Analysis) landed(ref search.Ref) class {
	switch {
	case ref == search.NoRef:
		return invalid
	case a.inR2(ref):
		return immediate
	}
	return a.latest.classOf(ref)
}

// refill takes the next candidates of a cluster; false where there are no more.
func (s *seeker) refill(c *cluster) bool {
	c.at, c.width = 0, 0
	add := func(ch choice, stage string) {
		if k := ch.name(); !c.tried[k] {
			c.tried[k] = true
			c.alive, c.stage = append(c.alive, ch), stage
		}
	}
	for len(c.hopeful) > 0 && len(c.alive) < chunkOfCandidates {
		add(c.hopeful[0], foundSeen)
		c.hopeful = c.hopeful[1:]
	}
	if len(c.alive) > 0 {
		return true
	}
	if c.source == nil {
		c.source = s.choices(c)
	}
	for len(c.alive) < chunkOfCandidates {
		if len(c.tried) >= maxCandidates {
			c.cut = true
			break
		}
		ch, stage, ok := c.source.next()
		if !ok {
			c.cut = c.cut || c.source.cut
			break
		}
		if len(c.alive) > 0 && stage != c.stage {
			c.source.back(ch)
			break
		}
		add(ch, stage)
	}
	return len(c.alive) > 0
}

// unpacked is the inverse of packed.
func unpacked(b []byte) (val []int64) {
	for len(b) > 0 {
		k, n := binary.Varint(b)
		val, b = append(val, k), b[n:]
	}
	return val
}
