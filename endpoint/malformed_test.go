package endpoint_test

import (
	"encoding/binary"
	"errors"
	"testing"

	. "example.org/halfopen/endpoint"
)

type octets = []byte

// malformed lists one way each to break a datagram with 4 octets of options
// and 2 of text.
var malformed = []struct {
	name  string
	v6    bool
	want  error
	spoil func(d octets) octets
}{
	{"nothing", false, ErrShortDatagram, func(octets) octets { return nil }},
	{"19 octets", false, ErrShortDatagram, func(d octets) octets { return d[:19] }},
	{"39 octets of IPv6", true, ErrShortDatagram, func(d octets) octets { return d[:39] }},
	{"IHL past the end", false, ErrShortDatagram, func(d octets) octets {
		d[0] = 0x4f
		return d[:46]
	}},
	{"version 5", false, ErrIPVersion, func(d octets) octets { d[0] = 0x55; return d }},
	{"IHL 4", false, ErrIPHeaderLength, func(d octets) octets { d[0] = 0x44; return d }},
	{"header checksum", false, ErrIPChecksum, func(d octets) octets { d[10]++; return d }},
	{"one octet more", false, ErrTotalLength, func(d octets) octets { return append(d, 0) }},
	{"one octet less", false, ErrTotalLength, func(d octets) octets { return d[:len(d)-1] }},
	{"one octet less of IPv6", true, ErrTotalLength, func(d octets) octets { return d[:len(d)-1] }},
	{"UDP", false, ErrProtocol, func(d octets) octets { d[9] = 17; return fixIP(d) }},
	{"UDP over IPv6", true, ErrProtocol, func(d octets) octets { d[6] = 17; return d }},
	{"more fragments", false, ErrFragment, func(d octets) octets { d[6] = 0x20; return fixIP(d) }},
	{"last fragment", false, ErrFragment, func(d octets) octets { d[7] = 5; return fixIP(d) }},
	{"hop-by-hop options", true, ErrExtensionHeader, func(d octets) octets { d[6] = 0; return d }},
	{"IPv6 fragment", true, ErrExtensionHeader, func(d octets) octets { d[6] = 44; return d }},
	{"19 octets of TCP", false, ErrShortSegment, func(d octets) octets {
		d[3] = 39
		return fixIP(d[:39])
	}},
	{"19 octets of TCP in IPv6", true, ErrShortSegment, func(d octets) octets {
		d[5] = 19
		return d[:59]
	}},
	{"data offset 4", false, ErrDataOffset, func(d octets) octets { d[32] = 0x40; return d }},
	{"data offset past the end", false, ErrDataOffset, func(d octets) octets {
		d[32] = 0x70
		return d
	}},
	{"option length 0", false, ErrOptionLength, func(d octets) octets { d[41] = 0; return d }},
	{"option length 1", true, ErrOptionLength, func(d octets) octets { d[61] = 1; return d }},
	{"option length past the end", false, ErrOptionLength, func(d octets) octets {
		d[41] = 5
		return d
	}},
	{"option without length", false, ErrOptionLength, func(d octets) octets {
		copy(d[40:], []byte{1, 1, 1, 2})
		return d
	}},
}

// fixIP computes the IPv4 header checksum anew, the slow way.
func fixIP(d []byte) []byte {
	d[10], d[11] = 0, 0
	sum := uint32(0)
	for i := 0; i < 20; i += 2 {
		sum += uint32(binary.BigEndian.Uint16(d[i:]))
	}
	for sum > 0xffff {
		sum = sum>>16 + sum&0xffff
	}
	binary.BigEndian.PutUint16(d[10:], ^uint16(sum))
	return d
}

func TestMalformed(t *testing.T) {
	for _, m := range malformed {
		h := header4
		if m.v6 {
			h = header6
		}
		s := segmentOf(2)
		s.Options = Options{}.AppendMSS(1460)
		d := m.spoil(mustEncode(t, h, s))
		err := Decode(d, &h, s)
		if !errors.Is(err, m.want) {
			t.Errorf("%s: got %v, want %v", m.name, err, m.want)
		} else if err == m.want {
			t.Errorf("%s: %v comes without figures", m.name, err)
		}
		FixChecksum(d) // never panics
		if _, at := ChecksumOK(d), TCPOffset(d); at > len(d) {
			t.Errorf("%s: TCPOffset is %d of %d", m.name, at, len(d))
		}
	}
}

// Whatever octets arrive, Decode does not panic; and what it reads, Encode
// writes so that it reads the same again.
func FuzzDecode(f *testing.F) {
	for _, m := range malformed {
		h := header4
		if m.v6 {
			h = header6
		}
		s := segmentOf(2)
		s.Options = Options{}.AppendMSS(1460)
		f.Add(m.spoil(mustEncode(f, h, s)))
		s.Options = Options{}.AppendSACK(SACKBlock{5, 9}).AppendTimestamps(1, 2)
		f.Add(mustEncode(f, h, s))
	}
	f.Fuzz(func(t *testing.T, d []byte) {
		var h, h2 Header
		var s, s2 Segment
		FixIPChecksum(d) // or almost nothing would get past it
		FixChecksum(d)
		if Decode(d, &h, &s) != nil {
			return
		}
		_ = s.Options.String()
		buf := make([]byte, len(d))
		n, err := Encode(buf, &h, &s)
		if err != nil {
			t.Fatalf("%v does not encode: %v", s, err)
		}
		if h.TTL == 0 {
			h.TTL = 64
		}
		if err := Decode(buf[:n], &h2, &s2); err != nil || h != h2 || !same(&s, &s2) {
			t.Fatalf("%v: %v %v became %v %v", err, h, s, h2, s2)
		}
	})
}

// FixIPChecksum does for the IPv4 header what FixChecksum does for TCP.
func FixIPChecksum(d []byte) {
	if len(d) >= 20 && d[0] == 0x45 {
		fixIP(d)
	}
}
