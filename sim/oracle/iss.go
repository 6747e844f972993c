package oracle

import (
	"time"

	"example.org/halfopen/sim"
)

// issTick is how often the clock of initial sequence numbers advances (RFC 9293 3.4.1,
// MUST-8).
const issTick = 4 * time.Microsecond

// ancestry is what a host's initial sequence numbers come from.
type ancestry struct {
	known bool   // F is,
	f     uint32 // the part that the clock does not move
	past  bool   // the host remembers a connection,
	high  uint32 // which has used the numbers below
	wiped bool   // the host has crashed since
}

// buried notes how far the connection that came before has got. A host that
// crashed remembers none.
func (a *ancestry) buried(d *shadow) {
	if a.known {
		a.past, a.high, a.wiped = !a.wiped, d.iss+uint32(d.max), false
	}
}

// chosen judges an initial sequence number: M+F, or where the connection before has
// sent faster than the clock runs, a number above all of that (3.4.1, 3.6.1).
func (j *Judge) chosen(s *sim.Step, d *shadow) bool {
	a := &d.ancestry
	ticks := uint32(uint64(s.At / issTick))
	if !a.known {
		a.known, a.f = true, d.iss-ticks
		return true
	}
	if d.strayed { // F is of both sockets
		return true
	}
	j.ask(ruleISS)
	want := a.f + ticks
	if a.past && int32(want-a.high) < 0 {
		want = a.high
	}
	const slack = 1 // a tick may begin elsewhere
	if off := int32(d.iss - want); -slack <= off && off <= slack && !(a.past && int32(d.iss-a.high) < 0) {
		return true
	}
	return j.fail(ruleISS, s, printed(d.iss), printed(want),
		"%v began with ISS %d at %v; by the clock, and above what it has used, it is %d", s.End, d.iss, s.At, want)
}
