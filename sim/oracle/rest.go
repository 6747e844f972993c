package oracle

import (
	"time"

	"example.org/halfopen/endpoint"
	"example.org/halfopen/sim"
	"example.org/halfopen/sim/oracle/joint"
	"example.org/halfopen/sim/oracle/table"
)

// End judges how the run ended. It returns false if a violation was found, now
// or before.
func (j *Judge) End(e End) bool {
	if j.v.Found() {
		return false
	}
	for i := range j.ends {
		if !j.stoodStill(e, endpoint.End(i)) {
			return false
		}
	}
	fair := e.Fair && !j.hostile && !j.aborted && !j.gaveUp
	if j.bounded && j.timersTold() && !j.hostile {
		j.ask(ruleSettle)
	}
	if e.At > j.settleBy {
		j.missedAt(0, e.At)
	}
	if !j.hostile && j.late.Found() {
		j.v = j.late
		return false
	}
	for i := range j.ends {
		// A run that is over pays no debts any more.
		d := &j.ends[i]
		if d.owed.grace != table.Now && (e.At > d.owed.due || e.Outcome == sim.Quiet && j.restTold(endpoint.End(i))) {
			return j.unpaid(0, e.At, endpoint.End(i))
		}
	}
	if e.Outcome != sim.Quiet {
		return true
	}
	for i := range j.ends {
		if !j.rests(e, endpoint.End(i)) {
			return false
		}
	}
	if !j.restTogether(e) {
		return false
	}
	return !fair || j.deliveredAll(e, endpoint.A) && j.deliveredAll(e, endpoint.B)
}

// stoodStill is the last part of I-1: between the last step of an end and the
// end of the run its state has not changed.
func (j *Judge) stoodStill(e End, end endpoint.End) bool {
	st, d := e.Status[end], &j.ends[end]
	if st == nil || st.Known&d.known&endpoint.KnowState == 0 || st.State == d.state {
		return true
	}
	return j.finish(ruleI1, e.At, end, st.State.String(), d.state.String(),
		end.String()+" ends in "+st.State.String()+", but its last step left it in "+d.state.String())
}

// finish writes down a violation that belongs to the end of the run.
func (j *Judge) finish(r rule, at time.Duration, e endpoint.End, got, want, text string) bool {
	j.v = sim.Violation{
		Rule: rules[r], At: at, End: e, State: j.ends[e].state, Text: text, Got: got, Want: want,
	}
	return false
}

// rests judges the state in which one end rests with nothing left to happen:
// CLOSED, LISTEN, ESTABLISHED, FIN-WAIT-2 or CLOSE-WAIT, nothing outstanding.
// All others have a timer that should have fired.
func (j *Judge) rests(e End, end endpoint.End) bool {
	d := &j.ends[end]
	if d.down || !j.restTold(end) {
		return true
	}
	j.ask(ruleResting)
	timer := d.pendingTimer()
	if timer == "" {
		return true
	}
	return j.finish(ruleResting, e.At, end, d.state.String(), "a state without a timer",
		end.String()+" rests in "+d.state.String()+d.outstandingText()+
			": its "+timer+" timer should have fired")
}

// pendingTimer names the timer that has to be running, "" if none has.
func (d *shadow) pendingTimer() string {
	const retransmission = "retransmission"
	sndKnown := d.known&endpoint.KnowSND != 0
	if d.down {
		return ""
	}
	switch d.state {
	case sCLOSED, sLISTEN:
		return ""
	case sTIMEWAIT:
		return "TIME-WAIT"
	case sSYNSENT, sSYNRECEIVED:
		return retransmission
	}
	switch {
	case sndKnown && d.una < d.max && (d.wnd > 0 || d.known&endpoint.KnowWindow == 0):
		return retransmission
	case sndKnown && d.una < d.max:
		return "persist"
	case d.known&endpoint.KnowBuffers != 0 && d.unsent > 0:
		return "persist"
	case d.state == sFINWAIT1 || d.state == sCLOSING || d.state == sLASTACK:
		if d.wnd == 0 && d.known&endpoint.KnowWindow != 0 {
			return "persist"
		}
		return retransmission
	}
	return ""
}

func (d *shadow) outstandingText() string {
	if d.known&endpoint.KnowSND == 0 || d.una >= d.max {
		if d.unsent > 0 {
			return " with " + printed(d.unsent) + " octets unsent"
		}
		return ""
	}
	return " with " + printed(d.una) + " to " + printed(d.max-1) + " unacknowledged"
}

// restTogether judges the pair in which a run rests. After a fault that made an
// end forget, the other may be half-open for ever.
func (j *Judge) restTogether(e End) bool {
	a, b := &j.ends[endpoint.A], &j.ends[endpoint.B]
	if j.hostile || a.down || b.down || !j.timersTold() ||
		j.hides(endpoint.A, a.state) || j.hides(endpoint.B, b.state) {
		return true
	}
	x, y, end := a, b, endpoint.A
	if x.state < y.state {
		x, y, end = y, x, endpoint.B
	}
	forgot := j.forgot || j.gaveUp || j.aborted
	if joint.Resting(x.state, y.state) && (x.state <= sLISTEN || y.state > sLISTEN || forgot) {
		return true
	}
	pair := x.state.String() + " and " + y.state.String()
	return j.finish(ruleResting, e.At, end, pair, "a pair in which both may rest",
		end.String()+" rests in "+x.state.String()+
			" opposite "+y.state.String()+" of "+end.Peer().String())
}

// deliveredAll is the promise of a fair run: what SEND took at the peer was
// received, in order, and none of it was lost on the way to the application.
func (j *Judge) deliveredAll(e End, end endpoint.End) bool {
	d, p := &j.ends[end], &j.ends[end.Peer()]
	if d.lostData || p.lostData || d.tainted || p.baseLost || !j.matched() || d.rcvNxt == 0 || !j.timersTold() {
		return true
	}
	j.ask(ruleDelivered)
	octets := d.rcvNxt - 1
	if p.finSent && d.rcvNxt > p.fin {
		octets--
	}
	if octets != p.taken {
		return j.finish(ruleDelivered, e.At, end, printed(octets), printed(p.taken),
			end.Peer().String()+" sent "+printed(p.taken)+" octets, "+
				end.String()+" received "+printed(octets))
	}
	if d.known&endpoint.KnowBuffers != 0 && d.read+int64(d.readable) != octets {
		return j.finish(ruleDelivered, e.At, end, printed(d.read+int64(d.readable)), printed(octets),
			end.String()+" received "+printed(octets)+" octets, but delivered "+printed(d.read)+
				" and has "+printed(d.readable)+" to read")
	}
	return true
}
