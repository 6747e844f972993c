package endpoint

import (
	"bytes"
	"errors"
	"net/netip"
	"testing"
)

var icmpFamilies = []struct {
	name   string
	router netip.Addr
	header Header // of the datagram that is quoted
}{
	{"IPv4", netip.MustParseAddr("192.0.2.254"), Header{
		Src: netip.MustParseAddr("192.0.2.1"), Dst: netip.MustParseAddr("192.0.2.2"), TTL: 64, ID: 7,
	}},
	{"IPv6", netip.MustParseAddr("2001:db8::fe"), Header{
		Src: netip.MustParseAddr("2001:db8::1"), Dst: netip.MustParseAddr("2001:db8::2"), TTL: 64,
	}},
}

// icmpAbout encodes a message about a segment of 700 octets of text.
func icmpAbout(t testing.TB, router netip.Addr, h Header, m ICMP) (message []byte, size int) {
	t.Helper()
	var datagram, buf [MTU]byte
	s := Segment{SrcPort: 100, DstPort: 200, Seq: 0xfffffff0, Flags: ACK, Text: make([]byte, 700)}
	size, err := Encode(datagram[:], &h, &s)
	if err != nil {
		t.Fatal(err)
	}
	n, err := EncodeICMP(buf[:], &Header{Src: router, Dst: h.Src}, &m, datagram[:size])
	if err != nil {
		t.Fatal(err)
	}
	return bytes.Clone(buf[:n]), size
}

func TestICMP_RoundTrip(t *testing.T) {
	for _, f := range icmpFamilies {
		message, size := icmpAbout(t, f.router, f.header, PacketTooBig(f.header.Src.Is6(), 1300))
		var h Header
		var m ICMP
		if err := DecodeICMP(message, &h, &m); err != nil {
			t.Fatal(f.name, err)
		}
		if h.Src != f.router || h.Dst != f.header.Src || m.Quoted != f.header || m.Size != size ||
			m.SrcPort != 100 || m.DstPort != 200 || m.Seq != 0xfffffff0 || m.MTU != 1300 || m.Effect() != TooBig {
			t.Errorf("%s: %+v %+v", f.name, h, m)
		}
		if !IsICMP(message) || Decode(message, &h, &Segment{}) == nil {
			t.Errorf("%s: taken for TCP", f.name)
		}
		want := map[string]int{"IPv4": 20 + 8 + 20 + 8, "IPv6": 40 + 8 + size}[f.name]
		if len(message) != want {
			t.Errorf("%s: %d octets, want %d", f.name, len(message), want)
		}
	}
}

// RFC 9293 3.9.2.2 names the types and codes.
func TestICMP_Effect(t *testing.T) {
	for _, c := range []struct {
		family    int
		typ, code uint8
		want      Effect
	}{
		{0, 3, 0, Soft}, {0, 3, 1, Soft}, {0, 3, 5, Soft}, {0, 11, 0, Soft}, {0, 11, 1, Soft}, {0, 12, 0, Soft},
		{0, 3, 2, Hard}, {0, 3, 3, Hard}, {0, 3, 4, TooBig}, {0, 4, 0, Ignored}, {0, 8, 0, Ignored},
		{1, 1, 0, Soft}, {1, 1, 3, Soft}, {1, 3, 0, Soft}, {1, 3, 1, Soft}, {1, 4, 0, Soft}, {1, 4, 2, Soft},
		{1, 1, 1, Hard}, {1, 1, 4, Hard}, {1, 2, 0, TooBig}, {1, 128, 0, Ignored},
	} {
		m := ICMP{Type: c.typ, Code: c.code, Quoted: icmpFamilies[c.family].header}
		if got := m.Effect(); got != c.want {
			t.Errorf("%v: %d, want %d", &m, got, c.want)
		}
	}
}

func TestICMP_Malformed(t *testing.T) {
	for _, f := range icmpFamilies {
		whole, _ := icmpAbout(t, f.router, f.header, ICMP{Type: 3, Code: 1})
		var h Header
		var m ICMP
		for i := range whole {
			bad := bytes.Clone(whole)
			bad[i] ^= 0x10
			if err := DecodeICMP(bad, &h, &m); err == nil && i >= 40 {
				t.Errorf("%s: octet %d is another, and nothing is wrong", f.name, i)
			}
			if DecodeICMP(whole[:i], &h, &m) == nil {
				t.Errorf("%s: %d of %d octets are enough", f.name, i, len(whole))
			}
		}
		var buf [MTU]byte
		n, err := EncodeICMP(buf[:], &Header{Src: f.router, Dst: f.header.Src}, &ICMP{Type: 3}, whole[:30])
		if err != nil || !errors.Is(DecodeICMP(buf[:n], &h, &m), ErrICMP) {
			t.Errorf("%s: it quotes 30 octets: %v", f.name, err)
		}
		n, _ = EncodeICMP(buf[:], &Header{Src: f.router, Dst: f.header.Src}, &ICMP{Type: 3}, whole)
		if err := DecodeICMP(buf[:n], &h, &m); !errors.Is(err, ErrICMP) {
			t.Errorf("%s: it quotes ICMP: %v", f.name, err)
		}
		if _, err := EncodeICMP(buf[:20], &Header{Src: f.router, Dst: f.header.Src}, &ICMP{}, whole); !errors.Is(err, ErrShortBuffer) {
			t.Error(err)
		}
		if _, err := EncodeICMP(buf[:], &Header{Src: f.router}, &ICMP{}, whole); !errors.Is(err, ErrAddresses) {
			t.Error(err)
		}
	}
}

// FuzzDecodeICMP reads any octets: what can be read is of a datagram's size, and
// has the checksum that was computed.
func FuzzDecodeICMP(f *testing.F) {
	for _, c := range icmpFamilies {
		message, _ := icmpAbout(f, c.router, c.header, PacketTooBig(c.header.Src.Is6(), 1300))
		f.Add(message)
	}
	f.Add([]byte{})
	f.Fuzz(func(t *testing.T, octets []byte) {
		var h Header
		var m ICMP
		if DecodeICMP(octets, &h, &m) != nil {
			return
		}
		if !IsICMP(octets) || m.Quoted.Src.Is4() != h.Src.Is4() || !m.Quoted.Dst.IsValid() || m.String() == "" {
			t.Errorf("%+v %+v", h, m)
		}
	})
}
