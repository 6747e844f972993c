// Package oracle judges a run, step by step, against RFC 9293: what a TCP may
// do, what it owes, and when it has to have come to rest.
//
// What it judges: every change of state is a legal edge with a legal cause;
// what each end tells about itself, and what it emits, keeps the RFC's
// invariants; the octets that are read are those that were sent; a segment
// that is owed an answer gets it in time, and one that is owed nothing gets
// nothing; a CLOSE, an ABORT and a RECEIVE do what they say, and what can be read
// is kept; segments fit the peer's MSS; timers run when they should and not when
// they should not; an end that gave up had earned it, and one that has earned it
// gives up; the states in which the run ended are states in which it may rest;
// after the network has healed it settles in time.
//
// Of an end that promises to go by the book (Profile.ByTheBook) it is computed what the
// algorithms come to that the RFCs write out: RTO and its back-off, the intervals of
// probes, what is worth sending and announcing, initial sequence numbers, what the user
// is told (book.go).
//
// What a step may do stands in the transition table of RFC 9293 3.10, which is data
// (sim/oracle/table): the judge works out the facts of a step, and the table says
// which row explains it (Judge.Found), and what is owed after it. Which pairs of
// states the two ends can be in is data, too (sim/oracle/joint). Invariants lists
// what no rule here is named after, and who holds it.
//
// This room may import sim, endpoint, link and faults, and nothing else of
// ours. It shares no logic with tcp.TCP: of endpoint it uses the
// vocabulary (State, Segment, Status, Profile) but none of its arithmetic. Its
// own sequence numbers are 64 bits wide and count from the initial one, so
// they never wrap, and one mistake cannot hide in both.
//
// A Judge never fires on a correct TCP. Where RFC 9293 leaves a choice it
// takes either, but for the liberties that a Profile has to claim; what a stack
// did not promise there, or does not tell (Status.Known), is not expected of
// it. A rule that could not be judged for want of such knowledge has not passed:
// Judge.Judged, and NotJudged in advance, list them with what they need.
package oracle
