package oracle

import (
	"example.org/halfopen/endpoint"
	"example.org/halfopen/sim"
)

// windowFits is I-35, asked for text that goes beyond what has left before: it stays
// inside the send window, below SND.UNA+SND.WND (RFC 9293 3.8.6). Apart from
// that are text on a SYN, whose window is not known, and a probe, which goes beyond a
// window that is shut (3.8.6.1).
func (j *Judge) windowFits(s *sim.Step, d *shadow, g *endpoint.Segment, end int64) bool {
	const known = endpoint.KnowSND | endpoint.KnowWindow
	if s.Before.Known&s.After.Known&known != known || g.Flags&endpoint.SYN != 0 ||
		s.Cause.Kind == sim.Timeout && d.wnd == 0 {
		return true
	}
	j.ask(ruleI35)
	if end <= d.una+int64(d.wnd) {
		return true
	}
	return j.fail(ruleI35, s, printed(end), printed(d.una+int64(d.wnd)),
		"%v sent new text up to %d in %v; SND.UNA+SND.WND is %d", s.End, end, s.After.State, d.una+int64(d.wnd))
}

// numbered judges the number of a segment that takes none: an ACK is
// <SEQ=SND.NXT><ACK=RCV.NXT> (RFC 9293 3.10.7.4), where it stands at any moment of the
// step, or SND.MAX where SND.NXT is pulled back. A keep-alive is one below (MAY-6).
func (j *Judge) numbered(s *sim.Step, d *shadow, at int64) bool {
	if s.Before.Known&s.After.Known&endpoint.KnowSND == 0 {
		return true
	}
	j.ask(ruleACKSeq)
	o := &j.out
	switch {
	case at == d.nxt || o.max <= at && at <= d.max || at == unwrap(at, d.iss, uint32(s.Before.SND.NXT)):
		return true
	case s.Cause.Kind == sim.Timeout && at == d.una-1:
		return true
	}
	got, want, space := figures(d.iss, at, d.nxt)
	return j.fail(ruleACKSeq, s, got, want, "%v emitted an ACK with SEQ=%s in %v; SND.NXT is %s%s",
		s.End, got, s.After.State, want, space)
}

// unsentTold holds Status.Unsent against the calls and the segments: it is what SEND
// took and no segment has carried yet. It is asked when either may have changed.
func (j *Judge) unsentTold(s *sim.Step, d *shadow) bool {
	const known = endpoint.KnowSND | endpoint.KnowISS | endpoint.KnowBuffers
	t := s.After
	if !hasTCB(t.State) || t.Known&known != known || !d.haveISS || d.baseLost {
		return true
	}
	j.ask(ruleUnsent)
	sent := max(d.max-1, 0)
	if d.finSent {
		sent = d.fin - 1
	}
	if int64(t.Unsent) == d.taken-sent {
		return true
	}
	return j.fail(ruleUnsent, s, printed(t.Unsent), printed(d.taken-sent),
		"%v tells %d unsent octets in %v; it took %d and has sent %d", s.End, t.Unsent, t.State, d.taken, sent)
}
