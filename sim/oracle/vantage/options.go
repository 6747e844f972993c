package vantage

import (
	"example.org/halfopen/endpoint"
	"example.org/halfopen/sim/capture"
)

// optionsFit is I-52, and the part of I-34 about options: MSS, window scale and
// SACK-permitted stand on SYNs alone; what the two ends have not both offered is
// not used; timestamps that they have stand on every segment but a RST.
func (j *Judge) optionsFit(s *capture.Segment, e endpoint.End, d, p *side) {
	if s.Flags.Has(endpoint.SYN) {
		return
	}
	o := s.Options
	if len(o) > 0 {
		_, scale := o.WindowScale()
		if _, mss := o.MSS(); mss {
			j.found(ruleI34, s, e, o, "MSS on a SYN", "%v sent MSS without SYN", e)
		}
		if scale || o.SACKPermitted() {
			j.found(ruleI52, s, e, o, "window scale and SACK-permitted on a SYN", "%v sent %v with %v", e, s.Flags, o)
		}
	}
	if !d.syn || !p.syn {
		return
	}
	_, has := stamped(s)
	switch {
	case o.NumSACK() > 0 && !(d.offers.sack && p.offers.sack):
		j.ifComplete(ruleI52, s, e, o, "SACK if both SYNs have permitted it", "%v sent %v with %v", e, s.Flags, o)
	case has && !(d.timestamps && p.timestamps):
		j.ifComplete(ruleI52, s, e, o, "timestamps if both SYNs have them", "%v sent %v with %v", e, s.Flags, o)
	case !has && d.always && p.always && o.Check() == nil:
		j.ifComplete(ruleI52, s, e, "none", "timestamps", "%v left out the timestamps that both SYNs have", e)
	}
}
