package endpoint

import (
	"encoding/binary"
	"errors"
	"fmt"
)

// ICMP is an ICMP error about a TCP segment: what a router or host that could not
// handle a datagram tells its sender (RFC 792, RFC 1191; for IPv6 RFC 4443).
type ICMP struct {
	Type, Code uint8
	MTU        uint32 // of the next hop, in octets, if the datagram was too big; 0: not told

	// What it quotes of the datagram: enough to find its connection.
	Quoted           Header
	Size             int // its length in octets, as its own header says
	SrcPort, DstPort uint16
	Seq              Seq
}

// Effect is what an ICMP error means to a connection (RFC 9293 3.9.2.2).
type Effect uint8

// The effects.
const (
	Ignored Effect = iota // nothing: Source Quench (MUST-55), and what is no error
	Soft                  // it may pass: tell the user, go on (MUST-56, SHLD-25)
	Hard                  // it will not: abort (SHLD-26)
	TooBig                // the datagram was larger than MTU and was not to be fragmented
)

// The types of ICMP errors.
const (
	icmpUnreachable  = 3 // RFC 792
	icmpTimeExceeded = 11
	icmpParameter    = 12

	icmp6Unreachable  = 1 // RFC 4443 3
	icmp6TooBig       = 2
	icmp6TimeExceeded = 3
	icmp6Parameter    = 4

	codeFragmentation = 4 // of icmpUnreachable: needed, and the don't-fragment bit set

	icmpLen    = 8    // an ICMP header
	quotedText = 8    // what an ICMPv4 error has to quote beyond the IP header: ports and SEG.SEQ
	minMTU6    = 1280 // an ICMPv6 error quotes as much as fits (RFC 4443 3.1)
)

// ErrICMP is returned, wrapped, by DecodeICMP for what is not an ICMP message of
// 8 octets and a right checksum, or quotes too little of a TCP segment.
var ErrICMP = errors.New("endpoint: no ICMP error about a TCP segment")

// IsICMP reports whether a datagram carries ICMP or ICMPv6, by its IP header
// alone.
func IsICMP(datagram []byte) bool {
	if len(datagram) < ipv4Len {
		return false
	}
	return datagram[0]>>4 == 4 && datagram[9] == protocol4 || datagram[0]>>4 == 6 && datagram[6] == protocol6
}

// Effect says what the message means. The families number their types differently:
// that of the quoted datagram is the message's.
func (m *ICMP) Effect() Effect {
	if m.Quoted.Src.Is6() {
		return m.effect6()
	}
	switch m.Type {
	case icmpUnreachable:
		switch m.Code {
		case 2, 3:
			return Hard
		case codeFragmentation:
			return TooBig
		}
		return Soft // 0, 1 and 5 by RFC 9293; the others say no more than these
	case icmpTimeExceeded, icmpParameter:
		return Soft
	}
	return Ignored
}

func (m *ICMP) effect6() Effect {
	switch m.Type {
	case icmp6Unreachable:
		if m.Code == 1 || m.Code == 4 {
			return Hard
		}
		return Soft
	case icmp6TooBig:
		return TooBig
	case icmp6TimeExceeded, icmp6Parameter:
		return Soft
	}
	return Ignored
}

// String writes the message for people: "ICMP type 3 code 4 MTU 1400".
func (m *ICMP) String() string {
	name := "ICMP"
	if m.Quoted.Src.Is6() {
		name = "ICMPv6"
	}
	s := fmt.Sprintf("%s type %d code %d", name, m.Type, m.Code)
	if m.Effect() == TooBig {
		s += fmt.Sprintf(" MTU %d", m.MTU)
	}
	return s
}

// DecodeICMP reads a whole IPv4 or IPv6 datagram with an ICMP error that quotes
// a TCP segment. The quoted datagram may be cut short and its checksums are not
// looked at: routers change what they forward. On an error h and m hold nothing
// of use.
func DecodeICMP(datagram []byte, h *Header, m *ICMP) error {
	if len(datagram) < ipv4Len {
		return fmt.Errorf("%w: %d octets", ErrShortDatagram, len(datagram))
	}
	var message []byte
	var sum uint64 // ICMPv6 has a pseudo-header (RFC 4443 2.3), ICMP has none
	switch datagram[0] >> 4 {
	case 4:
		if _, err := decodeIPv4(datagram, h, protocol4); err != nil {
			return err
		}
		message = datagram[int(datagram[0]&15)*4:]
	case 6:
		var err error
		if sum, err = decodeIPv6(datagram, h, protocol6); err != nil {
			return err
		}
		message = datagram[ipv6Len:]
	default:
		return fmt.Errorf("%w: %d", ErrIPVersion, datagram[0]>>4)
	}
	switch {
	case len(message) < icmpLen:
		return fmt.Errorf("%w: %d octets, want at least %d", ErrICMP, len(message), icmpLen)
	case fold(plus(sum, sumOctets(message))) != 0xffff:
		return fmt.Errorf("%w: the checksum is wrong", ErrICMP)
	}
	m.Type, m.Code = message[0], message[1]
	m.MTU = binary.BigEndian.Uint32(message[4:])
	if datagram[0]>>4 == 4 {
		m.MTU &= 0xffff // RFC 1191 4
	}
	return m.quote(message[icmpLen:], datagram[0]>>4)
}

// quote reads what is quoted: an IP header of the same family, and the first 8
// octets of a TCP header.
func (m *ICMP) quote(d []byte, version uint8) error {
	be := binary.BigEndian
	header := ipv6Len
	if len(d) > 0 && version == 4 {
		header = max(ipv4Len, int(d[0]&15)*4)
	}
	if len(d) < header+quotedText || d[0]>>4 != version {
		return fmt.Errorf("%w: %d octets are quoted, want an IP header and %d", ErrICMP, len(d), quotedText)
	}
	protocol := d[6]
	if version == 4 {
		protocol = d[9]
		m.Quoted = Header{Src: addr4(d[12:]), Dst: addr4(d[16:]), TTL: d[8], ID: be.Uint16(d[4:])}
		m.Size = int(be.Uint16(d[2:]))
	} else {
		m.Quoted = Header{Src: addr6(d[8:]), Dst: addr6(d[24:]), TTL: d[7]}
		m.Size = ipv6Len + int(be.Uint16(d[4:]))
	}
	if protocol != protocolTCP {
		return fmt.Errorf("%w: a datagram of protocol %d is quoted", ErrICMP, protocol)
	}
	m.SrcPort, m.DstPort = be.Uint16(d[header:]), be.Uint16(d[header+2:])
	m.Seq = Seq(be.Uint32(d[header+4:]))
	return nil
}

// EncodeICMP writes into buf the datagram in which h.Src tells h.Dst what became
// of a datagram: of m it takes type, code and MTU. It quotes as much as it has to:
// of an IPv4 datagram the header and 8 octets (RFC 792), of an IPv6 datagram all
// that fits 1280 octets (RFC 4443 3.1). The error is one of Encode's.
func EncodeICMP(buf []byte, h *Header, m *ICMP, datagram []byte) (n int, err error) {
	if !h.Src.IsValid() || !h.Dst.IsValid() || h.Src.Is4() != h.Dst.Is4() {
		return 0, fmt.Errorf("%w: %v and %v", ErrAddresses, h.Src, h.Dst)
	}
	header := ipv6Len
	quoted := min(len(datagram), minMTU6-ipv6Len-icmpLen)
	if h.Src.Is4() {
		header = ipv4Len
		quoted = min(len(datagram), max(TCPOffset(datagram), 0)+quotedText)
	}
	if n = header + icmpLen + quoted; len(buf) < n {
		return 0, fmt.Errorf("%w: %d octets, %d needed", ErrShortBuffer, len(buf), n)
	}
	ttl := h.TTL
	if ttl == 0 {
		ttl = defaultTTL
	}
	var sum uint64
	if header == ipv4Len {
		encodeIPv4(buf, h, protocol4, ttl, n)
	} else {
		sum = encodeIPv6(buf, h, protocol6, ttl, icmpLen+quoted)
	}
	message := buf[header:n]
	message[0], message[1], message[2], message[3] = m.Type, m.Code, 0, 0
	binary.BigEndian.PutUint32(message[4:], m.MTU)
	copy(message[icmpLen:], datagram[:quoted])
	binary.BigEndian.PutUint16(message[2:], ^fold(plus(sum, sumOctets(message))))
	return n, nil
}

// PacketTooBig is the message that a router sends about a datagram larger than
// the next hop's MTU: for IPv4 that fragmentation is needed and forbidden (RFC
// 1191 4), for IPv6 Packet Too Big (RFC 4443 3.2).
func PacketTooBig(ipv6 bool, mtu int) ICMP {
	if !ipv6 {
		return ICMP{Type: icmpUnreachable, Code: codeFragmentation, MTU: uint32(mtu)}
	}
	return ICMP{Type: icmp6TooBig, MTU: uint32(mtu)}
}
