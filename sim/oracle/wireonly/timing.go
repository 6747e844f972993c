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
func (h *sent) last(seq int64) *transmission {
	for i := range min(h.n, maxSent) {
		if t := &h.at[(h.n-1-i)%maxSent]; t.from <= seq && seq < t.to {
			return t
		}
	}
	return nil
}

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
	gap := s.At - last.at
	if gap < least {
		return j.fail(ruleI48, s, gap.String(), least.String(),
			"%v sent SEQ=%d again after %v; its RTO is %v at least", s.End, at, gap, least)
	}
	if want := min(2*last.gap, orMax(p.RTOMax)); last.timed && last.came == d.came && p.RTOMax > 0 && gap < want {
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
