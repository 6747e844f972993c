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
	b, t, call := s.Before, s.After, s.Cause.Kind == sim.Call
	moved := b.State != t.State
	if call && !j.configTold(s) || call && s.Cause.Call == sim.CallReceive && !j.announces(s, d) ||
		moved && !(j.flushed(s, d) && j.reasonTold(s, d) && j.queueKept(s)) ||
		!j.idleACK(s, d) || !j.awaits(s, d) || t.Unsent > 0 && !j.holdsBack(s, d) {
		return false
	}
	// What was right before, and of which nothing has changed, is so still.
	if !call && !moved && d.una == j.out.una && b.Room == t.Room && b.EOF == t.EOF {
		return true
	}
	return j.roomTold(s, d) && j.endOfStream(s, d)
}

// configTold holds the constants of the profile against the Config, at each call.
func (j *Judge) configTold(s *sim.Step) bool {
	j.ask(ruleConfig)
	if j.odd[s.End] == "" {
		return true
	}
	return j.fail(ruleConfig, s, j.odd[s.End], "that of the Config", "%v claims another %s than its Config has", s.End, j.odd[s.End])
}

// idleACK is I-51 for what a timer sends: an ACK of which nothing came since the last one
// is no answer, and may be a keep-alive only.
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
	if heard || j.keptAlive(s, d) {
		return true
	}
	return j.fail(ruleI51, s, printed(j.out.pure), "none", "%v sent an ACK in %v, and nothing has come since the one before", s.End, s.After.State)
}

// keptAlive reports whether a timer has sent a keep-alive: an ACK one below
// SND.NXT (RFC 9293 3.8.4), not before the interval that the end promises has passed
// without a word from the peer (MUST-26).
func (j *Judge) keptAlive(s *sim.Step, d *shadow) bool {
	every := j.profiles[s.End].KeepAlive
	return every > 0 && s.At-d.heardAt >= every && len(s.Emits) == 1 && s.Emits[0].Segment.Seq == s.After.SND.NXT-1
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
	if !hasTCB(s.After.State) {
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
