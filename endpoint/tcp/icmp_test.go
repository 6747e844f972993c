package tcp

import (
	"net/netip"
	"testing"
	"time"

	"example.org/halfopen/endpoint"
)

// icmp is an ICMP error that arrives about a segment of ours of n octets of text
// that begins at seq, sent to a port.
func (h *hand) icmp(m endpoint.ICMP, port uint16, seq, n int) *hand {
	h.Helper()
	var datagram, buf [endpoint.MTU]byte
	router := netip.MustParseAddr("192.0.2.254")
	s := endpoint.Segment{
		SrcPort: localSocket.Port(), DstPort: port, Seq: ourISS.Add(seq), Flags: endpoint.ACK, Text: text(0, n),
	}
	k, err := endpoint.Encode(datagram[:], &endpoint.Header{Src: localSocket.Addr(), Dst: peerSocket.Addr()}, &s)
	if err != nil {
		h.Fatal(err)
	}
	k, err = endpoint.EncodeICMP(buf[:], &endpoint.Header{Src: router, Dst: localSocket.Addr()}, &m, datagram[:k])
	if err != nil {
		h.Fatal(err)
	}
	h.tcp.Arrive(h.now, buf[:k])
	h.drain()
	return h
}

// about is an ICMP error about the segment at seq.
func (h *hand) about(typ, code uint8, seq int) *hand {
	h.Helper()
	return h.icmp(endpoint.ICMP{Type: typ, Code: code}, peerSocket.Port(), seq, 0)
}

// tooBig says that a datagram of 1000 octets of text was too big.
func (h *hand) tooBig(mtu, seq int) *hand {
	h.Helper()
	return h.icmp(endpoint.PacketTooBig(false, mtu), peerSocket.Port(), seq, 1000)
}

func fitted(c *endpoint.Config) { c.PathMTU = true }

// MUST-56, SHLD-25: a soft error does not end the connection, and is told.
func TestICMP_3_9_2_2_Soft(t *testing.T) {
	for _, c := range []struct{ typ, code uint8 }{{3, 0}, {3, 1}, {3, 5}, {11, 0}, {11, 1}, {12, 0}} {
		for _, h := range []*hand{synSent(t).about(c.typ, c.code, 0).in(endpoint.SynSent), established(t).send(5).about(c.typ, c.code, 1)} {
			if m, ok := h.tcp.SoftError(); !ok || m.Type != c.typ || m.Code != c.code || h.tcp.state == endpoint.Closed {
				t.Errorf("%v: %v, %t", c, &m, ok)
			}
		}
	}
}

// SHLD-26: a hard error ends it, in every state; a listener goes on listening.
func TestICMP_3_9_2_2_Hard(t *testing.T) {
	for _, code := range []uint8{2, 3, 4} {
		synSent(t).about(3, code, 0).in(endpoint.Closed).readErr(endpoint.ErrUnreachable)
		synReceivedPassive(t).about(3, code, 0).in(endpoint.Listen)
		synReceivedActive(t).about(3, code, 0).in(endpoint.Closed).readErr(endpoint.ErrUnreachable)
		finWait1(t).about(3, code, 1).in(endpoint.Closed).readErr(endpoint.ErrUnreachable)
		lastAck(t).about(3, code, 1).in(endpoint.Closed)
	}
}

// MUST-55: Source Quench is discarded, and nobody hears of it.
func TestICMP_3_9_2_2_SourceQuench(t *testing.T) {
	h := finWait1(t).about(4, 0, 1).in(endpoint.FinWait1)
	if _, ok := h.tcp.SoftError(); ok {
		t.Error("told as an error")
	}
}

// MUST-54, RFC 5927 4.1: an error is about one connection, and a segment of it
// that is outstanding.
func TestICMP_3_9_2_2_OfThisConnection(t *testing.T) {
	h := established(t).send(5)
	h.about(3, 3, 0).about(3, 3, 6).expect("PSH,ACK 1 ack 1 len 5").in(endpoint.Established)
	h.icmp(endpoint.ICMP{Type: 3, Code: 3}, peerSocket.Port()+1, 1, 0).in(endpoint.Established)
	h.about(3, 3, 5).in(endpoint.Closed)
	listening(t).about(3, 3, 0).in(endpoint.Listen)
	timeWait(t).about(3, 3, 1).in(endpoint.TimeWait)
}

// RFC 1191 6.3: the segment goes out again at once, in smaller ones.
func TestPathMTU_TooBig(t *testing.T) {
	h := established(t, fitted).send(2000).expect("ACK 1 ack 1 len 1000", "PSH,ACK 1001 ack 1 len 1000")
	h.tooBig(700, 1).expect("ACK 1 ack 1 len 660")
	h.tooBig(700, 1001).expect() // the same news
	h.recv("ACK", 1, 661, "").expect("ACK 661 ack 1 len 660", "ACK 1321 ack 1 len 660")
	h.recv("ACK", 1, 1981, "").expect("PSH,ACK 1981 ack 1 len 20").recv("ACK", 1, 2001, "")
	h.send(1000).expect("ACK 2001 ack 1 len 660") // Nagle keeps the rest
}

// RFC 1191 6.3: a larger size is tried again after 10 minutes, and not before.
func TestPathMTU_TriedAgain(t *testing.T) {
	h := established(t, fitted).send(1000).tooBig(700, 1).recv("ACK", 1, 661, "").recv("ACK", 1, 1001, "")
	h.got = nil
	h.wait(10*time.Minute-1).send(660).expect("PSH,ACK 1001 ack 1 len 660").recv("ACK", 1, 1661, "")
	h.wait(1).send(1000).expect("PSH,ACK 1661 ack 1 len 1000")
}

// RFC 1191 5, 7.1: a router that tells no MTU.
func TestPathMTU_Plateau(t *testing.T) {
	h := established(t, fitted).send(1000).expect("PSH,ACK 1 ack 1 len 1000")
	h.tooBig(0, 1).expect("ACK 1 ack 1 len 966")
}

// RFC 5927 7.2: an MTU that is none, or that the datagram did not exceed.
func TestPathMTU_Forged(t *testing.T) {
	h := established(t, fitted).send(1000).expect("PSH,ACK 1 ack 1 len 1000")
	h.tooBig(67, 1).tooBig(1040, 1).tooBig(2000, 1).tooBig(700, 1001).expect()
	if h.tcp.path.mtu != 0 {
		t.Error(h.tcp.path.mtu)
	}
	h.tooBig(700, 1).expect("ACK 1 ack 1 len 660").tooBig(900, 1).recv("ACK", 1, 661, "").expect("PSH,ACK 661 ack 1 len 340")
	h.tooBig(68, 661).expect("ACK 661 ack 1 len 28")
}

// RFC 5681 3.1: the congestion window is of as many segments as before, and they are
// smaller.
func TestPathMTU_SmallerWindow(t *testing.T) {
	h := congestedEstablished(t, fitted).send(4000).tooBig(700, 1)
	if got := h.tcp.network.CWND(); got != 2640 {
		t.Error(got)
	}
}

// RFC 9293 3.7.1: options are a part of what the path carries.
func TestPathMTU_LessOptions(t *testing.T) {
	h := stampedEstablished(t, fitted).send(988).expect("PSH,ACK 1 ack 1 len 988")
	h.tooBig(700, 1).expect("ACK 1 ack 1 len 648")
}

// A path that swallows large datagrams without a word: after R1 resendings the
// segment goes out in sizes that every path carries.
func TestPathMTU_BlackHole(t *testing.T) {
	h := established(t, fitted).send(1000).expect("PSH,ACK 1 ack 1 len 1000")
	h.fire(time.Second).fire(2*time.Second).expect("PSH,ACK 1 ack 1 len 1000", "PSH,ACK 1 ack 1 len 1000")
	h.fire(4*time.Second).expect("ACK 1 ack 1 len 536").recv("ACK", 1, 537, "").expect("PSH,ACK 537 ack 1 len 464")
	established(t).send(1000).wait(8*time.Second).expect("PSH,ACK 1 ack 1 len 1000", "PSH,ACK 1 ack 1 len 1000",
		"PSH,ACK 1 ack 1 len 1000", "PSH,ACK 1 ack 1 len 1000") // not asked for
	h = established(t, fitted).send(500)
	if h.wait(8 * time.Second); h.tcp.path.mtu != 0 {
		t.Error("a small segment is lost for another reason")
	}
}

// A whole transfer over a path that swallows, at either family.
func TestPathMTU_TransferThroughABlackHole(t *testing.T) {
	for _, local := range []string{"192.0.2.1:7", "[2001:db8::1]:7"} {
		a := endpoint.Config{PathMTU: true, Timestamps: true, Local: netip.MustParseAddrPort(local)}
		b := a
		b.Local = netip.AddrPortFrom(a.Local.Addr().Next(), 7)
		p := newPair(a, b)
		if err := p.transfer(20_000, func(_ int, d []byte) bool { return len(d) > 1300 }); err != nil {
			t.Error(local, err)
		}
	}
}
