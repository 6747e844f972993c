package vantage

import (
	"fmt"

	"example.org/halfopen/endpoint"
	"example.org/halfopen/sim/capture"
)

// rst is I-20: a RST begins at a number that its sender may have reached, at one
// that its peer has acknowledged (<SEQ=SEG.ACK>), or, with an ACK, at 0; and it
// acknowledges nothing that its peer has not sent. What its sender has reached may
// have been lost before it was seen, but stands in the window of the peer. Somebody
// else may have sent it, in its name: from here that cannot be told.
func (j *Judge) rst(s *capture.Segment, e endpoint.End, d, p *side, at int64) {
	d.reset = true
	acked := s.Flags.Has(endpoint.ACK)
	most := d.max + 1
	if !j.options.Complete {
		most = max(most, p.edge+1)
	}
	if d.syn && p.syn && (at < 0 || at > most) && !(acked && s.Seq == 0) && !p.acknowledged(s.Seq) {
		j.ifComplete(ruleI20, s, e, at, fmt.Sprintf("0 to %d, or an acknowledgment of its peer", most),
			"%v, or somebody in its name, sent a RST with SEQ=%d; it had sent up to %d", e, at, d.max)
	}
	if !acked || !p.syn || s.Ack == 0 { // an ACK field of 0 is one that was not filled in
		return
	}
	if ack := p.seq(s.Ack); ack < 1 || ack > p.max+1 {
		j.ifComplete(ruleI20, s, e, ack, fmt.Sprintf("1 to %d", p.max),
			"%v, or somebody in its name, sent a RST that acknowledges %d; its peer had sent up to %d", e, ack, p.max)
	}
}
