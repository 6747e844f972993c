package host

import (
	"encoding/binary"
	"hash/fnv"
	"net/netip"
	"testing"
	"time"

	"example.org/halfopen/endpoint"
)

// play lets two hosts, their programs and strangers do what a text says, and
// returns a digest of all that they sent.
func play(t testing.TB, script []byte) uint64 {
	c := Config{Backlog: 2, SYNQueue: 2, Connections: 6, ReopensTimeWait: endpoint.ReopensByNumber,
		FirstEphemeral: 7, LastEphemeral: 9, OrphanFinWait2: time.Minute}
	ca, cb := c, c
	ca.Addr, cb.Addr = addrA, addrB
	n := newNet(t, ca, cb)
	n.delay = time.Millisecond
	digest := fnv.New64a()
	var last []byte // the last datagram of each direction is what a stranger knows
	n.watch = func(from *Host, d []byte) bool {
		digest.Write(binary.BigEndian.AppendUint64(nil, uint64(n.now)))
		digest.Write(d)
		last = append(last[:0], d...)
		return false
	}
	next := func() int {
		if len(script) == 0 {
			return 0
		}
		b := script[0]
		script = script[1:]
		return int(b)
	}
	var ids [2][]ID
	for len(script) > 0 {
		op, who := next(), next()&1
		h := n.hosts[who]
		id := ID(next())
		if k := len(ids[who]); k > 0 {
			id = ids[who][int(id)%k]
		}
		var p [700]byte
		switch op % 14 {
		case 0:
			h.Listen(uint16(7+next()%3), next()%4)
		case 1:
			h.Unlisten(n.now, uint16(7+next()%3))
		case 2:
			if id, err := h.Dial(n.now, netip.AddrPortFrom(n.hosts[next()&1].cfg.Addr, uint16(7+next()%3)), uint16(next()%10)); err == nil {
				ids[who] = append(ids[who], id)
			}
		case 3:
			if id, ok := h.Accept(uint16(7 + next()%3)); ok {
				ids[who] = append(ids[who], id)
			}
		case 4:
			h.Send(n.now, id, p[:next()])
		case 5:
			h.Receive(n.now, id, p[:next()])
		case 6:
			h.Close(n.now, id)
		case 7:
			h.Abort(n.now, id)
		case 8:
			h.Release(n.now, id)
		case 9:
			n.run(time.Duration(next()) * time.Millisecond)
		case 10:
			n.run(time.Duration(next()) * time.Second)
		case 11: // whatever octets
			k := min(next(), len(script))
			h.Arrive(n.now, script[:k])
			script = script[k:]
		case 12: // a segment, some of whose fields are what the last one had
			var header endpoint.Header
			var s endpoint.Segment
			if endpoint.Decode(last, &header, &s) != nil {
				s = endpoint.Segment{SrcPort: uint16(7 + next()%3), DstPort: uint16(7 + next()%3)}
				header = endpoint.Header{Src: addrA, Dst: addrB}
			}
			s.Flags = endpoint.Flags(next())
			s.Seq += endpoint.Seq(next()) - 128
			s.Ack += endpoint.Seq(next()) - 128
			s.Wnd = uint16(next()) << 8
			var buf [endpoint.MTU]byte
			if k, err := endpoint.Encode(buf[:], &header, &s); err == nil {
				n.deliver(buf[:k])
			}
		case 13:
			n.loss = next() * 4
		}
		n.send()
		for _, h := range n.hosts {
			if err := h.valid(); err != nil {
				t.Fatal(err)
			}
			for _, ok := h.Changed(); ok; _, ok = h.Changed() {
			}
			if len(h.conns) > 7 || len(h.spare) > 8 {
				t.Fatalf("%d slots, %d TCBs not used", len(h.conns)-1, len(h.spare))
			}
		}
	}
	return digest.Sum64()
}

// FuzzHost: nothing that arrives or is called makes a Host panic, run without
// end, lose count or pass its limits; and the same again gives the same.
func FuzzHost(f *testing.F) {
	random := uint64(1)
	for range 40 {
		script := make([]byte, 600)
		for i := range script {
			random = random*6364136223846793005 + 1442695040888963407
			script[i] = byte(random >> 56)
		}
		f.Add(script)
	}
	f.Fuzz(func(t *testing.T, script []byte) {
		if len(script) > 2000 {
			return
		}
		if one, two := play(t, script), play(t, script); one != two {
			t.Errorf("%x and then %x", one, two)
		}
	})
}

// FuzzArrive: octets that are no datagram, or one for somebody else, are
// ignored.
func FuzzArrive(f *testing.F) {
	f.Add(datagram(7, syn()))
	f.Add(datagram(7, ack(1001, "text")))
	f.Add([]byte{0x4f})
	f.Add(append([]byte{0x60}, make([]byte, 39)...))
	f.Fuzz(func(t *testing.T, d []byte) {
		for _, a := range []netip.Addr{addrB, addr("2001:db8::1")} {
			h, err := New(Config{Addr: a})
			if err != nil {
				t.Fatal(err)
			}
			h.Listen(80, 0)
			h.Arrive(0, d)
			var header endpoint.Header
			var s endpoint.Segment
			var buf [endpoint.MTU]byte
			_, ok := h.Emit(0, buf[:])
			if bad := endpoint.Decode(d, &header, &s); (bad != nil || header.Dst != a) && (ok || h.Len() > 0) {
				t.Errorf("%v is answered: %d connections", bad, h.Len())
			}
			if err := h.valid(); err != nil {
				t.Fatal(err)
			}
		}
	})
}

// In steady state a connection, from SYN to the end of TIME-WAIT, allocates
// nothing.
func TestNoAllocation(t *testing.T) {
	load := newBulk(t, 1, endpoint.Config{})
	load.loss = 0
	load.octets = 3000
	cycle := func() {
		load.dialed, load.up, load.done = 0, 0, 0
		if err := load.run(); err != nil {
			t.Fatal(err)
		}
		for load.hosts[0].Len()+load.hosts[1].Len() > 0 {
			load.send()
			load.step(endpoint.Never)
		}
	}
	cycle()
	if n := testing.AllocsPerRun(100, cycle); n != 0 {
		t.Errorf("%v allocations for each connection", n)
	}
}

// Nor does a handshake that comes to nothing, or a cookie that does not.
func TestNoAllocationInHandshakes(t *testing.T) {
	h := newHand(t, func(c *Config) { c.SYNQueue = 1 })
	h.h.Listen(80, 0)
	first, unacceptable, over := datagram(7, syn()), datagram(7, ack(1002, "")), datagram(7, rst(5001))
	other, refused := datagram(8, syn()), datagram(8, ack(77, ""))
	var buf [endpoint.MTU]byte
	var st endpoint.Status
	if n := testing.AllocsPerRun(100, func() { // before there are cookies
		for _, d := range [][]byte{first, unacceptable, over} {
			h.h.Arrive(0, d)
			h.h.Find(0, 80, peer(7), &st)
			for _, ok := h.h.Emit(0, buf[:]); ok; _, ok = h.h.Emit(0, buf[:]) {
			}
		}
	}); n != 0 {
		t.Errorf("%v allocations", n)
	}
	if n := testing.AllocsPerRun(100, func() {
		for _, d := range [][]byte{first, first, other, unacceptable, refused, over} {
			h.h.Arrive(0, d)
			for _, ok := h.h.Emit(0, buf[:]); ok; _, ok = h.h.Emit(0, buf[:]) {
			}
		}
	}); n != 0 || h.h.Len() != 0 || h.h.Counters().CookiesSent < 100 {
		t.Errorf("%v allocations, %d connections, %+v", n, h.h.Len(), h.h.Counters())
	}
}
