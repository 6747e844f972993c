package tcp

import (
	"bytes"
	"fmt"
	"net/netip"
	"testing"
	"time"

	"example.org/halfopen/endpoint"
)

// other is an Endpoint that is no TCP.
type other struct{ endpoint.Endpoint }

// busy is a TCP with everything in use: unread and held octets, data
// outstanding and waiting, rings that have wrapped.
func busy(t *testing.T) *hand {
	h := established(t, func(c *endpoint.Config) { c.SendBuffer, c.ReceiveBuffer = 6000, 3000 })
	seq := 1
	for range 7 {
		h.recv("ACK", seq, 1, string(text(seq, 700))).read(string(text(seq, 700)))
		seq += 700
	}
	una := 1
	for range 7 {
		h.send(900)
		una += 900
		h.recv("ACK", seq, una, "")
	}
	h.recv("ACK", seq, una, "abc").send(5500).recv("ACK", seq+6, una, "ghi").recv("ACK", seq+12, una, "mno")
	h.got = nil
	return h
}

func TestCopyFrom_ActsAlike(t *testing.T) {
	for _, m := range append(makers[:len(makers):len(makers)], struct {
		name string
		make maker
	}{"busy", func(t *testing.T, _ ...func(*endpoint.Config)) *hand { return busy(t) }}) {
		h := m.make(t)
		c := &hand{T: t, tcp: new(TCP), now: h.now, wnd: window}
		c.tcp.Reset(testConfig())
		c.tcp.Open(0, true) // what was there before must not matter
		if !c.tcp.CopyFrom(h.tcp) {
			t.Fatal("not copied")
		}
		seq, ack := h.tcp.rcv.NXT.Sub(peerISS), h.tcp.snd.NXT.Sub(ourISS)
		for i, do := range []func(*hand){
			func(*hand) {},
			func(h *hand) { h.recv("ACK", seq+3, ack, "def") },
			func(h *hand) { h.recv("ACK", seq, ack, "abc") },
			func(h *hand) { h.tcp.Receive(h.now, make([]byte, 7)); h.drain() },
			func(h *hand) { h.tcp.Send(h.now, text(0, 1234)); h.drain() },
			func(h *hand) { h.tcp.Close(h.now); h.drain() },
			func(h *hand) { h.wait(10 * time.Second) },
			func(h *hand) { h.recv("FIN,ACK", seq+6, ack, "") },
			func(h *hand) { h.wait(time.Hour) },
			func(h *hand) { h.tcp.Receive(h.now, make([]byte, 7000)); h.drain() },
			func(h *hand) { h.tcp.Open(h.now, false); h.drain() },
		} {
			do(h)
			do(c)
			if fmt.Sprint(h.got) != fmt.Sprint(c.got) || h.status() != c.status() {
				t.Fatalf("%s, step %d: %v %+v\nthe copy: %v %+v", m.name, i, h.got, h.status(), c.got, c.status())
			}
			if !bytes.Equal(h.tcp.AppendState(nil, h.now), c.tcp.AppendState(nil, c.now)) {
				t.Fatalf("%s, step %d: the copy's encoding differs", m.name, i)
			}
		}
	}
}

func TestCopyFrom_SharesNothing(t *testing.T) {
	h := busy(t)
	c := new(TCP)
	c.CopyFrom(h.tcp)
	was := c.AppendState(nil, 0)
	h.recv("ACK", h.tcp.rcv.NXT.Sub(peerISS), 1, "xyz").send(10).abort(nil).open(false, nil).send(700)
	if !bytes.Equal(c.AppendState(nil, 0), was) {
		t.Error("the copy changed with its original")
	}
	if c.in.limit != h.tcp.in.limit || c.out.limit != h.tcp.out.limit {
		t.Error("the copy's buffers have other limits")
	}
	if c.CopyFrom(other{}) || !c.CopyFrom(c) {
		t.Error("CopyFrom takes a TCP, itself too, and nothing else")
	}
	if !bytes.Equal(c.AppendState(nil, 0), was) {
		t.Error("a copy of itself differs")
	}
}

func TestAppendState_IsRelativeToNow(t *testing.T) {
	at := func(start time.Duration) []byte {
		h := newHand(t, func(c *endpoint.Config) { c.ISS -= endpoint.Seq(start / issTick) })
		h.now = start
		h.open(false, nil).recv("SYN,ACK", 0, 1, "").send(100).recv("RST", 9, -1, "")
		h.wait(1500*time.Millisecond).recv("ACK", 1, 1, "abc")
		return h.tcp.AppendState(nil, h.now)
	}
	if !bytes.Equal(at(0), at(time.Hour)) {
		t.Error("the same an hour later looks different")
	}
}

func TestAppendState_ForgetsWhatIsOver(t *testing.T) {
	fresh := newHand(t).tcp.AppendState(nil, 0)
	h := established(t).send(100).wait(5*time.Second).close(nil).recv("FIN,ACK", 1, 102, "").wait(time.Minute)
	if h.tcp.state != endpoint.Closed {
		t.Fatal(h.tcp.state)
	}
	// The end of a connection shows, but nothing else of it.
	h.tcp.eof = false
	if got := h.tcp.AppendState(nil, h.now); !bytes.Equal(got, fresh) {
		t.Errorf("%x\nfresh %x", got, fresh)
	}
	h = listening(t)
	was := h.tcp.AppendState(nil, 0)
	h.recv("SYN", 0, -1, "").wait(time.Second).recv("RST", 1, -1, "")
	if got := h.tcp.AppendState(nil, h.now); !bytes.Equal(got, was) {
		t.Errorf("LISTEN again: %x\nfresh %x", got, was)
	}
}

func TestAppendState_TellsStatesApart(t *testing.T) {
	seen := map[string]string{}
	for _, m := range makers {
		seen[string(m.make(t).tcp.AppendState(nil, 0))] = m.name
	}
	if len(seen) != len(makers) {
		t.Error(seen)
	}
}

func TestReset_IsAsNew(t *testing.T) {
	for _, m := range makers {
		h := m.make(t)
		if err := h.tcp.Reset(testConfig()); err != nil {
			t.Fatal(err)
		}
		var got, want endpoint.Status
		n, _ := New(testConfig())
		h.tcp.Status(&got)
		n.Status(&want)
		if got != want || !bytes.Equal(h.tcp.AppendState(nil, 0), n.(*TCP).AppendState(nil, 0)) {
			t.Errorf("%s: %+v", m.name, got)
		}
		h.open(true, nil).recv("SYN", 0, -1, "").expect("SYN,ACK 0 ack 1")
	}
}

func TestReset_RefusesWhatItCannotServe(t *testing.T) {
	for i, change := range []func(*endpoint.Config){
		func(c *endpoint.Config) { c.Local = netip.AddrPort{} },
		func(c *endpoint.Config) { c.MSL = -1 },
		func(c *endpoint.Config) { c.RTOMin = time.Hour },
		func(c *endpoint.Config) { c.SendBuffer = -1 },
		func(c *endpoint.Config) { c.ReceiveBuffer = endpoint.MaxBuffer + 1 },
		func(c *endpoint.Config) { c.Remote = netip.MustParseAddrPort("[2001:db8::1]:5") },
	} {
		h := established(t)
		c := testConfig()
		change(&c)
		if h.tcp.Reset(c) == nil || h.tcp.state != endpoint.Established {
			t.Errorf("change %d", i)
		}
	}
}

// What lies on the edge is served.
func TestReset_ServesWhatItJustCan(t *testing.T) {
	for i, change := range []func(*endpoint.Config){
		func(c *endpoint.Config) { c.RTOMin, c.RTOMax = 2*time.Second, 2*time.Second },
		func(c *endpoint.Config) { c.SendBuffer = endpoint.MaxBuffer },
		func(c *endpoint.Config) { c.ReceiveBuffer = endpoint.MaxBuffer },
	} {
		c := testConfig()
		change(&c)
		if _, err := New(c); err != nil {
			t.Errorf("change %d: %v", i, err)
		}
	}
}

func TestProfile(t *testing.T) {
	p := newHand(t).tcp.Profile()
	want := endpoint.Profile{
		RFC5961: true, ACKRange: true, ByTheBook: true, MSL: 30 * time.Second, RTOInitial: time.Second, RTOMin: time.Second,
		RTOMax: time.Minute, R2: 100 * time.Second, R2SYN: 180 * time.Second, DelayedACK: 200 * time.Millisecond,
		MSS: 1000, ReceiveBuffer: 65535,
	}
	if p != want {
		t.Errorf("%+v", p)
	}
	p = newHand(t, func(c *endpoint.Config) { c.NoChallengeThrottle, c.NoDelayedACK, c.ReceiveBuffer = true, true, 1<<20 }).tcp.Profile()
	if !p.Unthrottled || !p.NoDelayedACK || p.DelayedACK != 0 || p.ReceiveBuffer != 65535 {
		t.Errorf("%+v", p)
	}
}

// A connection costs no memory once its like has been seen.
func TestAllocs(t *testing.T) {
	c := endpoint.Config{R2: time.Hour, R2SYN: time.Hour}
	for _, loss := range []uint64{0, 20, 100, 120} {
		if loss >= 100 {
			c = c.Deployed()
			loss -= 100
		}
		p := newPair(c, c)
		a, b := p.end[0].cfg, p.end[1].cfg
		if n := testing.AllocsPerRun(50, func() {
			x := uint64(7)
			p.now = 0
			p.end[0].Reset(a)
			p.end[1].Reset(b)
			if err := p.transfer(3000, func(int, []byte) bool { x = mix(x); return x%100 < loss }); err != nil {
				t.Fatal(err)
			}
		}); n != 0 {
			t.Errorf("%d%% lost: %v allocations a connection", loss, n)
		}
	}
}

// someOptions makes options of any octets: blocks and timestamps near the numbers
// of the connection.
func someOptions(raw []byte) (o endpoint.Options) {
	if len(raw) >= 8 {
		o = o.AppendTimestamps(uint32(raw[0])<<24|70000, uint32(raw[1]))
		o = o.AppendSACK(endpoint.SACKBlock{Left: ourISS.Add(int(int8(raw[2])) * 100), Right: ourISS.Add(int(raw[3]) * 50)},
			endpoint.SACKBlock{Left: ourISS.Add(int(raw[4]) * 10), Right: ourISS.Add(int(raw[5]) * 20)})
	}
	return o.Pad()
}

// FuzzArrive feeds any octets to a TCP in each state: as a datagram, and as
// flags, numbers and text of a well-formed one.
func FuzzArrive(f *testing.F) {
	f.Add([]byte{}, uint8(endpoint.SYN|endpoint.ACK), int32(0), int32(1), uint16(0), []byte("abc"))
	f.Add([]byte{0, 9, 1, 40, 90, 90, 7, 7}, uint8(endpoint.ACK), int32(1), int32(1), uint16(9000), []byte("abc"))
	f.Add([]byte{0x45}, uint8(endpoint.FIN|endpoint.ACK), int32(1), int32(1), uint16(9), []byte("abc"))
	f.Fuzz(func(t *testing.T, raw []byte, flags uint8, seq, ack int32, wnd uint16, octets []byte) {
		if len(octets) > 1400 || len(raw) > endpoint.MTU {
			return
		}
		for i, m := range makers {
			h := m.make(t)
			if int(flags)%2 == i%2 { // the same with extensions, in a state further on
				h = sackEstablished(t, congested, fitted, keepsAlive, func(c *endpoint.Config) { c.IW10 = true }).send(i * 700)
			}
			h.tcp.Arrive(h.now, raw)
			h.drain()
			for range 2 {
				h.deliver(peerSocket.Addr(), localSocket.Addr(), endpoint.Segment{
					SrcPort: peerSocket.Port(), DstPort: localSocket.Port(), Flags: endpoint.Flags(flags),
					Seq: peerISS + endpoint.Seq(seq), Ack: ourISS + endpoint.Seq(ack), Wnd: wnd, Text: octets, Up: wnd,
					Options: someOptions(raw),
				})
				h.tcp.Send(h.now, octets)
				h.drain()
				h.tcp.Receive(h.now, make([]byte, 9))
				h.drain()
			}
			h.tcp.Close(h.now)
			h.drain()
			for range 5 {
				if d := h.deadline(); d != endpoint.Never {
					h.now = max(d, h.now)
					h.tcp.Timeout(h.now)
					h.drain()
				}
			}
		}
	})
}
