package search

import (
	"time"

	"example.org/halfopen/endpoint"
	"example.org/halfopen/sim"
)

// answers looks for segments that this side answered in time, and the other,
// which heard the same in the same state, did not.
func (c *comparison) answers(side int) {
	s, o := c.sights[side], c.sights[1-side]
	used := map[cause]int{} // only asked, never walked: the n-th hearing of each
	for i := range s.heard {
		h := &s.heard[i]
		if h.step >= c.until[side].step {
			return
		}
		n := used[h.cause]
		used[h.cause]++
		if !owes(h) {
			continue
		}
		pay, ok := s.answer(h)
		if !ok {
			continue
		}
		other := o.hearing(&h.cause, n)
		if other == nil || other.before != h.before || other.gappy || other.at+maxDelayedACK > c.until[1-side].at ||
			o.endedWithin(other.step, other.at+maxDelayedACK) {
			continue
		}
		if _, ok := o.answer(other); ok || h.cause.repeats() && o.withheld(other) {
			continue
		}
		d := candidate{kind: DivergedAnswer, state: h.before, after: h.cause.words(), why: "RFC 9293 sections 3.10.7.4, 3.8.6.3"}
		d.shown[side] = showing{moment: pay.moment}
		d.shown[1-side] = showing{moment: moment{step: other.step, at: other.at + maxDelayedACK}, nothing: true}
		d.words[side], d.words[1-side] = "["+pay.flags.String()+"]", "nothing"
		c.found = append(c.found, d)
	}
}

// owes reports whether a segment is owed an answer, whatever choices an
// implementation has made: text or FIN in order, or what came a second time.
func owes(h *hearing) bool {
	c := &h.cause
	if c.kind != sim.Arrival || c.end == c.seq || c.flags.Has(endpoint.RST) || h.gappy || h.before < endpoint.SynReceived {
		return false
	}
	if c.place == 0 && !c.beyond && c.flags == endpoint.ACK|c.flags&endpoint.FIN && c.acks <= 0 {
		return h.before == endpoint.Established || h.before == endpoint.FinWait1 || h.before == endpoint.FinWait2
	}
	if c.place >= 0 && c.flags.Has(endpoint.SYN) { // a challenge ACK, or the RST of RFC 793
		return h.before.Synchronized() && h.before != endpoint.TimeWait
	}
	crossed := h.before == endpoint.SynReceived && c.flags.Has(endpoint.SYN|endpoint.ACK) // figure 7
	return c.place < 0 && !crossed
}

// repeats reports whether any ACK answers it: there is nothing new in it.
func (c *cause) repeats() bool { return c.place < 0 || c.flags.Has(endpoint.SYN) }

// answer is the first segment that pays for one that was heard; in time.
func (s *sight) answer(h *hearing) (*sending, bool) {
	for i := range s.sent {
		m := &s.sent[i]
		if m.step < h.step {
			continue
		}
		if m.at >= h.at+maxDelayedACK {
			break
		}
		if m.flags.Has(endpoint.RST) || m.flags.Has(endpoint.ACK) && (h.cause.repeats() || m.ack >= h.cause.end) {
			return m, true
		}
	}
	return nil, false
}

// hearing is the n-th time that a segment was heard, nil if it was not.
func (s *sight) hearing(c *cause, n int) *hearing {
	for i := range s.heard {
		if s.heard[i].cause == *c {
			if n == 0 {
				return &s.heard[i]
			}
			n--
		}
	}
	return nil
}

// endedWithin reports whether the run, or the connection, ended after a step and up to
// a time: then nothing can be demanded at that time.
func (s *sight) endedWithin(after uint32, until time.Duration) bool {
	for i := range s.main {
		it := &s.main[i]
		over := it.what == stopped || it.what == entered && it.state <= endpoint.Listen
		if over && it.step > after && it.at <= until {
			return true
		}
	}
	return false
}

// withheld reports whether an ACK may have been withheld by a throttle: a bare
// one that says nothing new left not long before.
func (s *sight) withheld(h *hearing) bool {
	said := int64(-1)
	for i := range s.sent {
		m := &s.sent[i]
		if m.step >= h.step {
			break
		}
		bare := m.seq == m.end && m.flags == endpoint.ACK && m.ack <= said
		if bare && m.at > h.at-throttled {
			return true
		}
		said = max(said, m.ack)
	}
	return false
}

// resends compares how an octet, SYN or FIN that is not acknowledged is sent
// again.
func (c *comparison) resends(side int) {
	s, o := c.sights[side], c.sights[1-side]
	for i := range s.sent {
		m := &s.sent[i]
		if m.step >= c.until[side].step {
			return
		}
		if m.kind != sim.Timeout || !m.oldest || m.closed || m.flags.Has(endpoint.RST) {
			continue
		}
		first := max(m.seq, 0)
		mine := s.transmissions(m.conn, first, m.step) // m among them
		theirs := o.transmissions(m.conn, first, ^uint32(0))
		switch n := len(mine); {
		case n < 2 || len(theirs) == 0:
		case len(theirs) < n:
			c.unsent(side, m, theirs)
		default:
			c.intervals(side, mine, theirs[:n])
		}
	}
}

// transmissions lists when an octet of a connection left, up to a step.
func (s *sight) transmissions(conn int, octet int64, until uint32) (list []*sending) {
	for i := range s.sent {
		m := &s.sent[i]
		if m.step > until {
			break
		}
		if m.conn == conn && m.seq <= octet && octet < m.end && !m.flags.Has(endpoint.RST) {
			list = append(list, m)
		}
	}
	return list
}

// unsent decides what it means that the other run sent an octet less often: it
// should have done so, if for as long as its RTO can last nothing else happened.
func (c *comparison) unsent(side int, m *sending, theirs []*sending) {
	o := c.sights[1-side]
	last, wait := theirs[len(theirs)-1], maxRTO
	if len(theirs) > 1 { // an RTO without a bound doubles (RFC 6298 5.5)
		wait = max(wait, 2*interval(theirs, len(theirs)-1))
	}
	due, una := last.at+wait, int64(0)
	for i := range o.heard {
		h := &o.heard[i]
		if h.at > due {
			break
		}
		if h.conn != m.conn {
			continue
		}
		if h.cause.ack > max(m.seq, 0) || h.step > last.step && (h.wnd == 0 || h.cause.flags.Has(endpoint.RST)) {
			return
		}
		if h.cause.ack > una && h.cause.place == 0 { // progress starts the timer anew (RFC 6298 5.3)
			una, due = h.cause.ack, max(due, h.at+wait)
		}
	}
	older := max(una, 1) < m.seq // something before it has to go first
	if older || last.closed || due >= c.until[1-side].at || o.endedWithin(last.step, due) {
		return
	}
	d := candidate{kind: DivergedResend, state: m.state, after: "timeout", why: "RFC 6298 section 5.4"}
	d.shown[side] = showing{moment: m.moment}
	d.shown[1-side] = showing{moment: moment{step: last.step, at: due}, nothing: true}
	d.words[side], d.words[1-side] = "["+m.flags.String()+"] again", "nothing"
	c.found = append(c.found, d)
}

// intervals compares the last interval between two transmissions: of a SYN,
// because anything else may be sent again early, or late after some progress.
func (c *comparison) intervals(side int, mine, theirs []*sending) {
	n := len(theirs)
	last := theirs[n-1]
	if last.step >= c.until[1-side].step || !last.oldest || !last.flags.Has(endpoint.SYN) ||
		last.kind != sim.Timeout || mine[n-1].kind != sim.Timeout {
		return
	}
	is, was := interval(theirs, n-1), interval(mine, n-1)
	short, least := c.least(1-side, last), c.least(side, last)
	words := "too early"
	switch {
	case is < short && was >= least:
	case n >= 3 && !backed(c.sights[1-side], theirs) && backed(c.sights[side], mine):
		words = "no back-off"
	default:
		return
	}
	d := candidate{kind: DivergedTimer, state: last.state, after: "timeout", why: "RFC 6298 sections 2.1, 2.4, 5.5"}
	d.shown[side], d.shown[1-side] = showing{moment: mine[n-1].moment}, showing{moment: last.moment}
	name := "[" + last.flags.String() + "] again"
	d.words[side], d.words[1-side] = name, name+" "+words
	c.found = append(c.found, d)
}

// interval is the time from the transmission before that a timer, or no
// transmission before, has caused.
func interval(list []*sending, i int) time.Duration {
	k := i - 1
	for k > 0 && list[k].kind == sim.Arrival {
		k--
	}
	return list[i].at - list[k].at
}

// least is the shortest RTO that a run's implementation may have.
func (c *comparison) least(side int, m *sending) time.Duration {
	p := &c.sights[side].profile
	least := minRTO
	if m.flags.Has(endpoint.SYN) && p.RTOInitial > 0 {
		least = min(least, p.RTOInitial)
	}
	if p.RTOMin > 0 {
		least = min(least, p.RTOMin)
	}
	if p.RTOMax > 0 {
		least = min(least, p.RTOMax)
	}
	return least
}

// backed reports whether the last interval is longer than that before it, or as
// long as any has to be. Intervals that something else than the timer began say
// nothing.
func backed(s *sight, list []*sending) bool {
	n := len(list)
	if list[n-2].kind != sim.Timeout || n > 3 && list[n-3].kind != sim.Timeout {
		return true
	}
	is, was := interval(list, n-1), interval(list, n-2)
	most := maxRTO
	if s.profile.RTOMax > 0 {
		most = min(most, s.profile.RTOMax)
	}
	return is >= most || 2*is >= 3*was
}

// texts looks for octets that this side sent and the other, which has come to
// rest, never did.
func (c *comparison) texts(side int) {
	s, o := c.sights[side], c.sights[1-side]
	if s.text <= o.text || !c.prefix[1-side] || o.outcome != sim.Quiet || o.endedWithin(0, endpoint.Never) {
		return
	}
	var know heard
	k := 0
	for i := range s.sent {
		m := &s.sent[i]
		for ; k < len(s.heard) && s.heard[k].step <= m.step; k++ {
			know.ack = max(know.ack, s.heard[k].cause.ack)
		}
		if m.step >= c.until[side].step {
			return
		}
		if m.end > o.text && m.end > m.seq && m.flags&(endpoint.SYN|endpoint.RST|endpoint.FIN) == 0 {
			if o.last.ack < know.ack {
				return
			}
			d := candidate{kind: DivergedText, state: m.state, after: "text", why: "RFC 9293 section 3.7"}
			d.shown[side], d.shown[1-side] = showing{moment: m.moment}, showing{moment: o.ended(), nothing: true}
			d.words[side], d.words[1-side] = "new text", "nothing"
			c.found = append(c.found, d)
			return
		}
	}
}

// flaws looks for segments of this side that are wrong in themselves, where the
// other has none.
func (c *comparison) flaws(side int) {
	s, o := c.sights[side], c.sights[1-side]
	if s.damaged || o.damaged {
		return
	}
	for _, f := range []struct {
		name, why string
		flawed    func(*sending) bool
	}{
		{"the wrong octets", "RFC 9293 section 3.7", func(m *sending) bool { return m.wrong }},
		{"an ACK of what was not heard", "RFC 9293 section 3.4", func(m *sending) bool { return m.early }},
	} {
		if i := o.find(f.flawed); i != nil {
			continue
		}
		m := s.find(f.flawed)
		if m == nil {
			continue
		}
		d := candidate{kind: DivergedText, state: m.state, after: "sending", why: f.why}
		d.shown[side] = showing{moment: m.moment}
		d.shown[1-side] = showing{moment: moment{at: m.at}, nothing: true}
		d.words[side], d.words[1-side] = f.name, "nothing of the kind"
		c.found = append(c.found, d)
	}
}

func (s *sight) find(what func(*sending) bool) *sending {
	for i := range s.sent {
		if what(&s.sent[i]) {
			return &s.sent[i]
		}
	}
	return nil
}
