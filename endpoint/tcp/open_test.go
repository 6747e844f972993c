package tcp

import (
	"net/netip"
	"testing"
	"time"

	"example.org/halfopen/endpoint"
)

// 3.5: establishing a connection.

func TestHandshake_3_5_BasicActive(t *testing.T) { // figure 6, A
	h := synSent(t).recv("SYN,ACK", 0, 1, "").in(endpoint.Established, "ACK 1 ack 1").idle()
	if st := h.status(); st.IRS != peerISS || st.SND.WND != window { // RFC 1122 4.2.2.20(c)
		t.Errorf("%+v", st)
	}
}

func TestHandshake_3_5_BasicPassive(t *testing.T) { established(t) } // figure 6, B

func TestHandshake_3_10_7_4_AnySegmentWithTheACKCompletesIt(t *testing.T) {
	synReceivedPassive(t).recv("ACK", 1, 1, "abc").in(endpoint.Established).read("abc")
	synReceivedActive(t).recv("ACK", 1, 1, "abc").in(endpoint.Established).read("abc")
	synReceivedPassive(t).recv("FIN,ACK", 1, 1, "abc").in(endpoint.CloseWait, "ACK 1 ack 5").read("abc") // composite
}

func TestHandshake_3_5_NoDataBeforeEstablished(t *testing.T) { // I-4
	h := listening(t).recv("SYN", 0, -1, "abc").in(endpoint.SynReceived, "SYN,ACK 0 ack 1").read("")
	h.recv("ACK", 1, 1, "").in(endpoint.Established, "ACK 1 ack 4").read("abc")

	h = synSent(t).recv("SYN", 0, -1, "abc").in(endpoint.SynReceived, "SYN,ACK 0 ack 1").read("")
	h.recv("ACK", 4, 1, "def").in(endpoint.Established, "ACK 1 ack 7").read("abcdef")
}

// Rough spot 15: a FIN on the SYN waits until our SYN is acknowledged.
func TestHandshake_3_10_7_2_FINOnTheSYNIsKept(t *testing.T) {
	h := listening(t).recv("SYN,FIN", 0, -1, "abc").in(endpoint.SynReceived, "SYN,ACK 0 ack 1")
	h.recv("ACK", 5, 1, "").in(endpoint.CloseWait, "ACK 1 ack 5").read("abc")

	h = synSent(t).recv("SYN,FIN", 0, -1, "").in(endpoint.SynReceived, "SYN,ACK 0 ack 1")
	h.recv("ACK", 2, 1, "").in(endpoint.CloseWait, "ACK 1 ack 2")
}

func TestHandshake_3_10_7_3_TextAndFINOnTheSYNACK(t *testing.T) { // SYN-SENT to CLOSE-WAIT
	synSent(t).recv("SYN,ACK", 0, 1, "abc").in(endpoint.Established, "ACK 1 ack 4").read("abc")
	synSent(t).recv("SYN,FIN,ACK", 0, 1, "abc").in(endpoint.CloseWait, "ACK 1 ack 5").read("abc")
}

// A kept text, a queued CLOSE and a FIN: SYN-RECEIVED to CLOSING in one event.
func TestHandshake_3_10_4_QueuedCloseAndFIN(t *testing.T) {
	h := synReceivedPassive(t).send(3).close(nil).in(endpoint.SynReceived)
	h.recv("FIN,ACK", 1, 1, "").in(endpoint.Closing, "FIN,PSH,ACK 1 ack 2 len 3")
}

// MUST-10: figure 7, by the letter. The SYN,ACK fails the first check, for its
// SYN is old; the ACK that this draws finishes the handshake at the other end
// (rough spot 2).
func TestSimultaneousOpen_3_5_FinishedByTheFirstChecksACK(t *testing.T) {
	h := synReceivedActive(t).recv("SYN,ACK", 0, 1, "").in(endpoint.SynReceived, "ACK 1 ack 1")
	h.recv("ACK", 1, 1, "").in(endpoint.Established)
}

// The other way: our SYN was lost, so the peer, in SYN-SENT, gets a SYN,ACK,
// and its ACK is the usual one.
func TestSimultaneousOpen_3_5_FinishedBySYNACK(t *testing.T) {
	synSent(t).recv("SYN,ACK", 0, 1, "").in(endpoint.Established, "ACK 1 ack 1")
}

// RFC 1122 4.2.2.8(a): SYN-SENT answers a SYN with SYN,ACK, where RFC 793's
// figure said ACK. Karn: the SYN has left twice now, it is not timed.
func TestSimultaneousOpen_3_10_7_3_SYNIsAnsweredBySYNACK(t *testing.T) {
	h := synSent(t)
	h.now = 300 * time.Millisecond
	h.recv("SYN", 0, -1, "").in(endpoint.SynReceived, "SYN,ACK 0 ack 1")
	if h.tcp.rtt.timing {
		t.Error("a SYN that left twice is timed")
	}
	if st := h.status(); st.SND.WND != window || st.SND.WL1 != peerISS { // rough spot 3
		t.Errorf("%+v", st.SND)
	}
	h.fire(time.Second).expect("SYN,ACK 0 ack 1") // an RTO after it last left (RFC 6298 5)
}

func TestSynReceived_3_10_7_4_TheSYNAgainGetsTheSYNACKAgain(t *testing.T) {
	for _, m := range []maker{synReceivedPassive, synReceivedActive} {
		h := m(t)
		h.now = 900 * time.Millisecond
		h.recv("SYN", 0, -1, "").in(endpoint.SynReceived, "SYN,ACK 0 ack 1")
		h.recv("SYN", 0, -1, "abc").in(endpoint.SynReceived, "SYN,ACK 0 ack 1") // reaches into the window
		h.fire(time.Second).expect("SYN,ACK 0 ack 1")
		h.recv("ACK", 1, 1, "").in(endpoint.Established)
	}
}

// MUST-11, figure 5 Note 1; rough spot 4: only this state goes back.
func TestSynReceived_3_10_7_4_RSTGoesBackToWhereItCameFrom(t *testing.T) {
	h := synReceivedPassive(t).recv("RST", 1, -1, "").in(endpoint.Listen).idle()
	if st := h.status(); st.Err != 0 {
		t.Error("the user need not be informed")
	}
	h.recv("SYN", 0, -1, "").in(endpoint.SynReceived, "SYN,ACK 2 ack 1") // a new ISS, above the old numbers

	h = synReceivedActive(t).recv("RST", 1, -1, "").in(endpoint.Closed).idle()
	if st := h.status(); st.Err != endpoint.ErrRefused {
		t.Errorf("error %v", st.Err)
	}
}

func TestSynReceived_3_10_7_4_WhatTheUserQueuedSurvivesTheReturnToListen(t *testing.T) {
	h := synReceivedPassive(t).send(3).close(nil).recv("RST", 1, -1, "").in(endpoint.Listen)
	h.recv("SYN", 0, -1, "").in(endpoint.SynReceived, "SYN,ACK 2 ack 1")
	h.recv("ACK", 1, 3, "").in(endpoint.FinWait1, "FIN,PSH,ACK 3 ack 1 len 3")
}

// RFC 1122 4.2.2.20(e): passive goes back to LISTEN and answers nothing;
// active challenges.
func TestSynReceived_3_10_7_4_SYNInTheWindow(t *testing.T) {
	synReceivedPassive(t).recv("SYN", 5, -1, "").in(endpoint.Listen).idle()
	synReceivedPassive(t).recv("SYN,ACK", 5, 1, "").in(endpoint.Listen)
	synReceivedActive(t).recv("SYN", 5, -1, "").in(endpoint.SynReceived, "ACK 1 ack 1")
}

// Rough spot 7: FIN-WAIT-1 from SYN-RECEIVED has its SYN unacknowledged.
func TestFinWait1_3_10_4_FromSynReceived(t *testing.T) {
	make := func() *hand { return synReceivedPassive(t).close(nil).in(endpoint.FinWait1, "FIN,ACK 1 ack 1") }
	make().recv("RST", 1, -1, "").in(endpoint.Closed)                                      // not LISTEN
	make().recv("ACK", 1, 5, "").in(endpoint.FinWait1, "ACK 2 ack 1")                      // a bad ACK: synchronized, no RST
	make().fire(time.Second).in(endpoint.FinWait1, "SYN,ACK 0 ack 1")                      // the front of the queue
	make().recv("ACK", 1, 2, "").in(endpoint.FinWait2)                                     // both acknowledged
	make().recv("ACK", 1, 1, "abc").in(endpoint.FinWait1).read("abc")                      // the SYN alone
	make().recv("FIN,ACK", 1, 2, "").in(endpoint.TimeWait, "ACK 2 ack 2")                  // Note 2
	make().recv("SYN", 0, -1, "").in(endpoint.FinWait1, "ACK 2 ack 1")                     // first check
	h := make().fire(time.Second).in(endpoint.FinWait1, "SYN,ACK 0 ack 1")                 // lost both:
	h.recv("ACK", 1, 1, "").in(endpoint.FinWait1, "FIN,ACK 1 ack 1").fire(3 * time.Second) // RFC 6298 5.7
	h.expect("FIN,ACK 1 ack 1")
}

// 3.10.7.2: the order of the checks in LISTEN.
func TestListen_3_10_7_2(t *testing.T) {
	h := listening(t)
	h.recv("RST", 0, -1, "").recv("RST,ACK", 0, 1, "").recv("SYN,RST", 0, -1, "").in(endpoint.Listen) // first
	h.recv("ACK", 0, 77, "").in(endpoint.Listen, "RST 77")                                            // second
	h.recv("SYN,ACK", 0, 77, "").in(endpoint.Listen, "RST 77")
	h.recv("FIN,ACK", 0, 77, "abc").in(endpoint.Listen, "RST 77")
	h.recv("FIN", 0, -1, "abc").recv("PSH", 0, -1, "abc").recv("none", 0, -1, "").in(endpoint.Listen) // fourth
	h.recv("SYN", 0, -1, "").in(endpoint.SynReceived, "SYN,ACK 0 ack 1")                              // third
}

func TestListen_3_9_1_1_RemoteSocketOfThePassiveOpen(t *testing.T) {
	stranger := netip.MustParseAddr("192.0.2.9")
	h := listening(t)
	h.deliver(stranger, localSocket.Addr(), h.seg("SYN", 0, -1, ""))
	h.in(endpoint.Listen, "RST,ACK 0 ack 1 to 192.0.2.9:200")
	h = listening(t, noRemote)
	h.deliver(stranger, localSocket.Addr(), h.seg("SYN", 0, -1, ""))
	h.in(endpoint.SynReceived, "SYN,ACK 0 ack 1 to 192.0.2.9:200")
}

// 3.10.7.3: the order of the checks in SYN-SENT.
func TestSynSent_3_10_7_3(t *testing.T) {
	h := synSent(t)
	// First: a bad ACK.
	for _, ack := range []int{-5, 0, 2} {
		h.recv("RST,ACK", 0, ack, "").in(endpoint.SynSent)
	}
	h.recv("ACK", 0, 0, "").in(endpoint.SynSent, "RST 0")
	h.recv("SYN,ACK", 0, 0, "").in(endpoint.SynSent, "RST 0")
	h.recv("SYN,ACK", 0, 2, "").in(endpoint.SynSent, "RST 2")
	h.recv("FIN,ACK", 0, -7, "").in(endpoint.SynSent, "RST -7")
	// Second: a RST without ACK.
	h.recv("RST", 0, -1, "").recv("SYN,RST", 0, -1, "").in(endpoint.SynSent)
	// Fifth: neither SYN nor RST.
	h.recv("ACK", 0, 1, "").recv("FIN,ACK", 0, 1, "abc").recv("FIN", 0, -1, "").recv("PSH", 0, -1, "abc").in(endpoint.SynSent)
	// Second: a RST with a good ACK.
	h.recv("RST,ACK", 0, 1, "").in(endpoint.Closed).idle()
	if st := h.status(); st.Err != endpoint.ErrReset {
		t.Errorf("error %v", st.Err)
	}
}

// Erratum 8167: RFC 9293 tells to compare the sequence number of the RST with
// RCV.NXT in SYN-SENT, where there is none.
func TestSynSent_3_10_7_3_Erratum8167(t *testing.T) {
	for _, seq := range []int{-1 << 30, -5000, -1, 0, 1, 99, 1 << 30} {
		synSent(t).recv("RST,ACK", seq, 1, "").in(endpoint.Closed)
	}
}

// 3.10.7.1 and the two forms of RST.
func TestClosed_3_10_7_1(t *testing.T) {
	h := newHand(t)
	h.recv("RST", 5, -1, "").recv("RST,ACK", 5, 5, "").in(endpoint.Closed)
	h.recv("ACK", 5, 77, "abc").in(endpoint.Closed, "RST 77")
	h.recv("SYN,ACK", 5, 77, "").in(endpoint.Closed, "RST 77")
	h.recv("SYN", 5, -1, "").in(endpoint.Closed, "RST,ACK 0 ack 6")
	h.recv("FIN", 5, -1, "abc").in(endpoint.Closed, "RST,ACK 0 ack 9")
	h.recv("SYN,FIN", 5, -1, "abc").in(endpoint.Closed, "RST,ACK 0 ack 10")
	h.recv("none", 5, -1, "").in(endpoint.Closed, "RST,ACK 0 ack 5").idle()
}

// A segment from a remote socket of which there is no TCB finds CLOSED.
func TestClosed_3_10_7_1_ForAStranger(t *testing.T) {
	for _, m := range makers[1:] {
		h := m.make(t)
		state := h.tcp.state
		h.deliver(netip.MustParseAddr("192.0.2.9"), localSocket.Addr(), h.seg("ACK", 1, 1, "abc"))
		h.in(state, "RST 1 to 192.0.2.9:200")
		s := h.seg("SYN", 1, 1, "")
		s.SrcPort = 201
		h.deliver(peerSocket.Addr(), localSocket.Addr(), s)
		h.in(state, "RST,ACK 0 ack 2 to 192.0.2.2:201")
		s.Flags = endpoint.RST
		h.deliver(peerSocket.Addr(), localSocket.Addr(), s)
		h.in(state)
	}
}

// 3.9.2.3, MUST-57, MUST-63: nothing is answered to where no host is.
func TestArrive_3_9_2_3_AddressesOfNoHost(t *testing.T) {
	for _, m := range makers {
		h := m.make(t)
		was := h.tcp.AppendState(nil, 0)
		for _, src := range []string{"224.0.0.1", "255.255.255.255", "0.0.0.0"} {
			for _, flags := range []string{"SYN", "ACK", "RST"} {
				h.deliver(netip.MustParseAddr(src), localSocket.Addr(), h.seg(flags, 0, 1, ""))
			}
		}
		for _, dst := range []string{"224.0.0.1", "255.255.255.255", "192.0.2.77"} {
			h.deliver(peerSocket.Addr(), netip.MustParseAddr(dst), h.seg("SYN", 0, -1, ""))
		}
		s := h.seg("SYN", 0, -1, "")
		s.DstPort = 101
		h.deliver(peerSocket.Addr(), localSocket.Addr(), s)
		s.DstPort, s.SrcPort = localSocket.Port(), 0
		h.deliver(peerSocket.Addr(), localSocket.Addr(), s)
		h.expect()
		if string(h.tcp.AppendState(nil, 0)) != string(was) {
			t.Errorf("%s changed", m.name)
		}
	}
}

// MUST-3: what has a wrong checksum does nothing.
func TestArrive_3_1_WrongChecksum(t *testing.T) {
	for _, m := range makers {
		h := m.make(t)
		was := h.tcp.AppendState(nil, 0)
		for _, flags := range []string{"SYN", "ACK", "RST", "FIN,ACK"} {
			s := h.seg(flags, 1, 1, "")
			var buf [endpoint.MTU]byte
			n, _ := endpoint.Encode(buf[:], &endpoint.Header{Src: peerSocket.Addr(), Dst: localSocket.Addr()}, &s)
			buf[n-1] ^= 4
			h.tcp.Arrive(h.now, buf[:n])
			h.tcp.Arrive(h.now, buf[:n-5])
			h.drain()
		}
		h.expect()
		if string(h.tcp.AppendState(nil, 0)) != string(was) {
			t.Errorf("%s changed", m.name)
		}
	}
}

// Figure 8: recovery from an old duplicate SYN.
func TestListen_3_5_OldDuplicateSYN(t *testing.T) {
	h := listening(t).recv("SYN", -900, -1, "").in(endpoint.SynReceived, "SYN,ACK 0 ack -899")
	h.recv("RST", -899, -1, "").in(endpoint.Listen) // the peer does not know of it: <SEQ=SEG.ACK><CTL=RST>
	h.recv("SYN", 0, -1, "").in(endpoint.SynReceived, "SYN,ACK 2 ack 1").recv("ACK", 1, 3, "").in(endpoint.Established)
}

// Figure 11: an old duplicate SYN between two listeners. Its SYN,ACK finds
// the other in LISTEN, whose RST ends it.
func TestListen_3_5_1_OldDuplicateSYNBetweenTwoListeners(t *testing.T) {
	listening(t).recv("SYN,ACK", 0, 78, "").in(endpoint.Listen, "RST 78")
	listening(t).recv("SYN", 77, -1, "").in(endpoint.SynReceived, "SYN,ACK 0 ack 78").recv("RST", 78, -1, "").in(endpoint.Listen)
}

// The urgent mechanism comes with another issue; text that is marked urgent is
// text (rough spot 14).
func TestURG_3_10_7_4_TextIsText(t *testing.T) {
	h := established(t)
	s := h.seg("URG,ACK", 1, 1, "abc")
	s.Up = 2
	h.deliver(peerSocket.Addr(), localSocket.Addr(), s)
	h.in(endpoint.Established).read("abc")
}
