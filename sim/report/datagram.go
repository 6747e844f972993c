package report

import (
	"example.org/halfopen/endpoint"
	"example.org/halfopen/sim"
)

// Datagram makes the whole datagram of a segment's record again, octet for octet as
// it was sent. The text follows from the seed and the offset; where the offset is not
// known (an injected segment's) it is zeros. Of a segment that did not decode, the
// options are left out if they are what was wrong, and the checksums are made good: the
// record does not say how they stood. The datagram is in buf if there is room for it.
// The error is for more text than a datagram holds.
func Datagram(buf []byte, t *sim.Trace, s *sim.SegmentRecord) ([]byte, error) {
	sockets := sim.Sockets(t.Scenario.IPv6)
	from, to := sockets[s.End], sockets[s.End.Peer()]
	seg := endpoint.Segment{
		SrcPort: from.Port(), DstPort: to.Port(), Seq: s.Seq, Ack: s.Ack, Wnd: s.Wnd, Up: s.Up,
		Flags: s.Flags, Options: soundOptions(t, s), Text: textOf(t, s),
	}
	const headers = 100 // is more than IP's and TCP's
	if need := headers + len(seg.Options) + len(seg.Text); len(buf) < need {
		buf = make([]byte, need)
	}
	n, err := endpoint.Encode(buf, &endpoint.Header{Src: from.Addr(), Dst: to.Addr(), ID: uint16(s.ID)}, &seg)
	return buf[:n], err
}

func textOf(t *sim.Trace, s *sim.SegmentRecord) []byte {
	if s.Offset < 0 {
		return make([]byte, s.Len)
	}
	return sim.Content(sim.ContentStart(t.Scenario.Seed, int(s.End)), s.Offset, int(s.Len))
}

// soundOptions are none if they are what made the segment malformed.
func soundOptions(t *sim.Trace, s *sim.SegmentRecord) endpoint.Options {
	o := t.OptionsOf(s)
	if len(o)%4 != 0 || o.Check() != nil {
		return nil
	}
	return o
}
