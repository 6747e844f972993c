package endpoint_test

import (
	"fmt"
	"net/netip"

	"example.org/halfopen/endpoint"
)

// A segment, and the datagram that carries it.
func Example() {
	h := endpoint.Header{
		Src: netip.MustParseAddr("192.0.2.1"),
		Dst: netip.MustParseAddr("192.0.2.2"),
	}
	syn := endpoint.Segment{SrcPort: 1000, DstPort: 80, Seq: 100, Flags: endpoint.SYN, Wnd: 65535}
	var buf [endpoint.MTU]byte
	n, err := endpoint.Encode(buf[:], &h, &syn)
	if err != nil {
		fmt.Println(err)
		return
	}
	var s endpoint.Segment
	err = endpoint.Decode(buf[:n], &h, &s)
	fmt.Println(n, "octets:", s.Flags, "from", h.Src, "occupies", s.Len(), "sequence number", err)

	buf[n-1] ^= 1
	fmt.Println(endpoint.Decode(buf[:n], &h, &s))
	// Output:
	// 40 octets: SYN from 192.0.2.1 occupies 1 sequence number <nil>
	// endpoint: TCP checksum is wrong
}
