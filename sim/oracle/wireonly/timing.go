package wireonly

import (
	"time"

	"example.org/halfopen/endpoint"
	"example.org/halfopen/sim"
)

// maxSent is how many of the latest transmissions are remembered.
const maxSent = 16

// sent are the latest transmissions of what occupies sequence numbers.
type sent struct {
	n  uint32
	at [maxSent]transmission
}

type transmission struct {
	from, to int64
	at       time.Duration
	first    bool          // nothing of it had been sent before
	timed    bool          // a timer sent it again,
	came     uint32        // when so many segments had come,
	gap      time.Duration // so long after a timer had done so before; 0 if none had
}

// add remembers a transmission.
func (h *sent) add(t transmission) {
	if last := h.last(t.from); t.timed && last != nil && last.timed && last.came == t.came {
		t.gap = t.at - last.at
	}
	h.at[h.n%maxSent] = t
	h.n++
}

// last is the latest transmission of a number, nil if it is not remembered.
func (h *sent) last(seq int64) *transmission { return h.find(seq, false) }

// find is last, or the first transmission of a number.
func (h *sent) find(seq int64, first bool) *transmission {
	for i := range min(h.n, maxSent) {
		t := &h.at[(h.n-1-i)%maxSent]
		if t.from <= seq && seq < t.to && (t.first || !first) {
			return t
		}
	}
	return nil
}

// started is the earliest moment from which the timer may count that sends a
// number again. RFC 6298 5 lets it count from when the number was sent last; but
// by the algorithm that it recommends there is one timer for all, which a
// transmission starts only if it does not run (5.1), an ACK of something new
// starts anew (5.3), and so does what it sends itself (5.6). So what a fast
// retransmit, or the answer to a SYN that came again, has sent may be due
// before long. Nothing is sent again sooner than RTO after it was sent first.
func (d *side) started(seq int64) time.Duration {
	at := d.timer
	if t := d.sent.find(seq, true); t != nil {
		at = max(at, t.at)
	}
	return min(at, d.sent.last(seq).at)
}

// maxRTO is the smallest bound that RFC 6298 allows to put on RTO (2.5, 5.5):
// a stack that claims a larger one may stop here all the same.
const maxRTO = time.Minute

// timely is I-48: what a timer sends again has waited for RTO, which doubles
// each time, as long as nothing comes that may start the timer anew. It is
// judged for the first segment that a timer lets out, and not
// while the peer's window may be closed: probes have a timer of their own.
func (j *Judge) timely(s *sim.Step, d *side, at int64, g *endpoint.Segment) bool {
	t, p := &j.step, &j.profiles[s.End]
	if g.Len() == 0 || s.Cause.Kind != sim.Timeout || s.Arrived != nil || t.resent || at >= d.max || at > d.unaHi {
		return true
	}
	t.resent = true
	last := d.sent.last(at)
	if last == nil || d.haveIRS && d.roomLo == 0 {
		return true
	}
	least := min(orMax(p.RTOInitial), orMax(p.RTOMin), orMax(p.RTOMax))
	if p.RTOMin == 0 || p.RTOInitial == 0 {
		least = 0
	}
	if at == 0 {
		least = min(p.RTOInitial, orMax(p.RTOMax))
	}
	if gap := s.At - d.started(at); gap < least {
		return j.fail(ruleI48, s, gap.String(), least.String(),
			"%v sent SEQ=%d again after %v; its RTO is %v at least", s.End, at, gap, least)
	}
	gap := s.At - last.at
	if want := min(2*last.gap, orMax(p.RTOMax), maxRTO); last.timed && last.came == d.came && p.RTOMax > 0 && gap < want {
		return j.fail(ruleI48, s, gap.String(), want.String(),
			"%v sent SEQ=%d again after %v; the last time it had waited for %v", s.End, at, gap, last.gap)
	}
	return true
}

func orMax(d time.Duration) time.Duration {
	if d == 0 {
		return endpoint.Never
	}
	return d
}
