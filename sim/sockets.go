package sim

import "net/netip"

// Sockets are the addresses and ports of A and B: from the blocks that are
// reserved for documentation (RFC 5737, RFC 3849), so that nobody's network
// stands in a report.
func Sockets(ipv6 bool) [2]netip.AddrPort {
	if ipv6 {
		return sockets6
	}
	return sockets4
}

var (
	sockets4 = [2]netip.AddrPort{
		netip.AddrPortFrom(netip.AddrFrom4([4]byte{192, 0, 2, 1}), 49152),
		netip.AddrPortFrom(netip.AddrFrom4([4]byte{192, 0, 2, 2}), 80),
	}
	sockets6 = [2]netip.AddrPort{
		netip.AddrPortFrom(netip.AddrFrom16([16]byte{0x20, 0x01, 0x0d, 0xb8, 15: 1}), 49152),
		netip.AddrPortFrom(netip.AddrFrom16([16]byte{0x20, 0x01, 0x0d, 0xb8, 15: 2}), 80),
	}
)
