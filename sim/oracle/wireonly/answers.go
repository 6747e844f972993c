package wireonly

import (
	"time"

	"example.org/halfopen/endpoint"
	"example.org/halfopen/sim"
)

// delayedMax is what an acknowledgment must be under (RFC 9293 3.8.6.3,
// MUST-40).
const delayedMax = 500 * time.Millisecond

// throttleWindow is how long one challenge ACK may be the reason to withhold
// another (RFC 5961 7).
const throttleWindow = 5 * time.Second

// answered judges what the end did about the segment of this step: that it
// answered what it must, and not what it must not.
func (j *Judge) answered(s *sim.Step, d *side) bool {
	t := &j.step
	a := &t.in
	if a.g == nil || a.odd {
		return true
	}
	if t.acked {
		d.spoke, d.spoken = true, s.At
	}
	switch {
	case t.answers == 0 || t.mayOwe:
	case a.quiet && t.was.within(synchronized&^inTIMEWAIT):
		return j.fail(ruleI43, s, "an ACK", "nothing", "%v answered an acceptable ACK in %v with an ACK", s.End, t.was)
	case a.flags&endpoint.RST != 0 && !a.in:
		return j.fail(ruleUnowed, s, "an ACK", "nothing", "%v answered a RST outside its window in %v with an ACK", s.End, t.was)
	}
	if t.was.within(inCLOSED) || t.was.within(inLISTEN) || t.was.within(inSYNSENT) {
		return j.answeredAtOnce(s, d)
	}
	if t.acked || d.owes || !t.was.within(synchronized) || !d.set.within(synchronized) || !j.owesACK(s, d, a) {
		return true
	}
	d.owes, d.due, d.owesAs = true, s.At+delayedMax, ruleOwed
	if t.was.within(inTIMEWAIT) {
		d.owesAs = ruleI32
	}
	j.due = min(j.due, d.due)
	return true
}

// answeredAtOnce judges the answers of CLOSED, LISTEN and SYN-SENT (3.10.7.1 to
// 3.10.7.3): a RST, or what takes the handshake further.
func (j *Judge) answeredAtOnce(s *sim.Step, d *side) bool {
	const syn, ack, rst = endpoint.SYN, endpoint.ACK, endpoint.RST
	t := &j.step
	a := &t.in
	acked, want := a.flags&ack != 0, ""
	switch {
	case a.flags&rst != 0:
	case t.was == inCLOSED, t.was == inLISTEN && acked:
		want = "a RST"
	case t.was == inLISTEN && a.flags&syn != 0:
		want = "a SYN,ACK"
	case t.was == inSYNSENT && d.have && acked && (a.ack <= 0 || a.ackHigh):
		want = "a RST"
	case t.was == inSYNSENT && d.have && a.flags&syn != 0:
		want = "an ACK"
	}
	if want == "" || want == "a RST" && t.sentRST || want != "a RST" && t.acked {
		return true
	}
	return j.fail(ruleOwed, s, "nothing", want, "%v did not answer %s in %v with %s", s.End, segmentText(a.g), t.was, want)
}

// owesACK reports whether a segment must be acknowledged by an end that is
// synchronized, now or before long. Where a throttle may withhold the answer, an
// ACK that has left lately excuses it; where timestamps are used, RFC 7323 drops
// segments by rules of its own.
func (j *Judge) owesACK(s *sim.Step, d *side, a *arrival) bool {
	const syn, ack, rst, fin = endpoint.SYN, endpoint.ACK, endpoint.RST, endpoint.FIN
	p := &j.profiles[s.End]
	was := j.step.was
	switch {
	case a.flags&rst != 0 || d.timestamps():
		return false
	case a.flags&syn != 0: // RFC 5961 4; TIME-WAIT may have rules of its own for it
		withheld := !p.Unthrottled && d.spoke && s.At-d.spoken <= throttleWindow
		return p.RFC5961 && !withheld && was&inTIMEWAIT == 0
	case a.obsolete: // step 1
		return true
	}
	inOrder := a.exactly && a.surely && a.n > 0 && a.flags&ack != 0 && !a.ackHigh && a.ack >= d.unaHi
	return inOrder && was.within(inESTABLISHED|inFINWAIT1|inFINWAIT2)
}

// settled forgets an answer that was owed.
func (j *Judge) settled(d *side) {
	if d.owes {
		d.owes, d.due = false, endpoint.Never
		j.due = min(j.ends[0].due, j.ends[1].due)
	}
}

// overdue is called when time has passed the bound of an answer that was owed:
// nothing has paid it. I-32 is that of TIME-WAIT.
func (j *Judge) overdue(step uint32, at time.Duration) bool {
	for e := range j.ends {
		j.pass(at, endpoint.End(e))
		d := &j.ends[e]
		if !d.owes || at <= d.due {
			continue
		}
		j.v = sim.Violation{
			Rule: rules[d.owesAs], Step: step, At: at, End: endpoint.End(e), State: d.guess(),
			Text: endpoint.End(e).String() + " owed an ACK by " + d.due.String() + " in " + d.set.String() + "; none has left",
			Got:  "nothing by " + at.String(), Want: "an ACK by " + d.due.String(),
		}
		return false
	}
	return true
}
