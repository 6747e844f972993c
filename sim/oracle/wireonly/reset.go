package wireonly

import (
	"example.org/halfopen/endpoint"
	"example.org/halfopen/sim"
)

// resetLeft is a RST: I-20 and I-21. It has a listed cause, and the form that
// goes with it.
func (j *Judge) resetLeft(s *sim.Step, d *side, g *endpoint.Segment) bool {
	t := &j.step
	t.sentRST = true
	if t.in.g == nil {
		return j.ownReset(s, d, g)
	}
	a, before := &t.in, t.moves.before()
	if a.flags&endpoint.RST != 0 {
		return j.fail(ruleI20, s, "RST", "nothing", "%v answered a RST with a RST", s.End)
	}
	for rest := before; rest != 0; rest = rest.less() {
		m := rest.first()
		t.moves[m] &= j.refuses(d, m, a)
	}
	if t.moves.after() == 0 {
		r := ruleI20
		if before.within(synchronized) {
			r = ruleI21
		}
		return j.fail(r, s, resetText(g), "no RST", "%v answered %s in %v with %s",
			s.End, segmentText(a.g), before, resetText(g))
	}
	if answersIn(a, g) || t.moves.before()&synchronized != 0 && d.inSendSpace(g) {
		return true
	}
	return j.fail(ruleI20, s, resetText(g), "a RST in the form of 3.10.7.1", "%v answered %s with %s",
		s.End, segmentText(a.g), resetText(g))
}

// refuses is where a segment takes a state that answers it with a RST; nothing
// if the state does not.
func (j *Judge) refuses(d *side, m endpoint.State, a *arrival) StateSet {
	switch {
	case a.odd: // a stranger, or MUST-7
		return Of(m)
	case m == sCLOSED:
		return inCLOSED
	case m == sLISTEN:
		if a.flags&endpoint.ACK != 0 {
			return inLISTEN
		}
		return 0
	case m == sSYNSENT:
		if a.flags&endpoint.ACK != 0 && (!d.have || a.ack <= 0 || a.ackHigh) {
			return inSYNSENT
		}
		return 0
	case m == sSYNRECEIVED && a.fits && a.flags&endpoint.SYN != 0:
		return inSYNRECEIVED | inLISTEN | j.step.needsRST[m]
	case m == sSYNRECEIVED && a.flags&endpoint.ACK != 0 && a.ackBad:
		// 3.5.2, group 2, does not ask where the segment stands; step 1 of
		// 3.10.7.4 has an ACK for one outside the window. Either will do.
		return inSYNRECEIVED
	}
	return j.step.needsRST[m]
}

// answersIn reports whether a RST has the form of an answer: <SEQ=SEG.ACK> to a
// segment with ACK, <SEQ=0><ACK=SEG.SEQ+SEG.LEN> to one without.
func answersIn(a *arrival, g *endpoint.Segment) bool {
	if a.flags&endpoint.ACK != 0 {
		return g.Flags&endpoint.ACK == 0 && g.Seq == a.g.Ack
	}
	return g.Flags&endpoint.ACK != 0 && g.Seq == 0 && uint32(g.Ack) == uint32(a.g.Seq)+uint32(a.n)
}

// inSendSpace reports whether a RST stands where an ABORT's does, at SND.NXT.
func (d *side) inSendSpace(g *endpoint.Segment) bool {
	at := unwrap(d.max, d.iss, uint32(g.Seq))
	return d.have && d.unaLo <= at && at <= d.max
}

// ownReset is a RST that answers nothing: that of ABORT, of a CLOSE with octets
// unread (3.6.1), or of an end that gives up (tolerated: 3.9.1.1).
func (j *Judge) ownReset(s *sim.Step, d *side, g *endpoint.Segment) bool {
	t := &j.step
	before := t.moves.before()
	switch {
	case s.Cause.Kind == sim.Timeout:
		t.moves.only(inCLOSED)
		t.moves.from(hasTCB &^ inTIMEWAIT)
	case s.Cause.Call == sim.CallAbort:
		t.moves.from(inSYNRECEIVED | inESTABLISHED | inFINWAIT1 | inFINWAIT2 | inCLOSEWAIT)
	case s.Cause.Call == sim.CallClose:
		for i := range t.moves {
			t.moves[i] &= t.needsRST[i]
		}
	default:
		t.moves = moves{}
	}
	if t.moves.after() == 0 {
		return j.fail(ruleI20, s, resetText(g), "none", "%v sent %s on %s in %v, without a cause",
			s.End, resetText(g), j.causeText(s), before)
	}
	if !d.inSendSpace(g) {
		return j.fail(ruleI20, s, printed(unwrap(d.max, d.iss, uint32(g.Seq))), printed(d.max),
			"%v aborted with %s; its SND.NXT is %d", s.End, resetText(g), d.max)
	}
	if g.Flags&endpoint.ACK == 0 || !d.haveIRS {
		return true
	}
	if at := unwrap(d.rcvHi, d.irs, uint32(g.Ack)); at < d.rcvLo || at > d.rcvHi {
		return j.fail(ruleI11, s, printed(at), printed(d.rcvHi), "%v aborted with ACK=%d; it has received up to %d",
			s.End, at, d.rcvHi)
	}
	return true
}

func resetText(g *endpoint.Segment) string {
	text := "<SEQ=" + printed(uint32(g.Seq)) + ">"
	if g.Flags&endpoint.ACK != 0 {
		text += "<ACK=" + printed(uint32(g.Ack)) + ">"
	}
	return text + "<RST>"
}
