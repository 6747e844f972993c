package vantage

import (
	"time"

	"example.org/halfopen/endpoint"
	"example.org/halfopen/sim/capture"
)

// Times between SYNs, in ns.
const (
	leastRTO  = 1_000_000_000 // RFC 6298 2.1
	copied    = 10_000_000    // sooner than that it is a copy of the same one
	handshake = 30_000_000_000
)

// syn judges a SYN, with or without ACK, and reads what it offers.
func (j *Judge) syn(s *capture.Segment, e endpoint.End, d, p *side) {
	first := !d.syn
	if d.syn && uint32(s.Seq) != d.base {
		j.otherISS(s, e, d, p)
		first = true
	}
	if first {
		d.isses++
	}
	if d.base != uint32(s.Seq) {
		j.renumber(uint32(s.Seq), d, p)
	}
	acked := s.Flags.Has(endpoint.ACK)
	if d.syns > 0 && !acked {
		j.synAgain(s, e, d, p)
	}
	if !acked {
		d.syns++
		d.edge = max(d.edge, 1+int64(s.Wnd)) // I-35: what text may go with the answer
		d.widest = max(d.widest, int64(s.Wnd))
		d.zero = d.zero || s.Wnd == 0
	}
	d.synAt, d.synID = s.At, s.ID
	d.synStamp, _ = stamped(s)
	d.offers.read(s.Options, first)
	d.syn = true
	if acked && p.syn && d.syns == 0 { // it has seen the other SYN before
		o, q := &d.offers, &p.offers
		if o.scale && !q.scale || o.sack && !q.sack || o.timestamps && !q.timestamps {
			j.ifComplete(ruleI52, s, e, s.Options, "options that the SYN has offered",
				"%v answered a SYN with options that it did not offer: %v", e, s.Options)
		}
	}
}

// synAgain is I-48 for a SYN: RTO begins with one second. A SYN that TIME-WAIT has
// answered with an ACK may go out again at once, behind the RST for that; and one that
// was refused begins another attempt. Between the sender and the point one SYN may
// have taken longer than the next: only a capture at the senders has their times.
func (j *Judge) synAgain(s *capture.Segment, e endpoint.End, d, p *side) {
	gap := s.At - d.synAt
	val, ok := stamped(s)
	another := s.ID != d.synID || ok && val != d.synStamp // than a copy that the network has made
	if !j.options.Complete || gap >= leastRTO*9/10 || !another || d.reset || p.reset || j.reopened {
		return
	}
	j.warn(ruleI48, s, e, time.Duration(gap), time.Duration(leastRTO),
		"%v sent its SYN again after %v", e, time.Duration(gap).Round(time.Millisecond))
}

// otherISS is I-13: a SYN,ACK with another ISS than the one before is the answer
// to another SYN, or to the same one after the first handshake has been given up.
// An end that has sent a SYN of its own may have been closed in SYN-SENT, which
// sends nothing (RFC 9293 3.10.4), and opened again: what it answers then has the ISS
// of the second. So is an end whose FIN was acknowledged: it may be listening again,
// and what it answers is a copy of the old SYN. So is one that another SYN has sent
// back to LISTEN (3.10.7.4).
func (j *Judge) otherISS(s *capture.Segment, e endpoint.End, d, p *side) {
	if through := d.finSent && p.acked > d.fin; through || j.followed {
		return
	}
	if d.syns == 0 && p.syns <= d.isses && !p.reset && !d.reset && s.At-d.synAt <= handshake {
		j.ifComplete(ruleI13, s, e, uint32(s.Seq), d.base,
			"%v answered one SYN with two initial sequence numbers: %d, then %d", e, d.base, uint32(s.Seq))
	}
}

// renumber begins the numbers of an end at its SYN. What was written down in
// others, before it was seen, is not known any more.
func (j *Judge) renumber(iss uint32, d, p *side) {
	j.blind |= Restarted
	d.octets.forget(j.memory)
	d.start(iss, 0)
	d.finSent, d.newAt, d.ahead = false, 0, [2]ahead{}
	p.acks, p.acked, p.edge, p.edgeAck, p.mixed = false, 0, -1, 0, false
}
