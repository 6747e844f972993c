package vantage

import (
	"example.org/halfopen/endpoint"
	"example.org/halfopen/sim/capture"
	"example.org/halfopen/sim/oracle/wireonly"
)

// Options are the choices of a judge. The zero value is the default.
type Options struct {
	_ struct{} // no positional literals: fields will be added

	// Complete: the capture has every segment that was sent, as one at the senders
	// has. Then what it does not have was not sent, and its times are theirs.
	Complete bool
	// Checksums says what becomes of a segment with a wrong checksum.
	Checksums Checksums
}

// Checksums is what becomes of a segment with a wrong checksum.
type Checksums uint8

// The choices.
const (
	// ChecksumsAuto leaves it out: it was damaged on its way. One that the network
	// card still has to fill in is known by what stands there instead.
	ChecksumsAuto Checksums = iota
	// ChecksumsVerify leaves out the latter, too.
	ChecksumsVerify
	// ChecksumsIgnore takes it as it is.
	ChecksumsIgnore
)

// Judge judges one incarnation of one connection. Reset it first.
type Judge struct {
	options  Options
	memory   *Memory
	reopened bool // there was an incarnation before,
	followed bool // or another SYN has begun one since
	ends     [2]side
	blind    Blind
	findings []Finding
	marks    int // segments that a report should show
}

// Reset makes the judge ready for a connection. What it remembers of the text
// it takes from the memory.
func (j *Judge) Reset(o Options, m *Memory) {
	*j = Judge{options: o, memory: m}
	for e := range j.ends {
		j.ends[e].edge = -1
	}
}

// Findings are the rules that were broken, each end's once, in the order in
// which they were found.
func (j *Judge) Findings() []Finding { return j.findings }

// Blind is why the connection could not be judged in full.
func (j *Judge) Blind() Blind {
	b := j.blind
	if j.ends[0].segments == 0 || j.ends[1].segments == 0 {
		b |= OneWay
	}
	return b
}

// States are those that an end can have been in after it sent its last segment;
// none if that says nothing.
func (j *Judge) States(e endpoint.End) wireonly.StateSet { return j.ends[e].set }

// Seq is SEG.SEQ of an end's segment, counted from its ISS.
func (j *Judge) Seq(e endpoint.End, n endpoint.Seq) int64 {
	if d := &j.ends[e]; d.based {
		return d.seq(n)
	}
	return int64(uint32(n))
}

// Segment judges a segment that an end has sent. It reports whether it was
// taken: one that is damaged, or that no TCP sends, tells nothing more.
func (j *Judge) Segment(s *capture.Segment, e endpoint.End) bool {
	d, p := &j.ends[e], &j.ends[e.Peer()]
	d.segments++
	if !j.sound(s) || !j.flagsFit(s, e) {
		return false
	}
	if err := s.Options.Check(); err != nil {
		j.found(ruleOptions, s, e, err, "options of legal lengths", "%v sent %v: %v", e, s.Flags, err)
	}
	j.place(s, d, p)
	if s.Flags.Has(endpoint.SYN) {
		j.syn(s, e, d, p)
	}
	at := d.seq(s.Seq)
	j.shows(s, d, at)
	if s.Flags.Has(endpoint.RST) {
		j.rst(s, e, d, p, at)
		d.set = wireonly.Of(endpoint.Closed)
		return true
	}
	j.optionsFit(s, e, d, p)
	if s.Flags.Has(endpoint.ACK) {
		j.ack(s, e, d, p)
	}
	j.numbers(s, e, d, p, at)
	j.war(s, e, d, p, at)
	d.set = d.states(p, s, at)
	return true
}

// sound judges the checksum.
func (j *Judge) sound(s *capture.Segment) bool {
	if s.Length > len(s.Text) {
		j.blind |= Short
	}
	if s.Sum == capture.SumOffload {
		j.blind |= Offload
	}
	if j.options.damaged(s) {
		j.blind |= Damaged
		return false
	}
	return true
}

// damaged reports whether a segment is left out for its checksum.
func (o *Options) damaged(s *capture.Segment) bool {
	switch o.Checksums {
	case ChecksumsIgnore:
		return false
	case ChecksumsVerify:
		return s.Sum == capture.SumBad || s.Sum == capture.SumOffload
	}
	return s.Sum == capture.SumBad
}

// flagsFit is I-16 and I-17: in no state, and for no reason, other flags than
// these leave an end.
func (j *Judge) flagsFit(s *capture.Segment, e endpoint.End) bool {
	const fin, syn, rst, ack = endpoint.FIN, endpoint.SYN, endpoint.RST, endpoint.ACK
	switch s.Flags & (fin | syn | rst | ack) {
	case syn, syn | ack, ack, fin | ack, rst, rst | ack:
		return true
	case 0, fin:
		j.found(ruleI16, s, e, s.Flags, "ACK on", "%v sent a segment without ACK, SYN and RST: %v", e, s.Flags)
	default:
		j.found(ruleI17, s, e, s.Flags, "at most one of SYN, FIN and RST", "%v sent %v", e, s.Flags)
	}
	return false
}

// place makes sure that there are numbers. Without the SYNs, what was seen first
// is taken for the first octet.
func (j *Judge) place(s *capture.Segment, d, p *side) {
	syn := s.Flags.Has(endpoint.SYN)
	if !d.based {
		n := int64(1)
		if syn {
			n = 0
		}
		d.start(uint32(s.Seq), n)
	}
	if s.Flags.Has(endpoint.ACK) && !p.based && !s.Flags.Has(endpoint.RST) {
		p.start(uint32(s.Ack), 1)
	}
	if !syn && !d.syn && !(s.Flags.Has(endpoint.RST) && p.syn) || syn && s.Flags.Has(endpoint.ACK) && !p.syn {
		j.blind |= Midstream
	}
}

// shows is what a segment tells about gaps in the capture: where somebody
// acknowledged what had not been seen before.
func (j *Judge) shows(s *capture.Segment, d *side, at int64) {
	const soon = 1e9 // in ns: what comes so late has not been swapped by the capture
	n := int64(s.Len())
	for i := range d.ahead {
		a := &d.ahead[i]
		switch {
		case !a.on || s.Flags.Has(endpoint.RST):
		case at > a.max: // and what was acknowledged stands before it
			a.on = false
			j.blind |= Gaps
		case at+n > a.max && s.At-a.at < soon:
			a.on = false
			j.blind |= Disorder
		case at+n > a.max, n == 0 && at == a.max:
			a.settled = true
		}
	}
}

// End is the end of the connection, or of what the capture has of it.
func (j *Judge) End() {
	for e := range j.ends {
		d := &j.ends[e]
		for i := range d.ahead {
			a := &d.ahead[i]
			switch {
			case !a.on:
			case a.settled && !j.blind.Has(unsure):
				a.finding.IfComplete = true
				j.note(a.rule, a.finding)
			default:
				j.blind |= Gaps
			}
		}
		d.octets.forget(j.memory)
	}
	if !j.blind.Has(Gaps | Mixed) {
		return
	}
	kept := j.findings[:0]
	for _, f := range j.findings {
		if !f.IfComplete && !(f.unmixed && j.blind.Has(Mixed)) {
			kept = append(kept, f)
		}
	}
	j.findings = kept
}
