package oracle

import (
	"example.org/halfopen/endpoint"
	"example.org/halfopen/sim"
	"example.org/halfopen/sim/oracle/table"
)

// callObeyed judges what came of a call: a CLOSE of a connection that never was
// (RFC 9293 3.10.4: delete the TCB), an ABORT (3.10.5), and a RECEIVE (3.10.3).
func (j *Judge) callObeyed(s *sim.Step, d *shadow) bool {
	from, to := s.Before.State, s.After.State
	j.ask(ruleAccepted)
	if s.Cause.Err != 0 && !j.mayRefuse(s, d) {
		return j.fail(ruleAccepted, s, s.Cause.Err.Error(), "done",
			"%v answered %v in %v with %q, which is no answer there", s.End, s.Cause.Call, from, s.Cause.Err.Error())
	}
	switch s.Cause.Call {
	case sim.CallClose:
		j.ask(ruleClose)
		if (from == sLISTEN || from == sSYNSENT) && to != sCLOSED && !j.hides(s.End, from) {
			return j.fail(ruleClose, s, to.String(), "CLOSED",
				"%v is in %v after CLOSE in %v, which deletes the TCB", s.End, to, from)
		}
	case sim.CallSend:
		return j.unsentTold(s, d)
	case sim.CallAbort:
		return j.abortObeyed(s, d)
	case sim.CallReceive:
		return j.receiveAnswers(s, d)
	}
	return true
}

// mayRefuse reports whether a call may be answered with an error: there is no
// connection, or there is one already, or it is closing, or there are not the
// resources. A listener need not turn active (3.10.1, 3.10.2): the remote socket may be
// unspecified for it. What a RECEIVE answers when all is read is for unread-kept.
func (j *Judge) mayRefuse(s *sim.Step, d *shadow) bool {
	state, first := s.Before.State, j.step.Facts.Yes&table.CLOSECalled == 0
	open := sSYNSENT <= state && state <= sESTABLISHED || state == sCLOSEWAIT
	switch s.Cause.Call {
	case sim.CallPassiveOpen, sim.CallActiveOpen:
		return state != sCLOSED || s.Cause.Err == endpoint.ErrResources
	case sim.CallSend:
		return !open || d.closed || s.Cause.Err == endpoint.ErrResources
	case sim.CallReceive:
		return state <= sSYNRECEIVED || state >= sCLOSEWAIT || s.Cause.Err == endpoint.ErrResources
	case sim.CallClose:
		return !open && state != sLISTEN || !first
	}
	return state == sCLOSED
}

// abortObeyed is 3.10.5: ABORT ends in CLOSED, or in TIME-WAIT by note 3, and
// tells the peer so where there may be one that believes in the connection.
// ownReset has judged that no RST leaves in the other states.
func (j *Judge) abortObeyed(s *sim.Step, d *shadow) bool {
	from, to := s.Before.State, s.After.State
	j.ask(ruleAbort)
	if to != sCLOSED && !d.note3 {
		return j.fail(ruleAbort, s, to.String(), "CLOSED", "%v is in %v after ABORT in %v", s.End, to, from)
	}
	if from < sSYNRECEIVED || from > sCLOSEWAIT {
		return true
	}
	for i := range s.Emits {
		if e := &s.Emits[i]; e.Nth > 0 && e.Segment.Flags&endpoint.RST != 0 {
			return true
		}
	}
	return j.fail(ruleAbort, s, "none", "<SEQ=SND.NXT><RST>", "%v sent no RST at ABORT in %v", s.End, from)
}

// orderly reports whether a step ended a connection in order, after a FIN of
// each end: TIME-WAIT has lasted, or the last FIN was acknowledged.
func orderly(s *sim.Step) bool {
	switch s.Before.State {
	case sTIMEWAIT:
		return s.Cause.Kind == sim.Timeout
	case sLASTACK:
		return s.Cause.Kind == sim.Arrival && s.Arrived.Flags&endpoint.RST == 0
	}
	return false
}

// endTold is I-6 (MUST-12): the application is told whether the connection was
// closed or aborted. An error after a RST, in the states in which 3.10.7.4 wants
// one (second check); none after an end in order.
func (j *Judge) endTold(s *sim.Step) bool {
	from, after := s.Before.State, s.After
	if after.Known&endpoint.KnowErr == 0 {
		return true
	}
	j.ask(ruleI6)
	reset := s.Arrived != nil && s.Arrived.Flags&endpoint.RST != 0 && sESTABLISHED <= from && from <= sCLOSEWAIT
	userTimeout := after.Err == endpoint.ErrUserTimeout && j.profiles[s.End].UserTimeout > 0
	switch {
	case reset && after.Err == 0:
		return j.fail(ruleI6, s, "no error", endpoint.ErrReset.Error(),
			"%v was reset in %v, but tells no error", s.End, from)
	case orderly(s) && after.Err != 0 && !userTimeout:
		return j.fail(ruleI6, s, after.Err.Error(), "no error",
			"%v ended in order in %v, but tells: %v", s.End, from, after.Err)
	}
	return true
}

// unreadKept is called when there is less to read than before: octets stay until
// a RECEIVE takes them, or the connection ends otherwise than in order (3.10.3
// for CLOSE-WAIT: RECEIVEs are satisfied by what is on hand). A CLOSE of this
// end's own takes nothing away: users continue to RECEIVE on closing connections
// (3.9.1.4), and what was sent before the peer's CLOSE is delivered (3.6). So the
// "connection closing" of 3.10.3 in CLOSING, LAST-ACK and TIME-WAIT is the answer
// when nothing is left.
func (j *Judge) unreadKept(s *sim.Step, d *shadow) bool {
	j.ask(ruleUnread)
	b, t := s.Before, s.After
	left := b.Readable
	opens := false
	if s.Cause.Kind == sim.Call {
		opens = s.Cause.Call <= sim.CallActiveOpen
		if s.Cause.Call == sim.CallReceive {
			left -= int(s.Cause.N)
		}
	}
	over := hasTCB(b.State) && !hasTCB(t.State) && !orderly(s) || d.note3 ||
		b.State == sTIMEWAIT && t.State == sSYNRECEIVED || !hasTCB(b.State) && d.lostData
	if t.Readable >= left || opens || over || b.Known&t.Known&endpoint.KnowBuffers == 0 {
		return true
	}
	return j.fail(ruleUnread, s, printed(t.Readable), printed(left),
		"%v had %d octets to read in %v, and has %d in %v without a RECEIVE of them", s.End, left, b.State, t.Readable, t.State)
}

// receiveAnswers is the other half: octets that can be read are not answered
// with an error.
func (j *Judge) receiveAnswers(s *sim.Step, d *shadow) bool {
	j.ask(ruleUnread)
	b, err := s.Before, s.Cause.Err
	if err == 0 || b.Known&endpoint.KnowBuffers == 0 || b.Readable == 0 || d.lostData {
		return true
	}
	return j.fail(ruleUnread, s, err.Error(), printed(b.Readable)+" octets",
		"%v answered RECEIVE in %v with %q, but %d octets can be read", s.End, b.State, err.Error(), b.Readable)
}
