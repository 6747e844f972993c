package endpoint

import (
	"encoding/binary"
	"fmt"
	"net/netip"
)

const (
	ipv4Len     = 20 // an IPv4 header without options (RFC 791 3.1)
	ipv6Len     = 40 // an IPv6 header (RFC 8200 3)
	tcpLen      = 20 // a TCP header without options (RFC 9293 3.1)
	protocolTCP = 6
	protocol4   = 1  // ICMP (RFC 792)
	protocol6   = 58 // ICMPv6 (RFC 4443)
	maxLen      = 65535
	defaultTTL  = 64
)

// Header is what TCP has to know of an IPv4 or IPv6 header. Src and Dst are of
// one family, which says which header it is. Traffic class, flow label, IPv4
// options and the don't-fragment bit are not kept.
type Header struct {
	Src, Dst netip.Addr
	TTL      uint8  // hop limit in IPv6; Encode sends 0 as 64
	ID       uint16 // identification; IPv6 has none
}

// Decode reads a whole IPv4 or IPv6 datagram. The segment's Options and Text
// point into it. The error is ErrChecksum if nothing but the TCP checksum is
// wrong: h and s are filled in then. With any other error (see there) h and s
// hold nothing of use.
func Decode(datagram []byte, h *Header, s *Segment) error {
	if len(datagram) < ipv4Len {
		return fmt.Errorf("%w: %d octets", ErrShortDatagram, len(datagram))
	}
	switch datagram[0] >> 4 {
	case 4:
		sum, err := decodeIPv4(datagram, h, protocolTCP)
		if err != nil {
			return err
		}
		return decodeTCP(datagram[int(datagram[0]&15)*4:], sum, s)
	case 6:
		sum, err := decodeIPv6(datagram, h, protocolTCP)
		if err != nil {
			return err
		}
		return decodeTCP(datagram[ipv6Len:], sum, s)
	}
	return fmt.Errorf("%w: %d", ErrIPVersion, datagram[0]>>4)
}

// decodeIPv4 returns the sum of the pseudo-header, in a datagram of the protocol.
func decodeIPv4(d []byte, h *Header, want uint8) (sum uint64, err error) {
	be := binary.BigEndian
	header := int(d[0]&15) * 4
	if header < ipv4Len {
		return 0, fmt.Errorf("%w: %d octets", ErrIPHeaderLength, header)
	}
	if header > len(d) {
		return 0, fmt.Errorf("%w: %d octets, its IPv4 header has %d",
			ErrShortDatagram, len(d), header)
	}
	w0, w1, w2 := be.Uint64(d), be.Uint64(d[8:]), uint64(be.Uint32(d[16:]))
	sum = plus(plus(w0, w1), w2)
	if header > ipv4Len {
		sum = plus(sum, sumOctets(d[ipv4Len:header]))
	}
	if fold(sum) != 0xffff {
		return 0, fmt.Errorf("%w: %#04x", ErrIPChecksum, uint16(w1>>32))
	}
	if n := int(uint16(w0 >> 32)); n != len(d) {
		return 0, fmt.Errorf("%w: %d against %d octets", ErrTotalLength, n, len(d))
	}
	if protocol := uint8(w1 >> 48); protocol != want {
		return 0, fmt.Errorf("%w: protocol %d", ErrProtocol, protocol)
	}
	// More fragments, or an offset; the other two bits do not matter here.
	if f := w0 & 0x3fff; f != 0 {
		return 0, fmt.Errorf("%w: offset %d, more fragments %t",
			ErrFragment, f&0x1fff*8, f>>13 != 0)
	}
	h.Src, h.Dst = addr4(d[12:]), addr4(d[16:])
	h.TTL = uint8(w1 >> 56)
	h.ID = uint16(w0 >> 16)
	return uint64(uint32(w1)) + w2 + sumPseudo(want, len(d)-header), nil
}

// decodeIPv6 returns the sum of the pseudo-header, in a datagram of the protocol.
func decodeIPv6(d []byte, h *Header, want uint8) (sum uint64, err error) {
	if len(d) < ipv6Len {
		return 0, fmt.Errorf("%w: %d octets, an IPv6 header has %d",
			ErrShortDatagram, len(d), ipv6Len)
	}
	be := binary.BigEndian
	segment := len(d) - ipv6Len
	if n := int(be.Uint16(d[4:])); n != segment {
		return 0, fmt.Errorf("%w: %d against %d octets", ErrTotalLength, n, segment)
	}
	if next := d[6]; next != want {
		return 0, fmt.Errorf("%w: next header %d", notTCP(next), next)
	}
	h.Src, h.Dst = addr6(d[8:]), addr6(d[24:])
	h.TTL = d[7]
	h.ID = 0
	sum = plus(be.Uint64(d[8:]), be.Uint64(d[16:]))
	sum = plus(sum, plus(be.Uint64(d[24:]), be.Uint64(d[32:])))
	return plus(sum, sumPseudo(want, segment)), nil
}

func addr4(d []byte) netip.Addr { return netip.AddrFrom4([4]byte(d[:4])) }

func addr6(d []byte) netip.Addr { return netip.AddrFrom16([16]byte(d[:16])) }

// notTCP says what the next header is instead: the registry of IPv6 extension
// header types, or another protocol.
func notTCP(next uint8) error {
	switch next {
	case 0, 43, 44, 50, 51, 60, 135, 139, 140, 253, 254:
		return ErrExtensionHeader
	}
	return ErrProtocol
}

// decodeTCP reads a segment, given the sum of its pseudo-header. The reserved
// bits are ignored (RFC 9293 3.1).
func decodeTCP(d []byte, sum uint64, s *Segment) error {
	if len(d) < tcpLen {
		return fmt.Errorf("%w: %d octets", ErrShortSegment, len(d))
	}
	be := binary.BigEndian
	w0, w1, w2 := be.Uint64(d), be.Uint64(d[8:]), be.Uint32(d[16:])
	offset := int(w1>>28&15) * 4
	if offset < tcpLen || offset > len(d) {
		return fmt.Errorf("%w: %d octets in a segment of %d", ErrDataOffset, offset, len(d))
	}
	s.SrcPort, s.DstPort = uint16(w0>>48), uint16(w0>>32)
	s.Seq, s.Ack = Seq(w0), Seq(w1>>32)
	s.Flags = Flags(w1 >> 16)
	s.Wnd = uint16(w1)
	s.Up = uint16(w2)
	s.Options = Options(d[tcpLen:offset:offset])
	s.Text = d[offset:]
	if offset > tcpLen {
		if err := s.Options.Check(); err != nil {
			return err
		}
	}
	sum = plus(plus(sum, w0), plus(w1, uint64(w2)))
	if fold(plus(sum, sumOctets(d[tcpLen:]))) != 0xffff {
		return ErrChecksum
	}
	return nil
}

// Encode writes a whole datagram into buf and returns its length: an IPv4
// header without options and with the don't-fragment bit, or an IPv6 header,
// as the addresses say; then the segment, with both checksums. Options go out
// as they are. What Encode writes, Decode reads; on an error nothing is written. The
// segment's Options and Text must not lie in buf.
func Encode(buf []byte, h *Header, s *Segment) (n int, err error) {
	header := ipv4Len
	if !h.Src.Is4() {
		header = ipv6Len
	}
	if !h.Src.IsValid() || !h.Dst.IsValid() || h.Src.Is4() != h.Dst.Is4() {
		return 0, fmt.Errorf("%w: %v and %v", ErrAddresses, h.Src, h.Dst)
	}
	if len(s.Options) > 0 {
		if len(s.Options)%4 != 0 || len(s.Options) > MaxOptions {
			return 0, fmt.Errorf("%w: %d octets", ErrOptionsSize, len(s.Options))
		}
		if err := s.Options.Check(); err != nil {
			return 0, err
		}
	}
	segment := tcpLen + len(s.Options) + len(s.Text)
	if segment > maxLen || header == ipv4Len && segment > maxLen-ipv4Len {
		return 0, fmt.Errorf("%w: %d octets", ErrTooLong, segment)
	}
	n = header + segment
	if len(buf) < n {
		return 0, fmt.Errorf("%w: %d octets, %d needed", ErrShortBuffer, len(buf), n)
	}
	ttl := h.TTL
	if ttl == 0 {
		ttl = defaultTTL
	}
	var sum uint64
	if header == ipv4Len {
		sum = encodeIPv4(buf, h, protocolTCP, ttl, n)
	} else {
		sum = encodeIPv6(buf, h, protocolTCP, ttl, segment)
	}
	encodeTCP(buf[header:n], sum, s)
	return n, nil
}

// encodeIPv4 returns the sum of the pseudo-header.
func encodeIPv4(buf []byte, h *Header, protocol, ttl uint8, total int) (sum uint64) {
	const versionIHL, dontFragment = 0x45, 0x4000
	be := binary.BigEndian
	src4, dst4 := h.Src.As4(), h.Dst.As4()
	src, dst := uint64(be.Uint32(src4[:])), uint64(be.Uint32(dst4[:]))
	w0 := versionIHL<<56 | uint64(total)<<32 | uint64(h.ID)<<16 | dontFragment
	w1 := uint64(ttl)<<56 | uint64(protocol)<<48 | src
	w1 |= uint64(^fold(plus(plus(w0, w1), dst))) << 32
	be.PutUint64(buf, w0)
	be.PutUint64(buf[8:], w1)
	be.PutUint32(buf[16:], uint32(dst))
	return src + dst + sumPseudo(protocol, total-ipv4Len)
}

// encodeIPv6 returns the sum of the pseudo-header.
func encodeIPv6(buf []byte, h *Header, protocol, ttl uint8, segment int) (sum uint64) {
	be := binary.BigEndian
	src, dst := h.Src.As16(), h.Dst.As16()
	be.PutUint64(buf, 6<<60|uint64(segment)<<16|uint64(protocol)<<8|uint64(ttl))
	copy(buf[8:24], src[:])
	copy(buf[24:40], dst[:])
	sum = plus(be.Uint64(src[:]), be.Uint64(src[8:]))
	sum = plus(sum, plus(be.Uint64(dst[:]), be.Uint64(dst[8:])))
	return plus(sum, sumPseudo(protocol, segment))
}

// encodeTCP fills d with the segment, given the sum of its pseudo-header.
func encodeTCP(d []byte, sum uint64, s *Segment) {
	be := binary.BigEndian
	offset := tcpLen + len(s.Options)
	w0 := uint64(s.SrcPort)<<48 | uint64(s.DstPort)<<32 | uint64(s.Seq)
	w1 := uint64(s.Ack)<<32 | uint64(offset/4)<<28 | uint64(s.Flags)<<16 | uint64(s.Wnd)
	sum = plus(plus(sum, w0), plus(w1, uint64(s.Up)))
	if len(s.Options) > 0 {
		copy(d[tcpLen:], s.Options)
		sum = plus(sum, sumOctets(s.Options))
	}
	if len(s.Text) > 0 {
		copy(d[offset:], s.Text)
		sum = plus(sum, sumOctets(s.Text))
	}
	be.PutUint64(d, w0)
	be.PutUint64(d[8:], w1)
	be.PutUint32(d[16:], uint32(^fold(sum))<<16|uint32(s.Up))
}
