package capture

import (
	"encoding/binary"
	"net/netip"

	"example.org/halfopen/endpoint"
)

// Segment is a TCP segment of a capture.
type Segment struct {
	endpoint.Segment // Text is what was captured of it; Options are whole

	Frame    uint64 // the number of its packet
	At       int64  // when it was captured, in ns since 1970
	Src, Dst netip.AddrPort
	ID       uint16   // of the IPv4 header; 0 in IPv6
	Length   int      // octets of text on the wire
	Datagram int      // octets of the whole IP datagram
	Sum      Checksum // what is to be said of its checksum
}

// Len is SEG.LEN: text, SYN and FIN, whether all of the text was captured or not.
func (s *Segment) Len() int { return s.Segment.Len() - len(s.Text) + s.Length }

// Checksum is what is to be said of a segment's checksum.
type Checksum uint8

// The cases.
const (
	SumGood    Checksum = iota
	SumUnknown          // not all of the segment was captured
	SumOffload          // left to the network card: only the pseudo-header is summed, or nothing
	SumBad
)

// tcp is the number of the protocol.
const (
	tcp      = 6
	tcpLeast = 20
)

// datagram is an IP datagram that is being taken apart.
type datagram struct {
	data     []byte // what follows the IP headers, as far as captured
	length   int    // how long that is on the wire
	whole    int    // how long the datagram is
	pseudo   uint64 // sum of the addresses
	detoured bool   // the destination is not the last one: the checksum is of another
}

// Decode finds the TCP segment of a packet. The segment points into the
// packet's data. If it is skipped, the segment holds nothing of use.
func Decode(p *Packet, s *Segment) Skip {
	at, why := p.datagram()
	if why != Taken {
		return why
	}
	if at >= len(p.Data) {
		return Cut
	}
	var d datagram
	var src, dst netip.Addr
	b, length := p.Data[at:], p.Len-at
	switch b[0] >> 4 {
	case 4:
		src, dst, s.ID, why = d.ipv4(b, length)
	case 6:
		s.ID = 0
		src, dst, why = d.ipv6(b, length)
	default:
		return NotIP
	}
	if why != Taken {
		return why
	}
	if why = d.segment(s); why != Taken {
		return why
	}
	s.Frame, s.At, s.Datagram = p.N, p.At, d.whole
	s.Src, s.Dst = netip.AddrPortFrom(src, s.SrcPort), netip.AddrPortFrom(dst, s.DstPort)
	return Taken
}

// segment reads the segment of a datagram (RFC 9293 3.1).
func (d *datagram) segment(s *Segment) Skip {
	be := binary.BigEndian
	b := d.data[:min(len(d.data), d.length)]
	if d.length < tcpLeast {
		return Malformed
	}
	if len(b) < tcpLeast {
		return Cut
	}
	offset := int(b[12]>>4) * 4
	switch {
	case offset < tcpLeast || offset > d.length:
		return Malformed
	case offset > len(b):
		return Cut
	}
	s.Segment = endpoint.Segment{
		SrcPort: be.Uint16(b), DstPort: be.Uint16(b[2:]),
		Seq: endpoint.Seq(be.Uint32(b[4:])), Ack: endpoint.Seq(be.Uint32(b[8:])),
		Flags: endpoint.Flags(b[13]), Wnd: be.Uint16(b[14:]), Up: be.Uint16(b[18:]),
		Options: endpoint.Options(b[tcpLeast:offset:offset]), Text: b[offset:],
	}
	s.Length = d.length - offset
	s.Sum = d.checksum(b)
	return Taken
}

// checksum judges the checksum of a segment. One that the network card is to
// fill in holds the sum of the pseudo-header, with the length of the segment or
// (where the card cuts the segment up) without, or nothing at all.
func (d *datagram) checksum(b []byte) Checksum {
	field := binary.BigEndian.Uint16(b[16:])
	pseudo := d.pseudo + tcp
	switch whole := fold(pseudo + uint64(d.length)); {
	case len(b) == d.length && !d.detoured && fold(uint64(whole)+sum(b)) == 0xffff:
		return SumGood
	case field == whole || field == fold(pseudo) || field == 0:
		return SumOffload
	case len(b) < d.length || d.detoured:
		return SumUnknown
	}
	return SumBad
}

// sum adds 16-bit words (RFC 1071): in wider ones, to be folded in the end.
func sum(b []byte) (s uint64) {
	for len(b) >= 8 {
		w := binary.BigEndian.Uint64(b)
		s += w>>32 + w&0xffffffff
		b = b[8:]
	}
	for len(b) >= 2 {
		s += uint64(binary.BigEndian.Uint16(b))
		b = b[2:]
	}
	if len(b) > 0 {
		s += uint64(b[0]) << 8
	}
	return s
}

// fold makes a sum of 16-bit words out of one of wider words.
func fold(s uint64) uint16 {
	for s > 0xffff {
		s = s>>16 + s&0xffff
	}
	return uint16(s)
}
