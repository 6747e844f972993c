package vantage

import (
	"fmt"

	"example.org/halfopen/endpoint"
	"example.org/halfopen/sim/capture"
)

// ack judges what a segment acknowledges, and the window that it advertises.
func (j *Judge) ack(s *capture.Segment, e endpoint.End, d, p *side) {
	at := unwrap(p.max, p.base, uint32(s.Ack))
	d.remember(s.Ack)
	val, ok := stamped(s)
	switch {
	case p.syn && at < 1:
		j.ifComplete(ruleI11, s, e, at, "1 at least", "%v acknowledged %d: not even the SYN", e, at)
		return
	case at > p.max:
		j.early(ruleI11, 0, s, e, p, at, "%v acknowledged %d; its peer had sent up to %d", e, at, p.max)
	case at > p.sent.reach:
		if j.options.Complete {
			j.ifComplete(ruleI11, s, e, at, fmt.Sprintf("at most %d", p.sent.reach),
				"%v acknowledged %d, but octet %d was never sent", e, at, p.sent.reach)
		} else {
			j.blind |= Gaps
			p.sent.upTo(at)
		}
	}
	if d.acks && at < d.acked && ok && d.ackStamps && int32(val-d.ackStamp) > 0 && !j.blind.Has(Restarted|Mixed) && !j.again(ruleI8, e) {
		// Its own clock says that it left later, and of the same incarnation.
		j.found(ruleI8, s, e, at, fmt.Sprintf("%d at least", d.acked),
			"%v acknowledged %d, and later (TSval %d after %d) only %d", e, d.acked, val, d.ackStamp, at)
	}
	if at <= p.max && (!d.acks || at > d.acked) {
		d.acks, d.acked, d.ackStamp, d.ackStamps = true, at, val, ok
	}
	j.window(s, e, d, p, at)
	if n := s.Options.NumSACK(); n > 0 {
		j.sack(s, e, d, p, at, n)
	}
}

// early is something that the peer (whose numbers these are) must have sent, but
// was not seen to: the capture has a gap, or the end made it up. What the peer
// does next tells.
func (j *Judge) early(r rule, slot int, s *capture.Segment, e endpoint.End, p *side, at int64, format string, args ...any) {
	a := &p.ahead[slot]
	want := fmt.Sprintf("at most %d", p.max)
	switch {
	case j.blind.Has(unsure) || p.segments == 0:
	case j.options.Complete:
		j.ifComplete(r, s, e, at, want, format, args...)
	case !a.on:
		j.marks++
		*a = ahead{on: true, max: p.max, at: s.At, rule: r, finding: j.finding(r, s, e, at, want, format, args...)}
	}
}

// window reads the window, and is I-37: its right edge does not move left
// (SHLD-14). After the peer's FIN it means nothing any more.
func (j *Judge) window(s *capture.Segment, e endpoint.End, d, p *side, ack int64) {
	if !d.syn || !p.syn {
		return
	}
	wnd, unit := j.windowOf(s, e), int64(1)
	if d.scale && p.scale {
		unit <<= d.shift
	}
	edge := ack + wnd
	d.zero = d.zero || wnd == 0
	if !d.mixed && ack > d.edgeAck && ack <= p.max && edge+unit <= d.edge && !(p.finSent && ack > p.fin) && !s.Flags.Has(endpoint.SYN) {
		j.warn(ruleI37, s, e, edge, d.edge, "%v took the right edge of its window back: %d -> %d", e, d.edge, edge)
	}
	if edge > d.edge {
		d.edge, d.edgeAck = edge, ack
	}
	// A window counts on from SND.UNA, and one whose SEG.SEQ is not below that of
	// the latest replaces it (SND.WL1): so what is sent again, with a higher ACK
	// than text that came before it, leaves the window of that standing.
	seq := d.seq(s.Seq)
	d.mixed = d.mixed || seq < d.highest || ack < d.acked
	d.widest, d.highest = max(d.widest, wnd), max(d.highest, seq)
	if d.mixed {
		d.edge = max(d.edge, d.acked+d.widest)
	}
}

// windowOf is the window that a segment advertises, in octets: unscaled, unless
// both SYNs were seen to agree on it.
func (j *Judge) windowOf(s *capture.Segment, e endpoint.End) int64 {
	d, p := &j.ends[e], &j.ends[e.Peer()]
	if s.Flags.Has(endpoint.SYN) || !d.scale || !p.scale {
		return int64(s.Wnd)
	}
	return int64(s.Wnd) << d.shift
}

// sack is I-53: blocks lie above the acknowledgment, in what the peer has sent,
// and apart. The first may repeat something (D-SACK, RFC 2883).
func (j *Judge) sack(s *capture.Segment, e endpoint.End, d, p *side, ack int64, n int) {
	bad := func(b span, want string) {
		if !j.again(ruleI53, e) {
			j.found(ruleI53, s, e, fmt.Sprintf("%d-%d", b.from, b.to), want,
				"%v sent the SACK block %d-%d with ACK=%d", e, b.from, b.to, ack)
		}
	}
	for i := range n {
		b := block(p, s.Options, i)
		switch {
		case b.from >= b.to:
			bad(b, "a block that ends behind its beginning")
			return
		case b.to > p.max:
			j.early(ruleI53, 1, s, e, p, b.to, "%v sent the SACK block %d-%d; its peer had sent up to %d", e, b.from, b.to, p.max)
		case i > 0 && b.from <= ack:
			bad(b, "a block above the acknowledgment")
			return
		}
		for k := 1; k < i; k++ {
			if o := block(p, s.Options, k); b.from < o.to && o.from < b.to {
				bad(b, "blocks apart")
				return
			}
		}
	}
}

// block is a SACK block in the numbers of the end that it is about.
func block(p *side, o endpoint.Options, i int) span {
	b := o.SACKAt(i)
	return span{unwrap(p.max, p.base, uint32(b.Left)), unwrap(p.max, p.base, uint32(b.Right))}
}

// warTimes is after how many ACKs that answer each other, and nothing else, it is
// a war; warPause ends one, in ns.
const (
	warTimes = 50
	warPause = 1_000_000_000
)

// war is I-43: an ACK draws no ACK. By the letter of RFC 9293 two ends may be so
// out of step that each owes the other one for ever; they SHOULD throttle that.
func (j *Judge) war(s *capture.Segment, e endpoint.End, d, p *side, at int64) {
	if s.Len() > 0 || s.Flags.Any(endpoint.SYN|endpoint.FIN|endpoint.RST) || at < d.max {
		d.last, p.last = pure{}, pure{}
		return
	}
	was := d.last
	d.last = pure{seq: s.Seq, ack: s.Ack, wnd: s.Wnd, at: s.At}
	answers := p.last.at > was.at && was.at > 0 && s.At-was.at < warPause
	if answers && was.seq == s.Seq && was.ack == s.Ack && was.wnd == s.Wnd {
		d.last.times = was.times + 1
	}
	if d.last.times == warTimes {
		j.warn(ruleI43, s, e, fmt.Sprintf("%d ACKs", warTimes), "no ACK for an ACK, or a throttle",
			"the ends answered each other's ACK %d times, and nothing else was sent", warTimes)
	}
}
