package oracle

import (
	"cmp"

	"example.org/halfopen/endpoint"
	"example.org/halfopen/sim"
)

// byTheBook judges the end of a step of an end that goes by the book
// (Profile.ByTheBook): it uses the algorithms that the RFCs write out, so that it can
// be computed what it has to do, and when.
func (j *Judge) byTheBook(s *sim.Step, d *shadow) bool {
	if j.odd[s.End] != "" {
		return j.fail(ruleConfig, s, j.odd[s.End], "that of the Config", "%v claims another %s than its Config has", s.End, j.odd[s.End])
	}
	j.ask(ruleConfig)
	if s.Cause.Kind == sim.Call && s.Cause.Call == sim.CallReceive && !j.announces(s, d) {
		return false
	}
	if s.Before.State != s.After.State && !(j.flushed(s, d) && j.reasonTold(s, d) && j.queueKept(s)) {
		return false
	}
	return j.idleACK(s, d) && j.awaits(s, d) && j.holdsBack(s, d) && j.roomTold(s, d) && j.endOfStream(s, d)
}

// idleACK is I-51 for what a timer sends: an ACK of which nothing came since the last one
// is no answer, and by no algorithm of the book a keep-alive.
func (j *Judge) idleACK(s *sim.Step, d *shadow) bool {
	heard := d.heardSince
	if j.out.acked || d.clock.fired {
		d.heardSince = false
	}
	if s.Arrived != nil {
		d.heardSince = !j.out.acked
	}
	if s.Cause.Kind != sim.Timeout || j.out.pure == 0 || !hasTCB(s.After.State) {
		return true
	}
	j.ask(ruleI51)
	if heard {
		return true
	}
	return j.fail(ruleI51, s, printed(j.out.pure), "none", "%v sent an ACK in %v, and nothing has come since the one before", s.End, s.After.State)
}

// leaves judges a segment of such an end that takes the numbers from at up to end.
func (j *Judge) leaves(s *sim.Step, d *shadow, g *endpoint.Segment, at, end int64) bool {
	if n := len(g.Text); n > 0 && g.Flags&endpoint.SYN == 0 && !(j.worthSending(s, d, at, n) && j.pushed(s, d, g, at)) {
		return false
	}
	return j.timely(s, d, at, end)
}

// sentTold holds SND.MAX against what has left.
func (j *Judge) sentTold(s *sim.Step, d *shadow) bool {
	if d.max <= d.clock.sent || !hasTCB(s.After.State) {
		return true
	}
	return j.fail(ruleI7, s, printed(d.max), printed(d.clock.sent), "%v tells SND.NXT %d in %v, but has sent only up to %d",
		s.End, d.max, s.After.State, d.clock.sent)
}

// oddOf names the first constant in which a profile differs from the Config that the end
// was made of, "" if none does.
func oddOf(p *endpoint.Profile, c endpoint.Config) string {
	configured := c.MSS
	c = c.WithDefaults()
	if c.MSS = configured; c.MSS == 0 { // it is that of the address family
		c.MSS = p.MSS
	}
	if c.NoDelayedACK {
		c.DelayedACK = 0
	}
	const largest = 65535 // the largest window without window scaling
	return cmp.Or(
		odd(p.MSL, c.MSL, "MSL"), odd(p.RTOInitial, c.RTOInitial, "RTOInitial"), odd(p.RTOMin, c.RTOMin, "RTOMin"),
		odd(p.RTOMax, c.RTOMax, "RTOMax"), odd(p.R2, c.R2, "R2"), odd(p.R2SYN, c.R2SYN, "R2SYN"),
		odd(p.UserTimeout, c.UserTimeout, "UserTimeout"), odd(p.DelayedACK, c.DelayedACK, "DelayedACK"),
		odd(p.NoDelayedACK, c.NoDelayedACK, "NoDelayedACK"), odd(p.MSS, c.MSS, "MSS"),
		odd(p.ReceiveBuffer, min(c.ReceiveBuffer, largest), "ReceiveBuffer"))
}

func odd[T comparable](got, want T, name string) string {
	if got == want {
		return ""
	}
	return name
}
