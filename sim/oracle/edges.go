package oracle

import (
	"math/bits"

	"example.org/halfopen/endpoint"
	"example.org/halfopen/sim"
	"example.org/halfopen/sim/oracle/table"
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

// moved notes a change of state, and whom it concerns.
func (j *Judge) moved(s *sim.Step, d *shadow, a *arrival) {
	from, to := s.Before.State, s.After.State
	j.ask(ruleI1)
	switch {
	case from == sLISTEN:
		j.ask(ruleI23)
	case from == sSYNRECEIVED && to <= sLISTEN && s.Arrived != nil:
		j.ask(ruleI24)
	case from == sCLOSING && to == sTIMEWAIT || from == sLASTACK || to == sFINWAIT2:
		j.ask(ruleI27)
	}
	if s.Arrived != nil && a.flags&endpoint.RST != 0 {
		j.ask(ruleI22)
	}
	d.note3 = to == sTIMEWAIT && sSYNRECEIVED <= from && from <= sCLOSEWAIT &&
		j.profiles[s.End].Note3TimeWait && sentRST(s)
}

// leads judges a change of state whatever left with it: I-1, and for edges that
// have an invariant of their own, that one.
func (j *Judge) leads(s *sim.Step, d *shadow, a *arrival) bool {
	j.after(s, d)
	return table.Leads(&j.step) || j.illegalEdge(s, d, a)
}

// sentRST reports whether a RST of the end's own left in a step.
func sentRST(s *sim.Step) bool {
	for i := range s.Emits {
		if e := &s.Emits[i]; e.Nth > 0 && e.Segment.Flags&endpoint.RST != 0 {
			return true
		}
	}
	return false
}

// illegalEdge says what was wrong with an edge: that there is no such edge, or
// that this is no cause for it.
func (j *Judge) illegalEdge(s *sim.Step, d *shadow, a *arrival) bool {
	from, to := s.Before.State, s.After.State
	edge := Edge{from, to}
	why, arrived := j.causeText(s, d, a), s.Arrived != nil
	reset := arrived && a.flags&endpoint.RST != 0
	acked := d.finSent && d.ackHeard > d.fin
	switch {
	case !j.drawn(s.End, from, to):
		return j.fail(ruleI1, s, edge.String(), "one of "+j.successors(s.End, from),
			"%v went %v on %s: RFC 9293 has no such edge%s", s.End, edge, why, j.unclaimed(table.Leads))
	case from == sLISTEN:
		return j.fail(ruleI23, s, why, "SYN, CLOSE, ABORT, OPEN or SEND",
			"%v left LISTEN for %v on %s", s.End, to, why)
	case reset && (to == sCLOSED || to == sLISTEN) && a.judged && !j.obeysRST(from, s.End, a):
		return j.fail(ruleI22, s, edge.String(), from.String(),
			"%v obeyed a RST that is not acceptable: %v on %s", s.End, edge, why)
	case from == sSYNRECEIVED && (to == sLISTEN || to == sCLOSED) && arrived && a.flags&(endpoint.RST|endpoint.SYN) != 0:
		return j.fail(ruleI24, s, to.String(), originText(d),
			"%v went %v on %s, but its origin is %s", s.End, edge, why, originText(d))
	case arrived && !acked && (to == sFINWAIT2 || to == sTIMEWAIT && from == sCLOSING || from == sLASTACK):
		return j.finNotAcked(s, d, why)
	}
	return j.fail(ruleI1, s, why, "another cause", "%v went %v on %s, which is no cause for it%s",
		s.End, edge, why, j.unclaimed(table.Leads))
}

// drawn reports whether some row that this end may use leads from one state to
// another.
func (j *Judge) drawn(e endpoint.End, from, to endpoint.State) bool {
	for _, r := range table.Rows() {
		if r.From == from && r.To == to && j.claims[e]&r.Need&table.Claims == r.Need&table.Claims {
			return true
		}
	}
	return false
}

// successors lists the states that an end may go to.
func (j *Judge) successors(e endpoint.End, from endpoint.State) string {
	list := ""
	for to := range endpoint.State(endpoint.NumStates) {
		if to == from || !j.drawn(e, from, to) {
			continue
		}
		if list != "" {
			list += ", "
		}
		list += to.String()
	}
	return list
}

// unclaimed names the liberty that would have made the step legal.
func (j *Judge) unclaimed(legal func(*table.Step) bool) string {
	for set := table.Claims | table.Reopens; set != 0; set &= set - 1 {
		claim := table.Fact(1) << bits.TrailingZeros64(uint64(set))
		st := j.step
		st.Facts.Yes |= claim
		st.Facts.No &^= claim
		if claim != table.Reopens && j.step.Facts.Yes&claim != 0 || !legal(&st) {
			continue
		}
		if claim == table.Reopens {
			return ": its profile does not claim to reopen TIME-WAIT on this SYN"
		}
		return ": its profile does not claim " + claim.String()
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
