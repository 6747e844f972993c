// Package report turns a finished run, a [sim.Trace], into the faces that
// people and programs read: a ladder diagram for the terminal ([Ladder]), and JSON
// Lines for replay ([WriteJSONL], [ReadJSONL]). Further faces, and the folder of a
// counterexample that has them all, are rooms of their own below this one.
//
// Each face is a pure function of the trace. Line numbers, segment numbers
// ("#4") and fault numbers are the same in all of them, so that they can be
// quoted. No wall clock, host name, path or map order is in any of them: the
// same trace gives the same octets everywhere.
//
// This room reads traces and writes text. It decides nothing about a run, calls
// no endpoint, and needs the standard library only; the one face that needs
// more, pcapng, has a room of its own.
//
// # The ladder
//
// The notation is that of the figures in RFC 9293 3.5: an arrow for a segment
// that leaves or arrives, "..." for one that is still in the network, comments
// in parentheses, and at the sides the state after the event. "XXX" ends a
// segment that is lost, as in RFC 793. A departure and its arrival share a line
// when nothing happened in between but what the sender did in the same instant;
// the time is then that of the departure. Segments read as in Wireshark's info
// column, with sequence numbers relative to the initial ones; the window is named
// when it changes. Where room is short, an Ack that the end has said before is left
// out.
package report
