package tcp

import (
	"net/netip"
	"time"

	"example.org/halfopen/endpoint"
)

const (
	// stampTick is how often the clock of timestamps advances: RFC 7323 5.4
	// wants 1 ms to 1 s.
	stampTick = time.Millisecond
	// stampLife is how long TS.Recent can be compared: a clock of 1 ms is back
	// at the same sign after 24.8 days (RFC 7323 5.5).
	stampLife = 24 * 24 * time.Hour
	// stampsLen is how many octets the option takes, padded to whole words.
	stampsLen = 12
)

// stamps is the timestamps of a connection, while both ends send them.
type stamps struct {
	offset uint32        // TSval at time 0
	recent uint32        // TS.Recent: what we echo, and the oldest that counts
	since  time.Duration // when it was taken
	acked  endpoint.Seq  // Last.ACK.sent
	val    uint32        // TSval of the segment that is being received
	ecr    uint32        // and its TSecr
}

// beginStamps sets the clock of a connection with remote: each pair of sockets has
// an offset of its own (RFC 7323 5.4), the same for all its incarnations, so that
// a later one counts on from where an earlier one was.
func (t *TCP) beginStamps(remote netip.AddrPort) {
	switch {
	case !t.cfg.Timestamps:
	case t.cfg.FixedISS:
		t.stamps.offset = uint32(t.cfg.ISS)
	default:
		t.stamps.offset = uint32(issHash(^t.cfg.ISSKey, t.cfg.Local, remote))
	}
}

// stamp is TSval.
func (t *TCP) stamp(now time.Duration) uint32 {
	return t.stamps.offset + uint32(now/stampTick)
}

// writeStamps writes the option, and the two NOPs that align it (RFC 7323
// appendix A).
func (t *TCP) writeStamps(val, ecr uint32) endpoint.Options {
	t.options = t.options[:0].AppendNOP().AppendNOP().AppendTimestamps(val, ecr)
	return t.options
}

// fresh is PAWS (RFC 7323 5.3, R1): a segment that is older than the last one in
// order gets an ACK and is dropped; one without timestamps is dropped without a
// word (3.2). It is not asked of a RST, which no timestamp makes older (5.2).
func (t *TCP) fresh(now time.Duration, s *endpoint.Segment) bool {
	val, ecr, ok := s.Options.Timestamps()
	if !ok {
		return false
	}
	t.stamps.val, t.stamps.ecr = val, ecr
	if int32(val-t.stamps.recent) >= 0 || now-t.stamps.since > stampLife {
		return true
	}
	if s.Len() > 0 {
		t.owe.ack = true
	} else {
		t.challenge(now) // or two ends could answer each other without end
	}
	return false
}

// keepStamp takes TSval of an acceptable segment for TS.Recent, unless it begins
// above the last ACK that was sent: then it may not be the one whose delay the
// peer wants to know (RFC 7323 4.3).
//
// RFC 7323 5.3 has it (R3) right after the sequence number; here it waits until no
// check can discard the segment any more (RFC 5961 4.2 and 5.2, the fifth check of
// RFC 9293 3.10.7.4). Or one blind segment with a large TSval would make all old
// that the peer sends after it.
func (t *TCP) keepStamp(now time.Duration, s *endpoint.Segment) {
	if s.Seq.LessEq(t.stamps.acked) {
		t.stamps.recent, t.stamps.since = t.stamps.val, now
	}
}

// echoed takes a sample of the round-trip time from the echo of an ACK that moves
// SND.UNA (RFC 7323 4.1). It returns the new RTO, not yet bounded.
//
// With timestamps each ACK has one. So that the average still spans as many
// round trips, a sample counts the less the more of them are expected in one
// (appendix G).
func (t *TCP) echoed(now time.Duration) (rto time.Duration, ok bool) {
	age := int32(t.stamp(now) - t.stamps.ecr)
	if age < 0 {
		return 0, false // it echoes what was never sent
	}
	flight := int64(t.snd.NXT.Sub(t.snd.UNA))
	expected := max(1, (flight+2*int64(t.mss)-1)/(2*int64(t.mss)))
	return t.rtt.sample(time.Duration(age)*stampTick, expected), true
}

// stampReset puts timestamps on the RST that was just made for our own peer (RFC
// 7323 3.2: SHOULD).
func (t *TCP) stampReset(now time.Duration) {
	if t.on.stamps && t.rst.owed {
		t.rst.stamped, t.rst.val, t.rst.ecr = true, t.stamp(now), t.stamps.recent
		if t.rst.bits&endpoint.ACK == 0 {
			t.rst.ecr = 0 // TSecr means nothing without an ACK
		}
	}
}
