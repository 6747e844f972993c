package oracle

import (
	"example.org/halfopen/endpoint"
	"example.org/halfopen/faults"
	"example.org/halfopen/sim"
)

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

// faultOf is the line of the script that struck; of Op NumOps if there is none.
func (j *Judge) faultOf(s *sim.Step) *faults.Fault {
	if n := int(s.Cause.Fault); n > 0 && n <= len(j.script) {
		return &j.script[n-1]
	}
	return &noFault
}

var noFault = faults.Fault{Op: faults.Op(faults.NumOps)}
