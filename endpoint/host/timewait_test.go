package host

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"example.org/halfopen/endpoint"
)

// closed brings a connection of port 7 to TIME-WAIT at 80's end: it closes
// first. SND.NXT is 1002, RCV.NXT 5002.
func (h *hand) closed() ID {
	h.Helper()
	h.h.Listen(80, 0)
	h.arrive(7, syn())
	h.arrive(7, ack(1001, ""))
	id := ok[ID](h)(h.h.Accept(80))
	h.h.Close(h.now, id)
	h.drain()
	fin := ack(1002, "")
	fin.Flags |= endpoint.FIN
	h.arrive(7, fin)
	if s := state(h.h, id); s != endpoint.TimeWait {
		h.Fatalf("in %v", s)
	}
	h.got = nil
	return id
}

// seg is a segment with some bits.
func seg(bits endpoint.Flags, seq, a endpoint.Seq, text string) endpoint.Segment {
	return endpoint.Segment{Seq: seq, Ack: a, Flags: bits, Text: []byte(text)}
}

// A TIME-WAIT without a TCB answers as one with it, to whatever comes (RFC 9293
// 3.10.7.4).
func TestTimeWaitIsATCP_3_10_7_4(t *testing.T) {
	const (
		a = endpoint.ACK
		f = endpoint.FIN | a
		r = endpoint.RST
		s = endpoint.SYN
	)
	segments := []endpoint.Segment{
		seg(f, 5001, 1002, ""), seg(f, 5000, 1002, "x"), seg(f, 5002, 1002, ""), seg(f, 5001, 1001, ""),
		seg(a, 5002, 1002, ""), seg(a, 5002, 1002, "more"), seg(a, 5002, 1003, ""), seg(a, 5002, 900, ""),
		seg(a, 5001, 1002, ""), seg(a, 5001, 1002, "x"), seg(a, 4000, 1002, "old"), seg(a, 90000, 1002, ""), seg(0, 5002, 0, "x"),
		seg(s, 5002, 0, ""), seg(s, 5000, 0, ""), seg(s, 6000, 0, ""), seg(s|a, 5002, 1002, ""),
		seg(r, 5001, 0, ""), seg(r, 5003, 0, ""), seg(r, 90000, 0, ""), seg(r, 5002, 0, ""), seg(r|a, 5002, 1002, "x"),
	}
	for i, first := range segments {
		for j, second := range segments {
			var got [2][]string
			for released := range 2 {
				h := newHand(t)
				id := h.closed()
				if released == 1 {
					h.h.Release(h.now, id)
					h.drain()
					if c := h.h.conns[id.slot()]; c.phase != waiting || c.tcp != nil {
						t.Fatalf("released: %+v", c)
					}
				}
				for k, s := range []endpoint.Segment{first, second} {
					h.now = time.Duration(k+1) * time.Second
					h.arrive(7, s)
				}
				got[released] = append(h.got, fmt.Sprint(h.h.Deadline(), h.wnd))
			}
			if !slices.Equal(got[0], got[1]) {
				t.Errorf("segments %d and %d, with a TCB:\n\t%s\nwithout:\n\t%s", i, j,
					strings.Join(got[0], "\n\t"), strings.Join(got[1], "\n\t"))
			}
		}
	}
}

// RFC 5961 7: challenge ACKs are counted in TIME-WAIT, too.
func TestTimeWaitThrottles(t *testing.T) {
	for _, free := range []bool{false, true} {
		h := newHand(t, func(c *Config) { c.TCP.ChallengeACKs, c.TCP.NoChallengeThrottle = 2, free })
		h.h.Release(h.now, h.closed())
		h.drain()
		for i := range 5 {
			s := seg(endpoint.SYN, 5002, 0, "")
			if i%2 == 0 {
				s = seg(endpoint.ACK, 4000, 1002, "") // outside the window
			}
			h.arrive(7, s)
		}
		h.now += challengePeriod
		h.arrive(7, seg(endpoint.SYN, 5002, 0, ""))
		if want := map[bool]int{false: 3, true: 6}[free]; len(h.got) != want {
			t.Errorf("NoChallengeThrottle %v: %d challenge ACKs, want %d", free, len(h.got), want)
		}
	}
}

// TIME-WAIT lasts 2 MSL from the last FIN on (RFC 9293 3.4.2, MUST-13), and
// keeps its four-tuple so long.
func TestTimeWaitLasts2MSL(t *testing.T) {
	h := newHand(t)
	h.h.Release(0, h.closed())
	h.drain()
	h.until(15 * time.Second)
	h.arrive(7, seg(endpoint.FIN|endpoint.ACK, 5001, 1002, ""))
	h.want("7: <SEQ=1002><ACK=5002><CTL=ACK>")
	h.until(35*time.Second - 1)
	h.len(1)
	if _, err := h.h.Dial(h.now, peer(7), 80); err == nil {
		t.Error("dialed a connection in TIME-WAIT")
	}
	h.until(35 * time.Second)
	h.len(0)
}

// RFC 9293 3.4.2: MSL is 2 minutes where Config says nothing.
func TestTimeWaitDefault(t *testing.T) {
	h := newHand(t, func(c *Config) { c.TCP.MSL = 0 })
	h.h.Release(0, h.closed())
	h.drain()
	h.now = time.Minute
	h.arrive(7, seg(endpoint.FIN|endpoint.ACK, 5001, 1002, ""))
	if d := h.h.Deadline(); d != 5*time.Minute {
		t.Errorf("the 2 MSL are over at %v", d)
	}
}

// RFC 9293 3.6.1, MAY-2, and RFC 6191 2: which SYN begins anew.
func TestTimeWaitReopens_3_6_1(t *testing.T) {
	stamped := func(seq endpoint.Seq, val uint32) endpoint.Segment {
		s := seg(endpoint.SYN, seq, 0, "")
		s.Options = endpoint.Options(nil).AppendTimestamps(val, 0).Pad()
		return s
	}
	for _, c := range []struct {
		name   string
		by     endpoint.Reopening
		recent uint32 // TS.Recent of the old connection; 0: it had no timestamps
		s      endpoint.Segment
		opens  bool
	}{
		{"never", endpoint.ReopensNever, 0, seg(endpoint.SYN, 6000, 0, ""), false},
		{"a larger number", endpoint.ReopensByNumber, 0, seg(endpoint.SYN, 5003, 0, ""), true},
		{"RCV.NXT itself", endpoint.ReopensByNumber, 0, seg(endpoint.SYN, 5002, 0, ""), false},
		{"a smaller number", endpoint.ReopensByNumber, 0, seg(endpoint.SYN, 4000, 0, ""), false},
		{"a SYN,ACK", endpoint.ReopensByNumber, 0, seg(endpoint.SYN|endpoint.ACK, 6000, 1002, ""), false},
		{"a number, timestamps or not", endpoint.ReopensByNumber, 100, stamped(6000, 50), true},
		{"timestamps now", endpoint.ReopensByTimestamp, 0, stamped(4000, 1), true},
		{"a newer timestamp", endpoint.ReopensByTimestamp, 100, stamped(4000, 101), true},
		{"the same, a larger number", endpoint.ReopensByTimestamp, 100, stamped(6000, 100), true},
		{"the same, a smaller number", endpoint.ReopensByTimestamp, 100, stamped(4000, 100), false},
		{"an older timestamp", endpoint.ReopensByTimestamp, 100, stamped(6000, 99), false},
		{"no timestamps now", endpoint.ReopensByTimestamp, 100, seg(endpoint.SYN, 6000, 0, ""), true},
	} {
		for _, released := range []bool{true, false} {
			h := newHand(t, func(cfg *Config) { cfg.ReopensTimeWait = c.by })
			id := h.closed()
			if c.recent != 0 {
				h.h.conns[id.slot()].last.stamped, h.h.conns[id.slot()].last.ecr = true, c.recent
			}
			if released {
				h.h.Release(h.now, id)
				h.drain()
			}
			for _, ok := h.h.Changed(); ok; _, ok = h.h.Changed() {
			}
			told := false
			h.now = issTick // the clock is not beyond what was used yet
			h.h.Arrive(h.now, datagram(7, c.s))
			if err := h.h.valid(); err != nil {
				t.Errorf("%s: %v", c.name, err)
			}
			h.drain()
			opens := len(h.got) == 1 && strings.Contains(h.got[0], fmt.Sprintf("<ACK=%d><CTL=SYN,ACK>", c.s.Seq+1))
			if opens != c.opens {
				t.Errorf("%s, released %v: %v", c.name, released, h.got)
			}
			if !opens {
				continue
			}
			if !released && state(h.h, id) != endpoint.Closed {
				t.Errorf("%s: the old one is in %v", c.name, state(h.h, id))
			}
			for news, ok := h.h.Changed(); ok; news, ok = h.h.Changed() {
				told = told || news.ID == id
			}
			if told == released {
				t.Errorf("%s, released %v: its program was told %v", c.name, released, told)
			}
			var iss endpoint.Seq
			fmt.Sscanf(h.got[0], "7: <SEQ=%d>", &iss)
			if !endpoint.Seq(1002).Less(iss) {
				t.Errorf("%s: ISS %d is not beyond the old 1002", c.name, iss)
			}
			again := ack(iss+1, "anew")
			again.Seq = c.s.Seq + 1
			h.arrive(7, again)
			if _, ok := h.h.Accept(80); !ok {
				t.Errorf("%s: no new connection", c.name)
			}
		}
	}
}

// RFC 9293 3.6.1, MAY-2 (2): if the SYN was an old duplicate, TIME-WAIT goes on.
func TestTimeWaitReturns_3_6_1(t *testing.T) {
	h := newHand(t, func(c *Config) { c.ReopensTimeWait = endpoint.ReopensByNumber })
	h.h.Release(h.now, h.closed())
	h.drain()
	h.until(time.Second)
	h.arrive(7, seg(endpoint.SYN, 6000, 0, ""))
	h.got = nil
	h.arrive(7, rst(6001))
	h.len(1)
	h.arrive(7, seg(endpoint.FIN|endpoint.ACK, 5001, 1002, ""))
	h.want("7: <SEQ=1002><ACK=5002><CTL=ACK>")
	h.until(21*time.Second - 1)
	h.len(1)
	h.until(21 * time.Second)
	h.len(0)
}

// A peer that has closed gets an ACK with the timestamps of the last one.
func TestLastWords(t *testing.T) {
	for _, version := range []string{"192.0.2.1", "2001:db8::1"} {
		s := endpoint.Segment{
			SrcPort: 1, DstPort: 2, Flags: endpoint.ACK, Wnd: 77,
			Options: endpoint.Options(nil).AppendNOP().AppendNOP().AppendTimestamps(5, 6),
		}
		var buf [200]byte
		header := endpoint.Header{Src: addr(version), Dst: addr(version)}
		n, err := endpoint.Encode(buf[:], &header, &s)
		if err != nil {
			t.Fatal(err)
		}
		var w lastWords
		if w.hear(buf[:n]); w != (lastWords{77, true, 5, 6}) {
			t.Errorf("%s: %+v", version, w)
		}
		s.Options = nil
		n, _ = endpoint.Encode(buf[:], &header, &s)
		if w.hear(buf[:n]); w.stamped || w.wnd != 77 {
			t.Errorf("%s without options: %+v", version, w)
		}
	}
	h := newHand(t)
	id := h.closed()
	h.h.conns[id.slot()].last = lastWords{77, true, 5, 6}
	h.h.Release(h.now, id)
	h.drain()
	fin := seg(endpoint.FIN|endpoint.ACK, 5001, 1002, "")
	fin.Options = endpoint.Options(nil).AppendTimestamps(6, 0).Pad()
	h.now = time.Second
	h.arrive(7, fin)
	h.want("7: <SEQ=1002><ACK=5002><CTL=ACK> TS=5/6")
	due := h.h.Deadline()
	if due != 21*time.Second {
		t.Errorf("the 2 MSL of the peer's FIN are over at %v", due)
	}
	h.now += time.Second
	fin.Options = endpoint.Options(nil).AppendTimestamps(5, 0).Pad()
	h.arrive(7, fin) // RFC 7323 5.3: an old duplicate
	h.want("7: <SEQ=1002><ACK=5002><CTL=ACK> TS=5/6")
	fin.Options = nil
	h.arrive(7, fin) // RFC 7323 3.2
	h.want()
	if h.h.Deadline() != due {
		t.Error("the 2 MSL began anew")
	}
}

// FIN-WAIT-2 that nobody waits in ends, if Config says so; else it does not.
func TestOrphanFinWait2(t *testing.T) {
	for _, after := range []time.Duration{0, time.Minute} {
		h := newHand(t, func(c *Config) { c.OrphanFinWait2 = after })
		h.h.Listen(80, 0)
		h.arrive(7, syn())
		h.arrive(7, ack(1001, ""))
		id := ok[ID](t)(h.h.Accept(80))
		h.h.Close(h.now, id)
		h.drain()
		h.until(time.Second - 1)
		h.arrive(7, ack(1002, ""))
		h.until(2 * time.Minute)
		h.len(1) // its program may still read
		h.h.Release(h.now, id)
		h.drain()
		h.until(h.now + time.Minute - 1)
		h.arrive(7, ack(1002, "")) // no reason to wait longer
		h.len(1)
		h.until(h.now + 1)
		h.len(map[bool]int{true: 1, false: 0}[after == 0])
	}
}

// A SYN that would begin anew is dropped while there is no room for it: it
// comes again.
func TestTimeWaitReopensLater(t *testing.T) {
	h := newHand(t, func(c *Config) { c.ReopensTimeWait, c.SYNQueue = endpoint.ReopensByNumber, 1 })
	h.h.Release(h.now, h.closed())
	h.drain()
	h.arrive(8, syn())
	h.got = nil
	h.arrive(7, seg(endpoint.SYN, 6000, 0, ""))
	h.want()
	h.arrive(8, rst(5001))
	h.arrive(7, seg(endpoint.SYN, 6000, 0, ""))
	if len(h.got) != 1 || h.h.Counters().Reopened != 1 {
		t.Errorf("%v, %+v", h.got, h.h.Counters())
	}
}
