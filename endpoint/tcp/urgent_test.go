package tcp

import (
	"testing"
	"time"

	"example.org/halfopen/endpoint"
)

// urge gives n octets to SEND with the URGENT flag.
func (h *hand) urge(n int) *hand {
	h.Helper()
	if k, err := h.tcp.SendUrgent(h.now, text(0, n)); k != n || err != nil {
		h.Fatalf("in %v SEND took %d of %d, %v", h.tcp.state, k, n, err)
	}
	h.drain()
	return h
}

// up says where the last segment's urgent pointer points to; 0: URG is off.
func (h *hand) up(want int) *hand {
	h.Helper()
	got := int(h.last.Up)
	if !h.last.Flags.Has(endpoint.URG) {
		got = 0
	}
	if got != want {
		h.Fatalf("the urgent pointer is %d, want %d", got, want)
	}
	return h
}

// urgentLeft says how many octets are urgent and not read.
func (h *hand) urgentLeft(want int) *hand {
	h.Helper()
	if got := h.tcp.Urgent(); got != want {
		h.Fatalf("%d urgent octets are to be read, want %d", got, want)
	}
	return h
}

// recvUp is a segment with URG.
func (h *hand) recvUp(seq, ack int, text string, up uint16) *hand {
	h.Helper()
	s := h.seg("URG,ACK", seq, ack, text)
	s.Up = up
	h.deliver(peerSocket.Addr(), localSocket.Addr(), s)
	return h
}

// MUST-30, MUST-62: the pointer names the octet behind the urgent data. Ordinary
// data behind it is not urgent, and a segment behind it carries no URG.
func TestUrgent_Sent(t *testing.T) {
	h := established(t, func(c *endpoint.Config) { c.NoNagle = true })
	h.send(10).expect("PSH,ACK 1 ack 1 len 10").up(0).urge(5).expect("PSH,ACK,URG 11 ack 1 len 5").up(5)
	h.send(7).expect("PSH,ACK 16 ack 1 len 7").up(0)
	h.wait(h.tcp.rto).expect("PSH,ACK,URG 1 ack 1 len 22").up(15) // with what is resent as well
}

// MUST-31: any length. The pointer goes as far as its field reaches.
func TestUrgent_AnyLength(t *testing.T) {
	h := established(t, func(c *endpoint.Config) { c.SendBuffer = 100_000 }).urge(70_000)
	h.expect("ACK,URG 1 ack 1 len 1000", "ACK,URG 1001 ack 1 len 1000", "ACK,URG 2001 ack 1 len 1000", "ACK,URG 3001 ack 1 len 1000").up(65535)
	h.recv("ACK", 1, 4001, "").up(70_000 - 7000)
}

// 3.8.5: the peer hears of it though its window is shut.
func TestUrgent_IntoAShutWindow(t *testing.T) {
	h := established(t)
	h.wnd = 0
	h.recv("ACK", 1, 1, "").urge(9).expect("ACK,URG 1 ack 1").up(9)
	h.fire(h.tcp.rto).expect("ACK,URG 1 ack 1 len 1").up(9)
}

// Urgent mode ends with the acknowledgment.
func TestUrgent_Acknowledged(t *testing.T) {
	h := established(t).urge(5).expect("PSH,ACK,URG 1 ack 1 len 5").recv("ACK", 1, 6, "").send(1).expect("PSH,ACK 6 ack 1 len 1").up(0)
	if h.tcp.urgent != (urgent{}) {
		t.Error(h.tcp.urgent)
	}
}

// Before the handshake is over, SEND with URGENT is queued as any other.
func TestUrgent_Queued(t *testing.T) {
	synSent(t).urge(5).expect().recv("SYN,ACK", 0, 1, "").expect("PSH,ACK,URG 1 ack 1 len 5").up(5)
	newHand(t).open(true, nil).urge(5).expect("SYN 0").up(0)
	h := finWait1(t)
	if _, err := h.tcp.SendUrgent(h.now, text(0, 1)); err != endpoint.ErrClosing || h.tcp.urgent.sending {
		t.Error(err)
	}
}

// MUST-32, MUST-33: the user learns of it with the first segment that says so,
// before the octets have come, and how much is left.
func TestUrgent_Received(t *testing.T) {
	h := established(t).recvUp(1, 1, "", 6).urgentLeft(6).recvUp(1, 1, "abc", 6).urgentLeft(6)
	h.read("abc").urgentLeft(3).recv("ACK", 4, 1, "defgh").urgentLeft(3).read("defgh").urgentLeft(0)
	h.recvUp(4, 1, "", 3).urgentLeft(0) // it points at what was read
}

// 3.10.7.4, sixth check: RCV.UP is the greatest so far.
func TestUrgent_PointerMovesForward(t *testing.T) {
	established(t).recvUp(1, 1, "abc", 9).recvUp(4, 1, "def", 3).urgentLeft(9).recvUp(7, 1, "", 4).urgentLeft(10)
}

// Numbers wrap: the pointer stands behind 2^32.
func TestUrgent_Wraps(t *testing.T) {
	p := newPair(endpoint.Config{ISS: 0xfffffff0, FixedISS: true}, endpoint.Config{})
	p.end[1].Open(0, true)
	p.end[0].Open(0, false)
	p.quiet()
	p.end[0].Send(p.now, text(0, 10))
	p.end[0].SendUrgent(p.now, text(0, 10))
	p.quiet()
	if n := p.end[1].Urgent(); n != 20 || p.end[1].urgent.rcvUP != 5 {
		t.Errorf("%d urgent octets, RCV.UP %d", n, p.end[1].urgent.rcvUP)
	}
	p.end[1].Receive(p.now, make([]byte, 19))
	if n := p.end[1].Urgent(); n != 1 {
		t.Errorf("%d urgent octets", n)
	}
	p.end[1].Receive(p.now, make([]byte, 19))
	if n := p.end[1].Urgent(); n != 0 || p.end[1].urgent != (urgent{}) {
		t.Errorf("%d urgent octets", n)
	}
}

// MUST-66: a shut window keeps out the text, but not URG.
func TestUrgent_ThroughAShutWindow(t *testing.T) {
	h := established(t, func(c *endpoint.Config) { c.ReceiveBuffer = 3 }).recv("ACK", 1, 1, "abc").wait(time.Second).expect("ACK 1 ack 4")
	h.recvUp(4, 1, "d", 1).expect("ACK 1 ack 4").urgentLeft(4)
	h.recvUp(4, 1, "", 2).urgentLeft(5)
}

// The sixth check ignores URG once the peer's FIN has come.
func TestUrgent_AfterFIN(t *testing.T) {
	for _, make := range []maker{closeWait, closing, lastAck, timeWait} {
		make(t).recvUp(2, 1, "", 9).urgentLeft(0)
	}
	h := established(t).recvUp(1, 1, "ab", 2).recv("FIN,ACK", 3, 1, "").urgentLeft(2)
	h.read("ab").urgentLeft(0)
}

// 3.10.7.3: the sixth check goes for a SYN,ACK, too.
func TestUrgent_OnSYNACK(t *testing.T) {
	h := synSent(t)
	s := h.seg("SYN,ACK,URG", 0, 1, "abc")
	s.Up = 4
	h.deliver(peerSocket.Addr(), localSocket.Addr(), s)
	h.urgentLeft(3)
}
