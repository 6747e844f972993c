package oracle

import (
	"example.org/halfopen/endpoint"
	"example.org/halfopen/sim"
)

// entered judges what has to be true of a state at the moment it is entered.
func (j *Judge) entered(s *sim.Step, d *shadow, a *arrival) bool {
	from, to := s.Before.State, s.After.State
	switch to {
	case sCLOSED, sLISTEN:
		j.ended(s, d)
		return !hasTCB(from) || j.endTold(s)
	case sESTABLISHED:
		return j.established(s, d)
	case sFINWAIT2:
		d.since = s.At
		return j.ownFINAcked(s, d)
	case sTIMEWAIT:
		d.since, d.twLast, d.finAgain = s.At, s.At, 0
		if d.note3 {
			d.lostData, j.forgot = true, true
			return true
		}
		if from == sSYNRECEIVED { // back from a reopening that failed
			return true
		}
		j.ask(ruleI30)
		if !d.closed {
			return j.fail(ruleI30, s, "TIME-WAIT", "CLOSE before the peer's FIN",
				"%v is in TIME-WAIT, but never closed", s.End)
		}
		return j.ownFINAcked(s, d) && j.peerFINTaken(s, d)
	case sCLOSEWAIT, sCLOSING, sLASTACK:
		return j.peerFINTaken(s, d)
	}
	return true
}

// ended keeps the books of a connection that is over.
func (j *Judge) ended(s *sim.Step, d *shadow) {
	from, to := s.Before.State, s.After.State
	d.settled(j)
	if !hasTCB(from) {
		return
	}
	if !orderly(s) {
		d.lostData, j.forgot = true, true
	}
	if to == sLISTEN && d.taken > 0 {
		d.baseLost = true
	}
}

// established is I-25 and I-26: the own SYN was acknowledged and the peer's
// came; and if the other end is in ESTABLISHED too, the two belong together.
func (j *Judge) established(s *sim.Step, d *shadow) bool {
	j.ask(ruleI25)
	if d.known&endpoint.KnowSND != 0 && d.haveISS && d.una < 1 {
		return j.fail(ruleI25, s, "SND.UNA=ISS", "SND.UNA>ISS",
			"%v is in ESTABLISHED, but its SYN is not acknowledged", s.End)
	}
	if s.Before.State == sSYNSENT && d.haveIRS && s.Arrived != nil && d.irs != uint32(s.Arrived.Seq) {
		return j.fail(ruleI25, s, printed(d.irs), printed(uint32(s.Arrived.Seq)),
			"%v has IRS %d, but the SYN had SEQ=%d", s.End, d.irs, uint32(s.Arrived.Seq))
	}
	p := &j.ends[s.End.Peer()]
	known := d.haveISS && d.haveIRS && p.haveISS && p.haveIRS
	if p.state != sESTABLISHED || j.hostile || !known {
		return true
	}
	j.ask(ruleI26)
	if j.matched() {
		return true
	}
	return j.fail(ruleI26, s, printed(d.irs), printed(p.iss),
		"both ends are in ESTABLISHED, but %v has ISS %d, IRS %d and %v has ISS %d, IRS %d",
		s.End, d.iss, d.irs, s.End.Peer(), p.iss, p.irs)
}

// ownFINAcked is I-27.
func (j *Judge) ownFINAcked(s *sim.Step, d *shadow) bool {
	if d.known&endpoint.KnowSND == 0 || !d.haveISS {
		return true
	}
	j.ask(ruleI27)
	if d.finSent && d.una == d.fin+1 {
		return true
	}
	if !d.finSent {
		return j.fail(ruleI27, s, "no FIN sent", "FIN sent and acknowledged",
			"%v is in %v, but its FIN has not left", s.End, s.After.State)
	}
	return j.fail(ruleI27, s, printed(d.una), printed(d.fin+1),
		"%v is in %v with SND.UNA %d; its FIN needs %d", s.End, s.After.State, d.una, d.fin+1)
}

// peerFINTaken is I-28: RCV.NXT stands behind the peer's FIN.
func (j *Judge) peerFINTaken(s *sim.Step, d *shadow) bool {
	p := &j.ends[s.End.Peer()]
	if d.known&endpoint.KnowRCV == 0 || d.tainted || !p.finSent || !j.matched() {
		return true
	}
	j.ask(ruleI28)
	if d.rcvNxt == p.fin+1 {
		return true
	}
	return j.fail(ruleI28, s, printed(d.rcvNxt), printed(p.fin+1),
		"%v is in %v with RCV.NXT %d; the FIN of %v needs %d",
		s.End, s.After.State, d.rcvNxt, s.End.Peer(), p.fin+1)
}

// holds judges what has to be true after every step of an end that has a TCB.
func (j *Judge) holds(s *sim.Step, d *shadow) bool {
	if s.After.State == sTIMEWAIT {
		j.restarted(s, d)
	}
	if (d.rcvNxt != j.out.rcvNxt || d.una != j.out.una) && !j.hostile && j.matched() && !j.pair(s, d) {
		return false
	}
	if d.una == d.max && s.After.Deadline != endpoint.Never {
		return j.idleTimer(s, d)
	}
	return true
}

// finUnacked is I-29: in these states the own FIN, which has left, is not acknowledged.
func (j *Judge) finUnacked(s *sim.Step, d *shadow) bool {
	state := s.After.State
	if d.known&endpoint.KnowSND == 0 || state != sFINWAIT1 && state != sCLOSING && state != sLASTACK {
		return true
	}
	j.ask(ruleI29)
	if d.una <= d.fin {
		return true
	}
	return j.fail(ruleI29, s, printed(d.una), printed(d.fin),
		"%v is in %v, but its FIN %d is acknowledged (SND.UNA %d)", s.End, state, d.fin, d.una)
}

// pair is I-10: nobody has received what was not sent, or knows acknowledged
// what was not received.
func (j *Judge) pair(s *sim.Step, d *shadow) bool {
	p := &j.ends[s.End.Peer()]
	j.ask(ruleI10)
	if d.rcvNxt > p.max {
		return j.fail(ruleI10, s, printed(d.rcvNxt), printed(p.max),
			"%v has RCV.NXT %d, but %v sent only up to %d", s.End, d.rcvNxt, s.End.Peer(), p.max)
	}
	if d.una > p.rcvNxt && p.known&endpoint.KnowRCV != 0 {
		return j.fail(ruleI10, s, printed(d.una), printed(p.rcvNxt),
			"%v has SND.UNA %d, but %v received only up to %d", s.End, d.una, s.End.Peer(), p.rcvNxt)
	}
	return true
}

// restarted notes a segment that may restart TIME-WAIT: the letter restarts on
// the peer's FIN, Linux on all that it answers.
func (j *Judge) restarted(s *sim.Step, d *shadow) {
	if g := s.Arrived; g != nil && g.Flags&endpoint.RST == 0 {
		d.twLast = s.At
		end := unwrap(d.rcvNxt, d.irs, uint32(g.Seq)) + int64(len(g.Text)) + 1
		same := end == d.rcvNxt
		another := end > d.rcvNxt && end <= d.rcvNxt+int64(d.rcvWnd) && uint32(g.Ack) == d.iss+uint32(d.una)
		const fin = endpoint.FIN | endpoint.ACK
		if g.Flags&(fin|endpoint.SYN) == fin && s.Before.State == sTIMEWAIT && s.ArrivedErr == nil &&
			g.SrcPort == j.ports[s.End.Peer()] && g.DstPort == j.ports[s.End] && (same || another) {
			d.finAgain = s.At
		}
	}
}
