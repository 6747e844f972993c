package tcp

import (
	"time"

	"example.org/halfopen/endpoint"
)

// spoken says which options both SYNs carried: only these are in use.
type spoken struct {
	scale  bool  // windows are scaled (RFC 7323 2.2),
	ours   uint8 // those that leave by so many bits,
	theirs uint8 // and those that arrive by so many
	stamps bool  // timestamps (RFC 7323 3.2)
	sack   bool  // selective acknowledgments (RFC 2018 2)
}

// size is how many octets of options every segment but a SYN carries. They
// count as text for the peer's MSS (RFC 9293 3.7.1, RFC 6691).
func (o *spoken) size() int {
	if o.stamps {
		return stampsLen
	}
	return 0
}

// negotiate notes which of the options that this end has offered, or will, the
// peer's SYN carries.
func (t *TCP) negotiate(now time.Duration, s *endpoint.Segment) {
	t.on = spoken{}
	if t.cfg.WindowScale {
		if shift, ok := s.Options.WindowScale(); ok {
			t.on.scale, t.on.ours = true, t.cfg.WindowShift
			t.on.theirs = min(shift, endpoint.MaxWindowShift)
		}
	}
	if t.cfg.Timestamps {
		if val, ecr, ok := s.Options.Timestamps(); ok {
			t.on.stamps = true
			t.stamps.recent, t.stamps.since, t.stamps.ecr = val, now, ecr
		}
	}
	if t.cfg.SACK && s.Options.SACKPermitted() {
		t.on.sack = true
		t.reports.Reset(maxSpans + 1)
	}
}

// offer writes the options of our SYN: all that the Config wants, and on a
// SYN,ACK those of them that the peer's SYN has. Each is padded to whole words
// in front, where a receiver finds it aligned.
func (t *TCP) offer(now time.Duration) endpoint.Options {
	c, o := &t.cfg, t.options[:0]
	first := t.state == endpoint.SynSent
	if !c.NoMSSOption {
		o = o.AppendMSS(c.MSS)
	}
	permits, stamped := c.SACK && (first || t.on.sack), c.Timestamps && (first || t.on.stamps)
	switch {
	case permits:
		o = o.AppendSACKPermitted()
		if !stamped {
			o = o.AppendNOP().AppendNOP()
		}
	case stamped:
		o = o.AppendNOP().AppendNOP()
	}
	if stamped {
		o = o.AppendTimestamps(t.stamp(now), t.stamps.recent)
	}
	if c.WindowScale && (first || t.on.scale) {
		o = o.AppendNOP().AppendWindowScale(c.WindowShift)
	}
	t.options = o
	return o
}

// extend adds to a segment that is no SYN what extensions have to say.
func (t *TCP) extend(now time.Duration, s *endpoint.Segment) {
	t.urgent.point(s)
	t.options = t.options[:0]
	if t.on.stamps {
		t.writeStamps(t.stamp(now), t.stamps.recent)
		t.stamps.acked = s.Ack
	}
	if t.on.sack {
		t.report()
	}
	s.Options = t.options
}

// honoured is how far data may be sent again from seq on: room, and beyond it
// what a peer took back only because a scaled window cannot say it to the octet
// (RFC 7323 2.4). What was sent before was inside the window then.
func (t *TCP) honoured(seq endpoint.Seq, room int) int {
	return max(room, min(t.snd.NXT.Sub(seq), room+1<<t.on.theirs-1))
}
