package oracle

import (
	"example.org/halfopen/endpoint"
	"example.org/halfopen/sim"
)

// taken judges the seventh and the eighth check of RFC 9293 3.10.7.4 for a
// segment that is next in order once what is old has been trimmed off: RCV.NXT
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
	if a.flags&(endpoint.ACK|endpoint.RST|endpoint.SYN) != endpoint.ACK || b.State < sESTABLISHED || t.State < sESTABLISHED ||
		b.Known&t.Known&known != known || j.out.unclear {
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
	return true
}

// takes reports whether a segment has to get through to the seventh check with
// something that is new and next in order. Out of it stay those of which the end
// may use less: a SYN that is trimmed, an ACK that MAY-12 calls too old, what PAWS
// may drop, and text that a half-duplex close resets.
func (j *Judge) takes(s *sim.Step, d *shadow, a *arrival) bool {
	switch state := s.Before.State; {
	case a.n == 0 || !a.inWindow || a.newer || !hasTCB(s.After.State) || s.After.Known&endpoint.KnowRCV == 0:
		return false
	case a.flags&(endpoint.ACK|endpoint.RST|endpoint.SYN) != endpoint.ACK || a.ackHigh || a.ack < d.una-int64(d.maxWnd):
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
