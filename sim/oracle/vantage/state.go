package vantage

import (
	"example.org/halfopen/endpoint"
	"example.org/halfopen/sim/capture"
	"example.org/halfopen/sim/oracle/wireonly"
)

// states are those that an end can have been in when it had sent a segment, by
// what the segment and those before it say.
func (d *side) states(p *side, s *capture.Segment, at int64) wireonly.StateSet {
	switch {
	case s.Flags.Has(endpoint.SYN | endpoint.ACK):
		return wireonly.Of(endpoint.SynReceived)
	case s.Flags.Has(endpoint.SYN):
		return wireonly.Of(endpoint.SynSent)
	}
	ack := unwrap(p.max, p.base, uint32(s.Ack))
	closed := d.finSent && at+int64(s.Len()) > d.fin
	heard := p.finSent && ack > p.fin
	acked := closed && p.acks && p.acked > d.fin // which may have arrived, or not
	switch {
	case !closed && !heard:
		return wireonly.Of(endpoint.Established)
	case !closed:
		return wireonly.Of(endpoint.CloseWait)
	case !heard && (!acked || s.Flags.Has(endpoint.FIN)):
		return wireonly.Of(endpoint.FinWait1)
	case !heard:
		return wireonly.Of(endpoint.FinWait1, endpoint.FinWait2)
	case d.finAck > p.fin: // the FIN left after the peer's had come
		return wireonly.Of(endpoint.LastAck)
	case !acked || s.Flags.Has(endpoint.FIN):
		return wireonly.Of(endpoint.Closing)
	case p.finAck > d.fin: // the peer's FIN has acknowledged it
		return wireonly.Of(endpoint.TimeWait)
	}
	return wireonly.Of(endpoint.Closing, endpoint.TimeWait)
}
