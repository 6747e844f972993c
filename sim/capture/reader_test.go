package capture

import (
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net/netip"
	"os"
	"strings"
	"testing"

	"example.org/halfopen/endpoint"
)

// datagramOf is a segment with some text.
func datagramOf(t testing.TB, six bool, text string) []byte {
	t.Helper()
	h := endpoint.Header{Src: netip.MustParseAddr("10.0.0.1"), Dst: netip.MustParseAddr("10.0.0.2"), ID: 77}
	if six {
		h.Src, h.Dst = netip.MustParseAddr("fd00::1"), netip.MustParseAddr("fd00::2")
	}
	s := endpoint.Segment{
		SrcPort: 1234, DstPort: 80, Seq: 4_000_000_000, Ack: 7, Wnd: 99, Flags: endpoint.ACK | endpoint.PSH,
		Options: endpoint.Options(nil).AppendTimestamps(1, 2).Pad(), Text: []byte(text),
	}
	buf := make([]byte, 2000)
	n, err := endpoint.Encode(buf, &h, &s)
	if err != nil {
		t.Fatal(err)
	}
	return buf[:n]
}

const (
	second = 1_000_000_000
	when   = 1_700_000_000_123_456_789 // ns since 1970
)

// pcapOf is a pcap file with two packets.
func pcapOf(order binary.AppendByteOrder, nano bool, link LinkType, packet []byte) []byte {
	magic, unit := uint32(pcapMicro), int64(1000)
	if nano {
		magic, unit = pcapNano, 1
	}
	b := order.AppendUint32(nil, magic)
	b = order.AppendUint16(b, 2)
	b = order.AppendUint16(b, 4)
	b = append(b, make([]byte, 8)...)
	b = order.AppendUint32(b, 65535)
	b = order.AppendUint32(b, uint32(link))
	for range 2 {
		b = order.AppendUint32(b, when/second)
		b = order.AppendUint32(b, uint32(when%second/unit))
		b = order.AppendUint32(b, uint32(len(packet)))
		b = order.AppendUint32(b, uint32(len(packet)))
		b = append(b, packet...)
	}
	return b
}

// ngBlockOf is one block of a pcapng file.
func ngBlockOf(order binary.AppendByteOrder, kind uint32, body []byte) []byte {
	body = append(body, make([]byte, -len(body)&3)...)
	n := uint32(12 + len(body))
	b := order.AppendUint32(nil, kind)
	b = append(order.AppendUint32(b, n), body...)
	return order.AppendUint32(b, n)
}

// ngOf is a pcapng file: a section, an interface whose times are as told, three
// packets, one of each kind, and its statistics.
func ngOf(order binary.AppendByteOrder, resolution byte, ticks uint64, link LinkType, packet []byte) []byte {
	section := order.AppendUint32(nil, 0x1a2b3c4d)
	section = order.AppendUint16(section, 1)
	section = append(section, make([]byte, 10)...)
	section = append(order.AppendUint16(order.AppendUint16(section, ngApplication), 4), "here"...)
	b := ngBlockOf(order, ngSection, section)
	face := order.AppendUint16(nil, uint16(link))
	face = append(face, make([]byte, 6)...)
	face = append(order.AppendUint16(order.AppendUint16(face, ngResolution), 1), resolution, 0, 0, 0)
	face = append(face, 0, 0, 0, 0)
	b = append(b, ngBlockOf(order, ngInterface, face)...)
	b = append(b, ngBlockOf(order, 0x0bad, []byte("of a kind that nobody knows"))...)
	head := order.AppendUint32(nil, uint32(ticks>>32))
	head = order.AppendUint32(head, uint32(ticks))
	head = order.AppendUint32(head, uint32(len(packet)))
	head = order.AppendUint32(head, uint32(len(packet)))
	b = append(b, ngBlockOf(order, ngPacket, append(append([]byte{0, 0, 0, 0}, head...), packet...))...)
	b = append(b, ngBlockOf(order, ngOldPacket, append(append([]byte{0, 0, 0, 0}, head...), packet...))...)
	b = append(b, ngBlockOf(order, ngSimple, append(order.AppendUint32(nil, uint32(len(packet))), packet...))...)
	statistics := make([]byte, 12)
	statistics = order.AppendUint64(order.AppendUint16(order.AppendUint16(statistics, ngIfDrop), 8), 3)
	return append(b, ngBlockOf(order, ngStatistics, statistics)...)
}

// readAll reads a file to its end.
func readAll(file []byte) (packets []Packet, r *Reader, err error) {
	r, err = NewReader(bytes.NewReader(file))
	if err != nil {
		return nil, nil, err
	}
	for {
		var p Packet
		if err := r.Next(&p); err != nil {
			return packets, r, err
		}
		p.Data = bytes.Clone(p.Data)
		packets = append(packets, p)
	}
}

func TestPcap(t *testing.T) {
	d := datagramOf(t, false, "hello")
	for _, order := range []binary.AppendByteOrder{binary.LittleEndian, binary.BigEndian} {
		for _, nano := range []bool{false, true} {
			packets, r, err := readAll(pcapOf(order, nano, LinkRaw, d))
			if err != io.EOF || len(packets) != 2 || r.Format() != "pcap" {
				t.Fatalf("%v nano=%t: %d packets, %v", order, nano, len(packets), err)
			}
			at := int64(when)
			if !nano {
				at -= when % 1000
			}
			p := packets[1]
			if p.At != at || p.N != 2 || p.Link != LinkRaw || !bytes.Equal(p.Data, d) || p.Len != len(d) || p.Offset != int64(24+16+len(d)) {
				t.Errorf("%v nano=%t: %+v", order, nano, p)
			}
		}
	}
}

func TestPcapng(t *testing.T) {
	d := datagramOf(t, true, "hello")
	for _, order := range []binary.AppendByteOrder{binary.LittleEndian, binary.BigEndian} {
		for _, c := range []struct {
			resolution byte
			ticks      uint64
			at         int64
		}{
			{6, when / 1000, when / 1000 * 1000},
			{9, when, when},
			{3, when / 1000000, when / 1000000 * 1000000},
			{0, when / second, when / second * second},
			{10, when * 10, when},
			{0x80 | 10, when / second << 10, when / second * second},
			{0x80 | 20, when/second<<20 | 1<<19, when/second*second + second/2},
		} {
			packets, r, err := readAll(ngOf(order, c.resolution, c.ticks, LinkRaw, d))
			if err != io.EOF || len(packets) != 3 || r.Format() != "pcapng" || r.Application() != "here" || r.Dropped() != 3 {
				t.Fatalf("%v: %d packets, %v, %q, %d dropped", order, len(packets), err, r.Application(), r.Dropped())
			}
			for i, p := range packets {
				at := c.at
				if i == 2 { // a simple one has no time
					at = 0
				}
				if p.At != at || p.N != uint64(i+1) || !bytes.Equal(p.Data, d) || p.Len != len(d) {
					t.Errorf("%v, resolution %#x, packet %d: %+v, want at %d", order, c.resolution, i, p, at)
				}
			}
		}
	}
}

// Two sections, the second with the other byte order.
func TestSections(t *testing.T) {
	d := datagramOf(t, false, "")
	file := append(ngOf(binary.LittleEndian, 9, when, LinkRaw, d), ngOf(binary.BigEndian, 9, when, LinkRaw, d)...)
	packets, r, err := readAll(file)
	if err != io.EOF || len(packets) != 6 || r.Dropped() != 6 {
		t.Errorf("%d packets, %v, %d dropped", len(packets), err, r.Dropped())
	}
}

func TestGzip(t *testing.T) {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	z.Write(pcapOf(binary.LittleEndian, true, LinkRaw, datagramOf(t, false, "x")))
	z.Close()
	if packets, _, err := readAll(b.Bytes()); err != io.EOF || len(packets) != 2 {
		t.Errorf("%d packets, %v", len(packets), err)
	}
	if _, _, err := readAll(b.Bytes()[:b.Len()-20]); err == io.EOF || err == nil {
		t.Errorf("one that is cut short: %v", err)
	}
}

// A file that breaks off gives an error that names the octet, wherever it does;
// packets that came before are read.
func TestTruncated(t *testing.T) {
	d := datagramOf(t, false, "hello")
	for name, file := range map[string][]byte{
		"pcap": pcapOf(binary.BigEndian, false, LinkRaw, d), "pcapng": ngOf(binary.LittleEndian, 6, when, LinkRaw, d),
	} {
		whole := 0
		for n := range len(file) {
			_, _, err := readAll(file[:n])
			var format *FormatError
			switch {
			case err == io.EOF:
				whole++
			case !errors.As(err, &format) || format.Offset > int64(n) || !strings.Contains(err.Error(), fmt.Sprintf("at octet %d: ", format.Offset)):
				t.Fatalf("%s, %d octets: %v", name, n, err)
			}
		}
		if whole < 2 || whole > 6 {
			t.Errorf("%s: %d of %d beginnings are whole files", name, whole, len(file))
		}
	}
}

func TestGarbage(t *testing.T) {
	le := binary.LittleEndian
	ng := ngOf(le, 6, when, LinkRaw, datagramOf(t, false, "hello"))
	pcap := pcapOf(le, false, LinkRaw, datagramOf(t, false, "hello"))
	change := func(file []byte, at int, v uint32) []byte {
		file = bytes.Clone(file)
		le.PutUint32(file[at:], v)
		return file
	}
	section := int(le.Uint32(ng[4:]))
	first := section // the first packet
	for le.Uint32(ng[first:]) != ngPacket {
		first += int(le.Uint32(ng[first+4:]))
	}
	for _, c := range []struct {
		name, want string
		file       []byte
	}{
		{"text", "at octet 0: no capture file begins with", []byte("hello, world")},
		{"empty", "at octet 0: the file ends inside a capture file: 4 octets are needed, 0 are left", nil},
		{"gzip of nothing", "packed with gzip, but", []byte{0x1f, 0x8b, 1}},
		{"version of pcap", "at octet 0: version 9 of pcap", change(pcap, 4, 9)},
		{"a huge packet", "at octet 24: a packet of", change(pcap, 32, 1<<31)},
		{"byte order", "at octet 0: the byte order", change(ng, 8, 5)},
		{"version of pcapng", "at octet 0: version 7", change(ng, 12, 7)},
		{"a section that is short", "the header of a section has 12 octets", change(ng, 4, 12)},
		{"a block of no length", fmt.Sprintf("at octet %d: a block of 3 octets", section), change(ng, section+4, 3)},
		{"lengths that differ", "ends with the length 4", change(ng, section-4, 4)},
		{"a packet of no interface", "a packet of interface 5; the section has described 1",
			change(ng, first+8, 5)},
	} {
		_, _, err := readAll(c.file)
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v; want %q", c.name, err, c.want)
		}
	}
}

// What is read from may fail.
func TestReadFails(t *testing.T) {
	file := pcapOf(binary.LittleEndian, false, LinkRaw, datagramOf(t, false, "hello"))
	r, err := NewReader(io.MultiReader(bytes.NewReader(file), broken{}))
	if err != nil {
		t.Fatal(err)
	}
	var p Packet
	for err == nil {
		err = r.Next(&p)
	}
	if !errors.Is(err, os.ErrPermission) || !strings.Contains(err.Error(), fmt.Sprint("at octet ", len(file))) {
		t.Error(err)
	}
}

type broken struct{}

func (broken) Read([]byte) (int, error) { return 0, os.ErrPermission }

// FuzzReader: whatever the file, it ends, with an error that names an octet or at
// its end; every packet stands in it.
func FuzzReader(f *testing.F) {
	d := datagramOf(f, false, "hello")
	f.Add(pcapOf(binary.LittleEndian, false, LinkRaw, d))
	f.Add(pcapOf(binary.BigEndian, true, LinkEthernet, d))
	f.Add(ngOf(binary.LittleEndian, 9, when, LinkRaw, d))
	f.Add(ngOf(binary.BigEndian, 0x80|12, when, LinkNull, d))
	f.Fuzz(func(t *testing.T, file []byte) {
		if bytes.HasPrefix(file, []byte{0x1f, 0x8b}) {
			t.Skip("gzip is somebody else's")
		}
		packets, _, err := readAll(file)
		var format *FormatError
		if err != io.EOF && !errors.As(err, &format) {
			t.Fatal(err)
		}
		var s Segment
		for i := range packets {
			p := &packets[i]
			if p.N != uint64(i+1) || p.Len < len(p.Data) || p.Offset < 0 || p.Offset+int64(len(p.Data)) > int64(len(file)) {
				t.Fatalf("%+v", p)
			}
			Decode(p, &s)
		}
	})
}
