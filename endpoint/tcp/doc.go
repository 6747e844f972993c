// Package tcp is the endpoint that comes with halfopen, and that every other
// stack is compared with: RFC 9293 section 3.10 as a sans-IO state machine. Time,
// datagrams and calls come in as arguments, datagrams and the next deadline go
// out as values. It owns no goroutine, lock, clock or source of randomness, and
// can be driven by hand in a table test.
//
// Its extensions are off in the zero value of endpoint.Config, and each can be on
// by itself: window scale, timestamps and PAWS (RFC 7323), selective
// acknowledgments (RFC 2018, RFC 2883, RFC 6675), congestion control (RFC 5681,
// RFC 6582, RFC 3042, RFC 6928), path MTU discovery (RFC 1191, RFC 8201) and
// keep-alive. Urgent data and ICMP errors are handled always.
//
// It leaves out what is newer: CUBIC, RACK-TLP, ECN, Fast Open; and it takes no new
// connection in TIME-WAIT (RFC 6191).
//
// This room knows endpoint's vocabulary, and neither link, fault nor simulator. What
// judges a run (sim/oracle) must not import it: one mistake could hide in both.
package tcp
