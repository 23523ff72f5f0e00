package model

// Coverage gives what steps computed so far have come to, as Unused and Assertions tell it: a bit
// for each handler and each protocol, and two for each failure's number. It is for Cover of an equal
// update only. The cost is O(handlers + failures).
func (u *Update) Coverage() []byte {
	var seen []byte
	for i, is := range u.covered() {
		if i%8 == 0 {
			seen = append(seen, 0)
		}
		seen[i/8] |= byte(truth(is)) << (i % 8)
	}
	return seen
}

// Cover notes that steps have come to what Coverage gave, beside what is noted already.
func (u *Update) Cover(seen []byte) {
	i := 0
	next := func() bool {
		i++
		return (i-1)/8 < len(seen) && seen[(i-1)/8]>>((i-1)%8)&1 != 0
	}
	for _, p := range u.units {
		for _, h := range p.handlers {
			h.ran = next() || h.ran
		}
	}
	for _, p := range u.protocols {
		p.moved = next() || p.moved
	}
	for id := range u.failures {
		for _, judged := range u.judged {
			if next() {
				judged[uint32(id)] = true
			}
		}
	}
}

// covered lists the bits.
func (u *Update) covered() (bits []bool) {
	for _, p := range u.units {
		for _, h := range p.handlers {
			bits = append(bits, h.ran)
		}
	}
	for _, p := range u.protocols {
		bits = append(bits, p.moved)
	}
	for id := range u.failures {
		bits = append(bits, u.judged[0][uint32(id)], u.judged[1][uint32(id)])
	}
	return bits
}
