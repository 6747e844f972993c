package stream

import "math/bits"

// Mix folds two words into a digest: one 128-bit product, its halves combined.
// It is for telling runs apart, in a nanosecond; it withstands no adversary.
func Mix(digest, a, b uint64) uint64 {
	hi, lo := bits.Mul64(digest^a^stepN, b^stepK^digest<<1)
	return hi ^ lo ^ digest
}
