package oracle

import (
	"example.org/halfopen/endpoint"
	"example.org/halfopen/sim"
)

// wireSlots is how many of the latest emissions are remembered. What arrives
// later than that is not checked.
const wireSlots = 64

// wire is what left the two ends: the harness is judged, too (I-57).
type wire struct {
	n    uint32 // the highest id so far
	past [wireSlots]sent
}

// sent is one emitted datagram.
type sent struct {
	id       uint32
	seq, ack uint32
	n        uint16
	flags    endpoint.Flags
	end      endpoint.End
	copies   uint8
}

// copyFrom copies what is remembered, and not the rest.
func (w *wire) copyFrom(o *wire) {
	w.n = o.n
	copy(w.past[:], o.past[:min(o.n+1, wireSlots)])
}

// log remembers an emission. Ids between the last one and this are of injected
// segments; their slots are made empty.
func (w *wire) log(e *sim.Emit, from endpoint.End) {
	for w.n+1 < e.ID && e.ID-w.n <= wireSlots {
		w.n++
		w.past[w.n%wireSlots].id = 0
	}
	w.n = e.ID
	p := &w.past[e.ID%wireSlots]
	g := &e.Segment
	p.id, p.end, p.flags = e.ID, from, g.Flags
	p.seq, p.ack, p.n = uint32(g.Seq), uint32(g.Ack), uint16(len(g.Text))
	p.copies = 1
	if e.Fate != nil {
		p.copies = uint8(e.Fate.N)
	}
}

// delivered is I-57: what arrives was emitted, by the other end, and no more
// often than the link made copies of it.
func (j *Judge) delivered(s *sim.Step) bool {
	id := s.Cause.Segment
	if id == 0 || id > j.wire.n || j.wire.n-id >= wireSlots {
		return true
	}
	p := &j.wire.past[id%wireSlots]
	if p.id != id {
		return true
	}
	j.ask(ruleI57)
	g := s.Arrived
	switch {
	case p.end == s.End:
		return j.fail(ruleI57, s, "#"+printed(id), "from "+s.End.Peer().String(),
			"segment #%d arrived at %v, which had sent it", id, s.End)
	case p.copies == 0:
		return j.fail(ruleI57, s, "one more", "none",
			"segment #%d arrived at %v more often than it was copied", id, s.End)
	case s.Cause.Corrupt || g == nil || s.ArrivedErr != nil:
	case p.seq != uint32(g.Seq) || p.ack != uint32(g.Ack) || p.flags != g.Flags ||
		int(p.n) != len(g.Text):
		return j.fail(ruleI57, s, g.Flags.String(), p.flags.String(),
			"segment #%d arrived at %v as %v SEQ=%d ACK=%d LEN=%d, but was sent as %v SEQ=%d ACK=%d LEN=%d",
			id, s.End, g.Flags, uint32(g.Seq), uint32(g.Ack), len(g.Text), p.flags, p.seq, p.ack, p.n)
	}
	p.copies--
	return true
}
