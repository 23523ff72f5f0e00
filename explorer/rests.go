package explorer

import (
	"encoding/binary"
	"hash/maphash"

	"github.com/lucheck/lucheck/explorer/search"
	"github.com/lucheck/lucheck/model"
)

// restFilter tells states that cannot have a wanted rest from the others, without decoding them: the
// hash of a rest is a sum over the components, and each term is remembered by the component's value.
type restFilter struct {
	terms  []*search.Table
	wanted [1 << 10]uint64 // bits, by the hash
}

// newRestFilter makes the terms for the states of a space, mask being what is left out of a rest.
func newRestFilter(space *search.Space, sizes []int, mask []uint64) *restFilter {
	r := &restFilter{}
	seed := maphash.MakeSeed()
	from := 0
	for c, size := range sizes {
		first, end := from, from+size
		from = end
		r.terms = append(r.terms, space.NewTable(search.Function{Reads: []int{c}, Eval: func(v []uint64) uint64 {
			b := binary.LittleEndian.AppendUint64(nil, uint64(c))
			for i := first; i < end; i++ {
				b = binary.LittleEndian.AppendUint64(b, v[i]&^mask[i])
			}
			return maphash.Bytes(seed, b)
		}}))
	}
	return r
}

// want adds the rest of a state.
func (r *restFilter) want(v []uint64) {
	sum := uint64(0)
	for _, t := range r.terms {
		sum += t.Of(v)
	}
	r.wanted[sum>>54] |= 1 << (sum & 63)
}

// mayBe says whether the rest of a stored state may be wanted: if it is not, none is.
func (r *restFilter) mayBe(ref search.Ref) bool {
	sum := uint64(0)
	for _, t := range r.terms {
		sum += t.At(ref)
	}
	return r.wanted[sum>>54]>>(sum&63)&1 != 0
}

// numberOf is 1 + the number of a thing's value in a state, 0 where it has none, remembered by
// the components in which the thing lies.
func (s *seeker) numberOf(i int, thing *model.Choosable) *search.Table {
	return s.a.space.NewTable(search.Function{Reads: s.a.model.ComponentsOf(thing), Eval: func(v []uint64) uint64 {
		val, _ := thing.Get(v)
		if val == nil {
			return 0
		}
		return uint64(s.number(i, val)) + 1
	}})
}
