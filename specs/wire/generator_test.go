package wire_test

import (
	"net/netip"

	"pgregory.net/rapid"

	"example.org/halfopen/endpoint"
)

// datagram is what Encode is given.
type datagram struct {
	header  endpoint.Header
	segment endpoint.Segment
}

func (d *datagram) encode(t *rapid.T) []byte {
	buf := make([]byte, 4096)
	n, err := endpoint.Encode(buf, &d.header, &d.segment)
	if err != nil {
		t.Fatalf("%+v: %v", d, err)
	}
	return buf[:n:n]
}

func genDatagram(t *rapid.T) *datagram {
	d := &datagram{header: genHeader(t)}
	s := &d.segment
	s.SrcPort = rapid.Uint16().Draw(t, "source port")
	s.DstPort = rapid.Uint16().Draw(t, "destination port")
	s.Seq = endpoint.Seq(rapid.Uint32().Draw(t, "SEG.SEQ"))
	s.Ack = endpoint.Seq(rapid.Uint32().Draw(t, "SEG.ACK"))
	s.Wnd = rapid.Uint16().Draw(t, "SEG.WND")
	s.Up = rapid.Uint16().Draw(t, "SEG.UP")
	s.Flags = endpoint.Flags(rapid.Uint8().Draw(t, "control bits"))
	s.Options = genOptions(t)
	s.Text = rapid.SliceOfN(rapid.Byte(), 0, 1500).Draw(t, "text")
	return d
}

func genHeader(t *rapid.T) endpoint.Header {
	h := endpoint.Header{TTL: rapid.Uint8Range(1, 255).Draw(t, "TTL")}
	if rapid.Bool().Draw(t, "IPv6") {
		h.Src, h.Dst = genAddress(t, 16), genAddress(t, 16)
		return h
	}
	h.ID = rapid.Uint16().Draw(t, "identification")
	h.Src, h.Dst = genAddress(t, 4), genAddress(t, 4)
	return h
}

func genAddress(t *rapid.T, size int) netip.Addr {
	b := rapid.SliceOfN(rapid.Byte(), size, size).Draw(t, "address")
	a, _ := netip.AddrFromSlice(b)
	return a
}

// genOptions makes whole words of options: known ones, unknown ones, known kinds
// of another length, NOPs anywhere, and EOL with or without something behind.
func genOptions(t *rapid.T) endpoint.Options {
	var o endpoint.Options
	for range rapid.IntRange(0, 6).Draw(t, "number of options") {
		if more := genOption(t, o); len(more) <= endpoint.MaxOptions {
			o = more
		}
	}
	if rapid.Bool().Draw(t, "padded with NOPs") {
		for len(o)%4 != 0 {
			o = o.AppendNOP()
		}
		return o
	}
	if rapid.Bool().Draw(t, "octets behind EOL") && len(o)%4 != 0 {
		o = append(o, byte(endpoint.OptionEOL))
		for len(o)%4 != 0 {
			o = append(o, 0xff)
		}
	}
	return o.Pad()
}

func genOption(t *rapid.T, o endpoint.Options) endpoint.Options {
	o = o[:len(o):len(o)]
	switch rapid.IntRange(0, 6).Draw(t, "option") {
	case 0:
		return o.AppendMSS(rapid.Uint16().Draw(t, "MSS"))
	case 1:
		return o.AppendWindowScale(rapid.Uint8().Draw(t, "shift"))
	case 2:
		return o.AppendSACKPermitted()
	case 3:
		return o.AppendTimestamps(rapid.Uint32().Draw(t, "TSval"), rapid.Uint32().Draw(t, "TSecr"))
	case 4:
		return o.AppendSACK(rapid.SliceOfN(rapid.Custom(genBlock), 1, 4).Draw(t, "SACK")...)
	case 5:
		return o.AppendNOP()
	}
	// Kind 30 is left out: gopacket looks into Multipath TCP, we do not.
	kind := rapid.Uint8Range(2, 255).Filter(func(k uint8) bool { return k != 30 }).Draw(t, "kind")
	value := rapid.SliceOfN(rapid.Byte(), 0, 12).Draw(t, "value")
	return append(append(o, kind, uint8(2+len(value))), value...)
}

func genBlock(t *rapid.T) endpoint.SACKBlock {
	return endpoint.SACKBlock{
		Left:  endpoint.Seq(rapid.Uint32().Draw(t, "left edge")),
		Right: endpoint.Seq(rapid.Uint32().Draw(t, "right edge")),
	}
}
