package explorer

import (
	"slices"

	"github.com/lucheck/lucheck/model"
)

// choices enumerates what can be chosen at the points of a cluster: first among the
// values that the new version has, then among all; of these, choices that change less
// come first.
type choices struct {
	s      *seeker
	stages []stage
	cut    bool // there are more values than can be counted through
	again  choice
	which  string
}

// stage is one way to enumerate.
type stage struct {
	name    string
	options [][]int32 // by thing: the numbers of what it can be given
	subset  []int     // the things that change now
	at      []int     // the value of each
	begun   bool
}

// choices prepares the enumeration for a cluster.
func (s *seeker) choices(c *cluster) *choices {
	old, base := s.a.pointVector(c.points[0], nil), s.base(c.points[0])
	out := &choices{s: s, stages: []stage{{name: foundSeen}, {name: foundDomains}}}
	for i, thing := range s.things {
		o := thing.Candidates(old)
		var seen, all []int32
		if o.Count > 0 && base != nil {
			was, healthy := thing.Get(base)
			differs := func(n int32) bool { return !healthy || !slices.Equal(s.list[i][n], was) }
			for _, n := range s.seen[i] {
				if o.Has(s.list[i][n]) && differs(n) {
					seen = append(seen, n)
				}
			}
			all = s.all(i, &o, differs)
			out.cut = out.cut || all == nil && o.Count > 1
			if all == nil {
				all = seen
			}
		}
		out.stages[0].options = append(out.stages[0].options, seen)
		out.stages[1].options = append(out.stages[1].options, all)
	}
	return out
}

// all numbers all values of a thing but the one that it has; nil where these are too many.
func (s *seeker) all(thing int, o *model.Candidates, differs func(int32) bool) (out []int32) {
	if o.Count > maxCandidates {
		return nil
	}
	out = []int32{}
	for k := range o.Count {
		if n := s.number(thing, o.At(k)); differs(n) {
			out = append(out, n)
		}
	}
	return out
}

// next gives the next choice.
func (c *choices) next() (ch choice, stage string, ok bool) {
	if c.again != nil {
		ch, c.again = c.again, nil
		return ch, c.which, true
	}
	for len(c.stages) > 0 {
		st := &c.stages[0]
		for st.step() {
			if ch := st.choice(); c.possible(ch) {
				c.which = st.name
				return ch, st.name, true
			}
		}
		c.stages = c.stages[1:]
	}
	return nil, "", false
}

// back makes the choice that was given last the next one.
func (c *choices) back(ch choice) { c.again = ch }

// possible says that no caller is moved to two places.
func (c *choices) possible(ch choice) bool {
	moved := map[int64]bool{}
	for i, n := range ch {
		if n == kept || !c.s.things[i].Moves() {
			continue
		}
		k := c.s.list[i][n][0]
		if moved[k] {
			return false
		}
		moved[k] = true
	}
	return true
}

// step goes to the next choice.
func (st *stage) step() bool {
	if !st.begun {
		st.begun = true // nothing changes
		return true
	}
	for i := len(st.at) - 1; i >= 0; i-- {
		if st.at[i]++; st.at[i] < len(st.options[st.subset[i]]) {
			return true
		}
		st.at[i] = 0
	}
	return st.nextSubset()
}

// nextSubset goes to the next set of things that change, of which each has values.
func (st *stage) nextSubset() bool {
	for size := len(st.subset); ; {
		if !following(&st.subset, size, len(st.options)) {
			if size++; size > len(st.options) {
				return false
			}
			st.subset = nil
			continue
		}
		if !slices.ContainsFunc(st.subset, func(i int) bool { return len(st.options[i]) == 0 }) {
			st.at = make([]int, size)
			return true
		}
	}
}

// following makes of a set of size numbers below n, ascending, the next one; of nil the first.
func following(set *[]int, size, n int) bool {
	s := *set
	if s == nil {
		if size > n || size == 0 {
			return false
		}
		for i := range size {
			s = append(s, i)
		}
		*set = s
		return true
	}
	for i := size - 1; i >= 0; i-- {
		if s[i] < n-size+i {
			s[i]++
			for k := i + 1; k < size; k++ {
				s[k] = s[k-1] + 1
			}
			return true
		}
	}
	return false
}

func (st *stage) choice() choice {
	ch := make(choice, len(st.options))
	for i := range ch {
		ch[i] = kept
	}
	for k, i := range st.subset {
		ch[i] = st.options[i][st.at[k]]
	}
	return ch
}
