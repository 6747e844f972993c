package oracle

import (
	"example.org/halfopen/endpoint"
	"example.org/halfopen/faults"
	"example.org/halfopen/sim"
)

// facts are what can make a change of state legal: what happened, and what was
// true when it did.
type facts uint32

// What happened: exactly one of these.
const (
	openPassive facts = 1 << iota
	openActive
	send
	receive
	closing // CLOSE
	abort
	expired // a timeout
	crashed
	segment // one arrived, and its checksum was right

	// What the segment was. The step-1 test and the ACK test are those of the
	// state before.
	syn
	noSYN
	ack
	noACK
	rst
	noRST
	ackGood  // SND.UNA < SEG.ACK <= SND.NXT, and the segment is not beyond the window
	rstGood  // a RST that the end has to obey
	inWindow // it passes step 1
	oldReset // a SYN in the window, and the stack does not claim RFC 5961
	hasText
	reopens // a SYN that TIME-WAIT may take for a new connection

	// What was true.
	gotFIN   // the peer's FIN has been taken, in order
	finAcked // the own FIN has left and was acknowledged
	passive  // the origin is LISTEN
	active   // it is not
	closed   // CLOSE was called before
	queued   // CLOSE was called and had to wait
	unread   // octets wait that the application has not read
	sentRST  // a RST left in this step
	reopened // the incarnation came out of TIME-WAIT

	// What the profile claims.
	halfDuplex
)

var callFacts = [sim.NumUserCalls]facts{openPassive, openActive, send, receive, closing, abort}

// factsOf gathers what may make this step's change of state legal.
func (j *Judge) factsOf(s *sim.Step, d *shadow, a *arrival) facts {
	f := d.truths(s)
	if j.profiles[s.End].HalfDuplexClose {
		f |= halfDuplex
	}
	switch s.Cause.Kind {
	case sim.Call:
		return f | callFacts[s.Cause.Call]
	case sim.Timeout:
		return f | expired
	case sim.Fault:
		if s.Arrived == nil {
			if j.faultOf(s).Op == faults.Crash {
				return f | crashed
			}
			return f
		}
	}
	if s.Arrived == nil || !a.intact {
		return f
	}
	if s.ArrivedErr != nil { // MUST-7: a stack may use what it can read of a header with a wrong option
		return ^facts(0)
	}
	return f | segment | j.segmentFacts(s, a)
}

// truths are the facts that do not depend on the cause.
func (d *shadow) truths(s *sim.Step) facts {
	var f facts
	if d.passive {
		f |= passive
	} else {
		f |= active
	}
	if d.closed {
		f |= closed
	}
	if d.queued {
		f |= queued
	}
	if d.reopened {
		f |= reopened
	}
	if s.Before.Readable > 0 || s.Before.Known&endpoint.KnowBuffers == 0 {
		f |= unread
	}
	if d.finSent && d.ackHeard > d.fin {
		f |= finAcked
	}
	if d.tookFIN(s) {
		f |= gotFIN
	}
	for i := range s.Emits {
		if s.Emits[i].Segment.Flags&endpoint.RST != 0 {
			f |= sentRST
		}
	}
	return f
}

// segmentFacts are those of the segment that arrived.
func (j *Judge) segmentFacts(s *sim.Step, a *arrival) facts {
	f := either(a.flags&endpoint.SYN != 0, syn, noSYN) |
		either(a.flags&endpoint.ACK != 0, ack, noACK) |
		either(a.flags&endpoint.RST != 0, rst, noRST)
	synced := hasTCB(s.Before.State) && s.Before.State != endpoint.SynSent
	if synced && !a.judged { // a stack that tells too little gets the benefit of the doubt
		f |= ackGood | inWindow | oldReset
		if s.Before.State != endpoint.TimeWait {
			return f | rstGood
		}
		return f | either(!j.profiles[s.End].RFC1337, rstGood, 0) |
			either(j.profiles[s.End].ReopensTimeWait != endpoint.ReopensNever, reopens, 0)
	}
	inSYN := a.flags&endpoint.SYN != 0 && a.inWindow
	if a.inWindow {
		f |= inWindow
	}
	if a.text > 0 {
		f |= hasText
	}
	// RFC 9293 A.2 leaves open whether an old segment's ACK field is used; so
	// does the simultaneous open of figure 7.
	if a.ackNew && (!synced || !inSYN && (a.inWindow || a.left || a.wnd0)) {
		f |= ackGood
	}
	if inSYN && !j.profiles[s.End].RFC5961 {
		f |= oldReset
	}
	if s.Before.State == endpoint.TimeWait && j.reopens(s, a) {
		f |= reopens
	}
	if j.obeysRST(s.Before.State, s.End, a) {
		f |= rstGood
	}
	return f
}

// obeysRST is the second check of RFC 9293 3.10.7.3 and 3.10.7.4: in SYN-SENT
// a RST is good by its ACK, later by its sequence number alone.
func (j *Judge) obeysRST(state endpoint.State, e endpoint.End, a *arrival) bool {
	switch {
	case a.flags&endpoint.RST == 0 || !hasTCB(state):
		return false
	case state == endpoint.SynSent:
		return a.ackNew
	case state == endpoint.TimeWait && j.profiles[e].RFC1337:
		return false
	case j.profiles[e].RFC5961:
		return a.exact
	}
	return a.seqIn
}

// reopens is the test of RFC 9293 3.6.1 for a SYN in TIME-WAIT, as far as the
// stack claims to make it: the number lies beyond RCV.NXT (MAY-2), or there is
// a timestamp, which may be newer (RFC 6191; not judged).
func (j *Judge) reopens(s *sim.Step, a *arrival) bool {
	switch j.profiles[s.End].ReopensTimeWait {
	case endpoint.ReopensByNumber:
		return a.newer
	case endpoint.ReopensByTimestamp:
		return a.newer || optionsOf(s.Arrived).timestamps
	}
	return false
}

func either(cond bool, yes, no facts) facts {
	if cond {
		return yes
	}
	return no
}

// faultOf is the line of the script that struck; of Op NumOps if there is none.
func (j *Judge) faultOf(s *sim.Step) *faults.Fault {
	if n := int(s.Cause.Fault); n > 0 && n <= len(j.script) {
		return &j.script[n-1]
	}
	return &noFault
}

var noFault = faults.Fault{Op: faults.Op(faults.NumOps)}
