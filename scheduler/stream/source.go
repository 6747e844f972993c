package stream

import "time"

// Source reads the draws of a Stream one after another: Uint64(n, 0), (n, 1)
// and so on, for one n. It is for generators that do not know beforehand how much
// they draw. It is a plain value: an assignment copies it, and both go on alike.
type Source struct {
	stream Stream
	n, k   uint64
}

// Sequence is the n-th of a stream's sequences. No two of them overlap.
func (s Stream) Sequence(n uint64) Source { return Source{stream: s, n: n} }

// Uint64 is the next draw of 64 random bits.
func (r *Source) Uint64() uint64 {
	u := r.stream.Uint64(r.n, r.k)
	r.k++
	return u
}

// Below is the next draw, from 0 to bound-1; see Stream.Below.
func (r *Source) Below(bound uint64) uint64 { return below(r.Uint64(), bound) }

// PPM is the next draw: true with a probability in parts per million.
func (r *Source) PPM(ppm uint32) bool { return r.Below(1_000_000) < uint64(ppm) }

// Duration is the next draw, from min to max; see Stream.Duration.
func (r *Source) Duration(min, max time.Duration) time.Duration {
	return duration(r.Uint64(), min, max)
}
