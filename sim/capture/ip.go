package capture

import (
	"encoding/binary"
	"net/netip"
)

// ipv4 reads an IPv4 header (RFC 791 3.1).
func (d *datagram) ipv4(b []byte, length int) (src, dst netip.Addr, id uint16, why Skip) {
	const least = 20
	be := binary.BigEndian
	if len(b) < least {
		return src, dst, 0, Cut
	}
	header, total := int(b[0]&15)*4, int(be.Uint16(b[2:]))
	if total == 0 { // more than the field can say, before the network card has cut it up
		total = length
	}
	switch {
	case header < least || total < header || total > length:
		return src, dst, 0, Malformed
	case be.Uint16(b[6:])&0x3fff != 0: // more fragments, or an offset
		return src, dst, 0, Fragment
	case b[9] != tcp:
		return src, dst, 0, NotTCP
	case header > len(b):
		return src, dst, 0, Cut
	}
	d.data, d.length, d.whole = b[header:], total-header, total
	d.pseudo = sum(b[12:20])
	d.detoured = header > least && routed4(b[least:header])
	return netip.AddrFrom4([4]byte(b[12:16])), netip.AddrFrom4([4]byte(b[16:20])), be.Uint16(b[4:]), Taken
}

// routed4 reports whether the options have a source route: the checksum is that
// of the last destination then (RFC 9293 3.9.2.1).
func routed4(options []byte) bool {
	for len(options) >= 2 && options[0] != 0 {
		n := 1
		switch options[0] {
		case 131, 137:
			return true
		case 1:
		default:
			n = max(2, int(options[1]))
		}
		options = options[min(n, len(options)):]
	}
	return false
}

// Next headers of IPv6 that may stand before a segment (RFC 8200 4, RFC 4302).
const (
	nextHopByHop    = 0
	nextRouting     = 43
	nextFragment    = 44
	nextAuth        = 51
	nextDestination = 60
	nextMobility    = 135
	nextHostID      = 139
	nextShim6       = 140
)

// ipv6 reads an IPv6 header and the extension headers (RFC 8200 3, 4).
func (d *datagram) ipv6(b []byte, length int) (src, dst netip.Addr, why Skip) {
	const header = 40
	if len(b) < header {
		return src, dst, Cut
	}
	whole := header + int(binary.BigEndian.Uint16(b[4:]))
	if whole == header { // a jumbogram, or the same before the network card has cut it up
		whole = length
	}
	if whole > length {
		return src, dst, Malformed
	}
	d.whole, d.pseudo = whole, sum(b[8:40])
	at, why := d.extensions(b, b[6], whole)
	if why != Taken {
		return src, dst, why
	}
	d.data, d.length = b[at:], whole-at
	return netip.AddrFrom16([16]byte(b[8:24])), netip.AddrFrom16([16]byte(b[24:40])), Taken
}

// extensions passes over the extension headers to that of TCP.
func (d *datagram) extensions(b []byte, next uint8, whole int) (at int, why Skip) {
	for at = 40; next != tcp; {
		switch next {
		case nextHopByHop, nextRouting, nextFragment, nextAuth, nextDestination, nextMobility, nextHostID, nextShim6:
		default:
			return 0, NotTCP
		}
		if at+8 > whole {
			return 0, Malformed
		}
		if at+8 > len(b) {
			return 0, Cut
		}
		n := 8 + 8*int(b[at+1])
		switch next {
		case nextRouting:
			d.detoured = d.detoured || b[at+3] > 0 // segments left
		case nextAuth:
			n = 8 + 4*int(b[at+1])
		case nextFragment:
			n = 8
			if binary.BigEndian.Uint16(b[at+2:])&0xfff9 != 0 {
				return 0, Fragment
			}
		}
		next = b[at]
		at += n
	}
	if at > whole {
		return 0, Malformed
	}
	if at > len(b) {
		return 0, Cut
	}
	return at, Taken
}
