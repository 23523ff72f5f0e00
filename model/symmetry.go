package model

import (
	"fmt"
	"slices"

	"github.com/lucheck/lucheck/lang"
)

// Symmetry says how exchanges of interchangeable values act on the states of an update,
// component by component. It holds scratch memory: it is for one goroutine at a time.
type Symmetry struct {
	u     *Update
	sets  []lang.Scalarset
	left  []string
	swaps [][]*exchange // by set: of the values k and k+1
	fixed []bool        // by component
}

// MaxExchanges bounds the number of permutations of all sets together: each state is looked
// at in as many ways, in the worst case.
const MaxExchanges = 5040

// Symmetry gives the exchanges under which the two versions and all between them are
// symmetric; nil where there is none. Sets with which there were more than MaxExchanges
// permutations are left out, and so is what Covers does not know.
func (u *Update) Symmetry() *Symmetry {
	y := &Symmetry{u: u, fixed: make([]bool, len(u.layout.comps))}
	total := int64(1)
	for _, set := range u.Source.Symmetric {
		n, more := set.Type.Card(), total
		for k := int64(2); k <= n && more <= MaxExchanges; k++ {
			more *= k
		}
		if n < 2 {
			continue
		}
		switch {
		case more > MaxExchanges:
			y.left = append(y.left, fmt.Sprintf("%s: there would be more than %d permutations", setName(set), MaxExchanges))
			continue
		case !u.covers(set):
			y.left = append(y.left, setName(set)+": of a reply in another form it is not known where it holds such values")
			continue
		}
		total = more
		y.sets = append(y.sets, set)
		var swaps []*exchange
		for k := range n - 1 {
			swaps = append(swaps, u.exchange(set, int(k)))
		}
		y.swaps = append(y.swaps, swaps)
	}
	for c := range y.fixed {
		y.fixed[c] = !slices.ContainsFunc(y.swaps, func(swaps []*exchange) bool {
			return slices.ContainsFunc(swaps, func(x *exchange) bool { return x.apply[c] != nil })
		})
	}
	if len(y.sets) == 0 && len(y.left) == 0 {
		return nil
	}
	return y
}

// setName is how a set is called in reports: its type, or its array.
func setName(s lang.Scalarset) string {
	if s.Array != "" {
		return s.Array
	}
	return s.Type.Name
}

// Names gives the sets that can be exchanged, and those that were left out with the reasons.
func (y *Symmetry) Names() (used, left []string) {
	for _, s := range y.sets {
		used = append(used, setName(s))
	}
	return used, y.left
}

// Sets gives the number of values of each set.
func (y *Symmetry) Sets() []int {
	var out []int
	for _, s := range y.sets {
		out = append(out, int(s.Type.Card()))
	}
	return out
}

// Fixed says that no exchange changes a component, whatever it holds, or its place.
func (y *Symmetry) Fixed(c int) bool { return y.fixed[c] }

// Exchange carries out one exchange, of the values number k and k+1 of a set, on the component
// c of v, and gives the component of out into which it writes what becomes of it.
func (y *Symmetry) Exchange(set, k, c int, v, out []uint64) (to int) {
	x := y.swaps[set][k]
	to = x.comps[c]
	from, dst := y.u.layout.comps[c], y.u.layout.comps[to]
	if x.apply[c] == nil {
		copy(out[dst.first:dst.first+dst.words], v[from.first:])
		return to
	}
	clear(out[dst.first : dst.first+dst.words])
	x.apply[c](v, out)
	return to
}

// Place is the component that an exchange makes of a component.
func (y *Symmetry) Place(set, k, c int) int { return y.swaps[set][k].comps[c] }

// Group is the group of steps that an exchange makes of a group.
func (y *Symmetry) Group(set, k, group int) int { return y.swaps[set][k].frames[group] }

// State carries out one exchange on a whole state.
func (y *Symmetry) State(set, k int, v []uint64) []uint64 {
	out := make([]uint64, len(v))
	for c := range y.fixed {
		y.Exchange(set, k, c, v, out)
	}
	return out
}

// ForgetsOne says whether the reset probe gives some variable the lowest of several initial values
// that can be exchanged: then it is not symmetric.
func (y *Symmetry) ForgetsOne() bool {
	return slices.ContainsFunc(y.u.units, func(p *unit) bool {
		return p.affected && slices.ContainsFunc(p.vars(1), func(x *lang.Var) bool {
			return x.Choices != nil && slices.ContainsFunc(y.sets, func(s lang.Scalarset) bool { return s.Array == "" && x.Type.Name == s.Type.Name })
		})
	})
}

// covers says whether it is known of every word of a state what an exchange makes of it. A
// reply is known by the call that waits for it; where that does not know its form, which fails
// when it is received, only by the form: then all results of this form have to hold values of
// the set in the same places.
func (u *Update) covers(set lang.Scalarset) bool {
	if u.plan != nil {
		return false
	}
	places, strange := map[string]string{}, len(u.rewritings()) > 0 || u.movesCallers() || u.couldMoveCallers()
	alike := true
	for _, p := range u.units {
		strange = strange || slices.ContainsFunc(p.vars(0), func(x *lang.Var) bool { return hasCaller(x.Type) })
		forms := map[string]string{}
		for _, k := range p.kinds {
			for _, m := range []*lang.Message{k.old, k.new} {
				if m == nil {
					continue
				}
				at := placesOf(m.Result, set.Type.Name)
				if known, is := places[m.ReplyForm]; is && known != at {
					alike = false
				}
				places[m.ReplyForm] = at
				if known, is := forms[m.Name]; is && known != m.ReplyForm {
					strange = true
				}
				forms[m.Name] = m.ReplyForm
			}
		}
	}
	return alike || !strange
}

// placesOf says where values of a type hold values of an interchangeable one, by its name, or
// are indexed by them.
func placesOf(t *lang.Type, name string) string {
	switch {
	case t == nil || name == "":
		return ""
	case t.Name == name:
		return "*"
	case t.Kind == lang.Record:
		s := ""
		for i, f := range t.Fields {
			if at := placesOf(f.Type, name); at != "" {
				s += fmt.Sprint(i, "(", at, ")")
			}
		}
		return s
	case t.Kind == lang.Array:
		s := ""
		if t.Index.Name == name {
			s = "[*]"
		}
		if at := placesOf(t.Elem, name); at != "" {
			s += "[" + at + "]"
		}
		return s
	}
	return ""
}
