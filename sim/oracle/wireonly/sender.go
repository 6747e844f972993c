package wireonly

import (
	"bytes"
	"fmt"

	"example.org/halfopen/endpoint"
	"example.org/halfopen/sim"
)

// seqFits: no segment leaves a gap in the send space, or stands before it. A
// keep-alive stands one number before SND.NXT.
func (j *Judge) seqFits(s *sim.Step, d *side, at int64) bool {
	if at >= 0 && at <= d.max {
		return true
	}
	return j.fail(ruleSeq, s, printed(at), "at most "+printed(d.max),
		"%v emitted SEQ=%d, but has sent up to %d", s.End, at, d.max)
}

// finFits is I-14 for the FIN: it stands behind all octets that SEND took, and
// keeps its number.
func (j *Judge) finFits(s *sim.Step, d *side, g *endpoint.Segment, at int64) bool {
	switch {
	case g.Flags&endpoint.FIN == 0:
		return true
	case d.finSent && at != d.fin:
		return j.fail(ruleI14, s, printed(at), printed(d.fin), "%v moved its FIN %d -> %d", s.End, d.fin, at)
	case !d.baseLost && at != d.taken+1:
		return j.fail(ruleI14, s, printed(at), printed(d.taken+1),
			"%v sent its FIN at %d, but took %d octets to send before it", s.End, at, d.taken)
	}
	d.finSent, d.fin = true, at
	return true
}

// textFits is I-12, I-14, I-15, I-34 and I-35 for text that begins at at: the
// same number always carries the same octet, which is the one that SEND was
// given; it is no more than the peer takes.
func (j *Judge) textFits(s *sim.Step, d *side, g *endpoint.Segment, at int64, garbage bool) bool {
	n := int64(len(g.Text))
	if n == 0 || garbage {
		return true
	}
	switch room := d.mss - len(g.Options); {
	case d.finSent && at+n > d.fin:
		return j.fail(ruleI14, s, printed(at+n-1), printed(d.fin-1),
			"%v sent octets up to %d, but its FIN was %d", s.End, at+n-1, d.fin)
	case d.haveIRS && n > int64(max(room, 1)):
		return j.fail(ruleI34, s, printed(n), printed(room),
			"%v sent %d octets in a segment; its peer takes %d", s.End, n, room)
	}
	return j.octetsFit(s, d, g, at) && j.insideWindow(s, d, at, n)
}

// octetsFit is I-12 and I-15 for text: what SEND was given, and no more.
func (j *Judge) octetsFit(s *sim.Step, d *side, g *endpoint.Segment, at int64) bool {
	n := int64(len(g.Text))
	if d.baseLost || at < 1 {
		return true
	}
	if at-1+n > d.taken {
		return j.fail(ruleI15, s, printed(at-1+n), printed(d.taken),
			"%v sent %d octets, but SEND was given only %d", s.End, at-1+n, d.taken)
	}
	want := sim.Content(j.start[s.End], at-1, int(n))
	if bytes.Equal(g.Text, want) {
		return true
	}
	i := 0
	for g.Text[i] == want[i] {
		i++
	}
	return j.fail(ruleI12, s, fmt.Sprintf("%#02x", g.Text[i]), fmt.Sprintf("%#02x", want[i]),
		"%v sent octet %d as %#02x; SEND was given %#02x", s.End, at-1+int64(i), g.Text[i], want[i])
}

// insideWindow is I-35: new text stays inside the window that the peer has
// advertised, but for probes when it is closed.
func (j *Judge) insideWindow(s *sim.Step, d *side, at, n int64) bool {
	end := at + n
	if !d.haveIRS || end <= d.max || end <= d.offered() || n == 1 || d.roomLo == 0 && at <= d.offered() {
		return true
	}
	return j.fail(ruleI35, s, printed(end), printed(d.offered()),
		"%v sent octets up to %d; the window of its peer ends at %d", s.End, end-1, d.offered())
}

// windowFits is I-37: the right edge of the own window does not move left
// (SHLD-14). After the peer's FIN the window means nothing any more.
func (j *Judge) windowFits(s *sim.Step, d *side, g *endpoint.Segment, ack int64) bool {
	t := &j.step
	wnd, unit := int64(g.Wnd), int64(1)
	if g.Flags&endpoint.SYN == 0 {
		shift := d.shift(d.own)
		wnd, unit = wnd<<shift, unit<<shift
	}
	edge := ack + wnd
	if edge+unit <= d.edge && !(d.finHeard && ack > d.finMin) {
		j.warn(ruleI37, s, printed(edge), printed(d.edge),
			"%v took the right edge of its window back %d -> %d", s.End, d.edge, edge)
	}
	if g.Flags&(endpoint.SYN|endpoint.FIN) == 0 && len(g.Text) == 0 && edge <= t.edge && wnd <= t.wnd {
		t.answers++
	}
	d.edge, d.told, d.wnd = max(d.edge, edge), edge, wnd
	return true
}
