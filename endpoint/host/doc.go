// Package host is one address with any number of TCP connections: what stands
// between a network that delivers datagrams and the TCBs that they belong to.
//
//	   Listen Dial Accept Send Receive Close Abort Release     (the programs)
//	                          |
//	Arrive(datagram) -->     Host     --> Emit(datagram)
//	                        |    ^   \
//	                  Deadline --> Timeout    Changed          (the clock; who may go on)
//
// A Host is sans-IO, as an endpoint.Endpoint is: it owns no clock, goroutine,
// lock, channel or source of randomness. The same calls in the same order give
// the same answers and the same datagrams, in the same order. After every call
// that takes a time the caller asks Emit until it says no; then Deadline, and
// Changed until it says no.
//
// Each connection is an endpoint.Endpoint of its own, made by Config.Factory.
// The Host adds what RFC 9293 leaves to the system around a TCB:
//
//   - The demultiplexer: a segment belongs to the connection with its
//     four-tuple, else to the listener of its port, else to nobody, and then
//     CLOSED answers it (RFC 9293 3.10.7.1).
//   - The SYN queue. A half-open connection is not a TCB but what its SYN said,
//     and when: a TCP is put into the same state again, by the same calls,
//     whenever something happens to it. It becomes a connection when the
//     handshake is done. Text or a FIN on the SYN are not kept: they are not
//     acknowledged, and come again.
//   - SYN cookies for when that queue is full (RFC 4987 3.6).
//   - The accept queue. While it is full, SYNs and the last ACK of a handshake
//     are dropped, not answered by a RST: the peer tries again, and finds room
//     or gives up by its own clock.
//   - TIME-WAIT. Once its program has released it, a connection in TIME-WAIT is
//     a few numbers, and its TCB serves another one.
//   - Local ports, identifiers that are never mistaken for older ones, and
//     limits on everything.
//
// Endpoint is the other way round: a Host with one connection, as an
// endpoint.Endpoint, so that specs, faults and the judge can be put to all this.
//
// It leaves out: copies and canonical encodings of a Host, more than one address,
// TCP Fast Open, a limit on TIME-WAIT but that on all connections, and an end to
// FIN-WAIT-1 and CLOSING without a program other than R2.
package host
