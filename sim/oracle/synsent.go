package oracle

import (
	"example.org/halfopen/endpoint"
	"example.org/halfopen/sim"
)

// carried judges what a good SYN,ACK carries beside the SYN: processing goes on at the
// sixth check (RFC 9293 3.10.7.3, fourth), so that text and FIN are taken as far as the
// window goes that the own SYN announced. After the FIN the end is in CLOSE-WAIT.
func (j *Judge) carried(s *sim.Step, d *shadow, a *arrival) bool {
	const control = endpoint.SYN | endpoint.ACK | endpoint.RST
	if s.Before.State != sSYNSENT || a.flags&control != endpoint.SYN|endpoint.ACK || !a.ackNew ||
		a.n < 2 || !hasTCB(s.After.State) || j.out.unclear {
		return true
	}
	j.ask(ruleCarried)
	room := int64(d.opening.wnd)
	got, want := d.rcvNxt, min(a.n, 1+room)
	if s.After.Known&endpoint.KnowRCV == 0 || !d.haveIRS {
		if a.flags&endpoint.FIN == 0 || want < a.n || s.After.State != sESTABLISHED {
			return true
		}
		return j.fail(ruleCarried, s, s.After.State.String(), sCLOSEWAIT.String(),
			"%v is in %v after %s, whose FIN is in the window", s.End, s.After.State, j.causeText(s, d, a))
	}
	if got >= want {
		return true
	}
	return j.fail(ruleCarried, s, printed(got), printed(want),
		"%v left RCV.NXT at %d on %s in SYN-SENT; with what it carries it goes to %d", s.End, got, j.causeText(s, d, a), want)
}
