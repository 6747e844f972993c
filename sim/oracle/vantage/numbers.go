package vantage

import (
	"fmt"

	"example.org/halfopen/endpoint"
	"example.org/halfopen/sim/capture"
)

// numbers judges what a segment sends, text and FIN, and writes it down.
func (j *Judge) numbers(s *capture.Segment, e endpoint.End, d, p *side, at int64) {
	n := int64(s.Length)
	if s.Flags.Has(endpoint.SYN) {
		at++
	}
	end := at + n
	fin := s.Flags.Has(endpoint.FIN)
	garbage := n == 1 && !fin && p.acks && at < p.acked // MAY-6: the octet of a keep-alive
	if n > 0 && !garbage {
		j.finLast(s, e, d, p, end)
		j.sameOctets(s, e, d, p, at)
		if !s.Flags.Has(endpoint.SYN) {
			j.fits(s, e, d, p, n)
			j.afterHandshake(s, e, d, p)
			j.insideWindow(s, e, d, p, at, end)
			j.clock(s, e, d, at, end)
		}
		d.newAt = max(d.newAt, end)
	}
	if fin {
		j.sameFIN(s, e, d, p, end)
		end++
	}
	from := at
	if s.Flags.Has(endpoint.SYN) {
		from--
	}
	if end > from && !garbage {
		d.sent.add(from, end)
		d.max = max(d.max, end)
	}
}

// finLast is I-14 for text: none stands behind the FIN.
func (j *Judge) finLast(s *capture.Segment, e endpoint.End, d, p *side, end int64) {
	if !d.finSent || end <= d.fin || s.Length == 1 && end == d.fin+1 {
		return
	}
	j.sure(ruleI14, s, e, p, end-1, fmt.Sprintf("at most %d", d.fin-1),
		"%v sent octets up to %d, but its FIN is %d", e, end-1, d.fin)
}

// sameFIN is I-14 for the FIN: it keeps its number, and nothing was sent beyond.
func (j *Judge) sameFIN(s *capture.Segment, e endpoint.End, d, p *side, at int64) {
	switch {
	case d.finSent && at == d.fin:
	case d.finSent:
		j.sure(ruleI14, s, e, p, at, d.fin, "%v moved its FIN %d -> %d", e, d.fin, at)
	case at < d.newAt:
		j.sure(ruleI14, s, e, p, at, fmt.Sprintf("%d at least", d.newAt),
			"%v sent its FIN at %d, but octets up to %d", e, at, d.newAt-1)
	}
	if !d.finSent {
		d.finSent, d.fin, d.finAck = true, at, d.acked
	}
}

// sameOctets is I-12: the same number always carries the same octet.
func (j *Judge) sameOctets(s *capture.Segment, e endpoint.End, d, p *side, at int64) {
	if s.Sum == capture.SumUnknown && j.options.Checksums == ChecksumsVerify {
		return
	}
	if d.octets.any && at < d.octets.hi {
		differs, unknown := d.octets.compare(at, s.Text)
		if unknown {
			j.blind |= Forgotten
		}
		if differs >= 0 {
			is, was := s.Text[differs-at], d.octets.at(differs)
			j.sure(ruleI12, s, e, p, fmt.Sprintf("%#02x", is), fmt.Sprintf("%#02x", was),
				"%v sent octet %d as %#02x, and now as %#02x", e, differs-1, was, is)
		}
	}
	d.octets.add(j.memory, at, s.Text)
}

// What an end takes that names no MSS (RFC 9293 3.7.1, MUST-15), and the largest
// datagram that need not have been made by a network card.
const (
	anyMSS4  = 536
	anyMSS6  = 1220
	ordinary = 1500
)

// fits is I-34: text and options are no more than the peer's MSS (MUST-16). What
// is larger may be several segments that the network card still has to cut, or
// has put together: only a whole checksum on an ordinary datagram says that it
// is one.
func (j *Judge) fits(s *capture.Segment, e endpoint.End, d, p *side, n int64) {
	if !p.syn || !d.syn {
		return
	}
	mss := p.mss
	if mss == 0 {
		mss = anyMSS4
		if s.Src.Addr().Is6() {
			mss = anyMSS6
		}
	}
	room := int64(max(mss-len(s.Options), 1))
	switch {
	case n <= room:
	case s.Sum != capture.SumGood || s.Datagram > ordinary:
		j.blind |= Large
	case !j.again(ruleI34, e):
		j.found(ruleI34, s, e, n, room, "%v sent %d octets and %d of options in a segment; its peer's MSS is %d",
			e, n, len(s.Options), mss)
	}
}

// afterHandshake is I-25: text leaves an end when its SYN is acknowledged, which
// only its peer can have told it. Fast Open does without (RFC 7413).
func (j *Judge) afterHandshake(s *capture.Segment, e endpoint.End, d, p *side) {
	if !d.syn || !p.syn || d.fastOpen || p.fastOpen || p.acks && p.acked >= 1 {
		return
	}
	j.ifComplete(ruleI25, s, e, "text", "none before its SYN is acknowledged",
		"%v sent %d octets before its SYN was acknowledged", e, s.Length)
}

// insideWindow is I-35: what is new stays inside the windows that the peer has
// advertised so far, the widest of them. When it is closed there are probes.
func (j *Judge) insideWindow(s *capture.Segment, e endpoint.End, d, p *side, at, end int64) {
	if !d.syn || !p.syn || p.edge < 0 || end <= d.max || end <= p.edge || end == at+1 || at == p.edge && p.zero {
		return
	}
	j.ifComplete(ruleI35, s, e, end, fmt.Sprintf("at most %d", p.edge),
		"%v sent octets up to %d; the window of its peer ends at %d", e, end-1, p.edge)
}

// clock is I-54: the clock of the timestamps does not run backwards. Text that
// is new, above all that was seen, was sent after that: unless what was seen is a
// repetition, of which the capture has missed the first; so only of one that has not.
func (j *Judge) clock(s *capture.Segment, e endpoint.End, d *side, at, end int64) {
	val, ok := stamped(s)
	if end <= d.newAt || at < d.newAt {
		return
	}
	if was := d.stamp; ok && d.stamps && int32(val-was) < 0 && j.options.Complete && !d.mixed && !j.blind.Has(unsure) {
		j.warn(ruleI54, s, e, val, was, "%v sent new text with TSval %d, after some with %d", e, val, was)
	}
	d.stamp, d.stamps = val, ok
}
