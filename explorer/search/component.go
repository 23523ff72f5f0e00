package search

import "slices"

// component numbers the values that one component has taken, from 0 in order of
// appearance.
type component struct {
	offset int         // first word in a full vector
	size   int         // words
	count  int         // values seen
	values vec[uint64] // size words each
	index  vec[uint32] // open addressing by hash: number + 1, 0 is free; a power of two, at most half full
}

// of is the component's part of a full vector.
func (c *component) of(v []uint64) []uint64 { return v[c.offset : c.offset+c.size] }

// value gives the words of a number, valid until the next intern.
func (c *component) value(id uint64) []uint64 {
	at := int(id) * c.size
	return c.values.s[at : at+c.size]
}

// find gives the number of some words, or the free cell where it belongs.
func (c *component) find(words []uint64) (id uint64, cell int, found bool) {
	mask := len(c.index.s) - 1
	for cell = int(hashWords(words)>>1) & mask; ; cell = (cell + 1) & mask {
		n := c.index.s[cell]
		if n == 0 {
			return 0, cell, false
		}
		if slices.Equal(c.value(uint64(n-1)), words) {
			return uint64(n - 1), cell, true
		}
	}
}

// intern gives the number of some words, a new one if they are new.
func (c *component) intern(words []uint64) uint64 {
	if 2*(c.count+1) > len(c.index.s) {
		c.rehash()
	}
	id, cell, found := c.find(words)
	if found {
		return id
	}
	id = uint64(c.count)
	c.count++
	c.values.grow(c.count * c.size)
	copy(c.value(id), words)
	c.index.s[cell] = uint32(c.count)
	return id
}

// rehash doubles the index.
func (c *component) rehash() {
	c.index.reset(max(16, 2*len(c.index.s)))
	mask := len(c.index.s) - 1
	for id := range c.count {
		cell := int(hashWords(c.value(uint64(id)))>>1) & mask
		for c.index.s[cell] != 0 {
			cell = (cell + 1) & mask
		}
		c.index.s[cell] = uint32(id + 1)
	}
}

// bytes is the memory held.
func (c *component) bytes() int64 { return c.values.bytes() + c.index.bytes() }

// free gives the memory back.
func (c *component) free() {
	c.values.free()
	c.index.free()
}
