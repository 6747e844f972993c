package pcapng

import (
	"bytes"
	"errors"
	"testing"

	"github.com/gopacket/gopacket/pcapgo"

	"example.org/halfopen/endpoint"
	"example.org/halfopen/link"
	"example.org/halfopen/sim"
)

// byHand is a trace of one segment.
func byHand(s sim.SegmentRecord, options ...byte) *sim.Trace {
	s.ID, s.NOption = 1, uint8(len(options))
	return &sim.Trace{
		Events:   []sim.Event{{N: 1, Emits: 1}},
		Segments: []sim.SegmentRecord{s},
		Copies:   []link.Copy{{At: link.MinHop}},
		By:       []uint16{9},
		Options:  options,
	}
}

// Whatever a stack emitted gets into the file, and its comment tells.
func TestOddSegments(t *testing.T) {
	for _, tt := range []struct {
		trace   *sim.Trace
		comment string
	}{
		{byHand(sim.SegmentRecord{Malformed: true, Offset: -1, Len: 7}, 2, 4, 5), "#1 malformed: not as it was sent; lost: not lost"},
		{byHand(sim.SegmentRecord{Malformed: true, NCopies: 1}, 8, 1, 0, 0),
			"#1 malformed: not as it was sent; under way at the end"},
		{byHand(sim.SegmentRecord{Cause: link.LostByQueue, Revived: true}), "#1 saved by the loss cap; lost: queue full"},
		{byHand(sim.SegmentRecord{Cause: link.LostByScript, NBy: 1}), "#1 fault 9: not in the script"},
		{byHand(sim.SegmentRecord{Flags: endpoint.RST, Injected: true, Offset: -1, NCopies: 1}), "#1 under way at the end"},
	} {
		r, err := pcapgo.NewNgReader(bytes.NewReader(write(t, tt.trace)), pcapgo.NgReaderOptions{})
		if err != nil {
			t.Fatal(err)
		}
		if got := r.SectionInfo().Comment; got != "legal-bf7d27: no violation, unfinished" {
			t.Errorf("section comment %q", got)
		}
		_, _, o, err := r.ReadPacketDataWithOptions()
		if err != nil || len(o.Comments) != 1 || o.Comments[0] != tt.comment {
			t.Errorf("comments %q, %v; want %q", o.Comments, err, tt.comment)
		}
	}
}

func TestTooLong(t *testing.T) {
	tr := byHand(sim.SegmentRecord{Len: 65535, Offset: -1})
	if err := Write(&bytes.Buffer{}, tr); !errors.Is(err, endpoint.ErrTooLong) {
		t.Errorf("error %v", err)
	}
}

var errFull = errors.New("disk full")

type full struct{}

func (full) Write([]byte) (int, error) { return 0, errFull }

func TestWriteError(t *testing.T) {
	if err := Write(full{}, byHand(sim.SegmentRecord{NCopies: 1})); !errors.Is(err, errFull) {
		t.Errorf("error %v", err)
	}
}
