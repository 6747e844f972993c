// Package sack is selective acknowledgment, both sides of it, as values: the
// Receiver says which blocks an ACK reports (RFC 2018, with the D-SACK of RFC
// 2883), the Scoreboard remembers what was reported and repairs losses by it
// (RFC 6675).
//
// Neither knows a clock, segment or buffer. They hold plain fields and one
// slice each, allocate nothing once it has grown, and are copied by CopyFrom. A
// block, like every range here, goes from Left up to but not with Right, and
// sequence numbers are compared modulo 2^32: nothing may be 2^31 apart.
//
// # How an endpoint calls them
//
// Both only if both SYNs had SACK-Permitted (RFC 2018 2).
//
// The receiving side:
//
//	the connection is established  r.Reset(how many stretches the endpoint keeps)
//	a segment with text arrives    r.Segment(RCV.NXT, its text, kept), before
//	                               RCV.NXT moves; also for text that is old, in part
//	                               or all of it, and fails the first check of RFC
//	                               9293 3.10.7.4; not for what lies beyond the
//	                               window. kept is false if text that is new is
//	                               thrown away.
//	RCV.NXT has moved              r.Advance(RCV.NXT)
//	an ACK is made                 blocks = r.AppendBlocks(blocks[:0], MaxBlocks, or
//	                               MaxBlocksTimestamps beside timestamps): the SACK
//	                               option, if there are any
//
// Every segment that leaves with an ACK, data or not, carries the option as long
// as there are blocks. A segment above a gap, one that fills a gap and a
// duplicate owe an ACK at once (RFC 5681 4.2). The FIN is no text.
//
// The sending side, with package congestion's cwnd; una and nxt are SND.UNA and
// SND.NXT, and SND.NXT is above all that was ever sent, our FIN included:
//
//	the connection is established  b.Reset(how many stretches to remember, SMSS, una)
//	an acceptable ACK arrives,     congestion.Acked if it moves SND.UNA; then
//	with or without blocks         rep := b.Ack(SEG.ACK, nxt, its blocks)
//	                               rep.Answer is Enter: congestion.Lost(una, nxt)
//	                               All other answers ask for nothing but to send
//	                               what may be sent.
//	something may be sent          while b.Recovering():
//	                               s, ok := b.NextSeg(cwnd, nxt, fresh); if ok, send
//	                               that range (all of it, or its beginning: then
//	                               shorten s.Right), say b.Sent(s) and ask again. If
//	                               SND.WND forbids all of it, or ok is false, no
//	                               data is sent for now, new data neither.
//	                               else: new data, b.Room(cwnd, nxt) octets of it at
//	                               most, asked again before each segment.
//	the retransmission timer       b.Timeout(nxt), and congestion.Timeout. Resend
//	                               from SND.UNA on, within cwnd; b.Hole(from, nxt)
//	                               is what is missing next by what was reported
//	                               since.
//	segments become smaller        b.SetSMSS(octets)
//
// fresh is how many octets of new data (or 1 for the FIN alone) could be sent
// now, by SND.WND, Nagle's algorithm and silly-window avoidance. A range that
// reaches SND.NXT covers our FIN if that was sent: it is its last octet.
//
// Data stays in the send buffer until it is acknowledged cumulatively, whatever
// the blocks say: the receiver may change its mind (RFC 2018 8). A timeout
// forgets all blocks for that reason, and SND.UNA is resent even so.
//
// # What it decides
//
// Where the RFCs leave a choice: rules (3) and (4) of NextSeg are followed; a
// range that NextSeg returns ends where a SACKed octet begins; after a timeout,
// no recovery begins until what was outstanding at it is acknowledged, also if
// none was going on (RFC 6675 5.1 asks it of the other case: the blocks that were
// forgotten come once more and are no news of a loss). A block that ends above
// SND.NXT, or is empty, is ignored.
//
// Storage is bounded. A Receiver that is told of more stretches than it was
// made for forgets the one that it heard of longest ago, a Scoreboard does not
// note a new one; what is not noted counts as not received, and so is at worst
// resent.
//
// The package imports nothing of halfopen and uses the standard library only.
package sack
