package wire_test

import (
	"encoding/binary"
	"errors"
	"fmt"
	"net/netip"

	"github.com/gopacket/gopacket"
	"github.com/gopacket/gopacket/layers"

	"example.org/halfopen/endpoint"
)

// theirs is a datagram as gopacket sees it.
type theirs struct {
	ip4 layers.IPv4
	ip6 layers.IPv6
	tcp layers.TCP
	v6  bool
}

var errTheirChecksum = errors.New("gopacket: TCP checksum")

// read decodes with gopacket and asks it everything that Decode promises to
// check. The error is errTheirChecksum if nothing else is wrong.
func (g *theirs) read(d []byte) error {
	if len(d) == 0 {
		return errors.New("nothing")
	}
	var payload []byte
	var network gopacket.NetworkLayer
	var err error
	switch d[0] >> 4 {
	case 4:
		err = g.readIPv4(d)
		payload, network = g.ip4.Payload, &g.ip4
	case 6:
		g.v6 = true
		err = g.readIPv6(d)
		payload, network = g.ip6.Payload, &g.ip6
	default:
		err = errors.New("IP version")
	}
	if err != nil {
		return err
	}
	if err := g.tcp.DecodeFromBytes(payload, gopacket.NilDecodeFeedback); err != nil {
		return err
	}
	if n := len(g.tcp.Options); len(g.tcp.Padding) > 0 &&
		(n == 0 || g.tcp.Options[n-1].OptionType != layers.TCPOptionKindEndList) {
		return errors.New("options cannot be followed to their end")
	}
	if err := g.tcp.SetNetworkLayerForChecksum(network); err != nil {
		return err
	}
	if err, result := g.tcp.VerifyChecksum(); err != nil || !result.Valid {
		return errTheirChecksum
	}
	return nil
}

func (g *theirs) readIPv4(d []byte) error {
	ip := &g.ip4
	if err := ip.DecodeFromBytes(d, gopacket.NilDecodeFeedback); err != nil {
		return err
	}
	if err, result := ip.VerifyChecksum(); err != nil || !result.Valid {
		return errors.New("IPv4 header checksum")
	}
	switch {
	case int(ip.Length) != len(d):
		return errors.New("total length")
	case ip.Protocol != layers.IPProtocolTCP:
		return errors.New("protocol")
	case ip.Flags&layers.IPv4MoreFragments != 0 || ip.FragOffset != 0:
		return errors.New("fragment")
	}
	return nil
}

func (g *theirs) readIPv6(d []byte) error {
	ip := &g.ip6
	if err := ip.DecodeFromBytes(d, gopacket.NilDecodeFeedback); err != nil {
		return err
	}
	switch {
	case int(ip.Length) != len(d)-40:
		return errors.New("payload length")
	case ip.NextHeader != layers.IPProtocolTCP:
		return errors.New("next header")
	}
	return nil
}

// write encodes with gopacket.
func write(d *datagram) ([]byte, error) {
	tcp := theirTCP(&d.segment)
	src, dst := d.header.Src.AsSlice(), d.header.Dst.AsSlice()
	var network gopacket.SerializableLayer
	if d.header.Src.Is4() {
		ip := &layers.IPv4{Version: 4, TTL: d.header.TTL, Id: d.header.ID, SrcIP: src, DstIP: dst,
			Protocol: layers.IPProtocolTCP, Flags: layers.IPv4DontFragment}
		_ = tcp.SetNetworkLayerForChecksum(ip)
		network = ip
	} else {
		ip := &layers.IPv6{Version: 6, HopLimit: d.header.TTL, SrcIP: src, DstIP: dst,
			NextHeader: layers.IPProtocolTCP}
		_ = tcp.SetNetworkLayerForChecksum(ip)
		network = ip
	}
	buf := gopacket.NewSerializeBuffer()
	options := gopacket.SerializeOptions{FixLengths: true, ComputeChecksums: true}
	err := gopacket.SerializeLayers(buf, options, network, tcp, gopacket.Payload(d.segment.Text))
	return buf.Bytes(), err
}

// theirTCP makes gopacket's header of ours, the options read by code that is not
// under test.
func theirTCP(s *endpoint.Segment) *layers.TCP {
	f := s.Flags
	tcp := &layers.TCP{
		SrcPort: layers.TCPPort(s.SrcPort), DstPort: layers.TCPPort(s.DstPort),
		Seq: uint32(s.Seq), Ack: uint32(s.Ack), Window: s.Wnd, Urgent: s.Up,
		FIN: f&1 != 0, SYN: f&2 != 0, RST: f&4 != 0, PSH: f&8 != 0,
		ACK: f&16 != 0, URG: f&32 != 0, ECE: f&64 != 0, CWR: f&128 != 0,
	}
	for o := s.Options; len(o) > 0; {
		kind := layers.TCPOptionKind(o[0])
		switch kind {
		case layers.TCPOptionKindEndList:
			// What stands behind EOL is padding, which gopacket writes as zeros.
			for range o {
				tcp.Options = append(tcp.Options, layers.TCPOption{OptionType: kind})
			}
			return tcp
		case layers.TCPOptionKindNop:
			tcp.Options = append(tcp.Options, layers.TCPOption{OptionType: kind})
			o = o[1:]
		default:
			n := int(o[1])
			tcp.Options = append(tcp.Options, layers.TCPOption{OptionType: kind, OptionData: o[2:n]})
			o = o[n:]
		}
	}
	return tcp
}

// differs names the first thing that gopacket sees otherwise than we do; "" if
// there is none.
func (g *theirs) differs(h *endpoint.Header, s *endpoint.Segment) string {
	src, dst, ttl, id := g.ip4.SrcIP, g.ip4.DstIP, g.ip4.TTL, g.ip4.Id
	if g.v6 {
		src, dst, ttl, id = g.ip6.SrcIP, g.ip6.DstIP, g.ip6.HopLimit, 0
	}
	a, _ := netip.AddrFromSlice(src)
	b, _ := netip.AddrFromSlice(dst)
	t := &g.tcp
	for _, c := range []struct {
		what         string
		ours, theirs any
	}{
		{"source", h.Src, a}, {"destination", h.Dst, b}, {"TTL", h.TTL, ttl},
		{"identification", h.ID, id},
		{"source port", s.SrcPort, uint16(t.SrcPort)}, {"destination port", s.DstPort, uint16(t.DstPort)},
		{"SEG.SEQ", uint32(s.Seq), t.Seq}, {"SEG.ACK", uint32(s.Ack), t.Ack},
		{"SEG.WND", s.Wnd, t.Window}, {"urgent pointer", s.Up, t.Urgent},
		{"FIN", s.Flags.Has(endpoint.FIN), t.FIN}, {"SYN", s.Flags.Has(endpoint.SYN), t.SYN},
		{"RST", s.Flags.Has(endpoint.RST), t.RST}, {"PSH", s.Flags.Has(endpoint.PSH), t.PSH},
		{"ACK", s.Flags.Has(endpoint.ACK), t.ACK}, {"URG", s.Flags.Has(endpoint.URG), t.URG},
		{"ECE", s.Flags.Has(endpoint.ECE), t.ECE}, {"CWR", s.Flags.Has(endpoint.CWR), t.CWR},
		{"text", string(s.Text), string(t.Payload)},
		{"options", ourOptions(s.Options), theirOptions(t.Options)},
	} {
		if c.ours != c.theirs {
			return fmt.Sprintf("%s: %v, gopacket has %v", c.what, c.ours, c.theirs)
		}
	}
	return valuesDiffer(s.Options, t.Options)
}

func ourOptions(o endpoint.Options) string {
	s := ""
	for kind, value := range o.All() {
		s += fmt.Sprintf("%d %x;", kind, value)
	}
	return s
}

func theirOptions(options []layers.TCPOption) string {
	s := ""
	for _, o := range options {
		if o.OptionType > layers.TCPOptionKindNop {
			s += fmt.Sprintf("%d %x;", uint8(o.OptionType), o.OptionData)
		}
	}
	return s
}

// valuesDiffer compares what the typed readers say with the first option of
// each kind and length that gopacket has.
func valuesDiffer(o endpoint.Options, options []layers.TCPOption) string {
	first := func(kind layers.TCPOptionKind, fits func(n int) bool) []byte {
		for _, o := range options {
			if o.OptionType == kind && fits(len(o.OptionData)) {
				return append([]byte{1}, o.OptionData...)
			}
		}
		return nil
	}
	is := func(want int) func(int) bool { return func(n int) bool { return n == want } }
	be := binary.BigEndian

	v := first(layers.TCPOptionKindMSS, is(2))
	if mss, ok := o.MSS(); ok != (v != nil) || ok && mss != be.Uint16(v[1:]) {
		return fmt.Sprintf("MSS: %d %t, gopacket has %x", mss, ok, v)
	}
	v = first(layers.TCPOptionKindWindowScale, is(1))
	if shift, ok := o.WindowScale(); ok != (v != nil) || ok && shift != v[1] {
		return fmt.Sprintf("window scale: %d %t, gopacket has %x", shift, ok, v)
	}
	v = first(layers.TCPOptionKindSACKPermitted, is(0))
	if ok := o.SACKPermitted(); ok != (v != nil) {
		return fmt.Sprintf("SACK-permitted: %t, gopacket has %x", ok, v)
	}
	v = first(layers.TCPOptionKindTimestamps, is(8))
	val, ecr, ok := o.Timestamps()
	if ok != (v != nil) || ok && (val != be.Uint32(v[1:]) || ecr != be.Uint32(v[5:])) {
		return fmt.Sprintf("timestamps: %d %d %t, gopacket has %x", val, ecr, ok, v)
	}
	v = first(layers.TCPOptionKindSACK, func(n int) bool { return n > 0 && n%8 == 0 })
	blocks := []byte{1}
	for b := range o.SACK() {
		blocks = be.AppendUint32(be.AppendUint32(blocks, uint32(b.Left)), uint32(b.Right))
	}
	if len(blocks) > 1 && string(blocks) != string(v) || len(blocks) == 1 && v != nil {
		return fmt.Sprintf("SACK: %x, gopacket has %x", blocks, v)
	}
	return ""
}
