package host

import (
	"testing"
	"time"

	"example.org/halfopen/endpoint"
	"example.org/halfopen/endpoint/tcp"
)

// clocked is a TCP whose clock of timestamps is the time, from an offset.
type clocked struct {
	endpoint.Endpoint
	offset uint32
}

// newSteady makes one without an offset.
func newSteady(c endpoint.Config) (endpoint.Endpoint, error) {
	e, err := tcp.New(c)
	return clocked{Endpoint: e}, err
}

// newHanging makes one whose offset hangs on the initial sequence number.
func newHanging(c endpoint.Config) (endpoint.Endpoint, error) {
	e, err := tcp.New(c)
	return clocked{e, uint32(c.ISS)}, err
}

func (s clocked) Emit(now time.Duration, buf []byte) (n int, ok bool) {
	if n, ok = s.Endpoint.Emit(now, buf); !ok {
		return n, ok
	}
	var header endpoint.Header
	var seg endpoint.Segment
	if err := endpoint.Decode(buf[:n], &header, &seg); err != nil {
		return 0, false
	}
	if _, ecr, stamped := seg.Options.Timestamps(); stamped {
		o := endpoint.Options(nil)
		if mss, ok := seg.Options.MSS(); ok {
			o = o.AppendMSS(mss)
		}
		if shift, ok := seg.Options.WindowScale(); ok {
			o = o.AppendWindowScale(shift)
		}
		seg.Options = o.AppendTimestamps(s.offset+uint32(now/time.Millisecond), ecr).Pad()
	}
	seg.Text = append([]byte(nil), seg.Text...)
	n, err := endpoint.Encode(buf, &header, &seg)
	return n, err == nil
}

// RFC 7323 2.3, 5.3: with timestamps a cookie remembers the peer's window scale,
// if the clock of timestamps runs on; else the connection has neither.
func TestCookieStamps(t *testing.T) {
	for name, c := range map[string]struct {
		factory endpoint.Factory
		runsOn  bool
	}{"steady": {newSteady, true}, "hanging": {newHanging, false}, "TCP": {tcp.New, true}} {
		h := newHand(t, func(cfg *Config) {
			cfg.SYNCookies, cfg.Factory = CookiesAlways, c.factory
			cfg.TCP.WindowScale, cfg.TCP.WindowShift, cfg.TCP.Timestamps = true, 7, true
			cfg.TCP.ReceiveBuffer = 1 << 20
		})
		if name == "TCP" {
			c.runsOn = h.h.stamps // as it pleases: the handshake must fit
		}
		if h.h.stamps != c.runsOn {
			t.Errorf("%s: the clock runs on: %v, want %v", name, h.h.stamps, c.runsOn)
		}
		h.h.Listen(80, 0)
		h.now = 100 * time.Second
		var o endpoint.Options
		o = o.AppendMSS(1460).AppendSACKPermitted().AppendTimestamps(500, 0).AppendWindowScale(3).Pad()
		h.h.Arrive(h.now, datagram(7, syn(o...)))
		var buf [endpoint.MTU]byte
		n, _ := h.h.Emit(h.now, buf[:])
		var header endpoint.Header
		var s endpoint.Segment
		if err := endpoint.Decode(buf[:n], &header, &s); err != nil {
			t.Fatal(err)
		}
		val, ecr, stamped := s.Options.Timestamps()
		_, scaled := s.Options.WindowScale()
		if stamped != c.runsOn || scaled != c.runsOn {
			t.Errorf("%s: the SYN,ACK has %v", name, s.Options)
		}
		if name == "steady" && (val>>stampBits != 100_000>>stampBits-1 && val>>stampBits != 100_000>>stampBits ||
			val&15 != 3 || val&stampSACK == 0 || ecr != 500) {
			t.Errorf("TSval %d, TSecr %d", val, ecr)
		}
		h.now += 30 * time.Second
		last := ack(s.Seq+1, "hello")
		last.Wnd = 5000
		if stamped {
			last.Options = endpoint.Options(nil).AppendNOP().AppendNOP().AppendTimestamps(30_500, val)
		}
		h.h.Arrive(h.now, datagram(7, last))
		h.drain()
		id := ok[ID](t)(h.h.Accept(80))
		var st endpoint.Status
		h.h.Status(id, &st)
		if want := map[bool]uint32{true: 5000 << 3, false: 5000}[c.runsOn]; st.SND.WND != want || st.Readable != 5 {
			t.Errorf("%s: the peer's window is %d, want %d; %d octets", name, st.SND.WND, want, st.Readable)
		}
	}
}

// Many connections whose TCPs have all that they can have.
func TestManyWithExtensions(t *testing.T) {
	for seed := range uint64(8) {
		c := Config{TCP: endpoint.Config{}.Deployed()}
		ca, cb := c, c
		ca.Addr, cb.Addr, cb.SYNQueue = addrA, addrB, 4
		n := newNet(t, ca, cb)
		n.random = seed*0x9e3779b97f4a7c15 + 1
		n.loss, n.duplicate = int(seed%5)*20, int(seed%3)*50
		n.jitter = time.Duration(seed%4) * 5 * time.Millisecond
		n.hosts[1].Listen(80, 0)
		if err := newCrowd(n, 50, 20_000).run(10 * time.Minute); err != nil {
			t.Fatalf("seed %d: %v", seed, err)
		}
		n.run(5 * time.Minute)
		for _, h := range n.hosts {
			if h.Len() != 0 || h.Deadline() != endpoint.Never {
				t.Fatalf("seed %d: %d connections are left", seed, h.Len())
			}
		}
	}
}

// TIME-WAIT keeps timestamps when it loses its TCB.
func TestTimeWaitStamps_7323_3_2(t *testing.T) {
	h := newHand(t, func(c *Config) { c.TCP.Timestamps = true })
	stamped := func(s endpoint.Segment, val uint32) endpoint.Segment {
		s.Options = endpoint.Options(nil).AppendNOP().AppendNOP().AppendTimestamps(val, 0)
		return s
	}
	h.h.Listen(80, 0)
	h.arrive(7, stamped(syn(), 500))
	h.arrive(7, stamped(ack(1001, ""), 501))
	id := ok[ID](t)(h.h.Accept(80))
	h.h.Close(h.now, id)
	h.drain()
	fin := stamped(ack(1002, ""), 502)
	fin.Flags |= endpoint.FIN
	h.got = nil
	h.arrive(7, fin)
	first := h.got
	h.h.Release(h.now, id)
	h.drain()
	if c := h.h.conns[id.slot()]; c.phase != waiting || !c.wait.last.stamped || c.wait.last.ecr != 502 {
		t.Fatalf("%+v", c.wait)
	}
	h.got = nil
	h.arrive(7, fin)
	h.want(first...)
}
