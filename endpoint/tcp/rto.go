package tcp

import (
	"time"

	"example.org/halfopen/endpoint"
)

// Constants of RFC 6298.
const (
	// clockGranularity is G: the variance term counts for at least this much.
	clockGranularity = time.Millisecond
	// lostSYNRTO is the RTO with which data transmission begins after the
	// timer of a SYN has expired (5.7).
	lostSYNRTO = 3 * time.Second
)

// rtt is the round-trip time as RFC 6298 2 measures it: one segment at a time.
type rtt struct {
	srtt, rttvar time.Duration
	sampled      bool // srtt and rttvar mean something

	timing bool          // a segment is being timed
	end    endpoint.Seq  // its acknowledgment is one that reaches here
	since  time.Duration // when it left
}

// start times the segment that ends at end, unless another is being timed.
func (r *rtt) start(now time.Duration, end endpoint.Seq) {
	if !r.timing {
		r.timing, r.end, r.since = true, end, now
	}
}

// cancel is Karn's rule: what was sent twice is not timed (RFC 6298 3).
func (r *rtt) cancel() { r.timing, r.end, r.since = false, 0, 0 }

// acked takes a sample if ack covers the timed segment. It returns the new
// RTO, not yet bounded.
func (r *rtt) acked(now time.Duration, ack endpoint.Seq) (rto time.Duration, ok bool) {
	if !r.timing || ack.Less(r.end) {
		return 0, false
	}
	sample := now - r.since
	r.cancel()
	return r.sample(sample, 1), true
}

// sample takes one of n samples of a round trip into account. It returns the new
// RTO, not yet bounded.
func (r *rtt) sample(sample time.Duration, n int64) (rto time.Duration) {
	if !r.sampled { // 2.2
		r.srtt, r.rttvar, r.sampled = sample, sample/2, true
	} else { // 2.3: RTTVAR first, from the old SRTT
		delta := r.srtt - sample
		if delta < 0 {
			delta = -delta
		}
		r.rttvar += (delta - r.rttvar) / time.Duration(4*n)
		r.srtt += (sample - r.srtt) / time.Duration(8*n)
	}
	return r.srtt + max(clockGranularity, 4*r.rttvar)
}
