package search

import "math/bits"

const (
	hashA = 0xa0761d6478bd642f
	hashB = 0xe7037ed1a0b428db
)

// mix spreads a word over 64 bits by one full multiplication.
func mix(w uint64) uint64 {
	hi, lo := bits.Mul64(w^hashA, hashB)
	return hi ^ lo
}

// hashWords is the hash of a run of words; for one word it is mix.
func hashWords(words []uint64) uint64 {
	h := uint64(0)
	for _, w := range words {
		h = mix(h ^ w)
	}
	return h
}
