package oracle

import (
	"example.org/halfopen/endpoint"
	"example.org/halfopen/sim"
)

// roomTold holds Status.Room against the calls: what SEND may take is what is free of
// the buffer, in which octets stay until they are acknowledged; and nothing where SEND
// is an error (RFC 9293 3.10.2).
func (j *Judge) roomTold(s *sim.Step, d *shadow) bool {
	const known = endpoint.KnowSND | endpoint.KnowISS | endpoint.KnowBuffers
	t := s.After
	size := j.sendBuffer[s.End]
	if t.Known&known != known || size == 0 {
		return true
	}
	acked := int64(0)
	if t.State > sLISTEN {
		acked = min(max(d.una-1, 0), d.taken)
	}
	want := int64(0)
	switch t.State {
	case sLISTEN, sSYNSENT, sSYNRECEIVED, sESTABLISHED, sCLOSEWAIT: // each host knows its peer
		if !d.closed {
			want = int64(size) - d.taken + acked
		}
	}
	j.ask(ruleRoom)
	if int64(t.Room) == want {
		return true
	}
	return j.fail(ruleRoom, s, printed(t.Room), printed(want),
		"%v tells room for %d octets in %v; it took %d, of which %d are acknowledged", s.End, t.Room, t.State, d.taken, acked)
}

// queueKept: what SEND took in SYN-RECEIVED waits for the next connection; only the
// retransmission queue is flushed on the way back to LISTEN (3.10.7.4, second check).
func (j *Judge) queueKept(s *sim.Step) bool {
	b, t := s.Before, s.After
	if b.State != sSYNRECEIVED || t.State != sLISTEN || b.Known&t.Known&endpoint.KnowBuffers == 0 {
		return true
	}
	j.ask(ruleUnsent)
	if b.Unsent == t.Unsent {
		return true
	}
	return j.fail(ruleUnsent, s, printed(t.Unsent), printed(b.Unsent), "%v had %d octets to send in SYN-RECEIVED and has %d in LISTEN", s.End, b.Unsent, t.Unsent)
}

// endOfStream holds Status.EOF against the state: the user is told that the peer is
// closing when its FIN is taken (RFC 9293 3.10.7.4, eighth check), and not before.
func (j *Judge) endOfStream(s *sim.Step, d *shadow) bool {
	t := s.After
	if t.Known&endpoint.KnowBuffers == 0 || !hasTCB(t.State) || d.note3 {
		return true
	}
	j.ask(ruleEOF)
	want := t.State >= sCLOSEWAIT
	if t.EOF == want {
		return true
	}
	return j.fail(ruleEOF, s, endText(t.EOF), endText(want), "%v tells %s in %v", s.End, endText(t.EOF), t.State)
}

func endText(eof bool) string {
	if eof {
		return "the end of the stream"
	}
	return "no end of the stream"
}

// flushed is asked when a connection has ended: by a RST, an ABORT, or because it was
// given up, the queues are flushed (3.10.5, 3.10.7.4 second check, 3.10.8), so that nothing is
// left to read; in order, what is left to read stays.
func (j *Judge) flushed(s *sim.Step, d *shadow) bool {
	t := s.After
	if t.Known&endpoint.KnowBuffers == 0 || !hasTCB(s.Before.State) || hasTCB(t.State) {
		return true
	}
	in := orderly(s)
	if !in && s.Before.State > sCLOSEWAIT && s.Arrived != nil { // a RST there deletes the TCB, and no more is said
		return true
	}
	j.ask(ruleFlushed)
	switch {
	case !in && t.Readable == 0 && !t.EOF, in && t.EOF:
		return true
	case in:
		return j.fail(ruleFlushed, s, endText(false), endText(true), "%v ended in order in %v, and tells no end of the stream", s.End, s.Before.State)
	}
	return j.fail(ruleFlushed, s, printed(t.Readable)+" octets, "+endText(t.EOF), "nothing",
		"%v ended in %v otherwise than in order, but has %d octets to read", s.End, s.Before.State, t.Readable)
}

// reasonTold says which error a connection that has ended tells: reset, refused, given
// up, aborted (3.10.5, 3.10.7.3, 3.10.7.4, 3.10.8).
func (j *Judge) reasonTold(s *sim.Step, d *shadow) bool {
	from, t := s.Before.State, s.After
	if t.Known&endpoint.KnowErr == 0 || !hasTCB(from) || t.State != sCLOSED {
		return true
	}
	want := endpoint.Error(0)
	reset := s.Arrived != nil && s.Arrived.Flags&endpoint.RST != 0
	switch {
	case reset && from == sSYNRECEIVED:
		want = endpoint.ErrRefused
	case reset && from <= sCLOSEWAIT:
		want = endpoint.ErrReset
	case s.Cause.Kind == sim.Call && s.Cause.Call == sim.CallAbort:
		want = endpoint.ErrAborted
	case s.Cause.Kind == sim.Timeout && from != sTIMEWAIT:
		if j.profiles[s.End].UserTimeout > 0 && t.Err == endpoint.ErrUserTimeout {
			return true
		}
		want = endpoint.ErrTimeout
	default:
		return true
	}
	j.ask(ruleReason)
	if t.Err == want {
		return true
	}
	return j.fail(ruleReason, s, t.Err.Error(), want.Error(), "%v ended in %v and tells %q", s.End, from, t.Err.Error())
}
