package endpoint_test

import (
	"bytes"
	"encoding/binary"
	"testing"

	. "example.org/halfopen/endpoint"
)

// slowChecksum is the sum of RFC 1071 as it is defined: word by word.
func slowChecksum(b []byte, sum uint32) uint16 {
	for i := range b {
		sum += uint32(b[i]) << (8 * (1 - i%2))
		sum = sum>>16 + sum&0xffff
	}
	return ^uint16(sum)
}

// slowTCPChecksum is that of a segment in an IPv4 datagram.
func slowTCPChecksum(d []byte) uint16 {
	b := append(bytes.Clone(d[12:20]), 0, 6, byte((len(d)-20)>>8), byte(len(d)-20))
	b = append(b, d[20:]...)
	b[12+16], b[12+17] = 0, 0
	return slowChecksum(b, 0)
}

// All carries come in again: every sum that a folded word can have is met, with
// the other words so large that each addition has a carry.
func TestChecksumCarries(t *testing.T) {
	buf := make([]byte, MTU)
	s := Segment{SrcPort: 0xffff, DstPort: 0xffff, Seq: 0xffffffff, Ack: 0xffffffff}
	s.Flags, s.Up = 0xff, 0xffff
	s.Text = bytes.Repeat([]byte{0xff}, 75)
	var h Header
	var got Segment
	for id := range 1 << 16 {
		s.Wnd = uint16(id)
		in := header4
		in.ID = uint16(id)
		n, _ := Encode(buf, &in, &s)
		d := buf[:n]
		if got, want := binary.BigEndian.Uint16(d[36:]), slowTCPChecksum(d); got != want {
			t.Fatalf("SEG.WND %d: TCP checksum %#04x, want %#04x", id, got, want)
		}
		was := binary.BigEndian.Uint16(d[10:])
		if want := binary.BigEndian.Uint16(fixIP(d)[10:]); was != want {
			t.Fatalf("ID %d: IPv4 header checksum %#04x, want %#04x", id, was, want)
		}
		if err := Decode(d, &h, &got); err != nil {
			t.Fatalf("SEG.WND %d: %v", id, err)
		}
	}
}

// Text of every length and of large, small and mixed octets.
func TestChecksumLengths(t *testing.T) {
	buf := make([]byte, MTU)
	for length := range 300 {
		for _, octet := range []byte{0xff, 0x80, 0x01, 0} {
			s := segmentOf(length)
			for i := range s.Text {
				if octet != 0 {
					s.Text[i] = octet
				}
			}
			n, _ := Encode(buf, &header4, s)
			d := buf[:n]
			want := slowTCPChecksum(d)
			if got := binary.BigEndian.Uint16(d[36:]); got != want {
				t.Fatalf("%d octets %#x: %#04x, want %#04x", length, octet, got, want)
			}
			FixChecksum(d)
			if got := binary.BigEndian.Uint16(d[36:]); got != want {
				t.Fatalf("%d octets %#x: FixChecksum: %#04x, want %#04x", length, octet, got, want)
			}
		}
	}
}

// In ones' complement 0xffff is 0 as well: a receiver takes both.
func TestChecksumOtherZero(t *testing.T) {
	s := segmentOf(0)
	for wnd := range 1 << 16 {
		s.Wnd = uint16(wnd)
		d := mustEncode(t, header4, s)
		if d[36] != 0 || d[37] != 0 {
			continue
		}
		d[36], d[37] = 0xff, 0xff
		if !ChecksumOK(d) || Decode(d, new(Header), s) != nil {
			t.Error("a checksum of 0xffff for 0 is not taken")
		}
		return
	}
	t.Error("no segment has the checksum 0")
}
