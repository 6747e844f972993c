package tcp

import (
	"time"

	"example.org/halfopen/endpoint"
)

// Emit writes the next datagram: answers first, then what is to be sent
// again, then new data and the FIN, then an ACK that found no company. When
// nothing is left it sets the timers of what has to wait.
func (t *TCP) Emit(now time.Duration, buf []byte) (n int, ok bool) {
	var s endpoint.Segment
	if t.rst.owed {
		return t.emitReset(buf, &s)
	}
	if !t.next(now, &s) {
		t.settle(now)
		return 0, false
	}
	if s.Flags&endpoint.SYN == 0 && (t.on.sack || t.on.stamps || t.urgent.sending) {
		t.extend(now, &s)
	}
	n, err := endpoint.Encode(buf, &t.header, &s)
	return n, err == nil
}

func (t *TCP) emitReset(buf []byte, s *endpoint.Segment) (n int, ok bool) {
	h := endpoint.Header{Src: t.header.Src, Dst: t.rst.dst}
	s.SrcPort, s.DstPort = t.cfg.Local.Port(), t.rst.port
	s.Seq, s.Ack, s.Flags = t.rst.seq, t.rst.ack, t.rst.bits
	if t.rst.stamped {
		s.Options = t.writeStamps(t.rst.val, t.rst.ecr)
	}
	t.rst = reset{}
	n, err := endpoint.Encode(buf, &h, s)
	return n, err == nil
}

// next fills in the next segment of the connection.
func (t *TCP) next(now time.Duration, s *endpoint.Segment) bool {
	switch {
	case t.state <= endpoint.Listen:
		return false
	case t.owe.syn:
		t.owe.syn = false
		t.sendSYN(now, s)
	case t.owe.probe:
		t.owe.probe = false
		t.sendProbe(s)
	case t.owe.first && t.resendOne(now, s):
	case t.resent.credit > 0 && t.resend(now, s):
	case t.state >= endpoint.SynReceived && t.sendNew(now, s):
	case t.owe.alive:
		t.owe.alive = false
		t.common(s, t.snd.NXT-1)
	case t.owe.ack:
		t.common(s, t.snd.NXT)
	default:
		return false
	}
	return true
}

// common fills in what every segment of a connection has but a first SYN: an
// ACK, which pays for all that was received.
func (t *TCP) common(s *endpoint.Segment, seq endpoint.Seq) {
	t.advertise()
	s.SrcPort, s.DstPort = t.cfg.Local.Port(), t.remotePort
	s.Seq, s.Ack = seq, t.rcv.NXT
	s.Flags = endpoint.ACK
	s.Wnd = uint16(t.rcv.WND >> t.on.ours)
	t.owe.ack = false
	t.timer[timerDelayedACK] = endpoint.Never
}

// sendSYN sends our SYN: alone in SYN-SENT, with an ACK when the peer's has
// come.
func (t *TCP) sendSYN(now time.Duration, s *endpoint.Segment) {
	if t.state == endpoint.SynSent {
		s.SrcPort, s.DstPort = t.cfg.Local.Port(), t.remotePort
		s.Seq = t.iss
	} else {
		t.common(s, t.iss)
		t.stamps.acked = s.Ack
	}
	s.Flags |= endpoint.SYN
	s.Wnd = uint16(t.rcv.WND) // never scaled
	s.Options = t.offer(now)
	t.sent(now, t.iss+1)
}

// sendProbe sends one octet, or the FIN, into the zero window (3.8.6.1).
func (t *TCP) sendProbe(s *endpoint.Segment) {
	t.rtt.cancel() // the octet may have left before the window was shut
	t.common(s, t.snd.UNA)
	if t.out.n > 0 {
		s.Text = t.out.view(0, 1)
	} else {
		t.addFIN(s)
	}
	if end := t.snd.UNA + 1; t.snd.NXT.Less(end) {
		t.snd.NXT = end
	}
}

// sendNew sends data that was never sent, and the FIN behind the last octet.
func (t *TCP) sendNew(now time.Duration, s *endpoint.Segment) bool {
	if t.outEnd() == t.snd.NXT && !t.closing && !t.board.Recovering() {
		return false // as mostly
	}
	if t.cfg.Congestion || t.path.mtu > 0 {
		t.renew(now)
	}
	waiting, usable := t.unsent(), t.usable()
	n := t.sendable(waiting, usable)
	fin := t.closing && !t.finSent && n == waiting && usable > n && t.state != endpoint.SynReceived
	if t.board.Recovering() {
		repaired, ok := t.repair(now, s, n, fin)
		if repaired || !ok {
			return repaired
		}
	}
	if n == 0 && !fin {
		return false
	}
	t.segmentize(now, s, t.snd.NXT, n, fin)
	// RFC 6298 3: one sample each round trip. New data is timed also while old
	// data is resent, or nothing would undo the back-off for so long.
	t.rtt.start(now, t.snd.NXT)
	return true
}

// segmentize makes a segment of n octets from seq on, and the FIN.
func (t *TCP) segmentize(now time.Duration, s *endpoint.Segment, seq endpoint.Seq, n int, fin bool) {
	t.common(s, seq)
	if t.on.sack {
		n, fin = t.leaveRoom(n, fin)
	}
	end := seq.Add(n)
	if n > 0 {
		s.Text = t.out.view(seq.Sub(t.outSeq), n)
		if end == t.outEnd() {
			s.Flags |= endpoint.PSH // MUST-61
		}
	}
	if fin {
		t.addFIN(s)
		end++
	}
	t.sent(now, end)
}

// addFIN puts our FIN on a segment; the CLOSE of CLOSE-WAIT takes place now
// (3.10.4).
func (t *TCP) addFIN(s *endpoint.Segment) {
	s.Flags |= endpoint.FIN
	t.finSent = true
	if t.state == endpoint.CloseWait {
		t.state = endpoint.LastAck
	}
}

// sent notes that sequence space up to end has left.
func (t *TCP) sent(now time.Duration, end endpoint.Seq) {
	t.lately = now
	if t.snd.NXT.Less(end) {
		t.snd.NXT = end
	}
	if t.timer[timerRetransmit] == endpoint.Never { // RFC 6298 5.1
		t.timer[timerRetransmit] = now + t.rto
		t.alive = now
	}
	if t.timer[timerRetransmit] == now+t.rto {
		t.armed = t.snd.NXT
	}
}

// resendFirst lets the segment at SND.UNA out again, and what its
// acknowledgment will let out after it, up to end. By Karn's rule nothing of
// it is timed any more.
func (t *TCP) resendFirst(end endpoint.Seq) {
	t.rtt.cancel()
	t.resent.on, t.resent.credit = true, 1
	t.resent.next, t.resent.end = t.snd.UNA, end
}

// resendMore lets out what follows a resent segment, now that n octets more
// are acknowledged: twice as much, and at most four segments, so that one ACK
// over a filled gap does not send again what the peer holds behind it.
func (t *TCP) resendMore(n int) {
	if !t.resent.on {
		return
	}
	if t.resent.end.LessEq(t.snd.UNA) {
		t.resent.on, t.resent.credit, t.resent.next, t.resent.end = false, 0, 0, 0
		return
	}
	if t.resent.next.Less(t.snd.UNA) {
		t.resent.next = t.snd.UNA
	}
	t.resent.credit = min(2*((n-1)/t.mss+1), 4)
}

// resend sends one segment again. It stays inside the window (SHLD-16). Where
// all that is outstanding may go again, new data and the FIN may fill it up.
func (t *TCP) resend(now time.Duration, s *endpoint.Segment) bool {
	seq, hole := t.resent.next, t.snd.NXT
	if t.on.sack {
		seq, hole = t.missing(seq)
	}
	if t.resent.end.LessEq(seq) {
		t.resent.credit = 0
		return false
	}
	if seq == t.iss && t.synUnacked() {
		t.sendSYN(now, s)
		t.resent.next = t.outSeq
		t.resent.credit--
		return true
	}
	room := t.snd.UNA.Add(int(t.snd.WND)).Sub(seq)
	if t.on.theirs > 0 {
		room = t.honoured(seq, room)
	}
	if t.cfg.Congestion {
		room = min(room, t.snd.UNA.Add(t.network.CWND()).Sub(seq))
	}
	n := min(t.outEnd().Sub(seq), room, t.mss)
	all := t.resent.end == t.snd.NXT
	if !all {
		n = min(n, t.resent.end.Sub(seq))
	}
	if hole != t.snd.NXT {
		n, all = min(n, hole.Sub(seq)), false
	}
	n = max(0, n)
	fin := all && t.closing && seq.Add(n) == t.outEnd() && room > n
	if n == 0 && !fin {
		t.resent.credit = 0
		return false
	}
	t.segmentize(now, s, seq, n, fin)
	t.resent.next = seq.Add(s.Len())
	t.resent.credit--
	return true
}

// outEnd is the sequence number behind the last octet of out: that of our FIN.
func (t *TCP) outEnd() endpoint.Seq { return t.outSeq.Add(t.out.n) }

// unsent is how many octets of out were never sent.
func (t *TCP) unsent() int { return max(0, t.outEnd().Sub(t.snd.NXT)) }

func (t *TCP) synUnacked() bool { return t.snd.UNA.Less(t.outSeq) }

// usable is the usable window, U of 3.8.6.2.1: how far new data may go, by the
// peer and by the network.
func (t *TCP) usable() int {
	if t.cfg.Congestion {
		return t.bounded()
	}
	return int(int32(uint32(t.snd.UNA-t.snd.NXT) + t.snd.WND))
}

// sendable is how many octets of new data the next segment carries: the
// sender's silly-window avoidance (3.8.6.2.1, MUST-38) and Nagle's algorithm
// (3.7.4). waiting is D, usable is U; all data counts as pushed.
func (t *TCP) sendable(waiting, usable int) int {
	n := min(waiting, usable)
	switch {
	case n <= 0 || t.state == endpoint.SynReceived:
		return 0
	case n >= t.mss: // (1)
		return t.mss
	case t.nagled():
		return 0
	case n == waiting || 2*n >= int(t.maxWND) || t.owe.override: // (2), (3), (4)
		return n
	}
	return 0
}

// nagled reports whether Nagle's algorithm keeps small segments back.
func (t *TCP) nagled() bool { return t.snd.UNA != t.snd.NXT && !t.cfg.NoNagle }
