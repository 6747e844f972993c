package netstack

import "example.org/halfopen/endpoint"

// sent is what left in this connection, and how much the program wrote.
type sent struct {
	any   bool
	high  endpoint.Seq // one after the highest number
	taken int64        // octets

	head endpoint.Header
	seg  endpoint.Segment
}

// note looks at a datagram that leaves.
func (s *sent) note(datagram []byte) {
	if endpoint.Decode(datagram, &s.head, &s.seg) != nil || s.seg.Flags.Has(endpoint.RST) {
		return
	}
	end := s.seg.Seq + endpoint.Seq(s.seg.Len())
	if s.seg.Flags.Has(endpoint.SYN) || !s.any || int32(end-s.high) > 0 {
		s.any, s.high = true, end
	}
}

// highest is SND.MAX.
func (s *sent) highest(iss, nxt endpoint.Seq) endpoint.Seq {
	if s.any && int32(s.high-nxt) > 0 && int32(s.high-iss) > 0 {
		return s.high
	}
	return nxt
}

// unsent counts the octets that were taken and never left.
func (s *sent) unsent(iss, high endpoint.Seq) int {
	return int(max(s.taken-int64(high-iss-1), 0))
}
