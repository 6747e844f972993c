package tcp

import (
	"time"

	"example.org/halfopen/endpoint"
	"example.org/halfopen/endpoint/congestion"
)

// challengePeriod is the time in which at most Config.ChallengeACKs leave
// (RFC 5961 7).
const challengePeriod = 5 * time.Second

// arriveSynchronized is 3.10.7.4, for SYN-RECEIVED and all states after it.
// The third check, security, has nothing to do here.
func (t *TCP) arriveSynchronized(now time.Duration, s *endpoint.Segment) {
	// Second: a RST is judged by SEG.SEQ alone, also with text (SHLD-2) and
	// with a shut window (MUST-66), so that it can go before the first.
	if s.Flags&endpoint.RST != 0 {
		t.arriveRST(now, s)
		return
	}
	t.timer[timerKeepAlive], t.asked = endpoint.Never, 0
	// RFC 7323 5.3: timestamps go before the sequence number.
	if t.on.stamps && !t.fresh(now, s) {
		return
	}
	// First: the sequence number.
	if !t.acceptable(s) {
		t.unacceptable(now, s)
		return
	}
	// Fourth: a SYN.
	if s.Flags&endpoint.SYN != 0 {
		t.arriveSYN(now, s)
		return
	}
	// Fifth: the ACK field.
	if s.Flags&endpoint.ACK == 0 || !t.acknowledgment(now, s) {
		return
	}
	if t.on.stamps {
		t.keepStamp(now, s)
	}
	// Sixth: URG.
	if s.Flags&endpoint.URG != 0 {
		t.arriveURG(s)
	}
	// Seventh and eighth: text and FIN.
	fin := s.Flags&endpoint.FIN != 0
	switch t.state {
	case endpoint.Established, endpoint.FinWait1, endpoint.FinWait2:
		if len(s.Text) > 0 || fin || t.ripe() {
			t.receive(now, s.Seq, s.Text, fin)
		}
	case endpoint.CloseWait, endpoint.Closing, endpoint.LastAck, endpoint.TimeWait:
		// The peer breaks its own FIN; the text is ignored, the FIN answered.
		if fin {
			t.owe.ack = true
			t.restartTimeWait(now)
		}
	}
}

// inWindow reports whether RCV.NXT =< x < RCV.NXT+RCV.WND.
func (t *TCP) inWindow(x endpoint.Seq) bool { return uint32(x-t.rcv.NXT) < t.rcv.WND }

// acceptable is the table of 3.4 and of the first check: its four cases.
func (t *TCP) acceptable(s *endpoint.Segment) bool {
	n := s.Len()
	if t.rcv.WND == 0 {
		return n == 0 && s.Seq == t.rcv.NXT
	}
	return t.inWindow(s.Seq) || n > 0 && t.inWindow(s.Seq.Add(n-1))
}

// unacceptable answers a segment that fails the first check, and drops it.
func (t *TCP) unacceptable(now time.Duration, s *endpoint.Segment) {
	if t.state == endpoint.SynReceived && s.Flags&(endpoint.SYN|endpoint.ACK) == endpoint.SYN && s.Seq == t.irs {
		// The SYN again: our SYN,ACK was lost, or is late. An ACK alone would
		// be legal and of no use to a peer in SYN-SENT.
		t.resendSYN(now)
		return
	}
	if t.on.sack && t.state > endpoint.SynReceived {
		t.note(s.Seq, len(s.Text), false) // RFC 2883: an ACK says what came again
	}
	if s.Len() > 0 {
		t.owe.ack = true
	} else {
		// Two ends that are outside each other's window, both windows full for
		// one, would answer each other's bare ACKs without end: they are
		// throttled like challenge ACKs (RFC 5961 7 and its erratum 4772).
		t.challenge(now)
	}
	if s.Flags&endpoint.FIN != 0 && s.Seq.Add(s.Len()) == t.rcv.NXT {
		t.restartTimeWait(now) // the peer's FIN once more
	}
	if t.rcv.WND == 0 && s.Seq == t.rcv.NXT && s.Flags&(endpoint.ACK|endpoint.SYN) == endpoint.ACK && t.state != endpoint.SynReceived {
		// With a shut window nothing but a bare ACK is acceptable; a valid ACK
		// field of a segment with text is used all the same (3.4), or two ends
		// with shut windows would never hear each other. URG as well (MUST-66).
		if t.acknowledgment(now, s) && s.Flags&endpoint.URG != 0 {
			t.arriveURG(s)
		}
	}
}

// arriveRST is the second check, with RFC 5961 3.
func (t *TCP) arriveRST(now time.Duration, s *endpoint.Segment) {
	if s.Seq != t.rcv.NXT {
		if t.inWindow(s.Seq) {
			t.challenge(now)
		}
		return
	}
	switch t.state {
	case endpoint.SynReceived:
		if t.passive {
			t.listen() // MUST-11
			return
		}
		t.end(endpoint.ErrRefused)
	case endpoint.Closing, endpoint.LastAck, endpoint.TimeWait:
		// The user need not be told, for both sides have closed; unless octets
		// of ours may not have arrived.
		if t.out.n > 0 {
			t.end(endpoint.ErrReset)
			return
		}
		t.end(0)
	default:
		t.end(endpoint.ErrReset)
	}
}

// arriveSYN is the fourth check.
func (t *TCP) arriveSYN(now time.Duration, s *endpoint.Segment) {
	switch {
	case t.state == endpoint.SynReceived && s.Seq == t.irs:
		// The SYN again, with text that reaches into the window: its text was
		// kept the first time.
		t.resendSYN(now)
	case t.state == endpoint.SynReceived && t.passive && t.inWindow(s.Seq):
		// RFC 1122 4.2.2.20(e); nothing is sent. A SYN that stands before the
		// window, with text that reaches into it, is trimmed off: it is not the
		// new one of a peer that has begun anew.
		t.listen()
	default:
		t.challenge(now) // RFC 5961 4
	}
}

// acknowledgment is the fifth check. It returns false if the segment is to be
// dropped.
func (t *TCP) acknowledgment(now time.Duration, s *endpoint.Segment) bool {
	if t.state == endpoint.SynReceived {
		if s.Ack.LessEq(t.snd.UNA) || t.snd.NXT.Less(s.Ack) {
			t.refuse(t.header.Dst, s)
			t.stampReset(now)
			return false
		}
		t.state = endpoint.Established
		if t.closing { // a CLOSE was queued (3.10.4)
			t.state = endpoint.FinWait1
		}
		t.setWindow(s)
	}
	if t.snd.NXT.Less(s.Ack) {
		t.owe.ack = true
		return false
	}
	if s.Ack.Less(t.snd.UNA.Add(-int(t.maxWND))) {
		t.challenge(now) // MAY-12, RFC 5961 5
		return false
	}
	if t.cfg.Congestion && t.duplicate(s) {
		t.answer(t.network.DupACK(uint32(t.snd.UNA), uint32(t.snd.NXT)))
	}
	if t.snd.UNA.Less(s.Ack) {
		t.acked(now, s.Ack)
	}
	if s.Ack == t.snd.UNA {
		t.updateWindow(now, s)
	}
	if t.on.sack {
		t.scored(s)
	}
	if t.finSent && t.snd.UNA == t.snd.NXT {
		t.finAcked(now)
	}
	return t.state != endpoint.Closed
}

// updateWindow is the rule about SND.WL1 and SND.WL2, with =< as RFC 1122
// 4.2.2.20(g) has it.
func (t *TCP) updateWindow(now time.Duration, s *endpoint.Segment) {
	shut := t.snd.WND == 0
	if t.snd.WL1.Less(s.Seq) || t.snd.WL1 == s.Seq && t.snd.WL2.LessEq(s.Ack) {
		t.setWindow(s)
	}
	if !shut {
		return
	}
	t.probed = false // the probe was answered: MUST-37
	if t.snd.WND > 0 && t.snd.UNA != t.snd.NXT {
		// The window opens, and what the probe carried was not taken.
		t.resendFirst(t.snd.NXT)
	}
}

// finAcked is the fifth check's part about our FIN.
func (t *TCP) finAcked(now time.Duration) {
	switch t.state {
	case endpoint.FinWait1:
		t.state = endpoint.FinWait2
	case endpoint.Closing:
		t.enterTimeWait(now)
	case endpoint.LastAck:
		t.end(0)
	}
}

// acked moves SND.UNA up to ack.
func (t *TCP) acked(now time.Duration, ack endpoint.Seq) {
	una := t.snd.UNA
	t.snd.UNA = ack
	var heard congestion.Answer
	if una.Less(t.outSeq) { // our SYN
		t.begun()
	} else if t.cfg.Congestion {
		heard = t.network.Acked(uint32(ack), uint32(t.snd.NXT), max(0, min(ack.Sub(t.outSeq), t.out.n)))
		t.answer(heard)
	}
	if n := min(ack.Sub(t.outSeq), t.out.n); n > 0 {
		t.out.drop(n)
		t.outSeq = t.outSeq.Add(n)
		if t.out.n == 0 {
			t.out.clear()
		}
	}
	rto, ok := time.Duration(0), false
	if t.on.stamps {
		rto, ok = t.echoed(now)
	} else {
		rto, ok = t.rtt.acked(now, ack)
	}
	if ok {
		t.rto = min(max(rto, t.cfg.RTOMin), t.cfg.RTOMax) // RFC 6298 2.4, 2.5
	}
	if t.resent.lost {
		// RFC 6298 5.7: data transmission begins.
		t.resent.lost = false
		if t.cfg.RTOInitial < lostSYNRTO {
			t.rto = min(lostSYNRTO, t.cfg.RTOMax)
		}
	}
	t.urgent.acked(ack)
	t.alive = now
	t.resent.count = 0
	t.resendMore(ack.Sub(una))
	t.timer[timerUser] = endpoint.Never
	t.persist, t.probed = 0, false
	t.timer[timerPersist] = endpoint.Never
	if heard.KeepTimer && t.snd.UNA != t.snd.NXT {
		return
	}
	t.timer[timerRetransmit] = endpoint.Never // RFC 6298 5.2
	if t.snd.UNA != t.snd.NXT {
		t.timer[timerRetransmit] = now + t.rto // 5.3
		t.armed = t.snd.NXT
	}
}

// challenge owes a challenge ACK, unless too many have left of late (RFC 5961
// 7).
func (t *TCP) challenge(now time.Duration) {
	if t.cfg.NoChallengeThrottle {
		t.owe.ack = true
		return
	}
	if now >= t.throttle.until {
		t.throttle = throttle{until: now + challengePeriod}
	}
	if t.throttle.n < t.cfg.ChallengeACKs {
		t.throttle.n++
		t.owe.ack = true
	}
}

func (t *TCP) enterTimeWait(now time.Duration) {
	t.state = endpoint.TimeWait
	t.stopTimers()
	t.restartTimeWait(now)
}

// restartTimeWait starts the 2 MSL timer, in TIME-WAIT only (MUST-13).
func (t *TCP) restartTimeWait(now time.Duration) {
	if t.state == endpoint.TimeWait {
		t.timer[timerTimeWait] = now + 2*t.cfg.MSL
	}
}
