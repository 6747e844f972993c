package tcp

import (
	"net/netip"
	"time"

	"example.org/halfopen/endpoint"
)

// Default maximum segment sizes to send, if the peer names none (RFC 9293
// 3.7.1, MUST-15).
const (
	defaultSendMSS4 = 536
	defaultSendMSS6 = 1220
)

// Arrive is SEGMENT ARRIVES (RFC 9293 3.10.7). What is malformed or has a
// wrong checksum is ignored (MUST-3), and so is what is for another socket or
// comes from an address that no host has (3.9.2.3).
func (t *TCP) Arrive(now time.Duration, datagram []byte) {
	if endpoint.IsICMP(datagram) {
		t.arriveICMP(now, datagram)
		return
	}
	var h endpoint.Header
	var s endpoint.Segment
	if endpoint.Decode(datagram, &h, &s) != nil {
		return
	}
	if s.DstPort != t.cfg.Local.Port() || h.Dst != t.header.Src {
		return
	}
	switch {
	case t.state <= endpoint.Listen:
		if s.SrcPort == 0 || !unicast(h.Src) {
			return // MUST-57, MUST-63
		}
		if t.state == endpoint.Listen && t.accepts(h.Src, s.SrcPort) {
			t.arriveListen(now, h.Src, &s)
		} else {
			t.refuse(h.Src, &s)
		}
	case s.SrcPort != t.remotePort || h.Src != t.header.Dst:
		// No TCB of ours has this remote socket: for this one we are CLOSED.
		if s.SrcPort != 0 && unicast(h.Src) {
			t.refuse(h.Src, &s)
		}
	case t.state == endpoint.SynSent:
		t.arriveSynSent(now, &s)
	default:
		t.arriveSynchronized(now, &s)
	}
}

// accepts reports whether the listener is open to a remote socket.
func (t *TCP) accepts(src netip.Addr, port uint16) bool {
	return !t.remoteKnown() || t.cfg.Remote == netip.AddrPortFrom(src, port)
}

// refuse is what CLOSED does with a segment (3.10.7.1): a RST that the sender
// of s will believe, and nothing in answer to a RST.
func (t *TCP) refuse(src netip.Addr, s *endpoint.Segment) {
	if s.Flags&endpoint.RST != 0 {
		return
	}
	t.rst = reset{owed: true, dst: src, port: s.SrcPort}
	if s.Flags&endpoint.ACK != 0 {
		t.rst.bits, t.rst.seq = endpoint.RST, s.Ack
	} else {
		t.rst.bits, t.rst.ack = endpoint.RST|endpoint.ACK, s.Seq.Add(s.Len())
	}
}

// arriveListen is 3.10.7.2.
func (t *TCP) arriveListen(now time.Duration, src netip.Addr, s *endpoint.Segment) {
	switch {
	case s.Flags&endpoint.RST != 0: // first
		return
	case s.Flags&endpoint.ACK != 0: // second
		t.refuse(src, s)
		return
	case s.Flags&endpoint.SYN == 0: // fourth
		return
	}
	// Third: a SYN.
	t.begin(now, netip.AddrPortFrom(src, s.SrcPort))
	t.synArrived(now, s)
	t.setWindow(s)
	t.passive = true
	t.state = endpoint.SynReceived
	t.owe.syn = true
	t.keep(s)
}

// synArrived takes from the peer's SYN what every SYN has.
func (t *TCP) synArrived(now time.Duration, s *endpoint.Segment) {
	t.negotiate(now, s)
	t.irs = s.Seq
	t.rcv.NXT = s.Seq + 1
	mss, ok := s.Options.MSS()
	if !ok {
		mss = defaultSendMSS4
		if t.header.Src.Is6() {
			mss = defaultSendMSS6
		}
	}
	// MUST-16. A peer that says 0 can only mean as little as possible.
	t.mss = max(1, min(int(mss), int(t.cfg.DefaultMSS())))
	t.path.mss = t.mss
	t.fit()
}

// arriveSynSent is 3.10.7.3. RFC 9293 tells RFC 5961 stacks to compare the
// sequence number of a RST with RCV.NXT here, which does not exist yet: that
// bullet is deleted by erratum 8167.
func (t *TCP) arriveSynSent(now time.Duration, s *endpoint.Segment) {
	acked := s.Flags&endpoint.ACK != 0
	if acked && (s.Ack.LessEq(t.iss) || t.snd.NXT.Less(s.Ack)) { // first
		t.refuse(t.header.Dst, s)
		return
	}
	if s.Flags&endpoint.RST != 0 { // second
		if acked {
			t.end(endpoint.ErrReset)
		}
		return
	}
	if s.Flags&endpoint.SYN == 0 { // fifth
		return
	}
	// Fourth. The window is taken in both branches (RFC 1122 4.2.2.20(c)).
	t.synArrived(now, s)
	t.setWindow(s)
	if !acked {
		// Simultaneous open. Our SYN goes out again, now with an ACK (RFC
		// 1122 4.2.2.8(a)).
		t.state = endpoint.SynReceived
		t.resendSYN(now)
		t.keep(s)
		return
	}
	t.state = endpoint.Established
	t.acked(now, s.Ack)
	t.owe.ack = true
	if s.Flags&endpoint.URG != 0 {
		t.arriveURG(s)
	}
	t.receive(now, s.Seq+1, s.Text, s.Flags&endpoint.FIN != 0) // on to the sixth check of 3.10.7.4
}

// setWindow takes SND.WND, the first time and when the window update rule of
// 3.10.7.4 says so.
func (t *TCP) setWindow(s *endpoint.Segment) {
	t.snd.WND = t.segmentWindow(s)
	t.snd.WL1, t.snd.WL2 = s.Seq, s.Ack
	t.maxWND = max(t.maxWND, t.snd.WND)
}

// segmentWindow is SEG.WND in octets: that of a SYN is not scaled (RFC 7323 2.2).
func (t *TCP) segmentWindow(s *endpoint.Segment) uint32 {
	if s.Flags&endpoint.SYN != 0 {
		return uint32(s.Wnd)
	}
	return uint32(s.Wnd) << t.on.theirs
}

// resendSYN sends SYN,ACK once more because of what has arrived. The segment
// is no longer timed (Karn), and the timer does not send it a third time
// before an RTO has passed (RFC 6298 5).
func (t *TCP) resendSYN(now time.Duration) {
	t.owe.syn = true
	t.rtt.cancel()
	t.timer[timerRetransmit] = now + t.rto
}
