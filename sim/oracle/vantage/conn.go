package vantage

import (
	"net/netip"

	"example.org/halfopen/endpoint"
	"example.org/halfopen/sim/capture"
)

// Conn is one connection of a capture: one incarnation of it.
type Conn struct {
	Judge
	Number uint64            // in the order of the first segments, from 1
	Ends   [2]netip.AddrPort // A sent the SYN, or the first segment that was seen
	First  uint64            // frame
	Last   uint64            // frame
	Began  int64             // ns since 1970
	Ended  int64             // of the last segment
	Count  uint64            // segments
	Octets [2]uint64         // of text that each end sent, those sent again included
	Why    Why               // it is over

	lines            lines
	key              key
	older            *Conn // the incarnation before, while it may still speak
	lruPrev, lruNext *Conn
	strays           int
	over             bool // both ends are through
	retired          bool
}

// Why is why nothing more is heard of a connection.
type Why uint8

// The reasons.
const (
	CaptureEnds Why = iota
	Closed          // both FINs were acknowledged
	ResetSeen       // an end sent a RST
	Reopened        // a SYN began another incarnation
	GivenUp         // it was idle longest when there was no more room
)

var whyTexts = [...]string{"open when the capture ends", "closed", "reset", "opened again", "given up to make room"}

// String is "closed".
func (w Why) String() string { return whyTexts[w] }

// end is the end that sent a segment.
func (c *Conn) end(s *capture.Segment) endpoint.End {
	if s.Src == c.Ends[endpoint.A] {
		return endpoint.A
	}
	return endpoint.B
}

// segment hands a segment to the judge, and writes down its line.
func (c *Conn) segment(s *capture.Segment, strange bool, k *Keep) {
	e := c.end(s)
	line := lineOf(s, e)
	marks := c.marks
	if c.Count == 0 {
		c.First, c.Began = s.Frame, s.At
	}
	c.Count++
	c.Last, c.Ended = s.Frame, s.At
	c.Octets[e] += uint64(s.Length)
	switch {
	case strange:
		c.flagsFit(s, e)
		c.blind |= Strange
		c.ends[e].remember(s.Ack) // where a RST for it begins
		line.Note = "fits no incarnation that was seen"
	case c.Segment(s, e):
		line.States = c.States(e)
	case c.options.damaged(s):
		line.Note = "wrong checksum: left out"
	default:
		line.Note = "no TCP sends this"
	}
	line.Window = c.windowOf(s, e)
	line.Seq, line.Ack = c.Seq(e, s.Seq), c.Seq(e.Peer(), s.Ack)
	c.lines.add(k, line, c.marks > marks)
	if !c.options.damaged(s) && !strange {
		c.progress(s)
	}
}

// Lines are the segments that were kept for a report, in order.
func (c *Conn) Lines() []Line { return c.lines.all() }

// progress notes whether the connection is over.
func (c *Conn) progress(s *capture.Segment) {
	a, b := &c.ends[endpoint.A], &c.ends[endpoint.B]
	switch {
	case s.Flags.Has(endpoint.RST):
		c.over, c.Why = true, ResetSeen
	case c.Why != ResetSeen && a.finSent && b.finSent && b.acked > a.fin && a.acked > b.fin:
		c.over, c.Why = true, Closed
	}
}

// fits reports whether a segment's numbers can belong to this incarnation, and by
// how much they miss what is expected next.
func (c *Conn) fits(s *capture.Segment) (miss int64, ok bool) {
	e := c.end(s)
	d, p := &c.ends[e], &c.ends[e.Peer()]
	seq, near := d.near(s.Seq, c.over)
	ack, heard := int64(0), true
	if s.Flags.Has(endpoint.ACK) {
		ack, heard = p.near(s.Ack, c.over)
	}
	if s.Flags.Has(endpoint.RST) {
		named := p.acknowledged(s.Seq)
		return seq + ack, d.based && near || s.Flags.Has(endpoint.ACK) && p.based && heard || named
	}
	return seq + ack, near && heard
}
