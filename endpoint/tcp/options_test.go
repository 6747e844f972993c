package tcp

import (
	"testing"

	"example.org/halfopen/endpoint"
)

func scaled(shift uint8) func(*endpoint.Config) {
	return func(c *endpoint.Config) { c.WindowScale, c.WindowShift = true, shift }
}

// with lets the peer's next segments carry options.
func (h *hand) with(o endpoint.Options) *hand { h.opts = o; return h }

// options says what the last segment carried.
func (h *hand) options(want string) *hand {
	h.Helper()
	if got := h.last.Options.String(); got != want {
		h.Fatalf("in %v the last segment carried %q, want %q", h.tcp.state, got, want)
	}
	return h
}

var ws3 = endpoint.Options{}.AppendWindowScale(3)

func TestOptions_NoneByDefault(t *testing.T) {
	newHand(t).open(false, nil).in(endpoint.SynSent, "SYN 0").options("MSS=1000")
	all := ws3.AppendTimestamps(1, 0).AppendSACKPermitted()
	listening(t).with(all).recv("SYN", 0, -1, "").in(endpoint.SynReceived, "SYN,ACK 0 ack 1").options("MSS=1000")
}

// RFC 7323 2.2: the option on a SYN,ACK only if the SYN had it.
func TestWindowScale_Offered(t *testing.T) {
	synSent(t, scaled(7)).options("MSS=1000 WS=7")
	listening(t, scaled(7)).recv("SYN", 0, -1, "").in(endpoint.SynReceived, "SYN,ACK 0 ack 1").options("MSS=1000")
	listening(t, scaled(0)).with(ws3).recv("SYN", 0, -1, "").in(endpoint.SynReceived, "SYN,ACK 0 ack 1").options("MSS=1000 WS=0")
}

// RFC 7323 2.2: the window of a SYN is not scaled; all others are, once both SYNs
// had the option.
func TestWindowScale_NotInSYN(t *testing.T) {
	h := listening(t, scaled(5), func(c *endpoint.Config) { c.ReceiveBuffer = 1 << 20 })
	h.wnd = 100
	h.with(ws3).recv("SYN", 0, -1, "").in(endpoint.SynReceived, "SYN,ACK 0 ack 1")
	if h.last.Wnd != 65535 || h.tcp.snd.WND != 100 {
		t.Errorf("SYN,ACK says %d, SND.WND %d", h.last.Wnd, h.tcp.snd.WND)
	}
	h.with(nil).recv("ACK", 1, 1, "").send(500).expect("PSH,ACK 1 ack 1 len 500")
	if h.last.Wnd != 1<<20>>5 || h.tcp.snd.WND != 800 || h.tcp.rcv.WND != 1<<20 {
		t.Errorf("it says %d, SND.WND %d, RCV.WND %d", h.last.Wnd, h.tcp.snd.WND, h.tcp.rcv.WND)
	}
}

// RCV.WND is what the segment says, to the octet.
func TestWindowScale_RoundedDown(t *testing.T) {
	h := listening(t, scaled(7), func(c *endpoint.Config) { c.ReceiveBuffer = 100_000 }).with(ws3).recv("SYN", 0, -1, "").with(nil)
	h.recv("ACK", 1, 1, "").send(1)
	if h.last.Wnd != 781 || h.tcp.rcv.WND != 781*128 {
		t.Errorf("it says %d, RCV.WND %d", h.last.Wnd, h.tcp.rcv.WND)
	}
}

// RFC 7323 2.2: if one end does not offer, no window is scaled.
func TestWindowScale_OneEnd(t *testing.T) {
	for _, h := range []*hand{
		established(t, scaled(5)),
		listening(t).with(ws3).recv("SYN", 0, -1, "").in(endpoint.SynReceived, "SYN,ACK 0 ack 1").with(nil).recv("ACK", 1, 1, ""),
	} {
		h.send(1).expect("PSH,ACK 1 ack 1 len 1")
		if h.last.Wnd != 65535 || h.tcp.snd.WND != window {
			t.Errorf("it says %d, SND.WND %d", h.last.Wnd, h.tcp.snd.WND)
		}
	}
}

// RFC 7323 2.3: a shift above 14 counts as 14.
func TestWindowScale_AtMost14(t *testing.T) {
	h := listening(t, scaled(0)).with(endpoint.Options{}.AppendWindowScale(15)).recv("SYN", 0, -1, "")
	if h.recv("ACK", 1, 1, ""); h.tcp.snd.WND != window<<14 {
		t.Error(h.tcp.snd.WND)
	}
}

// RFC 7323 2.4: what a scaled window cannot say to the octet is taken all the
// same, if it was inside the window that an earlier segment advertised.
func TestWindowScale_HonoursWhatItSaid(t *testing.T) {
	h := listening(t, scaled(7), func(c *endpoint.Config) { c.ReceiveBuffer = 1000; c.NoDelayedACK = true })
	h.with(ws3).recv("SYN", 0, -1, "").with(nil).recv("ACK", 1, 1, "").expect("SYN,ACK 0 ack 1")
	h.recv("ACK", 1, 1, "ab").expect("ACK 1 ack 3")
	if h.last.Wnd != 7 { // 998 octets are 7*128 and 102
		t.Fatal(h.last.Wnd)
	}
	h.recv("ACK", 3, 1, string(text(0, 998))).expect("ACK 1 ack 1001")
	if h.last.Wnd != 0 {
		t.Error(h.last.Wnd)
	}
}

// RFC 7323 2.4: data that was inside the window when it was sent is sent again,
// though the window has come back by less than the peer's scale can say.
func TestWindowScale_ResendsWhatWasInside(t *testing.T) {
	h := listening(t, scaled(0)).with(ws3).recv("SYN", 0, -1, "").with(nil).expect("SYN,ACK 0 ack 1")
	h.wnd = 10
	h.recv("ACK", 1, 1, "").send(80).expect("PSH,ACK 1 ack 1 len 80")
	h.wnd = 9
	h.recv("ACK", 1, 1, "").wait(h.tcp.rto).expect("ACK 1 ack 1 len 79") // to 79: 72 and 7 more
}

func TestWindowScale_ConfigRefused(t *testing.T) {
	for _, change := range []func(*endpoint.Config){scaled(15), func(c *endpoint.Config) { scaled(7)(c); c.ReceiveBuffer = 127 }} {
		c := testConfig()
		change(&c)
		if _, err := New(c); err == nil {
			t.Errorf("WindowShift %d with %d octets", c.WindowShift, c.ReceiveBuffer)
		}
	}
}
