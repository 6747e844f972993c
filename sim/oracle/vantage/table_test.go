package vantage_test

import (
	"fmt"
	"net/netip"
	"strings"
	"testing"

	"example.org/halfopen/endpoint"
	"example.org/halfopen/sim/capture"
	"example.org/halfopen/sim/oracle/vantage"
)

// client is the socket of a client with a number.
func client(n int) netip.AddrPort {
	return netip.AddrPortFrom(netip.AddrFrom4([4]byte{10, byte(n >> 16), byte(n >> 8), byte(n)}), 1111)
}

var theServer = netip.MustParseAddrPort("192.0.2.1:80")

// sent is a segment of a client, or of the server to it.
func sent(n int, fromServer bool, at int64, flags endpoint.Flags, seq, ack endpoint.Seq, text []byte) *capture.Segment {
	s := &capture.Segment{Frame: uint64(at), At: at * 1e6, Src: client(n), Dst: theServer, Length: len(text)}
	if fromServer {
		s.Src, s.Dst = s.Dst, s.Src
	}
	s.Flags, s.Seq, s.Ack, s.Wnd, s.Text = flags, seq, ack, 60000, text
	return s
}

// A table holds no more connections than it may, and gives up the one that was
// idle longest.
func TestRoom(t *testing.T) {
	live, most := map[uint64]bool{}, 0
	var order []uint64
	table := vantage.NewTable(vantage.TableOptions{Connections: 10, Done: func(c *vantage.Conn) {
		order = append(order, c.Number)
		delete(live, c.Number)
		if c.Number <= 90 && (c.Why != vantage.GivenUp || !c.Blind().Has(vantage.Evicted)) {
			t.Errorf("connection %d: %v", c.Number, c.Why)
		}
	}})
	for n := range 100 {
		table.Segment(sent(n, false, int64(n), endpoint.SYN, 0, 0, nil))
		live[uint64(n+1)] = true
		most = max(most, len(live))
	}
	table.End()
	if most > 10 || len(live) > 0 || table.GivenUp != 90 || table.Connections() != 100 {
		t.Errorf("%d at once, %d left, %d given up, %d in all", most, len(live), table.GivenUp, table.Connections())
	}
	for i, n := range order {
		if n != uint64(i+1) {
			t.Fatalf("out of order: %v", order)
		}
	}
}

// Connections that are over make room before any other.
func TestOverMakesRoom(t *testing.T) {
	why := map[string]int{}
	table := vantage.NewTable(vantage.TableOptions{Connections: 5, Done: func(c *vantage.Conn) { why[c.Why.String()]++ }})
	table.Segment(sent(0, false, 1, endpoint.SYN, 0, 0, nil)) // this one stays
	for n := 1; n < 50; n++ {
		table.Segment(sent(n, false, int64(10*n), endpoint.SYN, 0, 0, nil))
		table.Segment(sent(n, true, int64(10*n+1), endpoint.RST|endpoint.ACK, 0, 1, nil))
	}
	table.End()
	if table.GivenUp > 0 || why["reset"] != 49 || why["open when the capture ends"] != 1 {
		t.Errorf("%d given up: %v", table.GivenUp, why)
	}
}

// A connection that is over is handed over a minute later, and what comes then
// begins another.
func TestLinger(t *testing.T) {
	var why []string
	table := vantage.NewTable(vantage.TableOptions{Done: func(c *vantage.Conn) { why = append(why, c.Why.String()) }})
	table.Segment(sent(0, false, 1, endpoint.SYN, 0, 0, nil))
	table.Segment(sent(0, true, 2, endpoint.RST|endpoint.ACK, 0, 1, nil))
	table.Segment(sent(1, false, 59_000, endpoint.SYN, 0, 0, nil))
	if len(why) > 0 {
		t.Error("too soon")
	}
	table.Segment(sent(0, true, 61_000, endpoint.RST, 1, 0, nil))
	if len(why) != 1 || why[0] != "reset" || table.Connections() != 3 {
		t.Errorf("%v, %d connections", why, table.Connections())
	}
}

// Where the SYNs of another incarnation were missed, its numbers tell it apart:
// from those of one that was closed.
func TestIncarnations(t *testing.T) {
	for play, want := range map[string]uint64{
		handshake + "A FIN,ACK 1:1 | B FIN,ACK 1:2 | A ACK 2:2 | B FIN,ACK 1:2 | A ACK 2:2": 1,
		handshake + "A FIN,ACK 1:1 | B FIN,ACK 1:2 | A ACK 2:2 | A SYN 70000 | A ACK 2:2":   2,
		handshake + "A FIN,ACK 1:1 | B FIN,ACK 1:2 | A ACK 2:2 | " + strings.Repeat("A ACK 70001:90001 len 10 | ", 4) +
			"B ACK 90001:70011": 2,
		handshake + strings.Repeat("A ACK =90000000:=500000000 len 10 | ", 4) + "A ACK 1:1": 2,
		"A SYN 0 | B SYN 0 | A SYN,ACK 0:1 | B SYN,ACK 0:1":                                 1,
		"A SYN 0 | A SYN 500 | A SYN 0":                                                     2,
	} {
		table := vantage.NewTable(vantage.TableOptions{})
		for _, s := range segments(t, play) {
			table.Segment(&s)
		}
		if table.Connections() != want {
			t.Errorf("%s: %d connections, want %d", play, table.Connections(), want)
		}
	}
}

// The text of all connections together takes no more than it may; what is not
// remembered is not compared, and that is told.
func TestMemory(t *testing.T) {
	text := make([]byte, 500)
	other := append([]byte("X"), text[1:]...)
	forgotten, found := 0, 0
	table := vantage.NewTable(vantage.TableOptions{Memory: 64 << 10, Done: func(c *vantage.Conn) {
		if c.Blind().Has(vantage.Forgotten) {
			forgotten++
		}
		found += len(c.Findings())
	}})
	const conns, each = 30, 20
	ack := endpoint.ACK
	for n := range conns {
		table.Segment(sent(n, false, 1, endpoint.SYN, 0, 0, nil))
		table.Segment(sent(n, true, 2, endpoint.SYN|ack, 0, 1, nil))
		table.Segment(sent(n, false, 3, ack, 1, 1, nil))
		for i := range endpoint.Seq(each) {
			table.Segment(sent(n, false, 4, ack, 1+500*i, 1, text))
		}
		table.Segment(sent(n, false, 5, ack, 1+500*(each-1), 1, other)) // another octet
	}
	table.End()
	if forgotten == 0 || found == 0 || forgotten+found < conns || found > 16 {
		t.Errorf("%d of %d connections are not remembered, %d are found wrong", forgotten, conns, found)
	}
}

// A table that has seen as many connections as it holds allocates nothing for the
// next ones.
func TestAllocations(t *testing.T) {
	table := vantage.NewTable(vantage.TableOptions{Connections: 50, Keep: vantage.Keep{Head: 8, Tail: 8, Total: 10_000}})
	text := make([]byte, 500) // no MSS is said
	n, at := 0, int64(0)
	ack := endpoint.ACK
	one := func() {
		n, at = n+1, at+1
		table.Segment(sent(n, false, at, endpoint.SYN, 0, 0, nil))
		table.Segment(sent(n, true, at, endpoint.SYN|ack, 0, 1, nil))
		for i := range endpoint.Seq(20) {
			table.Segment(sent(n, false, at, ack, 1+500*i, 1, text))
			table.Segment(sent(n, true, at, ack, 1, 1+500*(i+1), nil))
		}
	}
	for range 200 {
		one()
	}
	// sent allocates its segment; the map may move its entries.
	if got := testing.AllocsPerRun(200, one); got > 42+1 {
		t.Errorf("%v allocations a connection of 42 segments", got)
	}
}

// FuzzTable: whatever the segments, nothing panics, every connection is handed
// over once, and every segment is one of some connection.
func FuzzTable(f *testing.F) {
	f.Add([]byte{0, 2, 0, 0, 1, 18, 0, 1, 0, 16, 1, 1})
	f.Add([]byte{0, 2, 0, 0, 0, 16, 9, 9, 1, 17, 200, 3, 0, 4, 0, 0, 0, 2, 77, 0})
	f.Fuzz(func(t *testing.T, b []byte) {
		segments, seen, last := uint64(0), uint64(0), map[uint64]bool{}
		table := vantage.NewTable(vantage.TableOptions{Connections: 3, Memory: 40 << 10, Keep: vantage.Keep{Head: 2, Tail: 3, Total: 9}, Done: func(c *vantage.Conn) {
			if last[c.Number] {
				t.Fatalf("connection %d twice", c.Number)
			}
			last[c.Number] = true
			seen += c.Count
			shown := uint64(0)
			for _, l := range c.Lines() {
				shown += 1 + l.Left
				_ = l.States.String() + l.Options().String()
			}
			if shown > c.Count {
				t.Fatalf("%d lines of %d segments", shown, c.Count)
			}
			for _, f := range c.Findings() {
				if f.Rule.ID == "" || f.Text == "" || f.Times == 0 {
					t.Fatalf("%+v", f)
				}
			}
		}})
		text := []byte("whatever it says, it says it at length, and again")
		for at := int64(0); len(b) >= 4; at++ {
			scale := endpoint.Seq(1) << (b[0] >> 3)
			s := sent(int(b[0]>>1&3), b[0]&1 == 1, at, endpoint.Flags(b[1]), endpoint.Seq(b[2])*scale, endpoint.Seq(b[3])*scale, text[:b[2]%48])
			s.Sum = capture.Checksum(b[3] % 4)
			if b[3]&16 != 0 {
				s.Options = s.Options.AppendTimestamps(uint32(b[2]), uint32(b[3])).AppendSACKPermitted().
					AppendSACK(endpoint.SACKBlock{Left: s.Ack + 5, Right: s.Ack + endpoint.Seq(b[3])}).Pad()
			}
			b = b[4:]
			table.Segment(s)
			segments++
		}
		table.End()
		if damaged := table.Damaged; seen > segments || seen+damaged < segments || uint64(len(last)) != table.Connections() {
			t.Fatalf("%d segments, %d in %d of %d connections, %d damaged", segments, seen, len(last), table.Connections(), damaged)
		}
	})
}

func BenchmarkTable(b *testing.B) {
	for _, conns := range []int{1, 1000} {
		b.Run(fmt.Sprint(conns), func(b *testing.B) {
			table := vantage.NewTable(vantage.TableOptions{})
			text := make([]byte, 1400)
			s := sent(0, false, 1, endpoint.ACK, 1, 1, text)
			b.ReportAllocs()
			n := 0
			for b.Loop() {
				s.Src = client(n % conns)
				s.Seq = endpoint.Seq(1 + 1400*(n/conns))
				table.Segment(s)
				n++
			}
		})
	}
}
