package oracle

import (
	"time"

	"example.org/halfopen/endpoint"
	"example.org/halfopen/sim"
)

// answers are the kinds of segment that answer one.
type answers uint8

// The kinds. An ACK may be empty or ride on text or a FIN.
const (
	aACK    answers = 1 << iota // <SEQ=SND.NXT><ACK=RCV.NXT><ACK>
	aSYNACK                     // <SEQ=ISS><ACK=RCV.NXT><SYN,ACK>
	aR1                         // <SEQ=SEG.ACK><RST>
	aR2                         // <SEQ=0><ACK=SEG.SEQ+SEG.LEN><RST,ACK>
)

// owedRow is what RFC 9293 3.10.7 owes to a segment.
type owedRow uint8

// What may be owed.
const (
	owesUnknown   owedRow = iota // the stack tells too little: anything goes
	owesNothing                  // nothing
	owesMay                      // an ACK is as right as silence
	owesAnything                 // stacks differ: an ACK, a RST or silence
	owesACK                      // an ACK
	owesChallenge                // an ACK that a throttle may withhold (RFC 5961 7)
	owesDelayed                  // an ACK, which may wait for company (MUST-40)
	owesHandshake                // an ACK, or the SYN,ACK again
	owesSYNACK                   // a SYN,ACK
	owesR1                       // a RST, in the form for a segment with ACK
	owesR2                       // a RST, in the form for one without
	owesR1orACK                  // 3.5.2 group 2 wants a RST, MAY-12 an ACK
	numOwed       = int(owesR1orACK) + 1
)

// owedRows says by which answers each is paid, which others are tolerated,
// and how a report calls it.
var owedRows = [numOwed]struct {
	pays, tolerates answers
	text            string
}{
	owesUnknown:   {0, aACK | aSYNACK | aR1 | aR2, "anything"},
	owesNothing:   {0, 0, "nothing"},
	owesMay:       {0, aACK, "nothing, or an ACK"},
	owesAnything:  {0, aACK | aSYNACK | aR1 | aR2, "anything"},
	owesACK:       {aACK, 0, "an ACK"},
	owesChallenge: {aACK, 0, "a challenge ACK"},
	owesDelayed:   {aACK, 0, "an ACK"},
	owesHandshake: {aACK | aSYNACK, 0, "an ACK, or the SYN,ACK again"},
	owesSYNACK:    {aSYNACK, 0, "a SYN,ACK"},
	owesR1:        {aR1, 0, "a RST <SEQ=SEG.ACK>"},
	owesR2:        {aR2, 0, "a RST <SEQ=0><ACK=SEG.SEQ+SEG.LEN>"},
	owesR1orACK:   {aR1 | aACK, 0, "a RST <SEQ=SEG.ACK>"},
}

// throttleWindow is how long one challenge ACK may be the reason to withhold
// another: RFC 5961 7 counts them in windows of 5 s.
const throttleWindow = 5 * time.Second

// delayedMax is what an acknowledgment must be under (MUST-40).
const delayedMax = 500 * time.Millisecond

// owe says what a segment is owed, from what the end was before it came. The
// order of the tests is that of RFC 9293 3.10.7: the first that fits decides.
func (j *Judge) owe(s *sim.Step, d *shadow, a *arrival) owedRow {
	has := func(f endpoint.Flags) bool { return a.flags&f != 0 }
	switch state := s.Before.State; {
	case !a.judged || s.ArrivedErr != nil: // MUST-7: a wrong option may draw a RST
		return owesUnknown
	case state == sCLOSED: // 3.10.7.1
		return oweRST(a)
	case state == sLISTEN: // 3.10.7.2
		switch {
		case !has(endpoint.RST|endpoint.ACK) && has(endpoint.SYN):
			return owesSYNACK
		case has(endpoint.ACK):
			return oweRST(a)
		}
		return owesNothing
	case state == sSYNSENT: // 3.10.7.3
		switch {
		case has(endpoint.ACK) && !a.ackNew: // first
			return oweRST(a)
		case has(endpoint.RST) || !has(endpoint.SYN): // second, fifth
			return owesNothing
		case has(endpoint.ACK): // fourth
			return owesACK
		}
		return owesSYNACK
	case has(endpoint.RST):
		return j.oweToRST(s, a)
	case !a.inWindow:
		return j.oweOutside(s, d, a)
	case has(endpoint.SYN):
		return j.oweToSYN(s, d, a)
	case !has(endpoint.ACK): // fifth: dropped
		return owesNothing
	}
	return j.oweInside(s, d, a)
}

// oweRST is the RST of 3.10.7.1, in the form that the segment's ACK bit asks
// for; never in reply to a RST.
func oweRST(a *arrival) owedRow {
	switch {
	case a.flags&endpoint.RST != 0:
		return owesNothing
	case a.flags&endpoint.ACK != 0:
		return owesR1
	}
	return owesR2
}

// oweToRST is the second check of 3.10.7.4: a RST that is in the window but
// not exact draws a challenge ACK, with RFC 5961.
func (j *Judge) oweToRST(s *sim.Step, a *arrival) owedRow {
	switch {
	case !a.seqIn || a.exact:
		return owesNothing
	case s.Before.State == sTIMEWAIT && j.profiles[s.End].RFC1337: // or ignored
		return owesMay
	case j.profiles[s.End].RFC5961:
		return owesChallenge
	}
	return owesMay
}

// oweOutside is step 1: what is outside the window gets an ACK. That of a SYN
// is a challenge ACK with RFC 5961; in SYN-RECEIVED it may be the SYN,ACK
// again; in TIME-WAIT the SYN may reopen the connection (MAY-2). 3.5.2 group 2
// wants a RST for a bad ACK in SYN-RECEIVED, and says nothing of the window: that
// is tolerated in the place of the ACK.
func (j *Judge) oweOutside(s *sim.Step, d *shadow, a *arrival) owedRow {
	state := s.Before.State
	a.group2 = state == sSYNRECEIVED && a.flags&endpoint.ACK != 0 && !a.ackNew
	switch isSYN := a.flags&endpoint.SYN != 0; {
	case j.timestamps(s.End): // RFC 7323 3.2 may drop it silently
		return owesMay
	case state == sTIMEWAIT && s.After.State == sSYNRECEIVED:
		return owesSYNACK
	case state == sSYNRECEIVED && isSYN:
		if s.After.State != state { // figure 7: the ACK was used
			return owesMay
		}
		return owesHandshake
	case isSYN && j.profiles[s.End].RFC5961:
		return owesChallenge
	case (isSYN || a.n == 0) && j.throttles(s.End): // two ends may answer each other so without end
		return owesChallenge
	}
	return owesACK
}

// throttles reports whether an end may withhold ACKs when there are too many.
func (j *Judge) throttles(e endpoint.End) bool { return !j.profiles[e].Unthrottled }

// oweToSYN is step 4, and the trimmed SYN of step 1: RFC 5961 answers with a
// challenge ACK, RFC 793 with a RST, a listener goes back to LISTEN.
func (j *Judge) oweToSYN(s *sim.Step, d *shadow, a *arrival) owedRow {
	switch state := s.Before.State; {
	case state == sTIMEWAIT && s.After.State == sSYNRECEIVED:
		return owesSYNACK
	case state == sSYNRECEIVED && d.passive, a.left, j.timestamps(s.End):
		return owesAnything
	case j.profiles[s.End].RFC5961:
		return owesChallenge
	}
	return owesAnything
}

// oweInside is steps 5 to 8, for a segment in the window with the ACK bit.
func (j *Judge) oweInside(s *sim.Step, d *shadow, a *arrival) owedRow {
	state := s.Before.State
	claims := j.profiles[s.End].RFC5961
	switch {
	case j.timestamps(s.End):
		return owesAnything
	case state == sSYNRECEIVED && !a.ackNew: // 3.5.2 group 2
		if claims {
			return owesR1orACK
		}
		return owesR1
	case a.ackHigh && (claims || j.throttles(s.End)): // 3.5.2 group 3, MAY-12
		return owesChallenge
	case a.ackHigh:
		return owesACK
	case a.ack < d.una-int64(d.maxWnd): // MAY-12
		if s.Before.Known&endpoint.KnowWindow != 0 && j.profiles[s.End].ACKRange {
			return owesChallenge
		}
		return owesMay
	case s.Before.Known&endpoint.KnowSND == 0 && a.ack < d.ackHeard: // MAY-12, perhaps
		return owesMay
	case a.n == 0 && state == sTIMEWAIT:
		return owesMay
	case a.n == 0:
		return owesNothing
	case state != sSYNRECEIVED && state != sESTABLISHED && state != sFINWAIT1 && state != sFINWAIT2:
		return owesMay // the peer breaks its own FIN
	case a.newer: // a gap: MAY-13
		return owesMay
	}
	return owesDelayed
}

// answerFits judges what the end did about the segment of this step.
func (j *Judge) answerFits(s *sim.Step, d *shadow, a *arrival) bool {
	o := &j.out
	row := o.row
	if row == owesUnknown {
		return true
	}
	r := &owedRows[row]
	advanced := d.rcvNxt > o.rcvNxt
	if o.pure > 0 && (r.pays|r.tolerates)&aACK == 0 && !o.owed && !advanced {
		return j.fail(ruleUnowed, s, "an ACK", r.text, "%v answered %s in %v with an ACK; it is owed %s",
			s.End, j.causeText(s, d, a), s.Before.State, r.text)
	}
	if !hasTCB(s.After.State) && hasTCB(s.Before.State) {
		d.settled(j) // the connection has ended, and with it what it owed
		return true
	}
	reset := a.group2 && o.kinds&aR1 != 0 // instead of what step 1 owes
	if r.pays != 0 && r.pays&o.kinds == 0 && !reset && !j.throttled(s, d, row) {
		if r.pays&aACK == 0 || !hasTCB(s.After.State) {
			return j.fail(ruleOwed, s, "nothing", r.text, "%v did not answer %s in %v with %s",
				s.End, j.causeText(s, d, a), s.Before.State, r.text)
		}
		j.debt(s, d, row)
	}
	if (r.pays|r.tolerates)&o.kinds&aACK != 0 && row != owesDelayed { // a throttle may count it
		d.answered, d.everAnswer = s.At, true
	}
	if advanced && o.kinds&(aACK|aSYNACK) == 0 {
		j.debt(s, d, owesDelayed)
	}
	return true
}

// throttled reports whether silence may be a throttle's: not that of a stack
// that claims to have none, only for a challenge ACK, and only if it has sent
// one lately.
func (j *Judge) throttled(s *sim.Step, d *shadow, row owedRow) bool {
	return row == owesChallenge && j.throttles(s.End) &&
		d.everAnswer && s.At-d.answered <= throttleWindow
}

// debt writes down an ACK that was owed and has not left. It may wait as long
// as a delayed ACK does.
func (j *Judge) debt(s *sim.Step, d *shadow, row owedRow) {
	wait := delayedMax - 1
	if p := &j.profiles[s.End]; p.NoDelayedACK {
		wait = 0
	} else if p.DelayedACK > 0 {
		wait = min(wait, p.DelayedACK)
	}
	if d.owes && (row == owesDelayed || d.owed != owesDelayed) {
		return // the older debt is due first, and is paid by no less
	}
	due := s.At + wait
	if d.owes {
		due = min(due, d.due)
	}
	d.owes, d.owed, d.owedFor, d.owedAt, d.due = true, row, s.Cause.Segment, s.At, due
	j.due = min(j.due, d.due)
}

// pays reports whether an ACK that leaves in this step pays what was owed
// before. One ACK may pay for all text so far (MUST-58), and for a burst; but
// the answer to a later segment is no answer to an earlier one that was owed
// its own, and got none.
func (j *Judge) pays(s *sim.Step, d *shadow) bool {
	return !d.owes || d.owed == owesDelayed || s.At == d.owedAt || s.Arrived == nil ||
		owedRows[j.out.row].pays&aACK == 0
}

// settled forgets a debt.
func (d *shadow) settled(j *Judge) {
	if d.owes {
		d.owes, d.due = false, endpoint.Never
		j.due = min(j.ends[0].due, j.ends[1].due)
	}
}

// overdue is called when time has passed the bound of an owed answer: nothing
// has paid it.
func (j *Judge) overdue(s *sim.Step) bool {
	for e := range j.ends {
		if d := &j.ends[e]; d.owes && s.At > d.due {
			return j.unpaid(s.N, s.At, endpoint.End(e))
		}
	}
	return true
}

func (j *Judge) unpaid(step uint32, at time.Duration, e endpoint.End) bool {
	d := &j.ends[e]
	r := ruleOwed
	if d.state == sTIMEWAIT && d.owed == owesACK {
		r = ruleI32
	}
	what := owedRows[d.owed].text
	j.v = sim.Violation{
		Rule: rules[r], Step: step, At: at, End: e, State: d.state,
		Text: e.String() + " owed " + what + " for #" + printed(d.owedFor) + " of " + d.owedAt.String() +
			", by " + d.due.String() + ", in " + d.state.String() + "; none has left",
		Got: "nothing by " + at.String(), Want: what + " by " + d.due.String(),
	}
	return false
}
