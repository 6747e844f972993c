package wireonly

import (
	"example.org/halfopen/endpoint"
	"example.org/halfopen/sim"
)

// arrive is SEGMENT ARRIVES (RFC 9293 3.10.7): where it may take each state.
func (j *Judge) arrive(s *sim.Step, d *side) {
	t := &j.step
	if s.ArrivedErr == endpoint.ErrChecksum { // MUST-3
		j.stay(d)
		return
	}
	a := &t.in
	d.came++
	j.see(s, d, a)
	if a.stray {
		j.stay(d)
		d.mayOwe = true
		return
	}
	if d.set&acknowledges != 0 && d.haveIRS {
		una := d.unaHi
		if d.hear(a, d.shift(d.peers)); d.unaLo > una { // RFC 6298 5.3: it is new, and was used
			d.timer = s.At
		}
	}
	takesSYN := d.set.Has(sSYNSENT) && d.opensBy(a)
	if takesSYN {
		d.synArrived(a, j)
		d.unaLo, d.unaHi = max(d.unaLo, d.ackOf(a)), max(d.unaHi, d.ackOf(a))
	}
	for rest := d.set; rest != 0; rest = rest.less() {
		m := rest.first()
		t.moves[m] = j.afterSegment(s.End, d, m, a)
		if a.odd {
			t.moves[m] |= Of(m)
		}
	}
	a.resets = a.flags&endpoint.RST != 0 && t.moves.after()&(inCLOSED|inLISTEN) != 0
	if !a.quiet {
		d.mayOwe = true
	}
}

// stay lets every state be what it was.
func (j *Judge) stay(d *side) {
	for rest := d.set; rest != 0; rest = rest.less() {
		m := rest.first()
		j.step.moves[m] = Of(m)
	}
}

// opensBy reports whether a segment takes SYN-SENT further: a SYN, with a good
// ACK or with none.
func (d *side) opensBy(a *arrival) bool {
	return d.have && a.flags&(endpoint.SYN|endpoint.RST) == endpoint.SYN &&
		(a.flags&endpoint.ACK == 0 || a.ack > 0 && !a.ackHigh)
}

// afterSegment is where a segment may take one state.
func (j *Judge) afterSegment(e endpoint.End, d *side, m endpoint.State, a *arrival) StateSet {
	const syn, ack, rst = endpoint.SYN, endpoint.ACK, endpoint.RST
	switch m {
	case sCLOSED: // 3.10.7.1
		return inCLOSED
	case sLISTEN: // 3.10.7.2
		if a.flags&(syn|ack|rst) != syn {
			return inLISTEN
		}
		j.step.needsSYN[m] = inSYNRECEIVED
		return inSYNRECEIVED | inLISTEN
	case sSYNSENT:
		return d.afterSYNSENT(a)
	}
	switch {
	case !d.haveIRS: // it must have gone unseen how it got here
		return Of(m)
	case a.flags&rst != 0:
		return j.afterRST(e, d, m, a)
	case a.flags&syn != 0:
		return j.afterSYN(e, d, m, a)
	}
	return j.afterACK(d, m, a)
}

// afterSYNSENT is 3.10.7.3.
func (d *side) afterSYNSENT(a *arrival) StateSet {
	const syn, ack, rst = endpoint.SYN, endpoint.ACK, endpoint.RST
	acked := a.flags&ack != 0
	switch {
	case !d.have, acked && (a.ack <= 0 || a.ackHigh): // first
		return inSYNSENT
	case a.flags&rst != 0: // second
		if acked {
			return inCLOSED
		}
		return inSYNSENT
	case a.flags&syn == 0: // fifth
		return inSYNSENT
	case !acked: // fourth
		return inSYNRECEIVED
	case d.tookFIN():
		return inESTABLISHED | inCLOSEWAIT
	}
	return inESTABLISHED
}

// afterRST is the second check of 3.10.7.4. TIME-WAIT may ignore it (RFC 1337).
func (j *Judge) afterRST(e endpoint.End, d *side, m endpoint.State, a *arrival) StateSet {
	if !a.in || j.profiles[e].RFC5961 && !a.exact {
		return Of(m)
	}
	to := inCLOSED
	if m == sSYNRECEIVED {
		switch {
		case d.reopened: // 3.6.1: the SYN was old
			to |= inTIMEWAIT | inLISTEN
		case d.passive && d.closed:
			to |= inLISTEN
		case d.passive:
			to = inLISTEN
		}
	}
	if !a.exactly || m == sTIMEWAIT {
		to |= Of(m)
	}
	return to
}

// afterSYN is the fourth check of 3.10.7.4, and what step 1 leaves of a SYN: it
// is answered, or trimmed; in TIME-WAIT it may open the connection again; of a
// simultaneous open its ACK may be used (figure 7).
func (j *Judge) afterSYN(e endpoint.End, d *side, m endpoint.State, a *arrival) StateSet {
	t := &j.step
	to := Of(m)
	switch {
	case m == sTIMEWAIT && a.flags&endpoint.ACK == 0: // MAY-2
		t.needsSYN[m] |= inSYNRECEIVED
		to |= inSYNRECEIVED
	case m == sSYNRECEIVED && d.passive && a.fits: // RFC 1122 4.2.2.20(e)
		to |= inLISTEN
	}
	if a.fits && !j.profiles[e].RFC5961 { // RFC 793
		t.needsRST[m] |= inCLOSED
		to |= inCLOSED
	}
	if a.left && a.flags&endpoint.ACK != 0 {
		to |= j.afterACK(d, m, a)
	}
	return to
}

// behindFIN is where the acknowledgment of the own FIN leads.
var behindFIN = [endpoint.NumStates]StateSet{
	sFINWAIT1: inFINWAIT2, sCLOSING: inTIMEWAIT, sLASTACK: inCLOSED,
}

// afterACK is the fifth to the eighth check of 3.10.7.4. An acknowledgment that
// came above a gap may be used now that the gap is filled, by the letter that
// segments are processed in order.
func (j *Judge) afterACK(d *side, m endpoint.State, a *arrival) StateSet {
	if a.flags&endpoint.ACK == 0 || a.ackHigh || !a.usable {
		return Of(m) | d.late(m)
	}
	sure := a.surely && a.inOrder && a.flags&endpoint.SYN == 0
	to := Of(m)
	moved := StateSet(0)
	switch m {
	case sSYNRECEIVED:
		if d.unaHi <= 0 { // nothing that may be used has acknowledged the own SYN
			return to
		}
		moved = inESTABLISHED
		if d.closed {
			moved |= inFINWAIT1
		}
		sure = sure && !a.ackBad
	case sFINWAIT1, sCLOSING, sLASTACK:
		if d.finSent && d.unaHi > d.fin {
			moved = behindFIN[m]
		}
		sure = sure && a.ack > d.fin
	}
	if moved != 0 && sure {
		to = 0
	}
	to |= moved
	for rest := to; rest != 0; rest = rest.less() {
		to |= d.late(rest.first())
	}
	if !a.fits {
		return to
	}
	if d.tookFIN() {
		for rest := to; rest != 0; rest = rest.less() {
			to |= d.takesFIN(rest.first())
		}
	}
	if a.text > 0 && (m == sFINWAIT1 || m == sFINWAIT2) { // 3.6.1 (SHLD-3)
		j.step.needsRST[m] |= inCLOSED
		to |= inCLOSED
	}
	return to
}

// takesFIN is the eighth check for a FIN in order. A CLOSE that waits may be
// carried out after it.
func (d *side) takesFIN(m endpoint.State) StateSet {
	switch m {
	case sESTABLISHED:
		if d.queued {
			return inCLOSEWAIT | inLASTACK
		}
		return inCLOSEWAIT
	case sFINWAIT1:
		return inCLOSING
	case sFINWAIT2:
		return inTIMEWAIT
	}
	return 0
}

// late is the transition that a CLOSE makes which had to wait (3.10.4).
func (d *side) late(m endpoint.State) StateSet {
	switch {
	case !d.queued:
	case m == sESTABLISHED:
		return inFINWAIT1
	case m == sCLOSEWAIT:
		return inLASTACK
	}
	return 0
}
