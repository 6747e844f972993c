// Package faults is the language of fault scripts: what goes wrong with which
// segment, and when a host, a path or an application fails.
//
//	drop A SYN #1                      the first SYN that A sends is lost
//	drop B SYN,ACK #1-3                its first three SYN,ACKs
//	drop A DATA #2-                    all data segments but the first
//	drop A ANY                         whatever A sends
//	delay B FIN #1 by 1.5s
//	duplicate A DATA #2 after 20ms
//	reorder A FIN #1 behind 2 or 60s   it arrives after the next two datagrams of A have
//	corrupt A DATA #1 bit 113          the checksum catches it ("undetected" at the end: it does not)
//	hold B ACK #2 until A TIME-WAIT or 60s
//	cut A->B when A FIN-WAIT-1 for 3s  nothing gets through (A<->B: both ways)
//	cut A->B at 2s for 3s
//	crash B when B CLOSE-WAIT          B forgets everything: the connection is half-open
//	restart B after 2s                 after its crash
//	stall B reads at 1s for 10s        the application stops reading
//	inject A->B RST seq=rcv.nxt+100 when B ESTABLISHED
//
// A fault is addressed by what it means, not by when it happened, so that it
// still means the same after the code under test has changed. Segments are
// counted by kind, as their end emits them: retransmissions included, before
// any fault. "when A FIN-WAIT-1 #2" is the second time that A enters the
// state.
//
// [Parse] and [Script.String] are exact inverses on valid scripts ([Script.Check]).
// A [Tracker] applies a script to a run, [Generate] draws one, [Simpler] says
// what a shrinker tries next.
package faults
