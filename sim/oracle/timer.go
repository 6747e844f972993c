package oracle

import (
	"time"

	"example.org/halfopen/endpoint"
	"example.org/halfopen/sim"
)

// lostSYN is the RTO with which data transmission begins if the timer of the
// SYN expired and was shorter (RFC 6298 5.7).
const lostSYN = 3 * time.Second

// opening is how an end's first segments fared.
type opening struct {
	syn, text     bool          // its SYN, and the first octet, have left,
	synAt, textAt time.Duration // last at this time
	wnd           uint16        // the window of the SYN
	lost          bool          // the timer of the SYN expired, and was shorter than lostSYN
}

// synLeft notes a SYN of the end.
func (o *opening) synLeft(s *sim.Step, g *endpoint.Segment) {
	o.wnd = g.Wnd
	if o.syn && s.Cause.Kind == sim.Timeout && s.At-o.synAt < lostSYN {
		o.lost = true
	}
	o.syn, o.synAt = true, s.At
}

// textLeft judges a segment that holds the first octet: once a SYN was lost it
// is not resent by the timer before lostSYN has passed. Nothing can have made
// the RTO shorter: of what was sent once nothing is acknowledged (Karn). A probe
// of a shut window has a timer of its own (3.8.6.1), and a tail loss probe, which
// both ends' SACK allows, leaves sooner (RFC 8985 7.2).
func (j *Judge) textLeft(s *sim.Step, d *shadow) bool {
	o := &d.opening
	again, waited := o.text, s.At-o.textAt
	if o.lost && again && s.Cause.Kind == sim.Timeout {
		j.ask(ruleLostSYN)
	}
	o.text, o.textAt = true, s.At
	if !o.lost || !again || s.Cause.Kind != sim.Timeout || j.sacks() ||
		s.Before.Known&endpoint.KnowWindow == 0 || s.Before.SND.WND == 0 {
		return true
	}
	least := lostSYN
	if p := &j.profiles[s.End]; p.RTOMax > 0 {
		least = min(least, p.RTOMax) // RFC 6298 2.5
	}
	if waited >= least {
		return true
	}
	return j.fail(ruleLostSYN, s, waited.String(), least.String(),
		"%v resent its first octet after %v, but its SYN had timed out: %v at least", s.End, waited, least)
}

// idleTimer is the second half of I-45 (RFC 6298 5.1, 5.2): the retransmission
// timer is turned off when nothing is outstanding, and starts when something
// leaves. One that was left to expire once more, and does nothing then, is not
// told from one that is off; one that is due later than RTO's upper bound from
// when something was outstanding last was started with nothing to resend. Others
// are sooner due, those of delayed ACKs (MUST-40), or later, keep-alives (MUST-28:
// two hours), which are off unless the application asks (MUST-25): who promises
// keep-alives has a timer when idle, and resends them by RTO.
func (j *Judge) idleTimer(s *sim.Step, d *shadow) bool {
	const known = endpoint.KnowSND | endpoint.KnowWindow | endpoint.KnowBuffers | endpoint.KnowDeadline
	j.ask(ruleI45)
	p, st := &j.profiles[s.End], s.After
	left := st.Deadline - s.At
	switch {
	case left < delayedMax || left > p.RTOMax || st.Deadline <= d.try.idleAt+p.RTOMax:
	case st.Known&known != known || !d.haveISS:
	case st.State != sFINWAIT2 && (st.Unsent > 0 || d.closed && !d.finSent || d.wnd == 0): // persist, or silly-window avoidance
	case st.State == sTIMEWAIT || st.State == sFINWAIT2 && p.OrphanFinWait2 > 0 || p.UserTimeout > 0 || p.KeepAlive > 0:
	default:
		return j.fail(ruleI45, s, st.Deadline.String(), "none",
			"%v has a timer for %v in %v; since %v nothing is outstanding", s.End, st.Deadline, st.State, d.try.idleAt)
	}
	return true
}

// triesOn is I-62: an end that has been resending to a silent peer for R2
// has closed the connection (RFC 9293 3.8.3) when its timer expires next. While
// the window is shut it may probe for longer (MUST-37).
func (j *Judge) triesOn(s *sim.Step, d *shadow) bool {
	p := &j.profiles[s.End]
	if p.UserTimeout > 0 && !j.userWaits(s, d, p.UserTimeout) {
		return false
	}
	limit := p.R2
	if d.una == 0 {
		limit = max(limit, p.R2SYN)
	}
	const known = endpoint.KnowSND | endpoint.KnowWindow
	switch state := s.After.State; {
	case limit == 0 || d.una == 0 && p.R2SYN == 0 || p.RTOMax == 0 || s.After.Known&known != known:
		return true
	case !hasTCB(state) || state == sTIMEWAIT || !d.haveISS || d.una >= d.max || d.una > 0 && d.wnd == 0:
		return true
	}
	j.ask(ruleI62)
	silent := s.At - max(d.try.from.at, d.heardAt)
	if silent <= limit+p.RTOMax {
		return true
	}
	return j.fail(ruleI62, s, silent.String(), (limit + p.RTOMax).String(),
		"%v goes on in %v with %d unacknowledged and nothing heard for %v, over R2 = %v and a timeout",
		s.End, s.After.State, d.una, silent, limit)
}

// userWaits is the other side of earned-give-up for the user timeout: the connection
// is closed when it expires (RFC 9293 3.10.8). It is of octets that SEND took, or of a
// FIN, that nobody has acknowledged for so long (3.9.1.1); whether what the peer says
// meanwhile begins it anew is left open.
func (j *Judge) userWaits(s *sim.Step, d *shadow, limit time.Duration) bool {
	state := s.After.State
	if !hasTCB(state) || state == sTIMEWAIT || s.After.Known&endpoint.KnowSND == 0 || !d.haveISS || d.una == 0 || d.una >= d.max {
		return true
	}
	j.ask(ruleUser)
	silent := s.At - max(d.try.from.at, d.heardAt)
	if silent <= limit {
		return true
	}
	return j.fail(ruleUser, s, silent.String(), limit.String(),
		"%v goes on in %v with %d unacknowledged and nothing heard for %v, over its user timeout of %v", s.End, state, d.una, silent, limit)
}
