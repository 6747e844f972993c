package capture

import (
	"bytes"
	"encoding/binary"
	"errors"
	"testing"

	"example.org/halfopen/endpoint"
)

// raw is a packet that was captured whole.
func raw(link LinkType, data []byte) *Packet {
	return &Packet{N: 1, Link: link, Data: data, Len: len(data)}
}

// join is a packet of parts.
func join(parts ...[]byte) []byte { return bytes.Join(parts, nil) }

// The same datagram behind every header of a link that is known.
func TestLinks(t *testing.T) {
	d4, d6 := datagramOf(t, false, "hello"), datagramOf(t, true, "hello")
	mac := make([]byte, 12)
	cooked := func(kind ...byte) []byte { return append(make([]byte, 14), kind...) }
	for _, c := range []struct {
		name   string
		packet *Packet
	}{
		{"Ethernet", raw(LinkEthernet, join(mac, []byte{8, 0}, d4))},
		{"Ethernet, IPv6", raw(LinkEthernet, join(mac, []byte{0x86, 0xdd}, d6))},
		{"Ethernet, padded", raw(LinkEthernet, join(mac, []byte{8, 0}, d4, make([]byte, 9)))},
		{"VLAN", raw(LinkEthernet, join(mac, []byte{0x81, 0, 0, 5, 8, 0}, d4))},
		{"VLAN in VLAN", raw(LinkEthernet, join(mac, []byte{0x88, 0xa8, 0, 5, 0x81, 0, 0, 6, 0x86, 0xdd}, d6))},
		{"PPPoE", raw(LinkEthernet, join(mac, []byte{0x88, 0x64, 0x11, 0, 0, 1, 0, 80, 0, 0x21}, d4))},
		{"Linux cooked", raw(LinkSLL, join(cooked(8, 0), d4))},
		{"Linux cooked, IPv6", raw(LinkSLL, join(cooked(0x86, 0xdd), d6))},
		{"Linux cooked v2", raw(LinkSLL2, join([]byte{8, 0}, make([]byte, 18), d4))},
		{"loopback, little", raw(LinkNull, join([]byte{2, 0, 0, 0}, d4))},
		{"loopback, big", raw(LinkNull, join([]byte{0, 0, 0, 2}, d4))},
		{"loopback, IPv6 of Darwin", raw(LinkNull, join([]byte{30, 0, 0, 0}, d6))},
		{"loopback of OpenBSD", raw(LinkLoop, join([]byte{0, 0, 0, 24}, d6))},
		{"raw IP", raw(LinkRaw, d4)},
		{"raw IPv6", raw(LinkIPv6, d6)},
	} {
		var s Segment
		if why := Decode(c.packet, &s); why != Taken {
			t.Errorf("%s: %v", c.name, why)
			continue
		}
		if s.Sum != SumGood || string(s.Text) != "hello" || s.Length != 5 || s.SrcPort != 1234 || s.Dst.Port() != 80 || s.Seq != 4_000_000_000 {
			t.Errorf("%s: %+v", c.name, s)
		}
	}
}

// extended is an IPv6 datagram with extension headers.
func extended(d []byte, headers ...[]byte) []byte {
	next := d[6]
	out := bytes.Clone(d[:40])
	for i, h := range headers {
		h = bytes.Clone(h)
		kind := h[0] // the first octet says which it is; then it is what follows
		if i == 0 {
			out[6] = kind
		}
		h[0] = next
		if i+1 < len(headers) {
			h[0] = headers[i+1][0]
		}
		out = append(out, h...)
	}
	out = append(out, d[40:]...)
	binary.BigEndian.PutUint16(out[4:], uint16(len(out)-40))
	return out
}

func TestHeaders(t *testing.T) {
	d4, d6 := datagramOf(t, false, "hello"), datagramOf(t, true, "hello")
	change := func(d []byte, at int, v ...byte) []byte {
		d = bytes.Clone(d)
		copy(d[at:], v)
		return d
	}
	options := join(change(d4[:20], 0, 0x46), []byte{1, 1, 1, 0}, d4[20:])
	binary.BigEndian.PutUint16(options[2:], uint16(len(options)))
	hop := []byte{nextHopByHop, 0, 1, 4, 0, 0, 0, 0}
	long := append([]byte{nextDestination, 1}, make([]byte, 14)...)
	auth := append([]byte{nextAuth, 4}, make([]byte, 22)...)
	route := func(left byte) []byte { return []byte{nextRouting, 0, 0, left, 0, 0, 0, 0} }
	fragment := func(field byte) []byte { return []byte{nextFragment, 0, 0, field, 0, 0, 0, 1} }
	for _, c := range []struct {
		name string
		data []byte
		why  Skip
		sum  Checksum
	}{
		{"IPv4 options", options, Taken, SumGood},
		{"IPv4 source route", change(options, 20, 131, 3), Taken, SumUnknown},
		{"IPv4 fragment, the first", change(d4, 6, 0x20), Fragment, 0},
		{"IPv4 fragment, another", change(d4, 7, 9), Fragment, 0},
		{"do not fragment", change(d4, 6, 0x40), Taken, SumGood},
		{"UDP", change(d4, 9, 17), NotTCP, 0},
		{"IPv4 header too short", change(d4, 0, 0x44), Malformed, 0},
		{"longer than the packet", change(d4, 2, 9), Malformed, 0},
		{"no length: left to the network card", change(d4, 2, 0, 0), Taken, SumGood},
		{"neither IPv4 nor IPv6", change(d4, 0, 0x55), NotIP, 0},
		{"data offset too small", change(d4, 32, 0x40), Malformed, 0},
		{"data offset too large", change(d4, 32, 0xf0), Malformed, 0},
		{"a wrong octet", change(d4, 55, 'X'), Taken, SumBad},
		{"no checksum", change(d4, 36, 0, 0), Taken, SumOffload},
		{"hop by hop", extended(d6, hop), Taken, SumGood},
		{"several", extended(d6, hop, long, auth), Taken, SumGood},
		{"routed, arrived", extended(d6, route(0)), Taken, SumGood},
		{"routed, on its way", extended(d6, route(1)), Taken, SumUnknown},
		{"the only fragment", extended(d6, fragment(0)), Taken, SumGood},
		{"the same, with reserved bits", extended(d6, fragment(6)), Taken, SumGood},
		{"IPv6 fragment", extended(d6, fragment(1)), Fragment, 0},
		{"ESP", change(d6, 6, 50), NotTCP, 0},
		{"an extension header that is too long", extended(d6, []byte{nextDestination, 200, 0, 0, 0, 0, 0, 0}), Malformed, 0},
	} {
		var s Segment
		why := Decode(raw(LinkRaw, c.data), &s)
		if why != c.why || why == Taken && (s.Sum != c.sum || s.Length != 5 || s.SrcPort != 1234) {
			t.Errorf("%s: %v, checksum %d; want %v, %d: %+v", c.name, why, s.Sum, c.why, c.sum, s)
		}
	}
}

// The sums that an operating system leaves for the network card.
func TestOffload(t *testing.T) {
	for _, six := range []bool{false, true} {
		d := datagramOf(t, six, "hello")
		at := endpoint.TCPOffset(d)
		addresses := d[12:20]
		if six {
			addresses = d[8:40]
		}
		for _, length := range []int{len(d) - at, 0} {
			pseudo := fold(sum(addresses) + tcp + uint64(length))
			binary.BigEndian.PutUint16(d[at+16:], pseudo)
			var s Segment
			if why := Decode(raw(LinkRaw, d), &s); why != Taken || s.Sum != SumOffload {
				t.Errorf("IPv6 %t, length %d: %v, checksum %d", six, length, why, s.Sum)
			}
		}
	}
}

// A packet that was cut short (snaplen) is a segment as soon as its TCP header is
// there, options and all.
func TestCut(t *testing.T) {
	for _, six := range []bool{false, true} {
		d := datagramOf(t, six, "hello")
		text := len(d) - 5
		for n := range len(d) {
			var s Segment
			why := Decode(&Packet{N: 1, Link: LinkRaw, Data: d[:n], Len: len(d)}, &s)
			switch {
			case n < text && why != Cut:
				t.Errorf("%d octets: %v", n, why)
			case n >= text && (why != Taken || s.Sum != SumUnknown || s.Length != 5 || len(s.Text) != n-text):
				t.Errorf("%d octets: %v %+v", n, why, s)
			}
		}
	}
}

func TestSkipsHaveNames(t *testing.T) {
	seen := map[string]bool{}
	for i := range NumSkips + 1 {
		if text := Skip(i).String(); text == "" || seen[text] {
			t.Errorf("%d is %q", i, text)
		} else {
			seen[text] = true
		}
	}
	for _, l := range []LinkType{LinkNull, LinkEthernet, LinkRaw, LinkSLL, LinkSLL2, 147} {
		if l.String() == "" {
			t.Errorf("link type %d has no name", l)
		}
	}
	if why := Decode(raw(147, nil), new(Segment)); why != UnknownLink {
		t.Error(why)
	}
}

// FuzzDecode: what the endpoint's decoder takes for a segment, this one takes for
// the same; and nothing points out of the packet.
func FuzzDecode(f *testing.F) {
	for _, six := range []bool{false, true} {
		d := datagramOf(f, six, "hello")
		f.Add(uint32(LinkRaw), d)
		f.Add(uint32(LinkEthernet), join(make([]byte, 12), []byte{0x81, 0, 0, 1, 0x86, 0xdd}, d))
		f.Add(uint32(LinkSLL2), join([]byte{8, 0}, make([]byte, 18), d))
	}
	f.Fuzz(func(t *testing.T, link uint32, data []byte) {
		var s Segment
		why := Decode(raw(LinkType(link), data), &s)
		if why == Taken && (s.Length < len(s.Text) || s.Datagram > len(data)) {
			t.Fatalf("%+v", s)
		}
		if LinkType(link) != LinkRaw {
			return
		}
		var h endpoint.Header
		var g endpoint.Segment
		err := endpoint.Decode(data, &h, &g)
		if err != nil && !errors.Is(err, endpoint.ErrChecksum) {
			return
		}
		if why != Taken || s.Seq != g.Seq || s.Ack != g.Ack || s.Flags != g.Flags || s.Wnd != g.Wnd || s.Up != g.Up ||
			!bytes.Equal(s.Options, g.Options) || !bytes.Equal(s.Text, g.Text) || s.Src.Addr() != h.Src || s.Dst.Addr() != h.Dst {
			t.Fatalf("%v: %+v; the endpoint reads %+v", why, s, g)
		}
		if (s.Sum == SumGood) != (err == nil) && s.Sum != SumUnknown {
			t.Fatalf("checksum %d; the endpoint says %v", s.Sum, err)
		}
	})
}

func BenchmarkDecode(b *testing.B) {
	d := datagramOf(b, false, string(make([]byte, 1400)))
	p := raw(LinkRaw, d)
	var s Segment
	b.SetBytes(int64(len(d)))
	b.ReportAllocs()
	for b.Loop() {
		Decode(p, &s)
	}
}
