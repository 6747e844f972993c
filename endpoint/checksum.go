package endpoint

import (
	"encoding/binary"
	"math/bits"
)

// The Internet checksum (RFC 1071) is a sum of 16-bit words in ones'
// complement. Such a sum may be taken in wider words, and with the octets
// of every word swapped, if the result is folded (and swapped back) in the end:
// so headers are summed from the registers that they are built in, and text
// 8 octets at a time in the order in which the machine loads them.

// plus adds in ones' complement: the carry comes in again at the other end.
func plus(a, b uint64) uint64 {
	s, carry := bits.Add64(a, b, 0)
	return s + carry // no overflow: with a carry, s is less than the largest
}

// fold makes a sum of 16-bit words out of one of 64-bit words. It is 0 only
// for a sum of nothing but zeros.
func fold(s uint64) uint16 {
	s = s>>48 + s>>32&0xffff + s>>16&0xffff + s&0xffff
	s = s>>16 + s&0xffff
	return uint16(s>>16 + s)
}

// sumOctets is the folded sum of octets, padded with a zero to whole words.
func sumOctets(b []byte) uint64 {
	if len(b) == 0 {
		return 0
	}
	le := binary.LittleEndian
	var s, c, t, d uint64
	for len(b) >= 64 { // two sums at once: neither waits for the other's carries
		s, c = bits.Add64(s, le.Uint64(b), 0)
		s, c = bits.Add64(s, le.Uint64(b[8:]), c)
		s, c = bits.Add64(s, le.Uint64(b[16:]), c)
		s, c = bits.Add64(s, le.Uint64(b[24:]), c)
		s += c // no overflow either
		t, d = bits.Add64(t, le.Uint64(b[32:]), 0)
		t, d = bits.Add64(t, le.Uint64(b[40:]), d)
		t, d = bits.Add64(t, le.Uint64(b[48:]), d)
		t, d = bits.Add64(t, le.Uint64(b[56:]), d)
		t += d
		b = b[64:]
	}
	s = plus(s, t)
	for len(b) >= 32 {
		s, c = bits.Add64(s, le.Uint64(b), 0)
		s, c = bits.Add64(s, le.Uint64(b[8:]), c)
		s, c = bits.Add64(s, le.Uint64(b[16:]), c)
		s, c = bits.Add64(s, le.Uint64(b[24:]), c)
		s += c
		b = b[32:]
	}
	for len(b) >= 8 {
		s = plus(s, le.Uint64(b))
		b = b[8:]
	}
	var tail uint64
	for i := len(b) - 1; i >= 0; i-- {
		tail = tail<<8 | uint64(b[i])
	}
	return uint64(bits.ReverseBytes16(fold(plus(s, tail))))
}

// sumPseudo is the sum of the pseudo-header's protocol and length (RFC 9293
// 3.1), which stand in no header that is sent.
func sumPseudo(protocol uint8, segment int) uint64 { return uint64(protocol) + uint64(segment) }

// TCPOffset returns where in a datagram the TCP header begins: the length of
// the IP header. It is -1 if the datagram has no whole IP header; what follows
// that header is not looked at.
func TCPOffset(datagram []byte) int {
	if len(datagram) < ipv4Len {
		return -1
	}
	n := ipv6Len
	switch datagram[0] >> 4 {
	case 4:
		n = int(datagram[0]&15) * 4
	case 6:
	default:
		return -1
	}
	if n < ipv4Len || n > len(datagram) {
		return -1
	}
	return n
}

// FixChecksum computes the TCP checksum anew, in place: a segment that was
// changed on its way then arrives as if it had been sent so. It does nothing
// to a datagram without a whole IP header and TCP header.
func FixChecksum(datagram []byte) {
	at := TCPOffset(datagram)
	if at < 0 || len(datagram)-at < tcpLen {
		return
	}
	field := datagram[at+16 : at+18]
	binary.BigEndian.PutUint16(field, 0)
	binary.BigEndian.PutUint16(field, ^sumSegment(datagram, at))
}

// ChecksumOK reports whether the TCP checksum of a datagram is right. It is
// false for a datagram without a whole IP header and TCP header.
func ChecksumOK(datagram []byte) bool {
	at := TCPOffset(datagram)
	return at >= 0 && len(datagram)-at >= tcpLen && sumSegment(datagram, at) == 0xffff
}

// sumSegment sums the segment that begins at the offset, and the pseudo-header.
func sumSegment(datagram []byte, at int) uint16 {
	addresses := datagram[12:20]
	if datagram[0]>>4 == 6 {
		addresses = datagram[8:40]
	}
	s := sumPseudo(protocolTCP, len(datagram)-at) + sumOctets(addresses) + sumOctets(datagram[at:])
	return fold(s)
}
