package endpoint_test

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"net/netip"
	"testing"

	. "example.org/halfopen/endpoint"
)

var (
	header4 = Header{
		Src: netip.MustParseAddr("192.0.2.1"), Dst: netip.MustParseAddr("192.0.2.2"),
		TTL: 64, ID: 7,
	}
	header6 = Header{
		Src: netip.MustParseAddr("2001:db8::1"), Dst: netip.MustParseAddr("2001:db8::2"),
		TTL: 255,
	}
)

func segmentOf(text int) *Segment {
	s := &Segment{
		SrcPort: 1024, DstPort: 80, Seq: 4294967290, Ack: 300, Wnd: 65535, Up: 3,
		Flags: ACK | PSH, Text: make([]byte, text),
	}
	for i := range s.Text {
		s.Text[i] = byte(i*i + i>>8)
	}
	return s
}

func mustEncode(t testing.TB, h Header, s *Segment) []byte {
	t.Helper()
	buf := make([]byte, 65575)
	n, err := Encode(buf, &h, s)
	if err != nil {
		t.Fatal(err)
	}
	return buf[:n:n]
}

func same(a, b *Segment) bool {
	x, y := *a, *b
	x.Options, x.Text, y.Options, y.Text = nil, nil, nil, nil
	return fmt.Sprint(x) == fmt.Sprint(y) &&
		bytes.Equal(a.Options, b.Options) && bytes.Equal(a.Text, b.Text)
}

// A datagram written down by hand, octet by octet, with checksums computed
// elsewhere: the codec cannot be wrong in both directions alike.
func TestEncodeGolden(t *testing.T) {
	s := &Segment{SrcPort: 1024, DstPort: 80, Seq: 100, Wnd: 65535, Flags: SYN}
	s.Options = s.Options.AppendMSS(1460)
	want := []byte{
		0x45, 0, 0, 44, 0, 7, 0x40, 0, 64, 6, 0xb6, 0xc1, 192, 0, 2, 1, 192, 0, 2, 2,
		4, 0, 0, 80, 0, 0, 0, 100, 0, 0, 0, 0, 0x60, 2, 0xff, 0xff, 0x0f, 0x6f, 0, 0, 2, 4, 5, 0xb4,
	}
	if got := mustEncode(t, header4, s); !bytes.Equal(got, want) {
		t.Errorf("got\n% x, want\n% x", got, want)
	}
}

func TestRoundTrip(t *testing.T) {
	options := Options{}.AppendMSS(1460).AppendWindowScale(7).AppendNOP().AppendTimestamps(1, 2).Pad()
	for _, want := range []Header{header4, header6} {
		for text := range 100 {
			for _, o := range []Options{nil, options, options[:4]} {
				s := segmentOf(text)
				s.Options = o
				d := mustEncode(t, want, s)
				var h Header
				var got Segment
				if err := Decode(d, &h, &got); err != nil || h != want || !same(&got, s) {
					t.Fatalf("%d octets, options %v: %v: %v %v", text, o, err, h, got)
				}
				if !ChecksumOK(d) {
					t.Fatalf("%d octets, options %v: ChecksumOK is false", text, o)
				}
			}
		}
	}
}

func TestTTLDefault(t *testing.T) {
	for _, h := range []Header{header4, header6} {
		h.TTL = 0
		var s Segment
		if err := Decode(mustEncode(t, h, segmentOf(0)), &h, &s); err != nil || h.TTL != 64 {
			t.Errorf("TTL %d, error %v", h.TTL, err)
		}
	}
}

// Every single flipped bit of the segment is noticed, and so is every one of
// the IPv4 header: none of them decodes without an error.
func TestEveryBitCounts(t *testing.T) {
	for _, h := range []Header{header4, header6} {
		s := segmentOf(13)
		s.Options = Options{}.AppendMSS(536)
		d := mustEncode(t, h, s)
		from := 0
		if h == header6 {
			from = 8 // an IPv6 header has no checksum; addresses are in the TCP checksum
		}
		for bit := from * 8; bit < len(d)*8; bit++ {
			d[bit/8] ^= 0x80 >> (bit % 8)
			var got Header
			var seg Segment
			err := Decode(d, &got, &seg)
			if err == nil {
				t.Errorf("bit %d of %v: not noticed", bit, h)
			}
			if bit >= TCPOffset(d)*8 && ChecksumOK(d) {
				t.Errorf("bit %d of %v: ChecksumOK", bit, h)
			}
			d[bit/8] ^= 0x80 >> (bit % 8)
		}
	}
}

// With nothing but the checksum wrong, header and segment are filled in; and
// FixChecksum hides that anything happened.
func TestChecksumOnly(t *testing.T) {
	for _, want := range []Header{header4, header6} {
		s := segmentOf(33)
		d := mustEncode(t, want, s)
		d[len(d)-1] ^= 4
		s.Text[32] ^= 4
		var h Header
		var got Segment
		if err := Decode(d, &h, &got); err != ErrChecksum || h != want || !same(&got, s) {
			t.Errorf("%v: %v %v", err, h, got)
		}
		FixChecksum(d)
		if err := Decode(d, &h, &got); err != nil || !same(&got, s) {
			t.Errorf("after FixChecksum: %v", err)
		}
		if fixed := mustEncode(t, want, s); !bytes.Equal(d, fixed) {
			t.Errorf("FixChecksum makes\n% x, Encode\n% x", d, fixed)
		}
	}
}

func TestEncodeErrors(t *testing.T) {
	room := make([]byte, 70000)
	with := func(o Options, text int) *Segment {
		return &Segment{Options: o, Text: make([]byte, text)}
	}
	mixed := Header{Src: header4.Src, Dst: header6.Src}
	for _, c := range []struct {
		name string
		buf  []byte
		h    Header
		s    *Segment
		want error
	}{
		{"39 octets", room[:39], header4, with(nil, 0), ErrShortBuffer},
		{"no room", nil, header6, with(nil, 0), ErrShortBuffer},
		{"odd options", room, header4, with(Options{1, 1, 1}, 0), ErrOptionsSize},
		{"44 octets of options", room, header4, with(make(Options, 44), 0), ErrOptionsSize},
		{"option length 0", room, header4, with(Options{2, 0, 0, 0}, 0), ErrOptionLength},
		{"no addresses", room, Header{}, with(nil, 0), ErrAddresses},
		{"no source", room, Header{Dst: header6.Dst}, with(nil, 0), ErrAddresses},
		{"no destination", room, Header{Src: header6.Dst}, with(nil, 0), ErrAddresses},
		{"two families", room, mixed, with(nil, 0), ErrAddresses},
		{"65536 octets of IPv4", room, header4, with(nil, 65496), ErrTooLong},
		{"65536 octets in IPv6", room, header6, with(nil, 65516), ErrTooLong},
	} {
		if n, err := Encode(c.buf, &c.h, c.s); !errors.Is(err, c.want) || n != 0 {
			t.Errorf("%s: got %d, %v, want %v", c.name, n, err, c.want)
		}
	}
	for _, h := range []Header{header4, header6} { // the longest that fits
		n, err := Encode(room, &h, with(nil, 65495))
		if err != nil || Decode(room[:n], new(Header), new(Segment)) != nil {
			t.Errorf("the longest segment: %v", err)
		}
	}
}

func TestIPv4Options(t *testing.T) {
	d := mustEncode(t, header4, segmentOf(5))
	d = append(d[:20:20], append([]byte{7, 4, 4, 0}, d[20:]...)...) // record route
	d[0], d[3] = 0x46, d[3]+4
	d[10], d[11] = 0, 0
	binary.BigEndian.PutUint16(d[10:], 0)
	sum := uint32(0)
	for i := 0; i < 24; i += 2 {
		sum += uint32(binary.BigEndian.Uint16(d[i:]))
	}
	binary.BigEndian.PutUint16(d[10:], ^uint16(sum>>16+sum))
	var h Header
	var s Segment
	if err := Decode(d, &h, &s); err != nil || !same(&s, segmentOf(5)) || TCPOffset(d) != 24 {
		t.Errorf("%v %v, TCP at %d", err, s, TCPOffset(d))
	}
	FixChecksum(d)
	if !ChecksumOK(d) || Decode(d, &h, &s) != nil {
		t.Error("FixChecksum does not see behind IPv4 options")
	}
}

func TestWireAllocatesNothing(t *testing.T) {
	s := segmentOf(1000)
	s.Options = Options{}.AppendTimestamps(1, 2).Pad()
	var h Header
	var got Segment
	for _, want := range []Header{header4, header6} {
		buf := make([]byte, MTU)
		n := testing.AllocsPerRun(100, func() {
			n, _ := Encode(buf, &want, s)
			buf[n-1] ^= 1
			if Decode(buf[:n], &h, &got) != ErrChecksum {
				t.Error("no ErrChecksum")
			}
			buf[n-1] ^= 1
			if Decode(buf[:n], &h, &got) != nil {
				t.Error("not decoded")
			}
			FixChecksum(buf[:n])
		})
		if n != 0 {
			t.Errorf("%v allocations", n)
		}
	}
}

func benchmarkSizes(b *testing.B, run func(b *testing.B, h Header, s *Segment, buf []byte)) {
	for _, c := range []struct {
		name string
		h    Header
		text int
	}{{"IPv4/0", header4, 0}, {"IPv4/1000", header4, 1000}, {"IPv6/0", header6, 0}} {
		b.Run(c.name, func(b *testing.B) {
			b.ReportAllocs()
			run(b, c.h, segmentOf(c.text), make([]byte, MTU))
		})
	}
}

func BenchmarkEncodeSegment(b *testing.B) {
	benchmarkSizes(b, func(b *testing.B, h Header, s *Segment, buf []byte) {
		for b.Loop() {
			if _, err := Encode(buf, &h, s); err != nil {
				b.Fatal(err)
			}
		}
	})
}

func BenchmarkDecodeSegment(b *testing.B) {
	benchmarkSizes(b, func(b *testing.B, h Header, s *Segment, buf []byte) {
		n, _ := Encode(buf, &h, s)
		for b.Loop() {
			if err := Decode(buf[:n], &h, s); err != nil {
				b.Fatal(err)
			}
		}
	})
}

func ExampleDecode() {
	segment := Segment{SrcPort: 1024, DstPort: 80, Seq: 100, Wnd: 65535, Flags: SYN}
	segment.Options = segment.Options.AppendMSS(1460).AppendSACKPermitted().Pad()
	header := Header{Src: netip.MustParseAddr("192.0.2.1"), Dst: netip.MustParseAddr("192.0.2.2")}
	buf := make([]byte, MTU)
	n, err := Encode(buf, &header, &segment)
	if err != nil {
		fmt.Println(err)
		return
	}
	err = Decode(buf[:n], &header, &segment)
	fmt.Println(n, segment.Flags, segment.Seq, segment.Options, err)

	buf[n-1] ^= 1 // a bit of padding flips: the checksum covers that too
	fmt.Println(Decode(buf[:n], &header, &segment))
	// Output:
	// 48 SYN 100 MSS=1460 SACK-permitted <nil>
	// endpoint: TCP checksum is wrong
}
