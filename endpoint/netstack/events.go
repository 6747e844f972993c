package netstack

import (
	"time"

	"gvisor.dev/gvisor/pkg/tcpip"
	"gvisor.dev/gvisor/pkg/tcpip/header"
	"gvisor.dev/gvisor/pkg/tcpip/network/ipv4"
	"gvisor.dev/gvisor/pkg/tcpip/stack"
	"gvisor.dev/gvisor/pkg/tcpip/transport/tcp"

	"example.org/halfopen/endpoint"
)

// begin tells the netstack what time it is.
func (e *Endpoint) begin(now time.Duration) { e.host.clock.set(now) }

// Arrive implements endpoint.Endpoint. A passive OPEN here has its remote
// socket specified, a listener of netstack's has none: what comes from another
// port, by bits that were flipped behind the checksum's back, would be another
// connection, so it is not handed over.
func (e *Endpoint) Arrive(now time.Duration, datagram []byte) {
	e.begin(now)
	if e.stray(datagram) {
		return
	}
	e.host.arrive(datagram)
	e.settle()
}

// stray reports whether a datagram carries other ports than those of the
// Config.
func (e *Endpoint) stray(datagram []byte) bool {
	text := header.IPv6MinimumSize
	if e.host.proto == ipv4.ProtocolNumber && len(datagram) > 0 {
		text = int(datagram[0]&0xf) * 4
	}
	if len(datagram) < text+header.TCPMinimumSize {
		return false // netstack drops it
	}
	h := header.TCP(datagram[text:])
	return h.SourcePort() != e.cfg.Remote.Port() || h.DestinationPort() != e.cfg.Local.Port()
}

// Timeout implements endpoint.Endpoint.
func (e *Endpoint) Timeout(now time.Duration) {
	e.begin(now)
	for f := e.host.clock.due(); f != nil; f = e.host.clock.due() {
		opening := e.child != nil
		f()
		e.settle()
		if opening && e.child == nil && e.listener != nil {
			e.giveUp()
		}
	}
}

// giveUp ends a passive OPEN whose SYN-RECEIVED has timed out: 3.10.8 deletes
// the TCB, of which the listener is a part in RFC 9293's eyes. After a RST the
// listener goes on (MUST-11).
func (e *Endpoint) giveUp() {
	e.listener.Close()
	e.listener = nil
	e.err = endpoint.ErrTimeout
	e.host.barrier()
}

// Emit implements endpoint.Endpoint.
func (e *Endpoint) Emit(now time.Duration, buf []byte) (n int, ok bool) {
	n, ok = e.host.emit(buf)
	if ok {
		e.sent.note(buf[:n])
	}
	return n, ok
}

// settle returns when the netstack is quiet and the program on it, too: what
// can be accepted was, and a CLOSE that waited for the handshake was made.
func (e *Endpoint) settle() {
	e.host.barrier()
	if e.listener != nil && e.accept() {
		e.host.barrier()
	}
	if e.socket != nil {
		if e.closing && e.state() >= endpoint.Established {
			e.shutdown()
			e.host.barrier()
		}
		e.blame()
	}
}

// accept looks for the listener's child. Once it is accepted there is no
// listener any more: an Endpoint has one connection.
func (e *Endpoint) accept() bool {
	e.child = nil
	s, _, err := e.listener.Accept(nil)
	if err == nil {
		e.socket = s
		e.listener.Close()
		e.listener = nil
		return true
	}
	id := stack.TransportEndpointID{
		LocalPort: e.cfg.Local.Port(), LocalAddress: address(e.cfg.Local.Addr()),
		RemotePort: e.cfg.Remote.Port(), RemoteAddress: address(e.cfg.Remote.Addr()),
	}
	t := e.host.stack.FindTransportEndpoint(e.host.proto, tcp.ProtocolNumber, id, nic)
	if c, ok := t.(tcpip.Endpoint); ok && c != e.listener {
		e.child = c
	}
	return false
}

// blame notes why a connection has ended.
func (e *Endpoint) blame() {
	if e.err != 0 || tcp.EndpointState(e.socket.State()) != tcp.StateError &&
		tcp.EndpointState(e.socket.State()) != tcp.StateClose {
		return
	}
	e.err = e.look.at(e.socket).err
	if e.err == endpoint.ErrTimeout && e.cfg.UserTimeout > 0 {
		e.err = endpoint.ErrUserTimeout
	}
}
