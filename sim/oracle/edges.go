package oracle

import (
	"example.org/halfopen/endpoint"
	"example.org/halfopen/sim"
)

// The states, by the RFC's words.
const (
	sCLOSED      = endpoint.Closed
	sLISTEN      = endpoint.Listen
	sSYNSENT     = endpoint.SynSent
	sSYNRECEIVED = endpoint.SynReceived
	sESTABLISHED = endpoint.Established
	sFINWAIT1    = endpoint.FinWait1
	sFINWAIT2    = endpoint.FinWait2
	sCLOSEWAIT   = endpoint.CloseWait
	sCLOSING     = endpoint.Closing
	sLASTACK     = endpoint.LastAck
	sTIMEWAIT    = endpoint.TimeWait
)

// What the RFC asks of a segment again and again.
const (
	plainSYN = segment | syn | noACK | noRST
	goodACK  = segment | ack | noRST | ackGood
	goodRST  = segment | rst | rstGood
	takesFIN = segment | noRST | gotFIN
	acksFIN  = segment | noRST | finAcked
	resetSYN = segment | syn | noRST | oldReset // RFC 793
)

// edgeRow is one way in which a state may be left: all its facts have to be
// true.
type edgeRow struct {
	from, to endpoint.State
	needs    facts
}

// edgeRows are the rows of RFC 9293 3.10 that change the state, by the state
// that they leave. Two are not here: a crash, which ends any state (mayMove), and
// note 3 of figure 5, by which the sender of a RST goes to TIME-WAIT (byNote3).
var edgeRows = [...]edgeRow{
	{sCLOSED, sLISTEN, openPassive}, // 3.10.1
	{sCLOSED, sSYNSENT, openActive}, // 3.10.1

	{sLISTEN, sSYNRECEIVED, plainSYN}, // 3.10.7.2, third
	{sLISTEN, sSYNSENT, openActive},   // 3.10.1
	{sLISTEN, sSYNSENT, send},         // 3.10.2
	{sLISTEN, sCLOSED, closing},       // 3.10.4
	{sLISTEN, sCLOSED, abort},         // 3.10.5
	{sLISTEN, sCLOSED, expired},       // 3.10.8, if a user timer is armed here

	{sSYNSENT, sSYNRECEIVED, plainSYN},                                     // 3.10.7.3, fourth
	{sSYNSENT, sESTABLISHED, goodACK | syn},                                // 3.10.7.3, fourth
	{sSYNSENT, sCLOSEWAIT, goodACK | syn | gotFIN},                         // and 3.10.7.4, eighth
	{sSYNSENT, sCLOSED, goodRST | ack},                                     // 3.10.7.3, second
	{sSYNSENT, sCLOSED, closing},                                           // 3.10.4
	{sSYNSENT, sCLOSED, abort},                                             // 3.10.5
	{sSYNSENT, sCLOSED, expired},                                           // 3.10.8, 3.8.3
	{sSYNRECEIVED, sESTABLISHED, goodACK},                                  // 3.10.7.4, fifth
	{sSYNRECEIVED, sFINWAIT1, closing},                                     // 3.10.4
	{sSYNRECEIVED, sFINWAIT1, goodACK | closed},                            // 3.10.4: a CLOSE waited
	{sSYNRECEIVED, sCLOSEWAIT, goodACK | gotFIN},                           // 3.10.7.4, fifth and eighth
	{sSYNRECEIVED, sCLOSING, goodACK | gotFIN | closed},                    // and a queued CLOSE between
	{sSYNRECEIVED, sLASTACK, goodACK | gotFIN | closed},                    // or after them
	{sSYNRECEIVED, sLISTEN, goodRST | passive},                             // 3.10.7.4, second (MUST-11)
	{sSYNRECEIVED, sLISTEN, segment | syn | noRST | inWindow | passive},    // 3.10.7.4, fourth
	{sSYNRECEIVED, sTIMEWAIT, goodRST | reopened},                          // 3.6.1: the SYN was old
	{sSYNRECEIVED, sCLOSED, goodRST | active},                              // 3.10.7.4, second
	{sSYNRECEIVED, sCLOSED, goodRST | closed},                              // with a CLOSE queued
	{sSYNRECEIVED, sCLOSED, goodRST | reopened},                            // nothing to go back to
	{sSYNRECEIVED, sCLOSED, resetSYN | active},                             // RFC 793
	{sSYNRECEIVED, sCLOSED, abort},                                         // 3.10.5
	{sSYNRECEIVED, sCLOSED, expired},                                       // 3.10.8, 3.8.3
	{sESTABLISHED, sFINWAIT1, closing},                                     // 3.10.4
	{sESTABLISHED, sFINWAIT1, queued},                                      // 3.10.4: of SYN-RECEIVED
	{sESTABLISHED, sCLOSEWAIT, takesFIN},                                   // 3.10.7.4, eighth
	{sESTABLISHED, sCLOSED, goodRST},                                       // 3.10.7.4, second
	{sESTABLISHED, sCLOSED, resetSYN},                                      // RFC 793
	{sESTABLISHED, sCLOSED, closing | unread | sentRST | halfDuplex},       // 3.6.1 (MAY-1, SHLD-3)
	{sESTABLISHED, sCLOSED, abort},                                         // 3.10.5
	{sESTABLISHED, sCLOSED, expired},                                       // 3.10.8, 3.8.3
	{sFINWAIT1, sFINWAIT2, acksFIN},                                        // 3.10.7.4, fifth
	{sFINWAIT1, sCLOSING, takesFIN},                                        // 3.10.7.4, eighth
	{sFINWAIT1, sTIMEWAIT, takesFIN | finAcked},                            // Note 2
	{sFINWAIT1, sCLOSED, goodRST},                                          // 3.10.7.4, second
	{sFINWAIT1, sCLOSED, resetSYN},                                         // RFC 793
	{sFINWAIT1, sCLOSED, segment | noRST | hasText | sentRST | halfDuplex}, // 3.6.1 (SHLD-3)
	{sFINWAIT1, sCLOSED, abort},                                            // 3.10.5
	{sFINWAIT1, sCLOSED, expired},                                          // 3.10.8, 3.8.3
	{sFINWAIT2, sTIMEWAIT, takesFIN},                                       // 3.10.7.4, eighth
	{sFINWAIT2, sCLOSED, goodRST},                                          // 3.10.7.4, second
	{sFINWAIT2, sCLOSED, resetSYN},                                         // RFC 793
	{sFINWAIT2, sCLOSED, segment | noRST | hasText | sentRST | halfDuplex}, // 3.6.1 (SHLD-3)
	{sFINWAIT2, sCLOSED, abort},                                            // 3.10.5
	{sFINWAIT2, sCLOSED, expired},                                          // 3.10.8
	{sCLOSEWAIT, sLASTACK, closing},                                        // 3.10.4
	{sCLOSEWAIT, sLASTACK, queued},                                         // 3.10.4: when the FIN leaves
	{sCLOSEWAIT, sCLOSED, goodRST},                                         // 3.10.7.4, second
	{sCLOSEWAIT, sCLOSED, resetSYN},                                        // RFC 793
	{sCLOSEWAIT, sCLOSED, closing | unread | sentRST | halfDuplex},         // 3.6.1 (MAY-1, SHLD-3)
	{sCLOSEWAIT, sCLOSED, abort},                                           // 3.10.5
	{sCLOSEWAIT, sCLOSED, expired},                                         // 3.10.8, 3.8.3
	{sCLOSING, sTIMEWAIT, acksFIN},                                         // 3.10.7.4, fifth
	{sCLOSING, sCLOSED, goodRST},                                           // 3.10.7.4, second
	{sCLOSING, sCLOSED, resetSYN},                                          // RFC 793
	{sCLOSING, sCLOSED, abort},                                             // 3.10.5
	{sCLOSING, sCLOSED, expired},                                           // 3.10.8, 3.8.3
	{sLASTACK, sCLOSED, acksFIN},                                           // 3.10.7.4, fifth
	{sLASTACK, sCLOSED, goodRST},                                           // 3.10.7.4, second
	{sLASTACK, sCLOSED, resetSYN},                                          // RFC 793
	{sLASTACK, sCLOSED, abort},                                             // 3.10.5
	{sLASTACK, sCLOSED, expired},                                           // 3.10.8, 3.8.3
	{sTIMEWAIT, sCLOSED, expired},                                          // 3.10.8
	{sTIMEWAIT, sCLOSED, goodRST},                                          // 3.10.7.4, second
	{sTIMEWAIT, sCLOSED, resetSYN},                                         // RFC 793
	{sTIMEWAIT, sCLOSED, abort},                                            // 3.10.5
	{sTIMEWAIT, sSYNRECEIVED, plainSYN | reopens},                          // 3.6.1 (MAY-2)
}

// moved judges a change of state: I-1, and for edges that have an invariant of
// their own, that one.
func (j *Judge) moved(s *sim.Step, d *shadow, a *arrival) bool {
	from, to := s.Before.State, s.After.State
	f := j.factsOf(s, d, a)
	if !mayMove(from, to, f) && !j.byNote3(s, d, f) {
		return j.illegalEdge(s, d, a, f)
	}
	return true
}

func mayMove(from, to endpoint.State, f facts) bool {
	if to == sCLOSED && f&crashed != 0 {
		return true
	}
	for i := firstRow[from]; i < firstRow[from+1]; i++ {
		if r := &edgeRows[i]; r.to == to && f&r.needs == r.needs {
			return true
		}
	}
	return false
}

// byNote3 reports whether a change of state is that of figure 5, note 3: an end
// that goes to CLOSED with a RST of its own may go to TIME-WAIT.
func (j *Judge) byNote3(s *sim.Step, d *shadow, f facts) bool {
	from := s.Before.State
	d.note3 = j.profiles[s.End].Note3TimeWait && s.After.State == sTIMEWAIT && f&sentRST != 0 &&
		sSYNRECEIVED <= from && from <= sCLOSEWAIT && mayMove(from, sCLOSED, f)
	return d.note3
}

// firstRow is where the rows of each state begin: they stand in the order of
// the states.
var firstRow = func() (first [endpoint.NumStates + 1]uint8) {
	for i := range edgeRows {
		first[edgeRows[i].from+1] = uint8(i + 1)
	}
	return first
}()

// illegalEdge says what was wrong with an edge: that there is no such edge, or
// that this is no cause for it.
func (j *Judge) illegalEdge(s *sim.Step, d *shadow, a *arrival, f facts) bool {
	from, to := s.Before.State, s.After.State
	edge := Edge{from, to}
	drawn := false
	for i := range edgeRows {
		drawn = drawn || edgeRows[i].from == from && edgeRows[i].to == to
	}
	why := j.causeText(s, d, a)
	switch {
	case !drawn:
		return j.fail(ruleEdge, s, edge.String(), "one of "+successors(from),
			"%v went %v on %s: RFC 9293 has no such edge%s", s.End, edge, why, unclaimed(from, to, f))
	case from == sLISTEN:
		return j.fail(ruleI23, s, why, "SYN, CLOSE, ABORT, OPEN or SEND",
			"%v left LISTEN for %v on %s", s.End, to, why)
	case f&rst != 0 && (to == sCLOSED || to == sLISTEN) && f&rstGood == 0:
		return j.fail(ruleI22, s, edge.String(), from.String(),
			"%v obeyed a RST that is not acceptable: %v on %s", s.End, edge, why)
	case from == sSYNRECEIVED && (to == sLISTEN || to == sCLOSED) && f&(rst|syn) != 0:
		return j.fail(ruleI24, s, to.String(), originText(d),
			"%v went %v on %s, but its origin is %s", s.End, edge, why, originText(d))
	case f&segment != 0 && f&finAcked == 0 &&
		(to == sFINWAIT2 || to == sTIMEWAIT && from == sCLOSING || from == sLASTACK):
		return j.finNotAcked(s, d, why)
	}
	return j.fail(ruleEdge, s, why, "another cause", "%v went %v on %s, which is no cause for it%s",
		s.End, edge, why, unclaimed(from, to, f))
}

// unclaimed names the liberty that would have made an edge legal.
func unclaimed(from, to endpoint.State, f facts) string {
	switch {
	case mayMove(from, to, f|halfDuplex):
		return ": its profile does not claim half-duplex close"
	case f&segment != 0 && mayMove(from, to, f|reopens):
		return ": its profile does not claim to reopen TIME-WAIT on this SYN"
	case to == sTIMEWAIT && f&sentRST != 0 && mayMove(from, sCLOSED, f):
		return ", and its profile does not claim note 3 of figure 5"
	}
	return ""
}

// finNotAcked is I-27: these edges mean that the own FIN was acknowledged.
func (j *Judge) finNotAcked(s *sim.Step, d *shadow, why string) bool {
	edge := Edge{s.Before.State, s.After.State}
	if !d.finSent {
		return j.fail(ruleI27, s, "no FIN sent", "FIN sent and acknowledged",
			"%v went %v on %s, but its FIN has not left", s.End, edge, why)
	}
	return j.fail(ruleI27, s, printed(d.ackHeard), printed(d.fin+1),
		"%v went %v on %s: acknowledged is %d, its FIN needs %d", s.End, edge, why, d.ackHeard, d.fin+1)
}

func originText(d *shadow) string {
	if d.passive {
		return "passive, so LISTEN"
	}
	return "active, so CLOSED"
}

func successors(from endpoint.State) string {
	list := ""
	var seen [endpoint.NumStates]bool
	for i := range edgeRows {
		if r := &edgeRows[i]; r.from == from && !seen[r.to] {
			seen[r.to] = true
			if list != "" {
				list += ", "
			}
			list += r.to.String()
		}
	}
	return list
}
