// Package endpoint is one end of a TCP connection: TCP's vocabulary, the wire
// codec, the Endpoint interface that any stack can stand behind, and TCP, the
// endpoint that comes with halfopen.
//
//	          Open Send Receive Close Abort          (the application)
//	                     |
//	Arrive(datagram) --> Endpoint --> Emit(datagram)
//	                     |      ^
//	              Status.Deadline --> Timeout        (the clock)
//
// The names are RFC 9293's: SND.UNA is snd.UNA, states print SYN-RECEIVED, and
// constants and branches that come from a sentence of the RFC name its section.
//
// TCP is RFC 9293 section 3.10 as a sans-IO state machine: time, datagrams and
// calls come in as arguments, datagrams and the next deadline go out as values.
// It owns no goroutine, lock, clock or source of randomness, and can be driven
// by hand in a table test. It leaves out window scale, SACK, timestamps,
// congestion control, keep-alive, urgent data and ICMP.
//
// This room knows no link, fault or simulator, and imports the standard library
// alone.
package endpoint
