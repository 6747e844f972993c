package pcapng

import (
	"bytes"
	"io"
	"testing"
	"time"

	"github.com/gopacket/gopacket"
	"github.com/gopacket/gopacket/layers"
	"github.com/gopacket/gopacket/pcapgo"

	"example.org/halfopen/sim/capture"
)

// packets are those that package capture reads in a file.
func packets(t *testing.T, file []byte) (list []capture.Packet) {
	t.Helper()
	r, err := capture.NewReader(bytes.NewReader(file))
	if err != nil {
		t.Fatal(err)
	}
	for {
		var p capture.Packet
		switch err := r.Next(&p); err {
		case nil:
			p.Data = bytes.Clone(p.Data)
			list = append(list, p)
		case io.EOF:
			return list
		default:
			t.Fatal(err)
		}
	}
}

// What is written here is read there: every segment of the trace, octet for octet
// and nanosecond for nanosecond, as the reader of somebody else reads it.
func TestCaptureReadsWhatIsWritten(t *testing.T) {
	for _, scenario := range scenarios {
		name, trace := scenario.name, run(t, scenario.text)
		file := write(t, trace)
		theirs, err := pcapgo.NewNgReader(bytes.NewReader(file), pcapgo.NgReaderOptions{})
		if err != nil {
			t.Fatal(err)
		}
		list := packets(t, file)
		if len(list) != len(trace.Segments) {
			t.Errorf("%s: %d packets, %d segments", name, len(list), len(trace.Segments))
		}
		for i, p := range list {
			data, info, err := theirs.ReadPacketData()
			if err != nil {
				t.Fatal(err)
			}
			if !bytes.Equal(data, p.Data) || info.Timestamp.UnixNano() != p.At || info.Length != p.Len || p.Link != capture.LinkType(theirs.LinkType()) {
				t.Errorf("%s: packet %d is read as %+v, by gopacket as %+v", name, i+1, p, info)
			}
			var s capture.Segment
			g := &trace.Segments[i]
			if why := capture.Decode(&p, &s); why != capture.Taken || s.Sum != capture.SumGood || s.Seq != g.Seq || s.Ack != g.Ack ||
				s.Flags != g.Flags || s.Wnd != g.Wnd || s.Length != int(g.Len) || s.At != int64(g.At) {
				t.Errorf("%s: packet %d: %v %+v, the trace has %+v", name, i+1, why, s, g)
			}
		}
	}
}

// The same of pcap, which somebody else has written.
func TestCaptureReadsPcap(t *testing.T) {
	for _, nano := range []bool{false, true} {
		var b bytes.Buffer
		w := pcapgo.NewWriter(&b)
		at := time.Unix(1_700_000_000, 123_456_000)
		if nano {
			w, at = pcapgo.NewWriterNanos(&b), time.Unix(1_700_000_000, 123_456_789)
		}
		if err := w.WriteFileHeader(100, layers.LinkTypeEthernet); err != nil {
			t.Fatal(err)
		}
		data := bytes.Repeat([]byte{7}, 100)
		info := gopacket.CaptureInfo{Timestamp: at, CaptureLength: 100, Length: 1500}
		if err := w.WritePacket(info, data); err != nil {
			t.Fatal(err)
		}
		list := packets(t, b.Bytes())
		if len(list) != 1 || list[0].At != at.UnixNano() || list[0].Len != 1500 || list[0].Link != capture.LinkEthernet || !bytes.Equal(list[0].Data, data) {
			t.Errorf("nano %t: %+v", nano, list)
		}
	}
}
