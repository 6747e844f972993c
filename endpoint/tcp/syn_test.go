package tcp

import (
	"net/netip"
	"testing"
	"time"

	"example.org/halfopen/endpoint"
)

// 3.7.1: the MSS option.

func TestMSS_3_7_1_Announced(t *testing.T) { // MUST-14, MUST-65, MUST-67
	for _, c := range []struct {
		change func(*endpoint.Config)
		want   uint16
		ok     bool
	}{
		{func(*endpoint.Config) {}, 1000, true},
		{func(c *endpoint.Config) { c.MSS = 0 }, 1460, true},
		{func(c *endpoint.Config) { c.NoMSSOption = true }, 0, false},
		{func(c *endpoint.Config) {
			c.MSS = 0
			c.Local, c.Remote = netip.MustParseAddrPort("[2001:db8::1]:1"), netip.MustParseAddrPort("[2001:db8::2]:2")
		}, 1440, true},
	} {
		h := newHand(t, c.change)
		h.tcp.Open(0, false)
		var buf [endpoint.MTU]byte
		n, _ := h.tcp.Emit(0, buf[:])
		var hd endpoint.Header
		var s endpoint.Segment
		if err := endpoint.Decode(buf[:n], &hd, &s); err != nil {
			t.Fatal(err)
		}
		if mss, ok := s.Options.MSS(); mss != c.want || ok != c.ok {
			t.Errorf("announced %d, %t, want %d", mss, ok, c.want)
		}
	}
}

func TestMSS_3_7_1_OfThePeer(t *testing.T) { // MUST-15, MUST-16
	six := func(c *endpoint.Config) {
		c.Local, c.Remote = netip.MustParseAddrPort("[2001:db8::1]:100"), netip.MustParseAddrPort("[2001:db8::2]:200")
	}
	four := func(*endpoint.Config) {}
	for _, c := range []struct {
		change  func(*endpoint.Config)
		options endpoint.Options
		want    int
	}{
		{four, nil, 536}, {six, nil, 1220},
		{four, endpoint.Options{}.AppendMSS(700), 700}, {six, endpoint.Options{}.AppendMSS(700), 700},
		{four, endpoint.Options{}.AppendMSS(9000), 1460}, {six, endpoint.Options{}.AppendMSS(9000), 1440},
		{four, endpoint.Options{}.AppendMSS(0), 1},
	} {
		h := newHand(t, c.change)
		h.tcp.Open(0, true)
		s := h.seg("SYN", 0, -1, "")
		s.Options = c.options
		h.deliver(h.tcp.cfg.Remote.Addr(), h.tcp.cfg.Local.Addr(), s)
		if h.tcp.mss != c.want {
			t.Errorf("Eff.snd.MSS %d, want %d", h.tcp.mss, c.want)
		}
	}
}

// 3.4.1: initial sequence numbers.

func TestISS_3_4_1_ClockAndHash(t *testing.T) { // MUST-8, MUST-9
	iss := func(at time.Duration, change ...func(*endpoint.Config)) endpoint.Seq {
		h := newHand(t, append(change, func(c *endpoint.Config) { c.FixedISS = false })...)
		h.tcp.Open(at, false)
		return h.tcp.iss
	}
	if d := iss(time.Second).Sub(iss(0)); d != 250_000 {
		t.Errorf("%d in a second, want one in 4 us", d)
	}
	other := func(c *endpoint.Config) { c.Remote = netip.MustParseAddrPort("192.0.2.2:201") }
	key := func(c *endpoint.Config) { c.ISSKey = 1 }
	if iss(0) == iss(0, other) || iss(0) == iss(0, key) {
		t.Error("another socket or key, the same ISS")
	}
}

func TestISS_3_4_1_FixedAtTimeZero(t *testing.T) {
	for _, iss := range []endpoint.Seq{0, 1, 1 << 31, 0xffffffff} { // 0 is a valid one
		h := newHand(t, func(c *endpoint.Config) { c.ISS = iss })
		h.tcp.Open(0, false)
		if h.tcp.iss != iss {
			t.Errorf("ISS %d, want %d", h.tcp.iss, iss)
		}
	}
	h := newHand(t)
	h.tcp.Open(time.Second, false)
	if h.tcp.iss != ourISS+250_000 {
		t.Errorf("ISS %d: the clock stands", h.tcp.iss)
	}
}

// 3.4.3: the next incarnation begins above all that was sent, also if that
// was faster than the clock.
func TestISS_3_4_3_LaterIncarnationsLieAbove(t *testing.T) {
	for _, fixed := range []bool{true, false} {
		h := newHand(t, func(c *endpoint.Config) { c.FixedISS = fixed })
		for range 3 {
			h.tcp.Open(h.now, false)
			h.tcp.snd.NXT += 500_000_000
			high := h.tcp.snd.NXT
			h.tcp.Abort(h.now)
			h.tcp.Open(h.now, false)
			if !high.Less(h.tcp.iss) {
				t.Errorf("ISS %d after %d", h.tcp.iss, high)
			}
			h.tcp.Abort(h.now)
		}
		h.tcp.Reset(testConfig())
		if h.tcp.Open(0, false); h.tcp.iss != ourISS {
			t.Error("Reset remembers the last host's connections")
		}
	}
}
