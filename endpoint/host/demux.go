package host

import (
	"encoding/binary"
	"net/netip"
)

// The protocol numbers of what a Host hands to connections.
const (
	protocolICMP   = 1
	protocolTCP    = 6
	protocolICMPv6 = 58
)

// read returns the tuple of a datagram for this host, without a look at its
// checksums: those are for the connection to check, which drops what another
// one's damaged tuple brings it. What has no tuple belongs to nobody.
func (h *Host) read(d []byte) (k tuple, ok bool) {
	src, dst, protocol, body := split(d)
	if !dst.IsValid() || dst != h.cfg.Addr {
		return k, false
	}
	switch protocol {
	case protocolTCP:
		if len(body) < 4 {
			return k, false
		}
		remote, local := ports(body)
		return tupleOf(netip.AddrPortFrom(src, remote), local), true
	case protocolICMP, protocolICMPv6:
		return h.quoted(protocol, body)
	}
	return k, false
}

// quoted returns the tuple of the segment that an ICMP error is about: one
// that this host has sent (RFC 792, RFC 4443 3). Whether the quote can be
// believed is for the connection to say.
func (h *Host) quoted(protocol byte, message []byte) (k tuple, ok bool) {
	const header = 8 // type, code, checksum, and four octets more
	if len(message) < header {
		return k, false
	}
	switch kind := message[0]; {
	case protocol == protocolICMP && (kind == 3 || kind == 4 || kind == 11 || kind == 12):
	case protocol == protocolICMPv6 && kind >= 1 && kind <= 4:
	default:
		return k, false // no error
	}
	src, dst, inner, body := split(message[header:])
	if src != h.cfg.Addr || inner != protocolTCP || len(body) < 4 {
		return k, false
	}
	local, remote := ports(body)
	return tupleOf(netip.AddrPortFrom(dst, remote), local), true
}

// split takes an IP header apart; the addresses are not valid if there is none.
// IPv6 extension headers are not passed over.
func split(d []byte) (src, dst netip.Addr, protocol byte, body []byte) {
	switch {
	case len(d) >= 20 && d[0]>>4 == 4:
		n := int(d[0]&15) * 4
		if n < 20 || n > len(d) {
			break
		}
		return netip.AddrFrom4([4]byte(d[12:16])), netip.AddrFrom4([4]byte(d[16:20])), d[9], d[n:]
	case len(d) >= 40 && d[0]>>4 == 6:
		return netip.AddrFrom16([16]byte(d[8:24])), netip.AddrFrom16([16]byte(d[24:40])), d[6], d[40:]
	}
	return netip.Addr{}, netip.Addr{}, 0, nil
}

// ports are the first two fields of a TCP header.
func ports(segment []byte) (src, dst uint16) {
	return binary.BigEndian.Uint16(segment), binary.BigEndian.Uint16(segment[2:])
}
