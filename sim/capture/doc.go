// Package capture reads packet captures, and finds the TCP segments in them.
//
// A Reader reads files as tcpdump, Wireshark and their kin write them: pcap and
// pcapng, of either byte order and any resolution of time, packed with gzip or
// not. It streams: what it holds is one packet, whatever the size of the file.
//
// Decode takes a packet apart: Ethernet with VLAN tags, Linux cooked (v1, v2),
// loopback, raw IP; IPv4, and IPv6 with extension headers; TCP. A packet may have
// been cut short when it was captured. What is no TCP segment, or is too little
// of one, is skipped for a reason with a name.
//
// This room knows nothing of connections and judges nothing.
package capture
