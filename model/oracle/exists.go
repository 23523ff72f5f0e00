package oracle

import (
	"fmt"
	"slices"
	"strings"

	"github.com/lucheck/lucheck/lang"
)

// columnAny is the column that asks whether any transfer works.
const columnAny = "any"

// choice is what some transfer does at points that it cannot tell apart (definitions section
// 5): of what it may decide about, all but that which it keeps.
type choice []act

// act is a value that is written, or what a waiting message becomes; the zero act is to keep
// what is there.
type act struct {
	slot, part int // of the new configuration: where the value begins
	val        []int64
	moves      bool     // the value is a caller, who cannot be in two places
	become     *message // nil: a value is written
	box, place int      // of the old configuration: where the message waits
}

func (a act) keeps() bool { return a.val == nil && a.become == nil }

// message is what a message that waits in a mailbox becomes, nil where nothing is chosen.
func (c choice) message(box, place int) *message {
	for _, a := range c {
		if a.become != nil && a.box == box && a.place == place {
			return a.become
		}
	}
	return nil
}

// write writes the values in a state behind the switch, which heals what was in old form.
func (c choice) write(s *State) {
	for _, a := range c {
		if a.val == nil {
			continue
		}
		s.vars[a.slot] = slices.Clone(s.vars[a.slot])
		copy(s.vars[a.slot][a.part:], a.val)
		if s.stale[a.slot] != nil {
			s.stale[a.slot] = slices.Clone(s.stale[a.slot])
			clear(s.stale[a.slot][a.part : a.part+len(a.val)])
		}
	}
}

// possible says whether no caller is in two places.
func (c choice) possible() bool {
	var moved []int64
	for _, a := range c {
		if a.moves && slices.Contains(moved, a.val[0]) {
			return false
		}
		if a.moves {
			moved = append(moved, a.val[0])
		}
	}
	return true
}

// anyTransfer says whether any transfer works at a level with these points.
func (w *World) anyTransfer(level lang.Level, points []int, r1 *space, behind *side, broken bool, trials int) Cell {
	c := Cell{Level: level.String(), Transfer: columnAny, Points: Points{Total: len(points)}}
	switch {
	case broken:
		c.Verdict = "broken"
	case w.lacks(level):
		c.Verdict = "infeasible"
	case offline(level) && w.choosesAnew():
		c.Verdict = "unknown"
	case behind.broken:
		c.Verdict = "broken"
	case len(points) == 0:
		c.Verdict = "vacuous"
	case slices.ContainsFunc(w.columns(), func(name string) bool { return behind.serves(name, points) }):
		c.Verdict = "feasible"
	default:
		c.Verdict = w.bySets(offline(level), points, r1, behind, trials)
	}
	return c
}

// serves says whether a declared transfer, or none, works at all of some points. What it
// needs does not matter.
func (b *side) serves(column string, points []int) bool {
	return !slices.ContainsFunc(points, func(i int) bool { return classOf(b.landings[column][i], b.future) > Eventual })
}

// bySets looks at each set of points that are alike: one for which there is no choice
// decides. The sets that take the fewest trials come first.
func (w *World) bySets(down bool, points []int, r1 *space, behind *side, trials int) string {
	var sets []*trial
	for _, set := range w.alikes(down, points, r1) {
		if slices.ContainsFunc(w.columns(), func(name string) bool { return !w.adaptsInside(name) && behind.serves(name, set) }) {
			continue
		}
		t := &trial{w: w, side: behind, aspects: w.aspects(down, set, r1, trials)}
		for _, i := range set {
			t.points = append(t.points, r1.places[i].state)
		}
		sets = append(sets, t)
	}
	slices.SortStableFunc(sets, func(a, b *trial) int { return a.size() - b.size() })
	verdict, left := "feasible", trials
	for _, t := range sets {
		switch served, decided := t.anyChoice(&left); {
		case !decided:
			verdict = "unknown"
		case !served:
			return "infeasible"
		}
	}
	return verdict
}

// adaptsInside says whether a declared transfer has an adapt of its own. It is in force
// beyond the switch, so a part of the points is not served by it.
func (w *World) adaptsInside(column string) bool {
	t, _ := w.transferNamed(column)
	return t != nil && slices.ContainsFunc(t.Converts, func(c *lang.Convert) bool { return c.Later })
}

// alikes parts points into sets that no transfer can tell apart.
func (w *World) alikes(down bool, points []int, r1 *space) [][]int {
	number := map[string]int{}
	var sets [][]int
	for _, i := range points {
		seen := w.readable(r1.places[i].state, down)
		n, known := number[seen]
		if !known {
			n = len(sets)
			number[seen] = n
			sets = append(sets, nil)
		}
		sets[n] = append(sets[n], i)
	}
	return sets
}

// readable is all that tells points apart (definitions section 5, "Alike"), as a text.
func (w *World) readable(s *State, down bool) string {
	var b strings.Builder
	for i, sl := range s.conf.slots {
		if shown(sl.v) {
			fmt.Fprintln(&b, "old", i, s.vars[i])
		}
	}
	behind := w.untransferred(s, down)
	for i, sl := range behind.conf.slots {
		if shown(w.declared(sl)) {
			fmt.Fprintln(&b, "new", i, behind.vars[i], behind.stale[i])
		}
	}
	for i, msgs := range s.boxes {
		for _, m := range msgs {
			fmt.Fprintln(&b, "waits", i, m.name, m.form, m.args, initiator(m.from))
		}
	}
	var seen []string
	for _, f := range s.acts {
		if w.affected[f.unit] {
			seen = append(seen, fmt.Sprintln("active", f.unit, f.inst, f.msg, f.node, f.waiting))
		}
	}
	var under []string
	for id := range s.pos {
		name, _, key := parts(id)
		under = append(under, fmt.Sprintln("in progress", name, key))
	}
	b.WriteString(strings.Join(sorted(seen), ""))
	b.WriteString(strings.Join(slices.Compact(sorted(under)), ""))
	w.marked(s, &b)
	return b.String()
}

// marked tells what declarations make readable: locals, and how far tracked protocols are.
func (w *World) marked(s *State, b *strings.Builder) {
	r := &run{w: w, st: s, old: s, bound: map[*lang.Var][]int64{}}
	for _, u := range w.program.Base.Units {
		for k := range u.Count {
			var index lang.Expr
			if u.Index != nil {
				lo, _ := u.Index.Bounds()
				index = &lang.Lit{ExprBase: lang.ExprBase{Typ: u.Index}, Val: []int64{lo + int64(k)}}
			}
			locals := func(msg *lang.Message, list []*lang.Var) {
				for _, x := range list {
					if x.Readable {
						fmt.Fprintln(b, "local", u.Name, k, x.Name, r.localOf(&lang.LocalOf{ExprBase: lang.ExprBase{Typ: x.Type}, Unit: u, Index: index, Msg: msg, Var: x}))
					}
				}
			}
			locals(nil, u.Locals)
			for _, h := range u.Handlers {
				locals(h.Msg, h.Locals)
			}
		}
	}
	for _, p := range w.program.Base.Protocols {
		if !p.Tracked {
			continue
		}
		for _, key := range keysOf(p) {
			for _, u := range w.program.Base.Units {
				for _, h := range u.Handlers {
					fmt.Fprintln(b, "allows", p.Name, key, symbolOf(u.Name, h.Msg.Name), s.allows(p.Name, key, symbolOf(u.Name, h.Msg.Name)))
				}
			}
		}
	}
}

// keysOf lists the keys that instances of a protocol can have, the empty one for none.
func keysOf(p *lang.Protocol) [][]int64 {
	keys := [][]int64{nil}
	for _, k := range p.Key {
		var longer [][]int64
		lo, hi := k.Type.Bounds()
		for _, key := range keys {
			for v := lo; v <= hi; v++ {
				longer = append(longer, append(slices.Clone(key), v))
			}
		}
		keys = longer
	}
	return keys
}

// shown says whether a transfer can read a variable.
func shown(v *lang.Var) bool { return v.Class != lang.Ghost && v.Class != lang.Hidden }

// declared is a variable as a transfer's plain name knows it: as the new version declares it,
// if it does.
func (w *World) declared(sl slot) *lang.Var {
	vars := w.update.New.Data
	if sl.unit != nil {
		vars = nil
		if u := unitNamed(w.update.New.Units, sl.unit.Name); u != nil {
			vars = u.Vars
		}
	}
	for _, v := range vars {
		if v.Name == sl.v.Name {
			return v
		}
	}
	return sl.v
}

// untransferred has the variables that a transfer finds behind the switch at a point, and
// nothing else.
func (w *World) untransferred(p *State, down bool) *State {
	s := &State{conf: w.new}
	w.carryVariables(p, s)
	if down {
		w.loseVolatile(p, s)
	}
	return s
}

// aspect is one thing that a transfer decides about, with the acts that it has, to keep it
// among them. Where there are more than it takes sense to try, only their number is known.
type aspect struct {
	size int
	acts []act
}

// aspects lists what a transfer decides about at points that are alike. No more than most
// acts of each are listed.
func (w *World) aspects(down bool, points []int, r1 *space, most int) []aspect {
	p := r1.places[points[0]].state // what the others differ in is not read
	left := w.untransferred(p, down)
	var all []aspect
	for i, sl := range w.new.slots {
		if !w.writable(sl) || down && sl.v.Class != lang.Persistent {
			continue
		}
		for _, l := range leaves(sl.v.Type) {
			if l.t.Kind == lang.Caller {
				all = append(all, w.takes(i, l.part, p))
			} else {
				all = append(all, left.values(i, l, most))
			}
		}
	}
	for b, msgs := range p.boxes {
		for place := range msgs {
			all = append(all, w.becomes(p, b, place, most))
		}
	}
	return all
}

// writable says whether a transfer may write a variable of the new version.
func (w *World) writable(sl slot) bool {
	switch {
	case sl.v.Class == lang.Ghost || sl.v.Class == lang.Hidden:
		return false
	case sl.unit != nil:
		return w.affected[sl.unit.Name]
	}
	old := slices.IndexFunc(w.program.Base.Data, func(v *lang.Var) bool { return v.Name == sl.v.Name })
	if old < 0 || w.program.Base.Data[old].Type.Declaration() != sl.v.Type.Declaration() {
		return true
	}
	for _, sys := range []*lang.System{w.program.Base, w.update.New} {
		for _, u := range sys.Units {
			mentioned := slices.ContainsFunc(u.Handlers, func(h *lang.Handler) bool { return h.Mentions[sl.v.Name] })
			if w.affected[u.Name] && mentioned {
				return true
			}
		}
	}
	return false
}

// leaf is a part of a variable that a transfer decides about by itself.
type leaf struct {
	part int // its first scalar
	t    *lang.Type
}

// leaves are the parts of a variable that holds callers among other things, else it as a whole.
func leaves(t *lang.Type) []leaf {
	holds := slices.ContainsFunc(t.Scalars(), func(s *lang.Type) bool { return s.Kind == lang.Caller })
	if !holds || t.Kind == lang.Caller {
		return []leaf{{0, t}}
	}
	var parts []*lang.Type
	for _, f := range t.Fields {
		parts = append(parts, f.Type)
	}
	if t.Kind == lang.Array {
		parts = slices.Repeat([]*lang.Type{t.Elem}, int(t.Index.Card()))
	}
	var all []leaf
	at := 0
	for _, part := range parts {
		for _, l := range leaves(part) {
			all = append(all, leaf{at + l.part, l.t})
		}
		at += part.Slots()
	}
	return all
}

// values are what can be written into a part of a variable behind the switch: the values of
// its type but for the one that is there.
func (s *State) values(i int, l leaf, most int) aspect {
	if n := size(l.t, most); n > most {
		return aspect{size: n}
	}
	a := keeping()
	end := l.part + l.t.Slots()
	for _, val := range valuesOf(l.t) {
		if s.stale[i] != nil && slices.Contains(s.stale[i][l.part:end], true) || !slices.Equal(s.vars[i][l.part:end], val) {
			a.add(act{slot: i, part: l.part, val: val})
		}
	}
	return a
}

// keeping is an aspect that can only be kept, so far.
func keeping() aspect { return aspect{1, []act{{}}} }

func (a *aspect) add(one act) {
	a.size++
	a.acts = append(a.acts, one)
}

// takes are the callers that a part of a variable can take: those held, in a point, in
// variables that the update drops from affected units.
func (w *World) takes(i, part int, p *State) aspect {
	a := keeping()
	for n, sl := range p.conf.slots {
		if sl.unit == nil || !w.affected[sl.unit.Name] || sl.v.Class != lang.Plain || w.survives(sl) {
			continue
		}
		for k, s := range sl.v.Type.Scalars() {
			if s.Kind == lang.Caller && p.vars[n][k] != 0 {
				a.add(act{slot: i, part: part, val: p.vars[n][k : k+1], moves: true})
			}
		}
	}
	return a
}

// survives says whether the new version has a unit's variable, whatever its type.
func (w *World) survives(sl slot) bool {
	u := unitNamed(w.update.New.Units, sl.unit.Name)
	return u != nil && slices.ContainsFunc(u.Vars, func(v *lang.Var) bool { return v.Name == sl.v.Name })
}

// becomes is what a waiting message can become.
func (w *World) becomes(p *State, b, place, most int) aspect {
	a := keeping()
	unit, m := p.conf.boxes[b].unit, p.boxes[b][place]
	now := unitNamed(w.update.New.Units, unit.Name)
	if !w.affected[unit.Name] || now == nil {
		return a
	}
	handlers := now.Handlers
	if h := handler(now, m.name); h != nil {
		handlers = []*lang.Handler{h}
	}
	for _, h := range handlers {
		args := &lang.Type{Kind: lang.Record}
		for _, v := range h.Msg.Params {
			args.Fields = append(args.Fields, lang.Field{Type: v.Type})
		}
		if n := size(args, most); n > most {
			return aspect{size: n}
		}
		for _, val := range valuesOf(args) {
			to := &message{name: h.Msg.Name, form: h.Msg.Form, decl: h.Msg}
			for _, f := range args.Fields {
				n := f.Type.Slots()
				to.args, val = append(to.args, val[:n]), val[n:]
			}
			a.add(act{become: to, box: b, place: place})
		}
	}
	return a
}

// size is how many values a type has, most+1 if there are more than most.
func size(t *lang.Type, most int) int {
	n := 1
	times := func(k int) { n = min(n*k, most+1) }
	switch {
	case t.IsScalar():
		return int(min(t.Card(), int64(most)+1))
	case t.Sugar == lang.Optional:
		return min(size(t.Of(), most)+1, most+1)
	case t.Sugar == lang.Seq:
		sum := 0
		for range t.Room() + 1 {
			sum = min(sum+n, most+1)
			times(size(t.Of(), most))
		}
		return sum
	case t.Kind == lang.Array:
		for range t.Index.Card() {
			times(size(t.Elem, most))
		}
	default:
		for _, f := range t.Fields {
			times(size(f.Type, most))
		}
	}
	return n
}

// valuesOf lists the values of a type. In those with sugar, what does not count is lowest.
func valuesOf(t *lang.Type) [][]int64 {
	var all [][]int64
	switch {
	case t.IsScalar():
		for lo, hi := t.Bounds(); lo <= hi; lo++ {
			all = append(all, []int64{lo})
		}
	case t.Sugar == lang.Optional:
		all = append(all, t.Lowest())
		for _, v := range valuesOf(t.Of()) {
			all = append(all, append([]int64{1}, v...))
		}
	case t.Sugar == lang.Seq:
		for n := range t.Room() + 1 {
			for _, v := range rows(slices.Repeat([]*lang.Type{t.Of()}, int(n))) {
				val := t.Lowest()
				val[0] = n
				copy(val[1:], v)
				all = append(all, val)
			}
		}
	case t.Kind == lang.Array:
		return rows(slices.Repeat([]*lang.Type{t.Elem}, int(t.Index.Card())))
	default:
		var types []*lang.Type
		for _, f := range t.Fields {
			types = append(types, f.Type)
		}
		return rows(types)
	}
	return all
}

// rows lists what stands in a row of values of some types.
func rows(types []*lang.Type) [][]int64 {
	all := [][]int64{nil}
	for _, t := range types {
		var longer [][]int64
		for _, row := range all {
			for _, v := range valuesOf(t) {
				longer = append(longer, append(slices.Clone(row), v...))
			}
		}
		all = longer
	}
	return all
}

// trial tries choices at points that are alike.
type trial struct {
	w       *World
	points  []*State
	side    *side
	aspects []aspect
}

// size is how many choices there are, as far as that can be counted.
func (t *trial) size() int {
	n := 1
	for _, a := range t.aspects {
		n = min(n*a.size, 1<<30)
	}
	return n
}

// anyChoice says whether there is one choice with which all points are immediate or
// eventual. Left is how often it may still be tried, and how many states may be explored;
// where that is not enough, it is not decided.
func (t *trial) anyChoice(left *int) (served, decided bool) {
	if t.size() > *left {
		return false, false
	}
	choices := t.all()
	for _, p := range t.points {
		if *left -= len(choices); *left < 0 {
			return false, false
		}
		if choices, decided = t.working(p, choices, left); !decided || len(choices) == 0 {
			return false, decided
		}
	}
	return true, true
}

// all lists the choices.
func (t *trial) all() []choice {
	choices := []choice{nil}
	for _, aspect := range t.aspects {
		var longer []choice
		for _, c := range choices {
			for _, a := range aspect.acts {
				next := c
				if !a.keeps() {
					next = append(slices.Clone(c), a)
				}
				if next.possible() {
					longer = append(longer, next)
				}
			}
		}
		choices = longer
	}
	return choices
}

// working gives those of the choices with which a point is immediate or eventual. States
// that were landed on before are not explored again.
func (t *trial) working(p *State, choices []choice, left *int) (good []choice, decided bool) {
	outside := newSpace(max(1, *left))
	outside.window = true
	landed := map[string]landing{} // by the key of the state
	keys := make([]string, len(choices))
	for k, c := range choices {
		s, failure := t.side.do(p, deed{choice: c})
		if failure != nil {
			continue
		}
		keys[k] = s.Key()
		if _, known := t.side.works[keys[k]]; !known {
			landed[keys[k]] = outside.land(s, nil, t.side.r2)
		}
	}
	f, forgiving, err := t.w.follow(outside, t.side.r2)
	if err != nil {
		*left = 0
		return nil, false
	}
	*left -= len(outside.places)
	for key, at := range landed {
		t.side.works[key] = classOf(at.forgiven(forgiving), f) <= Eventual
	}
	for k, c := range choices {
		if t.side.works[keys[k]] {
			good = append(good, c)
		}
	}
	return good, true
}
