package vantage

import (
	"example.org/halfopen/endpoint"
	"example.org/halfopen/sim/capture"
	"example.org/halfopen/sim/oracle/wireonly"
)

// side is what is known of one end. Numbers count from its ISS: the SYN is 0, the
// first octet of text 1. They are 64 bits wide and never wrap. Where the SYN is
// not in the capture they count so that the first one that was seen is 1.
type side struct {
	segments uint64

	based    bool   // base is known
	base     uint32 // what is 0
	syn      bool   // a SYN was seen
	syns     int    // how many without ACK
	synAt    int64  // when the last one was
	synID    uint16
	synStamp uint32 // its TSval
	isses    int    // different ISS of SYN,ACKs
	reset    bool   // it sent a RST
	max      int64  // behind the last number that was seen
	sent     stream

	finSent bool
	fin     int64
	finAck  int64 // what the first FIN acknowledged

	// What it acknowledged, in the peer's numbers.
	acks      bool
	acked     int64 // the highest
	ackStamp  uint32
	ackStamps bool
	recent    [8]uint32 // the latest SEG.ACK as they are
	recents   int

	edge    int64 // the highest right edge that it advertised, -1 before
	edgeAck int64 // and the SEG.ACK that came with it
	zero    bool  // it advertised a window of 0
	widest  int64 // the widest window
	highest int64 // the highest SEG.SEQ that came with one
	mixed   bool  // some came out of order: the window of one may stand on the ACK of another

	offers
	set    wireonly.StateSet // the states that it may have been in when it last sent
	ahead  [2]ahead          // acknowledged or named by the peer, but not seen
	last   pure              // the last one without text
	newAt  int64             // of the last segment with text that was new: where it ended
	stamp  uint32            // and its TSval
	stamps bool
	octets octets
}

// ahead is a number that the peer has acknowledged (or named in a SACK block)
// before it was seen in the capture.
type ahead struct {
	on      bool
	max     int64 // what had been seen
	at      int64 // when
	settled bool  // the end has shown that it had sent no more
	rule    rule
	finding Finding
}

// pure is an ACK with nothing else.
type pure struct {
	seq, ack endpoint.Seq
	wnd      uint16
	at       int64
	times    int // how often it was answered by another such
}

// unwrap returns the 64-bit number that is seq-base modulo 2^32 and stands
// nearest to near.
func unwrap(near int64, base, seq uint32) int64 {
	return near + int64(int32(seq-base-uint32(near)))
}

// start sets the numbers so that seq is n.
func (d *side) start(seq uint32, n int64) {
	d.based, d.base = true, seq-uint32(n)
	d.max, d.sent = n, stream{reach: n}
}

// seq is where a number of this end's stands, whatever the end has sent.
func (d *side) seq(n endpoint.Seq) int64 { return unwrap(d.max, d.base, uint32(n)) }

// far is how far from what was seen a number may be to belong to the same
// incarnation.
const far = 1 << 26

// near reports whether a number of this end's can belong to this incarnation,
// and how far it is from what was seen. None stands before the ISS; and when
// the connection is over, none behind what was sent: that is another incarnation, of
// which the SYN was missed.
func (d *side) near(n endpoint.Seq, over bool) (miss int64, ok bool) {
	if !d.based {
		return 0, true
	}
	at := d.seq(n)
	miss = at - d.max
	switch {
	case d.syn && at < 0, over && miss > 1:
		return 0, false
	case miss < 0:
		miss = -miss
	}
	return miss, miss < far
}

// remember keeps the latest acknowledgments: a RST may begin there.
func (d *side) remember(ack endpoint.Seq) {
	if d.recents > 0 && d.recent[(d.recents-1)%len(d.recent)] == uint32(ack) {
		return
	}
	d.recent[d.recents%len(d.recent)] = uint32(ack)
	d.recents++
}

func (d *side) acknowledged(n endpoint.Seq) bool {
	for i := range min(d.recents, len(d.recent)) {
		if d.recent[i] == uint32(n) {
			return true
		}
	}
	return false
}

// offers are what the SYNs of an end offer.
type offers struct {
	scale      bool
	shift      uint8
	sack       bool
	timestamps bool // one of them had timestamps,
	always     bool // all of them
	fastOpen   bool
	mss        int // 0: none said
}

const (
	maxShift = 14 // the largest that a shift count means (RFC 7323 2.3)
	// TCP Fast Open (RFC 7413), and the kinds for experiments, which carried it.
	optionFastOpen    endpoint.OptionKind = 34
	optionExperiment1 endpoint.OptionKind = 253
	optionExperiment2 endpoint.OptionKind = 254
)

// read adds what one SYN offers to what the others did. One that is sent again may
// offer less.
func (o *offers) read(g endpoint.Options, first bool) {
	if shift, ok := g.WindowScale(); ok {
		o.scale, o.shift = true, max(o.shift, min(shift, maxShift))
	}
	o.sack = o.sack || g.SACKPermitted()
	_, _, stamped := g.Timestamps()
	o.timestamps = o.timestamps || stamped
	o.always = stamped && (first || o.always)
	if mss, ok := g.MSS(); ok {
		o.mss = max(o.mss, int(mss))
	}
	for kind := range g.All() {
		o.fastOpen = o.fastOpen || kind == optionFastOpen || kind == optionExperiment1 || kind == optionExperiment2
	}
}

// stamped is the TSval of a segment.
func stamped(s *capture.Segment) (uint32, bool) {
	val, _, ok := s.Options.Timestamps()
	return val, ok
}
