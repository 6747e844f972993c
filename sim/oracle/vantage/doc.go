// Package vantage judges TCP connections by what one vantage point has seen of
// them: a packet capture, taken somewhere between the two ends, or beside one of
// them.
//
// # What one point sees
//
// Segments of both directions, in the order in which they have passed. It sees no
// user call, no state, and no arrival: what has passed may arrive later, twice,
// behind what passes after it, or never. The order in which the segments of one
// end have passed need not be that in which they left. So nothing is held
// against an end that some arrivals, in some order, would explain. Two things are
// sure: what an end has learned from its peer has passed before the segment that
// shows it; and what contradicts itself in any order contradicts itself.
//
// # What it judges
//
// Flags and options that no state sends; the same number with another octet;
// a FIN that moves, octets behind it; acknowledgments, SACK blocks and text of
// what the peer has not sent, not acknowledged, or not made room for. What is only
// a SHOULD is a warning. Of these, what rests on the peer not having sent
// something assumes that the capture has missed nothing (Finding.IfComplete):
// where the segments show that it has, such a finding is not made.
//
// What cannot be judged, and why, is told as well (Blind, Unjudgeable).
//
// # What is taken for legal
//
// Segments above the MSS that a network card still has to cut up, or has put
// together; checksums that it still has to fill in; keep-alives and window probes
// with an octet of garbage or none; a connection opened again from TIME-WAIT;
// SYN cookies; TCP Fast Open; answers with a RST or an ACK to whatever may have
// arrived.
//
// A Table tells the connections of a capture apart, and the incarnations of
// each, in memory that is bounded whatever the size of the capture.
//
// This room shares no logic with tcp.TCP nor with the other judges.
package vantage
