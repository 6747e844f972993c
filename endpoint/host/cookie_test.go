package host

import (
	"fmt"
	"net/netip"
	"testing"
	"time"

	"example.org/halfopen/endpoint"
)

func cookieHand(t *testing.T) *hand {
	h := newHand(t, func(c *Config) { c.SYNCookies = CookiesAlways })
	h.h.Listen(80, 4)
	return h
}

// handshake lets a peer send a SYN and returns the number of the SYN,ACK.
func (h *hand) handshake(port uint16, options ...byte) endpoint.Seq {
	h.Helper()
	h.h.Arrive(h.now, datagram(port, syn(options...)))
	var buf [endpoint.MTU]byte
	n, ok := h.h.Emit(h.now, buf[:])
	var header endpoint.Header
	var s endpoint.Segment
	if !ok || endpoint.Decode(buf[:n], &header, &s) != nil || s.Flags != endpoint.SYN|endpoint.ACK || s.Ack != 5001 {
		h.Fatalf("SYN,ACK %v: %+v", ok, s)
	}
	return s.Seq
}

// datagram is a segment of a peer for port 80.
func datagram(port uint16, s endpoint.Segment) []byte {
	buf := make([]byte, endpoint.MTU)
	s.SrcPort, s.DstPort, s.Wnd = port, 80, max(s.Wnd, 4096)
	n, _ := endpoint.Encode(buf, &endpoint.Header{Src: addrA, Dst: addrB}, &s)
	return buf[:n]
}

// RFC 4987 3.6: nothing is remembered of a SYN but what its ACK brings back.
func TestCookie_4987_3_6(t *testing.T) {
	h := cookieHand(t)
	iss := h.handshake(7, endpoint.Options(nil).AppendMSS(1460)...)
	h.len(0)
	h.now = time.Minute
	h.arrive(7, ack(iss+1, "hello"))
	h.len(1)
	if _, other := h.h.Accept(81); other {
		t.Error("accepted where nobody listens")
	}
	id := ok[ID](t)(h.h.Accept(80))
	var p [10]byte
	if n, err := h.h.Receive(h.now, id, p[:]); string(p[:n]) != "hello" || err != nil {
		t.Errorf("received %q, %v", p[:n], err)
	}
	var st endpoint.Status
	h.h.Status(id, &st)
	if st.State != endpoint.Established || st.ISS != iss || st.IRS != 5000 || st.SND.UNA != iss+1 {
		t.Errorf("%+v, want ISS %d", st, iss)
	}
	if c := h.h.Counters(); c.CookiesSent != 1 || c.CookiesTaken != 1 {
		t.Errorf("%+v", c)
	}
}

// The handshake of a cookie is not timed: it is not known when it began (RFC
// 6298 3).
func TestCookieIsNotTimed_6298_3(t *testing.T) {
	h := cookieHand(t)
	h.h.cfg.TCP.RTOMin = time.Millisecond
	iss := h.handshake(7)
	h.arrive(7, ack(iss+1, ""))
	id := ok[ID](t)(h.h.Accept(80))
	h.h.Send(h.now, id, []byte("x"))
	h.drain()
	if d := h.h.Deadline(); d != h.now+time.Second {
		t.Errorf("the first retransmission is due at %v, want an RTO of 1s", d)
	}
}

// No segment is larger than the peer said (RFC 9293 3.7.1, MUST-16), and at most
// as much smaller as the cookie's table is coarse.
func TestCookieMSS(t *testing.T) {
	for _, c := range []struct{ says, sends int }{
		{0, 536}, {64, 64}, {65, 64}, {300, 216}, {1400, 1360}, {1459, 1440}, {1460, 1460}, {9000, 1460},
	} {
		h := cookieHand(t)
		var o endpoint.Options
		if c.says > 0 {
			o = o.AppendMSS(uint16(c.says))
		}
		iss := h.handshake(7, o...)
		s := ack(iss+1, "")
		s.Wnd = 60000
		h.arrive(7, s)
		id := ok[ID](t)(h.h.Accept(80))
		h.got = nil
		h.h.Send(h.now, id, make([]byte, 1500))
		var buf [endpoint.MTU]byte
		if n, _ := h.h.Emit(h.now, buf[:]); n-40 != c.sends {
			t.Errorf("a peer with MSS %d gets segments of %d, want %d", c.says, n-40, c.sends)
		}
	}
	h := cookieHand(t)
	h.arrive(7, syn(endpoint.Options(nil).AppendMSS(63)...))
	h.want() // no cookie can say so little
}

// A cookie is good for the tick that it is from and the next.
func TestCookieAges(t *testing.T) {
	for _, c := range []struct {
		sent, back time.Duration
		good       bool
	}{
		{0, 0, true},
		{0, 119 * time.Second, true},
		{59 * time.Second, 119 * time.Second, true},
		{59 * time.Second, 120 * time.Second, false},
		{60 * time.Second, 179 * time.Second, true},
		{40 * 60 * time.Second, 42 * 60 * time.Second, false},
		{0, 32 * 60 * time.Second, false}, // the tick has five bits
	} {
		h := cookieHand(t)
		h.now = c.sent
		iss := h.handshake(7)
		h.now = c.back
		h.handshake(8) // cookies are about
		h.arrive(7, ack(iss+1, ""))
		if _, good := h.h.Accept(80); good != c.good {
			t.Errorf("sent at %v, back at %v: taken %v", c.sent, c.back, good)
		}
	}
}

// What is not exactly a cookie of this tuple and this SYN is none.
func TestCookieForged(t *testing.T) {
	h := cookieHand(t)
	iss := h.handshake(7)
	wrongSeq := ack(iss+1, "")
	wrongSeq.Seq++
	h.arrive(8, ack(iss+1, "")) // another port
	h.arrive(7, wrongSeq)
	for bit := range 32 {
		h.arrive(7, ack(iss^1<<bit+1, ""))
	}
	h.want()
	h.len(0)
	h.arrive(7, ack(iss+1, ""))
	h.len(1)
}

// Without cookies about, an ACK for a listener is reset as in LISTEN; while
// they are about it may be one that has overtaken the ACK of a handshake.
func TestCookieOvertaken(t *testing.T) {
	h := cookieHand(t)
	h.arrive(7, ack(77, ""))
	h.want("7: <SEQ=77><ACK=0><CTL=RST>")
	iss := h.handshake(7)
	second := ack(iss+1, "world")
	second.Seq += 5
	h.arrive(7, second)
	h.want()
	h.arrive(7, ack(iss+1, "hello"))
	h.arrive(7, second)
	var p [20]byte
	id := ok[ID](t)(h.h.Accept(80))
	if n, _ := h.h.Receive(h.now, id, p[:]); string(p[:n]) != "helloworld" {
		t.Errorf("received %q", p[:n])
	}
	h.got = nil
	h.now += cookieTicks * cookieTick
	h.arrive(8, ack(77, ""))
	h.want("8: <SEQ=77><ACK=0><CTL=RST>")
}

// A SYN that came twice may have got a cookie, and a place in the queue: the
// peer's ACK decides which of them it is.
func TestCookieAndQueue(t *testing.T) {
	h := newHand(t, func(c *Config) { c.SYNQueue = 1 })
	h.h.Listen(80, 0)
	h.arrive(1, syn())
	iss := h.handshake(7) // the queue is full
	h.arrive(1, rst(5001))
	h.got = nil
	h.arrive(7, syn())
	h.want("7: <SEQ=1000><ACK=5001><CTL=SYN,ACK> MSS=1000")
	h.arrive(7, ack(iss+1, "hello"))
	h.want()
	id := ok[ID](t)(h.h.Accept(80))
	var st endpoint.Status
	if h.h.Status(id, &st); st.State != endpoint.Established || st.ISS != iss {
		t.Errorf("%+v", st)
	}
	h.len(1)
}

// An old cookie does not come in the way of a connection that begins in the
// place of TIME-WAIT.
func TestCookieAndTimeWait(t *testing.T) {
	h := newHand(t, func(c *Config) { c.SYNQueue, c.ReopensTimeWait = 1, endpoint.ReopensByNumber })
	h.h.Listen(80, 0)
	h.arrive(1, syn())
	iss := h.handshake(7)
	h.arrive(1, rst(5001))
	h.h.Release(h.now, h.closed())
	h.drain()
	h.arrive(7, seg(endpoint.SYN, 6000, 0, ""))
	h.got = nil
	h.arrive(7, ack(iss+1, ""))
	h.want(fmt.Sprintf("7: <SEQ=%d><ACK=6001><CTL=ACK>", h.h.conns[1].half.iss+1))
	if _, ok := h.h.Accept(80); ok {
		t.Error("it was taken")
	}
}

// The options that the last bits of TSval remember come back from them, and the
// clock is never ahead (RFC 7323 5.3).
func TestStamp_7323_5_3(t *testing.T) {
	for _, now := range []uint32{0, 1, 63, 64, 1000, 1<<32 - 1, 1 << 31} {
		for shift := range uint8(16) {
			for _, sack := range []bool{false, true} {
				o := endpoint.Options(nil).AppendMSS(1460).AppendNOP().AppendTimestamps(now, 9).AppendNOP()
				stamp(o, shift, sack)
				val, ecr, ok := o.Timestamps()
				if !ok || ecr != 9 || uint8(val)&15 != shift || (val&stampSACK != 0) != sack {
					t.Fatalf("now %d, shift %d, SACK %v: TSval %#x", now, shift, sack, val)
				}
				if behind := now - val; behind >= 1<<stampBits {
					t.Fatalf("now %d: TSval %d", now, val)
				}
			}
		}
	}
	o := endpoint.Options(nil).AppendMSS(1460)
	stamp(o, 7, true)
	if mss, _ := o.MSS(); mss != 1460 || len(o) != 4 {
		t.Errorf("without timestamps: %v", o)
	}
}

// Of the options only those come back that the peer can bring back.
func TestRemember(t *testing.T) {
	for _, c := range []struct {
		stamped bool
		shift   uint8
		sack    bool
		want    string
	}{
		{false, 7, true, "MSS=1460"},
		{true, 7, true, "MSS=1460 TS=5/0 SACK-permitted WS=7"},
		{true, 15, false, "MSS=1460 TS=5/0"},
		{true, 0, false, "MSS=1460 TS=5/0 WS=0"},
	} {
		var f half
		f.remember(1460, c.stamped, 5, c.shift, c.sack)
		if got := f.segment().Options.String(); got != c.want || f.size%4 != 0 {
			t.Errorf("%+v: %q, %d octets", c, got, f.size)
		}
	}
}

// A flood of SYNs from everywhere fills the queue; those who mean it get
// through all the same.
func TestSYNFlood(t *testing.T) {
	for _, policy := range []CookiePolicy{CookiesWhenFull, CookiesNever} {
		n, _, b := twoHosts(t)
		b.cfg.SYNCookies, b.cfg.SYNQueue = policy, 16
		b.Listen(80, 0)
		flood := func(k int) {
			from := netip.AddrFrom4([4]byte{198, 51, byte(k >> 8), byte(k)})
			var buf [endpoint.MTU]byte
			s := endpoint.Segment{SrcPort: uint16(k%60000 + 1), DstPort: 80, Seq: endpoint.Seq(k), Flags: endpoint.SYN}
			l, _ := endpoint.Encode(buf[:], &endpoint.Header{Src: from, Dst: addrB}, &s)
			n.put(buf[:l])
		}
		n.loss = 10
		c := newCrowd(n, 100, 2000)
		floods := 0
		n.watch = func(from *Host, d []byte) bool { // ten for each honest datagram
			if from == n.hosts[0] {
				for range 10 {
					flood(floods)
					floods++
				}
			}
			return false
		}
		err := c.run(2 * time.Minute)
		counters := b.Counters()
		if policy == CookiesNever {
			if err == nil || counters.SYNsDropped == 0 {
				t.Errorf("without cookies: %v, %+v", err, counters)
			}
			continue
		}
		if err != nil || counters.CookiesTaken < 90 {
			t.Errorf("%v after %d SYNs, %+v", err, floods, counters)
		}
		if len(b.conns) > 200 {
			t.Errorf("%d slots", len(b.conns))
		}
		if b.answers.len() > 0 {
			t.Error("answers are left")
		}
	}
}
