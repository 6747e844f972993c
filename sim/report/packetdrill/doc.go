// Package packetdrill writes one end of a run as a script for packetdrill, the
// tool that kernel developers test a TCP with: what arrived at the end is
// injected, what it sent is expected, what its application did is a system
// call. A bug of a stack outside the kernel becomes a question that the kernel
// can answer, in the language that its maintainers read.
//
// The language is documented at https://github.com/google/packetdrill
// (README.md and syntax.md). Of it this package writes one option (the IP
// version), times since the first line, TCP packets in both directions, with MSS, window
// scale, SACK and padding options, and the system calls of a stream socket.
//
// # What becomes of the faults
//
// The script is the peer and the network in one, so most faults need no word: a
// segment that was lost on the way to the end is not injected; one that was
// delayed, reordered, held or duplicated is injected when it arrived; one with a
// bad checksum is left out, because that is all that TCP makes of it (RFC 9293
// 3.1, MUST-3). An attacker's segment is injected like any other. What happened
// to the end's own segments shows only in what the peer did next.
//
// Some runs a script cannot tell: a host that crashes, damage that the checksum
// does not catch, OPENs that sockets do not have. Write then writes comments
// alone, which say why.
//
// # Times
//
// What the script does is at the moment at which it was in the run. What the end
// has to send may come from the line above on, until half a second after it came
// in the run: two TCPs by the RFC choose their own timeouts. How they cut text into
// segments, and which ACKs they leave out, is also theirs to choose; there a
// script may want a hand before another TCP passes it.
//
// # Numbers
//
// As in packetdrill: absolute in segments with SYN, and else relative to the
// first SYN of each side. The initial sequence number of the end under test
// is written as 0, because the kernel chooses its own; that of the peer is the
// one of the run, so that a run across the end of the number space stays one.
package packetdrill
