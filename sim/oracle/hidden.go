package oracle

import (
	"time"

	"example.org/halfopen/endpoint"
	"example.org/halfopen/sim"
)

// hidden is what a listener that shows no SYN-RECEIVED keeps out of sight
// (Profile.HidesSynReceived), since it entered LISTEN.
type hidden struct {
	syn     bool   // a SYN came: there may be a connection
	fin     bool   // a FIN came, which may be kept
	sent    bool   // a SYN,ACK left,
	iss     uint32 // with this number
	several bool   // and another with another
	mss     int    // what the SYN asked for

	answers  bool // something left that a throttle may count,
	answered time.Duration
}

// hides reports whether an end in LISTEN may have a connection that it does not
// show. What it answers and sends then is not judged.
func (j *Judge) hides(e endpoint.End, state endpoint.State) bool {
	return state == sLISTEN && j.ends[e].hidden.syn
}

// heardHidden notes a segment without RST that arrived at such a listener.
func (j *Judge) heardHidden(s *sim.Step, d *shadow) {
	f := s.Arrived.Flags
	if !j.profiles[s.End].HidesSynReceived {
		return
	}
	if f&endpoint.SYN != 0 {
		d.hearMSS(j, s)
		d.hidden.syn, d.hidden.mss = true, d.sndMSS
	}
	d.hidden.fin = d.hidden.fin || f&endpoint.FIN != 0
}

// saidHidden takes a segment that such a listener emitted.
func (j *Judge) saidHidden(s *sim.Step, d *shadow, g *endpoint.Segment) {
	d.hidden.answers, d.hidden.answered = true, s.At
	if g.Flags&endpoint.SYN == 0 {
		return
	}
	h, iss := &d.hidden, uint32(g.Seq)
	h.several = h.several || h.sent && h.iss != iss
	h.sent, h.iss = true, iss
	d.options = optionsOf(g)
}

// scratch is a step as it would have looked if SYN-RECEIVED had been shown.
type scratch struct {
	step   sim.Step
	before endpoint.Status
}

// unhide is called with the step in which a connection appears out of LISTEN,
// past SYN-RECEIVED: it catches up on the SYN and the SYN,ACK, and returns the
// step as one out of SYN-RECEIVED.
func (j *Judge) unhide(s *sim.Step, d *shadow) *sim.Step {
	h, said := d.hidden, d.options
	j.coverage.Visits[sSYNRECEIVED]++
	j.coverage.Edges[sLISTEN][sSYNRECEIVED]++
	d.settled(j)
	d.begin(s.At)
	d.passive, d.options, d.sndMSS = true, said, h.mss
	d.nxt, d.max, d.rcvNxt = 1, 1, 1
	d.everAnswer, d.answered = h.answers, h.answered
	if h.fin {
		d.finHeard, d.twoFINs = true, true
	}
	after, before := s.After, &j.scratch.before
	*before = endpoint.Status{State: sSYNRECEIVED, Known: after.Known, Deadline: endpoint.Never}
	switch {
	case after.Known&endpoint.KnowISS != 0:
		d.haveISS, d.iss = true, uint32(after.ISS)
		d.haveIRS, d.irs = true, uint32(after.IRS)
	case h.sent && !h.several:
		d.haveISS, d.iss = true, h.iss
	}
	before.ISS, before.IRS = endpoint.Seq(d.iss), endpoint.Seq(d.irs)
	before.SND = endpoint.SND{UNA: endpoint.Seq(d.iss), NXT: endpoint.Seq(d.iss + 1), MAX: endpoint.Seq(d.iss + 1)}
	d.rcvWnd = after.RCV.WND
	if taken := int32(uint32(after.RCV.NXT) - d.irs - 1); d.haveIRS && taken > 0 {
		d.rcvWnd += uint32(taken)
	}
	before.RCV = endpoint.RCV{NXT: endpoint.Seq(d.irs + 1), WND: d.rcvWnd}
	j.noteOptions()
	j.scratch.step = *s
	j.scratch.step.Before = before
	return &j.scratch.step
}
