package oracle

import (
	"example.org/halfopen/endpoint"
	"example.org/halfopen/sim"
)

// effMSS is Eff.snd.MSS (RFC 9293 3.7.1): what the peer's SYN asked for, and no
// more than a datagram of the simulated network holds. Of several SYNs nobody outside
// knows which counts.
func (j *Judge) effMSS(asked int) int {
	headers := 40
	if j.defaultMSS == defaultMSS6 {
		headers = 60
	}
	return max(1, min(asked, endpoint.MTU-headers))
}

// opensBy is how far the right edge of a window moves at least, if it does:
// min(Fr*RCV.BUFF, Eff.snd.MSS) of 3.8.6.2.2, with Fr=1/2.
func (j *Judge) opensBy(e endpoint.End, asked int) int {
	return max(1, min(j.profiles[e].ReceiveBuffer/2, j.effMSS(asked)))
}

// edgeMoves is the receiver's silly-window avoidance (MUST-39): the right edge that
// it advertises stays where it is, or moves far enough to be worth it.
func (j *Judge) edgeMoves(s *sim.Step, d *shadow, edge int64) bool {
	if d.edge < 0 || d.sndMSS == 0 || j.profiles[s.End].ReceiveBuffer == 0 {
		return true
	}
	j.ask(ruleEdge)
	least := int64(j.opensBy(s.End, d.leastMSS))
	if edge <= d.edge || edge-d.edge >= least {
		return true
	}
	return j.fail(ruleEdge, s, printed(edge-d.edge), printed(least),
		"%v moved the right edge of its window by %d to %d in %v; it takes %d", s.End, edge-d.edge, edge, s.After.State, least)
}

// announces is the other half, asked after a RECEIVE: a window in which no full
// segment fits is announced as soon as it may open.
func (j *Judge) announces(s *sim.Step, d *shadow) bool {
	const known = endpoint.KnowRCV | endpoint.KnowBuffers
	t := s.After
	switch {
	case t.State != sESTABLISHED && t.State != sFINWAIT1 && t.State != sFINWAIT2 || t.Known&known != known:
		return true
	case d.sndMSS == 0 || j.profiles[s.End].ReceiveBuffer == 0 || int(t.RCV.WND) >= j.effMSS(d.leastMSS):
		return true
	}
	j.ask(ruleEdge)
	room, least := j.profiles[s.End].ReceiveBuffer-t.Readable-int(t.RCV.WND), j.opensBy(s.End, d.sndMSS)
	if room < least {
		return true
	}
	return j.fail(ruleEdge, s, "nothing", "a window update",
		"%v keeps its window at %d in %v, but the reader has made room for %d more", s.End, t.RCV.WND, t.State, room)
}

// worthSending is the sender's silly-window avoidance (MUST-38, 3.8.6.2.1) for a
// segment of n new octets from the number at on: it is full, or the last of what SEND
// took, or half of the largest window; or the override timeout has passed.
func (j *Judge) worthSending(s *sim.Step, d *shadow, at int64, n int) bool {
	c := &d.clock
	if at < c.sent || s.Cause.Kind == sim.Timeout || d.baseLost || d.una == 0 || d.sndMSS == 0 {
		return true
	}
	j.ask(ruleSilly)
	mss := j.effMSS(d.leastMSS)
	if n >= mss || at-1+int64(n) >= d.taken || 2*n >= int(d.maxWnd) {
		return true
	}
	return j.fail(ruleSilly, s, printed(n), printed(mss),
		"%v sent a segment of %d octets in %v; %d more wait, a full one has %d, and half of the largest window is %d",
		s.End, n, s.After.State, d.taken-(at-1+int64(n)), mss, d.maxWnd/2)
}

// holdsBack is its other half, asked at the end of a step: what may be sent by 3.8.6.2.1
// has been sent. The state after SYN-RECEIVED sends what waited there.
func (j *Judge) holdsBack(s *sim.Step, d *shadow) bool {
	const known = endpoint.KnowSND | endpoint.KnowWindow | endpoint.KnowBuffers
	t := s.After
	if t.Known&known != known || d.sndMSS == 0 || d.una == 0 ||
		t.State != sESTABLISHED && t.State != sFINWAIT1 && t.State != sCLOSEWAIT && t.State != sCLOSING && t.State != sLASTACK {
		return true
	}
	j.ask(ruleSilly)
	usable := d.una + int64(d.wnd) - d.max
	n := min(usable, int64(t.Unsent))
	idle := d.una == d.max
	if n <= 0 || n < int64(j.effMSS(d.sndMSS)) && !(idle && (n == int64(t.Unsent) || 2*n >= int64(d.maxWnd))) {
		return true
	}
	return j.fail(ruleSilly, s, "nothing", printed(n)+" octets",
		"%v sends nothing more in %v: %d octets wait, and %d fit the window", s.End, t.State, t.Unsent, usable)
}

// pushed is MUST-61 (3.9.1.2): the last octet that SEND took bears a PSH. A probe of a
// shut window is no segment of the queue.
func (j *Judge) pushed(s *sim.Step, d *shadow, g *endpoint.Segment, at int64) bool {
	if d.baseLost || at < 1 || at-1+int64(len(g.Text)) != d.taken || d.wnd == 0 && s.Cause.Kind == sim.Timeout {
		return true
	}
	j.ask(rulePush)
	if g.Flags&endpoint.PSH != 0 {
		return true
	}
	return j.fail(rulePush, s, g.Flags.String(), "PSH on", "%v sent its last octet, %d, without PSH in %v", s.End, d.taken, s.After.State)
}
