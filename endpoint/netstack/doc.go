// Package netstack puts gVisor's netstack under test: it is an
// endpoint.Endpoint around one netstack with one network interface and at most
// one connection.
//
// netstack has a clock, random numbers and goroutines of its own. Here the
// clock is the world's virtual time, and its timers are called by Timeout
// alone; the random numbers are a fixed sequence; and every call of the
// Endpoint ends with the barrier that TCP's Pause and Resume are: Pause waits
// until each of netstack's processors has nothing left to do. So the same calls
// give the same answers, with any GOMAXPROCS, and nothing happens between them.
//
// The calls of RFC 9293 3.10 are mapped to those that a program on netstack
// has: OPEN to bind and connect, or bind, listen and accept; SEND and RECEIVE
// to write and read; CLOSE to shutdown of the writing side, because RFC 9293's
// CLOSE says that there is no more to send, and the end goes on reading; ABORT
// to close with SO_LINGER 0. What sockets cannot do is not imitated: a listener
// does not turn active, and CLOSE in SYN-RECEIVED, where shutdown is refused,
// waits for the handshake, as 3.10.4 allows.
//
// Status tells what netstack tells, or holds in fields that can be read by
// reflection while it is paused. Nothing of netstack is written to, and nothing
// of it is linked by name that it does not export.
//
// This room is a module of its own, so that nobody else pays for gVisor. It may
// import endpoint and gVisor; its tests and its command also sim, sim/search,
// sim/oracle, specs and cmd.
package netstack
