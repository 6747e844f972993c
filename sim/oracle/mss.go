package oracle

import (
	"example.org/halfopen/endpoint"
	"example.org/halfopen/sim"
)

// What a peer is sent that names no MSS (RFC 9293 3.7.1, MUST-15): what the
// least datagram that every host takes leaves room for.
const (
	defaultMSS4 = 576 - 40
	defaultMSS6 = 1280 - 60
)

// hearMSS notes the size of segment that a peer's SYN asks for, if the end may
// have taken the SYN. Of several the largest counts: which of them made the
// connection is not told.
func (d *shadow) hearMSS(j *Judge, s *sim.Step) {
	from, to := s.Before.State, s.After.State
	switch {
	case from == sSYNSENT && to == sSYNSENT: // refused
	case from > sSYNRECEIVED && (from != sTIMEWAIT || to != sSYNRECEIVED):
	case s.ArrivedErr != nil: // MUST-7: nobody knows what was read
		d.sndMSS, d.leastMSS = endpoint.MTU, 1
	default:
		mss := j.defaultMSS
		if o := optionsOf(s.Arrived); o.hasMSS {
			mss = max(1, int(o.mss)) // 0 can only mean as little as possible
		}
		if d.sndMSS == 0 {
			d.leastMSS = mss
		}
		d.sndMSS, d.leastMSS = max(d.sndMSS, mss), min(d.leastMSS, mss)
	}
}

// mssFits is I-34: text and options are no more than the peer asked for (MUST-16;
// the option does not count options, so that the sender has to: 3.7.1, RFC 6691),
// and the MSS option stands on SYNs only (MUST-65).
func (j *Judge) mssFits(s *sim.Step, d *shadow, g *endpoint.Segment) bool {
	j.ask(ruleI34)
	text, options := len(g.Text), len(g.Options)
	if d.sndMSS > 0 && text > 1 && text+options > d.sndMSS {
		return j.fail(ruleI34, s, printed(text), printed(max(1, d.sndMSS-options)),
			"%v sent %d octets of text and %d of options; the MSS of %v is %d", s.End, text, options, s.End.Peer(), d.sndMSS)
	}
	if options > 0 && g.Flags&endpoint.SYN == 0 && optionsOf(g).hasMSS {
		return j.fail(ruleI34, s, "an MSS option", "none", "%v sent an MSS option on %v", s.End, g.Flags)
	}
	return true
}
