package stream

import (
	"fmt"
	"math"
	"math/bits"
	"time"
)

// Stream is one named source of random numbers. It has no state: a draw is a
// pure function of the stream, n and k, so that any draw can be made alone, in
// any order, and again. The zero value is a stream like any other, of no name.
//
// By convention n counts what is drawn for (the n-th datagram of an end), and
// k tells apart the draws that are made for it.
type Stream struct {
	key uint64
}

// Odd constants without a pattern, for steps from n to n+1 and from k to k+1:
// the golden ratio, and a prime of xxHash.
const (
	stepN = 0x9e3779b97f4a7c15
	stepK = 0xc2b2ae3d27d4eb4f
)

// New makes the stream of that name among those of the seed.
func New(seed uint64, name string) Stream {
	const offset, prime = 0xcbf29ce484222325, 0x100000001b3 // FNV-1a
	h := uint64(offset)
	for i := range len(name) {
		h = (h ^ uint64(name[i])) * prime
	}
	return Stream{mix(mix(seed+stepN) + h)}
}

// mix is the finalizer of SplitMix64 (Stafford's variant 13 of MurmurHash3's):
// every bit of x sways every bit of the result, and no two x give the same.
func mix(x uint64) uint64 {
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}

// Uint64 is a draw of 64 random bits.
func (s Stream) Uint64(n, k uint64) uint64 {
	return mix(mix(s.key+n*stepN) + k*stepK)
}

// Below is a draw from 0 to bound-1; 0 if bound is 0. No number is more than
// bound/2^64 likelier, in proportion, than another.
func (s Stream) Below(n, k, bound uint64) uint64 {
	return below(s.Uint64(n, k), bound)
}

func below(u, bound uint64) uint64 {
	hi, _ := bits.Mul64(u, bound)
	return hi
}

// Duration is a draw from min to max, both included. It panics if max is less
// than min.
func (s Stream) Duration(n, k uint64, min, max time.Duration) time.Duration {
	return duration(s.Uint64(n, k), min, max)
}

func duration(u uint64, min, max time.Duration) time.Duration {
	if max < min {
		panic(fmt.Sprintf("stream: a duration from %v to %v", min, max))
	}
	span := uint64(max) - uint64(min) + 1
	if span == 0 { // all 2^64 of them
		return time.Duration(u)
	}
	return time.Duration(uint64(min) + below(u, span))
}

// PPM is true with a probability in parts per million: never at 0, always at
// 1,000,000 and above.
func (s Stream) PPM(n, k uint64, ppm uint32) bool {
	return s.Below(n, k, 1_000_000) < uint64(ppm)
}

// Exponential is a draw from the exponential distribution of a mean, rounded to
// nanoseconds: what lies between arrivals that know nothing of each other. It
// is never more than 45 times the mean, nor more than a Duration can hold, and
// 0 if the mean is 0 or less. The larger the draw's Uint64, the smaller the
// result.
func (s Stream) Exponential(n, k uint64, mean time.Duration) time.Duration {
	return exponential(s.Uint64(n, k), mean)
}

// exponential is -mean*ln(u/2^64), in integers.
func exponential(u uint64, mean time.Duration) time.Duration {
	if mean <= 0 {
		return 0
	}
	const ln2 = 0xb17217f7d1cf79ac // ln 2, in 2^-64
	e, _ := bits.Mul64(64<<32-log2(max(u, 1)), ln2)
	hi, lo := bits.Mul64(e, uint64(mean))
	lo, carry := bits.Add64(lo, 1<<31, 0) // half a nanosecond
	hi += carry
	if hi >= 1<<31 {
		return math.MaxInt64
	}
	return time.Duration(hi<<32 | lo>>32)
}
