package look

import (
	"example.org/halfopen/endpoint"
	"example.org/halfopen/faults"
	"example.org/halfopen/sim"
)

// Summary is what the applications of a run saw, and why they may have seen
// something else than was sent.
type Summary struct {
	Sent, Read [2]int64 // octets, by the end whose application sent or read them

	// Reported: a call failed, a connection ended with an error, or its own
	// user called it off before it was open (RFC 9293 3.10.4 answers the SENDs
	// that wait with an error then).
	Reported bool
	// Forged: a segment arrived that nobody sent as it was: an injected one, or
	// one whose corruption the checksum did not catch.
	Forged bool
	// Crashed: a host forgot everything.
	Crashed bool
}

// Delivered reports whether each application read as much as the other sent.
func (s *Summary) Delivered() bool {
	return s.Read[endpoint.A] == s.Sent[endpoint.B] && s.Read[endpoint.B] == s.Sent[endpoint.A]
}

// Summarize reads a whole run.
func Summarize(t *sim.Trace) Summary {
	var s Summary
	for i := range t.Events {
		e := &t.Events[i]
		c := &e.Cause
		switch {
		case c.Kind == sim.Call && c.Call == sim.CallSend:
			s.Sent[e.End] += int64(c.N)
		case c.Kind == sim.Call && c.Call == sim.CallReceive:
			s.Read[e.End] += int64(c.N)
		case c.Kind == sim.Arrival && c.Undetected, c.Kind == sim.Fault && c.Segment != 0:
			s.Forged = true
		case c.Kind == sim.Fault:
			s.Crashed = s.Crashed || t.Scenario.Fault[c.Fault-1].Op == faults.Crash
		}
		calledOff := c.Kind == sim.Call && c.Call == sim.CallClose && e.Before < endpoint.SynReceived
		s.Reported = s.Reported || c.Err != 0 || e.TCB.Err != 0 || calledOff
	}
	return s
}
