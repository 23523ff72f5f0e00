package explorer

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math/bits"
	"slices"
	"strings"

	"github.com/lucheck/lucheck/explorer/search"
	"github.com/lucheck/lucheck/lang"
	"github.com/lucheck/lucheck/model"
)

// Measure explores both versions and what follows the switch, and counts what they are
// made of. Bounds are left to the caller, who can read the spec at other sizes. Limits
// and a cancelled context leave figures out, with a note; they are no error.
func Measure(ctx context.Context, prog *lang.Program, update *lang.Update, opt Options) (*Figures, error) {
	a, err := exploreAll(ctx, prog, update, opt)
	if err != nil {
		return nil, err
	}
	defer a.Close()
	f := &Figures{Schema: FiguresSchema, Spec: prog.Path, System: prog.Name, Params: map[string]int64{}, Update: update.Name, Phases: a.phases(), Storage: a.storage()}
	for _, p := range prog.Params {
		f.Params[p.Name] = p.Value
	}
	f.Notes, f.Reductions = a.measureNotes(), a.savings()
	_, f.Complete = Total(f.Phases)
	if err := a.announce("counting")(); err != nil {
		return nil, err
	}
	m := &measuring{Analysis: a, regions: a.regions(), pieces: a.model.Pieces(), figures: f}
	for _, count := range []func() error{m.spread, m.components, m.mailboxes, m.activations, m.rests} {
		if err := count(); err != nil {
			m.note("limit", "there was no time to count all of it; what was not counted is left out")
			f.Complete = false
			break
		}
	}
	slices.SortStableFunc(f.Components, func(x, y ComponentSize) int { return cmp.Compare(slices.Max(y.Values), slices.Max(x.Values)) })
	return f, nil
}

// CountPhases explores as Measure does, and only counts the states.
func CountPhases(ctx context.Context, prog *lang.Program, update *lang.Update, opt Options) ([]Phase, error) {
	a, err := exploreAll(ctx, prog, update, opt)
	if err != nil {
		return nil, err
	}
	defer a.Close()
	return a.phases(), nil
}

// exploreAll explores both versions and what follows the switch, and judges nothing.
func exploreAll(ctx context.Context, prog *lang.Program, update *lang.Update, opt Options) (*Analysis, error) {
	a, err := prepare(ctx, prog, update, opt)
	if err != nil {
		return nil, err
	}
	for _, step := range []func() error{a.exploreNew, a.exploreOld, a.switchPoints, a.exploreAfter} {
		if err := step(); err != nil {
			a.Close()
			return nil, err
		}
	}
	return a, nil
}

// regions are the explorations in the order of a report: R1, R2, and what follows the
// switch. nil stands for one in which nothing is reachable.
func (a *Analysis) regions() []*search.Region {
	out := []*search.Region{a.r1.reached(), a.r2.reached()}
	if a.after != nil {
		out = append(out, a.after.region)
	}
	return out
}

// reached is the version's region; nil where the initial state itself fails.
func (s *side) reached() *search.Region {
	if s.initial != 0 {
		return nil
	}
	return s.region
}

// phases counts what each exploration found.
func (a *Analysis) phases() []Phase {
	names := []string{"old version", "new version", "after the switch"}
	var out []Phase
	for i, r := range a.regions() {
		p := Phase{Name: names[i], Counts: Counts{Complete: true}}
		if r != nil {
			p.Counts = Counts{States: Count(r.End - r.First), Steps: Count(r.Steps), Complete: r.Complete}
			p.Reason, p.Depth = string(r.Reason), max(0, len(r.Levels)-1)
			p.Widest = widest(r)
		}
		out = append(out, p)
	}
	if last := &out[len(out)-1]; a.cut && last.Complete {
		last.Complete, last.Reason = false, string(a.cutBy())
	}
	return out
}

// cutBy is the limit that stopped the switching.
func (a *Analysis) cutBy() search.Reason {
	switch err := a.ctx.Err(); {
	case err == context.DeadlineExceeded:
		return search.Timeout
	case err != nil:
		return search.Cancelled
	case a.opt.MaxStates > 0 && int(a.space.Len()) >= a.opt.MaxStates:
		return search.MaxStates
	}
	if a.refusal() != nil {
		return search.MaxDisk
	}
	return search.MaxMem
}

// widest is the greatest number of states of one depth.
func widest(r *search.Region) int {
	most := search.Ref(0)
	for i, first := range r.Levels {
		end := r.End
		if i+1 < len(r.Levels) {
			end = r.Levels[i+1]
		}
		most = max(most, end-first)
	}
	return int(most)
}

func (a *Analysis) storage() Storage {
	s := a.space.Stats()
	return Storage{States: s.States, Words: s.Words, Bits: s.Bits, FullWords: a.space.Words(), StateBytes: s.StateBytes, Bytes: s.Bytes,
		Expansions: s.Expansions, Bypasses: s.Bypasses, Remembered: s.Memoised, Relayouts: s.Relayouts}
}

// measureNotes tells what the figures leave out.
func (a *Analysis) measureNotes() []Note {
	var out []Note
	for _, s := range []struct {
		name string
		side *side
	}{{"old", &a.r1}, {"new", &a.r2}} {
		switch {
		case s.side.initial != 0:
			out = append(out, Note{"broken", fmt.Sprintf("the %s version fails in its initial state: no state of it is reachable", s.name)})
		case s.side.broken():
			out = append(out, Note{"broken", fmt.Sprintf("the %s version alone fails: what would follow a failing step is not counted", s.name)})
		}
	}
	if a.r2.broken() {
		out = append(out, Note{"broken", "no point is switched, since the new version alone fails"})
	}
	if n := len(a.update.Plans); n > 0 {
		out = append(out, Note{"plans", "plans are explored one by one beside this, each with both versions again; they are not counted here"})
	}
	return out
}

// measuring counts what regions are made of.
type measuring struct {
	*Analysis
	regions []*search.Region
	pieces  []model.Component
	counts  [][][]uint32 // by region, component and number of its value
	figures *Figures
	open    []rest
}

// rest is a count of states in which something does not count, to be made.
type rest struct {
	component int
	class     []uint32
	values    int
	to        **int
}

func (m *measuring) note(name, text string) {
	m.figures.Notes = append(m.figures.Notes, Note{name, text})
}

// spread counts the values of components.
func (m *measuring) spread() error {
	for _, r := range m.regions {
		var counts [][]uint32
		if r != nil {
			var err error
			if counts, err = m.space.Spread(m.opt.Closing, r.First, r.End); err != nil {
				return err
			}
		}
		m.counts = append(m.counts, counts)
	}
	return nil
}

// numbers visits the values that a component has in a region, with the number of
// states that have them.
func (m *measuring) numbers(region, component int, visit func(number int, states uint32)) {
	if m.counts[region] == nil {
		return
	}
	for number, states := range m.counts[region][component] {
		if states > 0 {
			visit(number, states)
		}
	}
}

// components counts their values, and those of their pieces.
func (m *measuring) components() error {
	values := m.space.Stats().Components
	for c := range m.pieces {
		if m.opt.Closing.Err() != nil {
			return m.opt.Closing.Err()
		}
		p := &m.pieces[c]
		size := ComponentSize{Name: p.Name, Kind: p.Kind, Bits: bits.Len(uint(values[c] - 1))}
		for r := range m.regions {
			n := 0
			m.numbers(r, c, func(int, uint32) { n++ })
			size.Values = append(size.Values, n)
		}
		if values[c] > 1 {
			size.Pieces = m.piecesOf(c, values[c])
		}
		m.figures.Components = append(m.figures.Components, size)
	}
	for c := range m.figures.Components {
		size := &m.figures.Components[c]
		m.want(rest{c, nil, slices.Max(size.Values), &size.Rest})
	}
	slices.SortStableFunc(m.open, func(x, y rest) int { return cmp.Compare(y.values, x.values) })
	return nil
}

// classed is a piece of a component, with the class of each of the component's values by it.
type classed struct {
	PieceSize
	class []uint32
}

// piecesOf counts the values of those of a component's pieces that have several.
func (m *measuring) piecesOf(c, values int) []PieceSize {
	var found []classed
	for i := range m.pieces[c].Pieces {
		p := &m.pieces[c].Pieces[i]
		class, there := m.classes(c, values, p)
		if len(there) < 2 {
			continue
		}
		size := PieceSize{Name: p.Name, Kind: p.Kind}
		if p.Values > 0 {
			size.Of = &p.Values
		}
		for r := range m.regions {
			size.Values = append(size.Values, m.seen(r, c, class, there))
		}
		found = append(found, classed{size, class})
	}
	slices.SortStableFunc(found, func(x, y classed) int { return cmp.Compare(slices.Max(y.Values), slices.Max(x.Values)) })
	sizes := make([]PieceSize, len(found))
	for i, f := range found {
		if sizes[i] = f.PieceSize; slices.Max(f.Values) < 2 {
			return sizes[:i]
		}
		m.want(rest{c, without(found, i), slices.Max(f.Values), &sizes[i].Rest})
	}
	return sizes
}

// classes tells a component's values apart by one piece only; of each class it says whether
// the piece is there at all.
func (m *measuring) classes(c, values int, p *model.Piece) (class []uint32, there []bool) {
	known := map[string]uint32{}
	class = make([]uint32, values)
	v := make([]uint64, m.space.Words())
	var key []byte
	for number := range class {
		m.space.Value(c, number, v)
		key = p.Key(v, key[:0])
		n, is := known[string(key)]
		if !is {
			n = uint32(len(there))
			known[string(key)], there = n, append(there, len(key) > 0)
		}
		class[number] = n
	}
	return class, there
}

// seen counts the classes in which a piece is there and that a region has.
func (m *measuring) seen(region, c int, class []uint32, there []bool) (n int) {
	met := make([]bool, len(there))
	m.numbers(region, c, func(number int, _ uint32) {
		if k := class[number]; there[k] && !met[k] {
			met[k] = true
			n++
		}
	})
	return n
}

// without tells a component's values apart by all of its pieces but one.
func without(pieces []classed, but int) []uint32 {
	out := make([]uint32, len(pieces[but].class))
	for i, p := range pieces {
		if i == but {
			continue
		}
		first := map[[2]uint32]uint32{}
		for number := range out {
			pair := [2]uint32{out[number], p.class[number]}
			k, known := first[pair]
			if !known {
				k = uint32(len(first))
				first[pair] = k
			}
			out[number] = k
		}
	}
	return out
}

// want asks for a count, if the thing has several values.
func (m *measuring) want(r rest) {
	if r.values > 1 {
		m.open = append(m.open, r)
	}
}

// mailboxes counts the messages that wait.
func (m *measuring) mailboxes() error {
	v := make([]uint64, m.space.Words())
	for c := range m.pieces {
		box := &m.pieces[c]
		if box.Kind != "mailbox" {
			continue
		}
		size := MailboxSize{Unit: strings.TrimPrefix(box.Name, "mailbox of ")}
		for r := range m.regions {
			w := Waiters{Capacity: box.Capacity()[r], States: []int{}}
			m.numbers(r, c, func(number int, states uint32) {
				m.space.Value(c, number, v)
				n := box.Waiting(v)
				for len(w.States) <= n {
					w.States = append(w.States, 0)
				}
				w.States[n] += int(states)
			})
			size.Phases = append(size.Phases, w)
		}
		m.figures.Mailboxes = append(m.figures.Mailboxes, size)
	}
	return nil
}

// activations counts the steps by whose they are.
func (m *measuring) activations() error {
	out := make([]ActivationSize, m.model.Groups())
	for g := range out {
		out[g].Name = m.model.GroupName(g)
	}
	for _, r := range m.regions {
		branches := make([]search.Branch, len(out))
		if r != nil {
			var err error
			if branches, err = m.space.Branching(m.opt.Closing, r); errors.Is(err, search.ErrDisk) {
				m.note("limit", "who has a step is not counted, since there is no room on disk")
				m.figures.Activations = nil
				return nil
			} else if err != nil {
				return err
			}
		}
		for g, b := range branches {
			out[g].Phases = append(out[g].Phases, Active(b))
		}
	}
	active := func(s ActivationSize) (n int) {
		for _, p := range s.Phases {
			n += p.States
		}
		return n
	}
	slices.SortStableFunc(out, func(x, y ActivationSize) int { return cmp.Compare(active(y), active(x)) })
	m.figures.Activations = out
	return nil
}

// maxRests bounds the states that are gone through to find out what is left of them
// without some value, again and again.
const maxRests = 1 << 26

// rests counts the states that are left where a component or a piece does not count,
// those with the most values first, as far as that is not too much work.
func (m *measuring) rests() error {
	total := 0
	for _, r := range m.regions {
		if r != nil {
			total += int(r.End - r.First)
		}
	}
	for i, o := range m.open {
		if (i+1)*total > maxRests {
			m.note("limit", fmt.Sprintf("what things multiply by is counted for %d of %d only, since there are many states", i, len(m.open)))
			return nil
		}
		sum := 0
		for _, r := range m.regions {
			if r == nil {
				continue
			}
			n, err := m.space.Merged(m.opt.Closing, r.First, r.End, o.component, o.class)
			if errors.Is(err, search.ErrDisk) {
				m.note("limit", "not all that things multiply by is counted, since there is no room on disk")
				return nil
			}
			if err != nil {
				return err
			}
			sum += n
		}
		*o.to = &sum
	}
	return nil
}
