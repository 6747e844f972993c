package wireonly

import (
	"example.org/halfopen/endpoint"
	"example.org/halfopen/sim"
)

// arrival is a segment as the end that got it may have seen it. What depends on
// numbers that are only known between bounds has two answers: may, if it is so
// for some of them, and must, if it is so for all.
type arrival struct {
	g     *endpoint.Segment // nil: nothing came that is a segment to this end
	flags endpoint.Flags
	stray bool // it is not of this connection
	odd   bool // or its header makes no sense: it may be dropped, or reset (MUST-7)

	garbled bool // bits were flipped behind the checksum's back: a Step shows its options as they were before

	seq, ack int64
	n        int64 // SEG.LEN
	text     int64

	fits     bool // it may pass step 1 (RFC 9293 3.10.7.4)
	surely   bool // it must
	in       bool // SEG.SEQ itself may stand in the window: how a RST is judged
	exact    bool // it may be RCV.NXT
	exactly  bool // it must be
	left     bool // it may begin before RCV.NXT
	inOrder  bool // it must begin at RCV.NXT, or before
	usable   bool // its ACK field may be used: it is not beyond the window, or at its edge (Appendix A.2)
	ackNew   bool // SND.UNA < SEG.ACK <= SND.NXT may be
	ackHigh  bool // SEG.ACK > SND.NXT
	ackBad   bool // SEG.ACK <= SND.UNA may be, or SEG.ACK > SND.NXT
	quiet    bool // it must pass for an acceptable ACK without anything else
	obsolete bool // it must be one that was taken long ago
	resets   bool // it is a RST that may have ended the connection
}

// anyBuffer is the window of a stack that does not say how large its own is.
const anyBuffer = 1 << 30

// see works out what a segment is to the end that it came to. In SYN-SENT, where
// there is no RCV.NXT, only the ACK counts.
func (j *Judge) see(s *sim.Step, d *side, a *arrival) {
	g := s.Arrived
	*a = arrival{g: g, flags: g.Flags, text: int64(len(g.Text))}
	a.n = int64(g.Len())
	a.garbled = s.Cause.Undetected
	a.stray = g.SrcPort != j.ports[s.End.Peer()] || g.DstPort != j.ports[s.End]
	a.odd = s.ArrivedErr != nil || a.stray
	if d.have && a.flags&endpoint.ACK != 0 {
		a.ack = unwrap(d.unaHi, d.iss, uint32(g.Ack))
		a.ackHigh = a.ack > d.max
		a.ackNew = a.ack > d.unaLo && !a.ackHigh
		a.ackBad = a.ack <= d.unaHi || a.ackHigh
	}
	if d.haveIRS {
		j.place(s.End, d, a)
	}
	if a.odd || !d.fresh(g) || a.garbled && d.timestamps() {
		a.surely, a.exactly, a.obsolete = false, false, false
	}
	const bits = endpoint.SYN | endpoint.FIN | endpoint.RST | endpoint.ACK
	a.quiet = a.surely && a.n == 0 && a.flags&bits == endpoint.ACK && !a.ackHigh && a.ack >= d.unaHi
}

// fresh reports whether timestamps, where they are used, leave a segment to be
// judged by its numbers: it has them, and none newer came before (RFC 7323 3.2,
// 5.3). A RST needs none.
func (d *side) fresh(g *endpoint.Segment) bool {
	if !d.timestamps() || g.Flags&endpoint.RST != 0 {
		return true
	}
	val, _, ok := g.Options.Timestamps()
	if !ok || d.stamped && int32(val-d.stamp) < 0 {
		return false
	}
	d.stamped, d.stamp = true, val
	return true
}

// place is the sequence test of RFC 9293 3.4, table 6. The window ends at the
// edge that was advertised last, or beyond it: how far nobody has said. One that
// was taken back counts no more by that test; but RFC 7323 2.4 still honors it,
// where windows are scaled.
func (j *Judge) place(e endpoint.End, d *side, a *arrival) {
	a.seq = unwrap(d.rcvHi, d.irs, uint32(a.g.Seq))
	last := a.seq + max(a.n, 1) - 1
	lo, hi := d.rcvLo, d.rcvHi
	edge := max(d.edge, hi)
	end := max(edge, hi+j.buffer(e))
	sure := edge
	if !d.own.scale || !d.peers.scale {
		sure = min(edge, d.told)
	}
	inside := func(x int64) bool { return hi <= x && x < sure }
	maybe := func(x int64) bool { return lo <= x && x < end }

	a.exact = lo <= a.seq && a.seq <= hi
	a.exactly = lo == hi && a.seq == hi
	a.in = maybe(a.seq) || a.exact
	a.left = a.seq < hi
	a.inOrder = a.seq <= lo
	a.usable = a.seq <= end
	if a.n == 0 {
		a.fits = a.in
		a.surely = inside(a.seq) || a.exactly
	} else {
		a.fits = maybe(a.seq) || maybe(last)
		a.surely = inside(a.seq) || inside(last)
		a.obsolete = last < lo
	}
}

func (j *Judge) buffer(e endpoint.End) int64 {
	if n := j.profiles[e].ReceiveBuffer; n > 0 {
		return int64(n)
	}
	return anyBuffer
}

// hear writes down what a segment tells an end that has a connection:
// acknowledgments, the peer's window, text and FIN that may have been taken.
func (d *side) hear(a *arrival, shift uint8) {
	if a.flags&(endpoint.RST|endpoint.ACK) != endpoint.ACK || a.ackHigh || !a.usable {
		return
	}
	syn := a.flags&endpoint.SYN != 0
	d.hearWindow(a, shift)
	d.unaHi = max(d.unaHi, a.ack)
	if a.surely && a.inOrder && !syn {
		d.unaLo = max(d.unaLo, a.ack)
	}
	fin := a.flags&endpoint.FIN != 0
	if d.set&beforeFIN == 0 {
		d.hearAgain(a, fin)
		return
	}
	if !a.fits || syn && !a.left {
		return
	}
	if d.set.within(inSYNRECEIVED) && !a.ackNew {
		return
	}
	at, n := a.seq, a.text
	if syn {
		at++
	}
	d.take(at, n, fin)
}

// hearAgain is a FIN that stands behind one that was taken. The eighth check of
// RFC 9293 3.10.7.4 advances RCV.NXT over a FIN in every state, and then says
// "remain in the CLOSE-WAIT state": by the letter over this one, too. A peer that
// sends two is nothing that the RFC provides for, so the FIN may be left alone as
// well.
func (d *side) hearAgain(a *arrival, fin bool) {
	if at := a.seq + a.text; fin && a.fits && a.flags&endpoint.SYN == 0 && d.rcvLo <= at && at <= d.rcvHi {
		d.rcvHi = max(d.rcvHi, at+1)
	}
}

// hearWindow writes down what a segment says of the send window. One that
// stands in order with all before it must have set it, by the rule about SND.WL1
// and SND.WL2; any other may have.
func (d *side) hearWindow(a *arrival, shift uint8) {
	wnd := int64(a.g.Wnd)
	if a.flags&endpoint.SYN == 0 {
		wnd <<= shift
	}
	if a.surely && a.inOrder && a.seq >= d.roomSeq && a.ack >= d.unaHi && a.flags&endpoint.SYN == 0 {
		d.roomLo, d.roomHi = wnd, wnd
	}
	d.roomLo, d.roomHi = min(d.roomLo, wnd), max(d.roomHi, wnd)
	d.roomSeq = max(d.roomSeq, a.seq)
}
