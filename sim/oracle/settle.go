package oracle

import (
	"time"

	"example.org/halfopen/endpoint"
	"example.org/halfopen/sim"
)

// What a stack that claims nothing is allowed: RFC 6298 2.5 wants a bound on
// RTO of at least 60 s, Linux has 120; 3.8.3 wants R2 of 100 s for text and 3
// minutes for a SYN at least, Linux takes 924 s; 3.4.2 says MSL is 2 minutes.
const (
	anyRTOMax = 120 * time.Second
	anyR2     = 1000 * time.Second
	anyMSL    = 120 * time.Second
)

// unsettle is called when something happened that may set the ends going: they
// have to come to rest within the bound from then.
func (j *Judge) unsettle(s *sim.Step) {
	if s.At > j.base {
		j.base = s.At
	}
	j.settleBy = j.base + j.bound()
}

// bound is how long two ends may take to come to rest once nothing is lost any
// more and nobody calls them. Each term is the longest that it can be:
//
//   - a retransmission that is pending is as far off as RTO's upper bound; so
//     often for the handshake, a flight of text, and the FIN of each end;
//   - text that is left goes in flights of one small segment, each with a
//     delayed ACK;
//   - a peer that is gone takes R2 to be noticed;
//   - TIME-WAIT lasts 2 MSL, and a FIN that comes again restarts it.
func (j *Judge) bound() time.Duration {
	left := j.ends[0].taken + j.ends[1].taken
	const small = 64 // octets in a flight, however bad the window
	flights := time.Duration(left/small + 1)
	d := j.slowest + 12*j.trip + flights*(j.trip+delayedMax)
	if j.rate > 0 {
		d += time.Duration(left/j.rate+1) * 2 * time.Second
	}
	return d
}

// slow is the part of the bound that does not depend on the run.
func slow(p *endpoint.Profile) time.Duration {
	rtoMax, r2, msl := p.RTOMax, max(p.R2, p.R2SYN), p.MSL
	if rtoMax == 0 {
		rtoMax = anyRTOMax
	}
	if p.R2 == 0 || p.R2SYN == 0 {
		r2 = anyR2
	}
	if msl == 0 {
		msl = anyMSL
	}
	return 5*max(rtoMax, p.RTOInitial) + r2 + p.UserTimeout + 4*msl
}

// missed is called by the first step after the bound.
func (j *Judge) missed(s *sim.Step) { j.missedAt(s.N, s.At) }

// missedAt writes down, if an end is not at rest although the bound has
// passed, which timer should have fired. Whether it counts shows at the end of
// the run. Probes into a closed window may go on for ever (MUST-37).
func (j *Judge) missedAt(step uint32, at time.Duration) {
	by := j.settleBy
	j.settleBy = endpoint.Never
	for i := range j.ends {
		d, end := &j.ends[i], endpoint.End(i)
		timer := d.pendingTimer()
		if d.owes && timer == "" {
			timer = "delayed ACK"
		}
		if timer == "" || timer == "persist" || j.late.Found() || d.known&endpoint.KnowState == 0 {
			continue
		}
		j.late = sim.Violation{
			Rule: rules[ruleSettle], Step: step, At: at, End: end, State: d.state,
			Text: end.String() + " is in " + d.state.String() + d.outstandingText() +
				" " + (at - j.base).String() + " after the last thing that disturbed it: its " +
				timer + " timer should have fired",
			Got: at.String(), Want: by.String(),
		}
	}
}
