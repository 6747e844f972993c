package oracle

import (
	"time"

	"example.org/halfopen/endpoint"
	"example.org/halfopen/sim"
	"example.org/halfopen/sim/oracle/table"
)

// timersKnown reports whether a profile claims all that the bound is made of.
func timersKnown(p *endpoint.Profile) bool {
	return p.RTOMax > 0 && p.R2 > 0 && p.R2SYN > 0 && p.MSL > 0
}

// unsettle is called when something happened that may set the ends going: they
// have to come to rest within the bound from then.
func (j *Judge) unsettle(s *sim.Step) {
	if s.At > j.base {
		j.base = s.At
	}
	if !j.bounded {
		return
	}
	if left := j.ends[0].taken + j.ends[1].taken; left != j.left || j.most == 0 {
		j.left, j.most = left, j.bound(left)
	}
	j.settleBy = j.base + j.most
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
func (j *Judge) bound(left int64) time.Duration {
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
	return 5*max(p.RTOMax, p.RTOInitial) + max(p.R2, p.R2SYN) + p.UserTimeout + p.OrphanFinWait2 + 4*p.MSL
}

// missed is called by the first step after the bound.
func (j *Judge) missed(s *sim.Step) { j.missedAt(s.N, s.At) }

// missedAt writes down, if an end is not at rest although the bound has
// passed, which timer should have fired. Whether it counts shows at the end of
// the run. Probes into a closed window may go on for ever (MUST-37).
func (j *Judge) missedAt(step uint32, at time.Duration) {
	by := j.settleBy
	j.settleBy = endpoint.Never
	if !j.timersTold() {
		return
	}
	for i := range j.ends {
		d, end := &j.ends[i], endpoint.End(i)
		timer := d.pendingTimer()
		if d.owed.grace != table.Now && timer == "" {
			timer = "delayed ACK"
		}
		if timer == "" || timer == "persist" || j.late.Found() {
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

// timersTold reports whether both ends tell their state, and when they want to
// be called: without that nobody knows whether an end is at rest.
func (j *Judge) timersTold() bool { return j.restTold(endpoint.A) && j.restTold(endpoint.B) }

func (j *Judge) restTold(e endpoint.End) bool {
	const needed = endpoint.KnowState | endpoint.KnowDeadline
	d := &j.ends[e]
	return d.down || d.known&needed == needed
}
