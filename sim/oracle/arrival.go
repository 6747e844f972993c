package oracle

import (
	"example.org/halfopen/endpoint"
	"example.org/halfopen/sim"
	"example.org/halfopen/sim/oracle/table"
)

// arrival is a segment as the end that got it had to see it, before it did
// anything.
type arrival struct {
	flags  endpoint.Flags
	plain  bool // it has ACK, and neither RST nor SYN
	intact bool // not caught by the checksum
	stray  bool // a port is wrong: bits were flipped, or it answers such a segment
	judged bool // the end tells enough to know what it had to do

	seq, ack int64 // relative to the end's IRS and ISS
	n        int64 // SEG.LEN
	text     int64

	inWindow bool // passes step 1 (RFC 9293 3.10.7.4)
	left     bool // begins before RCV.NXT
	exact    bool // begins at RCV.NXT
	seqIn    bool // SEG.SEQ itself is in the window: how a RST is judged
	wnd0     bool // the window was closed

	placed  table.Fact // the same, as the table asks for it
	ackNew  bool       // SND.UNA < SEG.ACK <= SND.NXT
	ackHigh bool       // SEG.ACK > SND.NXT
	newer   bool       // it begins beyond RCV.NXT
	atEdge  bool       // it begins where the window ends: Appendix A.2 leaves open whether its ACK field is used
}

// see works out what an arriving segment is to the end that gets it, from what
// the end told before.
func (j *Judge) see(s *sim.Step, d *shadow, a *arrival) {
	g := s.Arrived
	a.flags, a.text = g.Flags, int64(len(g.Text))
	a.plain = g.Flags&(endpoint.ACK|endpoint.RST|endpoint.SYN) == endpoint.ACK
	a.intact = s.ArrivedErr != endpoint.ErrChecksum
	a.stray = g.SrcPort != j.ports[s.End.Peer()] || g.DstPort != j.ports[s.End]
	a.n = a.text
	if g.Flags&endpoint.SYN != 0 {
		a.n++
	}
	if g.Flags&endpoint.FIN != 0 {
		a.n++
	}
	state := s.Before.State
	if a.stray || a.intact && s.ArrivedErr != nil { // MUST-7: a header that makes no sense may be dropped, or reset
		return
	}
	if !hasTCB(state) {
		a.judged = !j.hides(s.End, state)
		return
	}
	if d.haveISS && g.Flags&endpoint.ACK != 0 {
		a.ack = unwrap(d.una, d.iss, uint32(g.Ack))
		a.ackNew = d.una < a.ack && a.ack <= d.max
		a.ackHigh = a.ack > d.max
		switch {
		case a.ackNew:
			a.placed = table.NewACK
		case a.ackHigh:
			a.placed = table.ACKHigh
		}
	}
	if state == endpoint.SynSent {
		a.judged = d.haveISS
		return
	}
	if !d.haveIRS || s.Before.Known&endpoint.KnowRCV == 0 || !d.haveISS {
		return
	}
	a.judged = true
	j.place(d, a, uint32(g.Seq))
}

// place is the sequence test of RFC 9293 3.4, table 6: the window is the one
// that the end told before the segment came.
func (j *Judge) place(d *shadow, a *arrival, seq uint32) {
	wnd := int64(d.rcvWnd)
	a.seq = unwrap(d.rcvNxt, d.irs, seq)
	off := a.seq - d.rcvNxt
	a.left = off < 0
	a.exact = off == 0
	a.newer = off > 0
	a.atEdge = off == wnd
	a.wnd0 = wnd == 0
	a.seqIn = off >= 0 && off < wnd || a.exact
	switch {
	case a.n == 0:
		a.inWindow = a.seqIn
	case wnd > 0:
		last := off + a.n - 1
		a.inWindow = off >= 0 && off < wnd || last >= 0 && last < wnd
	}
	switch {
	case a.left:
		a.placed |= table.BeforeNXT
	case a.exact:
		a.placed |= table.AtNXT
	default:
		a.placed |= table.BeyondNXT
	}
	if a.seqIn {
		a.placed |= table.SEQInWindow
	}
	if a.wnd0 {
		a.placed |= table.WindowZero
	}
	switch {
	case a.inWindow:
		a.placed |= table.InWindow
	case a.left || a.wnd0 || a.atEdge:
		a.placed |= table.NearWindow
	}
}

// hear writes down what an intact segment told: the highest acknowledgment,
// and where the peer's stream ends.
func (j *Judge) hear(s *sim.Step, d *shadow, a *arrival) {
	if !a.intact {
		return
	}
	d.heardAt = s.At
	if a.flags&endpoint.RST != 0 {
		j.troubles.forged = j.troubles.forged || s.Cause.Kind == sim.Fault || s.Cause.Undetected
		return
	}
	if s.Before.State == sLISTEN {
		j.heardHidden(s, d)
	}
	if a.stray {
		j.hostile, d.strayed = true, true
		return
	}
	if a.flags&endpoint.SYN != 0 {
		d.hearMSS(j, s)
	}
	forged := s.Cause.Kind == sim.Fault
	odd := forged || s.Cause.Undetected || s.ArrivedErr != nil
	if odd {
		d.forged = true
		j.hostile = true
		// Text, or a FIN, that nobody sent is excused only if it may have
		// got into the stream.
		if !forged || a.n > 0 && (a.inWindow || s.Before.State <= endpoint.SynSent || !a.judged) {
			d.tainted = true
		}
	}
	if s.ArrivedErr != nil {
		d.ackHeard = max(d.ackHeard, d.max) // MUST-7: it may have been believed
	}
	if s.Before.State <= endpoint.SynSent {
		d.hearEarlyFIN(s, a)
		if !hasTCB(s.Before.State) {
			return
		}
	}
	if a.flags&endpoint.ACK != 0 && a.ack > d.ackHeard && !a.ackHigh && d.haveISS &&
		(a.inWindow || a.left || a.wnd0 || a.atEdge || !a.judged || s.Before.State == endpoint.SynSent) {
		d.ackHeard = a.ack
	}
	if a.flags&endpoint.ACK != 0 && a.seq > d.seqTop {
		d.seqTop = a.seq
	}
	if a.text > 0 && a.inWindow {
		d.hearText(a)
	}
	if a.flags&endpoint.FIN != 0 && s.Before.State != endpoint.SynSent && (a.inWindow || !a.judged) {
		j.hearLateFIN(s, d, a)
	}
	d.try.heard(d, a, s)
}

// hearEarlyFIN notes a FIN that comes with the SYN, which has number 0. One
// without ACK may be kept, or left to the peer to resend.
func (d *shadow) hearEarlyFIN(s *sim.Step, a *arrival) {
	const both = endpoint.SYN | endpoint.FIN
	if a.flags&both != both || !hasTCB(s.After.State) || a.flags&endpoint.ACK != 0 && !a.ackNew {
		return
	}
	d.hearFIN(a.n - 1)
	d.twoFINs = a.flags&endpoint.ACK == 0
}

// hearLateFIN notes a FIN that gets as far as step 8 of RFC 9293 3.10.7.4, now or
// when a gap is filled: step 4 refuses a SYN, step 5 a segment without ACK or
// with a bad one. Where stacks differ (a SYN that is trimmed, an ACK that MAY-12
// calls too old, a window that was wider) the FIN may count, or not. One beyond the
// window is trimmed off, with the text that does not fit.
func (j *Judge) hearLateFIN(s *sim.Step, d *shadow, a *arrival) {
	const syn, ack = endpoint.SYN, endpoint.ACK
	at, edge := a.seq+a.n-1, d.rcvNxt+int64(d.rcvWnd)
	switch {
	case !a.judged:
		d.hearFIN(at)
		d.twoFINs = true
	case at > max(edge, d.edge):
	case a.flags&ack == 0 || a.ackHigh || a.flags&syn != 0 && !a.left:
	case s.Before.State == endpoint.SynReceived && !a.ackNew:
	case a.flags&syn != 0 || a.ack < d.una-int64(d.maxWnd) || at >= edge:
		d.hearFIN(at)
		d.twoFINs = true
	default:
		d.hearFIN(at)
	}
}

func (d *shadow) hearFIN(at int64) {
	if d.finHeard && d.peerFin != at || at < d.textHeard {
		d.twoFINs = true
	}
	d.finHeard, d.peerFin = true, at
}

// hearText notes how far text went. A FIN below that bears the number of an octet:
// if it waits behind a gap (SHLD-31) it is old when text fills the gap, and need not
// be taken any more.
func (d *shadow) hearText(a *arrival) {
	d.textHeard = max(d.textHeard, a.seq+a.text)
	if d.finHeard && d.peerFin < d.textHeard {
		d.twoFINs = true
	}
}

// tookFIN reports whether the end has taken the peer's FIN, in order, by the
// end of this step. The segment of this step need not carry it: a FIN that
// waited behind a gap counts when the gap is filled (SHLD-31).
func (d *shadow) tookFIN(s *sim.Step) bool {
	if !d.finHeard {
		return false
	}
	if s.After.Known&endpoint.KnowRCV == 0 || !d.haveIRS || d.twoFINs {
		return true
	}
	return unwrap(d.rcvNxt, d.irs, uint32(s.After.RCV.NXT)) == d.peerFin+1
}
