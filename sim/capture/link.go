package capture

import (
	"encoding/binary"
	"strconv"
)

// LinkType says what a packet begins with: a LINKTYPE_ value of the registry at
// tcpdump.org.
type LinkType uint32

// The link types that Decode knows.
const (
	LinkNull     LinkType = 0 // BSD loopback: a protocol family, in the order of the host
	LinkEthernet LinkType = 1
	LinkRaw12    LinkType = 12 // raw IP, as some systems number it
	LinkRaw14    LinkType = 14
	LinkRaw      LinkType = 101 // raw IP
	LinkLoop     LinkType = 108 // OpenBSD loopback: a protocol family, in network order
	LinkSLL      LinkType = 113 // Linux cooked
	LinkIPv4     LinkType = 228
	LinkIPv6     LinkType = 229
	LinkSLL2     LinkType = 276 // Linux cooked, version 2
)

// String names the link type: "Ethernet".
func (l LinkType) String() string {
	switch l {
	case LinkNull, LinkLoop:
		return "loopback"
	case LinkEthernet:
		return "Ethernet"
	case LinkRaw, LinkRaw12, LinkRaw14, LinkIPv4, LinkIPv6:
		return "raw IP"
	case LinkSLL:
		return "Linux cooked"
	case LinkSLL2:
		return "Linux cooked v2"
	}
	return "link type " + strconv.FormatUint(uint64(l), 10)
}

// Values of the EtherType field.
const (
	etherIPv4  = 0x0800
	etherIPv6  = 0x86dd
	etherVLAN  = 0x8100
	etherQinQ  = 0x88a8
	etherOldQ  = 0x9100
	etherPPPoE = 0x8864
)

// datagram finds the IP datagram of a packet: where it begins.
func (p *Packet) datagram() (at int, why Skip) {
	be := binary.BigEndian
	d := p.Data
	switch p.Link {
	case LinkRaw, LinkRaw12, LinkRaw14, LinkIPv4, LinkIPv6:
		return 0, Taken
	case LinkNull, LinkLoop:
		if len(d) < 4 {
			return 0, Cut
		}
		return 4, familyIsIP(be.Uint32(d))
	case LinkSLL:
		if len(d) < 16 {
			return 0, Cut
		}
		return ether(d, 14)
	case LinkSLL2:
		if len(d) < 20 {
			return 0, Cut
		}
		if _, why := ether(d[:2], 0); why == NotIP {
			return 0, why
		}
		return 20, Taken
	case LinkEthernet:
		return ether(d, 12)
	}
	return 0, UnknownLink
}

// ether reads an EtherType that stands at an offset, and the tags behind it.
func ether(d []byte, at int) (int, Skip) {
	be := binary.BigEndian
	for at+2 <= len(d) {
		kind := be.Uint16(d[at:])
		at += 2
		switch kind {
		case etherIPv4, etherIPv6:
			return at, Taken
		case etherVLAN, etherQinQ, etherOldQ:
			at += 2
		case etherPPPoE:
			const header, ppp4, ppp6 = 6, 0x0021, 0x0057
			if at+header+2 > len(d) {
				return at, Cut
			}
			if protocol := be.Uint16(d[at+header:]); protocol != ppp4 && protocol != ppp6 {
				return at, NotIP
			}
			return at + header + 2, Taken
		default:
			return at, NotIP
		}
	}
	return at, Cut
}

// familyIsIP judges a protocol family in either byte order: 2 is IPv4 on every
// system, and each has a number of its own for IPv6.
func familyIsIP(family uint32) Skip {
	if family > 0xffff {
		family = family>>24 | family>>8&0xff00
	}
	switch family {
	case 2, 10, 23, 24, 28, 30:
		return Taken
	}
	return NotIP
}
