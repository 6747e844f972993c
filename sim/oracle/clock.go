package oracle

import (
	"time"

	"example.org/halfopen/endpoint"
	"example.org/halfopen/sim"
)

// granularity is G of RFC 6298 2: the variance counts for at least so much.
const granularity = time.Millisecond

// clock is what the judge knows of the timers of an end that goes by the book: when
// what is outstanding has to be sent again, or probed for.
type clock struct {
	rto, srtt, rttvar time.Duration // RFC 6298 2; in force, backed off
	sampled           bool          // srtt and rttvar mean something
	backedOff         bool          // rto was doubled since the last sample

	sent int64 // what has left goes so far

	timing  bool          // a segment is being timed,
	timed   int64         // which ends here
	timedAt time.Duration // and left then

	running bool // the retransmission timer runs,
	started time.Duration
	probing bool // or the persist timer,
	probed  time.Duration
	every   time.Duration // for so long
	lostSYN bool          // the timer of the SYN expired (RFC 6298 5.7)
	fired   bool          // one of them expires in this step
}

// ringing is called before a timeout is judged: a timer that is due doubles its
// interval and starts anew (RFC 6298 5.5, 5.6; SHLD-30).
func (d *shadow) ringing(s *sim.Step, most time.Duration) {
	c := &d.clock
	switch {
	case c.running && s.At >= c.started+c.rto:
		c.lostSYN = c.lostSYN || d.una == 0
		c.rto, c.backedOff = min(2*c.rto, most), true
		c.started, c.timing, c.fired = s.At, false, true
	case c.probing && s.At >= c.probed+c.every:
		c.every = min(2*c.every, most)
		c.probed, c.timing, c.fired = s.At, false, true
	}
}

// acknowledged is called when SND.UNA moves to una: a sample is taken of what
// was timed (RFC 6298 2.2, 2.3), and the timer starts anew (5.2, 5.3).
func (c *clock) acknowledged(una int64, at time.Duration, p *endpoint.Profile) {
	if c.timing && una >= c.timed {
		c.sample(at - c.timedAt)
		c.rto = min(max(c.rto, p.RTOMin), p.RTOMax)
		c.timing, c.backedOff = false, false
	}
	if c.lostSYN && p.RTOInitial < lostSYN {
		c.rto, c.backedOff = min(lostSYN, p.RTOMax), false
	}
	c.lostSYN = false
	c.running, c.started = una < c.sent, at
	c.probing, c.every = false, 0
}

func (c *clock) sample(r time.Duration) {
	if !c.sampled {
		c.srtt, c.rttvar, c.sampled = r, r/2, true
	} else {
		off := max(c.srtt-r, r-c.srtt)
		c.rttvar += (off - c.rttvar) / 4
		c.srtt += (r - c.srtt) / 8
	}
	c.rto = c.srtt + max(granularity, 4*c.rttvar)
}

// timely judges when a segment that takes numbers from at up to end leaves: what
// was sent before is not sent again by a timer until that is due (RFC 6298 5, and
// 3.8.6.1 for probes). It then takes the segment into the books.
func (j *Judge) timely(s *sim.Step, d *shadow, at, end int64) bool {
	c := &d.clock
	opened := s.Before.SND.WND == 0 && s.After.SND.WND > 0
	again := at < c.sent
	switch {
	case s.Cause.Kind == sim.Timeout && at <= d.una && (again || c.probing):
		j.ask(c.rule())
		if !c.fired && (c.running || c.probing) {
			return j.untimely(s, d, at)
		}
	case again && (opened || at == 0): // by RFC 6298 3 it is not to be timed any more
		c.timing = false
		if at == 0 {
			c.started = s.At
		}
	case !again && !c.timing:
		c.timing, c.timed, c.timedAt = true, end, s.At
	}
	if !c.running {
		c.running, c.started = true, s.At
	}
	c.sent = max(c.sent, end)
	return true
}

func (j *Judge) untimely(s *sim.Step, d *shadow, at int64) bool {
	c := &d.clock
	if c.probing {
		return j.fail(ruleProbe, s, (s.At - c.probed).String(), c.every.String(),
			"%v probed the shut window with %d after %v; the interval is %v", s.End, at, s.At-c.probed, c.every)
	}
	return j.fail(c.rule(), s, (s.At - c.started).String(), c.rto.String(),
		"%v sent %d again after %v; %s is %v", s.End, at, s.At-c.started, c.name(), c.rto)
}

// rule is whose interval it is that has to pass: the initial RTO or one that was
// backed off, or one that comes from samples.
func (c *clock) rule() rule {
	switch {
	case c.probing:
		return ruleProbe
	case c.sampled && !c.backedOff:
		return ruleI49
	}
	return ruleI48
}

func (c *clock) name() string {
	switch {
	case c.backedOff:
		return "its RTO, doubled,"
	case c.sampled:
		return "its RTO, of SRTT " + c.srtt.String() + " and RTTVAR " + c.rttvar.String() + ","
	}
	return "its RTO"
}

// awaits is called at the end of a step: which timer has to run now, and that the
// end wants to be called by the time that it is due.
func (j *Judge) awaits(s *sim.Step, d *shadow) bool {
	const known = endpoint.KnowWindow | endpoint.KnowSND | endpoint.KnowBuffers
	c, t := &d.clock, s.After
	c.fired = false
	if d.una == d.max && d.wnd > 0 { // nothing is outstanding, and nothing shut
		c.running, c.probing, c.every = false, false, 0
		return true
	}
	if !hasTCB(t.State) || t.State == sTIMEWAIT || t.Known&known != known {
		c.running, c.probing = false, false
		return true
	}
	shut := d.wnd == 0 && d.una > 0
	if shut && (d.una < d.max || t.Unsent > 0 || d.closed && !d.finSent) {
		c.running = false
		if !c.probing {
			c.probing, c.probed = true, s.At
		}
		if c.every == 0 {
			c.every = c.rto // SHLD-29
		}
	} else {
		c.probing, c.every = false, 0
	}
	due := endpoint.Never
	switch {
	case c.running && d.una < d.max:
		due = c.started + c.rto
	case c.probing:
		due = c.probed + c.every
	}
	if due == endpoint.Never || t.Known&endpoint.KnowDeadline == 0 {
		return true
	}
	j.ask(c.rule())
	return t.Deadline <= due || j.overslept(s, d, due)
}

func (j *Judge) overslept(s *sim.Step, d *shadow, due time.Duration) bool {
	c, called := &d.clock, "at "+s.After.Deadline.String()
	if s.After.Deadline == endpoint.Never {
		called = "never"
	}
	if c.probing {
		return j.fail(ruleProbe, s, called, due.String(),
			"%v is to be called %s to probe the shut window in %v; the interval is %v, from %v on",
			s.End, called, s.After.State, c.every, c.probed)
	}
	return j.fail(c.rule(), s, called, due.String(), "%v is to be called %s to send %d again in %v; %s is %v, from %v on",
		s.End, called, d.una, s.After.State, c.name(), c.rto, c.started)
}
