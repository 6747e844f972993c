// Package wireonly judges a run from its segments alone. It believes nothing
// that an end tells about itself: so it also judges a stack that tells nothing,
// and where an end tells something else than what it does, one of the two is
// a lie.
//
// # What it keeps
//
// For each end it keeps the set of states that the end can be in (StateSet).
// An arriving segment moves each member of the set by every alternative that
// RFC 9293 3.10.7 leaves for it. What happens inside, unseen, widens the set: a
// timer that may have ended the connection, a CLOSE that may have had to wait, a
// FIN that may have been taken or dropped. What the end emits narrows it: only
// the states that may emit this segment stay. A set that runs empty is a
// violation: no state explains what was seen. For a correct TCP the set is never
// empty, and mostly it holds one state.
//
// Beside the set stands one book of sequence numbers for each end. What cannot
// be seen is kept between two bounds: what the end must have taken, and what it
// may have. An acknowledgment that leaves makes the two equal.
//
// # What it judges
//
// Each segment that leaves: its flags and its cause, its numbers, its text, its
// window, its options, when it is sent again. Each segment that arrives: the
// answer that it must draw, or must not. What a stack does not claim in its
// Profile is not expected of it, and where the RFCs leave a choice either is
// taken. What is only a SHOULD is a warning (Judge.Warning). An end that falls
// silent for ever breaks no rule here: whether it should have sent something
// again, or has come to rest, is not on the wire.
//
// # What it looks at
//
// Of a sim.Step it looks at the time, the end, the segment that arrived as that
// end saw it, the segments that it emitted, and the user calls that the
// application made with what they answered. The Status of a Step it
// reads in one place: the state in it is held against the set when the step is
// over, and against the edges from the state that was claimed before.
//
// This room may import sim, endpoint, link and faults. It shares no logic with
// tcp.TCP, and none with package oracle, the judge that believes what it
// is told: a mistake of one is not one of the other.
package wireonly
