package oracle

import (
	"bytes"
	"fmt"

	"example.org/halfopen/endpoint"
	"example.org/halfopen/faults"
	"example.org/halfopen/sim"
	"example.org/halfopen/sim/oracle/table"
)

// struck judges a fault that struck, or what reached a host that is down:
// nobody was called, so nothing may leave, and only a crash changes anything.
func (j *Judge) struck(s *sim.Step, d *shadow) bool {
	from, to := s.Before.State, s.After.State
	j.ask(ruleDead)
	j.ask(ruleI1)
	if len(s.Emits) > 0 {
		return j.fail(ruleDead, s, printed(len(s.Emits)), "0",
			"%v emitted %d segments in a step in which nobody called it", s.End, len(s.Emits))
	}
	switch op := j.faultOf(s).Op; {
	case !s.Cause.Deaf && op == faults.Crash:
		d.down, d.lostData, j.gaveUp = true, true, true
		d.ancestry.wiped = true
		d.settled(j)
		j.unsettle(s)
		if from != to {
			j.coverage.Visits[to]++
			j.coverage.Edges[from][to]++
		}
		j.step = table.Step{From: from, To: to, Event: table.Crash, Facts: table.Known(0)}
		if j.found = table.Match(&j.step); !j.found.Explained() {
			return j.fail(ruleI1, s, to.String(), "CLOSED",
				"%v crashed in %v but is in %v", s.End, from, to)
		}
		d.state = to
		j.troubles.meet(j, s, d)
		if !j.together(s) {
			return false
		}
		d.unsent, d.readable = 0, 0
		return true
	case !s.Cause.Deaf:
		d.down = d.down && op != faults.Restart
		j.unsettle(s)
	}
	if from != to {
		return j.fail(ruleI1, s, to.String(), from.String(),
			"%v went %v, but nobody called it", s.End, Edge{from, to})
	}
	return true
}

// inert is I-41: a segment that the checksum caught changes nothing at all and
// elicits nothing (MUST-3).
func (j *Judge) inert(s *sim.Step) bool {
	b, a := s.Before, s.After
	j.ask(ruleI41)
	if len(s.Emits) > 0 {
		return j.fail(ruleI41, s, printed(len(s.Emits)), "0",
			"%v answered a corrupted segment with %v", s.End, s.Emits[0].Segment.Flags)
	}
	k := b.Known & a.Known
	same := b.State == a.State &&
		(k&endpoint.KnowSND == 0 ||
			b.SND.UNA == a.SND.UNA && b.SND.NXT == a.SND.NXT && b.SND.MAX == a.SND.MAX) &&
		(k&endpoint.KnowWindow == 0 || sameWindow(b, a)) &&
		(k&endpoint.KnowRCV == 0 || b.RCV == a.RCV) &&
		(k&endpoint.KnowBuffers == 0 ||
			b.Readable == a.Readable && b.Unsent == a.Unsent && b.EOF == a.EOF) &&
		(k&endpoint.KnowErr == 0 || b.Err == a.Err)
	if same {
		return true
	}
	return j.fail(ruleI41, s, tcbText(a), tcbText(b),
		"%v changed on a corrupted segment: %s -> %s", s.End, tcbText(b), tcbText(a))
}

func sameWindow(b, a *endpoint.Status) bool {
	return b.SND.WND == a.SND.WND && b.SND.WL1 == a.SND.WL1 && b.SND.WL2 == a.SND.WL2
}

// unmoved is I-40: a segment that fails step 1 changes nothing but what its
// answer changes. An old one's ACK field may be used (A.2), and with a closed
// window any valid one should be. One without ACK that gets as far as the fifth
// check is dropped there (3.10.7.4), with all that it carries, and so is one whose
// ACK is out of range.
func (j *Judge) unmoved(s *sim.Step, d *shadow, a *arrival) bool {
	state, rcvNxt := s.Before.State, j.out.rcvNxt
	refused := !a.inWindow && state >= sSYNRECEIVED && hasTCB(s.After.State) &&
		(state != sTIMEWAIT || !d.reopened) && (a.flags&endpoint.RST == 0 || !a.seqIn)
	dropped := a.inWindow && state >= sSYNRECEIVED && hasTCB(s.After.State) &&
		(a.flags&(endpoint.ACK|endpoint.SYN|endpoint.RST) == 0 || a.plain && state > sSYNRECEIVED && j.badACK(s, d, a))
	if !refused && !dropped {
		return j.obeyed(s, a)
	}
	r, what := ruleI40, "an unacceptable segment"
	switch {
	case dropped && a.plain:
		r, what = ruleHigh, "a segment whose ACK is out of range"
	case dropped:
		r, what = ruleNoACK, "a segment without ACK"
	}
	j.ask(r)
	b, t := s.Before, s.After
	k := b.Known & t.Known
	if d.rcvNxt != rcvNxt {
		return j.fail(r, s, printed(d.rcvNxt), printed(rcvNxt), "%v took RCV.NXT %d -> %d from %s: %s",
			s.End, rcvNxt, d.rcvNxt, what, j.causeText(s, d, a))
	}
	if k&endpoint.KnowBuffers != 0 && (b.Readable != t.Readable || b.EOF != t.EOF) {
		return j.fail(r, s, printed(t.Readable), printed(b.Readable),
			"%v took text from %s: %s", s.End, what, j.causeText(s, d, a))
	}
	if refused && (a.left || a.wnd0 || a.atEdge) { // A.2: the ACK field may be used
		return true
	}
	if k&endpoint.KnowSND != 0 && b.SND.UNA != t.SND.UNA ||
		k&endpoint.KnowWindow != 0 && !sameWindow(b, t) {
		return j.fail(r, s, tcbText(t), tcbText(b),
			"%v used the ACK field of %s: %s", s.End, what, j.causeText(s, d, a))
	}
	return true
}

// badACK reports whether the fifth check drops a segment for what it acknowledges: what
// was never sent, or, by MAY-12, what was acknowledged long ago.
func (j *Judge) badACK(s *sim.Step, d *shadow, a *arrival) bool {
	return a.ackHigh || j.profiles[s.End].ACKRange && s.Before.Known&endpoint.KnowWindow != 0 && a.ack < j.out.una-int64(d.maxWnd)
}

// obeyed is the other side of I-22: a RST that is good ends the connection, and
// a segment that was refused for being a challenge does not move the streams.
func (j *Judge) obeyed(s *sim.Step, a *arrival) bool {
	state := s.Before.State
	if a.flags&endpoint.RST == 0 || !a.judged || !hasTCB(state) {
		return true
	}
	j.ask(ruleI22)
	if s.After.State != state {
		return true
	}
	if state == sTIMEWAIT && j.profiles[s.End].RFC1337 {
		return true
	}
	if state == sSYNSENT && a.ackNew || state != sSYNSENT && a.exact {
		return j.fail(ruleI22, s, state.String(), "CLOSED",
			"%v ignored an acceptable RST in %v", s.End, state)
	}
	return true
}

// called keeps the books of a user call, and judges the octets that a RECEIVE
// gave.
func (j *Judge) called(s *sim.Step, d *shadow) bool {
	c := &s.Cause
	j.unsettle(s)
	switch c.Call {
	case sim.CallSend:
		j.ask(ruleI15)
		if c.N > 0 && d.closed {
			return j.fail(ruleI15, s, printed(int(c.N)), "connection closing",
				"%v took %d octets after CLOSE", s.End, c.N)
		}
		d.taken += int64(c.N)
	case sim.CallReceive:
		return j.received(s, d)
	case sim.CallClose:
		if hasTCB(s.Before.State) && s.Before.State != sSYNSENT {
			d.queued = d.queued || s.Before.State == sSYNRECEIVED || s.Before.State == sCLOSEWAIT
			d.closed = true
		}
		if hasTCB(s.Before.State) && (s.After.State == sCLOSED || d.note3) {
			d.lostData = true
			j.aborted = j.aborted || s.Before.State != sSYNSENT
		}
	case sim.CallAbort:
		j.aborted, d.lostData = true, true
	}
	return true
}

// received is I-3, I-4 and I-5: the octets that are read are the peer's, in
// order, none missing and none twice; the end of the stream comes after all of
// them.
func (j *Judge) received(s *sim.Step, d *shadow) bool {
	c, peer := &s.Cause, &j.ends[s.End.Peer()]
	if n := int64(c.N); n > 0 {
		j.ask(ruleI4)
		if st := s.Before.State; st == sLISTEN || st == sSYNSENT || st == sSYNRECEIVED {
			return j.fail(ruleI4, s, printed(n), "0", "%v delivered %d octets in %v", s.End, n, st)
		}
		at := d.read
		d.read += n
		if d.tainted {
			return true
		}
		j.ask(ruleI3)
		want := sim.Content(j.start[s.End.Peer()], at, int(n))
		if !bytes.Equal(s.Data, want) {
			return j.wrongOctet(s, at, want)
		}
		if j.matched() && !peer.baseLost && d.read > peer.taken {
			return j.fail(ruleI3, s, printed(d.read), printed(peer.taken),
				"%v delivered %d octets, but %v sent %d", s.End, d.read, s.End.Peer(), peer.taken)
		}
	}
	if c.EOF && !d.tainted && j.matched() && !peer.baseLost {
		j.ask(ruleI5)
		if !peer.closed {
			return j.fail(ruleI5, s, "EOF", "none",
				"%v signalled EOF, but %v never closed", s.End, s.End.Peer())
		}
		if d.read != peer.taken {
			return j.fail(ruleI5, s, printed(d.read), printed(peer.taken),
				"%v signalled EOF after %d of %d octets", s.End, d.read, peer.taken)
		}
	}
	return true
}

func (j *Judge) wrongOctet(s *sim.Step, at int64, want []byte) bool {
	i := 0
	for i < len(s.Data) && i < len(want) && s.Data[i] == want[i] {
		i++
	}
	if i == len(s.Data) {
		return j.fail(ruleI3, s, printed(len(s.Data)), printed(len(want)),
			"%v said it gave %d octets but gave %d", s.End, len(want), len(s.Data))
	}
	return j.fail(ruleI3, s, octet(s.Data[i]), octet(want[i]),
		"%v delivered octet %d as %s, but %v sent %s", s.End, at+int64(i), octet(s.Data[i]),
		s.End.Peer(), octet(want[i]))
}

func octet(b byte) string {
	const hex = "0123456789abcdef"
	return "0x" + string([]byte{hex[b>>4], hex[b&15]})
}

func tcbText(t *endpoint.Status) string {
	return fmt.Sprintf("%v SND.UNA=%d SND.NXT=%d SND.WND=%d RCV.NXT=%d RCV.WND=%d", t.State,
		uint32(t.SND.UNA), uint32(t.SND.NXT), t.SND.WND, uint32(t.RCV.NXT), t.RCV.WND)
}
