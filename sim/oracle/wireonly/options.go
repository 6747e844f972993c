package wireonly

import (
	"example.org/halfopen/endpoint"
	"example.org/halfopen/sim"
)

// offer is what the options of a SYN offer.
type offer struct {
	scale      bool
	shift      uint8
	sack       bool
	timestamps bool
}

// maxShift is the largest that a shift count means (RFC 7323 2.3).
const maxShift = 14

// What a peer takes that names no MSS (RFC 9293 3.7.1, MUST-15).
const (
	anyMSS4 = 536
	anyMSS6 = 1220
)

// offersOf reads the options of a SYN.
func offersOf(o endpoint.Options) (f offer) {
	f.shift, f.scale = o.WindowScale()
	f.shift = min(f.shift, maxShift)
	f.sack = o.SACKPermitted()
	_, _, f.timestamps = o.Timestamps()
	return f
}

// offers notes what the own SYN offers. One that is resent, or goes out again
// with an ACK, may offer something else.
func (d *side) offers(f offer) {
	if d.max == 0 {
		d.own, d.always = f, f.timestamps
		return
	}
	if f.scale {
		d.own.scale, d.own.shift = true, f.shift
	}
	d.own.sack = d.own.sack || f.sack
	d.own.timestamps = d.own.timestamps || f.timestamps
	d.always = d.always && f.timestamps
}

// timestamps reports whether both SYNs offered them.
func (d *side) timestamps() bool { return d.own.timestamps && d.peers.timestamps }

// shift is by how much the windows are scaled of the end that offered of: not
// at all, unless both did.
func (d *side) shift(of offer) uint8 {
	if d.own.scale && d.peers.scale {
		return of.shift
	}
	return 0
}

// sendMSS is Eff.snd.MSS before the options of a segment are taken off.
func (j *Judge) sendMSS(o endpoint.Options) int {
	mss, ok := o.MSS()
	switch {
	case ok:
		return int(mss)
	case j.ipv6:
		return anyMSS6
	}
	return anyMSS4
}

// optionsFit is I-52, and the part of I-34 about options: MSS, window scale and
// SACK-permitted stand on SYNs alone; what the two ends have not both offered
// is not used; timestamps that they have stand on every segment but a RST.
func (j *Judge) optionsFit(s *sim.Step, d *side, g *endpoint.Segment) bool {
	has := offersOf(g.Options)
	_, mss := g.Options.MSS()
	blocks := g.Options.NumSACK()
	if g.Flags&endpoint.SYN != 0 {
		d.offers(has)
		if g.Flags&endpoint.ACK == 0 || !d.passive {
			return true
		}
		// Only a passive end has seen the other SYN before its own.
		if p := d.peers; has.scale && !p.scale || has.sack && !p.sack || has.timestamps && !p.timestamps {
			return j.unnegotiated(s, g, "options that the SYN has offered")
		}
		return true
	}
	switch both := d.timestamps(); {
	case mss:
		return j.fail(ruleI34, s, g.Options.String(), "MSS on a SYN", "%v sent MSS without SYN", s.End)
	case has.scale || has.sack:
		return j.unnegotiated(s, g, "window scale and SACK-permitted on a SYN")
	case blocks > 0 && !(d.own.sack && d.peers.sack):
		return j.unnegotiated(s, g, "SACK if both SYNs have permitted it")
	case has.timestamps && !both:
		return j.unnegotiated(s, g, "timestamps if both SYNs have them")
	case both && d.always && !d.doubtful && !has.timestamps:
		return j.fail(ruleI52, s, g.Options.String(), "timestamps", "%v left out the timestamps that both SYNs have", s.End)
	}
	return blocks == 0 || j.sackFits(s, d, g, blocks)
}

func (j *Judge) unnegotiated(s *sim.Step, g *endpoint.Segment, want string) bool {
	return j.fail(ruleI52, s, g.Options.String(), want, "%v sent %v with %v", s.End, g.Flags, g.Options)
}

// block is a SACK block in the peer's numbers.
func (d *side) block(o endpoint.Options, i int) span {
	b := o.SACKAt(i)
	return span{unwrap(d.rcvHi, d.irs, uint32(b.Left)), unwrap(d.rcvHi, d.irs, uint32(b.Right))}
}

// sackFits is I-53: what the blocks name has come, lies above what is
// acknowledged, and is named once. The first may repeat something (D-SACK, RFC
// 2883); otherwise it holds the segment that this one answers.
func (j *Judge) sackFits(s *sim.Step, d *side, g *endpoint.Segment, n int) bool {
	ack := j.step.lastAck
	a := &j.step.in
	bad := func(b span, want string) bool {
		return j.fail(ruleI53, s, printed(b.from)+"-"+printed(b.to), want,
			"%v sent the SACK block %d-%d with ACK=%d", s.End, b.from, b.to, ack)
	}
	for i := range n {
		b := d.block(g.Options, i)
		switch {
		case b.from >= b.to || b.to > d.highest:
			return bad(b, "a block up to "+printed(d.highest))
		case i == 0:
			continue
		case b.from <= ack:
			return bad(b, "a block above the acknowledgment")
		case !d.heard.hold(b.from, b.to):
			return bad(b, "a block that has come")
		}
		for k := 1; k < i; k++ {
			if o := d.block(g.Options, k); b.from < o.to && o.from < b.to {
				return bad(b, "blocks apart")
			}
		}
	}
	first := d.block(g.Options, 0)
	repeats := first.to <= ack
	for i := 1; i < n; i++ {
		o := d.block(g.Options, i)
		repeats = repeats || o.from <= first.from && first.to <= o.to
	}
	switch {
	case repeats:
	case first.from <= ack || !d.heard.hold(first.from, first.to):
		return bad(first, "a block that has come, above the acknowledgment")
	case a.g != nil && a.surely && a.text > 0 && a.seq > ack && (a.seq < first.from || a.seq+a.text > first.to):
		return bad(first, "first the block of "+printed(a.seq)+", which came last")
	}
	return true
}
