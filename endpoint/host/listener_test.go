package host

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"example.org/halfopen/endpoint"
)

// RFC 9293 3.10.7.1: CLOSED answers all but a RST, by a RST that is believed.
func TestClosedPort_3_10_7_1(t *testing.T) {
	h := newHand(t)
	h.arrive(7, syn())
	h.want("7: <SEQ=0><ACK=5001><CTL=RST,ACK>")
	h.arrive(7, ack(77, "text"))
	h.want("7: <SEQ=77><ACK=0><CTL=RST>")
	h.arrive(7, endpoint.Segment{Seq: 9, Flags: endpoint.FIN, Text: []byte("ab")})
	h.want("7: <SEQ=0><ACK=12><CTL=RST,ACK>")
	h.arrive(7, rst(5000))
	h.arrive(7, endpoint.Segment{Seq: 9, Ack: 8, Flags: endpoint.RST | endpoint.ACK})
	h.arrive(0, syn()) // from no port
	h.want()
	var buf [endpoint.MTU]byte
	stray := endpoint.Segment{SrcPort: 7, DstPort: 80, Seq: 5000, Flags: endpoint.SYN}
	n, _ := endpoint.Encode(buf[:], &endpoint.Header{Src: addrA, Dst: addr("192.0.2.3")}, &stray)
	h.h.Arrive(0, buf[:n]) // for another host
	n, _ = endpoint.Encode(buf[:], &endpoint.Header{Src: addr("224.0.0.1"), Dst: addrB}, &stray)
	h.h.Arrive(0, buf[:n]) // from no host: MUST-57, MUST-63
	h.drain()
	h.want()
}

// RFC 9293 3.10.7.2: LISTEN.
func TestListen_3_10_7_2(t *testing.T) {
	h := newHand(t)
	h.h.Listen(80, 0)
	h.arrive(7, rst(1))
	h.arrive(7, endpoint.Segment{Seq: 1, Flags: endpoint.FIN})
	h.arrive(7, endpoint.Segment{Seq: 1, Text: []byte("no flags")})
	h.want()
	h.arrive(7, ack(77, ""))
	h.arrive(7, endpoint.Segment{Seq: 1, Ack: 78, Flags: endpoint.SYN | endpoint.ACK})
	h.want("7: <SEQ=77><ACK=0><CTL=RST>", "7: <SEQ=78><ACK=0><CTL=RST>")
	h.len(0)
	h.arrive(7, syn())
	h.want("7: <SEQ=1000><ACK=5001><CTL=SYN,ACK> MSS=1000")
	h.len(1)
}

// The handshake of many at once: each has its own numbers.
func TestHandshakes_3_5(t *testing.T) {
	h := newHand(t)
	h.h.Listen(80, 0)
	for port := range uint16(5) {
		s := syn()
		s.Seq += endpoint.Seq(port)
		h.arrive(10+port, s)
	}
	for port := range uint16(5) {
		s := ack(1001, fmt.Sprintf("I am %d", port))
		s.Seq += endpoint.Seq(4 - port)
		h.arrive(14-port, s)
	}
	h.len(5)
	for port := range uint16(5) { // in the order of their ACKs
		id := ok[ID](t)(h.h.Accept(80))
		_, remote, _ := h.h.Addrs(id)
		var p [100]byte
		n, err := h.h.Receive(h.now, id, p[:])
		if want := fmt.Sprintf("I am %d", port); remote != peer(14-port) || string(p[:n]) != want || err != nil {
			t.Errorf("%v says %q, %v, want %v and %q", remote, p[:n], err, peer(14-port), want)
		}
	}
	if _, ok := h.h.Accept(80); ok {
		t.Error("a sixth")
	}
}

// A half-open connection acts like a TCP in SYN-RECEIVED, whose SYN,ACK comes
// again, and that gives up after R2 (RFC 9293 3.8.3, MUST-23).
func TestSYNQueueIsATCP(t *testing.T) {
	type event struct {
		at time.Duration
		s  endpoint.Segment
	}
	again := syn()
	inWindow := syn()
	inWindow.Seq += 100
	for name, events := range map[string][]event{
		"no ACK":            nil,
		"SYN again":         {{500 * time.Millisecond, again}, {5 * time.Second, again}},
		"RST":               {{2 * time.Second, rst(5001)}},
		"RST in the window": {{2 * time.Second, rst(5002)}},
		"RST outside":       {{2 * time.Second, rst(4000)}},
		"SYN in the window": {{2 * time.Second, inWindow}},
		"unacceptable ACK":  {{2 * time.Second, ack(1000, "")}, {3 * time.Second, ack(1002, "x")}},
		"outside":           {{2 * time.Second, endpoint.Segment{Seq: 4000, Ack: 1001, Flags: endpoint.ACK}}},
		"no ACK bit":        {{2 * time.Second, endpoint.Segment{Seq: 5001, Text: []byte("x")}}},
	} {
		t.Run(name, func(t *testing.T) {
			h := newHand(t)
			h.h.Listen(80, 0)
			cfg := h.h.config(peer(7), 80)
			e, err := h.h.cfg.Factory(cfg)
			if err != nil {
				t.Fatal(err)
			}
			e.Open(0, true)
			var lines []string
			collect := func(at time.Duration) {
				var buf [endpoint.MTU]byte
				for n, ok := e.Emit(at, buf[:]); ok; n, ok = e.Emit(at, buf[:]) {
					lines = append(lines, fmt.Sprint(at, " ", text(t, buf[:n])))
				}
			}
			run := func(at time.Duration, s endpoint.Segment) {
				for st := h.h.ask(e); st.Deadline <= at; st = h.h.ask(e) {
					due := st.Deadline
					e.Timeout(due)
					collect(due)
				}
				s.SrcPort, s.DstPort = 7, 80
				s.Wnd = max(s.Wnd, 4096)
				var buf [endpoint.MTU]byte
				n, _ := endpoint.Encode(buf[:], &endpoint.Header{Src: addrA, Dst: addrB}, &s)
				e.Arrive(at, buf[:n])
				collect(at)
			}
			var got []string
			note := func() {
				for _, g := range h.got {
					got = append(got, fmt.Sprint(h.now, " ", g))
				}
				h.got = nil
			}
			for _, ev := range append([]event{{0, syn()}}, append(events, event{300 * time.Second, ack(900, "")})...) {
				for h.h.Deadline() <= ev.at {
					h.now = h.h.Deadline()
					h.h.Timeout(h.now)
					h.drain()
					note()
				}
				h.now = ev.at
				h.arrive(7, ev.s)
				note()
				run(ev.at, ev.s)
			}
			// At the end the TCP is in LISTEN or CLOSED, and resets.
			if !slices.Equal(got, lines) {
				t.Errorf("the queue:\n\t%s\nTCP:\n\t%s", strings.Join(got, "\n\t"), strings.Join(lines, "\n\t"))
			}
			h.len(0)
		})
	}
}

// RFC 5961 7: one who is answered by ACKs is so only so many times.
func TestSYNQueueThrottles(t *testing.T) {
	outside := endpoint.Segment{Seq: 4000, Ack: 1001, Flags: endpoint.ACK}
	for _, free := range []bool{false, true} {
		h := newHand(t, func(c *Config) { c.TCP.ChallengeACKs, c.TCP.NoChallengeThrottle = 3, free })
		h.h.Listen(80, 0)
		h.arrive(7, syn())
		h.got = nil
		for range 10 {
			h.arrive(7, outside)
		}
		if want := map[bool]int{false: 3, true: 10}[free]; len(h.got) != want {
			t.Errorf("NoChallengeThrottle %v: %d ACKs, want %d", free, len(h.got), want)
		}
		for range 10 {
			h.arrive(7, ack(1000, "")) // unacceptable
		}
		resets := 0
		for _, line := range h.got {
			if line == "7: <SEQ=1000><ACK=0><CTL=RST>" {
				resets++
			}
		}
		if resets != 10 {
			t.Errorf("NoChallengeThrottle %v: %d RSTs, want 10", free, resets)
		}
	}
}

// The half-open ones of a listener are limited; without cookies a SYN more is
// dropped.
func TestSYNQueueFull(t *testing.T) {
	h := newHand(t, func(c *Config) { c.SYNQueue, c.SYNCookies = 2, CookiesNever })
	h.h.Listen(80, 0)
	for port := range uint16(5) {
		h.arrive(port+1, syn())
	}
	h.want("1: <SEQ=1000><ACK=5001><CTL=SYN,ACK> MSS=1000", "2: <SEQ=1000><ACK=5001><CTL=SYN,ACK> MSS=1000")
	h.arrive(1, rst(5001))
	h.arrive(5, syn())
	h.want("5: <SEQ=1000><ACK=5001><CTL=SYN,ACK> MSS=1000")
	h.len(2)
	if c := h.h.Counters(); c.SYNs != 6 || c.SYNsDropped != 3 {
		t.Errorf("%+v", c)
	}
}

// While the accept queue is full the last ACK is dropped, and the SYN,ACK comes
// again, until there is room.
func TestAcceptQueueFull(t *testing.T) {
	h := newHand(t)
	h.h.Listen(80, 1)
	h.arrive(1, syn())
	h.arrive(2, syn())
	h.got = nil
	h.arrive(1, ack(1001, ""))
	h.arrive(2, ack(1001, "")) // no room
	h.arrive(3, syn())         // neither
	h.want()
	h.len(2)
	h.until(1500 * time.Millisecond)
	h.want("2: <SEQ=1000><ACK=5001><CTL=SYN,ACK> MSS=1000")
	ok[ID](t)(h.h.Accept(80))
	h.arrive(2, ack(1001, "hello"))
	id := ok[ID](t)(h.h.Accept(80))
	if s := state(h.h, id); s != endpoint.Established {
		t.Errorf("the second is in %v", s)
	}
	h.arrive(3, syn())
	h.len(3)
	if c := h.h.Counters(); c.ACKsDropped != 1 || c.SYNsDropped != 1 || c.Accepted != 2 {
		t.Errorf("%+v", c)
	}
}

// A listener that ends leaves nothing: half-open connections are forgotten,
// those that wait are reset, those that were accepted stay.
func TestUnlisten(t *testing.T) {
	h := newHand(t)
	h.h.Listen(80, 0)
	if err := h.h.Listen(80, 0); !errors.Is(err, endpoint.ErrExists) {
		t.Errorf("a second listener: %v", err)
	}
	for port := range uint16(3) {
		h.arrive(port+1, syn())
	}
	h.arrive(1, ack(1001, ""))
	h.arrive(2, ack(1001, ""))
	h.got = nil
	id := ok[ID](t)(h.h.Accept(80))
	if !h.h.Unlisten(h.now, 80) || h.h.Unlisten(h.now, 80) {
		t.Error("it ends once")
	}
	h.drain()
	h.want("2: <SEQ=1001><ACK=0><CTL=RST>")
	h.len(1)
	if s := state(h.h, id); s != endpoint.Established {
		t.Errorf("the accepted one is in %v", s)
	}
	h.arrive(3, ack(1001, ""))
	h.want("3: <SEQ=1001><ACK=0><CTL=RST>")
	if err := h.h.Listen(80, 0); err != nil {
		t.Errorf("listen again: %v", err)
	}
}

// Text and FIN on a SYN are not kept: they are not acknowledged, and come again.
func TestTextOnSYN(t *testing.T) {
	h := newHand(t)
	h.h.Listen(80, 0)
	s := syn()
	s.Text, s.Flags = []byte("hello"), endpoint.SYN|endpoint.FIN
	h.arrive(7, s)
	h.want("7: <SEQ=1000><ACK=5001><CTL=SYN,ACK> MSS=1000")
	again := ack(1001, "hello")
	again.Flags |= endpoint.FIN
	h.arrive(7, again)
	var st endpoint.Status
	if h.h.Status(ok[ID](t)(h.h.Accept(80)), &st); st.State != endpoint.CloseWait || st.Readable != 5 {
		t.Errorf("%+v", st)
	}
}

// MUST-3: what is damaged is ignored in every phase.
func TestDamaged(t *testing.T) {
	h := newHand(t, func(c *Config) { c.ReopensTimeWait = endpoint.ReopensByNumber })
	damaged := func(s endpoint.Segment) {
		h.Helper()
		d := datagram(7, s)
		d[len(d)-1] ^= 1
		h.got = nil
		h.h.Arrive(h.now, d)
		h.drain()
		h.want()
	}
	text := syn()
	text.Text = []byte("x")
	damaged(text) // nobody
	h.h.Listen(80, 0)
	damaged(text) // LISTEN
	h.len(0)
	h.arrive(7, syn())
	damaged(ack(1001, "x")) // half-open
	h.h.Unlisten(h.now, 80)
	id := h.closed()
	text.Seq = 7000
	damaged(text) // TIME-WAIT, with a TCB
	h.h.Release(h.now, id)
	h.drain()
	damaged(text) // and without
	h.len(1)
}
