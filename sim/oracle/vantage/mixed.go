package vantage

import (
	"example.org/halfopen/endpoint"
	"example.org/halfopen/sim/capture"
)

// Two incarnations of a connection may be alive at once: an end that was closed in
// SYN-SENT (RFC 9293 3.10.4) or SYN-RECEIVED opens again, while its peer is still in
// the first. Their ISS are then a few thousand apart, less than a window (3.4.1: one
// every 4 us), so that a segment of one is acceptable in the other; and both may
// answer the same SYN.

// unmix notes in a connection and the one before it that a segment, which was taken
// for one of them, has a number of the other that it has not of this one, or that they
// share an ISS: in which of the two each end is cannot be told from here.
func (c *Conn) unmix(s *capture.Segment, taken *Conn) {
	older := c.older
	if older == nil {
		return
	}
	other := older
	if taken == older {
		other = c
	}
	d, o := &c.ends[c.end(s)], &older.ends[older.end(s)]
	shared := d.syn && o.syn && d.base == o.base
	seq, ack := taken.names(s)
	otherSeq, otherAck := other.names(s)
	if other.blind.Has(Restarted) && s.Flags.Has(endpoint.ACK) { // they may be of the ISS that it had before
		otherSeq, otherAck = true, true
	}
	if shared || otherAck && !ack || otherSeq && !seq {
		c.blind |= Mixed
		older.blind |= Mixed
	}
}

// names reports which of a segment's numbers its sender may use in this
// incarnation: that it may send next, and that its peer has sent. Of an end whose SYN
// was not seen, none.
func (c *Conn) names(s *capture.Segment) (seq, ack bool) {
	e := c.end(s)
	d, p := &c.ends[e], &c.ends[e.Peer()]
	if at := d.seq(s.Seq); d.syn {
		seq = 0 <= at && at <= d.max && (at == 0 || !s.Flags.Has(endpoint.SYN))
	}
	if at := p.seq(s.Ack); p.syn && s.Flags.Has(endpoint.ACK) {
		ack = 0 < at && at <= p.max
	}
	return seq, ack
}

// numbered reports whether the numbers of both ends are known.
func (c *Conn) numbered() bool { return c.ends[endpoint.A].based && c.ends[endpoint.B].based }
