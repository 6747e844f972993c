// Package endpoint is one end of a TCP connection, seen from outside: TCP's
// vocabulary, the wire codec, what can be configured, and the Endpoint interface
// that any stack can stand behind. The endpoint that comes with halfopen is
// in endpoint/tcp.
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
// This room knows no link, fault or simulator, and imports the standard library
// alone.
package endpoint
