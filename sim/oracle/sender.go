package oracle

import (
	"bytes"

	"example.org/halfopen/endpoint"
	"example.org/halfopen/sim"
	"example.org/halfopen/sim/oracle/table"
)

// out is what left in the step that is judged.
type out struct {
	acks     int   // empty ACKs,
	pure     int   // and those of them that are no window update
	unclear  bool  // the segment that arrived makes no sense, or comes from elsewhere
	owed     bool  // an answer was owed when the step began
	una, max int64 // SND.UNA, SND.MAX when it began
	rcvNxt   int64 // RCV.NXT when it began
	rcvWnd   uint32
	acked    bool  // an ACK left,
	lastAck  int64 // and the last one was this
}

// begin forgets the last step. Field by field: a composite literal would be made
// elsewhere and copied, which costs more than most rules do.
func (o *out) begin(d *shadow) {
	o.acks, o.pure, o.unclear = 0, 0, false
	o.owed = d.owed.grace != table.Now
	o.una, o.max, o.rcvNxt, o.rcvWnd = d.una, d.max, d.rcvNxt, d.rcvWnd
	o.acked, o.lastAck = false, 0
}

// emitted judges what left in a step: each segment alone (flags, numbers,
// text), and as the answer that it may be.
func (j *Judge) emitted(s *sim.Step, d *shadow, a *arrival) bool {
	o := &j.out
	own, peer := j.ports[s.End], j.ports[s.End.Peer()]
	for i := range s.Emits {
		e := &s.Emits[i]
		if e.Nth == 0 {
			continue // injected: no end sent it
		}
		j.wire.log(e, s.End)
		j.ask(ruleWire)
		g := &e.Segment
		if e.Err != nil {
			return j.fail(ruleWire, s, e.Err.Error(), "a TCP segment",
				"%v emitted a datagram that does not decode: %v", s.End, e.Err)
		}
		if (g.SrcPort != own || g.DstPort != peer) && !d.strayed {
			return j.wrongSockets(s, g)
		}
		if !j.flagsFit(s, d, g) {
			return false
		}
		if g.Flags&endpoint.RST != 0 {
			if !j.resetFits(s, d, a, g) {
				return false
			}
			continue
		}
		j.step.Sent |= formOf(g)
		if !j.segmentFits(s, d, g) {
			return false
		}
	}
	if o.acked && o.lastAck != d.rcvNxt {
		return j.wrongACK(s, d, o.lastAck)
	}
	return true
}

// wrongSockets: what an end emits goes from its port to its peer's (RFC 9293 3.3.1:
// the two sockets are the connection). Once a segment has come from elsewhere it
// may be answered there, or have begun a connection. A step does not tell the
// addresses.
func (j *Judge) wrongSockets(s *sim.Step, g *endpoint.Segment) bool {
	own, peer := j.ports[s.End], j.ports[s.End.Peer()]
	return j.fail(ruleSockets, s, printed(g.SrcPort)+" to "+printed(g.DstPort), printed(own)+" to "+printed(peer),
		"%v emitted %v from port %d to port %d in %v; its connection is from %d to %d",
		s.End, g.Flags, g.SrcPort, g.DstPort, s.After.State, own, peer)
}

// flagsFit is I-16, I-17 and I-19.
func (j *Judge) flagsFit(s *sim.Step, d *shadow, g *endpoint.Segment) bool {
	const fin, syn, rst, ack = endpoint.FIN, endpoint.SYN, endpoint.RST, endpoint.ACK
	f := g.Flags & (fin | syn | rst | ack)
	before, after := s.Before.State, s.After.State
	switch f {
	case ack, ack | fin:
		j.ask(ruleUnowed)
		if !hasTCB(before) && !hasTCB(after) && !j.hides(s.End, before) {
			return j.fail(ruleUnowed, s, g.Flags.String(), "nothing",
				"%v emitted %v in %v", s.End, g.Flags, before)
		}
		return true
	case rst, rst | ack:
		return true
	case syn | ack:
		j.ask(ruleI19)
		// A CLOSE in SYN-RECEIVED leaves it with the own SYN unacknowledged; the
		// peer's FIN may come before the ACK of it.
		if before == sSYNRECEIVED || after == sSYNRECEIVED || j.hides(s.End, after) ||
			j.out.una == 0 && (before == sFINWAIT1 || before == sCLOSING) {
			return true
		}
		return j.fail(ruleI19, s, after.String(), "SYN-RECEIVED",
			"%v emitted SYN,ACK in %v", s.End, after)
	case syn:
		if before == sSYNSENT || after == sSYNSENT || before == sSYNRECEIVED && !d.passive {
			return true
		}
		return j.fail(ruleI16, s, "SYN", "ACK on", "%v emitted a SYN without ACK in %v", s.End, after)
	case 0:
		return j.fail(ruleI16, s, g.Flags.String(), "ACK on",
			"%v emitted a segment without ACK in %v", s.End, after)
	}
	return j.fail(ruleI17, s, g.Flags.String(), "legal flags",
		"%v emitted %v in %v", s.End, g.Flags, after)
}

// segmentFits judges the numbers and the text of a segment without RST.
func (j *Judge) segmentFits(s *sim.Step, d *shadow, g *endpoint.Segment) bool {
	if j.hides(s.End, s.After.State) {
		j.saidHidden(s, d, g)
		return true
	}
	seq := uint32(g.Seq)
	if g.Flags&endpoint.SYN != 0 {
		j.ask(ruleI13)
		if d.haveISS && seq != d.iss {
			return j.newISS(s, seq)
		}
		d.haveISS, d.iss = true, seq
		d.options = optionsOf(g)
		j.noteOptions()
		d.opening.synLeft(s, g)
	}
	if g.Flags&endpoint.ACK != 0 && !j.ackFits(s, d, g) {
		return false
	}
	if !d.haveISS {
		return true
	}
	o := &j.out
	at := unwrap(o.max, d.iss, seq)
	n := int64(len(g.Text))
	length := n
	if n == 0 && g.Flags&(endpoint.SYN|endpoint.FIN) == 0 && !j.numbered(s, d, at) {
		return false
	}
	if n > 0 && at+n > o.max && !j.windowFits(s, d, g, at+n) {
		return false
	}
	if g.Flags&endpoint.SYN != 0 {
		length++
	}
	if g.Flags&endpoint.FIN != 0 {
		if !j.finFits(s, d, at+n) {
			return false
		}
		length++
	}
	if (n > 0 || len(g.Options) > 0) && !j.mssFits(s, d, g) || n > 0 && !j.textFits(s, d, g, at) {
		return false
	}
	if n > 0 && at == 1 && !j.textLeft(s, d) {
		return false
	}
	if length > 0 {
		d.try.sent(at, length, o, s)
		if j.book[s.End] && !j.leaves(s, d, g, at, at+length) {
			return false
		}
	}
	d.max = max(d.max, at+length)
	return true
}

// ackFits is I-11: SEG.ACK is RCV.NXT. While one segment is processed RCV.NXT
// may be acknowledged halfway (SYN,ACK with text); the last ACK of a step has
// to say where it stands. An ACK settles what was owed.
func (j *Judge) ackFits(s *sim.Step, d *shadow, g *endpoint.Segment) bool {
	o := &j.out
	o.acks += pure(g)
	if !d.haveIRS || s.After.Known&endpoint.KnowRCV == 0 {
		o.pure += pure(g)
		return true
	}
	j.ask(ruleI11)
	at := unwrap(d.rcvNxt, d.irs, uint32(g.Ack))
	low := max(o.rcvNxt, 1)
	if at < low || at > d.rcvNxt {
		return j.wrongACK(s, d, at)
	}
	o.acked, o.lastAck = true, at
	// A window update is no answer: it opens the window further, or says of the
	// same edge that it is worth more.
	wnd := j.windowOf(s.End, g)
	edge := at + wnd
	if j.book[s.End] && !j.edgeMoves(s, d, edge) {
		return false
	}
	if edge <= d.edge || wnd <= d.adWnd {
		o.pure += pure(g)
	}
	d.edge, d.adWnd = max(d.edge, edge), wnd
	return true
}

func pure(g *endpoint.Segment) int {
	if len(g.Text) == 0 && g.Flags&(endpoint.SYN|endpoint.FIN) == 0 {
		return 1
	}
	return 0
}

func (j *Judge) wrongACK(s *sim.Step, d *shadow, at int64) bool {
	got, want, space := figures(d.irs, at, d.rcvNxt)
	return j.fail(ruleI11, s, got, want,
		"%v emitted ACK=%s with RCV.NXT %s in %v%s", s.End, got, want, s.After.State, space)
}

// finFits is I-14 and I-15 for a FIN with the number at: it comes after CLOSE
// and after all octets that SEND took, and keeps its number.
func (j *Judge) finFits(s *sim.Step, d *shadow, at int64) bool {
	j.ask(ruleI14)
	j.ask(ruleI15)
	switch {
	case d.finSent && at != d.fin:
		return j.fail(ruleI14, s, printed(at), printed(d.fin),
			"%v moved its FIN %d -> %d in %v", s.End, d.fin, at, s.After.State)
	case !d.closed:
		return j.fail(ruleI15, s, "FIN", "none before CLOSE",
			"%v sent a FIN without CLOSE in %v", s.End, s.After.State)
	case !d.baseLost && at != d.taken+1:
		return j.fail(ruleI14, s, printed(at), printed(d.taken+1),
			"%v sent its FIN at %d, but took %d octets to send before it", s.End, at, d.taken)
	}
	d.finSent, d.fin = true, at
	return true
}

// textFits is I-12, I-14 and I-15 for text that begins with the number at: the
// same number always carries the same octet, which is the one that SEND took.
// The garbage octet of a keep-alive is exempt (MAY-6).
func (j *Judge) textFits(s *sim.Step, d *shadow, g *endpoint.Segment, at int64) bool {
	n := int64(len(g.Text))
	if g.Flags&endpoint.SYN != 0 {
		at++
	}
	if n == 1 && at < j.out.una {
		return true
	}
	if d.finSent && at+n > d.fin {
		return j.fail(ruleI14, s, printed(at+n-1), printed(d.fin-1),
			"%v sent octets up to %d, but its FIN was %d", s.End, at+n-1, d.fin)
	}
	if d.baseLost || at < 1 {
		return true
	}
	j.ask(ruleI12)
	j.ask(ruleI14)
	j.ask(ruleI15)
	off := at - 1
	if off+n > d.taken {
		return j.fail(ruleI15, s, printed(off+n), printed(d.taken),
			"%v sent %d octets, but SEND took only %d", s.End, off+n, d.taken)
	}
	want := sim.Content(j.start[s.End], off, int(n))
	if bytes.Equal(g.Text, want) {
		return true
	}
	i := 0
	for g.Text[i] == want[i] {
		i++
	}
	return j.fail(ruleI12, s, octet(g.Text[i]), octet(want[i]),
		"%v sent octet %d as %s; SEND took %s", s.End, off+int64(i), octet(g.Text[i]), octet(want[i]))
}

// resetFits is I-20: a RST has the form that goes with its cause. Whether it has
// one is for the table.
func (j *Judge) resetFits(s *sim.Step, d *shadow, a *arrival, g *endpoint.Segment) bool {
	j.ask(ruleI20)
	if s.Arrived == nil {
		j.step.Sent |= table.RSTofNXT
		return j.ownReset(s, d, g)
	}
	in, state := s.Arrived, s.Before.State
	form := table.RSTofZero
	fits := g.Flags&endpoint.ACK != 0 && g.Seq == 0 && uint32(g.Ack) == uint32(in.Seq)+uint32(a.n)
	if a.flags&endpoint.ACK != 0 {
		form, fits = table.RSTofACK, g.Flags&endpoint.ACK == 0 && g.Seq == in.Ack
	}
	j.step.Sent |= form
	switch {
	case a.flags&endpoint.RST != 0:
		return j.fail(ruleI20, s, "RST", "nothing", "%v answered a RST with a RST in %v", s.End, state)
	case (state == sFINWAIT1 || state == sFINWAIT2) && j.resets(s, d) && a.text > 0:
		return true // 3.6.1: new data after CLOSE (SHLD-3)
	case !fits && a.judged && !j.out.unclear:
		return j.fail(ruleI20, s, resetText(g), formText(form),
			"%v answered %s in %v with %s", s.End, j.causeText(s, d, a), state, resetText(g))
	}
	return true
}

// resets reports whether a half-duplex close may have ended the connection in
// this step.
func (j *Judge) resets(s *sim.Step, d *shadow) bool {
	return j.profiles[s.End].HalfDuplexClose && (s.After.State == sCLOSED || d.note3)
}

// ownReset judges a RST that answers nothing: that of ABORT, of a CLOSE with
// octets unread (3.6.1), or of an end that gives up (tolerated: 3.9.1.1).
func (j *Judge) ownReset(s *sim.Step, d *shadow, g *endpoint.Segment) bool {
	from, to := s.Before.State, s.After.State
	call := s.Cause.Kind == sim.Call
	abort := call && s.Cause.Call == sim.CallAbort && from > sSYNSENT && from < sCLOSING
	unread := call && s.Cause.Call == sim.CallClose && j.resets(s, d)
	gaveUp := s.Cause.Kind == sim.Timeout && to == sCLOSED && from != sTIMEWAIT
	if j.hides(s.End, from) { // of a connection that is not shown
		return true
	}
	if !abort && !unread && !gaveUp {
		return j.fail(ruleI20, s, "RST", "none", "%v sent a RST in %v without a cause", s.End, from)
	}
	if !d.haveISS || s.Before.Known&endpoint.KnowSND == 0 {
		return true
	}
	at := unwrap(j.out.max, d.iss, uint32(g.Seq))
	if at < j.out.una || at > j.out.max {
		got, want, space := figures(d.iss, at, j.out.max)
		return j.fail(ruleI20, s, got, want, "%v aborted with <SEQ=%s>; its SND.NXT is %s%s", s.End, got, want, space)
	}
	if g.Flags&endpoint.ACK != 0 && d.haveIRS && s.Before.Known&endpoint.KnowRCV != 0 &&
		uint32(g.Ack) != d.irs+uint32(d.rcvNxt) {
		return j.wrongACK(s, d, unwrap(d.rcvNxt, d.irs, uint32(g.Ack)))
	}
	return true
}

func resetText(g *endpoint.Segment) string {
	text := "<SEQ=" + printed(uint32(g.Seq)) + ">"
	if g.Flags&endpoint.ACK != 0 {
		text += "<ACK=" + printed(uint32(g.Ack)) + ">"
	}
	return text + "<RST>"
}
