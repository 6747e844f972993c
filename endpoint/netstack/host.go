package netstack

import (
	"fmt"
	"io"
	"net/netip"
	"time"

	"gvisor.dev/gvisor/pkg/buffer"
	"gvisor.dev/gvisor/pkg/log"
	"gvisor.dev/gvisor/pkg/tcpip"
	"gvisor.dev/gvisor/pkg/tcpip/header"
	"gvisor.dev/gvisor/pkg/tcpip/link/channel"
	"gvisor.dev/gvisor/pkg/tcpip/network/ipv4"
	"gvisor.dev/gvisor/pkg/tcpip/network/ipv6"
	"gvisor.dev/gvisor/pkg/tcpip/stack"
	"gvisor.dev/gvisor/pkg/tcpip/transport/tcp"

	"example.org/halfopen/endpoint"
)

// nic is the only network interface of a host.
const nic = 1

// queued is how many datagrams a host may emit within one call: more than the
// segments of the largest window, as small as netstack makes them.
const queued = 2048

// host is a netstack with a clock and a wire.
type host struct {
	clock clock
	stack *stack.Stack
	tcp   stack.TransportProtocol
	wire  *channel.Endpoint
	proto tcpip.NetworkProtocolNumber
}

func init() {
	// netstack writes warnings about segments that it does not like to the
	// standard error, as fast as the real clock allows.
	log.SetTarget(&log.GoogleEmitter{Writer: &log.Writer{Next: io.Discard}})
}

// newHost makes a netstack that has one address. base is what its clock shows
// at time 0.
func newHost(local netip.Addr, base, now time.Duration) (*host, error) {
	h := &host{clock: clock{base: base, now: now}, proto: ipv4.ProtocolNumber}
	network := stack.NetworkProtocolFactory(ipv4.NewProtocol)
	if local.Is6() {
		h.proto, network = ipv6.ProtocolNumber, ipv6.NewProtocolWithOptions(ipv6.Options{})
	}
	random := sequence(1)
	h.stack = stack.New(stack.Options{
		NetworkProtocols:   []stack.NetworkProtocolFactory{network},
		TransportProtocols: []stack.TransportProtocolFactory{tcp.NewProtocol},
		Clock:              &h.clock,
		RandSource:         &random,
		SecureRNG:          &random,
	})
	h.tcp = h.stack.TransportProtocolInstance(tcp.ProtocolNumber)
	h.wire = channel.New(queued, endpoint.MTU, "")
	if err := h.stack.CreateNIC(nic, h.wire); err != nil {
		return nil, fmt.Errorf("netstack: %v", err)
	}
	a := tcpip.ProtocolAddress{Protocol: h.proto, AddressWithPrefix: address(local).WithPrefix()}
	if err := h.stack.AddProtocolAddress(nic, a, stack.AddressProperties{}); err != nil {
		return nil, fmt.Errorf("netstack: %v", err)
	}
	everywhere := header.IPv4EmptySubnet
	if local.Is6() {
		everywhere = header.IPv6EmptySubnet
	}
	h.stack.SetRouteTable([]tcpip.Route{{Destination: everywhere, NIC: nic}})
	h.barrier()
	return h, nil
}

// destroy ends the netstack and waits for its goroutines.
func (h *host) destroy() {
	h.stack.Destroy()
	h.wire.Close()
}

// barrier returns when the netstack is quiet. One processor may hand a segment
// to another that is paused already (from a connection to a listener): the
// second pause waits for that.
func (h *host) barrier() {
	for range 2 {
		h.tcp.Pause()
		h.tcp.Resume()
	}
}

// arrive hands a datagram to the netstack.
func (h *host) arrive(datagram []byte) {
	p := stack.NewPacketBuffer(stack.PacketBufferOptions{Payload: buffer.MakeWithData(datagram)})
	h.wire.InjectInbound(h.proto, p)
	p.DecRef()
}

// emit takes the next TCP datagram off the wire. What IPv6 says about itself
// (neighbour discovery, multicast listeners) is no business of the peer's.
func (h *host) emit(buf []byte) (n int, ok bool) {
	for {
		p := h.wire.Read()
		if p == nil {
			return 0, false
		}
		n = 0
		for _, s := range p.AsSlices() {
			n += copy(buf[n:], s)
		}
		p.DecRef()
		if isTCP(buf[:n]) {
			return n, true
		}
	}
}

func isTCP(datagram []byte) bool {
	const next4, next6 = 9, 6 // where the headers say what follows
	if len(datagram) < header.IPv4MinimumSize {
		return false
	}
	if datagram[0]>>4 == 4 {
		return datagram[next4] == uint8(tcp.ProtocolNumber)
	}
	return datagram[next6] == uint8(tcp.ProtocolNumber)
}

func address(a netip.Addr) tcpip.Address { return tcpip.AddrFromSlice(a.AsSlice()) }

func full(a netip.AddrPort) tcpip.FullAddress {
	return tcpip.FullAddress{NIC: nic, Addr: address(a.Addr()), Port: a.Port()}
}

// sequence is the random source of a netstack, and its secure one: SplitMix64.
type sequence uint64

// Uint64 implements rand.Source64.
func (s *sequence) Uint64() uint64 {
	*s += 0x9e3779b97f4a7c15
	x := uint64(*s)
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}

// Int63 implements rand.Source.
func (s *sequence) Int63() int64 { return int64(s.Uint64() >> 1) }

// Seed implements rand.Source.
func (s *sequence) Seed(seed int64) { *s = sequence(seed) }

// Read implements io.Reader.
func (s *sequence) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = byte(s.Uint64())
	}
	return len(p), nil
}
