package wireonly

import (
	"example.org/halfopen/endpoint"
	"example.org/halfopen/sim"
)

// emitted judges a segment that left, and keeps of the moves only those that
// explain it.
func (j *Judge) emitted(s *sim.Step, d *side, e *sim.Emit) bool {
	if e.Err != nil {
		return j.fail(ruleWire, s, e.Err.Error(), "a TCP segment",
			"%v emitted a datagram that does not decode: %v", s.End, e.Err)
	}
	g := &e.Segment
	if s.Arrived != nil && s.ArrivedErr == endpoint.ErrChecksum { // MUST-3
		return j.fail(ruleI41, s, segmentText(g), "nothing", "%v answered a corrupted segment with %s", s.End, segmentText(g))
	}
	const fin, syn, rst, ack = endpoint.FIN, endpoint.SYN, endpoint.RST, endpoint.ACK
	switch g.Flags & (fin | syn | rst | ack) {
	case rst, rst | ack:
		return j.resetLeft(s, d, g)
	case syn, syn | ack:
		return j.synLeft(s, d, g)
	case ack:
		return j.plainLeft(s, d, g, acknowledges)
	case fin | ack:
		if !d.closed {
			return j.fail(ruleI15, s, "FIN", "none before CLOSE", "%v sent a FIN without CLOSE", s.End)
		}
		return j.plainLeft(s, d, g, sendsFIN)
	case fin, 0: // I-16
		return j.fail(ruleI16, s, g.Flags.String(), "ACK on", "%v emitted a segment without ACK: %v", s.End, g.Flags)
	}
	return j.fail(ruleI17, s, g.Flags.String(), "legal flags", "%v emitted %v", s.End, g.Flags)
}

// plainLeft is a segment with ACK, without SYN and RST, that a state of to may
// emit.
func (j *Judge) plainLeft(s *sim.Step, d *side, g *endpoint.Segment, to StateSet) bool {
	t := &j.step
	m := &t.moves
	before := m.before()
	text := int64(len(g.Text))
	at := int64(0)
	if d.have {
		at = unwrap(d.max, d.iss, uint32(g.Seq))
	}
	garbage := text == 1 && at < d.unaHi // MAY-6: the octet of a keep-alive
	if text > 0 && !garbage {
		to &= sends
	}
	m[sCLOSED], m[sLISTEN] = 0, 0
	m[sSYNSENT] &^= inSYNRECEIVED
	dying := m[sLASTACK] & inCLOSED // A.2: answered, and its ACK used
	m.only(to)
	if text == 0 && t.in.g != nil && !t.in.surely && to == acknowledges {
		m[sLASTACK] |= dying
	}
	if m.after() == 0 || !d.have {
		return j.unexplained(s, d, before, g)
	}
	return j.ackFits(s, d, g) && j.seqFits(s, d, at) && j.textFits(s, d, g, at, garbage) &&
		j.finFits(s, d, g, at+text) && j.optionsFit(s, d, g) && j.timely(s, d, at, g) &&
		j.leaves(s, d, at, at+int64(g.Len()))
}

// leaves keeps the book of what is outstanding.
func (j *Judge) leaves(s *sim.Step, d *side, from, to int64) bool {
	if to > from {
		t := transmission{
			from: from, to: to, at: s.At, came: d.came, first: from >= d.max,
			timed: s.Arrived == nil && s.Cause.Kind == sim.Timeout && from < d.max,
		}
		if d.sent.add(t); t.timed {
			d.timer = s.At
		}
	}
	d.outstanding(to, s.At)
	return true
}

// synLeft is a SYN: alone in SYN-SENT, with an ACK in SYN-RECEIVED. One that
// nothing before explains begins an incarnation.
func (j *Judge) synLeft(s *sim.Step, d *side, g *endpoint.Segment) bool {
	t := &j.step
	before := t.moves.before()
	acked := g.Flags&endpoint.ACK != 0
	if t.sentSYN && uint32(g.Seq) == d.iss { // once more in the same step
		return j.synFits(s, d, g)
	}
	again, fresh := d.synAgain(t.moves, acked), d.synFresh(t.moves, acked)
	// A listener that went back to LISTEN unseen may take another SYN, and its
	// clock the same ISS for it: what is acknowledged tells.
	other := acked && fresh[sLISTEN] != 0 && !d.mayAcknowledge(g)
	if d.have && uint32(g.Seq) == d.iss && again.after() != 0 && !other {
		t.moves = again
		return j.synFits(s, d, g)
	}
	if fresh.after() == 0 {
		return j.strangeSYN(s, d, g, before, again.after() != 0)
	}
	t.moves = fresh
	reopened := fresh[sTIMEWAIT] != 0 && fresh[sLISTEN] == 0
	d.begin(s.At, uint32(g.Seq))
	d.passive, d.reopened = acked, reopened
	d.baseLost = d.baseLost || reopened
	if acked {
		j.see(s, d, &t.in)
		d.synArrived(&t.in, j)
		d.mayOwe = true
	}
	return j.synFits(s, d, g)
}

// synAgain leaves the moves that explain a SYN that was sent before.
func (d *side) synAgain(m moves, acked bool) moves {
	if !acked {
		m.only(inSYNSENT | inSYNRECEIVED)
		m.from(inSYNSENT | inSYNRECEIVED)
		if d.passive {
			m = moves{}
		}
		return m
	}
	m.only(acknowledges)
	m.from(inSYNSENT | inSYNRECEIVED | inFINWAIT1 | inCLOSING)
	if d.unaLo > 0 { // the own SYN is acknowledged
		m.from(inSYNSENT | inSYNRECEIVED)
	}
	return m
}

// synFresh leaves those that explain the first SYN of an incarnation.
func (d *side) synFresh(m moves, acked bool) moves {
	if acked {
		m.only(inSYNRECEIVED)
		m.from(inLISTEN | inTIMEWAIT)
		return m
	}
	m.only(inSYNSENT)
	m.from(inCLOSED | inLISTEN | inSYNSENT)
	if d.have {
		m[sSYNSENT] = 0
	}
	return m
}

// strangeSYN is a SYN that no state explains.
func (j *Judge) strangeSYN(s *sim.Step, d *side, g *endpoint.Segment, before StateSet, again bool) bool {
	switch {
	case again && d.have:
		return j.fail(ruleI13, s, printed(uint32(g.Seq)), printed(d.iss),
			"%v changed ISS %d -> %d in %v", s.End, d.iss, uint32(g.Seq), before)
	case g.Flags&endpoint.ACK != 0:
		return j.fail(ruleI19, s, before.String(), "SYN-RECEIVED", "%v emitted SYN,ACK on %s in %v",
			s.End, j.causeText(s), before)
	}
	return j.fail(ruleI18, s, "SYN", "no SYN", "%v emitted a SYN without ACK on %s in %v", s.End, j.causeText(s), before)
}

// synFits judges what a SYN says besides.
func (j *Judge) synFits(s *sim.Step, d *side, g *endpoint.Segment) bool {
	j.step.sentSYN = true
	if g.Flags&endpoint.ACK != 0 && !j.ackFits(s, d, g) {
		return false
	}
	text := int64(len(g.Text))
	return j.textFits(s, d, g, 1, false) && j.optionsFit(s, d, g) && j.timely(s, d, 0, g) &&
		j.leaves(s, d, 0, 1+text)
}

// ackFits is I-11: SEG.ACK is RCV.NXT. While one segment is processed RCV.NXT
// may be acknowledged halfway; the last ACK of a step says where it stands.
func (j *Judge) ackFits(s *sim.Step, d *side, g *endpoint.Segment) bool {
	if !d.haveIRS {
		return j.unexplained(s, d, j.step.moves.before(), g)
	}
	t := &j.step
	at := unwrap(d.rcvHi, d.irs, uint32(g.Ack))
	if !d.mayAcknowledge(g) {
		want := printed(d.rcvLo)
		if d.rcvHi > d.rcvLo {
			want += " to " + printed(d.rcvHi)
		}
		return j.fail(ruleI11, s, printed(at), want, "%v emitted ACK=%d; it has received up to %s", s.End, at, want)
	}
	d.rcvLo = at
	t.acked, t.lastAck = true, at
	d.mayOwe = false
	if d.owes {
		j.settled(d)
	}
	return j.windowFits(s, d, g, at)
}

// mayAcknowledge reports whether a segment acknowledges what RCV.NXT may be.
func (d *side) mayAcknowledge(g *endpoint.Segment) bool {
	at := unwrap(d.rcvHi, d.irs, uint32(g.Ack))
	return d.haveIRS && d.rcvLo <= at && at <= d.rcvHi
}

// unexplained is a segment, or a whole step, that no state explains. What the
// end must have been tells which rule that breaks.
func (j *Judge) unexplained(s *sim.Step, d *side, before StateSet, g *endpoint.Segment) bool {
	if g == nil {
		return j.fail(ruleExplained, s, j.causeText(s), "what leaves a state possible",
			"%v was in %v: no state explains what it did about %s", s.End, before, j.causeText(s))
	}
	r, want := ruleExplained, "a segment that "+before.String()+" emits"
	switch {
	case before.within(inSYNSENT):
		r = ruleI18
	case before.within(inLISTEN):
		r = ruleI23
	case d.wasReset && before.within(inCLOSED|inLISTEN):
		r, want = ruleI22, "nothing after an acceptable RST"
	}
	return j.fail(r, s, g.Flags.String(), want, "%v emitted %v on %s, but it was in %v",
		s.End, segmentText(g), j.causeText(s), before)
}

func segmentText(g *endpoint.Segment) string {
	text := g.Flags.String()
	if n := len(g.Text); n > 0 {
		text += " with " + printed(n) + " octets"
	}
	return text
}

// causeText names what made a step happen, for a report.
func (j *Judge) causeText(s *sim.Step) string {
	switch {
	case s.Arrived != nil:
		return segmentText(s.Arrived)
	case s.Cause.Kind == sim.Call:
		return s.Cause.Call.String()
	}
	return "a timeout"
}
