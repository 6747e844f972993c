// Package tcp is the endpoint that comes with halfopen, and that every other
// stack is compared with: RFC 9293 section 3.10 as a sans-IO state machine. Time,
// datagrams and calls come in as arguments, datagrams and the next deadline go
// out as values. It owns no goroutine, lock, clock or source of randomness, and
// can be driven by hand in a table test.
//
// It leaves out window scale, SACK, timestamps, congestion control, keep-alive,
// urgent data and ICMP.
//
// This room knows endpoint's vocabulary, and neither link, fault nor simulator. What
// judges a run (sim/oracle) must not import it: one mistake could hide in both.
package tcp
