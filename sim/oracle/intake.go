package oracle

import (
	"example.org/halfopen/endpoint"
	"example.org/halfopen/sim"
)

// used judges what an end made of a segment of which it tells enough, by the order
// of the checks of RFC 9293 3.10.7.4. Most are in the window and have ACK, and
// neither RST nor SYN: of those nothing but their text, FIN and ACK is asked.
func (j *Judge) used(s *sim.Step, d *shadow, a *arrival) bool {
	if !a.plain || !a.inWindow || a.ackHigh || a.ack < j.out.una-int64(d.maxWnd) {
		if !j.unmoved(s, d, a) {
			return false
		}
	} else if a.n > 0 && !a.newer && !j.taken(s, d, a) {
		return false
	}
	if d.rcvNxt != j.out.rcvNxt && !j.insideEdge(s, d, a) || s.Before.State == sSYNSENT && !j.carried(s, d, a) {
		return false
	}
	if !a.plain {
		return true
	}
	counts := a.inWindow && !a.newer
	if j.book[s.End] { // behind a gap, too, and while the own window is shut
		counts = a.inWindow || a.wnd0 && a.exact
		if (a.newer && a.text > 0 || d.above.n > 0) && !j.heldAbove(s, d, a) {
			return false
		}
	}
	return j.updates(s, d, a) && (!a.ackNew || !counts || j.acknowledges(s, d, a))
}

// taken judges the seventh and the eighth check of RFC 9293 3.10.7.4 for a
// segment in the window that is next in order once what is old has been trimmed off: RCV.NXT
// advances over its text and its FIN as far as the window that the end told goes.
// A FIN that came before is the end of it all.
func (j *Judge) taken(s *sim.Step, d *shadow, a *arrival) bool {
	o := &j.out
	if !j.takes(s, d, a) {
		return true
	}
	j.ask(ruleTaken)
	end := a.seq + a.n
	want := min(end, o.rcvNxt+int64(o.rcvWnd))
	switch {
	case d.twoFINs: // nobody knows which of them holds
		want = min(want, o.rcvNxt+1)
	case d.finHeard:
		want = min(want, d.peerFin+1)
	}
	if d.rcvNxt >= want {
		return true
	}
	return j.fail(ruleTaken, s, printed(d.rcvNxt), printed(want),
		"%v left RCV.NXT at %d on %s in %v; in order it goes to %d", s.End, d.rcvNxt, j.causeText(s, d, a), s.Before.State, want)
}

// updates is I-38: SND.WND is taken from a segment only if none came before it
// that is newer (3.10.7.4, fifth: SND.WL1 and SND.WL2 keep it from being set from
// an old one). Newer is what has a later SEG.SEQ, or the same and a later SEG.ACK; a
// stack that goes by SEG.ACK first (3.8.6) is as right. What came behind a gap may
// not have been looked at yet, so it makes nothing old.
func (j *Judge) updates(s *sim.Step, d *shadow, a *arrival) bool {
	const known = endpoint.KnowWindow | endpoint.KnowRCV
	b, t := s.Before, s.After
	if b.State < sESTABLISHED || t.State < sESTABLISHED || b.Known&t.Known&known != known || j.out.unclear {
		return true
	}
	j.ask(ruleI38)
	older := d.wl1 >= 0 && (a.seq < d.wl1 && a.ack <= d.wl2 || a.seq == d.wl1 && a.ack < d.wl2)
	if older && t.SND.WND != b.SND.WND {
		return j.fail(ruleI38, s, printed(t.SND.WND), printed(b.SND.WND), "%v took its window from an old segment in %v: %s, after SEQ=%d ACK=%d",
			s.End, t.State, j.causeText(s, d, a), d.wl1, d.wl2)
	}
	if a.inWindow && !a.newer && !a.ackHigh && a.ack >= j.out.una && (a.seq > d.wl1 || a.seq == d.wl1 && a.ack > d.wl2) {
		d.wl1, d.wl2 = a.seq, a.ack
	}
	return a.seq < d.seqTop || a.ack < d.ackHeard || !a.inWindow || a.newer || j.opens(s, a)
}

// opens is the other side of I-38: a segment that no other has overtaken, neither by
// SEG.SEQ nor by SEG.ACK, is acceptable and in order, so SND.WND is taken from it
// while there may be something to send. A window that is taken back is left to the
// sender: that its right edge moves left is what a receiver should not do, and what
// to make of it is a SHOULD, too (3.8.6, SHLD-14 and SHLD-15).
func (j *Judge) opens(s *sim.Step, a *arrival) bool {
	t := s.After
	switch t.State {
	case sESTABLISHED, sFINWAIT1, sCLOSEWAIT, sCLOSING:
	default:
		return true
	}
	d := &j.ends[s.End]
	if a.ackHigh || a.ack < j.out.una || j.timestamps(s.End) || d.forgets(s, a) {
		return true
	}
	j.ask(ruleWindowTaken)
	want := j.windowOf(s.End.Peer(), s.Arrived)
	if int64(t.SND.WND) == want || a.ack+want < j.out.una+int64(s.Before.SND.WND) {
		return true
	}
	return j.fail(ruleWindowTaken, s, printed(t.SND.WND), printed(want), "%v left SND.WND at %d on %s in %v, which has SEG.WND=%d",
		s.End, t.SND.WND, j.causeText(s, d, a), t.State, want)
}

// acknowledges is the fifth check of 3.10.7.4 for an acknowledgment that is new,
// SND.UNA < SEG.ACK =< SND.NXT: SND.UNA moves there. A segment behind a gap may be
// held whole, its ACK field too (SHLD-31), and PAWS may drop one.
func (j *Judge) acknowledges(s *sim.Step, d *shadow, a *arrival) bool {
	b, t := s.Before, s.After
	if b.State < sESTABLISHED || !hasTCB(t.State) || b.Known&t.Known&endpoint.KnowSND == 0 || d.note3 ||
		j.timestamps(s.End) || j.out.unclear {
		return true
	}
	j.ask(ruleACKTaken)
	if d.una >= a.ack || d.forgets(s, a) {
		return true
	}
	return j.fail(ruleACKTaken, s, printed(d.una), printed(a.ack),
		"%v left SND.UNA at %d on %s in %v", s.End, d.una, j.causeText(s, d, a), b.State)
}

// takes reports whether a segment has to get through to the seventh check with
// something that is new. Out of it stay those of which the end
// may use less: a SYN that is trimmed, an ACK that MAY-12 calls too old, what PAWS
// may drop, and text that a half-duplex close resets.
func (j *Judge) takes(s *sim.Step, d *shadow, a *arrival) bool {
	switch state := s.Before.State; {
	case !hasTCB(s.After.State) || s.After.Known&endpoint.KnowRCV == 0:
		return false
	case a.ackHigh || a.ack < d.una-int64(d.maxWnd):
		return false
	case s.Before.Known&endpoint.KnowSND == 0 && a.ack < d.ackHeard:
		return false
	case d.note3 || j.timestamps(s.End) || j.out.unclear:
		return false
	case state == sSYNRECEIVED:
		return a.ackNew
	default:
		return state == sESTABLISHED || state == sFINWAIT1 || state == sFINWAIT2
	}
}

// forgets reports whether SEG.ACK lies above SND.NXT, which a stack has pulled back to
// resend: by the letter of 3.10.7.4 it acknowledges what is not yet sent.
func (d *shadow) forgets(s *sim.Step, a *arrival) bool {
	const known = endpoint.KnowSND
	return s.Before.Known&known == 0 || unwrap(a.ack, d.iss, uint32(s.Before.SND.NXT)) < a.ack
}
