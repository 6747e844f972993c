package wireonly

import (
	"time"

	"example.org/halfopen/endpoint"
	"example.org/halfopen/sim"
)

// called is a user call (RFC 9293 3.10.1 to 3.10.5): where it may take each
// state.
func (j *Judge) called(s *sim.Step, d *side) {
	switch c := &s.Cause; c.Call {
	case sim.CallPassiveOpen, sim.CallActiveOpen:
		j.openCalled(s, d)
	case sim.CallSend:
		if c.N > 0 {
			d.taken = s.Offset + int64(c.N)
		}
		j.stay(d)
		j.step.moves[sCLOSEWAIT] |= d.late(sCLOSEWAIT) & d.keep(sCLOSEWAIT)
		if d.set.Has(sLISTEN) { // 3.10.2: passive turned active
			j.step.moves[sLISTEN] |= inSYNSENT
			j.step.needsSYN[sLISTEN] = inSYNSENT
		}
	case sim.CallReceive:
		j.stay(d)
	case sim.CallClose:
		j.closeCalled(d)
	case sim.CallAbort: // 3.10.5
		for rest := d.set; rest != 0; rest = rest.less() {
			j.step.moves[rest.first()] = inCLOSED
		}
	}
}

// keep is everything if a state is in the set, and nothing if it is not.
func (d *side) keep(m endpoint.State) StateSet {
	if d.set.Has(m) {
		return ^StateSet(0)
	}
	return 0
}

// openCalled is OPEN (3.10.1). Where there is a connection it is refused, and
// changes nothing; so it is where the application is told of any other error.
func (j *Judge) openCalled(s *sim.Step, d *side) {
	if s.Cause.Err != 0 {
		j.stay(d)
		return
	}
	m := &j.step.moves
	if s.Cause.Call == sim.CallPassiveOpen {
		m[sCLOSED] = inLISTEN & d.keep(sCLOSED)
	} else {
		m[sCLOSED] = inSYNSENT & d.keep(sCLOSED)
		m[sLISTEN] = inSYNSENT & d.keep(sLISTEN)
		d.book = book{edge: -1}
	}
	if d.set.Has(sCLOSED) { // the stream begins anew
		d.baseLost = d.set.Has(sLISTEN)
		d.taken, d.closed, d.queued = 0, false, false
	}
	d.opened, d.wasReset = s.At, false
}

// closeCalled is CLOSE (3.10.4). One for which octets still wait may change the
// state when they have left; one that finds octets unread may end the
// connection with a RST (3.6.1, MAY-1).
func (j *Judge) closeCalled(d *side) {
	t := &j.step
	d.closed = true
	if d.set&(inSYNRECEIVED|inCLOSEWAIT) != 0 {
		d.queued = true
	}
	for rest := d.set; rest != 0; rest = rest.less() {
		m := rest.first()
		switch m {
		case sLISTEN, sSYNSENT:
			t.moves[m] = inCLOSED
			continue
		case sSYNRECEIVED:
			t.moves[m] = inSYNRECEIVED | inFINWAIT1
			continue
		case sESTABLISHED:
			t.moves[m] = inFINWAIT1
		case sCLOSEWAIT:
			t.moves[m] = inCLOSEWAIT | inLASTACK
		default:
			t.moves[m] = Of(m)
		}
		if m == sESTABLISHED || m == sCLOSEWAIT || m == sFINWAIT1 || m == sFINWAIT2 {
			t.moves[m] |= inCLOSED
			t.needsRST[m] |= inCLOSED
		}
	}
}

// expired is a step that nothing caused but time (3.10.8): a timer may have
// ended the connection, or let out a FIN that waited.
func (j *Judge) expired(s *sim.Step, d *side) {
	for rest := d.set; rest != 0; rest = rest.less() {
		m := rest.first()
		to := Of(m) | d.late(m)
		if j.mayEnd(s, d, m) {
			to |= inCLOSED
		}
		if msl := j.profiles[s.End].MSL; m == sTIMEWAIT && msl > 0 && s.At-d.waitLast >= 2*msl {
			to = inCLOSED
		}
		j.step.moves[m] = to
	}
}

// mayEnd reports whether a timer may end a connection now: TIME-WAIT's, R2 with
// something outstanding, or the user's.
func (j *Judge) mayEnd(s *sim.Step, d *side, m endpoint.State) bool {
	p := &j.profiles[s.End]
	if m == sTIMEWAIT && s.At-d.waitFrom >= 2*p.MSL {
		return true
	}
	if m != sCLOSED && p.UserTimeout > 0 && s.At-d.opened >= p.UserTimeout {
		return true
	}
	limit := p.R2
	var outstanding bool
	switch m {
	case sSYNSENT, sSYNRECEIVED:
		limit, outstanding = p.R2SYN, true
	case sFINWAIT1, sCLOSING:
		limit, outstanding = min(p.R2, p.R2SYN), d.unaLo < d.max
	case sESTABLISHED, sCLOSEWAIT, sLASTACK:
		outstanding = d.unaLo < d.max
	}
	return outstanding && s.At-d.since >= limit
}

// outstanding notes that numbers up to end have left.
func (d *side) outstanding(end int64, at time.Duration) {
	if end > d.max {
		if d.unaLo >= d.max {
			d.since, d.timer = at, at
		}
		d.max = end
	}
}
