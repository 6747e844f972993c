package report

import (
	"bytes"
	"testing"
	"time"

	"example.org/halfopen/endpoint"
	"example.org/halfopen/endpoint/tcp"
	"example.org/halfopen/sim"
	"example.org/halfopen/sim/scenario"
)

// tapped is a TCP of which each datagram is written down, in order.
type tapped struct {
	tcp.TCP
	sent *[][]byte
}

func (e *tapped) Emit(now time.Duration, buf []byte) (n int, ok bool) {
	if n, ok = e.TCP.Emit(now, buf); ok {
		*e.sent = append(*e.sent, bytes.Clone(buf[:n]))
	}
	return n, ok
}

// TestDatagram: what is made of a record is what was sent, behind the IP header
// (whose identification the record does not have).
func TestDatagram(t *testing.T) {
	for _, r := range runs {
		var sent [][]byte
		w := sim.NewWorld(sim.Offer{{Name: "tcp", New: func(c endpoint.Config) (endpoint.Endpoint, error) {
			e := &tapped{sent: &sent}
			return e, e.Reset(c)
		}}})
		s, err := scenario.Parse(r.name, r.scenario)
		if err != nil {
			t.Fatal(err)
		}
		if err := w.Reset(&s); err != nil {
			t.Fatal(err)
		}
		for ok := true; ok; _, ok = w.Step() {
		}
		ip := 20
		if s.IPv6 {
			ip = 40
		}
		for i := range w.Trace().Segments {
			g := &w.Trace().Segments[i]
			if g.Injected {
				continue
			}
			b, err := Datagram(nil, w.Trace(), g)
			if err != nil || len(sent) == 0 || !bytes.Equal(b[ip:], sent[0][ip:]) {
				t.Fatalf("%s: #%d: %v\n%x, want\n%x", r.name, g.ID, err, b[ip:], sent[0][ip:])
			}
			sent = sent[1:]
		}
		if len(sent) > 0 {
			t.Errorf("%s: %d more were sent than recorded", r.name, len(sent))
		}
	}
}

// A segment that did not decode has no options; one with more text than a datagram
// holds has none.
func TestDatagramOfNonsense(t *testing.T) {
	tr := &sim.Trace{Options: []byte{2, 9, 0, 0}}
	bad := sim.SegmentRecord{ID: 1, Flags: endpoint.ACK, Offset: -1, NOption: 4, Malformed: true}
	if b, err := Datagram(nil, tr, &bad); err != nil || len(b) != 40 {
		t.Errorf("%d octets, %v; want 40", len(b), err)
	}
	bad.Len = 1 << 16
	if b, err := Datagram(nil, tr, &bad); err == nil {
		t.Errorf("%d octets, and no error", len(b))
	}
}
