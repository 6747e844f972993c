package oracle

import (
	"example.org/halfopen/endpoint"
	"example.org/halfopen/sim"
)

// above is text that came above a gap and fitted the window: as much of it as there
// is room to remember.
type above struct {
	n    int
	span [4]struct{ from, to int64 }
}

// heldAbove is SHLD-31 (RFC 9293 3.10.7.4): what came above a gap is held, and once the gap is
// filled RCV.NXT moves over it, too.
func (j *Judge) heldAbove(s *sim.Step, d *shadow, a *arrival) bool {
	const control = endpoint.ACK | endpoint.RST | endpoint.SYN
	k, o := &d.above, &j.out
	if t := s.After; t.State < sESTABLISHED || t.State > sFINWAIT2 || d.finHeard || j.out.unclear {
		k.n = 0 // where the stream ends decides then
		return true
	}
	from, to := max(a.seq, o.rcvNxt), min(a.seq+a.text, o.rcvNxt+int64(o.rcvWnd))
	if s.Before.State >= sESTABLISHED && a.flags&control == endpoint.ACK && !a.ackHigh && a.ack >= o.una-int64(d.maxWnd) &&
		from < to && k.n < len(k.span) {
		k.span[k.n].from, k.span[k.n].to = from, to
		k.n++
	}
	left := 0
	for _, p := range k.span[:k.n] {
		if p.from <= d.rcvNxt && d.rcvNxt < p.to {
			j.ask(ruleHeld)
			return j.fail(ruleHeld, s, printed(d.rcvNxt), printed(p.to),
				"%v left RCV.NXT at %d in %v, but %d to %d came above a gap before", s.End, d.rcvNxt, s.After.State, p.from, p.to-1)
		}
		if d.rcvNxt < p.from {
			k.span[left] = p
			left++
		} else {
			j.ask(ruleHeld)
		}
	}
	k.n = left
	return true
}

// insideEdge is I-39: nothing is taken from behind the right edge that was advertised
// (RFC 9293 3.10.7.4: a segment is trimmed to the window, its FIN included; 3.8.6).
func (j *Judge) insideEdge(s *sim.Step, d *shadow, a *arrival) bool {
	const known = endpoint.KnowRCV
	o := &j.out
	if s.Before.Known&s.After.Known&known == 0 || s.Before.State < sSYNRECEIVED || !hasTCB(s.After.State) || d.rcvNxt == o.rcvNxt {
		return true
	}
	j.ask(ruleI39)
	edge := max(o.rcvNxt+int64(o.rcvWnd), d.edge)
	if d.rcvNxt <= edge {
		return true
	}
	return j.fail(ruleI39, s, printed(d.rcvNxt), printed(edge),
		"%v took RCV.NXT to %d on %s in %v; the right edge of its window is %d", s.End, d.rcvNxt, j.causeText(s, d, a), s.Before.State, edge)
}

// strangerInert: a segment for another socket, or from another than that of the
// connection, does nothing to it (RFC 9293 3.10.7: it is for a TCB that there is not).
func (j *Judge) strangerInert(s *sim.Step, d *shadow) bool {
	g, b, t := s.Arrived, s.Before, s.After
	own, peer := j.ports[s.End], j.ports[s.End.Peer()]
	if s.ArrivedErr != nil || d.strayed && g.DstPort == own || g.DstPort == own && (g.SrcPort == peer || !hasTCB(b.State)) {
		return true
	}
	j.ask(ruleStranger)
	k := b.Known & t.Known
	if b.State == t.State && (k&endpoint.KnowSND == 0 || b.SND.UNA == t.SND.UNA) &&
		(k&endpoint.KnowRCV == 0 || b.RCV.NXT == t.RCV.NXT) && (k&endpoint.KnowWindow == 0 || sameWindow(b, t)) {
		return true
	}
	return j.fail(ruleStranger, s, tcbText(t), tcbText(b), "%v took a segment from port %d to %d in %v; its connection is of %d and %d",
		s.End, g.SrcPort, g.DstPort, b.State, peer, own)
}
