package host

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"

	"example.org/halfopen/endpoint"
)

// hand is a Host in somebody's hand: the test is the peers.
type hand struct {
	*testing.T
	h   *Host
	now time.Duration
	got []string
	wnd []uint16 // SEG.WND of all that left
}

func newHand(t *testing.T, change ...func(*Config)) *hand {
	c := Config{Addr: addrB}
	c.TCP.MSS, c.TCP.FixedISS, c.TCP.ISS, c.TCP.MSL = 1000, true, 1000, 10*time.Second
	for _, f := range change {
		f(&c)
	}
	h, err := New(c)
	if err != nil {
		t.Fatal(err)
	}
	return &hand{T: t, h: h}
}

// peer is a socket of host A by its port.
func peer(port uint16) netip.AddrPort { return netip.AddrPortFrom(addrA, port) }

// arrive lets a segment of a peer arrive at port 80, and remembers the answers.
func (h *hand) arrive(port uint16, s endpoint.Segment) {
	h.Helper()
	s.SrcPort, s.DstPort = port, 80
	var buf [endpoint.MTU]byte
	s.Wnd = max(s.Wnd, 4096)
	n, err := endpoint.Encode(buf[:], &endpoint.Header{Src: addrA, Dst: addrB}, &s)
	if err != nil {
		h.Fatal(err)
	}
	h.h.Arrive(h.now, buf[:n])
	h.drain()
}

// syn, ack and rst are segments of a peer whose SYN is 5000.
func syn(options ...byte) endpoint.Segment {
	return endpoint.Segment{Seq: 5000, Flags: endpoint.SYN, Options: options}
}

func ack(a endpoint.Seq, text string) endpoint.Segment {
	return endpoint.Segment{Seq: 5001, Ack: a, Flags: endpoint.ACK, Text: []byte(text)}
}

func rst(seq endpoint.Seq) endpoint.Segment {
	return endpoint.Segment{Seq: seq, Flags: endpoint.RST}
}

// drain notes what leaves.
func (h *hand) drain() {
	h.Helper()
	var buf [endpoint.MTU]byte
	for {
		n, ok := h.h.Emit(h.now, buf[:])
		if !ok {
			break
		}
		h.got = append(h.got, text(h, buf[:n]))
		h.wnd = append(h.wnd, uint16(buf[34])<<8|uint16(buf[35]))
	}
	if err := h.h.valid(); err != nil {
		h.Fatal(err)
	}
}

// text writes a datagram as "port: <SEQ=...><ACK=...><CTL=...> options text".
func text(t testing.TB, d []byte) string {
	var header endpoint.Header
	var s endpoint.Segment
	if err := endpoint.Decode(d, &header, &s); err != nil {
		t.Fatal(err)
	}
	line := fmt.Sprintf("%d: <SEQ=%d><ACK=%d><CTL=%v> %v %s", s.DstPort, s.Seq, s.Ack, s.Flags, s.Options, s.Text)
	return strings.TrimSpace(line)
}

// until lets time pass; each line is what leaves when a timer is due.
func (h *hand) until(at time.Duration) {
	h.Helper()
	for h.h.Deadline() <= at {
		h.now = max(h.now, h.h.Deadline())
		h.h.Timeout(h.now)
		h.drain()
	}
	h.now = at
}

// want compares what left since it was asked last.
func (h *hand) want(lines ...string) {
	h.Helper()
	if !slices.Equal(h.got, lines) {
		h.Errorf("at %v left\n\t%s\nwant\n\t%s", h.now, strings.Join(h.got, "\n\t"), strings.Join(lines, "\n\t"))
	}
	h.got = nil
}

func (h *hand) len(n int) {
	h.Helper()
	if h.h.Len() != n {
		h.Errorf("%d connections, want %d", h.h.Len(), n)
	}
}
